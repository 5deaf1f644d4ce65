"""Trained networks with everything needed to use them: the card, the verified bytes, the architecture, the classes."""

import hashlib
import os
import threading
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from torch import nn

from cnn_core.errors import InputError, WeightsError
from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase
from cnn_core.runtime import devices, public_weights

T = TypeVar("T")
FOLDER = Path(os.environ.get("CNN_WEIGHTS", Path(__file__).resolve().parents[2] / "weights"))
_locks: dict[str, threading.Lock] = {}  # one a network, so that fetching a large one keeps nobody waiting for another


@dataclass(frozen=True)
class InputFormat:
    """What a network wants to be given.

    Attributes:
        size: height and width of the square input, pixels.
        mean, std: per RGB channel, for values 0..1.
        fixed: True where no other size than ``size`` fits (dense layers).
        shuffle_seed: the seed of the fixed order in which all pixels are shuffled; None where they are not.
        largest: pictures larger than ``size`` are given up to this size, so that small things in them stay visible.
    """

    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    fixed: bool = False
    shuffle_seed: int | None = None
    largest: int | None = None

    def side(self, height: int, width: int) -> int:
        """The side of the square that a picture of this size is given to the network in."""
        return max(self.size, min(height, width, self.largest or self.size))


@dataclass(frozen=True)
class Card:
    """All that is known about one weights file; see the ``.toml`` files in ``weights/``.

    Attributes:
        name: file name without its ending, ``task_architecture_data``.
        title: what a person calls it, e.g. "ResNet-20".
        architecture, arguments: what ``cnn_core.models.build_model`` gets.
        classes: class names in the order of the logits.
        parameters, multiply_adds: numbers learned; multiplications for one picture of the input size.
        bytes, sha256: of the file.
        metrics: data set -> {"n": pictures, figure: value 0..1}.
        limits: what it cannot do, in sentences.
        base: name of the weights whose maps this head stands on (see ``models/on_base.py``); "" for a whole network.
        record: the whole card as read, with data, training, golden output and curves.
    """

    name: str
    task: str
    title: str
    architecture: str
    arguments: Mapping[str, Any]
    classes: tuple[str, ...]
    input: InputFormat
    parameters: int
    multiply_adds: int
    bytes: int
    sha256: str
    metrics: Mapping[str, Mapping[str, float]]
    limits: tuple[str, ...]
    record: Mapping[str, Any]
    base: str = ""

    @property
    def line(self) -> str:
        """One sentence for the page: trained on what, how good, what it gets wrong."""
        return str(self.record["line"])

    @property
    def top1(self) -> float:
        """Top-1 accuracy on the first data set of the metrics, 0..1; 0 where the task has none."""
        return float(next(iter(self.metrics.values())).get("top1", 0.0))


@dataclass(frozen=True)
class Network:
    """A network ready to use: ``model`` is in eval mode on ``device`` and shared by all visitors - leave it as found."""

    card: Card
    model: nn.Module
    device: torch.device


def parse_card(name: str, text: str) -> Card:
    """The card called ``name`` from its TOML text.

    Raises:
        WeightsError: the text is not TOML, or something is missing.
    """
    try:
        record = tomllib.loads(text)
        form: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in record["input"].items()}
        return Card(
            name=name,
            task=record["task"],
            title=record["title"],
            architecture=record["architecture"],
            arguments=MappingProxyType(record["arguments"]),
            classes=tuple(record["classes"]),
            input=InputFormat(**form),
            parameters=record["parameters"],
            multiply_adds=record["multiply_adds"],
            bytes=record["bytes"],
            sha256=record["sha256"],
            metrics=MappingProxyType(record["metrics"]),
            limits=tuple(record["limits"]),
            record=MappingProxyType(record),
            base=record.get("base", ""),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise WeightsError(f"The card {name}.toml is damaged ({error!r}). Restore it, or run its recipe again.") from error


@cache
def card(name: str) -> Card:
    """The card of the weights called ``name``.

    Raises:
        InputError: there are no such weights; the message lists those there are.
    """
    if name in public_weights.names():
        fields = dict(public_weights.entries(name))
        return Card(input=InputFormat(fields.pop("size"), fields.pop("mean"), fields.pop("std")), **fields)
    path = FOLDER / f"{name}.toml"
    if path not in list(FOLDER.glob("*.toml")):  # compared, not opened: a name from outside can never be a path
        raise InputError(f"There is no network called {name!r}. There are: {', '.join(names())}.")
    return parse_card(name, path.read_text(encoding="utf-8"))


def names(task: str | None = None) -> list[str]:
    """The names of all shipped weights, or of those for one task, in alphabetical order."""
    found = sorted(path.stem for path in FOLDER.glob("*.toml"))
    return found if task is None else [name for name in found if card(name).task == task]


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


@cache
def _load(name: str, place: torch.device) -> Network:
    found = card(name)
    if name in public_weights.names():
        return Network(found, public_weights.build(name).to(place), place)
    model = build_from(found, read_verified(FOLDER / f"{name}.safetensors", found.sha256))
    if found.base:
        model = OnBase(_load(found.base, place).model, model).eval()
    return Network(found, model.to(place, memory_format=torch.channels_last), place)  # type: ignore[call-overload]


def load(name: str, place: torch.device | None = None) -> Network:
    """The network called ``name`` on ``place`` (default: the device of this machine), loaded once and then shared.

    Raises:
        InputError: no such weights.
        WeightsError: the file is missing, damaged, or does not fit.
    """
    with _locks.setdefault(name, threading.Lock()):
        return _load(name, place or devices.device())


def with_fallback(name: str, work: Callable[[Network], T]) -> T:
    """``work(network)`` on this machine's device; if the GPU's memory is full, once more on the CPU, and says so."""
    try:
        return work(load(name))
    except torch.OutOfMemoryError:
        if devices.device().type == "cpu":
            raise
    torch.cuda.empty_cache()
    devices.remark("The GPU's memory was full, so this ran on the CPU.")
    return work(load(name, torch.device("cpu")))
