"""``python -m demos.stored``: works out again what slow demos open with; after a change of them or of their networks."""

import argparse
import sys
import time

from cnn_core.runtime import devices
from demos import catalogue, stored


def main(arguments: list[str] | None = None) -> None:
    """Stores the answers that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m demos.stored", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=stored.SLOW, help="names of demos; without it all that are slow")
    asked = parser.parse_args(arguments)
    devices.set_threads()
    for name in asked.only or stored.SLOW:
        since = time.monotonic()
        path = stored.store(catalogue.demo_named(name))
        sys.stdout.write(f"{path}: {path.stat().st_size / 1000:.0f} kB in {time.monotonic() - since:.1f} s\n")


if __name__ == "__main__":
    main()
