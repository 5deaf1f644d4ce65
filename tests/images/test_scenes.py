"""Scenes put together of other pictures: what lies where, worked by hand on pictures of a few pixels."""

import numpy as np
import pytest

from cnn_core.images import samples, scenes

RED, BLUE = (200, 10, 20), (10, 20, 200)


def plain(height: int, width: int, colour: tuple[int, int, int]) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


def test_pictures_stand_side_by_side_at_one_height() -> None:
    row = scenes.put_side_by_side([plain(20, 10, RED), plain(5, 10, BLUE)], height=10)
    assert row.shape == (10, 5 + 20, 3)  # 20 x 10 becomes 10 x 5, 5 x 10 becomes 10 x 20
    assert (row[:, :5] == RED).all()
    assert (row[:, 5:] == BLUE).all()


def test_a_mirror_image_exchanges_left_and_right() -> None:
    picture = np.hstack([plain(2, 1, RED), plain(2, 2, BLUE)])
    assert scenes.mirror(picture)[0].tolist() == [list(BLUE), list(BLUE), list(RED)]


def test_a_surface_of_double_width_has_no_seam() -> None:
    surface = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    wide = scenes.double_width(surface, height=1, width=3)
    assert wide.shape == (1, 3, 3)
    assert wide[0, :, 0].tolist() == [0, 3, 3]  # the first row's two pixels, then the last one again


def test_what_is_pasted_lies_where_it_was_told_to() -> None:
    scene = plain(8, 12, BLUE)
    pasted = scenes.paste(scene, plain(4, 2, RED), corner=(7, 1), height=6)
    assert (scene == BLUE).all()  # stays as it is
    assert np.argwhere((pasted == RED).all(2)).tolist() == [[y, x] for y in range(1, 7) for x in range(7, 10)]


def test_only_what_the_mask_keeps_is_set_down() -> None:
    mask = np.array([[True, False], [False, False]])
    made = scenes.set_down(plain(4, 4, BLUE), plain(2, 2, RED), mask, corner=(1, 2), height=2)
    assert np.argwhere((made == RED).all(2)).tolist() == [[2, 1]]


def test_the_subject_before_white_is_cut_out_whole() -> None:
    picture = plain(100, 120, (250, 250, 250))
    picture[20:, 30:90] = RED  # stands on the lower edge
    picture[40:60, 50:65] = 255  # a white patch inside belongs to it
    picture[5:9, 5:9] = BLUE  # a speck does not
    mask = scenes.mask_on_white(picture)
    rim = scenes.RIM // 2
    expected = np.zeros((100, 120), bool)
    expected[20 + rim :, 30 + rim : 90 - rim] = True
    assert np.array_equal(mask, expected)


def test_a_grey_picture_is_dyed() -> None:
    assert scenes.dye(plain(1, 1, (100, 100, 100)), (0.75, 1.1, 3.0)).tolist() == [[[75, 110, 255]]]


# ---------------------------------------------------------------- the samples made so


def test_the_small_cat_lies_where_the_tests_of_the_tabs_look_for_it() -> None:
    bare = scenes.double_width(samples.load("brick"))
    for name, corners in (("cat_on_wall", [(470, 180)]), ("cats_on_wall", [(470, 180), (50, 60)])):
        changed = (samples.load(name) != bare).any(2)
        expected = np.zeros((400, 768), bool)
        for x, y in corners:
            expected[y : y + 165, x : x + 248] = True
            assert changed[y : y + 165, x : x + 248].mean() > 0.95
        assert not (changed & ~expected).any()


def test_the_cub_stands_on_the_lawn_without_its_white() -> None:
    changed = (samples.load("cub_on_lawn") != samples.load("lawn")).any(2)
    rows, columns = np.nonzero(changed)
    assert (rows.min(), rows.max()) == pytest.approx((170, 373), abs=8)
    assert (columns.min(), columns.max()) == pytest.approx((484, 692), abs=8)
    assert 0.6 < changed[170:373, 484:692].mean() < 0.9  # no rectangle: the lawn shows beside the head
    assert samples.load("cub_on_lawn")[changed].min(1).mean() < 140  # little of the white came along


def test_two_cats_touch_in_the_middle() -> None:
    cats = samples.load("two_cats").astype(int)
    assert cats.shape == (400, 1202, 3)
    assert np.abs(cats - cats[:, ::-1]).max() == 0
    assert np.abs(cats[:, 600] - cats[:, 601]).max() == 0


def test_the_dog_is_brown_and_white_with_a_black_nose_and_a_red_tongue() -> None:
    dog = samples.load("dog").astype(int)
    assert dog.shape == (320, 320, 3)

    def tone(x: int, y: int) -> list[float]:
        return list(dog[y - 3 : y + 4, x - 3 : x + 4].mean((0, 1)))

    assert tone(160, 186) == pytest.approx([28, 22, 22], abs=20)
    red, green, blue = tone(160, 245)
    assert red > green + 60 and red > blue + 60
    for x in (78, 242):  # both ears darker than the cheeks between them
        assert sum(tone(x, 150)) < sum(tone(160, 100)) - 150
    assert tone(10, 60)[2] > tone(10, 60)[0] + 30  # the sky is blue
    assert tone(10, 250)[1] > tone(10, 250)[0] + 20  # the lawn is green
