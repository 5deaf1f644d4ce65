"""One object in the ways in which detectors are taught: a grid's cell (YOLO), default boxes (SSD), a pyramid's cells (FCOS).

Each function returns plain data for the drawing: what is said, a table, and rectangles in shares of the picture.
"""

from typing import Any

import numpy as np

from cnn_core.ops import default_boxes, grid_cells
from cnn_core.ops.default_boxes import SSD300
from cnn_core.results import Floats, PictureArray
from cnn_core.tasks.answering_cells import AnsweringCell, answering_cells, input_placement

YOLO_BOXES, YOLO_CLASSES = 2, 20
"""Boxes of each cell, and classes, in Redmon et al. 2015."""
SHOWN, CELLS_SHOWN = 12, 5
"""Default boxes drawn, and cells listed, at the most."""
NOTHING = {"said": "Nothing there: no cell and no default box has an object to answer for.", "rows": [], "columns": []}


def share_of(box: Floats, shape: tuple[int, ...]) -> list[float]:
    """A box (4,) xyxy pixels as shares of a picture (H, W, ...)."""
    height, width = shape[:2]
    return [round(float(v), 5) for v in np.asarray(box, np.float64) / (width, height, width, height)]


def signed(value: float) -> str:
    """A number with its sign and two digits; nothing that is zero is negative."""
    return f"{round(value, 2) + 0.0:+.2f}".replace("-", "−")


def with_grid(box: Floats | None, shape: tuple[int, ...], cells: int) -> dict[str, Any]:
    """YOLO: the one cell in which the box's centre lies."""
    outputs = grid_cells.grid_outputs(cells, YOLO_BOXES, YOLO_CLASSES)
    grid = (
        f"{cells} × {cells} cells, each with {YOLO_BOXES} boxes of 5 numbers and {YOLO_CLASSES} classes: {outputs:,} in all."
    )
    if box is None:
        return {**NOTHING, "said": f"{grid} Nothing there: in every cell the target of c is 0, all else does not count."}
    cell = grid_cells.responsible_cell(box, shape[1], shape[0], cells)
    return {
        "said": f"{grid} The centre lies in column {cell.column + 1}, row {cell.row + 1}: that cell alone answers for it. "
        f"In the other {cells * cells - 1} the target of c is 0.",
        "columns": ["number", "target", "measured in"],
        "rows": [
            ["c", "1", "is there an object?"],
            ["b_x", f"{cell.x:.2f}", "cells, from the cell's left edge"],
            ["b_y", f"{cell.y:.2f}", "cells, from the cell's upper edge"],
            ["b_h", f"{cell.h:.2f}", "heights of the picture"],
            ["b_w", f"{cell.w:.2f}", "widths of the picture"],
        ],
        "grid": cells,
        "marked": [[cell.column / cells, cell.row / cells, (cell.column + 1) / cells, (cell.row + 1) / cells]],
    }


def with_default_boxes(box: Floats | None, shape: tuple[int, ...]) -> dict[str, Any]:
    """SSD: the default boxes that overlap the box enough, and what the best of them learns."""
    defaults = default_boxes.default_boxes()
    total = f"{len(defaults.boxes):,} default boxes on {len(SSD300)} feature maps"
    if box is None:
        return {**NOTHING, "said": f"{total}. Nothing there: the target of each is 'background'."}
    true = np.array(share_of(box, shape), np.float32)
    found = default_boxes.match(defaults, true)
    best, matched = found.numbers[0], np.array(found.numbers)
    across, down, wider, higher = default_boxes.offsets(defaults.boxes[best], true)
    enough = int((found.overlaps >= default_boxes.ENOUGH).sum())
    some = f"{enough} have" if enough != 1 else "1 has"
    rows = []
    for k, ((cells, ratios), scale) in enumerate(zip(SSD300, default_boxes.scales_of(len(SSD300)), strict=True)):
        here = defaults.maps == k
        answer = (defaults.maps[matched] == k).sum()
        rows.append(
            [f"{cells} × {cells}", f"{scale:.2f}", in_ratios(ratios), f"{here.sum():,}", str(answer),
             f"{found.overlaps[here].max():.2f}"]
        )  # fmt: skip
    alone = "" if enough else ", so the best one answers alone"
    return {
        "said": f"{total}; {some} an IoU of 0.5 or more{alone}. The best (IoU {found.overlaps[best]:.2f}, {shape_of(best)}) "
        f"learns the offsets Δx {signed(across)}, Δy {signed(down)} (in its own widths and heights), ln w {signed(wider)}, "
        f"ln h {signed(higher)}.",
        "columns": ["feature map", "scale", "ratios", "boxes", "answer", "best IoU"],
        "rows": rows,
        "marked": [[round(float(v), 5) for v in defaults.boxes[k]] for k in found.numbers[:SHOWN]],
    }


def in_ratios(ratios: tuple[float, ...]) -> str:
    """The aspect ratios (width over height) of a feature map's default boxes; 1 stands for squares of two scales."""
    return ", ".join(["1", *(f"{ratio:.0f}, 1/{ratio:.0f}" for ratio in ratios)])


def shape_of(number: int) -> str:
    """Which default box it is: its feature map, scale and aspect ratio."""
    defaults = default_boxes.default_boxes()
    cells, ratio = SSD300[defaults.maps[number]][0], float(defaults.ratios[number])
    said = f"{ratio:.0f}" if ratio >= 1 else f"1/{1 / ratio:.0f}"
    return f"of the {cells} × {cells} map, scale {defaults.scales[number]:.2f}, ratio {said}"


def with_pyramid(picture: PictureArray, box: Floats | None, detector: str) -> dict[str, Any]:
    """FCOS, the detector trained here: the cells that answer for the box, and what they do say."""
    height, width = input_placement(picture, detector).size
    sizes = ", ".join(f"{width // stride} × {height // stride}" for stride in grid_cells.REACH)
    levels = f"Input {width} × {height}; three levels of {sizes} cells."
    if box is None:
        return {**NOTHING, "said": f"{levels} Nothing there: in every cell the target of all classes is 0."}
    cells = answering_cells(picture, detector, box)
    if not cells:
        return {**NOTHING, "said": f"{levels} No cell's centre lies in this box: the detector cannot learn it."}
    counts = {stride: sum(one.cell.stride == stride for one in cells) for stride in grid_cells.REACH}
    by_level = ", ".join(f"{count} of stride {stride}" for stride, count in counts.items() if count)
    return {
        "said": f"{levels} {len(cells)} cells near the box's middle answer for it: {by_level}. Each learns its distances to "
        "the four sides.",
        "columns": ["stride; column, row", "left, top, right, bottom", "what it says", "IoU"],
        "rows": [row_of(one) for one in cells[:CELLS_SHOWN]],
        "marked": [share_of(one.place, picture.shape) for one in cells],
    }


def row_of(one: AnsweringCell) -> list[str]:
    """A cell in words: where it is, the distances it should give (input pixels), what it says."""
    distances = ", ".join(f"{value:.0f}" for value in one.cell.distances)
    said = [f"{one.label} {one.score:.0%}", f"{one.overlap:.2f}"] if one.label else ["nothing", ""]
    return [f"{one.cell.stride}; {one.cell.column + 1}, {one.cell.row + 1}", distances, *said]
