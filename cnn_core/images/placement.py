"""How a picture was resized, so that boxes, points, maps and masks find back to the upload's own pixels."""

from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from cnn_core.errors import InputError
from cnn_core.results import Floats, PictureArray

How = Literal["stretch", "pad", "crop"]
Rectangle = tuple[int, int, int, int]
"""x1, y1, x2, y2 in whole pixels."""
Pixel = TypeVar("Pixel", bound=np.generic)

SCREEN = 1280  # pixels
IMAGENET_MEAN = (124, 116, 104)  # RGB; becomes about 0 in most networks, so that a padded border says nothing
REDUCING_GAP = 6.0  # Pillow averages whole blocks while still 6 times too large: 4 times faster, within 3 of 255 levels


@dataclass(frozen=True)
class Placement:
    """Where the upload lies in the resized picture.

    Places are continuous pixels: pixel i covers i..i+1, its centre is i + 0.5.

    Attributes:
        upload: height and width of the upload, pixels.
        size: height and width of the resized picture.
        source: the part of the upload that was used, xyxy.
        inside: the part of the resized picture that it fills, xyxy; the rest is border.
    """

    upload: tuple[int, int]
    size: tuple[int, int]
    source: Rectangle
    inside: Rectangle

    @classmethod
    def plan(cls, upload: tuple[int, ...], size: tuple[int, int], how: How) -> "Placement":
        """The placement of an upload (height, width) in ``size`` (height, width); see ``fit`` for ``how``.

        Raises:
            InputError: an unknown ``how``, or a size under 1.
        """
        (height, width), (h, w) = upload, size
        if h < 1 or w < 1:
            raise InputError(f"A picture cannot be resized to {w} x {h} pixels; each side needs at least 1.")
        source, inside = (0, 0, width, height), (0, 0, w, h)
        if how == "crop":
            source = _middle(width, height, w, h)
        elif how == "pad":
            inside = _middle(w, h, width, height)
        elif how != "stretch":
            raise InputError(f"A picture is resized by 'stretch', 'pad' or 'crop', not {how!r}.")
        return cls((height, width), (h, w), source, inside)

    def point_to_upload(self, x: float, y: float) -> tuple[float, float]:
        """The place in the upload of a place in the resized picture; outside of the upload for places on a border."""
        return _between(self.inside, self.source, x, y)

    def point_from_upload(self, x: float, y: float) -> tuple[float, float]:
        """The place in the resized picture of a place in the upload; outside of it for places that were cropped away."""
        return _between(self.source, self.inside, x, y)

    def boxes_to_upload(self, boxes: ArrayLike) -> Floats:
        """(N, 4) float32 xyxy pixels of the upload, clipped to it, of (N, 4) boxes in the resized picture."""
        corners = np.asarray(boxes, np.float64).reshape(-1, 2, 2)  # (N, 4) -> (N, corner, x and y)
        (height, width), (sx1, sy1, sx2, sy2), (ix1, iy1, ix2, iy2) = self.upload, self.source, self.inside
        scale = np.array([(sx2 - sx1) / (ix2 - ix1), (sy2 - sy1) / (iy2 - iy1)])
        places = (corners - (ix1, iy1)) * scale + (sx1, sy1)
        return np.asarray(np.clip(places, 0, (width, height)).reshape(-1, 4), np.float32)  # (N, 2, 2) -> (N, 4)

    def map_to_upload(self, values: NDArray[Any]) -> Floats:
        """(H, W) float32 of the upload's size, bilinear, of a map (h, w) of any resolution that covers the resized picture.

        0 where the upload was cropped away.
        """
        x1, y1, x2, y2 = self.source
        grid_h, grid_w = values.shape
        image = Image.fromarray(np.ascontiguousarray(values, np.float32))
        box = self._inside_on(grid_h, grid_w)
        part = np.asarray(image.resize((x2 - x1, y2 - y1), Image.Resampling.BILINEAR, box))
        return self._in_upload(part)

    def mask_to_upload(self, mask: NDArray[Pixel]) -> NDArray[Pixel]:
        """(H, W) of the upload's size and the mask's own type, nearest, of a mask (h, w) that covers the resized picture.

        For bools and for class numbers alike; False or 0 where the upload was cropped away.
        """
        x1, y1, x2, y2 = self.source
        left, top, right, bottom = self._inside_on(*mask.shape)
        rows = top + (np.arange(y2 - y1) + 0.5) * (bottom - top) / (y2 - y1)
        columns = left + (np.arange(x2 - x1) + 0.5) * (right - left) / (x2 - x1)
        return self._in_upload(mask[rows.astype(np.intp)][:, columns.astype(np.intp)])

    def _inside_on(self, grid_h: int, grid_w: int) -> tuple[float, float, float, float]:
        """``inside`` measured in cells of a grid (grid_h, grid_w) that covers the whole resized picture."""
        (h, w), (x1, y1, x2, y2) = self.size, self.inside
        return x1 * grid_w / w, y1 * grid_h / h, x2 * grid_w / w, y2 * grid_h / h

    def _in_upload(self, part: NDArray[Pixel]) -> NDArray[Pixel]:
        """The part at ``source`` in zeros of the upload's size."""
        x1, y1, x2, y2 = self.source
        result = np.zeros(self.upload, part.dtype)
        result[y1:y2, x1:x2] = part
        return result


def fit(
    picture: PictureArray, height: int, width: int, how: How, fill: tuple[int, int, int] = IMAGENET_MEAN
) -> tuple[PictureArray, Placement]:
    """The picture as (height, width, 3) uint8 by antialiased bilinear sampling, and how it got there.

    Args:
        picture: (H, W, 3) uint8.
        height, width: pixels of the result.
        how: "stretch" all of it to the new shape; "pad" all of it, proportions kept, centred on a border of ``fill``;
            "crop" its middle, as large as fits the new proportions.
        fill: RGB of the border.

    Raises:
        InputError: an unknown ``how``, or a size under 1.
    """
    placement = Placement.plan(picture.shape[:2], (height, width), how)
    x1, y1, x2, y2 = placement.inside
    part = _resized(picture, placement.source, (y2 - y1, x2 - x1))
    if part.shape[:2] == (height, width):
        return part, placement
    result = np.empty((height, width, 3), np.uint8)
    result[:] = fill
    result[y1:y2, x1:x2] = part
    return result, placement


def cap_longest_side(picture: PictureArray, pixels: int) -> tuple[PictureArray, Placement]:
    """The picture with its longest side at most ``pixels``, proportions kept, never enlarged; and how it got there.

    Raises:
        InputError: ``pixels`` is under 1.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, pixels / max(height, width))
    return fit(picture, max(1, round(height * scale)) if pixels >= 1 else 0, max(1, round(width * scale)), "stretch")


def for_the_screen(picture: PictureArray) -> PictureArray:
    """The picture as large as a page can show it: results are drawn on this where the upload's own pixels are not asked for.

    A telephone's photograph has ten times as many, and every one would be drawn, packed and sent. Squares of whole pixels
    are averaged, which is quicker than resampling and blurs nothing.
    """
    factor = -(-max(picture.shape[:2]) // SCREEN)
    return picture if factor == 1 else np.asarray(Image.fromarray(picture).reduce(factor))


def _middle(width: int, height: int, aspect_w: int, aspect_h: int) -> Rectangle:
    """The largest rectangle with proportions aspect_w : aspect_h in the middle of width x height; at least one pixel."""
    scale = min(width / aspect_w, height / aspect_h)
    w = min(width, max(1, round(aspect_w * scale)))
    h = min(height, max(1, round(aspect_h * scale)))
    left, top = (width - w) // 2, (height - h) // 2
    return left, top, left + w, top + h


def _between(start: Rectangle, end: Rectangle, x: float, y: float) -> tuple[float, float]:
    """The place in ``end`` of a place (x, y) in ``start``."""
    return (
        end[0] + (x - start[0]) * (end[2] - end[0]) / (start[2] - start[0]),
        end[1] + (y - start[1]) * (end[3] - end[1]) / (start[3] - start[1]),
    )


def _resized(picture: PictureArray, part: Rectangle, size: tuple[int, int]) -> PictureArray:
    """The part of a picture (H, W, 3) as (h, w, 3) uint8 for ``size`` (h, w): antialiased bilinear, in new memory."""
    height, width = size
    image = Image.fromarray(np.ascontiguousarray(picture))
    return np.array(image.resize((width, height), Image.Resampling.BILINEAR, part, REDUCING_GAP))
