"""Small files that would take much. Most are made byte by byte, as their encoders would take long."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

from tests.fuzz import heic

MOST = 19_900_000  # bytes: as many as an upload may have
SIDE = 6300  # pixels: 39.7 megapixels, nearly as many as are accepted


def saved(image: Image.Image, format: str, **options: object) -> bytes:
    """The image's file."""
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


# ---------------------------------------------------------------- PNG


def chunk(name: bytes, body: bytes) -> bytes:
    """A part of a PNG file."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, bits: int, kind: int, channels: int, before: bytes = b"", rows: int | None = None) -> bytes:
    """A PNG of noughts and a little; ``kind`` is its type of colour, ``before`` its other parts."""
    packer = zlib.compressobj(1)
    row = b"\1" + bytes([3] * channels) + bytes((width * channels * bits + 7) // 8 - channels)
    body = b"".join(packer.compress(row) for _ in range(height if rows is None else rows)) + packer.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def png_of_profiles() -> bytes:
    """Thousands of colour profiles, each of a megabyte when it is unpacked."""
    profile = chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(1_000_000), 9))
    return png(8, 8, 8, 2, 3, before=profile * (MOST // len(profile)))


# ---------------------------------------------------------------- JPEG


def jpeg(width: int, height: int, mode: str = "RGB", **options: object) -> bytes:
    """A JPEG of 64 x 64 pixels whose header says more; its reader makes up what is missing."""
    data = bytearray(saved(Image.effect_noise((64, 64), 50).convert(mode), "JPEG", **options))
    place = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def many_scans(data: bytes, count: int) -> bytes:
    """A progressive JPEG whose last scan is drawn again and again."""
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + data[-2:]


def jpeg_of(part: bytes) -> bytes:
    """A tiny JPEG that begins with as many of these parts as fit."""
    data = jpeg(64, 64)
    return data[:2] + part * ((MOST - len(data)) // len(part)) + data[2:]


# ---------------------------------------------------------------- the others


def gif_of_remarks() -> bytes:
    """A GIF with 20 MB of remarks before its picture."""
    data = saved(Image.new("P", (8, 8)), "GIF")
    place = data.index(b"\x2c")
    return data[:place] + b"\x21\xfe" + (b"\xff" + bytes(255)) * (MOST // 256) + b"\0" + data[place:]


def gif_of_frames() -> bytes:
    """A GIF of thousands of frames of 9 megapixels."""
    data = saved(Image.new("P", (3000, 3000)), "GIF")
    start = data.index(b"\x2c")
    return data[:start] + data[start:-1] * 300 + data[-1:]


def bmp_of_runs() -> bytes:
    """A BMP of runs of one pixel each, which Pillow reads in Python."""
    side = 4000
    body = b"\1\7" * (MOST // 2 - 2000) + b"\0\1"
    head = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, len(body), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 1078 + len(body), 0, 0, 1078) + head + bytes(1024) + body


def tiff(*entries: tuple[int, int], body: bytes = bytes(204)) -> bytes:
    """A TIFF of one page: (tag, value) entries as 32-bit integers."""
    written = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(entries))
    return struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + written + body


def tiff_of_pages() -> bytes:
    """A TIFF of a million pages."""
    size = 18 + 5 * 12
    pages = MOST // size
    tags = [(256, 8), (257, 8), (258, 8), (262, 1), (273, 8)]
    page = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    body = b"".join(struct.pack("<H", len(tags)) + page + struct.pack("<I", 8 + 66 * (k + 1)) for k in range(pages))
    return struct.pack("<2sHI", b"II", 42, 8) + body[:-4] + bytes(4)


def webp(width: int, height: int) -> bytes:
    """The header of a WEBP, and hardly anything behind it."""
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + sizes + b"VP8L" + struct.pack("<I", 8) + b"\x2f" + bytes(7)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tile() -> np.ndarray:
    """(512, 512, 3) uint8: soft blobs and noise, as hard to decode as a photograph."""
    soft = np.random.default_rng(0).integers(0, 256, (24, 24, 3), np.uint8)
    blobs = np.asarray(Image.fromarray(soft).resize((heic.TILE, heic.TILE), Image.Resampling.BICUBIC), np.int16)
    noise = np.random.default_rng(1).integers(-4, 5, blobs.shape, np.int16)
    return np.clip(blobs + noise, 0, 255).astype(np.uint8)


BOMBS: dict[str, Callable[[], bytes]] = {
    "40 MP RGBA.png": lambda: png(SIDE, SIDE, 8, 6, 4),
    "40 MP 16 bits RGBA.png": lambda: png(SIDE, SIDE, 16, 6, 8),
    "40 MP 16 bits grey.png": lambda: png(SIDE, SIDE, 16, 0, 2),
    "177 MP, getexif decodes.png": lambda: png(13300, 13300, 8, 6, 4),
    "1 x 40 million.png": lambda: png(1, 40_000_000, 8, 0, 1),
    "million empty chunks.png": lambda: png(8, 8, 8, 2, 3, before=chunk(b"abCd", b"") * (MOST // 12 - 20)),
    "thousands of profiles.png": png_of_profiles,
    "499 scans of 40 MP.jpg": lambda: many_scans(jpeg(SIDE, SIDE, progressive=True), 480),
    "480 scans of 2 MP.jpg": lambda: many_scans(jpeg(1440, 1440, progressive=True), 470),
    "20,000 scans.jpg": lambda: many_scans(jpeg(64, 64, progressive=True), 20_000),
    "120 MP progressive.jpg": lambda: jpeg(11000, 10900, progressive=True),
    "27 MP progressive 4-4-4.jpg": lambda: jpeg(6200, 4400, progressive=True, subsampling=0),
    "50 MP.jpg": lambda: saved(Image.effect_noise((2048, 1536), 60).resize((8192, 6144)).convert("RGB"), "JPEG", quality=85),
    "120 MP.jpg": lambda: jpeg(11000, 10900),
    "40 MP CMYK.jpg": lambda: jpeg(SIDE, SIDE, "CMYK"),
    "16 MP CMYK.jpg": lambda: jpeg(4060, 4060, "CMYK"),
    "16 MP CMYK progressive.jpg": lambda: jpeg(4060, 4060, "CMYK", progressive=True),
    "million parts.jpg": lambda: jpeg_of(b"\xff\xfe\0\2"),
    "EXIF letter by letter.jpg": lambda: jpeg_of(b"\xff\xe1\0\x09Exif\0\0a"),
    "20 MB of junk.jpg": lambda: b"\xff\xd8\xff" + b"a" * MOST,
    "20 MB of remarks.gif": gif_of_remarks,
    "300 frames of 9 MP.gif": gif_of_frames,
    "40 MP.gif": lambda: saved(Image.new("P", (SIDE, SIDE)), "GIF"),
    "runs of one pixel.bmp": bmp_of_runs,
    "tiles of 2116 MP.tif": lambda: tiff(
        (256, 8), (257, 8), (258, 8), (259, 5), (262, 1), (277, 1), (322, 46_000), (323, 46_000), (324, 150), (325, 100)
    ),
    "million pages.tif": tiff_of_pages,
    "40 MP RGBA, one strip.tif": lambda: saved(Image.new("RGBA", (SIDE, SIDE)), "TIFF", compression="tiff_adobe_deflate"),
    "40 MP floats.tif": lambda: saved(Image.new("F", (SIDE, SIDE)), "TIFF", compression="tiff_lzw"),
    "16384 x 16384 canvas.webp": lambda: webp(16384, 16384),
    "13 MP lossless RGBA.webp": lambda: saved(Image.new("RGBA", (3600, 3600), "#09080763"), "WEBP", lossless=True, method=0),
    "31 MP grid.heic": lambda: heic.photograph(12, 10, tile()),
    "40 MP grid.heic": lambda: heic.photograph(15, 10, tile()),
    "50 MP grid.heic": lambda: heic.photograph(16, 12, tile()),
    "65025 tiles.heic": lambda: heic.photograph(255, 255, np.zeros((heic.TILE, heic.TILE, 3), np.uint8)),
}  # fmt: skip
"""Name -> what makes the file."""


def all_bombs(only: str = "") -> Iterator[tuple[str, bytes]]:
    """Every bomb in whose name ``only`` occurs, made when its turn comes."""
    for name, make in BOMBS.items():
        if only in name:
            yield name, make()
