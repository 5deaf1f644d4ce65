"""The sample pictures are there without a network, without importing the packages they come from, and show what they say."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cnn_core.errors import InputError
from cnn_core.images import samples
from cnn_core.images.samples import SAMPLES, Sample

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def forget():
    """Each test looks for the packages anew, and leaves no trace of those it hid."""
    samples._available.cache_clear()
    samples.load.cache_clear()
    yield
    samples._available.cache_clear()
    samples.load.cache_clear()


def test_every_sample_is_there():
    """In the versions that requirements.txt installs none may be missing: examples in the demos name them."""
    assert samples.names() == list(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_is_a_shared_read_only_picture(name):
    picture = samples.load(name)
    assert picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] == 3
    assert min(picture.shape[:2]) >= 60 and max(picture.shape[:2]) <= 2000
    assert picture.std() > 10  # something to see
    assert samples.load(name) is picture
    with pytest.raises(ValueError, match="read-only"):
        picture[0, 0, 0] = 1


def test_titles_and_credits():
    titles = [samples.title(name) for name in samples.names()]
    assert len(set(titles)) == len(titles) and all(titles)
    assert samples.title("chelsea") == "Cat (Chelsea)"
    assert samples.credit("chelsea") == "Stefan van der Walt, CC0; comes with scikit-image"
    assert all(samples.credit(name) for name in samples.names())


@pytest.mark.parametrize("ask", [samples.load, samples.title, samples.credit])
@pytest.mark.parametrize("name", ["", "dragon", "../../etc/passwd", "/etc/passwd"])
def test_an_unknown_name_lists_the_known_ones(ask, name):
    with pytest.raises(InputError, match=r"There is no sample picture called .*chelsea, lion"):
        ask(name)


def test_the_samples_of_a_missing_package_or_file_are_not_listed(monkeypatch):
    monkeypatch.setitem(SAMPLES, "elsewhere", Sample("Nothing", "nobody", "no_such_package_anywhere", "a.png"))
    monkeypatch.setitem(SAMPLES, "lost", Sample("Nothing", "nobody", "skimage", "data/no_such_file.png"))
    assert "chelsea" in samples.names()
    assert not {"elsewhere", "lost"} & set(samples.names())
    with pytest.raises(InputError):
        samples.load("elsewhere")


def test_finding_and_opening_imports_none_of_the_packages():
    check = (
        "import sys; from cnn_core.images import samples as s; [s.load(n) for n in ('chelsea', 'lion', 'grace_hopper')]; "
        "print(sorted({'torch', 'gradio', 'skimage', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stderr


def test_shapes_lie_where_the_docstring_says():
    picture = samples.load("shapes")
    assert picture.shape == (256, 256, 3)
    colours = {tuple(int(value) for value in picture[y, x]) for x, y in ((64, 64), (192, 64), (64, 200), (170, 192), (2, 2))}
    assert colours == {(0, 114, 178), (213, 94, 0), (0, 158, 115), (0, 0, 0), (255, 255, 255)}


def test_shapes_are_as_large_as_they_are() -> None:
    picture = samples.load("shapes")[..., 0]
    assert [int(tone) for tone in picture[64, [19, 21, 106, 109]]] == [255, 0, 0, 255]  # the disc's radius is 44
    assert [int(tone) for tone in picture[[22, 26, 101, 105], 190]] == [255, 213, 213, 255]  # the square's half side is 40
    assert [int(tone) for tone in picture[[150, 156, 230, 234], 64]] == [255, 0, 0, 255]  # the triangle's top and foot
    assert [int(tone) for tone in picture[228, [20, 30, 97, 108]]] == [255, 0, 0, 255]


def test_the_zone_plate_is_symmetric_and_grows_ever_finer():
    picture = samples.load("zone_plate")[:, :, 0].astype(int)
    assert np.array_equal(picture, picture.T) and np.array_equal(picture, picture[::-1])
    assert picture[128, 128] >= 254
    bright = picture[128, 128:] > 127
    # pi r^2 / 512 crosses pi/2, 3/2 pi, 5/2 pi up to r = 40 and grows by 16.8 pi over the last 40 pixels.
    assert (np.diff(bright[:40]) != 0).sum() == 3 and (np.diff(bright[-40:]) != 0).sum() in (16, 17)
