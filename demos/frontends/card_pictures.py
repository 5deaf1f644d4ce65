"""The picture on a demo's card: the main picture of an answer, small, as a file."""

import base64
import io
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from demos.frontends import chart_pictures, picture_scenes, presentation, regions
from demos.frontends.welcome import CARD_SIZE
from demos.spec import BeforeAfter, ClassMap, Demo, Output, Picture, PictureArray, Pictures, Plot, Regions, Scene

MOST_BYTES = 15_000
PAPER = (255, 255, 255)
MOST_CUT = 1.5
"""A picture whose shape differs more than this from the card's is shown whole, not cut."""
MOST_PICTURES = 8
GAP = 4
"""Pixels between several pictures."""


def card_picture(demo: Demo, values: Sequence[Any]) -> Image.Image | None:
    """The main picture of an answer's ``values`` as a card of CARD_SIZE; the next where that is empty; None without any."""
    main = presentation.main_picture(demo)
    if main is None:
        return None
    for field, value in [*zip(demo.outputs, values, strict=True)][main:]:
        pictures = pictures_of(field, value)
        if len(pictures) == 1:
            return _fitted(pictures[0], whole=isinstance(field, Plot))
        if pictures:
            return _sheet(pictures[:MOST_PICTURES])
    return None


def pictures_of(field: Output, value: Any) -> list[Image.Image]:
    """What an output shows, as pictures; none of another kind of output, or of an empty one."""
    if value is None:
        return []
    match field:
        case Picture():
            return [_image(value)]
        case ClassMap():
            return [_image(picture_scenes.mix(value))]
        case Regions():
            return [_image(regions.draw_regions(*value))]
        case BeforeAfter():
            before, after = value
            middle = before.shape[1] // 2
            return [_image(np.concatenate([_colour(before)[:, :middle], _colour(after)[:, middle:]], axis=1))]  # (H, W, 3)
        case Pictures():
            return [_image(picture) for picture, _ in value]
        case Scene():
            return [Image.open(io.BytesIO(base64.b64decode(each))).convert("RGB") for each in embedded(value)]
        case Plot():
            return [Image.open(io.BytesIO(chart_pictures.chart_file(value))).convert("RGB")]
    return []


def embedded(value: Any) -> Iterator[str]:
    """All pictures in what a scene draws, base64, in their order: they stand in it as "data:image/..." addresses."""
    if isinstance(value, str) and value.startswith("data:image/"):
        yield value.partition("base64,")[2]
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from embedded(part)


def _colour(picture: PictureArray) -> PictureArray:
    """(H, W) or (H, W, 3) -> (H, W, 3)."""
    return picture if picture.ndim == 3 else np.stack([picture] * 3, axis=-1)


def _image(picture: PictureArray) -> Image.Image:
    return Image.fromarray(_colour(picture))


def _fitted(image: Image.Image, whole: bool, size: tuple[int, int] = CARD_SIZE) -> Image.Image:
    """The picture at the card's size: whole on paper, or cut to the card's shape."""
    shape = (image.width / image.height) / (size[0] / size[1])
    enlarged = Image.Resampling.NEAREST if image.width < size[0] // 2 else Image.Resampling.LANCZOS
    if whole or max(shape, 1 / shape) > MOST_CUT:
        return ImageOps.pad(image, size, enlarged, color=PAPER)
    return ImageOps.fit(image, size, enlarged, centering=(0.5, 0))  # names stand above what they name


def _sheet(pictures: Sequence[Image.Image]) -> Image.Image:
    """Several pictures on one card, in the rows that show them largest."""
    shape = pictures[0].width / pictures[0].height
    width, height = CARD_SIZE

    def side(columns: int) -> float:
        return min(width / columns, height / math.ceil(len(pictures) / columns) * shape)

    columns = max(range(1, len(pictures) + 1), key=side)
    rows = math.ceil(len(pictures) / columns)
    cell = (width - GAP * (columns - 1)) // columns, (height - GAP * (rows - 1)) // rows
    sheet = Image.new("RGB", CARD_SIZE, PAPER)
    for k, picture in enumerate(pictures):
        row, column = divmod(k, columns)
        sheet.paste(_fitted(picture, True, cell), (column * (cell[0] + GAP), row * (cell[1] + GAP)))
    return sheet


def card_bytes(card: Image.Image) -> bytes:
    """The card as WebP of at most MOST_BYTES, as good as that allows."""
    for quality in range(85, 5, -5):
        file = io.BytesIO()
        card.save(file, "WEBP", quality=quality, method=6)
        if file.tell() <= MOST_BYTES:
            break
    return file.getvalue()
