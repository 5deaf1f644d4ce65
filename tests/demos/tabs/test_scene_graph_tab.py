"""The tab of scene graphs: graphs that are known, what the page says of them, and what its examples show."""

import json
from typing import Any

import numpy as np
import pytest

from cnn_core.errors import InputError
from cnn_core.images import samples
from cnn_core.ops.graph_verdicts import Graph, Node, Statement
from cnn_core.ops.scene_graph import true_relations
from cnn_core.ops.tiny_scenes import make_scene
from cnn_core.ops.tiny_things import true_order, true_things
from cnn_core.ops.tiny_world import RELATIONS
from cnn_core.results import Candidates
from demos.tabs.describe import _graphs as graphs
from demos.tabs.describe import scene_graph as tab
from tests.demos.tabs.stand_ins import by_label

PICTURE = np.full((100, 200, 3), 90, np.uint8)
GRAPH = Graph(
    (
        Node("small red star", np.array([0, 0, 0.5, 0.5]), "true"),
        Node("large blue ring", np.array([0.5, 0, 1, 0.5]), "false", "large blue circle"),
        Node("small grey cross", np.array([0.5, 0.5, 0.75, 1]), "missed"),
    ),
    (
        Statement(0, "left of", 1, 0.9, "true"),
        Statement(1, "touching", 0, 0.625, "false"),
        Statement(2, "below", 0, None, "missed"),
    ),
    {20: (0.25, 0.5), 50: (1.0, 1.0)},
    40,
)  # fmt: skip


def run(**changes: Any) -> dict[str, Any]:
    given = {
        "kind": tab.DRAWN,
        "seed": 7,
        "picture": None,
        "things": "found",
        "method": "head",
        "relations": [],
        "threshold": 0.5,
    }
    return by_label(tab.DEMO, tab.run(**{**given, **changes}))


def test_the_page_says_what_is_found_right_wrong_and_missed() -> None:
    assert (
        graphs.headline(GRAPH)
        == "**2** things, **2** relations, Recall@20 **25%** of at most 50%, Recall@50 **100%** of at most 100%"
    )
    assert graphs.say_truth(GRAPH, drawn=True) == (
        "Things: 1 right, 1 wrong, 1 missed. Relations: 1 right, 1 wrong, 1 missed, of 40 that hold. "
        "Recall@20 can be 50% at most, for 40 relations hold."
    )
    assert [graphs.row(GRAPH, one) for one in GRAPH.statements] == [
        ["1 small red star", "left of", "2 large blue ring", "90%", "right"],
        ["2 large blue ring", "touching", "1 small red star", "62%", "wrong"],
        ["3 small grey cross", "below", "1 small red star", "", "missed"],
    ]
    empty = Graph((), (), {})
    assert graphs.headline(empty) == "**0** things, **0** relations"
    assert "no recall" in graphs.say_truth(empty, drawn=True) and "nobody knows" in graphs.say_truth(empty, drawn=False)


def test_boxes_are_drawn_in_the_picture_s_pixels_and_verdicts_told() -> None:
    shown = graphs.drawing_of(PICTURE, GRAPH)
    assert shown["nodes"][1]["at"] == [100, 0, 200, 50] and shown["nodes"][2]["at"] == [100, 50, 150, 100]
    assert [node["said"] for node in shown["nodes"]] == ["", "wrong: it is a large blue circle", "missed"]
    assert len({node["colour"] for node in shown["nodes"]}) == 3
    assert shown["arrows"][1] == {"from": 1, "to": 0, "relation": "touching", "sure": "62%", "verdict": "false"}
    assert shown["words"].startswith("3 things: 1 small red star, 2 large blue ring,") and "1 missed" in shown["words"]


def test_the_file_says_the_same() -> None:
    name, data = graphs.file_of(GRAPH)
    kept = json.loads(data)
    assert name == "scene_graph.json" and kept["recall@20"] == 0.25
    assert kept["things"][1] == {"number": 2, "name": "large blue ring", "box": [0.5, 0, 1, 0.5], "verdict": "wrong"}
    assert kept["relations"][2] == {
        "subject": 3, "predicate": "below", "object": 1, "probability": None, "verdict": "missed",
    }  # fmt: skip


def test_rules_with_true_things_are_held_against_this_scene_s_truth() -> None:
    scene = make_scene(np.random.default_rng(7))
    truth = true_relations(scene, true_order(scene))
    page = run(things="true", method="rules", relations=["the same colour as", "larger than"])
    wanted = {
        (int(i), RELATIONS[k], int(j))
        for i, j, k in np.argwhere(truth)
        if RELATIONS[k] in ("the same colour as", "larger than")
    }
    arrows = page["The scene graph"]["arrows"]
    assert {(one["from"], one["relation"], one["to"]) for one in arrows} == wanted  # both can be read off attributes
    assert {one["verdict"] for one in arrows} == {"true"}
    assert [node["name"] for node in page["The scene graph"]["nodes"]] == list(true_things(scene).names())
    usual = run(things="true", method="rules")["The scene graph"]["arrows"]
    assert {one["relation"] for one in usual} <= set(tab.USUAL) and "right of" not in tab.USUAL


def test_a_photograph_s_relations_are_geometry(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = np.array([[0, 0, 100, 100], [120, 0, 200, 60], [0, 0, 20, 20]], np.float32)
    found = Candidates(boxes, np.array([0.9, 0.6, 0.3], np.float32), ("person", "dog", "cat"), boxes, 3)
    monkeypatch.setattr(graphs, "find_candidates", lambda picture, network: found)
    page = run(kind=tab.PHOTOGRAPH, picture=PICTURE, threshold=0.5)
    said = {(one["from"], one["relation"], one["to"]) for one in page["The scene graph"]["arrows"]}
    assert said == {(0, "left of", 1), (0, "larger than", 1), (1, "above", 0)}
    assert "Recall" not in page["The graph in numbers"] and "nobody knows" in page["What is right"]
    assert page["All triples"][0][3:] == ["", ""]
    assert len(run(kind=tab.PHOTOGRAPH, picture=PICTURE, threshold=0.2)["The scene graph"]["nodes"]) == 3
    with pytest.raises(InputError, match="Your photograph: please give one"):
        run(kind=tab.PHOTOGRAPH)


def test_its_examples_show_what_they_claim() -> None:
    drawn, photograph, failure = (
        run(**{**example, "picture": samples.load(example["picture"])})["The scene graph"] for example in tab.DEMO.examples
    )
    assert {one["verdict"] for one in drawn["arrows"]} == {"true"} == {node["verdict"] for node in drawn["nodes"]}
    assert sorted(node["name"] for node in photograph["nodes"]) == ["cat", "person"]
    (bad,) = [k for k, node in enumerate(failure["nodes"]) if node["verdict"] == "false"]
    assert failure["nodes"][bad]["said"].startswith("wrong: it is a ")
    at_it = [one["verdict"] for one in failure["arrows"] if bad in (one["from"], one["to"])]
    assert len(at_it) > 5 and set(at_it) == {"false"}


def test_rules_on_boxes_say_touching_too_often() -> None:
    shown = run(seed=3, things="true", method="rules", relations=["touching", "on", "inside"])["The scene graph"]["arrows"]
    wrong = {one["relation"] for one in shown if one["verdict"] == "false"}
    assert wrong == {"touching"}
    head = run(seed=3, things="true", relations=["touching", "on", "inside"])["The scene graph"]["arrows"]
    assert {one["verdict"] for one in head} <= {"true"}
