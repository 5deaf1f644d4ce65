"""What the tabs that look inside put where: stand-ins answer, so that every figure and row is told from the others."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from cnn_core.explain.faithfulness import Faithfulness
from cnn_core.explain.visualisation import Stage
from cnn_core.results import Heatmap
from cnn_core.runtime import weights
from demos.tabs.by_hand import upsampling_bench
from demos.tabs.experiments import cnn_against_dense, models_compared
from demos.tabs.look_inside import dream, feature_visualisation, why
from demos.tabs.recognise import classify
from tests.blackboard import network_of
from tests.demos.tabs.stand_ins import PICTURE, answer_of, put_cards


def test_the_switch_asks_and_shows_the_other_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"classify_vgg_cifar10": (0.7, 0.2, 0.1), "classify_dense_cifar10": (0.3, 0.6, 0.1),
            "classify_vgg_cifar10shuffled": (0.1, 0.2, 0.7), "classify_dense_cifar10shuffled": (0.5, 0.1, 0.4)}  # fmt: skip
    drawn: list[Any] = []
    monkeypatch.setattr(cnn_against_dense, "classify", lambda picture, name: answer_of(*said[name]))
    monkeypatch.setattr(cnn_against_dense, "doubtful", lambda card, confidence: confidence < 0.5)
    monkeypatch.setattr(cnn_against_dense, "draw_curves", lambda pair: drawn.append(pair))
    monkeypatch.setattr(cnn_against_dense, "show_input", lambda picture, name: drawn.append(name))
    headline, _, _, cnn, dense, _, _ = cnn_against_dense.run(PICTURE, "parameters", True)
    assert headline == "**CNN** says dog (70%) · **Dense** says cat (50%)"
    assert (next(iter(cnn)), next(iter(dense))) == ("dog", "cat")
    assert drawn == ["classify_vgg_cifar10shuffled", cnn_against_dense.SHUFFLED]


def test_parameters_and_multiply_adds_stand_in_their_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    card = SimpleNamespace(
        title="Made",
        classes=("x",) * 10,
        arguments={"depths": [2, 1]},
        top1=0.625,
        parameters=12345,
        multiply_adds=6_700_000,
        metrics={"made": {"n": 50}},
    )
    monkeypatch.setattr(weights, "card", lambda name: card)
    assert cnn_against_dense.compare()[0][4:] == ["4", "12,345", "6.7 million"]
    assert models_compared.row(card, None) == ["Made", 10, "62.5%", 50, "12,345", "6.7", "-"]
    assert models_compared.row(card, 3.14159)[-1] == "3.1"


def test_the_time_is_the_median_in_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = iter([0, 0.004, 0, 0.9, 0, 0.002, 0, 0.003, 0, 0.005, 0, 0.006, 0, 0.001])
    monkeypatch.setattr(models_compared.time, "perf_counter", lambda: next(ends))
    assert models_compared.measure_milliseconds(network_of(lambda x: x)) == pytest.approx(4)


def test_the_difference_speaks_for_the_class(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: dict[str, Any] = {}
    maps = [np.array([[3.0, 0.0]]), np.array([[1.0, 2.0]]), np.array([[0.0, 5.0]])]
    put_cards(monkeypatch)
    monkeypatch.setattr(why, "explain_both", lambda *given: (answer_of(0.2, 0.7, 0.1), maps, []))
    for name in ("say_answer", "verdict", "plot_deletion", "plot_insertion", "table_of"):
        monkeypatch.setattr(why, name, lambda *given: None)
    monkeypatch.setattr(
        why.drawing, "overlay_heatmap", lambda picture, heat: drawn.update({heat.target: heat.values.tolist()})
    )
    said = why.run(PICTURE, "any", "grad_cam", why.PREDICTED, "", "half", 0)
    assert drawn == {
        "Why cup?": [[1, 0]], "Why cat?": [[0.5, 1]], "Why cup rather than cat?": [[1, 0]],
        "Why cup, after forgetting the second half of its layers?": [[0, 1]],
    }  # fmt: skip
    assert "have a rank correlation of **-1.00**" in said[3]
    assert "the second half of its layers, **-1.00**" in said[3]


def test_only_what_speaks_for_the_class_is_drawn() -> None:
    values = np.zeros((9, 9), np.float32)
    values[2, 2], values[6, 6] = 3.0, -5.0
    shown = why.positive("smooth_grad", values)
    assert shown[2, 2] > 0.5 > 0.01 > shown[6, 6]


def test_half_forgets_half_of_the_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = []
    monkeypatch.setattr(why, "layers_with_weights", lambda model: list("abcde"))
    monkeypatch.setattr(why, "randomise", lambda model, count, seed: forgotten.append(count))
    for forget in ("last", "half", "all"):
        why.forgetful(torch.nn.Identity(), forget, 0)
    assert forgotten == [1, 2, 5]


def test_a_class_of_the_last_layer_and_a_channel_of_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    put_cards(monkeypatch)
    monkeypatch.setattr(feature_visualisation, "is_last", lambda network, layer: layer == "fc")
    assert "dog" in feature_visualisation.objective_of("any", "fc", 2).words
    assert "channel 2" in feature_visualisation.objective_of("any", "conv", 2).words
    assert feature_visualisation.say_growth("dog", [0.5, 2.0, 9.0], 40) == (
        "**dog**: its answer grew from 0.50 to **9.00** (step 3 of 40)"
    )


def test_each_switch_reaches_what_it_switches(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []
    net = network_of(torch.nn.Identity())
    monkeypatch.setattr(feature_visualisation, "steps_with_fallback", lambda name, work: work(net))

    def visualise(model: Any, preprocess: Any, objective: Any, *given: Any) -> Any:
        asked.append(given)
        return iter(())

    monkeypatch.setattr(feature_visualisation, "visualise", visualise)
    list(feature_visualisation.visualise_with("any", None, 7, 3, True, False))  # type: ignore[arg-type]
    fixed = replace(net.card, input=replace(net.card.input, fixed=True))
    net = replace(net, card=fixed)
    list(feature_visualisation.visualise_with("any", None, 7, 3, False, True))  # type: ignore[arg-type]
    assert [given[:5] for given in asked] == [(96, 7, 3, True, False), (4, 7, 3, False, True)]


def test_a_dream_grows_from_its_first_step(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def stages(picture: Any, *given: Any) -> Any:
        asked.append(given)
        return (Stage(k, value, picture) for k, value in enumerate((0.25, 1.0, 4.0), 1))

    monkeypatch.setattr(dream, "dream_of", stages)
    monkeypatch.setattr(dream, "layers_of", lambda network: (("conv", "stem"), ("pool", "average"), ("fc", "logits")))
    *_, (words, (before, _)) = dream.run(PICTURE, "any", "conv", 2, 3, 1, "192", 0)
    assert words.startswith("**stem** answers **4.0 times** as strongly")
    assert before.shape == (32, 32, 3)  # no side below 32
    assert asked[0][4] == pytest.approx(0.006)
    assert dream.layers("any") == (("conv", "stem"),)


def test_every_way_of_enlarging_stands_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upsampling_bench.drawing, "draw_numbers", lambda values, marked, square: values)
    panels, *_ = upsampling_bench.run("1 5 2; 3 4 9", "1 2", "1 2; 3 4", 2, 0, "auto", None)
    shown = {words: values.tolist() for values, words in panels}
    assert shown["the encoder's map, its maxima marked: 2 × 3"] == [[1, 5, 2], [3, 4, 9]]
    assert shown["nearest neighbour: 2 × 4"] == [[1, 1, 2, 2], [1, 1, 2, 2]]
    assert shown["bed of nails: 2 × 4"] == [[1, 0, 2, 0], [0, 0, 0, 0]]
    assert shown["transposed convolution, stride 2, padding 0, output padding 0: 2 × 4"] == [[1, 2, 2, 4], [3, 4, 6, 8]]
    assert shown["stamps on each of its numbers: 2 × 4"] == [[1] * 4] * 2
    assert len(next(v for k, v in shown.items() if k.startswith("nearest, then"))) == 2


def test_heatmaps_are_only_drawn_where_there_is_one() -> None:
    assert classify.heat_over(PICTURE, None) is None
    drawn = classify.heat_over(PICTURE, Heatmap(np.ones((4, 6), np.float32), "cat"))
    assert drawn is not None and drawn.shape == PICTURE.shape


def test_the_first_class_is_tested_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """dog is explained beside the likeliest class, cup: the test and the forgetful network are about dog."""
    asked: list[Any] = []
    answer, zeros = answer_of(0.2, 0.7, 0.1), np.zeros((2, 2), np.float32)
    monkeypatch.setattr(why, "answer_with_maps", lambda *given: (answer, [zeros, zeros]))
    monkeypatch.setattr(why, "signed_maps", lambda method, model, x, of, layer: asked.append(of) or [zeros])
    monkeypatch.setattr(why, "class_probability", lambda k: ("probability", k))
    monkeypatch.setattr(why, "faithfulness", lambda model, x, target, rankings, steps: asked.append(target))
    monkeypatch.setattr(why, "forgetful", lambda model, forget, seed: model)
    monkeypatch.setattr(why, "blind_rankings", lambda seed: [])
    net = network_of(torch.nn.Identity())
    _, maps, _ = why.explain_both.__wrapped__(net, PICTURE, "grad_cam", "2", "conv", "half", 1)  # type: ignore[attr-defined]
    assert asked == [("probability", 2), (2,)]
    assert len(maps) == 3


@pytest.mark.parametrize("method", ["grad_cam", "integrated_gradients", "smooth_grad"])
def test_each_class_gets_its_own_map(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(why, "class_score", lambda k: k)
    monkeypatch.setattr(why, "weighted_maps", lambda model, x, targets, layer: targets)
    for name in ("integrated_gradients", "smooth_grad"):
        monkeypatch.setattr(why, name, lambda model, x, target, **given: SimpleNamespace(values=target))
    assert why.signed_maps(method, torch.nn.Identity(), torch.zeros(1), (2, 0), "conv") == [2, 0]


def curve(down: float, up: float) -> Faithfulness:
    """Its areas are these."""
    shares = np.array([0, 1], np.float32)
    return Faithfulness(shares, np.array([down, down], np.float32), np.array([up, up], np.float32))


def test_a_map_must_beat_the_best_of_the_blind_rankings() -> None:
    blind = [curve(0.2, 0.5), curve(0.6, 0.1), curve(0.6, 0.1)]
    assert "stands the test" in why.verdict([curve(0.1, 0.6), *blind])
    assert "fails the test" in why.verdict([curve(0.3, 0.4), *blind])


def test_each_stamp_is_named_with_its_own_weight() -> None:
    rows = upsampling_bench.list_stamps(np.array([[1.0, 5.0]]), np.array([[1.0, 2.0], [3.0, 4.0]]), 2, 0, 4)
    assert rows == [[0, "1·1", "1"], [1, "1·2", "2"], [2, "5·1", "5"], [3, "5·2", "10"]]
