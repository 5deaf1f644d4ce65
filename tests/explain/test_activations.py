import numpy as np
import pytest
import torch
from torch import nn

from cnn_core.errors import InputError
from cnn_core.explain.activations import activations, activations_of_several, first_activations, most_varied, shrunk
from cnn_core.explain.kernels import first_kernels
from cnn_core.results import Activations
from tests.explain.blackboard import Everything, Mean, TwoChannels

X = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])


def test_channels_are_the_picture_and_its_negative():
    assert activations(TwoChannels(), X, "maps").values.tolist() == [[[1, 2], [3, 4]], [[-1, -2], [-3, -4]]]


def test_several_layers_come_from_one_pass():
    found = activations_of_several(TwoChannels(), X, ["pool", "maps"])
    assert list(found) == ["pool", "maps"]  # in the order asked for, not that in which they ran
    assert found["pool"].values.tolist() == [[[2.5]], [[-2.5]]]
    assert found["maps"].layer == "maps"


def test_a_vector_becomes_maps_of_one_pixel():
    assert activations(Everything(), torch.zeros(1, 3, 4, 4), "fc").values.shape == (3, 1, 1)


def test_values_before_a_relu_stay_negative():
    model = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.ReLU())
    nn.init.constant_(model[0].weight, -1)
    assert activations(model, X, "0").values.max() == -1


@pytest.mark.parametrize("layer", ["", "nothing", "maps.0"])
def test_unknown_layer_is_refused_with_those_there_are(layer):
    with pytest.raises(InputError, match="maps, pool"):
        activations(TwoChannels(), X, layer)


def test_two_pictures_are_refused():
    with pytest.raises(InputError, match="a batch of 2"):
        activations(TwoChannels(), torch.zeros(2, 1, 2, 2), "maps")


def test_a_layer_that_does_not_run_is_refused():
    model = TwoChannels()
    model.spare = nn.Conv2d(1, 1, 1)
    with pytest.raises(InputError, match="gave no tensor"):
        activations(model, X, "spare")


def test_liveliest_channel_varies_most_and_among_single_numbers_is_the_largest():
    maps = np.zeros((3, 1, 2), np.float32)
    maps[0], maps[1] = 9, [[0, 1]]
    assert most_varied(Activations("x", maps)) == 1
    assert most_varied(Activations("x", np.array([-5, 2, 1], np.float32).reshape(3, 1, 1))) == 1


def test_large_maps_are_averaged_in_squares() -> None:
    maps = Activations("x", np.arange(2 * 4 * 7, dtype=np.float32).reshape(2, 4, 7))
    assert shrunk(maps, 7) is maps
    assert shrunk(maps, 4).values.tolist() == [
        [[4, 6, 8], [18, 20, 22]],
        [[32, 34, 36], [46, 48, 50]],
    ]  # column 6 is left out


class Regions(nn.Module):
    """Cuts as many regions out of a picture as its first number says."""

    def __init__(self) -> None:
        super().__init__()
        self.cut = Cut()

    def forward(self, x, more=0):
        return self.cut(x, int(x.flatten()[0]) + more)


class Cut(nn.Module):
    def forward(self, x, count):
        return torch.stack([x[0] + k for k in range(count)]) if count else x[:0]


def test_of_several_regions_the_first_is_looked_at_and_none_is_said() -> None:
    x = torch.full((1, 1, 1, 2), 2.0)
    assert first_activations(Regions(), x, ["cut"])["cut"].values.tolist() == [[[2, 2]]]
    with pytest.raises(InputError, match="found nothing in this picture"):
        first_activations(Regions(), x, ["cut"], -2)


def test_first_kernels_are_those_over_colours():
    model = Everything()
    kernels = first_kernels(model)
    assert kernels.shape == (4, 3, 3, 3)
    kernels[:] = 0
    assert model.conv.weight.abs().sum() > 0
    assert first_kernels(TwoChannels()) is None
    assert first_kernels(Mean()) is None
