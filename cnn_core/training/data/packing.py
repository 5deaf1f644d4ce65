"""What all packers share: files of a git repository without a checkout, shards, class names, and the command line."""

import argparse
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

Packer = Callable[[Path, Path], int]
"""(a clone's git folder or an archive, folder to write) -> pictures packed."""


def list_files(repository: Path, pattern: str) -> list[tuple[str, re.Match[str]]]:
    """(blob hash, match) of every path of the newest commit that the pattern fits as a whole."""
    command = ["git", "--git-dir", str(repository), "ls-tree", "-r", "HEAD"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    split = (line.split("\t", 1) for line in lines)
    return [(meta.split()[2], found) for meta, path in split if (found := re.fullmatch(pattern, path))]


def read_blobs(repository: Path, hashes: Sequence[str]) -> list[bytes]:
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


def write_shard(path: Path, files: Sequence[bytes], **columns: np.ndarray) -> int:
    """Writes picture files one after the other ("blob"), where each begins ("offs"), and columns (n,); returns n."""
    path.parent.mkdir(parents=True, exist_ok=True)
    offsets = np.cumsum([0, *map(len, files)]).astype(np.int64)
    np.savez(path, blob=np.frombuffer(b"".join(files), np.uint8), offs=offsets, **columns)  # type: ignore[arg-type]
    return len(files)


def write_names(folder: Path, names: Sequence[str]) -> None:
    """Writes the labels' names as LABELS.tsv."""
    rows = "".join(f"{number}\t{name}\n" for number, name in enumerate(names))
    (folder / "LABELS.tsv").write_text("id\tname\n" + rows, encoding="utf-8")


def from_command_line(packers: Packer | Mapping[str, Packer], words: str | None, argv: Sequence[str] | None) -> int:
    """Runs a packer from its command line, or one of several that is named first; the exit status."""
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    if isinstance(packers, Mapping):
        parser.add_argument("what", choices=list(packers))
    parser.add_argument("source", type=Path, help="a clone's git folder, or an archive")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    given = parser.parse_args(argv)
    pack = packers[given.what] if isinstance(packers, Mapping) else packers
    sys.stdout.write(f"{pack(given.source, given.folder)} pictures\n")
    return 0
