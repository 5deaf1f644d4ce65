"""Resizing on unequal sides: every edge worked by hand, the border's colour, and bilinear values to the level."""

import numpy as np
import pytest

from cnn_core.errors import PictureError
from cnn_core.images import opening
from cnn_core.images.placement import IMAGENET_MEAN, Placement, fit

# An upload of 90 x 200 (height x width) for a network of 40 x 100.
PAD = Placement.plan((90, 200), (40, 100), "pad")  # scale 40 / 90: 89 x 40 in the middle, 5 columns left, 6 right
CROP = Placement.plan((90, 200), (40, 100), "crop")  # 200 x 80 of the upload: rows 5 to 85
STRETCH = Placement.plan((90, 200), (40, 100), "stretch")
TALL = Placement.plan((200, 90), (100, 40), "pad")


def test_where_the_upload_lies() -> None:
    assert (PAD.source, PAD.inside) == ((0, 0, 200, 90), (5, 0, 94, 40))
    assert (CROP.source, CROP.inside) == ((0, 5, 200, 85), (0, 0, 100, 40))
    assert (STRETCH.source, STRETCH.inside) == ((0, 0, 200, 90), (0, 0, 100, 40))
    assert (TALL.source, TALL.inside) == ((0, 0, 90, 200), (0, 5, 40, 94))
    assert (PAD.upload, PAD.size) == ((90, 200), (40, 100))


def test_points_on_unequal_sides() -> None:
    assert STRETCH.point_to_upload(25, 10) == (50, 22.5)
    assert STRETCH.point_from_upload(50, 22.5) == (25, 10)
    assert CROP.point_to_upload(25, 10) == (50, 25)  # twice as large, 5 rows further down
    assert CROP.point_from_upload(50, 25) == (25, 10)
    assert CROP.point_from_upload(50, 0) == (25, -2.5)  # cropped away
    assert PAD.point_to_upload(5, 0) == (0, 0)
    assert PAD.point_to_upload(94, 40) == pytest.approx((200, 90))
    assert PAD.point_from_upload(100, 45) == (49.5, 20)


def test_boxes_on_unequal_sides_are_clipped() -> None:
    assert STRETCH.boxes_to_upload([(10, 4, 30, 20)]).tolist() == [[20, 9, 60, 45]]
    assert CROP.boxes_to_upload([(10, 4, 30, 20), (-5, -9, 200, 99)]).tolist() == [[20, 13, 60, 45], [0, 0, 200, 90]]
    assert PAD.boxes_to_upload([(0, 0, 100, 40)]).tolist() == [[0, 0, 200, 90]]
    assert PAD.boxes_to_upload([(49.5, 20, 94, 40)])[0] == pytest.approx([100, 45, 200, 90])


def test_a_map_of_unequal_sides_comes_back_upright() -> None:
    values = np.array([[1, 2, 3, 4], [5, 6, 7, 8]], np.float32)
    back = Placement.plan((2, 4), (40, 100), "stretch").map_to_upload(values)
    assert back.tolist() == values.tolist()
    cropped = Placement.plan((4, 4), (2, 4), "crop").map_to_upload(values)
    assert cropped.tolist() == [[0] * 4, [1, 2, 3, 4], [5, 6, 7, 8], [0] * 4]
    assert Placement.plan((4, 4), (2, 4), "crop").mask_to_upload(values.astype(np.uint8)).tolist() == cropped.tolist()
    padded = Placement.plan((2, 2), (2, 4), "pad")  # the middle two columns
    assert padded.map_to_upload(values).tolist() == [[2, 3], [6, 7]]
    assert padded.mask_to_upload(values.astype(np.uint8)).tolist() == [[2, 3], [6, 7]]


def test_a_border_has_the_mean_colour_and_the_picture_its_own() -> None:
    picture = np.full((2, 4, 3), (200, 100, 50), np.uint8)
    fitted, _ = fit(picture, 4, 4, "pad")
    assert IMAGENET_MEAN == (124, 116, 104)  # 255 times 0.485, 0.456, 0.406: red, green, blue
    assert fitted[0].tolist() == fitted[3].tolist() == [[124, 116, 104]] * 4
    assert fitted[1].tolist() == fitted[2].tolist() == [[200, 100, 50]] * 4


def test_bilinear_values() -> None:
    picture = np.array([[[0, 80, 200], [255, 0, 100]]], np.uint8)
    larger, _ = fit(picture, 1, 4, "stretch")
    assert larger[0].tolist() == [[0, 80, 200], [64, 60, 175], [191, 20, 125], [255, 0, 100]]
    row = np.array([[[0] * 3, [100] * 3, [200] * 3, [40] * 3]], np.uint8)
    # Half as many: each new centre lies between two old ones; the triangle reaches two old pixels far: 1, 3, 3, 1 eighths.
    smaller, _ = fit(row, 1, 2, "stretch")
    assert smaller[0, :, 0].tolist() == [round((3 * 0 + 3 * 100 + 200) / 7), round((100 + 3 * 200 + 3 * 40) / 7)]


def test_cropping_takes_the_middle_of_unequal_sides() -> None:
    picture = np.arange(6 * 4 * 3, dtype=np.uint8).reshape(6, 4, 3)
    assert fit(picture, 2, 4, "crop")[0].tolist() == picture[2:4].tolist()
    assert fit(picture, 6, 2, "crop")[0].tolist() == picture[:, 1:3].tolist()


def test_longest_sides() -> None:
    for shape, pixels, expected in (((30, 120), 60, (15, 60)), ((120, 30), 60, (60, 15)), ((500, 3), 50, (50, 1))):
        capped, placement = opening.cap_longest_side(np.zeros((*shape, 3), np.uint8), pixels)
        assert capped.shape[:2] == placement.size == expected
    assert opening.cap_longest_side(np.zeros((30, 60, 3), np.uint8), 60)[0].shape == (30, 60, 3)
    assert opening.for_the_screen(np.zeros((1280, 900, 3), np.uint8)).shape == (1280, 900, 3)
    assert opening.for_the_screen(np.zeros((900, 1281, 3), np.uint8)).shape == (450, 641, 3)


# ---------------------------------------------------------------- depths


def test_sixteen_bits_by_257() -> None:
    levels = np.arange(256)
    table = opening.SIXTEEN_TO_EIGHT_BITS
    assert (table[257 * levels] == levels).all()
    assert (table[257 * levels[:-1] + 128] == levels[:-1]).all() and (table[257 * levels[:-1] + 129] == levels[1:]).all()


def test_a_file_of_exactly_the_limit_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    pixel = np.array([[[10, 20, 30]]], np.uint8)
    data = opening.to_png(pixel)
    monkeypatch.setattr(opening, "MOST_BYTES", len(data))
    assert opening.open_picture(data).tolist() == pixel.tolist()
    with pytest.raises(PictureError, match="has more than"):
        opening.open_picture(data + b"0")


def test_floats_by_255() -> None:
    row = np.array([[0.0, 0.2, 0.4, 0.501, 0.998, 1.0]])
    assert opening.open_picture(row)[0, :, 1].tolist() == [0, 51, 102, 128, 254, 255]


def test_channels_keep_their_order() -> None:
    pixel = np.array([[[10, 20, 30]]], np.uint8)
    for source in (pixel, opening.to_png(pixel), np.array([[[10, 20, 30, 255]]], np.uint8), pixel.astype(np.uint16) * 257):
        assert opening.open_picture(source).tolist() == [[[10, 20, 30]]]


def test_enlarging_goes_by_the_longer_side() -> None:
    picture = np.array([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]], np.uint8)
    assert opening.enlarge_to(picture, 6)[:, :, 0].tolist() == [[1, 1, 4, 4, 7, 7]] * 2
    assert opening.enlarge_to(picture, 7).shape == (3, 9, 3)
