"""The start page and the glossary as HTML: the same in every front end. Nothing is computed for them."""

import html
from collections.abc import Collection, Sequence
from itertools import groupby
from pathlib import Path

from demos.frontends import presentation
from demos.frontends.markup import markdown_line, term_id, terms
from demos.paths import PATHS
from demos.paths import Path as Way
from demos.spec import Demo

CARDS = Path(__file__).parent / "cards"
"""A picture for each demo: the main picture of its first example's answer (``python -m demos.cards``)."""
CARD_SIZE = (400, 250)
"""Width and height of a card's picture, pixels."""
SEARCH = "Search the demos"
GLOSSARY = "glossary"
"""Address of the glossary's page."""


def card_file(demo: str) -> Path:
    """Where the picture of a demo's card is, if there is one."""
    return CARDS / f"{demo}.webp"


def start_page(demos: Sequence[Demo], pictures: str = "./cards/{}.webp", address: str = "./{}") -> str:
    """What this is, the ways through the demos, and every demo by group with a picture of what it answers.

    Args:
        demos: in the order to show them in.
        pictures: the address of a card's picture, "{}" for the demo's name.
        address: of a demo, "{}" for its name.
    """
    shown = {demo.name for demo in demos}
    ways = "".join(_way(path, shown, address) for path in PATHS)
    groups = "".join(
        f'<section class="group"><h2>{html.escape(group)}</h2><ul>'
        f"{''.join(_card(demo, pictures, address) for demo in members)}</ul></section>"
        for group, members in groupby(demos, key=lambda demo: demo.group)
    )
    words = f'<p><a href="{address.format(GLOSSARY)}">Glossary</a></p>' if terms() else ""
    return (
        f'<header><p class="name">{presentation.NAME}</p><h1>{presentation.PURPOSE}</h1></header>'
        f'<section class="ways" aria-label="Ways through the demos">{ways}</section>'
        f'<p class="search"><input type="search" placeholder="{SEARCH}" aria-label="{SEARCH}">'
        '<span class="found" role="status"></span></p>'
        f'<nav aria-label="All demos">{groups}</nav>{words}'
    )


def _way(path: Way, shown: Collection[str], address: str) -> str:
    """One path as a card; "" where fewer than two of its stops are shown."""
    stops = [stop for stop in path.stops if stop.demo in shown]
    if len(stops) < 2:
        return ""
    links = " → ".join(f'<a href="{address.format(stop.demo)}">{html.escape(stop.asks)}</a>' for stop in stops)
    return (
        f'<article class="way"><h2>{html.escape(path.title)} <small>{len(stops)} stops</small></h2>'
        f"<p>{html.escape(path.summary)}</p><p>{links}</p></article>"
    )


def _card(demo: Demo, pictures: str, address: str) -> str:
    width, height = CARD_SIZE
    drawn = (
        f'<img src="{pictures.format(demo.name)}" alt="" width="{width}" height="{height}" loading="lazy">'
        if card_file(demo.name).is_file()
        else ""
    )
    return (
        f'<li><a href="{address.format(demo.name)}">{drawn}<b>{html.escape(demo.title)}</b> '
        f"<span>{html.escape(demo.summary)}</span></a></li>"
    )


def glossary_page() -> str:
    """Every technical term with its sentence, by the alphabet."""
    entries = "".join(
        f'<dt id="{term_id(term)}">{html.escape(term)}</dt><dd>{markdown_line(told)}</dd>'
        for term, told in sorted(terms().items(), key=lambda entry: entry[0].lower())
    )
    return f"<h2>Glossary</h2><dl>{entries}</dl>"
