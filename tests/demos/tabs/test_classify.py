"""Classify: the sentence about certainty, Grad-CAM's class, the second network, the gallery."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from cnn_core.runtime import recent, weights
from demos import runner
from demos.tabs.recognise import classify
from tests.demos.tabs.made_weights import CLASSES, DENSE, RESIDUAL, forget, use_folder, write_made

DEMO = replace(classify.DEMO, name="classify")
LABELS = [output.label for output in DEMO.outputs]


@pytest.fixture(autouse=True)
def made_networks(monkeypatch, tmp_path):
    write_made(tmp_path, "classify_dense_made", "dense", DENSE)
    write_made(tmp_path, "classify_resnet_made", "resnet", RESIDUAL)
    use_folder(monkeypatch, tmp_path)
    recent.forget()
    yield
    monkeypatch.undo()
    forget()


def outputs(**values):
    """The demo's outputs by label."""
    raw = runner.example_values(DEMO, {"picture": "chelsea", "network": "classify_resnet_made", **values})
    (answer,) = runner.answers(DEMO, raw)
    return dict(zip(LABELS, answer.values, strict=True))


def test_the_headline_is_the_largest_bar():
    shown = outputs(count=3)
    bars = shown["Probabilities"]
    assert len(bars) == 3
    assert list(bars.values()) == sorted(bars.values(), reverse=True)
    assert f"**{next(iter(bars))}** {next(iter(bars.values())):.0%}" in shown["Answer"]


def test_temperature_changes_the_bars_and_not_their_order():
    sharp, flat = (outputs(temperature=t, count=5)["Probabilities"] for t in (0.1, 5.0))
    assert list(sharp) == list(flat)
    assert max(sharp.values()) > max(flat.values())
    assert sum(flat.values()) == pytest.approx(1, abs=1e-5)


def test_the_map_belongs_to_the_chosen_class():
    maps = [outputs(explained=str(k))["Where it looked (Grad-CAM)"] for k in (0, 1)]
    assert maps[0].shape == maps[1].shape
    assert not np.array_equal(*maps)


def test_a_network_without_places_has_no_map():
    assert outputs(network="classify_dense_made")["Where it looked (Grad-CAM)"] is None


def test_a_second_network_stands_beside_the_first_and_never_twice():
    assert "classify_resnet_made" not in [name for name, _ in classify.second_networks("classify_resnet_made")]
    assert outputs()["The second network's probabilities"] == {}
    assert len(outputs(second="classify_dense_made", count=4)["The second network's probabilities"]) == 4


@pytest.mark.parametrize(("right", "warned"), [(0.2, True), (0.8, False)])
def test_the_warning_comes_from_the_measured_calibration(monkeypatch, right, warned):
    card = weights.card("classify_resnet_made")
    edges = [0.0, 0.5, 1.0]
    record = {**card.record, "calibration": {"edges": edges, "n": [40, 40], "right": [right, right]}}
    monkeypatch.setattr(weights, "card", lambda name: replace(card, record=record))
    shown = outputs()
    assert shown["Answer"].startswith("Not sure - perhaps **") == warned
    assert (f"it was right {right:.0%} of the time." in shown["Answer"]) == warned
    assert f"On 40 validation pictures where it was about this sure, it was right {right:.0%}" in shown["How sure is that?"]
    assert "points off" not in shown["How sure is that?"]
    record["calibration"]["error"] = 0.0234
    assert "Over all of them, sure or not, it is 2.3 points off on average." in outputs()["How sure is that?"]


def test_the_headline_keeps_the_probability_at_temperature_1():
    """It said "Egyptian cat 1%" at T = 5, beside "this sure (26%)"."""
    plain, flat = outputs(temperature=1.0, count=3), outputs(temperature=5.0, count=3)
    assert flat["Answer"] == plain["Answer"]
    assert flat["Probabilities"] != plain["Probabilities"]
    assert "The bars are drawn at temperature 5." in flat["How sure is that?"]
    assert "temperature 5" not in plain["How sure is that?"]


def test_answer_and_map_share_one_run_and_the_sliders_need_none(monkeypatch):
    runs = []
    forward = torch.nn.Linear.forward
    monkeypatch.setattr(torch.nn.Linear, "forward", lambda self, x: runs.append(1) or forward(self, x))
    outputs()
    assert len(runs) == 1
    outputs(temperature=3.0, count=4)
    assert len(runs) == 1


def test_the_gallery_lists_every_class_once():
    assert [row[0] for row in outputs()["Gallery of its classes"]] == sorted(CLASSES)
