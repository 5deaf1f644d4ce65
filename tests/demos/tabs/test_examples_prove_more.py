"""As test_examples_prove.py, for the tabs that create and those that look inside."""

import itertools
from typing import Any

import numpy as np
import pytest

from cnn_core.explain.activations import activations
from cnn_core.explain.randomisation import rank_correlation
from cnn_core.explain.visualisation import channel
from cnn_core.ops import upsampling
from cnn_core.runtime import weights
from cnn_core.tasks.classification import classify
from cnn_core.tasks.colorization import PAPER_TEMPERATURE, choose_colours, colorize
from cnn_core.tasks.fast_style_transfer import paint_in_every_style
from cnn_core.tasks.generation import draw_noise, generate
from cnn_core.tasks.preprocessing import input_tensor
from cnn_core.tasks.style_transfer import Settings, paint
from demos import catalogue, runner
from demos.tabs._networks import classifiers, layers_of
from demos.tabs.by_hand import upsampling_bench
from demos.tabs.create import colorize as colorize_tab
from demos.tabs.create import gan_detective, gan_samples, style_optimised
from demos.tabs.experiments import _game, cnn_against_dense
from demos.tabs.look_inside import feature_visualisation, why


def values(demo: str, number: int = 0) -> dict[str, Any]:
    """An example's inputs, complete."""
    return runner.example_values(catalogue.demo_named(demo), catalogue.demo_named(demo).examples[number])


# ---------------------------------------------------------------- create


def test_the_highest_score_gives_few_colours_and_the_annealed_mean_many() -> None:
    first, second = values("colorize", 0), values("colorize", 1)
    assert (first["temperature"], second["temperature"]) == (0.0, PAPER_TEMPERATURE)
    answer = colorize(first["picture"], colorize_tab.networks()[0][0])
    likeliest, annealed = (
        np.unique(choose_colours(answer, t).reshape(-1, 2).round(2), axis=0) for t in (0.0, PAPER_TEMPERATURE)
    )
    distance = np.abs(likeliest[:, None] - answer.bins[None]).max(2).min(1)
    assert distance.max() < 0.1  # each is a bin's
    assert len(annealed) > 10 * len(likeliest)


def test_the_style_comes_nearer_in_a_few_steps() -> None:
    opened, layers = values("style_optimised"), style_optimised.relu_layers("classify_vgg_tiny200")
    chosen = tuple(layers[name] for name in opened["style_layers"])
    settings = Settings(layers[opened["content_layer"]], chosen, 10.0, 7, 96)
    style = style_optimised.samples.load(opened["built_in"])
    *_, last = stages = list(paint(opened["content"], opened["network"], style, settings))
    assert last.style < 0.7 * stages[0].style
    assert last.content > stages[0].content  # which costs the content


def test_each_style_paints_another_picture() -> None:
    opened = values("style_one_pass")
    pictures = [p.astype(float) for p in paint_in_every_style(opened["picture"], opened["network"], 64)]
    assert len(pictures) == len(weights.card(opened["network"]).classes)
    assert min(np.abs(one - other).mean() for one, other in itertools.combinations(pictures, 2)) > 5


def test_truncation_takes_variety_away_to_the_last() -> None:
    def variety(number: int) -> float:
        chosen = values("gan_samples", number)
        noise = draw_noise(8, weights.card(chosen["network"]).arguments["latent"], chosen["seed"], chosen["truncation"])
        return float(np.stack(generate(noise, chosen["network"])).astype(float).std(0).mean())

    titles = gan_samples.DEMO.example_titles
    none, plain, much = (variety(titles.index(name)) for name in ("truncation 0", "anime faces", "truncation 1.5"))
    assert none == 0
    assert 10 < plain < much


def test_a_round_of_the_detective_has_four_of_each() -> None:
    generated, faces = gan_detective.deal_round(values("gan_detective")["seed"])
    assert (len(faces), int(generated.sum())) == (8, 4)


# ---------------------------------------------------------------- look inside


def test_channels_of_the_first_layer_answer_to_one_direction_of_the_rings() -> None:
    network = weights.load(classifiers()[0][0])
    rings = next(e for e in catalogue.demo_named("layers").examples if e["picture"] == "zone_plate")
    x = input_tensor(runner.example_values(catalogue.demo_named("layers"), rings)["picture"], network)
    maps = np.abs(activations(network.model, x, layers_of(network.card.name)[0][0]).values)  # (C, h, w)
    quarter, middle = maps.shape[1] // 4, slice(maps.shape[1] * 3 // 8, maps.shape[1] * 5 // 8)
    upright = maps[:, middle, :quarter].mean((1, 2)) + maps[:, middle, -quarter:].mean((1, 2))
    lying = maps[:, :quarter, middle].mean((1, 2)) + maps[:, -quarter:, middle].mean((1, 2))
    assert (upright / lying).max() > 3  # one answers to upright stripes, left and right of the middle,
    assert (upright / lying).min() < 1 / 3  # another to lying ones, above and below it


def test_forgetting_changes_the_map() -> None:
    _, maps, _ = why.explain_both(
        values("why")["picture"], why.classifiers()[0][0], "grad_cam", why.PREDICTED, values("why")["layer"], "all", 0
    )
    assert rank_correlation(maps[0], maps[2]) < 0.5


def test_fewer_parameters_can_be_right_more_often() -> None:
    small, large = weights.card("classify_resnet20_cifar10"), weights.card("classify_dense_cifar10")
    assert small.parameters < large.parameters
    assert small.top1 > large.top1 + 0.1
    assert small.multiply_adds > large.multiply_adds


def test_shuffled_pixels_cost_the_cnn_much_and_the_dense_net_nothing() -> None:
    plain, shuffled = cnn_against_dense.PLAIN, cnn_against_dense.SHUFFLED
    change = {kind: weights.card(shuffled[kind]).top1 - weights.card(plain[kind]).top1 for kind in plain}
    assert change["CNN"] < -0.1
    assert abs(change["Dense"]) < 0.02
    shown = [values("cnn_against_dense", number) for number in (0, 1)]
    assert [entry["shuffled"] for entry in shown] == [False, True]
    assert classify(shown[0]["picture"], plain["CNN"]).top(1)[0][0] == "cat"


def test_one_example_stamps_unevenly_and_the_next_evenly() -> None:
    def inside(number: int) -> np.ndarray:
        chosen = values("upsampling_bench", number)
        small, kernel = (upsampling.parse(chosen[name], name) for name in ("decoder", "kernel"))
        stride, padding = chosen["stride"], chosen["padding"]
        extra = upsampling_bench.fit_output_padding(kernel, stride, padding)
        return upsampling.transposed_convolution(small, kernel, stride, padding, extra)[2:-2, 2:-2]

    uneven, even = inside(1), inside(2)
    assert sorted(set(uneven.ravel())) == [1, 2, 4]  # ones with a kernel of ones: the number of stamps
    assert set(even.ravel()) == {1}


@pytest.mark.parametrize("number", [2, 3])
def test_a_picture_is_found_that_the_channel_answers_to(number: int) -> None:
    chosen = values("feature_visualisation", number)
    objective = channel(chosen["layer"], int(chosen["channel"]))
    stages = list(
        feature_visualisation.visualise_with(
            chosen["network"], objective, 8, chosen["seed"], chosen["jitter"], chosen["frequencies"]
        )
    )
    assert stages[-1].value > 2 * stages[0].value


def test_in_the_first_game_networks_are_right_early_wrong_and_sure_and_silent() -> None:
    shown = values("against_networks")
    game = _game.Game(shown["pictures"], shown["how"], tuple(shown["networks"]), shown["count"], shown["seed"])
    plays = [one for number in range(3) for one in _game.plays_of(game, number, None, shown["sure"])[1:]]
    assert {"right", "wrong", "waited"} <= {one.outcome for one in plays}
    assert any(one.outcome == "right" and one.points >= 5 for one in plays)
