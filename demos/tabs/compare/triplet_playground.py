"""Triplet playground: what one step of metric learning sees."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from cnn_core.images import opening
from cnn_core.ops.faces import classify_triplet, distance, triplet_loss
from cnn_core.results import Floats, PictureArray
from demos.spec import Demo, Lesson, Note, Picture, Pictures, Plot, Slider, Try
from demos.tabs.compare._faces import DETECTOR, EMBEDDING, WARNING, measured, one_face, remarks_on, with_doubts

ROLES = ("Anchor", "Positive", "Negative")
NAMES = ("anchor", "positive", "negative")
COLOURS = ("black", "#0072b2", "#d55e00")
KINDS = {
    "easy": "**Easy**: the negative is farther away than the positive by at least the margin. The loss is 0, and so is its "
    "gradient.",
    "semi-hard": "**Semi-hard**: the negative is farther away than the positive, but not by the margin.",
    "hard": "**Hard**: the negative is at least as near as the positive.",
}


def run(
    anchor: PictureArray, positive: PictureArray, negative: PictureArray, margin: float, others: list[PictureArray]
) -> tuple[Any, ...]:
    """Three faces, two distances, one loss."""
    found = [one_face(picture, name) for picture, name in zip((anchor, positive, negative), ROLES, strict=True)]
    more = [one_face(picture, f"Other face {number}") for number, picture in enumerate(others, 1)]
    a, p, n = (one.face.vector for one in found)
    near, far = float(distance(a, p)) ** 2, float(distance(a, n)) ** 2
    loss = triplet_loss(a, p, n, margin)
    return (
        with_doubts(f"Loss **{loss:.3f}**", *found),
        [(opening.enlarge(one.face.picture, 2), name) for one, name in zip(found, NAMES, strict=True)],
        f"{formula(near, far, margin)} = **{loss:.3f}**",
        f"{KINDS[classify_triplet(a, p, n, margin)]} {wanted(near, far, margin)}",
        plot_line(near, far, margin),
        plot_plane([one.face.vector for one in (*found, *more)]),
        plot_roc(),
        remarks_on(*found, *more),
        WARNING,
    )


def formula(near: float, far: float, margin: float) -> str:
    """One triplet's term of the loss in numbers, without its value. Markdown."""
    return (
        "max(‖f(A) - f(P)‖² - ‖f(A) - f(N)‖² + α, 0) = max(d²(A, P) - d²(A, N) + α, 0) = "
        f"max({near:.3f} - {far:.3f} + {margin:.2f}, 0)"
    )


def wanted(near: float, far: float, margin: float) -> str:
    """What training wants of the squared distances, and whether it is so."""
    holds = "holds" if near + margin < far else "does not hold"
    return f"Wanted: d(A, P) + α < d(A, N); in squared distances {near:.3f} + {margin:.2f} < {far:.3f} {holds}."


def plot_line(near: float, far: float, margin: float) -> Figure:
    """Both squared distances from the anchor, and how far the margin reaches."""
    figure = Figure(figsize=(6, 1.9), layout="constrained")
    axes = figure.subplots()
    axes.axvspan(near, near + margin, color="#e69f00", alpha=0.3, label="margin")
    for x, name, colour in zip((0.0, near, far), NAMES, COLOURS, strict=True):
        axes.plot(x, 0, "o", ms=11, color=colour, label=name)
    axes.set_xlim(-0.1, 4)
    axes.set_yticks([])
    axes.set_xlabel("squared distance from the anchor")
    axes.legend(ncol=4, loc="upper right")
    return figure


def plot_plane(vectors: Sequence[Floats]) -> Figure:
    """All points in the plane in which they lie farthest apart (PCA); those without a name are numbered."""
    unit = np.stack([vector / np.linalg.norm(vector) for vector in vectors])
    centred = unit - unit.mean(0)
    _, _, across = np.linalg.svd(centred, full_matrices=False)
    flat = centred @ across[:2].T
    figure = Figure(figsize=(4.6, 3.6), layout="constrained")
    axes = figure.subplots()
    marks = [*zip(NAMES, COLOURS, strict=True)]
    marks += [(str(number), "grey") for number in range(1, len(flat) - len(marks) + 1)]
    for (x, y), (name, colour) in zip(flat, marks, strict=True):
        axes.plot(x, y, "o", ms=11, color=colour)
        axes.annotate(name, (x, y), (6, 6), textcoords="offset points")
    axes.plot(flat[[0, 1], 0], flat[[0, 1], 1], color="#0072b2")
    axes.plot(flat[[0, 2], 0], flat[[0, 2], 1], color="#d55e00", ls="--")
    axes.set_aspect("equal", "datalim")
    axes.margins(0.3)
    axes.set_xticks([])
    axes.set_yticks([])
    return figure


def plot_roc() -> Figure:
    """Every threshold at once, on pairs of people never trained on."""
    found = measured()
    figure = Figure(figsize=(4.2, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.plot(100 * found.false_accept, 100 * (1 - found.false_reject))
    axes.plot([0, 100], [0, 100], ":", color="grey")
    axes.set_xlabel("% false accepts")
    axes.set_ylabel("% of one person accepted")
    axes.grid(alpha=0.3)
    return figure


DEMO = Demo(
    title="Triplet playground",
    summary="Give an anchor, a positive and a negative: see their triplet loss, and what the margin α does.",
    lesson=Lesson(
        see="Two distances, from the anchor to the positive and to the negative, and the triplet loss that they make.",
        tries=(
            Try(words="Margin 1.5", sets={"margin": 1.5}, watch="Does the loss grow, although no face has moved?"),
            Try(
                words="Swap positive and negative",
                sets={"positive": "grace_hopper_dim", "negative": "astronaut"},
                watch="Which of the two lies nearer to the anchor, and what is the loss?",
            ),
            Try(
                words="Take photographs in better light",
                sets={"anchor": "astronaut_changed", "negative": "grace_hopper"},
                watch="Is the triplet hard, semi-hard or easy now?",
            ),
        ),
        notice=(
            "Wanted: d(A, P) + α < d(A, N). Training minimises the sum of max(‖f(A) - f(P)‖² - ‖f(A) - f(N)‖² + α, 0) "
            "over many triplets (A, P, N).",
            "The loss does not depend on how far the negative is, once it is farther than the positive by the margin.",
            "Make the margin larger: an easy triplet becomes a semi-hard one, although no face has moved.",
            "A hard negative is one that is similar to the anchor, for example because both photographs are dim.",
        ),
        questions=(
            (
                "Without a margin, what would be the easiest way to a loss of 0?",
                "All faces at one point: every distance is 0, and so is the loss. With a margin, that costs α a triplet.",
            ),
            (
                "Why not always train on the hardest negatives?",
                "They are often wrong labels or bad pictures, and early in training they can pull all embeddings to one "
                "point. FaceNet chose semi-hard ones. Random negatives, on the other hand, are mostly easy.",
            ),
        ),
        sources=("Schroff et al. 2015, arXiv:1503.03832 (FaceNet)", "Hermans et al. 2017, arXiv:1703.07737"),
    ),
    inputs={
        "anchor": Picture(label="Anchor"),
        "positive": Picture(label="Positive: the same person"),
        "negative": Picture(label="Negative: somebody else"),
        "margin": Slider(label="Margin α", low=0, high=2, step=0.05, default=0.3),
        "others": Pictures(label="More faces for the plane", most=8, optional=True, folded=True),
    },
    outputs=(
        Note(label="Loss", tone="headline"),
        Pictures(label="Three faces", columns=3, pixelated=True),
        Note(label="Worked"),
        Note(label="Kind"),
        Plot(label="Squared distances", alt="Anchor, positive and negative on a line, with the margin"),
        Plot(label="Embeddings in a plane", alt="The three faces as points"),
        Plot(label="Every threshold at once (ROC)", alt="A curve above the diagonal", folded=True),
        Note(label="How they were found"),
        Note(label="What this must not be used for", tone="warning"),
    ),
    run=run,
    private=True,
    examples=(
        {"anchor": "astronaut_dim", "positive": "astronaut", "negative": "grace_hopper_dim"},
        {"anchor": "astronaut", "positive": "astronaut_changed", "negative": "grace_hopper", "margin": 1.5},
        {"anchor": "astronaut", "positive": "astronaut_changed", "negative": "grace_hopper"},
    ),
    example_titles=("Hard", "Semi-hard", "Easy"),
    weights=(DETECTOR, EMBEDDING),
    order=3,
)
