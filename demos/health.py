"""Whether this installation can work, for whoever hosts it and for the watchdogs of hosts."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from cnn_core.runtime import devices, weights
from demos import catalogue

PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


@cache
def version() -> str:
    """The version of CNN Lab, as pyproject.toml says it."""
    return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])


@cache
def damaged_networks() -> tuple[str, ...]:
    """The names of shipped networks whose card or file is damaged; all files are read and their hashes compared once."""
    return tuple(name for name in weights.names() if not weights.is_sound(name))


def report() -> dict[str, Any]:
    """Version, device, how many demos and networks there are, and the names of those that are damaged."""
    demos = catalogue.find_demos()
    lame = [demo.name for demo in demos if catalogue.is_unavailable(demo)]
    return {
        "status": "damaged" if lame or damaged_networks() else "ok",
        "version": version(),
        "device": devices.device_name(),
        "demos": len(demos),
        "damaged_demos": lame,
        "networks": len(weights.names()),
        "damaged_networks": list(damaged_networks()),
    }
