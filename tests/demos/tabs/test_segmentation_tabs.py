"""What the segmentation tabs make of a network's answer, by hand."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from cnn_core.results import Segmentation
from cnn_core.runtime import weights
from demos.tabs._objects import count_objects, say_objects, say_trust
from demos.tabs.segment import semantic_segmentation
from demos.tabs.segment.instance_segmentation import compare, regions_of
from demos.tabs.segment.semantic_segmentation import boxes_of_masks, in_words, mean_probability, middle_of_the_largest

NAMES = ("background", "cat", "sheep")


def answer(classes: np.ndarray, sheep: float = 0.8, names: tuple[str, ...] = NAMES) -> Segmentation:
    """As the map says, each class with a probability of 0.8 where it is; for sheep as given."""
    share = np.full((len(names), *classes.shape), 0.2 / (len(names) - 1), np.float32)
    for k in range(len(names)):
        p = sheep if k == 2 else 0.8
        share[:, classes == k] = (1 - p) / (len(names) - 1)
        share[k][classes == k] = p
    return Segmentation(names, classes.astype(np.uint8), share)


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
    assert in_words(answer(two_sheep())) == "**sheep** on 20% of the picture"


def test_what_the_network_is_not_sure_of_is_said_apart() -> None:
    classes = two_sheep()
    classes[0:5] = 1
    told = in_words(answer(classes, sheep=0.4))
    assert told == "**cat** on 10% of the picture. Not sure - perhaps **sheep** on 20% (mean probability 40%)"
    assert mean_probability(answer(classes, sheep=0.4), 1) == pytest.approx(0.8)


def test_nothing_found_counts_the_networks_own_classes() -> None:
    empty = np.zeros((50, 100), int)
    assert in_words(answer(empty)) == "Nothing but background: none of its other 2 classes."
    assert in_words(answer(empty, names=("membrane", "cell"))) == "Nothing but membrane: no cell."


def test_without_a_click_the_largest_thing_is_asked_about() -> None:
    x, y = middle_of_the_largest(two_sheep())
    assert two_sheep()[y, x] == 2
    assert middle_of_the_largest(np.zeros((50, 100), int)) == (50, 25)


def test_the_middle_of_a_ring_is_on_the_ring() -> None:
    rows, columns = np.mgrid[0:40, 0:60]
    ring = (np.abs(np.hypot(rows - 20, columns - 30) - 15) < 2).astype(int)
    x, y = middle_of_the_largest(ring)
    assert ring[y, x] == 1


def test_objects_are_compared_with_the_regions_that_are_there() -> None:
    apart = two_sheep() == 2
    touching = apart | (np.arange(100) < 60) & (np.arange(50)[:, None] == 19) | (np.arange(50)[:, None] >= 19) & apart
    touching[19:26, 28:52] = True
    two = ["cat", "sheep", "sheep"]
    assert compare(two, {"sheep": apart}) == "By object there are 2 of **sheep**; by class there are 2 separate regions."
    assert compare(two, {"sheep": touching}) == "By object there are 2 of **sheep**; by class they are one region."
    assert compare(two, {}) == "By object there are 2 of **sheep**; by class no pixel has this class."
    assert "**cat** has pixels" in compare(["sheep"], {"cat": apart, "sheep": apart})
    assert "at most one object" in compare(["sheep"], {"sheep": apart})


def test_specks_are_no_regions_but_a_class_of_specks_is_one() -> None:
    speck = np.zeros((50, 100), bool)
    speck[0, 0] = True
    assert regions_of(speck) == 1
    big = speck.copy()
    big[10:20, 10:30] = True
    assert regions_of(big) == 1  # 10 of 5000 pixels would count, the speck has 1
    big[40:42, 40:45] = True  # exactly 10 pixels: 0.2 %
    assert regions_of(big) == 2
    assert regions_of(None) == regions_of(np.zeros((5, 5), bool)) == 0


def test_objects_are_counted_in_their_order() -> None:
    assert count_objects(["cat", "sheep", "sheep"], "Nothing.") == "1 **cat**, 2 **sheep**"
    assert count_objects([], "Nothing.") == "Nothing."


def test_objects_that_are_as_likely_wrong_as_right_are_said_apart() -> None:
    assert say_objects(["cat", "cat"], [0.95, 0.5], "Nothing.") == "2 **cats**"
    assert say_objects(["cat", "cat"], [0.95, 0.49], "Nothing.") == "1 **cat**. Not sure - perhaps 1 **cat** more"
    assert say_objects(["cat"], [0.3], "Nothing.") == "Not sure - perhaps 1 **cat**"
    assert say_objects([], [], "Nothing.") == "Nothing."


@pytest.mark.parametrize(("name", "n"), [("detect_fcos_voc20", 362), ("instances_maskrcnn_voc20", 360)])
def test_what_a_confidence_is_worth(name: str, n: int) -> None:
    card = weights.card(name)
    words = say_trust(card)
    assert f"on {n} photographs never trained on" in words
    off = re.search(r"\(on average ([\d.]+) points off\)", words)
    assert off is not None and float(off[1]) <= 4  # issue: at most 4 points
    public = replace(card, record={key: value for key, value in card.record.items() if key != "certainty"})
    assert say_trust(public).startswith("This confidence is the public network's own")


@pytest.mark.parametrize("name", weights.names("semantic_segmentation"))
def test_the_deepest_map_is_as_coarse_as_the_lesson_says(name: str) -> None:
    meta = torch.device("meta")
    network = weights.load(name, meta)
    encoder = next(part for part in (network.model, *network.model.children()) if hasattr(part, "maps"))
    *_, height, width = encoder.maps(torch.zeros(1, 3, 96, 160, device=meta))[-1].shape
    size = 32 if len(network.card.classes) > 2 else 8  # the lesson speaks of the networks for photographs
    assert (96 // height, 160 // width) == (size, size)


def test_a_ring_shows_which_pixel_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semantic_segmentation, "segment", lambda picture, network: answer(two_sheep()))
    picture = np.full((50, 100, 3), 90, np.uint8)
    shown = [semantic_segmentation.run(picture, "segment_unet_voc20", click)[1][0] for click in ((30, 22), (80, 12), None)]
    plain = picture[0, 0]
    centres = [np.argwhere((masks != plain).any(-1)).mean(0)[::-1] for masks in shown]
    assert np.allclose(centres, [(30, 22), (80, 12), (64, 32)], atol=1.1)  # without a click, the median of all sheep


def test_a_pixel_tells_its_classes_when_it_is_pointed_at() -> None:
    found = answer(two_sheep())
    grid = semantic_segmentation.likeliest(found)
    assert grid.names == found.names
    assert grid.classes.size <= semantic_segmentation.LIKELIEST * semantic_segmentation.MOST_PLACES
    row, column = (np.array(grid.classes.shape[1:]) * (22 / 50, 30 / 100)).astype(int)
    name, share = max(found.at(30, 22).items(), key=lambda pair: pair[1])
    assert grid.names[grid.classes[0, row, column]] == name
    assert grid.probabilities[0, row, column] == np.float32(share)
