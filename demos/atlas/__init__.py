"""Small pictures of what the channels of a network look for, all layers, worked out beforehand.

``python -m demos.atlas`` makes them: a sheet of pictures for each layer, and ``atlas.json``, which says of which weights
they are and how they were made. A layer's sheet shows its first CHANNELS channels (they have no order, so any will do), the
last layer's all classes. The sheets hold for these weights alone.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnn_core.explain.visualisation import LEAK
from cnn_core.runtime import weights

FOLDER = Path(__file__).parent
NETWORKS = ("classify_vgg_tiny200", "classify_resnet_everyday")
CHANNELS, SIDE, STEPS, SEED = 32, 64, 32, 0
COLUMNS = 8
"""Pictures in a row of a sheet."""


@dataclass(frozen=True)
class Sheet:
    """The pictures of one layer.

    Attributes:
        webp: the file's bytes: pictures of SIDE x SIDE pixels, COLUMNS in a row, the first channel first.
        count: how many.
    """

    webp: bytes
    count: int


def find(network: str, layer: str) -> Sheet | None:
    """The sheet of a layer; None where there is none of these weights."""
    entry = contents().get(network)
    if entry is None or layer not in entry["layers"] or not holds(network, entry):
        return None
    return Sheet(path_of(network, layer).read_bytes(), entry["layers"][layer])


def contents() -> dict[str, Any]:
    """Network -> its entry: how it was made and how many pictures each layer has."""
    file = FOLDER / "atlas.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found


def made_how(network: str) -> dict[str, Any]:
    """What decides how the pictures of a network look."""
    return {"sha256": weights.card(network).sha256, "side": SIDE, "steps": STEPS, "seed": SEED, "leak": LEAK}


def holds(network: str, entry: dict[str, Any]) -> bool:
    """Whether an entry is of the weights that are shipped now, and made as pictures are made now."""
    return network in weights.names() and made_how(network).items() <= entry.items()


def path_of(network: str, layer: str) -> Path:
    """Where a layer's sheet lies."""
    return FOLDER / network / f"{layer}.webp"
