"""Masks, objects, clicks and faces: one of the app's own photographs for each shipped network, from file to answer."""

import numpy as np
import pytest

from cnn_core.images import samples
from cnn_core.ops.faces import cosine, distance
from cnn_core.ops.masks import Mask, paste
from cnn_core.results import PictureArray, Segmentation
from cnn_core.tasks.click_segmentation import encode, select
from cnn_core.tasks.face_detection import find_faces
from cnn_core.tasks.face_similarity import embed_faces
from cnn_core.tasks.instance_segmentation import find_instances
from cnn_core.tasks.semantic_segmentation import segment

DETECTOR, EMBEDDING = "face_detector_lfwcelebavoc20", "face_embedding_lfwceleba"
Four = tuple[float, float, float, float]


def sample(name: str) -> PictureArray:
    return np.asarray(samples.load(name))


def check_mask(mask: Mask, share: float, box: Four, centre: tuple[float, float]) -> None:
    """Its share of the picture within 0.01, its box within 10 pixels, its centre of mass within 3."""
    rows, columns = np.nonzero(mask)
    assert mask.mean() == pytest.approx(share, abs=0.01)
    assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == pytest.approx(box, abs=10)
    assert (columns.mean(), rows.mean()) == pytest.approx(centre, abs=3)


def check_class(name: str, picture: str, kind: str, share: float, box: Four, centre: tuple[float, float]) -> Segmentation:
    answer = segment(sample(picture), name)
    check_mask(answer.classes == answer.names.index(kind), share, box, centre)
    return answer


def unet() -> None:
    answer = check_class("segment_unet_voc20", "astronaut", "person", 0.6037, (0, 0, 512, 512), (199.9, 310.1))
    assert answer.at(230, 150)["person"] == pytest.approx(0.973, abs=0.01)
    assert answer.at(256, 256)["person"] == pytest.approx(0.808, abs=0.01)
    assert answer.classes[100, 400] == 0


def deeplab() -> None:
    answer = check_class("segment_deeplab_voc20", "motorcycle", "motorbike", 0.3003, (0, 98, 583, 421), (321.4, 265.5))
    assert answer.at(370, 250)["motorbike"] == pytest.approx(0.820, abs=0.01)
    assert answer.at(230, 150)["background"] == pytest.approx(0.262, abs=0.01)


def cells() -> None:
    answer = check_class("segment_unet_cells", "tissue", "membrane", 0.2212, (0, 0, 256, 256), (123.3, 128.4))
    assert answer.at(128, 128)["cell"] == pytest.approx(0.673, abs=0.01)
    dark = sample("tissue")[..., 0] < 110
    membrane = answer.classes == 0
    assert dark[membrane].mean() > 2 * dark[~membrane].mean()  # anyone can see that membranes are dark


def upsampled(kind: str, share: float, box: Four, centre: tuple[float, float], at: float) -> None:
    answer = check_class(f"upsample_{kind}_voc20", "chelsea", "cat", share, box, centre)
    assert answer.at(230, 150)["cat"] == pytest.approx(at, abs=0.01)


def instances() -> None:
    found = find_instances(sample("chelsea"), "instances_maskrcnn_voc20")
    assert found.labels[0] == "cat"
    assert found.scores[0] == pytest.approx(0.925, abs=0.01)
    assert found.boxes[0].tolist() == pytest.approx([39, 0, 451, 300], abs=10)
    mask = paste(found.masks[0], found.boxes[0], found.shape)
    check_mask(mask, 0.8371, (39, 0, 451, 300), (228.1, 145.9))
    beside = find_instances(sample("motorcycle"), "instances_maskrcnn_voc20")
    assert beside.labels[:2] == ("motorbike", "bicycle")
    assert beside.boxes[0].tolist() == pytest.approx([105, 107, 583, 422], abs=10)


def click() -> None:
    astronaut = encode(sample("astronaut"), "click_unet_voc20")
    check_mask(select(astronaut, [(230, 200, True)]), 0.2967, (36, 19, 367, 512), (202.7, 260.6))
    motorcycle = encode(sample("motorcycle"), "click_unet_voc20")
    check_mask(select(motorcycle, [(370, 260, True)]), 0.2814, (104, 75, 573, 416), (345.5, 251.1))


def face_detector() -> None:
    found = find_faces(sample("astronaut"), DETECTOR)
    assert found.scores.tolist() == pytest.approx([0.983], abs=0.01)
    assert found.boxes[0].tolist() == pytest.approx([182.1, 70.0, 267.0, 176.4], abs=10)
    eyes, nose, mouth = found.landmarks[0, :2], found.landmarks[0, 2], found.landmarks[0, 3:]
    assert eyes.ravel().tolist() == pytest.approx([204.8, 99.4, 246.3, 102.5], abs=3)
    assert nose.tolist() == pytest.approx([226.1, 126.6], abs=3)
    assert mouth.ravel().tolist() == pytest.approx([203.1, 142.7, 240.5, 145.5], abs=3)


def face_embedding() -> None:
    def vector(name: str) -> np.ndarray:
        return embed_faces(sample(name), DETECTOR, EMBEDDING)[0][0].vector

    first, second, other = vector("astronaut"), vector("astronaut_changed"), vector("grace_hopper")
    assert float(cosine(first, second)) == pytest.approx(0.725, abs=0.02)
    assert float(cosine(first, other)) == pytest.approx(0.065, abs=0.02)
    assert float(distance(first, second)) == pytest.approx((2 - 2 * 0.725) ** 0.5, abs=0.02)
    dim, covered, other_dim = vector("astronaut_dim"), vector("astronaut_covered"), vector("grace_hopper_dim")
    assert cosine(dim, other_dim) > cosine(dim, covered) + 0.1  # the triplet playground's hard example


CHECKS = {
    "segment_unet_voc20": unet,
    "segment_deeplab_voc20": deeplab,
    "segment_unet_cells": cells,
    "upsample_bilinear_voc20": lambda: upsampled("bilinear", 0.8892, (0, 0, 430, 300), (203.6, 151.2), 0.990),
    "upsample_nearest_voc20": lambda: upsampled("nearest", 0.9072, (0, 0, 438, 300), (208.5, 151.9), 0.954),
    "upsample_transposed_voc20": lambda: upsampled("transposed", 0.8903, (0, 0, 451, 300), (208.1, 151.3), 0.823),
    "upsample_unpool_voc20": lambda: upsampled("unpool", 0.8934, (0, 0, 443, 300), (205.5, 150.7), 0.904),
    "instances_maskrcnn_voc20": instances,
    "click_unet_voc20": click,
    DETECTOR: face_detector,
    EMBEDDING: face_embedding,
}
