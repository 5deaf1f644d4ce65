"""The style network: sizes, styles that do not touch each other, mixtures."""

import pytest
import torch

from cnn_core.models import build_model
from cnn_core.models.style_network import StyledNorm


def test_the_norm_worked_by_hand() -> None:
    norm = StyledNorm(1, 2)
    with torch.no_grad():
        norm.scale[1], norm.shift[1] = 2.0, 5.0
    x = torch.tensor([[[[1.0, 3.0]]]])  # mean 2, deviation 1
    assert norm(x, torch.tensor([[1.0, 0.0]])).flatten().tolist() == pytest.approx([-1, 1], abs=1e-4)
    assert norm(x, torch.tensor([[0.0, 1.0]])).flatten().tolist() == pytest.approx([3, 7], abs=1e-4)
    assert norm(x, torch.tensor([[0.5, 0.5]])).flatten().tolist() == pytest.approx([1, 4], abs=1e-4)


def test_sizes_and_mixtures() -> None:
    torch.manual_seed(0)
    network = build_model("style_network", {"styles": 3, "widths": [4, 6, 8], "blocks": 1}).eval()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if "scale" in name or "shift" in name:
                parameter.copy_(torch.randn_like(parameter))
        x = torch.randn(1, 3, 20, 36)
        pure = [network(x, torch.eye(3)[k : k + 1]) for k in range(3)]
        together = network(x.expand(3, -1, -1, -1), torch.eye(3))  # each picture gets its own style
        alone = network(x)
    assert all(picture.shape == x.shape for picture in pure)
    assert float(pure[0].min()) >= 0
    assert float(pure[0].max()) <= 1
    assert torch.equal(alone, pure[0])
    assert not torch.allclose(pure[0], pure[1])
    assert torch.allclose(together, torch.cat(pure), atol=1e-5)
