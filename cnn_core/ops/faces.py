"""Faces made comparable, and what can be said of their distances: alignment, error rates, the triplet loss."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.transform import SimilarityTransform

from cnn_core.errors import InputError
from cnn_core.results import Floats, PictureArray

SIDE = 96
TEMPLATE = np.array([[31.0, 39.0], [65.0, 39.0], [48.0, 60.0], [34.0, 76.0], [62.0, 76.0]], np.float32)
"""Where both eyes, the nose and the corners of the mouth come to lie in an aligned face, x and y in pixels."""

Truth = NDArray[np.bool_]


def alignment(landmarks: Floats) -> NDArray[np.float64]:
    """The turn, scale and shift (2, 3) that take the landmarks (5, 2) nearest to ``TEMPLATE``.

    Raises:
        InputError: the landmarks lie in one place.
    """
    if np.ptp(landmarks, axis=0).max() < 1:
        raise InputError("The five landmarks lie in one place, so the face cannot be turned upright.")
    found = SimilarityTransform.from_estimate(landmarks.astype(np.float64), TEMPLATE.astype(np.float64))
    return np.asarray(found.params, np.float64)[:2]


def alignment_error(landmarks: Floats) -> float:
    """How far the aligned landmarks (5, 2) still lie from ``TEMPLATE``: root mean square, pixels of the aligned face.

    Raises:
        InputError: the landmarks lie in one place.
    """
    matrix = alignment(landmarks)
    moved = landmarks @ matrix[:, :2].T + matrix[:, 2]  # (5, 2)
    return float(np.sqrt(((moved - TEMPLATE) ** 2).sum(1).mean()))


def align(picture: PictureArray, landmarks: Floats) -> PictureArray:
    """The face (96, 96, 3) uint8, turned, scaled and moved so that its landmarks (5, 2) come nearest to ``TEMPLATE``.

    Raises:
        InputError: the landmarks lie in one place.
    """
    matrix = alignment(landmarks)
    shrink = np.hypot(matrix[0, 0], matrix[1, 0])
    soft = cv2.GaussianBlur(picture, (0, 0), 0.5 / shrink) if shrink < 0.7 else picture
    turned = cv2.warpAffine(soft, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8)


def cosine(first: Floats, second: Floats) -> Floats:
    """How alike the directions of vectors are, -1..1: (..., D), (..., D) -> (...)."""
    lengths = np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-1)
    return np.asarray((first * second).sum(-1) / np.maximum(lengths, 1e-9), np.float32)


def distance(first: Floats, second: Floats) -> Floats:
    """The distance of vectors put on a sphere of radius 1, 0..2: the square of it is 2 - 2 times the cosine."""
    return np.sqrt(np.maximum(2 - 2 * cosine(first, second), 0))


def triplet_loss(anchor: Floats, positive: Floats, negative: Floats, margin: float) -> float:
    """max(d(A, P)^2 - d(A, N)^2 + margin, 0) (Schroff et al. 2015, arXiv:1503.03832), d as in ``distance``."""
    return max(float(distance(anchor, positive) ** 2 - distance(anchor, negative) ** 2) + margin, 0.0)


def classify_triplet(anchor: Floats, positive: Floats, negative: Floats, margin: float) -> str:
    """ "easy" (no loss), "semi-hard" (the negative is farther, but not by the margin) or "hard" (the negative is nearer)."""
    near, far = (float(distance(anchor, other) ** 2) for other in (positive, negative))
    return "easy" if far - near >= margin else "semi-hard" if far > near else "hard"


def in_triplet_plane(vectors: Floats) -> NDArray[np.float64]:
    """Where vectors (N, D), put on a sphere of radius 1, lie in the plane through the first three: (N, 2).

    The first lies at (0, 0), the second to its right, the third not below. The distances of these three are the true ones;
    of each further vector it is the nearest point of the plane.
    """
    unit = vectors.astype(np.float64)
    unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-9)
    from_first = unit - unit[0]
    across, sides = np.linalg.qr(from_first[1:3].T)  # two directions of length 1: (D, 2)
    return np.asarray(from_first @ (across * np.where(np.diag(sides) < 0, -1, 1)))


@dataclass(frozen=True)
class Rates:
    """Both kinds of error of a decision "the same person if the similarity reaches the threshold".

    Attributes:
        thresholds: rising, (n,).
        false_accept: share of pairs of different people that reach each threshold (FAR).
        false_reject: share of pairs of one person that do not (FRR).
    """

    thresholds: Floats
    false_accept: Floats
    false_reject: Floats

    def at(self, threshold: float) -> tuple[float, float]:
        """(false accepts, false rejects) at the nearest threshold that was measured."""
        k = int(np.abs(self.thresholds - threshold).argmin())
        return float(self.false_accept[k]), float(self.false_reject[k])

    def share_same(self, similarity: float, reach: float = 0.05) -> float | None:
        """The share of pairs of one person among the pairs about as similar, 0..1, both kinds counted alike; None: no pairs.

        Args:
            similarity: of a pair.
            reach: pairs whose similarity differs by up to this count.
        """
        (accept_low, reject_low), (accept_high, reject_high) = self.at(similarity - reach), self.at(similarity + reach)
        same, different = reject_high - reject_low, accept_low - accept_high
        return same / (same + different) if same + different > 0 else None

    def best(self) -> tuple[float, float]:
        """(threshold, accuracy) where both kinds of pairs, each counted alike, are decided rightly most often.

        Of several thresholds that are equally good it is the middle one.
        """
        right = 1 - (self.false_accept + self.false_reject) / 2
        k = int(np.median(np.flatnonzero(right >= right.max() - 1e-9)))
        return float(self.thresholds[k]), float(right[k])

    def strict(self, most: float) -> float:
        """The lowest threshold with at most this share of false accepts, 0..1; the highest where none is strict enough."""
        strict_enough = np.flatnonzero(self.false_accept <= most)
        return float(self.thresholds[strict_enough[0] if len(strict_enough) else -1])


def rates(similarities: Floats, same: Truth, thresholds: Floats) -> Rates:
    """The error rates of pairs with these similarities (n,) and truths (n,) at some thresholds."""
    accepted = similarities[None] >= thresholds[:, None]
    return Rates(thresholds, accepted[:, ~same].mean(1).astype(np.float32), (~accepted[:, same]).mean(1).astype(np.float32))
