"""Colorize and the style tabs: what they say, keep and show; the networks are stand-ins or made small."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.color import deltaE_ciede2000

from cnn_core.images import samples
from cnn_core.ops.colour_bins import lab_of, rgb_of
from cnn_core.results import Colorization
from demos.tabs.create import colorize, style_one_pass, style_optimised
from demos.tabs.look_inside import dream
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
    values = colorize.run(picture, "made", temperature, click, full)
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
    assert f"**{(np.hypot(40, 20) + np.hypot(10, 40)) / 2:.0f}**" in said


def test_the_microscope_is_in_the_middle_until_somebody_clicks(two_colours) -> None:
    picture = np.full((20, 40, 3), 128, np.uint8)
    assert "pixel 20, 10: the likeliest bin has 80%" in colours(picture)["Pixel microscope"].axes[0].get_title()
    assert "pixel 3, 4: the likeliest bin has 90%" in colours(picture, (3, 4))["Pixel microscope"].axes[0].get_title()


def test_the_file_has_the_uploads_size_and_its_lightness(two_colours) -> None:
    large = np.asarray(Image.fromarray(samples.load("camera")).resize((2100, 1500)))
    found = colours(large, full=True)
    assert max(found["Its colours"].shape) < 2100
    name, data = found["At full size"]
    kept = np.asarray(Image.open(io.BytesIO(data)))
    assert (name, kept.shape) == ("coloured.png", (1500, 2100, 3))
    before, after = lab_of(large)[0], lab_of(kept)[0]
    middle = (before > 35) & (before < 70)  # darker and lighter ones may be clipped: a screen does not show such colours
    assert np.abs(after - before)[middle].max() < 1


def test_shares_of_two_styles_worked_by_hand() -> None:
    assert style_one_pass.shares(3, "1", style_one_pass.NO_OTHER, 0.3) == (0, 1, 0)
    assert style_one_pass.shares(3, "1", "2", 0.25) == (0, 0.75, 0.25)
    assert style_one_pass.shares(3, "1", "1", 0.25) == (0, 1, 0)


@pytest.fixture
def small_vgg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    arguments = {"classes": 5, "widths": [4, 8], "depths": [1, 1]}
    write_made(tmp_path, VGG, "vgg", arguments, model=made_network("vgg", arguments))
    use_folder(monkeypatch, tmp_path)
    monkeypatch.setattr(style_optimised, "SWEEP_SIDE", 32)
    monkeypatch.setattr(style_optimised, "SWEEP_STEPS", 3)
    yield
    monkeypatch.undo()
    forget()


def optimised(steps=4, start="noise", seed=1, sweep=False, kept=None, layers=("features.relu1_1", "features.relu2_1")):
    content, style = samples.load("chelsea"), samples.load("coffee")
    return list(
        style_optimised.run(
            content, style, "mosaic", VGG, "features.relu2_1", list(layers), 1.0, steps, start, "128", seed, sweep, kept
        )
    )


def test_the_painting_is_shown_on_the_way_and_nears_its_style(small_vgg) -> None:
    shown = optimised(steps=12)
    assert [int(step[0].split()[1]) for step in shown] == [2, 4, 6, 8, 10, 12]
    lines = dict(zip(("content", "style"), shown[-1][3].axes[0].lines, strict=True))
    assert lines["style"].get_ydata()[-1] < lines["style"].get_ydata()[0]
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


def test_dreams_are_shrunk_and_never_enlarged() -> None:
    assert dream.shrunk(np.zeros((600, 1200, 3), np.uint8), 256).shape == (128, 256, 3)
    assert dream.shrunk(np.zeros((40, 50, 3), np.uint8), 256).shape == (40, 50, 3)
    assert dream.shrunk(np.zeros((4, 800, 3), np.uint8), 256).shape == (32, 256, 3)
