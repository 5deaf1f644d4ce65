"""Click to select: a small decoder that finds the object under a click, trained with simulated clicks on instance masks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from cnn_core.ops.masks import keep_clicked
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.preprocessing import prepare
from cnn_core.tasks.semantic_segmentation import crop_to_picture
from cnn_core.training.augment.clicks import Click, innermost_pixel, next_click, sample_inner_pixel
from cnn_core.training.augment.scenes import View
from cnn_core.training.command import Options, main
from cnn_core.training.data.voc import IGNORE, Scene
from cnn_core.training.engine.heads import HeadCycle, HeadRecipe, HeadViews, Measured
from cnn_core.training.engine.loop import Plan
from cnn_core.training.losses.segmentation import selection_loss
from cnn_core.training.recipes.instances_maskrcnn_voc20 import scene_masks

CLICKS = 5
ROUNDS = 3
LEAST_PIXELS = 100
PLAN = Plan(epochs=10, batch=16, rate=0.05, warm_up=0.1, weight_decay=1e-4)
LIMITS = (
    "It was trained on 20 classes of PASCAL VOC; things of other kinds are often cut out badly.",
    "Nobody outlined cars or trains for it, and few buses: their masks were guessed from boxes.",
    "Fine parts (legs, wheels, leaves) need clicks of their own, and some never come out.",
)


def keep_clickable(data: list[Scene]) -> list[Scene]:
    """The photographs that have an object with a mask of its own."""
    return [scene for scene in data if bool(scene.instance.any())]


def objects_of(view: View) -> Tensor:
    """(n, S, S) bool: the masks of the view's objects that are known and large enough to click."""
    masks = view.instance_masks()[view.instance].bool()
    return masks[masks.flatten(1).sum(1) >= LEAST_PIXELS]


class ClickRecipe(HeadRecipe):
    """Trains the decoder that selects the object under a click."""

    weights = "click_unet_voc20"
    title = "Object under a click"
    task = "click_segmentation"
    architecture = "click_head"
    cycles = (
        HeadCycle(PLAN, HeadViews()),
        HeadCycle(replace(PLAN, epochs=6, rate=0.03), HeadViews(guesses=True)),
        HeadCycle(replace(PLAN, epochs=2, rate=0.02), HeadViews(guesses=True)),
    )
    limits = LIMITS
    mosaic = 0.0
    longest = 288
    measured_on = "voc20_val_objects"
    masks = False
    every = 4

    def own_arguments(self, classes: int, options: Options) -> dict[str, Any]:
        """What this head is built with beside the widths of the feature maps below it."""
        return {"hidden": [16, 16, 16, 16] if options.data is None else [96, 64, 48, 32]}

    def classes(self, names: list[str]) -> list[str]:
        """The one class of the card: an object, whatever it is."""
        return ["object"]

    def read(self, options: Options, split: str) -> tuple[list[Scene], list[str]]:
        """To learn from, all photographs of a split; to measure, those that have an object with a mask."""
        data, names = super().read(options, split)
        return (data if split == "train" else keep_clickable(data)), names

    def select(self, data: list[Scene], views: HeadViews, options: Options) -> list[Scene]:
        """Those that have an object with a mask; where masks may be guessed, all."""
        return data if views.guesses else keep_clickable(data)

    def loss(self, model: Any, views: list[View], x: Tensor, classes: int, seed: int) -> dict[str, Tensor]:
        """Of one object a picture, after one to ``ROUNDS`` simulated clicks."""
        rng = np.random.default_rng(seed)
        masks = [objects_of(view) for view in views]
        chosen = [k for k, found in enumerate(masks) if len(found)]
        if not chosen:
            return {"selection": sum(p.sum() for p in model.head.parameters()) * 0.0}
        true = torch.stack([masks[k][rng.integers(len(masks[k]))] for k in chosen])
        known = torch.stack([views[k].mask for k in chosen]) != IGNORE
        maps = model.maps(x[chosen])
        clicks = [[first_click(mask.numpy(), rng)] for mask in true]
        for _ in range(int(rng.integers(ROUNDS))):
            add_clicks(model.head, maps, clicks, true, known)
        return {"selection": selection_loss(model.head(maps, clicks), true.to(x.device), known.to(x.device))}

    def measure(self, model: Any, held_out: list[Scene], names: list[str], options: Options) -> Measured:
        """Mean IoU over objects after 1, 2, 3 and 5 clicks, each into the largest mistake: {"iou_1": ...}; n of objects."""
        rows = [row for scene in held_out for row in overlaps(model, scene, self.form(options), options.device)]
        means = np.mean(rows, 0) if rows else np.zeros(CLICKS)
        return len(rows), {f"iou_{k}": float(means[k - 1]) for k in (1, 2, 3, CLICKS)}, {}

    def sentence(self, figures: Mapping[str, float], pictures: int) -> str:
        """The card's line up to its first full stop."""
        first = f"Trained here on {pictures:,} photographs with simulated clicks; IoU {figures['iou_1']:.1%} after one click"
        return f"{first}, {figures['iou_5']:.1%} after five,"


def overlaps(model: Any, scene: Scene, form: Preprocessing, device: torch.device) -> list[list[float]]:
    """For each known object of a photograph, the IoU after 1 .. ``CLICKS`` clicks."""
    ready = prepare(scene.picture.permute(1, 2, 0).numpy(), form)
    x, placement = ready.x, ready.placement
    maps = model.base.maps(x.to(device))
    known = (scene.mask != IGNORE).numpy()  # type: ignore[union-attr]
    rows = []
    for true in scene_masks(scene)[scene.instance & ~scene.difficult].numpy():
        if true.sum() < LEAST_PIXELS:
            continue
        place = innermost_pixel(true)
        assert place is not None
        made: list[Click] = [(place[0] + 0.5, place[1] + 0.5, True)]
        row = []
        for _ in range(CLICKS):
            inside = [(*placement.point_from_upload(x_, y_), belongs) for x_, y_, belongs in made]
            logits = crop_to_picture(model.head(maps, [inside]), placement)
            raw = F.interpolate(logits, true.shape, mode="bilinear", align_corners=False)[0, 0] > 0
            found = keep_clicked(raw.cpu().numpy(), made)  # as the page does
            row.append(float((found & true).sum() / max(((found | true) & known).sum(), 1)))
            click = next_click(found, true, known)
            made += [click] if click else []
        rows.append(row)
    return rows


def first_click(mask: np.ndarray, rng: np.random.Generator) -> Click:
    """A positive click well inside a mask (H, W) that is not empty."""
    place = sample_inner_pixel(mask, rng)
    assert place is not None
    return place[0] + 0.5, place[1] + 0.5, True


@torch.no_grad()
def add_clicks(head: Any, maps: list[Tensor], clicks: list[list[Click]], true: Tensor, known: Tensor) -> None:
    """One more click for each picture, where the head's answer so far is most wrong."""
    head.eval()
    found = F.interpolate(head(maps, clicks).float(), true.shape[-2:], mode="bilinear", align_corners=False)[:, 0] > 0
    head.train()
    for made, mask, truth, certain in zip(clicks, found.cpu().numpy(), true.numpy(), known.numpy(), strict=True):
        click = next_click(mask, truth, certain)
        made += [click] if click else []


RECIPE = ClickRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
