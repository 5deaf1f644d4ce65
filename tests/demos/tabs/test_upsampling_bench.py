"""Upsampling bench: the verdict on the checkerboard, the stamps in words, what is not a table."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from cnn_core.errors import InputError
from cnn_core.images import drawing
from cnn_core.runtime import weights
from demos import runner
from demos.tabs.by_hand import upsampling_bench

DEMO = replace(upsampling_bench.DEMO, name="upsampling_bench")
ONES = np.ones((3, 3))


@pytest.mark.parametrize(
    ("kernel", "stride", "words"),
    [
        (ONES, 2, "**Checkerboard.** The stride 2 does not divide a kernel of 3 by 3: numbers get 1 to 4 stamps."),
        (ONES, 3, "The stride 3 divides a kernel of 3 by 3"),
        (np.outer([1, 2, 1], [1, 2, 1]), 2, "**This kernel makes up for it:**"),
        (np.ones((2, 2)), 4, "**Checkerboard.**"),  # holes between the stamps
    ],
)
def test_the_verdict(kernel, stride, words):
    assert words in upsampling_bench.say_evenness(kernel.astype(float), stride)


def test_a_map_of_ones_shows_the_pattern_that_the_verdict_names():
    sentence = upsampling_bench.say_evenness(ONES, 2)
    assert sentence.endswith("a pattern of 1 to 4.")


def test_each_number_of_the_first_row_is_explained():
    small, kernel = np.array([[5.0, 6.0], [1.0, 0.0]]), np.array([[1.0, 2.0, 1.0], [3.0, 4.0, 7.0], [10.0, 20.0, 50.0]])
    rows = upsampling_bench.list_stamps(small, kernel, 2, 0, 5)
    assert rows == [[0, "5·1", "5"], [1, "5·2", "10"], [2, "5·1 + 6·1", "11"], [3, "6·2", "12"], [4, "6·1", "6"]]
    padded = upsampling_bench.list_stamps(small, kernel, 2, 1, 4)  # the kernel's middle row, from its middle column on
    assert padded == [[0, "5·4", "20"], [1, "5·7 + 6·3", "53"], [2, "6·4", "24"], [3, "6·7", "42"]]


def panels(**values):
    """Caption -> the picture and, drawn anew, what numbers it should show."""
    values = runner.example_values(DEMO, {"picture": None, **values})
    (answer,) = runner.answers(DEMO, values)
    return {title: picture for picture, title in answer.values[0]}, answer.values


def test_the_lectures_max_unpooling_fills_the_decoders_values_in():
    shown, _ = panels(decoder="10 20; 30 40")
    expected = np.array([[0, 0, 20.0, 0], [0, 10, 0, 0], [0, 0, 0, 0], [30, 0, 0, 40]])
    marked = expected > 0
    assert np.array_equal(shown["max-unpooling: 4 × 4"], drawing.draw_numbers(expected, marked, upsampling_bench.SQUARE))


def test_the_lectures_transposed_convolution_makes_four_by_four_of_two_by_two():
    shown, values = panels(decoder="1 2; 3 4", kernel="1 0 2; 0 5 0; 3 0 1")
    title = "transposed convolution, stride 2, padding 1, output padding 1: 4 × 4"
    x, kernel = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[1.0, 0, 2], [0, 5, 0], [3, 0, 1]])
    expected = F.conv_transpose2d(x[None, None], kernel[None, None], stride=2, padding=1, output_padding=1)[0, 0]
    assert np.array_equal(shown[title], drawing.draw_numbers(expected.numpy().astype(float), None, upsampling_bench.SQUARE))
    assert [row[2] for row in values[-1]] == [f"{value:g}" for value in expected[0].tolist()]
    assert any("2 by 2" in text and "4 by 4" in text and "output padding 1" in text for text in DEMO.lesson.notice)


def test_a_small_map_is_not_pooled_away_before_it_is_enlarged():
    shown, _ = panels(numbers="1 2; 3 4")  # pooled to one number; the decoder's map is still 2 by 2
    assert "max-pooling by 2: 1 × 1" in shown
    assert "nearest neighbour: 4 × 4" in shown
    assert not any(title.startswith("max-unpooling") for title in shown)


@pytest.mark.parametrize(("kernel", "stride", "padding", "extra"), [(3, 2, 1, 1), (2, 2, 0, 0), (3, 3, 1, 2), (3, 2, 0, 0)])
def test_the_output_padding_makes_the_output_a_whole_multiple(kernel, stride, padding, extra):
    assert upsampling_bench.fit_output_padding(np.ones((kernel, kernel)), stride, padding) == extra


@pytest.mark.parametrize(
    ("nearest", "unpool", "words"),
    [(0.12, 0.19, "12% to 19% all of them miss most"), (0.3, 0.32, "within 2.0 points of mean IoU"), (0.25, 0.31, "")],
)
def test_what_the_order_of_the_decoders_proves(monkeypatch, nearest, unpool, words):
    """The encoder's own figure, the lowest here, is not part of the comparison."""
    reached = {"bilinear": 0.01, "nearest": nearest, "unpool": unpool, "transposed": nearest}
    monkeypatch.setattr(upsampling_bench, "mean_iou", lambda name: reached[name.split("_")[1]])
    assert words in upsampling_bench.say_order()
    assert bool(words) == bool(upsampling_bench.say_order())


def test_nonsense_is_a_sentence():
    with pytest.raises(InputError, match="not a number"):
        list(runner.answers(DEMO, runner.example_values(DEMO, {"numbers": "one two"})))


def test_without_a_picture_nothing_is_said_of_networks_that_did_not_run():
    *_, order, _, _, _ = upsampling_bench.run("1 2; 3 4", "1 2; 3 4", "1 1; 1 1", 2, 0, "auto", None)
    assert order == ""


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_the_output_padding_is_chosen_below_the_stride_or_fits_by_itself(stride):
    offered = dict(upsampling_bench.output_paddings(stride))
    assert list(offered) == ["auto", *map(str, range(stride))]
    for choice in offered:
        _, cells, *_ = upsampling_bench.run("1 2 3; 4 5 6; 7 8 9", "1 2", "1 2; 3 4", stride, 0, choice, None)
        assert cells["extra"] == ({1: 0, 2: 0, 3: 1}[stride] if choice == "auto" else int(choice))
        height, width = stride * 0 + 2 + cells["extra"], stride + 2 + cells["extra"]
        assert cells["words"] == f"A transposed convolution makes {height} by {width} numbers of 1 × 2."


def test_a_stride_and_a_dilation_stand_beside_pooling():
    shown, _ = panels(numbers="1 2 0 1; 0 1 3 2; 2 1 0 5; 1 0 1 1", kernel="0 1 0; 1 2 0; 0 0 3")
    # at each place: the value above, the one on the left, twice its own, three times the one below on the right
    strided, dilated = np.array([[5.0, 8], [4, 7]]), np.array([[2.0, 19, 1, 4], [3, 5, 6, 5], [5, 4, 2, 12], [2, 1, 6, 4]])
    for title, expected in (
        ("strided convolution, stride 2: 2 × 2", strided),
        ("dilated convolution, dilation 2: 4 × 4", dilated),
    ):
        assert np.array_equal(shown[title], drawing.draw_numbers(expected, None, upsampling_bench.SQUARE))
    for without in (
        "1 2; 3 4; 5 6",
        "1 2 3 4 5; 1 2 3 4 5; 1 2 3 4 5; 1 2 3 4 5; 1 2 3 4 5",
    ):  # not square; 5 by 5 still fits
        shown, _ = panels(kernel=without)
        assert any(title.startswith("dilated") for title in shown) == without.endswith("4 5")


def test_the_cost_of_the_naive_stack_is_that_of_the_shipped_network():
    _, values = panels()
    words, rows = values[5:7]
    card = weights.card("segment_unet_voc20")
    convolutions = card.multiply_adds - 272 * 20  # without its one dense layer
    assert f"instead of {convolutions / 1e9:.2f} billion" in words
    last = rows[-1]  # the finest maps are 144 x 144, four times fewer places than the picture has
    assert last[0] == "all" and int(last[1]) == sum(int(row[1]) for row in rows[:-1])
    assert rows[0][2:4] == ["0.03 billion", "0.11 billion"]
    assert "**179 times** as many multiply-adds" in words and "**79 times** as many values" in words
