"""Packs 25,000 photographs of cats and dogs from a git repository into a folder that the recipes read.

    python -m cnn_core.training.data.pack_catdog GIT_DIR DATA/catdog128

GIT_DIR is a (bare) clone of github.com/4GeeksAcademy/Deep-Learning-CarlosFS, whose ``train`` folder holds the pictures of
Asirra (Elson, Douceur, Howell and Saul 2007; Petfinder's photographs, given to research by Microsoft), squeezed to squares.
They are resampled to 128 pixels with antialiasing and kept as JPEG at quality 92. None of them is ever shipped or shown.
"""

import argparse
import io
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

NAMES = ("cat", "dog")
SIDE = 128
QUALITY = 92


def list_pictures(repository: Path) -> list[tuple[str, int]]:
    """(blob hash, label) of every ``train/cat.N.jpg`` and ``train/dog.N.jpg`` of the newest commit, 0 for cats."""
    command = ["git", "--git-dir", str(repository), "ls-tree", "-r", "HEAD", "train/"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    rows = []
    for line in lines:
        meta, path = line.split("\t", 1)
        if found := re.fullmatch(r"train/(cat|dog)\.\d+\.jpg", path):
            rows.append((meta.split()[2], NAMES.index(found[1])))
    return rows


def read_blobs(repository: Path, hashes: list[str]) -> list[bytes]:
    """The contents of these blobs."""
    command = ["git", "--git-dir", str(repository), "cat-file", "--batch"]
    answer = subprocess.run(command, input="\n".join(hashes).encode() + b"\n", check=True, capture_output=True).stdout
    contents, place = [], 0
    for _ in hashes:
        end = answer.index(b"\n", place)
        size = int(answer[place:end].split()[2])
        contents.append(answer[end + 1 : end + 1 + size])
        place = end + size + 2
    return contents


def small(jpeg: bytes) -> bytes:
    """A picture file resampled to SIDE x SIDE, as JPEG."""
    out = io.BytesIO()
    Image.open(io.BytesIO(jpeg)).convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(
        out, "JPEG", quality=QUALITY
    )
    return out.getvalue()


def pack(repository: Path, folder: Path) -> int:
    """Writes ``folder``/train.npz and LABELS.tsv; returns the number of pictures."""
    rows = list_pictures(repository)
    files = [small(blob) for blob in read_blobs(repository, [name for name, _ in rows])]
    write_shard(folder, files, [label for _, label in rows], NAMES)
    return len(rows)


def write_shard(folder: Path, files: list[bytes], labels: list[int], names: Sequence[str]) -> None:
    """Writes JPEG files with their labels as ``folder``/train.npz, and the labels' names as LABELS.tsv."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(
        folder / "train.npz",
        blob=np.frombuffer(b"".join(files), np.uint8),
        offs=np.cumsum([0, *map(len, files)]).astype(np.int64),
        label=np.array(labels, np.int16),
    )
    rows = "".join(f"{number}\t{name}\n" for number, name in enumerate(names))
    (folder / "LABELS.tsv").write_text("id\tname\n" + rows, encoding="utf-8")


def main(argv: list[str] | None = None) -> int:
    """The command line; the exit status."""
    return from_command_line(pack, __doc__, argv)


def from_command_line(pack: Callable[[Path, Path], int], words: str | None, argv: list[str] | None) -> int:
    """Runs a packer (git folder, folder to write -> pictures packed) from its command line; the exit status."""
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path, help="the clone's git folder")
    parser.add_argument("folder", type=Path, help="where the shard and its names go")
    given = parser.parse_args(argv)
    sys.stdout.write(f"{pack(given.repository, given.folder)} pictures\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
