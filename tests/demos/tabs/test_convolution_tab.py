"""The tab Pixels and convolution: its line of kernels, and numbers worked on paper from a picture to the page."""

import base64
import re

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from cnn_core.errors import InputError
from cnn_core.images import opening, samples
from cnn_core.ops import convolution as ops
from cnn_core.runtime import weights
from cnn_core.tasks import preprocessing
from demos import runner
from demos.tabs.by_hand import _kernels, convolution
from demos.tabs.by_hand._kernels import read, stack
from demos.tabs.by_hand._window import find_window

RED = np.array([[1, 2, 0, 3], [4, 1, 5, 2], [0, 6, 1, 7]], np.uint8)
PICTURE = np.stack([RED, np.full((3, 4), 10, np.uint8), np.full((3, 4), 20, np.uint8)], -1)  # (3, 4, 3)
NETWORK = "classify_lenet_cifar10"


def answer(**more: object) -> tuple:
    values = runner.defaults(convolution.DEMO) | {"picture": PICTURE, "pool_stride": 1, "network": NETWORK} | more
    return convolution.run(**values)


def captions(**more: object) -> list[str]:
    return [words for _, words in answer(**more)[2]]


# ---------------------------------------------------------------- the line of kernels


def test_a_line_names_kernels_by_name_number_and_numbers() -> None:
    sobel, own, three = read("sobel X bias -2.5 / 1 2; 3 -1 / 1|2|3 bias 4", 3, NETWORK)
    assert (sobel.name, sobel.bias, sobel.weights.tolist()) == ("Sobel x", -2.5, [[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]])
    assert (own.name, own.bias, own.weights.tolist()) == ("own numbers", 0, [[[1, 2], [3, -1]]])
    assert (three.bias, three.weights.tolist()) == (4, [[[1]], [[2]], [[3]]])
    assert [kernel.weights.shape[-1] for kernel in read("identity / 1", 5, NETWORK)] == [5, 1]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("", "one to 4 kernels"),
        ("1 / 1 / 1 / 1 / 1", "one to 4 kernels"),
        ("Sobel z", "No kernel is called 'sobel z'"),
        ("1 2; 3", "not equally long"),
        ("1 2", "square"),
        ("1 | 2", "1 slice or 3"),
        ("1 | 2 | 1 2; 3 4", "1 slice or 3 of one size"),
        ("learned 6", "LeNet-5 (1998) has 6 kernels in its first layer, 0 to 5: no 6"),
    ],
)
def test_what_is_no_kernel_is_refused_in_words(line: str, complaint: str) -> None:
    with pytest.raises(InputError, match=re.escape(complaint)):
        read(line, 3, NETWORK)


def test_kernels_of_a_layer_are_equally_large() -> None:
    layer, biases = stack(read("1 2; 3 4 / 5 bias 7 / Sobel y", 3, NETWORK), 2)
    assert layer.shape == (3, 2, 3, 3)
    assert layer[0, 1].tolist() == [[1, 2, 0], [3, 4, 0], [0, 0, 0]]
    assert layer[1, 0].tolist() == [[0, 0, 0], [0, 5, 0], [0, 0, 0]]
    assert biases.tolist() == [0, 7, 0]


def test_a_learned_kernel_is_the_network_s_own() -> None:
    """LeNet has biases of its own; another network's kernels have none."""
    first = next(module for module in weights.load(NETWORK).model.modules() if isinstance(module, nn.Conv2d))
    (kernel,) = read("learned 4", 3, NETWORK)
    assert kernel.learned and np.array_equal(kernel.weights, first.weight[4].detach().double())
    assert kernel.bias == first.bias[4].item() == kernel.own_bias != 0
    assert read("learned 4 bias 1", 3, NETWORK)[0].bias == 1
    assert read("learned 4", 3, "classify_vgg_cifar10")[0].bias == 0


def test_every_network_with_a_first_convolution_is_listed() -> None:
    """A network on another one has that one's kernels, so that no kernel is missing."""
    listed = dict(_kernels.networks())
    for name in weights.names():
        found, base = _kernels.kernels_of(name), weights.card(name).base
        assert (found is not None and not base) == (name in listed)
        if base:
            assert found is not None and np.array_equal(found[0], _kernels.kernels_of(base)[0])  # type: ignore[index]


# ---------------------------------------------------------------- from a picture to the page


def test_the_whole_photo_s_maps_are_worked_on_paper() -> None:
    """Red's sums are 16, 0, 19; 0, 28, 5: their windows of 2 x 2 have 28 and 28 at most, 11 and 13 on average."""
    assert captions(kernels="1 2; 3 -1", channels="red") == [
        "own numbers: 3 × 2, 0 to 28", "max pooling: 2 × 1, 28 to 28", "average pooling: 2 × 1, 11 to 13",
    ]  # fmt: skip
    assert captions(kernels="1 2; 3 -1 bias -20", channels="red")[0] == "own numbers: 3 × 2, -20 to 8"
    assert captions(kernels="1 2; 3 -1 bias -20", channels="red", relu=True)[0] == "own numbers: 3 × 2, 0 to 8"
    assert captions(kernels="1 2; 3 -1", channels="red", stride=2) == ["own numbers: 2 × 1, 16 to 19"]
    assert captions(kernels="1 2; 3 -1", channels="red", dilation=2) == ["own numbers: 2 × 1, 0 to 19"]
    assert captions(kernels="1 2; 3 -1", channels="red", padding=1)[0] == "own numbers: 5 × 4, -3 to 28"


def test_channels_are_taken_alone_mixed_or_together() -> None:
    assert captions(kernels="1", channels="green")[0] == "own numbers: 4 × 3, 10 to 10"
    assert captions(kernels="1", channels="blue")[0] == "own numbers: 4 × 3, 20 to 20"
    assert captions(kernels="1", channels="rgb")[0] == "own numbers: 4 × 3, 30 to 37"
    assert captions(kernels="1|2|-1", channels="grey")[0] == "own numbers: 4 × 3, 0 to 7"  # three slices: all channels
    grey = [round(0.299 * red + 0.587 * 10 + 0.114 * 20) for red in (0, 7)]
    assert captions(kernels="1", channels="grey")[0] == f"own numbers: 4 × 3, {grey[0]} to {grey[1]}"


def test_a_map_s_colours_say_its_signs() -> None:
    (picture, _), *_ = answer(kernels="1 2; 3 -1 bias -20", channels="red")[2]
    cell = picture.shape[1] // 3
    reds, blues = picture[cell // 2, :, 0].astype(int), picture[cell // 2, :, 2].astype(int)
    assert blues[cell + 5] > reds[cell + 5] + 50  # -20
    (picture, _), *_ = answer(kernels="1 2; 3 -1", channels="red")[2]
    assert picture[cell // 2, cell + 5].tolist() == [0, 0, 0] and picture[-5, cell + 5].tolist() == [255, 255, 255]


def test_the_page_says_what_makes_a_value_and_what_it_costs() -> None:
    assert answer(kernels="Sobel x", channels="rgb")[0] == "**3 × 3 × 3 products** in each value"
    shown = answer(kernels="1 2; 3 -1 / 1", channels="rgb")
    assert shown[0] == "**2 × 2 × 3 products** in each value"
    assert shown[4] == [["convolution", "24", "144"], ["dense layer", "432", "432"]]  # 2·3·4 weights at 2·3 places; 36·12


def test_learned_kernels_see_what_their_network_sees() -> None:
    """The same numbers as torch computes of the card's normalised pixels."""
    photo = samples.load("coffee")[:40, :60]
    _, scene, shown, said, _ = answer(picture=photo, kernels="learned 2 / learned 5", channels="grey", padding=2, stride=2)
    first = next(module for module in weights.load(NETWORK).model.modules() if isinstance(module, nn.Conv2d))
    x = preprocessing.normalise(preprocessing.as_tensor(photo), weights.card(NETWORK).input)
    truth = functional.conv2d(x, first.weight.cpu(), first.bias.cpu(), 2, 2)[0, [2, 5]].detach()
    found = [[float(n) for n in re.findall(r"(\S+) to (\S+)$", shown[k][1])[0]] for k in (0, 3)]
    assert found == [pytest.approx([one.min().item(), one.max().item()], rel=1e-3) for one in truth]
    assert scene["channels"] == ("red", "green", "blue") and scene["mean"] == list(weights.card(NETWORK).input.mean)
    assert "LeNet-5 (1998)" in said and "normalised" in said
    assert "255" in answer()[3]


def test_a_grey_network_sees_grey() -> None:
    """0.299 red + 0.587 · 10 + 0.114 · 20, in all three channels."""
    scene = answer(kernels="learned 0", network="face_embedding_lfwceleba")[1]
    assert list(base64.b64decode(scene["pixels"])) == 3 * [8, 9, 8, 9, 9, 8, 10, 9, 8, 10, 8, 10]


# ---------------------------------------------------------------- the window


@pytest.mark.parametrize(
    ("place", "corner"), [(None, (90, 42)), ((0, 0), (0, 0)), ((399, 199), (180, 84)), ((200, 50), (90, 18))]
)
def test_the_window_lies_around_the_place_and_within_the_photo(
    place: tuple[int, int] | None, corner: tuple[int, int]
) -> None:
    """A picture of 400 x 200 becomes 192 x 96; the window has 12 pixels."""
    scene = answer(picture=np.zeros((200, 400, 3), np.uint8), place=place)[1]
    assert (scene["width"], scene["height"], scene["corner"]) == (192, 96, corner)


def test_the_browser_gets_the_pixels_row_by_row() -> None:
    scene = answer(kernels="1", channels="red")[1]
    assert list(base64.b64decode(scene["pixels"])) == RED.ravel().tolist()
    scene = answer(kernels="1", channels="rgb")[1]
    assert list(base64.b64decode(scene["pixels"])) == [*RED.ravel(), *[10] * 12, *[20] * 12]
    assert scene["words"].startswith("A window of 12 by 12 pixels") and scene["mean"] is None


# ---------------------------------------------------------------- what the lesson claims


def test_what_the_lesson_claims() -> None:
    flat = np.full((1, 9, 9), 200.0)
    sobel, own = (stack(read(line, 3, NETWORK), 1)[0] for line in ("Sobel x", "0 0 0; 0 1 0; 0 0 0"))
    assert not ops.convolve(flat, sobel).any()
    assert (ops.convolve(flat, own) == 200).all()
    assert [ops.output_size(12, 3, 2), ops.output_size(12, 3, 2, 1), ops.reach(3, 2)] == [5, 6, 5]
    single = np.zeros((1, 4, 4))
    single[0, 1, 2] = 8
    moved = np.roll(single, -1, axis=1)  # within the same window
    assert np.array_equal(ops.pool(single, 2, 2, "max"), ops.pool(moved, 2, 2, "max"))
    assert ops.pool(single, 2, 2, "average").max() == 2
    for tried, count in zip(convolution.DEMO.lesson.tries, (1, 4, 1, 1), strict=True):
        assert (
            len(captions(**{"picture": samples.load("coffee")} | {n: v for n, v in tried.sets.items() if n != "picture"}))
            == 3 * count
        )
    minus = convolution.DEMO.lesson.tries[3].sets["kernels"]
    red, *_ = captions(picture=np.full((20, 20, 3), 90, np.uint8), kernels=minus)
    assert red.endswith("0 to 0")  # grey has as much red as green
    assert captions(picture=np.zeros((24, 24, 3), np.uint8), stride=2)[0] == "Sobel x: 11 × 11, 0 to 0"


def test_the_examples_show_what_they_are_called() -> None:
    """Bricks answer to one direction more than twice as much as to the other; on grass one value in three is strong."""
    found = {}
    for name in ("coffee", "brick", "grass"):
        photo, _ = opening.cap_longest_side(samples.load(name), convolution.LONGEST)
        sobel = stack(read("Sobel x / Sobel y", 3, NETWORK), 1)[0]
        found[name] = np.abs(ops.convolve((photo @ preprocessing.REC_601)[None], sobel))
    assert found["brick"][0].mean() > 2 * found["brick"][1].mean()
    assert (found["grass"] > 100).mean() > 0.3 > 2 * (found["coffee"] > 100).mean()
    assert [example["picture"] for example in convolution.DEMO.examples] == list(found)


def test_a_mirrored_kernel_is_another_one_for_networks() -> None:
    x = torch.arange(12.0).reshape(1, 1, 3, 4) ** 2
    kernel = torch.tensor([[[[1.0, 2], [3, -1]]]])
    assert not torch.equal(functional.conv2d(x, kernel), functional.conv2d(x, kernel.flip(2, 3)))
    assert opening.cap_longest_side(PICTURE, convolution.LONGEST)[0].shape == PICTURE.shape


def test_it_opens_in_the_middle_and_where_that_is_flat_where_most_is_to_be_seen() -> None:
    photo = np.full((60, 80, 3), 7, np.uint8)
    photo[40:60, 8:20] = 200  # its left edge lies within the windows that begin at 0 and at 4
    x, y = find_window(photo, photo, None)
    assert x in (0, 4, 12, 16) and 32 <= y <= 48 and photo[y : y + 12, x : x + 12].std() > 80
    assert find_window(photo, photo, (40, 30)) == (34, 24)  # a place that was chosen stays, flat or not
    photo[24:36, 34:46] = np.random.default_rng(0).integers(0, 256, (12, 12, 3))
    assert find_window(photo, photo, None) == (34, 24)
    assert find_window(photo[:5, :7], photo[:5, :7], None) == (0, 0)
