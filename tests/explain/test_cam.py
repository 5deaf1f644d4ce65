import numpy as np
import pytest
import torch

from cnn_core.errors import InputError
from cnn_core.explain.cam import grad_cam, rescale_positive, weighted_maps
from cnn_core.explain.targets import class_margin, class_score
from tests.explain.blackboard import Everything, TwoChannels
from tests.explain.test_receptive_field import Watching

X = torch.tensor([[[[1.0, -2.0], [3.0, -4.0]]]])


def test_signed_map_is_the_channels_times_a_quarter():
    # Score 0 is the mean of four values: each has the gradient 1/4, and so has the channel. Channel 1 counts nothing.
    maps = weighted_maps(TwoChannels(), X, [class_score(0), class_score(1)], "maps")
    assert maps.tolist() == [[[0.25, -0.5], [0.75, -1]], [[-0.25, 0.5], [-0.75, 1]]]


def test_heatmap_is_the_positive_part_as_shares():
    heatmap = grad_cam(TwoChannels(), X, class_score(1, "dark"), "maps")
    assert heatmap.values.tolist() == [[0, 0.5], [0, 1]]
    assert (heatmap.target, heatmap.layer) == ("score of dark", "maps")


def test_margin_map_is_the_difference_of_the_maps():
    one, two, margin = weighted_maps(TwoChannels(), X, [class_score(0), class_score(1), class_margin(0, 1)], "maps")
    np.testing.assert_allclose(margin, one - two)


def test_nothing_positive_is_an_empty_map():
    assert rescale_positive(np.array([[-1, -2]], np.float32)).tolist() == [[0, 0]]
    assert grad_cam(TwoChannels(), X.abs(), class_score(1), "maps").values.max() == 0


@pytest.mark.parametrize("layer", ["fc", "drop"])
def test_a_layer_without_place_is_refused(layer):
    with pytest.raises(InputError, match="no height and width"):
        grad_cam(Everything(), torch.zeros(1, 3, 4, 4), class_score(0), layer)


def test_under_a_mode_of_somebody_else():
    with Watching():  # see there: a tensor's shape is a plain tuple
        assert grad_cam(TwoChannels(), X, class_score(1), "maps").values.tolist() == [[0, 0.5], [0, 1]]


def test_works_within_inference_mode():
    model = TwoChannels()
    with torch.inference_mode():
        assert grad_cam(model, X * 1, class_score(0), "maps").values.max() == 1
