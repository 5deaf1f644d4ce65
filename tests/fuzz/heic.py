"""HEIC files of any size without an encoder: a grid whose places all show one and the same tile, as a hostile file would."""

import io
import struct

import numpy as np
import pillow_heif
from PIL import Image

TILE = 512  # pixels, a telephone's


def photograph(columns: int, rows: int, tile: np.ndarray) -> bytes:
    """A HEIC file of columns x rows tiles, all showing ``tile`` (512, 512, 3) uint8; its size hardly grows with them."""
    single = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(tile)).save(single, quality=60)
    return _grid(single.getvalue(), columns, rows)


def _grid(single: bytes, columns: int, rows: int) -> bytes:
    boxes = dict(_boxes(single))
    inner = dict(_boxes(boxes[b"meta"][4:]))
    configuration = dict(_boxes(dict(_boxes(inner[b"iprp"]))[b"ipco"]))[b"hvcC"]
    tile = boxes[b"mdat"]
    header = bytes(4)  # of a "full" box: version 0, no flags
    count, size = columns * rows, (columns * TILE, rows * TILE)
    places = struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, *size)  # flags 1: 32-bit sizes
    properties = [
        _box(b"hvcC", configuration),
        _box(b"ispe", header + struct.pack(">II", TILE, TILE)),
        _box(b"ispe", header + struct.pack(">II", *size)),
    ]
    owners = struct.pack(">I", 2) + struct.pack(">HB2B", 1, 2, 0x81, 2) + struct.pack(">HBB", 2, 1, 3)
    items = [  # the tile is hidden (flag 1)
        _box(b"infe", bytes([2, 0, 0, hidden]) + struct.pack(">HH", number, 0) + kind + b"\0")
        for number, kind, hidden in ((1, b"hvc1", 1), (2, b"grid", 0))
    ]
    start = 0
    for _ in range(2):  # the second time with the place of the data known
        locations = struct.pack(">BBH", 0x44, 0, 2)
        locations += struct.pack(">HHHII", 1, 0, 1, start + len(places), len(tile))
        locations += struct.pack(">HHHII", 2, 0, 1, start, len(places))
        meta = _box(
            b"meta", header,
            _box(b"hdlr", header + bytes(4) + b"pict" + bytes(13)),
            _box(b"pitm", header + struct.pack(">H", 2)),
            _box(b"iloc", header + locations),
            _box(b"iinf", header + struct.pack(">H", 2), *items),
            _box(b"iref", header, _box(b"dimg", struct.pack(">HH", 2, count) + struct.pack(">H", 1) * count)),
            _box(b"iprp", _box(b"ipco", *properties), _box(b"ipma", header + owners)),
        )  # fmt: skip
        head = _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic") + meta
        start = len(head) + 8
    return head + _box(b"mdat", places + tile)


def _box(name: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + name + content


def _boxes(data: bytes):
    """(name, content) of each box in a row."""
    place = 0
    while place < len(data):
        size, name = struct.unpack(">I4s", data[place : place + 8])
        yield name, data[place + 8 : place + size]
        place += size
