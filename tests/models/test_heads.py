"""Decoders and the pyramid: sizes, what they use, what they cannot see."""

import pytest
import torch

from cnn_core.models import build_model
from cnn_core.models.feature_pyramid import FeaturePyramid


def maps(*widths: int, side: int = 32) -> list[torch.Tensor]:
    """Random maps, each half as large as the one before."""
    return [torch.rand(2, width, side >> k, side >> k) for k, width in enumerate(widths)]


def test_unet_answers_at_the_size_of_its_finest_map() -> None:
    head = build_model("unet_head", {"widths": [4, 6, 8], "hidden": [12, 10], "outputs": 5}).eval()
    assert head(maps(4, 6, 8)).shape == (2, 5, 32, 32)
    three = maps(9, 4, 6, 8)  # maps finer than it uses are left alone
    assert head(three).shape == (2, 5, 16, 16)


def test_deeplab_answers_at_the_size_of_the_last_but_one() -> None:
    head = build_model("deeplab_head", {"widths": [6, 8], "hidden": 8, "dilations": [2, 4], "outputs": 5}).eval()
    assert head(maps(4, 6, 8)).shape == (2, 5, 16, 16)


def test_holes_widen_the_view() -> None:
    from cnn_core.models.blocks import conv_norm_relu

    layer = conv_norm_relu(1, 1, dilation=4).eval()
    x = torch.zeros(1, 1, 17, 17, requires_grad=True)
    layer[0](x)[0, 0, 8, 8].backward()
    rows = x.grad[0, 0].nonzero()[:, 0].unique()
    assert rows.tolist() == [4, 8, 12]


def test_the_pyramid_keeps_sizes_and_evens_widths() -> None:
    pyramid = FeaturePyramid([4, 6, 8], 5).eval()
    assert [tuple(part.shape) for part in pyramid(maps(4, 6, 8))] == [(2, 5, 32, 32), (2, 5, 16, 16), (2, 5, 8, 8)]


def test_the_finest_level_hears_of_the_coarsest() -> None:
    pyramid = FeaturePyramid([4, 6], 5).eval()
    found = maps(4, 6)
    found[1].requires_grad_(True)
    pyramid(found)[0].sum().backward()
    assert found[1].grad.abs().sum() > 0


def test_fcos_says_something_for_every_place() -> None:
    backbone = {"widths": [4, 8, 8, 8], "blocks": [1, 1, 1, 1], "stem_stride": 2, "stem_pool": True}
    model = build_model("fcos", {"classes": 3, "backbone": backbone, "width": 8}).eval()
    logits, distances, quality, centres, strides = model(torch.rand(2, 3, 64, 96))
    places = 8 * 12 + 4 * 6 + 2 * 3
    assert logits.shape == (2, places, 3)
    assert distances.shape == (2, places, 4)
    assert quality.shape == (2, places)
    assert centres.shape == (places, 2)
    assert strides.unique().tolist() == [8, 16, 32]
    assert bool((distances > 0).all())
    assert float(logits.sigmoid().mean()) < 0.02  # most places are background
    assert centres[-1].tolist() == [80, 48]


@pytest.mark.parametrize("up", ["nearest", "unpool", "transposed"])
def test_each_way_up_ends_at_the_finest_size(up: str) -> None:
    head = build_model("segnet_head", {"widths": [4, 6, 8], "hidden": 5, "outputs": 3, "up": up}).eval()
    assert head(maps(4, 6, 8)).shape == (2, 3, 32, 32)


def test_unpooling_returns_values_to_their_maxima() -> None:
    head = build_model("segnet_head", {"widths": [1, 1], "hidden": 1, "outputs": 1, "up": "unpool"})
    level = torch.tensor([[[[1.0, 5, 0, 0], [2, 3, 0, 9], [7, 0, 1, 0], [0, 0, 0, 2]]]])
    small = torch.tensor([[[[10.0, 20], [30, 40]]]])
    found = head.step(small, level, head.enlarge[0])
    assert found[0, 0].tolist() == [[0, 10, 0, 0], [0, 0, 0, 20], [30, 0, 0, 0], [0, 0, 0, 40]]


def test_an_unknown_way_up_is_refused() -> None:
    with pytest.raises(ValueError, match="nearest, unpool or transposed"):
        build_model("segnet_head", {"widths": [4, 6], "hidden": 5, "outputs": 3, "up": "magic"})


def test_a_whole_unet_answers_every_pixel() -> None:
    model = build_model("unet", {"classes": 2, "widths": [4, 8, 12]}).eval()
    assert model(torch.rand(1, 3, 32, 48)).shape == (1, 2, 32, 48)
    assert [tuple(part.shape[1:]) for part in model.maps(torch.rand(1, 3, 32, 48))] == [
        (4, 32, 48),
        (8, 16, 24),
        (12, 8, 12),
    ]


def test_vgg_hands_out_its_maps_before_pooling() -> None:
    model = build_model("vgg", {"classes": 3, "widths": [4, 6, 8], "depths": [1, 1, 2]}).eval()
    x = torch.rand(1, 3, 32, 32)
    found = model.maps(x)
    assert [tuple(part.shape[1:]) for part in found] == [(4, 32, 32), (6, 16, 16), (8, 8, 8)]
    assert torch.equal(found[-1], model.features(x))


def test_a_class_that_is_nowhere_is_lowered_everywhere() -> None:
    torch.manual_seed(0)
    head = build_model("unet_head", {"widths": [4, 8], "hidden": [4], "outputs": 3, "context": True}).eval()
    seen = maps(4, 8, side=8)
    with torch.inference_mode():
        head.there.weight.zero_()
        head.there.bias.copy_(torch.tensor([50.0, -5.0]))  # the first class surely, the second hardly
        gated = head(seen)
        head.there = None
        plain = head(seen)
    assert torch.allclose(gated[:, :2], plain[:, :2], atol=1e-5)  # background and the first class
    assert torch.allclose(gated[:, 2], plain[:, 2] - 5.0067, atol=1e-3)  # log of sigmoid(-5)


def test_without_context_nobody_asks_what_is_there() -> None:
    head = build_model("unet_head", {"widths": [4, 8], "hidden": [4], "outputs": 3})
    with pytest.raises(ValueError, match="context"):
        head.presence([torch.zeros(1, 8, 4, 4)])
