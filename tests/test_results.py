"""Results check their shapes when they are made, cannot be changed, and answer simple questions rightly."""

import dataclasses

import numpy as np
import pytest

from cnn_core.results import Activations, Classification, Detections, Heatmap, LayerFacts


def floats(*values):
    return np.array(values, np.float32)


# A fair coin and a die with four equal sides: their entropies are 1 and 2 bits.
CERTAIN = Classification(("cat", "dog"), floats(99, 0), floats(1, 0))
COIN = Classification(("cat", "dog"), floats(3, 3), floats(0.5, 0.5))
FOUR = Classification(("a", "b", "c", "d"), floats(0, 0, 0, 0), floats(0.25, 0.25, 0.25, 0.25))
UNEVEN = Classification(("a", "b", "c"), floats(0, 2, 1), floats(0.125, 0.5, 0.375))


def test_top_is_likeliest_first():
    assert UNEVEN.top(2) == [("b", 0.5), ("c", 0.375)]
    assert UNEVEN.top(99) == [("b", 0.5), ("c", 0.375), ("a", 0.125)]
    assert UNEVEN.top(0) == []


def test_equally_likely_classes_keep_their_order():
    assert [name for name, _ in FOUR.top(4)] == ["a", "b", "c", "d"] and FOUR.best == 0


def test_best():
    assert UNEVEN.best == 1 and isinstance(UNEVEN.best, int)


@pytest.mark.parametrize(
    ("result", "bits"),
    [(CERTAIN, 0), (COIN, 1), (FOUR, 2), (UNEVEN, 0.125 * 3 + 0.5 * 1 + 0.375 * np.log2(8 / 3))],
)
def test_entropy_by_hand(result, bits):
    assert result.entropy == pytest.approx(bits)


@pytest.mark.parametrize("make", [
    lambda: Classification(("a", "b"), floats(1, 2, 3), floats(0.5, 0.5)),
    lambda: Classification(("a", "b"), floats(1, 2), floats(1)),
    lambda: Classification(("a",), floats(1).reshape(1, 1), floats(1)),
    lambda: Detections(np.zeros((2, 4), np.float32), floats(1, 1), ("cat",)),
    lambda: Detections(np.zeros((1, 5), np.float32), floats(1), ("cat",)),
    lambda: Detections(np.zeros((1, 4), np.float32), floats(1, 1), ("cat",)),
    lambda: Heatmap(np.zeros((1, 2, 3), np.float32), "cat"),
    lambda: Activations("conv1", np.zeros((2, 3), np.float32)),
    lambda: Activations("conv1", np.zeros((1, 2, 3, 4), np.float32)),
])  # fmt: skip
def test_wrong_shapes_are_refused(make):
    with pytest.raises(ValueError, match="expected"):
        make()


@pytest.mark.parametrize("value", [-0.01, 1.01, np.nan, np.inf])
def test_a_heatmap_holds_shares(value):
    with pytest.raises(ValueError, match=r"finite values within 0\.\.1"):
        Heatmap(floats(0, value).reshape(1, 2), "cat")


def test_what_is_right_is_accepted():
    assert Detections(np.zeros((0, 4), np.float32), floats(), ()).labels == ()
    assert Heatmap(floats(0, 1).reshape(1, 2), "cat").layer == ""
    assert Activations("fc", np.zeros((10, 1, 1), np.float32)).layer == "fc"


@pytest.mark.parametrize("result", [COIN, Heatmap(floats(0).reshape(1, 1), "cat"), LayerFacts("a", "b", (1,), 2, 3, 4)])
def test_a_result_cannot_be_changed(result):
    name = dataclasses.fields(result)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(result, name, None)
