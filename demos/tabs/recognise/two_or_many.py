"""Binary or multi-class: a sigmoid with a threshold of one's own, and a softmax that must share out 100 %."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnn_core.results import Classification, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.tasks.binary_classification import Decision, count_outcomes, decide, similar_outcomes
from cnn_core.tasks.classification import classify
from cnn_core.tasks.second_opinion import Seen, object_without_class
from demos.charts import GREY, Axis, Chart, Line, Points
from demos.spec import Bars, Choice, Demo, Lesson, Note, Options, Picture, Plot, Slider, Table, Try
from demos.tabs._certainty import with_article
from demos.tabs._networks import classifiers

CAT_OR_DOG = "decide_catdog_voc20tiny200"
BARS = 10
UNDECIDED = (0.25, 0.75)
"""Where the share of dogs among validation pictures with a similar probability lies between these, it is not sure."""

Scores = NDArray[np.float64]
Answer = tuple[str, str, list[list[str | int]], str, Chart, dict[str, float], list[list[str]]]


def run(picture: PictureArray, threshold: float, many: str) -> Answer:
    """The same picture as cat or dog (one logit, sigmoid, threshold) and among ten classes (ten logits, softmax)."""
    card = weights.card(CAT_OR_DOG)
    answer = decide(picture, CAT_OR_DOG)
    other = object_without_class(picture, card, answer.name(threshold))
    scores, labels = (np.array(card.record["validation"][key]) for key in ("scores", "labels"))
    counts = count_outcomes(scores, labels, threshold)

    ten = classify(picture, many)
    return (
        headline(answer, threshold, card, other),
        sigmoid_in_words(answer, threshold),
        [
            ["really a dog", counts.true_positive, counts.false_negative],
            ["really a cat", counts.false_positive, counts.true_negative],
        ],
        f"At this threshold **{counts.accuracy:.1%}** of {len(labels)} validation pictures are classified correctly. "
        f"{counts.true_positive_rate:.0%} of the dogs are found, {counts.false_positive_rate:.0%} of the cats are called "
        "dogs.",
        roc_curve(scores, labels, threshold),
        dict(ten.top(BARS)),
        softmax_rows(ten),
    )


def headline(answer: Decision, threshold: float, card: Card, other: Seen | None) -> str:
    """The class at this threshold, with a doubt where similar pictures were of both kinds, or another thing is seen."""
    name = answer.name(threshold)
    share, count = similar_outcomes(card, answer.probability)
    unsure = not count or UNDECIDED[0] < share < UNDECIDED[1]
    words = f"**{name}**  P(dog) = {answer.probability:.0%}"
    if unsure or other is not None:
        words = f"Not sure - perhaps {words}."
    if unsure and count:
        words += f" Of {count} validation pictures with a similar probability, {share:.0%} were dogs."
    if other is not None:
        words += (
            f" It only knows cats and dogs, and the multi-label network sees {with_article(other.name)} "
            f"({other.probability:.0%})."
        )
    return words


def sigmoid_in_words(answer: Decision, threshold: float) -> str:
    """The sigmoid worked with this picture's number."""
    power = np.exp(-answer.logit)
    side = "reaches" if answer.probability >= threshold else "is below"
    return (
        f"One logit: z = {answer.logit:.3f}. Sigmoid: 1 / (1 + e^{-answer.logit:.3f}) = 1 / (1 + {power:.3g}) "
        f"= {answer.probability:.3f}, which {side} the threshold {threshold:.2f}."
    )


def softmax_rows(answer: Classification) -> list[list[str]]:
    """Logit, power and share of each class, largest first: the softmax worked number by number."""
    powers = np.exp(answer.logits.astype(np.float64))
    order = np.argsort(-answer.logits)
    rows = [
        [answer.names[k], f"{answer.logits[k]:.2f}", f"{powers[k]:.3g}", f"{powers[k] / powers.sum():.1%}"] for k in order
    ]
    return [*rows, ["sum", "", f"{powers.sum():.3g}", "100.0%"]]


def roc_curve(scores: Scores, labels: NDArray[np.int64], threshold: float) -> Chart:
    """Found dogs against cats called dogs for every threshold, with the chosen one marked."""
    dogs, cats, thresholds = scores[labels == 1], scores[labels == 0], [0, *np.unique(scores), 1.01]
    now = count_outcomes(scores, labels, threshold)
    found, wrong = now.true_positive_rate, now.false_positive_rate
    return Chart(
        words=f"At this threshold {found:.0%} of the dogs are found and {wrong:.0%} of the cats are called dogs.",
        x=Axis(title="cats called dogs, share", low=0, high=1),
        y=Axis(title="dogs found, share", low=0, high=1),
        layers=(
            Line(name="guessing", x=[0, 1], y=[0, 1], colour=GREY, dashed=True, thin=True),
            Line(
                name="every threshold",
                x=share_reaching(thresholds, cats),
                y=share_reaching(thresholds, dogs),
            ),
            Points(name=f"threshold {threshold:.2f}", x=[wrong], y=[found], edged=True),
        ),
    )


def share_reaching(thresholds: ArrayLike, scores: Scores) -> Scores:
    """For each threshold the share of the scores that reach it."""
    return 1 - np.searchsorted(np.sort(scores), thresholds) / len(scores)  # as many are below as come before its place


def ten_class_networks() -> Options:
    """The networks that know CIFAR-10's ten classes."""
    return tuple(pair for pair in classifiers() if len(weights.card(pair[0]).classes) == 10)


DEMO = Demo(
    title="Binary or multi-class",
    summary="The same picture as cat or dog, with a threshold that you move, and among ten classes that share 100 %.",
    lesson=Lesson(
        see="One logit through a sigmoid and a threshold (cat or dog), beside ten logits through a softmax.",
        tries=(
            Try(words="Show it a dog", sets={"picture": "dog"}, watch="On which side of the threshold does P(dog) lie now?"),
            Try(
                words="Show it a person",
                sets={"picture": "astronaut"},
                watch="It has no answer 'neither'. What does it say?",
            ),
            Try(
                words="Threshold 0.9",
                sets={"threshold": 0.9},
                watch="Which of the two errors becomes rarer, and which more frequent?",
            ),
        ),
        notice=(
            "Moving the threshold changes no probability. It trades one kind of error for the other.",
            "The sigmoid looks at one number alone; the softmax makes ten numbers compete: if one rises, the others fall.",
            "Adding the same number to all ten logits changes no probability; multiplying them by more than 1 makes the "
            "largest probability larger.",
        ),
        questions=(
            (
                "A vet's app must not miss a dog, but may call a cat a dog now and then. Which threshold?",
                "A low one. On the ROC curve one moves up and to the right: more dogs found, more cats called dogs.",
            ),
            (
                "Show it a horse. Why does the two-class network not say 'neither'?",
                "It has one number, and every number falls on one side of the threshold. No training picture was neither. "
                "Here only another network, which knows horses, can raise the doubt.",
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
        Table(label="Validation pictures at this threshold", columns=("truth", "called a dog", "called a cat")),
        Note(label="What the threshold does"),
        Plot(label="Every threshold at once (ROC)"),
        Bars(label="Ten classes, one softmax"),
        Table(
            label="Logits to softmax, number by number", columns=("class", "logit z", "e^z", "share of the sum"), folded=True
        ),
    ),
    run=run,
    examples=(
        {"picture": "chelsea"},
        {"picture": "dog"},
        {"picture": "astronaut"},
        {"picture": "lion"},
    ),
    weights=(CAT_OR_DOG, *(name for name, _ in ten_class_networks())),
    order=3,
)
