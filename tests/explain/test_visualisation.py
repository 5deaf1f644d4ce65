"""Pictures made by networks so small that one knows what they must become."""

import pytest
import torch
from torch import Tensor, nn

from cnn_core.errors import InputError
from cnn_core.explain.visualisation import (
    Pixels,
    Waves,
    channel,
    class_logit,
    dream,
    shift_and_scale,
    visualise,
    whole_layer,
)


class Colours(nn.Module):
    """Two maps, red - green and blue; two logits, their means."""

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.Conv2d(3, 2, 1, bias=False)
        self.maps.weight.data = torch.tensor([[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]]).view(2, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, 2)."""
        return self.maps(x).mean((2, 3))


def as_it_is(x: Tensor) -> Tensor:
    """No normalisation."""
    return x


def test_wishes_worked_by_hand() -> None:
    x = torch.zeros(1, 3, 1, 2)
    x[0, :, 0, 0] = torch.tensor([0.9, 0.1, 0.5])  # maps: 0.8 and 0.5; the other place is 0
    model = Colours()
    assert channel("maps", 0)(model, x).item() == pytest.approx(0.4)
    assert class_logit(1, "blue")(model, x).item() == pytest.approx(0.25)
    assert whole_layer("maps")(model, x).item() == pytest.approx((0.64 + 0.25) / 4)


def test_a_channel_that_is_not_there() -> None:
    with pytest.raises(InputError, match="channels 0 to 1; there is no channel 2"):
        channel("maps", 2)(Colours(), torch.zeros(1, 3, 2, 2))


@pytest.mark.parametrize("jitter", [False, True])
@pytest.mark.parametrize("frequencies", [False, True])
def test_what_wants_red_becomes_red(jitter: bool, frequencies: bool) -> None:
    model = Colours()
    stages = list(visualise(model, as_it_is, class_logit(0, "red"), 17, 40, 3, jitter, frequencies))
    assert [stage.step for stage in stages] == list(range(1, 41))
    assert stages[-1].value > stages[0].value + 0.04
    red, green, _ = stages[-1].picture.reshape(-1, 3).mean(0)
    assert red > green + 10
    assert stages[-1].picture.shape == (17, 17, 3)


def test_the_network_is_left_as_found_and_the_seed_decides() -> None:
    model = Colours()
    before = model.maps.weight.clone()
    first, again, other = (list(visualise(model, as_it_is, channel("maps", 1), 16, 3, s))[-1].picture for s in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
    assert model.maps.weight.grad is None
    assert torch.equal(model.maps.weight, before)
    assert not model.maps._forward_hooks
    assert torch.is_grad_enabled()


def test_waves_and_pixels_start_as_faint_noise() -> None:
    for kind in (Waves, Pixels):
        x = kind(15, torch.Generator().manual_seed(0))()
        assert x.shape == (1, 3, 15, 15)
        assert float((x.detach() - 0.5).abs().max()) < 0.2


def test_long_waves_are_stronger_in_proportion_to_their_length() -> None:
    strength = Waves(8, torch.Generator()).strength
    assert strength.shape == (8, 5)
    assert strength[0].tolist() == [8, 8, 4, pytest.approx(8 / 3), 2]  # 0, 1, 2, 3, 4 waves in 8 pixels


def test_jitter_keeps_the_size_and_a_picture_of_one_colour() -> None:
    x = torch.full((1, 3, 32, 32), 0.25)
    for seed in range(20):
        moved = shift_and_scale(x, 2, torch.Generator().manual_seed(seed))
        assert moved.shape == x.shape
        assert torch.allclose(moved, x)


def test_a_dream_at_no_rate_is_the_picture() -> None:
    picture = torch.rand(1, 3, 40, 50, generator=torch.Generator().manual_seed(0))
    *_, last = dream(Colours(), as_it_is, whole_layer("maps"), picture, 2, 2, 0.0, 0)
    assert last.step == 4
    assert (last.picture == (255 * picture[0].permute(1, 2, 0)).round().to(torch.uint8).numpy()).all()


def test_a_dream_gives_the_layer_more_of_what_it_sees() -> None:
    picture = torch.full((1, 3, 40, 50), 0.5)
    stages = list(dream(Colours(), as_it_is, whole_layer("maps"), picture, 2, 10, 0.02, 0))
    assert stages[-1].value > 2 * stages[0].value
    blue = stages[-1].picture[..., 2].astype(int)
    assert blue.mean() > 200  # of grey the blue map sees 0.5, the red-green map nothing: more of blue
