"""Localise: one object, its class and its box, and the label vector that says both."""

from cnn_core.tasks.localisation import localise
from demos.spec import Bars, Choice, Demo, Lesson, Note, OpenIn, Picture, Region, Regions, Slider, Table

LOCALISER = "localise_box_tiny200"
CONVENTIONS = (
    ("centre", "centre and size, y downwards"),
    ("corner", "lower left corner and size, y upwards"),
)


def run(picture, threshold, convention):
    """One box, one class, and the numbers of the label vector."""
    found = localise(picture, LOCALISER)
    there = found.presence >= threshold
    likeliest = found.classification.top(5)
    name, share = likeliest[0]
    regions = [Region.of_box(found.box, name, share)] if there else []
    return (
        f"**{name}**, and here it is" if there else f"No object (c_o = {found.presence:.2f}, below {threshold:.2f})",
        (picture, regions),
        [
            [symbol, f"{value:.2f}" if there or symbol == "c_o" else "anything"]
            for symbol, value in found.label_vector(convention)
        ],
        dict(likeliest) if there else {},
        {"picture": picture},
    )


DEMO = Demo(
    title="Localise",
    summary="One object: what it is and where. Two heads on one network fill the label vector of the lecture.",
    lesson=Lesson(
        notice=(
            "The class and the box come from the same maps: the network was asked two questions about one picture.",
            "c_o says whether there is an object at all. Where it is 0, the other numbers mean nothing.",
            "With two objects it boxes one of them, or something in between: it has only one box to give.",
        ),
        questions=(
            (
                "Why may the loss not look at the box where c_o is 0?",
                "There is nothing to box: any box is as right as any other, so its error must not teach anything.",
            ),
            (
                "Two cats: what would the mean of their two boxes be?",
                "A box around nothing. A squared loss on one box is least at the mean: hence detectors with many boxes.",
            ),
        ),
        sources=("Sermanet et al. 2013, arXiv:1312.6229", "Redmon et al. 2015, arXiv:1506.02640 (c_o, b_x, b_y, b_w, b_h)"),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="One thing; then none, then two, to see how it fails."),
        "convention": Choice(label="How a box is written down", options=CONVENTIONS),
        "threshold": Slider(label="Threshold for c_o", low=0.05, high=0.95, step=0.05, default=0.5, folded=True),
    },
    outputs=(
        Note(label="Found", tone="headline"),
        Regions(label="The box"),
        Table(label="Label vector", columns=("number", "value")),
        Bars(label="Which class, if there is an object"),
        OpenIn(label="Several objects? Open it in Detect", demo="detect"),
    ),
    run=run,
    examples=({"picture": "chelsea"}, {"picture": "lion"}, {"picture": "brick"}, {"picture": "coins"}),
    weights=(LOCALISER,),
    order=3,
)
