"""The tab Before deep learning: what is drawn of the features, and what is said of both machines."""

from types import SimpleNamespace

import numpy as np
import pytest

from demos.tabs.experiments import hand_crafted as tab


def card(name: str, title: str, right: list[float], mistaken: list[str]) -> SimpleNamespace:
    return SimpleNamespace(
        name=name, title=title, classes=("ant", "bee", "cow"), top1=sum(right) / 3, parameters=1234,
        record={"per_class": {"right": right, "mistaken_for": mistaken}},
    )  # fmt: skip


MACHINE = card(tab.MACHINE, "SVM", [0.5, 0.6, 0.4], ["bee", "ant", "bee"])
NETWORK = card("other", "Net", [0.6, 0.9, 0.3], ["cow", "cow", "ant"])


def test_the_lead_is_the_networks_and_its_widest_stands_first() -> None:
    chart = tab.plot_lead(MACHINE, NETWORK)
    (bars,) = chart.layers
    assert bars.names == ("bee", "ant", "cow") and bars.values == pytest.approx((30, 10, -10))
    assert "+30 points (bee) to -10 (cow)" in chart.words


def test_each_class_with_both_shares_and_both_mistakes() -> None:
    assert tab.list_classes(MACHINE, NETWORK)[1] == ["bee", "60%", "ant", "90%", "cow"]


def test_whose_features_were_made_by_hand() -> None:
    assert tab.row(MACHINE, 0.0123) == ["SVM", "by hand", "50.0%", "1,234", "12 ms"]
    assert tab.row(NETWORK, 1)[1] == "learned"


def test_a_stroke_lies_along_the_edge_not_along_its_gradient() -> None:
    """A gradient to the right (direction 0) is an upright edge, one downwards (direction 4) a level one."""
    strengths = np.zeros((2, 2, 9), np.float32)
    strengths[0, 1, 0], strengths[1, 0, 4] = 1, 1
    drawn = tab.draw_edges(strengths)[..., 0] > 0
    upright, level = drawn[:32, 32:], drawn[32:, :32]
    assert drawn[:32, :32].sum() == drawn[32:, 32:].sum() == 0
    assert np.ptp(np.argwhere(upright), 0)[0] > 20 > 3 * np.ptp(np.argwhere(upright), 0)[1] - 5
    assert np.ptp(np.argwhere(level), 0)[1] > 20 and np.ptp(np.argwhere(level), 0)[0] < 8


def test_the_colours_of_a_histogram_are_near_the_images() -> None:
    """A grey left half and a dull red right half come back within a bin's width."""
    from cnn_core.ops.hand_crafted import colour_histograms

    image = np.full((32, 32, 3), 128, np.uint8)
    image[:, 16:] = (150, 90, 80)
    drawn = tab.draw_colours(colour_histograms(image)).astype(int)
    assert drawn.shape == (256, 256, 3)
    assert np.abs(drawn[40, 40] - 128).max() < 30
    assert np.abs(drawn[200, 200] - (150, 90, 80)).max() < 30 and drawn[200, 200, 0] > drawn[200, 200, 2] + 30


def test_a_region_is_drawn_in_its_mean() -> None:
    """A quarter white, the rest black: L is 1/4 of the top bin's middle, 91.7, and 3/4 of the lowest's, 8.3: 29.2."""
    from cnn_core.ops.hand_crafted import colour_histograms

    image = np.zeros((32, 32, 3), np.uint8)
    image[::4] = 255
    assert np.abs(tab.draw_colours(colour_histograms(image)).astype(int) - 69).max() <= 14  # L 29.2 is a grey of 69


def test_the_networks_offered_know_the_same_ten_classes() -> None:
    names = [name for name, _ in tab.networks()]
    assert "classify_lenet_cifar10" in names and "classify_dense_cifar10" in names
    assert not any("shuffled" in name or "tiny" in name for name in names)
