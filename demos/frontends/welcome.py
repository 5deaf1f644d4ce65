"""The start page and the glossary as HTML: the same in every front end. Nothing is computed for them."""

import html
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from demos import lesson_file
from demos.frontends import presentation
from demos.frontends.markup import markdown_line, term_id, terms
from demos.paths import Place
from demos.spec import Demo

CARDS = Path(__file__).parent / "cards"
"""A picture for each demo: the main picture of its first example's answer (``python -m demos.cards``)."""
CARD_SIZE = (400, 250)
"""Width and height of a card's picture, pixels."""
SEARCH = "Search the demos"
GLOSSARY = "glossary"
"""Address of the glossary's page."""
SHEET = "sheet"
"""Address of the questions on a sheet: /sheet?path=2."""
TO_PRINT = "Questions to print"


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
    paths = lesson_file.ways()
    places = [path.places([demo.name for demo in demos]) for path in paths]
    titles = {demo.name: demo.title for demo in demos}
    led = "".join(_led(places[k], k + 1, titles, pictures, address) for k, path in enumerate(paths) if path.numbered)
    ways = "".join(_way(places[k], k + 1, address) for k, path in enumerate(paths) if not path.numbered)
    groups = "".join(
        f'<section class="group"><h2>{html.escape(group)}</h2><ul class="cards">'
        f"{''.join(_card(demo, pictures, address) for demo in members)}</ul></section>"
        for group, members in groupby(demos, key=lambda demo: demo.group)
    )
    words = f'<p><a href="{address.format(GLOSSARY)}">Glossary</a></p>' if terms() else ""
    return (
        f'<header><p class="name">{presentation.NAME}</p><h1>{presentation.PURPOSE}</h1></header>'
        f'{led}<section class="ways" aria-label="Ways through the demos">{ways}</section>'
        f'<p class="search"><input type="search" placeholder="{SEARCH}" aria-label="{SEARCH}">'
        '<span class="found" role="status"></span></p>'
        f'<nav aria-label="All demos">{groups}</nav>{words}'
    )


def _way(places: Sequence[Place], number: int, address: str) -> str:
    """One path as a card; "" where fewer than two of its stops are shown. ``number``: of the path, for its sheet."""
    if len(places) < 2:
        return ""
    links = " → ".join(f'<a href="{html.escape(p.address(address))}">{html.escape(p.stop.asks)}</a>' for p in places)
    return (
        f'<article class="way"><h2>{_title(places)}</h2>'
        f"<p>{html.escape(places[0].path.summary)}</p><p>{links}</p>{_sheet(number, address)}</article>"
    )


def _led(places: Sequence[Place], number: int, titles: Mapping[str, str], pictures: str, address: str) -> str:
    """A lecturer's lesson: its stops as cards in order; "" where none of them is shown."""
    if not places:
        return ""
    cards = "".join(
        f'<li><a href="{html.escape(place.address(address))}">{_drawn(place.stop.demo, pictures)}'
        f"<b>{place.number}. {html.escape(place.stop.asks)}</b> <span>{html.escape(titles[place.stop.demo])}</span></a></li>"
        for place in places
    )
    return (
        f'<section class="led" aria-label="The lesson"><h2>{_title(places)}</h2><p>{html.escape(places[0].path.summary)}</p>'
        f'<ol class="cards">{cards}</ol>{_sheet(number, address)}</section>'
    )


def _title(places: Sequence[Place]) -> str:
    return f"{html.escape(places[0].path.title)} <small>{len(places)} stops</small>"


def _sheet(number: int, address: str) -> str:
    """The way to a path's questions on a sheet."""
    return f'<p class="sheet"><a href="{address.format(SHEET)}?path={number}">{TO_PRINT}</a></p>'


def _drawn(demo: str, pictures: str) -> str:
    """The picture of a demo's card; "" without one."""
    width, height = CARD_SIZE
    if not card_file(demo).is_file():
        return ""
    return f'<img src="{pictures.format(demo)}" alt="" width="{width}" height="{height}" loading="lazy">'


def _card(demo: Demo, pictures: str, address: str) -> str:
    return (
        f'<li><a href="{address.format(demo.name)}">{_drawn(demo.name, pictures)}<b>{html.escape(demo.title)}</b> '
        f"<span>{html.escape(demo.summary)}</span></a></li>"
    )


def glossary_page() -> str:
    """Every technical term with its sentence, by the alphabet."""
    entries = "".join(
        f'<dt id="{term_id(term)}">{html.escape(term)}</dt><dd>{markdown_line(told)}</dd>'
        for term, told in sorted(terms().items(), key=lambda entry: entry[0].lower())
    )
    return f"<h2>Glossary</h2><dl>{entries}</dl>"
