"""Networks in memory up to a budget: the one not used for longest goes first."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from torch import nn

from cnn_core.errors import InputError

Kept = TypeVar("Kept")
MEGABYTES = 1024
"""The budget where ``CNN_PUBLIC_MEMORY`` says nothing."""


def budget() -> int:
    """How many bytes of public networks may lie in memory: ``CNN_PUBLIC_MEMORY`` megabytes (2**20).

    Raises:
        InputError: ``CNN_PUBLIC_MEMORY`` is not a whole number.
    """
    wanted = os.environ.get("CNN_PUBLIC_MEMORY") or str(MEGABYTES)
    if not wanted.isdecimal():
        raise InputError(f"CNN_PUBLIC_MEMORY={wanted} is not a whole number of megabytes; leave it out, or say e.g. 1024.")
    return int(wanted) << 20


def bytes_of(model: nn.Module) -> int:
    """How much memory the numbers of a network fill, bytes."""
    return sum(tensor.numel() * tensor.element_size() for tensor in (*model.parameters(), *model.buffers()))


class MemoryBudget(Generic[Kept]):
    """Things by key, each of a known size; those not asked for longest are forgotten so that the rest fits.

    Whoever still computes with one that was forgotten keeps it alive until it is done. One at a time is made, so that two
    large ones never come together; what alone exceeds the budget is kept alone.

    Args:
        limit: the budget, bytes, asked each time.
    """

    def __init__(self, limit: Callable[[], int] = budget) -> None:
        self.limit = limit
        self._kept: OrderedDict[Hashable, tuple[Kept, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._making = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def find_or_make(self, key: Hashable, expected: int, make: Callable[[], tuple[Kept, int]]) -> Kept:
        """What is kept under ``key``; if nothing is, what ``make`` returns, which is then kept.

        Args:
            key: what it is asked for by.
            expected: its size, bytes; so much room is made before ``make`` is called.
            make: returns it and its size, bytes.
        """
        if (found := self._find(key)) is not None:
            return found
        with self._making:
            if (found := self._find(key)) is not None:  # made while this one waited
                return found
            with self._lock:
                self._make_room(expected)
            made = make()
            with self._lock:
                self._kept[key] = made
                self._make_room(0)
            return made[0]

    def _find(self, key: Hashable) -> Kept | None:
        """What is kept under ``key``, which is then the newest, or None."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def _make_room(self, needed: int) -> None:
        """Forgets the oldest until so many bytes more would fit; of what is there already, the newest stays."""
        least = 0 if needed else 1
        while len(self._kept) > least and sum(size for _, size in self._kept.values()) + needed > self.limit():
            self._kept.popitem(last=False)

    def forget(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._kept.clear()
