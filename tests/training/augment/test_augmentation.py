"""Augmentation: the shapes, what must not change, and cases that can be worked by hand."""

import torch
from torch import Generator

from cnn_core.training.augment.pictures import cutout, random_blur, random_light, random_resized_crop, random_shift


def rng(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def test_a_crop_of_one_colour_keeps_the_colour() -> None:
    x = torch.full((6, 3, 16, 16), 0.25)
    y = random_resized_crop(x, 10, (0.3, 1.0), rng())
    assert y.shape == (6, 3, 10, 10)
    assert torch.allclose(y, torch.tensor(0.25))


def test_a_crop_is_a_straight_part_of_the_picture_or_its_mirror() -> None:
    ramp = torch.linspace(0, 1, 32).expand(40, 1, 32, 32)  # brighter to the right
    y = random_resized_crop(ramp, 16, (0.3, 0.6), rng())
    steps = y[:, 0, :, 1:] - y[:, 0, :, :-1]
    assert torch.allclose(y[:, :, 0], y[:, :, -1], atol=1e-5)  # nothing is tilted
    rising, falling = (steps > 0).flatten(1).all(1), (steps < 0).flatten(1).all(1)
    assert (rising | falling).all()
    assert 8 < falling.sum() < 32  # mirrored about half of the time
    widths = (y[:, 0, 0, -1] - y[:, 0, 0, 0]).abs()
    assert widths.max() < 0.95  # area 0.6 at aspect 4/3 is 0.89 wide; widest ends are half a pixel short
    assert widths.min() > 0.4  # area 0.3 at aspect 3/4 is 0.47 wide


def test_crops_differ_with_the_seed_alone() -> None:
    x = torch.rand(4, 3, 16, 16, generator=rng(5))
    a, b, c = (random_resized_crop(x, 12, (0.3, 1.0), rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)


def test_shift_moves_or_mirrors_whole_pixels() -> None:
    x = torch.arange(36.0).view(1, 1, 6, 6)
    padded = torch.nn.functional.pad(x, [1] * 4, mode="reflect")
    allowed = [
        part
        for top in range(3)
        for left in range(3)
        for part in (padded[..., top : top + 6, left : left + 6], padded[..., top : top + 6, left : left + 6].flip(3))
    ]
    for seed in range(12):
        y = random_shift(x, 1, rng(seed))
        assert any(torch.equal(y, entry) for entry in allowed)


def test_blur_touches_only_its_share() -> None:
    x = torch.rand(8, 3, 16, 16, generator=rng(1))
    y = random_blur(x, 0.5, (0.8, 0.9), rng())
    assert torch.equal(x[4:], y[4:])
    assert not torch.isclose(x[:4], y[:4]).all(1).any(2).all()
    assert torch.allclose(x[:4].mean((2, 3)), y[:4].mean((2, 3)), atol=0.02)  # blur moves light about, it makes none


def test_light_scales_the_mean_by_at_most_its_strength() -> None:
    x = torch.rand(50, 3, 8, 8, generator=rng(1))
    y = random_light(x, 0.2, rng())
    ratio = y.mean((1, 2, 3)) / x.mean((1, 2, 3))
    assert ratio.min() >= 0.8 - 1e-5
    assert ratio.max() <= 1.2 + 1e-5
    assert ratio.max() - ratio.min() > 0.2


def test_cutout_paints_one_square_in_the_given_colour() -> None:
    x = torch.ones(30, 3, 12, 12)
    y = cutout(x, 4, (0.1, 0.2, 0.3), rng())
    changed = (y != 1).all(1)
    assert (y[:, 0][changed] == 0.1).all()
    assert (y[:, 2][changed] == 0.3).all()
    assert changed.flatten(1).sum(1).max() == 16  # a whole square
    assert changed.flatten(1).sum(1).min() >= 4  # cut off at a corner, never gone


def test_contrast_changes_apart_from_brightness() -> None:
    x = torch.rand(80, 3, 8, 8, generator=rng(1))
    y = random_light(x, 0.2, rng())
    contrast = y.std((1, 2, 3)) / x.std((1, 2, 3))
    brightness = y.mean((1, 2, 3)) / x.mean((1, 2, 3))
    assert contrast.min() >= 0.8 - 1e-4
    assert contrast.max() <= 1.2 + 1e-4
    assert contrast.max() - contrast.min() > 0.3
    assert abs(float(torch.corrcoef(torch.stack([contrast, brightness]))[0, 1])) < 0.5


def test_every_shift_occurs_and_half_are_mirrored() -> None:
    x = torch.arange(30.0).view(1, 1, 5, 6).expand(600, 1, 5, 6)
    y = random_shift(x, 1, rng())
    steps = (y[:, 0, 2, 3] - y[:, 0, 2, 2]).tolist()
    assert 250 < sum(step < 0 for step in steps) < 350
    assert {float(v) for v in y[:, 0, 2, 2]} == {6.0 * row + column for row in (1, 2, 3) for column in (1, 2, 3, 4)}


def test_a_crop_is_never_upside_down_and_lies_anywhere() -> None:
    ramp = torch.linspace(0, 1, 32)[:, None].expand(60, 1, 32, 32)  # brighter downwards
    y = random_resized_crop(ramp, 16, (0.3, 0.6), rng())
    assert (y[:, 0, 1:] > y[:, 0, :-1]).all()
    assert torch.allclose(y[..., 0], y[..., -1], atol=1e-5)
    middles = y[:, 0].mean((1, 2))
    assert middles.min() < 0.4
    assert middles.max() > 0.6
    assert y.min() >= 0
    assert (y[:, 0, -1, 0] - y[:, 0, 0, 0]).max() < 0.95
