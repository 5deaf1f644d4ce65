"""Triplet playground: what one step of metric learning sees."""

import numpy as np
from matplotlib.figure import Figure

from cnn_core.images import opening
from cnn_core.ops.faces import classify_triplet, distance, triplet_loss
from demos.spec import Demo, Lesson, Note, Picture, Pictures, Plot, Slider
from demos.tabs.compare._faces import DETECTOR, EMBEDDING, WARNING, measured, one_face

KINDS = {
    "easy": "**Easy**: the negative is farther away by more than the margin. No loss, nothing to learn.",
    "semi-hard": "**Semi-hard**: the negative is farther away, but not by the margin. Such triplets teach best.",
    "hard": "**Hard**: the negative is nearer than the positive. Too many of these, and the training collapses.",
}


def run(anchor, positive, negative, margin, others):
    """Three faces, two distances, one loss."""
    found = [one_face(picture, name) for name, picture in
             (("Anchor", anchor), ("Positive", positive), ("Negative", negative))]  # fmt: skip
    vectors = [face.vector for face, _ in found]
    near, far = (float(distance(vectors[0], other)) ** 2 for other in vectors[1:])
    loss = triplet_loss(vectors[0], vectors[1], vectors[2], margin)
    worked = f"max(d(A, P)² - d(A, N)² + margin, 0) = max({near:.3f} - {far:.3f} + {margin:.2f}, 0) = **{loss:.3f}**"
    names = ("anchor", "positive", "negative")
    more = [one_face(picture, f"Other face {number}") for number, picture in enumerate(others, 1)]
    return (
        f"Loss **{loss:.3f}**",
        [(opening.enlarge(face.picture, 2), name) for (face, _), name in zip(found, names, strict=True)],
        worked,
        KINDS[classify_triplet(vectors[0], vectors[1], vectors[2], margin)],
        on_a_line(near, far, margin),
        embedding_map([*vectors, *(face.vector for face, _ in more)], names),
        roc(),
        " ".join(word for _, said in [*found, *more] for word in said),
        WARNING,
    )


def on_a_line(near, far, margin):
    """Both squared distances from the anchor, and how far the margin reaches."""
    figure = Figure(figsize=(6, 1.9), layout="constrained")
    axes = figure.subplots()
    axes.axvspan(near, near + margin, color="#e69f00", alpha=0.3, label="margin")
    for place, name, colour in ((0.0, "anchor", "black"), (near, "positive", "#0072b2"), (far, "negative", "#d55e00")):
        axes.plot(place, 0, "o", ms=11, color=colour, label=name)
    axes.set_xlim(-0.1, 4)
    axes.set_yticks([])
    axes.set_xlabel("squared distance from the anchor")
    axes.legend(ncol=4, loc="upper right")
    return figure


def embedding_map(vectors, names):
    """All points in the plane in which they lie farthest apart (PCA); those without a name are numbered."""
    unit = np.stack([vector / np.linalg.norm(vector) for vector in vectors])
    centred = unit - unit.mean(0)
    _, _, across = np.linalg.svd(centred, full_matrices=False)
    flat = centred @ across[:2].T
    figure = Figure(figsize=(4.6, 3.6), layout="constrained")
    axes = figure.subplots()
    marks = [*zip(names, ("black", "#0072b2", "#d55e00"), strict=True)]
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


def roc():
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
    summary="Anchor, positive, negative: compute the triplet loss of three faces, and see what the margin does.",
    lesson=Lesson(
        notice=(
            "The loss does not ask how far the negative is, only whether it is farther than the positive by the margin.",
            "Make the margin larger: an easy triplet becomes a semi-hard one without anything having moved.",
        ),
        questions=(
            (
                "Without a margin, what would be the easiest way to a loss of 0?",
                "All faces at one point: every distance is 0, and so is the loss. The margin forbids that.",
            ),
            (
                "Why not always train on the hardest negatives?",
                "They are often wrong labels or hopeless pictures, and early in the training they pull everything to one "
                "point. FaceNet took semi-hard ones.",
            ),
        ),
        sources=("Schroff et al. 2015, arXiv:1503.03832 (FaceNet)", "Hermans et al. 2017, arXiv:1703.07737"),
    ),
    inputs={
        "anchor": Picture(label="Anchor"),
        "positive": Picture(label="Positive: the same person"),
        "negative": Picture(label="Negative: somebody else"),
        "margin": Slider(label="Margin", low=0, high=2, step=0.05, default=0.3),
        "others": Pictures(label="More faces for the map", most=8, optional=True, folded=True),
    },
    outputs=(
        Note(label="Loss", tone="headline"),
        Pictures(label="Three faces", columns=3, pixelated=True),
        Note(label="Worked"),
        Note(label="Kind"),
        Plot(label="Squared distances", alt="Anchor, positive and negative on a line, with the margin"),
        Plot(label="In a plane", alt="The three faces as points"),
        Plot(label="Every threshold at once (ROC)", alt="A curve above the diagonal", folded=True),
        Note(label="How they were found"),
        Note(label="What this must not be used for", tone="warning"),
    ),
    run=run,
    examples=({"anchor": "astronaut", "positive": "astronaut", "negative": "grace_hopper"},),
    weights=(DETECTOR, EMBEDDING),
    order=3,
)
