"""Who is it? Recognition from one photograph each, and how it gets harder with every person more."""

import numpy as np
from matplotlib.figure import Figure

from cnn_core.errors import InputError
from cnn_core.images import opening
from cnn_core.ops.faces import cosine
from cnn_core.runtime import weights
from demos.spec import Demo, Lesson, Note, Picture, Pictures, Plot, Slider, Table
from demos.tabs.compare._faces import DETECTOR, EMBEDDING, THRESHOLD, WARNING, one_face


def run(enrolled, picture, threshold):
    """Compares a face with every enrolled one; the nearest is the answer if it is near enough."""
    if not enrolled:
        raise InputError("Nobody is enrolled yet: give one photograph of each person first.")
    people = [one_face(one, f"Person {number}") for number, one in enumerate(enrolled, 1)]
    face, said = one_face(picture, "The picture")
    alike = np.array([float(cosine(face.vector, person.vector)) for person, _ in people])
    order = np.argsort(-alike, kind="stable")
    best = int(order[0])
    known = alike[best] >= threshold
    rows = [[place, f"person {k + 1}", f"{alike[k]:.3f}", "yes" if alike[k] >= threshold else "no"]
            for place, k in enumerate(order, 1)]  # fmt: skip
    shown = [(face.picture, "asked for")] + [(people[k][0].picture, f"person {k + 1}: {alike[k]:.2f}") for k in order]
    answer = (
        f"**Person {best + 1}**, similarity {alike[best]:.2f}" if known else f"**Unknown**: nobody reaches {threshold:.2f}"
    )
    return (
        answer,
        [(opening.enlarge(part, 2), words) for part, words in shown],
        rows,
        harder(len(people)),
        " ".join([*said, *(word for _, words in people for word in words)]),
        WARNING,
    )


def harder(count):
    """How often the nearest of K people is the right one, measured on people never trained on."""
    table = weights.card(EMBEDDING).record["recognition"]
    figure = Figure(figsize=(6, 2.8), layout="constrained")
    axes = figure.subplots()
    axes.plot(table["people"], [100 * share for share in table["right"]], "o-", label="this network")
    axes.plot(table["people"], [100 / k for k in table["people"]], ":", color="grey", label="guessing")
    axes.axvline(count, color="black", lw=0.8, label=f"here: {count}")
    axes.set_xscale("log", base=2)
    axes.set_xlabel("enrolled people K, one photograph each")
    axes.set_ylabel("% named rightly")
    axes.set_ylim(0, 100)
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


DEMO = Demo(
    title="Who is it?",
    summary="Enrol people from one photograph each, then let a new picture be named.",
    lesson=Lesson(
        notice=(
            "Enrolling is no training: one forward pass, one vector kept in this page's memory.",
            "Below the threshold the answer is 'unknown'. Without one, everybody would be somebody enrolled.",
            "With every person more the chance grows that somebody else lies nearer: see the curve.",
        ),
        questions=(
            (
                "Why not train a softmax with one output for each person?",
                "It would want many photographs of each and new training for each newcomer. Distances want one photograph.",
            ),
            (
                "A system is wrong in 1 % of verifications. How often among 1,000 enrolled people?",
                "If the errors were independent, about 1 - 0.99^1000: nearly always somebody else passes, too.",
            ),
        ),
        sources=(
            "Schroff et al. 2015, arXiv:1503.03832 (FaceNet)",
            "Koch et al. 2015 (one-shot learning with Siamese nets)",
        ),
    ),
    inputs={
        "enrolled": Pictures(label="One photograph of each person", most=8),
        "picture": Picture(label="Who is this?"),
        "threshold": Slider(label="Threshold", low=-0.3, high=0.95, step=0.01, default=THRESHOLD),
    },
    outputs=(
        Note(label="Answer", tone="headline"),
        Pictures(label="Nearest first", columns=5, pixelated=True),
        Table(label="Ranking", columns=("place", "who", "similarity", "above the threshold")),
        Plot(label="Harder with every person", alt="A curve that falls with the number of enrolled people"),
        Note(label="How they were found"),
        Note(label="What this must not be used for", tone="warning"),
    ),
    run=run,
    examples=({"enrolled": ["astronaut", "grace_hopper"], "picture": "astronaut"},),
    weights=(DETECTOR, EMBEDDING),
    order=2,
)
