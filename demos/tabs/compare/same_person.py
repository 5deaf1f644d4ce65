"""Same person? Two pictures, two points on a sphere, one threshold, two kinds of error."""

from cnn_core.images import opening
from cnn_core.ops.faces import cosine, distance
from demos.spec import Demo, Lesson, Note, Picture, Pictures, Plot, Slider
from demos.tabs.compare._faces import (
    DETECTOR,
    EMBEDDING,
    THRESHOLD,
    WARNING,
    kinds_in_words,
    one_face,
    rates_in_words,
    rates_plot,
)


def run(first, second, threshold):
    """Finds the largest face of each picture, turns both upright, and compares their vectors."""
    (one, said), (other, also_said) = one_face(first, "First picture"), one_face(second, "Second picture")
    alike, apart = float(cosine(one.vector, other.vector)), float(distance(one.vector, other.vector))
    verdict = "the same person" if alike >= threshold else "two people"
    return (
        f"Taken for **{verdict}**: similarity {alike:.2f}, threshold {threshold:.2f}",
        [(opening.enlarge(face.picture, 2), words) for face, words in ((one, "first"), (other, "second"))],
        f"cosine {alike:.3f}, distance {apart:.3f} (the distance squared is 2 - 2 · cosine: {2 - 2 * alike:.3f})",
        f"{rates_in_words(threshold)} {kinds_in_words()}",
        rates_plot(threshold, alike),
        " ".join([*said, *also_said]),
        WARNING,
    )


DEMO = Demo(
    title="Same person?",
    summary="See how alike two faces are to a network, and what a threshold makes of it.",
    lesson=Lesson(
        notice=(
            "The network never learned these people. It learned to put pictures of one person near each other.",
            "Move the threshold: fewer false accepts are always paid for with more false rejects.",
            "Both faces are turned until eyes and mouth lie at the same places: see the aligned pictures.",
        ),
        questions=(
            (
                "Is this recognition?",
                "No, verification: is it the person that somebody claims to be? Recognition asks which of many it is, and "
                "gets harder with each of them (see the next tab).",
            ),
            (
                "Which threshold would you choose to unlock a phone, and which to sort holiday pictures?",
                "For the phone few false accepts, even if one has to try twice; for the pictures the fewest errors in all.",
            ),
            (
                "Why may its errors be more frequent for some groups of people?",
                "It saw fewer of them while it learned, and in less varied light. An accuracy over all hides that.",
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
        "threshold": Slider(label="Threshold", low=-0.3, high=0.95, step=0.01, default=THRESHOLD),
    },
    outputs=(
        Note(label="Answer", tone="headline"),
        Pictures(label="Found and turned upright", columns=2, pixelated=True),
        Note(label="Numbers"),
        Note(label="Errors"),
        Plot(label="Two kinds of error", alt="Two curves that cross: false accepts fall, false rejects rise"),
        Note(label="How they were found"),
        Note(label="What this must not be used for", tone="warning"),
    ),
    run=run,
    examples=({"first": "astronaut", "second": "grace_hopper"}, {"first": "grace_hopper", "second": "grace_hopper"}),
    weights=(DETECTOR, EMBEDDING),
    order=1,
)
