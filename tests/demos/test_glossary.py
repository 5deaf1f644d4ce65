"""The glossary explains words that are used, in one sentence each."""

from collections.abc import Iterator

import pytest

from cnn_core.runtime import weights
from demos import catalogue
from demos.glossary import TERMS
from demos.spec import Choice, Demo, Field, Table

LONGEST = 200


def texts(demo: Demo) -> Iterator[str]:
    """All words of a tab's description, and those of its networks' cards."""
    yield from (weights.card(name).line for name in demo.weights)
    lesson = demo.lesson
    yield from (demo.title, demo.summary, lesson.see, *lesson.notice, *demo.example_titles)
    for pair in lesson.questions:
        yield from pair
    for entry in lesson.tries:
        yield from (entry.words, entry.watch)
    for field in (*demo.inputs.values(), *demo.outputs):
        if isinstance(field, Field):
            yield from (field.label, field.help)
        if isinstance(field, Table):
            yield from field.columns
        if isinstance(field, Choice) and not callable(field.options):
            yield from (label for _, label in field.options)


ALL = " ".join(words for demo in catalogue.find_demos() for words in texts(demo)).lower()


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_used_and_explained_in_one_sentence(term: str) -> None:
    sentence = TERMS[term]
    assert term.lower() in ALL, "no tab uses it"
    assert sentence.endswith(".")
    assert sentence[0].isupper()
    assert len(sentence) < LONGEST
    assert ". " not in sentence


def test_the_words_that_lectures_need_are_there() -> None:
    wanted = {
        "IoU",
        "NMS",
        "logit",
        "softmax",
        "sigmoid",
        "softmax temperature",
        "embedding",
        "receptive field",
        "Frechet distance",
    }
    wanted |= {"feature map", "kernel", "stride", "padding", "anchor", "RoIAlign", "Grad-CAM", "one-hot", "label vector"}
    wanted |= {"mean IoU", "threshold", "false accepts", "triplet", "margin", "noise vector", "truncation", "discriminator"}
    assert wanted | {"generator", "checkerboard", "transposed convolution", "max-unpooling"} <= set(TERMS)
