"""The tab Receptive field: layers from their text, the value nearest to a place, both fields in words and in numbers."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from cnn_core.errors import InputError
from cnn_core.explain.effective_field import Layer
from cnn_core.images.placement import Placement
from cnn_core.runtime.on_network import with_fallback
from demos.tabs.by_hand import receptive_field as tab

PICTURE = np.random.default_rng(0).integers(0, 256, (200, 320, 3), np.uint8)


def test_layers_are_read_from_lines_and_semicolons() -> None:
    assert tab.read_layers("3 1 2; 5 2 1\n 7 3 8 ;") == [Layer(3, 1, 2), Layer(5, 2, 1), Layer(7, 3, 8)]


@pytest.mark.parametrize("text", ["", "3 1", "4 1 1", "3 1 3", "3 0 1", "a b c", "3 1 1;" * 7, "3.0 1 1", "3 1 1 1"])
def test_other_layers_get_a_sentence_that_says_which_are_allowed(text: str) -> None:
    with pytest.raises(InputError, match="kernel 1 3 5 7, stride 1 2 3, dilation 1 2 4 8"):
        tab.read_layers(text)


def test_the_table_works_the_field_out_and_counts_weights_and_multiply_adds() -> None:
    first, second, third = tab.list_stack([Layer(5, 2), Layer(3, 2, 4), Layer(3)], 101)
    assert first == ["1: 5 × 5, stride 2, dilation 1", "1 + (5 - 1) · 1 · 1 = 5", 2, "51 × 51", "600", f"{600 * 51**2:,}"]
    assert second == ["2: 3 × 3, stride 2, dilation 4", "5 + (3 - 1) · 4 · 2 = 21", 4, "26 × 26", "576", f"{576 * 26**2:,}"]
    assert third[1:4] == ["21 + (3 - 1) · 1 · 4 = 29", 4, "26 × 26"]


def test_the_value_nearest_to_a_place_is_looked_at() -> None:
    """A layer of stride 2 looks at pixels 0, 2, 4 ...; the upload's middle 200 x 200 pixels became 160 x 160."""
    stack = [Layer(3, 2)]
    assert tab.look_at_stack(PICTURE, stack, None, 1).at == (80, 80)
    found = tab.look_at_stack(PICTURE, stack, (60, 199), 1)  # the left edge of the middle, the last row
    assert found.at == (0, 158) and found.side == 3
    rows, columns = np.nonzero(found.values)
    assert set(columns) <= {0, 1} and set(rows) <= {157, 158, 159}


def test_without_padding_the_first_value_looks_further_in() -> None:
    """LeNet's first layer: value 0 sees pixels 0 to 4, so that pixel 10 is the middle of value 8."""
    scene = tab.run(PICTURE, "classify_lenet_cifar10", "c1", "3 1 1", (100, 100), 1)[1]
    assert scene["at"] == (10, 16)  # (100.5, 100.5) of 320 x 200 is (10.05, 16.08) of 32 x 32


def test_what_it_says_of_both_fields() -> None:
    values = np.zeros((160, 160), np.float32)
    values[80, 80], values[82, 79] = 9.5, 0.5
    placement = Placement.plan((200, 320), (160, 160), "crop")

    def seen(values: np.ndarray) -> tab.Seen:
        return tab.Seen(np.zeros((160, 160, 3), np.uint8), placement, (80, 80), 31, values)

    assert (
        tab.say_fields(seen(values))
        == "One value sees **31 × 31** pixels; **90%** of what moves it is in the middle **1 × 1**"
    )
    assert tab.say_fields(seen(0 * values)).endswith("its ReLU is shut")


def test_the_orange_is_strongest_where_the_value_follows_most() -> None:
    _, scene, _, painted = tab.run(PICTURE, "own", "own", "3 1 1; 3 1 1", (160, 100), 1)
    heat = np.asarray(Image.open(io.BytesIO(base64.b64decode(scene["heat"].split(",")[1]))))
    assert heat.shape == (160, 160, 4) and heat[..., 3].max() == 230
    rows, columns = np.nonzero(heat[..., 3])
    assert rows.min() >= 78 and rows.max() <= 82 and columns.min() >= 78 and columns.max() <= 82  # 5 x 5 around (80, 80)
    assert scene["layers"] == [[3, 1, 1], [3, 1, 1]] and scene["side"] == 5
    red, blue = (np.argwhere((painted == colour).all(-1)) for colour in ((42, 132, 198), (1, 2, 3)))
    assert painted.shape == (480, 480, 3) and not len(blue)
    assert red.min(0).tolist() == [3 * 78, 3 * 78] and red.max(0).tolist() == [
        3 * 83 - 1,
        3 * 83 - 1,
    ]  # three times as large


def test_a_networks_layer_that_is_still_a_map() -> None:
    names = [name for name, _ in tab.layers_with_places("classify_lenet_cifar10")]
    assert names == ["c1", "a1", "s2", "c3", "a3", "s4"]
    headline, scene, rows, _ = tab.run(PICTURE, "classify_lenet_cifar10", "s4", "3 1 1", None, 1)
    assert "**16 × 16**" in headline  # 5, 6 after pooling, 6 + 4 * 2 = 14, 14 + 2 = 16
    assert scene["layers"] == [] and scene["side"] == 16 and len(rows) == 6
    assert rows[0][1:] == ["5", 1, "28 × 28", "456", f"{75 * 6 * 28**2:,}"]  # 5 x 5 x 3 weights and a bias, of six kernels


def test_what_averages_over_the_picture_take_in_is_said() -> None:
    placement = Placement.plan((200, 320), (160, 160), "crop")
    values = np.ones((160, 160), np.float32)
    said = tab.say_fields(tab.Seen(np.zeros((160, 160, 3), np.uint8), placement, (80, 80), 31, values))
    assert "**153 × 153**" in said  # 153 of 160 on a side are 91 % of all pixels, 151 are 89 %
    assert said.endswith("its normalisation averages over the whole picture")


@pytest.mark.parametrize(
    ("network", "layer", "side"), [("segment_unet_cells", "decoder.logits", 84), ("detect_fcos_voc20", "backbone.relu", 3)]
)
def test_one_place_of_a_segmenters_or_a_detectors_map_sees_its_field_and_nothing_else(
    network: str, layer: str, side: int
) -> None:
    """The field that is followed through the operations, and the pixels whose derivatives are not 0, found apart."""
    picture = np.random.default_rng(1).integers(0, 256, (192, 256, 3), np.uint8)
    found = with_fallback(network, lambda net: tab.look_at_network(net, picture, layer, None))
    assert found.side <= side
    rows, columns = np.nonzero(found.values)
    for places, middle in ((columns, found.at[0]), (rows, found.at[1])):
        assert (places.min() + places.max()) / 2 == middle
        assert places.max() - places.min() + 1 == found.side


def test_every_network_with_places_is_offered_and_no_layer_that_sees_everything() -> None:
    offered = dict(tab.networks())
    assert {"own", "classify_lenet_cifar10", "segment_unet_voc20", "detect_fcos_voc20", "gan_dcgan_anime64"} <= set(offered)
    for network in ("classify_dense_cifar10", "classify_vgg_cifar10shuffled", "face_embedding_lfwceleba",
                    "handcrafted_svm_cifar10", "gan_dcgan_anime64:generator"):  # fmt: skip
        assert network not in offered
    layers = dict(tab.layers_with_places("segment_deeplab_voc20"))
    assert "head.branches.3" in layers and "head.logits" not in layers  # it has an average of the whole picture beside it
