"""What a file's header may say, and the sentence if it says more. Large files are made byte by byte."""

import io
import struct
import tomllib
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from cnn_core.errors import PictureError
from cnn_core.images import decoding, decoding_process, limits, opening
from tests.fuzz import heic
from tests.fuzz.bombs import tile

pillow_heif.register_heif_opener()  # here, to make such files
ROOT = Path(__file__).resolve().parents[2]
NOISE = np.random.default_rng(0).integers(0, 256, (24, 36, 3), np.uint8)


def encoded(picture, format, **options):
    file = io.BytesIO()
    Image.fromarray(picture).save(file, format, **options)
    return file.getvalue()


def png(width, height):
    """A well-formed PNG header of the given size, with hardly any pixels behind it."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def jpeg(width, height, scans=1, **options):
    """A JPEG whose header gives this size; of its few pixels the last scan comes ``scans`` times."""
    data = bytearray(encoded(NOISE, "JPEG", **options))
    place = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    last = data.rindex(b"\xff\xda")
    return bytes(data[:last] + data[last:-2] * scans + data[-2:])


def webp(width, height):
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + sizes + bytes(30)


# ---------------------------------------------------------------- sizes


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (png(1, 40_000_000), r"1 x 40000000 pixels; sides of at most 30,000"),  # D6: 78 kB, 1,030 MB
        (png(30_001, 400), "sides of at most 30,000"),
        (png(10, 1001), "10 x 1001 pixels, a strip; one side may be at most 100 times"),
        (png(1001, 10), "a strip"),
        (png(8000, 5001), r"40\.0 megapixels \(8000 x 5001\); at most 40"),
        (jpeg(11_000, 11_000), r"121\.0 megapixels \(11000 x 11000\); at most 120"),
        (webp(3700, 3600), r"13\.3 megapixels \(3700 x 3600\); at most 13"),
    ],
    ids=["1 x 40 million", "long", "high strip", "wide strip", "PNG", "JPEG", "WEBP"],
)
def test_d6_sizes_that_nobody_has(data, words):
    with pytest.raises(PictureError, match=words):
        opening.read_header(data)
    with pytest.raises(PictureError, match=words):
        opening.open_picture(data)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(30_000, 400), (30_000, 400)),
        (png(10, 1000), (10, 1000)),
        (png(8000, 5000), (8000, 5000)),
        (jpeg(12_000, 10_000), (12_000, 10_000)),
    ],
    ids=["long", "strip", "PNG", "JPEG"],
)
def test_sizes_that_just_fit(data, size):
    header = opening.read_header(data)
    assert (header.width, header.height) == size


@pytest.mark.parametrize("options", [{"lossless": True}, {}, {"exif": b"Exif\0\0"}, {"save_all": True}])
def test_a_webp_of_each_kind_tells_its_size(options):
    data = encoded(NOISE, "WEBP", **options)
    assert decoding._size_of_webp(data) == (36, 24)


def test_arrays_are_held_to_the_same():
    with pytest.raises(PictureError, match="a strip"):
        opening.open_picture(np.zeros((1, 101), np.uint8))
    assert opening.open_picture(np.zeros((1, 100), np.uint8)).shape == (1, 100, 3)


def test_d9_what_is_said_to_work_works():
    """D9: 50 MB were promised and 10 accepted; photographs of 50 megapixels and HEIC files were sent away."""
    assert (
        f"at most {limits.MOST_PIXELS // 1_000_000} megapixels (JPEG 120, HEIC 50, WEBP 13) and 20 MB works" in opening.WORKS
    )
    assert limits.MOST_OF == {"JPEG": 120_000_000, "HEIF": 50_400_000, "WEBP": 13_000_000}
    assert opening.MOST_BYTES == 20_000_000
    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] * 1_000_000 == opening.MOST_BYTES
    assert '"max_file_size": opening.MOST_BYTES' in (ROOT / "demos/frontends/gradio/app.py").read_text(encoding="utf-8")
    for format in limits.FORMATS:
        assert format.replace("HEIF", "HEIC") in opening.WORKS
        assert opening.open_picture(encoded(NOISE, format)).shape == (24, 36, 3)


# ---------------------------------------------------------------- scans


def test_d6_pixels_times_scans():
    """D6: 263 kB, 6300 x 6300 pixels in 499 scans held a lane for 12 s of CPU."""
    with pytest.raises(PictureError, match=r"draws its 39\.7 megapixels in 4\d\d scans"):
        opening.open_picture(jpeg(6300, 6300, 480, progressive=True))
    with pytest.raises(PictureError, match="scans"):
        opening.read_header(jpeg(6300, 6300, 30, progressive=True))
    assert opening.read_header(jpeg(6300, 6300, 2, progressive=True)).factor == 2


def test_of_a_telephone_even_fifty_progressive_megapixels_are_no_bomb():
    header = opening.read_header(jpeg(8192, 6144, 1, progressive=True))
    assert (header.width, header.height, header.factor) == (8192, 6144, 2)
    with pytest.raises(PictureError, match=r"progressive JPEG file of 50\.3 megapixels needs too much memory"):
        opening.read_header(jpeg(8192, 6144, 1, progressive=True, subsampling=0))  # 302 MB of frequencies


@pytest.mark.slow
def test_of_a_telephone_even_fifty_megapixels_of_heic_are_opened():
    header = opening.read_header(heic.photograph(16, 12, tile()))
    assert (header.width, header.height, header.factor) == (8192, 6144, 2)
    assert opening.open_picture(heic.photograph(16, 12, tile())).shape == (3072, 4096, 3)
    with pytest.raises(PictureError, match=r"52\.4 megapixels \(10240 x 5120\); at most 50 are accepted"):
        opening.read_header(heic.photograph(20, 10, tile()))


def test_heic_files_have_more_time_and_no_others(monkeypatch: pytest.MonkeyPatch):
    given = []

    def exchange(process, question, data):
        given.append(round(decoding_process.QUESTION.unpack(question)[1], 2))
        return decoding_process.PIXELS, NOISE

    monkeypatch.setattr(decoding_process, "_exchange", exchange)
    there = decoding_process.DecodingProcess(most_seconds=2.0)
    monkeypatch.setattr(there, "_running", lambda: SimpleNamespace(kill=lambda: None, poll=lambda: None))
    for format in ("JPEG", "HEIF", "PNG"):
        there.decode(encoded(NOISE, format))
    assert given == [2.0, 3.6, 2.0]


def test_no_sentence_about_a_file_is_longer_than_200_letters():
    assert max(map(len, (decoding_process.TOO_LONG, decoding_process.DIED, decoding_process.NOT_NOW))) <= 200


def test_scans_are_those_of_the_picture_alone():
    plain = encoded(NOISE, "JPEG")
    assert limits.count_scans(plain) == 1
    assert limits.count_scans(encoded(NOISE, "JPEG", progressive=True)) == 10
    assert limits.count_scans(jpeg(36, 24, 7, progressive=True)) == 16
    remark = b"\xff\xfe" + struct.pack(">H", 1202) + b"\xff\xda\0\2" * 300
    assert limits.count_scans(plain[:2] + remark + plain[2:] + remark * 9) == 1  # a preview, and a film behind the end
    assert np.array_equal(opening.open_picture(plain[:2] + remark + plain[2:]), opening.open_picture(plain))


def test_a_jpeg_of_endless_parts():
    plain = encoded(NOISE, "JPEG")
    with pytest.raises(PictureError, match="more than 10,000 parts"):
        opening.open_picture(plain[:2] + b"\xff\xfe\0\2" * 10_000 + plain[2:])
    assert opening.open_picture(plain[:2] + b"\xff\xfe\0\2" * 9_000 + plain[2:]).shape == (24, 36, 3)


def test_a_jpeg_of_junk():
    plain = encoded(NOISE, "JPEG")
    with pytest.raises(PictureError, match="JPEG file is damaged"):
        opening.open_picture(plain[:20] + bytes(30_000) + plain[20:])
    assert opening.open_picture(plain[:20] + bytes(9_000) + plain[20:]).shape == (24, 36, 3)
