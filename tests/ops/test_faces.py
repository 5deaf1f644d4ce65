"""Faces: alignment by hand-made landmarks, distances, rates and triplets worked by hand."""

import numpy as np
import pytest

from cnn_core.errors import InputError
from cnn_core.ops.faces import (
    SIDE,
    TEMPLATE,
    align,
    classify_triplet,
    cosine,
    distance,
    in_triplet_plane,
    rates,
    triplet_loss,
)


def marked(landmarks: np.ndarray, size: int) -> np.ndarray:
    """A black picture with a white spot at each landmark."""
    picture = np.zeros((size, size, 3), np.uint8)
    for x, y in landmarks:
        picture[round(y) - 3 : round(y) + 4, round(x) - 3 : round(x) + 4] = 255
    return picture


@pytest.mark.parametrize("angle", [0, 30, -100])
def test_turned_scaled_and_moved_faces_come_to_lie_alike(angle: float) -> None:
    turn = np.radians(angle)
    matrix = 2.5 * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    landmarks = ((TEMPLATE - 48) @ matrix.T + 200).astype(np.float32)
    face = align(marked(landmarks, 400), landmarks)
    assert face.shape == (SIDE, SIDE, 3)
    assert all(face[round(y), round(x)].min() > 150 for x, y in TEMPLATE)
    assert face.mean() < 10


def test_landmarks_in_one_place_are_refused() -> None:
    with pytest.raises(InputError, match="one place"):
        align(np.zeros((50, 50, 3), np.uint8), np.full((5, 2), 20.0, np.float32))


def test_distances_on_the_sphere_by_hand() -> None:
    a, b, c = np.array([2.0, 0.0]), np.array([0.0, 5.0]), np.array([-1.0, 0.0])
    assert float(cosine(a, b)) == 0
    assert float(cosine(a, c)) == -1
    assert float(distance(a, b)) == pytest.approx(np.sqrt(2))
    assert float(distance(a, c)) == pytest.approx(2)
    assert distance(np.stack([a, a]), np.stack([b, c])).tolist() == pytest.approx([np.sqrt(2), 2])


def test_the_plane_through_a_triplet_by_hand() -> None:
    """Three corners of a regular triangle with sides of sqrt 2, and a fourth point outside their plane."""
    vectors = np.array([[0, 0, 2], [3, 0, 0], [0, 1, 0], [0, 0, -1]], np.float32)
    places = in_triplet_plane(vectors)
    assert places == pytest.approx(np.array([[0, 0], [2**0.5, 0], [0.5**0.5, 1.5**0.5], [2**0.5, 1 / 1.5**0.5]]))
    mirrored = in_triplet_plane(vectors * [1, -1, 1])
    assert mirrored == pytest.approx(places)  # to the right and above, whatever the signs


def test_a_plane_through_fewer_than_three_points() -> None:
    """The positive is the anchor: the negative keeps its distance, and nothing is undefined."""
    places = in_triplet_plane(np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32))
    assert places[1] == pytest.approx((0, 0))
    assert np.hypot(*places[2]) == pytest.approx(2**0.5)


def test_triplets_by_hand() -> None:
    anchor, across, opposite = np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.array([-1.0, 0.0])
    # squared distances: across 2, opposite 4
    assert triplet_loss(anchor, across, opposite, 0.2) == 0
    assert triplet_loss(anchor, across, opposite, 2.5) == pytest.approx(0.5)
    assert triplet_loss(anchor, opposite, across, 0.2) == pytest.approx(2.2)
    assert classify_triplet(anchor, across, opposite, 0.2) == "easy"
    assert classify_triplet(anchor, across, opposite, 2.5) == "semi-hard"
    assert classify_triplet(anchor, opposite, across, 0.2) == "hard"


def test_rates_by_hand() -> None:
    similarities = np.array([0.9, 0.4, 0.6, 0.1], np.float32)
    same = np.array([True, True, False, False])
    found = rates(similarities, same, np.array([0.0, 0.5, 0.95], np.float32))
    assert found.false_accept.tolist() == [1, 0.5, 0]
    assert found.false_reject.tolist() == [0, 0.5, 1]
    assert found.at(0.55) == (0.5, 0.5)
    assert found.best() == (0.5, 0.5)  # all three are equally good
    perfect = rates(np.array([0.9, 0.1], np.float32), np.array([True, False]), np.array([0.0, 0.5, 1.0], np.float32))
    assert perfect.best() == (0.5, 1)
