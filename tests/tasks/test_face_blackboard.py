"""Faces found and embedded by networks whose answers are worked on paper, through the public functions."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnn_core.errors import PictureError
from cnn_core.ops.faces import TEMPLATE
from cnn_core.results import Face, FoundFaces
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks import face_similarity
from cnn_core.tasks.face_detection import find_faces
from cnn_core.tasks.face_similarity import doubts_about, embed, embed_faces, turn_upright
from tests.blackboard import network_of, put_up

FORM = Preprocessing(16, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), stride=8)
GREY = Preprocessing(96, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), channels="grey", mirrored=True)


class OneFace(nn.Module):
    """One face in the upper left quarter, as certain as the upper left pixel is red; its landmarks lie on a line."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        h, w = x.shape[-2:]
        logits = torch.stack([x[0, 0, 0, 0], torch.tensor(-9.0)])[None]
        boxes = torch.tensor([[0.0, 0.0, w / 2, h / 2], [0.0, 0.0, 1.0, 1.0]])[None]
        line = torch.tensor([[w * k / 10, h * k / 5] for k in range(5)])
        return logits, boxes, line.expand(1, 2, 5, 2)


def corner(red: int, blue: int = 0) -> np.ndarray:
    picture = np.zeros((32, 48, 3), np.uint8)
    picture[:16, :24] = (red, 0, blue)
    return picture


def test_a_face_seen_at_three_sizes_is_one_in_the_uploads_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red 255 is (1 - 0.5) / 0.25 = 2, and 1 / (1 + e^-2) = 0.8808. The largest size seen is 16 x 24, half of the upload."""
    name = put_up(monkeypatch, network_of(OneFace(), "face_detection", ("face",), FORM))
    found = find_faces(corner(255), name, smallest=0.5)
    assert found.boxes.tolist() == [[0, 0, 24, 16]]
    assert found.scores.tolist() == pytest.approx([0.8808], abs=1e-4)
    assert found.landmarks[0, 4].tolist() == pytest.approx([48 * 0.4, 32 * 0.8])
    assert len(find_faces(corner(0, 255), name, smallest=0.5).scores) == 0
    assert len(find_faces(corner(255), name, threshold=0.89, smallest=0.5).scores) == 0


class Halves(nn.Module):
    """Mean of the left half, of the right half, of the upper half: (N, 3)."""

    def forward(self, x: Tensor) -> Tensor:
        parts = x[:, 0, :, :48], x[:, 0, :, 48:], x[:, 0, :48, :]
        return torch.stack([part.mean((1, 2)) for part in parts], 1)


def test_an_embedding_is_the_mean_with_the_mirror_image(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red 100 has the luma 29.9, so 30; the left upper quarter has it. (30 / 255 - 0.5) / 0.25 = -1.5294, black is -2."""
    name = put_up(monkeypatch, network_of(Halves(), "face_similarity", (), GREY))
    face = np.zeros((96, 96, 3), np.uint8)
    face[:48, :48] = (100, 0, 0)
    ((left, right, upper),) = embed([face], name)
    quarter = -1.5294 + 2
    assert left == pytest.approx(-2 + quarter / 4, abs=1e-4)  # (a half of it + nothing of it) / 2
    assert right == pytest.approx(-2 + quarter / 4, abs=1e-4)
    assert upper == pytest.approx(-2 + quarter / 2, abs=1e-4)
    assert len(embed([], name)) == 0


def found_at(scores: dict[int, float], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Lets faces of these scores be found after each number of quarter turns; what was asked is written down."""
    asked: list[int] = []

    def find(picture: np.ndarray, detector: str) -> FoundFaces:
        red = [int(part[0, 0, 0]) for part in (np.rot90(picture, -k) for k in range(4))]
        turns = red.index(max(red))
        asked.append(turns)
        n = int(turns in scores)
        return FoundFaces(
            np.tile([[0.0, 0.0, 40.0, 50.0]], (n, 1)).astype(np.float32), np.array([scores.get(turns, 0.0)] * n, np.float32),
            np.tile(TEMPLATE, (n, 1, 1)).astype(np.float32),
        )  # fmt: skip

    monkeypatch.setattr(face_similarity, "find_faces", find)
    return asked


def shown() -> np.ndarray:
    picture = np.zeros((60, 80, 3), np.uint8)
    picture[0, 0, 0] = 255
    return picture


@pytest.mark.parametrize(
    ("scores", "turns", "asked"),
    [
        ({0: 0.75, 1: 0.99}, 0, 1),  # certain as it stands: not turned
        ({0: 0.7, 1: 0.8, 3: 0.9}, 3, 4),  # a doubtful find as it stands, a certain one turned
        ({0: 0.61, 1: 0.74}, 0, 4),  # only doubtful ones: not turned
        ({2: 0.75}, 2, 4),
    ],
)
def test_a_picture_is_turned_only_for_a_certain_face(scores, turns, asked, monkeypatch) -> None:
    calls = found_at(scores, monkeypatch)
    turned, found, by = turn_upright(shown(), "any")
    assert by == turns and len(calls) == asked
    assert found.scores[0] == pytest.approx(scores[turns])
    assert np.array_equal(turned, np.rot90(shown(), turns))


def test_two_small_people_lying_on_their_side_are_no_face(monkeypatch: pytest.MonkeyPatch) -> None:
    found_at({1: 0.74, 3: 0.7}, monkeypatch)
    with pytest.raises(PictureError, match="No face was found"):
        turn_upright(shown(), "any")


def test_the_certain_face_comes_before_a_larger_doubtful_one(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = np.array([[0, 0, 60, 60], [0, 0, 30, 40], [0, 0, 20, 30]], np.float32)
    landmarks = np.stack([TEMPLATE + k for k in range(3)]).astype(np.float32)
    found = FoundFaces(boxes, np.array([0.7, 0.8, 0.99], np.float32), landmarks)
    monkeypatch.setattr(face_similarity, "find_faces", lambda picture, detector: found)
    monkeypatch.setattr(face_similarity, "embed", lambda faces, name: np.zeros((len(faces), 2), np.float32))
    faces, _ = embed_faces(shown(), "any", "any")
    assert [face.score for face in faces] == pytest.approx([0.8, 0.99, 0.7])
    assert faces[0].landmarks[0, 0] == TEMPLATE[0, 0] + 1


def a_face(score: float, side: float, landmarks: np.ndarray) -> Face:
    box = np.array([10, 10, 10 + side, 10 + 2 * side], np.float32)
    return Face(box, score, landmarks.astype(np.float32), np.zeros((96, 96, 3), np.uint8), np.zeros(2, np.float32))


def test_doubts_begin_where_they_should() -> None:
    """Of a nose moved by d, a fifth goes into the shift of all five: d x sqrt(0.8 / 5) = 0.4 d is left, 2.8 or 3.2."""
    assert doubts_about(a_face(0.75, 32, TEMPLATE)) == ()
    assert "0.74" in doubts_about(a_face(0.74, 32, TEMPLATE))[0]
    assert "31 pixels" in doubts_about(a_face(0.75, 31, TEMPLATE))[0]
    nose = np.zeros((5, 2))
    nose[2, 1] = 1
    assert doubts_about(a_face(0.9, 50, TEMPLATE + 7 * nose)) == ()
    assert "eyes, nose and mouth" in doubts_about(a_face(0.9, 50, TEMPLATE + 8 * nose))[0]
    assert doubts_about(a_face(0.9, 50, 3 * (TEMPLATE + 7 * nose))) == ()  # pixels of the aligned face, not of the upload
