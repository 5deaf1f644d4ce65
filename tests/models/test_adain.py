"""Adaptive instance normalisation worked by hand, and the decoder that paints from it."""

import pytest
import torch

from cnn_core.models import build_model
from cnn_core.models.adain_decoder import adain, statistics


def test_mean_and_spread_by_hand() -> None:
    mean, spread = statistics(torch.tensor([[[[1.0, 3.0], [1.0, 3.0]]]]))
    assert mean.item() == 2
    assert spread.item() == pytest.approx(1, abs=1e-4)


def test_the_content_gets_the_styles_statistics_by_hand() -> None:
    content = torch.tensor([[[[1.0, 3.0], [1.0, 3.0]]]])
    style = torch.tensor([[[[10.0, 20.0, 30.0]]]])  # mean 20, spread sqrt(200 / 3)
    expected = 20 + (200 / 3) ** 0.5 * torch.tensor([[-1.0, 1.0], [-1.0, 1.0]])
    assert torch.allclose(adain(content, style)[0, 0], expected, atol=1e-2)


def test_a_picture_is_its_own_style() -> None:
    maps = torch.randn(2, 5, 6, 7)
    assert torch.allclose(adain(maps, maps), maps, atol=1e-4)


def test_a_flat_channel_is_no_failure() -> None:
    assert torch.isfinite(adain(torch.zeros(1, 2, 4, 4), torch.ones(1, 2, 4, 4))).all()


def test_the_decoder_paints_at_the_size_of_the_finest_map() -> None:
    torch.manual_seed(0)
    decoder = build_model("adain_decoder", {"widths": [4, 6, 8]}).eval()
    painted = decoder([torch.rand(1, 4, 16, 24), torch.rand(1, 6, 8, 12), torch.rand(1, 8, 4, 6), torch.rand(1, 9, 2, 3)])
    assert painted.shape == (1, 3, 16, 24)
    assert bool(((painted >= 0) & (painted <= 1)).all())
