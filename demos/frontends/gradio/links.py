"""Links from one demo's page to another's: the address names what the other opens with."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

KEY = "with"
"""The address's parameter: /layers?with=5f2c..."""
MOST = 4096
"""How many links are remembered; the oldest not followed go first."""

_lock = threading.Lock()
_held: OrderedDict[str, Mapping[str, Any]] = OrderedDict()


def address_of(demo: str, values: Mapping[str, Any]) -> str:
    """The address of the demo's page that opens with these inputs: plain values, and pictures as paths of kept files.

    A digest of the values names them, and whoever can guess it has the picture itself.
    """
    words = json.dumps([demo, values], sort_keys=True)
    key = hashlib.blake2b(words.encode(), digest_size=12).hexdigest()
    with _lock:
        _held[key] = values
        _held.move_to_end(key)
        while len(_held) > MOST:
            _held.popitem(last=False)
    return f"./{demo}?{KEY}={key}"


def held(key: str) -> Mapping[str, Any] | None:
    """The inputs that the link with this key opens with; None if there are none (any more)."""
    with _lock:
        if key in _held:
            _held.move_to_end(key)
        return _held.get(key)
