"""CNN against dense net: as many parameters or as many layers, the same pictures, and a switch that shuffles the pixels."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnn_core.images import opening
from cnn_core.results import Classification, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.tasks.classification import classify
from cnn_core.tasks.preprocessing import as_tensor, shuffle_pixels
from cnn_core.tasks.second_opinion import object_without_class
from demos.charts import Axis, Chart, Line
from demos.spec import Bars, Choice, Demo, Lesson, Note, Picture, Plot, Table, Toggle, Try
from demos.tabs._certainty import doubtful, with_article

PLAIN = {"CNN": "classify_vgg_cifar10", "Dense": "classify_dense_cifar10"}
SHUFFLED = {"CNN": "classify_vgg_cifar10shuffled", "Dense": "classify_dense_cifar10shuffled"}
LAYERS = {"CNN": "classify_cnn5_cifar10", "Dense": "classify_dense5_cifar10"}
COLOURS = {"CNN": "#2A84C6", "Dense": "#D55E00"}


def run(picture: PictureArray, alike: str, shuffled: bool) -> tuple[Any, ...]:
    """One picture through two networks that are alike in one thing, as it is or with all pixels shuffled the same way."""
    pair = LAYERS if alike == "layers" else SHUFFLED if shuffled else PLAIN
    answers = {kind: classify(picture, name) for kind, name in pair.items()}
    return (
        say_answers(picture, answers, {kind: weights.card(name) for kind, name in pair.items()}),
        ONLY_PLAIN if shuffled and pair is LAYERS else "",
        show_input(picture, pair["CNN"]),
        dict(answers["CNN"].top(5)),
        dict(answers["Dense"].top(5)),
        compare(),
        draw_curves(pair),
    )


ONLY_PLAIN = "Not shuffled: only the networks with as many parameters were trained again on shuffled pixels."


def say_answers(picture: PictureArray, answers: Mapping[str, Classification], cards: Mapping[str, Card]) -> str:
    """The headline: what each network says with a doubt where it was mostly wrong; what neither can say. Markdown."""
    said = []
    for kind, answer in answers.items():
        name, confidence = answer.top(1)[0]
        verb = "is not sure, perhaps" if doubtful(cards[kind], confidence) else "says"
        said.append(f"**{kind}** {verb} {name} ({confidence:.0%})")
    first = next(iter(answers))
    other = object_without_class(picture, cards[first], answers[first].top(1)[0][0])
    doubt = (
        ""
        if other is None
        else (
            f". Neither has a class '{other.name}', and the multi-label network sees {with_article(other.name)} "
            f"({other.probability:.0%})."
        )
    )
    return " · ".join(said) + doubt


def show_input(picture: PictureArray, name: str) -> PictureArray:
    """The 32x32 pixels that both networks are given, enlarged so that each pixel is a square."""
    form = weights.card(name).input
    small, _ = opening.fit(picture, form.size, form.size, "stretch")
    if form.shuffle_seed is not None:
        shuffled = shuffle_pixels(as_tensor(small), form.shuffle_seed)  # (1, 3, S, S)
        small = shuffled[0].permute(1, 2, 0).numpy()  # (3, S, S) -> (S, S, 3)
    return opening.enlarge(np.ascontiguousarray(small), 12)


def compare() -> list[list[str]]:
    """Accuracy with and without shuffling, layers, parameters and multiply-adds of all networks that are compared."""
    rows, pairs = [], zip(PLAIN.values(), SHUFFLED.values(), strict=True)
    for name, shuffled_name in (*pairs, *((name, "") for name in LAYERS.values())):
        plain, figures = weights.card(name), ["", ""]
        if shuffled_name:
            shuffled = weights.card(shuffled_name)
            figures = [f"{shuffled.top1:.1%}", f"{100 * (shuffled.top1 - plain.top1):+.1f} points"]
        sizes = [str(layers_of(plain)), f"{plain.parameters:,}", f"{plain.multiply_adds / 1e6:.1f} million"]
        rows.append([plain.title, f"{plain.top1:.1%}", *figures, *sizes])
    return rows


def layers_of(card: Card) -> int:
    """How many layers have weights: convolutions or hidden layers, and the last one."""
    stacked: Sequence[int] = card.arguments.get("depths") or [1] * len(card.arguments["hidden"])
    return sum(stacked) + 1


def draw_curves(pair: Mapping[str, str]) -> Chart:
    """Training and validation accuracy after each epoch, as the recipes stored them."""
    layers, said = [], []
    for kind, name in pair.items():
        record = weights.card(name).record["curves"]
        validation, training = ([100 * share for share in record[key]] for key in ("val_top1", "train_top1"))
        layers.append(Line(name=f"{kind}: validation", x=record["epoch"], y=validation, colour=COLOURS[kind]))
        layers.append(Line(name=f"{kind}: training", x=record["epoch"], y=training, colour=COLOURS[kind], dashed=True))
        said.append(f"{kind}: {validation[-1]:.0f} % on validation pictures, {training[-1]:.0f} % on training pictures")
    return Chart(
        words=f"Accuracy after the last epoch. {'. '.join(said)}.",
        x=Axis(title="epoch"),
        y=Axis(title="accuracy in %", low=0, high=100),
        layers=tuple(layers),
    )


DEMO = Demo(
    title="CNN against dense net",
    summary="Two networks with as many parameters, or as many layers, trained alike. Then shuffle all pixels the same way.",
    lesson=Lesson(
        see="One picture through a CNN and through a dense net with about as many parameters, or with as many layers.",
        tries=(
            Try(
                words="Shuffle all pixels",
                sets={"shuffled": True},
                watch="Could you name the picture? Which of the two networks still can?",
            ),
            Try(
                words="As many layers",
                sets={"alike": "layers"},
                watch="See the table: which has fewer parameters, and which is right more often?",
            ),
            Try(words="Show them a dog", sets={"picture": "dog"}, watch="Which network names it, and which is surer?"),
            Try(
                words="Show them a cup of coffee",
                sets={"picture": "coffee"},
                watch="Neither has a class for it. What do they say?",
            ),
        ),
        notice=(
            "The CNN uses each kernel at every position (weight sharing), so with as many parameters it can have more "
            "layers, and with as many layers it needs far fewer parameters (see the table).",
            "Shuffling all pixels the same way destroys nothing: the same numbers are there, and one could sort them back.",
            "To the dense net no input is another's neighbour; the CNN's kernels expect that neighbouring pixels belong "
            "together. See in the table's column 'change' what the shuffling takes from each.",
        ),
        questions=(
            (
                "Why is the dense net just as good on shuffled pixels?",
                "Its first layer has a free weight for each pixel. Permute the pixels and that matrix's rows alike, and "
                "the network computes the same function; training starts from random weights, so no order is special.",
            ),
            (
                "How can training accuracy be lower than validation accuracy?",
                "It is measured on changed pictures (shifted, mirrored, with a hole), harder than the plain ones of "
                "the validation, and the validation curve belongs to the running average of the weights.",
            ),
            (
                "Why give both as many parameters?",
                "Then neither can be better because it has more numbers to learn: what is left is the architecture, its "
                "inductive bias. The lecture compares the same number of layers instead, with the same rate, decay and "
                "dropout: then the CNN needs far fewer parameters. Both comparisons are here.",
            ),
            (
                "The convolutional net needs far more multiplications. Is the comparison fair?",
                "In parameters and data it is; in arithmetic it is not. A dense net uses each parameter once, so with as "
                "many multiplications it would have as many parameters: enough to learn the training pictures by heart.",
            ),
        ),
        sources=("LeCun et al. 1998, doi:10.1109/5.726791", "Zhang et al. 2016, arXiv:1611.03530 (shuffled pixels)"),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="Ten classes: " + ", ".join(weights.card(PLAIN["CNN"]).classes) + "."),
        "alike": Choice(
            label="Both have", options=(("parameters", "about as many parameters"), ("layers", "as many layers"))
        ),
        "shuffled": Toggle(
            label="Shuffle all pixels the same way", help="Both networks were trained again on such pictures."
        ),
    },
    outputs=(
        Note(label="Answers", tone="headline"),
        Note(label="What cannot be shuffled"),
        Picture(
            label="What both networks are given", pixelated=True, alt="The 32 by 32 pixels that both networks see, enlarged"
        ),
        Bars(label="CNN"),
        Bars(label="Dense net"),
        Table(
            label="Accuracy on validation pictures",
            columns=("network", "as they are", "shuffled", "change", "layers", "parameters", "multiply-adds"),
        ),
        Plot(label="Training curves"),
    ),
    run=run,
    examples=(
        {"picture": "chelsea"},
        {"picture": "chelsea", "shuffled": True},
        {"picture": "chelsea", "alike": "layers"},
        {"picture": "rocket"},
    ),
    weights=(*PLAIN.values(), *SHUFFLED.values(), *LAYERS.values()),
    order=1,
)
