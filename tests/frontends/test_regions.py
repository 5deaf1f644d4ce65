"""Boxes and masks drawn into one picture, in the legend, in words and as data: pixels and words worked by hand."""

import time

import numpy as np
import pytest
from PIL import ImageColor

from cnn_core.images import marking
from cnn_core.images.palette import colour_of
from demos.frontends import regions
from demos.spec import Region

DOG, CAT = (np.array(ImageColor.getrgb(colour_of(name))) for name in ("dog", "cat"))
GREY = 90


def plain(height: int, width: int) -> np.ndarray:
    return np.full((height, width, 3), GREY, np.uint8)


def without_tags(monkeypatch: pytest.MonkeyPatch) -> list:
    """Leaves the names off, and gives what would have been written."""
    written: list = []
    monkeypatch.setattr(marking, "write_tags", lambda picture, tags: written.extend(tags) or picture)
    return written


def test_a_box_has_a_firm_edge_a_faint_tint_and_nothing_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    without_tags(monkeypatch)
    drawn = regions.draw_regions(plain(300, 600), [Region((100, 50, 400, 200), "dog", 0.9)])
    assert drawn.shape == (300, 600, 3)
    edge = (drawn == DOG).all(-1)
    rows, columns = np.nonzero(edge)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (50, 199, 100, 399)  # 200 and 400 lie outside
    assert edge[50:52, 100:400].all() and edge[198:200, 100:400].all() and not edge[52:198, 102:398].any()  # 2 pixels wide
    assert drawn[120, 250].tolist() == np.round(0.88 * GREY + 0.12 * DOG).tolist()
    outside = drawn.copy()
    outside[50:200, 100:400] = GREY
    assert (outside == GREY).all()


def test_a_mask_is_half_tinted_with_a_firm_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    without_tags(monkeypatch)
    mask = np.zeros((300, 600), bool)
    mask[50:100, 400:500] = True
    mask[100:200, 400:420] = True  # an L
    drawn = regions.draw_regions(plain(300, 600), [Region(mask, "cat")])
    assert drawn[50, 400].tolist() == drawn[199, 401].tolist() == CAT.tolist()
    assert drawn[75, 450].tolist() == np.round(0.5 * GREY + 0.5 * CAT).tolist()
    assert drawn[150, 450].tolist() == [GREY] * 3  # in the mask's box, not in the mask
    assert ((drawn != GREY).any(-1) == mask).all()


def test_large_pictures_shrink_and_tiny_ones_grow_with_their_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    without_tags(monkeypatch)
    shrunk = regions.draw_regions(plain(200, 2048), [Region((-5.4, 10.2, 5000, 60.7), "dog")])
    rows, columns = np.nonzero((shrunk != GREY).any(-1))
    assert shrunk.shape == (100, 1024, 3)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (5, 29, 0, 1023)  # rows 10.2 to 60.7, halved
    pixels = np.arange(4 * 8 * 3, dtype=np.uint8).reshape(4, 8, 3)
    grown = regions.draw_regions(pixels, [Region((2, 1, 4, 3), "dog")])
    assert grown.shape == (240, 480, 3)
    rows, columns = np.nonzero((grown != pixels.repeat(60, 0).repeat(60, 1)).any(-1))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (60, 179, 120, 239)


def test_width_and_height_are_shrunk_each_by_its_own_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """3000 x 2 becomes 1024 x 1: to the right by 0.341, downwards by 0.5."""
    without_tags(monkeypatch)
    drawn = regions.draw_regions(plain(2, 3000), [Region((1500, 0, 3000, 2), "dog")])
    columns = np.flatnonzero((drawn != GREY).any(-1).any(0))
    assert drawn.shape == (1, 1024, 3) and (columns.min(), columns.max()) == (512, 1023)


def test_a_mask_is_shrunk_by_the_same_factors(monkeypatch: pytest.MonkeyPatch) -> None:
    """3000 x 7 becomes 1024 x 2: the lower row shows row 3 (of 3.5), and by the other factor it would show row 2."""
    without_tags(monkeypatch)
    mask = np.zeros((7, 3000), bool)
    mask[3] = True
    drawn = regions.draw_regions(plain(7, 3000), [Region(mask, "dog")])
    assert drawn.shape == (2, 1024, 3)
    assert (drawn[0] == GREY).all() and (drawn[1] == DOG).all()


def test_a_grey_picture_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    without_tags(monkeypatch)
    drawn = regions.draw_regions(np.full((500, 600), GREY, np.uint8), [Region((0, 0, 100, 100), "dog")])
    assert drawn.shape == (500, 600, 3) and drawn[0, 0].tolist() == DOG.tolist()


def test_the_picture_itself_stays_as_it_was() -> None:
    picture = plain(500, 600)
    regions.draw_regions(picture, [Region((0, 0, 100, 100), "dog")])
    assert (picture == GREY).all()


def test_small_regions_lie_over_large_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    without_tags(monkeypatch)
    small, large = Region((100, 100, 140, 140), "dog"), Region((50, 50, 400, 400), "cat")
    for order in ([small, large], [large, small]):
        assert regions.draw_regions(plain(500, 600), order)[100, 100].tolist() == DOG.tolist()


@pytest.mark.parametrize(
    "shape", [np.zeros((60, 80), bool), (-20.0, -5.0, -1.0, -1.0), (90.0, 70.0, 99.0, 99.0), (9.0, 9.0, 9.0, 20.0)]
)
def test_what_is_not_in_the_picture_is_not_drawn(shape) -> None:
    drawn = regions.draw_regions(plain(60, 80), [Region(shape, "dog", 0.5)])
    assert (drawn == GREY).all()


# ---------------------------------------------------------------- names on the spot


def test_names_stand_above_below_or_inside_and_never_on_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    written = without_tags(monkeypatch)
    canvas = plain(400, 600)
    _, height = marking.measure_tag("dog 90%", canvas)
    boxes = [(100, 100, 200, 300), (300, 5, 400, 300), (450, 0, 600, 400), (110, 100, 210, 300)]
    regions.draw_regions(canvas, [Region(box, "dog", 0.9) for box in boxes])
    assert [tag[:2] for tag in written] == [(100, 100 - height), (300, 300), (450, 0), (110, 300)]
    assert {tag[2:] for tag in written} == {("dog 90%", "dog")}


def test_a_mask_is_named_at_its_own_corner(monkeypatch: pytest.MonkeyPatch) -> None:
    written = without_tags(monkeypatch)
    mask = np.zeros((400, 600), bool)
    mask[200:300, 150:160] = True
    regions.draw_regions(plain(400, 600), [Region(mask, "cat")])
    assert written == [(150, 200 - marking.measure_tag("cat", plain(400, 600))[1], "cat", "cat")]


def test_too_many_regions_get_edges_only(monkeypatch: pytest.MonkeyPatch) -> None:
    written = without_tags(monkeypatch)
    box = Region((100, 100, 200, 200), "dog", 0.9)
    assert regions.draw_regions(plain(400, 600), [box] * 20)[150, 150].tolist() != [GREY] * 3
    assert len(written) == 20
    crowd = regions.draw_regions(plain(400, 600), [box] * 21)
    assert len(written) == 20 and crowd[150, 150].tolist() == [GREY] * 3 and crowd[100, 150].tolist() == DOG.tolist()


def test_a_hundred_boxes_cost_little() -> None:
    corners = np.random.default_rng(0).uniform(0, 500, (100, 2))
    boxes = [Region((x, y, x + 400, y + 200), "thing", 0.5) for x, y in corners]
    picture = np.random.default_rng(1).integers(0, 256, (768, 1024, 3), np.uint8)
    regions.draw_regions(picture, boxes[:2])
    start = time.process_time()
    regions.draw_regions(picture, boxes)
    assert time.process_time() - start < 0.5  # as a picture each they took 9 seconds


# ---------------------------------------------------------------- said

FOUND = [
    Region((0, 0, 10, 20), "dog", 0.876),
    Region((1.26, 2, 30, 4), "<b>cat</b>", 0.5),
    Region((0, 0, 10, 20), "dog", 0.31),
    Region((5, 5, 6, 6), "leaf"),
    Region((5, 5, 6, 6), "leaf"),
]


def test_the_legend_names_each_thing_once_and_is_no_markup() -> None:
    words = regions.legend_html(FOUND)
    assert words.count("<li>") == 3 and f'background:{colour_of("dog")}"></span><b>dog' in words
    assert "<b>dog</b> 88%, 31%</li>" in words
    assert "<b>&lt;b&gt;cat&lt;/b&gt;</b> 50%</li>" in words and "<b>leaf</b> 2</li>" in words
    assert regions.legend_html([]) == ""


def test_many_scores_become_a_number_and_a_range() -> None:
    scores = [0.31, 0.9, 0.5, 0.4, 0.6, 0.7, 0.8]
    words = [regions.describe("Boxes", [Region((0, 0, 1, 1), "car", s) for s in scores[:n]]) for n in (1, 6, 7)]
    assert words == ["Boxes: car 31%", "Boxes: car 31%, 90%, 50%, 40%, 60%, 70%", "Boxes: car 7, from 90% to 31%"]


def test_what_was_found_is_said_in_words() -> None:
    assert regions.describe("Parts", FOUND) == "Parts: dog 88%, 31%; <b>cat</b> 50%; leaf 2"
    assert regions.describe("Parts", []) == "Parts: nothing found"


def test_programs_get_numbers() -> None:
    mask = np.zeros((40, 60), bool)
    mask[10:13, 20:25] = True
    assert regions.as_data([FOUND[1], Region(mask, "cell", 0.25)]) == [
        {"name": "<b>cat</b>", "score": 0.5, "box": [1.26, 2, 30, 4]},
        {"name": "cell", "score": 0.25, "box": [20, 10, 25, 13], "pixels": 15},
    ]
    assert regions.as_data([Region(np.zeros((4, 6), bool), "cell")])[0]["box"] == [0, 0, 0, 0]
