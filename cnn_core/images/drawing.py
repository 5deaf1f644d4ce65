"""Results made visible: (picture, result) -> a new uint8 picture. Nothing here changes its arguments or computes a result.

Colours mean numbers. Maps that cannot be negative (heatmaps, activations after a ReLU) use a *sequential* map: black is 0,
bright yellow the largest. Signed maps use a *diverging* one: white is 0, red positive, blue negative, equally strong at
equal distance. Both are safe for colour-blind eyes, and magma also for a black-and-white printer.
"""

from collections.abc import Sequence
from functools import cache

import matplotlib
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw, ImageFont

from cnn_core.errors import InputError
from cnn_core.images.grid import Grid
from cnn_core.images.marking import find_font
from cnn_core.images.opening import enlarge, enlarge_to
from cnn_core.images.palette import colour_of, ink_on
from cnn_core.images.placement import Placement
from cnn_core.results import Activations, Detections, Floats, Heatmap, PictureArray

SEQUENTIAL, DIVERGING = "magma", "RdBu_r"
MARK = "#0b747b"
GAP_GREY = 128  # in neither map, so that a gap never looks like a value


# ---------------------------------------------------------------- over a picture


def overlay_heatmap(picture: PictureArray, heatmap: Heatmap, opacity: float = 0.5) -> PictureArray:
    """The picture (H, W, 3) in grey under the heatmap's colours, resized bilinear: (H, W, 3).

    Args:
        picture: (H, W, 3) uint8. It is shown in grey so that every colour comes from the map.
        heatmap: values 0..1 of any resolution, covering the whole picture.
        opacity: 0 (only the picture, in grey) to 1 (only the map).
    """
    return _over(picture, map_to_colours(_stretched(heatmap.values, picture), 1.0, SEQUENTIAL), opacity)


def overlay_channel(
    picture: PictureArray, activations: Activations, channel: int, opacity: float = 0.5, common_scale: bool = False,
    placement: Placement | None = None,
) -> PictureArray:  # fmt: skip
    """The picture (H, W, 3) in grey under one channel's colours, resized bilinear; see ``draw_channels`` for the scale.

    Args:
        picture: (H, W, 3) uint8.
        activations: (C, h, w) of one layer.
        channel: one of C.
        opacity, common_scale: see ``overlay_heatmap`` and ``draw_channels``.
        placement: where the picture lies in what the map covers; None: it fills it.

    Raises:
        InputError: the layer has no such channel.
    """
    limit = float(find_limits(activations, common_scale)[_checked(activations, channel)])
    values = activations.values[channel]
    values = placement.map_to_upload(values) if placement else _stretched(values, picture)
    return _over(picture, map_to_colours(values, limit, _map_for(activations.values)), opacity)


def overlay_boxes(picture: PictureArray, detections: Detections) -> PictureArray:
    """The picture (H, W, 3) with each box outlined in its class's colour and labelled; the highest score lies on top."""
    if not detections.labels:
        return picture.copy()
    from torchvision.utils import draw_bounding_boxes  # here: see public_weights.record_of

    order = np.argsort(detections.scores, kind="stable")
    names = [detections.labels[i] for i in order]
    longest = max(picture.shape[:2])
    drawn = draw_bounding_boxes(
        torch.tensor(picture).permute(2, 0, 1),  # (H, W, 3) -> (3, H, W)
        torch.tensor(detections.boxes[order]),
        labels=[f"{name} {detections.scores[i]:.0%}" for name, i in zip(names, order, strict=True)],
        colors=[colour_of(name) for name in names],
        width=max(1, round(longest / 250)),
        font=find_font(),
        font_size=max(10, round(longest / 35)),
        fill_labels=True,
        label_colors=[ink_on(colour_of(name)) for name in names],
    )
    return np.ascontiguousarray(drawn.permute(1, 2, 0).numpy())  # (3, H, W) -> (H, W, 3)


def overlay_masks(
    picture: PictureArray, masks: Sequence[tuple[str, NDArray[np.bool_]]], opacity: float = 0.5
) -> PictureArray:
    """The picture (H, W, 3) with each named mask (H, W) filled with its class's colour, one over the other in their order.

    Not torchvision's ``draw_segmentation_masks``: that paints overlaps black.
    """
    result = picture.copy()
    for name, mask in masks:
        colour = np.array(ImageColor.getrgb(colour_of(name)))
        result[mask] = np.round((1 - _share(opacity)) * result[mask] + opacity * colour)
    return result


def spotlight(picture: PictureArray, mask: NDArray[np.bool_], outside: float = 0.3) -> PictureArray:
    """The picture (H, W, 3), darkened to ``outside`` of its brightness where the mask (H, W) is false."""
    return np.where(mask[..., None], picture, np.round(picture * _share(outside))).astype(np.uint8)


# ---------------------------------------------------------------- alone


def draw_heatmap(heatmap: Heatmap, least: int = 256) -> PictureArray:
    """The heatmap's own cells as blocks of whole pixels, the longest side at least ``least``: (H, W, 3), sequential map."""
    return enlarge_to(map_to_colours(heatmap.values, 1.0, SEQUENTIAL), least)


def draw_channel(activations: Activations, channel: int, common_scale: bool = False, least: int = 256) -> PictureArray:
    """One channel's own cells as blocks of whole pixels, the longest side at least ``least``: (H, W, 3).

    Raises:
        InputError: the layer has no such channel.
    """
    limit = float(find_limits(activations, common_scale)[_checked(activations, channel)])
    return enlarge_to(map_to_colours(activations.values[channel], limit, _map_for(activations.values)), least)


# ---------------------------------------------------------------- grids


def draw_channels(
    activations: Activations, columns: int = 8, common_scale: bool = False, gap: int = 2, cell: int = 64
) -> PictureArray:
    """All channels of a layer side by side, row by row from channel 0, as (H, W, 3) uint8 with hard-edged pixels.

    If no value of the layer is negative (after a ReLU) the map is sequential: black is 0. Otherwise it is diverging: white
    is 0, red positive, blue negative. The brightest (or strongest) colour stands for the largest absolute value
    of that channel, so that faint channels show their pattern, or, with ``common_scale``, of the whole layer, so that
    brightness can be compared between channels. ``find_channel`` turns a click into a channel.

    Args:
        activations: (C, h, w) of one layer.
        columns: channels in a row.
        common_scale: one scale for all channels rather than one each.
        gap: grey pixels between channels.
        cell: pixels that a channel's longest side fills (less, if no whole factor fits; more, if the map is larger).
    """
    grid = Grid.of(activations.values, columns, gap, cell)
    limits, name = find_limits(activations, common_scale), _map_for(activations.values)
    cells = [map_to_colours(values, float(limit), name) for values, limit in zip(activations.values, limits, strict=True)]
    return grid.joined(cells, GAP_GREY)


def find_channel(activations: Activations, x: int, y: int, columns: int = 8, gap: int = 2, cell: int = 64) -> int | None:
    """The channel that a click on pixel (x, y) of ``draw_channels`` (same arguments) hits; None beside all channels."""
    return Grid.of(activations.values, columns, gap, cell).at(x, y)


def draw_kernels(weight: Floats, columns: int = 8, common_scale: bool = False, gap: int = 2, cell: int = 64) -> PictureArray:
    """The kernels of a first convolution side by side as colour pictures, (H, W, 3) uint8: the colours they look for.

    Weights are signed: mid grey (128) is 0, brighter adds, darker takes away, red, green and blue each by itself. The
    largest absolute weight of each kernel (of all kernels with ``common_scale``) becomes 1 or 255.

    Args:
        weight: (C_out, 3, k, k), or (C_out, 1, k, k) for grey input.
        columns, gap, cell: as in ``draw_channels``; ``find_kernel`` turns a click into a kernel.

    Raises:
        InputError: the kernels have another number of input channels, which are no colours.
    """
    if weight.ndim != 4 or weight.shape[1] not in (1, 3):
        raise InputError(f"Only kernels over 1 or 3 colour channels can be shown in colour, got weights {weight.shape}.")
    grid = Grid.of(weight, columns, gap, cell)
    limits = _limits(weight, common_scale).reshape(-1, 1, 1, 1)
    pixels = np.round(128 + 127 * weight / limits).astype(np.uint8).transpose(0, 2, 3, 1)
    return grid.joined([np.broadcast_to(kernel, (*kernel.shape[:2], 3)) for kernel in pixels], 255)


def find_kernel(weight: Floats, x: int, y: int, columns: int = 8, gap: int = 2, cell: int = 64) -> int | None:
    """The kernel that a click on pixel (x, y) of ``draw_kernels`` (same arguments) hits; None beside all kernels."""
    return Grid.of(weight, columns, gap, cell).at(x, y)


# ---------------------------------------------------------------- numbers to colours


def draw_numbers(values: NDArray[np.floating], marked: NDArray[np.bool_] | None = None, cell: int = 64) -> PictureArray:
    """A small map (h, w) as squares with their numbers: darker is larger, red positive, blue negative.

    Args:
        values: a handful of numbers.
        marked: (h, w) true where a number gets a frame.
        cell: side of a square, pixels, its white edge included.
    """
    limit = max(float(np.abs(values).max()), 1e-9)
    # Half the range of colours, so that black text is readable.
    ground = map_to_colours(values.astype(np.float32), 2 * limit, DIVERGING)
    image = Image.fromarray(enlarge(ground, cell))
    pen = ImageDraw.Draw(image)
    for (row, column), value in np.ndenumerate(values):
        x, y = column * cell, row * cell
        pen.rectangle((x, y, x + cell - 1, y + cell - 1), outline="white")
        if marked is not None and marked[row, column]:
            pen.rectangle((x + 2, y + 2, x + cell - 3, y + cell - 3), outline=MARK, width=max(2, cell // 16))
        text = f"{value:g}" if abs(value) < 1000 else f"{value:.0e}"
        size = min(cell // 2, round(1.5 * cell / len(text)))
        pen.text((x + cell / 2, y + cell / 2), text, "black", ImageFont.truetype(find_font(), size), anchor="mm")
    return np.array(image)


def tile(pictures: Sequence[PictureArray], columns: int, factor: int = 1, gap: int = 2) -> PictureArray:
    """Pictures of one size (h, w, 3) side by side in rows, each pixel ``factor`` times as large."""
    height, width = pictures[0].shape[:2]
    grid = Grid(len(pictures), height * factor, width * factor, columns, gap, factor)
    return grid.joined(pictures, GAP_GREY)


def map_to_colours(values: Floats, limit: float, name: str) -> PictureArray:
    """(h, w) numbers as (h, w, 3) uint8: 0..limit in a sequential map, -limit..limit in the diverging one."""
    scaled = (values / limit + 1) / 2 if name == DIVERGING else values / limit
    colours = _colours_of(name)
    steps = np.clip(scaled * len(colours), 0, len(colours) - 1, dtype=np.float32).astype(np.uint8)  # as matplotlib does
    image = Image.fromarray(steps, "P")  # (h, w)
    image.putpalette(colours.tobytes())
    return np.asarray(image.convert("RGB"))  # (h, w, 3)


@cache
def _colours_of(name: str) -> PictureArray:
    """A colour map's 256 colours, (256, 3) uint8."""
    return np.asarray(matplotlib.colormaps[name](np.arange(256), bytes=True)[:, :3])


def find_limits(activations: Activations, common_scale: bool = False) -> Floats:
    """(C,) float32: the number that the brightest colour of each channel stands for; 1 for a channel that is all 0."""
    return _limits(activations.values, common_scale)


def _limits(maps: Floats, common_scale: bool) -> Floats:
    largest = np.abs(maps).reshape(len(maps), -1).max(axis=1)
    largest = np.full_like(largest, largest.max()) if common_scale else largest
    return np.where(largest > 0, largest, 1).astype(np.float32)


def _map_for(values: Floats) -> str:
    return DIVERGING if values.min() < 0 else SEQUENTIAL


def _stretched(values: Floats, picture: PictureArray) -> Floats:
    """(h, w) -> (H, W) of the picture, bilinear."""
    height, width = picture.shape[:2]
    image = Image.fromarray(np.ascontiguousarray(values, np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


def _over(picture: PictureArray, top: PictureArray, opacity: float) -> PictureArray:
    grey = Image.fromarray(np.ascontiguousarray(picture)).convert("L").convert("RGB")
    return np.array(Image.blend(grey, Image.fromarray(top), _share(opacity)))


def _share(opacity: float) -> float:
    if not 0 <= opacity <= 1:
        raise InputError(f"Expected an opacity from 0 to 1, got {opacity:g}.")
    return opacity


def _checked(activations: Activations, channel: int) -> int:
    count = len(activations.values)
    if not 0 <= channel < count:
        raise InputError(f"The layer {activations.layer} has channels 0 to {count - 1}, not {channel}.")
    return channel
