"""Plain words and Markdown as HTML, with technical terms that explain themselves."""

import importlib
import re
from collections.abc import Mapping
from functools import cache

from markdown_it import MarkdownIt

MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
TAG = re.compile(r"(<[^>]*>)")
QUIET = ("a", "code", "pre")
"""Elements in which no term is marked."""


def markdown(words: str) -> str:
    """Markdown as HTML; marks of HTML in it are shown, not obeyed."""
    return str(MARKDOWN.render(words))


def markdown_line(words: str) -> str:
    """One line of Markdown as HTML, without a paragraph around it."""
    return str(MARKDOWN.renderInline(words))


@cache
def terms() -> Mapping[str, str]:
    """Technical term -> what it means, one sentence."""
    try:
        found = importlib.import_module("demos.glossary").TERMS
    except ModuleNotFoundError:  # no glossary, no marks
        found = {}
    return dict(found)


class Terms:
    """The terms of one card: each is marked where it stands first.

    Args:
        meanings: term -> its sentence.
    """

    def __init__(self, meanings: Mapping[str, str] | None = None) -> None:
        self._meanings = {term.lower(): (term, told) for term, told in (terms() if meanings is None else meanings).items()}
        longest_first = sorted(self._meanings, key=len, reverse=True)
        several = "|".join(re.escape(term) for term in longest_first)
        self._words = re.compile(rf"(?<![\w-])({several})(s|es)?(?![\w-])", re.IGNORECASE) if longest_first else None
        self._seen: set[str] = set()

    def mark(self, page: str) -> str:
        """The HTML with each term that was not marked before as a thing to hover, focus or tap."""
        if self._words is None:
            return page
        quiet, parts = 0, []
        for part in TAG.split(page):
            if not part.startswith("<"):
                parts.append(part if quiet else self._words.sub(self._marked, part))
                continue
            parts.append(part)
            name = part.strip("</>").split()[0] if part.strip("</>") else ""
            if name in QUIET:
                quiet += -1 if part.startswith("</") else 1
        return "".join(parts)

    def _marked(self, found: re.Match[str]) -> str:
        key = found.group(1).lower()
        if key in self._seen:
            return found.group(0)
        self._seen.add(key)
        name = term_id(self._meanings[key][0])
        return (
            f'<span class="term" tabindex="0" aria-describedby="{name}">{found.group(0)}'
            f'<span class="meaning" role="tooltip" id="{name}">{markdown_line(self._meanings[key][1])}</span></span>'
        )


def term_id(term: str) -> str:
    """The term's name as an identifier on the page: "mean IoU" -> "term-mean-iou"."""
    return "term-" + re.sub(r"\W+", "-", term.lower()).strip("-")
