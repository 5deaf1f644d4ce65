"""Numbers of any accepted kind -> (H, W, 3) uint8 RGB."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnn_core.errors import PictureError
from cnn_core.results import PictureArray

SIXTEEN_TO_EIGHT_BITS = np.round(np.arange(65536) / 257).astype(np.uint8)


def from_array(array: NDArray[Any]) -> PictureArray:
    """(H, W, 3) uint8 in new memory, of (H, W), (H, W, 1), (H, W, 3) or (H, W, 4): see ``open_picture``.

    Raises:
        PictureError: the type or the range is none of a picture.
    """
    pixels = eight_bits(array)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.shape[2] == 4:
        return on_white(Image.fromarray(np.ascontiguousarray(pixels)))
    return np.array(np.broadcast_to(pixels, (*pixels.shape[:2], 3)))


def on_white(image: Image.Image) -> PictureArray:
    """(H, W, 3) uint8 of a decoded picture in any of Pillow's modes of 8 bits, transparency on white."""
    if image.has_transparency_data:
        opaque = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), opaque)
    return np.array(image.convert("RGB"))


def eight_bits(array: NDArray[Any]) -> PictureArray:
    """The same brightness in 0..255, whatever range the array's type has.

    Raises:
        PictureError: the type or the range is none of a picture.
    """
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype.kind == "u" and array.dtype.itemsize == 2:  # in either byte order
        return np.asarray(SIXTEEN_TO_EIGHT_BITS[array])
    if array.dtype.kind != "f":
        raise PictureError(
            f"Expected pixels of bool, uint8, uint16 or floats 0..1, got {array.dtype}. Save as 8 or 16 bits."
        )
    low, high = float(array.min()), float(array.max())
    if not (low >= 0 and high <= 1):  # also true for not-a-number
        raise PictureError(f"Expected floating-point pixels within 0..1, got {low:g}..{high:g}. Save as 8 or 16 bits.")
    return np.asarray(np.round(array * array.dtype.type(255)), np.uint8)
