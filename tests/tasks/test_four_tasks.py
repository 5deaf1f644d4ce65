"""Four tasks traced: the same answers as the tasks' own, and the shapes that the networks' own modules see."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from cnn_core.errors import InputError
from cnn_core.images import samples
from cnn_core.runtime import recent, weights
from cnn_core.tasks import region_costs
from cnn_core.tasks.answering_cells import answering_cells, input_placement
from cnn_core.tasks.classification import classify
from cnn_core.tasks.detection import FINEST, find_candidates
from cnn_core.tasks.four_tasks import Stage, Traced, trace
from cnn_core.tasks.instance_segmentation import find_instances
from cnn_core.tasks.localisation import localise
from cnn_core.tasks.preprocessing import prepare
from cnn_core.tasks.region_costs import REGIONS, RegionCosts, cut, measure_regions

PICTURE = np.ascontiguousarray(samples.load("cub_on_lawn")[::2, ::2])
"""200 x 384 pixels."""
CLASSIFIER, LOCALISER = "classify_resnet_tiny200", "localise_box_tiny200"
DETECTOR, MASKS = "detect_fcos_voc20", "instances_maskrcnn_voc20"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    recent.forget()
    yield
    recent.forget()


def shapes_at(name: str, modules: tuple[str, ...]) -> dict[str, list[tuple[int, ...]]]:
    """What the named modules of a network give for the picture, batch and all, in their order."""
    network = weights.load(name)
    seen: dict[str, list[tuple[int, ...]]] = {module: [] for module in modules}
    handles = [
        network.model.get_submodule(module).register_forward_hook(
            lambda _, given, output, module=module: seen[module].append(tuple(output.shape))
        )
        for module in modules
    ]
    try:
        network(prepare(PICTURE, network.card.input).x)
    finally:
        for handle in handles:
            handle.remove()
    return seen


def shapes(stages: tuple[Stage, ...]) -> list[tuple[int, tuple[int, ...]]]:
    return [(stage.times, stage.shape) for stage in stages]


def test_a_trace_counts_all_numbers_of_all_heads() -> None:
    heads = (Stage("a", (3, 2), 5), Stage("b", (4,)))
    assert Traced(classify(PICTURE, CLASSIFIER), (), heads).outputs == 34


def test_classification_gives_one_number_for_each_class() -> None:
    traced = trace(PICTURE, CLASSIFIER)
    assert np.array_equal(traced.answer.logits, classify(PICTURE, CLASSIFIER).logits)  # type: ignore[union-attr]
    seen = shapes_at(CLASSIFIER, ("stage4", "pool", "fc"))
    assert seen["fc"] == [(1, *traced.heads[0].shape)] == [(1, 200)]
    assert seen["stage4"] == [(1, *traced.way[1].shape)] and seen["pool"] == [(1, *traced.way[2].shape, 1, 1)]
    assert traced.way[0].shape == (3, 80, 80) and traced.outputs == 200 and traced.seconds > 0


def test_localization_adds_five_numbers_on_the_same_feature_maps() -> None:
    traced, own = trace(PICTURE, LOCALISER), localise(PICTURE, LOCALISER)
    answer: Any = traced.answer
    assert answer.presence == own.presence and np.array_equal(answer.box, own.box) and answer.shape == own.shape
    assert shapes(traced.heads) == [(1, (200,)), (1, (1,)), (1, (4,))] and traced.outputs == 205
    seen = shapes_at(LOCALISER, ("base.stage4", "head", "head.look.mix"))
    assert seen["base.stage4"] == [(1, *traced.way[1].shape)] and seen["head"] == [(1, 5)]
    assert traced.way[2].shape == (192 + 272, *seen["head.look.mix"][0][2:])


def test_every_cell_of_the_detector_answers() -> None:
    traced, own = trace(PICTURE, DETECTOR), find_candidates(PICTURE, DETECTOR)
    answer: Any = traced.answer
    assert np.array_equal(answer.boxes, own.boxes) and answer.labels == own.labels and answer.total == own.total
    seen = shapes_at(DETECTOR, ("class_logits", "distances", "quality", "pyramid.smooth.0"))
    cells = sum(h * w for *_, h, w in seen["class_logits"])
    assert shapes(traced.heads) == [(cells, (seen[name][0][1],)) for name in ("class_logits", "distances", "quality")]
    assert traced.outputs == sum(int(np.prod(shape)) for name in list(seen)[:3] for shape in seen[name])
    assert seen["pyramid.smooth.0"] == [(1, *traced.way[1].shape)] and len(traced.way) == 4


def test_each_region_and_each_mask_is_counted() -> None:
    traced, own = trace(PICTURE, MASKS), find_instances(PICTURE, MASKS)
    answer: Any = traced.answer
    assert np.array_equal(answer.boxes, own.boxes) and np.array_equal(answer.masks, own.masks)
    predictor = "head.regions.box_predictor"
    names = (
        "head.regions.box_roi_pool",
        f"{predictor}.cls_score",
        f"{predictor}.bbox_pred",
        "head.mask_pool",
        "head.mask_head",
    )
    seen = shapes_at(MASKS, names)
    outputs = sum(int(np.prod(seen[name][0])) for name in (names[1], names[2], names[4]))
    assert traced.outputs == outputs
    assert [(stage.times, *stage.shape) for stage in traced.way[2:]] == [seen[names[0]][0], seen[names[3]][0]]
    assert (traced.heads[2].times, *traced.heads[2].shape) == seen[names[4]][0]


def test_only_these_four_tasks() -> None:
    with pytest.raises(InputError, match="classification, localisation"):
        trace(PICTURE, "segment_unet_voc20")


# ---------------------------------------------------------------- what regions cost


def test_the_three_methods_by_hand() -> None:
    """2,000 x 10 ms; 100 ms + 2,000 x 40 ms / 200; 100 ms + 20 ms + 40 ms."""
    costs = RegionCosts(crop=0.01, crops=6, maps=0.1, proposing=0.02, heads=0.04, regions=200)
    assert (costs.one_by_one, costs.from_maps, costs.own_proposals) == pytest.approx((20, 0.5, 0.16)) and REGIONS == 2000


def test_a_region_is_cut_out_as_it_is_and_never_empty() -> None:
    picture = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    assert np.array_equal(cut(picture, np.array([2.9, 1.2, 5.9, 3.8], np.float32)), picture[1:3, 2:5])
    assert cut(picture, np.array([6.8, 4.9, 7, 5], np.float32)).shape == (1, 1, 3)
    assert cut(picture, np.array([7, 5, 7, 5], np.float32)).shape == (1, 1, 3)


def test_every_measured_time_stands_for_what_took_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clocked in this order: the feature maps, the proposals, the heads, then six crops of which the median counts."""
    seconds = iter([0.5, 0.25, 0.125, 3, 1, 9, 2, 4, 8])
    results: list[Any] = []

    def clock(work: Any) -> tuple[Any, float]:
        results.append(work())
        return results[-1], next(seconds)

    monkeypatch.setattr(region_costs, "clock", clock)
    costs = measure_regions(PICTURE, MASKS, CLASSIFIER)
    assert costs == RegionCosts(crop=3.5, crops=6, maps=0.5, proposing=0.25, heads=0.125, regions=200)
    (_, levels, _), (proposals, _), (scores, boxes) = results[:3]
    assert list(levels) == ["0", "1", "2"] and proposals[0].shape == (200, 4)
    assert scores.shape == (200, 20) and boxes.shape == (200, 20, 4)
    assert [logits.shape for logits in results[3:]] == [(200,)] * 6


def test_the_heads_on_all_regions_are_what_the_network_considers() -> None:
    model: Any = weights.load(MASKS).model
    with torch.inference_mode():
        maps = model.base.maps(prepare(PICTURE, weights.card(MASKS).input).x)
        scores, boxes, proposals = model.head.considered(maps)
        _, levels, sizes = model.head.levels(maps)
        again = model.head.name_regions(levels, [proposals], sizes)
    assert torch.equal(scores, again[0]) and torch.equal(boxes, again[1])


# ---------------------------------------------------------------- the cells that answer


def test_the_cells_that_answer_say_what_the_network_says_there() -> None:
    """Read from the network's own maps: at each cell the best class by sqrt(probability x quality), as a share right."""
    box = np.array([235, 90, 359, 172], np.float32)
    found = answering_cells(PICTURE, DETECTOR, box)
    model: Any = weights.load(DETECTOR).model
    with torch.inference_mode():
        logits, distances, quality, centres, strides = model(prepare(PICTURE, weights.card(DETECTOR).input).x)
    placement = input_placement(PICTURE, DETECTOR)
    trust = weights.card(DETECTOR).record["certainty"]
    assert len(found) >= 9 and {one.cell.stride for one in found} <= {8, 16, 32} and FINEST == 8
    for one in found:
        place = torch.tensor(one.cell.centre)
        k = int(((centres == place).all(1) & (strides == one.cell.stride)).nonzero())
        scores = (logits[0, k].sigmoid() * quality[0, k].sigmoid()).sqrt()
        assert one.label == weights.card(DETECTOR).classes[int(scores.argmax())]
        share = (trust["slope"] * scores.max().logit() + trust["intercept"]).sigmoid()
        assert one.score == pytest.approx(float(share), abs=1e-4)
        x, y = placement.point_to_upload(*one.cell.centre)
        assert one.place[0] < x < one.place[2] and one.place[1] < y < one.place[3]
        x1, y1 = placement.point_to_upload(*(centres[k] - distances[0, k, :2]).tolist())
        x2, y2 = placement.point_to_upload(*(centres[k] + distances[0, k, 2:]).tolist())
        sides = min(x2, box[2]) - max(x1, box[0]), min(y2, box[3]) - max(y1, box[1])
        shared = sides[0] * sides[1]
        union = (x2 - x1) * (y2 - y1) + (box[2] - box[0]) * (box[3] - box[1]) - shared
        assert one.overlap == pytest.approx(shared / union, abs=2e-3)
    middles = [np.hypot(*(np.array(placement.point_to_upload(*one.cell.centre)) - (297, 131))) for one in found]
    assert middles[0] == min(middles)


def test_a_cell_of_which_no_score_is_high_enough_says_nothing() -> None:
    found = answering_cells(PICTURE, DETECTOR, np.array([10, 10, 70, 60], np.float32))  # grass
    assert found and all((one.label, one.score, one.overlap) == ("", 0.0, 0.0) for one in found if not one.label)
    assert any(not one.label for one in found)
