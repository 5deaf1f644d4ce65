"""Cat or dog? A light fine-tuning of the residual network: low-rank changes of its later stages and an attending head.

DATA/catdog128 is made from a public repository by ``python -m cnn_core.training.data.pack_catdog``.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn
from torchmetrics.functional.classification import binary_auroc

from cnn_core.images import opening
from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase
from cnn_core.models.resnet import ResNet
from cnn_core.models.tuned_head import TunedHead, changeable
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
from cnn_core.training.augment.pictures import random_blur, random_light, random_resized_crop
from cnn_core.training.command import Options, main
from cnn_core.training.data.labelled import read_class_names, read_shards
from cnn_core.training.data.object_crops import KINDS
from cnn_core.training.data.voc import class_names, read_scenes
from cnn_core.training.engine.heads import RESIDUAL as BASE
from cnn_core.training.engine.heads import FrozenBase, channels_of, residual_network
from cnn_core.training.engine.loop import Plan, Trainer

SIZE, LARGEST = 112, 224
"""It learns from crops around the animals at SIZE; in whole photographs animals are as large in pixels up to LARGEST."""
STAGES = 2
HIDDEN = 96
RANK = 8
CROPS = 6
"""Crops around the animals of each photograph."""
MOST = {"cifar10": 3000}
"""At most so many pictures of a set, so that those of 32 pixels do not outnumber Tiny ImageNet's."""
BATCH = 250
CLASSES = ("cat", "dog")
WORDS = {"voc20": "VOC photographs", "tiny200": "Tiny ImageNet pictures", "cifar10": "CIFAR-10 pictures"}
LIMITS = (
    "It knows only cats and dogs: of a horse, a person or an empty room it still says one of the two.",
    "An animal that fills little of the photograph is often judged by its surroundings.",
)

Labelled = tuple[Tensor, Tensor]
"""Pictures (N, 3, H, W) uint8 of one size and labels (N,) float32: 0 cat, 1 dog."""


def square(picture: np.ndarray, side: int) -> Tensor:
    """(H, W, 3) uint8 -> (3, side, side) uint8, as the app prepares an upload."""
    return torch.from_numpy(opening.fit(picture, side, side, "stretch")[0]).permute(2, 0, 1)


@dataclass(frozen=True)
class Photograph:
    """A photograph (H, W, 3) uint8 with cats or with dogs, their boxes (n, 4) xyxy in pixels, and 0 for cats, 1 for dogs."""

    picture: np.ndarray
    boxes: np.ndarray
    label: float

    def crop(self, rng: np.random.Generator) -> np.ndarray:
        """A part that holds one of the animals: each edge lies at random between the animal's and the photograph's."""
        height, width = self.picture.shape[:2]
        inner = self.boxes[rng.integers(len(self.boxes))]
        outer = np.array([0, 0, width, height])
        left, top, right, bottom = np.round(inner + rng.random(4) * (outer - inner)).astype(int)
        return self.picture[top : max(bottom, top + 1), left : max(right, left + 1)]


def voc_photographs(archive: Path, split: str) -> Iterator[Photograph]:
    """The photographs of a split that show cats or dogs but not both."""
    numbers = [class_names(archive).index(name) for name in CLASSES]
    for scene in read_scenes(archive, split):
        boxes = [scene.boxes[scene.labels == number].numpy() for number in numbers]
        if bool(len(boxes[0])) != bool(len(boxes[1])):
            label = int(len(boxes[1]) > 0)
            yield Photograph(scene.picture.permute(1, 2, 0).numpy(), boxes[label], float(label))


def stack(pairs: Iterator[tuple[np.ndarray, float]], side: int) -> Labelled:
    """Pictures of any size with their labels as two tensors, the pictures (N, 3, side, side)."""
    pictures, labels = zip(*((square(picture, side), label) for picture, label in pairs), strict=True)
    return torch.stack(pictures), torch.tensor(labels)


def small_pictures(folder: Path, split: str, kinds: tuple[tuple[str, ...], ...]) -> Labelled:
    """The pictures of a folder's classes of cats and classes of dogs (``kinds``), enlarged to SIZE."""
    data, names = read_shards(folder, split), read_class_names(folder)
    kind = torch.full((len(names),), -1.0)
    for value, members in enumerate(kinds):
        kind[[names.index(name) for name in members]] = value
    chosen = kind[data.labels] >= 0
    size = [SIZE, SIZE]
    return F.interpolate(data.pictures[chosen], size, mode="bilinear", antialias=True), kind[data.labels[chosen]]


def every_set(folder: Path, split: str, photographs: Labelled) -> dict[str, Labelled]:
    """Photographs, Tiny ImageNet's three kinds of cats and six breeds of dogs, CIFAR-10's cats and dogs."""
    return {
        "voc20": photographs,
        "tiny200": small_pictures(folder / "tiny200", split, (KINDS["cat"], KINDS["dog"])),
        "cifar10": small_pictures(folder / "cifar10", split, (("cat",), ("dog",))),
    }


def make_labelled(seed: int) -> Labelled:
    """Sixteen pictures of noise, dark for cats and bright for dogs, to try the recipe out."""
    labels = (torch.arange(16) % 2).float()
    noise = torch.randint(0, 100, (16, 3, SIZE, SIZE), generator=Generator().manual_seed(seed))
    return (noise + 100 * labels.long()[:, None, None, None]).to(torch.uint8), labels


class Tuning(FrozenBase):
    """A copy of the base on which the head's changes act and learn; all else in it stays."""

    def __init__(self, base: nn.Module, head: TunedHead) -> None:
        super().__init__(copy.deepcopy(base), head)
        head.attach(self.base)
        head.requires_grad_(True)

    def maps(self, x: Tensor) -> list[Tensor]:
        """The changed base's maps of normalised pictures (N, 3, H, W)."""
        return self.backbone.maps(x)


class CatDogRecipe:
    """Fine-tunes the residual network to tell cats from dogs."""

    weights = "decide_catdog_voc20tiny200"
    seed = 1
    plan = Plan(epochs=3, batch=64, rate=2e-3, warm_up=0.15, weight_decay=0.02, ema=0.995, adaptive=True)

    def base(self, options: Options) -> nn.Module:
        """See ``residual_network``."""
        return residual_network(options)

    def form(self) -> Preprocessing:
        """The base's colours at this network's size."""
        return Preprocessing(SIZE, (0.4802, 0.4481, 0.3975), (0.2764, 0.2689, 0.2816), largest=LARGEST)

    def arguments(self, base: nn.Module, options: Options) -> dict[str, Any]:
        """What the head is built with: what it changes in the base's last stages, their channels, its own, one logit."""
        assert isinstance(base, ResNet)
        kernels, norms = changeable(base, [f"stage{base.stages - k}" for k in range(STAGES)])
        head = {"widths": channels_of(base, STAGES, options), "hidden": HIDDEN, "outputs": 1, "dropout": 0.2}
        return {**head, "rank": RANK, "kernels": kernels, "norms": norms}

    def training_pictures(self, options: Options) -> dict[str, Labelled]:
        """Crops around the animals of the photographs, other pictures as they are; by the set they come from."""
        if options.data is None:
            return {"made": make_labelled(self.seed)}
        rng = np.random.default_rng(self.seed)
        photographs = voc_photographs(options.data / "voc20" / "voc20.zip", "train")
        pairs = ((photograph.crop(rng), photograph.label) for photograph in photographs for _ in range(CROPS))
        crops = stack(pairs, SIZE)
        asirra = read_shards(options.data / "catdog128", "train")
        sets = {**every_set(options.data, "train", crops), "catdog128": (asirra.pictures, asirra.labels.float())}
        return {name: (x[: MOST.get(name)], y[: MOST.get(name)]) for name, (x, y) in sets.items()}

    def held_out(self, options: Options) -> dict[str, Labelled]:
        """Whole photographs and small pictures, by the set they come from."""
        if options.data is None:
            return {"made": make_labelled(self.seed)}
        photographs = list(voc_photographs(options.data / "voc20" / "voc20.zip", "val"))
        side = self.form().side(*photographs[0].picture.shape[:2])  # the shorter side is the same in all of this set
        whole = stack(((photograph.picture, photograph.label) for photograph in photographs), side)
        return every_set(options.data, "val", whole)

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        sets, held_out = list(self.training_pictures(options).values()), self.held_out(options)
        ends = np.cumsum([len(labels) for _, labels in sets])
        dogs = float(torch.cat([labels for _, labels in sets]).mean())

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            rng = Generator().manual_seed(int(1e9 * progress) + self.seed)
            pictures, labels = sample_batch(sets, ends, indices, rng)
            x = random_blur(random_light(pictures, 0.3, rng), 0.3, (0.5, 1.5), rng)
            x = normalise(255 * x.to(options.device), self.form()).contiguous(memory_format=torch.channels_last)
            weight = torch.where(labels == 1, 0.5 / dogs, 0.5 / (1 - dogs)).to(options.device)
            target = (0.05 + 0.9 * labels).to(options.device)
            logits = model(x)[:, 0].float()
            right = ((logits > 0) == (target > 0.5)).float().mean()
            return F.binary_cross_entropy_with_logits(logits, target, weight), {"accuracy": right}

        torch.manual_seed(self.seed)
        base = self.base(options)
        head: Any = build_model("tuned_head", self.arguments(base, options))
        plan = Plan(epochs=1, batch=8, adaptive=True) if options.quick else self.plan
        checkpoint = options.checkpoint(self.weights)
        trainer = Trainer(Tuning(base, head), int(ends[-1]), loss, plan, options.device, self.seed, checkpoint)
        trainer.run(
            lambda network: {name: accuracy(*pair) for name, pair in self.predict(network, held_out, options).items()}
        )
        return trainer

    def predict(self, model: nn.Module, held_out: dict[str, Labelled], options: Options) -> dict[str, tuple[Tensor, Tensor]]:
        """For each held-out set the probabilities of a dog and the truth, both (N,)."""
        return {name: (self.probabilities(model, x, options), truth) for name, (x, truth) in held_out.items()}

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card; and all scores, for the movable threshold."""
        answers = self.predict(model, self.held_out(options), options)
        metrics = {
            f"{name}_val_cats_and_dogs": {
                "n": len(truth),
                "accuracy": round(accuracy(p, truth), 4),
                "auroc": round(float(binary_auroc(p, truth.long())), 4),
            }
            for name, (p, truth) in answers.items()
        }
        table = {
            "positive": CLASSES[1],
            "scores": [round(float(value), 4) for p, _ in answers.values() for value in p],
            "labels": [int(value) for _, truth in answers.values() for value in truth],
        }
        return metrics, {"validation": table}

    @torch.inference_mode()
    def probabilities(self, model: nn.Module, pictures: Tensor, options: Options) -> Tensor:
        """Of a dog, (N,) float32, for pictures as the app prepares them."""
        parts = []
        for part in pictures.split(BATCH):
            x = normalise(part.to(options.device).float(), self.form()).contiguous(memory_format=torch.channels_last)
            parts.append(model(x).float().sigmoid()[:, 0].cpu())
        return torch.cat(parts)

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the head with its changes of the base, and the card."""
        base, trained = self.base(options), trainer.averaged.module
        arguments = self.arguments(base, options)
        form = self.form().record()
        shipped = card.half_precision_bytes(trained.head)  # type: ignore[arg-type]
        head = card.shipped_copy(self.weights, "tuned_head", arguments, form, shipped)
        model = OnBase(base, head).eval().to(options.device)
        metrics, tables = self.evaluate(model, options)
        pictures = trainer.n
        right = ", ".join(
            f"{100 * figures['accuracy']:.1f} % of {figures['n']:,} {WORDS.get(name.split('_')[0], 'made pictures')}"
            for name, figures in metrics.items()
        )
        line = f"Fine-tuned here on {pictures:,} pictures of cats and dogs; decides rightly {right}. {LIMITS[0]}"
        entries = {
            "task": "binary_classification", "title": "Cat or dog (fine-tuned residual network)", "line": line,
            "architecture": "tuned_head", "base": BASE, "arguments": arguments, "classes": list(CLASSES),
            "limits": list(LIMITS), "input": form, "metrics": metrics,
            "data": {
                "name": "cats and dogs of Asirra, a PASCAL VOC subset, Tiny ImageNet-200 (9 of its classes) and CIFAR-10",
                "source": "Elson et al. 2007, Petfinder photographs, copy: github.com/4GeeksAcademy/Deep-Learning-CarlosFS; "
                "Everingham et al., Flickr photographs; Stanford CS231N; Krizhevsky 2009",
                "terms": "non-commercial research",
                "train_pictures": pictures,
            },
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model, shipped, entries)


def accuracy(probabilities: Tensor, truth: Tensor) -> float:
    """Share of right answers at a threshold of 0.5. (N,), (N,) -> 0..1."""
    return float(((probabilities >= 0.5) == (truth == 1)).float().mean())


def sample_batch(sets: list[Labelled], ends: np.ndarray, indices: Tensor, rng: Generator) -> Labelled:
    """Random parts (n, 3, SIZE, SIZE) 0..1 of the pictures with these numbers over all sets, and labels, in random order."""
    which = np.searchsorted(ends, indices.numpy(), side="right")
    pictures, labels = [], []
    for number in np.unique(which):
        places = indices[torch.from_numpy(which == number)] - (ends[number - 1] if number else 0)
        pictures.append(random_resized_crop(sets[number][0][places].float() / 255, SIZE, (0.5, 1.0), rng))
        labels.append(sets[number][1][places])
    order = torch.randperm(len(indices), generator=rng)
    return torch.cat(pictures)[order], torch.cat(labels)[order]


RECIPE = CatDogRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
