"""The bar above every page: links from address to address, which a browser's back and forward know."""

import html
from collections.abc import Sequence
from itertools import groupby

from demos.frontends import presentation
from demos.frontends.markup import terms
from demos.frontends.welcome import GLOSSARY
from demos.spec import Demo


def bar(here: Demo | None, demos: Sequence[Demo]) -> str:
    """HTML: the way to the start page, the groups, the demos of this one's group; where it is narrow a list of all.

    ``here``: the page's demo; None on a page of another kind.
    """
    firsts = {demo.group: demo for demo in reversed(demos)}
    group = here.group if here else ""
    groups = "".join(
        _link(firsts[name], name, "true" if name == group else "") for name in dict.fromkeys(d.group for d in demos)
    )
    members = "".join(_link(d, d.title, "page" if d is here else "") for d in demos if d.group == group)
    skip = '<a class="skip" href="#result">Skip to the result</a>' if here else ""
    words = f'<a class="glossary" href="./{GLOSSARY}">Glossary</a>' if terms() else ""
    inside = f'<nav class="demos" aria-label="{html.escape(group)}">{members}</nav>' if here else ""
    return (
        f'{skip}<header><h1><a class="name" href="./">{presentation.NAME}</a></h1>'
        f'<nav class="groups" aria-label="Groups">{groups}{words}</nav>{_choice(here, demos)}</header>{inside}'
    )


def _choice(here: Demo | None, demos: Sequence[Demo]) -> str:
    """All demos by group, behind one button: what a narrow page has instead of the groups."""
    groups = "".join(
        f"<p>{html.escape(group)}</p><ul>"
        + "".join(f"<li>{_link(d, d.title, 'page' if d is here else '')}</li>" for d in members)
        + "</ul>"
        for group, members in groupby(demos, key=lambda demo: demo.group)
    )
    words = f'<ul><li><a href="./{GLOSSARY}">Glossary</a></li></ul>' if terms() else ""
    inside = f'<nav aria-label="All demos">{groups}{words}</nav>'
    return f'<details class="choose"><summary>Choose a demo</summary>{inside}</details>'


def heading(demo: Demo) -> str:
    """HTML: the demo's title and, beside it, what a person can do here."""
    return f"<h2>{html.escape(demo.title)}</h2> <p>{html.escape(demo.summary)}</p>"


def _link(demo: Demo, words: str, current: str) -> str:
    mark = f' aria-current="{current}"' if current else ""
    return f'<a href="./{demo.name}"{mark}>{html.escape(words)}</a>'
