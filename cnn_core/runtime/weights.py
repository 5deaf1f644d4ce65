"""Trained networks with everything needed to use them: the card, the verified bytes, the architecture, the classes."""

import hashlib
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from torch import Tensor, nn

from cnn_core.errors import InputError, WeightsError
from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase, TwoBases
from cnn_core.runtime import devices, public_weights, run_log
from cnn_core.runtime.cards import Card, parse_card
from cnn_core.runtime.memory_budget import MemoryBudget, bytes_of

Part = TypeVar("Part")
logger = logging.getLogger(__name__)
FOLDER = Path(os.environ.get("CNN_WEIGHTS", Path(__file__).resolve().parents[2] / "weights"))
_locks: dict[str, threading.Lock] = {}  # one a network, so that loading one keeps nobody waiting for another


@dataclass(frozen=True)
class Network:
    """A network ready to use: ``model`` is in eval mode on ``device`` and shared by all visitors - leave it as found."""

    card: Card
    model: nn.Module
    device: torch.device

    @contextmanager
    def running(self) -> Iterator[None]:
        """A block without gradients whose time counts as this network's."""
        with torch.inference_mode(), run_log.timed(self.card.name, self.device):
            yield

    def __call__(self, *inputs: Tensor) -> Any:
        """What the model answers to these tensors, moved to its device; its time counts as this network's."""
        with self.running():
            return self.model(*(x.to(self.device) for x in inputs))

    def offering(self, protocol: type[Part]) -> Part:
        """The model as something that has what ``protocol`` (see ``cnn_core.models``) asks for.

        Raises:
            InputError: it has not.
        """
        if not isinstance(self.model, protocol):
            raise InputError(f"{self.card.title} cannot do this: it is no {protocol.__name__}. Choose another network.")
        return self.model


@cache
def card(name: str) -> Card:
    """The card of the weights called ``name``.

    Raises:
        InputError: there are no such weights; the message lists those there are.
        WeightsError: the card is damaged.
    """
    if name in public_weights.names():
        return public_weights.card_of(name)
    path = FOLDER / f"{name}.toml"
    if path not in list(FOLDER.glob("*.toml")):  # compared, not opened: a name from outside can never be a path
        raise InputError(f"There is no network called {name!r}. There are: {', '.join(names())}.")
    return parse_card(name, path.read_text(encoding="utf-8"))


def names(task: str | None = None) -> list[str]:
    """The names of all shipped weights, or of those for one task, in alphabetical order.

    With a task, damaged cards are left out (and logged): they cost the tabs that need them, never the app.
    """
    found = list(_names_in(FOLDER, FOLDER.stat().st_mtime_ns))
    return found if task is None else [name for name in found if _task_of(name) == task]


@lru_cache(maxsize=4)
def _names_in(folder: Path, changed: int) -> tuple[str, ...]:
    """The names of the cards that a folder held when it was last ``changed``."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def _task_of(name: str) -> str | None:
    try:
        return card(name).task
    except WeightsError as error:
        logger.error("%s", error)
        return None


def read_verified(path: Path, sha256: str) -> bytes:
    """The bytes of ``path`` if their hash is ``sha256``.

    Raises:
        WeightsError: the file is missing or its bytes are not those that the card describes.
    """
    if not path.is_file():
        raise WeightsError(f"The weights file {path.name} is missing. Restore it, or run its recipe again.")
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise WeightsError(
            f"The weights file {path.name} is damaged: its sha256 is {found[:12]}..., its card says {sha256[:12]}.... "
            "Restore it, or run its recipe again."
        )
    return data


def is_sound(name: str) -> bool:
    """Whether the card of these shipped weights can be read and its file is the one that the card describes."""
    try:
        read_verified(FOLDER / f"{name}.safetensors", card(name).sha256)
    except WeightsError as error:
        logger.error("%s", error)
        return False
    return True


def build_from(card: Card, data: bytes) -> nn.Module:
    """The card's architecture with the weights in ``data`` (safetensors), as fp32 in eval mode on the CPU; a head alone.

    Raises:
        WeightsError: the tensors do not fit the architecture, name by name and shape by shape.
    """
    model = build_model(card.architecture, dict(card.arguments))
    try:
        tensors = load_safetensors(data)
        model.load_state_dict({name: t.float() if t.is_floating_point() else t for name, t in tensors.items()}, strict=True)
    except (SafetensorError, RuntimeError) as error:
        raise WeightsError(f"The weights {card.name} do not fit the architecture {card.architecture}: {error}") from error
    return model.eval().requires_grad_(False)


_public: MemoryBudget[Network] = MemoryBudget()


@cache
def _load(name: str, place: torch.device) -> Network:
    found = card(name)
    model = build_from(found, read_verified(FOLDER / f"{name}.safetensors", found.sha256)).to(place)
    if found.base:  # both on one device before they are joined: a tuned head computes with its base's numbers
        base = load(found.base, place).model
        if found.second_base:
            base = TwoBases(base, load(found.second_base, place).model)
        model = OnBase(base, model).eval()
    return Network(found, model.to(memory_format=torch.channels_last), place)


def _load_public(name: str, place: torch.device) -> Network:
    """Like ``_load``, but within the budget: the public network not used for longest may have to go for it."""
    found = card(name)

    def make() -> tuple[Network, int]:
        model = public_weights.build(name).to(place)
        return Network(found, model, place), bytes_of(model)

    return _public.find_or_make((name, place), found.bytes, make)


def load(name: str, place: torch.device | None = None) -> Network:
    """The network called ``name`` on ``place`` (default: the device of this machine), loaded once and then shared.

    A public one is loaded again if it had to make room for others (see ``memory_budget``); those shipped never have to.

    Raises:
        InputError: no such weights.
        WeightsError: the file is missing, damaged, or does not fit.
    """
    place = place or devices.device()
    if name in public_weights.names():
        return _load_public(name, place)
    with _locks.setdefault(name, threading.Lock()):
        return _load(name, place)
