"""Every kind of picture file comes in as RGB bytes, upright and without metadata."""

import io
import struct

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageOps

from cnn_core.errors import PictureError
from cnn_core.images import opening

pillow_heif.register_heif_opener()  # here, to make such files
NOISE = np.random.default_rng(0).integers(0, 256, (24, 36, 3), np.uint8)
# Four quarters of different colours, each much larger than a JPEG block, so that lossy formats keep them apart.
COLOURS = np.array([[[250, 20, 20], [20, 240, 30]], [[30, 20, 250], [240, 240, 30]]], np.uint8)
QUARTERS = COLOURS.repeat(32, axis=0).repeat(48, axis=1)


def encoded(picture, format, **options):
    file = io.BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(file, format, **options)
    return file.getvalue()


def png_chunks(data):
    """The names of a PNG's chunks."""
    names, place = [], 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        names.append(data[place + 4 : place + 8].decode())
        place += 12 + length
    return names


def assert_picture(picture, height, width):
    assert picture.dtype == np.uint8 and picture.shape == (height, width, 3)
    assert picture.flags.c_contiguous and picture.flags.writeable


# ---------------------------------------------------------------- formats


@pytest.mark.parametrize(
    ("format", "options"),
    [("PNG", {}), ("BMP", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"}), ("WEBP", {"lossless": True})],
)
def test_lossless_formats_come_back_exactly(format, options):
    assert np.array_equal(opening.open_picture(encoded(NOISE, format, **options)), NOISE)


@pytest.mark.parametrize(
    ("format", "options"), [("JPEG", {}), ("JPEG", {"progressive": True}), ("WEBP", {}), ("GIF", {}), ("HEIF", {})]
)
def test_lossy_formats_come_back_nearly(format, options):
    picture = opening.open_picture(encoded(QUARTERS, format, **options))
    assert_picture(picture, 64, 96)
    assert np.abs(picture.astype(int) - QUARTERS).mean() < 4


@pytest.mark.parametrize("format", ["PPM", "ICO", "TGA", "PDF", "EPS"])
def test_other_formats_are_refused_with_those_that_work(format):
    with pytest.raises(PictureError, match=r"JPEG, PNG, WEBP, BMP, GIF, TIFF or HEIC"):
        opening.open_picture(encoded(NOISE, format))


@pytest.mark.parametrize(
    ("format", "options"), [("GIF", {}), ("WEBP", {"lossless": True}), ("TIFF", {}), ("MPO", {}), ("PNG", {})]
)
def test_of_several_frames_the_first_is_taken(format, options):
    white = Image.new("RGB", (16, 16), "white")
    data = encoded(Image.new("RGB", (16, 16), "black"), format, save_all=True, append_images=[white, white], **options)
    assert opening.open_picture(data).max() < 5


def test_files_streams_and_bytes_give_the_same_picture(tmp_path):
    data = encoded(NOISE, "PNG")
    path = tmp_path / "a picture.png"
    path.write_bytes(data)
    stream = io.BytesIO(data)
    stream.seek(100)  # a stream that someone has already read from
    with path.open("rb") as file:
        for source in (str(path), path, file, stream, stream, bytearray(data), memoryview(data)):
            assert np.array_equal(opening.open_picture(source), NOISE)


def test_the_ending_of_the_name_does_not_matter(tmp_path):
    path = tmp_path / "really a png.jpg"
    path.write_bytes(encoded(NOISE, "PNG"))
    assert np.array_equal(opening.open_picture(path), NOISE)


# ---------------------------------------------------------------- pixel types


def test_sixteen_bits_are_scaled_not_clipped():
    grey = np.array([[0, 257, 32768, 65535]], np.uint16)
    for data in (encoded(grey, "PNG"), encoded(grey, "TIFF"), encoded(Image.fromarray(grey.astype(">u2")), "TIFF")):
        assert opening.open_picture(data)[0, :, 0].tolist() == [0, 1, 128, 255]


def test_one_bit_becomes_black_and_white():
    bits = Image.fromarray(np.array([[0, 255], [255, 0]], np.uint8)).convert("1")
    for data in (encoded(bits, "PNG"), encoded(bits, "TIFF", compression="group4"), encoded(bits, "BMP")):
        assert opening.open_picture(data)[:, :, 1].tolist() == [[0, 255], [255, 0]]


def test_a_palette_is_looked_up():
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.putpixel((1, 0), 1)
    for format in ("PNG", "GIF", "BMP", "TIFF"):
        assert opening.open_picture(encoded(image, format)).tolist() == [[[10, 20, 30], [200, 100, 50]]]


def test_transparency_is_laid_on_white():
    rgba = np.array([[[200, 0, 0, 255], [200, 0, 0, 0], [200, 0, 0, 51]]], np.uint8)
    expected = [[200, 0, 0], [255, 255, 255], [244, 204, 204]]  # 51 / 255 = 1/5: 200/5 + 255*4/5 = 244, 0 + 204 = 204
    for data in (encoded(rgba, "PNG"), encoded(rgba, "WEBP", lossless=True, exact=True), encoded(rgba, "TIFF")):
        assert opening.open_picture(data)[0].tolist() == expected
    assert opening.open_picture(rgba)[0].tolist() == expected


def test_grey_with_transparency_palette_transparency_and_a_transparent_colour():
    grey = np.array([[[0, 255], [0, 0]]], np.uint8)
    assert opening.open_picture(encoded(Image.fromarray(grey, "LA"), "PNG"))[0, :, 0].tolist() == [0, 255]
    palette = Image.new("P", (2, 1), 1)
    palette.putpalette([9, 9, 9, 80, 80, 80])
    palette.putpixel((0, 0), 0)
    for format in ("PNG", "GIF"):
        assert opening.open_picture(encoded(palette, format, transparency=0))[0, :, 2].tolist() == [255, 80]
    colour = Image.fromarray(np.array([[[1, 2, 3], [3, 2, 1]]], np.uint8))
    assert opening.open_picture(encoded(colour, "PNG", transparency=(1, 2, 3)))[0].tolist() == [[255] * 3, [3, 2, 1]]


def test_cmyk_becomes_rgb():
    inks = Image.new("CMYK", (32, 32), (0, 255, 255, 0))  # magenta and yellow print red
    for data in (encoded(inks, "JPEG"), encoded(inks, "TIFF")):
        assert np.abs(opening.open_picture(data)[16, 16].astype(int) - (255, 0, 0)).max() <= 3


def test_floating_point_tiffs():
    grey = np.array([[0, 0.5, 1]], np.float32)
    assert opening.open_picture(encoded(grey, "TIFF"))[0, :, 0].tolist() == [0, 128, 255]
    with pytest.raises(PictureError, match=r"within 0\.\.1, got 0\.\.200"):
        opening.open_picture(encoded(grey * 200, "TIFF"))
    with pytest.raises(PictureError, match="got int32"):
        opening.open_picture(encoded(np.array([[0, 70000]], np.int32), "TIFF"))


@pytest.mark.parametrize("format", opening.FORMATS)
def test_a_single_pixel(format):
    assert_picture(opening.open_picture(encoded(np.full((1, 1, 3), 90, np.uint8), format)), 1, 1)


@pytest.mark.parametrize("shape", [(5, 500), (500, 5)])
def test_extreme_proportions(shape):
    picture = opening.open_picture(encoded(np.zeros((*shape, 3), np.uint8), "PNG"))
    assert_picture(picture, *shape)
    for how in ("stretch", "pad", "crop"):
        assert opening.fit(picture, 64, 64, how)[0].shape == (64, 64, 3)
    assert max(opening.cap_longest_side(picture, 100)[0].shape) == 100


# ---------------------------------------------------------------- EXIF


def exif(orientation):
    note = Image.Exif()
    note[opening.ORIENTATION] = orientation
    note.get_ifd(0x8825)[1] = "N"  # GPS: northern half of the world
    note.get_ifd(0x8825)[2] = (48.0, 51.0, 29.0)
    return note


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(format, orientation):
    data = encoded(QUARTERS, format, exif=exif(orientation).tobytes())
    expected = np.array(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
    assert np.array_equal(opening.open_picture(data), expected)
    assert expected.shape[:2] == ((96, 64) if orientation > 4 else (64, 96))


CORNERS = {1: "red", 2: "green", 3: "yellow", 4: "blue", 5: "red", 6: "blue", 7: "yellow", 8: "green"}


@pytest.mark.parametrize(("orientation", "corner"), CORNERS.items())
def test_orientation_by_hand(orientation, corner):
    """QUARTERS is red, green / blue, yellow. Orientation 6 says "turn clockwise": then blue comes to the upper left."""
    colours = {"red": (250, 20, 20), "green": (20, 240, 30), "blue": (30, 20, 250), "yellow": (240, 240, 30)}
    for data in (
        encoded(QUARTERS, "PNG", exif=exif(orientation).tobytes()),
        encoded(QUARTERS, "TIFF", tiffinfo={opening.ORIENTATION: orientation}),
    ):
        assert tuple(opening.open_picture(data)[0, 0]) == colours[corner]


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_broken_or_senseless_exif_note_does_not_spoil_the_picture():
    for note in (b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", exif(99).tobytes(), exif(0).tobytes()):
        assert_picture(opening.open_picture(encoded(QUARTERS, "JPEG", exif=note)), 64, 96)


def test_a_note_that_pillow_stumbles_over_does_not_spoil_the_picture(monkeypatch):
    def stumble(self, data):
        raise AttributeError("'Exif' object has no attribute 'fp'")  # seen

    data = encoded(NOISE, "PNG", exif=exif(6).tobytes())
    monkeypatch.setattr(Image.Exif, "load", stumble)
    assert np.array_equal(opening.open_picture(data), NOISE)


def test_no_metadata_leaves():
    note = exif(6)
    note[0x010F] = "SecretCamera"
    data = encoded(QUARTERS, "JPEG", exif=note, comment=b"SecretComment", icc_profile=b"SecretProfile")
    assert data.count(b"Secret") == 3 and Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    saved = opening.to_png(opening.open_picture(data))
    assert b"Secret" not in saved
    assert set(png_chunks(saved)) == {"IHDR", "IDAT", "IEND"}


def test_what_can_be_opened_is_told_by_its_header() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (30, 20)).save(picture, "PNG")
    assert opening.can_be_opened(picture.getvalue())
    assert not opening.can_be_opened(b"Dear class") and not opening.can_be_opened(None)
    assert not opening.can_be_opened("/there/is/no/such/file.png")
