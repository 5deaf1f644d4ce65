"""The command line that every recipe has: train and write the card; try it out; measure, and write that on the card."""

import argparse
import copy
import json
import logging
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import torch
from torch import nn

from cnn_core.runtime import devices, weights
from cnn_core.training import card


@dataclass(frozen=True)
class Options:
    """How a recipe is run here.

    Attributes:
        device: where to compute.
        data: folder laid out as the data README says; None makes a handful of pictures up.
        out: where weights and card are written.
        runs: where checkpoints are kept; None keeps none.
        quick: one epoch of two steps, to see that everything runs.
    """

    device: torch.device
    data: Path | None
    out: Path
    runs: Path | None
    quick: bool = False

    def checkpoint(self, name: str) -> Path | None:
        """The checkpoint file of the training called ``name``."""
        return self.runs / f"{name}.ckpt" if self.runs else None


class Recipe(Protocol):
    """What a recipe module offers to ``main``."""

    @property
    def weights(self) -> str:
        """The name of the files it writes."""

    def train(self, options: Options) -> Any:
        """Trains or resumes; returns what ``finish`` needs."""

    def finish(self, trained: Any, options: Options, command: str, /) -> Path:
        """Evaluates and writes weights and card; returns the card's path."""

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """(metrics by data set, other tables) of a network on held-out data."""


@runtime_checkable
class SaysItsLine(Protocol):
    """What a recipe offers whose card can be measured anew, without a training."""

    def card_line(self, metrics: dict[str, dict[str, float]], pictures: int) -> str:
        """The card's line, from the figures and the number of pictures learned from."""


@runtime_checkable
class Calibrates(Protocol):
    """What a recipe offers whose network can be made as sure as it is often right, without a training."""

    def calibrate(self, model: nn.Module, options: Options) -> float:
        """Changes the network; returns the factor by which its logits grew."""


def report(recipe: Recipe, metrics: dict[str, dict[str, float]]) -> str:
    """One JSON line: the weights, then the first data set's figures, then all others by their names."""
    first, *others = metrics
    figures = {f"{name}.{key}": value for name in others for key, value in metrics[name].items()}
    return json.dumps({"weights": recipe.weights, "data": first, **metrics[first], **figures})


def main(recipe: Recipe, argv: list[str] | None = None) -> int:
    """Runs a recipe from its command line; the exit status."""
    module = f"cnn_core.training.recipes.{recipe.weights}"
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=sys.modules["__main__"].__doc__)
    parser.add_argument("--data", type=Path, help="folder of the training data (see its README)")
    parser.add_argument("--out", type=Path, default=weights.FOLDER, help="where weights and card go")
    parser.add_argument(
        "--runs", type=Path, default=Path.home() / "runs", help="where checkpoints are kept; resumes from there"
    )
    parser.add_argument("--quick", action="store_true", help="two steps on made pictures, written to a temporary folder")
    parser.add_argument("--evaluate", action="store_true", help="measure the shipped weights; prints one JSON line")
    parser.add_argument("--measure", action="store_true", help="the same, and write the figures on the card anew")
    parser.add_argument("--calibrate", action="store_true", help="make the shipped weights as sure as they are often right")
    given = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    devices.set_threads()
    if given.quick:
        with tempfile.TemporaryDirectory() as folder:
            options = Options(devices.device(), None, Path(folder), None, quick=True)
            print(recipe.finish(recipe.train(options), options, f"python -m {module} --quick").read_text())  # noqa: T201
        return 0
    if given.data is None:
        parser.error("--data DIR is needed (or --quick)")
    options = Options(devices.device(), given.data, given.out, given.runs)
    if given.calibrate:
        if not isinstance(recipe, Calibrates):
            parser.error("this recipe's network is not calibrated so")
        print(recalibrate(recipe, options, f"python -m {module} --data DIR --calibrate"))  # noqa: T201
        return 0
    if given.evaluate or given.measure:
        if given.measure and not isinstance(recipe, SaysItsLine):
            parser.error("this recipe writes its card only after a training")
        print(evaluated(recipe, options, f"python -m {module} --data DIR --measure" if given.measure else ""))  # noqa: T201
        return 0
    print(recipe.finish(recipe.train(options), options, f"python -m {module} --data DIR"))  # noqa: T201
    return 0


def evaluated(recipe: Recipe, options: Options, command: str) -> str:
    """The figures of the shipped weights in one line; with a ``command`` they are written on the card anew."""
    network = weights.load(recipe.weights)
    metrics, tables = recipe.evaluate(network.model, options)
    if isinstance(recipe, SaysItsLine) and command:
        line = recipe.card_line(metrics, network.card.record["data"]["train_pictures"])
        golden = card.golden_entry(network.model, network.card.input.size)  # the base may have changed below a head
        measured = {"line": line, "metrics": metrics, "golden": golden, **tables}
        card.write_measured(options.out, recipe.weights, measured, command)
    return report(recipe, metrics)


def recalibrate(recipe: Any, options: Options, command: str) -> Path:
    """Calibrates the shipped weights of a recipe and measures them anew; returns the card's path."""
    network = weights.load(recipe.weights, options.device)
    changed, known = copy.deepcopy(network.model), network.card
    factor = recipe.calibrate(changed, options)
    data = card.half_precision_bytes(changed)
    model = card.shipped_copy(known.name, known.architecture, known.arguments, known.input.record(), data).to(options.device)
    metrics, tables = recipe.evaluate(model, options)
    measured = {"metrics": metrics, **tables, **card.file_entries(model.cpu(), data, known.input.size)}
    (options.out / f"{known.name}.safetensors").write_bytes(data)
    return card.write_measured(options.out, known.name, measured, f"{command} (factor {factor:.4f})")
