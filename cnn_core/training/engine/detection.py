"""How a one-stage detector is measured: prepared and suppressed as in the app."""

from collections.abc import Sequence

import torch
from torch import nn
from torchvision.ops import batched_nms

from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.detection import top_boxes
from cnn_core.tasks.preprocessing import prepare
from cnn_core.training.data.voc import Scene
from cnn_core.training.engine.average_precision import average_precision

NMS_IOU = 0.55
MOST = 100


Found = list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]
"""For each photograph the boxes (n, 4) xyxy in its own pixels, their scores (n,) and labels (n,)."""


@torch.inference_mode()
def find_all(
    detector: nn.Module,
    held_out: Sequence[Scene],
    form: Preprocessing,
    device: torch.device,
    columns: Sequence[int] | None = None,
) -> Found:
    """What a detector finds on photographs.

    Args:
        detector: an ``FCOS``; it is put into eval mode.
        held_out: photographs with their true boxes.
        form: how a photograph becomes its input.
        device: where it computes.
        columns: which of its classes are those of the photographs, in their order; None for all.
    """
    detector.eval()
    found = []
    for scene in held_out:
        ready = prepare(scene.picture.permute(1, 2, 0).numpy(), form)
        logits, *rest = detector(ready.x.to(device))
        logits = logits if columns is None else logits[:, :, list(columns)]  # (1, P, K)
        boxes, scores, labels, _ = (part.cpu() for part in top_boxes((logits, *rest)))
        kept = batched_nms(boxes, scores, labels, NMS_IOU)[:MOST]
        corners = torch.from_numpy(ready.placement.boxes_to_upload(boxes[kept].numpy()))
        found.append((corners, scores[kept], labels[kept]))
    return found


def precision(
    detector: nn.Module,
    held_out: Sequence[Scene],
    form: Preprocessing,
    device: torch.device,
    columns: Sequence[int] | None = None,
) -> dict[str, float]:
    """{"ap50", "ap"} of a detector on photographs; the arguments are those of ``find_all``."""
    return average_precision(find_all(detector, held_out, form, device, columns), truths(held_out))


def truths(held_out: Sequence[Scene]) -> Found:
    """For each photograph its true boxes (m, 4), labels (m,), and which of them are difficult (m,)."""
    return [(scene.boxes, scene.labels, scene.difficult) for scene in held_out]
