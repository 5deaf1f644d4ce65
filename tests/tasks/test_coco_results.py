"""COCO's results: its own ids, its own schema, x, y, width and height."""

import json

import numpy as np
import pytest

from cnn_core.errors import InputError
from cnn_core.results import Detections
from cnn_core.tasks.coco_results import CATEGORY_IDS, coco_results

OTHER_NAMES = {
    "aeroplane": "airplane", "motorbike": "motorcycle", "sofa": "couch", "pottedplant": "potted plant",
    "diningtable": "dining table", "tvmonitor": "tv",
}  # fmt: skip


def test_the_ids_are_those_of_coco() -> None:
    from torchvision.models.detection import FasterRCNN_ResNet50_FPN_Weights

    coco = FasterRCNN_ResNet50_FPN_Weights.COCO_V1.meta["categories"]  # the place in this list is the id
    assert {name: coco[number] for name, number in CATEGORY_IDS.items()} == {
        name: OTHER_NAMES.get(name, name) for name in CATEGORY_IDS
    }
    assert len(set(CATEGORY_IDS.values())) == 80


def test_one_entry_by_hand() -> None:
    found = Detections(np.array([[10, 20, 40, 25.5]], np.float32), np.array([0.123456], np.float32), ("sofa",))
    assert json.loads(json.dumps(coco_results(found, 7))) == [
        {"image_id": 7, "category_id": 63, "bbox": [10.0, 20.0, 30.0, 5.5], "score": 0.1235}
    ]


def test_a_class_that_coco_has_not_is_refused() -> None:
    found = Detections(np.zeros((1, 4), np.float32), np.ones(1, np.float32), ("turnstile",))
    with pytest.raises(InputError, match="no category called turnstile"):
        coco_results(found)
