"""The lesson that stands beside a demo, as HTML: the same in every front end. What is empty takes no room."""

import html
from collections.abc import Collection

from demos.frontends import presentation
from demos.frontends.markup import Terms, markdown, markdown_line
from demos.paths import PATHS, Path, next_stop
from demos.spec import Demo, Lesson, Try

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


def _question(ask: str, answer: str, terms: Terms) -> str:
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


def way_on(demo: Demo, shown: Collection[str], address: str = "./{}") -> str:
    """The next stop of the lecture as a link, under the place of this one; "" for a demo beside all paths.

    Args:
        shown: the names of the demos that there are.
        address: of a demo, "{}" for its name.
    """
    path = path_of(demo.name)
    if path is None:
        return ""
    stops = [stop.demo for stop in path.stops if stop.demo in shown]
    place = f"Stop {stops.index(demo.name) + 1} of {len(stops)} · {html.escape(path.title)}"
    following = next_stop(demo.name, shown)
    if following is None:
        return f'<p class="way">{place}</p>'
    link = f'<a href="{address.format(following.demo)}">Next: {html.escape(following.asks)} →</a>'
    return f'<p class="way">{place} {link}</p>'


def path_of(demo: str) -> Path | None:
    """The path that a demo's page leads along: the first that visits it."""
    return next((path for path in PATHS if any(stop.demo == demo for stop in path.stops)), None)
