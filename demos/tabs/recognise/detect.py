"""Detect: boxes around every object of twenty classes, and what each stage of the detector removes."""

import json

from cnn_core.images import opening
from cnn_core.runtime import weights
from cnn_core.tasks.detection import TWO_STAGE, anchors, as_pooled, look, suppressed, sure_enough
from demos.spec import Choice, Demo, Download, Lesson, Note, Picture, Pictures, Region, Regions, Slider, Table
from demos.tabs._objects import counted

SHOWN, CUT = 100, 6
ANCHOR = "anchor"
NOTHING = "Nothing that it is sure enough of. Lower the confidence, or show it something of its 20 classes."


def run(picture, network, confidence, iou, classes, stage):
    """The network runs once a picture; the sliders only choose among its candidates."""
    candidates = look(picture, network)
    sure = sure_enough(candidates, confidence, tuple(classes))
    kept = suppressed(candidates, sure, iou)
    everything = list(range(len(candidates.labels)))
    if stage == "anchors":
        drawn = [Region.of_box(box, ANCHOR) for box in anchors(picture, network)]
    else:
        numbers = {"objects": kept, "sure": sure, "raw": everything, "places": everything}[stage][:SHOWN]
        boxes = candidates.places if stage == "places" else candidates.boxes
        drawn = [Region.of_box(boxes[k], candidates.labels[k], candidates.scores[k]) for k in numbers]
    return (
        counted([candidates.labels[k] for k in kept], NOTHING),
        (picture, drawn),
        (
            f"{candidates.total:,} {kind_of_places(network)} looked at, {len(everything)} boxes considered, "
            f"{len(sure)} at or above {confidence:.0%}, {len(sure) - len(kept)} of them suppressed: **{len(kept)} left**."
        ),
        [row(candidates, k) for k in kept],
        cut(picture, network, candidates, kept[:CUT]),
        ("detections.json", coco(candidates, kept, network)),
    )


def two_staged(network):
    """Whether the network proposes regions first."""
    return weights.card(network).task == TWO_STAGE


def kind_of_places(network):
    """What the network looks at one by one."""
    return "proposals" if two_staged(network) else "cells"


def stages(network):
    """What can be drawn: the last stage first."""
    first = (("anchors", "the anchors that proposals start from: those of one place, the middle"),)
    return (
        ("objects", "the objects that are left"),
        ("sure", "all boxes above the confidence, before suppression"),
        ("raw", "all boxes the network considered"),
        ("places", f"the {kind_of_places(network)} that those boxes came from"),
        *(first if two_staged(network) else ()),
    )


def cut(picture, network, candidates, kept):
    """The proposals of a two-stage network's objects as its second stage gets them: all of one size."""
    if not two_staged(network):
        return []
    tiles = [opening.enlarge(as_pooled(picture, candidates.places[k], network), 24) for k in kept]
    return [(tile, f"{candidates.labels[k]} {candidates.scores[k]:.0%}") for tile, k in zip(tiles, kept, strict=True)]


def row(candidates, number):
    """One line of the table."""
    x1, y1, x2, y2 = (round(float(side)) for side in candidates.boxes[number])
    return [candidates.labels[number], f"{candidates.scores[number]:.0%}", x1, y1, x2 - x1, y2 - y1]


def coco(candidates, kept, network):
    """The boxes as COCO's results format: one entry an object, bbox as x, y, width, height in pixels."""
    names = weights.card(network).classes
    entries = []
    for k in kept:
        x1, y1, x2, y2 = (round(float(side), 1) for side in candidates.boxes[k])
        name = candidates.labels[k]
        entries.append(
            {
                "image_id": 1,
                "category_id": names.index(name) + 1,
                "category_name": name,
                "bbox": [x1, y1, round(x2 - x1, 1), round(y2 - y1, 1)],
                "score": round(float(candidates.scores[k]), 4),
            }
        )
    return json.dumps(entries, indent=1).encode()


def detectors():
    """The detectors trained here: one stage, then two."""
    names = (*weights.names("detection"), *weights.names(TWO_STAGE))
    kinds = {TWO_STAGE: "two stages (Mask R-CNN)"}
    return tuple((name, kinds.get(weights.card(name).task, "one stage (FCOS)")) for name in names)


def known_classes(network):
    """The classes to keep."""
    return tuple((name, name) for name in weights.card(network).classes)


DEMO = Demo(
    title="Detect",
    summary="Boxes around every object of twenty classes. Move the thresholds and see what each stage removes.",
    lesson=Lesson(
        notice=(
            "One stage: every cell of three maps answers. Two stages: regions are proposed first, then each is judged.",
            "The network runs once a picture. The sliders only choose among its answers.",
            "Before suppression an object has many boxes: neighbouring cells all answer for it.",
            "Suppression works class by class: a rider's box does not remove the horse's.",
        ),
        questions=(
            (
                "Set the suppression's overlap to 1, then to 0. What goes wrong each time?",
                "At 1 nothing is removed: every object is boxed many times. At 0 boxes that merely touch remove each other, "
                "and of a row of chairs one is left.",
            ),
            (
                "A detector for a safety alarm and one for a photo album: which confidence for each?",
                "The alarm takes a low one (a miss costs more than a false alarm), the album a high one.",
            ),
            (
                "With two stages: why is every region cut to 7 × 7 numbers a channel, whatever its size?",
                "The layers that name it are fully connected: they need inputs of one length. RoIAlign reads the map "
                "between its cells instead of rounding the region to whole ones, which would shift small boxes and masks.",
            ),
            (
                "Why has the one-stage detector no class 'background', as classifiers of windows need one?",
                "Each class has a sigmoid of its own: all of them may be low. That is background.",
            ),
        ),
        sources=(
            "Tian et al. 2019, arXiv:1904.01355 (FCOS)",
            "Lin et al. 2017, arXiv:1708.02002 (focal loss)",
            "Ren et al. 2015, arXiv:1506.01497 (Faster R-CNN)",
        ),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="A street, a living room, animals: things in their surroundings."),
        "confidence": Slider(label="Confidence", low=0.05, high=0.95, step=0.05, default=0.5),
        "iou": Slider(label="NMS: overlap (IoU) above which a box is removed", low=0, high=1, step=0.05, default=0.5),
        "stage": Choice(label="Show", options=stages, depends_on=("network",)),
        "classes": Choice(
            label="Only these classes", options=known_classes, depends_on=("network",), several=True, folded=True
        ),
        "network": Choice(label="Detector", options=detectors),
    },
    outputs=(
        Note(label="Found", tone="headline"),
        Regions(label="Boxes"),
        Note(label="Stages"),
        Table(label="The objects", columns=("class", "score", "x", "y", "width", "height")),
        Pictures(
            label="What the second stage gets: each region cut to 7 × 7 (RoIAlign), here in colours",
            columns=CUT,
            pixelated=True,
        ),
        Download(label="As COCO JSON", folded=True),
    ),
    run=run,
    examples=({"picture": "astronaut"}, {"picture": "chelsea"}, {"picture": "coffee"}),
    weights=tuple(name for name, _ in detectors()),
    order=5,
)
