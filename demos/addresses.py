"""What an address says of the inputs: /detect?example=2&confidence=0.3, by value: reworded labels break no link."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cnn_core.errors import InputError, LabError
from demos import checks, runner
from demos.spec import Button, Choice, Demo, Input, Memory, Picture, Pictures, Point, Slider, Text, Toggle

WHOLE = re.compile(r"\s*-?[0-9]{1,9}\s*")
"""A whole number, no longer than one of pixels: ``int`` raises an error over "--5" and over 5,000 digits."""
EXAMPLE = "example"
"""The number of an example, from 1; the first is what a page opens with anyway."""

KEPT = ("lesson", "hide", "big")
"""What an address says of the page itself; it goes along from page to page (in Gradio: address.js)."""


def plain_inputs(demo: Demo) -> dict[str, Input]:
    """The inputs that an address can hold: all but pictures, buttons, memories, and words beside pictures of people."""
    silent = Picture | Pictures | Button | Memory | (Text if demo.private else Memory)
    return {name: field for name, field in demo.inputs.items() if not isinstance(field, silent)}


def query_of(demo: Demo, values: Mapping[str, Any], example: int | None = 0) -> dict[str, str]:
    """The address's parameters that bring somebody else to these inputs; {} for what the page opens with.

    Args:
        demo: whose inputs.
        values: as ``run`` gets them; pictures and what is missing are passed over.
        example: number from 0 of the example that the pictures came from; None where they are the visitor's own.
    """
    start = runner.defaults(demo) | (dict(demo.examples[example or 0]) if demo.examples else {})
    found = {EXAMPLE: str(example + 1)} if example else {}
    for name, field in plain_inputs(demo).items():
        if isinstance(field, Point) and example is None:
            continue  # a place on a picture that does not go along
        words, before = in_words(field, values.get(name)), in_words(field, start[name])
        if name in values and words != before:
            found[name] = words
    return found


def inputs_in(demo: Demo, query: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """The example's number from 0 and the inputs that an address names; what fits no input is passed over.

    Choices are checked against what goes with the inputs that they depend on.
    """
    number = query.get(EXAMPLE, "1")
    numbers = {str(example + 1): example for example in range(len(demo.examples))}
    example = numbers.get(number, 0)
    plain = plain_inputs(demo)
    values = runner.defaults(demo) | (dict(demo.examples[example]) if demo.examples else {})
    found: dict[str, Any] = {}
    for name in checks.in_order(demo.inputs):
        if name in query and name in plain:
            try:
                values[name] = found[name] = _checked(demo.inputs[name], query[name], values)
            except LabError:
                continue
    return example, found


def check_query(demo: Demo, example: int, query: Mapping[str, str]) -> None:
    """Lets an address pass that names inputs of the demo with values that they can have, beside this example (from 0).

    Raises:
        InputError: a name or a value that ``inputs_in`` would pass over.
    """
    plain = plain_inputs(demo)
    if strange := [name for name in query if name not in plain]:
        raise InputError(f"{demo.title} has no setting {strange[0]!r}; it has {', '.join(plain) or 'none'}.")
    values = runner.defaults(demo) | (dict(demo.examples[example]) if demo.examples else {})
    for name in checks.in_order(demo.inputs):
        if name in query:
            values[name] = _checked(demo.inputs[name], query[name], values, strictly=True)


def in_words(field: Input, value: Any) -> str:
    """An input's value as an address has it."""
    match field:
        case Slider():
            return f"{value:.10g}"
        case Toggle():
            return "1" if value else "0"
        case Point():
            return "" if value is None else f"{value[0]},{value[1]}"
        case Choice(several=True):
            return ",".join(value or ())
    return "" if value is None else str(value)


def _checked(field: Input, words: str, values: Mapping[str, Any], strictly: bool = False) -> Any:
    """The value that the words of an address stand for.

    ``strictly``: a choice that does not go with the inputs that it depends on is an error, too; else its default is taken.

    Raises:
        InputError: they stand for none.
    """
    match field:
        case Toggle():
            return checks.check_yes_or_no(field, {"1": True, "0": False}.get(words, words))
        case Point():
            return checks.check_point(field, _numbers(words)) if words else None
        case Choice():
            chosen: Any = [part for part in words.split(",") if part] if field.several else words
            options = runner.options_of(field, values)
            return checks.check_choice(replace(field, depends_on=()) if strictly else field, chosen, options)
    return checks.check_alone(field, words)


def _numbers(words: str) -> list[Any]:
    """The parts of "120,85": whole numbers where they are some."""
    return [int(part) if WHOLE.fullmatch(part) else {} for part in words.split(",")]
