"""What a colour is called: the name whose examples lie nearest to it in CIELAB, among English's eleven basic colour terms.

The terms are those of Berlin and Kay 1969 (Basic Color Terms); the examples of each were chosen here, by eye.
"""

import numpy as np
from skimage.color import rgb2lab

from cnn_core.results import PictureArray

EXAMPLES: dict[str, tuple[tuple[int, int, int], ...]] = {
    "black": ((25, 25, 25),),
    "grey": ((90, 90, 90), (128, 128, 128), (160, 160, 160)),
    "white": ((240, 240, 240), (205, 205, 205)),
    "red": ((190, 30, 45), (225, 60, 60), (120, 20, 30)),
    "orange": ((235, 125, 35), (245, 160, 70)),
    "yellow": ((240, 210, 60), (250, 235, 140), (190, 160, 40)),
    "green": ((60, 130, 60), (150, 190, 110), (30, 60, 35), (95, 110, 50)),
    "blue": ((50, 90, 170), (140, 180, 220), (25, 40, 80), (20, 50, 210)),
    "purple": ((110, 60, 140), (165, 130, 195)),
    "pink": ((235, 150, 175), (220, 90, 140)),
    "brown": ((110, 70, 40), (165, 125, 85), (65, 45, 35)),
}
"""Name -> red, green, blue, 0..255, of some colours that are called so."""


def name_colour(pixels: PictureArray) -> str:
    """What the median of some pixels (n, 3) uint8, n at least 1, taken in CIELAB channel by channel, is called."""
    median = np.median(rgb2lab(pixels.astype(np.float32)[None] / 255)[0], axis=0)  # (n, 3) -> (3,)
    nearest = {name: np.min(np.linalg.norm(_in_lab(examples) - median, axis=1)) for name, examples in EXAMPLES.items()}
    return min(nearest, key=lambda name: float(nearest[name]))


def _in_lab(examples: tuple[tuple[int, int, int], ...]) -> np.ndarray:
    """Colours as CIELAB, (n, 3)."""
    return np.asarray(rgb2lab(np.array([examples], np.float32) / 255)[0])
