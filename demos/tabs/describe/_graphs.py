"""Scene graphs for the page: where they come from, how they are drawn, said and kept."""

import json
from collections.abc import Collection
from typing import Any

import numpy as np
from PIL import Image

from cnn_core.errors import InputError
from cnn_core.images import opening
from cnn_core.images.drawn_world import draw_scene
from cnn_core.images.palette import colour_of
from cnn_core.ops.graph_verdicts import Graph, Node, Statement, compare
from cnn_core.ops.scene_graph import PHOTO_RELATIONS, rule, rule_photograph, true_relations
from cnn_core.ops.tiny_scenes import make_scene
from cnn_core.ops.tiny_things import true_order, true_things
from cnn_core.ops.tiny_world import MOST
from cnn_core.results import PictureArray
from cnn_core.tasks.detection import find_candidates, keep_confident, suppress
from cnn_core.tasks.tiny_scenes import find_things, relate_things
from demos.tabs._addresses import address_of

SIDE, LONGEST = 384, 640
"""Pixels: a drawn scene's side, and the longer side of a photograph on the page."""
NMS = 0.5
MARKS = {"true": "right", "false": "wrong", "missed": "missed", "": ""}
"""What a verdict is called on the page."""


def graph_of_scene(
    seed: int, things: str, method: str, chosen: Collection[str], threshold: float
) -> tuple[PictureArray, Graph]:
    """A drawn scene and its graph, held against the truth.

    Args:
        seed: of the scene.
        things: "found" by the detector, or "true".
        method: "head", the trained one, or "rules".
        chosen: the relations that count.
        threshold: of their probability.
    """
    scene = make_scene(np.random.default_rng(seed))
    picture, true = draw_scene(scene, SIDE), true_things(scene)
    nodes = true if things == "true" else find_things(picture)
    relations = rule(nodes) if method == "rules" else relate_things(nodes)
    return picture, compare(nodes, relations, true, true_relations(scene, true_order(scene)), chosen, threshold)


def graph_of_photograph(
    picture: PictureArray | None, network: str, chosen: Collection[str], threshold: float
) -> tuple[PictureArray, Graph]:
    """A photograph and the graph of what a detector boxes in it: relations are geometry, and nobody knows the truth.

    Raises:
        InputError: no photograph was given.
    """
    if picture is None:
        raise InputError("Your photograph: please give one, by file, clipboard or webcam, or choose a drawn scene.")
    candidates = find_candidates(picture, network)
    surest = suppress(candidates, keep_confident(candidates, threshold), NMS)[:MOST]
    kept = sorted(surest, key=lambda k: float(candidates.boxes[k, 0] + candidates.boxes[k, 2]))  # from left to right
    height, width = picture.shape[:2]
    boxes = np.asarray(candidates.boxes[kept] / np.array([width, height, width, height]), np.float32)  # (n, 4), 0..1
    nodes = tuple(Node(candidates.labels[k], box) for k, box in zip(kept, boxes, strict=True))
    holds = rule_photograph(boxes)
    said = [
        Statement(int(i), PHOTO_RELATIONS[k], int(j), None)
        for i, k, j in np.argwhere(holds.transpose(0, 2, 1))  # (n, n, 7) -> (n, 7, n): in the order of a sentence
        if PHOTO_RELATIONS[k] in chosen
    ]
    return opening.cap_longest_side(picture, LONGEST)[0], Graph(nodes, tuple(said), {})


# ---------------------------------------------------------------- in words


def name_of(graph: Graph, number: int) -> str:
    """A node as people read it: "3 small red circle"."""
    return f"{number + 1} {graph.nodes[number].name}"


def sentence(graph: Graph, one: Statement) -> str:
    """A statement as a sentence without a full stop."""
    return f"{name_of(graph, one.subject)} {one.relation} {name_of(graph, one.object)}"


def say_probability(one: Statement) -> str:
    """A statement's probability; "" where there is none."""
    return "" if one.probability is None else f"{one.probability:.0%}"


def headline(graph: Graph) -> str:
    """How many things and relations, and the recalls where the truth is known. Markdown."""
    found = sum(node.verdict != "missed" for node in graph.nodes)
    said = len(graph.statements) - graph.count("missed")
    words = f"**{found}** thing{'' if found == 1 else 's'}, **{said}** relation{'' if said == 1 else 's'}"
    recalls = [f"Recall@{count} **{recall:.0%}** of at most {best:.0%}" for count, (recall, best) in graph.recalls.items()]
    return ", ".join([words, *recalls])


def say_truth(graph: Graph, drawn: bool) -> str:
    """What is right, wrong and missed, and how high the recalls could be. Markdown."""
    if not drawn:
        return (
            "**On a photograph nobody knows the true relations.** The boxes are the detector's; how they stand to one "
            "another is computed from the boxes alone, by rules on geometry. What it did not box has no relations here."
        )
    if not graph.recalls:
        return "None of the chosen relations holds in this scene, so there is no recall."
    things = ", ".join(
        f"{sum(node.verdict == verdict for node in graph.nodes)} {MARKS[verdict]}" for verdict in ("true", "false", "missed")
    )
    highest = "; ".join(
        f"Recall@{count} can be {best:.0%} at most, for {graph.count_true} relations hold"
        for count, (_, best) in graph.recalls.items()
        if best < 1
    )
    return (
        f"Things: {things}. Relations: {graph.count('true')} right, {graph.count('false')} wrong, {graph.count('missed')} "
        f"missed, of {graph.count_true} that hold.{f' {highest}.' if highest else ''}"
    )


def row(graph: Graph, one: Statement) -> list[str]:
    """One line of the table."""
    ends = [name_of(graph, one.subject), one.relation, name_of(graph, one.object)]
    return [*ends, say_probability(one), MARKS[one.verdict]]


# ---------------------------------------------------------------- for the drawing and the file


def drawing_of(picture: PictureArray, graph: Graph) -> dict[str, Any]:
    """The picture and the graph for the scene, as plain data."""
    height, width = picture.shape[:2]
    missed = graph.count("missed")
    words = (
        f"{len(graph.nodes)} things: {', '.join(name_of(graph, k) for k in range(len(graph.nodes)))}." if graph.nodes else ""
    )
    return {
        "words": f"{words} {len(graph.statements) - missed} relations said, {missed} missed.".strip(),
        "photo": address_of(Image.fromarray(picture), "jpeg", quality=90),
        "width": width,
        "height": height,
        "nodes": [draw_node(graph, k, width, height) for k in range(len(graph.nodes))],
        "arrows": [
            {
                "from": one.subject,
                "to": one.object,
                "relation": one.relation,
                "sure": say_probability(one),
                "verdict": one.verdict,
            }
            for one in graph.statements
        ],
    }


def draw_node(graph: Graph, number: int, width: int, height: int) -> dict[str, Any]:
    """A node: its box in the picture's pixels, its colour, what it is called, and what it really is."""
    node = graph.nodes[number]
    said = {"false": f"wrong: {f'it is a {node.truth}' if node.truth else 'there is no such thing'}", "missed": "missed"}
    sides = np.array([width, height, width, height])
    return {
        "name": node.name,
        "at": [round(float(side), 1) for side in node.box * sides],
        "colour": colour_of(f"thing {number + 1}"),
        "verdict": node.verdict,
        "said": said.get(node.verdict, ""),
    }


def file_of(graph: Graph) -> tuple[str, bytes]:
    """The graph as JSON."""
    things = [
        {
            "number": k + 1,
            "name": node.name,
            "box": [round(float(side), 4) for side in node.box],
            "verdict": MARKS[node.verdict],
        }
        for k, node in enumerate(graph.nodes)
    ]
    relations = [
        {
            "subject": one.subject + 1,
            "predicate": one.relation,
            "object": one.object + 1,
            "probability": None if one.probability is None else round(one.probability, 4),
            "verdict": MARKS[one.verdict],
        }
        for one in graph.statements
    ]
    recalls = {f"recall@{count}": round(recall, 4) for count, (recall, _) in graph.recalls.items()}
    return "scene_graph.json", json.dumps({"things": things, "relations": relations, **recalls}, indent=1).encode()
