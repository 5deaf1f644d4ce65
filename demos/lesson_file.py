"""A lecturer's own way through the demos: ``CNN_LESSON=lesson.toml`` (docs/lessons/README.md shows the format)."""

import difflib
import os
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path as File
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cnn_core.errors import InputError
from demos import addresses, catalogue, checks
from demos.paths import PATHS, Path, Stop
from demos.spec import Demo

FILE = "CNN_LESSON"
"""The environment variable that names the file."""
FEWEST, MOST = 2, 40
"""Stops of a lesson."""
FORMAT = "docs/lessons/README.md shows what a lesson file says."

SAYS = {
    "missing": "it is missing",
    "string_type": "expected a text between quotation marks",
    "string_too_short": "expected a text, got an empty one",
    "string_too_long": "expected at most {max_length} characters",
    "int_type": "expected a whole number",
    "dict_type": "expected settings by name, such as {{ confidence = 0.3 }}",
    "list_type": "expected a list of such parts, each under its name in double square brackets",
    "too_short": "expected at least {min_length} of them, got {actual_length}",
    "too_long": "expected at most {max_length} of them, got {actual_length}",
}
"""pydantic's name of a fault -> what is said of it."""


class Written(BaseModel):
    """What all parts of a file have in common: nothing in them is guessed or passed over."""

    model_config = ConfigDict(extra="forbid", strict=True)


class WrittenQuestion(Written):
    """A question for the class; without an answer it is one to talk about."""

    ask: str = Field(min_length=1, max_length=400)
    answer: str = Field("", max_length=2000)


class WrittenStop(Written):
    """A stop: see ``demos.paths.Stop``; settings by value, as an address has them or as TOML writes them."""

    demo: str
    asks: str = Field(min_length=1, max_length=80)
    example: int | None = None
    settings: dict[str, Any] = Field(default_factory=dict)
    question: list[WrittenQuestion] = Field(default_factory=list, max_length=12)


class WrittenLesson(Written):
    """A whole file."""

    title: str = Field(min_length=1, max_length=80)
    summary: str = Field(min_length=1, max_length=300)
    stop: list[WrittenStop] = Field(min_length=FEWEST, max_length=MOST)


def ways() -> tuple[Path, ...]:
    """The paths through the demos: first the lecturer's lesson, where CNN_LESSON names one.

    Raises:
        InputError: it names a file that cannot be used; the sentence says where in it and what would work.
    """
    file = os.environ.get(FILE, "")
    return (_lesson(file), *PATHS) if file else PATHS


@cache
def _lesson(file: str) -> Path:
    try:
        return read(File(file).expanduser(), catalogue.find_demos())
    except InputError as error:
        raise InputError(f"{FILE}={file}: {error}") from error


def read(file: File, demos: Sequence[Demo]) -> Path:
    """The path that a lesson file describes.

    Raises:
        InputError: there is no such file, or something in it cannot be used.
    """
    try:
        text = file.read_text(encoding="utf-8")
        written = WrittenLesson.model_validate(tomllib.loads(text))
    except OSError as error:
        raise InputError(
            f"the file cannot be read ({error.strerror}). Name a lesson file, such as docs/lessons/004.toml."
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"it is no text in UTF-8. {FORMAT}") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"it is no TOML: {error}. {FORMAT}") from error
    except ValidationError as error:
        raise InputError(_in_words(error)) from error
    by_name = {demo.name: demo for demo in demos}
    stops = tuple(_stop(number, stop, by_name) for number, stop in enumerate(written.stop, 1))
    return Path(written.title, written.summary, stops, numbered=True)


def _stop(number: int, written: WrittenStop, demos: dict[str, Demo]) -> Stop:
    """The stop of this number; its sentence begins with it where something in it is wrong."""
    try:
        demo = _demo(written.demo, demos)
        for ask in (written.asks, *(question.ask for question in written.question)):
            if not ask.rstrip().endswith("?"):
                raise InputError(f"expected a question, which ends with '?', got {checks.echo(ask)}.")
        query = {name: in_address(value) for name, value in written.settings.items()}
        example = _example(written.example, demo)
        addresses.check_query(demo, example - 1, query)
    except InputError as error:
        raise InputError(f"stop {number} ({written.demo[:40]}): {error}") from error
    named = {addresses.EXAMPLE: str(example)} if written.example is not None else {}
    return Stop(written.demo, written.asks, named | query, tuple((q.ask, q.answer) for q in written.question))


def _demo(name: str, demos: dict[str, Demo]) -> Demo:
    if name in demos:
        return demos[name]
    alike = difflib.get_close_matches(name, demos, n=1)
    works = f"Did you mean {alike[0]}?" if alike else f"There are {', '.join(demos)}."
    raise InputError(f"no demo is called {checks.echo(name)}. {works}")


def _example(number: int | None, demo: Demo) -> int:
    if number is not None and not 1 <= number <= len(demo.examples):
        raise InputError(f"there is no example {number}; {demo.title} has 1 to {len(demo.examples)}.")
    return number or 1


def in_address(value: Any) -> str:
    """A value as TOML has it in the words of an address: true is 1, [120, 85] is 120,85.

    Raises:
        InputError: no setting has such a value.
    """
    match value:
        case bool():
            return "1" if value else "0"
        case list():
            return ",".join(in_address(part) for part in value)
        case float():
            return f"{value:.10g}"
        case str() | int():
            return str(value)
    raise InputError(f"expected a number, true, false, a text or a list as a setting's value, got {checks.echo(value)}.")


def _in_words(error: ValidationError) -> str:
    """The first fault of a file, with its place: "stop 2, question 1, ask: ..."."""
    fault = error.errors()[0]
    place, keys = [], list(fault["loc"])
    while keys:
        key = keys.pop(0)
        place.append(f"{key} {int(keys.pop(0)) + 1}" if keys and isinstance(keys[0], int) else str(key))
    if fault["type"] == "extra_forbidden":
        kind: type[Written] = WrittenQuestion if len(place) > 2 else WrittenStop if len(place) > 1 else WrittenLesson
        where = f"{', '.join(place[:-1])}: " if place[:-1] else ""
        return f"{where}there is no {checks.echo(place[-1])}; there can be {', '.join(kind.model_fields)}. {FORMAT}"
    says = SAYS.get(fault["type"], "got something that does not fit: {msg}").format(**fault, **fault.get("ctx", {}))
    return f"{', '.join(place)}: {says}. {FORMAT}"
