"""Where each drawn thing lies, to the pixel, and in which colour: on pictures that are neither square nor grey."""

from typing import Any

import matplotlib
import numpy as np
import pytest
from PIL import ImageColor

from cnn_core.images import drawing, marking
from cnn_core.images.palette import COLOURS, colour_of, ink_on
from cnn_core.results import Activations, Detections, Heatmap

CAT, DOG = (154, 106, 0), (0, 74, 116)  # "#9A6A00" and "#004A74", the eighth and the twelfth class of PASCAL VOC
PLAIN = np.full((120, 200, 3), (10, 200, 90), np.uint8)


def floats(*values: Any) -> np.ndarray:
    return np.array(values, np.float32)


def magma(share: float) -> list[int]:
    return [int(value) for value in matplotlib.colormaps["magma"](float(share), bytes=True)[:3]]


def red_blue(share: float) -> list[int]:
    return [int(value) for value in matplotlib.colormaps["RdBu_r"](float(share), bytes=True)[:3]]


# ---------------------------------------------------------------- boxes


def test_a_box_is_drawn_on_its_own_pixels() -> None:
    drawn = drawing.overlay_boxes(PLAIN, Detections(floats((30, 20, 170, 100)), floats(0.9), ("cat",)))
    changed = (drawn != PLAIN).any(-1)
    rows, columns = np.nonzero(changed)
    assert (columns.min(), rows.min(), columns.max(), rows.max()) == (30, 20, 170, 100)
    assert (drawn[100, 30:171] == CAT).all() and (drawn[20:101, 170] == CAT).all() and (drawn[40:101, 30] == CAT).all()
    assert not changed[45:100, 31:170].any()  # nothing within, but for the label in the upper left corner


def test_two_boxes_keep_their_own_colours() -> None:
    boxes = floats((10, 60, 60, 110), (100, 10, 190, 90))
    drawn = drawing.overlay_boxes(PLAIN, Detections(boxes, floats(0.5, 0.8), ("dog", "cat")))
    assert drawn[110, 40].tolist() == list(DOG) and drawn[90, 150].tolist() == list(CAT)


def test_the_words_the_sizes_and_the_order_of_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}

    def keep(image: Any, boxes: Any, **options: Any) -> Any:
        given.update(options, image=image, boxes=boxes)
        return image

    monkeypatch.setattr("torchvision.utils.draw_bounding_boxes", keep)
    boxes = floats((1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12))
    picture = np.zeros((700, 1000, 3), np.uint8)
    picture[3, 5] = (1, 2, 3)
    shown = drawing.overlay_boxes(picture, Detections(boxes, floats(0.5, 0.934, 0.2), ("dog", "cat", "bird")))
    assert given["labels"] == ["bird 20%", "dog 50%", "cat 93%"]  # the last one is drawn last, on top
    assert given["boxes"].tolist() == [[9, 10, 11, 12], [1, 2, 3, 4], [5, 6, 7, 8]]
    assert given["colors"] == [colour_of("bird"), colour_of("dog"), colour_of("cat")]
    assert given["label_colors"] == [ink_on(colour_of(name)) for name in ("bird", "dog", "cat")]
    assert (given["width"], given["font_size"]) == (4, 29)  # 1000 / 250, 1000 / 35
    assert given["image"][:, 3, 5].tolist() == shown[3, 5].tolist() == [1, 2, 3]
    drawing.overlay_boxes(picture[:20, :30], Detections(boxes, floats(1, 1, 1), ("a", "b", "c")))
    assert (given["width"], given["font_size"]) == (1, 10)


# ---------------------------------------------------------------- masks


def test_masks_mix_in_the_right_colour_and_the_last_lies_on_top() -> None:
    picture = np.full((4, 6, 3), (40, 80, 120), np.uint8)
    cat, dog = np.zeros((4, 6), bool), np.zeros((4, 6), bool)
    cat[0, :4] = True
    dog[0, 3:] = True
    drawn = drawing.overlay_masks(picture, [("cat", cat), ("dog", dog)], 0.25)
    assert drawn[0, 0].tolist() == [68, 86, 90]  # 3/4 (40, 80, 120) + 1/4 (154, 106, 0)
    assert drawn[0, 5].tolist() == [30, 78, 119]  # 3/4 (40, 80, 120) + 1/4 (0, 74, 116)
    assert drawn[0, 3].tolist() == [51, 83, 96]  # 3/4 (68, 86, 90) + 1/4 (0, 74, 116)
    assert (drawn[1:] == picture[1:]).all()
    assert drawing.overlay_masks(picture, [("cat", cat)], 1)[0, 0].tolist() == list(CAT)
    odd = drawing.overlay_masks(picture + np.uint8([3, 1, 1]), [("cat", cat)], 0.25)
    assert odd[0, 0].tolist() == [71, 87, 91]  # 70.75, 87.25 and 90.75, rounded


def test_a_spotlight_keeps_each_channel() -> None:
    picture = np.full((1, 2, 3), (101, 50, 200), np.uint8)
    lit = drawing.spotlight(picture, np.array([[False, True]]))
    assert lit.tolist() == [[[30, 15, 60], [101, 50, 200]]]


# ---------------------------------------------------------------- maps over pictures


def test_a_heatmap_lies_where_its_cells_are() -> None:
    # Two cells on four pixels: 0, 1/4, 3/4, 1 (bilinear, centres at a half); down the rows nothing changes.
    picture = np.full((2, 4, 3), 100, np.uint8)
    over = drawing.overlay_heatmap(picture, Heatmap(floats((0, 1)), "cat"), 1)
    assert over.tolist() == [[magma(0), magma(0.25), magma(0.75), magma(1)]] * 2
    tall = drawing.overlay_heatmap(np.full((4, 1, 3), 100, np.uint8), Heatmap(floats((0,), (0.5,)), "cat"), 1)
    assert tall[:, 0].tolist() == [magma(0), magma(0.125), magma(0.375), magma(0.5)]


def test_a_weak_heatmap_looks_weak() -> None:
    alone = drawing.draw_heatmap(Heatmap(floats((0.25, 0.5)), "cat"), 2)
    assert alone.tolist() == [[magma(0.25), magma(0.5)]]


def test_the_grey_under_a_heatmap_is_the_brightness() -> None:
    colours = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
    over = drawing.overlay_heatmap(colours, Heatmap(floats((1,)), "cat"), 0)
    assert over[0, :, 0].tolist() == [76, 150, 29]  # 0.299, 0.587 and 0.114 of 255
    half = drawing.overlay_heatmap(colours, Heatmap(floats((1,)), "cat"))  # the opacity is a half
    assert half[0, 0].tolist() == pytest.approx([(76 + value) / 2 for value in magma(1)], abs=1)


def test_a_channel_over_a_picture_by_its_own_and_by_the_common_scale() -> None:
    maps = Activations("conv", floats(((-1, 0, 1, 2),), ((8, 0, 0, -4),)))
    picture = np.full((1, 4, 3), 100, np.uint8)
    own = drawing.overlay_channel(picture, maps, 0, 1)[0].tolist()
    assert own == [red_blue(0.25), red_blue(0.5), red_blue(0.75), red_blue(1)]  # -1/2, 0, 1/2 and 1 of the largest, 2
    common = drawing.overlay_channel(picture, maps, 0, 1, common_scale=True)[0].tolist()
    assert common == [red_blue(7 / 16), red_blue(0.5), red_blue(9 / 16), red_blue(10 / 16)]
    alone = drawing.draw_channel(maps, 1, least=4)[0].tolist()
    assert alone == [red_blue(1), red_blue(0.5), red_blue(0.5), red_blue(0.25)]
    assert drawing.draw_channel(maps, 0, True, 4)[0].tolist() == common


def test_limits_of_channels() -> None:
    maps = Activations("conv", floats(((1, -3),), ((0, 0),), ((2, 1),)))
    assert drawing.find_limits(maps).tolist() == [3, 1, 2]
    assert drawing.find_limits(maps, True).tolist() == [3, 3, 3]


# ---------------------------------------------------------------- kernels, numbers, tiles


def test_kernels_stand_upright() -> None:
    weight = np.zeros((1, 3, 2, 3), np.float32)
    weight[0, 0, 0, 2], weight[0, 1, 1, 0], weight[0, 2, 1, 2] = 1, -1, 0.5  # red above right, green below left, blue
    assert drawing.draw_kernels(weight, 1, gap=0, cell=3).tolist() == [
        [[128, 128, 128], [128, 128, 128], [255, 128, 128]],
        [[128, 1, 128], [128, 128, 128], [128, 128, 192]],
    ]


def test_numbers_have_the_colour_of_their_value_in_their_place() -> None:
    drawn = drawing.draw_numbers(floats((1, -2, 0), (4, 0, -4)), np.array([[False, False, True], [False] * 3]), 40)
    assert drawn.shape == (80, 120, 3)
    ground = {(row, column): drawn[row * 40 + 4, column * 40 + 5].tolist() for row in range(2) for column in range(3)}
    assert ground[0, 0] == red_blue(0.5625) and ground[0, 1] == red_blue(0.375)  # half the range: value / 8, from 1/2
    assert ground[1, 0] == red_blue(0.75) and ground[1, 2] == red_blue(0.25) and ground[1, 1] == red_blue(0.5)
    assert drawn[2, 100].tolist() == [11, 116, 123] and drawn[2, 20].tolist() != [11, 116, 123]  # the frame is above right
    assert (drawn[0] == 255).all() and (drawn[:, 39:41] == 255).all()  # white edges


def test_a_number_is_written_as_short_as_it_can_be() -> None:
    def ink(value: float) -> int:
        return int((drawing.draw_numbers(floats((value, 8000)), cell=60)[:, :58].max(-1) < 60).sum())

    assert ink(1) < ink(8) < ink(88)
    assert ink(2.0) == ink(2)


def test_tiles_are_enlarged_in_blocks() -> None:
    picture = np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8)  # one row of two pixels
    drawn = drawing.tile([picture, picture[:, ::-1]], columns=1, factor=2, gap=1)
    assert drawn.shape == (5, 4, 3)
    assert drawn[1, :, 0].tolist() == [1, 1, 4, 4] and drawn[3, :, 2].tolist() == [6, 6, 3, 3]
    assert (drawn[2] == 128).all()


# ---------------------------------------------------------------- clicks and tags


@pytest.mark.parametrize(("size", "radius"), [((60, 90), 6), ((600, 1200), 20), ((1200, 600), 20)])
def test_a_click_is_a_disc_around_its_place(size: tuple[int, int], radius: int) -> None:
    drawn = marking.mark_clicks(np.zeros((*size, 3), np.uint8), [(40.0, 30.0, True)])
    rows, columns = np.nonzero(drawn.any(-1))
    assert (columns.min(), rows.min(), columns.max(), rows.max()) == (40 - radius, 30 - radius, 40 + radius, 30 + radius)


def test_plus_and_minus() -> None:
    drawn = marking.mark_clicks(np.zeros((60, 90, 3), np.uint8), [(20, 30, True), (70, 25, False)])
    arm = 3
    assert drawn[30, 20 + arm].tolist() == drawn[30 - arm, 20].tolist() == [255, 255, 255]  # a plus
    assert drawn[25, 70 + arm].tolist() == [255, 255, 255] and drawn[25 - arm, 70].tolist() == [213, 94, 0]  # a minus
    assert drawn[30 - arm, 20 + arm].tolist() == [0, 158, 115]


def test_a_tag_lies_at_its_corner_and_is_as_large_as_said() -> None:
    drawn = marking.write_tags(PLAIN, [(30.0, 20.0, "cat 90%", "cat")])
    rows, columns = np.nonzero((drawn != PLAIN).any(-1))
    width, height = marking.measure_tag("cat 90%", PLAIN)
    assert (columns.min(), rows.min()) == (30, 20)
    assert (columns.max() + 1 - 30, rows.max() + 1 - 20) == (width, height)
    assert 40 < width < 80 and 10 < height < 20
    inside = drawn[20 : 20 + height, 30 : 30 + width].reshape(-1, 3).tolist()
    assert inside.count(list(CAT)) > len(inside) / 2
    assert ink_on(colour_of("cat")) == "white" and [255, 255, 255] in inside


def test_of_tags_the_first_lies_on_top() -> None:
    drawn = marking.write_tags(PLAIN, [(30.0, 20.0, "cat", "cat"), (30.0, 20.0, "dog", "dog")])
    assert drawn[20, 30].tolist() == list(CAT)


def test_the_letters_of_tags_grow_with_the_longer_side() -> None:
    small, large = (marking.measure_tag("cat", np.zeros((90, side, 3), np.uint8))[1] for side in (90, 1440))
    assert 10 <= small <= 20 and 35 <= large <= 60  # letters of 11 and of 40 pixels


# ---------------------------------------------------------------- the palette


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("aeroplane", "#E69F00"), ("bicycle", "#56B4E9"), ("cat", "#9A6A00"), ("dog", "#004A74"), ("person", "#F4CC7A"),
        ("tvmonitor", "#EC9C66"), ("person 1", "#E69F00"), ("person 10", "#00634A"),
    ],
)  # fmt: skip
def test_colours_of_names(name: str, colour: str) -> None:
    assert colour_of(name) == colour


def test_colours_of_other_names_stay_what_they_are() -> None:
    import hashlib

    for name in ("goldfish", "tabby cat"):
        number = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)
        assert colour_of(name) == COLOURS[number % 21]


@pytest.mark.parametrize(
    ("colour", "ink"),
    [("#FF0000", "white"), ("#00FF00", "black"), ("#0000FF", "white"), ("#808080", "white"), ("#818181", "black"),
     ("#00DA00", "white"), ("#00DC00", "black"), ("#FF8000", "black"), ("#0080FF", "white")],
)  # fmt: skip
def test_ink_by_brightness(colour: str, ink: str) -> None:
    assert ink_on(colour) == ink
    assert ImageColor.getrgb(colour)
