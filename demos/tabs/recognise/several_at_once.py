"""Multi-label: a sigmoid for each class against a softmax that must choose one."""

import numpy as np

from cnn_core.images import drawing
from cnn_core.results import Floats, Heatmap, PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.classification import softmax
from cnn_core.tasks.multi_label import Labels, find_classes
from demos.spec import Bars, Choice, Demo, Lesson, Note, Options, Picture, Slider, Table, Try

NETWORK = "labels_attention_voc20"
LIKELIEST = "likeliest"
ROWS, BARS = 8, 5
LIKELY = 0.5
"""A class whose sigmoid is below this is more likely absent: it gets a "perhaps"."""
OPACITY = 0.6

Answer = tuple[str, str, PictureArray, str, list[list[str]], dict[str, float]]


def run(picture: PictureArray, threshold: float, wanted: str) -> Answer:
    """The same logits through a sigmoid each and through one softmax, and which regions counted for one class."""
    answer = find_classes(picture, NETWORK)
    sigmoids, shares = answer.probabilities(), softmax(answer.logits)
    order = [int(k) for k in np.argsort(-answer.logits)]
    number = order[0] if wanted == LIKELIEST else int(wanted)
    name = answer.names[number]
    attention = Heatmap(np.clip(answer.attention[number], 0, 1), name)
    return (
        headline(sigmoids, threshold),
        against_softmax(answer, shares, threshold),
        drawing.overlay_heatmap(picture, attention, OPACITY),
        f"Bright: the regions that counted most for **{name}** ({sigmoids[name]:.0%}).",
        [row(answer, shares, k) for k in order[:ROWS]],
        {answer.names[k]: float(shares[k]) for k in order[:BARS]},
    )


def headline(sigmoids: dict[str, float], threshold: float) -> str:
    """The classes that reach the threshold, the likeliest first; "perhaps" before those that are more likely absent."""
    ranked = sorted(sigmoids.items(), key=lambda pair: -pair[1])
    named = [f"{'' if p >= LIKELY else 'perhaps '}**{name}** {p:.0%}" for name, p in ranked if p >= threshold]
    return ", ".join(named) or f"None of its {len(sigmoids)} classes reaches the threshold."


def against_softmax(answer: Labels, shares: Floats, threshold: float) -> str:
    """What a softmax over the same logits says, and what both add up to."""
    sigmoids, best = answer.probabilities(), int(shares.argmax())
    reached = sum(p >= threshold for p in sigmoids.values())
    return (
        f"A softmax over the same logits must choose one: **{answer.names[best]}** {shares[best]:.0%}. Its "
        f"probabilities add "
        f"up to 1. The {len(sigmoids)} sigmoids add up to {sum(sigmoids.values()):.2f}: each answers a question of its own, "
        f"and {reached} of them {'reaches' if reached == 1 else 'reach'} the threshold."
    )


def row(answer: Labels, shares: Floats, k: int) -> list[str]:
    """One class with its logit, its sigmoid and its softmax probability."""
    name = answer.names[k]
    return [name, f"{answer.logits[k]:.2f}", f"{answer.probabilities()[name]:.1%}", f"{shares[k]:.1%}"]


def classes_to_show() -> Options:
    """The class whose regions are shown."""
    names = weights.card(NETWORK).classes
    return ((LIKELIEST, "the likeliest class"), *((str(k), name) for k, name in enumerate(names)))


DEMO = Demo(
    title="Multi-label",
    summary="A cat and a person in one picture: a sigmoid for each class says yes or no, where a softmax must choose one.",
    lesson=Lesson(
        see="The same logits twice: sigmoids, all of which may say yes or no, and one softmax, which must share out 1.",
        tries=(
            Try(
                words="Show it a cup of coffee",
                sets={"picture": "coffee"},
                watch="It has no class for it. May all sigmoids say no? May the softmax?",
            ),
            Try(
                words="Show it a cat and a dog",
                sets={"picture": "cat_and_dog"},
                watch="How many sigmoids say yes, and how does the softmax share out 1?",
            ),
            Try(words="Threshold 0.05", sets={"threshold": 0.05}, watch="Are the classes that come in really there?"),
            Try(
                words="Attention for the cat",
                sets={"wanted": str(weights.card(NETWORK).classes.index("cat"))},
                watch="Do the bright regions move?",
            ),
        ),
        notice=(
            "Each sigmoid answers a question of its own: is there a cat? Is there a sofa? All may say yes, or none.",
            "The softmax shares out 1: where two classes are in the picture, each takes from the other.",
            "Each class has its own attention over the picture: choose another class, and the bright regions move.",
        ),
        questions=(
            (
                "What loss trains each of the two?",
                "Binary cross-entropy for each sigmoid, summed over the classes; cross-entropy over all classes for the "
                "softmax, which needs exactly one right answer a picture.",
            ),
            (
                "Should every class have the same threshold?",
                "No: for a rare class the network seldom gives a high probability. One chooses each class's threshold on "
                "validation pictures, by what a miss and a false alarm cost.",
            ),
            (
                "Why is accuracy a poor figure here?",
                "A picture with 2 of 20 classes: whoever says no to everything is right for 18 of them, 90 %. Average "
                "precision asks instead whether the pictures with a class are ranked before those without.",
            ),
        ),
        sources=(
            "Ilse et al. 2018, arXiv:1802.04712 (attention pooling)",
            "Everingham et al. 2010, doi:10.1007/s11263-009-0275-4",
        ),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="Several things: people, animals, furniture, vehicles."),
        "threshold": Slider(label="Threshold of each sigmoid", low=0.05, high=0.95, step=0.05, default=0.3),
        "wanted": Choice(label="Show the attention for", options=classes_to_show),
    },
    outputs=(
        Note(label="In the picture", tone="headline"),
        Note(label="Against a softmax"),
        Picture(label="Attention", alt="The picture with the regions that counted most for the class in warm colours"),
        Note(label="Whose attention"),
        Table(label="The same logits twice", columns=("class", "logit", "sigmoid", "softmax")),
        Bars(label="Softmax: one must win", folded=True),
    ),
    run=run,
    examples=(
        {"picture": "cat_and_person"},
        {"picture": "cat_and_dog"},
        {"picture": "chelsea"},
        {"picture": "motorcycle"},
        {"picture": "coffee"},
    ),
    weights=(NETWORK,),
    order=6,
)
