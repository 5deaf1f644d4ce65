"""The wrong lines fit the source, and the runner kills what is to be killed and reports what is not."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.entries import EntryError, Mutant, complaints, load, mutated

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SUMS = """def total(a, b):
    return a + b


def larger(a, b):
    while a == b:
        b -= 1
    return a > b


def unasked(a):
    return a + b
"""
TESTS = """from planted.sums import larger, total


def test_total():
    assert total(2, 3) == 5


def test_larger():
    assert larger(3, 2)
    assert larger(3, 3)
"""
ENTRIES = """
[[mutant]]
file = "planted/sums.py"
line = "return a + b"
near = "def total"
wrong = "return a - b"
why = "sums are differences"
tests = ["tests/test_sums.py"]

[[mutant]]
file = "planted/sums.py"
line = "        b -= 1"
wrong = "        b -= 0"
why = "never ends"
tests = ["tests/test_sums.py"]

[[mutant]]
file = "planted/sums.py"
line = "return a > b"
wrong = "return a >= b"
why = "no test can tell"
tests = ["tests/test_sums.py"]
equivalent = "they are never equal there"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A tiny project with three mutants: one that a test kills, one that hangs, one that survives."""
    files = {"planted/__init__.py": "", "planted/sums.py": SUMS, "tests/test_sums.py": TESTS, "data/sums.toml": ENTRIES}
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def run(project: Path, *options: str) -> tuple[int, str]:
    """The exit status of ``python -m tests.mutants`` on the tiny project, and what it printed."""
    command = [sys.executable, "-m", "tests.mutants", "--root", str(project), "--data", str(project / "data")]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_every_entry_fits_the_source() -> None:
    mutants = load(HERE)
    assert len(mutants) == len({(mutant.file, mutated(mutant, ROOT)) for mutant in mutants}), "two entries are the same"
    assert [sentence for mutant in mutants for sentence in complaints(mutant, ROOT)] == []


@pytest.mark.slow
def test_a_kill_a_hang_and_a_survivor(project: Path) -> None:
    status, said = run(project, "--verbose", "--limit", "3", "--jobs", "2")
    assert status == 1  # a third survives, and 5 % may
    assert "killed planted/sums.py: 'return a + b' -> 'return a - b'\n  by tests/test_sums.py::test_total" in said
    assert "'b -= 1' -> 'b -= 0'\n  by it hangs: stopped after" in said
    assert "SURVIVED planted/sums.py: 'return a > b' -> 'return a >= b'\n  no test can tell" in said
    assert "explained: they are never equal there" in said
    assert "killed 2 of 3, 1 survivors (33.3%), 1 of them explained" in said
    assert (project / "planted/sums.py").read_text(encoding="utf-8") == SUMS


def test_without_survivors_all_is_well(project: Path) -> None:
    status, said = run(project, "--area", "sums", "--only", "differences")
    assert (status, said.strip()) == (0, "killed 1 of 1, 0 survivors (0.0%), 0 of them explained")


def test_a_test_that_fails_anyway_proves_nothing(project: Path) -> None:
    (project / "tests/test_sums.py").write_text(TESTS.replace("== 5", "== 6"), encoding="utf-8")
    status, said = run(project, "--only", "differences")
    assert status == 1
    assert said.strip() == "tests/test_sums.py on the right source: tests/test_sums.py::test_total"


def test_tests_that_never_import_the_file_are_found_out(project: Path) -> None:
    (project / "tests/test_sums.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")
    status, said = run(project, "--only", "differences")
    assert status == 1
    assert "its tests never import it" in said


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"line": "return a * b"}, "the line occurs 0 times"),
        ({"line": "return a + b"}, "the line occurs 2 times"),
        ({"line": "return a + b", "near": "a"}, "'a' occurs"),
        ({"line": "def total", "near": "def unasked"}, "does not occur after"),
        ({"wrong": "return a > b"}, "the wrong line is the right one"),
        ({"wrong": "return a >"}, "does not compile"),
        ({"why": " "}, "does not say why"),
        ({"tests": ()}, "names no tests"),
        ({"tests": ("tests/test_lost.py",)}, "there is no tests/test_lost.py"),
        ({"file": "planted/lost.py"}, "there is no planted/lost.py"),
    ],
)
def test_an_entry_that_does_not_fit_is_named(project: Path, changed: dict[str, Any], complaint: str) -> None:
    right: dict[str, Any] = {"line": "return a > b", "wrong": "return a < b", "why": "so", "tests": ("tests/test_sums.py",)}
    mutant = Mutant(**{"area": "sums", "file": "planted/sums.py", **right, **changed})
    assert any(complaint in sentence for sentence in complaints(mutant, project))


def test_the_first_line_after_near_is_the_one(project: Path) -> None:
    mutant = Mutant("sums", "planted/sums.py", "return a + b", "return 0", "so", ("x",), near="def unasked")
    assert mutated(mutant, project) == SUMS.replace("def unasked(a):\n    return a + b", "def unasked(a):\n    return 0")


def test_a_key_that_is_not_known_is_refused(project: Path) -> None:
    (project / "data/sums.toml").write_text(ENTRIES.replace("why =", "reason =", 1), encoding="utf-8")
    with pytest.raises(EntryError) as caught:
        load(project / "data")
    assert caught.value.sentences == ["sums.toml, entry 1: check the keys reason, why"]
