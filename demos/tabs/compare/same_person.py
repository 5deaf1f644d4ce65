"""Same person? Two pictures, two embeddings on a sphere, one threshold, two kinds of error."""

from typing import Any

from cnn_core.images import opening
from cnn_core.ops.faces import cosine, distance
from cnn_core.results import PictureArray
from demos.spec import Demo, Lesson, Note, Picture, Pictures, Plot, Scene, Slider, Try
from demos.tabs.compare._faces import (
    DETECTOR,
    EMBEDDING,
    THRESHOLD,
    THRESHOLDS,
    WARNING,
    kinds_in_words,
    one_face,
    rates_in_words,
    rates_plot,
    remarks_on,
    roc_scene,
    verdict_in_words,
    with_doubts,
)


def run(first: PictureArray, second: PictureArray, threshold: float) -> tuple[Any, ...]:
    """Finds a face in each picture, turns both upright, and compares their embeddings."""
    one, other = one_face(first, "First picture"), one_face(second, "Second picture")
    similarity = float(cosine(one.face.vector, other.face.vector))
    apart = float(distance(one.face.vector, other.face.vector))
    return (
        with_doubts(verdict_in_words(similarity, threshold), one, other),
        [(opening.enlarge(found.face.picture, 2), words) for found, words in ((one, "first"), (other, "second"))],
        f"cosine {similarity:.3f}, distance {apart:.3f} (distance² = 2 - 2 · cosine = {2 - 2 * similarity:.3f})",
        f"{rates_in_words(threshold)} {kinds_in_words()}",
        rates_plot(threshold, similarity),
        roc_scene(threshold),
        remarks_on(one, other),
        WARNING,
    )


DEMO = Demo(
    title="Same person?",
    summary="Compare two faces by the similarity of their embeddings, and choose the threshold for 'same person'.",
    lesson=Lesson(
        see="The similarity of two faces' embeddings, and what the threshold makes of it.",
        tries=(
            Try(
                words="Compare two people",
                sets={"first": "astronaut", "second": "grace_hopper"},
                watch="Is their similarity below the threshold?",
            ),
            Try(
                words="One person, once in dim light",
                sets={"first": "astronaut", "second": "astronaut_dim"},
                watch="Is she still taken for the same person?",
            ),
            Try(
                words="Threshold 0.6",
                sets={"threshold": 0.6},
                watch="What becomes of the false accepts and the false rejects?",
            ),
        ),
        notice=(
            "A Siamese network: the same network turns both faces into embeddings, and the embeddings are compared.",
            "It was never trained on these two. It learned to put photographs of one person near each other.",
            "Move the threshold: fewer false accepts mean more false rejects.",
            "Both faces are turned and scaled so that eyes, nose and mouth lie in the same places: see the aligned faces.",
        ),
        questions=(
            (
                "Is this recognition?",
                "No, it is the comparison in verification: is this the person whose name is claimed? Recognition asks which "
                "of K people it is, which is harder. The tab Who is it? does both, with names.",
            ),
            (
                "Which threshold would you choose to unlock a phone, and which to sort holiday pictures?",
                "For the phone few false accepts, even if one must try twice; for the pictures the fewest errors in total.",
            ),
            (
                "Why may its errors be more frequent for some groups of people?",
                "It saw fewer photographs of them in training, in less varied light. One accuracy for everybody hides that.",
            ),
        ),
        sources=(
            "Taigman et al. 2014, doi:10.1109/CVPR.2014.220 (DeepFace)",
            "Wang et al. 2018, arXiv:1801.09414 (CosFace)",
            "Buolamwini and Gebru 2018, PMLR 81 (Gender Shades)",
        ),
    ),
    inputs={
        "first": Picture(label="First picture"),
        "second": Picture(label="Second picture"),
        "threshold": Slider(label="Threshold", low=THRESHOLDS[0], high=THRESHOLDS[1], step=0.01, default=THRESHOLD),
    },
    outputs=(
        Note(label="Answer", tone="headline"),
        Pictures(label="Aligned faces", columns=2, pixelated=True),
        Note(label="Numbers"),
        Note(label="Errors"),
        Plot(label="Two kinds of error"),
        Scene(
            label="Every threshold at once (ROC)",
            script="roc",
            sets=("threshold",),
            help="Press a place on the curve, or move along it with the arrow keys: that moves the threshold.",
        ),
        Note(label="How they were found"),
        Note(label="What this must not be used for", tone="warning"),
    ),
    run=run,
    private=True,
    examples=(
        {"first": "astronaut", "second": "astronaut_changed"},
        {"first": "astronaut", "second": "grace_hopper"},
        {"first": "astronaut", "second": "astronaut_dim"},
    ),
    example_titles=(
        "One person, her photograph changed by us",
        "Two people",
        "One person, once in dim light",
    ),
    weights=(DETECTOR, EMBEDDING),
    order=1,
)
