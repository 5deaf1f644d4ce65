"""What tells one output of a demo from another, so that what has not changed is not made ready for the page again."""

from collections.abc import Hashable
from typing import Any

import numpy as np

from cnn_core.runtime import recent
from demos.charts import Chart
from demos.spec import ClassGrid, Region


def digest(value: Any) -> Hashable:
    """A small key that is the same for equal values and another for others.

    Takes what outputs are made of: pictures (uint8 arrays), masks, regions, charts, words and numbers, lists of them.

    Raises:
        TypeError: the value has none: it is, or holds, something else.
    """
    match value:
        case np.ndarray():
            return value.dtype.str, *recent.digest(value)
        case Chart():
            return value
        case ClassGrid():
            return value.names, digest(value.classes), digest(value.probabilities)
        case Region():
            return value.name, digest(value.score), digest(value.shape)
        case list() | tuple():
            return tuple(digest(part) for part in value)
        case str() | int() | float() | None:
            return value
        case np.number():
            return float(value)
    raise TypeError(f"a {type(value).__name__} has no digest")
