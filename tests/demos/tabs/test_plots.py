"""Every line of a plot stands under its own name, over its own axis and in its own unit; the figures are made by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from cnn_core.explain.faithfulness import Faithfulness
from cnn_core.images.palette import colour_of
from cnn_core.ops.faces import Rates
from cnn_core.results import Colorization
from cnn_core.runtime import weights
from demos.tabs.compare import _faces, same_person, triplet_playground, who_is_it
from demos.tabs.create import colorize, gan_samples, live_gan, style_optimised
from demos.tabs.look_inside import cnn_against_dense, models_compared, why
from demos.tabs.recognise import two_or_many
from demos.tabs.segment import semantic_segmentation

RATES = Rates(*(np.array(row, np.float32) for row in ((0.0, 0.5, 1.0), (0.9, 0.2, 0.0), (0.0, 0.3, 0.7))))


def lines(axes: Axes) -> dict[str, tuple[list[float], list[float]]]:
    """Label -> x and y of each line, rounded."""
    return {
        str(line.get_label()): tuple(np.round(np.asarray(data, float), 4).tolist() for data in line.get_data())
        for line in axes.lines
    }


def put_record(monkeypatch: pytest.MonkeyPatch, record: dict[str, Any]) -> None:
    """Every card has this record."""
    monkeypatch.setattr(weights, "card", lambda name: SimpleNamespace(record=record))


# ---------------------------------------------------------------- faces


def test_error_rates_in_per_cent_with_the_threshold_and_the_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_faces, "measured", lambda: RATES)
    shown = lines(_faces.rates_plot(0.4, 0.7).axes[0])
    assert shown["false accepts"] == ([0, 0.5, 1], [90, 20, 0])
    assert shown["false rejects"] == ([0, 0.5, 1], [0, 30, 70])
    assert shown["threshold"][0] == [0.4, 0.4]
    assert shown["this pair"][0] == [0.7, 0.7]


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
    assert lines(shown[4].axes[0])["this pair"][0] == [1, 1]
    assert shown[5] == "First picture: seen. Second picture: seen."


def test_the_cards_own_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    put_record(monkeypatch, {"rates": {"thresholds": [0.1], "false_accept": [0.3], "false_reject": [0.2]}})
    _faces.measured.cache_clear()
    found = _faces.measured()
    _faces.measured.cache_clear()
    assert found.at(0.1) == pytest.approx((0.3, 0.2))


def test_errors_at_a_threshold_and_where_there_are_fewest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_faces, "measured", lambda: RATES)
    told = _faces.rates_in_words(0.0)  # right: 55 %, 75 %, 65 % of both kinds
    assert "at a threshold of 0.00" in told
    assert "**90.0%** of the pairs of two people" in told
    assert "fewest errors at 0.50" in told


def test_pose_and_light_each_with_its_own_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {"turned": 0.7, "less_turned": 0.9, "lit_differently": 0.75, "less_lit_differently": 0.85}
    put_record(monkeypatch, {"accuracy_by_kind": kinds})
    assert _faces.kinds_in_words() == (
        "Of the half of the pairs in which both look more nearly straight ahead, 90% are decided correctly, of the other "
        "half 70%; of the half with more similar light 85%, of the other half 75%."
    )


def test_how_often_the_nearest_of_k_is_right_beside_guessing(monkeypatch: pytest.MonkeyPatch) -> None:
    put_record(monkeypatch, {"recognition": {"people": [2, 4], "right": [0.9, 0.8]}})
    shown = lines(who_is_it.plot_people(3).axes[0])
    assert shown["this network"] == ([2, 4], [90, 80])
    assert shown["guessing"] == ([2, 4], [50, 25])
    assert shown["here: 3"][0] == [3, 3]
    assert len(who_is_it.plot_people(0).axes[0].lines) == 2


def test_the_margin_begins_at_the_positive() -> None:
    axes = triplet_playground.plot_line(0.4, 1.5, 0.3).axes[0]
    assert {name: x for name, (x, _) in lines(axes).items()} == {"anchor": [0], "positive": [0.4], "negative": [1.5]}
    band = axes.patches[0].get_extents().transformed(axes.transData.inverted())
    assert (band.x0, band.x1) == pytest.approx((0.4, 0.7))


def test_whether_the_inequality_holds() -> None:
    assert triplet_playground.wanted(0.5, 1.0, 0.25).endswith("0.500 + 0.25 < 1.000 holds.")
    assert triplet_playground.wanted(0.5, 0.75, 0.25).endswith("does not hold.")  # equal is not less


def test_one_line_to_the_positive_and_a_dashed_one_to_the_negative() -> None:
    axes = triplet_playground.plot_plane([np.array(v, np.float32) for v in ((1, 0), (0.8, 0.6), (0, 1))]).axes[0]
    anchor, positive, negative, near, far = ([*zip(*line.get_data(), strict=True)] for line in axes.lines)
    assert near == [*anchor, *positive]
    assert far == [*anchor, *negative]
    assert [line.get_linestyle() for line in axes.lines[3:]] == ["-", "--"]


def test_the_roc_of_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triplet_playground, "measured", lambda: RATES)
    curve = triplet_playground.plot_roc().axes[0].lines[0]
    assert np.array(curve.get_data()) == pytest.approx(np.array([[90, 20, 0], [100, 70, 30]]), abs=1e-4)


# ---------------------------------------------------------------- recognise, segment


def test_the_roc_of_cats_and_dogs() -> None:
    """Three dogs, two cats. At 0.5: two of three dogs are found, one of two cats is called a dog."""
    scores, labels = np.array([0.9, 0.6, 0.2, 0.7, 0.1]), np.array([1, 1, 1, 0, 0])
    axes = two_or_many.roc_curve(scores, labels, 0.5).axes[0]
    curve, _, mark = axes.lines
    assert [*zip(*np.round(curve.get_data(), 3).tolist(), strict=True)] == [
        (1, 1), (1, 1), (0.5, 1), (0.5, 0.667), (0.5, 0.333), (0, 0.333), (0, 0),
    ]  # fmt: skip
    assert (float(mark.get_xdata()[0]), float(mark.get_ydata()[0])) == pytest.approx((1 / 2, 2 / 3))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("cats called dogs", "dogs found")


def test_the_legends_bars_are_per_cent_in_the_classes_colours() -> None:
    axes = semantic_segmentation.legend([("cat", 0.5), ("sofa", 0.125)]).axes[0]
    assert [bar.get_width() for bar in axes.patches] == [12.5, 50]  # the largest is drawn last, at the top
    assert [label.get_text() for label in axes.get_yticklabels()] == ["sofa", "cat"]
    assert [bar.get_facecolor()[:3] for bar in axes.patches] == [to_rgb(colour_of(name)) for name in ("sofa", "cat")]


# ---------------------------------------------------------------- look inside


def test_training_and_validation_of_the_pair_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    put_record(monkeypatch, {"curves": {"epoch": [1, 2], "val_top1": [0.3, 0.5], "train_top1": [0.4, 0.9]}})
    shown = lines(cnn_against_dense.draw_curves({"CNN": "a", "Dense": "b"}).axes[0])
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
    down, up = why.plot_of(curves, "cat").axes
    assert down.get_title().startswith("Deletion")
    assert up.get_title().startswith("Insertion")
    assert lines(down)["this map"] == ([0, 50, 100], [0.8, 0.1, 0])
    assert lines(down)["the middle first"][1] == [0.8, 0.3, 0]
    assert lines(down)["random order"][1] == [0.8, 0.5, 0]
    assert lines(up)["this map"][1] == [0, 0.7, 0.8]
    assert why.table_of(curves)[1] == ["the middle first", "0.350", "0.400"]  # trapezoids: (0.8/2 + 0.3) / 2


def test_circles_stand_at_arithmetic_and_accuracy_and_the_chosen_one_is_edged(monkeypatch: pytest.MonkeyPatch) -> None:
    cards = {
        name: SimpleNamespace(name=name, title=name, classes=("x",) * k, parameters=p, multiply_adds=m, top1=t)
        for name, k, p, m, t in (("a", 10, 100, 2e6, 0.5), ("b", 10, 400, 8e6, 0.75), ("c", 200, 50, 3e6, 0.25))
    }
    monkeypatch.setattr(weights, "card", cards.__getitem__)
    many, ten = models_compared.draw_chart(["a", "b", "c"], "b").axes
    assert (many.get_title(), ten.get_title()) == ("200 classes, measured here", "10 classes, measured here")
    assert [circle.get_offsets()[0].tolist() for circle in ten.collections] == [[2e6, 50], [8e6, 75]]
    assert [float(circle.get_linewidths()[0]) for circle in ten.collections] == [1, 3]
    assert [circle.get_offsets()[0].tolist() for circle in many.collections] == [[3e6, 25]]


def test_published_figures_are_torchvisions() -> None:
    from torchvision.models import get_model_weights

    names = {"AlexNet": "alexnet", "VGG-16": "vgg16", "GoogLeNet": "googlenet", "Inception V3": "inception_v3",
             "ResNet-152": "resnet152"}  # fmt: skip
    for title, parameters, arithmetic, accuracy in models_compared.PUBLISHED:
        meta = get_model_weights(names[title]).IMAGENET1K_V1.meta
        assert parameters == pytest.approx(meta["num_params"], rel=0.01)
        assert arithmetic == pytest.approx(1e9 * meta["_ops"], rel=0.01)
        assert accuracy == pytest.approx(meta["_metrics"]["ImageNet-1K"]["acc@1"] / 100, abs=0.001)


# ---------------------------------------------------------------- create


def test_how_near_generated_and_unseen_real_pictures_are(monkeypatch: pytest.MonkeyPatch) -> None:
    put_record(monkeypatch, {"copying": {"edges": [0, 1, 2], "generated": [0.25, 0.75], "held_out": [0.4, 0.6]}})
    axes = gan_samples.draw_copying("any").axes[0]
    shown = {patch.get_label(): patch.get_data().values.tolist() for patch in axes.patches}
    assert shown == {"generated": [25, 75], "real, never trained on": [40, 60]}


def test_the_discriminators_field_is_upright(monkeypatch: pytest.MonkeyPatch) -> None:
    field = np.zeros((4, 4), np.float32)
    field[0] = 1  # the row of the smallest y
    monkeypatch.setattr(live_gan.live_gan, "score_the_plane", lambda now, reach: field)
    axes = live_gan.draw_plane(None, np.zeros((2, 2), np.float32), "ring").axes[0]  # type: ignore[arg-type]
    (image,) = axes.images
    assert image.origin == "lower"
    assert image.get_extent() == [-1.6, 1.6, -1.6, 1.6]
    assert image.get_clim() == (0, 1)
    assert image.cmap(1.0)[0] > image.cmap(1.0)[2]  # real is red


def test_losses_are_softened_over_parts_of_the_training() -> None:
    figure = live_gan.draw_losses([(float(k), -float(k)) for k in range(250)])  # parts of two steps
    discriminator, generator = (axes.lines[0].get_data() for axes in figure.axes)
    assert discriminator[0][:2].tolist() == [2, 4]
    assert discriminator[1][:2].tolist() == [0.5, 2.5]
    assert generator[1][:2].tolist() == [-0.5, -2.5]


def test_generated_faces_stand_under_their_name(monkeypatch: pytest.MonkeyPatch) -> None:
    figure: Figure = live_gan.draw_sheets(torch.full((8, 3, 16, 16), -1.0))
    shown = {axes.get_title(): axes.images[0].get_array() for axes in figure.axes}
    assert shown["generated"][:16, :16].max() == 0
    assert shown["real"][:64].max() > 100


def test_real_faces_are_between_minus_one_and_one() -> None:
    shown = live_gan.make_source("faces", 0)(4)
    assert shown.shape == (4, 3, 16, 16)
    assert -1 <= float(shown.min()) < -0.5
    assert 0.5 < float(shown.max()) <= 1


def test_content_and_style_under_their_own_names() -> None:
    shown = lines(style_optimised.draw_losses([(0.5, 0.9), (0.4, 0.1)]).axes[0])
    assert shown == {"content": ([1, 2], [0.5, 0.4]), "style": ([1, 2], [0.9, 0.1])}


def test_one_pixels_bins_lie_with_b_across_and_a_up() -> None:
    """Two bins with 0.8 and 0.2. T = 0.5 squares and shares out again: 0.64 : 0.04, so 16/17 and 1/17."""
    bins = np.array([[40.0, 10.0], [-30.0, -50.0]], np.float32)
    answer = Colorization(np.full((2, 3), 50, np.float32), np.array([[[0.8]], [[0.2]]], np.float32), bins)
    axes = colorize.draw_distribution(answer, 0.5, (1, 1)).axes[0]
    assert axes.collections[1].get_offsets().tolist() == [[10, 40], [-50, -30]]
    assert axes.collections[1].get_sizes().tolist() == pytest.approx([1500, 375])
    shown = {name: (x[0], y[0]) for name, (x, y) in lines(axes).items()}
    assert shown["mean (T = 1)"] == pytest.approx((-2, 26))
    assert shown["annealed mean, T = 0.5"] == pytest.approx((110 / 17, 610 / 17), abs=1e-3)
    assert shown["highest softmax score (T = 0)"] == (10, 40)
    assert axes.get_xlabel().startswith("b")
