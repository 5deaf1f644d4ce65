"""Whose face? Faces found in a picture, turned upright, and put as points on a sphere."""

from collections.abc import Sequence

import numpy as np
import torch

from cnn_core.errors import PictureError
from cnn_core.ops.faces import align
from cnn_core.results import Face, Floats, FoundFaces, PictureArray
from cnn_core.runtime import devices, weights
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.classification import normalise
from cnn_core.tasks.face_detection import find_faces

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

    def forward(network: weights.Network) -> Floats:
        grey = np.stack([face @ np.array([0.299, 0.587, 0.114]) for face in faces]).round()
        x = normalise(torch.from_numpy(grey)[:, None].float().expand(-1, 3, -1, -1), network.card.input).to(network.device)
        with torch.inference_mode(), devices.timed(weights_name):
            return ((network.model(x) + network.model(x.flip(3))) / 2).float().cpu().numpy()

    return weights.with_fallback(weights_name, forward) if len(faces) else np.zeros((0, 0), np.float32)


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
