"""Colour tiles: things of their shapes and patterns wherever they lie; neither colour nor ground tells what they are."""

import numpy as np
import pytest

from cnn_core.images import drawn_tiles
from cnn_core.images.drawn_sets import draw_data
from cnn_core.images.drawn_tiles import FINE, PARTS, PATTERNS, SIDE, TILES, draw_tiles, fill_places, pick_colours

DATA = draw_data("tiles", 600, False, 0)
COLOURS = {"a": np.array([200.0, 0, 0]), "b": np.array([0.0, 100, 0]), "dark": np.array([9.0, 9, 9])}


def test_there_are_as_many_of_each_kind_in_colour_and_no_two_alike() -> None:
    assert DATA.pictures.shape == (600, SIDE, SIDE, 3) and DATA.pictures.dtype == np.uint8 and DATA.channels == 3
    assert draw_data("shapes", 50, False, 0).channels == 1
    assert DATA.classes == TILES and np.bincount(DATA.labels).tolist() == [100] * 6
    assert len({picture.tobytes() for picture in (*DATA.pictures, *DATA.held_out)}) == 800


def test_the_same_chance_draws_the_same() -> None:
    some = [draw_tiles([0, 3], np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert np.array_equal(some[0], some[1]) and not np.array_equal(some[0], some[2])


def test_neither_the_mean_colour_nor_one_pixel_says_what_it_is() -> None:
    """The nearest class mean of the six, of a whole picture's colour: hardly better than a blind guess of 1 in 6."""
    learned, held_out = (part.mean((1, 2)) for part in (DATA.pictures.astype(float), DATA.held_out.astype(float)))
    means = np.stack([learned[DATA.labels == k].mean(0) for k in range(6)])
    said = np.square(held_out[:, None] - means).sum(2).argmin(1)
    assert (said == DATA.held_out_labels).mean() < 0.3


def test_things_lie_on_either_side_and_high_and_low(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a black ground, without noise, a red thing's middle is found by eye."""
    monkeypatch.setattr(drawn_tiles, "draw_ground", lambda rng: (np.zeros((FINE, FINE, 3)), np.zeros(3)))
    monkeypatch.setattr(drawn_tiles, "pick_colours", lambda ground, rng: dict.fromkeys(COLOURS, COLOURS["a"]))
    monkeypatch.setattr(drawn_tiles, "NOISE", 0.0)
    red = draw_tiles([0] * 80, np.random.default_rng(0))[..., 0] > 100
    y, x = np.array([np.argwhere(one).mean(0) for one in red]).T
    assert x.min() < 9 < 15 < x.max() and y.min() < 9 < 15 < y.max()
    assert 1.5 < np.percentile(red.sum((1, 2)), 90) / np.percentile(red.sum((1, 2)), 10) < 6  # larger and smaller


@pytest.mark.parametrize("kind", TILES)
def test_nothing_reaches_far_and_every_fill_is_known(kind: str) -> None:
    for corners, fill in PARTS[kind]():
        assert np.abs(corners).max() <= 1.05 and corners.shape[1] == 2
        assert fill in COLOURS or fill in PATTERNS


def test_parts_are_filled_with_one_colour_or_both() -> None:
    rng = np.random.default_rng(0)
    x, y = np.arange(400) % 60, np.arange(400) // 60
    assert fill_places("dark", x, y, COLOURS, rng).tolist() == [9, 9, 9]
    for name in ("stripes", "bricks", "scales", "dots"):
        filled = {tuple(colour) for colour in fill_places(name, x, y, COLOURS, rng).tolist()}
        assert filled == {(200.0, 0.0, 0.0), (0.0, 100.0, 0.0)}, name
    stripes = fill_places("stripes", np.arange(140), np.zeros(140, int), COLOURS, rng)[:, 0]
    assert np.count_nonzero(np.diff(stripes)) in (19, 20, 21)  # a period of 14: 20 edges in 140
    across = fill_places("stripes", np.zeros(140, int), np.arange(140), COLOURS, rng)[:, 0]
    assert len(set(across.tolist())) == 1  # upright ones


def test_a_things_colours_differ_from_the_ground_and_from_each_other() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        ground = rng.uniform(30, 225, 3)
        found = pick_colours(ground, rng)
        apart = [np.sqrt(np.square(one - other).mean()) for one, other in
                 ((found["a"], ground), (found["b"], ground), (found["a"], found["b"]))]  # fmt: skip
        assert min(apart) > 60 and found["dark"].max() <= 60
