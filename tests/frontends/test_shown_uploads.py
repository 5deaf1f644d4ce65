"""An upload is shown as it is opened, pixel on pixel, and nothing is decoded to find out whether a copy is needed."""

import io
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageFile

from cnn_core.errors import PictureError
from cnn_core.images import opening
from demos.frontends.gradio import files

pillow_heif.register_heif_opener()  # here, to make such files
COLOURS = np.array([[[250, 20, 20], [20, 240, 30]], [[30, 20, 250], [240, 240, 30]]], np.uint8)
QUARTERS = COLOURS.repeat(32, axis=0).repeat(48, axis=1)


def upload(folder: Path, format: str, picture: np.ndarray = QUARTERS, orientation: int = 1, **options) -> str:
    note = Image.Exif()
    note[opening.ORIENTATION] = orientation
    path = folder / f"photo.{format.lower()}"
    Image.fromarray(picture).save(path, format, exif=note, **options)
    return str(path)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "get_upload_folder", lambda: str(tmp_path / "kept"))


@pytest.mark.parametrize(
    ("format", "orientation"), [("JPEG", 1), ("JPEG", 6), ("PNG", 1), ("WEBP", 1), ("BMP", 1), ("GIF", 1)]
)
def test_what_browsers_show_alike_stays_itself(tmp_path: Path, format: str, orientation: int) -> None:
    path = upload(tmp_path, format, orientation=orientation)
    assert files.as_shown(path) == path


@pytest.mark.parametrize(("format", "orientation"), [("PNG", 6), ("WEBP", 3), ("TIFF", 1), ("TIFF", 8), ("HEIF", 1)])
def test_what_browsers_show_otherwise_gets_an_upright_copy(tmp_path: Path, format: str, orientation: int) -> None:
    path = upload(tmp_path, format, orientation=orientation)
    shown = files.as_shown(path)
    assert shown != path
    with Image.open(shown) as copy:
        assert copy.format in files.SHOWN_BY_BROWSERS
    assert np.array_equal(opening.open_picture(shown), opening.open_picture(path))


def test_an_orientation_behind_the_pixels_counts(tmp_path: Path) -> None:
    data = Path(upload(tmp_path, "PNG", orientation=6)).read_bytes()
    start = data.index(b"eXIf") - 4
    size = 12 + int.from_bytes(data[start : start + 4], "big")
    end = data.index(b"IEND") - 4
    path = tmp_path / "late.png"
    path.write_bytes(data[:start] + data[start + size : end] + data[start : start + size] + data[end:])
    assert opening.open_picture(path).shape == (96, 64, 3)
    assert opening.open_picture(files.as_shown(str(path))).shape == (96, 64, 3) and files.as_shown(str(path)) != str(path)


def test_what_is_opened_smaller_is_shown_as_small(tmp_path: Path) -> None:
    """A click hits the pixel that it shows: 16.8 megapixels are opened as 4.2, and the browser gets those."""
    path = upload(tmp_path, "JPEG", np.zeros((4104, 4096, 3), np.uint8), quality=5)
    shown = files.as_shown(path)
    assert shown != path
    assert opening.open_picture(shown).shape == opening.open_picture(path).shape == (2052, 2048, 3)
    with Image.open(shown) as copy:
        assert copy.size == (2048, 2052)


def test_d2_nothing_is_decoded_before_format_and_size_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """D2: Pillow's ``getexif`` decodes a PNG: 177 megapixels, refused later, cost every visitor 595 MB."""
    loaded: list[str] = []
    load = ImageFile.ImageFile.load

    def watched(self: ImageFile.ImageFile):
        loaded.append(str(self.format))
        return load(self)

    monkeypatch.setattr(ImageFile.ImageFile, "load", watched)
    plain = str(tmp_path / "plain.png")  # without EXIF, which Pillow would look for behind the pixels
    Image.fromarray(QUARTERS).save(plain)
    loaded.clear()
    assert files.as_shown(plain) == plain and loaded == []
    huge = tmp_path / "huge.png"
    header = (13300).to_bytes(4, "big") * 2
    data = Path(plain).read_bytes()
    huge.write_bytes(data[:16] + header + data[24:])  # its check sum is wrong now
    assert files.as_shown(str(huge)) == str(huge) and loaded == []


def test_d14_a_format_that_is_not_accepted_is_left_to_the_run(tmp_path: Path) -> None:
    """D14: Pillow knows .dds, and raised NotImplementedError, of which the page said nothing."""
    path = tmp_path / "texture.dds"
    header = bytearray(128)
    header[:4], header[4], header[76], header[80] = b"DDS ", 124, 32, 4
    header[12:20] = (8).to_bytes(4, "little") * 2
    header[84:88] = b"XXXX"
    path.write_bytes(bytes(header))
    with pytest.raises(NotImplementedError):
        Image.open(io.BytesIO(bytes(header)))
    assert files.as_shown(str(path)) == str(path)
    with pytest.raises(PictureError, match="a DDS texture"):
        opening.open_picture(path)


def test_copies_that_would_be_refused_are_packed_smaller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1400, 1200, 3), np.uint8)  # 5 MB
    path = upload(tmp_path, "TIFF", noise, compression="jpeg")  # small, and without loss large
    assert files.as_shown(path).endswith(".png")
    monkeypatch.setattr(opening, "MOST_BYTES", len(Path(files.as_shown(path)).read_bytes()) - 1)
    assert files.as_shown(path).endswith(".jpg")
