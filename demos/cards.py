"""``python -m demos.cards --out demos/frontends/cards/``: the start page's pictures, of what each demo answers first."""

import argparse
import sys
import time
from pathlib import Path

from cnn_core.errors import LabError
from cnn_core.runtime import devices
from demos import catalogue, stored
from demos.frontends import start
from demos.frontends.card_pictures import card_bytes, card_picture
from demos.spec import Demo


def main(arguments: list[str] | None = None) -> None:
    """Draws the cards that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m demos.cards", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder for the pictures")
    parser.add_argument("--only", nargs="+", metavar="DEMO", help="names of demos, such as detect; without it all")
    asked = parser.parse_args(arguments)
    start.set_up_log()
    try:
        devices.set_threads()
        asked.out.mkdir(parents=True, exist_ok=True)
        for demo in catalogue.find_demos():
            if not asked.only or demo.name in asked.only:
                sys.stdout.write(f"{demo.name}: {draw_card(demo, asked.out)}\n")
    except LabError as error:
        raise SystemExit(str(error)) from None


def draw_card(demo: Demo, folder: Path) -> str:
    """What became of a demo's card, in words; its file is ``<demo.name>.webp``."""
    since = time.monotonic()
    answered = stored.first_answer(demo)
    card = answered and card_picture(demo, answered[1].values)
    if card is None:
        return "no picture"
    data = card_bytes(card)
    (folder / f"{demo.name}.webp").write_bytes(data)
    return f"{len(data) / 1000:.1f} kB in {time.monotonic() - since:.0f} s"


if __name__ == "__main__":
    main()
