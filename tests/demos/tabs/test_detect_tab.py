"""Detect: the sliders choose among the network's answers without asking it again; every stage and the file are exact."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from cnn_core.results import Candidates
from cnn_core.runtime import recent
from cnn_core.runtime.cards import Preprocessing
from demos.tabs.recognise import detect
from demos.tabs.recognise.detect import run

PICTURE = np.zeros((60, 80, 3), np.uint8)
TWO = detect.TWO_STAGE
BOXES = np.array([[10, 10, 30, 40], [11, 10, 31, 40], [50, 20, 70, 50], [50, 20, 70, 52]], np.float32)
SEEN = Candidates(
    boxes=BOXES,
    scores=np.array([0.9, 0.8, 0.6, 0.1], np.float32),
    labels=("cat", "cat", "dog", "cat"),
    origins=np.array([[16, 16, 24, 24]] * 4, np.float32),
    total=1000,
)


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The network's answers are made up; how often it was asked is counted."""
    calls: list[str] = []

    @recent.remembered
    def find_candidates(picture, network):
        calls.append(network)
        return SEEN

    monkeypatch.setattr(detect, "find_candidates", find_candidates)
    card = SimpleNamespace(task="detection", record={}, classes=("bird", "cat", "dog"))
    monkeypatch.setattr(detect.weights, "card", lambda name: card)
    return calls


def answer(confidence=0.3, iou=0.5, classes=(), stage="objects", picture=PICTURE):
    return run(picture, "made", confidence, iou, list(classes), stage)


def drawn(shown) -> list[tuple]:
    return [(region.name, round(region.score, 2)) for region in shown[1][1]]


def test_stages_count_what_each_removes() -> None:
    shown = answer()
    assert drawn(shown) == [("cat", 0.9), ("dog", 0.6)]
    assert "1,000 cells examined, 4 boxes considered, 3 at or above 30%, 1 of them suppressed: **2 left**" in shown[2]
    assert shown[0] == "1 **cat**, 1 **dog**"


@pytest.mark.parametrize(("stage", "count"), [("objects", 2), ("confident", 3), ("raw", 4), ("origins", 4)])
def test_each_stage_is_drawn(stage: str, count: int) -> None:
    shown = answer(stage=stage)
    assert len(drawn(shown)) == count
    if stage == "origins":
        assert all(region.shape == (16, 16, 24, 24) for region in shown[1][1])


def test_sliders_do_not_ask_the_network_again(asked: list[str]) -> None:
    answer()
    assert drawn(answer(confidence=0.05, iou=1.0)) == [("cat", 0.9), ("cat", 0.8), ("dog", 0.6), ("cat", 0.1)]
    assert asked == ["made"]
    answer(picture=PICTURE + 1)
    assert asked == ["made", "made"]


def test_only_the_wanted_classes() -> None:
    assert drawn(answer(classes=["dog"])) == [("dog", 0.6)]
    assert "Nothing" in answer(classes=["bird"])[0]


def test_the_file_is_coco() -> None:
    name, data = answer()[5]
    assert name == "detections.json"
    first, second = json.loads(data)
    assert first == {"image_id": 1, "category_id": 17, "bbox": [10.0, 10.0, 20.0, 30.0], "score": 0.9}
    assert second["category_id"] == 18


def test_two_stages_show_anchors_and_what_the_second_gets(monkeypatch: pytest.MonkeyPatch) -> None:
    form = Preprocessing(96, (0.0,) * 3, (1.0,) * 3, how="pad", stride=32)
    card = SimpleNamespace(task=detect.TWO_STAGE, record={}, classes=("bird", "cat", "dog"), input=form)
    monkeypatch.setattr(detect.weights, "card", lambda name: card)
    assert [value for value, _ in detect.stages("made")] == ["objects", "confident", "raw", "origins", "anchors"]
    tiles = answer()[4]
    assert [caption for _, caption in tiles] == ["cat 90%", "dog 60%"]
    assert all(tile.shape == (7 * 24, 7 * 24, 3) for tile, _ in tiles)
    shown = answer(stage="anchors")[1][1]
    assert len(shown) == 18  # 3 levels of 2 sides and 3 aspects
    x1, y1, x2, y2 = shown[2].shape  # the smallest square; 96 pixels of the network are 80 of the picture
    assert (x1 + x2) / 2 == pytest.approx(40, abs=0.01)
    assert (y1 + y2) / 2 == pytest.approx(30, abs=0.01)
    assert x2 - x1 == pytest.approx(16 * 80 / 96, abs=0.01)


def test_one_stage_cuts_nothing() -> None:
    assert answer()[4] == []
    assert "anchors" not in dict(detect.stages("made"))


def test_a_region_is_cut_where_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    card = SimpleNamespace(input=SimpleNamespace(size=8 * 40))
    monkeypatch.setattr(detect.weights, "card", lambda name: card)
    halves = np.zeros((60, 80, 3), np.uint8)
    halves[:, 40:] = 200
    tile = detect.pool_region(halves, np.array([20, 10, 60, 50], np.float32), "made")
    assert tile[:, :3].max() == 0
    assert tile[:, 4:].min() == 200


def test_the_table_gives_corner_and_size_of_what_is_left() -> None:
    assert answer()[3] == [["cat", "90%", 10, 10, 20, 30], ["dog", "60%", 50, 20, 20, 30]]


def test_one_poor_box_does_not_make_the_good_ones_doubtful() -> None:
    assert answer(confidence=0.05, iou=1.0)[0] == "2 **cats**, 1 **dog**. Not sure - perhaps 1 **cat** more"


def test_the_tiles_are_the_proposals_of_the_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[list[float]] = []
    monkeypatch.setattr(detect.weights, "card", lambda name: SimpleNamespace(task=TWO, record={}, classes=("cat",)))
    monkeypatch.setattr(detect, "pool_region", lambda picture, box, name: cut.append(box.tolist()) or PICTURE[:7, :7])
    assert "1,000 proposals examined" in answer()[2]
    assert cut == [[16, 16, 24, 24]] * 2
