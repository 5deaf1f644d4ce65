"""Single steps of gradient ascent worked on paper: the direction, the size, the way back of the shift, the sizes."""

import pytest
import torch
from torch import Tensor, nn

from cnn_core.explain.visualisation import (
    Objective,
    Pixels,
    Waves,
    as_picture,
    ascend,
    class_logit,
    dream,
    shift_and_scale,
    visualise,
)


class Same(nn.Module):
    """Answers with what it is shown."""

    def forward(self, x: Tensor) -> Tensor:
        return x


class RedLessGreen(nn.Module):
    """x (N, 3, H, W) -> (N, 1): the mean of red less green."""

    def forward(self, x: Tensor) -> Tensor:
        return (x[:, 0] - x[:, 1]).mean((1, 2))[:, None]


def as_it_is(x: Tensor) -> Tensor:
    return x


def test_the_gradient_is_moved_back_to_where_it_belongs() -> None:
    target = torch.zeros(1, 3, 20, 30)
    target[0, 1, 4, 7], target[0, 2, 9, 2] = 3, -1
    objective = Objective("x", "", lambda x: (x * target).sum())
    ground = torch.full((1, 3, 20, 30), 0.5)
    down, right = torch.randint(-8, 9, (2,), generator=torch.Generator().manual_seed(11)).tolist()
    assert down != right and down and right
    added, value = ascend(
        Same(), as_it_is, objective, ground, torch.zeros_like(ground), 1e-4, torch.Generator().manual_seed(11)
    )
    mean = 4 / target.numel()
    expected = torch.zeros_like(target)
    expected[0, 1, (4 - down) % 20, (7 - right) % 30] = 1e-4 * 3 / mean  # uphill
    expected[0, 2, (9 - down) % 20, (2 - right) % 30] = -1e-4 / mean
    assert torch.allclose(added, expected, atol=1e-6)
    assert value == pytest.approx(0.5 * 3 - 0.5)


def test_a_dream_goes_from_coarse_to_fine() -> None:
    shapes: list[tuple[int, ...]] = []

    def note(x: Tensor) -> Tensor:
        shapes.append(tuple(x.shape))
        return x

    objective = Objective("x", "", lambda x: x[:, 0].mean())
    stages = list(dream(Same(), note, objective, torch.full((1, 3, 70, 98), 0.25), 3, 2, 0.01, 0))
    assert [shape[2:] for shape in shapes] == [(36, 50)] * 2 + [(50, 70)] * 2 + [(70, 98)] * 2
    assert [stage.step for stage in stages] == [1, 2, 3, 4, 5, 6]
    assert [stage.value for stage in stages][:2] == pytest.approx([0.25, 0.28])  # the gradient is red's alone: 3 x 0.01
    assert stages[-1].picture[30, 40].tolist() == [round(255 * (0.25 + 6 * 0.03)), 64, 64]
    assert stages[-1].picture.shape == (70, 98, 3)


def test_the_first_step_of_adam_goes_its_rate_uphill() -> None:
    start = Pixels(6, torch.Generator().manual_seed(5)).logits.detach()
    (stage,) = visualise(RedLessGreen(), as_it_is, class_logit(0, "x"), 6, 1, 5, jitter=False, frequencies=False)
    changed = start + 0.05 * torch.tensor([1.0, -1.0, 0.0]).view(1, 3, 1, 1)
    assert (stage.picture == (255 * changed.sigmoid()[0].permute(1, 2, 0)).round().numpy()).all()
    begun = start.sigmoid()[0].mean((1, 2))
    assert stage.value == pytest.approx(float(begun[0] - begun[1]), abs=1e-6)  # before the step
    assert float(start.std()) == pytest.approx(0.1, rel=0.3)


def test_waves_of_one_number_are_its_independent_colour() -> None:
    canvas = Waves(4, torch.Generator().manual_seed(0))
    canvas.waves.data.zero_()
    canvas.waves.data[0, 1, 0, 0, 0] = 2.0  # the mean of the second colour; strength 4, four values a side
    longest = (0.26**2 + 0.27**2 + 0.27**2) ** 0.5
    plain = 2.0 / 4  # 2 x 4 / 4 by "ortho", over the contrast 4
    expected = torch.tensor([0.09, 0.0, -0.09]) / longest * plain
    assert canvas().detach()[0, :, 2, 3].tolist() == pytest.approx(expected.sigmoid().tolist())


def test_lucids_colours() -> None:
    matrix = Waves(4, torch.Generator()).colours
    assert [[round(float(value), 3) for value in row] for row in matrix] == [
        [0.563, 0.195, 0.043], [0.584, 0.0, -0.108], [0.584, -0.195, 0.065]
    ]  # fmt: skip


def test_a_picture_is_shifted_both_ways_and_scaled_by_a_tenth_at_most() -> None:
    size, reach = 64, 6
    y, x = torch.meshgrid(torch.arange(size) + 0.5, torch.arange(size) + 0.5, indexing="ij")
    picture = torch.stack([x, y, x + y])[None]  # red says which column a value came from, green which row
    scales, shifts = [], []
    for seed in range(60):
        moved = shift_and_scale(picture, reach, torch.Generator().manual_seed(seed))
        across, down = moved[0, 0, 20:44, 20:44], moved[0, 1, 20:44, 20:44]
        assert torch.allclose(across[0], across[-1], atol=1e-3) and torch.allclose(down[:, 0], down[:, -1], atol=1e-3)
        scales.append(23 / float(across[0, -1] - across[0, 0]))
        shifts.append((float(across[:, 11:13].mean()) - 32, float(down[11:13].mean()) - 32))
    assert 0.89 < min(scales) < 0.93 and 1.07 < max(scales) < 1.11
    for offsets in zip(*shifts, strict=True):
        assert -7.5 < min(offsets) < -4 and 4 < max(offsets) < 7.5
    assert any(abs(right - down) > 3 for right, down in shifts)


def test_pictures_are_rounded() -> None:
    x = torch.tensor([0.0, 0.5, 1.0, 0.3, 0.701, 0.999]).view(1, 3, 1, 2)
    assert as_picture(x).tolist() == [[[0, 255, 179], [128, 76, 255]]]
