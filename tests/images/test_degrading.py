"""Pictures that show less: each step worked out by hand."""

from itertools import pairwise

import numpy as np
import pytest

from cnn_core.errors import InputError
from cnn_core.images import degrading

TINY = np.array(
    [
        [[0, 10, 200], [4, 20, 100], [8, 30, 0], [255, 40, 50]],
        [[2, 10, 100], [6, 60, 0], [9, 31, 1], [100, 41, 51]],
    ],
    np.uint8,
)
"""(2, 4, 3), no two pixels alike."""


def test_few_pixels_are_means_of_what_they_stand_for() -> None:
    small = degrading.shrink(TINY, 2)
    # (0 + 4 + 2 + 6) / 4 = 3, (10 + 20 + 10 + 60) / 4 = 25, (200 + 100 + 100 + 0) / 4 = 100
    # (8 + 255 + 9 + 100) / 4 = 93, (30 + 40 + 31 + 41) / 4 = 35.5, (0 + 50 + 1 + 51) / 4 = 25.5
    assert small.shape == (1, 2, 3)
    assert small[0, 0].tolist() == [3, 25, 100]
    assert np.abs(small[0, 1] - np.array([93, 35.5, 25.5])).max() <= 1  # rows and columns are rounded one after the other


def test_the_longer_side_counts_and_what_is_small_stays() -> None:
    assert degrading.shrink(np.zeros((30, 60, 3), np.uint8), 8).shape == (4, 8, 3)
    assert degrading.shrink(np.zeros((60, 30, 3), np.uint8), 8).shape == (8, 4, 3)
    assert degrading.shrink(np.zeros((1, 200, 3), np.uint8), 8).shape == (1, 8, 3)
    assert degrading.shrink(TINY, 4) is TINY


def test_pixels_become_blocks_or_flow_into_each_other() -> None:
    blocks = degrading.spread(TINY, 4, 8, smooth=False)
    assert np.array_equal(blocks, TINY.repeat(2, 0).repeat(2, 1))
    flowing = degrading.spread(np.array([[[0] * 3, [200] * 3]], np.uint8), 1, 8, smooth=True)[0, :, 0].astype(int)
    assert flowing[0] < 40 < flowing[3] < 100 < flowing[4] < 160 < flowing[7] and (np.diff(flowing) >= -10).all()


def test_noise_is_mixed_in_by_its_share() -> None:
    whole = degrading.mix_with_noise(TINY, 1, 5)
    assert np.array_equal(whole, np.random.default_rng(5).integers(0, 256, (2, 4, 3)))
    assert np.array_equal(degrading.mix_with_noise(TINY, 0, 5), TINY)
    quarter = degrading.mix_with_noise(TINY, 0.25, 5)  # the same noise, a quarter of it
    assert np.array_equal(quarter, np.round(0.75 * TINY + 0.25 * whole).astype(np.uint8))
    assert not np.array_equal(quarter, degrading.mix_with_noise(TINY, 0.25, 6))


def test_noise_is_uniform() -> None:
    noise = degrading.mix_with_noise(np.zeros((200, 300, 3), np.uint8), 1, 0)
    assert (noise.min(), noise.max()) == (0, 255) and abs(noise.mean() - 127.5) < 1


def rows_seen(opened: float, slats: int, height: int = 8) -> list[int]:
    picture = np.full((height, 3, 3), 7, np.uint8)
    return np.nonzero((degrading.close_shutters(picture, opened, slats) == 7).all((1, 2)))[0].tolist()


def test_a_slat_opens_from_its_upper_edge() -> None:
    assert rows_seen(0.25, 2) == [0, 4]  # slats of four rows, a quarter of each
    assert rows_seen(0.5, 2) == [0, 1, 4, 5]
    assert rows_seen(0.75, 1) == [0, 1, 2, 3, 4, 5]
    assert rows_seen(1, 2) == list(range(8))
    assert rows_seen(0, 2) == []
    assert rows_seen(0.7, 3, 9) == [0, 1, 2, 3, 4, 5, 6, 7, 8]  # rows begin at 0, 1/3, 2/3 of a slat
    assert rows_seen(2 / 3, 3, 9) == [0, 1, 3, 4, 6, 7]


def test_behind_a_closed_slat_is_grey_and_the_picture_stays_as_it_was() -> None:
    before = TINY.copy()
    closed = degrading.close_shutters(TINY, 0.5, 1)
    assert closed[1].tolist() == [[128] * 3] * 4 and np.array_equal(closed[0], TINY[0])
    assert np.array_equal(TINY, before)
    with pytest.raises(InputError, match="5 slats need as many rows"):
        degrading.close_shutters(TINY, 0.5, 5)


def test_the_object_alone_and_its_background_alone() -> None:
    box = (0.25, 0.5, 0.75, 1.0)  # columns 1 and 2 of the second row
    kept, left = degrading.keep_box(TINY, box), degrading.take_box_out(TINY, box)
    inside = np.zeros((2, 4), bool)
    inside[1, 1:3] = True
    assert np.array_equal(kept[inside], TINY[inside]) and (kept[~inside] == 128).all()
    assert np.array_equal(left[~inside], TINY[~inside]) and (left[inside] == 128).all()


@pytest.mark.parametrize("box", [(0.5, 0, 0.5, 1), (-0.1, 0, 1, 1), (0, 0, 1, 1.1), (0, 0.9, 1, 0.2)])
def test_a_box_that_is_none_is_refused(box: degrading.Box) -> None:
    with pytest.raises(InputError, match="shares from 0 to 1"):
        degrading.corners(TINY, box)


PHOTO = np.random.default_rng(0).integers(0, 256, (60, 90, 3)).astype(np.uint8)


@pytest.mark.parametrize("how", ["blur", "blocks", "noise", "shutters"])
def test_each_step_shows_more(how: degrading.How) -> None:
    shown = degrading.show_step_by_step(PHOTO, how, seed=3)
    assert len(shown) == len(degrading.name_steps(how)) == degrading.STEPS
    away = [np.abs(step.astype(float) - PHOTO).mean() for step in shown]
    assert {step.shape for step in shown} == {PHOTO.shape}
    if how in ("noise", "shutters"):  # fewer pixels of a picture of noise need not come nearer to it
        assert all(later <= earlier for earlier, later in pairwise(away))
    assert away[-1] < away[0] / 4 if how == "noise" else away[-1] == 0  # 128 pixels are more than there are


def test_a_step_is_what_its_name_says() -> None:
    blocks = degrading.show_step_by_step(PHOTO, "blocks")
    assert degrading.name_steps("blocks")[:2] == ["8 px", "12 px"]
    assert len(np.unique(blocks[0].reshape(-1, 3), axis=0)) == 8 * 5  # 90 x 60 pixels become 8 x 5
    assert degrading.name_steps("noise")[0] == "97% noise" and degrading.name_steps("shutters")[-1] == "100% open"
    noise = degrading.show_step_by_step(PHOTO, "noise", 3)[2]
    assert np.array_equal(noise, degrading.mix_with_noise(PHOTO, 0.9, 3))
    shutters = degrading.show_step_by_step(PHOTO, "shutters")[5]
    assert np.array_equal(shutters, degrading.close_shutters(PHOTO, 0.45))
