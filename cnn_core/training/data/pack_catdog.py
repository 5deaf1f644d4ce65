"""Packs 25,000 photographs of cats and dogs from a git repository into a folder that the recipes read.

    python -m cnn_core.training.data.pack_catdog GIT_DIR DATA/catdog128

GIT_DIR is a (bare) clone of github.com/4GeeksAcademy/Deep-Learning-CarlosFS, whose ``train`` folder holds the pictures of
Asirra (Elson, Douceur, Howell and Saul 2007; Petfinder's photographs, given to research by Microsoft), squeezed to squares.
They are resampled to 128 pixels with antialiasing and kept as JPEG at quality 92. None of them is ever shipped or shown.
"""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from cnn_core.training.data.packing import from_command_line, list_files, read_blobs, write_names, write_shard

NAMES = ("cat", "dog")
SIDE = 128
QUALITY = 92


def small(jpeg: bytes) -> bytes:
    """A picture file resampled to SIDE x SIDE, as JPEG."""
    out = io.BytesIO()
    Image.open(io.BytesIO(jpeg)).convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(
        out, "JPEG", quality=QUALITY
    )
    return out.getvalue()


def pack(repository: Path, folder: Path) -> int:
    """Writes ``folder``/train.npz and LABELS.tsv; returns the number of pictures."""
    rows = list_files(repository, r"train/(cat|dog)\.\d+\.jpg")
    files = [small(blob) for blob in read_blobs(repository, [name for name, _ in rows])]
    labels = np.array([NAMES.index(found[1]) for _, found in rows], np.int16)
    count = write_shard(folder / "train.npz", files, label=labels)
    write_names(folder, NAMES)
    return count


def main(argv: list[str] | None = None) -> int:
    """The command line; the exit status."""
    return from_command_line(pack, __doc__, argv)


if __name__ == "__main__":
    raise SystemExit(main())
