"""Which cells of the one-stage detector should answer for an object, and what they do say."""

from dataclasses import dataclass

import numpy as np

from cnn_core.images.placement import Placement
from cnn_core.ops.boxes import iou
from cnn_core.ops.grid_cells import PyramidCell, centrality, pyramid_cells
from cnn_core.results import Candidates, Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.detection import find_candidates

SAME = 0.01
"""Pixels by which the places of one and the same cell may differ."""


@dataclass(frozen=True)
class AnsweringCell:
    """A cell that should answer for an object.

    Attributes:
        cell: where it is, and the distances that it should give, in pixels of the network's input.
        place: (4,) xyxy, the cell in pixels of the upload.
        label: the class that it gives the highest score; "" where no score of it is among the detector's candidates.
        score: that score, 0..1.
        overlap: IoU of the box that it gives with the object's, 0..1.
    """

    cell: PyramidCell
    place: Floats
    label: str
    score: float
    overlap: float


def input_placement(picture: PictureArray, weights_name: str) -> Placement:
    """How a picture (H, W, 3) lies in the detector's input."""
    form = weights.card(weights_name).input
    return Placement.plan(picture.shape[:2], form.shape(*picture.shape[:2]), form.how)


def answering_cells(picture: PictureArray, weights_name: str, box: Floats) -> list[AnsweringCell]:
    """The cells that should answer for a box (4,) xyxy in pixels of a picture (H, W, 3), the most central first."""
    placement, candidates = input_placement(picture, weights_name), find_candidates(picture, weights_name)
    corners = [*placement.point_from_upload(*box[:2]), *placement.point_from_upload(*box[2:])]
    height, width = placement.size
    cells = pyramid_cells(np.array(corners, np.float32), width, height)
    return [say(cell, placement, candidates, box) for cell in sorted(cells, key=centrality)]


def say(cell: PyramidCell, placement: Placement, candidates: Candidates, box: Floats) -> AnsweringCell:
    """What the detector's candidates from one cell say of a box (4,) xyxy in pixels of the upload."""
    (x, y), half = cell.centre, cell.stride / 2
    place = placement.boxes_to_upload([(x - half, y - half, x + half, y + half)])[0]
    mine = np.flatnonzero((np.abs(candidates.origins - place) < SAME).all(1))
    if not len(mine):
        return AnsweringCell(cell, place, "", 0.0, 0.0)
    best = int(mine[0])  # candidates stand in the order of their scores
    overlap = float(iou(candidates.boxes[[best]], box[None])[0, 0])
    return AnsweringCell(cell, place, candidates.labels[best], float(candidates.scores[best]), overlap)
