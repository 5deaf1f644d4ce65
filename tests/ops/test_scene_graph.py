"""Scene graphs: recall worked by hand, ranks, rules on boxes, and what is right, wrong or missed."""

import numpy as np
import pytest

from cnn_core.ops.graph_verdicts import compare
from cnn_core.ops.scene_graph import (
    PHOTO_RELATIONS,
    Triple,
    box_gaps,
    highest_recall,
    in_true_numbers,
    match_things,
    rank,
    recall_at,
    rule,
    rule_photograph,
    true_relations,
    true_triples,
)
from cnn_core.ops.tiny_things import Things, match_boxes, sure_things, true_order, true_things
from cnn_core.ops.tiny_world import RELATIONS, Thing, TinyScene

LEFT, RIGHT, ABOVE, BELOW, TOUCHING, ON, INSIDE, LARGER, SAME = range(9)


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(rows, np.float32).reshape(-1, 4)


def things(*rows: tuple[float, float, float, float], what: list[list[int]] | None = None) -> Things:
    """Sure things; ``what``: size, pattern, colour, shape. Without it small plain red circles."""
    return sure_things(boxes(*rows), np.array(what or [[0, 0, 0, 0]] * len(rows)))


def holds(rules: np.ndarray, one: int, other: int) -> set[str]:
    return {relation for relation, value in zip(RELATIONS, rules[one, other], strict=True) if value}


# ---------------------------------------------------------------- recall


def test_recall_counts_the_true_ones_among_the_first() -> None:
    a, b, c, d, e = [(0, k, 1) for k in range(5)]
    true = {a, c, e}
    said = [a, b, c, d, e]
    assert recall_at(1, said, true) == pytest.approx(1 / 3)
    assert recall_at(2, said, true) == pytest.approx(1 / 3)  # b is wrong
    assert recall_at(3, said, true) == pytest.approx(2 / 3)
    assert recall_at(5, said, true) == 1
    assert recall_at(50, [b, d], true) == 0
    assert recall_at(3, [a, a, a, c], true) == pytest.approx(1 / 3)  # said three times it is one
    with pytest.raises(ValueError, match="at least one true"):
        recall_at(20, said, set())


def test_with_more_true_ones_than_places_recall_has_a_ceiling() -> None:
    true = {(0, 0, k) for k in range(1, 41)}
    assert highest_recall(20, true) == 0.5 == recall_at(20, sorted(true), true)
    assert highest_recall(50, true) == 1 == recall_at(50, sorted(true), true)


def test_a_triple_is_as_sure_as_its_relation_and_both_things() -> None:
    probabilities = np.zeros((3, 3, 9), np.float32)
    probabilities[0, 1, ON], probabilities[1, 0, LEFT], probabilities[0, 2, LEFT] = 0.8, 0.5, 0.9
    probabilities[2, 2, ON] = 1  # nothing stands on itself
    first, second, third, *others = rank(probabilities, np.array([1, 0.5, 0.2], np.float32))
    assert first.key == (0, ON, 1) and first.probability == pytest.approx(0.4)
    assert second.key == (1, LEFT, 0) and second.probability == pytest.approx(0.25)
    assert third.key == (0, LEFT, 2) and third.probability == pytest.approx(0.18)
    assert len(others) == 3 * 2 * 9 - 3 and all(one.subject != one.object for one in others)
    assert [one.key for one in rank(probabilities, np.ones(3, np.float32), ["left of"])][:2] == [(0, LEFT, 2), (1, LEFT, 0)]


def test_found_things_count_as_true_ones_only_if_all_is_right() -> None:
    here, there = (0.1, 0.1, 0.3, 0.3), (0.5, 0.5, 0.9, 0.9)
    true = things(here, there, what=[[0, 0, 0, 0], [1, 2, 3, 4]])
    found = things(here, there, what=[[0, 0, 0, 0], [1, 2, 3, 5]])
    assert match_things(true, true) == {0: 0, 1: 1}
    assert match_things(found, true) == {0: 0}  # the second has another shape
    said = in_true_numbers([Triple(0, ON, 1, 0.9), Triple(1, LEFT, 0, 0.9)], {0: 5})
    assert said[0][:2] == (5, ON) and said[0][2] < 0 and said[1][0] < 0 and said[1][1:] == (LEFT, 5)


def test_boxes_are_matched_once_from_the_greatest_overlap_down() -> None:
    true = boxes((0, 0, 0.4, 0.4), (0.6, 0, 1, 0.4))
    found = boxes((0, 0, 0.4, 0.3), (0, 0, 0.4, 0.4), (0.8, 0, 1, 0.4))
    assert match_boxes(found, true) == {1: 0}  # 0 comes too late, and 2 overlaps by exactly a half
    assert match_boxes(found[:1], true) == {0: 0}
    assert match_boxes(boxes(), true) == {} == match_boxes(found, boxes())


# ---------------------------------------------------------------- rules on boxes


def test_rules_go_by_centres_sizes_and_colours() -> None:
    rules = rule(things((0.1, 0.1, 0.2, 0.2), (0.5, 0.13, 0.8, 0.43), what=[[0, 0, 2, 0], [1, 0, 2, 1]]))
    assert holds(rules, 0, 1) == {"left of", "above", "the same colour as"}
    assert holds(rules, 1, 0) == {"right of", "below", "larger than", "the same colour as"}
    assert not rules[0, 0].any() and not rules[1, 1].any()
    near = rule(things((0.1, 0.1, 0.2, 0.2), (0.12, 0.5, 0.22, 0.6), what=[[0, 0, 1, 0], [0, 0, 2, 0]]))
    assert holds(near, 0, 1) == {"above"}  # centres 0.02 apart: neither left nor right


def test_rules_take_boxes_that_meet_for_things_that_touch() -> None:
    assert holds(rule(things((0.1, 0.1, 0.2, 0.2), (0.205, 0.1, 0.305, 0.2))), 0, 1) >= {"touching", "left of"}
    assert "touching" not in holds(rule(things((0.1, 0.1, 0.2, 0.2), (0.22, 0.1, 0.32, 0.2))), 0, 1)
    stacked = rule(things((0.42, 0.2, 0.52, 0.3), (0.35, 0.3, 0.6, 0.55), what=[[0, 0, 0, 0], [1, 0, 1, 1]]))
    assert holds(stacked, 0, 1) == {"above", "touching", "on"}
    assert holds(stacked, 1, 0) == {"below", "touching", "larger than"}
    aside = rule(things((0.29, 0.2, 0.39, 0.3), (0.35, 0.3, 0.6, 0.55)))
    assert "on" not in holds(aside, 0, 1) and "touching" in holds(aside, 0, 1)


def test_rules_let_only_rings_hold_something() -> None:
    within, around = (0.45, 0.45, 0.55, 0.55), (0.35, 0.35, 0.65, 0.65)
    ring = rule(things(within, around, what=[[0, 0, 0, 0], [1, 0, 1, 5]]))
    assert holds(ring, 0, 1) == {"inside"} and holds(ring, 1, 0) == {"larger than"}
    disc = rule(things(within, around, what=[[0, 0, 0, 0], [1, 0, 1, 0]]))
    assert holds(disc, 0, 1) == {"touching"}


def test_box_gaps_are_distances_between_the_nearest_points() -> None:
    gaps = box_gaps(boxes((0, 0, 1, 1), (4, 5, 6, 7), (0.5, 0.5, 2, 2)))
    assert gaps[0, 1] == pytest.approx(5) == gaps[1, 0]  # 3 across, 4 down
    assert gaps[0, 2] == 0 == gaps[0, 0]


def test_relations_on_a_photograph_are_geometry() -> None:
    big, small, far = (0.0, 0.0, 0.5, 0.5), (0.1, 0.1, 0.3, 0.3), (0.6, 0.8, 0.9, 0.95)
    found = rule_photograph(boxes(big, small, far))

    def said(one: int, other: int) -> set[str]:
        return {name for name, value in zip(PHOTO_RELATIONS, found[one, other], strict=True) if value}

    assert said(1, 0) == {"overlapping", "inside"}  # centres 0.05 apart, which is not more than 0.05
    assert said(0, 1) == {"overlapping", "larger than"}
    assert said(0, 2) == {"left of", "above", "larger than"}
    assert said(2, 0) == {"right of", "below"}
    assert not found[range(3), range(3)].any()


# ---------------------------------------------------------------- the truth, and what is shown


SCENE = TinyScene((
    Thing("square", "red", "plain", "large", 0.7, 0.6, 0.12),
    Thing("circle", "red", "dotted", "small", 0.7, 0.6 - 0.85 * 0.12 - 0.06, 0.06),
    Thing("star", "blue", "plain", "small", 0.2, 0.6, 0.06),
))  # fmt: skip


def test_the_truth_is_counted_from_left_to_right() -> None:
    order = true_order(SCENE)
    assert order[0] == 2
    assert true_things(SCENE).names() == tuple(SCENE.things[k].name for k in order)
    square, circle = order.index(0), order.index(1)
    found = true_triples(true_relations(SCENE, order), ["on", "the same colour as", "left of"])
    assert found == {
        (circle, ON, square), (circle, SAME, square), (square, SAME, circle), (0, LEFT, square), (0, LEFT, circle),
    }  # fmt: skip


def test_what_is_said_is_right_wrong_or_missed() -> None:
    here, there, last = (0.1, 0.1, 0.3, 0.3), (0.4, 0.4, 0.6, 0.6), (0.7, 0.7, 0.9, 0.9)
    true = things(here, there, last, what=[[0, 0, 2, 5], [0, 0, 0, 0], [1, 1, 1, 1]])
    found = things(there, last, what=[[0, 0, 0, 0], [1, 1, 1, 2]])  # the first not at all, the last of another shape
    truth = np.zeros((3, 3, 9), bool)
    truth[1, 2, LEFT] = truth[0, 1, LEFT] = truth[2, 1, ON] = truth[1, 2, ABOVE] = True
    probabilities = np.zeros((2, 2, 9), np.float32)
    probabilities[0, 1, LEFT], probabilities[1, 0, TOUCHING] = 0.9, 0.4
    graph = compare(found, probabilities, true, truth, ["left of", "on", "touching"], 0.5)
    assert [(node.name, node.verdict, node.truth) for node in graph.nodes] == [
        ("small red circle", "true", ""),
        ("large striped yellow triangle", "false", "large striped yellow square"),
        ("small green ring", "missed", ""),
    ]
    said = [(one.subject, one.relation, one.object, one.verdict) for one in graph.statements]
    assert said == [(0, "left of", 1, "false"), (2, "left of", 0, "missed"), (1, "on", 0, "missed")]
    assert graph.statements[0].probability == pytest.approx(0.9) and graph.statements[1].probability is None
    assert graph.count_true == 3 and graph.recalls == {20: (0, 1), 50: (0, 1)}
    assert graph.count("missed") == 2 and graph.count("true") == 0


def test_with_true_things_a_true_relation_is_right_from_the_threshold_on() -> None:
    true, order = true_things(SCENE), true_order(SCENE)
    truth = true_relations(SCENE, order)
    probabilities = truth.astype(np.float32) * 0.5
    graph = compare(true, probabilities, true, truth, RELATIONS, 0.5)
    assert {one.verdict for one in graph.statements} == {"true"} and len(graph.statements) == truth.sum() == graph.count_true
    assert graph.recalls[50] == (1, 1)
    assert compare(true, probabilities, true, truth, RELATIONS, 0.55).count("missed") == truth.sum()
    assert compare(true, probabilities, true, np.zeros_like(truth), RELATIONS, 0.5).recalls == {}
