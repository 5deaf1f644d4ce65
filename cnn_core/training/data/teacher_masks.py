"""Class masks that a public network (ESPNetv2, MIT, taught by PASCAL VOC) draws on photographs that nobody outlined.

The network itself is DATA/teachers/espnetv2_s2_voc21_384.pt2; neither it nor its masks are shipped.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.ops import masks_to_boxes

from cnn_core.training.data.voc import IGNORE, Scene

TEACHER = "espnetv2_s2_voc21_384.pt2"
CLASSES, SIDE, KEPT = 21, 384, 192
"""Background and VOC's twenty; the side of the pictures that it takes, and of the masks that are kept, in pixels."""
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

SURE = 0.6
"""A pixel whose likeliest class has less than this probability is left unknown."""

LEAST_SHARE = 0.2
"""A box with less of its class than this has been missed: nobody says that what is in it were background."""


def read_teacher(path: Path) -> Any:
    """The network: (1, 3, 384, 384) normalised -> logits (1, 21, 384, 384)."""
    return torch.export.load(path).module().to(memory_format=torch.channels_last)


LEAST_PIXELS = 0.01
"""A class with a smaller share of a photograph is not counted as being in it."""

RARE_WORDS = frozenset(
    word
    for words in (
        "aircraft airplane airplanes jet plane planes",
        "bicycle bicycles bicyclist bike biker bikes cyclist motorbike motorcycle motorcycles",
        "bird birds duck ducks geese goose seagull seagulls",
        "boat boats canoe kayak sailboat ship",
        "bus buses train trains",
        "bull bulls cow cows horse horses lamb sheep",
        "bottle bottles couch sofa table tables computer television tv",
    )
    for word in words.split()
)
"""What people call the things of which VOC's training part has few photographs."""
LEAST_SENTENCES = 2
"""Of a photograph's sentences so many must speak of such a thing."""


def speaks_of(sentences: Iterable[Iterable[str]], words: frozenset[str] = RARE_WORDS) -> bool:
    """Whether enough of a photograph's sentences, each a list of words, hold one of these words."""
    return sum(not words.isdisjoint(sentence) for sentence in sentences) >= LEAST_SENTENCES


@torch.inference_mode()
def ask(network: Any, picture: Tensor) -> Tensor:
    """The teacher's probabilities (21, 192, 192) of a picture (3, H, W) uint8, which is squashed to a square."""
    x = F.interpolate(picture[None].float() / 255, (SIDE, SIDE), mode="bilinear", align_corners=False, antialias=True)
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))
    logits = network(((x - mean) / std).contiguous(memory_format=torch.channels_last))
    return F.avg_pool2d(logits.float().softmax(1), SIDE // KEPT)[0]


def choose(probabilities: Tensor, labels: Tensor) -> Tensor:
    """Probabilities (21, h, w) -> the likeliest class (h, w) uint8, or ``IGNORE`` where none is likely enough.

    Args:
        labels: the classes 0..19 that are known to be there, no other is chosen; none where nothing is known.
    """
    there = torch.full((CLASSES,), float(not len(labels)))
    there[torch.cat([labels.unique() + 1, labels.new_zeros(1)])] = 1.0
    known = probabilities * there[:, None, None]
    best, number = (known / known.sum(0).clamp(min=1e-6)).max(0)
    return torch.where(best >= SURE, number, IGNORE).to(torch.uint8)


@dataclass(frozen=True)
class DrawnMasks:
    """The teacher's masks of photographs, (N, 192, 192) uint8."""

    masks: Tensor


def draw_masks(scenes: Iterable[Scene], teacher: Path) -> DrawnMasks:
    """Every photograph's; where there are boxes, of their classes alone."""
    network = read_teacher(teacher)
    return DrawnMasks(torch.stack([choose(ask(network, scene.picture), scene.labels) for scene in scenes]))


def put_on(scene: Scene, drawn: Tensor) -> Scene:
    """A scene without a mask with the teacher's, (192, 192); without boxes it gets one around each class that was drawn."""
    size = (scene.picture.shape[1], scene.picture.shape[2])
    mask = F.interpolate(drawn[None, None], size, mode="nearest")[0, 0]  # (192, 192) -> (H, W)
    if not len(scene.labels):
        return with_boxes(replace(scene, mask=mask))
    for (x1, y1, x2, y2), label in zip(scene.boxes.round().long().tolist(), scene.labels.tolist(), strict=True):
        part = mask[max(y1, 0) : y2, max(x1, 0) : x2]
        if part.numel() and (part == label + 1).float().mean() < LEAST_SHARE:
            part[part == 0] = IGNORE
    return replace(scene, mask=mask)


def with_boxes(scene: Scene) -> Scene:
    """A scene with one box around all pixels of each class in its mask."""
    assert scene.mask is not None
    counts = torch.bincount(scene.mask.flatten().long(), minlength=IGNORE + 1)[1:CLASSES]
    labels = (counts >= LEAST_PIXELS * scene.mask.numel()).nonzero()[:, 0]
    boxes = masks_to_boxes(scene.mask[None] == labels[:, None, None] + 1)
    no = torch.zeros(len(labels), dtype=torch.bool)
    return replace(scene, boxes=boxes.view(-1, 4), labels=labels, difficult=no, instance=no)


def bare_scene(picture: Tensor) -> Scene:
    """A photograph (3, H, W) uint8 of which nothing is known."""
    none = torch.zeros(0, dtype=torch.bool)
    return Scene(picture, torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64), none, none, None)
