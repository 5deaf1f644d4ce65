"""How good a detector is: average precision, by COCO's own rules."""

from collections.abc import Iterable

from torch import Tensor
from torchmetrics.detection import MeanAveragePrecision


def average_precision(
    found: Iterable[tuple[Tensor, Tensor, Tensor]], true: Iterable[tuple[Tensor, Tensor, Tensor]]
) -> dict[str, float]:
    """AP over classes at an overlap of 0.5, and over 0.5..0.95 as COCO has it: {"ap50", "ap"}, 0..1.

    Args:
        found: for each picture boxes (n, 4), scores (n,), labels (n,).
        true: for each picture boxes (m, 4), labels (m,), difficult (m,); difficult ones count neither way.
    """
    metric = MeanAveragePrecision(backend="faster_coco_eval")
    predictions = [{"boxes": b, "scores": s, "labels": k} for b, s, k in found]
    targets = [{"boxes": b, "labels": k, "iscrowd": d.long()} for b, k, d in true]
    metric.update(predictions, targets)
    figures = metric.compute()
    return {"ap50": float(figures["map_50"]), "ap": float(figures["map"])}
