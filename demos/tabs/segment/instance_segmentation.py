"""Instance segmentation: one mask for each object, beside one class for each pixel."""

import numpy as np

from cnn_core.images import drawing
from cnn_core.ops.masks import paste
from cnn_core.tasks.instance_segmentation import find_instances
from cnn_core.tasks.semantic_segmentation import segment
from demos.spec import Demo, Lesson, Note, Picture, Region, Regions, Slider, Table
from demos.tabs._objects import corners, count_objects

MOST, PROPOSALS = 20, 40
NETWORK = "instances_maskrcnn_voc20"
DECODER = "segment_unet_voc20"


def run(picture, confidence, binary):
    """Objects with masks, each in a colour of its own; the same picture by class; and the first stage's proposals."""
    found = find_instances(picture, NETWORK)
    sure = [k for k, score in enumerate(found.scores) if score >= confidence][:MOST]
    masks = [paste(found.masks[k], found.boxes[k], found.shape, binary) for k in sure]
    names = [f"{found.labels[k]} {n}" for n, k in enumerate(sure, 1)]
    objects = [Region(mask, name, float(found.scores[k])) for mask, name, k in zip(masks, names, sure, strict=True)]

    by_class = segment(picture, DECODER)
    there = [(by_class.names[k], by_class.classes == k) for k in np.unique(by_class.classes) if k]
    labels = [found.labels[k] for k in sure]
    rows = zip(names, masks, sure, strict=True)
    return (
        count_objects(labels, "No object that it is sure enough of. Lower the confidence."),
        (picture, objects),
        drawing.masks_over(picture, there, 0.6),
        difference(labels, [name for name, _ in there]),
        [[name, f"{found.scores[k]:.0%}", corners(found.boxes[k]), f"{mask.mean():.1%}"] for name, mask, k in rows],
        (picture, [Region.of_box(box, "region") for box in found.proposals[:PROPOSALS]]),
    )


def difference(labels, classes):
    """What the two results say differently, in a sentence."""
    several = [name for name in dict.fromkeys(labels) if labels.count(name) > 1]
    if several:
        return f"By object there are {labels.count(several[0])} of **{several[0]}**; by class they are one region."
    alone = [name for name in classes if name not in labels]
    if alone:
        return f"**{alone[0]}** has pixels by class, but no object of it is sure enough."
    return "One object of each class at most: both can say the same. Try a picture with two of a kind."


DEMO = Demo(
    title="Instance segmentation",
    summary="A mask for each object, so that two people are two; beside it the same picture with a class for each pixel.",
    lesson=Lesson(
        notice=(
            "Semantic segmentation asks each pixel 'what?'; instance segmentation asks each region 'which pixels are it?'.",
            "Two stages: a small network proposes regions (folded below), then each is named, boxed and drawn.",
            "A mask has 28 by 28 cells whatever the object's size: large objects get round corners.",
        ),
        questions=(
            (
                "Why does each class have a mask of its own, and not one softmax over all classes?",
                "The box head has already named the object; a sigmoid mask of that class need not compete with others. "
                "In the paper this gains more than five points.",
            ),
            (
                "What did RoIAlign mend?",
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
        "confidence": Slider(label="Confidence", low=0.05, high=0.95, step=0.05, default=0.4),
        "binary": Slider(label="A cell belongs to the object from", low=0.1, high=0.9, step=0.1, default=0.5, folded=True),
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
    examples=({"picture": "astronaut"}, {"picture": "chelsea"}, {"picture": "motorcycle"}, {"picture": "coffee"}),
    weights=(NETWORK, DECODER),
    order=2,
)
