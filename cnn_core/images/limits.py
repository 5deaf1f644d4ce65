"""What a picture's file may be, by its header alone: formats, bytes, sides, pixels, scans; and the sentences that say so."""

import re

from PIL import Image

from cnn_core.errors import PictureError

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "HEIF")
MOST_BYTES = 20_000_000
MOST_PIXELS = 40_000_000
MOST_OF = {"JPEG": 120_000_000, "HEIF": 50_400_000, "WEBP": 13_000_000}
"""What a JPEG takes is small, as it is decoded small; a WEBP takes 17 bytes a pixel. (Others 2 to 8.) A HEIC file takes
0.06 s of CPU a megapixel: a telephone's 50 megapixels take 2.9 s and 228 MB; part by part 3.4 s and 89 MB."""
LONGEST_SIDE = 30_000
MOST_ASPECT = 100
WORKS = "A JPEG, PNG, WEBP, BMP, GIF, TIFF or HEIC of at most 40 megapixels (JPEG 120, HEIC 50, WEBP 13) and 20 MB works."

MOST_SCANS = 500
MOST_DRAWN = 1_000_000_000
"""Pixels x scans of a JPEG. Each scan of a progressive JPEG goes over the whole picture: 499 scans of 40 megapixels, a file
of 263 kB, took 12 s. A telephone's 50 megapixels in the usual 10 scans are half of this."""
MOST_COEFFICIENTS = 160_000_000
"""Bytes of a JPEG's frequencies, two each: where there are several scans all are held, however small it is decoded."""
MOST_SEGMENTS, MOST_JUNK = 10_000, 10_000
SCAN, END = b"\xff\xda", b"\xff\xd9"
MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]", re.DOTALL)
"""What begins a part of a JPEG with a length; within a scan's numbers 255 is written as 255, 0."""


def check_size(width: int, height: int, kind: str = "") -> None:
    """Nothing, of a picture (of the format ``kind``) that may be decoded.

    Raises:
        PictureError: no pixels, too many, too long, or too thin.
    """
    check_pixels(width, height, MOST_OF.get(kind, MOST_PIXELS))
    if max(width, height) > LONGEST_SIDE:
        raise PictureError(
            f"The picture is {width} x {height} pixels; sides of at most {LONGEST_SIDE:,} are accepted. Cut it to a part."
        )
    if max(width, height) > MOST_ASPECT * min(width, height):
        raise PictureError(
            f"The picture is {width} x {height} pixels, a strip; one side may be at most {MOST_ASPECT} times the other. "
            "Cut it to a part."
        )


def check_pixels(width: int, height: int, most: int = MOST_PIXELS) -> None:
    """Nothing.

    Raises:
        PictureError: no pixels, or more than ``most``.
    """
    if width < 1 or height < 1:
        raise PictureError(f"The picture has no pixels ({width} x {height}). {WORKS}")
    if width * height > most:
        raise PictureError(
            f"The picture has {width * height / 1e6:.1f} megapixels ({width} x {height}); at most "
            f"{most // 1_000_000} are accepted. Make it smaller and try again."
        )


def check_scans(image: Image.Image, scans: int) -> None:
    """Nothing, of a JPEG that is opened and not decoded, and that has so many scans.

    Raises:
        PictureError: drawn over and over again, so that a small file would take minutes, or more memory than there is.
    """
    megapixels = image.width * image.height / 1e6
    if scans > MOST_SCANS:
        raise PictureError(
            f"The JPEG file has more than {MOST_SCANS} scans; usual are 1 to 12. Save it again, as JPEG or PNG."
        )
    if scans * image.width * image.height > MOST_DRAWN:
        raise PictureError(
            f"The JPEG file draws its {megapixels:.1f} megapixels in {scans} scans, which would take too long; usual are "
            "1 to 12. Save it again, as JPEG or PNG."
        )
    if scans > 1 and _coefficients(image) > MOST_COEFFICIENTS:
        raise PictureError(
            f"The progressive JPEG file of {megapixels:.1f} megapixels needs too much memory. Save it smaller, or as an "
            "ordinary (baseline) JPEG."
        )


def count_scans(data: bytes) -> int:
    """How often a JPEG draws the picture: the scans up to the picture's end. A preview or a film within the file has others.

    Raises:
        PictureError: more than MOST_SEGMENTS parts or MOST_JUNK bytes between them, which Pillow reads one by one.
    """
    scans, place = 0, 2
    for _ in range(MOST_SEGMENTS):
        marker = MARKER.search(data, place)
        if scans == 0 and (marker is None or marker.start() > place + MOST_JUNK):
            raise PictureError(f"The JPEG file is damaged or cut off, and cannot be opened. {WORKS}")
        if marker is None or marker[0] == END:
            return scans
        place = marker.end()
        scans += marker[0] == SCAN
        place += int.from_bytes(data[place : place + 2], "big")
    raise PictureError(f"The JPEG file has more than {MOST_SEGMENTS:,} parts. Save it again, as JPEG or PNG.")


def _coefficients(image: Image.Image) -> float:
    """Bytes: every component of a JPEG has two a place, and places by its sampling factors."""
    shares = [layer[1] * layer[2] for layer in getattr(image, "layer", ())]
    return float(2 * image.width * image.height * sum(shares) / max([1, *shares]))
