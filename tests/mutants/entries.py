"""Wrong lines as data: what a mutant is, how the TOML files are read, and the source with the wrong line in it."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Mutant:
    """One wrong line.

    Attributes:
        area: the data file's name, such as "ops".
        file: the source file, from the project's root.
        line: the exact source text that is replaced: lines or a part of one. It occurs exactly once (after ``near``: it is
            the first occurrence that counts, and ``near`` occurs exactly once).
        wrong: what stands there instead.
        why: what a visitor would get.
        tests: the test files near it, from the project's root.
        near: text that comes before ``line``, where ``line`` by itself is not unique.
        equivalent: why no test can tell the difference, if none can.
    """

    area: str
    file: str
    line: str
    wrong: str
    why: str
    tests: tuple[str, ...]
    near: str = ""
    equivalent: str = ""

    @property
    def title(self) -> str:
        """The file and the change, in one line."""
        before, after = (" / ".join(part.strip() for part in text.splitlines()) for text in (self.line, self.wrong))
        return f"{self.file}: {before!r} -> {after!r}"


@dataclass
class EntryError(Exception):
    """Entries that cannot be run, one sentence each."""

    sentences: list[str] = field(default_factory=list)


KEYS = {"file", "line", "wrong", "why", "tests", "near", "equivalent"}


def load(folder: Path) -> list[Mutant]:
    """All mutants of the TOML files in a folder, by area.

    Raises:
        EntryError: an entry lacks a key or has one too many.
    """
    mutants: list[Mutant] = []
    sentences: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        for number, entry in enumerate(tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", []), 1):
            wrong_keys = (set(entry) - KEYS) | (KEYS - {"near", "equivalent"} - set(entry))
            if wrong_keys:
                sentences.append(f"{path.name}, entry {number}: check the keys {', '.join(sorted(wrong_keys))}")
            else:
                mutants.append(Mutant(path.stem, **{**entry, "tests": tuple(entry["tests"])}))
    if sentences:
        raise EntryError(sentences)
    return mutants


def complaints(mutant: Mutant, root: Path) -> list[str]:
    """What is wrong with an entry, by the source as it is now; empty if it can be run."""
    missing = [name for name in (mutant.file, *mutant.tests) if not (root / name.split("::")[0]).exists()]
    if missing:
        return [f"{mutant.title}: there is no {name}" for name in missing]
    text = (root / mutant.file).read_text(encoding="utf-8")
    found = []
    if mutant.wrong == mutant.line:
        found.append("the wrong line is the right one")
    if not mutant.tests:
        found.append("it names no tests")
    if not mutant.why.strip():
        found.append("it does not say why it matters")
    if mutant.near and text.count(mutant.near) != 1:
        found.append(f"{mutant.near!r} occurs {text.count(mutant.near)} times, not once")
    elif not mutant.near and text.count(mutant.line) != 1:
        found.append(f"the line occurs {text.count(mutant.line)} times, not once")
    elif mutant.near and mutant.line not in text[text.index(mutant.near) :]:
        found.append("the line does not occur after `near`")
    else:
        try:
            compile(mutated(mutant, root), mutant.file, "exec")
        except SyntaxError as error:
            found.append(f"it does not compile: {error}")
    return [f"{mutant.title}: {sentence}" for sentence in found]


def mutated(mutant: Mutant, root: Path) -> str:
    """The source text with the wrong line in it."""
    text = (root / mutant.file).read_text(encoding="utf-8")
    place = text.index(mutant.line, text.index(mutant.near) if mutant.near else 0)
    return text[:place] + mutant.wrong + text[place + len(mutant.line) :]
