"""Writes a trained network to ``weights/``: fp16 safetensors, and the card with everything measured on those very bytes."""

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import is_dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit
import torch
from safetensors.torch import save as save_safetensors
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from cnn_core.models import TakesNoPicture
from cnn_core.runtime import devices, weights
from cnn_core.runtime.cards import Card, Preprocessing
from cnn_core.training.engine.progress import Progress

LARGEST_FILE = 10_000_000
LIBRARIES = ("torch", "torchvision", "numpy", "safetensors", "torchmetrics")


def half_precision_bytes(model: nn.Module) -> bytes:
    """The model's state as fp16 safetensors; counters keep their integer type.

    Raises:
        ValueError: the file would be larger than ``LARGEST_FILE``.
    """
    state = {k: (v.half() if v.is_floating_point() else v).cpu().contiguous() for k, v in model.state_dict().items()}
    data = save_safetensors(state)
    if len(data) > LARGEST_FILE:
        raise ValueError(f"expected at most {LARGEST_FILE:,} bytes, got {len(data):,}; narrow the network")
    return data


def multiply_adds(model: nn.Module, size: int) -> int:
    """Multiplications (each with an addition) for one picture (3, size, size), or what it takes; counted while it runs."""
    place = next(model.parameters()).device
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        inputs = model.made_inputs() if isinstance(model, TakesNoPicture) else (torch.zeros(1, 3, size, size),)
        model(*(x.to(place) for x in inputs))
    return int(counter.get_total_flops()) // 2


def made_input(size: int) -> Tensor:
    """A picture (1, 3, size, size) made of waves, -1..1, the same on every machine: the golden input of every card."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float64) / size
    waves = [np.sin(2 * np.pi * (f * x + (4 - f) * y) + f) for f in (1, 2, 3)]
    return torch.from_numpy(np.stack(waves)[None].astype(np.float32))


def made_inputs(model: nn.Module, size: int) -> tuple[Tensor, ...]:
    """What the golden output answers to: ``made_input``, or what a network that takes no picture makes up itself."""
    if isinstance(model, TakesNoPicture):
        return model.made_inputs()
    return (made_input(size).contiguous(memory_format=torch.channels_last),)


def golden_output(model: nn.Module, size: int) -> list[float]:
    """The first ten numbers that the network answers to ``made_inputs``, as fp32 on its device."""
    place = next(model.parameters()).device
    with torch.inference_mode():
        answer = model(*(x.to(place) for x in made_inputs(model, size)))
    while not isinstance(answer, Tensor):  # a detector answers several things: the first tells enough
        answer = next(iter(vars(answer).values())) if is_dataclass(answer) else answer[0]
    return [round(float(v), 4) for v in answer.flatten()[:10]]


def golden_entry(model: nn.Module, size: int) -> dict[str, Any]:
    """The card's entry about what the network answers to a made input."""
    return {"input": "cnn_core.training.card.made_inputs", "output": golden_output(model, size)}


def training_record(command: str, seed: int, progress: Progress) -> dict[str, Any]:
    """What it takes to run the training again, and on what it ran here."""
    return {
        "command": command,
        "seed": seed,
        "minutes": round(progress.minutes, 1),
        "samples_seen": progress.samples,
        "device": f"{devices.device_name()} ({platform.machine()})",
        "versions": {name: version(name) for name in LIBRARIES},
    }


def training_entries(progress: Progress, command: str, seed: int) -> dict[str, Any]:
    """The card's entries about a training: the record, and the curves of what all its cycles note, one value an epoch."""
    noted = [key for key in progress.history[0] if all(key in record for record in progress.history)]
    curves = {key: [record[key] for record in progress.history] for key in noted}
    return {"training": training_record(command, seed, progress), "curves": curves}


def shipped_copy(
    name: str, architecture: str, arguments: Mapping[str, Any], form: Mapping[str, Any], data: bytes
) -> nn.Module:
    """The network as users get it: built anew from the bytes, so that every figure on the card is measured on those."""
    stub = Card(
        name=name, task="", title=name, architecture=architecture, arguments=arguments, classes=(), parameters=0,
        input=Preprocessing(form["size"], form["mean"], form["std"]), multiply_adds=0, bytes=len(data), sha256="",
        metrics={}, limits=(), record={},
    )  # fmt: skip
    return weights.build_from(stub, data)


def file_entries(model: nn.Module, data: bytes, size: int) -> dict[str, Any]:
    """The card's entries about the file and what is in it.

    Args:
        model: the shipped copy, on the CPU.
        data: its bytes.
        size: of its input, pixels.
    """
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "multiply_adds": multiply_adds(model, size),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "golden": golden_entry(model, size),
    }


def write(folder: Path, name: str, model: nn.Module, data: bytes, entries: Mapping[str, Any]) -> Path:
    """Writes ``name.safetensors`` and ``name.toml`` into ``folder`` and returns the card's path.

    Args:
        folder: usually ``weights/``.
        name: task_architecture_data.
        model: the shipped copy, on the CPU.
        data: its bytes.
        entries: the rest of the card: task, title, line, architecture, arguments, classes, input, data, metrics, training,
            limits, and whatever else the task adds.
    """
    measured = file_entries(model, data, entries["input"]["size"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.safetensors").write_bytes(data)
    card = folder / f"{name}.toml"
    plain = {k: v for k, v in {**entries, **measured}.items() if not isinstance(v, Mapping)}
    tables = {k: v for k, v in {**entries, **measured}.items() if isinstance(v, Mapping)}
    text = "# Written by the recipe; do not edit. Run the command under [training] to write it again.\n"
    card.write_text(text + tomlkit.dumps({**plain, **tables}), encoding="utf-8")
    return card


def write_measured(folder: Path, name: str, measured: Mapping[str, Any], command: str) -> Path:
    """Puts figures measured anew, without a training, in the place of the old ones on a card; returns its path.

    Args:
        folder: usually ``weights/``.
        name: task_architecture_data.
        measured: the card's entries to replace: line, metrics, tables.
        command: with which they were measured; it stands under [training].
    """
    path = folder / f"{name}.toml"
    record = tomlkit.parse(path.read_text(encoding="utf-8"))
    record.update(measured)
    record["training"]["measured_with"] = command  # type: ignore[index]
    path.write_text(tomlkit.dumps(record), encoding="utf-8")
    return path
