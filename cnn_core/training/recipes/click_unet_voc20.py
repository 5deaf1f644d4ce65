"""Click to select: a small decoder that finds the object under a click, trained with simulated clicks on instance masks."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.models import build_model
from cnn_core.tasks.classification import normalise
from cnn_core.tasks.detection import prepared
from cnn_core.tasks.semantic_segmentation import of_the_picture
from cnn_core.training.clicks import Click, middle_of, next_click, somewhere_in
from cnn_core.training.command import Options, main
from cnn_core.training.heads import VOC, FrozenBase, base_of, form_of, photographs, shipped_model, widths_of, write_card
from cnn_core.training.loop import Plan, Trainer
from cnn_core.training.recipes.instances_maskrcnn_voc20 import masks_of
from cnn_core.training.scene_augmentation import View, Views
from cnn_core.training.voc import IGNORE, Scene

SIZE = 224
ROUNDS = 3
LEAST_PIXELS = 100
LIMITS = (
    "It was trained on 20 classes of PASCAL VOC; things of other kinds are often cut out badly.",
    "Fine parts (legs, wheels, leaves) need clicks of their own, and some never come out.",
)


def objects_of(view: View) -> Tensor:
    """(n, S, S) bool: the masks of the view's objects that are known and large enough to click."""
    masks = view.instance_masks()[view.instance].bool()
    return masks[masks.flatten(1).sum(1) >= LEAST_PIXELS]


class ClickRecipe:
    """See the module."""

    weights = "click_unet_voc20"
    architecture = "click_head"
    seed = 1
    plan = Plan(epochs=16, batch=16, rate=0.05, warm_up=0.1, weight_decay=1e-4)

    def arguments(self, base: Any, options: Options) -> dict[str, Any]:
        """What the head is built with."""
        hidden = [16, 16, 16, 16] if options.data is None else [128, 96, 64, 48]
        return {"widths": widths_of(base, 4, options), "hidden": hidden}

    def read(self, options: Options, split: str) -> list[Scene]:
        """The photographs of a split that have an object with a mask."""
        return [scene for scene in photographs(options, split, masks=True)[0] if bool(scene.instance.any())]

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        data, held_out = self.read(options, "train"), self.read(options, "val")
        views = Views(data, 64 if options.quick else SIZE, 0.0)
        form = form_of(options)

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            seed = int(1e9 * progress) + self.seed
            torch.manual_seed(seed)
            chance = np.random.default_rng(seed)
            pairs = [(view, objects_of(view)) for view in (views.make(int(k)) for k in indices)]
            pairs = [(view, masks[chance.integers(len(masks))]) for view, masks in pairs if len(masks)]
            trained: Any = model
            if not pairs:
                return sum(p.sum() for p in trained.head.parameters()) * 0.0, {}
            x = normalise(torch.stack([view.picture for view, _ in pairs]).to(options.device), form)
            true = torch.stack([mask for _, mask in pairs])
            known = torch.stack([view.mask for view, _ in pairs]) != IGNORE
            maps = trained.maps(x.contiguous(memory_format=torch.channels_last))
            clicks = [[first_click(mask.numpy(), chance)] for mask in true]
            for _ in range(int(chance.integers(ROUNDS))):
                add_clicks(trained.head, maps, clicks, true, known)
            value = selection_loss(trained.head(maps, clicks), true.to(options.device), known.to(options.device))
            return value, {}

        torch.manual_seed(self.seed)
        base = base_of(options)
        model = FrozenBase(base, build_model(self.architecture, self.arguments(base, options)))
        plan = Plan(epochs=1, batch=4) if options.quick else self.plan
        trainer = Trainer(model, len(data), loss, plan, options.device, self.seed, options.checkpoint(self.weights))
        trainer.run(lambda network: self.overlaps(network, held_out[::4], options))
        return trainer

    @torch.inference_mode()
    def overlaps(self, model: nn.Module, held_out: list[Scene], options: Options, clicks: int = 5) -> dict[str, float]:
        """Mean IoU over objects after 1, 2, 3 and 5 clicks, each into the largest mistake: {"iou_1": ...}."""
        model.eval()
        tried: Any = model
        rows = []
        for scene in held_out:
            x, placement = prepared(scene.picture.permute(1, 2, 0).numpy(), form_of(options))
            maps = tried.base.maps(x.to(options.device))
            known = (scene.mask != IGNORE).numpy()  # type: ignore[union-attr]
            for true in masks_of(scene)[scene.instance & ~scene.difficult].numpy():
                if true.sum() < LEAST_PIXELS:
                    continue
                place = middle_of(true)
                assert place is not None
                made: list[Click] = [(place[0] + 0.5, place[1] + 0.5, True)]
                row = []
                for _ in range(clicks):
                    inside = [(*placement.point_from_upload(x_, y_), belongs) for x_, y_, belongs in made]
                    logits = of_the_picture(tried.head(maps, [inside]), placement)
                    found = (F.interpolate(logits, true.shape, mode="bilinear", align_corners=False)[0, 0] > 0).cpu().numpy()
                    row.append(float((found & true).sum() / max(((found | true) & known).sum(), 1)))
                    click = next_click(found, true, known)
                    made += [click] if click else []
                rows.append(row)
        means = np.mean(rows, 0) if rows else np.zeros(clicks)
        return {"objects": len(rows)} | {f"iou_{k}": float(means[k - 1]) for k in (1, 2, 3, 5)}

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card; n counts objects."""
        figures = self.overlaps(model, self.read(options, "val"), options)
        n = int(figures.pop("objects"))
        return {"voc20_val_objects": {"n": n, **{key: round(value, 4) for key, value in figures.items()}}}, {}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the head and its card."""
        data = self.read(options, "train")
        trained: Any = trainer.averaged.module
        arguments, form = self.arguments(trained.base, options), form_of(options)
        shipped, model = shipped_model(self.weights, self.architecture, arguments, form, trained)
        metrics, tables = self.evaluate(model.to(options.device), options)
        figures = metrics["voc20_val_objects"]
        line = f"Trained here on {len(data):,} photographs with simulated clicks; IoU {figures['iou_1']:.1%} after one click"
        entries = {
            "task": "click_segmentation", "title": "Object under a click", "architecture": self.architecture,
            "line": f"{line}, {figures['iou_5']:.1%} after five, on {figures['n']} other objects. {LIMITS[0]}",
            "arguments": arguments, "classes": ["object"], "limits": list(LIMITS), "metrics": metrics,
            "input": {k: v for k, v in asdict(form).items() if v is not None},
            "data": {**VOC, "train_pictures": len(data)}, "command": command, **tables,
        }  # fmt: skip
        return write_card(options, self.weights, model, shipped, trainer, self.seed, entries)


def first_click(mask: np.ndarray, chance: np.random.Generator) -> Click:
    """A positive click well inside a mask (H, W) that is not empty."""
    place = somewhere_in(mask, chance)
    assert place is not None
    return place[0] + 0.5, place[1] + 0.5, True


@torch.no_grad()
def add_clicks(head: Any, maps: list[Tensor], clicks: list[list[Click]], true: Tensor, known: Tensor) -> None:
    """One more click for each picture, where the head's answer so far is most wrong."""
    head.eval()
    found = F.interpolate(head(maps, clicks).float(), true.shape[-2:], mode="bilinear", align_corners=False)[:, 0] > 0
    head.train()
    for made, said, wanted, certain in zip(clicks, found.cpu().numpy(), true.numpy(), known.numpy(), strict=True):
        click = next_click(said, wanted, certain)
        made += [click] if click else []


def selection_loss(logits: Tensor, true: Tensor, known: Tensor) -> Tensor:
    """Binary cross-entropy and Dice of masks (N, H, W), mean over the batch; pixels that are not known count for nothing."""
    values = F.interpolate(logits.float(), true.shape[-2:], mode="bilinear", align_corners=False)[:, 0]
    weight = known.float()
    entropy = F.binary_cross_entropy_with_logits(values, true.float(), weight, reduction="sum") / weight.sum().clamp(min=1)
    share = values.sigmoid() * weight
    both, sizes = (share * true).sum((1, 2)), (share + true * weight).sum((1, 2))
    return entropy + (1 - (2 * both + 1) / (sizes + 1)).mean()


RECIPE = ClickRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
