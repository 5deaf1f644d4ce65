import torch
from torch import nn

from cnn_core.explain.top_patches import Patch, excitations
from tests.explain.blackboard import Everything


def spot(value: float, row: int, column: int) -> torch.Tensor:
    """A black picture (1, 3, 8, 8) with one red pixel."""
    x = torch.zeros(1, 3, 8, 8)
    x[0, 0, row, column] = value
    return x


def red_detector() -> nn.Module:
    """Channel 0 is the red value in the middle of its 3 x 3 window, channel 1 its negative."""
    model = nn.Sequential(nn.Conv2d(3, 2, 3, padding=1, bias=False))
    nn.init.zeros_(model[0].weight)
    with torch.no_grad():
        model[0].weight[:, 0, 1, 1] = torch.tensor([1.0, -1.0])
    return model


def test_the_strongest_picture_comes_first_with_the_window_around_its_spot():
    pictures = [spot(1, 4, 4), spot(3, 0, 7), spot(2, 2, 5)]
    found = excitations(red_detector(), pictures, ["0"])["0"]
    assert found.values.tolist() == [[1, 0], [3, 0], [2, 0]]
    assert found.top(0, 2) == [
        Patch(1, (6 / 8, 0 / 8, 8 / 8, 2 / 8), 3.0),  # at the border the window is cut
        Patch(2, (4 / 8, 1 / 8, 7 / 8, 4 / 8), 2.0),
    ]


def test_a_layer_without_place_shows_the_whole_picture():
    found = excitations(Everything(), [spot(1, 0, 0), spot(2, 1, 1)], ["fc"])["fc"]
    assert [patch.box for patch in found.top(2, 5)] == [(0, 0, 1, 1)] * 2
