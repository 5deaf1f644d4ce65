"""Before deep learning: features made by hand and a linear SVM on them, beside a network that learned its own."""

import time
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from skimage.color import lab2rgb

from cnn_core.images import opening
from cnn_core.ops.hand_crafted import BINS, RANGES, REGIONS, SIDE, colour_histograms, edges_by_cell
from cnn_core.results import Classification, Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.tasks.classification import classify
from demos import charts
from demos.charts import NO_AXIS, Axis, Chart
from demos.spec import Bars, Choice, Demo, Lesson, Note, Options, Picture, Pictures, Plot, Table, Try
from demos.tabs._certainty import doubtful

MACHINE = "handcrafted_svm_cifar10"
CELL = 32
"""Pixels of the drawing for each cell of 4 x 4 pixels."""

CLASSES = "airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck"


def run(picture: PictureArray, network: str) -> tuple[Any, ...]:
    """One picture through both, what the hand-made features keep of it, and how both do on pictures never trained on."""
    cards = [weights.card(name) for name in (MACHINE, network)]
    answers, seconds = zip(*(timed(picture, card.name) for card in cards), strict=True)
    small, _ = opening.fit(picture, SIDE, SIDE, "stretch")
    return (
        " · ".join(say(card, answer) for card, answer in zip(cards, answers, strict=True)),
        [
            (opening.enlarge(small, 256 // SIDE), "What both are given: 32 × 32 pixels"),
            (draw_edges(edges_by_cell(small)), "Edges by direction, in cells of 4 × 4 pixels"),
            (draw_colours(colour_histograms(small)), "Colours by region: the histograms' means"),
        ],
        *(dict(answer.top(5)) for answer in answers),
        plot_lead(*cards),
        [row(card, taken) for card, taken in zip(cards, seconds, strict=True)],
        list_classes(*cards),
    )


def networks() -> Options:
    """(weights name, title) of the networks for the same ten classes, the simplest first."""
    found = [weights.card(name) for name in weights.names("classification") if name.endswith("_cifar10")]
    return tuple((card.name, card.title) for card in sorted(found, key=lambda card: (card.top1, card.title)))


def timed(picture: PictureArray, name: str) -> tuple[Classification, float]:
    """An answer, and the seconds that it took once the numbers were in memory."""
    weights.load(name)
    since = time.perf_counter()
    return classify(picture, name), time.perf_counter() - since


def say(card: Card, answer: Classification) -> str:
    """One answer for the headline, with its doubt. Markdown."""
    name, confidence = answer.top(1)[0]
    words = "not sure, perhaps " if doubtful(card, confidence) else ""
    return f"{card.title}: {words}**{name}** {confidence:.0%}"


def draw_edges(strengths: Floats) -> PictureArray:
    """Strokes along the edges of each cell, the stronger the brighter: (n, n, 9) -> (n * CELL, n * CELL, 3)."""
    rows, columns, directions = strengths.shape
    image = Image.new("L", (columns * CELL, rows * CELL))
    pen, most = ImageDraw.Draw(image), max(float(strengths.max()), 1e-6)
    angles = np.pi * (np.arange(directions) + 0.5) / directions + np.pi / 2  # an edge is at right angles to its gradient
    for i, j in np.ndindex(rows, columns):
        for k in np.argsort(strengths[i, j]):  # the strongest last, on top
            across, down = 0.45 * CELL * np.cos(angles[k]), 0.45 * CELL * np.sin(angles[k])
            x, y = (j + 0.5) * CELL, (i + 0.5) * CELL
            pen.line((x - across, y - down, x + across, y + down), int(255 * strengths[i, j, k] / most), 2)
    return np.repeat(np.asarray(image)[..., None], 3, -1)  # (H, W) -> (H, W, 3)


def draw_colours(histograms: Floats) -> PictureArray:
    """Each region in the mean of its histograms of L, a and b: (288,) -> (256, 256, 3)."""
    shares = histograms.reshape(REGIONS, REGIONS, len(RANGES), BINS) ** 2  # (288,) -> by region and channel, roots undone
    middles = np.array([low + (np.arange(BINS) + 0.5) * (high - low) / BINS for low, high in RANGES])  # (3, 6)
    colours = lab2rgb((shares * middles).sum(-1))  # (4, 4, 3), 0..1
    return opening.enlarge((255 * colours).round().astype(np.uint8), 256 // REGIONS)


def plot_lead(machine: Card, network: Card) -> Chart:
    """Class by class, by how many points the network is right more often, the widest lead first."""
    lead = 100 * np.subtract(*(card.record["per_class"]["right"] for card in (network, machine)))
    order = np.argsort(-lead, kind="stable")
    names = tuple(machine.classes[k] for k in order)
    return Chart(
        words=f"{network.title} against {machine.title}, class by class: from {lead.max():+.0f} points ({names[0]}) to "
        f"{lead.min():+.0f} ({names[-1]}).",
        x=Axis(title=f"lead of {network.title} in percentage points"),
        y=NO_AXIS,
        layers=(charts.Bars(names=names, values=lead[order]),),
    )


def list_classes(machine: Card, network: Card) -> list[list[str]]:
    """A line a class: how often each of the two names it rightly, and what it takes it for most often."""
    found = [card.record["per_class"] for card in (machine, network)]
    return [
        [name, *(entry for side in found for entry in (f"{side['right'][k]:.0%}", side["mistaken_for"][k]))]
        for k, name in enumerate(machine.classes)
    ]


def row(card: Card, seconds: float) -> list[str]:
    """The line of the table about one of the two."""
    made = "by hand" if card.name == MACHINE else "learned"
    return [card.title, made, f"{card.top1:.1%}", f"{card.parameters:,}", f"{1000 * seconds:.0f} ms"]


DEMO = Demo(
    title="Before deep learning",
    summary="Features made by hand (edges, colours) and a linear SVM, beside a network that learned its own from pixels.",
    lesson=Lesson(
        see="One picture through both: what the hand-made features keep of it, and what each of the two says.",
        tries=(
            Try(
                words="Against a deeper network",
                sets={"network": "classify_resnet20_cifar10"},
                watch="At which classes is its lead widest?",
            ),
            Try(words="Show them a dog", sets={"picture": "dog"}, watch="Could you name it from the edges alone?"),
            Try(
                words="Show them a cup of coffee",
                sets={"picture": "coffee"},
                watch="Neither has a class for it. What do they say?",
            ),
        ),
        notice=(
            "Histograms of oriented gradients: in each cell, how strong the edges of each direction are. Where exactly an "
            "edge lies within its cell is forgotten, much as by max pooling.",
            "The colour histograms remember which colours a region has, not where in the region.",
            "The SVM is linear: one weight for each feature and class, and the sums are compared. Only these were learned.",
            "A convolutional network's first layer finds edges and colours, too. The difference is in what comes after: "
            "here nothing, there further layers, all learned from pixels to label.",
        ),
        questions=(
            (
                "Why not give the pixels themselves to the linear SVM?",
                "A weighted sum of pixels asks for a certain brightness at a certain place. Move the thing by a few pixels "
                "and the sum changes altogether. A histogram over a cell hardly notices.",
            ),
            (
                "Who decided on nine directions, and cells of four and eight pixels?",
                "People, by trying: this was the art of feature engineering. A network finds such things by gradient "
                "descent, for the very task, but it wants many labelled pictures, and its features are hard to interpret.",
            ),
            (
                "When would you still take hand-made features today?",
                "With very few examples, very little arithmetic, or where one must be able to say what was measured.",
            ),
        ),
        sources=(
            "Dalal and Triggs 2005, doi:10.1109/CVPR.2005.177 (histograms of oriented gradients)",
            "Cortes and Vapnik 1995, doi:10.1007/BF00994018 (support vector machines)",
        ),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="Ten classes: " + CLASSES + "."),
        "network": Choice(label="Compared with", options=networks, default="classify_lenet_cifar10"),
    },
    outputs=(
        Note(label="Answers", tone="headline"),
        Pictures(label="What is measured", columns=3, pixelated=True),
        Bars(label="SVM on hand-made features"),
        Bars(label="Network"),
        Plot(label="Where the network is ahead"),
        Table(
            label="On 5,000 validation pictures",
            columns=("method", "features", "right", "learned numbers", "time for your picture"),
        ),
        Table(
            label="Class by class",
            columns=("class", "SVM right", "SVM takes it for", "network right", "network takes it for"),
            folded=True,
        ),
    ),
    run=run,
    examples=({"picture": "chelsea"}, {"picture": "rocket"}, {"picture": "brick"}),
    example_titles=("a cat", "a rocket", "a brick wall"),
    weights=(MACHINE, *(name for name, _ in networks())),
    order=2,
)
