"""What both front ends do with a demo: check the inputs, run it, and add the facts that every tab shows."""

import inspect
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from cnn_core.errors import InputError, LabError, PictureError
from cnn_core.images import opening, samples
from cnn_core.runtime import devices, run_log, weights
from demos.spec import (
    Button,
    Choice,
    Demo,
    Input,
    Memory,
    Options,
    Picture,
    Pictures,
    Point,
    Seed,
    Slider,
    Text,
    Toggle,
)

logger = logging.getLogger(__name__)
UNEXPECTED = "Something went wrong inside this demo. It is not your picture's fault; the details are in the server's log."
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Answer:
    """What a run has to show.

    Attributes:
        values: one value for each of the demo's outputs, in their order.
        facts: Markdown: the device, the networks' time, the line of each network's card, remarks.
    """

    values: tuple[Any, ...]
    facts: str


def options_of(field: Choice, values: Mapping[str, Any]) -> Options:
    """The (value, label) pairs of a Choice, given the present values of the inputs it depends on."""
    return field.options(*(values[name] for name in field.depends_on)) if callable(field.options) else field.options


def default_of(field: Input, values: Mapping[str, Any]) -> Any:
    """What an input holds before anyone touches it; ``values`` are those of the inputs before it."""
    match field:
        case Choice(several=True):
            return list(field.default or ())
        case Choice():
            options = options_of(field, values)
            return field.default if field.default in dict(options) else options[0][0]
        case Memory():
            return field.initial
        case Slider() | Toggle() | Text() | Seed():
            return field.default
        case Button():
            return False
        case Pictures():
            return []
    return None


def defaults(demo: Demo) -> dict[str, Any]:
    """Every input's value before anyone touches it; those that a dependent Choice looks at come first."""
    values: dict[str, Any] = {}
    dependent = {name: field for name, field in demo.inputs.items() if isinstance(field, Choice) and field.depends_on}
    for name, field in {**{n: f for n, f in demo.inputs.items() if n not in dependent}, **dependent}.items():
        values[name] = default_of(field, values)
    return {name: values[name] for name in demo.inputs}


def example_values(demo: Demo, example: Mapping[str, Any]) -> dict[str, Any]:
    """An example's inputs, complete: defaults filled in, sample pictures opened."""
    values = defaults(demo) | dict(example)
    for name, field in demo.inputs.items():
        if isinstance(field, Picture) and isinstance(values[name], str):
            values[name] = samples.load(values[name])
        elif isinstance(field, Pictures):
            values[name] = [samples.load(v) if isinstance(v, str) else v for v in values[name] or []]
        elif isinstance(field, Choice) and field.depends_on and name not in example:
            values[name] = default_of(field, values)
    return values


def check_inputs(demo: Demo, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as ``run`` gets them: pictures opened, upright and RGB; everything else within what its field allows.

    Raises:
        PictureError: a picture is missing or cannot be used.
        InputError: a value is outside its field's range, or not one of its options.
    """
    values = {name: _check(field, raw.get(name)) for name, field in demo.inputs.items()}
    for name, field in demo.inputs.items():
        if isinstance(field, Choice):
            values[name] = _check_choice(field, values[name], values)
        elif isinstance(field, Point) and values[name] is not None:
            values[name] = _check_point(field, values[name], values.get(field.on))
    return values


def _check(field: Input, value: Any) -> Any:
    match field:
        case Picture():
            if value is None and not field.optional:
                raise PictureError(
                    f"{field.label}: please give a picture, by file, clipboard or webcam, or take an example."
                )
            return None if value is None else opening.open_picture(value)
        case Pictures():
            return _check_pictures(field, value or [])
        case Slider():
            return _check_number(field, value)
        case Toggle() | Button():
            return bool(value)
        case Text():
            text = "" if value is None else str(value)
            if len(text) > field.longest:
                raise InputError(f"{field.label}: {len(text)} characters came; at most {field.longest} fit.")
            return text
        case Seed():
            return _check_seed(field, value)
    return value


def _check_pictures(field: Pictures, value: list[Any]) -> list[Any]:
    if not value and not field.optional:
        raise PictureError(f"{field.label}: please give at least one picture.")
    if len(value) > field.most:
        raise PictureError(f"{field.label}: {len(value)} pictures came; at most {field.most} are accepted at once.")
    return [opening.open_picture(entry) for entry in value]


def _check_number(field: Slider, value: Any) -> float:
    whole = isinstance(field.step, int)
    try:
        number = float(field.default if value is None else value)
    except (TypeError, ValueError) as error:
        raise InputError(f"{field.label}: expected a number, got {value!r}.") from error
    if not field.low <= number <= field.high:
        raise InputError(f"{field.label}: expected a number from {field.low:g} to {field.high:g}, got {number:g}.")
    return round(number) if whole else number


def _check_seed(field: Seed, value: Any) -> int:
    try:
        seed = int(field.default if value is None else value)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{field.label}: expected a whole number, got {value!r}.") from error
    if not 0 <= seed <= LARGEST_SEED:
        raise InputError(f"{field.label}: expected a whole number from 0 to {LARGEST_SEED}, got {seed}.")
    return seed


def _check_choice(field: Choice, value: Any, values: Mapping[str, Any]) -> Any:
    allowed = dict(options_of(field, values))
    if value is None:
        return default_of(field, values)
    chosen = list(value) if field.several else [value]
    unknown = [entry for entry in chosen if entry not in allowed]
    if not unknown:
        return chosen if field.several else value
    if field.depends_on and not field.several:
        return default_of(field, values)  # the input it depends on has just changed: the old value means nothing now
    listed = ", ".join(list(allowed)[:12]) + (", ..." if len(allowed) > 12 else "")
    raise InputError(f"{field.label}: {unknown[0]!r} is not one of the choices. There are: {listed}.")


def _check_point(field: Point, value: Any, picture: Any) -> tuple[int, int] | None:
    try:
        x, y = (int(part) for part in value)
    except (TypeError, ValueError) as error:
        raise InputError(f"{field.label}: expected a place as two whole numbers, x and y, got {value!r}.") from error
    if isinstance(picture, np.ndarray):
        height, width = picture.shape[:2]
        if not (0 <= x < width and 0 <= y < height):
            return None  # a click on the picture that was there before
    return x, y


def answers(demo: Demo, raw: Mapping[str, Any], progress: Callable[[float, str], None] | None = None) -> Iterator[Answer]:
    """Runs the demo on raw inputs (file paths, bytes or arrays for pictures) and yields each answer as it comes.

    ``progress`` is called with (share done 0..1, words) by slow work such as fetching public weights.

    Raises:
        LabError: with a sentence for the person. Anything unexpected is logged and raised as such a sentence, too.
    """
    usage = run_log.Usage(progress=progress)
    steps = _steps(demo, raw)
    while True:
        # The record is opened anew for each step: a server may take the next step of a generator in another thread.
        with run_log.recorded(usage):
            try:
                value = next(steps)
            except StopIteration:
                return
            except LabError:
                raise
            except Exception as error:
                logger.exception("%s failed", demo.name or demo.title)
                raise LabError(UNEXPECTED) from error
        yield Answer(value, facts(usage))


def _steps(demo: Demo, raw: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The outputs of a run, one tuple after the other; a run that is no generator has one."""
    result = demo.run(**check_inputs(demo, raw))
    for value in result if inspect.isgenerator(result) else (result,):
        yield _as_outputs(demo, value)


def _as_outputs(demo: Demo, value: Any) -> tuple[Any, ...]:
    values = (value,) if len(demo.outputs) == 1 else tuple(value)
    if len(values) != len(demo.outputs):
        raise ValueError(f"{demo.title}: run returned {len(values)} values for {len(demo.outputs)} outputs")
    return values


@cache
def first_answer(demo: Demo) -> tuple[dict[str, Any], Answer] | None:
    """The inputs and the answer of a demo's first example, worked out once for all visitors; None without examples."""
    if not demo.examples:
        return None
    values = example_values(demo, demo.examples[0])
    *_, last = answers(demo, values)
    return values, last


def facts(usage: run_log.Usage) -> str:
    """What every tab shows of a run: device, time in the networks, their cards' lines, remarks. Markdown."""
    total = 1000 * sum(usage.seconds.values())
    lines = [f"**{devices.device_name()}** · {total:.0f} ms in the network" if usage.seconds else ""]
    lines += [f"**{weights.card(name).title}**: {weights.card(name).line}" for name in usage.seconds]
    lines += usage.remarks
    return "  \n".join(line for line in lines if line)


def source_of(demo: Demo) -> str:
    """The source of the demo's ``run``, for "Show the code"."""
    return inspect.getsource(demo.run)


def has_steps(demo: Demo) -> bool:
    """Whether the demo's ``run`` shows several answers, one after the other, and so can be stopped in between."""
    return inspect.isgeneratorfunction(inspect.unwrap(demo.run))


def at_once() -> int:
    """How many runs may use the networks at the same time: one on a GPU (its memory is shared), two on a CPU."""
    return 1 if devices.device().type == "cuda" else 2
