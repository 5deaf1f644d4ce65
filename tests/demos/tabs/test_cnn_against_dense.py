"""CNN against dense net: the same budget, the same pixels in another order, figures from the cards."""

import importlib
import re
from dataclasses import replace

import numpy as np
import pytest

from cnn_core.images import samples
from cnn_core.results import Classification
from cnn_core.runtime import weights
from cnn_core.tasks.second_opinion import Seen
from demos import runner
from demos.tabs.experiments import cnn_against_dense
from tests.blackboard import network_of

DEMO = replace(cnn_against_dense.DEMO, name="cnn_against_dense")
PIXELS = np.full((20, 30, 3), 90, np.uint8)
LABELS = [output.label for output in DEMO.outputs]


def outputs(**values):
    """The demo's outputs by label."""
    (answer,) = runner.answers(DEMO, runner.example_values(DEMO, {"picture": "chelsea", **values}))
    return dict(zip(LABELS, answer.values, strict=True))


def test_both_networks_have_the_same_budget():
    for pair in (cnn_against_dense.PLAIN, cnn_against_dense.SHUFFLED):
        cnn, dense = (weights.card(name) for name in pair.values())
        assert cnn.parameters == pytest.approx(dense.parameters, rel=0.05)
        assert cnn.record["training"]["samples_seen"] == dense.record["training"]["samples_seen"]


def test_shuffled_networks_had_the_training_of_the_ordered_ones():
    for kind in cnn_against_dense.PLAIN:
        plain, shuffled = (weights.card(pair[kind]) for pair in (cnn_against_dense.PLAIN, cnn_against_dense.SHUFFLED))
        assert plain.arguments == shuffled.arguments
        assert plain.record["training"]["samples_seen"] == shuffled.record["training"]["samples_seen"]


def test_shuffling_keeps_every_pixel_and_moves_them():
    picture = samples.load("chelsea")
    plain, shuffled = (
        cnn_against_dense.show_input(picture, pair["CNN"]) for pair in (cnn_against_dense.PLAIN, cnn_against_dense.SHUFFLED)
    )
    assert not np.array_equal(plain, shuffled)
    pixels = [np.sort(seen.reshape(-1, 3).view("u1,u1,u1"), axis=0) for seen in (plain, shuffled)]
    assert np.array_equal(*pixels)


def test_the_table_subtracts_what_the_cards_say():
    rows = cnn_against_dense.compare()
    for row, kind in zip(rows[:2], cnn_against_dense.PLAIN, strict=True):
        before, after = (weights.card(pair[kind]).top1 for pair in (cnn_against_dense.PLAIN, cnn_against_dense.SHUFFLED))
        assert row[1:4] == [f"{before:.1%}", f"{after:.1%}", f"{100 * (after - before):+.1f} points"]
    assert [row[2:4] for row in rows[2:]] == [["", ""]] * 2
    assert [row[4] for row in rows] == ["8", "4", "5", "5"]  # the last layer counted


def test_the_networks_with_as_many_layers_learned_by_one_plan_and_the_cnn_has_fewer_parameters():
    cnn, dense = (weights.card(name) for name in cnn_against_dense.LAYERS.values())
    recipes = [importlib.import_module(f"cnn_core.training.recipes.{card.name}").RECIPE for card in (cnn, dense)]
    assert recipes[0].cycles is recipes[1].cycles
    assert cnn.arguments["dropout"] == dense.arguments["dropout"] > 0
    assert cnn.record["training"]["samples_seen"] == dense.record["training"]["samples_seen"]
    assert cnn.parameters * 10 < dense.parameters and cnn.top1 > dense.top1 + 0.1


def test_networks_that_were_not_trained_on_shuffled_pixels_are_given_the_picture_as_it_is():
    told = outputs(alike="layers", shuffled=True)
    plain = outputs(alike="layers")
    assert told["What cannot be shuffled"] == cnn_against_dense.ONLY_PLAIN and plain["What cannot be shuffled"] == ""
    assert np.array_equal(told["What both networks are given"], plain["What both networks are given"])
    assert told["CNN"] == plain["CNN"] != outputs()["CNN"]


def test_doubt_stands_in_the_headline(monkeypatch):
    others = [Seen("person", 0.69), None]
    monkeypatch.setattr(cnn_against_dense, "object_without_class", lambda picture, card, best: others.pop(0))
    table = {"edges": [0.0, 0.5, 1.0], "n": [10, 10], "right": [0.2, 0.8]}
    card = network_of(lambda x: x, record={"line": "", "calibration": table}).card
    names, cards = ("cat", "truck"), {"CNN": card, "Dense": card}
    answers = {
        "CNN": Classification(names, np.log([0.1, 0.9]).astype(np.float32), np.array([0.1, 0.9], np.float32)),
        "Dense": Classification(names, np.log([0.5, 0.5]).astype(np.float32), np.array([0.5, 0.5], np.float32)),
    }
    said = "**CNN** says truck (90%) · **Dense** is not sure, perhaps cat (50%)"
    person = ". Neither has a class 'person', and the multi-label network sees a person (69%)."
    assert cnn_against_dense.say_answers(PIXELS, answers, cards) == said + person
    assert cnn_against_dense.say_answers(PIXELS, answers, cards) == said


def test_the_switch_changes_the_networks_asked():
    assert outputs()["CNN"] != outputs(shuffled=True)["CNN"]


def test_no_text_depends_on_the_training():
    lesson = cnn_against_dense.DEMO.lesson
    texts = [cnn_against_dense.DEMO.summary, *lesson.notice, *(part for pair in lesson.questions for part in pair)]
    assert not any(re.search(r"million|[0-9]{2,}|epoch", text) for text in texts)
