"""The lesson that stands beside a demo, as HTML: the same in every front end. What is empty takes no room."""

import html
from collections.abc import Callable, Sequence

from demos.frontends import presentation
from demos.frontends.markup import Terms, markdown, markdown_line
from demos.paths import Place
from demos.spec import Lesson, Try

SEE, TRY, MORE = "What you see", "Try this", "More for the class"


def what_you_see(lesson: Lesson, terms: Terms) -> str:
    """The one sentence under its heading; "" until somebody has written it."""
    return f"<h4>{SEE}</h4><p>{terms.mark(markdown_line(lesson.see))}</p>" if lesson.see else ""


def what_to_watch(tried: Try) -> str:
    """What to look at after a press of "Try this"."""
    return f"<p><b>{html.escape(tried.words)}.</b> {markdown_line(tried.watch)}</p>"


def to_think_about(lesson: Lesson, terms: Terms) -> str:
    """The first question with its answer behind a press, the others behind another, and all that a lecturer may want."""
    first, *others = (_question(ask, answer, terms) for ask, answer in lesson.questions)
    count = len(others)
    further = f"{count} more question{'s' if count > 1 else ''}"
    more = f'<details class="further"><summary>{further}</summary>{"".join(others)}</details>' if others else ""
    return f"{first}{more}{_for_the_class(lesson, terms)}"


def own_questions(place: Place, terms: Terms) -> str:
    """The lecturer's own questions at this stop of their lesson, before the demo's; "" without any."""
    return "".join(_question(ask, answer, terms) for ask, answer in place.stop.questions)


def _question(ask: str, answer: str, terms: Terms) -> str:
    if not answer:
        return f'<p class="question">{markdown_line(ask)}</p>'
    return (
        f'<details class="question"><summary>{markdown_line(ask)}</summary>'
        f"{terms.mark(markdown(answer))}</details>"
    )  # fmt: skip


def _for_the_class(lesson: Lesson, terms: Terms) -> str:
    notice = "".join(f"<li>{terms.mark(markdown_line(sentence))}</li>" for sentence in lesson.notice)
    sources = "".join(f"<li>{markdown_line(presentation.linked(source))}</li>" for source in lesson.sources)
    listed = f"<h5>Sources</h5><ul>{sources}</ul>" if sources else ""
    return (
        f'<details class="notice"><summary>{MORE}</summary><h5>What to notice</h5><ul>{notice}</ul>{listed}</details>'
    )  # fmt: skip


# ---------------------------------------------------------------- where a page stands


def asked(place: Place) -> str:
    """The question that led to this stop of a lecturer's lesson; "" on other paths."""
    return f'<p class="asked">{html.escape(place.stop.asks)}</p>' if place.path.numbered else ""


def stands_at(place: Place) -> str:
    """Which stop of which path this is, in words (HTML)."""
    return f"Stop {place.number} of {len(place.stops)} · {html.escape(place.path.title)}"


def way_on(place: Place, address: str = "./{}") -> str:
    """The next stop of the path as a link, under the place of this one.

    ``address``: of a demo, "{}" for its name.
    """
    if place.following is None:
        return f'<p class="way">{stands_at(place)}</p>'
    following = f"Next: {html.escape(place.following.stop.asks)} →"
    link = f'<a href="{html.escape(place.following.address(address))}">{following}</a>'
    return f'<p class="way">{stands_at(place)} {link}</p>'


def at_stops(places: Sequence[Place], draw: Callable[[Place], str]) -> str:
    """What ``draw`` makes for a page that stands at one of these places; of several, the address says which is seen.

    The first is, where it says none (css/lesson.css, address.js).
    """
    pieces = [(place.number, draw(place)) for place in places]
    if len(pieces) < 2 or not any(piece for _, piece in pieces):
        return "".join(piece for _, piece in pieces)
    return "".join(f'<div class="at-stop at-stop-{number}">{piece}</div>' for number, piece in pieces)
