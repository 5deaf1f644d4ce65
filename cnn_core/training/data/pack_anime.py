"""Packs 36,740 anime faces from a git repository into a folder that the recipe reads.

    python -m cnn_core.training.data.pack_anime GIT_DIR DATA/anime36k

GIT_DIR is a (bare) clone of github.com/xiaohuiduan/cgan_anime_face, whose files with numbers from FIRST on are of one clean
kind (96 pixels; no licence stated). They are resampled to 64 pixels with antialiasing and kept as JPEG at quality 92. None
of them is ever shipped or shown.
"""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from cnn_core.training.data.packing import from_command_line, list_files, read_blobs, write_shard

FIRST = 33_431
SIDE = 64
QUALITY = 92


def small(jpeg: bytes) -> bytes:
    """A picture file resampled to SIDE x SIDE, as JPEG."""
    out = io.BytesIO()
    Image.open(io.BytesIO(jpeg)).convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def pack(repository: Path, folder: Path) -> int:
    """Writes ``folder``/train.npz, all with label 0; returns the number of pictures."""
    rows = [(blob, int(found[1])) for blob, found in list_files(repository, r"faces/(\d+)\.jpg")]
    chosen = sorted((number, blob) for blob, number in rows if number >= FIRST)
    files = [small(blob) for blob in read_blobs(repository, [blob for _, blob in chosen])]
    return write_shard(folder / "train.npz", files, label=np.zeros(len(files), np.int16))


def main(argv: list[str] | None = None) -> int:
    """The command line; the exit status."""
    return from_command_line(pack, __doc__, argv)


if __name__ == "__main__":
    raise SystemExit(main())
