"""How a demo's words and pictures are put before a person, the same in every front end. Knows no browser library."""

import html
import io
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from cnn_core.images import samples
from demos import runner
from demos.frontends.markup import markdown_line
from demos.spec import (
    BeforeAfter,
    Choice,
    ClassMap,
    Demo,
    Field,
    Lesson,
    Note,
    Picture,
    PictureArray,
    Pictures,
    Plot,
    Regions,
    Scene,
    Toggle,
)

NAME = "CNN Lab"
PURPOSE = "See what convolutional networks do, and look inside while they work."
SMALL = 20_000
"""Pixels of a picture that PNG makes no larger to speak of."""
FEW_COLOURS = 200
ARXIV = re.compile(r"arXiv:(\d{4}\.\d{4,5})")


# ---------------------------------------------------------------- words


def lesson_markdown(lesson: Lesson) -> str:
    """The lesson as Markdown: what to notice, the questions with answers folded away, the sources as links."""
    parts = ["#### What to notice", "\n".join(f"- {sentence}" for sentence in lesson.notice)]
    if lesson.questions:
        parts.append("#### Questions for the class")
        for ask, answer in lesson.questions:
            parts.append(f"<details><summary>{html.escape(ask, quote=False)}</summary>\n\n{answer}\n\n</details>")
    if lesson.sources:
        parts += ["#### Sources", "\n".join(f"- {linked(source)}" for source in lesson.sources)]
    return "\n\n".join(parts)


def linked(source: str) -> str:
    """A source with its arXiv number as a Markdown link."""
    return ARXIV.sub(r"[arXiv:\1](https://arxiv.org/abs/\1)", source)


def headline(demo: Demo) -> int | None:
    """Which of a demo's outputs says the answer large; None where none does."""
    return next((k for k, field in enumerate(demo.outputs) if isinstance(field, Note) and field.tone == "headline"), None)


def main_picture(demo: Demo) -> int | None:
    """Which of a demo's outputs is the picture that a page shows large: the first that is not folded; None without one."""
    kinds = Picture | Regions | ClassMap | BeforeAfter | Pictures | Plot | Scene
    return next((k for k, field in enumerate(demo.outputs) if isinstance(field, kinds) and not field.folded), None)


def is_drawn(demo: Demo) -> bool:
    """Whether the page's main picture is a drawing that is touched, with numbers and names in it."""
    main = main_picture(demo)
    return main is not None and isinstance(demo.outputs[main], Scene)


def by_weight(demo: Demo) -> list[int]:
    """The numbers of a demo's outputs in the order in which a page shows them: headline, main picture, the others."""
    first = [k for k in (headline(demo), main_picture(demo)) if k is not None]
    return [*first, *(k for k in range(len(demo.outputs)) if k not in first)]


def keep_together(words: str) -> str:
    """The words, no line of which ends within "4 × 4" or between a number and its unit."""
    sizes = re.sub(r"(?<=\d) × (?=\d)", "\u00a0×\u00a0", words)
    return re.sub(r"(?<=\d) (?=(?:%|ms|s|px|MB)(?!\w))", "\u00a0", sizes)


def folded_facts(facts: str) -> str:
    """What every run reports (Markdown) as one line that opens; "" without facts."""
    if not facts:
        return ""
    line = " · ".join(markdown_line(part) for part in facts.split("  \n"))
    return f"<details><summary>{line}</summary>\n\n{facts}\n\n</details>"


def place_words(place: tuple[int, int] | None) -> str:
    """A point in words: "120, 85", or "" before the first click."""
    return "" if place is None else f"{place[0]}, {place[1]}"


def example_title(demo: Demo, example: Mapping[str, Any]) -> str:
    """What an example shows, for a person: its title, or its sample pictures' titles, or the values that it sets."""
    if demo.example_titles:
        return demo.example_titles[next(k for k, known in enumerate(demo.examples) if known is example)]
    pictures: list[Any] = []
    for name, value in example.items():
        if isinstance(demo.inputs[name], Picture | Pictures):
            pictures += value if isinstance(value, list | tuple) else [value]
    titles = [samples.title(name) for name in pictures if isinstance(name, str)]
    return " and ".join(titles[:2]) or example_settings(demo, example) or "As it opens"


def example_titles(demo: Demo) -> list[str]:
    """What each example shows; where two show the same, also how they differ."""
    titles = [example_title(demo, example) for example in demo.examples]
    settings = [example_settings(demo, example) for example in demo.examples]
    return [f"{t}, {s}" if s and s != t and titles.count(t) > 1 else t for t, s in zip(titles, settings, strict=True)]


def example_settings(demo: Demo, example: Mapping[str, Any]) -> str:
    """What an example sets besides its pictures, as the page calls it: "Sort: Tree"; "" if that is nothing.

    Beside a picture, which says more, only what differs from the defaults is named.
    """
    before = runner.defaults(demo)
    pictured = any(isinstance(demo.inputs[name], Picture | Pictures) for name in example)
    values = before | dict(example)
    words = []
    for name, value in example.items():
        field = demo.inputs[name]
        if not isinstance(field, Field) or isinstance(field, Picture | Pictures):
            continue
        if pictured and value == before[name]:
            continue
        if isinstance(field, Choice) and isinstance(value, str):
            value = dict(runner.options_of(field, values))[value]
        words.append(f"{field.label}: {value}" if not isinstance(field, Toggle) else field.label if value else "")
    return ", ".join(word for word in words if word)


def example_picture(demo: Demo, example: Mapping[str, Any]) -> PictureArray | None:
    """What an example's button shows: what the demo draws for it, else the first picture that it sets; None without."""
    drawn = demo.thumbnail(runner.defaults(demo) | dict(example)) if demo.thumbnail else None
    if drawn is not None:
        return drawn
    for name, field in demo.inputs.items():
        value = example.get(name)
        if isinstance(field, Pictures) and value is not None and len(value):
            value = value[0]
        if isinstance(field, Picture | Pictures) and value is not None:
            return samples.load(value) if isinstance(value, str) else value
    return None


# ---------------------------------------------------------------- pictures


def picture_file(picture: PictureArray, exact: bool) -> tuple[bytes, str]:
    """A picture's file and its ending: JPEG of high quality for a photograph, else PNG, which loses nothing.

    PNG is for small pictures, for drawings (few colours), and wherever ``exact`` says that pixels mean something. On a core
    that is shared, a photograph of 1280 x 960 takes 155 ms and 1.3 MB as PNG, 13 ms and 0.2 MB as JPEG.
    """
    file = io.BytesIO()
    if exact or picture.shape[0] * picture.shape[1] <= SMALL or is_drawing(picture):
        Image.fromarray(picture).save(file, "PNG", compress_level=1)
        return file.getvalue(), "png"
    Image.fromarray(picture).save(file, "JPEG", quality=92, subsampling=0)
    return file.getvalue(), "jpg"


def is_drawing(picture: PictureArray) -> bool:
    """Whether a picture (H, W) or (H, W, 3) uint8 has few colours, judged by some thousand of its pixels."""
    step = max(1, max(picture.shape[:2]) // 64)
    some = picture[::step, ::step].astype(np.int32)
    numbers = some if some.ndim == 2 else some @ np.array([1, 256, 65536])  # (h, w): one number for each colour
    return len(np.unique(numbers)) <= FEW_COLOURS
