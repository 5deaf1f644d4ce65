"""``python -m demos.static_tour --out site/``: every demo's examples as plain pages, for a USB stick or a web server."""

import argparse
import sys
import time
from pathlib import Path

from cnn_core.errors import LabError
from cnn_core.runtime import devices
from demos import catalogue
from demos.frontends import start
from demos.frontends.tour.write import write_tour


def main(arguments: list[str] | None = None) -> None:
    """Writes the tour that the command line asks for. What cannot be done ends the program with a sentence."""
    parser = argparse.ArgumentParser(prog="python -m demos.static_tour", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="a folder that is new or empty")
    parser.add_argument("--only", nargs="+", metavar="DEMO", help="names of demos, such as detect; without it all")
    asked = parser.parse_args(arguments)
    since = time.monotonic()
    start.set_up_log()
    try:
        devices.set_threads()
        demos = catalogue.find_demos()
        if asked.only:
            strange = set(asked.only) - {demo.name for demo in demos}
            if strange:
                parser.error(f"no demo is called {min(strange)}; there are {', '.join(demo.name for demo in demos)}")
            demos = [demo for demo in demos if demo.name in asked.only]
        write_tour(demos, asked.out)
    except LabError as error:
        raise SystemExit(str(error)) from None
    sys.stdout.write(f"{len(demos)} demos, {size_of(asked.out) / 1e6:.1f} MB in {time.monotonic() - since:.0f} s. ")
    sys.stdout.write(f"Open {asked.out / 'index.html'}\n")


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
