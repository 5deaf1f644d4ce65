"""Detect: bounding boxes around every object of twenty classes (public networks: eighty), and what each stage removes."""

import json

from cnn_core.images import opening
from cnn_core.results import Candidates, PictureArray
from cnn_core.runtime import public_weights, weights
from cnn_core.tasks.coco_results import coco_results
from cnn_core.tasks.detection import (
    TWO_STAGE,
    anchors,
    detections,
    find_candidates,
    has_two_stages,
    keep_confident,
    pool_region,
    suppress,
)
from demos.spec import Choice, Demo, Download, Lesson, Note, Options, Picture, Pictures, Region, Regions, Slider, Table, Try
from demos.tabs._networks import PUBLIC_HELP, public_networks
from demos.tabs._objects import say_objects, say_trust

SHOWN, CUT = 100, 6
"""Boxes drawn, and regions shown as the second stage gets them, at the most."""
TILE = 24
"""Screen pixels for one of the 7 x 7 values of a region."""
ANCHOR = "anchor"

Row = list[str | int]
Tiles = list[tuple[PictureArray, str]]
Answer = tuple[str, tuple[PictureArray, list[Region]], str, list[Row], Tiles, tuple[str, bytes]]


def run(picture: PictureArray, network: str, confidence: float, iou: float, classes: list[str], stage: str) -> Answer:
    """The network runs once a picture; the sliders only choose among its candidates."""
    candidates = find_candidates(picture, network)
    confident = keep_confident(candidates, confidence, tuple(classes))
    kept = suppress(candidates, confident, iou)
    return (
        headline(candidates, kept, confidence, network),
        (picture, regions(picture, network, candidates, confident, kept, stage)),
        (
            f"{candidates.total:,} {origins_of(network)} examined, {len(candidates.labels)} boxes considered, "
            f"{len(confident)} at or above {confidence:.0%}, {len(confident) - len(kept)} of them suppressed: "
            f"**{len(kept)} left**. {say_trust(weights.card(network))}"
        ),
        [row(candidates, k) for k in kept],
        pooled_regions(picture, network, candidates, kept[:CUT]),
        ("detections.json", json.dumps(coco_results(detections(candidates, kept)), indent=1).encode()),
    )


def headline(candidates: Candidates, kept: list[int], confidence: float, network: str) -> str:
    """How many objects of each class."""
    known = len(weights.card(network).classes)
    nothing = f"Nothing at or above {confidence:.0%}. Lower the confidence, or show it an object of its {known} classes."
    return say_objects([candidates.labels[k] for k in kept], [float(candidates.scores[k]) for k in kept], nothing)


def regions(
    picture: PictureArray, network: str, candidates: Candidates, confident: list[int], kept: list[int], stage: str
) -> list[Region]:
    """The boxes of one stage, as they are drawn."""
    if stage == "anchors":
        return [Region.of_box(box, ANCHOR) for box in anchors(picture, network)]
    everything = list(range(len(candidates.labels)))
    numbers = {"objects": kept, "confident": confident, "raw": everything, "origins": everything}[stage][:SHOWN]
    boxes = candidates.origins if stage == "origins" else candidates.boxes
    return [Region.of_box(boxes[k], candidates.labels[k], candidates.scores[k]) for k in numbers]


def shows_regions(network: str) -> bool:
    """Whether anchors, and regions as the second stage gets them, can be shown: of the two-stage network trained here."""
    return has_two_stages(weights.card(network)) and network not in public_weights.names()


def origins_of(network: str) -> str:
    """What the network examines one by one."""
    return "proposals" if has_two_stages(weights.card(network)) else "cells"


def stages(network: str) -> Options:
    """What can be drawn: the last stage first."""
    first = (("anchors", "the anchors that proposals start from: those of one cell, in the middle"),)
    return (
        ("objects", "the objects that are left"),
        ("confident", "all boxes above the confidence, before suppression"),
        ("raw", "all boxes the network considered"),
        ("origins", f"the {origins_of(network)} that those boxes came from"),
        *(first if shows_regions(network) else ()),
    )


def pooled_regions(picture: PictureArray, network: str, candidates: Candidates, kept: list[int]) -> Tiles:
    """The proposals of a two-stage network's objects as its second stage gets them: all of one size."""
    if not shows_regions(network):
        return []
    tiles = [opening.enlarge(pool_region(picture, candidates.origins[k], network), TILE) for k in kept]
    return [(tile, f"{candidates.labels[k]} {candidates.scores[k]:.0%}") for tile, k in zip(tiles, kept, strict=True)]


def row(candidates: Candidates, number: int) -> Row:
    """One line of the table."""
    x1, y1, x2, y2 = (round(float(side)) for side in candidates.boxes[number])
    return [candidates.labels[number], f"{candidates.scores[number]:.0%}", x1, y1, x2 - x1, y2 - y1]


def detectors() -> Options:
    """The detectors trained here, one stage, then two; then public ones."""
    return (*own_detectors(), *public_networks("detection", TWO_STAGE))


def own_detectors() -> Options:
    """The detectors trained here: one stage, then two."""
    names = (*weights.names("detection"), *weights.names(TWO_STAGE))
    kinds = {TWO_STAGE: "two stages, region-based (Mask R-CNN)"}
    return tuple((name, kinds.get(weights.card(name).task, "one stage, single-shot (FCOS)")) for name in names)


def known_classes(network: str) -> Options:
    """The classes to keep."""
    return tuple((name, name) for name in weights.card(network).classes)


DEMO = Demo(
    title="Detect",
    summary="Bounding boxes around every object of twenty classes. Move the thresholds and see what each stage removes.",
    lesson=Lesson(
        see="The bounding boxes that are left when confidence and non-maximum suppression have removed the others.",
        tries=(
            Try(words="Suppress nothing (IoU 1)", sets={"iou": 1.0}, watch="How many boxes does one object keep?"),
            Try(words="Confidence 0.05", sets={"confidence": 0.05}, watch="Is there an object in each of the new boxes?"),
            Try(
                words="Show what suppression removes",
                sets={"stage": "confident"},
                watch="Which boxes lie around the same object?",
            ),
            Try(
                words="Show it two cats that touch",
                sets={"picture": "two_cats"},
                watch="Is there one box for each, or one for both?",
            ),
        ),
        notice=(
            "One stage (like YOLO and SSD): every cell of several feature maps answers at once. Two stages (like "
            "Faster R-CNN): "
            "regions are proposed first, then each is classified and its box corrected.",
            "The network runs once a picture. The sliders only choose among its answers.",
            "Before non-maximum suppression an object has many boxes: neighbouring cells all answer for it.",
            "Suppression works class by class: a rider's box does not remove the horse's.",
        ),
        questions=(
            (
                "Set the suppression's overlap to 1, then to 0. What goes wrong each time?",
                "At 1 nothing is removed: every object is boxed many times. At 0 any shared area removes the box with the "
                "lower score, so of chairs that overlap only one is left. Boxes that merely touch share no area and stay.",
            ),
            (
                "A detector for a safety alarm and one for a photo album: which confidence for each?",
                "A low one for the alarm, where a miss costs more than a false alarm; a high one for the album.",
            ),
            (
                "What does a confidence of 80% mean?",
                "A raw score is no probability: it only ranks the boxes. The detectors trained here were calibrated "
                "with two numbers (Platt scaling) on photographs that they never saw, so of boxes with 80% about 80% are "
                "right, and the slider starts where F1 is best. A public network's number is its own.",
            ),
            (
                "With two stages: why is every region cut to 7 × 7 numbers a channel, whatever its size?",
                "The layers that classify it are fully connected: they need inputs of one length. RoIAlign "
                "interpolates between "
                "the cells of the feature map instead of rounding to whole cells, which would shift small boxes and masks.",
            ),
            (
                "Why has the one-stage detector trained here no class 'background', as classifiers of windows need one?",
                "Each class has a sigmoid of its own. Where all of them are low, it is background.",
            ),
        ),
        sources=(
            "Tian et al. 2019, arXiv:1904.01355 (FCOS)",
            "Lin et al. 2017, arXiv:1708.02002 (focal loss)",
            "Guo et al. 2017, arXiv:1706.04599 (calibration)",
            "Ren et al. 2015, arXiv:1506.01497 (Faster R-CNN)",
            "Redmon et al. 2015, arXiv:1506.02640 (YOLO)",
            "Liu et al. 2015, arXiv:1512.02325 (SSD)",
        ),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="A street, a living room, animals: things in their surroundings."),
        "confidence": Slider(label="Confidence", low=0.05, high=0.95, step=0.05, default=0.3),
        "iou": Slider(label="NMS: overlap (IoU) above which a box is removed", low=0, high=1, step=0.05, default=0.5),
        "stage": Choice(label="Show", options=stages, depends_on=("network",)),
        "classes": Choice(
            label="Only these classes", options=known_classes, depends_on=("network",), several=True, folded=True
        ),
        "network": Choice(label="Detector", options=detectors, help=PUBLIC_HELP),
    },
    outputs=(
        Note(label="Found", tone="headline"),
        Regions(label="Bounding boxes"),
        Note(label="Stages"),
        Table(label="The objects", columns=("class", "confidence", "x", "y", "width", "height")),
        Pictures(
            label="What the second stage gets: each region cut to 7 × 7 (RoIAlign), here in colours",
            columns=CUT,
            pixelated=True,
        ),
        Download(label="As COCO results (JSON)", folded=True),
    ),
    run=run,
    examples=(
        {"picture": "cat_and_person"},
        {"picture": "cats_on_wall"},
        {"picture": "two_people"},
        {"picture": "two_cats"},
        {"picture": "cub_on_lawn"},
        {"picture": "coffee"},
    ),
    weights=tuple(name for name, _ in own_detectors()),
    order=5,
)
