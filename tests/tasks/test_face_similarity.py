"""Faces found, turned and compared by the shipped networks."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from cnn_core.errors import PictureError
from cnn_core.images import samples
from cnn_core.ops.faces import cosine
from cnn_core.runtime import recent, run_log
from cnn_core.tasks.face_similarity import embed_faces

DETECTOR, EMBEDDING = "face_detector_lfwcelebavoc20", "face_embedding_lfwceleba"


def faces(picture: np.ndarray) -> tuple[list, int]:
    return embed_faces(picture, DETECTOR, EMBEDDING)


def sample(name: str) -> np.ndarray:
    return np.asarray(samples.load(name))


def test_the_astronauts_face_lies_in_the_upper_middle() -> None:
    found, turns = faces(sample("astronaut"))
    left, top, right, bottom = found[0].box
    assert turns == 0
    assert 170 < (left + right) / 2 < 280 and 70 < (top + bottom) / 2 < 180
    assert found[0].picture.shape == (96, 96, 3)


def test_a_kept_answer_names_the_network_of_the_embeddings_too() -> None:
    for _ in range(2):
        usage = run_log.Usage()
        with run_log.recorded(usage):
            faces(sample("astronaut"))
    assert usage.seconds == {DETECTOR: 0.0, EMBEDDING: 0.0} and set(usage.kept) == {DETECTOR, EMBEDDING}


def test_a_sideways_photograph_is_turned_and_shows_the_same_face() -> None:
    upright, turned = faces(sample("astronaut")), faces(np.ascontiguousarray(np.rot90(sample("astronaut"))))
    assert turned[1] == 3  # three more quarter turns to the left make it whole
    assert cosine(upright[0][0].vector, turned[0][0].vector) > 0.8


def test_no_face_is_said() -> None:
    with pytest.raises(PictureError, match=r"No face was found\. What works"):
        faces(np.full((200, 300, 3), 127, np.uint8))


def test_two_visitors_at_once_get_their_own_faces() -> None:
    names = ["astronaut", "grace_hopper"] * 4
    alone = {name: faces(sample(name))[0][0].vector for name in names}
    recent.forget()
    with ThreadPoolExecutor(4) as visitors:
        together = list(visitors.map(lambda name: faces(sample(name))[0][0].vector, names))
    for name, vector in zip(names, together, strict=True):
        assert cosine(vector, alone[name]) > 0.999
    assert cosine(alone["astronaut"], alone["grace_hopper"]) < 0.9
