"""Pictures to look at closely: masks as paths, regions as numbers and words, the page's file and the programs'."""

import time
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnn_core.images.palette import colour_of
from demos.frontends import picture_scenes, presentation
from demos.frontends.gradio import outputs
from demos.frontends.outlines import outline
from demos.spec import BeforeAfter, ClassMap, Picture, Region, Regions
from tests.frontends import kitchen_sink

Mask = NDArray[np.bool_]

# ---------------------------------------------------------------- masks as paths


def filled(path: str, height: int, width: int, every: int = 1) -> Mask:
    """The pixels whose middles a path encloses by the rule "evenodd": an edge to their left turns each over.

    ``every``: only each so-and-so-many-th pixel, across and down.
    """
    y, x = np.mgrid[:height:every, :width:every] + 0.5
    inside = np.zeros(y.shape, bool)
    for part in path.split("M")[1:]:
        corners = [tuple(float(v) for v in corner.split()) for corner in part.removesuffix("Z").split("L")]
        for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
            if y1 != y2:
                crossing = x1 + (y - y1) * (x2 - x1) / (y2 - y1)
                inside ^= (y >= min(y1, y2)) & (y < max(y1, y2)) & (x > crossing)
    return inside


def overlap(one: Mask, other: Mask) -> float:
    """The intersection over the union of two masks."""
    return float((one & other).sum() / (one | other).sum())


Y, X = np.mgrid[:300, :451]
RING = (np.hypot(Y - 150, X - 200) < 120) & (np.hypot(Y - 140, X - 180) > 40)
SHAPES: dict[str, Mask] = {
    "a ring": RING,
    "a ring, a corner, and a spot in the hole": RING | ((Y < 60) & (X > 380)) | (np.hypot(Y - 140, X - 180) < 12),
    "a slanting bar": abs((Y - 150) + 0.37 * (X - 225)) < 14,
    "a wire": abs((Y - 150) + 0.37 * (X - 225)) < 2,
    "a small ring": (np.hypot(Y - 150, X - 200) < 14) & (np.hypot(Y - 150, X - 200) > 6),
    "a net": (Y % 40 < 9) | (X % 50 < 9),
    "everything": np.ones((300, 451), bool),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_path_encloses_the_masks_pixels_and_not_its_holes(name: str) -> None:
    assert overlap(filled(outline(SHAPES[name]), 300, 451), SHAPES[name]) >= 0.98


def test_a_path_runs_along_the_edges_of_the_pixels() -> None:
    """Pixels 2..5 across and 1..4 down, without 3..4 across and 2..2 down."""
    mask = np.zeros((7, 9), bool)
    mask[1:5, 2:6] = True
    mask[2, 3:5] = False
    outer, hole = outline(mask).removeprefix("M").removesuffix("Z").split("ZM")
    assert set(outer.split("L")) == {"2 1", "6 1", "6 5", "2 5"}
    assert set(hole.split("L")) == {"3 2", "5 2", "5 3", "3 3"}
    assert outline(np.zeros((7, 9), bool)) == ""


def test_a_single_pixel_has_a_path() -> None:
    mask = np.zeros((7, 9), bool)
    mask[4, 6] = True
    assert (filled(outline(mask), 7, 9) == mask).all()


def test_a_large_mask_has_a_short_path_in_its_own_pixels() -> None:
    y, x = np.mgrid[:3000, :4000]
    mask = (np.hypot(y - 1500, x - 2000) < 1200) & (np.hypot(y - 1400, x - 2000) > 300)
    path = outline(mask)
    assert len(path) < 5000
    assert overlap(filled(path, 3000, 4000, every=7), mask[::7, ::7]) >= 0.98


# ---------------------------------------------------------------- regions as numbers and words

FOUND = [Region((-1.26, 2.0, 30.44, 20.6), "dog", 0.876), Region(np.eye(40, 60, dtype=bool), "<i>cat</i>")]


def test_regions_are_told_in_pixels_of_the_picture_and_in_words() -> None:
    told = picture_scenes.with_regions("Parts", np.zeros((40, 60, 3), np.uint8), FOUND)
    assert (told["width"], told["height"], told["title"]) == (60, 40, "Parts")
    assert told["words"] == "Parts: dog 88%; <i>cat</i>"
    dog, cat = told["regions"]
    assert dog == {"of": 0, "words": "dog 88%", "numbers": ["x1 -1, y1 2, x2 30, y2 21"], "box": [0, 2, 30.4, 20.6]}
    assert (cat["of"], cat["words"], cat["numbers"]) == (1, "<i>cat</i>", ["x1 0, y1 0, x2 40, y2 40", "40 pixels"])
    assert [(one["name"], one["colour"], one["scores"]) for one in told["names"]] == [
        ("dog", colour_of("dog"), "88%"),
        ("<i>cat</i>", colour_of("<i>cat</i>"), ""),
    ]
    assert told["few"]
    assert told["pixelated"]  # sixty pixels across a column are seen one by one


def test_a_box_is_cut_at_the_picture_s_edges_and_tells_all_of_it() -> None:
    told = picture_scenes.with_regions("Parts", np.zeros((40, 60, 3), np.uint8), [Region((10, -5, 99, 70), "dog")])
    assert told["regions"][0]["box"] == [10, 0, 60, 40]
    assert told["regions"][0]["numbers"] == ["x1 10, y1 -5, x2 99, y2 70"]


def test_what_lies_outside_is_not_drawn_but_stays_in_the_legend() -> None:
    outside = [Region((90.0, 70.0, 99.0, 99.0), "dog"), Region(np.zeros((40, 60), bool), "cat")]
    told = picture_scenes.with_regions("Parts", np.zeros((40, 60, 3), np.uint8), outside)
    assert told["regions"] == []
    assert [one["name"] for one in told["names"]] == ["dog", "cat"]


@pytest.mark.parametrize(("count", "few"), [(20, True), (21, False)])
def test_a_crowd_gets_no_names_beside_it(count: int, few: bool) -> None:
    told = picture_scenes.with_regions("Parts", np.zeros((40, 60, 3), np.uint8), FOUND[:1] * count)
    assert told["few"] is few
    assert len(told["regions"]) == count


def test_a_hundred_regions_cost_little() -> None:
    corners = np.random.default_rng(0).uniform(0, 500, (100, 2))
    boxes = [Region((x, y, x + 400, y + 200), "thing", 0.5) for x, y in corners]
    start = time.process_time()
    picture_scenes.with_regions("Proposals", np.zeros((768, 1024, 3), np.uint8), boxes)
    assert time.process_time() - start < 0.2


def test_a_grid_tells_each_place_s_classes_and_their_probabilities() -> None:
    told = picture_scenes.grid(kitchen_sink.WEATHER)
    assert (told["n"], told["rows"], told["columns"]) == (2, 2, 3)
    assert [one["name"] for one in told["names"]] == ["sun", "rain", "fog"]
    numbers = [*b64decode(told["best"])]
    assert numbers[:8] == [0, 1, 230, 26, 1, 2, 204, 51]  # sun 0.9, rain 0.1; rain 0.8, fog 0.2; in 255ths
    assert numbers[-4:] == [1, 2, 128, 96]


def test_other_pictures_tell_their_size_and_what_they_show() -> None:
    grey, weather = np.zeros((40, 60), np.uint8), (*np.zeros((2, 40, 60, 3), np.uint8), kitchen_sink.WEATHER)
    told = picture_scenes.told(Picture(label="Map", pixelated=True, alt="A map"), grey)
    assert told == {"words": "A map", "title": "Map", "width": 60, "height": 40, "pixelated": True}
    assert picture_scenes.told(BeforeAfter(label="Sides"), (grey, grey))["words"] == "Sides"
    assert picture_scenes.told(ClassMap(label="Weather"), weather)["classes"] == picture_scenes.grid(kitchen_sink.WEATHER)
    assert len(picture_scenes.pictures(BeforeAfter(label="Sides"), (grey, grey + 1))) == 2


# ---------------------------------------------------------------- files


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """The pictures that are encoded, in a folder of their own."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    pictures: list[Any] = []
    plain = presentation.picture_file
    monkeypatch.setattr(presentation, "picture_file", lambda *given: (pictures.append(given[0]), plain(*given))[1])
    return pictures


def test_the_page_gets_the_bare_picture_once_and_programs_the_drawn_one(made: list[Any]) -> None:
    field, picture = Regions(label="Parts"), np.random.default_rng(0).integers(0, 256, (500, 600, 3), np.uint8)
    shown, *skipped = outputs.updates_for(field, (picture, FOUND[:1]))
    again, *_ = outputs.updates_for(field, (picture.copy(), []))  # another threshold
    assert len(made) == 1
    assert (made[0] == picture).all()
    assert shown["value"]["files"] == again["value"]["files"]
    assert Path(shown["value"]["files"][0]).name == "Parts.jpg"
    assert (len(shown["value"]["regions"]), len(again["value"]["regions"])) == (1, 0)
    assert all("value" not in update for update in skipped)
    drawn, data = outputs.values_for_programs(field, (picture, FOUND[:1]))
    assert len(made) == 2
    assert not (made[1] == picture).all()
    assert [drawn] != shown["value"]["files"]
    assert data[0]["name"] == "dog"


def test_a_large_picture_is_shrunk_for_the_page(made: list[Any]) -> None:
    shown, *_ = outputs.updates_for(Regions(label="Parts"), (np.zeros((1000, 2800, 3), np.uint8), []))
    assert made[0].shape == (500, 1400, 3)
    assert (shown["value"]["width"], shown["value"]["height"]) == (2800, 1000)


def test_page_and_programs_share_the_files_of_other_pictures(made: list[Any]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 300, 3), np.uint8)
    sides, plain = BeforeAfter(label="Sides"), Picture(label="Plain")
    shown, skipped = outputs.updates_for(sides, (noise, 255 - noise))
    assert [Path(file).name for file in shown["value"]["files"]] == ["Sides, before.jpg", "Sides, after.jpg"]
    assert "value" not in skipped
    assert outputs.values_for_programs(sides, (noise, 255 - noise)) == [tuple(shown["value"]["files"])]
    shown, _ = outputs.updates_for(plain, noise)
    assert outputs.values_for_programs(plain, noise) == shown["value"]["files"]
    assert len(made) == 3
