"""Marks on pictures: clicks, an asked pixel, words. Each gives a new picture and leaves its argument as it is."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from cnn_core.images.palette import colour_of, ink_on
from cnn_core.results import PictureArray


def mark_clicks(picture: PictureArray, clicks: Sequence[tuple[float, float, bool]]) -> PictureArray:
    """The picture (H, W, 3) with a disc at each click (x, y, belongs): a green plus where it belongs, else a red minus."""
    image = Image.fromarray(picture.copy())
    pen = ImageDraw.Draw(image)
    radius = max(6, round(max(picture.shape[:2]) / 60))
    width = max(2, radius // 3)
    for x, y, belongs in clicks:
        disc = (x - radius, y - radius, x + radius, y + radius)
        pen.ellipse(disc, fill="#009E73" if belongs else "#D55E00", outline="white", width=max(1, radius // 5))
        arm = radius * 0.55
        pen.line((x - arm, y, x + arm, y), fill="white", width=width)
        if belongs:
            pen.line((x, y - arm, x, y + arm), fill="white", width=width)
    return np.array(image)


def mark_pixel(picture: PictureArray, x: int, y: int) -> PictureArray:
    """The picture (H, W, 3) with a black and white ring around the pixel (x, y), which itself stays as it is."""
    image = Image.fromarray(picture.copy())
    pen = ImageDraw.Draw(image)
    width = max(2, round(max(picture.shape[:2]) / 300))
    radius = 4 * width
    for colour, grown in (("black", width), ("white", 0)):
        r = radius + grown
        pen.ellipse((x - r, y - r, x + r, y + r), outline=colour, width=width)
    return np.array(image)


def write_tags(picture: PictureArray, tags: Sequence[tuple[float, float, str, str]]) -> PictureArray:
    """The picture (H, W, 3) with words on it, each on a ground of its class's colour and wholly inside the picture.

    Args:
        picture: RGB.
        tags: (x, y, words, class name): x, y is the upper left corner of the ground, pixels; the first lies on top.
    """
    image = Image.fromarray(picture.copy())
    pen = ImageDraw.Draw(image)
    font, margin = _tag_font(picture)
    for x, y, words, name in reversed(tags):
        left, top, _, _ = font.getbbox(words)
        width, height = measure_tag(words, picture)
        x, y = min(max(0.0, x), max(0.0, image.width - width)), min(max(0.0, y), max(0.0, image.height - height))
        pen.rectangle((x, y, x + width - 1, y + height - 1), fill=colour_of(name))
        pen.text((x + margin - left, y + margin - top), words, ink_on(colour_of(name)), font)
    return np.array(image)


def measure_tag(words: str, picture: PictureArray) -> tuple[int, int]:
    """The width and height in pixels of the ground that ``write_tags`` draws under the words."""
    font, margin = _tag_font(picture)
    left, top, right, bottom = font.getbbox(words)
    return round(right - left) + 2 * margin, round(bottom - top) + 2 * margin


def _tag_font(picture: PictureArray) -> tuple[ImageFont.FreeTypeFont, int]:
    """The letters of the tags on a picture of this size, and the margin around them in pixels."""
    font = ImageFont.truetype(find_font(), max(11, round(max(picture.shape[:2]) / 36)))
    return font, max(2, round(font.size / 5))


def find_font() -> str:
    """The font that matplotlib brings along."""
    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
