"""What a value sees after an enlargement, worked on squared paper."""

import pytest
import torch

from cnn_core.explain.receptive_field import receptive_fields
from cnn_core.explain.span import Span
from cnn_core.models import build_model
from tests.explain.test_receptive_field import transparent


def seen(span: Span, count: int) -> list[tuple[int, int]]:
    return [span.of(output) for output in range(count)]


def test_repeated_values_see_the_same() -> None:
    pooled = Span().through_window(2, 2, 0, 1)  # pixels 0-1, 2-3, 4-5
    large = pooled.enlarged(2)
    assert seen(large, 5) == [(0, 1), (0, 1), (2, 3), (2, 3), (4, 5)]
    assert (large.size, large.period, large.step) == (2, 2, 2)
    assert large.of(-1) == (-2, -1)  # the padding goes on in the same way


def test_a_kernel_of_three_after_an_enlargement_meets_two_values_or_one_more_pixel() -> None:
    found = Span().through_window(2, 2, 0, 1).enlarged(2).through_window(3, 1, 1, 1)
    assert seen(found, 4) == [(-2, 1), (0, 3), (0, 3), (2, 5)]
    assert found.size == 4


def test_pooling_after_an_enlargement_is_plain_again() -> None:
    assert Span().enlarged(2).through_window(2, 2, 0, 1) == Span()


def test_bilinear_values_are_mixtures_of_two_neighbours() -> None:
    assert seen(Span().blended(2), 4) == [(-1, 0), (0, 1), (0, 1), (1, 2)]  # places -0.25, 0.25, 0.75, 1.25
    assert seen(Span().blended(3), 4) == [(-1, 0), (0, 0), (0, 1), (0, 1)]  # the middle one of three lies on a value


def test_stamps_of_three_two_apart_overlap_at_every_second_place() -> None:
    # input 0 stamps places -1, 0, 1, input 1 places 1, 2, 3: place 0 has one stamp, place 1 two
    assert seen(Span().stamped(3, 2, 1), 4) == [(0, 0), (0, 1), (1, 1), (1, 2)]


def test_a_skip_connection_joins_fields_of_unequal_periods() -> None:
    fine, coarse = Span(-1, 1), Span().through_window(2, 2, 0, 1).enlarged(2)
    assert seen(fine.joined(coarse), 3) == [(-1, 1), (0, 2), (1, 3)]
    assert Span(-1, 1).joined(Span(0, 2)) == Span(-1, 2)


DECODERS = {
    "u-net": ("unet", {"classes": 2, "widths": [2, 2, 2]}, ["decoder.up.0", "decoder.up.1", "decoder.last"], 32),
    "style": ("style_network", {"styles": 1, "widths": [2, 2, 2], "blocks": 1}, ["blocks.0", "up.0", "up.1", "last"], 64),
}


@pytest.mark.parametrize("case", DECODERS)
def test_fields_of_decoders_are_those_that_gradients_show(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    architecture, arguments, names, side = DECODERS[case]
    monkeypatch.setattr(torch.nn.functional, "instance_norm", lambda x: x)
    model = transparent(build_model(architecture, arguments))
    x = torch.ones(1, 3, side, side, dtype=torch.float64, requires_grad=True)
    fields = receptive_fields(model, x.detach(), names)
    outputs = {}
    for name in names:
        model.get_submodule(name).register_forward_hook(lambda m, i, o, name=name: outputs.__setitem__(name, o))
    model(x)
    for name, output in outputs.items():
        middle = output.shape[2] // 2
        for row, column in ((middle, middle + 1), (middle + 1, middle - 1)):
            (gradient,) = torch.autograd.grad(output[0, :, row, column].sum(), x, retain_graph=True)
            rows, columns = (gradient[0].sum(0) != 0).nonzero().unbind(1)
            found = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
            assert found == fields[name].box(row, column, side, side), (name, row, column)
