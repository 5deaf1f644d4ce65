"""Cat or dog? One logit on the residual network's averaged maps, trained on photographs and Tiny ImageNet's breeds.

The base stays as it is (its maps are computed once for one random crop of each picture), so this takes minutes.
"""

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
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
from cnn_core.training.photographs import KINDS
from cnn_core.weights import InputFormat
from cnn_core.weights import load as load_weights

BASE = "classify_resnet_tiny200"
SIZE = 112
STAGES = 2
CROPS = 1
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


def voc_photographs(archive: Path, split: str) -> Iterator[tuple[np.ndarray, float]]:
    """Whole photographs of a split that show cats or dogs but not both, with 0 or 1."""
    with zipfile.ZipFile(archive) as pack:
        notes = json.loads(pack.read("annotations.json"))
        names = {entry["id"]: entry["name"] for entry in notes["categories"]}
        shown: dict[int, set[str]] = {}
        for note in notes["annotations"]:
            shown.setdefault(note["image_id"], set()).add(names[note["category_id"]])
        for entry in notes["images"]:
            kinds = shown.get(entry["id"], set()) & set(CLASSES)
            if entry["split"] == split and len(kinds) == 1:
                with pack.open(entry["file_name"]) as file:
                    yield np.asarray(Image.open(file).convert("RGB")), float("dog" in kinds)


def stacked(pairs: Iterator[tuple[np.ndarray, float]]) -> Labelled:
    """Pictures of any size with their labels as two tensors."""
    pictures, labels = zip(*((square(picture), label) for picture, label in pairs), strict=True)
    return torch.stack(pictures), torch.tensor(labels)


def tiny_pictures(folder: Path, split: str) -> Labelled:
    """Tiny ImageNet's three kinds of cats and six breeds of dogs, enlarged to SIZE."""
    data, names = read_shards(folder, split), read_class_names(folder)
    kind = torch.full((len(names),), -1.0)
    for value, members in enumerate((KINDS["cat"], KINDS["dog"])):
        kind[[names.index(name) for name in members]] = value
    chosen = kind[data.labels] >= 0
    size = [SIZE, SIZE]
    return F.interpolate(data.pictures[chosen], size, mode="bilinear", antialias=True), kind[data.labels[chosen]]


def made(seed: int) -> Labelled:
    """Sixteen pictures of noise, dark for cats and bright for dogs, to try the recipe out."""
    labels = (torch.arange(16) % 2).float()
    noise = torch.randint(0, 100, (16, 3, SIZE, SIZE), generator=Generator().manual_seed(seed))
    return (noise + 100 * labels.long()[:, None, None, None]).to(torch.uint8), labels


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

    def widths(self, base: Any, options: Options) -> list[int]:
        """Channels of the base's last stages."""
        return [part.shape[1] for part in base.maps(torch.zeros(1, 3, SIZE, SIZE, device=options.device))][-STAGES:]

    def read(self, options: Options, split: str) -> dict[str, Labelled]:
        """The pictures of a split by the set they come from."""
        if options.data is None:
            return {"made": made(self.seed)}
        photographs = stacked(voc_photographs(options.data / "voc20" / "voc20.zip", split))
        return {"voc20": photographs, "tiny200": tiny_pictures(options.data / "tiny200", split)}

    @torch.inference_mode()
    def features(self, base: Any, pooled: Callable, pictures: Tensor, options: Options, chance: Generator | None) -> Tensor:
        """Averaged maps (N, C) of pictures as they are, or of random crops where ``chance`` is given."""
        parts = []
        for part in pictures.split(BATCH):
            x = part.to(options.device).float() / 255
            if chance is not None:
                x = random_light(random_resized_crop(x, SIZE, (0.35, 1.0), chance), 0.2, chance)
                x = random_blur(x, 0.3, (0.5, 1.5), chance)
            x = normalise(255 * x, self.form()).contiguous(memory_format=torch.channels_last)
            parts.append(pooled(base.maps(x)).cpu())
        return torch.cat(parts)

    def train(self, options: Options) -> tuple[Any, Any, int]:
        """Fits the head on the features of random crops; (base, head, pictures)."""
        torch.manual_seed(self.seed)
        base, chance = self.base(options), Generator().manual_seed(self.seed)
        head: Any = build_model("pooled_head", {"widths": self.widths(base, options), "outputs": 1})
        sets = self.read(options, "train").values()
        crops = 1 if options.quick else CROPS
        x = torch.cat([self.features(base, head.pooled, p, options, chance) for p, _ in sets for _ in range(crops)])
        y = torch.cat([labels for _, labels in sets for _ in range(crops)])
        fit_logistic(head, x, y, steps=5 if options.quick else 3000, chance=chance)
        return base, head, sum(len(labels) for _, labels in sets)

    def evaluate(self, model: Any, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Accuracy at 0.5 and area under the ROC curve for each held-out set; all scores, for the movable threshold."""
        metrics, scores, labels = {}, [], []
        for name, (pictures, truth) in self.read(options, "val").items():
            logits = self.features(model.base, model.head.pooled, pictures, options, None)
            with torch.inference_mode():
                p = model.head.fc(model.head.norm(logits.to(options.device))).sigmoid()[:, 0].cpu()
            figures = {
                "accuracy": float(((p >= 0.5) == (truth == 1)).float().mean()),
                "auroc": float(binary_auroc(p, truth.long())),
            }
            metrics[f"{name}_val_cats_and_dogs"] = {"n": len(truth), **{k: round(v, 4) for k, v in figures.items()}}
            scores += [round(float(value), 4) for value in p]
            labels += [int(value) for value in truth]
        return metrics, {"validation": {"positive": CLASSES[1], "scores": scores, "labels": labels}}

    def finish(self, trained: tuple[Any, Any, int], options: Options, command: str) -> Path:
        """Writes the head and its card."""
        base, head, pictures = trained
        arguments = {"widths": self.widths(base, options), "outputs": 1}
        form = {k: v for k, v in asdict(self.form()).items() if v is not None}
        shipped = card.half_precision_bytes(head)
        head = card.shipped_copy(self.weights, "pooled_head", arguments, form, shipped)
        model = OnBase(base, head).eval().to(options.device)
        metrics, tables = self.evaluate(model, options)
        right = ", ".join(f"{m['accuracy']:.1%} of {m['n']} {name.split('_')[0]}" for name, m in metrics.items())
        line = f"A head trained here on {pictures:,} pictures of cats and dogs; on validation: {right}. {LIMITS[0]}"
        entries = {
            "task": "binary_classification", "title": "Cat or dog (head on the residual network)", "line": line,
            "architecture": "pooled_head", "base": BASE, "arguments": arguments, "classes": list(CLASSES),
            "limits": list(LIMITS), "input": form, "metrics": metrics,
            "data": {
                "name": "PASCAL VOC subset (photographs with cats or dogs) and Tiny ImageNet-200 (9 of its classes)",
                "source": "Everingham et al., Flickr photographs; Stanford CS231N", "terms": "non-commercial research",
                "train_pictures": pictures,
            },
            "training": card.training_record(command, self.seed, 0.0, pictures * CROPS), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model, shipped, entries)


def fit_logistic(head: Any, x: Tensor, y: Tensor, steps: int, chance: Generator) -> None:
    """Trains the head's norm and linear layer on features (N, C) and labels (N,), both kinds weighing the same."""
    weight = torch.where(y == 1, 0.5 / y.mean(), 0.5 / (1 - y.mean()))
    optimizer = torch.optim.AdamW(head.parameters(), lr=3e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    head.train()
    for _ in range(steps):
        chosen = torch.randint(0, len(x), (512,), generator=chance)
        logits = head.fc(head.norm(x[chosen]))[:, 0]
        loss = F.binary_cross_entropy_with_logits(logits, 0.05 + 0.9 * y[chosen], weight[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    head.eval()


RECIPE = CatDogRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
