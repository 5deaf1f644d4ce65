"""Small files of every format, and what hostile or broken programs make of them; always the same for the same seed."""

import io
import random
from collections.abc import Iterator
from functools import cache

import numpy as np
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()  # to make such files
ENDINGS = ("jpg", "png", "webp", "bmp", "gif", "tif", "heic", "dds", "svg", "txt", "")


@cache
def small_files() -> dict[str, bytes]:
    """Name -> file: every format in the kinds of pixels and of packing that its readers tell apart."""
    noise = np.random.default_rng(0).integers(0, 256, (24, 36, 4), np.uint8)
    rgb, rgba, grey = Image.fromarray(noise[..., :3]), Image.fromarray(noise), Image.fromarray(noise[..., 0])
    deep = Image.fromarray(noise[..., :2].copy().view(np.uint16)[..., 0])
    others = [rgb.rotate(90), rgb.rotate(180)]
    note = Image.Exif()
    note[0x0112] = 6
    ways: list[tuple[str, Image.Image, str, dict]] = [
        ("jpg", rgb, "JPEG", {"exif": note}),
        ("progressive.jpg", rgb, "JPEG", {"progressive": True}),
        ("grey.jpg", grey, "JPEG", {}),
        ("cmyk.jpg", rgb.convert("CMYK"), "JPEG", {}),
        ("mpo.jpg", rgb, "MPO", {"save_all": True}),
        ("png", rgb, "PNG", {"exif": note}),
        ("rgba.png", rgba, "PNG", {}),
        ("palette.png", rgb.quantize(16), "PNG", {"transparency": 3}),
        ("deep.png", deep, "PNG", {}),
        ("moving.png", rgb, "PNG", {"save_all": True}),
        ("webp", rgb, "WEBP", {"exif": note}),
        ("lossless.webp", rgba, "WEBP", {"lossless": True}),
        ("moving.webp", rgb, "WEBP", {"save_all": True}),
        ("bmp", rgb, "BMP", {}),
        ("bits.bmp", rgb.convert("1"), "BMP", {}),
        ("gif", rgb, "GIF", {"transparency": 3}),
        ("moving.gif", rgb, "GIF", {"save_all": True}),
        ("tif", rgb, "TIFF", {"tiffinfo": {0x0112: 8}}),
        ("lzw.tif", rgba, "TIFF", {"compression": "tiff_lzw"}),
        ("jpeg.tif", rgb, "TIFF", {"compression": "jpeg"}),
        ("fax.tif", rgb.convert("1"), "TIFF", {"compression": "group4"}),
        ("deflated.tif", deep, "TIFF", {"compression": "tiff_adobe_deflate"}),
        ("pages.tif", rgb, "TIFF", {"save_all": True}),
        ("heic", rgb, "HEIF", {}),
    ]
    files = {}
    for name, image, format, options in ways:
        file = io.BytesIO()
        more = {"append_images": [other.copy() for other in others]} if "save_all" in options else {}
        image.copy().save(file, format, **options, **more)  # copies: an image remembers how it was saved before
        files[name] = file.getvalue()
    return files


def hostile_files(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """``count`` pairs of a file's name and its bytes."""
    files = small_files()
    names = list(files)
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        name = names[number % len(names)]
        way = chance.choice((flip, flip, spoil_header, cut, insert_extreme, join, repeat_part, blank_part))
        data = way(files[name], chance, files[chance.choice(names)])
        ending = name.rsplit(".")[-1] if chance.random() < 0.8 else chance.choice(ENDINGS)
        yield f"{number:05}-{way.__name__}-{name.replace('.', '-')}.{ending}", data


def flip(data: bytes, chance: random.Random, _: bytes) -> bytes:
    """One to eight bits turned."""
    broken = bytearray(data)
    for _ in range(chance.choice((1, 2, 8))):
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    return bytes(broken)


def spoil_header(data: bytes, chance: random.Random, _: bytes) -> bytes:
    """One to four bytes of the first 64 are others; often the size is among them."""
    broken = bytearray(data)
    for _ in range(chance.choice((1, 2, 4))):
        broken[chance.randrange(4, min(64, len(broken)))] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
    return bytes(broken)


def cut(data: bytes, chance: random.Random, _: bytes) -> bytes:
    """The end is missing."""
    return data[: chance.randrange(len(data))]


def insert_extreme(data: bytes, chance: random.Random, _: bytes) -> bytes:
    """A number of two or four bytes is as large or as small as such a number can be."""
    place, size = chance.randrange(4, len(data)), chance.choice((2, 4))
    return data[:place] + chance.choice((b"\xff", b"\0", b"\x7f", b"\x80")) * size + data[place + size :]


def join(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Two files in one: one behind the other, or one within the other."""
    place = chance.choice((0, 8, len(data) // 2, len(data)))
    return data[:place] + other + data[place:]


def repeat_part(data: bytes, chance: random.Random, _: bytes) -> bytes:
    """A part of the file many times over: chunks, scans, frames, directories."""
    start = chance.randrange(len(data))
    part = data[start : start + chance.choice((4, 16, 64, 512))]
    return data[:start] + part * chance.choice((2, 50, 2000)) + data[start:]


def blank_part(data: bytes, chance: random.Random, _: bytes) -> bytes:
    """A part is nothing but zeros."""
    start = chance.randrange(len(data))
    size = min(chance.choice((8, 64, 512)), len(data) - start)
    return data[:start] + bytes(size) + data[start + size :]
