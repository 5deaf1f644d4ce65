"""Which of twenty classes are in the picture, any number of them: an attending head on the detector's frozen maps."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torchmetrics.classification import MultilabelAveragePrecision

from cnn_core.tasks.preprocessing import prepare
from cnn_core.training.augment.scenes import View
from cnn_core.training.command import Options, main
from cnn_core.training.data.voc import Scene, multi_hot
from cnn_core.training.engine.heads import HeadCycle, HeadRecipe, HeadViews, Measured
from cnn_core.training.engine.loop import Plan

PLAN = Plan(epochs=8, batch=32, rate=0.05, warm_up=0.1, weight_decay=1e-4)
LIMITS = (
    "It knows 20 classes of PASCAL VOC and says nothing of anything else.",
    "Small things in the background are often missed, and things that go together (a rider without a horse) suggested.",
)


class LabelsRecipe(HeadRecipe):
    """Trains the head that names every class in a photograph."""

    weights = "labels_attention_voc20"
    title = "Which classes are there"
    task = "multi_label"
    architecture = "attention_head"
    cycles = (
        HeadCycle(PLAN, HeadViews(rare=0.05)),
        HeadCycle(replace(PLAN, epochs=3, rate=0.02), HeadViews(rare=0.05, size=256)),
    )
    limits = LIMITS
    stages = 2
    masks = held_out_masks = False

    def own_arguments(self, classes: int, options: Options) -> dict[str, Any]:
        """What this head is built with beside the widths of the feature maps below it."""
        return {"hidden": 16 if options.data is None else 160, "outputs": classes, "dropout": 0.2}

    def loss(self, model: Any, views: list[View], x: Tensor, classes: int, seed: int) -> dict[str, Tensor]:
        """Binary cross-entropy of each class against whether it is there: {"entropy"}."""
        target = torch.stack([multi_hot(view.labels, classes) for view in views]).to(x.device)
        return {"entropy": F.binary_cross_entropy_with_logits(model(x).float(), target)}

    def measure(self, model: Any, held_out: list[Scene], names: list[str], options: Options) -> Measured:
        """Mean over the classes of the average precision, and that of each; difficult objects count as present."""
        form = self.form(options)
        logits = [model(prepare(s.picture.permute(1, 2, 0).numpy(), form).x.to(options.device)) for s in held_out]
        probabilities = torch.cat(logits).sigmoid().float().cpu()
        truth = torch.stack([multi_hot(scene.labels, len(names)) for scene in held_out]).long()
        each = MultilabelAveragePrecision(num_labels=len(names), average=None)(probabilities, truth)
        mean = MultilabelAveragePrecision(num_labels=len(names))(probabilities, truth)
        table = {name: round(float(value), 3) for name, value in zip(names, each, strict=True)}
        return len(held_out), {"map": float(mean)}, {"per_class": table}

    def sentence(self, figures: Mapping[str, float], pictures: int) -> str:
        """The card's line up to its first full stop."""
        return f"A head trained here on {pictures:,} photographs of PASCAL VOC; mAP {figures['map']:.1%}"


RECIPE = LabelsRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
