"""What the tabs about faces share: their two networks, the measured error rates, words about what was found."""

from functools import cache

import numpy as np
from matplotlib.figure import Figure

from cnn_core.errors import PictureError
from cnn_core.ops.faces import Rates
from cnn_core.runtime import weights
from cnn_core.tasks.face_similarity import embed_faces

DETECTOR, EMBEDDING = "face_detector_lfwcelebavoc20", "face_embedding_lfwceleba"
THRESHOLD = 0.25
"""Where the sliders stand at first: near the threshold with the fewest errors."""

WARNING = (
    "A lecture example. Errors are frequent, and other networks were found to err more often on some groups of people than "
    "on others: it must never decide anything about anybody. Your pictures stay in this page's memory and are never stored."
)


@cache
def measured():
    """The error rates at every threshold, on pairs of people never trained on."""
    table = weights.card(EMBEDDING).record["rates"]
    return Rates(*(np.array(table[name], np.float32) for name in ("thresholds", "false_accept", "false_reject")))


def one_face(picture, which):
    """The largest face of a picture, and what is to be said of how it was found.

    ``which`` is what a sentence about the picture calls it.
    """
    try:
        faces, turns = embed_faces(picture, DETECTOR, EMBEDDING)
    except PictureError as error:
        raise PictureError(f"{which}: {error}") from error
    said = []
    if len(faces) > 1:
        said.append(f"{which}: {len(faces)} faces; the largest is taken.")
    if turns:
        said.append(f"{which}: found only after turning the picture by {90 * turns} degrees.")
    return faces[0], said


def rates_in_words(threshold):
    """Both kinds of error at a threshold."""
    accepted, rejected = measured().at(threshold)
    return (
        f"At a threshold of {threshold:.2f}, of pairs of people never trained on: **{accepted:.1%}** of two people are "
        f"taken for one (false accepts), **{rejected:.1%}** of one person for two (false rejects). The fewest errors in all "
        f"are made at {measured().best()[0]:.2f}."
    )


def kinds_in_words():
    """How the share of right decisions depends on pose and light."""
    share = weights.card(EMBEDDING).record["accuracy_by_kind"]
    return (
        f"Of the half of the pairs that looks straighter ahead {share['less_turned']:.0%} are decided rightly, of the other "
        f"{share['turned']:.0%}; of the half that is lit more alike {share['less_lit_differently']:.0%}, of the other "
        f"{share['lit_differently']:.0%}."
    )


def rates_plot(threshold, similarity=None):
    """Both error rates at every threshold; where this pair stands."""
    figure = Figure(figsize=(6, 2.8), layout="constrained")
    axes = figure.subplots()
    found = measured()
    axes.plot(found.thresholds, 100 * found.false_accept, label="false accepts")
    axes.plot(found.thresholds, 100 * found.false_reject, label="false rejects")
    axes.axvline(threshold, color="grey", ls="--", label="threshold")
    if similarity is not None:
        axes.axvline(similarity, color="black", label="this pair")
    axes.set_xlabel("similarity (cosine)")
    axes.set_ylabel("% of pairs")
    axes.grid(alpha=0.3)
    axes.legend()
    return figure
