"""What stand-ins for networks answer in the tabs' tests: a picture, shares, cards."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cnn_core.results import Classification
from cnn_core.runtime import weights
from demos.spec import Demo
from tests.blackboard import network_of

PICTURE = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)


def by_label(demo: Demo, values: Any) -> dict[str, Any]:
    return {getattr(field, "label", "memory"): value for field, value in zip(demo.outputs, values, strict=True)}


def answer_of(*shares: float) -> Classification:
    p = np.array(shares, np.float32)
    return Classification(("cat", "cup", "dog")[: len(p)], np.log(p), p)


def put_cards(monkeypatch: pytest.MonkeyPatch, **records: Any) -> None:
    """Every card has this record and the classes cat, cup and dog."""
    card = replace(network_of(SimpleNamespace(), record={"line": "", **records}).card, classes=("cat", "cup", "dog"))
    monkeypatch.setattr(weights, "card", lambda name: card)
