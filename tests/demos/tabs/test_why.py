from dataclasses import replace

import numpy as np
import pytest

from cnn_core.explain.faithfulness import Faithfulness
from cnn_core.results import Classification
from cnn_core.runtime import run_log
from cnn_core.tasks import preprocessing
from cnn_core.tasks.second_opinion import Seen
from demos import runner
from demos.tabs import _certainty
from demos.tabs.look_inside import why
from tests.blackboard import network_of
from tests.demos.tabs.made_weights import CLASSES, DENSE, RESIDUAL, forget, use_folder, write_made

DEMO = replace(why.DEMO, name="why")
LABELS = [output.label for output in DEMO.outputs]
INCEPTION = {"classes": 5, "stem": 4, "stages": [[(2, (2, 2), (2, 2), 2)], [(2, (2, 2), (2, 2), 2)]]}
PIXELS = np.full((20, 30, 3), 90, np.uint8)
METHODS = [method for method, _ in why.METHODS]


@pytest.fixture(autouse=True)
def made_networks(monkeypatch, tmp_path_factory):
    """Three untrained networks in place of the shipped ones, and nothing remembered of others before or after."""
    folder = tmp_path_factory.mktemp("weights")
    write_made(folder, "classify_dense_made", "dense", DENSE)
    write_made(folder, "classify_inception_made", "inception", INCEPTION)
    write_made(folder, "classify_resnet_made", "resnet", RESIDUAL)
    use_folder(monkeypatch, folder)
    why.mapped_layers.cache_clear()
    yield
    monkeypatch.undo()
    forget()
    why.mapped_layers.cache_clear()


def outputs(**values):
    """The demo's outputs by label."""
    raw = runner.example_values(DEMO, {"picture": "chelsea", "network": "classify_resnet_made", **values})
    (answer,) = runner.answers(DEMO, raw)
    return dict(zip(LABELS, answer.values, strict=True))


def answer_of(*probabilities):
    p = np.array(probabilities, np.float32)
    return Classification(CLASSES[: len(p)], np.log(p), p)


def curve(deletion, insertion):
    return Faithfulness(np.array([0, 1], np.float32), np.array(deletion, np.float32), np.array(insertion, np.float32))


@pytest.mark.parametrize("method", METHODS)
def test_each_method_shows_both_classes_and_its_test(method):
    found = outputs(method=method)
    captions = [caption for _, caption in found["Why?"]]
    assert len(captions) == (2 if method == "smooth_grad" else 3)
    assert all(picture.shape == (300, 451, 3) and picture.dtype == np.uint8 for picture, _ in found["Why?"])
    for label, first in (("Deletion: take the picture apart", 0.0), ("Insertion: put it together", 0.0)):
        assert [line.x[0] for line in found[label].layers] == [first] * 4
    assert [row[0] for row in found["Areas under the curves"]] == [
        "this map",
        "the middle first",
        "random order",
        "another random order",
    ]
    assert "**" in found["The answer"] and "rank correlation" in found["Likeness of the maps"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("forget_what", ["last", "half", "all"])
def test_forgetting_changes_the_map_and_says_by_how_much(method, forget_what):
    found = outputs(method=method, forget=forget_what)
    assert found["Why?"][-1][1].endswith(f"after forgetting {why.FORGET[forget_what]}?")
    assert "before and after" in found["Likeness of the maps"]
    assert not np.array_equal(found["Why?"][0][0], found["Why?"][-1][0])


def test_the_seed_decides_the_random_weights_and_the_lots():
    one, same, other = (outputs(forget="all", seed=seed) for seed in (1, 1, 2))
    assert one["Likeness of the maps"] == same["Likeness of the maps"] != other["Likeness of the maps"]
    assert one["Areas under the curves"][2] == same["Areas under the curves"][2] != other["Areas under the curves"][2]


@pytest.mark.parametrize("layer", ["stage3.0.relu2", "stage1.0.relu1", "conv"])
def test_any_layer_with_height_and_width(layer):
    assert len(outputs(layer=layer)["Why?"]) == 3


def test_usual_layer_comes_first_even_if_it_is_not_among_those_worth_looking_at():
    assert why.mapped_layers("classify_inception_made")[0][0] == "features.inception2a"
    offered = [name for name, _ in why.mapped_layers("classify_resnet_made")]
    assert offered[0] == "stage3.0.relu2" and "pool" not in offered and "conv" in offered
    assert len(outputs(network="classify_inception_made")["Why?"]) == 3


def test_a_dense_network_has_gradients_but_no_maps():
    assert [method for method, _ in why.methods("classify_dense_made")] == ["integrated_gradients", "smooth_grad"]
    assert len(outputs(network="classify_dense_made", method="grad_cam")["Why?"]) == 3  # the runner takes the first it has


def test_explained_class_and_its_rival():
    answer = answer_of(0.1, 0.6, 0.3)
    assert why.the_two_classes(answer, why.PREDICTED) == (1, 2)
    assert why.the_two_classes(answer, "1") == (1, 2)
    assert why.the_two_classes(answer, "0") == (0, 1)
    calibration = {"edges": [0.0, 0.5, 0.7, 1.0], "n": [10, 10, 10], "right": [0.2, 0.8, 0.9]}
    sure = network_of(lambda x: x, record={"line": "", "calibration": calibration}).card
    assert why.say_answer(PIXELS, answer, 1, sure) == "**cup** 60%"
    assert why.say_answer(PIXELS, answer, 0, sure) == "**cup** 60% - and cat got 10.0%"
    unsure = network_of(lambda x: x, record={"line": "", "calibration": calibration | {"right": [0.2, 0.4, 0.9]}}).card
    assert why.say_answer(PIXELS, answer, 1, unsure).startswith("Not sure - perhaps **cup** 60%.")
    assert "right 40% of the time" in why.say_answer(PIXELS, answer, 1, unsure)


def test_the_headline_has_the_second_opinion(monkeypatch):
    monkeypatch.setattr(_certainty, "object_without_class", lambda picture, card, best: Seen("person", 0.9))
    assert "It has no class 'person', and the multi-label network sees a person (90%)." in outputs()["The answer"]


@pytest.mark.parametrize("method", METHODS)
def test_the_picture_is_prepared_once(monkeypatch, method):
    prepared = []
    fit = preprocessing.opening.fit
    monkeypatch.setattr(preprocessing.opening, "fit", lambda *given: (prepared.append(given[1:]), fit(*given))[1])
    outputs(method=method, forget="last")
    assert len(prepared) == 1


def test_how_far_it_is_is_told():
    told = []
    usage = run_log.Usage(progress=lambda share, words: told.append((round(share, 2), words)))
    with run_log.recorded(usage):
        why.explain_both(PIXELS, "classify_resnet_made", "grad_cam", why.PREDICTED, "conv", "last", 0)
    assert told == [(0, "looking for the evidence"), (0.33, "testing the map"), (0.67, "forgetting its last layer")]


@pytest.mark.parametrize("explain", ["0", "1", "2", "3", "4"])
def test_every_class_can_be_explained(explain):
    assert outputs(explain=explain)["Why?"][0][1] == f"Why {CLASSES[int(explain)]}?"


def test_verdicts():
    blind = [curve([0.8, 0.2], [0.2, 0.8])] * 3
    good, half, bad = curve([0.6, 0.2], [0.4, 0.8]), curve([0.6, 0.2], [0.1, 0.8]), curve([0.9, 0.2], [0.1, 0.8])
    assert "stands the test" in why.verdict([good, *blind])
    assert "in insertion" in why.verdict([half, *blind])
    assert "fails" in why.verdict([bad, *blind])
    assert "1.0% to lose" in why.verdict([curve([0.01, 0], [0, 0.01]), *blind])


def test_positive_part_is_drawn():
    values = np.array([[-2, 1], [0, 4]], np.float32)
    assert why.positive("grad_cam", values).tolist() == [[0, 0.25], [0, 1]]
    assert why.positive("integrated_gradients", np.pad(values, 4)).min() == 0
