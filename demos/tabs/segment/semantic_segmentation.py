"""Semantic segmentation: a class for every pixel, its probabilities at a click, and boxes made of masks."""

import cv2
import numpy as np
from matplotlib.figure import Figure

from cnn_core.images import drawing
from cnn_core.images.palette import colour_of
from cnn_core.runtime import weights
from cnn_core.tasks.semantic_segmentation import segment
from demos.spec import Bars, Choice, Demo, Lesson, Note, Picture, Plot, Point, Region, Regions, Slider

LEAST_NAMED = 0.01
SMALLEST = 0.002
"""Connected parts with a smaller share of the picture get no box."""


def run(picture, network, opacity, click):
    """Masks over the picture, the distribution at a clicked pixel, and a box around each connected part."""
    answer = segment(picture, network)
    there = [k for k in np.unique(answer.classes) if k]
    masks = [(answer.names[k], answer.classes == k) for k in there]
    x, y = click or middle_of_the_largest(answer.classes)
    shares = {name: share for name, share in answer.at(x, y).items() if share >= 0.005}
    return (
        in_words(answer),
        drawing.masks_over(picture, masks, opacity),
        f"At pixel ({x}, {y}){'' if click else ' (click the picture for another)'}:",
        dict(sorted(shares.items(), key=lambda pair: -pair[1])[:6]),
        (picture, boxes_of_masks(answer)),
        legend([(name, float(mask.mean())) for name, mask in masks]),
    )


def middle_of_the_largest(classes):
    """A pixel in the largest object, else in the middle of the picture."""
    counts = np.bincount(classes.ravel(), minlength=2)
    if not counts[1:].any():
        return classes.shape[1] // 2, classes.shape[0] // 2
    rows, columns = np.nonzero(classes == counts[1:].argmax() + 1)
    return int(np.median(columns)), int(np.median(rows))


def in_words(answer):
    """The headline: what is there and how much of it."""
    shares = np.bincount(answer.classes.ravel(), minlength=len(answer.names)) / answer.classes.size
    found = [f"**{answer.names[k]}** {shares[k]:.0%}" for k in np.argsort(-shares) if k and shares[k] >= LEAST_NAMED]
    return ", ".join(found) or "Nothing but background: none of its 20 classes."


def legend(shares):
    """Each class's colour and its share of the picture."""
    shown = sorted(shares, key=lambda pair: pair[1])
    figure = Figure(figsize=(6.5, 0.6 + 0.3 * max(len(shown), 1)), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh([name for name, _ in shown], [100 * share for _, share in shown])
    for bar, (name, _) in zip(bars, shown, strict=True):
        bar.set(color=colour_of(name), edgecolor="#888888")
    axes.set_xlabel("share of the picture in %")
    axes.spines[["top", "right"]].set_visible(False)
    if not shown:
        axes.set_yticks([])
    return figure


def boxes_of_masks(answer):
    """A box around each connected part of each class that is not tiny."""
    regions = []
    for k in np.unique(answer.classes):
        if not k:
            continue
        count, _, facts, _ = cv2.connectedComponentsWithStats((answer.classes == k).astype(np.uint8), connectivity=8)
        for x, y, w, h, size in facts[1:count]:
            if size >= SMALLEST * answer.classes.size:
                regions.append(Region((float(x), float(y), float(x + w), float(y + h)), answer.names[k]))
    return regions


def decoders():
    """The networks for class masks: those for photographs first, the best of them first."""
    cards = [weights.card(name) for name in weights.names("semantic_segmentation")]
    cards.sort(key=lambda card: (card.input.fixed, -len(card.classes), -next(iter(card.metrics.values()))["miou"]))
    return tuple((card.name, card.title) for card in cards)


DEMO = Demo(
    title="Semantic segmentation",
    summary="Which class does each pixel belong to? Click one to see how sure the network is of it.",
    lesson=Lesson(
        notice=(
            "Two sheep that touch become one region: the network says what, never which one.",
            "At the borders the probabilities cross over: click from the inside of a thing to its outside.",
            "The U-Net sees fine maps through its skip connections; the other design looks wide through kernels with holes.",
        ),
        questions=(
            (
                "Why do thin things (legs, a bicycle's frame) come out so badly?",
                "The deepest map has one value for 32 by 32 pixels; a leg is a fraction of that. Skip connections "
                "bring finer maps back, but those know less of what they see.",
            ),
            (
                "90 % of the pixels are background. What is wrong with measuring the share of right pixels?",
                "Saying 'background' everywhere scores 90 %. The mean IoU counts every class alike.",
            ),
            (
                "The boxes are made of connected parts. When are they wrong although every pixel is right?",
                "When two objects of a class touch (one box for both), or when something in front cuts one in two.",
            ),
        ),
        sources=(
            "Ronneberger et al. 2015, arXiv:1505.04597 (U-Net)",
            "Chen et al. 2017, arXiv:1706.05587 (DeepLab v3)",
            "Long et al. 2015, arXiv:1411.4038 (FCN)",
        ),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="People, animals, vehicles, furniture: 20 classes of PASCAL VOC."),
        "network": Choice(label="Decoder", options=decoders),
        "opacity": Slider(label="Opacity of the masks", low=0, high=1, step=0.05, default=0.6),
        "click": Point(label="Which pixel?", on="Masks"),
    },
    outputs=(
        Note(label="What is there", tone="headline"),
        Picture(label="Masks", alt="The picture with each class's pixels in its colour"),
        Note(label="Where"),
        Bars(label="That pixel's probabilities"),
        Regions(label="Boxes from connected parts", folded=True),
        Plot(label="Legend", alt="Each class's colour and its share of the picture"),
    ),
    run=run,
    examples=(
        {"picture": "astronaut"},
        {"picture": "chelsea"},
        {"picture": "motorcycle"},
        {"picture": "tissue", "network": "segment_unet_cells"},
    ),
    weights=tuple(weights.names("semantic_segmentation")),
    order=1,
)
