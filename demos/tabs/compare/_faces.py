"""What the tabs about faces share: their two networks, the measured error rates, words about what was found."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from cnn_core.errors import PictureError
from cnn_core.ops.faces import Rates
from cnn_core.results import Face, PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.face_similarity import doubts_about, embed_faces
from demos.charts import INK, Axis, Chart, Level, Line

DETECTOR, EMBEDDING = "face_detector_lfwcelebavoc20", "face_embedding_lfwceleba"
THRESHOLD = 0.31
"""Where the sliders stand at first: at most 5 % of two people's pairs are taken for one person's (see the card)."""
THRESHOLDS = (-0.3, 0.95)
"""Between which they can be moved."""
UNSURE = 2 / 3
"""A verdict that was right less often than this, of measured pairs about as similar, is not given as a fact."""

WARNING = (
    "A lecture example. Errors are frequent, and other networks were found to err more often on some groups of people than "
    "on others: it must never decide anything about anybody. Your pictures go to the computer that runs this page and no "
    "further. Files of them are deleted ten minutes after their last use; give no picture that must not be stored so long."
)


@dataclass(frozen=True)
class OneFace:
    """The face of a picture that is compared.

    Attributes:
        face: the largest certain one.
        remarks: sentences on how it was found.
        doubt: why it may not be a face, a sentence; "" where there is no reason.
    """

    face: Face
    remarks: tuple[str, ...] = ()
    doubt: str = ""


@cache
def measured() -> Rates:
    """The error rates at every threshold, on pairs of people never trained on."""
    table = weights.card(EMBEDDING).record["rates"]
    return Rates(*(np.array(table[name], np.float32) for name in ("thresholds", "false_accept", "false_reject")))


def one_face(picture: PictureArray, which: str) -> OneFace:
    """The face of a picture (H, W, 3) that is compared, and what is to be said of it.

    Args:
        picture: RGB.
        which: what a sentence about the picture calls it.

    Raises:
        PictureError: no face was found; the sentence begins with ``which``.
    """
    try:
        faces, turns = embed_faces(picture, DETECTOR, EMBEDDING)
    except PictureError as error:
        raise PictureError(f"{which}: {error}") from error
    remarks = []
    if len(faces) > 1:
        remarks.append(f"{which}: {len(faces)} faces were found; the largest certain one is used.")
    if turns:
        remarks.append(f"{which}: the face was found after turning the picture by {90 * turns} degrees to the left.")
    reasons = doubts_about(faces[0])
    doubt = f"{which}: this may not be a usable face ({'; '.join(reasons)})." if reasons else ""
    return OneFace(faces[0], tuple(remarks), doubt)


def with_doubts(headline: str, *found: OneFace) -> str:
    """A headline, behind the doubts about the faces that it rests on, where there are any. Markdown."""
    doubts = [one.doubt for one in found if one.doubt]
    return " ".join(["Not sure -", *doubts, headline]) if doubts else headline


def remarks_on(*found: OneFace) -> str:
    """How the faces were found, and the doubts about them."""
    return " ".join(words for one in found for words in (*one.remarks, one.doubt) if words)


def verdict_in_words(similarity: float, threshold: float) -> str:
    """Same person or two people; as a doubt where pairs about as similar were often decided wrongly. Markdown."""
    same = similarity >= threshold
    verdict = "**the same person**" if same else "**two people**"
    numbers = f"similarity {similarity:.2f}, threshold {threshold:.2f}"
    share = measured().share_same(similarity)
    right = None if share is None else share if same else 1 - share
    if right is None or right >= UNSURE:
        return f"Taken for {verdict}: {numbers}"
    return f"Not sure - perhaps {verdict}: {numbers}. Of pairs about this similar, {right:.0%} were."


def rates_in_words(threshold: float) -> str:
    """Both kinds of error at a threshold."""
    accepted, rejected = measured().at(threshold)
    strict = weights.card(EMBEDDING).record["strict"]
    return (
        f"Measured at a threshold of {threshold:.2f} on people never trained on: **{accepted:.1%}** of the pairs of two "
        f"people are taken for one person (false accepts), **{rejected:.1%}** of the pairs of one person for two (false "
        f"rejects). There are fewest errors at {measured().best()[0]:.2f}, if both kinds count alike. The slider starts at "
        f"{THRESHOLD:.2f}, chosen for few false accepts: {strict['false_accept']:.1%} of two people's pairs, among people "
        f"who did not choose it, with {strict['false_reject']:.1%} false rejects."
    )


def kinds_in_words() -> str:
    """How the share of right decisions depends on pose and light."""
    share = weights.card(EMBEDDING).record["accuracy_by_kind"]
    return (
        f"Of the half of the pairs in which both look more nearly straight ahead, {share['less_turned']:.0%} are decided "
        f"correctly, of the other half {share['turned']:.0%}; of the half with more similar light "
        f"{share['less_lit_differently']:.0%}, of the other half {share['lit_differently']:.0%}."
    )


def rates_plot(threshold: float, similarity: float | None = None) -> Chart:
    """Both error rates at every threshold; where this pair stands."""
    found = measured()
    accepted, rejected = found.at(threshold)
    pair = [] if similarity is None else [Level(name="this pair", x=similarity, colour=INK, dashed=False)]
    return Chart(
        words=f"False accepts fall with the threshold, false rejects rise: at {threshold:.2f} they are {accepted:.1%} and "
        f"{rejected:.1%}.",
        x=Axis(title="similarity (cosine)"),
        y=Axis(title="% of pairs"),
        layers=(
            Line(name="false accepts", x=found.thresholds, y=100 * found.false_accept),
            Line(name="false rejects", x=found.thresholds, y=100 * found.false_reject),
            Level(name="threshold", x=threshold),
            *pair,
        ),
    )


def roc_scene(threshold: float) -> dict[str, Any]:
    """The ROC curve to be touched: a press on it moves the input ``threshold``."""
    found = measured()
    accepted, rejected = found.at(threshold)
    low, high = THRESHOLDS
    curve = [
        {"x": 100 * float(wrong), "y": 100 * (1 - float(missed)), "value": round(float(at), 2)}
        for at, wrong, missed in zip(found.thresholds, found.false_accept, found.false_reject, strict=True)
        if low <= round(float(at), 2) <= high
    ]
    return {
        "words": f"At a threshold of {threshold:.2f}, {accepted:.1%} of the pairs of two people and {1 - rejected:.1%} of "
        "those of one person are accepted.",
        "name": "threshold",
        "sets": "threshold",
        "x": "% false accepts",
        "y": "% of one person accepted",
        "curve": curve,
        "value": threshold,
    }
