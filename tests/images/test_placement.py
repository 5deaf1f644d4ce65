"""Resizing remembers how: boxes, points, maps and masks come back to the upload's own pixels. Figures worked by hand."""

import numpy as np
import pytest
import torch
from PIL import Image

from cnn_core.errors import InputError
from cnn_core.images import opening, samples
from cnn_core.images.placement import Placement

WIDE = np.random.default_rng(0).integers(0, 256, (100, 200, 3), np.uint8)  # height 100, width 200


def plan(how):
    return opening.fit(WIDE, 64, 64, how)[1]


@pytest.mark.parametrize(
    ("how", "source", "inside"),
    [
        ("stretch", (0, 0, 200, 100), (0, 0, 64, 64)),
        ("pad", (0, 0, 200, 100), (0, 16, 64, 48)),  # 200 x 100 -> 64 x 32, in the middle
        ("crop", (50, 0, 150, 100), (0, 0, 64, 64)),  # the middle 100 x 100
    ],
)
def test_what_part_goes_where(how, source, inside):
    assert plan(how) == Placement((100, 200), (64, 64), source, inside)


@pytest.mark.parametrize(
    ("how", "box", "expected"),
    [
        ("stretch", (32, 32, 64, 64), (100, 50, 200, 100)),
        ("pad", (32, 16, 64, 48), (100, 0, 200, 100)),
        ("pad", (0, 0, 64, 64), (0, 0, 200, 100)),  # the border is no part of the upload
        ("crop", (0, 0, 64, 64), (50, 0, 150, 100)),
        ("crop", (-64, 16, 32, 32), (0, 25, 100, 50)),
    ],
)
def test_boxes_to_upload(how, box, expected):
    boxes = plan(how).boxes_to_upload([box, box])
    assert boxes.dtype == np.float32 and boxes.tolist() == [list(expected)] * 2


def test_no_boxes():
    assert plan("pad").boxes_to_upload(np.zeros((0, 4))).shape == (0, 4)


@pytest.mark.parametrize(
    ("how", "point", "expected"),
    [
        ("stretch", (32, 32), (100, 50)),
        ("pad", (0, 16), (0, 0)),
        ("pad", (0, 0), (0, -50)),
        ("crop", (0.5, 64), (50.78125, 100)),
    ],
)
def test_points_there_and_back(how, point, expected):
    placement = plan(how)
    assert placement.point_to_upload(*point) == pytest.approx(expected)
    assert placement.point_from_upload(*expected) == pytest.approx(point)


@pytest.mark.parametrize("how", ["stretch", "pad", "crop"])
@pytest.mark.parametrize("upload", [(100, 200), (333, 77), (64, 64), (1, 1), (1, 999), (999, 1)])
@pytest.mark.parametrize("size", [(64, 64), (32, 96), (1, 1)])
def test_every_shape_survives(how, upload, size):
    picture, placement = opening.fit(np.full((*upload, 3), 7, np.uint8), *size, how, fill=(7, 7, 7))
    assert picture.shape == (*size, 3) and (picture == 7).all() and picture.flags.writeable
    x1, y1, x2, y2 = placement.source
    ones = placement.map_to_upload(np.ones((5, 9), np.float32))
    assert ones.shape == upload and np.allclose(ones[y1:y2, x1:x2], 1) and ones.sum() == pytest.approx((x2 - x1) * (y2 - y1))
    assert placement.mask_to_upload(np.ones((5, 9), bool)).sum() == (x2 - x1) * (y2 - y1)
    box = placement.boxes_to_upload([placement.inside])[0]
    assert box == pytest.approx(placement.source)


def test_padding_keeps_the_border_and_its_colour():
    picture, _ = opening.fit(WIDE, 64, 64, "pad", fill=(1, 2, 3))
    assert (picture[:16] == (1, 2, 3)).all() and (picture[48:] == (1, 2, 3)).all()
    assert np.array_equal(picture[16:48], opening.fit(WIDE, 32, 64, "stretch")[0])


def test_cropping_is_resizing_the_middle():
    picture, _ = opening.fit(WIDE, 32, 32, "crop")
    middle, _ = opening.fit(WIDE[:, 50:150].copy(), 32, 32, "stretch")
    assert np.array_equal(picture[:, 1:-1], middle[:, 1:-1])  # at the cut, the neighbours beyond it take part
    same, _ = opening.fit(WIDE, 100, 100, "crop")  # nothing to resample
    assert np.array_equal(same, WIDE[:, 50:150])


# ---------------------------------------------------------------- maps and masks


def test_a_map_is_bilinear_with_pixel_centres_at_a_half():
    # New centres at 1/4, 3/4, 5/4, 7/4 of an old pixel, old ones at 1/2 and 3/2: 0, 1/4, 3/4, 1.
    placement = Placement.plan((1, 4), (10, 10), "stretch")
    assert placement.map_to_upload(np.array([[0, 1]])).tolist() == [[0, 0.25, 0.75, 1]]


def test_the_padded_part_of_a_map_is_left_out():
    # 4 rows over 64 pixels; the upload fills the middle 32 of them: rows 1 and 2 alone.
    values = np.repeat([[100.0], [1], [2], [100]], 4, axis=1)
    back = plan("pad").map_to_upload(values)
    assert back.shape == (100, 200)
    assert np.allclose(back[25], 1, atol=0.05) and np.allclose(back[74], 2, atol=0.05)  # the middles of rows 1 and 2
    mask = plan("pad").mask_to_upload(values.astype(int))
    assert (mask[:50] == 1).all() and (mask[50:] == 2).all()


def test_the_cropped_part_of_a_map_is_zero():
    back = plan("crop").map_to_upload(np.full((7, 7), 0.5))
    assert (back[:, 50:150] == 0.5).all() and back[:, :50].max() == 0 and back[:, 150:].max() == 0


def test_a_mask_keeps_its_type_and_its_values():
    placement = Placement.plan((2, 4), (8, 8), "stretch")
    assert placement.mask_to_upload(np.array([[True, False]])).tolist() == [[True, True, False, False]] * 2
    six = np.array([[0, 1, 2, 3, 4, 5]])  # shrunk to two, the middle one of each three stays
    assert Placement.plan((1, 2), (8, 8), "stretch").mask_to_upload(six).tolist() == [[1, 4]]
    assert Placement.plan((2, 1), (8, 8), "stretch").mask_to_upload(six.T).tolist() == [[1], [4]]
    classes = np.array([[3, 200], [7, 9]], np.uint8)
    back = Placement.plan((37, 53), (8, 8), "stretch").mask_to_upload(classes)
    assert back.dtype == np.uint8 and set(np.unique(back)) == {3, 7, 9, 200}


def test_a_square_that_is_found_lies_where_it_was():
    picture = np.zeros((300, 400, 3), np.uint8)
    picture[60:120, 200:320] = 255
    for how in ("stretch", "pad", "crop"):
        small, placement = opening.fit(picture, 100, 100, how, fill=(0, 0, 0))
        found = placement.mask_to_upload(small[:, :, 0] > 127)
        rows, columns = np.nonzero(found)
        assert abs(rows.min() - 60) <= 4 and abs(rows.max() - 119) <= 4
        assert abs(columns.min() - 200) <= 4 and abs(columns.max() - 319) <= 4


# ---------------------------------------------------------------- quality


@pytest.mark.parametrize("size", [(32, 48), (64, 64), (224, 224)])
def test_twelve_megapixels_stay_close_to_plain_antialiased_bilinear(size):
    picture = np.random.default_rng(1).integers(0, 256, (3000, 4000, 3), np.uint8)  # noise is the hardest picture
    plain = np.array(Image.fromarray(picture).resize(size[::-1], Image.Resampling.BILINEAR))
    difference = np.abs(opening.fit(picture, *size, "stretch")[0].astype(int) - plain)
    assert difference.max() <= 4 and difference.mean() < 0.5


def test_a_photograph_is_resized_as_torch_does_with_antialiasing():
    picture = samples.load("chelsea")
    tensor = torch.tensor(picture).permute(2, 0, 1)[None].float()
    expected = torch.nn.functional.interpolate(tensor, (64, 64), mode="bilinear", antialias=True)[0].permute(1, 2, 0).numpy()
    assert np.abs(opening.fit(picture, 64, 64, "stretch")[0] - expected).max() <= 1.5


def test_fine_stripes_become_grey_not_moire():
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[:, ::2] = 255
    assert np.abs(opening.fit(stripes, 50, 50, "stretch")[0].astype(int) - 127.5).max() < 16


# ---------------------------------------------------------------- the rest


def test_for_the_screen_only_shrinks():
    assert opening.for_the_screen(np.zeros((3000, 4000, 3), np.uint8)).shape == (750, 1000, 3)
    assert opening.for_the_screen(np.zeros((30, 40, 3), np.uint8)).shape == (30, 40, 3)
    assert opening.for_the_screen(np.zeros((1, 9000, 3), np.uint8)).shape == (1, 1125, 3)
    halves = np.zeros((1281, 4, 3), np.uint8)
    halves[::2] = 200
    assert opening.for_the_screen(halves)[0, 0].tolist() == [100, 100, 100]


def test_cap_longest_side():
    small, placement = opening.cap_longest_side(WIDE, 50)
    assert small.shape == (25, 50, 3) and placement.upload == (100, 200)
    assert placement.boxes_to_upload([(0, 0, 25, 25)]).tolist() == [[0, 0, 100, 100]]
    same, _ = opening.cap_longest_side(WIDE, 500)
    assert np.array_equal(same, WIDE) and not np.shares_memory(same, WIDE)


def test_impossible_wishes():
    for height, width in ((0, 5), (5, -1)):
        with pytest.raises(InputError, match="each side needs at least 1"):
            opening.fit(WIDE, height, width, "stretch")
    with pytest.raises(InputError, match="each side needs at least 1"):
        opening.cap_longest_side(WIDE, 0)
    with pytest.raises(InputError, match="'stretch', 'pad' or 'crop', not 'squeeze'"):
        opening.fit(WIDE, 5, 5, "squeeze")


def test_the_picture_is_left_alone():
    picture = WIDE.copy()
    picture.flags.writeable = False
    for how in ("stretch", "pad", "crop"):
        opening.fit(picture, 100, 200, how)[0][:] = 0
    assert np.array_equal(picture, WIDE)
