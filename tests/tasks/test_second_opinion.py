"""What another network sees, and a classifier has no class for."""

from types import SimpleNamespace

import numpy as np
import pytest

from cnn_core.runtime import weights
from cnn_core.tasks import second_opinion
from cnn_core.tasks.multi_label import Labels
from cnn_core.tasks.second_opinion import object_without_class

PICTURE = np.zeros((4, 6, 3), np.uint8)
NAMES = ("person", "dog", "bird", "horse")
TINY = SimpleNamespace(classes=("golden retriever", "academic gown", "goose"))


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch):
    """Makes the multi-label network give these probabilities."""

    def put(*probabilities: float) -> None:
        p = np.array(probabilities)
        answer = Labels(NAMES, np.log(p / (1 - p)).astype(np.float32), np.zeros((4, 1, 1), np.float32))
        card = SimpleNamespace(record={"per_class": {"person": 0.88, "dog": 0.8, "bird": 0.16, "horse": 0.5}})
        monkeypatch.setattr(second_opinion, "find_classes", lambda picture, name: answer)
        monkeypatch.setattr(weights, "names", lambda task=None: ["labels_made"])
        monkeypatch.setattr(weights, "card", lambda name: card)

    return put


@pytest.mark.parametrize(
    ("probabilities", "best", "expected"),
    [
        ((0.93, 0.1, 0.1, 0.1), "academic gown", "person"),  # no class for people: say so
        ((0.49, 0.1, 0.1, 0.1), "academic gown", None),  # more likely absent
        ((0.1, 0.9, 0.1, 0.1), "academic gown", None),  # it has classes for dogs
        ((0.93, 0.8, 0.1, 0.1), "golden retriever", None),  # the other network sees its dog, too
        ((0.1, 0.1, 0.99, 0.1), "academic gown", None),  # of birds the other network knows too little
        ((0.6, 0.1, 0.1, 0.7), "academic gown", "horse"),  # the likelier of the two
        ((0.7, 0.9, 0.1, 0.1), "academic gown", "person"),  # a likelier dog, for which it has classes, does not hide her
    ],
)
def test_only_what_is_certain_and_nameless_counts(says, probabilities, best, expected) -> None:
    says(*probabilities)
    found = object_without_class(PICTURE, TINY, best)
    assert (found.name if found else None) == expected
    if found:
        assert found.probability == pytest.approx(probabilities[NAMES.index(found.name)], abs=1e-6)


def test_without_a_multi_label_network_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "names", lambda task=None: [])
    assert object_without_class(PICTURE, TINY, "goose") is None
