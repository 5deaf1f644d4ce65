"""Two-stage boxes and a mask for each object (Mask R-CNN) on the one-stage detector's frozen maps."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torchmetrics.detection import MeanAveragePrecision

from cnn_core.models import build_model
from cnn_core.models.mask_rcnn_head import Found
from cnn_core.tasks.classification import normalise
from cnn_core.tasks.detection import prepared
from cnn_core.tasks.instance_segmentation import pasted
from cnn_core.training.command import Options, main
from cnn_core.training.heads import VOC, FrozenBase, base_of, form_of, photographs, shipped_model, widths_of, write_card
from cnn_core.training.loop import Plan, Trainer
from cnn_core.training.scene_augmentation import Views
from cnn_core.training.voc import Scene, instance_masks

SIZE, MOSAIC = 224, 0.3
LEAST = 0.05
LIMITS = (
    "It knows 20 classes of PASCAL VOC; everything else is background to it.",
    "Masks are drawn on 28 by 28 cells: fine parts of large objects are rounded off.",
    "It learned from about 5,000 photographs: small and hidden objects are often missed.",
)


def masks_of(scene: Scene) -> Tensor:
    """(n, H, W) bool: the pixels of each box's class inside it; an object's own only where ``scene.instance`` is true."""
    assert scene.mask is not None
    return instance_masks(scene.boxes, scene.labels, scene.mask).bool()


class InstancesRecipe:
    """See the module."""

    weights = "instances_maskrcnn_voc20"
    architecture = "mask_rcnn_head"
    seed = 1
    plan = Plan(epochs=16, batch=16, rate=0.02, warm_up=0.1, weight_decay=1e-4, clip=5.0)

    def arguments(self, base: Any, classes: int, options: Options) -> dict[str, Any]:
        """What the head is built with."""
        width, hidden = (16, 16) if options.data is None else (64, 256)
        return {"widths": widths_of(base, 3, options), "width": width, "classes": classes, "hidden": hidden}

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        data, names = photographs(options, "train", masks=False)
        held_out, _ = photographs(options, "val", masks=True)
        views = Views(data, 64 if options.quick else SIZE, MOSAIC)
        form = form_of(options)

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            torch.manual_seed(int(1e9 * progress) + self.seed)
            batch = [views.make(int(k)) for k in indices]
            x = normalise(torch.stack([view.picture for view in batch]).to(options.device), form)
            targets = [
                {"boxes": v.boxes, "labels": v.labels + 1, "masks": v.instance_masks(), "instance": v.instance}
                for v in batch
            ]
            targets = [{key: value.to(options.device) for key, value in target.items()} for target in targets]
            trained: Any = model
            losses = trained.head.losses(trained.maps(x.contiguous(memory_format=torch.channels_last)), targets)
            return sum(losses.values()), {name: value.detach() for name, value in losses.items()}

        torch.manual_seed(self.seed)
        base = base_of(options)
        model = FrozenBase(base, build_model(self.architecture, self.arguments(base, len(names), options)))
        plan = Plan(epochs=1, batch=4) if options.quick else self.plan
        trainer = Trainer(model, len(data), loss, plan, options.device, self.seed, options.checkpoint(self.weights))
        trainer.run(lambda network: self.precision(network, held_out, options))
        return trainer

    @torch.inference_mode()
    def precision(self, model: nn.Module, held_out: list[Scene], options: Options) -> dict[str, float]:
        """AP of boxes and of masks at an overlap of 0.5, in the photographs' own pixels: {"box_ap50", "mask_ap50"}."""
        boxes_metric = MeanAveragePrecision(backend="faster_coco_eval")
        masks_metric = MeanAveragePrecision(iou_type="segm", backend="faster_coco_eval")
        model.eval()
        for scene in held_out:
            x, placement = prepared(scene.picture.permute(1, 2, 0).numpy(), form_of(options))
            found: Found = model(x.to(options.device))[0]
            sure = found.scores >= LEAST
            boxes = placement.boxes_to_upload(found.boxes[sure].cpu().numpy())
            shape = (scene.picture.shape[1], scene.picture.shape[2])
            drawn = [pasted(m, b, shape) for m, b in zip(found.masks[sure].float().cpu().numpy(), boxes, strict=True)]
            said = {"scores": found.scores[sure].cpu(), "labels": found.labels[sure].cpu() - 1}
            stack = torch.zeros(len(drawn), *shape, dtype=torch.bool)
            for k, mask in enumerate(drawn):
                stack[k] = torch.from_numpy(mask)
            true = {"labels": scene.labels}
            skipped, unknown = scene.difficult.long(), (scene.difficult | ~scene.instance).long()
            boxes_metric.update(
                [{**said, "boxes": torch.from_numpy(boxes)}], [{**true, "boxes": scene.boxes, "iscrowd": skipped}]
            )
            masks_metric.update([{**said, "masks": stack}], [{**true, "masks": masks_of(scene), "iscrowd": unknown}])
        return {
            "box_ap50": float(boxes_metric.compute()["map_50"]), "mask_ap50": float(masks_metric.compute()["map_50"]),
        }  # fmt: skip

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card."""
        held_out, _ = photographs(options, "val", masks=True)
        figures = self.precision(model, held_out, options)
        return {"voc20_val": {"n": len(held_out), **{key: round(value, 4) for key, value in figures.items()}}}, {}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the head and its card."""
        data, names = photographs(options, "train", masks=False)
        trained: Any = trainer.averaged.module
        arguments, form = self.arguments(trained.base, len(names), options), form_of(options)
        shipped, model = shipped_model(self.weights, self.architecture, arguments, form, trained)
        metrics, tables = self.evaluate(model.to(options.device), options)
        figures = metrics["voc20_val"]
        entries = {
            "task": "instance_segmentation", "title": "Mask R-CNN", "architecture": self.architecture,
            "line": f"Trained here on {len(data):,} photographs of PASCAL VOC; AP50 of boxes {figures['box_ap50']:.1%}, of "
            f"masks {figures['mask_ap50']:.1%} on {figures['n']} others. {LIMITS[0]}",
            "arguments": arguments, "classes": names, "limits": list(LIMITS), "metrics": metrics,
            "input": {k: v for k, v in asdict(form).items() if v is not None},
            "data": {**VOC, "train_pictures": len(data)}, "command": command, **tables,
        }  # fmt: skip
        return write_card(options, self.weights, model, shipped, trainer, self.seed, entries)


RECIPE = InstancesRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
