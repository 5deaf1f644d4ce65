"""How words and pictures come before a person: files without loss where pixels mean something, words that are no markup."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from demos import catalogue
from demos.frontends import presentation
from demos.spec import Bars, Choice, Lesson, Note, Picture, Pictures, Plot, Slider
from tests.frontends import kitchen_sink


def opened(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def test_masks_small_pictures_and_drawings_lose_nothing() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (500, 400, 3), np.uint8)
    drawing = np.kron(noise[:10, :10], np.ones((40, 50, 1), np.uint8))  # (400, 500, 3) of 100 colours
    for picture, exact in ((noise, True), (noise[:40, :30], False), (drawing, False), (drawing[:, :, 0], False)):
        data, ending = presentation.picture_file(picture, exact)
        assert ending == "png" and np.array_equal(opened(data), picture)


def test_photographs_lose_nothing_that_is_seen() -> None:
    across, down = np.arange(600) / 600, np.arange(400) / 400
    light = 120 + 60 * np.sin(40 * across)[None] + 60 * np.cos(30 * down)[:, None]  # (400, 600)
    picture = np.stack([light, 240 - light, light / 2], axis=-1).round().astype(np.uint8)  # (400, 600, 3)
    data, ending = presentation.picture_file(picture, False)
    assert ending == "jpg" and len(data) < picture.size / 10
    assert np.abs(opened(data).astype(int) - picture).mean() < 1.5


def test_a_lesson_is_no_markup_and_folds_its_answers() -> None:
    lesson = Lesson(
        notice=("One.", "Two."),
        questions=(("Is 3 < 4 & 5 > 4?", "*Yes.*"), ("Why?", "Because.")),
        sources=("He 2015, arXiv:1512.03385",),
    )
    words = presentation.lesson_markdown(lesson)
    assert "- One.\n- Two." in words
    assert "<details><summary>Is 3 &lt; 4 &amp; 5 &gt; 4?</summary>\n\n*Yes.*\n\n</details>" in words
    assert "- He 2015, [arXiv:1512.03385](https://arxiv.org/abs/1512.03385)" in words


def test_sizes_and_units_stay_in_one_line() -> None:
    words = presentation.keep_together("unpooling: 4 × 4, 28.2 % in 12 ms, 3 splits, 2 s; 5 pxs, 28 × 28 px")
    assert words.replace("\u00a0", "_") == "unpooling: 4_×_4, 28.2_% in 12_ms, 3 splits, 2_s; 5 pxs, 28_×_28_px"


def test_the_facts_are_one_line_that_opens() -> None:
    facts = "**CPU** · 51 ms in the network  \n**Net <1>**: AP 37 %"
    assert presentation.folded_facts(facts) == (
        "<details><summary><strong>CPU</strong> · 51 ms in the network · <strong>Net &lt;1&gt;</strong>: AP 37 %</summary>"
        f"\n\n{facts}\n\n</details>"
    )
    assert presentation.folded_facts("") == ""


def test_the_main_picture_is_the_first_that_is_not_folded() -> None:
    fields = (
        Bars(label="Bars"), Plot(label="Folded", folded=True), Note(label="Said"), Note(label="Loud", tone="headline"),
        Pictures(label="Several"), Picture(label="One"),
    )  # fmt: skip
    demo = replace(kitchen_sink.DEMO, inputs={}, outputs=fields, examples=())
    assert presentation.main_picture(demo) == 4 and presentation.headline(demo) == 3
    words = replace(demo, outputs=fields[:3])
    assert presentation.main_picture(words) is None and presentation.headline(words) is None


@pytest.mark.parametrize(("place", "words"), [((12, 34), "12, 34"), ((0, 0), "0, 0"), (None, "")])
def test_a_place_in_words(place: tuple[int, int] | None, words: str) -> None:
    assert presentation.place_words(place) == words


def test_an_example_s_settings_are_what_it_changes_in_the_page_s_own_words() -> None:
    def layers_of(network: str) -> tuple[tuple[str, str], ...]:
        return (("7", "seventh"), ("8", f"{network}'s eighth layer"))

    demo = replace(
        kitchen_sink.DEMO,
        inputs={
            "picture": Picture(label="A picture"),
            "network": Choice(label="Network", options=lambda: (("deep_v2", "Deep"), ("flat_v1", "Flat"))),
            "layer": Choice(label="Layer", options=layers_of, depends_on=("network",)),
            "share": Slider(label="Share", low=0, high=1, step=0.1, default=0.3),
        },
        outputs=(Note(label="Said"),),
        examples=(),
    )
    example = {"picture": "chelsea", "network": "flat_v1", "layer": "8", "share": 0.3}
    assert presentation.example_settings(demo, example) == "Network: Flat, Layer: flat_v1's eighth layer"
    assert presentation.example_settings(demo, {"picture": "chelsea", "network": "deep_v2", "share": 0.3}) == ""
    assert presentation.example_settings(demo, {"network": "deep_v2", "share": 0.3}) == "Network: Deep, Share: 0.3"


def test_headline_and_main_picture_come_first() -> None:
    """Classify's outputs begin with its headline and its bars; a page shows the picture before the bars."""
    demo = catalogue.demo_named("classify")
    labels = [demo.outputs[k].label for k in presentation.by_weight(demo)]
    assert labels.index("Where it looked (Grad-CAM)") == 1
    assert labels.index("Probabilities") > 1
    assert sorted(presentation.by_weight(demo)) == list(range(len(demo.outputs)))
