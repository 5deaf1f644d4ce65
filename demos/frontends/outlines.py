"""A mask as an SVG path: along the edges of its pixels, in the picture's own pixels."""

import cv2
import numpy as np
from numpy.typing import NDArray

MOST_SAMPLED = 1024
"""Of a larger mask, along its longer side, only every n-th pixel is looked at: no screen shows more."""
SHOWN_ABOUT = 512
"""What lies within a pixel of a picture of this size (in pixels, its longer side) looks the same."""
THICK = 20
"""A part of fewer pixels across is drawn more exactly."""


def outline(mask: NDArray[np.bool_]) -> str:
    """The path's ``d``, to be filled by the rule "evenodd": around each part of a mask (H, W), and around each hole in it.

    Corners are left out where the path stays within about a pixel of them. "" for an empty mask.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return ""
    top, left = int(rows[0]), int(columns[0])
    part = mask[top : rows[-1] + 1, left : columns[-1] + 1]
    stride = -(-max(part.shape) // MOST_SAMPLED)
    seen = part[stride // 2 :: stride, stride // 2 :: stride]  # (h, w)
    # At twice the size a pixel's left edge is an even number and its right edge an odd one, which tells the two apart.
    twice = seen.astype(np.uint8).repeat(2, axis=0).repeat(2, axis=1)  # (h, w) -> (2h, 2w)
    contours, _ = cv2.findContours(twice, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    words = []
    for contour in contours:
        corners = (contour + 1) // 2 * stride + (left, top)  # (n, 1, 2): pixel edges at twice the size -> of the picture
        # At twice the size this is a disc's radius, or a long bar's width.
        thickness = cv2.contourArea(contour) / max(1.0, cv2.arcLength(contour, True))
        tolerance = min(1.0, max(mask.shape) / SHOWN_ABOUT, thickness / THICK) * stride
        kept = cv2.approxPolyDP(corners.astype(np.int32), tolerance, True)[:, 0]  # (n, 1, 2) -> (n, 2)
        if len(kept) > 2:
            words.append("M" + "L".join(f"{x} {y}" for x, y in kept.tolist()) + "Z")
    return "".join(words)
