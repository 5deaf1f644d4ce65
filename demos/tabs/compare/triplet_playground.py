"""Triplet playground: what one step of metric learning sees."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnn_core.images import opening
from cnn_core.ops.faces import classify_triplet, distance, in_triplet_plane, triplet_loss
from cnn_core.results import Floats, PictureArray
from demos.charts import GREY, INK, NO_AXIS, Axis, Band, Chart, Line, Points
from demos.spec import Demo, Lesson, Note, Picture, Pictures, Plot, Scene, Slider, Try
from demos.tabs.compare._faces import DETECTOR, EMBEDDING, WARNING, measured, one_face, remarks_on, with_doubts

ROLES = ("Anchor", "Positive", "Negative")
NAMES = ("anchor", "positive", "negative")
COLOURS = (INK, "#2A84C6", "#D55E00")
KINDS = {
    "easy": "**Easy**: the negative is farther away than the positive by at least the margin. The loss is 0, and so is its "
    "gradient.",
    "semi-hard": "**Semi-hard**: the negative is farther away than the positive, but not by the margin.",
    "hard": "**Hard**: the negative is at least as near as the positive.",
}
PLANE = (
    "Through any three points goes a plane, so these distances are the true ones. A point that you drag leaves the sphere "
    "on which all embeddings lie: no face has it. Arrows: a tenth of the negative gradient, where each point would go if it "
    "could move freely. Training moves the weights, and with them the points of all faces."
)


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
        draw_plane([one.face.vector for one in (*found, *more)], margin),
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


def plot_line(near: float, far: float, margin: float) -> Chart:
    """Both squared distances from the anchor, and how far the margin reaches."""
    places = zip(NAMES, (0.0, near, far), COLOURS, strict=True)
    return Chart(
        words=f"From the anchor to the positive it is {near:.2f}, to the negative {far:.2f}. The margin reaches to "
        f"{near + margin:.2f}.",
        x=Axis(title="squared distance from the anchor", low=-0.1, high=4),
        y=NO_AXIS,
        layers=(
            Band(name="margin", low=near, high=near + margin, colour="#E69F00"),
            *(Points(name=name, x=[x], y=[0], colour=colour) for name, x, colour in places),
        ),
    )


def draw_plane(vectors: Sequence[Floats], margin: float) -> dict[str, Any]:
    """The triplet to be dragged, in the plane in which it lies; further faces are numbered and stay."""
    points = in_triplet_plane(np.stack(vectors))
    names = (*NAMES, *map(str, range(1, len(points) - len(NAMES) + 1)))
    near, far = (float(np.hypot(*points[k])) for k in (1, 2))
    shadows = " The numbered faces lie outside this plane: each is drawn at the nearest place in it."
    return {
        "words": f"From the anchor to the positive it is {near:.2f}, to the negative {far:.2f}. With this margin a negative "
        f"costs something up to a distance of {np.sqrt(near**2 + margin):.2f}.",
        "margin": margin,
        "points": [{"name": name, "x": x, "y": y} for name, (x, y) in zip(names, points.tolist(), strict=True)],
        "kinds": {kind: words.replace("*", "") for kind, words in KINDS.items()},
        "note": PLANE + (shadows if len(points) > len(NAMES) else ""),
    }


def plot_roc() -> Chart:
    """Every threshold at once, on pairs of people never trained on."""
    found = measured()
    return Chart(
        words="The more pairs of one person are accepted, the more of two people are, too: a curve above the diagonal.",
        x=Axis(title="% false accepts", low=0, high=100),
        y=Axis(title="% of one person accepted", low=0, high=100),
        layers=(
            Line(name="this network", x=100 * found.false_accept, y=100 * (1 - found.false_reject)),
            Line(name="guessing", x=[0, 100], y=[0, 100], colour=GREY, dashed=True, thin=True),
        ),
    )


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
            "In the plane, drag the negative out of the larger circle: the loss is 0, and no arrow is left.",
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
        Plot(label="Squared distances"),
        Scene(
            label="Embeddings in a plane",
            script="plane",
            help="Drag anchor, positive or negative, or move it with the arrow keys: the loss follows.",
        ),
        Plot(label="Every threshold at once (ROC)", folded=True),
        Note(label="How they were found"),
        Note(label="What this must not be used for", tone="warning"),
    ),
    run=run,
    private=True,
    examples=(
        {"anchor": "astronaut_dim", "positive": "astronaut_covered", "negative": "grace_hopper_dim"},
        {"anchor": "astronaut", "positive": "astronaut_changed", "negative": "grace_hopper", "margin": 1.5},
        {"anchor": "astronaut", "positive": "astronaut_changed", "negative": "grace_hopper"},
    ),
    example_titles=("Hard", "Semi-hard", "Easy"),
    weights=(DETECTOR, EMBEDDING),
    order=3,
)
