"""What came back: told in a sentence, or one of the things that must never come."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

LONGEST_SENTENCE = 200
UNEXPECTED = "Something went wrong inside"
REFUSED, SERVER_FAILED = 400, 500
FORBIDDEN = (
    "long", "null", "inside", "traceback", "noise", "hang", "file read", "listener asked",
)  # fmt: skip
"""Kinds of answers that no request may have: a sentence of more than 200 letters; an error without words; "Something went
wrong inside"; a traceback given or in the log, or status 500; lines in the log that are no event with its time; no answer;
what lies in a file that nobody uploaded; a request to the listener."""
KINDS = ("answered", "told", *FORBIDDEN)
PASSWD = "root:x:"


@dataclass
class Answer:
    """What a request got.

    Attributes:
        door: by which way it came, such as "call".
        what: which request it was.
        kind: "answered" or "told" (in a sentence), or one of FORBIDDEN.
        words: what came, shortened; the reason.
    """

    door: str
    what: str
    kind: str
    words: str = ""
    also: list[str] = field(default_factory=list)

    def worse(self, kind: str, words: str) -> None:
        """Notes that it is of a forbidden kind, too."""
        self.also.append(kind)
        self.words += f"\n    {kind}: {words[:1500]}"

    @property
    def kinds(self) -> set[str]:
        """All that it is."""
        return {self.kind, *self.also}


def kind_of_sentence(words: Any) -> str:
    """What an error's words are."""
    if not isinstance(words, str) or not words.strip():
        return "null"
    if "Traceback" in words or 'File "/' in words:
        return "traceback"
    if words.startswith(UNEXPECTED):
        return "inside"
    return "long" if len(words) > LONGEST_SENTENCE else "told"


def judge_refusal(status: int, text: str) -> tuple[str, Any]:
    """The kind of an answer whose status says that something is wrong, and its words."""
    try:
        body = json.loads(text)
    except ValueError:
        body = text
    if status >= SERVER_FAILED and not (isinstance(body, dict) and "error" in body):  # so Gradio 6.31 sends its sentences
        return "traceback", f"status {status}: {text[:200]}"
    words = (body.get("detail") or body.get("error")) if isinstance(body, dict) else body
    return kind_of_sentence(words), words


def judge_plain(status: int, text: str) -> tuple[str, Any]:
    """The kind of an answer that is no stream, and what it says."""
    return judge_refusal(status, text) if status >= REFUSED else ("answered", text[:3000])


def judge_error(data: Any) -> tuple[str, Any]:
    """The kind of a call's ``event: error``, and its words."""
    words = data.get("error") if isinstance(data, dict) else data
    return kind_of_sentence(words), words


def table(found: Sequence[Answer]) -> str:
    """How many answers of each kind there were, by door."""
    widths = [max(9, len(kind) + 2) for kind in KINDS]
    rows = [f"{'door':16}{'tried':>7}" + "".join(f"{kind:>{width}}" for kind, width in zip(KINDS, widths, strict=True))]
    for door in (*dict.fromkeys(one.door for one in found), "all"):
        those = [one for one in found if door in (one.door, "all")]
        counts = Counter(kind for one in those for kind in one.kinds)
        cells = "".join(f"{counts[kind]:>{width}}" for kind, width in zip(KINDS, widths, strict=True))
        rows.append(f"{door:16}{len(those):>7}{cells}")
    return "\n".join(rows)


def is_bad(answer: Answer) -> bool:
    """Whether it must not have come."""
    return bool(answer.kinds & set(FORBIDDEN))
