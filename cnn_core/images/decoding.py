"""A picture's file -> what its header says, or its pixels, in this process. ``opening`` decides where that is done.

Only the first frame or page is decoded. Pixels become RGB in strips: a picture of more than ``MOST_KEPT`` is made smaller
strip by strip, so that it is in memory once as its file has it, and once as it is kept. A JPEG is decoded small.
"""

import codecs
import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from cnn_core.errors import PictureError
from cnn_core.images.arrays import from_array, on_white
from cnn_core.images.limits import FORMATS, MOST_PIXELS, WORKS, check_pixels, check_scans, check_size, count_scans
from cnn_core.results import PictureArray

MOST_KEPT = 16_500_000
"""Pixels. Telephones take 12 to 16 million, which stay exactly as they are; the networks see 64 to 512 a side."""
STRIP = 1_000_000  # pixels that are made RGB at a time

ORIENTATION = 0x0112  # EXIF tag
TILE_WIDTH, TILE_HEIGHT = 322, 323  # TIFF tags
UPRIGHT: dict[Any, Callable[[PictureArray], PictureArray]] = {
    2: np.fliplr,
    3: lambda x: np.rot90(x, 2),
    4: np.flipud,
    5: lambda x: x.transpose(1, 0, 2),
    6: lambda x: np.rot90(x, -1),
    7: lambda x: np.rot90(x, 2).transpose(1, 0, 2),
    8: np.rot90,
}
"""EXIF orientation -> what turns such a picture upright."""

HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
OTHER_FILES = {
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"<svg": "an SVG drawing",
    b"<?xml": "an XML text",
    b"<!DOCTYPE": "a web page",
    b"\x00\x00\x01\x00": "an ICO icon",
    b"8BPS": "a Photoshop file",
    b"DDS ": "a DDS texture",
}
"""First bytes -> words for files that people often take for pictures."""

warnings.filterwarnings("ignore", module=r"PIL\.")  # of what is odd in a file; who sent it is told, the server's log is not


@dataclass(frozen=True)
class Header:
    """What a picture's file says of itself.

    Attributes:
        format: one of FORMATS.
        width, height: pixels, as they are stored.
        factor: every so manieth pixel is kept in each direction, averaged; 1 for a picture that is opened exactly as it is.
        turned: whether EXIF says, or may say behind the pixels, that it is stored on its side or mirrored.
    """

    format: str
    width: int
    height: int
    factor: int
    turned: bool


def read_header(data: bytes) -> Header:
    """What the file says of itself; nothing is decoded.

    Raises:
        PictureError: it is none of FORMATS, too large in one way or another, or damaged.
    """
    with in_words(data):
        if is_heif(data):
            return _header(_open_heif(data), "HEIF", turned=False)  # the decoder itself turns it
        with _open(data) as image:
            late = image.format == "PNG" and "exif" not in image.info and b"eXIf" in data  # it may come after the pixels
            return _header(image, _kind_of(image), turned=late or _orientation(image) in UPRIGHT)


def decode(data: bytes) -> PictureArray:
    """The first frame, (H, W, 3) uint8 RGB, upright, transparency on white; at most MOST_KEPT pixels.

    Raises:
        PictureError: as ``read_header``.
    """
    with in_words(data):
        pixels, orientation = _decode_heif(data) if is_heif(data) else _decode(data)
        return np.ascontiguousarray(UPRIGHT.get(orientation, np.asarray)(pixels))


def is_heif(data: bytes) -> bool:
    """Whether the first bytes are those of a HEIC or HEIF file (and not of an AVIF file or a film)."""
    return data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS and b"avif" not in data[8:64]


def prepare() -> None:
    """Loads Pillow's readers, so that they don't count as a picture's memory and time."""
    Image.init()


# ---------------------------------------------------------------- the file


def _open(data: bytes) -> Image.Image:
    """The file, opened and checked, not decoded."""
    if data[8:15] == b"WEBPVP8":  # its reader makes room for two canvases before anybody can ask for the size
        check_size(*_size_of_webp(data), "WEBP")
    scans = count_scans(data) if data.startswith(b"\xff\xd8\xff") else 0
    image = Image.open(io.BytesIO(data), formats=FORMATS[:-1])
    check_size(*image.size, _kind_of(image))
    if scans:
        check_scans(image, scans)
    tags = getattr(image, "tag_v2", {})  # a TIFF's tiles may be far larger than its picture, and are kept in memory
    check_pixels(tags.get(TILE_WIDTH, 1), tags.get(TILE_HEIGHT, 1))
    return image


def _kind_of(image: Image.Image) -> str:
    """Its format; several JPEGs in one file, as some telephones save, are JPEG."""
    return "JPEG" if image.format == "MPO" else str(image.format)


def _size_of_webp(data: bytes) -> tuple[int, int]:
    """Width and height, by the one of three kinds of header that a WEBP begins with."""
    kind, bits = data[12:16], int.from_bytes(data[21:30], "little")
    if kind == b"VP8X":
        return 1 + (bits >> 24 & 0xFFFFFF), 1 + (bits >> 48)
    if kind == b"VP8L":
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return bits >> 40 & 0x3FFF, bits >> 56 & 0x3FFF


def _open_heif(data: bytes) -> Any:
    """The file's main picture, opened and checked, not decoded."""
    import pillow_heif  # 26 MB of libraries, which only these files need

    options = pillow_heif.options
    options.DECODE_THREADS, options.THUMBNAILS, options.DEPTH_IMAGES, options.AUX_IMAGES = 1, False, False, False
    file = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    image = file[file.primary_index]
    check_size(*image.size, "HEIF")
    return image


@contextmanager
def in_words(data: bytes) -> Iterator[None]:
    """Whatever Pillow says of a file, said to the person who sent it.

    Raises:
        PictureError: anything at all went wrong.
    """
    try:
        yield
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        raise PictureError(f"This is not a picture that can be read here, but {_kind(data)}. {WORKS}") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(f"The picture has far more than {MOST_PIXELS // 1_000_000} megapixels. {WORKS}") from error
    except MemoryError as error:
        raise PictureError(
            f"The picture needs too much memory to be opened. Make it smaller and try again. {WORKS}"
        ) from error
    except Exception as error:  # Pillow's readers raise nearly anything on damaged files; the cause is kept
        raise PictureError(f"The picture is damaged or cut off, and cannot be opened. {WORKS}") from error


def _kind(data: bytes) -> str:
    """What kind of file the bytes are, in words."""
    if data[4:8] == b"ftyp":
        return "an AVIF picture or a film"
    words = [words for start, words in OTHER_FILES.items() if data.lstrip().startswith(start)]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data[:1000])  # incremental: the cut may fall within a letter
        text = b"\0" not in data[:1000]
    except UnicodeDecodeError:
        text = False
    return words[0] if words else "a text" if text else "an unknown or damaged file"


# ---------------------------------------------------------------- its header


def _header(image: Any, kind: str, turned: bool) -> Header:
    width, height = image.size
    return Header(kind, width, height, _factor(kind, width, height), turned)


def _factor(kind: str, width: int, height: int) -> int:
    """By how much a picture is made smaller, in each direction, until it has at most MOST_KEPT pixels.

    Any whole number; a JPEG's decoder can only halve, up to three times.
    """
    factor = 1
    while -(-width // factor) * -(-height // factor) > MOST_KEPT:
        factor = 2 * factor if kind == "JPEG" else factor + 1
    return factor


def _orientation(image: Image.Image) -> Any:
    """The EXIF orientation, 1 (upright) if there is none or it cannot be read: a broken note is no broken picture.

    Not by ``image.getexif()``: it decodes a PNG to see what follows the pixels, and believes XMP notes, as no browser does.
    """
    try:
        if hasattr(image, "tag_v2"):  # a TIFF; turned by Pillow when it is decoded, and then without the tag
            return image.tag_v2.get(ORIENTATION, 1)
        note = Image.Exif()
        note.load(image.info.get("exif", b""))
        return note.get(ORIENTATION, 1)
    except Exception:  # as above: nearly anything, and the pixels are good
        return 1


# ---------------------------------------------------------------- its pixels


def _decode(data: bytes) -> tuple[PictureArray, Any]:
    """The pixels as they are stored, (H, W, 3), and the EXIF orientation. What Pillow holds is free on return."""
    with _open(data) as image:
        factor = _factor(_kind_of(image), *image.size)
        if factor > 1 and _kind_of(image) == "JPEG":
            image.draft(None, (image.width // factor, image.height // factor))
            factor = 1
        image.load()
        return _in_strips(image.crop, image.size, factor), _orientation(image)


def _decode_heif(data: bytes) -> tuple[PictureArray, int]:
    """The pixels of a HEIC file, (H, W, 3), and that they are upright."""
    image = _open_heif(data)
    pixels, stride, size = image.data, image.stride, image.size  # the size may change when it is decoded

    def part_of(box: tuple[int, int, int, int]) -> Image.Image:
        rows = pixels[box[1] * stride : box[3] * stride]
        return Image.frombuffer(image.mode, (box[2], box[3] - box[1]), rows, "raw", image.mode, stride, 1)

    check_size(size[0], size[1], "HEIF")
    return _in_strips(part_of, size, _factor("HEIF", *size)), 1


def _in_strips(
    part_of: Callable[[tuple[int, int, int, int]], Image.Image], size: tuple[int, int], factor: int
) -> PictureArray:
    """(H, W, 3) uint8 of a decoded picture, averaged over ``factor`` pixels; ``part_of`` gives its part x1, y1, x2, y2."""
    width, height = size
    rows = factor * max(1, STRIP // (width * factor))
    result = np.empty((-(-height // factor), -(-width // factor), 3), np.uint8)
    for top in range(0, height, rows):
        strip = _as_rgb(part_of((0, top, width, min(top + rows, height))))
        if factor > 1:
            strip = np.asarray(Image.fromarray(strip).reduce(factor))
        result[top // factor : top // factor + len(strip)] = strip
    return result


def _as_rgb(strip: Image.Image) -> PictureArray:
    """(H, W, 3) uint8 of a decoded picture in any of Pillow's modes."""
    if strip.mode in ("I", "F") or strip.mode.startswith("I;16"):  # Pillow would clip these to 0..255, not scale them
        return from_array(np.array(strip))
    return on_white(strip)
