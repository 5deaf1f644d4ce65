"""What the segmentation tabs make of a network's answer, by hand."""

import numpy as np

from cnn_core.results import Segmentation
from demos.tabs._objects import count_objects
from demos.tabs.segment.instance_segmentation import difference
from demos.tabs.segment.semantic_segmentation import boxes_of_masks, in_words, middle_of_the_largest

NAMES = ("background", "cat", "sheep")


def answer(classes: np.ndarray) -> Segmentation:
    return Segmentation(NAMES, classes.astype(np.uint8), np.full((3, 2, 2), 1 / 3, np.float32))


def two_sheep() -> np.ndarray:
    classes = np.zeros((50, 100), int)
    classes[10:20, 10:30] = 2
    classes[25:45, 50:90] = 2
    classes[0, 99] = 1  # a stray pixel
    return classes


def test_boxes_of_connected_parts_without_specks() -> None:
    regions = boxes_of_masks(answer(two_sheep()))
    assert [(region.name, region.shape) for region in regions] == [
        ("sheep", (10.0, 10.0, 30.0, 20.0)),
        ("sheep", (50.0, 25.0, 90.0, 45.0)),
    ]


def test_the_headline_names_what_is_there() -> None:
    assert in_words(answer(two_sheep())) == "**sheep** 20%"
    assert "background" in in_words(answer(np.zeros((50, 100))))


def test_without_a_click_the_largest_thing_is_asked_about() -> None:
    x, y = middle_of_the_largest(two_sheep())
    assert two_sheep()[y, x] == 2
    assert middle_of_the_largest(np.zeros((50, 100), int)) == (50, 25)


def test_objects_are_counted_and_compared_with_regions() -> None:
    assert count_objects(["cat", "sheep", "sheep"], "Nothing.") == "1 **cat**, 2 **sheep**"
    assert "2 of **sheep**" in difference(["cat", "sheep", "sheep"], ["sheep"])
    assert "**cat** has pixels" in difference(["sheep"], ["cat", "sheep"])
    assert "One object" in difference(["sheep"], ["sheep"])
    assert count_objects([], "Nothing.") == "Nothing."
