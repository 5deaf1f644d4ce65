"""Small untrained networks with complete cards, written into a temporary weights folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from cnn_core.models import build_model
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Preprocessing
from cnn_core.training import card

RESIDUAL = {"classes": 5, "widths": [8, 12, 16], "blocks": [1, 1, 1], "stem_stride": 2}
DENSE = {"classes": 5, "size": 24, "hidden": [6]}
CLASSES = ("cat", "cup", "dog", "lion", "tower")


def made_network(architecture: str, arguments: dict[str, Any], seed: int = 0) -> nn.Module:
    """An untrained network in eval mode, the same for the same seed, that has seen a little noise to set its BN by."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_model(architecture, arguments)
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.weight, 0.5, 1.5)
    return model.eval()


def write_made(
    folder: Path,
    name: str,
    architecture: str,
    arguments: dict[str, Any],
    size: int = 24,
    classes: Sequence[str] = CLASSES,
    model: nn.Module | None = None,
) -> None:
    """Writes weights and card of a made network (or of ``model``) called ``name`` into ``folder``."""
    model = model or made_network(architecture, arguments)
    data = card.half_precision_bytes(model)
    form = Preprocessing(size, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)).record()
    entries = {
        "task": "classification",
        "title": f"Made {architecture}",
        "line": "Untrained, for tests.",
        "architecture": architecture,
        "arguments": arguments,
        "classes": list(classes),
        "limits": ["It knows nothing."],
        "input": form,
        "metrics": {"made": {"n": 1, "top1": 0.2}},
        "data": {"name": "none", "source": "none", "terms": "none", "train_pictures": 1},
        "training": {"command": "none", "seed": 0, "device": "none", "minutes": 0.0, "samples_seen": 1, "versions": {}},
        "curves": {"epoch": [1.0]},
        "calibration": {"edges": [0.0, 0.5, 1.0], "n": [10, 10], "right": [0.4, 0.9]},
        "per_class": {"right": [0.5] * len(classes), "mistaken_for": list(classes)},
    }
    card.write(folder, name, card.shipped_copy(name, architecture, arguments, form, data), data, entries)


def use_folder(monkeypatch: Any, folder: Path) -> None:
    """Makes ``folder`` the weights folder for one test; whatever was remembered of another is forgotten."""
    monkeypatch.setattr(weights, "FOLDER", folder)
    forget()


def forget() -> None:
    """Forgets cards and networks that were read."""
    weights.card.cache_clear()
    weights._load.cache_clear()
