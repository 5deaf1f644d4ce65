"""What the tabs that create put where: stand-ins answer, so that every figure and picture can be told from the others."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cnn_core.results import Colorization
from cnn_core.tasks.fast_style_transfer import OnePass
from cnn_core.tasks.style_transfer import Painting
from demos.tabs.create import colorize, gan_detective, gan_samples, live_gan_faces, style_one_pass, style_optimised
from demos.tabs.segment import click_to_select

PICTURE = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
BINS = np.array([[60.0, 0.0], [0.0, 60.0], [0.0, 0.0]], np.float32)


# ---------------------------------------------------------------- Colorize


def colour_answer() -> Colorization:
    """1 x 2 cells: surely red (a), evenly undecided among three."""
    probabilities = np.array([[[1, 1 / 3]], [[0, 1 / 3]], [[0, 1 / 3]]], np.float32)
    return Colorization(np.full((20, 30), 50, np.float32), probabilities, BINS)


def test_a_and_b_are_shown_apart_and_doubt_is_bright() -> None:
    planes = {words.split(":")[0]: picture.astype(int) for picture, words in colorize.draw_planes(colour_answer(), 1.0)}
    assert planes["how undecided (entropy)"][0, 0].max() <= 1
    assert planes["how undecided (entropy)"][0, -1].min() >= 254
    red, green, blue = planes["a, green to red"][0, 0]  # a = 60, b = 0: red and a little blue
    assert red > blue > green
    red, green, blue = planes["b, blue to yellow"][0, -1]  # the mean b is 20
    assert min(red, green) > blue
    assert np.ptp(planes["b, blue to yellow"][0, 0]) <= 2  # b = 0 is grey
    assert [words for _, words in colorize.draw_planes(colour_answer(), 1.0)] == [
        "L: 30 × 20", "how undecided (entropy): 2 × 1", "a, green to red: 2 × 1", "b, blue to yellow: 2 × 1",
        "a and b: 2 × 1",
    ]  # fmt: skip


def test_the_distance_from_grey() -> None:
    assert colorize.mean_chroma(np.array([[3.0, -4.0], [0.0, 0.0]], np.float32)) == pytest.approx(2.5)


def test_the_true_colours_of_a_cell_are_the_mean_of_its_pixels() -> None:
    truth = np.zeros((20, 30, 2), np.float32)
    truth[:10, :15, 0] = 60  # half of the left cell is red, the other half grey
    own, grey = colorize.measure_distances(colour_answer(), 0.0, truth)
    assert own.shape == (1, 2)
    half = colorize.delta_e(np.array([50, 30, 0]), np.array([50, 60, 0]))
    assert float(own[0, 0]) == pytest.approx(float(half), abs=0.01)
    assert float(grey[0, 1]) == pytest.approx(0, abs=1e-4)


def test_the_file_has_the_temperature_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(colorize, "colorize", lambda picture, network: colour_answer())
    monkeypatch.setattr(colorize, "apply_colours", lambda *given: asked.append(given) or PICTURE)
    colorize.run(PICTURE, 0.7, "any", None, True)
    assert [temperature for _, temperature in asked] == [0.7, 0.7]


# ---------------------------------------------------------------- GAN


def test_each_slider_moves_along_its_own_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[np.ndarray] = []
    axes = SimpleNamespace(cpu=lambda: SimpleNamespace(numpy=lambda: np.eye(3, 4, dtype=np.float32)))
    generator = SimpleNamespace(latent=4, directions=lambda count: axes)
    net = SimpleNamespace(offering=lambda protocol: SimpleNamespace(generator=generator))

    def generate(latent: np.ndarray, network: str) -> list[np.ndarray]:
        asked.append(latent)
        return [np.full((8, 8, 3), k, np.uint8) for k in range(len(latent))]

    monkeypatch.setattr(gan_samples.weights, "load", lambda name: net)
    monkeypatch.setattr(gan_samples, "generate", generate)
    monkeypatch.setattr(gan_samples, "draw_copying", lambda network: None)
    monkeypatch.setattr(gan_samples.time, "sleep", lambda seconds: None)
    *film, last = gan_samples.run("any", 1, 0.5, 2, 1.0, 2.0, 3.0, True, False)
    latent, walk = asked
    assert latent[-1] - latent[0] == pytest.approx([1, 2, 3, 0], abs=1e-5)
    assert latent[:32] == pytest.approx(gan_samples.draw_noise(32, 4, 1, 1.0) / 2)  # truncated to half
    assert walk[0] == pytest.approx(latent[0])
    assert walk[-1] == pytest.approx(latent[-2])  # where the way ends, too
    assert len(film) == len(walk) == gan_samples.FRAMES
    assert last[3].max() == last[3].min() == len(latent) - 1  # the moved picture


def test_faces_are_numbered_from_one_and_each_answer_has_its_column(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first four are generated; you take 2, 3, 4 and 5 for it; the scores 7 ... 0 make it take the last four for it."""
    flags = np.arange(8) < 4
    monkeypatch.setattr(gan_detective, "deal_round", lambda seed: (flags, [np.zeros((32, 32, 3), np.uint8)] * 8))
    monkeypatch.setattr(gan_detective, "score_realness", lambda shown, network: np.arange(7, -1, -1, dtype=np.float32))
    said, _, rows, _, tally = gan_detective.run(1, ["2", "3", "4", "5"], True, None, None)
    assert said == "You: **6 of 8**, the discriminator: **0 of 8**"
    assert rows[0] == [1, "generated", "drawn", "drawn (+7.00)"]
    assert rows[4] == [5, "drawn", "generated", "generated (+3.00)"]
    assert (tally["you"], tally["it"]) == (6, 0)


def test_a_training_begins_with_both_rates_and_takes_its_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def begin(*given: Any) -> Any:
        asked.append(given)
        return SimpleNamespace(steps=5)

    monkeypatch.setattr(live_gan_faces.live_gan, "start_on_faces", begin)
    monkeypatch.setattr(live_gan_faces.live_gan, "train", lambda now, real, *given: asked.append(given) or range(0))
    monkeypatch.setattr(live_gan_faces.live_gan, "pack", lambda now: b"")
    monkeypatch.setattr(live_gan_faces, "make_source", asked.append)
    monkeypatch.setattr(live_gan_faces, "show", lambda now, faces: ("",) * 3)
    list(live_gan_faces.run(40, 3, -2.0, -3.0, 7, "32", True, False, False, None))
    assert asked == [(7, pytest.approx(0.01), pytest.approx(0.001), 16), 12, (40, 3, 32)]


# ---------------------------------------------------------------- style


def test_one_pass_is_timed_in_milliseconds_and_laid_over_the_photograph(monkeypatch: pytest.MonkeyPatch) -> None:
    painting = np.full((20, 30, 3), 200, np.uint8)
    card = SimpleNamespace(classes=("Mosaic", "Wave"))
    monkeypatch.setattr(style_one_pass.weights, "card", lambda name: card)
    monkeypatch.setattr(style_one_pass, "paint_in_one_pass", lambda *given: OnePass(painting, 0.05))
    monkeypatch.setattr(style_one_pass, "paint_in_every_style", lambda *given: [painting, painting])
    photograph = np.full((20, 30, 3), 100, np.uint8)
    said, result, small, compared = style_one_pass.run(photograph, "0", "none", 0.5, 0.25, "256", "any", False)
    assert said == "**50 ms** for 30 × 20 pixels"
    assert np.unique(result).tolist() == [125]
    assert [name for _, name in small] == ["Mosaic", "Wave"]
    assert compared == ""


def test_the_first_step_of_optimising_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three steps take 0.6 s, so 40 take 8 s: 80 times the 0.1 s of the one pass."""
    clock, made = iter([10.0, 10.6]), []
    monkeypatch.setattr(style_one_pass.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(style_one_pass, "paint", lambda *given: made.append(given) or iter(range(given[3].steps)))
    said = style_one_pass.compare_with_optimising(OnePass(PICTURE, 0.1))
    assert said == (
        "Optimising takes 200 ms a step at this size on this machine, so 40 steps take about 8 s: **80 times** as long as "
        "the one pass."
    )
    assert (made[0][3].steps, made[0][3].longest) == (4, 30)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Two layers; every painting takes two steps, in which content is 20 % and style 50, then 10 and 40 % off."""
    asked: list[Any] = []

    def paint(*given: Any) -> Any:
        asked.append(given)
        return (Painting(k, content, style, PICTURE) for k, content, style in ((1, 0.2, 0.5), (2, 0.1, 0.4)))

    monkeypatch.setattr(style_optimised, "paint", paint)
    monkeypatch.setattr(style_optimised, "relu_layers", lambda network: {"relu1_1": "one", "relu2_1": "two"})
    monkeypatch.setattr(style_optimised, "facts_of", lambda network: ())
    found = [SimpleNamespace(name="one"), SimpleNamespace(name="two")]
    monkeypatch.setattr(style_optimised, "last_of_each_size", lambda table: found)
    return asked


def optimise(sweep: bool) -> list[Any]:
    other = PICTURE[:, ::-1].copy()
    return list(
        style_optimised.run(
            PICTURE, other, "mosaic", "any", "relu2_1", ["relu1_1"], 3.0, 2, "content", "128", 5, sweep, None
        )
    )


def test_the_style_weight_is_a_power_of_ten_and_both_errors_are_told(painted: list[Any]) -> None:
    *_, last = optimise(False)
    assert last[0] == "Step 2 of 2: content 10.0% off, style **40.0%** off (it began at 50%)"
    ((content, _, style, settings),) = painted
    assert np.array_equal(content, PICTURE)
    assert np.array_equal(style, PICTURE[:, ::-1])
    assert (settings.content_layer, settings.style_layers, settings.style_weight) == ("two", ("one",), 1000)
    assert (settings.steps, settings.longest, settings.start, settings.seed) == (2, 128, "content", 5)
    assert [words for _, words in last[2]] == ["content", "style"]
    assert np.array_equal(last[2][0][0], PICTURE)


def test_a_sweep_tells_the_error_of_what_it_rebuilds(painted: list[Any]) -> None:
    *_, last = optimise(True)
    assert [words for _, words in last[4]] == [
        "style of relu1_1: 40.0% off", "style of relu2_1: 40.0% off",
        "content of relu1_1: 10.0% off", "content of relu2_1: 10.0% off",
    ]  # fmt: skip
    settings = [given[3] for given in painted]
    assert [(s.content_layer, s.style_layers, s.style_weight) for s in settings] == [
        ("two", ("one",), 1000), ("two", ("two",), 1000), ("one", (), 0), ("two", (), 0)
    ]  # fmt: skip
    assert all(np.array_equal(given[0], PICTURE) for given in painted)


# ---------------------------------------------------------------- clicks


def test_the_twentieth_click_is_the_last_that_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(click_to_select, "encode", lambda picture, network: None)

    def select(encoded: Any, clicks: Any) -> Any:
        asked.append(list(clicks))
        return np.arange(30)[None] < np.full((20, 1), 3)  # a tenth of the picture, at the left

    monkeypatch.setattr(click_to_select, "select", select)
    made: Any = None
    for number in range(21):
        said, _, _, table, _, made = click_to_select.run(PICTURE, (number, 19), click_to_select.ADD, False, False, made)
    assert [click[0] for click in made["clicks"]] == list(range(20))
    assert asked[-1][3] == (3, 19, True)
    assert said == "10% of the picture selected by 20 clicks. More than 20 do not count."
    assert table[3][1] == "3, 19"
    assert [row[3] for row in table[:2]] == ["+10.0%", "+0.0%"]


def test_what_is_selected_stays_as_bright_as_it_was() -> None:
    lit = click_to_select.drawing.spotlight(PICTURE, np.arange(30)[None] < np.full((20, 1), 3))
    assert np.array_equal(lit[:, :2], PICTURE[:, :2])
    assert lit[:, 10:].mean() < PICTURE[:, 10:].mean()
