"""Whatever comes in is a picture or a sentence: every kind of bad input, made here by Pillow or byte by byte."""

import contextlib
import io
import os
import random
import struct
import warnings
import zipfile
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from cnn_core.errors import PictureError
from cnn_core.images import opening

pillow_heif.register_heif_opener()  # here, to make such files
NOISE = np.random.default_rng(0).integers(0, 256, (24, 36, 3), np.uint8)


def encoded(picture, format, **options):
    file = io.BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(file, format, **options)
    return file.getvalue()


def tiff(*entries):
    """A TIFF of one page with hardly any pixels: (tag, value) entries as 32-bit integers."""
    body = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(entries))
    return struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + body + bytes(204)


def huge_png(width, height):
    """A well-formed PNG header of the given size, with hardly any pixels behind it."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def assert_picture(picture, height, width):
    assert picture.dtype == np.uint8 and picture.shape == (height, width, 3)
    assert picture.flags.c_contiguous and picture.flags.writeable


# ---------------------------------------------------------------- what is no picture


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"Dear professor,\nhere is my picture.", "but a text"),
        ("Ein schöner Text".encode() * 99, "but a text"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"  <svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), "damaged or cut off"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(100), "an AVIF picture or a film"),
        (b"DDS \x7c\0\0\0" + bytes(120), "a DDS texture"),
        (bytes(range(256)), "an unknown or damaged file"),
    ],
)
def test_bytes_that_are_no_picture(data, words):
    with pytest.raises(PictureError, match=words) as caught:
        opening.open_picture(data)
    assert opening.WORKS in str(caught.value)


def test_an_archive_full_of_zeros_named_png(tmp_path):
    path = tmp_path / "bomb.png"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(20_000_000))
    with pytest.raises(PictureError, match="a ZIP archive"):
        opening.open_picture(path)


def test_missing_files_folders_and_names_that_cannot_be(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for source in (tmp_path / "missing.png", tmp_path, tmp_path / "pipe", "", "a\0b", "x" * 5000):
        with pytest.raises(PictureError, match=r"There is no picture file|could not be read"):
            opening.open_picture(source)
    with pytest.raises(PictureError) as caught:
        opening.open_picture(tmp_path / "missing.png")
    assert "missing.png" in str(caught.value) and str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("source", [None, 7, ["a.png"], io.StringIO("text")])
def test_things_that_are_no_source(source):
    with pytest.raises(PictureError, match="Expected a picture's file, bytes or array"):
        opening.open_picture(source)


def test_a_closed_stream():
    stream = io.BytesIO(encoded(NOISE, "PNG"))
    stream.close()
    with pytest.raises(PictureError, match="could not be read"):
        opening.open_picture(stream)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("format", opening.FORMATS)
def test_files_that_are_cut_off_anywhere(format):
    data = encoded(NOISE, format)
    refused = 0
    for length in range(1, len(data), max(1, len(data) // 60)):
        try:
            assert_picture(opening.open_picture(data[:length]), 24, 36)
        except PictureError:
            refused += 1
    assert refused >= 50  # a cut in trailing bytes may be harmless


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("format", opening.FORMATS)
def test_damaged_bytes_give_a_picture_or_a_sentence(format):
    chance = random.Random(0)
    data = encoded(NOISE, format)
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 3))):
            damaged[chance.randrange(chance.choice((40, len(data))))] = chance.randrange(256)
        with contextlib.suppress(PictureError):
            assert opening.open_picture(bytes(damaged)).shape[2] == 3


# ---------------------------------------------------------------- too large


def test_the_ceiling_is_read_from_the_header():
    with pytest.raises(PictureError, match=r"40\.0 megapixels \(8000 x 5001\); at most 40"):
        opening.open_picture(huge_png(8000, 5001))
    with pytest.raises(PictureError, match="damaged or cut off"):  # 40 megapixels may be: only the pixels are missing
        opening.open_picture(huge_png(8000, 5000))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [9_600, 20_000, 2**31 - 1])
def test_decompression_bombs(side):
    with pytest.raises(PictureError, match=r"has \d+\.\d megapixels|has far more than 40 megapixels"):
        opening.open_picture(huge_png(side, side))


def test_pillows_own_warning_as_an_error_is_a_sentence_too():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(PictureError, match="has far more than 40 megapixels"):
            opening.open_picture(huge_png(10_000, 10_000))


def test_a_tiny_tiff_with_giant_tiles():
    page = [(256, 8), (257, 8), (258, 8), (262, 1), (277, 1), (324, 150), (325, 100)]
    assert_picture(opening.open_picture(tiff(*page, (259, 1), (322, 16), (323, 16))), 8, 8)
    with pytest.raises(PictureError, match=r"2116\.0 megapixels"):  # libtiff would take 2 GB
        opening.open_picture(tiff(*page, (259, 5), (322, 46_000), (323, 46_000)))


def test_a_jpeg_with_endless_scans():
    data = encoded(NOISE, "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    repeated = data[:last] + data[last:-2] * 600 + data[-2:]
    with pytest.raises(PictureError, match="more than 500 scans"):
        opening.open_picture(repeated)


def test_files_of_too_many_bytes():
    with pytest.raises(PictureError, match="more than 20 MB"):
        opening.open_picture(bytes(opening.MOST_BYTES + 1))
