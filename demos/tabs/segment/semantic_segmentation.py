"""Semantic segmentation: a class for every pixel, its probabilities at a click, and boxes made of masks."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cnn_core.images import drawing, marking
from cnn_core.images.palette import colour_of
from cnn_core.results import PictureArray, Segmentation
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.tasks.semantic_segmentation import segment
from demos import charts
from demos.charts import NO_AXIS, Axis, Chart
from demos.spec import (
    Bars,
    Choice,
    ClassGrid,
    ClassMap,
    Demo,
    Lesson,
    Note,
    Options,
    Picture,
    Plot,
    Point,
    Region,
    Regions,
    Try,
)
from demos.tabs._networks import PUBLIC_HELP, public_networks
from demos.tabs._objects import first_of

LEAST_NAMED = 0.01
"""Classes with a smaller share of the picture are not in the headline."""
LEAST_SHOWN, MOST_BARS = 0.005, 6
LIKELIEST, MOST_PLACES = 3, 7000
"""How many classes a pixel tells when it is pointed at, and on how fine a grid: 56 kB as text."""
SMALLEST_PART = 0.002
"""Connected parts with a smaller share of the picture get no box."""
HALF = 0.5
"""A class whose pixels have a smaller mean probability is not given as a fact. Measured with the U-Net on validation
photographs: of 230 such classes 43 % were in the photograph at all, of 173 from 0.5 to 0.7 77 %, of 180 from 0.7 on 96 %."""


def run(picture: PictureArray, network: str, click: tuple[int, int] | None) -> tuple[Any, ...]:
    """Masks over the picture, the distribution at a clicked pixel, and a box around each connected part."""
    answer = segment(picture, network)
    masks = [(answer.names[k], answer.classes == k) for k in np.unique(answer.classes) if k]
    painted = drawing.overlay_masks(picture, masks, opacity=1)
    x, y = click or middle_of_the_largest(answer.classes)
    shares = sorted(answer.at(x, y).items(), key=lambda pair: -pair[1])[:MOST_BARS]
    return (
        in_words(answer),
        (*(marking.mark_pixel(side, x, y) for side in (picture, painted)), likeliest(answer)),
        f"{say_trust(weights.card(network))} At pixel ({x}, {y}){'' if click else ' (click the picture for another)'}:",
        {name: share for name, share in shares if share >= LEAST_SHOWN},
        (picture, boxes_of_masks(answer)),
        legend([(name, float(mask.mean())) for name, mask in masks]),
    )


def say_trust(card: Card) -> str:
    """What a pixel's probability is worth."""
    table = card.record.get("pixels")
    if table is None:
        return "These probabilities are the public network's own: nobody measured here how often such pixels are right."
    return (
        f"80% means: about 80% of such pixels were right on {first_of(card)['n']:,} pictures never trained on (on average "
        f"{100 * table['error']:.1f} points off, {100 * table['named_error']:.1f} where it does not say {card.classes[0]})."
    )


def likeliest(answer: Segmentation) -> ClassGrid:
    """What the picture says of the pixel that is pointed at."""
    return ClassGrid(answer.names, *answer.likeliest(LIKELIEST, MOST_PLACES))


def middle_of_the_largest(classes: NDArray[np.uint8]) -> tuple[int, int]:
    """A pixel (x, y) of the class with the most pixels, its median place moved to the nearest; else the picture's middle."""
    counts = np.bincount(classes.ravel(), minlength=2)
    if not counts[1:].any():
        return classes.shape[1] // 2, classes.shape[0] // 2
    rows, columns = np.nonzero(classes == counts[1:].argmax() + 1)
    nearest = np.hypot(rows - np.median(rows), columns - np.median(columns)).argmin()
    return int(columns[nearest]), int(rows[nearest])


def in_words(answer: Segmentation) -> str:
    """The headline: what is there and how much of it; what the network is not sure of is said apart."""
    shares = np.bincount(answer.classes.ravel(), minlength=len(answer.names)) / answer.classes.size
    found = [int(k) for k in np.argsort(-shares, kind="stable") if k and shares[k] >= LEAST_NAMED]
    means = {k: mean_probability(answer, k) for k in found}
    sure = [f"**{answer.names[k]}** on {shares[k]:.0%} of the picture" for k in found if means[k] >= HALF]
    unsure = [
        f"**{answer.names[k]}** on {shares[k]:.0%} (mean probability {means[k]:.0%})" for k in found if means[k] < HALF
    ]
    doubt = [f"Not sure - perhaps {', '.join(unsure)}"] if unsure else []
    return ". ".join([*([", ".join(sure)] if sure else []), *doubt]) or nothing_found(answer.names)


def mean_probability(answer: Segmentation, k: int) -> float:
    """The mean probability of class ``k`` where the network chose it, at the network's own size; 0 where it never did."""
    chosen = answer.probabilities.argmax(0) == k
    return float(answer.probabilities[k][chosen].mean()) if chosen.any() else 0.0


def nothing_found(names: tuple[str, ...]) -> str:
    """The headline where every pixel, or nearly, is background (the first of the classes)."""
    others = names[1:]
    return f"Nothing but {names[0]}: " + (
        f"no {others[0]}." if len(others) == 1 else f"none of its other {len(others)} classes."
    )


def legend(shares: list[tuple[str, float]]) -> Chart | None:
    """Each class's colour and its share of the picture, the largest first; None without any."""
    shown = sorted(shares, key=lambda pair: -pair[1])
    if not shown:
        return None
    names, values = tuple(name for name, _ in shown), [100 * share for _, share in shown]
    said = ", ".join(f"{name} {share:.0f} %" for name, share in zip(names, values, strict=True))
    return Chart(
        words=f"Shares of the picture: {said}.",
        x=Axis(title="share of the picture in %"),
        y=NO_AXIS,
        layers=(charts.Bars(names=names, values=values, colours=tuple(map(colour_of, names))),),
    )


def boxes_of_masks(answer: Segmentation) -> list[Region]:
    """A box around each connected part of each class that is not tiny."""
    regions = []
    for k in np.unique(answer.classes):
        if not k:
            continue
        _, _, facts, _ = cv2.connectedComponentsWithStats((answer.classes == k).astype(np.uint8), connectivity=8)
        for x, y, w, h, size in facts[1:]:  # row 0 is all that is not of this class
            if size >= SMALLEST_PART * answer.classes.size:
                regions.append(Region.of_box((x, y, x + w, y + h), answer.names[k]))
    return regions


def decoders() -> Options:
    """The networks for class masks trained here, those for photographs first, the best of them first; then public ones."""
    cards = [weights.card(name) for name in weights.names("semantic_segmentation")]
    cards.sort(key=lambda card: (card.input.fixed, -len(card.classes), -next(iter(card.metrics.values()))["miou"]))
    return (*((card.name, card.title) for card in cards), *public_networks("semantic_segmentation"))


DEMO = Demo(
    title="Semantic segmentation",
    summary="Give each pixel a class. Point at one to see the likeliest classes there; click it to see more.",
    lesson=Lesson(
        see="A class for each pixel, in colours, and one pixel's probabilities.",
        tries=(
            Try(
                words="Show it two cats that touch",
                sets={"picture": "two_cats"},
                watch="Does the mask say where one cat ends and the other begins?",
            ),
            Try(
                words="Ask the pixel in the corner",
                sets={"click": (0, 0)},
                watch="Which class has it, and how sure is the network there?",
            ),
            Try(
                words="Show the cell network a tissue",
                sets={"picture": "tissue", "network": "segment_unet_cells"},
                watch="Are the membranes closed around each cell?",
            ),
        ),
        notice=(
            "Two sheep that touch become one region: each pixel gets a class, but no pixel knows which sheep it belongs to.",
            "At a border the probabilities cross: click inside an object, then step by step outwards.",
            "The U-Net's skip connections bring fine feature maps back. DeepLab's dilated convolutions see more context.",
        ),
        questions=(
            (
                "Why are thin things (legs, a bicycle's frame) so hard?",
                "In the networks trained here for photographs the deepest map has one value for 32 by 32 pixels; a leg is "
                "a fraction of that. Skip connections bring finer maps back, but those know less of what they see.",
            ),
            (
                "If 90 % of the pixels are background, what is wrong with counting the correct pixels?",
                "Answering 'background' everywhere scores 90 %. The mean IoU counts every class equally.",
            ),
            (
                "Each box is drawn around a connected part. When is it wrong although every pixel is right?",
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
        "picture": Picture(
            label="Your picture",
            help="For photographs: people, animals, vehicles, furniture (PASCAL VOC). One network is for cells.",
        ),
        "network": Choice(label="Decoder", options=decoders, help=PUBLIC_HELP),
        "click": Point(label="Which pixel?", on="Masks"),
    },
    outputs=(
        Note(label="What is there", tone="headline"),
        ClassMap(label="Masks", alt="The picture with each class's pixels in its colour, and a ring around the asked pixel"),
        Note(label="Where"),
        Bars(label="That pixel's probabilities"),
        Regions(label="Boxes from connected parts", folded=True),
        Plot(label="Legend"),
    ),
    run=run,
    examples=(
        {"picture": "astronaut"},
        {"picture": "two_cats"},
        {"picture": "motorcycle"},
        {"picture": "tissue", "network": "segment_unet_cells"},
    ),
    weights=tuple(weights.names("semantic_segmentation")),
    order=1,
)
