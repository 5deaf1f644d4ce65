"""Instance segmentation: one mask for each object, beside one class for each pixel."""

from typing import Any

import numpy as np

from cnn_core.images import drawing
from cnn_core.ops.masks import Mask, count_parts, paste
from cnn_core.results import Instances, PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.instance_segmentation import find_instances
from cnn_core.tasks.semantic_segmentation import segment
from demos.spec import Choice, Demo, Lesson, Note, Options, Picture, Region, Regions, Slider, Table, Try
from demos.tabs._networks import PUBLIC_HELP, public_networks
from demos.tabs._objects import corners, say_objects, say_trust

MOST_OBJECTS, MOST_PROPOSALS = 20, 40
NETWORK = "instances_maskrcnn_voc20"
DECODER = "segment_unet_voc20"
SMALLEST_PART = 0.002
"""Connected parts of the class map with a smaller share of the picture are not counted as regions."""
OPACITY = 0.6
NOTHING = "No object reaches this confidence. Lower it to see less certain ones."


def run(picture: PictureArray, network: str, confidence: float, binary: float) -> tuple[Any, ...]:
    """Objects with masks, each in a colour of its own; the same picture by class; and the first stage's proposals."""
    found = find_instances(picture, network)
    chosen = [k for k, score in enumerate(found.scores) if score >= confidence][:MOST_OBJECTS]
    labels = [found.labels[k] for k in chosen]
    masks = [paste(found.masks[k], found.boxes[k], found.shape, binary) for k in chosen]
    names = [f"{label} {n}" for n, label in enumerate(labels, 1)]
    objects = [Region(mask, name, float(found.scores[k])) for mask, name, k in zip(masks, names, chosen, strict=True)]

    by_class = segment(picture, DECODER)
    classes = {by_class.names[k]: by_class.classes == k for k in np.unique(by_class.classes) if k}
    return (
        say_objects(labels, [float(found.scores[k]) for k in chosen], NOTHING),
        (picture, objects),
        drawing.overlay_masks(picture, list(classes.items()), OPACITY),
        f"{compare(labels, classes)} {say_trust(weights.card(network))}",
        table_of(found, chosen, names, masks),
        (picture, [Region.of_box(box, "region") for box in found.proposals[:MOST_PROPOSALS]]),
    )


def table_of(found: Instances, chosen: list[int], names: list[str], masks: list[Mask]) -> list[list[str]]:
    """Each object's name, score, bounding box and share of the picture."""
    rows = zip(names, chosen, masks, strict=True)
    return [[name, f"{found.scores[k]:.0%}", corners(found.boxes[k]), f"{mask.mean():.1%}"] for name, k, mask in rows]


def compare(labels: list[str], classes: dict[str, Mask]) -> str:
    """What the objects' labels and the class map (name -> mask) say differently, in a sentence."""
    several = next((name for name in labels if labels.count(name) > 1), None)
    if several is not None:
        parts = regions_of(classes.get(several))
        by_class = {0: "no pixel has this class", 1: "they are one region"}.get(parts, f"there are {parts} separate regions")
        return f"By object there are {labels.count(several)} of **{several}**; by class {by_class}."
    alone = [name for name in classes if name not in labels]
    if alone:
        return f"**{alone[0]}** has pixels by class, but no object of it reaches the confidence."
    return "There is at most one object of each class here. Try a picture with two of a kind."


def regions_of(mask: Mask | None) -> int:
    """How many connected regions a class's mask has, specks left out; at least one if it has any pixel."""
    if mask is None or not mask.any():
        return 0
    return max(1, count_parts(mask, round(SMALLEST_PART * mask.size)))


def networks() -> Options:
    """The network trained here, then public ones."""
    return ((NETWORK, weights.card(NETWORK).title), *public_networks("instance_segmentation"))


DEMO = Demo(
    title="Instance segmentation",
    summary="Get a mask for each object, and compare it with one class for each pixel.",
    lesson=Lesson(
        see="A mask of its own for each object, beside one class for each pixel.",
        tries=(
            Try(
                words="Show it two cats that touch",
                sets={"picture": "two_cats"},
                watch="How many masks are there by object, how many regions by class?",
            ),
            Try(words="Confidence 0.05", sets={"confidence": 0.05}, watch="Is there an object under each of the new masks?"),
            Try(words="Mask threshold 0.9", sets={"binary": 0.9}, watch="Where do the masks shrink?"),
        ),
        notice=(
            "Semantic segmentation gives each pixel a class. Instance segmentation gives each object a mask.",
            "Two stages: a small network proposes regions (folded below); each then gets a class, a bounding box, a mask.",
            "A mask has 28 by 28 cells whatever the object's size: large objects get round corners.",
        ),
        questions=(
            (
                "Why does each class have a mask of its own, and not one softmax over all classes?",
                "The box head has already named the object; a sigmoid mask of that class need not compete with others. "
                "In the paper this gains more than five points.",
            ),
            (
                "What did RoIAlign improve?",
                "RoIPool rounds a region to whole cells of a coarse map, up to half a cell or many pixels off. For a class "
                "that is harmless, for a mask it is a shift. RoIAlign interpolates instead.",
            ),
            (
                "Can a pixel belong to two objects here? And by class?",
                "By object yes: each mask is drawn without knowing of the others. By class each pixel has one answer.",
            ),
        ),
        sources=("He et al. 2017, arXiv:1703.06870 (Mask R-CNN)", "Ren et al. 2015, arXiv:1506.01497 (Faster R-CNN)"),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="Several of a kind: people, animals, cars."),
        "network": Choice(label="Network", options=networks, help=PUBLIC_HELP, folded=True),
        "confidence": Slider(label="Confidence", low=0.05, high=0.95, step=0.05, default=0.3),
        "binary": Slider(label="Mask threshold", low=0.1, high=0.9, step=0.1, default=0.5, folded=True),
    },
    outputs=(
        Note(label="Found", tone="headline"),
        Regions(label="By object"),
        Picture(label="By class (semantic)", alt="The picture with each class's pixels in its colour"),
        Note(label="The difference"),
        Table(label="The objects", columns=("object", "score", "box (pixels)", "share of the picture")),
        Regions(label="First stage: proposed regions", folded=True),
    ),
    run=run,
    examples=(
        {"picture": "two_people"},
        {"picture": "two_cats"},
        {"picture": "cats_on_wall"},
        {"picture": "motorcycle"},
    ),
    weights=(NETWORK, DECODER),
    order=2,
)
