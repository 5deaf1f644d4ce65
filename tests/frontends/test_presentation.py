"""How words and pictures come before a person: files without loss where pixels mean something, words that are no markup."""

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from cnn_core.images import samples
from demos.frontends import presentation
from demos.spec import Choice, Demo, Lesson, Note, Picture, Pictures, Slider, Toggle


def opened(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def test_masks_and_small_pictures_lose_nothing() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1300, 1200, 3), np.uint8)  # 1.56 megapixels
    for picture, exact in ((noise, True), (noise[:40, :30], False)):
        data, ending = presentation.picture_file(picture, exact)
        assert ending == "png" and np.array_equal(opened(data), picture)


def test_large_photographs_lose_nothing_that_is_seen() -> None:
    steps = (np.arange(1300)[:, None] // 8 + np.arange(1200) // 8) % 2 * 200 + 20  # (1300, 1200) checks of 8 pixels
    picture = np.stack([steps, 240 - steps, steps], axis=-1).astype(np.uint8)  # (1300, 1200, 3)
    data, ending = presentation.picture_file(picture, False)
    assert ending == "jpg"
    assert np.abs(opened(data).astype(int) - picture).mean() < 1


def test_a_figure_is_a_png_sharp_enough_for_a_projector() -> None:
    figure = Figure(figsize=(3, 2))
    figure.subplots().plot([0, 1])
    height, width, _ = opened(presentation.figure_file(figure)).shape
    assert 400 < width < 520 and 250 < height < 360


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


@pytest.mark.parametrize(("place", "words"), [((12, 34), "12, 34"), ((0, 0), "0, 0"), (None, "")])
def test_a_place_in_words(place: tuple[int, int] | None, words: str) -> None:
    assert presentation.place_words(place) == words


SORTS = (("oak", "Oak tree"), ("elm", "Elm tree"))
TREES = Demo(
    title="Trees", summary="", lesson=Lesson(notice=("Leaves.",)), run=lambda **given: "", outputs=(Note(label="Said"),),
    inputs={
        "picture": Picture(label="Picture"), "more": Pictures(label="More"), "sort": Choice(label="Sort", options=SORTS),
        "height": Slider(label="Height", low=0, high=9, default=1), "green": Toggle(label="Green"),
    },
    examples=(
        {"picture": "chelsea", "sort": "elm"}, {"picture": "chelsea", "height": 3, "green": True},
        {"picture": "coffee", "sort": "oak"}, {"more": ["coffee", "chelsea", "rocket"]}, {"green": False}, {"height": 2},
    ),
)  # fmt: skip


def test_examples_are_called_by_their_pictures_and_twins_by_their_settings() -> None:
    cat, coffee = samples.title("chelsea"), samples.title("coffee")
    assert presentation.example_titles(TREES) == [
        f"{cat}, Sort: Elm tree", f"{cat}, Height: 3, Green", coffee, f"{coffee} and {cat}", "As it opens", "Height: 2"
    ]  # fmt: skip


def test_an_examples_first_picture_is_its_thumbnail() -> None:
    shown = [presentation.example_picture(TREES, example) for example in TREES.examples]
    assert shown[0] is not None and np.array_equal(shown[0], samples.load("chelsea"))
    assert shown[3] is not None and np.array_equal(shown[3], samples.load("coffee"))
    assert shown[4] is None
    own = np.zeros((2, 3, 3), np.uint8)
    assert presentation.example_picture(TREES, {"picture": own}) is own
