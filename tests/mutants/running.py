"""How a mutant is run: in a forked child that imports the wrong source from memory and runs the tests near it.

The parent imports what all children need and no module of the project, so that a child takes about as long as its tests.
Nothing is ever written to the tree.
"""

import ast
import contextlib
import gc
import importlib
import importlib.machinery
import importlib.util
import os
import re
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import CodeType
from typing import Any

from tests.mutants.entries import Mutant, mutated

NEVER_LOADED = 77
"""A child's exit status if its tests passed without importing the mutated file."""


@dataclass(frozen=True)
class Outcome:
    """What became of one run of tests.

    Attributes:
        killed: a test failed, or the run did not end.
        how: the test that failed, or what happened otherwise, in words.
        seconds: how long it took.
    """

    killed: bool
    how: str
    seconds: float


class WrongSource(MetaPathFinder):
    """Finds one module of the project with another source text than that on the disk."""

    def __init__(self, path: Path, name: str, text: str) -> None:
        self.path, self.name, self.text = path, name, text
        self.loaded = False

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """The specification with the wrong source, for this module's name alone."""
        if name != self.name:
            return None
        self.loaded = True
        folders = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, self.path, loader=_FromText(name, str(self.path), self.text), submodule_search_locations=folders
        )


class _FromText(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self.text = text

    def get_code(self, fullname: str) -> CodeType:
        """The wrong source compiled; no bytecode is read or kept."""
        return compile(self.text, self.path, "exec", dont_inherit=True)


def module_name(file: str) -> str:
    """cnn_core/ops/boxes.py -> cnn_core.ops.boxes."""
    return ".".join(Path(file).with_suffix("").parts).removesuffix(".__init__")


# ---------------------------------------------------------------- the parent


def warm_up(root: Path, files: Iterable[str]) -> None:
    """Imports, once for all children, every third-party module that these files import, directly or through the project."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in sorted({"pytest", *third_party(root, files)}):
            with contextlib.suppress(Exception):  # what is missing is missing for the tests, too
                importlib.import_module(name)
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
    gc.collect()
    gc.freeze()


def third_party(root: Path, files: Iterable[str]) -> set[str]:
    """The modules from outside the project that these files import anywhere, and those that the project's own import."""
    outside: set[str] = set()
    waiting, seen = [root / file for file in files], set()
    while waiting:
        path = waiting.pop()
        if path in seen or path.suffix != ".py":
            continue
        seen.add(path)
        for name in _imports(path):
            places = [root / Path(*name.split(".")), (root / Path(*name.split("."))).with_suffix(".py")]
            if (root / name.split(".")[0]).exists():
                waiting += [place for place in (places[1], places[0] / "__init__.py") if place.is_file()]
            else:
                outside.add(name)
    return outside


def _imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, anywhere in it; ``from a import b`` counts as a, and as a.b if that is a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            if Path(*node.module.split(".")).is_dir():  # a package of the project: its modules
                yield from (f"{node.module}.{name.name}" for name in node.names)


@dataclass(frozen=True)
class Job:
    """One run of tests, with or without a mutant, that is stopped after ``limit`` seconds."""

    root: Path
    tests: Sequence[str]
    mutant: Mutant | None
    limit: float


def run_all(jobs: Sequence[Job], at_once: int) -> Iterator[tuple[Job, Outcome]]:
    """Each job with its outcome, as they end; ``at_once`` of them run side by side."""
    waiting = list(reversed(jobs))
    running: dict[int, tuple[Job, Path, float]] = {}
    while waiting or running:
        while waiting and len(running) < at_once:
            job = waiting.pop()
            with tempfile.NamedTemporaryFile(prefix="mutant-", suffix=".txt", delete=False) as file:
                log = Path(file.name)
            running[_started(job, log)] = job, log, time.monotonic()
        for process, (job, log, start) in list(running.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            seconds = time.monotonic() - start
            hangs = not ended and seconds > job.limit
            if hangs:
                os.killpg(process, signal.SIGKILL)
                os.waitpid(process, 0)
            if ended or hangs:
                del running[process]
                said = log.read_text(encoding="utf-8", errors="replace")
                log.unlink()
                yield job, _outcome(None if hangs else status, said, seconds)
        time.sleep(0.02)


def _started(job: Job, log: Path) -> int:
    """The process that runs the job's tests, a child of this one in a group of its own."""
    sys.stdout.flush()
    process = os.fork()
    if process:
        with contextlib.suppress(OSError):  # the child does it, too: whoever comes first
            os.setpgid(process, process)
        return process
    status = 3
    try:
        os.setpgid(0, 0)
        file = os.open(log, os.O_WRONLY | os.O_TRUNC)
        os.dup2(file, 1)
        os.dup2(file, 2)
        status = _tested(job)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _outcome(status: int | None, said: str, seconds: float) -> Outcome:
    if status is None:
        return Outcome(True, f"it hangs: stopped after {seconds:.0f} s", seconds)
    code = os.waitstatus_to_exitcode(status)
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", said, re.MULTILINE)
    if code in (1, 2) and failed:
        return Outcome(True, failed[1], seconds)
    if code == 0:
        return Outcome(False, "all tests passed", seconds)
    if code == NEVER_LOADED:
        return Outcome(False, "its tests never import it", seconds)
    if code in (4, 5):
        return Outcome(False, "no tests were found", seconds)
    return Outcome(True, f"it crashes: exit status {code}", seconds)


# ---------------------------------------------------------------- the child


def _tested(job: Job) -> int:
    """pytest's exit status for the job's tests, run in this process."""
    import pytest

    os.chdir(job.root)
    sys.path.insert(0, str(job.root))
    finder = None
    if job.mutant:
        finder = WrongSource(job.root / job.mutant.file, module_name(job.mutant.file), mutated(job.mutant, job.root))
        sys.meta_path.insert(0, finder)
    options = [
        "-q",
        "-x",
        "-rfE",
        "--tb=no",
        "--no-header",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:faulthandler",
        "-W",
        "ignore",
    ]
    status = int(pytest.main([*options, "--rootdir", str(job.root), *job.tests]))
    return NEVER_LOADED if status == 0 and finder and not finder.loaded else status
