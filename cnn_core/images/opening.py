"""The only way in and out for pictures: opened and checked, upright, RGB, without metadata; resized so that it is known how.

A picture is a (H, W, 3) uint8 array, RGB, taken as sRGB. Places are continuous pixels: pixel i covers i..i+1, so its centre
lies at i + 0.5, and the box (0, 0, W, H) holds the whole picture.

What is small is decoded here, by formats whose readers hold what they promise. All else goes to another process, one at a
time (``decoding_process``), which may be stopped.
"""

import io
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnn_core.errors import InputError, LabError, PictureError
from cnn_core.images import decoding, decoding_process
from cnn_core.images.arrays import SIXTEEN_TO_EIGHT_BITS, from_array
from cnn_core.images.decoding import ORIENTATION, Header
from cnn_core.images.limits import FORMATS, MOST_BYTES, MOST_DRAWN, MOST_PIXELS, SCAN, WORKS, check_size
from cnn_core.images.placement import How, Placement, cap_longest_side, fit, for_the_screen
from cnn_core.results import PictureArray

__all__ = [
    "FORMATS",
    "MOST_BYTES",
    "MOST_PIXELS",
    "ORIENTATION",
    "SIXTEEN_TO_EIGHT_BITS",
    "WORKS",
    "Header",
    "How",
    "PictureArray",
    "Placement",
    "cap_longest_side",
    "enlarge",
    "enlarge_to",
    "fit",
    "for_the_screen",
    "open_picture",
    "read_header",
    "to_png",
]

Source = str | Path | bytes | bytearray | memoryview | BinaryIO

FEW_BYTES, FEW_PIXELS = 1_000_000, 4_000_000
"""A file with no more is decoded here: at the very worst 0.6 s and 80 MB (a lossless WEBP; a JPEG of 250 scans)."""
ELSEWHERE = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""How TIFFs begin: their reader has the most to answer for, and writes its complaints past Python."""


# ---------------------------------------------------------------- in


def open_picture(source: Source | NDArray[Any]) -> PictureArray:
    """A picture as (H, W, 3) uint8 RGB in new memory: upright by EXIF, the first frame or page, transparency on white.

    Args:
        source: a file's path or bytes, a stream, or an array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) of bool, uint8,
            uint16 or floats 0..1; a fourth channel is opacity.

    Raises:
        PictureError: what was expected, what came, what would work. Format and size are checked before pixels are decoded.
    """
    if isinstance(source, np.ndarray):
        return _open_array(source)
    data = _read(source)
    header = _header_here(data)
    return decoding.decode(data) if header else decoding_process.HERE.decode(data)


def read_header(source: Source) -> Header:
    """What a picture's file says of itself: format, size, whether it is opened smaller or turned. Nothing is decoded.

    Raises:
        PictureError: as ``open_picture``, except for what only shows in the pixels.
    """
    data = _read(source)
    return _header_here(data) or decoding_process.HERE.read_header(data)


def can_be_opened(source: Source | None) -> bool:
    """Whether a file's header is one of a picture that is opened here. Nothing is decoded; None is no picture."""
    try:
        return source is not None and bool(read_header(source))
    except (LabError, OSError):
        return False


def _header_here(data: bytes) -> Header | None:
    """The header of a file that may be decoded here; None for one that goes to the other process."""
    if len(data) > FEW_BYTES or data.startswith(ELSEWHERE) or decoding.is_heif(data):
        return None
    header = decoding.read_header(data)
    pixels = header.width * header.height
    return header if pixels <= FEW_PIXELS and pixels * data.count(SCAN) <= MOST_DRAWN else None


def _read(source: Any) -> bytes:
    """A file's bytes.

    Raises:
        PictureError: none, or more than MOST_BYTES, or there is no such file.
    """
    data = _bytes_of(source)
    if not data:
        raise PictureError(f"The file is empty. {WORKS}")
    if len(data) > MOST_BYTES:
        raise PictureError(f"The file has more than {MOST_BYTES // 1_000_000} MB. {WORKS}")
    return data


def _bytes_of(source: Any) -> bytes:
    """At most MOST_BYTES + 1 bytes of a file, a stream from its beginning, or bytes."""
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source[: MOST_BYTES + 1])
    try:
        if isinstance(source, str | Path):
            path = Path(source)
            if not path.is_file():  # also keeps out folders, pipes and devices, which may never end
                raise PictureError(f"There is no picture file {path.name[:40]!r}. {WORKS}")
            with path.open("rb") as file:
                return file.read(MOST_BYTES + 1)
        if hasattr(source, "read"):
            if source.seekable():
                source.seek(0)
            data = source.read(MOST_BYTES + 1)
            if isinstance(data, bytes):
                return data
    except (OSError, ValueError) as error:  # no permission, name too long, stream closed
        raise PictureError(f"The picture file could not be read ({error.__class__.__name__}). {WORKS}") from error
    raise PictureError(f"Expected a picture's file, bytes or array, got {type(source).__name__}. {WORKS}")


def _open_array(array: NDArray[Any]) -> PictureArray:
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise PictureError(f"Expected a picture of shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), got {array.shape}.")
    check_size(array.shape[1], array.shape[0])
    return from_array(array)


# ---------------------------------------------------------------- out


def enlarge(picture: PictureArray, factor: int) -> PictureArray:
    """Every pixel as a block of factor x factor pixels (NEAREST: no value that was not there). (H, W[, C]) uint8.

    Raises:
        InputError: a factor under 1, or a result of more than 40 megapixels.
    """
    if factor < 1 or picture.shape[0] * picture.shape[1] * factor**2 > MOST_PIXELS:
        raise InputError(
            f"A picture of {picture.shape[:2]} pixels cannot be enlarged {factor} times; take a smaller factor >= 1."
        )
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def enlarge_to(picture: PictureArray, least: int) -> PictureArray:
    """``enlarge`` by the smallest whole factor that makes the longest side ``least`` pixels or more."""
    return enlarge(picture, max(1, -(-least // max(picture.shape[:2]))))


def to_png(picture: PictureArray) -> bytes:
    """A PNG file without loss and without metadata, of (H, W), (H, W, 3) or (H, W, 4) uint8."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()
