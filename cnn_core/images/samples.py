"""Pictures to start with: from packages that the app installs anyway, and a few drawn by programme. Nothing is downloaded.

A package's pictures are found without importing it; those of a package that is not installed are not listed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

from cnn_core.errors import InputError
from cnn_core.images import opening, scenes
from cnn_core.images.drawn_dog import draw_dog
from cnn_core.images.drawn_styles import STYLES
from cnn_core.results import PictureArray


@dataclass(frozen=True)
class Sample:
    """One sample picture.

    Attributes:
        title: what it shows, for a person.
        credit: who made it and on what terms it may be used.
        package, path: the installed package and the file within it; empty for a picture that ``draw`` makes.
        draw: makes the picture.
    """

    title: str
    credit: str
    package: str = ""
    path: str = ""
    draw: Callable[[], PictureArray] | None = None

    @property
    def file(self) -> Path | None:
        """The picture's file; None if it is drawn, or its package is not installed, or came without it."""
        spec = find_spec(self.package) if self.package else None
        folders = (spec.submodule_search_locations if spec else None) or ()
        return next((Path(folder) / self.path for folder in folders if (Path(folder) / self.path).is_file()), None)


def _scikit_image(title: str, credit: str, file: str) -> Sample:
    return Sample(title, f"{credit}; comes with scikit-image", "skimage", f"data/{file}")


def _gradio(title: str, path: str) -> Sample:
    return Sample(title, "comes with Gradio (Apache 2.0)", "gradio", path)


# ---------------------------------------------------------------- drawn


def draw_shapes() -> PictureArray:
    """(256, 256, 3): a disc, a square, a triangle and stripes, each of one colour-blind-safe colour, on white."""
    y, x = np.mgrid[0:256, 0:256] + 0.5
    picture = np.full((256, 256, 3), 255, np.uint8)
    picture[np.hypot(x - 64, y - 64) < 44] = (0, 114, 178)
    picture[(np.abs(x - 192) < 40) & (np.abs(y - 64) < 40)] = (213, 94, 0)
    picture[(y > 152) & (y < 232) & (np.abs(x - 64) < (y - 152) / 2)] = (0, 158, 115)
    picture[(np.abs(x - 192) < 40) & (np.abs(y - 192) < 40) & (x // 8 % 2 == 1)] = (0, 0, 0)
    return picture


def draw_zone_plate() -> PictureArray:
    """(256, 256, 3): rings in every direction and ever finer, so that filters and bad resizing (moire) show themselves.

    The brightness is a cosine of r^2; in the middle of each edge its period has shrunk to 4 pixels.
    """
    y, x = np.mgrid[0:256, 0:256] - 127.5
    wave = 0.5 + 0.5 * np.cos(np.pi * (x**2 + y**2) / 512)
    return opening.open_picture(wave)


def draw_tissue() -> PictureArray:
    """(256, 256, 3): cells with dark membranes between them and dark bodies within, as an electron microscope shows them.

    The cells are the neighbourhoods of 85 random places (Voronoi cells) with wavy borders.
    """
    rng = np.random.default_rng(12)
    y, x = np.mgrid[0:256, 0:256].astype(np.float64)
    waves = [4 * np.sin((x * np.cos(a) + y * np.sin(a)) / 14 + 3 * a) for a in rng.uniform(0, np.pi, 4)]
    x, y = x + waves[0] + waves[1], y + waves[2] + waves[3]
    places = rng.uniform(-10, 266, (85, 2))
    nearest, second = np.partition(np.hypot(x - places[:, :1, None], y - places[:, 1:, None]), 1, axis=0)[:2]
    picture = np.full((256, 256), 165.0)
    for left, top in rng.uniform(0, 256, (9, 2)):
        body = ((x - left) / rng.uniform(6, 10)) ** 2 + ((y - top) / rng.uniform(5, 8)) ** 2
        picture -= 55 * np.exp(-(body**2))
    picture -= 110 * np.exp(-(((second - nearest) / 3.5) ** 2))
    picture += cv2.GaussianBlur(rng.normal(0, 70, (256, 256)), (0, 0), 1.2) + rng.normal(0, 14, (256, 256))
    return np.repeat(np.clip(picture, 0, 255).astype(np.uint8)[..., None], 3, 2)


# ---------------------------------------------------------------- changed


def change(name: str, brightness: float, blur: float, degrees: float = 12) -> PictureArray:
    """A sample (H, W, 3) as another photograph might show it: mirrored, turned a little, blurred, darker.

    Args:
        name: of the sample.
        brightness: factor on all values.
        blur: standard deviation of a Gaussian blur, pixels.
        degrees: turn to the left, around the middle of the upper two thirds, where people's faces are.
    """
    mirrored = np.ascontiguousarray(load(name)[:, ::-1])
    height, width = mirrored.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 3), degrees, 1)
    turned = cv2.warpAffine(mirrored, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    darker = cv2.GaussianBlur(turned, (0, 0), blur) * brightness
    return np.asarray(np.clip(darker, 0, 255), np.uint8)


CHANGED = "changed by us"
EYES, PALE = (183, 88, 265, 113), (170, 200, 220)
"""Where the strip over the astronaut's eyes lies, x1, y1, x2, y2 in pixels, and its colour."""


def _changed(title: str, credit: str, name: str, brightness: float, blur: float) -> Sample:
    return Sample(title, f"{credit}; {CHANGED}", draw=partial(change, name, brightness, blur))


def _lawn() -> PictureArray:
    """(400, 768, 3): grass and nothing else."""
    return scenes.double_width(scenes.dye(load("grass"), LAWN))


def _cover_eyes() -> PictureArray:
    """(512, 512, 3): the astronaut, a pale strip over her eyes."""
    return scenes.cover(load("astronaut"), EYES, PALE)


def _wall() -> PictureArray:
    """(400, 768, 3): bricks and nothing else."""
    return scenes.double_width(load("brick"))


def _join(*names: str) -> PictureArray:
    return scenes.put_side_by_side([load(name) for name in names])


def paste_cat_on_wall() -> PictureArray:
    """(400, 768, 3): the cat, small and right of the middle, pasted onto a brick wall."""
    return scenes.paste(_wall(), load("chelsea"), CAT_AT, CAT_HEIGHT)


def paste_cats_on_wall() -> PictureArray:
    """(400, 768, 3): the same with a second one, its mirror image, left of the middle: two of a kind, apart."""
    return scenes.paste(paste_cat_on_wall(), scenes.mirror(load("chelsea")), (50, 60), CAT_HEIGHT)


def set_cub_on_lawn() -> PictureArray:
    """(400, 768, 3): the cheetah cub, cut out, small and right of the middle, on a lawn."""
    cub = load("cheetah_cub")
    return scenes.set_down(_lawn(), cub, scenes.mask_on_white(cub), CUB_AT, CUB_HEIGHT)


def join_cats() -> PictureArray:
    """(400, 1202, 3): the cat and its mirror image, which touch: two of a kind, one region."""
    return scenes.put_side_by_side([load("chelsea"), scenes.mirror(load("chelsea"))])


LAWN = (0.75, 1.1, 0.5)
"""Factors on red, green and blue that make grey grass green."""
CAT_AT, CAT_HEIGHT = (470, 180), 165
CUB_AT, CUB_HEIGHT = (480, 150), 230
"""Upper left corner (x, y) and height of what is pasted, pixels of the scene."""
PASTED = "Put together by us from pictures of scikit-image, Matplotlib and Gradio, all free to use"


SAMPLES: dict[str, Sample] = {
    "chelsea": _scikit_image("Cat (Chelsea)", "Stefan van der Walt, CC0", "chelsea.png"),
    "lion": _gradio("Lion", "media_assets/images/lion.jpg"),
    "cheetah": _gradio("Cheetah", "media_assets/images/cheetah1.jpg"),
    "cheetah_running": _gradio("Cheetah, running", "media_assets/images/cheetah.jpg"),
    "cheetah_cub": _gradio("Cheetah cub", "test_data/cheetah2.jpg"),
    "coffee": _scikit_image("Cup of coffee", "Rachel Michetti, CC0", "coffee.png"),
    "tower": _gradio("Eiffel Tower", "media_assets/images/tower.jpg"),
    "motorcycle": _scikit_image("Motorcycle", "Scharstein et al., GCPR 2014", "motorcycle_left.png"),
    "rocket": _scikit_image("Rocket before launch", "SpaceX, public domain", "rocket.jpg"),
    "astronaut": _scikit_image("Astronaut (Eileen Collins)", "NASA, public domain", "astronaut.png"),
    "grace_hopper": Sample(
        "Computer scientist (Grace Hopper)",
        "James S. Davis, US Navy, public domain; comes with Matplotlib",
        "matplotlib",
        "mpl-data/sample_data/grace_hopper.jpg",
    ),
    "astronaut_changed": _changed("Astronaut, mirrored, turned and darker", "NASA, public domain", "astronaut", 0.55, 2),
    "astronaut_dim": _changed("Astronaut, mirrored, in dim light", "NASA, public domain", "astronaut", 0.4, 3),
    "astronaut_covered": Sample(
        "Astronaut, a pale strip over her eyes",
        f"NASA, public domain; {CHANGED}",
        draw=_cover_eyes,
    ),
    "grace_hopper_dim": _changed(
        "Computer scientist, mirrored, in dim light", "James S. Davis, US Navy, public domain", "grace_hopper", 0.4, 3
    ),
    "dog": Sample("Dog, drawn by us", "made by us", draw=draw_dog),
    "cat_and_person": Sample("Cat and astronaut, side by side", PASTED, draw=lambda: _join("chelsea", "astronaut")),
    "cat_and_dog": Sample("Cat and drawn dog, side by side", PASTED, draw=lambda: _join("chelsea", "dog")),
    "two_people": Sample("Two people, side by side", PASTED, draw=lambda: _join("grace_hopper", "astronaut")),
    "two_cats": Sample("A cat and its mirror image, touching", PASTED, draw=join_cats),
    "cat_on_wall": Sample("Small cat pasted onto a brick wall", PASTED, draw=paste_cat_on_wall),
    "cats_on_wall": Sample("Two small cats pasted onto a brick wall, apart", PASTED, draw=paste_cats_on_wall),
    "cub_on_lawn": Sample("Small cheetah cub, cut out and set on a lawn", PASTED, draw=set_cub_on_lawn),
    "lawn": Sample("A lawn, nothing on it", f"linolafett, CC0; {CHANGED}", draw=_lawn),
    "camera": _scikit_image("Photographer, black and white", "Lav Varshney, CC0", "camera.png"),
    "bus": _gradio("Bus, a small drawing", "media_assets/images/bus.png"),
    "horse": _scikit_image("Horse, a silhouette", "Andreas Preuss, CC0", "horse.png"),
    "coins": _scikit_image("Greek coins", "Brooklyn Museum, no known restrictions", "coins.png"),
    "grass": _scikit_image("Grass, black and white", "linolafett, CC0", "grass.png"),
    "brick": _scikit_image("Brick wall", "CC0Textures, CC0", "brick.png"),
    "retina": _scikit_image("Retina of an eye", "Mikael Häggström, CC0", "retina.jpg"),
    "hubble_deep_field": _scikit_image("Galaxies", "NASA, public domain", "hubble_deep_field.jpg"),
    "shapes": Sample("Disc, square, triangle, stripes", "made by us", draw=draw_shapes),
    "tissue": Sample("Cells with membranes, drawn", "made by us", draw=draw_tissue),
    "zone_plate": Sample("Rings, ever finer", "made by us", draw=draw_zone_plate),
    **{name: Sample(f"{title}, drawn", "made by us", draw=draw) for name, (title, draw) in STYLES.items()},
}
"""Name -> sample, in the order in which a page offers them."""

_added: dict[str, Sample] = {}


@cache
def _available() -> dict[str, Sample]:
    return {name: sample for name, sample in SAMPLES.items() if sample.draw is not None or sample.file is not None}


def names() -> list[str]:
    """The names of the sample pictures that this installation has."""
    return list(_available())


def originals() -> list[str]:
    """The names of the sample pictures without those that are made of others."""
    return [name for name, sample in _available().items() if sample.credit != PASTED and not sample.credit.endswith(CHANGED)]


def title(name: str) -> str:
    """What the sample picture shows, for a person.

    Raises:
        InputError: there is no such sample; the message lists those there are.
    """
    return _sample(name).title


def credit(name: str) -> str:
    """Who made the sample picture, on what terms, and the package it comes with.

    Raises:
        InputError: there is no such sample; the message lists those there are.
    """
    return _sample(name).credit


@cache
def load(name: str) -> PictureArray:
    """The sample picture as (H, W, 3) uint8 RGB: opened once, shared, and therefore read-only.

    Raises:
        InputError: there is no such sample; the message lists those there are.
        PictureError: its file is damaged.
    """
    sample = _sample(name)
    picture = sample.draw() if sample.draw else opening.open_picture(sample.file or sample.path)
    picture.flags.writeable = False
    return picture


def add(name: str, sample: Sample) -> None:
    """Makes a picture of the person who runs the app a sample, too. It can be loaded by its name; ``names`` has it not."""
    _added[name] = sample


def _sample(name: str) -> Sample:
    if name not in _available() and name not in _added:
        raise InputError(f"There is no sample picture called {name!r}. There are: {', '.join(names())}.")
    return _available().get(name) or _added[name]
