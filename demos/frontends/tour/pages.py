"""The pages of a tour as HTML: the index, and one for each demo. No script; every address is relative."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from cnn_core.images import samples
from demos import runner
from demos.frontends import presentation
from demos.frontends.markup import markdown, markdown_line
from demos.frontends.tour.files import Files
from demos.frontends.tour.outputs import figure, show
from demos.spec import Button, Demo, Field, Lesson, Memory, Picture, Pictures

STILL = "These pages show what the networks answered when the tour was made; nothing runs here."


@dataclass(frozen=True)
class Visited:
    """An example and what came of it.

    Attributes:
        title: what it shows.
        example: the inputs that it sets, as the demo's ``examples`` have them.
        answer: the last that the run had to show; None if it had none.
        trouble: the sentence with which the run ended before its end; "".
    """

    title: str
    example: Mapping[str, Any]
    answer: runner.Answer | None
    trouble: str = ""


def page(title: str, body: str) -> str:
    """A whole page around its body (HTML)."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{html.escape(title)}</title>\n"
        '<link rel="icon" href="favicon.svg">\n<link rel="stylesheet" href="tour.css">\n'
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def index(demos: Sequence[Demo]) -> str:
    """The first page: what this is, and every demo by group."""
    groups = "".join(
        f"<section><h2>{html.escape(group)}</h2><ul>{''.join(map(_card, members))}</ul></section>"
        for group, members in groupby(demos, key=lambda demo: demo.group)
    )
    head = f"<header><h1>{presentation.NAME}</h1><p>{presentation.PURPOSE}</p><p>{STILL}</p></header>"
    return page(presentation.NAME, f'{head}<main class="index">{groups}</main>')


def _card(demo: Demo) -> str:
    return (
        f'<li><a href="{demo.name}.html"><b>{html.escape(demo.title)}</b> <span>{html.escape(demo.summary)}</span></a></li>'
    )


def demo_page(demo: Demo, demos: Sequence[Demo], visits: Sequence[Visited], files: Files) -> str:
    """A demo's page: its examples with their results, the lesson, the code."""
    names = [each.name for each in demos]
    ways = "".join(f'<li><a href="#example-{k}">{html.escape(v.title)}</a></li>' for k, v in enumerate(visits, 1))
    parts = [
        _between(demo, demos),
        f"<header><p>{html.escape(demo.group)}</p><h1>{html.escape(demo.title)}</h1><p>{html.escape(demo.summary)}</p></header>",
        "<main>",
        f'<nav aria-label="Examples"><ul class="ways">{ways}</ul></nav>' if len(visits) > 1 else "",
        *(_example(demo, visited, k, files, names) for k, visited in enumerate(visits, 1)),
        _settings(demo),
        lesson(demo.lesson),
        f"<section><details><summary>The code</summary><pre><code>{html.escape(runner.source_of(demo))}</code></pre>"
        "</details></section></main>",
        _between(demo, demos),
    ]
    return page(f"{demo.title}, {presentation.NAME}", "\n".join(part for part in parts if part))


def _between(demo: Demo, demos: Sequence[Demo]) -> str:
    """The way to the demo before, to the index and to the demo after."""
    here = next(k for k, other in enumerate(demos) if other.name == demo.name)
    before = f'<a rel="prev" href="{demos[here - 1].name}.html">← {html.escape(demos[here - 1].title)}</a>' if here else ""
    last = here == len(demos) - 1
    after = "" if last else f'<a rel="next" href="{demos[here + 1].name}.html">{html.escape(demos[here + 1].title)} →</a>'
    middle = f'<a href="index.html">{presentation.NAME}</a>'
    return f'<nav class="between"><span>{before}</span><span>{middle}</span><span>{after}</span></nav>'


def _example(demo: Demo, visited: Visited, number: int, files: Files, names: Sequence[str]) -> str:
    """An example: what goes in, then what comes out; what the app folds away is folded here, too."""
    shown: dict[bool, list[str]] = {False: [], True: []}
    values = visited.answer.values if visited.answer else ()
    for entry, value in zip(demo.outputs, values, strict=False):
        shown[isinstance(entry, Field) and entry.folded].append(show(entry, value, files, names))
    folded = "".join(shown[True])
    parts = [
        f'<section class="example" id="example-{number}"><h2>{html.escape(visited.title)}</h2>',
        _inputs(demo, visited.example, files),
        f'<p class="note warning">{html.escape(visited.trouble)}</p>' if visited.trouble else "",
        *shown[False],
        f"<details><summary>More results</summary>{folded}</details>" if folded else "",
        f'<div class="facts">{markdown(visited.answer.facts)}</div>' if visited.answer else "",
        "</section>",
    ]
    return "\n".join(part for part in parts if part)


def _inputs(demo: Demo, example: Mapping[str, Any], files: Files) -> str:
    """The pictures that an example sets, with who made them, and its other settings in words."""
    shown = []
    for name, value in example.items():
        field = demo.inputs[name]
        if isinstance(field, Picture | Pictures) and value is not None:
            several = value if isinstance(value, list | tuple) else [value]
            shown += [_input_picture(field, picture, files) for picture in several]
    settings = presentation.example_settings(demo, example)
    words = f"<p>{html.escape(settings)}</p>" if settings else ""
    pictures = f'<div class="inputs">{"".join(shown)}</div>' if shown else ""
    return f"<h3>What goes in</h3>{pictures}{words}<h3>What comes out</h3>" if shown or settings else ""


def _input_picture(field: Picture | Pictures, value: Any, files: Files) -> str:
    if isinstance(value, str):
        title, credit = samples.title(value), f" <small>({html.escape(samples.credit(value))})</small>"
        return figure(files.keep_picture(samples.load(value)), title, html.escape(title) + credit)
    return figure(files.keep_picture(np.asarray(value)), field.label, html.escape(field.label))


def _settings(demo: Demo) -> str:
    """What a person can set in the app, by name."""
    labels = [
        field.label for field in demo.inputs.values() if not isinstance(field, Picture | Pictures | Memory | Button)
    ]  # fmt: skip
    return f"<section><h2>In the app you can set</h2><p>{html.escape(', '.join(labels))}.</p></section>" if labels else ""


def lesson(words: Lesson) -> str:
    """The lesson: what to notice, the questions with answers folded away, the sources."""
    notice = "".join(f"<li>{markdown_line(sentence)}</li>" for sentence in words.notice)
    questions = "".join(
        f"<details><summary>{markdown_line(ask)}</summary>{markdown(answer)}</details>" for ask, answer in words.questions
    )
    sources = "".join(f"<li>{markdown_line(presentation.linked(source))}</li>" for source in words.sources)
    listed = f"<h3>Sources</h3><ul>{sources}</ul>" if sources else ""
    return (
        f'<section class="lesson"><h2>What to notice</h2><ul>{notice}</ul>'
        f"<h3>Questions for the class</h3>{questions}{listed}</section>"
    )
