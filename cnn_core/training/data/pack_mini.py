"""Packs mini-ImageNet, 60,000 photographs of 100 classes at 84 pixels, from a git repository into a folder for the recipes.

    python -m cnn_core.training.data.pack_mini GIT_DIR DATA/mini84

GIT_DIR is a (bare) clone of github.com/Deo0330/split_minidataset (Vinyals et al. 2016; from ImageNet, for non-commercial
research). The files are kept as they are: properly resized JPEGs. None of them is ever shipped or shown.
"""

import re
import subprocess
from pathlib import Path

from cnn_core.training.data.pack_catdog import from_command_line, read_blobs, write_shard


def list_pictures(repository: Path) -> list[tuple[str, str]]:
    """(blob hash, WordNet id) of every picture of the newest commit, whatever split it lies in."""
    command = ["git", "--git-dir", str(repository), "ls-tree", "-r", "HEAD"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    rows = []
    for line in lines:
        meta, path = line.split("\t", 1)
        if found := re.fullmatch(r"\w+/(n\d{8})/\w+\.jpg", path):
            rows.append((meta.split()[2], found[1]))
    return rows


def pack(repository: Path, folder: Path) -> int:
    """Writes ``folder``/train.npz and LABELS.tsv; returns the number of pictures."""
    rows = list_pictures(repository)
    names = sorted({name for _, name in rows})
    files = read_blobs(repository, [name for name, _ in rows])
    write_shard(folder, files, [names.index(name) for _, name in rows], names)
    return len(rows)


def main(argv: list[str] | None = None) -> int:
    """The command line; the exit status."""
    return from_command_line(pack, __doc__, argv)


if __name__ == "__main__":
    raise SystemExit(main())
