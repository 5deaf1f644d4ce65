"""An answer as plain data and pictures, and back: what outputs are made of (demos/fields.py), nothing else.

JSON knows no tuples, bytes or charts: those become an object with one key, which says what they are.
"""

import base64
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from demos import charts
from demos.fields import Region

KNOWN = {
    kind.__name__: kind
    for kind in (
        Region, charts.Chart, charts.Axis, charts.Line, charts.Points, charts.Bars, charts.Histogram, charts.HeatMap,
        charts.Level, charts.Band,
    )
}  # fmt: skip
Array = np.ndarray[Any, Any]


def encode(value: Any, keep: Callable[[Array], str]) -> Any:
    """A value as JSON takes it.

    Args:
        value: what a demo's ``run`` returned, or a part of it.
        keep: puts a picture (H, W) or (H, W, 3) uint8, or a mask (H, W) bool, away and returns the name to find it by.

    Raises:
        TypeError: it holds something that no output is made of.
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case np.bool_() | np.integer() | np.floating():
            return value.item()
        case np.ndarray() if value.dtype == np.uint8:
            return {"picture" if value.ndim == 3 else "grey": keep(value)}
        case np.ndarray() if value.dtype == np.bool_:
            return {"mask": keep(value)}
        case bytes():
            return {"bytes": base64.b64encode(value).decode()}
        case list():
            return [encode(part, keep) for part in value]
        case tuple():
            return {"tuple": [encode(part, keep) for part in value]}
        case dict():
            return {"dict": [[encode(key, keep), encode(part, keep)] for key, part in value.items()]}
        case _ if is_dataclass(value) and type(value).__name__ in KNOWN:
            return {type(value).__name__: {each.name: encode(getattr(value, each.name), keep) for each in fields(value)}}
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def decode(data: Any, find: Callable[[str], Array]) -> Any:
    """The value of which ``encode`` made the data; ``find`` gives the picture (H, W, 3) uint8 of a name.

    Raises:
        ValueError: the data were not made by ``encode``.
    """
    if isinstance(data, list):
        return [decode(part, find) for part in data]
    if not isinstance(data, dict):
        return data
    (kind, content), *more = data.items()
    if more or kind not in {"picture", "grey", "mask", "bytes", "tuple", "dict", *KNOWN}:
        raise ValueError(f"nothing is stored as {list(data)}")
    match kind:
        case "picture":
            return find(content)
        case "grey":
            return find(content)[..., 0]  # (H, W, 3) -> (H, W)
        case "mask":
            return find(content)[..., 0] > 0  # (H, W, 3) -> (H, W)
        case "bytes":
            return base64.b64decode(content)
        case "tuple":
            return tuple(decode(part, find) for part in content)
        case "dict":
            return {decode(key, find): decode(part, find) for key, part in content}
    return KNOWN[kind](**{name: decode(part, find) for name, part in content.items()})
