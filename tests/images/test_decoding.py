"""Large pictures: strip by strip, smaller, in a process that can be stopped; what is kept as it is stays so to the pixel."""

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from cnn_core.errors import PictureError
from cnn_core.images import decoding, decoding_process, opening
from cnn_core.images.decoding_process import DecodingProcess

pillow_heif.register_heif_opener()  # here, to make such files
ROOT = Path(__file__).resolve().parents[2]
NOISE = np.random.default_rng(0).integers(0, 256, (25, 37, 4), np.uint8)
COLOURS = np.array([[[250, 20, 20], [20, 240, 30]], [[30, 20, 250], [240, 240, 30]]], np.uint8)


def encoded(picture, format="PNG", **options):
    file = io.BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(file, format, **options)
    return file.getvalue()


def block_means(picture, factor):
    """(H, W, 3) float64: the mean of each block of factor x factor pixels, those at the edges cut off."""
    return np.array([
        [picture[y : y + factor, x : x + factor].reshape(-1, 3).mean(0) for x in range(0, picture.shape[1], factor)]
        for y in range(0, picture.shape[0], factor)
    ])  # fmt: skip


def slow_file():
    """2 MB that keep Pillow busy for a second or more: a GIF's remarks are put together one by one."""
    data = encoded(Image.new("P", (8, 8)), "GIF")
    place = data.index(b"\x2c")
    return data[:place] + b"\x21\xfe" + (b"\xff" + bytes(255)) * 8_000 + b"\0" + data[place:]


@pytest.fixture
def other():
    """A decoding process of its own, ended afterwards."""
    made = []

    def make(**limits):
        made.append(DecodingProcess(**limits))
        return made[-1]

    yield make
    for process in made:
        process.stop()


# ---------------------------------------------------------------- strips


@pytest.mark.parametrize("strip", [1, 90, 10_000])
def test_strips_make_no_difference(monkeypatch, strip):
    monkeypatch.setattr(decoding, "STRIP", strip)
    rgb, opacity = NOISE[..., :3], NOISE[..., 3:] / 255
    assert np.array_equal(decoding.decode(encoded(rgb)), rgb)
    assert np.abs(decoding.decode(encoded(NOISE)) - (rgb * opacity + 255 * (1 - opacity))).max() <= 1
    deep = NOISE[..., 0].astype(np.uint16) * 257
    assert np.array_equal(decoding.decode(encoded(deep))[..., 1], NOISE[..., 0])
    palette = Image.fromarray(NOISE[..., 0] % 8)  # one number a pixel
    palette.putpalette([channel for k in range(8) for channel in (30 * k, 7 * k, 200 - k)])
    expected = np.stack([30 * (NOISE[..., 0] % 8), 7 * (NOISE[..., 0] % 8), 200 - NOISE[..., 0] % 8], -1)
    assert np.array_equal(decoding.decode(encoded(palette)), expected)


@pytest.mark.parametrize("strip", [1, 300, 10_000])
@pytest.mark.parametrize(("most", "factor"), [(925, 1), (924, 2), (247, 2), (246, 3)])
def test_too_large_a_picture_is_averaged(monkeypatch, strip, most, factor):
    monkeypatch.setattr(decoding, "STRIP", strip)
    monkeypatch.setattr(decoding, "MOST_KEPT", most)
    picture = decoding.decode(encoded(NOISE[..., :3]))
    expected = block_means(NOISE[..., :3], factor)
    assert picture.shape == expected.shape and np.abs(picture - expected).max() <= 1
    assert decoding.read_header(encoded(NOISE[..., :3])).factor == factor


def test_opacity_counts_before_pixels_are_averaged(monkeypatch):
    monkeypatch.setattr(decoding, "MOST_KEPT", 1)
    pair = np.array([[[200, 0, 0, 255], [0, 80, 0, 0]]], np.uint8)  # red, and green that is not seen: white
    assert np.abs(decoding.decode(encoded(pair)).astype(int) - [227.5, 127.5, 127.5]).max() <= 0.5


def test_a_large_picture_on_its_side_is_turned(monkeypatch):
    monkeypatch.setattr(decoding, "MOST_KEPT", 924)
    note = Image.Exif()
    note[opening.ORIENTATION] = 6  # turn clockwise
    expected = np.rot90(block_means(NOISE[..., :3], 2), -1)
    picture = decoding.decode(encoded(NOISE[..., :3], exif=note))
    assert picture.shape == (19, 13, 3) and np.abs(picture - expected).max() <= 0.51


@pytest.mark.parametrize(
    ("kind", "width", "height", "factor"),
    [
        ("PNG", 5000, 3300, 1),
        ("PNG", 5001, 3300, 2),
        ("JPEG", 4624, 3472, 1),  # telephones: 16 megapixels
        ("JPEG", 8192, 6144, 2),  # 50
        ("JPEG", 12_000, 9_000, 4),  # 108
        ("HEIF", 5712, 4284, 2),  # 24
        ("TIFF", 8000, 5000, 2),
    ],
)
def test_by_how_much(kind, width, height, factor):
    assert decoding._factor(kind, width, height) == factor


def test_a_large_jpeg_is_decoded_small():
    """Its decoder leaves out what a smaller picture does not show; the colours stay."""
    quarters = COLOURS.repeat(2052, axis=0).repeat(2050, axis=1)
    picture = opening.open_picture(encoded(quarters, "JPEG", quality=50))
    assert picture.shape == (2052, 2050, 3)
    small = picture[100::1026, 100::1025][:2, :2].astype(int)
    assert np.abs(small - COLOURS).max() <= 6


def test_heic_is_opened_and_turned_as_the_file_says():
    quarters = COLOURS.repeat(32, axis=0).repeat(48, axis=1)
    note = Image.Exif()
    note[opening.ORIENTATION] = 6
    data = encoded(quarters, "HEIF", quality=90, exif=note.tobytes())
    picture = opening.open_picture(data)
    assert picture.shape == (96, 64, 3)
    expected = np.rot90(COLOURS, -1)  # turned clockwise: blue comes to the upper left
    assert np.abs(picture[24::48, 16::32].astype(int) - expected).max() <= 12
    header = opening.read_header(data)
    assert (header.format, header.turned) == ("HEIF", False)


# ---------------------------------------------------------------- the other process


def test_both_processes_answer_alike(other):
    there = other()
    for data in (encoded(NOISE), encoded(NOISE[..., :3], "JPEG"), encoded(NOISE[..., :3], "BMP")):
        assert np.array_equal(there.decode(data), decoding.decode(data))
        assert there.read_header(data) == decoding.read_header(data)
    with pytest.raises(PictureError, match="but a text"):
        there.decode(b"hello")
    with pytest.raises(PictureError, match="but a text"):
        there.read_header(b"hello")


def test_d6_what_takes_too_long_is_stopped(monkeypatch, other):
    """D6: nothing ended a run. Here a file's CPU time does, and the next file is opened as if nothing had been."""
    monkeypatch.setattr(decoding_process, "LONGEST_WAIT", 600)  # a busy machine's clock is not what stops it
    there = other(most_seconds=0.3)
    with pytest.raises(PictureError, match="takes too long to open"):
        there.decode(slow_file())
    assert there.decode(encoded(NOISE[..., :3])).shape == (25, 37, 3)


def test_d2_what_takes_too_much_memory_is_refused(other):
    """D2: 833 MB for a 40-megapixel PNG killed a small server."""
    there = other(most_memory=30_000_000)
    with pytest.raises(PictureError, match="too much memory"):
        there.decode(encoded(Image.new("RGBA", (4000, 3000))))
    assert there.decode(encoded(NOISE[..., :3])).shape == (25, 37, 3)


@pytest.mark.slow
def test_d2_forty_megapixels_with_opacity_take_less_than_250_megabytes():
    from tests.fuzz import bombs, doors

    data = bombs.png(6300, 6300, 8, 6, 4)
    with doors.measured() as cost:
        assert opening.open_picture(data).shape == (3150, 3150, 3)
    assert cost["megabytes"] < 250


@pytest.mark.parametrize("door", [opening.open_picture, opening.read_header])
@pytest.mark.parametrize("kind", ["TIFF", "HEIF", "many bytes", "many pixels", "many scans"])
def test_d2_what_may_be_hard_goes_to_the_other_process(monkeypatch, door, kind):
    """One at a time, and stoppable: formats with a bad record, large files, large pictures, JPEGs of many scans."""
    noise = NOISE[..., :3]
    grey = encoded(Image.new("L", (1500, 1500)), "JPEG")
    data = {
        "TIFF": lambda: encoded(noise, "TIFF"),
        "HEIF": lambda: encoded(noise, "HEIF"),
        "many bytes": lambda: encoded(noise) + bytes(1_000_000),
        "many pixels": lambda: encoded(Image.new("L", (2001, 2000))),
        "many scans": lambda: grey[:2] + b"\xff\xfe\x03\x86" + b"\xff\xda" * 450 + grey[2:],  # perhaps: in a remark
    }[kind]()
    asked = []
    monkeypatch.setattr(decoding_process.HERE, "decode", asked.append)
    monkeypatch.setattr(decoding_process.HERE, "read_header", lambda data: asked.append(data) or "a header")
    door(data)
    assert asked == [data]
    door(encoded(noise))
    assert asked == [data]


def test_one_file_at_a_time(monkeypatch, other):
    inside, most = 0, 0
    exchange = decoding_process._exchange

    def watched(*given):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        try:
            return exchange(*given)
        finally:
            inside -= 1

    monkeypatch.setattr(decoding_process, "_exchange", watched)
    there, answers = other(), {}
    sources = [np.roll(NOISE[..., :3], k, 0) for k in range(6)]
    threads = [threading.Thread(target=lambda k=k: answers.update({k: there.decode(encoded(sources[k]))})) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert all(np.array_equal(answers[k], sources[k]) for k in range(6))


def test_it_ends_when_nobody_asks_any_more(other):
    there = other()
    there.decode(encoded(NOISE))
    process = there._process
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdin = None


def test_after_it_has_died_another_one_answers(other):
    there = other()
    there.decode(encoded(NOISE[..., :3]))
    there._process.kill()
    there._process.wait()
    assert np.array_equal(there.decode(encoded(NOISE[..., :3])), NOISE[..., :3])


def test_a_machine_that_starts_no_process_says_so(monkeypatch, other):
    def refuse(*given, **options):
        raise OSError("Cannot allocate memory")

    monkeypatch.setattr(decoding_process.subprocess, "Popen", refuse)
    with pytest.raises(PictureError, match="no room at the moment"):
        other().decode(encoded(NOISE))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_does_not_share_the_process():
    opening.open_picture(encoded(NOISE[..., :3], "TIFF"))
    assert decoding_process.HERE._process is not None
    child = os.fork()
    if child == 0:
        os._exit(0 if decoding_process.HERE._process is None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_d15_bad_pictures_make_no_noise(tmp_path):
    """D15: warnings of Pillow and of libtiff, which writes past Python, on the server's standard error."""
    tiff = bytearray(encoded(NOISE[..., :3], "TIFF", compression="tiff_lzw"))
    tiff[20:60] = bytes(40)
    (tmp_path / "a.tif").write_bytes(bytes(tiff))
    (tmp_path / "b.tif").write_bytes(encoded(NOISE[..., 0], "TIFF", compression="jpeg")[:-40])
    (tmp_path / "c.jpg").write_bytes(encoded(NOISE[..., :3], "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x09\0garbage"))
    large = bytearray(encoded(NOISE[..., :3]))
    large[16:24] = (9800).to_bytes(4, "big") * 2  # more than Pillow itself likes
    (tmp_path / "d.png").write_bytes(bytes(large))
    code = (
        "import sys; from cnn_core.images import opening\n"
        "for path in sys.argv[1:]:\n"
        "    try: opening.open_picture(path)\n"
        "    except opening.PictureError: pass\n"
    )
    paths = sorted(str(path) for path in tmp_path.iterdir())
    ran = subprocess.run(
        [sys.executable, "-c", code, *paths], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
