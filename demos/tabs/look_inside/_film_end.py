"""What the film of a whole network ends with: the answer that the network gives to the picture, in the words of its task."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.binary_classification import decide
from cnn_core.tasks.captioning import Writing, caption
from cnn_core.tasks.classification import classify
from cnn_core.tasks.detection import detect
from cnn_core.tasks.feeding import split
from cnn_core.tasks.localisation import localise
from cnn_core.tasks.multi_label import find_classes
from cnn_core.tasks.semantic_segmentation import segment

LIKELIEST = 5
"""Rows at most, but of a sentence, which has one for each word."""
SURE = 0.3
"""From this confidence on a box counts."""
Rows = list[tuple[str, float]]
"""(words, share 0..1)."""


def end_of_film(picture: PictureArray, network: str) -> dict[str, Any] | None:
    """{said: what is asked and how the answer came about, rows: Rows}; None where the last layer is the answer itself."""
    name, generator = split(network)
    answer = None if generator else ANSWERS.get(weights.card(name).task)
    if answer is None:
        return None
    said, rows = answer(picture, name)
    return {"said": said, "rows": [[words, round(float(share), 4)] for words, share in rows]}


def _class(picture: PictureArray, name: str) -> tuple[str, Rows]:
    rows = classify(picture, name).top(LIKELIEST)
    return f"The label: {_first(rows)} Softmax made probabilities of the last layer's values.", rows


def _one_of_two(picture: PictureArray, name: str) -> tuple[str, Rows]:
    found = decide(picture, name)
    rows = _highest([(found.positive, found.probability), (found.negative, 1 - found.probability)])
    return f"The label: {_first(rows)} A sigmoid made a probability of the one value.", rows


def _classes(picture: PictureArray, name: str) -> tuple[str, Rows]:
    rows = _highest(find_classes(picture, name).probabilities().items())
    return f"The labels: {_first(rows)} Each class has a sigmoid of its own.", rows


def _object(picture: PictureArray, name: str) -> tuple[str, Rows]:
    found = localise(picture, name)
    rows = found.classification.top(LIKELIEST)
    return f"An object (c_o = {found.presence:.2f}): {_first(rows)} Four more values are its box.", rows


def _objects(picture: PictureArray, name: str) -> tuple[str, Rows]:
    found = detect(picture, name, SURE)
    rows = _highest(zip(found.labels, found.scores.tolist(), strict=True))
    how = f"Non-maximum suppression left {len(found.labels)} with a confidence of {SURE:.0%} or more."
    return (f"The boxes: {_first(rows)} {how}" if rows else f"No box has a confidence of {SURE:.0%} or more."), rows


def _regions(picture: PictureArray, name: str) -> tuple[str, Rows]:
    found = segment(picture, name)
    shares = np.bincount(found.classes.ravel(), minlength=len(found.names)) / found.classes.size
    rows = [(label, share) for label, share in _highest(zip(found.names, shares.tolist(), strict=True)) if share]
    return f"The class map: {_first(rows)} That is its share of the pixels; each has its likeliest class.", rows


def _sentence(picture: PictureArray, name: str) -> tuple[str, Rows]:
    words = caption(picture, name, Writing("greedy")).words
    rows = [(word.word, word.probability) for word in words]
    return f"The sentence: {' '.join(word for word, _ in rows)}. Each word is the likeliest after those before it.", rows


def _highest(rows: Iterable[tuple[str, float]]) -> Rows:
    """The rows with the largest shares, the largest first."""
    return sorted(rows, key=lambda row: -row[1])[:LIKELIEST]


def _first(rows: Rows) -> str:
    words, share = rows[0]
    return f"{words}, {share:.0%}."


Answer = Callable[[PictureArray, str], tuple[str, Rows]]
ANSWERS: dict[str, Answer] = {
    "classification": _class,
    "hand_crafted": _class,
    "binary_classification": _one_of_two,
    "multi_label": _classes,
    "localisation": _object,
    "detection": _objects,
    "instance_segmentation": _objects,
    "semantic_segmentation": _regions,
    "upsampling": _regions,
    "captioning": _sentence,
}
"""Task -> how its networks answer; those of other tasks paint a picture, which is the last block's own."""
