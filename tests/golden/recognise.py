"""Golden photographs of the networks that classify, decide, localise, detect and label."""

from collections.abc import Callable

import numpy as np
import pytest

from cnn_core.images import samples
from cnn_core.tasks.binary_classification import decide
from cnn_core.tasks.classification import classify
from cnn_core.tasks.detection import detect
from cnn_core.tasks.localisation import localise
from cnn_core.tasks.multi_label import find_classes

Check = Callable[[], None]
WITHIN = 0.01
PIXELS = 10

CLASSIFIED = {
    "classify_alexnet_cifar10": ("motorcycle", "truck", 0.918, "automobile", 0.045),
    "classify_cnn5_cifar10": ("chelsea", "cat", 0.604, "dog", 0.314),
    "classify_dense5_cifar10": ("motorcycle", "truck", 0.370, "dog", 0.176),
    "classify_dense_cifar10": ("chelsea", "frog", 0.503, "cat", 0.188),
    "classify_dense_cifar10shuffled": ("motorcycle", "truck", 0.469, "cat", 0.122),
    "classify_inception_cifar10": ("motorcycle", "automobile", 0.806, "truck", 0.168),
    "classify_lenet_cifar10": ("motorcycle", "automobile", 0.586, "truck", 0.363),
    "classify_resnet20_cifar10": ("motorcycle", "automobile", 0.863, "truck", 0.117),
    "classify_resnet_everyday": ("motorcycle", "motorbike", 0.958, "wheelchair", 0.026),
    "classify_resnet_tiny200": ("chelsea", "Egyptian cat", 0.609, "tabby", 0.079),
    "classify_vgg_cifar10": ("motorcycle", "automobile", 0.498, "truck", 0.476),
    "classify_vgg_cifar10shuffled": ("motorcycle", "truck", 0.828, "automobile", 0.112),
    "handcrafted_svm_cifar10": ("chelsea", "cat", 0.398, "frog", 0.293),
    "classify_vgg_tiny200": ("coffee", "espresso", 0.855, "iPod", 0.051),
}
"""Network -> a sample that is not square, its two likeliest classes and their probabilities."""


def classified(name: str) -> Check:
    def check() -> None:
        picture, first, share, second, next_share = CLASSIFIED[name]
        answer = classify(samples.load(picture), name).top(2)
        assert [entry[0] for entry in answer] == [first, second]
        assert [entry[1] for entry in answer] == pytest.approx([share, next_share], abs=WITHIN)

    return check


def decided() -> None:
    answer = decide(samples.load("chelsea"), "decide_catdog_voc20tiny200")
    assert answer.name(0.5) == "cat"
    assert answer.probability == pytest.approx(0.137, abs=WITHIN)  # P(dog)


def localised() -> None:
    found = localise(samples.load("coffee"), "localise_box_tiny200")
    assert np.allclose(found.box, [0, 5, 480, 400], atol=PIXELS)
    assert found.presence == pytest.approx(1.0, abs=WITHIN)
    assert found.classification.top(1)[0] == ("espresso", pytest.approx(0.966, abs=WITHIN))


def detected() -> None:
    found = detect(samples.load("cat_and_person"), "detect_fcos_voc20", 0.3)
    assert found.labels == ("person", "cat")
    assert found.scores.tolist() == pytest.approx([0.836, 0.480], abs=WITHIN)
    assert np.allclose(found.boxes, [[608, 14, 908, 392], [1, 0, 580, 400]], atol=PIXELS)


def labelled() -> None:
    found = find_classes(samples.load("cat_and_person"), "labels_attention_voc20")
    shares = found.probabilities()
    assert [name for name, share in shares.items() if share >= 0.5] == ["cat", "person"]
    assert (shares["cat"], shares["person"]) == (pytest.approx(0.953, abs=WITHIN), pytest.approx(0.989, abs=WITHIN))
    assert (shares["bottle"], shares["chair"]) == (pytest.approx(0.065, abs=WITHIN), pytest.approx(0.062, abs=WITHIN))
    cat, person = (found.attention[found.names.index(name)] for name in ("cat", "person"))  # the cat is left, she is right
    half = cat.shape[1] // 2
    assert cat[:, :half].sum() / cat.sum() == pytest.approx(0.910, abs=0.03)
    assert person[:, :half].sum() / person.sum() == pytest.approx(0.015, abs=0.03)


CHECKS: dict[str, Check] = {
    **{name: classified(name) for name in CLASSIFIED},
    "decide_catdog_voc20tiny200": decided,
    "localise_box_tiny200": localised,
    "detect_fcos_voc20": detected,
    "labels_attention_voc20": labelled,
}
