"""Colorize and the style tabs: what they say, keep and show; the networks are stand-ins or made small."""

import io
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab
from torch import nn

from cnn_core.images import samples
from cnn_core.models.torchvision_classifier import TorchvisionClassifier
from cnn_core.ops.colour_bins import lab_of, rgb_of
from cnn_core.results import Colorization
from cnn_core.runtime import run_log
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.fast_style_transfer import OnePass
from cnn_core.tasks.style_transfer import Settings, paint
from demos import runner
from demos.tabs import _networks
from demos.tabs.create import colorize, style_one_pass, style_optimised
from demos.tabs.look_inside import dream
from tests.blackboard import network_of, put_up
from tests.demos.tabs.made_weights import forget, made_network, use_folder, write_made

BINS = np.array([[40.0, 20.0], [10.0, -40.0]], np.float32)
VGG = "classify_vgg_made"


@pytest.fixture
def two_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A colorizer that takes the left half for red, the right half for blue."""

    def answer(picture, network):
        shares = np.array([[[0.9, 0.2]], [[0.1, 0.8]]], np.float32)
        return Colorization(lab_of(picture)[0], shares, BINS)

    monkeypatch.setattr(colorize, "colorize", answer)


def colours(picture, click=None, full=False, temperature=0.38):
    values = colorize.run(picture, temperature, "made", click, full)
    return {field.label: value for field, value in zip(colorize.DEMO.outputs, values, strict=True)}


def test_only_a_picture_with_colours_is_shown_beside_its_own(two_colours) -> None:
    photograph = samples.load("chelsea")
    assert np.array_equal(colours(photograph)["Its true colours"][0][0], photograph)
    grey = np.repeat(photograph.mean(-1, keepdims=True).astype(np.uint8), 3, -1)
    found = colours(grey)
    assert found["Its true colours"] == []
    assert "true" not in found["Colours"]


def test_how_far_off_is_worked_by_hand(two_colours) -> None:
    blue = rgb_of(np.full((20, 40), 50, np.float32), np.broadcast_to(np.float32([10, -40]), (20, 40, 2)))
    found = colours(blue, temperature=0.0)["Its true colours"]
    picture, words = found[1]
    assert picture[0, -1].max() < 20  # right of the middle it says just that blue
    assert picture[0, 0].max() > 200  # left of it red
    far = deltaE_ciede2000([50, 40, 20], [50, 10, -40])
    assert f"mean {far / 2:.0f};" in words


def test_the_chroma_at_low_temperature_is_the_likeliest_bins(two_colours) -> None:
    said = colours(np.full((20, 40, 3), 128, np.uint8), temperature=0.0)["Colours"]
    assert f"**{(np.hypot(40, 20) + np.hypot(10, 40)) / 2:.0f}** away from grey" in said


@pytest.mark.parametrize(
    ("truth", "verdict"), [((10, -8), "farther off than no colours"), ((10, -40), "nearer to the true ones than no colours")]
)
def test_the_headline_says_whether_grey_would_be_nearer(two_colours, truth, verdict) -> None:
    """T = 0 says (40, 20) on the left and (10, -40) on the right."""
    picture = rgb_of(np.full((20, 40), 50, np.float32), np.broadcast_to(np.float32(truth), (20, 40, 2)))
    said = colours(picture, temperature=0.0)["Colours"]
    off = np.mean([deltaE_ciede2000([50, *truth], [50, 40, 20]), deltaE_ciede2000([50, *truth], [50, 10, -40])])
    grey = deltaE_ciede2000([50, *truth], [50, 0, 0])
    assert ("farther" in verdict) == (off > grey)
    assert verdict in said
    assert f"**ΔE {off:.0f}** from the true ones on average, a grey picture {grey:.0f}" in said
    assert f"of the true colours: {np.hypot(*truth):.0f}" in said


@pytest.mark.parametrize(
    ("first", "second", "words", "chroma", "hue"),
    [
        ((255, 0, 0), (0, 0, 255), "red and blue are both likely it is a magenta", 82, (-35, 0)),
        ((0, 255, 0), (255, 0, 255), "green and magenta are, it is nearly grey", 13, None),
        ((0, 255, 0), (255, 0, 255), "mean of green and magenta is nearly grey", 13, None),
        ((255, 0, 0), (0, 255, 0), "red and green is olive", 75, (80, 103)),
    ],
)
def test_the_lessons_mixtures_are_computed(first, second, words, chroma, hue) -> None:
    lesson = colorize.DEMO.lesson
    assert any(words in text for text in (*lesson.notice, *(answer for _, answer in lesson.questions)))
    a, b = np.mean([rgb2lab(np.array(colour) / 255)[1:] for colour in (first, second)], 0)
    assert np.hypot(a, b) == pytest.approx(chroma, abs=1)
    if hue:  # degrees: magenta's is -32, red's 40; yellow's 103, olive is a dark yellow
        assert hue[0] < np.degrees(np.arctan2(b, a)) < hue[1]


def test_the_network_of_the_colorizers_is_asked_once(two_colours, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer = [], colorize.colorize
    monkeypatch.setattr(colorize, "colorize", lambda *given: (asked.append(given), answer(*given))[1])
    colours(np.full((1500, 2100, 3), 128, np.uint8), full=True)
    assert len(asked) == 1


def test_the_microscope_is_in_the_middle_until_somebody_clicks(two_colours) -> None:
    picture = np.full((20, 40, 3), 128, np.uint8)
    assert "the highest at pixel 20, 10 is 80%" in colours(picture)["One pixel's softmax"].words
    assert "the highest at pixel 3, 4 is 90%" in colours(picture, (3, 4))["One pixel's softmax"].words


def test_the_file_has_the_uploads_size_and_its_lightness(two_colours) -> None:
    large = np.asarray(Image.fromarray(samples.load("camera")).resize((2100, 1500)))
    found = colours(large, full=True)
    assert max(found["Its colours"].shape) < 2100
    name, data = found["At full size"]
    kept = np.asarray(Image.open(io.BytesIO(data)))
    assert (name, kept.shape) == ("colorized.png", (1500, 2100, 3))
    before, after = lab_of(large)[0], lab_of(kept)[0]
    middle = (before > 35) & (before < 70)  # darker and lighter ones may be clipped: a screen does not show such colours
    assert np.abs(after - before)[middle].max() < 1


def test_shares_of_two_styles_worked_by_hand() -> None:
    assert style_one_pass.mix_styles(3, "1", style_one_pass.NO_OTHER, 0.3) == (0, 1, 0)
    assert style_one_pass.mix_styles(3, "1", "2", 0.25) == (0, 0.75, 0.25)
    assert style_one_pass.mix_styles(3, "1", "1", 0.25) == (0, 1, 0)


def test_how_far_the_comparison_is_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style_one_pass, "paint", lambda *given: iter(range(1 + style_one_pass.MEASURED)))
    told: list[float] = []
    with run_log.recorded(run_log.Usage(progress=lambda share, words: told.append(round(share, 2)))):
        words = style_one_pass.compare_with_optimising(OnePass(np.zeros((8, 12, 3), np.uint8), 0.5))
    assert told == [0.33, 0.67, 1] and "40 steps" in words


@pytest.fixture
def small_vgg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    arguments = {"classes": 5, "widths": [4, 8], "depths": [1, 1]}
    write_made(tmp_path, VGG, "vgg", arguments, model=made_network("vgg", arguments))
    use_folder(monkeypatch, tmp_path)
    monkeypatch.setattr(style_optimised, "SWEEP_SIDE", 32)
    monkeypatch.setattr(style_optimised, "STYLE_SWEEP_STEPS", 3)
    monkeypatch.setattr(style_optimised, "CONTENT_SWEEP_STEPS", 3)
    yield
    monkeypatch.undo()
    forget()


def optimised(steps=4, start="noise", seed=1, sweep=False, kept=None, layers=("relu1_1", "relu2_1")):
    content, style = samples.load("chelsea"), samples.load("coffee")
    return list(
        style_optimised.run(
            content, style, "mosaic", VGG, "relu2_1", list(layers), 1.0, steps, start, "128", seed, sweep, kept
        )
    )


def test_the_painting_is_shown_on_the_way_and_nears_its_style(small_vgg) -> None:
    shown = optimised(steps=12)
    assert [int(step[0].split()[1]) for step in shown] == [2, 4, 6, 8, 10, 12]
    lines = {line.name: line.y for line in shown[-1][3].layers}
    assert lines["style"][-1] < lines["style"][0]
    assert shown[-1][1].shape == (np.round(128 * 300 / 451), 128, 3)


def test_noise_follows_the_seed(small_vgg) -> None:
    first, again, other = (optimised(seed=seed)[-1][1] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_without_style_layers_nothing_is_said_of_style(small_vgg) -> None:
    assert "style" not in optimised(layers=())[-1][0]


def test_the_sweep_paints_each_depth_twice_and_is_kept_by_the_next_run(small_vgg) -> None:
    shown = optimised(sweep=True)
    grid = shown[-1][4]
    assert [words.split(" of ")[0] for _, words in grid] == ["style", "style", "content", "content"]
    assert [len(step[4]) for step in shown] == [1, 2, 3, 4]
    after = optimised(kept=shown[-1][5])[-1]
    assert [words for _, words in after[4]] == [words for _, words in grid]


class SmallVgg19(TorchvisionClassifier):
    """torchvision's VGG-19 with a sixteenth of its channels and no dense layers."""

    def __init__(self) -> None:
        nn.Module.__init__(self)
        self.name, layers, inputs = "vgg19", [], 3
        for width in (4, 4, 0, 8, 8, 0, *(16,) * 4, 0, *(32,) * 4, 0, *(32,) * 4, 0):
            layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU()] if width else [nn.MaxPool2d(2)]
            inputs = width or inputs
        self.net = nn.Sequential(OrderedDict(features=nn.Sequential(*layers), pool=nn.AdaptiveAvgPool2d(1)))


@pytest.fixture
def vgg19(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    torch.manual_seed(0)
    form = Preprocessing(64, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    network = network_of(SmallVgg19().eval(), form=form)
    name = style_optimised.PAPERS
    put_up(monkeypatch, replace(network, card=replace(network.card, name=name)))
    monkeypatch.setenv("CNN_PUBLIC_DOWNLOADS", "1")
    _networks.facts_of.cache_clear()
    yield name
    _networks.facts_of.cache_clear()


def test_the_papers_own_network_paints_with_the_same_layers_as_ours(vgg19: str) -> None:
    layers = style_optimised.relu_layers(vgg19)
    assert [list(layers).index(f"relu{k}_1") for k in (1, 2, 3, 4, 5)] == [0, 2, 4, 8, 12]  # as Gatys et al. name them
    assert layers["relu4_2"] == "net.features.22"
    for painter, _ in style_optimised.painters():
        offered = dict(style_optimised.layer_options(painter))
        assert {*style_optimised.DEMO.inputs["style_layers"].default, "relu4_1"} <= set(offered)


def test_the_papers_own_network_paints_from_the_page(vgg19: str) -> None:
    demo = replace(style_optimised.DEMO, name="style_optimised")
    chosen = {"content": "tower", "network": vgg19, "side": "128", "steps": 10}
    *_, last = runner.answers(demo, runner.example_values(demo, chosen))
    assert "style **" in last.values[0]
    _, style = (line.y for line in last.values[3].layers)
    assert style[-1] < style[0] / 2


def test_dreams_are_shrunk_and_never_enlarged() -> None:
    assert dream.shrink(np.zeros((600, 1200, 3), np.uint8), 256).shape == (128, 256, 3)
    assert dream.shrink(np.zeros((40, 50, 3), np.uint8), 256).shape == (40, 50, 3)
    assert dream.shrink(np.zeros((4, 800, 3), np.uint8), 256).shape == (32, 256, 3)


def test_the_deeper_the_layer_the_greyer_the_rebuilt_content() -> None:
    content, network = samples.load("chelsea"), "classify_vgg_tiny200"
    layers = style_optimised.relu_layers(network)
    rebuilt = []
    for name in ("relu1_1", "relu4_2"):
        settings = Settings(layers[name], (), 0.0, 40, 64, "noise", 0, style_optimised.FAINT)
        *_, last = paint(content, network, content, settings)
        assert last.content < 0.1  # nearly the same feature maps
        rebuilt.append(colorize.mean_chroma(lab_of(last.picture)[1]))
    true = colorize.mean_chroma(lab_of(content)[1])
    assert rebuilt[0] > 0.9 * true
    assert rebuilt[1] < 0.5 * true


def test_the_dreams_headline_says_how_many_times_as_strongly() -> None:
    words = dream.say_growth("4.2", 0.25, 1.0)  # mean squares: twice as strong
    assert words == "**4.2** answers **2.0 times** as strongly (its root mean square: 0.50 → 1.00)"


def test_a_step_taken_back_is_tried_again_shorter_until_one_helps() -> None:
    """The first layer of the shipped VGG alone: with steps of one length, all were taken back and the picture stayed."""
    settings = Settings("features.relu4_2", ("features.relu1_1",), 1000.0, 16, 64)
    stages = list(paint(samples.load("chelsea"), "classify_vgg_tiny200", samples.load("coffee"), settings))
    assert stages[-1].style < 0.2 * stages[0].style
