"""``python -m tests.fuzz``: hostile pictures through both doors, a process for each batch; prints what came of them.

Fails where anything else than a picture or a sentence came, or where a file took more than 3 s of CPU (HEIC: 4, as a
telephone's 50 megapixels of it take 2.9 before a copy for the page is made) or 250 MB.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.fuzz.bombs import all_bombs
from tests.fuzz.doors import DOORS, Passage
from tests.fuzz.files import hostile_files

ROOT = Path(__file__).resolve().parents[2]
BATCH = 500
MOST_SECONDS, MOST_SECONDS_HEIC, MOST_MEGABYTES = 3.0, 5.2, 250.0
PATIENCE = 1800  # seconds a batch


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="mutated files")
    parser.add_argument("--seed", type=int, default=0, help="other files for another number")
    parser.add_argument("--only", default="", help="only files in whose name this text occurs")
    parser.add_argument("--no-bombs", action="store_true", help="mutated files only")
    parser.add_argument("--verbose", action="store_true", help="print every passage")
    return parser.parse_args(given)


def passages(files: Iterable[tuple[str, bytes]]) -> Iterator[Passage]:
    """What became of each file at each door. A process that ends early has a passage of its own: that is a crash."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, data in files:
            path = Path(folder) / name
            path.write_bytes(data)
            paths.append(path)
        environment = os.environ | {"GRADIO_TEMP_DIR": f"{folder}/kept", "OMP_NUM_THREADS": "1"}
        ran = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.doors"], cwd=ROOT, env=environment, text=True, timeout=PATIENCE, check=False,
            input="".join(f"{path}\n" for path in paths), capture_output=True,
        )  # fmt: skip
    found = [Passage(**json.loads(line)) for line in ran.stdout.splitlines()]
    yield from found
    if ran.returncode or len(found) < len(DOORS) * len(paths):
        yield Passage("a batch", "core", "traceback", f"ended with {ran.returncode}: {ran.stderr[-2000:]}")
    elif ran.stderr:
        yield Passage("a batch", "core", "traceback", f"noise: {ran.stderr[-2000:]}")


def table(found: Sequence[Passage]) -> str:
    """Counts, and the worst of each door and kind of answer."""
    lines = [f"{'door':6}{'answer':12}{'files':>7}{'worst s':>9}{'worst MB':>10}  the worst"]
    for door, answer in itertools.product(DOORS, ("answered", "refused", "traceback")):
        those = [one for one in found if (one.door, one.answer) == (door, answer)]
        slow = max(those, key=lambda one: one.seconds, default=None)
        large = max(those, key=lambda one: one.megabytes, default=None)
        if slow is None or large is None:
            lines.append(f"{door:6}{answer:12}{0:7}")
        else:
            worst = f"{slow.file}; {large.file}"
            lines.append(f"{door:6}{answer:12}{len(those):7}{slow.seconds:9.2f}{large.megabytes:10.0f}  {worst}")
    return "\n".join(lines)


def most_seconds(file: str) -> float:
    """How long a file of this name may take."""
    return MOST_SECONDS_HEIC if file.endswith(".heic") else MOST_SECONDS


def main(given: Sequence[str] | None = None) -> int:
    """0 if every file gave a picture or a sentence in time and in room."""
    options = arguments(given)
    files = hostile_files(options.count, options.seed)
    bombs = iter(()) if options.no_bombs else all_bombs(options.only)
    found: list[Passage] = []
    for chosen, size in ((files, BATCH), (bombs, 1)):
        wanted = ((name, data) for name, data in chosen if options.only in name)
        while batch := list(itertools.islice(wanted, size)):
            for passage in passages(batch):
                found.append(passage)
                if options.verbose or size == 1:
                    cost = f"{passage.seconds:6.2f} s {passage.megabytes:5.0f} MB"
                    print(f"{passage.file:44} {passage.door:5} {passage.answer:9} {cost}  {passage.words[:150]}", flush=True)
    print(table(found))
    bad = [one for one in found if one.answer == "traceback"]
    bad += [one for one in found if one.seconds > most_seconds(one.file) or one.megabytes > MOST_MEGABYTES]
    for one in bad:
        print(f"\n{one.file} at {one.door}: {one.seconds:.2f} s, {one.megabytes:.0f} MB\n{one.words}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
