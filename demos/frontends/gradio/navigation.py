"""The start page, and the bar above every demo: links from address to address, which a browser's back and forward know."""

import html
from collections.abc import Sequence
from itertools import groupby

from demos.frontends import presentation
from demos.spec import Demo


def start_page(demos: Sequence[Demo]) -> str:
    """HTML: what this is, and every demo by group with what it shows."""
    groups = "".join(
        f"<section><h2>{html.escape(group)}</h2><ul>{''.join(map(_card, members))}</ul></section>"
        for group, members in groupby(demos, key=lambda demo: demo.group)
    )
    return f"<header><h1>{presentation.NAME}</h1><p>{presentation.PURPOSE}</p></header><nav>{groups}</nav>"


def _card(demo: Demo) -> str:
    return f'<li><a href="./{demo.name}"><b>{html.escape(demo.title)}</b> <span>{html.escape(demo.summary)}</span></a></li>'


def bar(here: Demo, demos: Sequence[Demo]) -> str:
    """HTML: the way to the start page, the groups, and the demos of this one's group."""
    firsts = {demo.group: demo for demo in reversed(demos)}
    groups = "".join(
        _link(firsts[group], group, "true" if group == here.group else "") for group in dict.fromkeys(d.group for d in demos)
    )
    members = "".join(_link(d, d.title, "page" if d is here else "") for d in demos if d.group == here.group)
    name = f'<a class="name" href="./">{presentation.NAME}</a>'
    return (
        f'<header>{name}<nav class="groups" aria-label="Groups">{groups}</nav></header>'
        f'<nav class="demos" aria-label="{html.escape(here.group)}">{members}</nav>'
    )


def _link(demo: Demo, words: str, current: str) -> str:
    mark = f' aria-current="{current}"' if current else ""
    return f'<a href="./{demo.name}"{mark}>{html.escape(words)}</a>'
