"""The questions of a path on a sheet of paper, as a whole page of HTML: the same in every front end."""

import base64
import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from demos.frontends import presentation
from demos.frontends.codes import LONGEST, code_of
from demos.frontends.markup import markdown, markdown_line
from demos.paths import Place
from demos.spec import Demo

STYLE = Path(__file__).with_name("sheet.css")
MOST_QUESTIONS = 1
"""Questions of a stop where the lecturer has none of their own: the demo's first. A sheet has two pages."""
LINES, FEWER_LINES, MANY = 3, 2, 10
"""Ruled lines for an answer; fewer where there are more than ``MANY`` questions, so that a sheet keeps to its two pages."""
ANSWERED = "With answers"
ONLY_HERE = (
    "The links and codes on this sheet begin with {}, which leads to this machine alone. For telephones serve the lab to "
    "the network (see Settings in README.md), open it by this machine's address there, and print from that page."
)
PRINT = '<button type="button" onclick="print()">Print</button>'


def draw_sheet(places: Sequence[Place], demos: Mapping[str, Demo], base: str, answers: bool, above: str = PRINT) -> str:
    """A page that prints on A4: for each stop its question, its link as words and as a QR code, and what to think about.

    Args:
        places: the stops of one path.
        demos: by name.
        base: where the lab is, "http://lab.example:7860"; links begin with it.
        answers: whether the answers stand there, for the lecturer, instead of lines to write on.
        above: what the screen shows above the sheet and no paper does (HTML).
    """
    path = places[0].path
    asked = [place.stop.questions or demos[place.stop.demo].lesson.questions[:MOST_QUESTIONS] for place in places]
    lines = 0 if answers else FEWER_LINES if sum(map(len, asked)) > MANY else LINES
    stops = "".join(
        _stop(place, demos[place.stop.demo], base.rstrip("/"), own, lines) for place, own in zip(places, asked, strict=True)
    )
    name = "<p>With answers, for the lecturer</p>" if answers else '<p class="name">Name <i></i></p>'
    title = html.escape(path.title)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<base target="_top">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}: questions</title>\n<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
        f'<div class="screen" role="region" aria-label="This sheet">{above}{_only_here(base)}</div>\n<main>\n'
        f"<header><h1>{title}</h1><p>{html.escape(path.summary)}</p>{name}</header>\n<ol>\n{stops}</ol>\n</main>\n"
        "</body>\n</html>\n"
    )


def _stop(place: Place, demo: Demo, base: str, asked: Sequence[tuple[str, str]], lines: int) -> str:
    """One stop with what is asked there; ``lines`` to write on, or 0 for the answers."""
    address = place.address(f"{base}/{{}}")
    questions = "".join(_question(ask, answer, lines) for ask, answer in asked)
    shown = html.escape(address)
    return (
        f"<li>{_code(address)}<h2>{place.number}. {html.escape(place.stop.asks)}</h2>"
        f'<p class="way"><b>{html.escape(demo.title)}</b> <a href="{shown}">{shown}</a></p>{questions}</li>\n'
    )


def _code(address: str) -> str:
    """The address as a QR code; "" for one that is too long for a telephone."""
    if len(address) > LONGEST:
        return ""
    data = base64.b64encode(code_of(address)).decode("ascii")
    return f'<img src="data:image/svg+xml;base64,{data}" alt="QR code of the link">'


def _question(ask: str, answer: str, lines: int) -> str:
    kind, told = ("lines", "<i></i>" * lines) if lines else ("answer", markdown(answer or "*To talk about.*"))
    return f'<div class="question"><p>{markdown_line(ask)}</p><div class="{kind}">{told}</div></div>'


def _only_here(base: str) -> str:
    """A sentence where no telephone would reach the links."""
    if (urlsplit(base).hostname or "") not in ("localhost", "127.0.0.1", "::1"):
        return ""
    return f"<p>{html.escape(ONLY_HERE.format(base))}</p>"


def choice(paths: Sequence[Sequence[Place]], number: int, answers: bool) -> str:
    """Links to the other paths' sheets and to this one with or without answers (HTML), for a page at /sheet."""
    links = "".join(
        f"<li>{_link(k, answers, places[0].path.title, ' aria-current=page' if k == number else '')}</li>"
        for k, places in enumerate(paths, 1)
        if places
    )
    other = _link(number, not answers, "Without answers" if answers else ANSWERED)
    return f'<nav aria-label="Sheets"><a href="./">{presentation.NAME}</a><ul>{links}</ul></nav><div>{PRINT}{other}</div>'


def _link(number: int, answers: bool, words: str, mark: str = "") -> str:
    """The way to a path's sheet."""
    return f'<a href="./sheet?path={number}{"&amp;answers=1" if answers else ""}"{mark}>{html.escape(words)}</a>'
