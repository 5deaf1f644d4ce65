"""Boxes and masks as people see them: drawn into one picture, named in a legend, said in words, and as data for programs.

Each region as a picture of its own (as Gradio's AnnotatedImage takes them) costs 12 seconds for 100 proposals; drawing all
of them into one picture takes a tenth of a second.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

from cnn_core.images import marking, opening
from cnn_core.images.palette import colour_of
from demos.spec import PictureArray, Region

LARGEST, SMALLEST = 1024, 480
"""The longest side of a drawn picture, pixels: larger ones are shrunk, tiny ones enlarged, so that edges look alike."""
BOX_TINT, MASK_TINT = 0.12, 0.5
MOST_TAGS = 20
"""With more regions than this, names and tints would hide the picture: then only the edges are drawn."""
MOST_SCORES = 6
CROSS: NDArray[np.uint8] = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)

Box = tuple[int, int, int, int]
"""x1, y1, x2, y2 in pixels; x2 and y2 lie outside."""


@dataclass(frozen=True)
class Found:
    """All regions of one name.

    Attributes:
        name: what they are.
        colour: "#RRGGBB", of the name everywhere.
        scores: of each, in the order in which the regions came; None for one without.
    """

    name: str
    colour: str
    scores: tuple[float | None, ...]


# ---------------------------------------------------------------- drawn


def draw_regions(picture: PictureArray, regions: Sequence[Region]) -> PictureArray:
    """The picture (H, W, 3) of a size to be looked at, (h, w, 3), with each region's edge, tint and name in its colour."""
    canvas = _view_of(picture)
    across, down = canvas.shape[1] / picture.shape[1], canvas.shape[0] / picture.shape[0]
    thickness = max(2, round(max(canvas.shape[:2]) / 250))
    few = len(regions) <= MOST_TAGS
    placed = [(region, box) for region in regions if (box := _box_in_view(region, across, down, canvas)) is not None]
    for region, box in sorted(placed, key=lambda pair: -_area(pair[1])):  # large ones first, or they would hide the small
        _draw_one(canvas, region, box, picture.shape[:2], thickness, few)
    if not few:
        return canvas
    words = [(label(region), region.name, box) for region, box in placed]
    return marking.write_tags(canvas, _tags(words, canvas))  # names last, so that no edge crosses them


def _view_of(picture: PictureArray) -> PictureArray:
    """The picture (H, W) or (H, W, 3), shrunk to LARGEST or enlarged to SMALLEST with sharp pixels: a new (h, w, 3)."""
    shown, _ = opening.cap_longest_side(picture, LARGEST)
    if max(shown.shape[:2]) < SMALLEST:
        shown = opening.enlarge_to(shown, SMALLEST)
    return np.array(shown if shown.ndim == 3 else np.stack([shown] * 3, axis=-1))  # (h, w) -> (h, w, 3)


def _box_in_view(region: Region, across: float, down: float, canvas: PictureArray) -> Box | None:
    """Where the region lies on the canvas, at least one pixel wide and high; None where nothing of it does."""
    x1, y1, x2, y2 = bounds(region)
    left, right = max(0, round(x1 * across)), min(canvas.shape[1], max(round(x2 * across), round(x1 * across) + 1))
    top, bottom = max(0, round(y1 * down)), min(canvas.shape[0], max(round(y2 * down), round(y1 * down) + 1))
    return (left, top, right, bottom) if x2 > x1 and y2 > y1 and left < right and top < bottom else None


def bounds(region: Region) -> tuple[float, float, float, float]:
    """The region's box, or the smallest box around its mask, (x1, y1, x2, y2) in the picture's pixels; 0s if it is empty."""
    if not isinstance(region.shape, np.ndarray):
        return region.shape
    columns, rows = np.flatnonzero(region.shape.any(axis=0)), np.flatnonzero(region.shape.any(axis=1))
    if not len(rows):
        return 0.0, 0.0, 0.0, 0.0
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def _draw_one(canvas: PictureArray, region: Region, box: Box, size: tuple[int, ...], thickness: int, tinted: bool) -> None:
    """Draws a region into the canvas (h, w, 3); ``size`` (H, W) is that of the picture whose pixels the region is in."""
    x1, y1, x2, y2 = box
    part = canvas[y1:y2, x1:x2]
    if isinstance(region.shape, np.ndarray):
        rows = np.arange(y1, y2) * size[0] // canvas.shape[0]
        columns = np.arange(x1, x2) * size[1] // canvas.shape[1]
        inside = region.shape[rows][:, columns]  # (H, W) -> (h, w) of the box, nearest
        tint = MASK_TINT
    else:
        inside, tint = np.ones(part.shape[:2], bool), BOX_TINT
    padded = np.pad(inside, thickness).astype(np.uint8)  # beside the box nothing belongs to it, so its border is an edge
    firm = cv2.erode(padded, CROSS, iterations=thickness)[thickness:-thickness, thickness:-thickness] > 0
    colour = np.array(ImageColor.getrgb(colour_of(region.name)), np.uint8)
    if tinted:
        levels = np.round((1 - tint) * np.arange(256)[:, None] + tint * colour).astype(np.uint8)  # (256, 3)
        for channel in range(3):
            values = part[..., channel]
            values[firm] = levels[values[firm], channel]
    part[inside & ~firm] = colour


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


# ---------------------------------------------------------------- names on the spot


def _tags(named: Sequence[tuple[str, str, Box]], canvas: PictureArray) -> list[tuple[float, float, str, str]]:
    """(x, y, words, name) of each region's tag: beside the region where there is room, so that it hides nothing."""
    taken: list[Box] = []
    tags = []
    for words, name, box in named:
        width, height = marking.measure_tag(words, canvas)
        places = _around(box, width, height, canvas)
        place = min(places, key=lambda at: sum(_shared(at, other) for other in taken))  # the first of equal ones
        taken.append(place)
        tags.append((float(place[0]), float(place[1]), words, name))
    return tags


def _around(box: Box, width: int, height: int, canvas: PictureArray) -> list[Box]:
    """Where a tag may stand, best first: above the box, below it, or in its upper left or lower right corner."""
    x1, y1, x2, y2 = box
    bottom, right = canvas.shape[0] - height, canvas.shape[1] - width
    corners = [(x1, y1 - height)] if y1 >= height else []
    corners += [(x1, y2)] if y2 <= bottom else []
    corners += [(x1, y1), (x2 - width, y2 - height)]
    inside = [(max(0, min(x, right)), max(0, min(y, bottom))) for x, y in corners]
    return [(x, y, x + width, y + height) for x, y in inside]


def _shared(one: Box, other: Box) -> int:
    """How many pixels two boxes share."""
    width, height = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return max(0, width) * max(0, height)


# ---------------------------------------------------------------- said


def label(region: Region) -> str:
    """A region's name and score, as in "dog 90%"."""
    return region.name if region.score is None else f"{region.name} {region.score:.0%}"


def group(regions: Sequence[Region]) -> list[Found]:
    """The regions by name, in the order in which the names come first."""
    names = list(dict.fromkeys(region.name for region in regions))
    return [Found(name, colour_of(name), tuple(r.score for r in regions if r.name == name)) for name in names]


def scores_in_words(found: Found) -> str:
    """The scores: "90%, 71%"; of many their number and range: "22, from 98% to 31%"; of several without scores "3"."""
    scores = [score for score in found.scores if score is not None]
    count = len(found.scores)
    if not scores or count > MOST_SCORES:
        span = f", from {max(scores):.0%} to {min(scores):.0%}" if scores else ""
        return f"{count}{span}" if count > 1 else ""
    return ", ".join(f"{score:.0%}" for score in scores)


def legend_html(regions: Sequence[Region]) -> str:
    """Each name once, with its colour and scores, as a list in HTML; "" without regions."""
    entries = [
        f'<li><span class="swatch" style="background:{found.colour}"></span>'
        f"<b>{html.escape(found.name)}</b> {scores_in_words(found)}</li>"
        for found in group(regions)
    ]
    return f'<ul class="legend">{"".join(entries)}</ul>' if entries else ""


def describe(title: str, regions: Sequence[Region]) -> str:
    """What was found, for people who cannot see it: "Boxes: dog 90%, 71%; cat 88%"."""
    words = [f"{found.name} {scores_in_words(found)}".strip() for found in group(regions)]
    return f"{title}: {'; '.join(words) or 'nothing found'}"


def as_data(regions: Sequence[Region]) -> list[dict[str, Any]]:
    """The regions for programs: name, score, box (x1, y1, x2, y2) in the picture's pixels; of masks their pixel count."""
    return [
        {"name": region.name, "score": region.score, "box": [round(side, 2) for side in bounds(region)]}
        | ({"pixels": int(region.shape.sum())} if isinstance(region.shape, np.ndarray) else {})
        for region in regions
    ]
