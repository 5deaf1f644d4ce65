"""Explanations worked on paper on unequal sides, where signs, axes and means that are wrong would show."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.explain.activations import activations, as_maps, most_varied
from cnn_core.explain.cam import grad_cam, rescale_positive, weighted_maps
from cnn_core.explain.faithfulness import Faithfulness, blurred_picture, masks, ranks
from cnn_core.explain.gradients import Attribution, integrated_gradients, rescale, smooth, smooth_grad
from cnn_core.explain.kernels import first_kernels
from cnn_core.explain.layer_table import in_words, last_of_each_size, layer_table
from cnn_core.explain.randomisation import draw_like, randomise, rank_correlation
from cnn_core.explain.receptive_field import ReceptiveField, Span, receptive_fields
from cnn_core.explain.targets import Target, class_probability, class_score
from cnn_core.explain.top_patches import excitations
from cnn_core.results import Activations, Heatmap, LayerFacts
from tests.explain.blackboard import Mean, Product, TwoChannels


class Linear(nn.Module):
    """x (N, 1, 1, 3) -> the maps x and 10 x -> a score: 1, 2, 6 times the first map, 0, 0, -3 times the other."""

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.Conv2d(1, 2, 1, bias=False)
        self.maps.weight.data = torch.tensor([1.0, 10.0]).view(2, 1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        weights = torch.tensor([[1.0, 2.0, 6.0], [0.0, 0.0, -3.0]])
        return (self.maps(x)[:, :, 0] * weights).sum((1, 2))[:, None]


class Applied(nn.Module):
    """A function as a layer."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


# ---------------------------------------------------------------- Grad-CAM and gradients


def test_grad_cam_weights_each_channel_by_the_mean_of_its_gradient() -> None:
    x = torch.tensor([[[[1.0, 2.0, -4.0]]]])
    # mean gradients: (1 + 2 + 6) / 3 = 3 and -3 / 3 = -1; 3 x - 10 x = -7 x
    assert weighted_maps(Linear(), x, [class_score(0)], "maps").tolist() == [[[-7, -14, 28]]]
    assert grad_cam(Linear(), x, class_score(0), "maps").values.tolist() == [[0, 0, 1]]
    assert rescale_positive(np.array([[-3, 2], [8, 4]], np.float32)).tolist() == [[0, 0.25], [1, 0.5]]


def test_smooth_grad_is_the_size_of_the_mean_and_not_the_mean_of_sizes() -> None:
    # The gradient of a b is (b, a). Around a = 0 its sign changes with the noise and cancels.
    noise = 0.25 * 4 * torch.randn((9, 1, 1, 2), generator=torch.Generator().manual_seed(4))
    a, b = noise[:, 0, 0, 0], 4 + noise[:, 0, 0, 1]
    assert float(a.abs().mean()) > 2 * abs(float(a.mean()))
    values = smooth_grad(Product(), torch.tensor([[[[0.0, 4.0]]]]), class_score(0), noise=0.25, samples=9, seed=4).values[0]
    np.testing.assert_allclose(values, rescale(np.array([b.mean().abs(), a.mean().abs()], np.float32)), rtol=1e-4)


def test_rescaling_stops_at_the_99th_percentile() -> None:
    values = np.arange(101, dtype=np.float32).reshape(1, 101)
    assert rescale(values)[0, [0, 33, 99, 100]].tolist() == pytest.approx([0, 1 / 3, 1, 1])


def test_smoothing_is_a_gaussian_of_one_pixel() -> None:
    spike = np.zeros((9, 11), np.float32)
    spike[4, 6] = 1
    weights = np.exp(-0.5 * np.arange(-2, 3) ** 2) / np.exp(-0.5 * np.arange(-2, 3) ** 2).sum()
    np.testing.assert_allclose(smooth(spike)[2:7, 4:9], np.outer(weights, weights), rtol=1e-4)


def test_the_share_that_is_accounted_for() -> None:
    values = np.array([[1, 2]], np.float32)
    assert Attribution(values, 6.0, Heatmap(values / 2, "x")).accounted == 0.5


def test_integrated_gradients_sum_the_colours_and_keep_the_sign() -> None:
    class Colours(nn.Module):
        def forward(self, x: Tensor) -> Tensor:  # (N, 3, 1, 2): -1 red, 2 green of the first pixel, 3 blue of the second
            return (-x[:, 0, 0, 0] + 2 * x[:, 1, 0, 0] + 3 * x[:, 2, 0, 1])[:, None]

    x = torch.tensor([[5.0, 0.0], [1.0, 0.0], [0.0, 2.0]]).view(1, 3, 1, 2)
    start = torch.tensor([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]).view(1, 3, 1, 2)
    answer = integrated_gradients(Colours(), x, class_score(0), start, steps=3)
    assert answer.values[0].tolist() == pytest.approx([-4 + 2, 6])
    assert answer.rise == pytest.approx(4) and answer.accounted == pytest.approx(1)
    assert answer.heatmap.values.tolist() == [[0, 1]]


# ---------------------------------------------------------------- layers


def test_layers_of_unequal_sides() -> None:
    x = torch.arange(6.0).view(1, 1, 2, 3)
    assert activations(TwoChannels(), x, "maps").values.tolist() == [[[0, 1, 2], [3, 4, 5]], [[0, -1, -2], [-3, -4, -5]]]
    assert as_maps(torch.tensor([[1.0, 2.0]])).tolist() == [[[[1]], [[2]]]]
    values = np.array([[[0, 9, 9, 9]], [[0, 9, 0, 9]], [[50, 51, 50, 51]]], np.float32)
    assert most_varied(Activations("x", values)) == 1


def test_kernels_are_the_first_convolutions_weights() -> None:
    model = nn.Sequential(nn.Conv2d(3, 2, (2, 3)), nn.Conv2d(2, 3, 1))
    kernels = first_kernels(model)
    assert kernels is not None and kernels.tolist() == model[0].weight.tolist()


def test_a_table_of_unequal_sides() -> None:
    model = nn.Sequential(nn.Conv2d(3, 2, (3, 5), stride=(1, 2)), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(1))
    table = layer_table(model, torch.zeros(1, 3, 8, 13), [("0", "convolution"), ("1", "pooling"), ("2", "mean")])
    assert [(facts.shape, facts.parameters, facts.receptive_field, facts.stride) for facts in table] == [
        ((2, 6, 5), 92, 5, 2), ((2, 3, 2), 0, 7, 4), ((2, 1, 1), 0, 0, 0)
    ]  # fmt: skip
    assert [facts.name for facts in last_of_each_size(table)] == ["0", "1"]
    fields = receptive_fields(model, torch.zeros(1, 3, 8, 13), ["1"])["1"]
    assert (fields.vertical, fields.horizontal) == (Span(0, 3, 2), Span(0, 6, 4))


def test_weights_that_are_used_twice_count_once() -> None:
    shared = nn.Conv2d(3, 3, 1)
    model = nn.Sequential(shared, nn.ReLU(), shared, nn.Tanh())
    table = layer_table(model, torch.zeros(1, 3, 4, 4), [("1", "first"), ("3", "second")])
    assert [facts.parameters for facts in table] == [12, 0]


def test_words_at_the_edge() -> None:
    whole = in_words(LayerFacts("a", "b", (4, 3, 5), 0, 8, 1), 8)
    assert whole.endswith("4 channels of 3 × 5; each value sees 8 × 8, of 8 × 8 pixels")
    assert "more than the 8 × 8" in in_words(LayerFacts("a", "b", (4, 3, 5), 0, 9, 1), 8)
    assert in_words(LayerFacts("a", "b", (4, 1, 1), 0, 9, 1), 8) == "**b**: 4 numbers, each made from the whole picture"


@pytest.mark.parametrize(
    ("module", "span"),
    [
        (nn.AvgPool2d(3), Span(0, 2, 3)),  # without a stride a pooling steps by its own size
        (nn.MaxPool2d(3), Span(0, 2, 3)),
        (nn.AvgPool2d(3, 1, 1), Span(-1, 1, 1)),
        (nn.MaxPool2d(3, 2, 1, dilation=2), Span(-1, 3, 2)),
        (nn.Conv2d(3, 1, 4, stride=3, padding=2, dilation=2), Span(-2, 4, 3)),
        (nn.Conv2d(3, 1, 5, padding="same"), Span(-2, 2, 1)),
        (nn.Conv2d(3, 1, 5, padding="valid"), Span(0, 4, 1)),
        (nn.Conv2d(3, 1, 3, padding="same", dilation=2), Span(-2, 2, 1)),
        (Applied(lambda x: F.avg_pool2d(x, 3)), Span(0, 2, 3)),  # without nn's own default
        (Applied(lambda x: F.max_pool2d(x, 3)), Span(0, 2, 3)),
        (nn.AdaptiveAvgPool2d(5), Span(0, 3, 3)),  # 16 values in 5 groups: of up to 4, some 3 apart
    ],
)
def test_spans_of_windows(module: nn.Module, span: Span) -> None:
    field = receptive_fields(nn.Sequential(module), torch.zeros(1, 3, 16, 16), ["0"])["0"]
    assert (field.vertical, field.horizontal) == (span, span)


def test_a_patch_of_unequal_sides() -> None:
    field = ReceptiveField(Span(-1, 1, 2), Span(-2, 3, 5))
    assert field.box(1, 2, 6, 20) == (8, 1, 14, 4)  # columns 10 - 2 to 10 + 3, rows 2 - 1 to 2 + 1
    assert field.box(3, 4, 6, 20) == (18, 5, 20, 6)
    assert (field.size, field.stride) == (6, 5)


def test_exciting_patches_of_unequal_sides() -> None:
    model = nn.Sequential(nn.Conv2d(3, 1, 1, bias=False))
    nn.init.ones_(model[0].weight)
    x = torch.zeros(1, 3, 4, 10)
    x[0, 1, 3, 2] = 5
    found = excitations(model, x.split(1), ["0"])["0"]
    assert found.places.tolist() == [[[3, 2]]] and found.sizes == ((4, 10),)
    assert found.top(0, 1)[0].box == (0.2, 0.75, pytest.approx(0.3), 1)


# ---------------------------------------------------------------- checks of explanations


def test_ranks_of_a_map_of_another_size() -> None:
    values = np.array([[0, 0, 9, 9], [1, 1, 5, 5]], np.float32)
    assert ranks(values, 2).tolist() == [[3, 0], [2, 1]]


def test_masks_of_unequal_sides() -> None:
    found = masks(np.array([[2, 0], [1, 3]]), np.array([1, 3]), (2, 4))[:, 0]
    assert found.int().tolist() == [[[0, 0, 1, 1], [0, 0, 0, 0]], [[1, 1, 1, 1], [1, 1, 0, 0]]]


def test_areas_are_means_over_the_shares() -> None:
    curve = Faithfulness(*(np.array(values, np.float32) for values in ([0, 0.5, 1], [1, 0, 0], [0, 1, 1])))
    assert (curve.deletion_area, curve.insertion_area) == (0.25, 0.75)


def test_the_blur_is_a_sixteenth_of_the_longer_side() -> None:
    x = torch.zeros(1, 3, 33, 64)
    x[..., 16, 32] = 1
    steps = np.arange(-12, 13)
    weights = np.exp(-(steps**2) / (2 * 4**2))  # a Gaussian of 64 / 16 pixels, three of them to each side
    weights /= weights.sum()
    assert float(blurred_picture(x)[0, 2, 16, 32]) == pytest.approx(weights[12] ** 2, rel=1e-3)
    assert float(blurred_picture(x)[0, 0, 16, 32 + 8]) == pytest.approx(weights[12] * weights[20], rel=1e-3)


def test_deleted_cells_become_the_mean_colour_and_answers_stay_with_their_step() -> None:
    from cnn_core.explain.faithfulness import faithfulness

    x = torch.ones(1, 3, 2, 4) * torch.tensor([1.0, 1, 5, 5])
    (curve,) = faithfulness(Mean(), x, class_score(0), [np.array([[0, 1]], np.float32)], cells=2, steps=2)
    assert curve.deletion.tolist() == [3, 0.5, 0]  # the right half, of the fives, goes first
    assert curve.shares.tolist() == [0, 0.5, 1]
    assert curve.insertion[-1] == 3


def test_random_weights_have_the_mean_and_the_spread_of_the_learned_ones() -> None:
    learned = torch.tensor([1.0, 5.0])
    expected = 3 + 2 * torch.randn(2, generator=torch.Generator().manual_seed(4))
    assert draw_like(learned, torch.Generator().manual_seed(4)).tolist() == pytest.approx(expected.tolist())
    model = nn.Sequential(nn.Conv2d(3, 20, 3), nn.Linear(50, 40))
    changed = randomise(model, 1, seed=2)
    assert torch.equal(changed[0].weight, model[0].weight) and not torch.equal(changed[1].weight, model[1].weight)
    assert float(changed[1].weight.detach().std()) == pytest.approx(float(model[1].weight.detach().std()), rel=0.05)
    assert not changed.training


def test_rank_correlation_with_ties_on_both_sides() -> None:
    a, b = np.array([[1, 1, 2, 5]], np.float32), np.array([[3, 1, 1, 9]], np.float32)
    # ranks 1.5 1.5 3 4 and 3 1.5 1.5 4, less 2.5: products (-.5) + 1 + (-.5) + 2.25 = 2.25; squares 4.5 each
    assert rank_correlation(a, b) == pytest.approx(0.5)
    assert rank_correlation(b, np.zeros_like(a)) == 0
    assert rank_correlation(np.array([[1, 2], [3, 4]], np.float32), np.array([[1, 2], [3, 9]], np.float32)) == pytest.approx(
        1
    )


def test_targets_and_their_words() -> None:
    logits = torch.tensor([[0.0, math.log(4.0), math.log(5.0)]])
    assert class_probability(1)(logits).tolist() == pytest.approx([0.4])
    assert class_probability(2, "owl").words == "probability of owl"
    assert class_score(2, "owl").words == "score of owl"
    assert Target("x", lambda output: output[:, 0])(torch.tensor([[7.0, 8.0]])).tolist() == [7]
