"""The only way in and out for pictures: opened and checked, upright, RGB, without metadata; resized so that it is known how.

A picture is a (H, W, 3) uint8 array, RGB, taken as sRGB. Places are continuous pixels: pixel i covers i..i+1, so its centre
lies at i + 0.5, and the box (0, 0, W, H) holds the whole picture.
"""

import codecs
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from cnn_core.errors import InputError, PictureError
from cnn_core.images.placement import How, Placement, cap_longest_side, fit, for_the_screen
from cnn_core.results import PictureArray

__all__ = [
    "How",
    "PictureArray",
    "Placement",
    "cap_longest_side",
    "enlarge",
    "enlarge_to",
    "fit",
    "for_the_screen",
    "open_picture",
    "to_png",
]

Source = str | Path | bytes | bytearray | memoryview | BinaryIO | NDArray[Any]

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
MOST_PIXELS = 40_000_000
MOST_BYTES = 20_000_000
MOST_SCANS = 500
WORKS = "A JPEG, PNG, WEBP, BMP, GIF or TIFF file of at most 40 megapixels and 20 MB works."

ORIENTATION = 0x0112  # EXIF tag
TILE_WIDTH, TILE_HEIGHT = 322, 323  # TIFF tags
UPRIGHT: dict[int, Callable[[PictureArray], PictureArray]] = {
    2: np.fliplr,
    3: lambda x: np.rot90(x, 2),
    4: np.flipud,
    5: lambda x: x.transpose(1, 0, 2),
    6: lambda x: np.rot90(x, -1),
    7: lambda x: np.rot90(x, 2).transpose(1, 0, 2),
    8: np.rot90,
}
"""EXIF orientation -> what turns such a picture upright."""

SIXTEEN_TO_EIGHT_BITS = np.round(np.arange(65536) / 257).astype(np.uint8)
OTHER_FILES = {
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"<svg": "an SVG drawing",
    b"<?xml": "an XML text",
    b"<!DOCTYPE": "a web page",
    b"\x00\x00\x01\x00": "an ICO icon",
    b"8BPS": "a Photoshop file",
}
"""First bytes -> words for files that people often take for pictures."""


# ---------------------------------------------------------------- in


def open_picture(source: Source) -> PictureArray:
    """A picture as (H, W, 3) uint8 RGB in new memory: upright by EXIF, the first frame or page, transparency on white.

    Args:
        source: a file's path or bytes, a stream, or an array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) of bool, uint8,
            uint16 or floats 0..1; a fourth channel is opacity.

    Raises:
        PictureError: what was expected, what came, what would work. The size is checked before pixels are decoded.
    """
    if isinstance(source, np.ndarray):
        return _from_array(source)
    data = _read(source)
    if not data:
        raise PictureError(f"The file is empty. {WORKS}")
    if len(data) > MOST_BYTES:
        raise PictureError(f"The file has more than {MOST_BYTES // 1_000_000} MB. {WORKS}")
    return _decode(data)


def _read(source: Any) -> bytes:
    """At most MOST_BYTES + 1 bytes of a file, a stream from its beginning, or bytes."""
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source[: MOST_BYTES + 1])
    try:
        if isinstance(source, str | Path):
            path = Path(source)
            if not path.is_file():  # also keeps out folders, pipes and devices, which may never end
                raise PictureError(f"There is no picture file {path.name!r}. {WORKS}")
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


def _decode(data: bytes) -> PictureArray:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(*image.size)
            tags = getattr(image, "tag_v2", {})  # a TIFF's tiles may be far larger than its picture, and are kept in memory
            _check_size(tags.get(TILE_WIDTH, 1), tags.get(TILE_HEIGHT, 1))
            _check_scans(data)
            image.load()
            upright = UPRIGHT.get(_orientation(image), np.asarray)
            return np.ascontiguousarray(upright(_pixels(image)))
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        raise PictureError(f"This is not a picture that can be read here, but {_kind(data)}. {WORKS}") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(f"The picture has far more than {MOST_PIXELS // 1_000_000} megapixels. {WORKS}") from error
    except Exception as error:  # Pillow's readers raise nearly anything on damaged files; the cause is kept
        raise PictureError(f"The picture is damaged or cut off, and cannot be opened. {WORKS}") from error


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise PictureError(f"The picture has no pixels ({width} x {height}). {WORKS}")
    if width * height > MOST_PIXELS:
        raise PictureError(
            f"The picture has {width * height / 1e6:.1f} megapixels ({width} x {height}); at most "
            f"{MOST_PIXELS // 1_000_000} are accepted. Make it smaller and try again."
        )


def _check_scans(data: bytes) -> None:
    """A progressive JPEG draws the whole picture anew in each scan: a small file with 100,000 of them would take hours."""
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > MOST_SCANS:
        raise PictureError(
            f"The JPEG file has more than {MOST_SCANS} scans; usual are 1 to 12. Save it again, as JPEG or PNG."
        )


def _kind(data: bytes) -> str:
    """What kind of file the bytes are, in words."""
    if data[4:8] == b"ftyp":
        return "a HEIC or AVIF photo or a film; telephones can save photos as JPEG"
    words = [words for start, words in OTHER_FILES.items() if data.lstrip().startswith(start)]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data[:1000])  # incremental: the cut may fall within a letter
        text = b"\0" not in data[:1000]
    except UnicodeDecodeError:
        text = False
    return words[0] if words else "a text" if text else "an unknown or damaged file"


def _orientation(image: Image.Image) -> Any:
    """The EXIF orientation, 1 (upright) if there is none or it cannot be read: a broken note is no broken picture."""
    try:
        return image.getexif().get(ORIENTATION, 1)
    except Exception:  # as above: nearly anything, and the pixels are good
        return 1


def _pixels(image: Image.Image) -> PictureArray:
    """(H, W, 3) uint8 of a decoded picture in any of Pillow's modes."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):  # Pillow would clip these to 0..255, not scale them
        return _from_array(np.array(image))
    if image.has_transparency_data:
        opaque = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), opaque)
    return np.array(image.convert("RGB"))


def _from_array(array: NDArray[Any]) -> PictureArray:
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise PictureError(f"Expected a picture of shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), got {array.shape}.")
    _check_size(array.shape[1], array.shape[0])
    pixels = _eight_bits(array)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.shape[2] == 4:
        return _pixels(Image.fromarray(np.ascontiguousarray(pixels)))
    return np.array(np.broadcast_to(pixels, (*pixels.shape[:2], 3)))


def _eight_bits(array: NDArray[Any]) -> PictureArray:
    """The same brightness in 0..255, whatever range the array's type has."""
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
