"""The drawer "More results": what lies in it is neither made into files nor sent before somebody opens it."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np

from demos.spec import Region

MOST_BYTES = 256_000_000
"""What all closed drawers of all visitors may hold together; beyond it, the oldest contents go."""
CHART = 200_000
"""What a chart counts."""

_lock = threading.Lock()
_closed: OrderedDict["Drawer", Mapping[int, Any]] = OrderedDict()


class Drawer:
    """One visitor's drawer on one tab.

    Attributes:
        is_open: whether its results are shown at once.
    """

    def __init__(self) -> None:
        self.is_open = False
        self._holds_something = False

    def put(self, values: Mapping[int, Any]) -> None:
        """Keeps the folded outputs of the latest answer, by their number, until the drawer is opened."""
        with _lock:
            _closed.pop(self, None)
            self._holds_something = bool(values)
            if values:
                _closed[self] = values
            while len(_closed) > 1 and size_of(list(_closed.values())) > MOST_BYTES:
                _closed.popitem(last=False)

    def take(self) -> Mapping[int, Any] | None:
        """What was put last and not taken yet; None if it had to go, because the drawers held too much."""
        with _lock:
            found = _closed.pop(self, None)
            lost = self._holds_something and found is None
            self._holds_something = False
            return None if lost else found or {}


def size_of(kept: Any) -> int:
    """The bytes of all that is kept; an array that occurs twice (as everybody's first answer does) counts once."""
    sizes: dict[int, int] = {}
    ahead = [kept]
    while ahead:
        match ahead.pop():
            case dict() as entries:
                ahead += entries.values()
            case list() | tuple() as entries:
                ahead += entries
            case Region() as region:
                ahead.append(region.shape)
            case np.ndarray() as array:
                sizes[id(array)] = array.nbytes
            case None | str() | int() | float() | bytes():
                pass
            case other:
                sizes[id(other)] = CHART
    return sum(sizes.values())
