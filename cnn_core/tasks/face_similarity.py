"""Whose face? Faces found in a picture, turned upright, and put as points on a sphere."""

from collections.abc import Sequence

import numpy as np
import torch

from cnn_core.errors import PictureError
from cnn_core.ops.faces import align, alignment_error
from cnn_core.results import Face, Floats, FoundFaces, PictureArray
from cnn_core.runtime import run_log, weights
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.face_detection import find_faces
from cnn_core.tasks.preprocessing import answer_to, prepare

ENROLLED = 12
"""Pictures whose faces are kept for a while: a page that shows several people asks for all of them at every change."""

CERTAIN = 0.75
"""Measured: all of 131 faces laid into photographs score 0.87 or more, our photographs of people 0.79; in 131 photographs
without people 7 finds score 0.6 or more and 2 reach this; of our samples' cups, coins, eyes and wheels none does (0.74)."""

SMALLEST = 32
"""Pixels of the upload: a face with shorter sides is a blur at the 96 pixels that are compared."""

FARTHEST = 3.0
"""Pixels of the aligned face: how far landmarks may lie from their places (root mean square). Those 131 faces: 2.2."""

NO_FACE = (
    "No face was found. What works: a face seen from the front, not too dark, at least a tenth as high as the picture's "
    "shorter side."
)


def embed(faces: Sequence[PictureArray], weights_name: str) -> Floats:
    """The embeddings (N, D) of aligned faces (96, 96, 3) uint8: of each the mean of it and its mirror image.

    Raises:
        InputError: no such network.
    """
    return _embed(faces, weights_name) if len(faces) else np.zeros((0, 0), np.float32)


@on_network
def _embed(network: weights.Network, faces: Sequence[PictureArray]) -> Floats:
    x = torch.cat([prepare(face, network.card.input).x for face in faces])  # N of (1, 3, 96, 96) -> (N, 3, 96, 96)
    vectors: Floats = answer_to(network, x).float().cpu().numpy()
    return vectors


def turn_upright(picture: PictureArray, detector: str) -> tuple[PictureArray, FoundFaces, int]:
    """The picture turned so that its faces stand upright, those faces, and by how many quarter turns to the left.

    It is turned only if no face in it is certain as it stands; then the way that shows the most certain face is taken.

    Raises:
        PictureError: no face whichever way it is turned, or only doubtful ones that would have to be turned.
    """
    upright = find_faces(picture, detector)
    if highest_score(upright) >= CERTAIN:
        return picture, upright, 0
    turned = {turns: np.ascontiguousarray(np.rot90(picture, turns)) for turns in (1, 2, 3)}
    found = {turns: find_faces(shown, detector) for turns, shown in turned.items()}
    best = max(found, key=lambda turns: highest_score(found[turns]))
    if highest_score(found[best]) >= CERTAIN:
        return turned[best], found[best], best
    if not len(upright.scores):
        raise PictureError(NO_FACE)
    return picture, upright, 0


def highest_score(found: FoundFaces) -> float:
    """The score of the most certain face, 0..1; 0 where there is none."""
    return float(found.scores.max(initial=0))


def doubts_about(face: Face) -> tuple[str, ...]:
    """Why a find may not be a face, or not a usable one, each as a short clause; nothing if there is no reason."""
    side = float((face.box[2:] - face.box[:2]).min())
    reasons = {
        f"the face detector's score is only {face.score:.2f}": face.score < CERTAIN,
        f"it is only {side:.0f} pixels wide": side < SMALLEST,
        "eyes, nose and mouth do not lie as in a face": alignment_error(face.landmarks) > FARTHEST,
    }
    return tuple(words for words, true in reasons.items() if true)


def embed_faces(picture: PictureArray, detector: str, embedding: str) -> tuple[list[Face], int]:
    """Every face of a picture (H, W, 3) uint8; and by how many quarter turns to the left it had to be turned.

    The certain ones come first, and of those the largest.

    Raises:
        PictureError: there is none.
        InputError: no such networks.
    """
    faces, turns = _kept_faces(picture, detector, embedding)
    run_log.note_kept_answer(embedding)  # a kept answer names the detector alone; of one that ran, this says nothing
    return faces, turns


def _find_and_embed(picture: PictureArray, detector: str, embedding: str) -> tuple[list[Face], int]:
    """As ``embed_faces``."""
    turned, found, turns = turn_upright(picture, detector)
    areas = (found.boxes[:, 2:] - found.boxes[:, :2]).prod(1)
    order = np.lexsort((-areas, found.scores < CERTAIN))  # the last key counts first
    pictures = [align(turned, found.landmarks[k]) for k in order]
    vectors = embed(pictures, embedding)
    faces = [
        Face(found.boxes[k], float(found.scores[k]), found.landmarks[k], face, vector)
        for k, face, vector in zip(order, pictures, vectors, strict=True)
    ]
    return faces, turns


_kept_faces = remembered(_find_and_embed, ENROLLED)
