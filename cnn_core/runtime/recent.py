"""Answers about the last few pictures, so that a slider that only chooses among them need not run a network again.

They lie in this process's memory alone, under a digest of the picture and the visitor who showed it: nobody else can learn
from a kept answer that somebody showed this picture. What the app's own examples gave is everybody's.
"""

import functools
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import numpy as np

from cnn_core.results import PictureArray
from cnn_core.runtime import run_log

Answer = TypeVar("Answer")
P = ParamSpec("P")
MOST = 16
EVERYBODY = ""
SECONDS = 300.0


def digest(picture: PictureArray) -> tuple[tuple[int, ...], bytes]:
    """What tells one picture from every other: its shape and 16 bytes made of all its pixels."""
    return picture.shape, hashlib.blake2b(np.ascontiguousarray(picture).data, digest_size=16).digest()


class Recent:
    """The last few answers by key; the oldest, and those not asked for within ``seconds``, are forgotten.

    Args:
        most: how many are kept.
        seconds: for how long.
    """

    def __init__(self, most: int = MOST, seconds: float = SECONDS) -> None:
        self.most, self.seconds = most, seconds
        self._kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._lock = threading.Lock()
        self._clock: threading.Timer | None = None

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Hashable) -> Any | None:
        """The answer kept under ``key``, which is then the newest, or None."""
        with self._lock:
            self._forget_old()
            if key not in self._kept:
                return None
            answer = self._kept.pop(key)[1]
            self._kept[key] = time.monotonic(), answer
            return answer

    def keep(self, key: Hashable, answer: Any) -> None:
        """Keeps an answer; the oldest goes if there are too many."""
        with self._lock:
            self._kept[key] = time.monotonic(), answer
            self._kept.move_to_end(key)
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
            self._watch()

    def _forget_old(self) -> None:
        now = time.monotonic()
        for old in [k for k, (used, _) in self._kept.items() if now - used >= self.seconds]:
            del self._kept[old]

    def _watch(self) -> None:
        """Sees to it that answers go when their time is over, even if nobody asks for anything any more."""
        if self._clock is None and self._kept:
            self._clock = threading.Timer(self.seconds / 4, self._time_passed)
            self._clock.daemon = True
            self._clock.start()

    def _time_passed(self) -> None:
        with self._lock:
            self._clock = None
            self._forget_old()
            self._watch()

    def forget(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._kept.clear()


_all: list[Recent] = []


def forget() -> None:
    """Forgets what every ``remembered`` function keeps."""
    for recent in _all:
        recent.forget()


def remembered(
    function: Callable[Concatenate[PictureArray, str, P], Answer], most: int = MOST
) -> Callable[Concatenate[PictureArray, str, P], Answer]:
    """Makes ``function(picture, weights_name, ...)`` answer from memory what it was asked before.

    Whatever else it is given must be hashable. Its answers are for reading.

    Args:
        function: what is asked.
        most: how many answers are kept.
    """
    recent = Recent(most)
    _all.append(recent)

    @functools.wraps(function)
    def asked(picture: PictureArray, weights_name: str, *args: P.args, **kwargs: P.kwargs) -> Answer:
        visitor = run_log.visitor()
        if visitor is None:
            return function(picture, weights_name, *args, **kwargs)
        key = digest(picture), weights_name, args, tuple(sorted(kwargs.items()))
        answer = next((kept for who in (visitor, EVERYBODY) if (kept := recent.find((who, key))) is not None), None)
        if answer is None:
            answer = function(picture, weights_name, *args, **kwargs)
            recent.keep((visitor, key), answer)
        else:
            run_log.note_kept_answer(weights_name)
        return answer

    return cast("Callable[Concatenate[PictureArray, str, P], Answer]", asked)
