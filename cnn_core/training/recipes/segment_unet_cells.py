"""Cell membranes in electron micrographs, the task that the U-Net was made for: a whole U-Net from 25 pictures."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torchmetrics.classification import MulticlassAccuracy, MulticlassJaccardIndex
from torchvision import tv_tensors
from torchvision.transforms import v2

from cnn_core.models import build_model
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
from cnn_core.training.command import Options, main
from cnn_core.training.data.voc import Scene, make_scenes, read_scenes
from cnn_core.training.engine.loop import Plan, Trainer
from cnn_core.training.engine.segmentation import measure_pixels
from cnn_core.training.losses.segmentation import mask_loss

CLASSES = ("membrane", "cell")
FORM = Preprocessing(256, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), how="pad", stride=32)
CROP = 128
CROPS_AN_EPOCH = 32
LIMITS = (
    "It knows one kind of picture: micrographs of nerve tissue, 256 pixels wide; anywhere else it sees membranes too.",
    "It learned from 25 pictures of one sample (ISBI 2012); other microscopes and stains will look different to it.",
)


def view(scene: Scene, size: int) -> tuple[Tensor, Tensor]:
    """A part of a micrograph, bent, turned and mirrored at random (as in the paper, section 3.1): picture and mask."""
    bend = v2.Compose(
        [
            v2.RandomCrop(size + size // 4),
            v2.ElasticTransform(alpha=40.0, sigma=6.0),
            v2.CenterCrop(size),
            v2.RandomHorizontalFlip(),
            v2.RandomVerticalFlip(),
            v2.ColorJitter(brightness=0.2, contrast=0.3),
        ]
    )
    assert scene.mask is not None
    picture, mask = bend(tv_tensors.Image(scene.picture), tv_tensors.Mask(scene.mask[None]))
    quarter_turns = int(torch.randint(4, ()))
    return picture.as_subclass(Tensor).rot90(quarter_turns, (1, 2)), mask.as_subclass(Tensor)[0].rot90(quarter_turns, (0, 1))


class CellsRecipe:
    """Trains a whole U-Net on electron micrographs."""

    weights = "segment_unet_cells"
    seed = 1
    plan = Plan(epochs=25, batch=8, rate=0.1, warm_up=0.1, weight_decay=1e-4, ema=0.99)

    def arguments(self, options: Options) -> dict[str, Any]:
        """What the network is built with."""
        return {"classes": len(CLASSES), "widths": [4, 8, 8] if options.data is None else [16, 32, 64, 128]}

    def read(self, options: Options, split: str) -> list[Scene]:
        """The micrographs of a split."""
        if options.data is None:
            return make_scenes(4, 1, self.seed)
        return list(read_scenes(options.data / "cells" / "isbi_cells.zip", split))

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer; an epoch shows each micrograph ``CROPS_AN_EPOCH`` times."""
        data, held_out = self.read(options, "train"), self.read(options, "val")
        size = 48 if options.quick else CROP

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            torch.manual_seed(int(1e9 * progress) + self.seed)
            views = [view(data[int(k) % len(data)], size) for k in indices]
            x = normalise(torch.stack([picture for picture, _ in views]).to(options.device), FORM)
            true = torch.stack([mask for _, mask in views]).to(options.device)
            losses = mask_loss(model(x.contiguous(memory_format=torch.channels_last)), true)
            return losses["entropy"] + losses["dice"], {name: value.detach() for name, value in losses.items()}

        torch.manual_seed(self.seed)
        model = build_model("unet", self.arguments(options))
        plan = Plan(epochs=1, batch=4) if options.quick else self.plan
        n = len(data) if options.quick else len(data) * CROPS_AN_EPOCH
        trainer = Trainer(model, n, loss, plan, options.device, self.seed, options.checkpoint(self.weights))
        trainer.run(lambda network: self.measure(network, held_out, options)[0])
        return trainer

    @torch.inference_mode()
    def measure(
        self, model: nn.Module, held_out: list[Scene], options: Options
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Share of right pixels, IoU of membranes and of cells, and their mean, 0..1; the card's table of certainty."""
        model.eval()
        right = MulticlassAccuracy(num_classes=len(CLASSES), average="micro")
        overlap = MulticlassJaccardIndex(num_classes=len(CLASSES), average=None)
        pixels = measure_pixels(model, held_out, FORM, options.device, [right, overlap])
        membrane, cell = (float(value) for value in overlap.compute())
        return {
            "pixels": float(right.compute()), "iou_membrane": membrane, "iou_cell": cell, "miou": (membrane + cell) / 2,
        }, pixels  # fmt: skip

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card."""
        held_out = self.read(options, "val")
        figures, pixels = self.measure(model, held_out, options)
        rounded = {key: round(value, 4) for key, value in figures.items()}
        return {"cells_val": {"n": len(held_out), **rounded}}, {"pixels": pixels}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the network and its card."""
        data = self.read(options, "train")
        arguments = self.arguments(options)
        form = FORM.record()
        shipped = card.half_precision_bytes(trainer.averaged.module)
        model = card.shipped_copy(self.weights, "unet", arguments, form, shipped).to(options.device)
        metrics, tables = self.evaluate(model, options)
        figures = metrics["cells_val"]
        right = f"{figures['pixels']:.1%} of the pixels right, IoU of membranes {figures['iou_membrane']:.1%}"
        entries = {
            "task": "semantic_segmentation", "title": "U-Net for cell membranes", "architecture": "unet",
            "line": f"Trained here on {len(data)} electron micrographs; {right} on {figures['n']} others. {LIMITS[0]}",
            "arguments": arguments, "classes": list(CLASSES), "limits": list(LIMITS), "input": form, "metrics": metrics,
            "data": {
                "name": "ISBI 2012 membranes", "terms": "research", "train_pictures": len(data),
                "source": "Cardona et al. 2010, Arganda-Carreras et al. 2015; copy: github.com/zhixuhao/unet",
            },
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)


RECIPE = CellsRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
