"""A network of one's own behind the tasks' public functions: its answer can be worked on paper, from picture to result."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import torch
from torch import nn

from cnn_core.runtime import on_network, recent, weights
from cnn_core.runtime.cards import Card, Preprocessing

NAME = "made"
PLAIN = Preprocessing(4, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
"""A square of 4 pixels, values 0..1 as they are."""


def network_of(
    model: nn.Module | Callable[..., Any],
    task: str = "classification",
    classes: tuple[str, ...] = (),
    form: Preprocessing = PLAIN,
    arguments: Mapping[str, Any] | None = None,
    record: Mapping[str, Any] | None = None,
) -> weights.Network:
    """A network called "made" with this model."""
    card = Card(
        name=NAME, task=task, title="Made", architecture="made", arguments=arguments or {}, classes=classes, input=form,
        parameters=0, multiply_adds=0, bytes=0, sha256="", metrics={}, limits=(), record=record or {"line": "Made."},
    )  # fmt: skip
    return weights.Network(card, model, torch.device("cpu"))  # type: ignore[arg-type]


def put_up(monkeypatch: pytest.MonkeyPatch, network: weights.Network) -> str:
    """Lets every task find ``network`` under its name, which is returned; other names are found as ever."""
    name, load, card = network.card.name, weights.load, weights.card

    def loaded(wanted: str, place: torch.device | None = None) -> weights.Network:
        return network if wanted == name else load(wanted, place)

    monkeypatch.setattr(weights, "load", loaded)
    monkeypatch.setattr(on_network, "load", loaded)
    monkeypatch.setattr(weights, "card", lambda wanted: network.card if wanted == name else card(wanted))
    recent.forget()
    return name
