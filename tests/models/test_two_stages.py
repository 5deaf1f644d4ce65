"""The second stage before and after thresholds."""

import torch
from torchvision.ops import batched_nms

from cnn_core.models import build_model


def test_what_is_found_is_what_suppression_leaves_of_what_was_considered() -> None:
    torch.manual_seed(3)
    head = build_model("mask_rcnn_head", {"widths": [8, 8, 8], "width": 8, "classes": 3, "hidden": 16}).eval()
    with torch.inference_mode():
        for parameter in head.regions.box_predictor.parameters():
            parameter.normal_(0, 0.5)  # an untrained head says nearly the same of everything
        maps = [torch.randn(1, 8, 96 // stride, 128 // stride) for stride in (8, 16, 32)]
        scores, boxes, proposals = head.considered(maps)
        (found,) = head(maps)
    assert scores.shape == (len(proposals), 3)
    assert boxes.shape == (len(proposals), 3, 4)
    assert bool((boxes[..., 0::2] <= 128).all() and (boxes[..., 1::2] <= 96).all() and (boxes >= 0).all())
    flat, corners, kinds = scores.flatten(), boxes.flatten(0, 1), torch.arange(3).repeat(len(proposals))
    sure = flat > 0.005
    kept = batched_nms(corners[sure], flat[sure], kinds[sure], 0.4)[:100]
    assert torch.allclose(flat[sure][kept], found.scores, atol=1e-5)
    assert torch.allclose(corners[sure][kept], found.boxes, atol=1e-3)
    assert torch.equal(kinds[sure][kept] + 1, found.labels)
