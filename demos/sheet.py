"""``python -m demos.sheet docs/lessons/004.toml > sheet.html``: a lesson's questions on a sheet, as a page to print."""

import argparse
import sys
from pathlib import Path

from cnn_core.errors import LabError
from demos import catalogue, lesson_file
from demos.frontends import start
from demos.frontends.sheet import draw_sheet


def main(arguments: list[str] | None = None) -> None:
    """Writes the sheet that the command line asks for to the standard output."""
    parser = argparse.ArgumentParser(prog="python -m demos.sheet", description=__doc__)
    parser.add_argument("lesson", type=Path, help="a lesson file, see docs/lessons/README.md")
    parser.add_argument("--answers", action="store_true", help="with the answers instead of lines")
    parser.add_argument("--address", default="http://127.0.0.1:7860", help="where the class opens the lab")
    asked = parser.parse_args(arguments)
    start.set_up_log()
    try:
        demos = catalogue.find_demos()
        by_name = {demo.name: demo for demo in demos}
        places = lesson_file.read(asked.lesson, demos).places(by_name)
    except LabError as error:
        raise SystemExit(f"{asked.lesson}: {error}") from None
    sys.stdout.write(draw_sheet(places, by_name, asked.address, asked.answers))


if __name__ == "__main__":
    main()
