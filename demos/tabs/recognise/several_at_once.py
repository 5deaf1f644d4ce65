"""Several at once: a sigmoid for each class against a softmax that must choose one."""

import numpy as np

from cnn_core.images import drawing
from cnn_core.results import Heatmap
from cnn_core.runtime import weights
from cnn_core.tasks.classification import softmax
from cnn_core.tasks.multi_label import which_are_there
from demos.spec import Bars, Choice, Demo, Lesson, Note, Picture, Slider, Table

NETWORK = "labels_attention_voc20"
SUREST = "surest"
ROWS = 8


def run(picture, threshold, wanted):
    """The same logits through twenty sigmoids and through one softmax, and where one class was looked for."""
    answer = which_are_there(picture, NETWORK)
    shares = answer.probabilities()
    there = [name for name, share in sorted(shares.items(), key=lambda pair: -pair[1]) if share >= threshold]
    one = softmax(answer.logits)
    best = int(one.argmax())
    number = best if wanted == SUREST else int(wanted)
    name = answer.names[number]
    order = [int(k) for k in np.argsort(-answer.logits)[:ROWS]]
    return (
        " and ".join(f"**{name}**" for name in there) or "None of its 20 classes reaches the threshold.",
        f"The softmax must choose one: **{answer.names[best]}** {one[best]:.0%}. Its shares add up to 1; the sigmoids "
        f"add up to {sum(shares.values()):.2f}, about as many as there are classes in the picture.",
        drawing.heatmap_over(picture, Heatmap(np.clip(answer.attention[number], 0, 1), name), 0.6),
        f"Bright: the places that decided about **{name}** ({shares[name]:.0%}).",
        [[answer.names[k], f"{answer.logits[k]:.2f}", f"{shares[answer.names[k]]:.1%}", f"{one[k]:.1%}"] for k in order],
        {answer.names[k]: float(one[k]) for k in order[:5]},
    )


def classes_to_look_for():
    """The class whose places are shown."""
    names = weights.card(NETWORK).classes
    return ((SUREST, "the surest"), *((str(k), name) for k, name in enumerate(names)))


DEMO = Demo(
    title="Several at once",
    summary="A sofa, a cat and a person in one picture: a yes or no for each class, where a softmax may name only one.",
    lesson=Lesson(
        notice=(
            "Each sigmoid is a question of its own: is there a cat? is there a sofa? All may say yes, or none.",
            "The softmax shares out 1: where two classes are there, each takes away from the other.",
            "Each class has its own places that it listens to: choose another class and the bright places move.",
        ),
        questions=(
            (
                "What loss trains each of the two?",
                "Binary cross-entropy for each sigmoid, summed over the classes; cross-entropy over all classes for the "
                "softmax, which needs exactly one right answer a picture.",
            ),
            (
                "Should every class have the same threshold?",
                "No: of a rare class the network is seldom sure. One picks each class's threshold on validation "
                "pictures, by what a miss and a false alarm cost.",
            ),
            (
                "Why is accuracy a poor figure here?",
                "Each picture has one or two of 20 classes: saying no to everything is right in over 90 % of the answers. "
                "Average precision asks instead whether pictures with the class stand before those without.",
            ),
        ),
        sources=(
            "Ilse et al. 2018, arXiv:1802.04712 (attention pooling)",
            "Everingham et al. 2010, doi:10.1007/s11263-009-0275-4",
        ),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="Several things: people, animals, furniture, vehicles."),
        "threshold": Slider(label="Threshold of each sigmoid", low=0.05, high=0.95, step=0.05, default=0.5),
        "wanted": Choice(label="Show the places for", options=classes_to_look_for),
    },
    outputs=(
        Note(label="There are", tone="headline"),
        Note(label="Against a softmax"),
        Picture(label="Where it looked", alt="The picture with the places that decided about the class in warm colours"),
        Note(label="Whose places"),
        Table(label="The same logits twice", columns=("class", "logit", "sigmoid", "softmax")),
        Bars(label="Softmax: one must win", folded=True),
    ),
    run=run,
    examples=({"picture": "chelsea"}, {"picture": "astronaut"}, {"picture": "motorcycle"}, {"picture": "coffee"}),
    weights=(NETWORK,),
    order=6,
)
