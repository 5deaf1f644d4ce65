"""Which of twenty classes are in the picture, any number of them: an attending head on the detector's frozen maps."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchmetrics.classification import MultilabelAveragePrecision

from cnn_core.models import build_model
from cnn_core.tasks.classification import normalise
from cnn_core.tasks.detection import prepared
from cnn_core.training.command import Options, main
from cnn_core.training.heads import VOC, FrozenBase, base_of, form_of, photographs, shipped_model, widths_of, write_card
from cnn_core.training.loop import Plan, Trainer
from cnn_core.training.scene_augmentation import Views
from cnn_core.training.voc import Scene

SIZE, MOSAIC = 224, 0.2
LIMITS = (
    "It knows 20 classes of PASCAL VOC and says nothing of anything else.",
    "Small things in the background are often missed, and things that go together (a rider without a horse) suggested.",
)


def present(labels: Tensor, classes: int) -> Tensor:
    """(K,) float32: 1 for each class that is among the labels (n,)."""
    return torch.zeros(classes).index_fill_(0, labels.unique(), 1.0)


class LabelsRecipe:
    """See the module."""

    weights = "labels_attention_voc20"
    architecture = "attention_head"
    seed = 1
    plan = Plan(epochs=15, batch=32, rate=0.05, warm_up=0.1, weight_decay=1e-4)

    def arguments(self, base: Any, classes: int, options: Options) -> dict[str, Any]:
        """What the head is built with."""
        hidden = 16 if options.data is None else 160
        return {"widths": widths_of(base, 2, options), "hidden": hidden, "outputs": classes, "dropout": 0.2}

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        data, names = photographs(options, "train", masks=False)
        held_out, _ = photographs(options, "val", masks=False)
        views = Views(data, 64 if options.quick else SIZE, MOSAIC)
        form = form_of(options)

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            torch.manual_seed(int(1e9 * progress) + self.seed)
            batch = [views.make(int(k)) for k in indices]
            x = normalise(torch.stack([view.picture for view in batch]).to(options.device), form)
            logits = model(x.contiguous(memory_format=torch.channels_last)).float()
            target = torch.stack([present(view.labels, len(names)) for view in batch]).to(options.device)
            return F.binary_cross_entropy_with_logits(logits, target), {}

        torch.manual_seed(self.seed)
        base = base_of(options)
        model = FrozenBase(base, build_model(self.architecture, self.arguments(base, len(names), options)))
        plan = Plan(epochs=1, batch=4) if options.quick else self.plan
        trainer = Trainer(model, len(data), loss, plan, options.device, self.seed, options.checkpoint(self.weights))
        trainer.run(lambda network: {"map": self.precision(*self.scores(network, held_out, options))})
        return trainer

    @torch.inference_mode()
    def scores(self, model: nn.Module, held_out: list[Scene], options: Options) -> tuple[Tensor, Tensor]:
        """Probabilities and truth (N, K) of photographs, prepared as in the app; difficult objects count as present."""
        model.eval()
        said = [
            model(prepared(s.picture.permute(1, 2, 0).numpy(), form_of(options))[0].to(options.device)) for s in held_out
        ]
        probabilities = torch.cat(said).sigmoid().float().cpu()
        return probabilities, torch.stack([present(s.labels, probabilities.shape[1]) for s in held_out]).long()

    def precision(self, probabilities: Tensor, truth: Tensor) -> float:
        """Mean over the classes of the average precision, 0..1."""
        return float(MultilabelAveragePrecision(num_labels=truth.shape[1])(probabilities, truth))

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card, and each class's average precision."""
        held_out, names = photographs(options, "val", masks=False)
        probabilities, truth = self.scores(model, held_out, options)
        each = MultilabelAveragePrecision(num_labels=len(names), average=None)(probabilities, truth)
        table = {name: round(float(value), 3) for name, value in zip(names, each, strict=True)}
        return {"voc20_val": {"n": len(held_out), "map": round(self.precision(probabilities, truth), 4)}}, {
            "per_class": table
        }

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the head and its card."""
        data, names = photographs(options, "train", masks=False)
        trained: Any = trainer.averaged.module
        arguments, form = self.arguments(trained.base, len(names), options), form_of(options)
        shipped, model = shipped_model(self.weights, self.architecture, arguments, form, trained)
        metrics, tables = self.evaluate(model.to(options.device), options)
        figures = metrics["voc20_val"]
        line = f"A head trained here on {len(data):,} photographs of PASCAL VOC; mAP {figures['map']:.1%} on "
        entries = {
            "task": "multi_label", "title": "Which classes are there", "architecture": self.architecture,
            "line": f"{line}{figures['n']} others. {LIMITS[0]}", "arguments": arguments, "classes": names,
            "limits": list(LIMITS), "metrics": metrics, "input": {k: v for k, v in asdict(form).items() if v is not None},
            "data": {**VOC, "train_pictures": len(data)}, "command": command, **tables,
        }  # fmt: skip
        return write_card(options, self.weights, model, shipped, trainer, self.seed, entries)


RECIPE = LabelsRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
