"""Packs mini-ImageNet, 60,000 photographs of 100 classes at 84 pixels, from a git repository into a folder for the recipes.

    python -m cnn_core.training.data.pack_mini GIT_DIR DATA/mini84

GIT_DIR is a (bare) clone of github.com/Deo0330/split_minidataset (Vinyals et al. 2016; from ImageNet, for non-commercial
research). The files are kept as they are: properly resized JPEGs. None of them is ever shipped or shown.
"""

from pathlib import Path

import numpy as np

from cnn_core.training.data.packing import from_command_line, list_files, read_blobs, write_names, write_shard


def pack(repository: Path, folder: Path) -> int:
    """Writes ``folder``/train.npz and LABELS.tsv, of whatever split a picture is; returns the number of pictures."""
    rows = list_files(repository, r"\w+/(n\d{8})/\w+\.jpg")
    names = sorted({found[1] for _, found in rows})  # WordNet ids
    files = read_blobs(repository, [blob for blob, _ in rows])
    labels = np.array([names.index(found[1]) for _, found in rows], np.int16)
    count = write_shard(folder / "train.npz", files, label=labels)
    write_names(folder, names)
    return count


def main(argv: list[str] | None = None) -> int:
    """The command line; the exit status."""
    return from_command_line(pack, __doc__, argv)


if __name__ == "__main__":
    raise SystemExit(main())
