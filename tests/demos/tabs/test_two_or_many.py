"""Two classes or many: the threshold's counts, the sigmoid and the softmax worked with the numbers shown."""

from dataclasses import replace

import numpy as np
import pytest

from cnn_core.results import Classification
from cnn_core.tasks.binary_classification import Decision
from demos import runner
from demos.tabs.recognise import two_or_many

DEMO = replace(two_or_many.DEMO, name="two_or_many")
LABELS = [output.label for output in DEMO.outputs]


def outputs(**values):
    """The demo's outputs by label."""
    (answer,) = runner.answers(DEMO, runner.example_values(DEMO, {"picture": "chelsea", **values}))
    return dict(zip(LABELS, answer.values, strict=True))


def test_at_threshold_0_every_picture_is_called_a_dog():
    shown = outputs(threshold=0.0)
    assert shown["Cat or dog"].startswith("**dog**")
    (_, _, missed), (_, _, cats) = shown["Validation pictures at this threshold"]
    assert missed == cats == 0
    assert "100% of the dogs are found, 100% of the cats are called dogs" in shown["What the threshold does"]


def test_at_threshold_1_almost_none_is():
    (_, found, _), (_, called, _) = outputs(threshold=1.0)["Validation pictures at this threshold"]
    assert found + called <= 5  # only those whose stored probability rounds to 1


def test_the_counts_are_those_of_the_card():
    from cnn_core.runtime import weights

    table = outputs(threshold=0.5)["Validation pictures at this threshold"]
    assert sum(sum(row[1:]) for row in table) == sum(m["n"] for m in weights.card(two_or_many.CAT_OR_DOG).metrics.values())


def test_the_sigmoid_in_words():
    words = two_or_many.sigmoid_in_words(Decision("cat", "dog", -np.log(3)), 0.5)
    assert words == (
        "One logit: z = -1.099. Sigmoid: 1 / (1 + e^1.099) = 1 / (1 + 3) = 0.250, which is below the threshold 0.50."
    )


def test_the_softmax_in_rows():
    logits = np.log([1.0, 6.0, 3.0]).astype(np.float32)
    answer = Classification(("a", "b", "c"), logits, np.array([0.1, 0.6, 0.3], np.float32))
    assert two_or_many.softmax_rows(answer) == [
        ["b", "1.79", "6", "60.0%"],
        ["c", "1.10", "3", "30.0%"],
        ["a", "0.00", "1", "10.0%"],
        ["sum", "", "10", "100.0%"],
    ]


def test_only_networks_of_ten_classes_are_offered():
    from cnn_core.runtime import weights

    offered = [name for name, _ in two_or_many.ten_class_networks()]
    assert offered
    assert all(len(weights.card(name).classes) == 10 for name in offered)


@pytest.mark.parametrize("threshold", [0.2, 0.8])
def test_the_threshold_changes_no_probability(threshold):
    percent = outputs(threshold=threshold)["Cat or dog"].split("P(dog) = ")[1]
    assert percent == outputs()["Cat or dog"].split("P(dog) = ")[1]
