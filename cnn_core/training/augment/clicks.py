"""Clicks as a person would make them: first into the object, then where the answer is most wrong."""

import cv2
import numpy as np
from numpy.typing import NDArray

Click = tuple[float, float, bool]


def innermost_pixel(region: NDArray[np.bool_]) -> tuple[int, int] | None:
    """The pixel (x, y) farthest from the border of a region (H, W); None where the region is empty."""
    if not region.any():
        return None
    inside = np.pad(region.astype(np.uint8), 1)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(x), int(y)


def sample_inner_pixel(region: NDArray[np.bool_], rng: np.random.Generator) -> tuple[int, int] | None:
    """A random pixel (x, y) in the inner half of a region: people click well inside."""
    if not region.any():
        return None
    depth = cv2.distanceTransform(np.pad(region.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    rows, columns = np.nonzero(depth >= 0.5 * depth.max())
    k = rng.integers(len(rows))
    return int(columns[k]), int(rows[k])


def largest_component(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part of a region (H, W)."""
    count, numbers, facts, _ = cv2.connectedComponentsWithStats(region.astype(np.uint8), connectivity=8)
    if count < 2:
        return region
    return np.asarray(numbers == 1 + int(facts[1:, cv2.CC_STAT_AREA].argmax()))


def next_click(found: NDArray[np.bool_], true: NDArray[np.bool_], known: NDArray[np.bool_]) -> Click | None:
    """A click into the middle of the largest connected mistake: positive where something is missing, else negative.

    Args:
        found, true: masks (H, W).
        known: where the truth is known (H, W).
    """
    missing, surplus = largest_component(true & ~found & known), largest_component(found & ~true & known)
    belongs = missing.sum() >= surplus.sum()
    place = innermost_pixel(missing if belongs else surplus)
    return None if place is None else (place[0] + 0.5, place[1] + 0.5, bool(belongs))
