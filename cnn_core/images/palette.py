"""One colour for one name, everywhere: boxes, masks, bars and legends of a class always look the same."""

import hashlib
import re

from PIL import ImageColor

# Okabe and Ito's eight colours for colour-blind readers (without black), then the same darker and lighter, so that
# neighbours also differ in lightness.
OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
DARKER = ("#9A6A00", "#2C7CA8", "#00634A", "#A89C00", "#004A74", "#8F3F00", "#8E4A72")
LIGHTER = ("#F4CC7A", "#A9D8F3", "#6FCDB0", "#F8F1A0", "#8FA0EA", "#EC9C66", "#E4B9D0")
COLOURS = OKABE_ITO + DARKER + LIGHTER

VOC_CLASSES = (
    "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog", "horse",
    "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
)  # fmt: skip


def colour_of(name: str) -> str:
    """The colour ("#RRGGBB") that always stands for ``name``; PASCAL VOC's twenty classes get twenty different ones.

    Numbered names ("person 2", one of several objects) get the colours in turn, so that neighbours in number differ.
    """
    if numbered := re.fullmatch(r".+ (\d+)", name):
        return COLOURS[(int(numbered[1]) - 1) % len(COLOURS)]
    if name in VOC_CLASSES:
        return COLOURS[VOC_CLASSES.index(name)]
    return COLOURS[int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % len(COLOURS)]


def ink_on(colour: str) -> str:
    """Black or white, whichever can be read on the colour "#RRGGBB" (its brightness as in ITU-R BT.601)."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 128 else "white"
