import copy

import pytest
import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_map

from cnn_core.errors import InputError
from cnn_core.explain.receptive_field import EVERYTHING, ReceptiveField, join, receptive_fields
from cnn_core.explain.span import Span
from cnn_core.models import build_model
from cnn_core.models.resnet import PadShortcut


def fields_of(*modules: nn.Module, side: int = 24) -> list[tuple[int, int]]:
    """(size, stride) after each module of a chain."""
    model = nn.Sequential(*modules)
    found = receptive_fields(model, torch.zeros(1, 3, side, side), [str(n) for n in range(len(modules))])
    return [(field.size, field.stride) for field in found.values()]


def conv(kernel, inputs=3, **more):
    return nn.Conv2d(inputs, 3, kernel, **more)


def test_two_3x3_convolutions_see_5x5_and_pooling_adds_a_step():
    chain = (conv(3), conv(3), nn.MaxPool2d(2), conv(3), nn.ReLU(), nn.BatchNorm2d(3).eval())
    assert fields_of(*chain) == [(3, 1), (5, 1), (6, 2), (10, 2), (10, 2), (10, 2)]


class Watching(TorchFunctionMode):
    """Lets everything happen, but takes answers apart as ``spaces`` does: a tensor's shape is a plain tuple then."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        return tree_map(lambda part: part, function(*args, **(kwargs or {})))


def test_under_a_mode_of_somebody_else():
    with Watching():
        assert type(torch.zeros(1, 2).shape) is tuple
        assert fields_of(conv(3), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1)) == [(3, 1), (4, 2), (0, 0)]


def test_stride_multiplies():
    assert fields_of(conv(3, stride=2), conv(3, stride=2), conv(3)) == [(3, 2), (7, 4), (15, 4)]


def test_dilation_spreads_the_window():
    assert fields_of(conv(3, dilation=2), conv(3, dilation=4, padding="same")) == [(5, 1), (13, 1)]


def test_overlapping_pooling_as_in_alexnet():
    assert fields_of(conv(11, stride=4), nn.MaxPool2d(3, 2), conv(5), side=99) == [(11, 4), (19, 8), (51, 8)]


def test_a_long_kernel_counts_by_its_longer_side():
    model = nn.Sequential(conv((1, 7)))
    field = receptive_fields(model, torch.zeros(1, 3, 9, 9), ["0"])["0"]
    assert (field.size, field.vertical, field.horizontal) == (7, Span(0, 0, 1), Span(0, 6, 1))


def test_average_over_everything_sees_everything():
    assert fields_of(conv(3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2)) == [(3, 1), (0, 0), (0, 0), (0, 0)]


def test_adaptive_pooling_to_a_grid_is_a_window():
    assert fields_of(conv(3, padding=1), nn.AdaptiveAvgPool2d(6)) == [(3, 1), (6, 4)]


class Branches(nn.Module):
    """1x1, 3x3, 3x3-3x3 and pooling side by side, as in GoogLeNet."""

    def __init__(self):
        super().__init__()
        self.one, self.three, self.pool = conv(1), conv(3, padding=1), nn.MaxPool2d(3, 1, 1)
        self.five = nn.Sequential(conv(3, padding=1), conv(3, padding=1))
        self.together = nn.Identity()

    def forward(self, x):
        return self.together(torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], 1))


def test_where_branches_meet_the_widest_counts():
    found = receptive_fields(Branches(), torch.zeros(1, 3, 9, 9), ["one", "three", "five", "pool", "together"])
    assert [field.size for field in found.values()] == [1, 3, 5, 3, 5]
    assert found["together"].vertical == Span(-2, 2, 1)


def test_every_second_pixel_is_a_stride_and_sees_one():
    model = nn.Sequential(PadShortcut(2, 2))
    field = receptive_fields(model, torch.zeros(1, 3, 8, 8), ["0"])["0"]
    assert (field.size, field.stride, field.vertical.first) == (1, 2, 0)


def test_slicing_and_padding_move_the_window():
    class Cut(nn.Module):
        def __init__(self):
            super().__init__()
            self.cut, self.pad = nn.Identity(), nn.Identity()

        def forward(self, x):
            x = self.cut(x[:, :, 2:, 1::3])
            return self.pad(nn.functional.pad(x, (1, 0)))

    found = receptive_fields(Cut(), torch.zeros(1, 3, 9, 9), ["cut", "pad"])
    assert (found["cut"].vertical, found["cut"].horizontal) == (Span(2, 2, 1), Span(1, 1, 3))
    assert found["pad"].horizontal == Span(-2, -2, 3)  # column 0 is padding now, as if it saw 3 pixels further left


def test_box_is_cut_at_the_border():
    field = ReceptiveField(Span(-1, 1, 2), Span(-3, 3, 2))
    assert field.box(0, 0, 8, 8) == (0, 0, 4, 2)
    assert field.box(2, 3, 8, 8) == (3, 3, 8, 6)
    assert EVERYTHING.box(0, 0, 8, 9) == (0, 0, 9, 8)


def test_join_with_everything_is_everything():
    assert join(ReceptiveField(), EVERYTHING).size == 0


@pytest.mark.parametrize("operation", [lambda x: x.repeat(1, 1, 2, 2), lambda x: x.flip(2)[:, :, [0, 1]]])
def test_an_unknown_operation_is_named_and_not_guessed(operation):
    class Odd(nn.Module):
        def __init__(self):
            super().__init__()
            self.end = nn.Identity()

        def forward(self, x):
            return self.end(operation(x))

    with pytest.raises(InputError, match="not known here"):
        receptive_fields(Odd(), torch.zeros(1, 3, 4, 4), ["end"])


def test_a_layer_that_does_not_look_at_the_picture_is_refused():
    class Blind(nn.Module):
        def __init__(self):
            super().__init__()
            self.end = nn.Identity()

        def forward(self, x):
            return self.end(torch.ones(1, 1, 4, 4))

    with pytest.raises(InputError, match="does not look"):
        receptive_fields(Blind(), torch.zeros(1, 3, 4, 4), ["end"])


# ---------------------------------------------------------------- against gradients, on every architecture

ARCHITECTURES = {
    "lenet": ("lenet", {"classes": 3}, 32),
    "alexnet": ("alexnet", {"classes": 3, "widths": (2, 2, 2, 2, 2), "hidden": 3, "dropout": 0.0}, 32),
    "inception": ("inception", {"classes": 3, "stem": 2, "stages": [[(1, (1, 1), (1, 1), 1)]] * 2}, 48),
    "vgg": ("vgg", {"classes": 3, "widths": [2, 2, 2], "depths": [1, 2, 2]}, 64),
    "resnet": ("resnet", {"classes": 3, "widths": [2, 3, 4], "blocks": [1, 2, 1], "stem_stride": 2}, 96),
    "resnet, option A": ("resnet", {"classes": 3, "widths": [2, 3, 4], "blocks": [1, 1, 1], "shortcut": "pad"}, 64),
}


def transparent(model: nn.Module) -> nn.Module:
    """A copy through which every input value pushes every output value that can see it: positive, linear, no maximum."""
    model = copy.deepcopy(model).eval().double()
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.MaxPool2d):
                setattr(parent, name, nn.AvgPool2d(child.kernel_size, child.stride, child.padding))
            elif isinstance(child, nn.BatchNorm2d | nn.ReLU) or type(child).__name__ == "ScaledTanh":
                setattr(parent, name, nn.Identity())
    for parameter in model.parameters():
        nn.init.constant_(parameter, 1.0)
    return model


@pytest.mark.parametrize("case", ARCHITECTURES)
def test_fields_are_those_that_gradients_show(case):
    architecture, arguments, side = ARCHITECTURES[case]
    model = transparent(build_model(architecture, arguments))
    names = [name for name, _ in model.layers()]
    fields = receptive_fields(model, torch.zeros(1, 3, side, side, dtype=torch.float64), names)
    x = torch.ones(1, 3, side, side, dtype=torch.float64, requires_grad=True)
    outputs = {}
    for name in names:
        model.get_submodule(name).register_forward_hook(lambda m, i, o, name=name: outputs.__setitem__(name, o))
    model(x)
    checked = 0
    for name, output in outputs.items():
        if output.ndim < 4 or fields[name].everything:
            continue
        row, column = output.shape[2] // 2, output.shape[3] // 3
        (gradient,) = torch.autograd.grad(output[0, :, row, column].sum(), x, retain_graph=True)
        rows, columns = (gradient[0].sum(0) != 0).nonzero().unbind(1)
        seen = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
        assert seen == fields[name].box(row, column, side, side), name
        checked += 1
    assert checked >= 5
