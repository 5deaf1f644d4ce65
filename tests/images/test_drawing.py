"""What is drawn: pixels worked by hand, and arguments that stay as they were."""

import matplotlib
import numpy as np
import pytest
from PIL import ImageColor

from cnn_core.errors import InputError
from cnn_core.images import drawing, marking
from cnn_core.images.palette import colour_of
from cnn_core.results import Activations, Detections, Heatmap
from tests.images.small_maps import DARK_BLUE, DARK_RED, MAGMA_0, MAGMA_1, RECTIFIED, SIGNED, WHITE

PICTURE = np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)
GREY = np.full((40, 40, 3), 100, np.uint8)
HEAT = Heatmap(np.array([[0, 1], [0.5, 0.25]], np.float32), "cat")
KERNELS = np.random.default_rng(1).normal(size=(5, 3, 3, 3)).astype(np.float32)
FOUND = Detections(
    np.array([[5, 5, 30, 35], [20, 10, 80, 50]], np.float32), np.array([0.9, 0.4], np.float32), ("cat", "dog")
)
MASK = np.zeros((60, 90), bool)
MASK[10:20, 10:30] = True


def frozen(*arrays):
    """Copies that cannot be written to."""
    copies = [array.copy() for array in arrays]
    for copy in copies:
        copy.flags.writeable = False
    return copies


DRAWINGS = {
    "overlay_heatmap": (lambda p, v: drawing.overlay_heatmap(p, Heatmap(v, "cat")), HEAT.values),
    "draw_heatmap": (lambda p, v: drawing.draw_heatmap(Heatmap(v, "cat")), HEAT.values),
    "overlay_channel": (lambda p, v: drawing.overlay_channel(p, Activations("conv", v), 1), SIGNED.values),
    "draw_channel": (lambda p, v: drawing.draw_channel(Activations("conv", v), 1), SIGNED.values),
    "draw_channels": (lambda p, v: drawing.draw_channels(Activations("conv", v)), SIGNED.values),
    "draw_kernels": (lambda p, v: drawing.draw_kernels(v), KERNELS),
    "overlay_boxes": (lambda p, v: drawing.overlay_boxes(p, Detections(v, FOUND.scores, FOUND.labels)), FOUND.boxes),
    "no boxes": (lambda p, v: drawing.overlay_boxes(p, Detections(v[:0], FOUND.scores[:0], ())), FOUND.boxes),
    "overlay_masks": (lambda p, v: drawing.overlay_masks(p, [("cat", v)]), MASK),
    "no masks": (lambda p, v: drawing.overlay_masks(p, []), MASK),
}


@pytest.mark.filterwarnings("error", "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")  # others'
@pytest.mark.parametrize("name", DRAWINGS)
def test_a_new_picture_comes_and_the_arguments_stay(name):
    drawing, values = DRAWINGS[name]
    picture, given = frozen(PICTURE, values)
    result = drawing(picture, given)
    assert np.array_equal(picture, PICTURE) and np.array_equal(given, values)
    assert result.dtype == np.uint8 and result.ndim == 3 and result.shape[2] == 3
    assert result.flags.writeable and not np.shares_memory(result, picture)
    if "over" in name or "no " in name:
        assert result.shape == PICTURE.shape


# ---------------------------------------------------------------- colours


def test_the_sequential_map_is_black_at_0_and_yellow_at_the_limit():
    (zero, limit), *_ = drawing.map_to_colours(np.array([[0.0, 5.0]]), 5.0, drawing.SEQUENTIAL).tolist()
    assert zero == MAGMA_0 and max(zero) < 5
    assert limit == MAGMA_1 and min(limit[:2]) > 245 and limit[2] < 200


def test_the_diverging_map_is_white_at_0_and_symmetric():
    left, middle, right = drawing.map_to_colours(np.array([[-5.0, 0.0, 5.0]]), 5.0, drawing.DIVERGING)[0].tolist()
    assert left == DARK_BLUE and left[2] > 90 > left[0] and right == DARK_RED and right[0] > 90 > right[2]
    assert middle == WHITE and min(middle) > 240


@pytest.mark.parametrize("name", [drawing.SEQUENTIAL, drawing.DIVERGING])
def test_no_value_looks_like_a_gap(name):
    colours = matplotlib.colormaps[name](np.linspace(0, 1, 256), bytes=True)[:, :3].astype(int)
    assert np.abs(colours - drawing.GAP_GREY).max(axis=1).min() > 20


# ---------------------------------------------------------------- over a picture


def test_heatmap_over_at_full_opacity_is_the_map():
    over = drawing.overlay_heatmap(GREY, HEAT, opacity=1)
    assert over[0, 0].tolist() == MAGMA_0 and over[0, -1].tolist() == MAGMA_1
    assert over[0, 20].tolist() != MAGMA_0  # bilinear: between the two centres lies something between
    assert np.abs(np.diff(over[0, :, 0].astype(int))).max() < 30


def test_heatmap_over_at_no_opacity_is_the_picture_in_grey():
    over = drawing.overlay_heatmap(PICTURE, HEAT, opacity=0)
    assert np.array_equal(over[..., 0], over[..., 1]) and np.array_equal(over[..., 0], over[..., 2])
    luma = PICTURE @ [0.299, 0.587, 0.114]
    assert np.abs(over[..., 0] - luma).max() <= 1


def test_heatmap_over_mixes_by_opacity():
    assert drawing.overlay_heatmap(GREY, HEAT, opacity=0.25)[0, -1].tolist() == pytest.approx([138, 138.25, 122.75], abs=1)


@pytest.mark.parametrize("opacity", [-0.1, 1.1, float("nan")])
def test_an_impossible_opacity(opacity):
    with pytest.raises(InputError, match="opacity from 0 to 1"):
        drawing.overlay_heatmap(GREY, HEAT, opacity)
    with pytest.raises(InputError, match="opacity from 0 to 1"):
        drawing.overlay_masks(PICTURE, [("cat", MASK)], opacity)


def test_channel_over_uses_its_own_or_the_common_scale():
    assert drawing.overlay_channel(GREY, RECTIFIED, 1, opacity=1)[-1, -1].tolist() == MAGMA_1
    quarter = drawing.map_to_colours(np.array([[0.25]]), 1.0, drawing.SEQUENTIAL)[0, 0].tolist()
    assert drawing.overlay_channel(GREY, RECTIFIED, 1, opacity=1, common_scale=True)[-1, -1].tolist() == quarter


def test_boxes_have_their_class_colour_where_they_lie():
    plain = np.full((200, 300, 3), 255, np.uint8)
    boxes = np.array([[150, 100, 290, 190]], np.float32)
    drawn = drawing.overlay_boxes(plain, Detections(boxes, np.array([0.9], np.float32), ("cat",)))
    assert drawn[190, 200].tolist() == drawn[150, 290].tolist() == list(ImageColor.getrgb(colour_of("cat")))
    assert (drawn[:99] == 255).all() and (drawn[:, :149] == 255).all() and (drawn[150:185, 200:285] == 255).all()


def test_the_surest_box_lies_on_top():
    plain = np.full((200, 300, 3), 255, np.uint8)
    boxes = np.array([[50, 100, 290, 190], [50, 100, 290, 190]], np.float32)
    drawn = drawing.overlay_boxes(plain, Detections(boxes, np.array([0.9, 0.4], np.float32), ("cat", "dog")))
    assert drawn[190, 200].tolist() == list(ImageColor.getrgb(colour_of("cat")))


def test_masks_mix_with_the_picture_and_keep_off_the_rest():
    drawn = drawing.overlay_masks(np.full((60, 90, 3), 100, np.uint8), [("cat", MASK)], opacity=0.5)
    expected = (100 + np.array(ImageColor.getrgb(colour_of("cat")))) / 2
    assert np.abs(drawn[15, 15] - expected).max() <= 0.5
    assert (drawn[~MASK] == 100).all()


# ---------------------------------------------------------------- alone


def test_heatmap_alone_shows_each_cell_as_a_block():
    alone = drawing.draw_heatmap(HEAT, least=6)
    assert alone.shape == (6, 6, 3)
    assert (alone[:3, :3] == MAGMA_0).all() and (alone[:3, 3:] == MAGMA_1).all()


def test_channel_alone():
    alone = drawing.draw_channel(SIGNED, 0, least=4)
    assert alone.shape == (4, 4, 3) and (alone[2:, 2:] == DARK_BLUE).all()
    assert drawing.draw_channel(SIGNED, 1, least=2)[1, 1].tolist() == DARK_RED


@pytest.mark.parametrize("channel", [-1, 3])
def test_a_channel_that_is_not_there(channel):
    for ask in (lambda: drawing.draw_channel(RECTIFIED, channel), lambda: drawing.overlay_channel(GREY, RECTIFIED, channel)):
        with pytest.raises(InputError, match="relu has channels 0 to 2"):
            ask()


def test_a_spotlight_darkens_what_is_outside() -> None:
    picture = np.full((2, 2, 3), 100, np.uint8)
    lit = drawing.spotlight(picture, np.array([[True, False], [False, True]]), 0.3)
    assert lit[..., 0].tolist() == [[100, 30], [30, 100]]
    assert picture.min() == 100


def test_clicks_are_marked_where_they_are() -> None:
    picture = np.zeros((60, 90, 3), np.uint8)
    drawn = marking.mark_clicks(picture, [(20, 30, True), (70, 30, False)])
    assert drawn[30, 20].tolist() == drawn[30, 70].tolist() == [255, 255, 255]  # the signs' middles
    assert drawn[28, 22, 1] > drawn[28, 22, 0]  # green belongs
    assert drawn[28, 72, 0] > drawn[28, 72, 1]  # red does not
    assert not drawn[:, 40:50].any()
    assert not picture.any()


def test_numbers_stand_in_squares_of_their_colour() -> None:
    drawn = drawing.draw_numbers(np.array([[0.0, 4.0], [-4.0, 0.25]]), np.array([[True, False], [False, False]]), cell=40)
    assert drawn.shape == (80, 80, 3)
    corner = {name: drawn[y, x].astype(int) for name, (y, x) in {"zero": (5, 5), "plus": (5, 45), "minus": (45, 5)}.items()}
    assert corner["plus"][0] > corner["plus"][2] + 50  # red
    assert corner["minus"][2] > corner["minus"][0] + 50  # blue
    assert np.ptp(corner["zero"]) < 5  # white
    assert tuple(drawn[2, 20]) == (11, 116, 123)  # the frame of the marked one ...
    assert tuple(drawn[2, 60]) != (11, 116, 123)  # ... and of no other
    assert (drawn[10:30, 10:30].max(-1) < 60).any()  # a black figure


def test_large_and_long_numbers_fit_their_squares() -> None:
    drawn = drawing.draw_numbers(np.array([[123456.0, -0.123456]]), cell=48)
    dark = drawn.max(-1) < 60
    assert dark[:, :48].any()
    assert dark[:, 48:].any()
    assert not dark[:, 47:49].any()


def test_tiles_stand_in_rows() -> None:
    pictures = [np.full((2, 3, 3), tone, np.uint8) for tone in (10, 20, 30)]
    drawn = drawing.tile(pictures, columns=2, factor=2, gap=1)
    assert drawn.shape == (9, 13, 3)
    assert (drawn[:4, :6] == 10).all()
    assert (drawn[:4, 7:] == 20).all()
    assert (drawn[5:, :6] == 30).all()
    assert (drawn[5:, 7:] == drawing.GAP_GREY).all()


def test_tags_stay_inside_the_picture_on_their_own_colour() -> None:
    plain = np.full((200, 300, 3), 128, np.uint8)
    drawn = marking.write_tags(plain, [(290.0, 195.0, "cat 90%", "cat"), (10.0, 20.0, "dog", "dog")])
    rows, columns = np.nonzero((drawn != plain).any(-1))
    assert (plain == 128).all()
    assert (rows.max(), columns.max()) == (199, 299)  # pushed back to the edge, not cut off
    for (y, x), name in (((20, 10), "dog"), ((199, 299), "cat")):
        assert tuple(drawn[y, x]) == ImageColor.getrgb(colour_of(name))


def test_a_tag_without_room_is_no_failure() -> None:
    tiny = np.zeros((5, 5, 3), np.uint8)
    assert marking.write_tags(tiny, [(0.0, 0.0, "a rather long name", "cat")]).shape == tiny.shape
