"""Scene graph: what is in a picture, and how it stands to one another, as nodes and arrows."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnn_core.images.drawn_world import draw_scene
from cnn_core.ops.tiny_scenes import make_scene
from cnn_core.ops.tiny_world import RELATIONS
from cnn_core.results import PictureArray
from cnn_core.tasks.tiny_scenes import FINDER, RELATER
from demos.spec import Choice, Demo, Download, Lesson, Note, Picture, Scene, Seed, Slider, Table, Try
from demos.tabs.describe._graphs import (
    drawing_of,
    file_of,
    graph_of_photograph,
    graph_of_scene,
    headline,
    row,
    say_truth,
)

DETECTOR = "detect_fcos_voc20"
DRAWN, PHOTOGRAPH = "drawn", "photograph"
USUAL = ("left of", "above", "touching", "on", "inside", "larger than", "the same colour as", "overlapping")
"""What is shown where nobody chose: of two opposites one is enough."""


def run(
    kind: str, seed: int, picture: PictureArray | None, things: str, method: str, relations: list[str], threshold: float
) -> tuple[Any, ...]:
    """Things are found, every ordered pair of them is looked at, and what holds between them becomes arrows."""
    chosen = relations or USUAL
    if kind == PHOTOGRAPH:
        shown, graph = graph_of_photograph(picture, DETECTOR, chosen, threshold)
    else:
        shown, graph = graph_of_scene(seed, things, method, chosen, threshold)
    return (
        headline(graph),
        drawing_of(shown, graph),
        say_truth(graph, kind == DRAWN),
        [row(graph, one) for one in graph.statements],
        file_of(graph),
    )


def thumbnail(example: Mapping[str, Any]) -> PictureArray | None:
    """An example's drawn scene, (128, 128, 3); None where it looks at a photograph."""
    return None if example["kind"] == PHOTOGRAPH else draw_scene(make_scene(np.random.default_rng(example["seed"])), 128)


DEMO = Demo(
    title="Scene graph",
    summary="A picture becomes a graph: its things are nodes, and how each stands to another is an arrow.",
    lesson=Lesson(
        see="The things as boxes and as nodes, every relation between two of them as an arrow and as a line of the list.",
        tries=(
            Try(
                words="Only touching, on and inside",
                sets={"relations": ["touching", "on", "inside"]},
                watch="Point at each line: do the outlines really meet, or only the boxes?",
            ),
            Try(
                words="Rules on the boxes, no trained head",
                sets={"relations": ["touching", "on", "inside"], "method": "rules"},
                watch="Which arrows turn wrong, and what lies in the corners of those boxes?",
            ),
            Try(
                words="A photograph",
                sets={"kind": PHOTOGRAPH, "threshold": 0.3},
                watch="Which relations would you name that no rule about boxes can know?",
            ),
        ),
        notice=(
            "First object detection, then one small network for every ordered pair of things. With n things there are "
            "n · (n - 1) pairs, and each pair may stand in several relations at once.",
            "Each arrow is a triple: subject, predicate, object. It is right only if both things are named rightly, too.",
            "Left of, above and larger than can be read off two bounding boxes. Touching, on and inside need outlines: a "
            "box is larger than what it holds.",
            "Recall@K is the share of the true triples among the K most probable ones. Where more than K are true it cannot "
            "reach 100 %, whatever the network: the page says how high it can be.",
            "On a photograph the objects come from a detector, and the relations are computed from its boxes. "
            "Nothing there knows what riding or holding is.",
        ),
        questions=(
            (
                "Why is a scene graph measured by recall and not by precision?",
                "People who label photographs never write down all that is true. A triple that is missing in the labels may "
                "still hold, so counting it as wrong would be unfair. In the drawn world everything is known, and what is "
                "wrong is marked, too.",
            ),
            (
                "A scene has 5 things and 9 kinds of relation. How many triples must be ranked?",
                "5 · 4 ordered pairs, each with 9 relations: 180.",
            ),
            (
                "12 of a scene's 40 true triples are among the 20 most probable. What is Recall@20, and how high can it be?",
                "12 / 40 = 30 %. Of 20 places at most 20 can be true: 20 / 40 = 50 %.",
            ),
            (
                "A detector misses one of 8 things. How many ordered pairs are lost?",
                "All pairs with it: 7 as the subject and 7 as the object, 14 of 56.",
            ),
        ),
        sources=(
            "Lu et al. 2016, arXiv:1608.00187 (visual relationships, Recall@K)",
            "Zellers et al. 2018, arXiv:1711.06640 (scene graphs from boxes, classes and features)",
            "Santoro et al. 2017, arXiv:1706.01427 (one network for all pairs)",
        ),
    ),
    inputs={
        "kind": Choice(
            label="Look at", options=((DRAWN, "a drawn scene"), (PHOTOGRAPH, "your photograph"))
        ),
        "seed": Seed(label="Drawn scene"),
        "picture": Picture(
            label="Your photograph",
            optional=True,
            help="People, animals, cars, chairs, bottles: several.",
            brings={"kind": PHOTOGRAPH, "threshold": 0.3},
        ),
        "relations": Choice(
            label="Only these relations",
            options=tuple((name, name) for name in (*RELATIONS, "overlapping")),
            several=True,
            help="None chosen: all but right of and below, which say what left of and above say. Touching, on and the same "
            "colour as are for drawn scenes, overlapping is for photographs.",
            folded=True,
        ),
        "threshold": Slider(
            label="Threshold", low=0.05, high=0.95, step=0.05, default=0.5,
            help="Of a relation's probability; on photographs of the detector's score.",
        ),
        "things": Choice(label="Things", options=(("found", "found by the detector"), ("true", "the true ones"))),
        "method": Choice(label="Relations by", options=(("head", "the trained head"), ("rules", "rules on the boxes"))),
    },
    outputs=(
        Note(label="The graph in numbers", tone="headline"),
        Scene(label="The scene graph", script="scene_graph"),
        Note(label="What is right"),
        Table(label="All triples", columns=("subject", "predicate", "object", "probability", "is"), folded=True),
        Download(label="The graph (JSON)", folded=True),
    ),
    run=run,
    examples=(
        {"seed": 36, "picture": "cat_and_person"},
        {"kind": PHOTOGRAPH, "picture": "cat_and_person", "threshold": 0.3},
        {"seed": 16, "picture": "cat_and_person"},
    ),
    example_titles=("A drawn scene", "A photograph: boxes and geometry", "Failure: one wrong name, all its arrows wrong"),
    thumbnail=thumbnail,
    weights=(FINDER, RELATER, DETECTOR),
    order=3,
)  # fmt: skip
