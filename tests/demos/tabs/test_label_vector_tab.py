"""The tab of the label vector: a network of three classes whose answer is known, on a picture of 200 x 100 pixels."""

from math import log
from typing import Any

import numpy as np
import pytest

from cnn_core.errors import InputError
from cnn_core.images import samples
from cnn_core.ops.default_boxes import default_boxes, match
from cnn_core.ops.grid_cells import PyramidCell
from cnn_core.results import Classification
from cnn_core.runtime import weights
from cnn_core.tasks.answering_cells import AnsweringCell
from cnn_core.tasks.localisation import Localization, localise
from demos.tabs.recognise import _targets
from demos.tabs.recognise import label_vector as tab

PICTURE = np.zeros((100, 200, 3), np.uint8)
SHARES = np.array([0.5, 0.2, 0.3], np.float32)
FOUND = Localization(
    0.8, np.array([40, 32, 168, 80], np.float32), Classification(("cat", "car", "frog"), np.log(SHARES), SHARES), (100, 200)
)
BOX = "0.1 0.1 0.5 0.9"
CELL = AnsweringCell(
    PyramidCell(16, 4, 2, (12.4, 8.0, 20.0, 16.0)), np.array([40, 20, 60, 30], np.float32), "cat", 0.61, 0.5
)


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab, "localise", lambda *given: FOUND)
    quiet = AnsweringCell(PyramidCell(8, 0, 1, (1.0, 2.0, 3.0, 4.0)), CELL.place, "", 0.0, 0.0)
    monkeypatch.setattr(_targets, "answering_cells", lambda *given: [CELL, quiet])


def answer(**changes: Any) -> tuple[str, dict[str, Any], list[list[str]]]:
    said, scene, _, rows = everything(**changes)
    return said, scene, rows


def everything(**changes: Any) -> tuple[Any, ...]:
    given = {"picture": PICTURE, "box": BOX, "truth": "2", "order": "presence_first", "cells": 7, **changes}
    return tab.run(**given)  # type: ignore[arg-type]


def table(**changes: Any) -> list[tuple[str, ...]]:
    rows = answer(**changes)[1]["vector"]["rows"]
    return [(one["symbol"], one["name"], one["target"], one["said"], one["loss"]) for one in rows]


def test_the_loss_and_its_parts_are_worked_on_paper() -> None:
    """b = 0.3, 0.5, 0.8, 0.4 beside 0.52, 0.56, 0.48, 0.64; 2880 of 9664 pixels shared, 11840 around both."""
    said, scene, rows = answer()
    assert said == "Loss **1.64** = c 0.22 + box 0.212 + classes 1.20"
    assert scene["vector"]["said"][0].endswith("= 0.22 + 0.212 + 1.20 = 1.64.")
    assert scene["vector"]["said"][1].startswith("IoU 0.30.")
    assert scene["vector"]["said"][1].endswith("= 0.89 + 0.38.")
    assert rows[0] == ["c", "1.000", "0.800", "0.223"] and rows[3] == ["b_h", "0.800", "0.480", "0.102"]
    assert rows[-1] == ["c_3", "1.000", "0.300", "1.204"] and len(rows) == 8


def test_the_table_shows_target_prediction_and_loss() -> None:
    assert table() == [
        ("c", "", "1", "0.80", "0.22"),
        ("b_x", "", "0.30", "0.52", "0.048"),
        ("b_y", "", "0.50", "0.56", "0.004"),
        ("b_h", "", "0.80", "0.48", "0.102"),
        ("b_w", "", "0.40", "0.64", "0.058"),
        ("c_1", "cat", "0", "0.50", "0.00"),
        ("c_2", "car", "0", "0.20", "0.00"),
        ("c_3", "frog", "1", "0.30", "1.20"),
    ]
    assert [row[0] for row in table(order="box_first")] == ["b_x", "b_y", "b_h", "b_w", "c_o", "c_1", "c_2", "c_3"]
    assert [row[2] for row in table(order="box_first")][:4] == ["0.10", "0.10", "0.80", "0.40"]
    made = {one["part"]: one["made"] for one in answer()[1]["vector"]["rows"]}
    assert made == {"c": "sigmoid", "box": "ReLU (here softplus)", "classes": "softmax"}


def test_where_nothing_is_the_rest_does_not_count() -> None:
    said, scene, rows = answer(truth=tab.NOTHING)
    assert said == "Loss **1.61** = c 1.61 + box 0.000 + classes 0.00" and log(5) == pytest.approx(1.609, abs=1e-3)
    assert [one["symbol"] for one in scene["vector"]["rows"] if one["counts"]] == ["c"]
    assert not scene["present"] and "do not count" in scene["vector"]["said"][1]
    assert [row[1] for row in rows] == ["0.000", *["does not count"] * 7]
    assert all(view["rows"] == [] and "Nothing there" in view["said"] for view in scene["views"])
    assert "nothing as the target" in scene["words"]


def test_the_likeliest_class_stands_in_until_a_person_names_one() -> None:
    assert table(truth=tab.LIKELIEST)[5] == ("c_1", "cat", "1", "0.50", "0.69")


def test_the_true_class_is_listed_however_unlikely_and_the_others_are_summed(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = np.array([0.3, 0.05, 0.004, 0.25, 0.2, 0.1, 0.096], np.float32)
    many = Classification(tuple("abcdefg"), np.log(shares), shares)
    monkeypatch.setattr(tab, "localise", lambda *given: Localization(0.8, FOUND.box, many, (100, 200)))
    rows = [(one["symbol"], one["name"], one["said"]) for one in answer(truth="2")[1]["vector"]["rows"]][5:]
    assert rows == [
        ("c_1", "a", "0.30"), ("c_3", "c", "0.004"), ("c_4", "d", "0.25"), ("", "4 others", "0.45")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "box", ["", "0 0 1", "0 0 1 1 1", "a b c d", "nan 0 1 1", "0.5 0 0.4 1", "0 0 1.1 1", "-0.1 0 1 1", "0 0.5 1 0.505"]
)
def test_what_is_no_box_is_said_in_a_sentence(box: str) -> None:
    with pytest.raises(InputError, match="four numbers from 0 to 1"):
        answer(box=box)


def test_both_boxes_are_drawn_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab, "LONGEST", 100)  # half as large
    picture, regions = everything()[2]
    assert picture.shape == (50, 100, 3)
    assert [(one.name, one.shape) for one in regions] == [
        ("the network's box", pytest.approx((20, 16, 84, 40))), ("target", pytest.approx((10, 5, 50, 45))),
    ]  # fmt: skip
    assert [one.name for one in everything(truth=tab.NOTHING)[2][1]] == ["the network's box"]


# ---------------------------------------------------------------- detectors


def test_yolos_cell_of_the_box() -> None:
    """The centre is at 0.3, 0.5: 2.1 and 3.5 of 7 cells."""
    view = answer()[1]["views"][0]
    assert "1,470" in view["said"] and "column 3, row 4" in view["said"] and "other 48" in view["said"]
    assert [row[:2] for row in view["rows"]] == [
        ["c", "1"],
        ["b_x", "0.10"],
        ["b_y", "0.50"],
        ["b_h", "0.80"],
        ["b_w", "0.40"],
    ]
    assert view["grid"] == 7 and view["marked"] == [pytest.approx([2 / 7, 3 / 7, 3 / 7, 4 / 7])]
    finer = answer(cells=10)[1]["views"][0]
    assert "3,000" in finer["said"] and "column 4, row 6" in finer["said"] and finer["rows"][1][1] == "0.00"


def test_ssds_default_boxes_of_the_box() -> None:
    """0.4 x 0.8 around (0.3, 0.5), which is a cell's centre on the 5 x 5 map: its box of ratio 1/2 has 0.4384 x 0.8768."""
    view = answer()[1]["views"][1]
    defaults, true = default_boxes(), np.array([0.1, 0.1, 0.5, 0.9], np.float32)
    found = match(defaults, true)
    assert [int(row[4]) for row in view["rows"]] == np.bincount(defaults.maps[list(found.numbers)], minlength=6).tolist()
    assert [row[:4] for row in view["rows"]][:2] == [
        ["38 × 38", "0.20", "1, 2, 1/2", "5,776"], ["19 × 19", "0.34", "1, 2, 1/2, 3, 1/3", "2,166"],
    ]  # fmt: skip
    assert (
        f"{len(found.numbers)} have an IoU" in view["said"]
        and "(IoU 0.83, of the 5 × 5 map, scale 0.62, ratio 1/2) learns" in view["said"]
    )
    assert "Δx +0.00, Δy +0.00 (in its own widths and heights), ln w −0.09, ln h −0.09." in view["said"]
    assert view["marked"][0] == pytest.approx(defaults.boxes[found.numbers[0]], abs=1e-4) and len(view["marked"]) == 12
    assert max(float(row[5]) for row in view["rows"]) == pytest.approx(float(found.overlaps.max()), abs=0.005)
    small = answer(box="0.50 0.50 0.54 0.53")[1]["views"][1]
    assert "0 have an IoU of 0.5 or more, so the best one answers alone" in small["said"]
    assert sum(int(row[4]) for row in small["rows"]) == 1


def test_offsets_are_said_with_their_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_targets.default_boxes, "offsets", lambda *given: (0.501, -0.001, -0.25, log(2)))
    assert "Δx +0.50, Δy +0.00 (in its own widths and heights), ln w −0.25, ln h +0.69." in answer()[1]["views"][1]["said"]


def test_fcos_cells_and_what_they_say() -> None:
    view = answer()[1]["views"][2]
    assert "Input 352 × 192; three levels of 44 × 24, 22 × 12, 11 × 6 cells." in view["said"]
    assert "2 cells near" in view["said"] and "1 of stride 8, 1 of stride 16." in view["said"]
    assert view["rows"] == [["16; 5, 3", "12, 8, 20, 16", "cat 61%", "0.50"], ["8; 1, 2", "1, 2, 3, 4", "nothing", ""]]
    assert view["marked"][0] == [0.2, 0.2, 0.3, 0.3]


def test_a_box_between_all_cells_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_targets, "answering_cells", lambda *given: [])
    assert "cannot learn it" in answer()[1]["views"][2]["said"]


# ---------------------------------------------------------------- what the lesson claims


def test_the_examples_show_what_they_are_called() -> None:
    """Espresso and the large cat are named rightly, on the lawn c is low, the small cat's box and class are missed."""
    assert [one["picture"] for one in tab.DEMO.examples] == ["coffee", "chelsea", "lawn", "cat_on_wall"]
    losses, names = {}, {}
    for one in tab.DEMO.examples:
        found = localise(samples.load(one["picture"]), tab.LOCALISER)
        target = tab.read_target(one.get("box", tab.MIDDLE), one["truth"], found)
        names[one["picture"]] = weights.card(tab.LOCALISER).classes[target.label]
        said = tab.Prediction(found.presence, found.box, found.classification.probabilities)
        losses[one["picture"]] = tab.loss_by_part(tab.fill(target, said, found.shape, "centre", "presence_first"))
    assert (names["coffee"], names["chelsea"], names["cat_on_wall"]) == ("espresso", "Egyptian cat", "Egyptian cat")
    assert losses["lawn"]["c"] < 0.69 and losses["coffee"]["classes"] < 0.69
    assert losses["cat_on_wall"]["box"] > 5 * max(losses["coffee"]["box"], losses["chelsea"]["box"])


def test_the_small_cats_target_is_where_it_was_pasted() -> None:
    with_cat, wall = samples.load("cat_on_wall"), samples.load("cat_on_wall")
    height, width = wall.shape[:2]
    box = np.array([float(part) for part in tab.DEMO.examples[3]["box"].split()]) * (width, height, width, height)
    assert box == pytest.approx((470, 180, 718, 345), abs=4) and with_cat.shape == (400, 768, 3)
