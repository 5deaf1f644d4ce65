"""Cat or dog? A small attending head on the residual network's maps, trained on photographs and small pictures.

The base stays as it is: its maps are computed once for a few random crops of each picture, so this takes minutes.
DATA/catdog128 is made from a public repository by ``python -m cnn_core.training.pack_catdog``.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor
from torchmetrics.functional.classification import binary_auroc

from cnn_core import images
from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase
from cnn_core.tasks.classification import normalise
from cnn_core.training import card
from cnn_core.training.augmentation import random_blur, random_light, random_resized_crop
from cnn_core.training.command import Options, main
from cnn_core.training.data import read_class_names, read_shards
from cnn_core.training.loop import batches
from cnn_core.training.photographs import KINDS
from cnn_core.training.voc import class_names, scenes
from cnn_core.weights import InputFormat
from cnn_core.weights import load as load_weights

BASE = "classify_resnet_tiny200"
SIZE = 96
STAGES = 2
HIDDEN = 96
CROPS = {"voc20": 6, "tiny200": 2, "cifar10": 1, "catdog128": 1, "made": 1}
EPOCHS = 15
BATCH = 250
CLASSES = ("cat", "dog")
LIMITS = (
    "It knows only cats and dogs: of a horse, a person or an empty room it still says one of the two.",
    "An animal that fills little of the photograph is often judged by its surroundings.",
)

Labelled = tuple[Tensor, Tensor]
"""Pictures (N, 3, SIZE, SIZE) uint8 and labels (N,) float32: 0 cat, 1 dog."""


def square(picture: np.ndarray) -> Tensor:
    """(H, W, 3) uint8 -> (3, SIZE, SIZE) uint8, as the app prepares an upload."""
    return torch.from_numpy(images.fit(picture, SIZE, SIZE, "stretch")[0]).permute(2, 0, 1)


@dataclass(frozen=True)
class Photograph:
    """A photograph (H, W, 3) uint8 with cats or with dogs, their boxes (n, 4) xyxy in pixels, and 0 for cats, 1 for dogs."""

    picture: np.ndarray
    boxes: np.ndarray
    label: float

    def crop(self, chance: np.random.Generator) -> np.ndarray:
        """A part that holds one of the animals: each edge lies at random between the animal's and the photograph's."""
        height, width = self.picture.shape[:2]
        inner = self.boxes[chance.integers(len(self.boxes))]
        outer = np.array([0, 0, width, height])
        left, top, right, bottom = np.round(inner + chance.random(4) * (outer - inner)).astype(int)
        return self.picture[top : max(bottom, top + 1), left : max(right, left + 1)]


def voc_photographs(archive: Path, split: str) -> Iterator[Photograph]:
    """The photographs of a split that show cats or dogs but not both."""
    numbers = [class_names(archive).index(name) for name in CLASSES]
    for scene in scenes(archive, split):
        boxes = [scene.boxes[scene.labels == number].numpy() for number in numbers]
        if bool(len(boxes[0])) != bool(len(boxes[1])):
            label = int(len(boxes[1]) > 0)
            yield Photograph(scene.picture.permute(1, 2, 0).numpy(), boxes[label], float(label))


def stacked(pairs: Iterator[tuple[np.ndarray, float]]) -> Labelled:
    """Pictures of any size with their labels as two tensors."""
    pictures, labels = zip(*((square(picture), label) for picture, label in pairs), strict=True)
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


def made(seed: int) -> Labelled:
    """Sixteen pictures of noise, dark for cats and bright for dogs, to try the recipe out."""
    labels = (torch.arange(16) % 2).float()
    noise = torch.randint(0, 100, (16, 3, SIZE, SIZE), generator=Generator().manual_seed(seed))
    return (noise + 100 * labels.long()[:, None, None, None]).to(torch.uint8), labels


@dataclass(frozen=True)
class Trained:
    """A fitted head: its base, the head, how many pictures and how many crops of them it was trained on, and how long."""

    base: Any
    head: Any
    pictures: int
    samples: int
    minutes: float


class CatDogRecipe:
    """See the module."""

    weights = "decide_catdog_voc20tiny200"
    seed = 1

    def base(self, options: Options) -> Any:
        """The shipped residual network, or an untrained small one where the recipe is only tried out."""
        if options.data is None:
            return build_model("resnet", {"classes": 4, "widths": [8, 8, 8], "blocks": [1, 1, 1], "stem_stride": 2}).eval()
        return load_weights(BASE, options.device).model

    def form(self) -> InputFormat:
        """The base's colours at this network's size."""
        return InputFormat(SIZE, (0.4802, 0.4481, 0.3975), (0.2764, 0.2689, 0.2816))

    def arguments(self, base: Any, options: Options) -> dict[str, Any]:
        """What the head is built with: the channels of the base's last stages, its own, one logit."""
        maps = base.maps(torch.zeros(1, 3, SIZE, SIZE, device=options.device))
        return {"widths": [part.shape[1] for part in maps][-STAGES:], "hidden": HIDDEN, "outputs": 1, "dropout": 0.2}

    def training_pictures(self, options: Options) -> dict[str, Labelled]:
        """Crops around the animals of the photographs, small pictures as they are; by the set they come from."""
        if options.data is None:
            return {"made": made(self.seed)}
        chance = np.random.default_rng(self.seed)
        photographs = voc_photographs(options.data / "voc20" / "voc20.zip", "train")
        crops = stacked(
            (photograph.crop(chance), photograph.label) for photograph in photographs for _ in range(CROPS["voc20"])
        )
        asirra = read_shards(options.data / "catdog128", "train")
        return {**every_set(options.data, "train", crops), "catdog128": (asirra.pictures, asirra.labels.float())}

    def held_out(self, options: Options) -> dict[str, Labelled]:
        """Whole photographs and small pictures, by the set they come from."""
        if options.data is None:
            return {"made": made(self.seed)}
        photographs = voc_photographs(options.data / "voc20" / "voc20.zip", "val")
        whole = stacked((photograph.picture, photograph.label) for photograph in photographs)
        return every_set(options.data, "val", whole)

    @torch.inference_mode()
    def maps(self, base: Any, head: Any, pictures: Tensor, options: Options, chance: Generator | None) -> Tensor:
        """The base's stacked maps (N, C, h, w) bfloat16 of pictures as they are, or changed at random with ``chance``."""
        parts = []
        for part in pictures.split(BATCH):
            x = part.to(options.device).float() / 255
            if chance is not None:
                x = random_light(random_resized_crop(x, SIZE, (0.5, 1.0), chance), 0.3, chance)
                x = random_blur(x, 0.3, (0.5, 1.5), chance)
            x = normalise(255 * x, self.form()).contiguous(memory_format=torch.channels_last)
            with torch.autocast(options.device.type, torch.bfloat16):
                parts.append(head.stacked(base.maps(x)).to(torch.bfloat16).cpu())
        return torch.cat(parts)

    def train(self, options: Options) -> Trained:
        """Fits the head on the maps of random crops."""
        started = time.monotonic()
        torch.manual_seed(self.seed)
        base, chance = self.base(options), Generator().manual_seed(self.seed)
        head: Any = build_model("attention_head", self.arguments(base, options)).to(options.device)
        maps, labels, count = [], [], 0
        for name, (pictures, truth) in self.training_pictures(options).items():
            rounds = 1 if name == "voc20" else CROPS[name]
            maps += [self.maps(base, head, pictures, options, chance) for _ in range(rounds)]
            labels += [truth] * rounds
            count += len(truth) * rounds // CROPS[name]
        fit(head, torch.cat(maps), torch.cat(labels), 1 if options.quick else EPOCHS, options.device, chance)
        return Trained(base, head.eval(), count, sum(map(len, labels)), (time.monotonic() - started) / 60)

    def evaluate(self, model: Any, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Accuracy at 0.5 and area under the ROC curve for each held-out set; all scores, for the movable threshold."""
        metrics, scores, labels = {}, [], []
        for name, (pictures, truth) in self.held_out(options).items():
            p = self.probabilities(model, pictures, options)
            figures = {
                "accuracy": float(((p >= 0.5) == (truth == 1)).float().mean()),
                "auroc": float(binary_auroc(p, truth.long())),
            }
            metrics[f"{name}_val_cats_and_dogs"] = {"n": len(truth), **{k: round(v, 4) for k, v in figures.items()}}
            scores += [round(float(value), 4) for value in p]
            labels += [int(value) for value in truth]
        return metrics, {"validation": {"positive": CLASSES[1], "scores": scores, "labels": labels}}

    @torch.inference_mode()
    def probabilities(self, model: Any, pictures: Tensor, options: Options) -> Tensor:
        """Of a dog, (N,) float32, for pictures as the app prepares them."""
        parts = []
        for part in pictures.split(BATCH):
            x = normalise(part.to(options.device).float(), self.form()).contiguous(memory_format=torch.channels_last)
            parts.append(model(x).sigmoid()[:, 0].cpu())
        return torch.cat(parts)

    def finish(self, trained: Trained, options: Options, command: str) -> Path:
        """Writes the head and its card."""
        arguments = self.arguments(trained.base, options)
        form = {k: v for k, v in asdict(self.form()).items() if v is not None}
        shipped = card.half_precision_bytes(trained.head)
        head = card.shipped_copy(self.weights, "attention_head", arguments, form, shipped)
        model = OnBase(trained.base, head).eval().to(options.device)
        metrics, tables = self.evaluate(model, options)
        pictures = trained.pictures
        right = ", ".join(f"{m['accuracy']:.1%} of {m['n']} {name.split('_')[0]}" for name, m in metrics.items())
        line = f"A head trained here on {pictures:,} pictures of cats and dogs; on validation: {right}. {LIMITS[0]}"
        entries = {
            "task": "binary_classification", "title": "Cat or dog (head on the residual network)", "line": line,
            "architecture": "attention_head", "base": BASE, "arguments": arguments, "classes": list(CLASSES),
            "limits": list(LIMITS), "input": form, "metrics": metrics,
            "data": {
                "name": "cats and dogs of Asirra, a PASCAL VOC subset, Tiny ImageNet-200 (9 of its classes) and CIFAR-10",
                "source": "Elson et al. 2007, Petfinder photographs, copy: github.com/4GeeksAcademy/Deep-Learning-CarlosFS; "
                "Everingham et al., Flickr photographs; Stanford CS231N; Krizhevsky 2009",
                "terms": "non-commercial research",
                "train_pictures": pictures,
            },
            "training": card.training_record(command, self.seed, trained.minutes, trained.samples * EPOCHS), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model, shipped, entries)


def fit(head: Any, maps: Tensor, labels: Tensor, epochs: int, device: torch.device, chance: Generator) -> None:
    """Trains the head on stacked maps (N, C, h, w), mirrored half of the time, and labels (N,); both kinds count alike."""
    weight = torch.where(labels == 1, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    optimizer = torch.optim.AdamW(head.parameters(), lr=2e-3, weight_decay=0.05)
    batch = min(256, len(maps))
    steps = epochs * (len(maps) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps + 1, pct_start=0.2)
    head.train()
    for chosen in batches(len(maps), batch, 0, steps, CatDogRecipe.seed):
        x = maps[chosen].to(device).float()
        x = x.flip(3) if torch.rand(1, generator=chance) < 0.5 else x
        with torch.autocast(device.type, torch.bfloat16):
            answers, attention = head.places(x)
        logits = (answers.float() * attention.float()).sum((2, 3))[:, 0]
        target, each = 0.05 + 0.9 * labels[chosen], weight[chosen]
        loss = F.binary_cross_entropy_with_logits(logits, target.to(device), each.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()


RECIPE = CatDogRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
