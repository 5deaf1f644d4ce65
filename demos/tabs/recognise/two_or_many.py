"""Two classes or many: a sigmoid with a threshold of one's own, and a softmax that must share out 100 %."""

import numpy as np
from matplotlib.figure import Figure

from cnn_core.runtime import weights
from cnn_core.tasks.binary_classification import counts_at, decide
from cnn_core.tasks.classification import classify
from demos.spec import Bars, Choice, Demo, Lesson, Note, Picture, Plot, Slider, Table
from demos.tabs._networks import classifiers

CAT_OR_DOG = "decide_catdog_voc20tiny200"


def run(picture, threshold, many):
    """The same picture as cat or dog (one logit, sigmoid, threshold) and among ten classes (ten logits, softmax)."""
    answer = decide(picture, CAT_OR_DOG)
    validation = weights.card(CAT_OR_DOG).record["validation"]
    scores, labels = np.array(validation["scores"]), np.array(validation["labels"])
    counts = counts_at(scores, labels, threshold)

    ten = classify(picture, many)
    return (
        f"**{answer.name(threshold)}**  P(dog) = {answer.probability:.0%}",
        sigmoid_in_words(answer, threshold),
        [
            ["really a dog", counts.true_positive, counts.false_negative],
            ["really a cat", counts.false_positive, counts.true_negative],
        ],
        f"At this threshold **{counts.accuracy:.1%}** of {len(labels)} validation pictures are decided rightly. "
        f"{counts.true_positive_rate:.0%} of the dogs are found, {counts.false_positive_rate:.0%} of the cats called dogs.",
        roc_curve(scores, labels, threshold),
        dict(ten.top(10)),
        softmax_rows(ten),
    )


def sigmoid_in_words(answer, threshold):
    """The sigmoid worked with this picture's number."""
    power = np.exp(-answer.logit)
    side = "reaches" if answer.probability >= threshold else "is below"
    return (
        f"One logit: z = {answer.logit:.2f}. Sigmoid: 1 / (1 + e^{-answer.logit:.2f}) = 1 / (1 + {power:.3g}) "
        f"= {answer.probability:.3f}, which {side} the threshold {threshold:.2f}."
    )


def softmax_rows(answer):
    """Logit, power and share of each class, largest first: the softmax worked number by number."""
    powers = np.exp(answer.logits.astype(np.float64))
    order = np.argsort(-answer.logits)
    rows = [
        [answer.names[k], f"{answer.logits[k]:.2f}", f"{powers[k]:.3g}", f"{powers[k] / powers.sum():.1%}"] for k in order
    ]
    return [*rows, ["sum", "", f"{powers.sum():.3g}", "100.0%"]]


def roc_curve(scores, labels, threshold):
    """Found dogs against cats called dogs for every threshold, with the chosen one marked."""
    points = [counts_at(scores, labels, t) for t in [0, *np.unique(scores), 1.01]]
    now = counts_at(scores, labels, threshold)
    figure = Figure(figsize=(4.2, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot([p.false_positive_rate for p in points], [p.true_positive_rate for p in points], color="#0072B2", lw=2.5)
    axes.plot([0, 1], [0, 1], color="grey", ls=":", label="guessing")
    axes.plot(
        now.false_positive_rate, now.true_positive_rate, "o", ms=12, color="#D55E00", label=f"threshold {threshold:.2f}"
    )
    axes.set(xlabel="cats called dogs", ylabel="dogs found", xlim=(-0.02, 1), ylim=(0, 1.02))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    return figure


def ten_class_networks():
    """The networks that know CIFAR-10's ten classes."""
    return tuple(pair for pair in classifiers() if len(weights.card(pair[0]).classes) == 10)


DEMO = Demo(
    title="Two classes or many",
    summary="The same picture as cat or dog, with a threshold that you move, and among ten classes that share out 100 %.",
    lesson=Lesson(
        notice=(
            "Moving the threshold changes no probability. It trades one kind of error for the other.",
            "The sigmoid looks at one number alone; the softmax makes ten numbers compete: if one rises, the others fall.",
            "Adding the same number to all ten logits changes nothing; multiplying them makes the network look surer.",
        ),
        questions=(
            (
                "A vet's app must not miss a dog, but may call a cat a dog now and then. Which threshold?",
                "A low one. On the ROC curve one moves up and to the right: more dogs found, more cats called dogs.",
            ),
            (
                "Show it a horse. Why does the two-class network not say 'neither'?",
                "It has one number, and every number falls on one side of the threshold. No training picture was neither.",
            ),
            (
                "Two classes through a softmax or one logit through a sigmoid: what is the difference?",
                "None: softmax over (z1, z2) gives the first 1 / (1 + e^-(z1 - z2)), the sigmoid of the difference.",
            ),
        ),
        sources=("Fawcett 2006, doi:10.1016/j.patrec.2005.10.010 (ROC)",),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="A cat or a dog; or something else, to see what it says."),
        "threshold": Slider(label="Threshold for 'dog'", low=0, high=1, step=0.01, default=0.5),
        "many": Choice(label="Network for ten classes", options=ten_class_networks, folded=True),
    },
    outputs=(
        Note(label="Cat or dog", tone="headline"),
        Note(label="Sigmoid in numbers"),
        Table(label="Validation pictures at this threshold", columns=("", "called a dog", "called a cat")),
        Note(label="What the threshold does"),
        Plot(label="Every threshold at once (ROC)", alt="ROC curve of the cat-or-dog network with the chosen threshold"),
        Bars(label="Ten classes, one softmax"),
        Table(
            label="Logits to softmax, number by number", columns=("class", "logit z", "e^z", "share of the sum"), folded=True
        ),
    ),
    run=run,
    examples=({"picture": "chelsea"}, {"picture": "lion"}, {"picture": "cheetah"}, {"picture": "astronaut"}),
    weights=(CAT_OR_DOG, *(name for name, _ in ten_class_networks())),
    order=2,
)
