"""The gate: what came for an input -> what ``run`` gets, or a sentence that says what was expected.

Whatever comes from a browser or a program is checked here, field by field, before a demo sees it.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from cnn_core.errors import InputError, PictureError
from cnn_core.images import opening
from demos.spec import Button, Choice, Input, Options, Picture, PictureArray, Pictures, Point, Seed, Slider, Text, Toggle

LARGEST_SEED = 2**31 - 1
LONGEST_ECHO = 50
"""Characters of a wrong value that its sentence repeats: whoever sends two megabytes does not get them back."""


def echo(value: Any) -> str:
    """A value as Python writes it, at most LONGEST_ECHO characters."""
    words = repr(value[:LONGEST_ECHO] if isinstance(value, str | bytes) else value)
    return words if len(words) <= LONGEST_ECHO else f"{words[: LONGEST_ECHO - 3]}..."


def check_alone(field: Input, value: Any) -> Any:
    """The value as ``run`` gets it, for a field that depends on no other; of a Choice, a Point, a Memory the value itself.

    Raises:
        PictureError, InputError: what was expected and what came.
    """
    match field:
        case Picture():
            return check_picture(field, value)
        case Pictures():
            return check_pictures(field, value)
        case Slider():
            return check_number(field, value)
        case Toggle() | Button():
            return check_yes_or_no(field, value)
        case Text():
            return check_text(field, value)
        case Seed():
            return check_seed(field, value)
    return value


def check_picture(field: Picture, value: Any) -> PictureArray | None:
    """The picture, opened (H, W, 3); None where it may be missing and is."""
    if value is None and not field.optional:
        raise PictureError(f"{field.label}: please give a picture, by file, clipboard or webcam, or take an example.")
    return None if value is None else opening.open_picture(value)


def check_pictures(field: Pictures, value: Any) -> list[PictureArray]:
    """The pictures, each opened (H, W, 3): as many as came, from 1 (0 where optional) to ``field.most``."""
    if value is not None and not isinstance(value, list | tuple):
        raise PictureError(f"{field.label}: expected a list of pictures, got {echo(value)}.")
    if not value and not field.optional:
        raise PictureError(f"{field.label}: please give at least one picture.")
    if value and len(value) > field.most:
        raise PictureError(f"{field.label}: {len(value)} pictures came; at most {field.most} are accepted at once.")
    return [opening.open_picture(entry) for entry in value or ()]


def check_number(field: Slider, value: Any) -> float:
    """A number from ``low`` to ``high``, both included; whole where the step is whole."""
    try:
        number = float(field.default if value is None else value)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{field.label}: expected a number, got {echo(value)}.") from error
    if not field.low <= number <= field.high:  # so written that NaN is refused, too
        raise InputError(f"{field.label}: expected a number from {field.low:g} to {field.high:g}, got {number:g}.")
    return round(number) if isinstance(field.step, int) else number


def check_yes_or_no(field: Toggle | Button, value: Any) -> bool:
    """True or False; 1 and 0 will do, and nothing means the default."""
    if value is None:
        return isinstance(field, Toggle) and field.default
    if not isinstance(value, bool | int) or value not in (0, 1):
        raise InputError(f"{field.label}: expected true or false, got {echo(value)}.")
    return bool(value)


def check_text(field: Text, value: Any) -> str:
    """A text of at most ``field.longest`` characters; nothing is an empty one."""
    if value is not None and not isinstance(value, str | int | float):
        raise InputError(f"{field.label}: expected a text, got {echo(value)}.")
    text = "" if value is None else str(value)
    if len(text) > field.longest:
        raise InputError(f"{field.label}: {len(text)} characters came; at most {field.longest} fit.")
    return text


def check_seed(field: Seed, value: Any) -> int:
    """A whole number from 0 to LARGEST_SEED."""
    raw = field.default if value is None else value
    try:
        seed = int(raw)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{field.label}: expected a whole number, got {echo(value)}.") from error
    if isinstance(raw, float) and raw != seed:
        raise InputError(f"{field.label}: expected a whole number, got {raw:g}.")
    if not 0 <= seed <= LARGEST_SEED:
        raise InputError(f"{field.label}: expected a whole number from 0 to {LARGEST_SEED}, got {echo(seed)}.")
    return seed


def check_choice(field: Choice, value: Any, options: Options) -> Any:
    """One of the options' values, or a list of some where several may be chosen; nothing means the default.

    A value that went with another value of an input that this one depends on means nothing now: the default takes its place.
    """
    if value is None:
        return default_choice(field, options)
    if field.several and not isinstance(value, list | tuple):
        raise InputError(f"{field.label}: expected a list of choices, got {echo(value)}.")
    allowed = [option for option, _ in options]
    chosen = list(value) if field.several else [value]
    unknown = [entry for entry in chosen if not isinstance(entry, str) or entry not in allowed]
    if not unknown:
        return list(dict.fromkeys(chosen)) if field.several else value
    if field.depends_on and not field.several and isinstance(value, str):
        return default_choice(field, options)
    raise InputError(f"{field.label}: {echo(unknown[0])} is not one of the choices. There are: {_listed(allowed)}.")


def default_choice(field: Choice, options: Options) -> Any:
    """What a Choice holds before anyone touches it, given its options: its default where that is one of them.

    Raises:
        InputError: there is nothing to choose from.
    """
    if field.several:
        return list(field.default or ())
    if not options:
        raise InputError(f"{field.label}: there is nothing to choose from. Files that it needs are damaged or missing.")
    return field.default if field.default in dict(options) else options[0][0]


def _listed(allowed: list[str]) -> str:
    """The choices' values, as many as have room in a sentence."""
    words = allowed[0] if allowed else "none"
    for value in allowed[1:]:
        if len(words) + len(value) > LONGEST_ECHO:
            return f"{words} and more"
        words += f", {value}"
    return words


def check_point(field: Point, value: Any) -> tuple[int, int] | None:
    """A place as (x, y) in whole pixels; None before the first click. Whether it is on the picture, ``is_outside`` says."""
    if value is None:
        return None
    try:
        x, y = (math.floor(float(part)) for part in value if not isinstance(value, str | Mapping))
    except (TypeError, ValueError, OverflowError) as error:
        came = " ".join(map(str, value)) if isinstance(value, list) else value
        raise InputError(f"{field.label}: expected a place as two whole numbers, x and y, got {echo(came)}.") from error
    return x, y


def is_outside(place: tuple[int, int] | None, picture: Any) -> bool:
    """Whether a place is on no pixel of the picture (H, W[, C]); without a picture or a place it is not."""
    if place is None or not isinstance(picture, np.ndarray):
        return False
    (x, y), (height, width) = place, picture.shape[:2]
    return not (0 <= x < width and 0 <= y < height)


def in_order(inputs: Mapping[str, Input]) -> list[str]:
    """The inputs' names, each after those that its choices depend on."""
    names: list[str] = []
    while len(names) < len(inputs):
        rest = [name for name in inputs if name not in names]
        names += [name for name in rest if not _looks_at(inputs[name]) & set(rest)]
    return names


def _looks_at(field: Input) -> set[str]:
    return set(field.depends_on) if isinstance(field, Choice) else set()
