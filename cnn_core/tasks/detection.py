"""What is where (object detection)? One picture -> bounding boxes with classes and scores, in the upload's own pixels."""

import numpy as np
import torch
from torch import Tensor

from cnn_core.images import opening
from cnn_core.images.placement import Placement
from cnn_core.models import Headed, OneStageDetector, WholeDetector
from cnn_core.models.fcos import boxes_of
from cnn_core.ops.boxes import nms_by_class
from cnn_core.ops.regions import anchors_at, roi_align
from cnn_core.results import Candidates, Detections, Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.certainty import believed
from cnn_core.tasks.preprocessing import prepare

FINEST = 8
"""Input pixels from one cell to the next on the finest feature map."""
LEAST_SCORE = 0.02
TWO_STAGE = "instance_segmentation"
"""The task of the two-stage networks: they draw masks, too."""
MOST = 300


def top_boxes(
    answers: tuple[Tensor, ...], least: float = LEAST_SCORE, most: int = MOST
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The boxes of one picture with the highest scores, before any suppression.

    Returns:
        boxes (n, 4) xyxy in input pixels, scores (n,), labels (n,), and the cells (n, 4) xyxy that they came from.

    Args:
        answers: what ``FCOS`` returns for one picture, of P cells and K classes.
        least: smallest score; it is the geometric mean of the class's probability and the box's expected quality.
        most: how many at the most.
    """
    logits, distances, quality, centres, strides = answers
    scores = (logits[0].float().sigmoid() * quality[0].float().sigmoid()[:, None]).sqrt().flatten()  # (P, K) -> (P * K,)
    found = torch.nonzero(scores >= least)[:, 0]
    found = found[scores[found].argsort(descending=True, stable=True)[:most]]
    cells, labels = found // logits.shape[2], found % logits.shape[2]
    half = (strides[cells] / 2)[:, None].expand(-1, 4)  # (n,) -> (n, 4)
    return boxes_of(distances[0, cells].float(), centres[cells]), scores[found], labels, boxes_of(half, centres[cells])


RawBoxes = tuple[Tensor, Tensor, Tensor, Tensor, int]
"""Boxes (n, 4), scores (n,), labels (n,), the cells or proposals they came from (n, 4), and how many of those in all."""


def run_one_stage(model: OneStageDetector, x: Tensor) -> RawBoxes:
    """The boxes of a one-stage (single-shot) detector in one prepared picture (1, 3, H, W); they come from cells."""
    answers = model(x)
    return (*top_boxes(answers), len(answers[3]))


def run_two_stages(model: Headed, x: Tensor) -> RawBoxes:
    """The boxes of a two-stage (region-based) detector in one prepared picture (1, 3, H, W); they come from proposals."""
    return choose_boxes(*model.head.considered(model.base.maps(x)))


def choose_boxes(scores: Tensor, boxes: Tensor, proposals: Tensor) -> RawBoxes:
    """The boxes with the highest scores (m, K) among (m, K, 4), one for each class; they come from proposals (m, 4)."""
    flat = scores.flatten()  # (m, K) -> (m * K,)
    found = torch.nonzero(flat >= LEAST_SCORE)[:, 0]
    found = found[flat[found].argsort(descending=True, stable=True)[:MOST]]
    regions, labels = found // scores.shape[1], found % scores.shape[1]
    return boxes.flatten(0, 1)[found], flat[found], labels, proposals[regions], len(proposals)


@remembered
@on_network
def find_candidates(network: weights.Network, picture: PictureArray) -> Candidates:
    """All boxes that a detector considers in a picture (H, W, 3) uint8."""
    prepared = prepare(picture, network.card.input)
    x = prepared.x.to(network.device)
    with network.running():
        if isinstance(network.model, WholeDetector):
            raw = choose_boxes(*network.model.considered(x))
        elif network.card.task == TWO_STAGE:
            raw = run_two_stages(network.offering(Headed), x)
        else:
            raw = run_one_stage(network.offering(OneStageDetector), x)
    return candidates_from(raw, network.card, prepared.placement)


def candidates_from(raw: RawBoxes, card: Card, placement: Placement) -> Candidates:
    """Boxes in pixels of a network's input as the answer, in pixels of the upload; scores as shares right."""
    boxes, scores, labels, origins, count = raw
    names = tuple(card.classes[k] for k in labels.tolist())
    inside = [placement.boxes_to_upload(part.float().cpu().numpy()) for part in (boxes, origins)]
    return Candidates(inside[0], believed(scores.float().cpu().numpy(), card), names, inside[1], count)


def has_two_stages(card: Card) -> bool:
    """Whether the detector with this card proposes regions before it classifies them."""
    return card.task == TWO_STAGE or bool(card.record.get("two_stages"))


def anchors(picture: PictureArray, weights_name: str) -> Floats:
    """The anchors (n, 4) in pixels of the upload that a two-stage detector has at one cell: the middle of the picture.

    Args:
        picture: (H, W, 3) uint8.
        weights_name: of a network trained here whose task is "instance_segmentation".
    """
    from cnn_core.models.mask_rcnn_head import ANCHORS, ASPECTS  # here: see public_weights.record_of

    form = weights.card(weights_name).input
    height, width = form.shape(*picture.shape[:2])
    placement = Placement.plan(picture.shape[:2], (height, width), "pad")
    levels = [anchors_at(width / 2, height / 2, sides, ASPECTS) for sides in ANCHORS]
    return placement.boxes_to_upload(np.concatenate(levels))


def pool_region(picture: PictureArray, box: Floats, weights_name: str) -> PictureArray:
    """A region as the second stage gets it, (7, 7, 3) uint8, but in colours instead of features.

    The picture is shrunk to the finest feature map's resolution, and the region cut from it by RoIAlign.

    Args:
        picture: (H, W, 3) uint8.
        box: (4,) xyxy in pixels of the picture.
        weights_name: whose input size decides the feature map's resolution.
    """
    from cnn_core.models.mask_rcnn_head import BOX_SIDE  # here: see public_weights.record_of

    small, placement = opening.cap_longest_side(picture, weights.card(weights_name).input.size // FINEST)
    corners = [*placement.point_from_upload(*box[:2]), *placement.point_from_upload(*box[2:])]
    return roi_align(small, corners, BOX_SIDE).round().astype(np.uint8)


def keep_confident(candidates: Candidates, confidence: float, classes: tuple[str, ...] = ()) -> list[int]:
    """The numbers of the candidates of these classes (all if none are named) whose score reaches ``confidence``."""
    scored = enumerate(zip(candidates.labels, candidates.scores, strict=True))
    return [k for k, (name, score) in scored if score >= confidence and (not classes or name in classes)]


def suppress(candidates: Candidates, numbers: list[int], iou: float) -> list[int]:
    """The numbered candidates that non-maximum suppression keeps, each class on its own; the highest score first."""
    labels = tuple(candidates.labels[k] for k in numbers)
    kept = nms_by_class(candidates.boxes[numbers], candidates.scores[numbers], labels, iou)
    return [numbers[k] for k in kept]


def detections(candidates: Candidates, numbers: list[int]) -> Detections:
    """The numbered candidates as the detector's answer."""
    return Detections(candidates.boxes[numbers], candidates.scores[numbers], tuple(candidates.labels[k] for k in numbers))


def detect(
    picture: PictureArray, weights_name: str, confidence: float = 0.5, iou: float = 0.5, classes: tuple[str, ...] = ()
) -> Detections:
    """The objects that a detector finds in a picture (H, W, 3) uint8.

    Args:
        picture: RGB, any size.
        weights_name: of a network whose task is "detection" or "instance_segmentation".
        confidence: smallest score, 0..1.
        iou: overlap above which, of two boxes of a class, the one with the lower score is removed, 0..1.
        classes: only these; all if empty.

    Raises:
        InputError: no such network.
    """
    candidates = find_candidates(picture, weights_name)
    return detections(candidates, suppress(candidates, keep_confident(candidates, confidence, classes), iou))
