"""Localise: one object, its class and its bounding box, and the label vector that says both."""

from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.tasks.localisation import Entry, Localization, localise
from cnn_core.tasks.second_opinion import object_without_class
from demos.spec import Bars, Choice, Demo, Lesson, Note, OpenIn, Picture, Region, Regions, Slider, Table, Try
from demos.tabs._certainty import name_with_doubt

LOCALISER = "localise_box_tiny200"
CONVENTIONS = (
    ("centre", "centre and size, y downwards"),
    ("corner", "lower left corner and size, y upwards"),
)
ORDERS = (
    ("presence_first", "c_o, box, classes"),
    ("box_first", "box, c_o, classes"),
)
BARS = 5
RELIABLE = 0.1
"""A network that reports an object in more than this share of the pictures without one is not believed in the headline."""

Answer = tuple[str, tuple[PictureArray, list[Region]], list[list[str]], str, dict[str, float], dict[str, PictureArray]]


def run(picture: PictureArray, threshold: float, convention: str, order: str) -> Answer:
    """One box, one class, and the numbers of the label vector."""
    found = localise(picture, LOCALISER)
    there = found.presence >= threshold
    likeliest = found.classification.top(BARS)
    name, share = likeliest[0]
    return (
        headline(found, picture) if there else f"No object: c_o = {found.presence:.2f}, below {threshold:.2f}",
        (picture, [Region.of_box(found.box, name, share)] if there else []),
        [row(entry, there) for entry in found.label_vector(convention, order)],
        reliability(weights.card(LOCALISER)),
        dict(likeliest) if there else {},
        {"picture": picture},
    )


def headline(found: Localization, picture: PictureArray) -> str:
    """The class and c_o, with a doubt where the class or c_o is often wrong."""
    card = weights.card(LOCALISER)
    base = weights.card(card.base)  # it names the object, and how often it was right was measured
    name, confidence = found.classification.top(1)[0]
    words = name_with_doubt(name, confidence, base, object_without_class(picture, base, name))
    wrong = false_alarms(card)
    if wrong <= RELIABLE:
        return f"{words}, c_o = {found.presence:.2f}"
    certain = words.startswith("**")
    return (
        f"{f'Not sure - perhaps {words}.' if certain else words} c_o = {found.presence:.2f}, but it also reports an object "
        f"in {wrong:.0%} of the pictures without one."
    )


def false_alarms(card: Card) -> float:
    """Share of the validation pictures without an object in which the network reports one, 0..1."""
    (figures,) = card.metrics.values()
    return 1 - figures["absent"]


def reliability(card: Card) -> str:
    """What c_o was worth on validation pictures."""
    (figures,) = card.metrics.values()
    return (
        f"How far to trust c_o: at the threshold 0.50 it reports an object in {figures['present']:.0%} of the validation "
        f"pictures that show one, and in {false_alarms(card):.0%} of parts of pictures without one. The box "
        f"overlaps the true "
        f"one by half or more (IoU) in {figures['iou50']:.0%} of {figures['n']:,.0f} pictures."
    )


def row(entry: Entry, there: bool) -> list[str]:
    """One line of the label vector's table; without an object only c_o counts."""
    counts = there or entry.symbol == "c_o"
    return [entry.symbol, f"{entry.value:.2f}" if counts else "does not count", entry.activation]


DEMO = Demo(
    title="Localise",
    summary="Localization: one object, what it is and where. Two heads on one network fill the lecture's label vector.",
    lesson=Lesson(
        see="One bounding box, and the label vector that it comes from: c_o, the box, the classes.",
        tries=(
            Try(words="Show it a lawn, nothing else", sets={"picture": "lawn"}, watch="Does c_o fall below the threshold?"),
            Try(
                words="Put a small animal on the lawn",
                sets={"picture": "cub_on_lawn"},
                watch="Does the box fit the animal, and is its name right?",
            ),
            Try(
                words="Show it two cats",
                sets={"picture": "two_cats"},
                watch="It has one box to give. Around which cat, both, or neither?",
            ),
            Try(
                words="Measure from the lower left corner",
                sets={"convention": "corner"},
                watch="Which numbers of the label vector change, and which stay?",
            ),
        ),
        notice=(
            "The class and the bounding box come from the same feature maps: one network, two heads.",
            "c_o says whether there is an object at all. Where it is 0, the other numbers do not count.",
            "In a photograph's true label vector the classes are one-hot; in the network's answer they are probabilities.",
            "With two objects it boxes one of them, or something in between: it has only one box to give.",
        ),
        questions=(
            (
                "Why must the loss ignore the box where c_o is 0?",
                "There is no object, so there is no right box. Whatever the network says there must not be punished.",
            ),
            (
                "The lecture ends the box's head with a ReLU. Why not with a sigmoid or with nothing at all?",
                "Sizes and distances are never negative; a ReLU guarantees that. This network uses softplus, a smooth ReLU, "
                "for the distances from each cell to the four sides, and cuts the box to the picture.",
            ),
            (
                "Two cats: a squared loss on one box is smallest at the mean of their two boxes. What does that box show?",
                "The gap between the cats. A detector with many boxes does not have to choose.",
            ),
        ),
        sources=(
            "Sermanet et al. 2013, arXiv:1312.6229",
            "Redmon et al. 2015, arXiv:1506.02640 (YOLO: a box and its class)",
        ),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="One object; then none, then two, to see how it fails."),
        "convention": Choice(label="How the box is written", options=CONVENTIONS),
        "order": Choice(label="Order of the label vector", options=ORDERS),
        "threshold": Slider(label="Threshold for c_o", low=0.05, high=0.95, step=0.05, default=0.5, folded=True),
    },
    outputs=(
        Note(label="Found", tone="headline"),
        Regions(label="Bounding box"),
        Table(label="Label vector, with its likeliest classes", columns=("number", "value", "made by")),
        Note(label="How far to trust c_o"),
        Bars(label="Which class, if there is an object"),
        OpenIn(label="Several objects? Open it in Detect", demo="detect"),
    ),
    run=run,
    examples=(
        {"picture": "coffee"},
        {"picture": "chelsea", "convention": "corner", "order": "box_first"},
        {"picture": "cub_on_lawn"},
        {"picture": "lawn"},
        {"picture": "brick"},
        {"picture": "two_cats"},
        {"picture": "cat_on_wall"},
    ),
    weights=(LOCALISER,),
    order=3,
)
