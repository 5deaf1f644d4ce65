"""What both front ends do with a demo: check the inputs, run it, and add the facts that every tab shows."""

import copy
import inspect
import itertools
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cnn_core.errors import LabError
from cnn_core.images import samples
from cnn_core.runtime import devices, run_log, weights
from demos import checks, elsewhere
from demos.spec import (
    Button,
    Choice,
    ClassMap,
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
LARGEST_SEED = checks.LARGEST_SEED
LONGEST, LONGEST_STEPS = 120.0, 900.0
"""Seconds after which a run is ended: one with a single answer, and one that shows its steps and can be stopped."""
LONGEST_OUTCOME = 150
_numbers = itertools.count(1)


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


def pick(field: Choice, values: Mapping[str, Any], held: Any, number: Any) -> Any:
    """What a Choice holds after a press on the picture ``number`` (from 0) of those that choose its options.

    One of ``several`` is added, or taken away if it was there. A number without an option leaves all as it was.
    """
    options = [value for value, _ in options_of(field, values)]
    if not isinstance(number, int) or not 0 <= number < len(options):
        return held
    if not field.several:
        return options[number]
    kept = list(held) if isinstance(held, list | tuple) else []
    return [value for value in options if (value in kept) != (value == options[number])]


def default_of(field: Input, values: Mapping[str, Any]) -> Any:
    """What an input holds before anyone touches it; ``values`` are those of the inputs that it depends on."""
    match field:
        case Choice():
            return checks.default_choice(field, () if field.several else options_of(field, values))
        case Memory():
            return copy.deepcopy(field.initial)
        case Slider() | Toggle() | Text() | Seed():
            return field.default
        case Button():
            return False
        case Pictures():
            return []
    return None


def defaults(demo: Demo) -> dict[str, Any]:
    """Every input's value before anyone touches it."""
    values: dict[str, Any] = {}
    for name in checks.in_order(demo.inputs):
        values[name] = default_of(demo.inputs[name], values)
    return {name: values[name] for name in demo.inputs}


def example_values(demo: Demo, example: Mapping[str, Any]) -> dict[str, Any]:
    """An example's inputs, complete: defaults filled in, sample pictures opened."""
    values = defaults(demo) | dict(example)
    for name in checks.in_order(demo.inputs):
        field = demo.inputs[name]
        if isinstance(field, Picture) and isinstance(values[name], str):
            values[name] = samples.load(values[name])
        elif isinstance(field, Pictures):
            values[name] = [samples.load(v) if isinstance(v, str) else v for v in values[name] or []]
        elif isinstance(field, Choice) and field.depends_on and name not in example:
            values[name] = default_of(field, values)
    return values


def check_inputs(demo: Demo, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as ``run`` gets them: pictures opened, upright and RGB; everything else within what its field allows.

    A place outside its picture, such as a click on the picture that was there before, is left out, and a remark says so.

    Raises:
        PictureError: a picture is missing or cannot be used.
        InputError: a value is outside its field's range, or not one of its options.
    """
    values = {name: checks.check_alone(field, raw.get(name)) for name, field in demo.inputs.items()}
    for name in checks.in_order(demo.inputs):
        field = demo.inputs[name]
        if isinstance(field, Choice):
            values[name] = checks.check_choice(field, values[name], options_of(field, values))
        elif isinstance(field, Point):
            place = checks.check_point(field, values[name])
            values[name] = None if checks.is_outside(place, values.get(field.on)) else place
            if values[name] != place:
                _remark_outside(field, place)
    return values


def _remark_outside(field: Point, place: tuple[int, int] | None) -> None:
    run_log.remark(f"{field.label}: {checks.echo(place)} lies outside the picture and was left out.")


def answers(
    demo: Demo,
    raw: Mapping[str, Any],
    progress: Callable[[float, str], None] | None = None,
    visitor: str | None = "",
) -> Iterator[Answer]:
    """Runs the demo on raw inputs (file paths, bytes or arrays for pictures) and yields each answer as it comes.

    Args:
        demo: what runs.
        raw: input name -> value, as it came.
        progress: is called with (share done 0..1, words) by slow work such as fetching public weights.
        visitor: whose run it is, see ``run_log.Usage``.

    Raises:
        LabError: with a sentence for the person. Anything unexpected is logged and raised as such a sentence, too.
    """
    number, begun, outcome = next(_numbers), time.monotonic(), "stopped"
    usage = run_log.Usage(progress=progress, visitor=visitor, ends=begun + (LONGEST_STEPS if has_steps(demo) else LONGEST))
    try:
        for value in _recorded(demo, _steps(demo, raw), usage, number):
            yield Answer(value, facts(usage))
        outcome = "answered"
    except LabError as error:
        outcome = f"refused: {error}"[:LONGEST_OUTCOME]
        raise
    finally:
        logger.info("run %d: %s %s after %.2f s", number, demo.name or demo.title, outcome, time.monotonic() - begun)


def _recorded(demo: Demo, steps: Iterator[tuple[Any, ...]], usage: run_log.Usage, number: int) -> Iterator[tuple[Any, ...]]:
    """The same steps, written down in ``usage``; what goes wrong unexpectedly is logged and becomes a sentence."""
    while True:
        # The record is opened anew for each step: a server may take the next step of a generator in another thread.
        with run_log.recorded(usage):
            try:
                usage.check_time()
                value = next(steps)
            except StopIteration:
                return
            except LabError:
                raise
            except Exception as error:
                logger.exception("run %d: %s failed", number, demo.name or demo.title)
                raise LabError(f"{UNEXPECTED} (Run {number}.)") from error
        yield value


def _steps(demo: Demo, raw: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The outputs of a run, one tuple after the other; a run that is no generator has one.

    Only its answer shows how large a picture among the outputs is. A place that is outside it is left out, as in
    ``check_inputs``, and the run begins again.
    """
    values = check_inputs(demo, raw)
    for outputs in _run(demo, values):
        outside = _outside(demo, values, outputs)
        if outside:
            yield from _run(demo, values | dict.fromkeys(outside))
            return
        yield outputs


def _run(demo: Demo, values: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for value in elsewhere.steps(demo.run, values):
        yield _as_outputs(demo, value)


def _outside(demo: Demo, values: Mapping[str, Any], outputs: tuple[Any, ...]) -> list[str]:
    """The names of the places that lie outside the picture among the outputs that they are on; a remark names each."""
    pictures = {}
    for entry, value in zip(demo.outputs, outputs, strict=True):
        if isinstance(entry, Picture | ClassMap):
            pictures[entry.label] = value[0] if isinstance(entry, ClassMap) and value is not None else value
    points = {name: entry for name, entry in demo.inputs.items() if isinstance(entry, Point)}
    found = [name for name, entry in points.items() if checks.is_outside(values[name], pictures.get(entry.on))]
    for name in found:
        _remark_outside(points[name], values[name])
    return found


def _as_outputs(demo: Demo, value: Any) -> tuple[Any, ...]:
    values = (value,) if len(demo.outputs) == 1 else tuple(value)
    if len(values) != len(demo.outputs):
        raise ValueError(f"{demo.title}: run returned {len(values)} values for {len(demo.outputs)} outputs")
    return values


def facts(usage: run_log.Usage) -> str:
    """What every tab shows of a run: device, time in the networks, their cards' lines, remarks. Markdown."""
    total = 1000 * sum(usage.seconds.values())
    lines = [f"**{usage.device or devices.device_name()}** · {total:.0f} ms in the network" if usage.seconds else ""]
    lines += [f"**{weights.card(name).title}**: {weights.card(name).line}" for name in usage.seconds]
    lines += [*usage.remarks, say_kept(usage)]
    return "  \n".join(line for line in lines if line)


def say_kept(usage: run_log.Usage) -> str:
    """Which networks did not run, because their answers were kept from a moment ago; "" where all ran."""
    kept = [name for name, seconds in usage.seconds.items() if name in usage.kept and not seconds]
    if not kept:
        return ""
    if len(kept) == len(usage.seconds):
        return "What the network says of this picture was kept from a moment ago; nothing ran again."
    return f"Kept from a moment ago, not run again: {', '.join(weights.card(name).title for name in kept)}."


def source_of(demo: Demo) -> str:
    """The source of the demo's ``run``, for "Show the code"."""
    return inspect.getsource(demo.run)


def has_steps(demo: Demo) -> bool:
    """Whether the demo's ``run`` shows several answers, one after the other, and so can be stopped in between."""
    return inspect.isgeneratorfunction(inspect.unwrap(demo.run))


def at_once() -> int:
    """How many runs may use the networks at the same time."""
    return elsewhere.at_once()
