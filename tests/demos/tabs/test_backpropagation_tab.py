"""The tab Backpropagation: what it tells the browser, and what it says of the numbers that the browser sends back."""

import json

import numpy as np
import pytest

from cnn_core.errors import InputError
from demos.tabs.by_hand import backpropagation as tab


def sent(**changes: object) -> str:
    """What the drawing sends after three steps: another image, and parameters of which only two are not 0."""
    row = [0.0] * 25
    row[22:] = [1.0, 0.0, 0.0]  # the biases of the dense layer: the first class has probability e / (e + 2)
    state = {"key": "vertical 1", "step": 3, "x": [1] + [0] * 35, "label": 1, "row": row}
    return json.dumps(state | changes)


def test_the_three_images_and_the_first_numbers() -> None:
    headline, scene, chart, said, table = tab.run("diagonal", 0.2, 5, "")
    images = {name: np.reshape(pixels, (6, 6)) for name, pixels in scene["images"].items()}
    assert images["horizontal"].sum(1).tolist() == [0, 0, 6, 0, 0, 0]
    assert images["vertical"].sum(0).tolist() == [0, 0, 0, 6, 0, 0]
    assert np.array_equal(images["diagonal"], np.eye(6))
    assert (scene["first"], scene["rate"], len(scene["kernel"]), len(scene["weights"])) == ("diagonal", 0.2, 9, 3)
    assert headline.startswith("Untrained: diagonal ") and "step 0" in said and len(table) == 25
    assert len(chart.layers) == 3 and len(chart.layers[0].x) == 151


def test_the_numbers_that_the_drawing_sends_are_the_ones_that_are_checked() -> None:
    *_, said, table = tab.run("vertical", 0.1, 1, sent())
    by_name = {name: numbers for name, *numbers in table}
    q = np.exp([1, 0, 0]) / (np.e + 2)
    for name, wanted in zip(("c(horizontal)", "c(vertical)", "c(diagonal)"), q - [0, 1, 0], strict=True):
        assert [float(number) for number in by_name[name]] == pytest.approx([wanted] * 3, abs=1e-7)
    assert by_name["W(vertical, p3)"] == ["0.00000000"] * 3 or set(by_name["W(vertical, p3)"]) <= {
        "0.00000000",
        "-0.00000000",
    }
    assert "Checked at step 3" in said


def test_each_line_of_the_plot_is_one_images_loss_and_its_own_step_lowers_it() -> None:
    """Step k learns from image k mod 3: at a small rate that image's loss falls in it."""
    losses = [layer.y for layer in tab.run("vertical", 0.01, 1, "")[2].layers]
    assert losses[1][0] == pytest.approx(-np.log(0.366), abs=2e-3)  # the headline's 37 %: the drawing says 0.366
    for step in range(30):
        k = step % 3
        assert losses[k][step + 1] < losses[k][step]


def test_numbers_of_another_network_are_not_taken_for_this_ones() -> None:
    assert "step 0" in tab.run("diagonal", 0.1, 1, sent())[3]


@pytest.mark.parametrize(
    "text",
    ["1 2", "[]", "3", "{}", sent(row=[1]), sent(x=["a"] * 36), sent(label=3), sent(label=-1), sent(row=[float("nan")] * 25),
     sent(row=[1e300] * 25), sent(x=[[1]] * 36), sent(step="soon"), "[" * 2000, sent(x=None)],
)  # fmt: skip
def test_anything_else_gets_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match="press the button below the drawing"):
        tab.run("vertical", 0.1, 1, text)


def test_a_corner_of_the_loss_is_said() -> None:
    """A kernel of zeros: every z is exactly 0, where ReLU bends."""
    row = [0.0] * 10 + [1.0] * 4 + [0.0] * 8 + [0.0] * 3
    assert "the loss has a corner here" in tab.run("vertical", 0.1, 1, sent(row=row))[3]


def test_the_network_of_the_try_is_dead_and_the_one_of_the_first_example_is_not() -> None:
    def live(seed: int, image: str) -> bool:
        table = tab.run(image, 0.1, seed, "")[4]
        return any(float(row[1]) for row in table if row[0].startswith(("k(", "b", "W(")))

    assert tab.DEMO.lesson.tries[2].sets == {"seed": 28}
    assert not any(live(28, image) for image in tab.CLASSES)
    assert all(live(1, image) for image in tab.CLASSES)
