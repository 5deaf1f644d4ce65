"""Every line of a plot stands under its own name, over its own axis and in its own unit; the figures are made by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from cnn_core.explain.faithfulness import Faithfulness
from cnn_core.images.palette import colour_of
from cnn_core.ops.faces import Rates
from cnn_core.results import Colorization
from cnn_core.runtime import weights
from demos.charts import Band, Bars, Chart, HeatMap, Histogram, Level, Line, Points
from demos.tabs.compare import _faces, same_person, triplet_playground, who_is_it
from demos.tabs.create import _live_gan, colorize, gan_samples, live_gan, live_gan_faces, style_optimised
from demos.tabs.experiments import cnn_against_dense, models_compared
from demos.tabs.look_inside import why
from demos.tabs.recognise import two_or_many
from demos.tabs.segment import semantic_segmentation

RATES = Rates(*(np.array(row, np.float32) for row in ((0.0, 0.5, 1.0), (0.9, 0.2, 0.0), (0.0, 0.3, 0.7))))


def lines(chart: Chart) -> dict[str, tuple[list[float], list[float]]]:
    """Name -> x and y of each line, rounded."""
    found = [layer for layer in chart.layers if isinstance(layer, Line)]
    return {line.name: (rounded(line.x), rounded(line.y)) for line in found}


def rounded(values: Any) -> list[float]:
    return np.round(np.asarray([*values], float), 4).tolist()


def levels(chart: Chart) -> dict[str, float | None]:
    """Name -> place of each line across the whole chart."""
    return {layer.name: layer.y if layer.x is None else layer.x for layer in chart.layers if isinstance(layer, Level)}


def points(chart: Chart) -> list[Points]:
    return [layer for layer in chart.layers if isinstance(layer, Points)]


def put_record(monkeypatch: pytest.MonkeyPatch, record: dict[str, Any]) -> None:
    """Every card has this record."""
    monkeypatch.setattr(weights, "card", lambda name: SimpleNamespace(record=record))


# ---------------------------------------------------------------- faces


def test_error_rates_in_per_cent_with_the_threshold_and_the_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_faces, "measured", lambda: RATES)
    chart = _faces.rates_plot(0.4, 0.7)
    shown = lines(chart)
    assert shown["false accepts"] == ([0, 0.5, 1], [90, 20, 0])
    assert shown["false rejects"] == ([0, 0.5, 1], [0, 30, 70])
    assert levels(chart) == {"threshold": 0.4, "this pair": 0.7}
    assert (chart.x.title, chart.y.title) == ("similarity (cosine)", "% of pairs")
    assert "at 0.40 they are 20.0% and 30.0%" in chart.words  # the nearest threshold measured is 0.5


def test_the_aligned_faces_stand_under_their_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(picture: Any, which: str) -> Any:
        face = SimpleNamespace(vector=np.array([1, 0], np.float32), picture=picture)
        return _faces.OneFace(face, (f"{which}: seen.",))  # type: ignore[arg-type]

    monkeypatch.setattr(same_person, "one_face", found)
    monkeypatch.setattr(same_person, "kinds_in_words", lambda: "")
    monkeypatch.setattr(_faces, "measured", lambda: RATES)
    first, second = (np.full((4, 4, 3), grey, np.uint8) for grey in (10, 200))
    shown = same_person.run(first, second, 0.4)
    assert [(int(picture[0, 0, 0]), words) for picture, words in shown[1]] == [(10, "first"), (200, "second")]
    assert levels(shown[4])["this pair"] == 1
    assert shown[6] == "First picture: seen. Second picture: seen."


def test_the_cards_own_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    put_record(monkeypatch, {"rates": {"thresholds": [0.1], "false_accept": [0.3], "false_reject": [0.2]}})
    _faces.measured.cache_clear()
    found = _faces.measured()
    _faces.measured.cache_clear()
    assert found.at(0.1) == pytest.approx((0.3, 0.2))


def test_errors_at_a_threshold_and_where_there_are_fewest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_faces, "measured", lambda: RATES)
    put_record(monkeypatch, {"strict": {"threshold": 0.4, "false_accept": 0.0449, "false_reject": 0.3}})
    told = _faces.rates_in_words(0.0)  # right: 55 %, 75 %, 65 % of both kinds
    assert "at a threshold of 0.00" in told
    assert "**90.0%** of the pairs of two people" in told
    assert "fewest errors at 0.50" in told
    assert "4.5% of two people's pairs" in told and "30.0% false rejects" in told


def test_the_slider_starts_where_few_strangers_are_accepted() -> None:
    strict = weights.card(_faces.EMBEDDING).record["strict"]
    assert round(strict["threshold"], 2) == _faces.THRESHOLD
    assert strict["false_accept"] <= 0.06  # chosen for 5 % on one half of the people, measured on the other
    assert _faces.measured().at(_faces.THRESHOLD)[0] <= 0.05


def test_pose_and_light_each_with_its_own_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {"turned": 0.7, "less_turned": 0.9, "lit_differently": 0.75, "less_lit_differently": 0.85}
    put_record(monkeypatch, {"accuracy_by_kind": kinds})
    assert _faces.kinds_in_words() == (
        "Of the half of the pairs in which both look more nearly straight ahead, 90% are decided correctly, of the other "
        "half 70%; of the half with more similar light 85%, of the other half 75%."
    )


def test_how_often_the_nearest_of_k_is_right_beside_guessing(monkeypatch: pytest.MonkeyPatch) -> None:
    put_record(monkeypatch, {"recognition": {"people": [2, 4], "right": [0.9, 0.8]}})
    chart = who_is_it.plot_people(3)
    shown = lines(chart)
    assert shown["this network"] == ([2, 4], [90, 80])
    assert shown["guessing"] == ([2, 4], [50, 25])
    assert levels(chart) == {"here: 3": 3}
    assert (chart.x.log, chart.x.ticks) == (True, (2, 4))
    assert levels(who_is_it.plot_people(0)) == {}


def test_the_margin_begins_at_the_positive() -> None:
    chart = triplet_playground.plot_line(0.4, 1.5, 0.3)
    assert {layer.name: layer.x for layer in points(chart)} == {"anchor": (0,), "positive": (0.4,), "negative": (1.5,)}
    (band,) = (layer for layer in chart.layers if isinstance(layer, Band))
    assert (band.name, band.low, band.high) == ("margin", 0.4, pytest.approx(0.7))


def test_whether_the_inequality_holds() -> None:
    assert triplet_playground.wanted(0.5, 1.0, 0.25).endswith("0.500 + 0.25 < 1.000 holds.")
    assert triplet_playground.wanted(0.5, 0.75, 0.25).endswith("does not hold.")  # equal is not less


def test_the_roc_of_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triplet_playground, "measured", lambda: RATES)
    assert lines(triplet_playground.plot_roc())["this network"] == ([90, 20, 0], [100, 70, 30])


# ---------------------------------------------------------------- recognise, segment


def test_the_roc_of_cats_and_dogs() -> None:
    """Three dogs, two cats. At 0.5: two of three dogs are found, one of two cats is called a dog."""
    scores, labels = np.array([0.9, 0.6, 0.2, 0.7, 0.1]), np.array([1, 1, 1, 0, 0])
    chart = two_or_many.roc_curve(scores, labels, 0.5)
    assert [*zip(*lines(chart)["every threshold"], strict=True)] == [
        (1, 1), (1, 1), (0.5, 1), (0.5, 0.6667), (0.5, 0.3333), (0, 0.3333), (0, 0),
    ]  # fmt: skip
    (mark,) = points(chart)
    assert (mark.name, *mark.x, *mark.y) == ("threshold 0.50", 1 / 2, pytest.approx(2 / 3))
    assert (chart.x.title, chart.y.title) == ("cats called dogs, share", "dogs found, share")
    assert "67% of the dogs are found and 50% of the cats" in chart.words


def test_the_legends_bars_are_per_cent_in_the_classes_colours() -> None:
    chart = semantic_segmentation.legend([("sofa", 0.125), ("cat", 0.5)])
    assert chart is not None
    assert chart.layers == (Bars(names=("cat", "sofa"), values=[50, 12.5], colours=(colour_of("cat"), colour_of("sofa"))),)
    assert chart.words == "Shares of the picture: cat 50 %, sofa 12 %."
    assert semantic_segmentation.legend([]) is None


# ---------------------------------------------------------------- look inside


def test_training_and_validation_of_the_pair_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    put_record(monkeypatch, {"curves": {"epoch": [1, 2], "val_top1": [0.3, 0.5], "train_top1": [0.4, 0.9]}})
    shown = lines(cnn_against_dense.draw_curves({"CNN": "a", "Dense": "b"}))
    assert shown["CNN: validation"] == shown["Dense: validation"] == ([1, 2], [30, 50])
    assert shown["CNN: training"] == ([1, 2], [40, 90])


def test_deletion_and_insertion_each_in_its_own_panel() -> None:
    shares = np.array([0, 0.5, 1], np.float32)
    curves = [
        Faithfulness(shares, np.array(down, np.float32), np.array(up, np.float32))
        for down, up in (
            ((0.8, 0.1, 0), (0, 0.7, 0.8)),
            ((0.8, 0.3, 0), (0, 0.4, 0.8)),
            *[((0.8, 0.5, 0), (0, 0.2, 0.8))] * 2,
        )
    ]
    down, up = why.plot_deletion(curves, "cat"), why.plot_insertion(curves, "cat")
    assert down.words == "Deletion: the area under the map's own curve is 0.25, small is good."
    assert up.words == "Insertion: the area under the map's own curve is 0.55, large is good."
    assert (down.y.title, up.x.title) == ("probability of cat", "% of the picture brought back")
    assert down.layers[-1].name == "this map"  # above the others
    assert lines(down)["this map"] == ([0, 50, 100], [0.8, 0.1, 0])
    assert lines(down)["the middle first"][1] == [0.8, 0.3, 0]
    assert lines(down)["random order"][1] == [0.8, 0.5, 0]
    assert lines(up)["this map"][1] == [0, 0.7, 0.8]
    assert why.table_of(curves)[1] == ["the middle first", "0.350", "0.400"]  # trapezoids: (0.8/2 + 0.3) / 2


def test_circles_stand_at_arithmetic_and_accuracy(monkeypatch: pytest.MonkeyPatch) -> None:
    cards = {
        name: SimpleNamespace(name=name, title=name, classes=("x",) * k, parameters=p, multiply_adds=m, top1=t)
        for name, k, p, m, t in (("a", 10, 100, 2e6, 0.5), ("b", 10, 400, 8e6, 0.75), ("c", 200, 50, 3e6, 0.25))
    }
    monkeypatch.setattr(weights, "card", cards.__getitem__)
    ten, many = (models_compared.draw_chart(["a", "b", "c"], classes, "b") for classes in (10, 200))
    place = {"a": (2e6, 50, 100), "b": (8e6, 75, 400)}
    assert {each["value"]: (each["x"], each["y"], each["size"]) for each in ten["bubbles"]} == place
    assert ten["bubbles"][1]["about"] == "b: 75.0% right, 8.0 million multiply-adds, 400 parameters"
    assert [(each["x"], each["y"]) for each in many["bubbles"]] == [(3e6, 25)]
    assert ten["chosen"] == many["chosen"] == "b"
    assert ten["largest"] == many["largest"] == 400  # the charts' circles can be compared
    assert (ten["x"]["low"], ten["x"]["high"]) == (0.8e6, 24e6)
    assert (ten["y"]["low"], ten["y"]["high"]) == (43.75, 81.25)
    assert ten["words"] == "Networks for 10 classes: b is right most often (75%), b computes most."


# ---------------------------------------------------------------- create


def test_how_near_generated_and_unseen_real_pictures_are(monkeypatch: pytest.MonkeyPatch) -> None:
    put_record(monkeypatch, {"copying": {"edges": [0, 1, 2], "generated": [0.25, 0.75], "held_out": [0.4, 0.6]}})
    generated, real = gan_samples.draw_copying("any").layers
    assert generated == Histogram(name="generated", edges=[0, 1, 2], heights=[25, 75])
    assert real == Histogram(name="real, never trained on", edges=[0, 1, 2], heights=[40, 60])


def test_the_discriminators_field_is_upright(monkeypatch: pytest.MonkeyPatch) -> None:
    field = np.zeros((4, 4), np.float32)
    field[0] = 1  # the row of the smallest y
    monkeypatch.setattr(live_gan.live_gan, "score_the_plane", lambda now, reach, side: field)
    made = np.array([[0.5, 1], [0.25, -1]], np.float32)
    plane, real, generated = live_gan.draw_plane(None, made, "ring").layers  # type: ignore[arg-type]
    assert isinstance(plane, HeatMap)
    assert plane.values == ((1, 1, 1, 1), *[(0, 0, 0, 0)] * 3)
    assert (plane.x, plane.y, plane.low, plane.high) == ((-1.6, 1.6), (-1.6, 1.6), 0, 1)
    red, _, blue = bytes.fromhex(plane.colours[-1][1:])
    assert red > blue  # real is red
    assert (generated.name, generated.x, generated.y) == ("generated", (0.5, 0.25), (1, -1))  # type: ignore[union-attr]
    assert (real.name, len(real.x)) == ("real", live_gan.SHOWN)  # type: ignore[union-attr, arg-type]


def test_losses_are_softened_over_parts_of_the_training() -> None:
    chart = _live_gan.draw_losses([(float(k), -float(k)) for k in range(250)])  # parts of two steps
    assert chart is not None
    shown = lines(chart)
    assert shown["discriminator"][0][:2] == [2, 4]
    assert shown["discriminator"][1][:2] == [0.5, 2.5]
    assert shown["generator"][1][:2] == [-0.5, -2.5]
    assert levels(chart) == pytest.approx(
        {"discriminator, guessing: 1.39": 1.3863, "generator, guessing: 0.69": 0.6931}, abs=1e-4
    )
    assert _live_gan.draw_losses([]) is None


def test_generated_faces_stand_under_their_name(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {words: sheet for sheet, words in live_gan_faces.lay_out(torch.full((8, 3, 16, 16), -1.0))}
    assert shown["generated"].shape == (2 * 128 + 2, 4 * 128 + 6, 3)  # four in a row, each pixel eight times as large
    assert shown["generated"][:128, :128].max() == 0
    assert shown["real"][:128].max() > 100
    (small, _), _ = live_gan_faces.lay_out(torch.full((32, 3, 16, 16), -1.0))
    assert small.shape == (4 * 64 + 6, 8 * 64 + 14, 3)


def test_real_faces_are_between_minus_one_and_one() -> None:
    shown = live_gan_faces.make_source(0)(4)
    assert shown.shape == (4, 3, 16, 16)
    assert -1 <= float(shown.min()) < -0.5 < 0.5 < float(shown.max()) <= 1


def test_content_and_style_under_their_own_names() -> None:
    chart = style_optimised.draw_losses([(0.5, 0.9), (0.0, 0.1)])
    shown = lines(chart)
    assert shown["style"] == ([1, 2], [0.9, 0.1]) and shown["content"][1][0] == 0.5
    assert np.isnan(shown["content"][1][1]) and chart.y.log  # an axis of equal factors has no 0
    assert chart.words == "After 2 steps content is 0.0% off and style 10.0%."


def test_one_pixels_bins_lie_with_b_across_and_a_up() -> None:
    """Two bins with 0.8 and 0.2. T = 0.5 squares and shares out again: 0.64 : 0.04, so 16/17 and 1/17."""
    bins = np.array([[40.0, 10.0], [-30.0, -50.0]], np.float32)
    answer = Colorization(np.full((2, 3), 50, np.float32), np.array([[[0.8]], [[0.2]]], np.float32), bins)
    chart = colorize.draw_distribution(answer, 0.5, (1, 1))
    circles, *marks = points(chart)
    assert (circles.x, circles.y) == ((10, -50), (40, -30))
    assert (*circles.sizes, circles.largest) == pytest.approx((0.8, 0.2, 0.8))
    reddish, bluish = (bytes.fromhex(tone[1:]) for tone in circles.colours)
    assert reddish[0] > reddish[2] and bluish[2] > bluish[0]
    shown = {mark.name: (*mark.x, *mark.y) for mark in marks}
    assert shown["mean (T = 1)"] == pytest.approx((-2, 26)) and chart.x.title.startswith("b")
    assert shown["annealed mean, T = 0.5"] == pytest.approx((110 / 17, 610 / 17), abs=1e-3)
    assert shown["highest softmax score (T = 0)"] == (10, 40)
