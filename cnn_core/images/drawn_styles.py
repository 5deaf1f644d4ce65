"""Small pictures in a manner of their own, drawn by programme, to lend their style: (320, 320, 3) uint8 each.

Every one is the same whenever it is drawn.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from cnn_core.results import PictureArray

SIZE = 320
Colour = tuple[int, int, int]
Numbers = NDArray[np.float64]


def grid() -> tuple[Numbers, Numbers]:
    """x and y of every pixel, both (SIZE, SIZE)."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float64)
    return x, y


def landscape(rng: np.random.Generator, scale: float) -> Numbers:
    """Smooth hills between 0 and 1, about ``scale`` pixels wide: (SIZE, SIZE)."""
    hills = cv2.GaussianBlur(rng.normal(size=(SIZE, SIZE)), (0, 0), scale)
    low, high = hills.min(), hills.max()
    return np.asarray((hills - low) / (high - low))


def along(palette: tuple[Colour, ...], share: Numbers) -> Numbers:
    """Colours between those of a palette: (...,) in 0..1 -> (..., 3) 0..255."""
    places = [k / (len(palette) - 1) for k in range(len(palette))]
    colours = np.array([np.interp(share, places, channel) for channel in zip(*palette, strict=True)])  # (3, ...)
    return np.moveaxis(colours, 0, -1)  # (3, ...) -> (..., 3)


def slopes(hills: Numbers) -> tuple[Numbers, Numbers]:
    """How steeply they rise downwards and to the right, both (SIZE, SIZE)."""
    return np.diff(hills, axis=0, append=hills[-1:]), np.diff(hills, axis=1, append=hills[:, -1:])


def draw_waves() -> PictureArray:
    """Overlapping rings in indigo and cream, as on Japanese cloth (seigaiha)."""
    canvas = np.full((SIZE, SIZE, 3), (236, 226, 200), np.uint8)
    radius, rings = 44, 5
    for row, y in enumerate(range(0, SIZE + 2 * radius, radius // 2)):
        for x in range(-radius, SIZE + 2 * radius, 2 * radius):
            centre = (x + (row % 2) * radius, y)
            for ring in range(rings):
                colour = ((32, 52, 110), (236, 226, 200), (64, 110, 168), (236, 226, 200), (178, 64, 48))[ring]
                cv2.circle(canvas, centre, round(radius * (1 - ring / rings)), colour, -1, cv2.LINE_AA)
    return canvas


def draw_mosaic() -> PictureArray:
    """Small stones laid along curves, with dark joints."""
    rng = np.random.default_rng(3)
    canvas = np.full((SIZE, SIZE, 3), (52, 44, 40), np.uint8)
    hills = landscape(rng, 34)
    slope_y, slope_x = slopes(np.asarray(cv2.GaussianBlur(hills, (0, 0), 12), np.float64))
    palette = ((20, 54, 92), (34, 118, 140), (120, 170, 150), (236, 216, 160), (222, 150, 62), (160, 54, 40))
    for y in range(0, SIZE + 8, 9):
        for x in range(0, SIZE + 8, 9):
            row, column = min(y, SIZE - 1), min(x, SIZE - 1)
            angle = np.degrees(np.arctan2(slope_y[row, column], slope_x[row, column]))
            colour = along(palette, hills[row, column]) + rng.normal(0, 16, 3)
            box = cv2.boxPoints(((x + rng.normal(0, 0.7), y + rng.normal(0, 0.7)), (7.6, 7.6), angle))
            cv2.fillConvexPoly(canvas, np.round(box).astype(np.int32), np.clip(colour, 0, 255).tolist(), cv2.LINE_AA)
    return canvas


def draw_strokes() -> PictureArray:
    """Short thick strokes that swirl, in blues and yellows."""
    rng = np.random.default_rng(8)
    canvas = np.full((SIZE, SIZE, 3), (30, 50, 100), np.uint8)
    hills, tones = landscape(rng, 30), landscape(rng, 22)
    slope_y, slope_x = slopes(hills)
    palette = ((18, 30, 76), (34, 74, 150), (86, 140, 196), (190, 210, 190), (246, 214, 92), (226, 150, 40))
    for x, y in rng.integers(0, SIZE, (7000, 2)):
        angle = np.arctan2(slope_x[y, x], -slope_y[y, x]) + rng.normal(0, 0.15)
        reach = np.array([np.cos(angle), np.sin(angle)]) * rng.uniform(5, 9)
        colour = np.clip(along(palette, tones[y, x] + rng.normal(0, 0.07)) + rng.normal(0, 10, 3), 0, 255)
        ends = [tuple(int(v) for v in np.round(np.array([x, y]) + sign * reach)) for sign in (-1, 1)]
        cv2.line(canvas, ends[0], ends[1], colour.tolist(), int(rng.integers(2, 5)), cv2.LINE_AA)
    return canvas


def draw_hatching() -> PictureArray:
    """Ink on paper: the darker, the more directions of hatching."""
    rng = np.random.default_rng(5)
    canvas = np.full((SIZE, SIZE, 3), (244, 238, 224), np.uint8)
    tones = landscape(rng, 30)
    for level, angle in zip((0.72, 0.56, 0.42, 0.3), (35, -40, 80, 5), strict=True):
        along_x, along_y = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        for offset in np.arange(-SIZE, SIZE, 5.0):
            for place in np.arange(-SIZE, SIZE, 9.0):
                x = SIZE / 2 + place * along_x - offset * along_y + rng.normal(0, 0.6)
                y = SIZE / 2 + place * along_y + offset * along_x + rng.normal(0, 0.6)
                if 0 <= x < SIZE and 0 <= y < SIZE and tones[int(y), int(x)] < level:
                    reach = rng.uniform(4.5, 7)
                    start = (round(x - reach * along_x), round(y - reach * along_y))
                    end = (round(x + reach * along_x), round(y + reach * along_y))
                    cv2.line(canvas, start, end, (38, 34, 48), 1, cv2.LINE_AA)
    return canvas


def draw_stained_glass() -> PictureArray:
    """Panes of coloured glass with lead between them, brighter in their middles."""
    rng = np.random.default_rng(21)
    x, y = grid()
    places = rng.uniform(0, SIZE, (70, 2))
    distances = np.hypot(x[..., None] - places[:, 0], y[..., None] - places[:, 1])
    nearest, second = np.partition(distances, 1, -1)[..., :2].transpose(2, 0, 1)  # (S, S, 70) -> (2, S, S)
    palette = ((150, 18, 34), (214, 90, 24), (240, 190, 40), (30, 120, 70), (24, 100, 160), (40, 36, 120), (120, 40, 120))
    colours = np.array(palette)[rng.integers(0, len(palette), len(places))] + rng.normal(0, 14, (len(places), 3))
    light = 0.72 + 0.5 * np.exp(-((nearest / 26) ** 2)) + 0.14 * (landscape(rng, 3) - 0.5)
    glass = colours[distances.argmin(-1)] * light[..., None]
    lead = np.clip((second - nearest - 3) / 3, 0, 1)[..., None]
    return np.asarray(np.clip(glass * lead + 22 * (1 - lead), 0, 255), np.uint8)


def draw_dots() -> PictureArray:
    """Dots of pure colours on cream that mix in the eye."""
    rng = np.random.default_rng(13)
    canvas = np.full((SIZE, SIZE, 3), (240, 230, 208), np.uint8)
    tones = landscape(rng, 26)
    palette = ((44, 60, 140), (60, 130, 170), (70, 150, 90), (190, 190, 70), (236, 170, 60), (214, 90, 70))
    for x, y in rng.integers(0, SIZE, (9000, 2)):
        share = tones[y, x] + rng.normal(0, 0.05)
        share = 1 - share if rng.random() < 0.16 else share  # now and then the opposite colour
        colour = np.clip(along(palette, share) + rng.normal(0, 8, 3), 0, 255)
        cv2.circle(canvas, (int(x), int(y)), int(rng.integers(2, 4)), colour.tolist(), -1, cv2.LINE_AA)
    return canvas


def draw_marbling() -> PictureArray:
    """Colours floated on water and drawn out with a comb, as on endpapers."""
    rng = np.random.default_rng(2)
    x, y = grid()
    x, y = x + 60 * (landscape(rng, 24) - 0.5), y + 90 * (landscape(rng, 30) - 0.5)
    for period, reach in ((64, 26), (23, 9)):
        x, y = x + reach * np.sin(2 * np.pi * y / period), y + reach * np.sin(2 * np.pi * x / (1.3 * period))
    palette = ((24, 40, 74), (170, 46, 40), (238, 226, 196), (52, 110, 116), (226, 166, 66), (24, 40, 74))
    bands = (x + 0.4 * y) / 74 % 1
    return np.clip(along(palette, np.floor(bands * 15) / 15), 0, 255).astype(np.uint8)


STYLES = {
    "waves": ("Waves", draw_waves),
    "mosaic": ("Mosaic", draw_mosaic),
    "strokes": ("Brush strokes", draw_strokes),
    "hatching": ("Hatching in ink", draw_hatching),
    "stained_glass": ("Stained glass", draw_stained_glass),
    "dots": ("Dots of colour", draw_dots),
    "marbling": ("Marbled paper", draw_marbling),
}
"""Name -> (title, how it is drawn)."""
