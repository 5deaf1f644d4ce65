"""Whose face? Faces found in a picture, turned upright, and put as points on a sphere."""

from collections.abc import Sequence

import numpy as np
import torch

from cnn_core.errors import PictureError
from cnn_core.ops.faces import align
from cnn_core.results import Face, Floats, FoundFaces, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.face_detection import find_faces
from cnn_core.tasks.preprocessing import answer_to, prepare

ENROLLED = 12
"""Pictures whose faces are kept for a while: a page that shows several people asks for all of them at every change."""

NO_FACE = (
    "No face was found. What works: a face seen from the front, not too dark, at least a tenth as high as the picture's "
    "shorter side."
)


def embedded(faces: Sequence[PictureArray], weights_name: str) -> Floats:
    """The vectors (N, D) of aligned faces (96, 96, 3) uint8: of each the mean of it and its mirror image.

    Raises:
        InputError: no such network.
    """

    return _embedded(faces, weights_name) if len(faces) else np.zeros((0, 0), np.float32)


@on_network
def _embedded(network: weights.Network, faces: Sequence[PictureArray]) -> Floats:
    x = torch.cat([prepare(face, network.card.input).x for face in faces])  # N of (1, 3, 96, 96) -> (N, 3, 96, 96)
    vectors: Floats = answer_to(network, x).float().cpu().numpy()
    return vectors


def upright(picture: PictureArray, detector: str) -> tuple[PictureArray, FoundFaces, int]:
    """The picture turned until faces are found in it, those faces, and by how many quarter turns to the left.

    Raises:
        PictureError: no face whichever way it is turned.
    """
    for turns in (0, 1, 3, 2):
        turned = np.ascontiguousarray(np.rot90(picture, turns))
        found = find_faces(turned, detector)
        if len(found.scores):
            return turned, found, turns
    raise PictureError(NO_FACE)


def _faces_in(picture: PictureArray, detector: str, embedding: str) -> tuple[list[Face], int]:
    """Every face of a picture (H, W, 3) uint8, the largest first; and by how many quarter turns it had to be turned.

    Raises:
        PictureError: there is none.
        InputError: no such networks.
    """
    turned, found, turns = upright(picture, detector)
    areas = (found.boxes[:, 2:] - found.boxes[:, :2]).prod(1)
    order = np.argsort(-areas, kind="stable")
    pictures = [align(turned, found.landmarks[k]) for k in order]
    vectors = embedded(pictures, embedding)
    faces = [
        Face(found.boxes[k], float(found.scores[k]), found.landmarks[k], face, vector)
        for k, face, vector in zip(order, pictures, vectors, strict=True)
    ]
    return faces, turns


faces_in = remembered(_faces_in, ENROLLED)
