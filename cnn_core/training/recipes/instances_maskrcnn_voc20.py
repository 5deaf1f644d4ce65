"""Two-stage boxes and a mask for each object (Mask R-CNN) on the one-stage detector's frozen maps."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torchmetrics.detection import MeanAveragePrecision

from cnn_core.models.mask_rcnn_head import Found as Answer
from cnn_core.ops.masks import paste
from cnn_core.tasks.preprocessing import prepare
from cnn_core.training.augment.scenes import View
from cnn_core.training.command import Options, main
from cnn_core.training.data.voc import Scene, instance_masks
from cnn_core.training.engine.certainty import certainty, judge
from cnn_core.training.engine.detection import Found, truths
from cnn_core.training.engine.heads import HeadCycle, HeadRecipe, HeadViews, Measured
from cnn_core.training.engine.loop import Plan

LEAST = 0.005
PLAN = Plan(epochs=12, batch=16, rate=0.02, warm_up=0.1, weight_decay=1e-4, clip=5.0)
LIMITS = (
    "It knows 20 classes of PASCAL VOC; everything else is background to it.",
    "Masks are drawn on 28 by 28 cells: fine parts of large objects are rounded off.",
    "Nobody outlined cars or trains for it, and few buses: their masks were guessed from boxes and come out rough.",
    "It learned from about 5,000 photographs: small and hidden objects are often missed.",
)


def scene_masks(scene: Scene) -> Tensor:
    """(n, H, W) bool: the pixels of each box's class inside it; an object's own only where ``scene.instance`` is true."""
    assert scene.mask is not None
    return instance_masks(scene.boxes, scene.labels, scene.mask).bool()


class InstancesRecipe(HeadRecipe):
    """Trains region proposals, boxes, classes and masks of Mask R-CNN."""

    weights = "instances_maskrcnn_voc20"
    title = "Mask R-CNN"
    task = "instance_segmentation"
    architecture = "mask_rcnn_head"
    cycles = (
        HeadCycle(PLAN, HeadViews()),
        HeadCycle(replace(PLAN, epochs=4, rate=0.01), HeadViews(rare=0.03, guesses=True)),
        HeadCycle(replace(PLAN, epochs=2, rate=0.01), HeadViews(rare=0.03, guesses=True)),
    )
    limits = LIMITS
    stages = 3
    mosaic = 0.3
    every = 4
    masks = False

    def own_arguments(self, classes: int, options: Options) -> dict[str, Any]:
        """What this head is built with beside the widths of the feature maps below it."""
        width, hidden = (16, 16) if options.data is None else (64, 256)
        return {"width": width, "classes": classes, "hidden": hidden}

    def loss(self, model: Any, views: list[View], x: Tensor, classes: int, seed: int) -> dict[str, Tensor]:
        """The losses of both stages, named as in the paper (see ``MaskRCNNHead.losses``)."""
        targets = [
            {"boxes": v.boxes, "labels": v.labels + 1, "masks": v.instance_masks(), "instance": v.instance} for v in views
        ]
        targets = [{key: value.to(x.device) for key, value in target.items()} for target in targets]
        losses: dict[str, Tensor] = model.head.losses(model.maps(x), targets)
        return losses

    def measure(self, model: Any, held_out: list[Scene], names: list[str], options: Options) -> Measured:
        """AP of boxes and of masks at an overlap of 0.5, in the photographs' own pixels: {"box_ap50", "mask_ap50"}."""
        boxes_metric = MeanAveragePrecision(backend="faster_coco_eval")
        masks_metric = MeanAveragePrecision(iou_type="segm", backend="faster_coco_eval")
        answers: Found = []
        for scene in held_out:
            ready = prepare(scene.picture.permute(1, 2, 0).numpy(), self.form(options))
            x, placement = ready.x, ready.placement
            found: Answer = model(x.to(options.device))[0]
            sure = found.scores >= LEAST
            boxes = placement.boxes_to_upload(found.boxes[sure].cpu().numpy())
            shape = (scene.picture.shape[1], scene.picture.shape[2])
            pasted_masks = [paste(m, b, shape) for m, b in zip(found.masks[sure].float().cpu().numpy(), boxes, strict=True)]
            scored = {"scores": found.scores[sure].cpu(), "labels": found.labels[sure].cpu() - 1}
            answers.append((torch.from_numpy(boxes), scored["scores"], scored["labels"]))
            stack = torch.zeros(len(pasted_masks), *shape, dtype=torch.bool)
            for k, mask in enumerate(pasted_masks):
                stack[k] = torch.from_numpy(mask)
            true = {"labels": scene.labels}
            skipped, unknown = scene.difficult.long(), (scene.difficult | ~scene.instance).long()
            boxes_metric.update(
                [{**scored, "boxes": torch.from_numpy(boxes)}], [{**true, "boxes": scene.boxes, "iscrowd": skipped}]
            )
            masks_metric.update([{**scored, "masks": stack}], [{**true, "masks": scene_masks(scene), "iscrowd": unknown}])
        figures = {key: float(m.compute()["map_50"]) for key, m in (("box_ap50", boxes_metric), ("mask_ap50", masks_metric))}
        return len(held_out), figures, {"certainty": certainty(judge(answers, truths(held_out)))}

    def sentence(self, figures: Mapping[str, float], pictures: int) -> str:
        """The card's line up to its first full stop."""
        figures_in_words = f"AP50 of boxes {figures['box_ap50']:.1%}, of masks {figures['mask_ap50']:.1%}"
        return f"Trained here on {pictures:,} photographs of PASCAL VOC; {figures_in_words}"


RECIPE = InstancesRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
