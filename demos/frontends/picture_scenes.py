"""Pictures as scenes/picture.js shows them: the files, and what lies on them as vectors. No widgets here."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from cnn_core.images import opening
from cnn_core.images.palette import colour_of, ink_on
from demos.frontends import regions
from demos.frontends.outlines import outline
from demos.spec import BeforeAfter, ClassGrid, ClassMap, Picture, PictureArray, Region, Regions

SCRIPT = "picture"
LARGEST = 1400
"""The longest side of a picture with regions, pixels; larger ones are shrunk."""
PIXELS_SHOWN = 240
"""A picture whose longest side is shorter is enlarged so much that its pixels are seen: they stay sharp."""


Pictured = Picture | BeforeAfter | Regions | ClassMap
"""The outputs that are shown so."""


def told(field: Pictured, value: Any) -> dict[str, Any]:
    """What picture.js is told of an output's value, but where the files of its ``pictures`` are."""
    match field:
        case Picture():
            return _plain(field.label, value, field.alt or field.label) | {"pixelated": field.pixelated}
        case BeforeAfter():
            return _plain(field.label, value[0], field.label)
        case ClassMap():
            return _plain(field.label, value[0], field.alt or field.label) | {"classes": grid(value[2])}
    return with_regions(field.label, *value)


def pictures(field: Pictured, value: Any) -> list[PictureArray]:
    """The pictures that lie under everything else, each (H, W) or (H, W, 3): one, before and after, or bare and painted."""
    match field:
        case Picture():
            return [value]
        case BeforeAfter():
            return list(value)
        case ClassMap():
            return list(value[:2])
    return [bare(value[0])]


def mix(value: tuple[PictureArray, PictureArray, ClassGrid]) -> PictureArray:
    """A ClassMap as one picture (H, W, 3), for where nothing can be moved: half bare, half painted."""
    bare, painted, _ = value
    return np.asarray(Image.blend(Image.fromarray(bare), Image.fromarray(painted), 0.5))


def _plain(title: str, picture: PictureArray, words: str) -> dict[str, Any]:
    height, width = picture.shape[:2]
    return {"words": words, "title": title, "width": width, "height": height, "pixelated": False}


def grid(classes: ClassGrid) -> dict[str, Any]:
    """The grid as plain data: of each place, row by row, the classes' numbers and their probabilities in 255ths; base64."""
    n, rows, columns = classes.classes.shape
    shares = np.round(255 * classes.probabilities).astype(np.uint8)
    best = np.concatenate([classes.classes, shares]).transpose(1, 2, 0)  # 2 x (n, r, c) -> (r, c, 2n)
    names = [{"name": name, "colour": colour_of(name)} for name in classes.names]
    return {"n": n, "rows": rows, "columns": columns, "names": names, "best": b64encode(best.tobytes()).decode()}


def bare(picture: PictureArray) -> PictureArray:
    """The picture that lies under regions, (h, w) or (h, w, 3)."""
    return opening.cap_longest_side(picture, LARGEST)[0]


def with_regions(title: str, picture: PictureArray, found: Sequence[Region]) -> dict[str, Any]:
    """What picture.js is told of a picture (H, W) or (H, W, 3) with regions; numbers are pixels of the picture itself."""
    groups = regions.group(found)
    place = {group.name: k for k, group in enumerate(groups)}
    height, width = picture.shape[:2]
    shapes = [_shape(region, place[region.name], width, height) for region in found]
    return _plain(title, picture, regions.describe(title, found)) | {
        "pixelated": max(width, height) < PIXELS_SHOWN,
        "few": len(found) <= regions.MOST_TAGS,
        "names": [_name(group) for group in groups],
        "regions": [shape for shape in shapes if shape is not None],
    }


def _name(group: regions.Found) -> dict[str, str]:
    """All regions of a name, as the legend and their tags show them."""
    return {
        "name": group.name,
        "colour": group.colour,
        "ink": ink_on(group.colour),
        "scores": regions.scores_in_words(group),
    }


def _shape(region: Region, number: int, width: int, height: int) -> dict[str, Any] | None:
    """One region, of the name with this number; None where nothing of it lies in the picture."""
    x1, y1, x2, y2 = regions.bounds(region)
    left, top, right, bottom = max(x1, 0.0), max(y1, 0.0), min(x2, float(width)), min(y2, float(height))
    if left >= right or top >= bottom:
        return None
    box = [round(side, 1) for side in (left, top, right, bottom)]
    told = {"of": number, "words": regions.label(region), "numbers": numbers(region), "box": box}
    return told | ({"path": outline(region.shape)} if isinstance(region.shape, np.ndarray) else {})


def numbers(region: Region) -> list[str]:
    """A region's box in whole pixels, and how many pixels a mask has, in words: a line each."""
    x1, y1, x2, y2 = regions.bounds(region)
    lines = [f"x1 {x1:.0f}, y1 {y1:.0f}, x2 {x2:.0f}, y2 {y2:.0f}"]
    return lines + ([f"{int(region.shape.sum()):,} pixels"] if isinstance(region.shape, np.ndarray) else [])
