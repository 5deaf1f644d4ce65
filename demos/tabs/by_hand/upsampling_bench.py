"""Upsampling bench: the same few numbers through every way of enlarging a feature map."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_core.images import drawing
from cnn_core.ops import convolution, upsampling
from cnn_core.ops.upsampling import Numbers, Pooled
from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.semantic_segmentation import segment, segment_with_each
from demos.spec import Choice, Demo, Note, Options, Picture, Pictures, Scene, Slider, Table, Text
from demos.tabs.by_hand._naive_stack import UNET, say_cost
from demos.tabs.by_hand._upsampling_lesson import LESSON

LECTURE, DECODER = "1 2 6 3; 3 5 2 1; 1 2 2 1; 7 3 4 8", "1 2; 3 4"
BLUR = "1 2 1; 2 4 2; 1 2 1"
SQUARE = 48
AUTOMATIC = "auto"
STAMPS = "stamps on each of its numbers"
LARGEST = upsampling.LARGEST
SEES = 0.2
"""Networks whose mean IoU is below this mostly don't recognise things at all."""
CLOSE = 0.05
"""Mean IoUs that differ by less may come in another order on other photographs."""

ENCODER = "upsample_bilinear_voc20"
DECODERS = {
    ENCODER: "no decoder, bilinear",
    "upsample_nearest_voc20": "nearest neighbour",
    "upsample_unpool_voc20": "max-unpooling",
    "upsample_transposed_voc20": "transposed convolution",
}
"""Trained here together; weights name -> words. The first is the encoder of the others, answering by itself."""

Captioned = tuple[PictureArray, str]


def run(
    numbers: str, decoder: str, kernel: str, stride: int, padding: int, output_padding: str, picture: PictureArray | None
) -> tuple[Any, ...]:
    """An encoder's map is made smaller in three ways, a decoder's map larger in five, each with all its numbers."""
    x, small, stamp = (
        upsampling.parse(text, name) for text, name in ((numbers, "map"), (decoder, "decoder's map"), (kernel, "kernel"))
    )
    pooled = upsampling.max_pool(x, stride)
    extra = fit_output_padding(stamp, stride, padding) if output_padding == AUTOMATIC else int(output_padding)
    enlarged = upsampling.transposed_convolution(small, stamp, stride, padding, extra)
    panels = [
        ("the encoder's map, its maxima marked", x, mark_maxima(pooled)),
        (f"max-pooling by {stride}", pooled.values, None),
        *convolve(x, stamp, stride),
        ("the decoder's map", small, None),
        *unpool(pooled, small),
        ("nearest neighbour", upsampling.nearest(small, stride), None),
        ("bed of nails", upsampling.bed_of_nails(small, stride), None),
        (f"transposed convolution, stride {stride}, padding {padding}, output padding {extra}", enlarged, None),
        (STAMPS, upsampling.stamps(small.shape, stamp.shape, stride, padding, extra), None),
        ("nearest, then convolution", upsampling.resize_convolution(small, stamp, stride), None),
    ]
    drawn = [(drawing.draw_numbers(values, marked, SQUARE), f"{title}: {size(values)}") for title, values, marked in panels]
    cells = draw_cells(small, stamp, stride, padding, extra, {"decoder": decoder, "kernel": kernel}, output_padding)
    order = "" if picture is None else say_order()
    stamped = list_stamps(small, stamp, stride, padding, enlarged.shape[1])
    return drawn, cells, say_evenness(stamp, stride), run_decoders(picture), order, *say_cost(), stamped


def output_paddings(stride: int) -> Options:
    """What the output padding can be: smaller than the stride."""
    return ((AUTOMATIC, "the stride times as large"), *((str(n), str(n)) for n in range(stride)))


def draw_cells(
    small: Numbers, kernel: Numbers, stride: int, padding: int, extra: int, held: dict[str, str], choice: str
) -> dict[str, Any]:
    """The decoder's map and the kernel as cells to type in, for the browser."""
    height, width = upsampling.transposed_convolution(small, kernel, stride, padding, extra).shape
    return {
        "words": f"A transposed convolution makes {height} by {width} numbers of {size(small)}.",
        "small": small.tolist(),
        "kernel": kernel.tolist(),
        "stride": stride,
        "padding": padding,
        "extra": extra,
        "choice": choice,
        "most": LARGEST,
        "held": held,
    }


def fit_output_padding(kernel: Numbers, stride: int, padding: int) -> int:
    """The output padding with which the output is ``stride`` times as large as the input, or as near to it as can be."""
    return int(np.clip(stride - max(kernel.shape) + 2 * padding, 0, stride - 1))


def size(values: Numbers) -> str:
    """Height and width in words."""
    return f"{values.shape[0]} × {values.shape[1]}"


def unpool(pooled: Pooled, decoder: Numbers) -> list[tuple[str, Numbers, NDArray[np.bool_]]]:
    """The decoder's values at the remembered positions; nothing where there are not as many values as positions."""
    if decoder.shape != pooled.values.shape:
        return []
    return [("max-unpooling", upsampling.max_unpool(pooled, decoder), mark_maxima(pooled))]


def convolve(x: Numbers, kernel: Numbers, stride: int) -> list[tuple[str, Numbers, None]]:
    """The encoder's map through the kernel with a stride, and dilated instead: what can stand in the place of pooling.

    Each is left out where the kernel is not square or reaches farther than the map.
    """
    rows, columns = kernel.shape
    ways = ((f"strided convolution, stride {stride}", stride, 1), (f"dilated convolution, dilation {stride}", 1, stride))
    fits = rows == columns and convolution.reach(rows, stride) <= min(x.shape) + 2 * (rows // 2) * stride
    return [
        (words, convolution.convolve(x[None], kernel[None, None], None, step, rows // 2 * gap, gap)[0], None)
        for words, step, gap in ways
        if fits
    ]


def shipped() -> tuple[str, ...]:
    """The decoders whose weights are here."""
    return tuple(name for name in DECODERS if name in weights.names())


def run_decoders(picture: PictureArray | None) -> list[Captioned]:
    """A picture through decoders that differ only in how they enlarge, each with what it reached on photographs."""
    names = shipped()
    if picture is None or not names:
        return []
    heads = [name for name in names if name != ENCODER]
    answers = {name: segment(picture, name) for name in names if name == ENCODER}
    if heads:
        answers |= dict(zip(heads, segment_with_each(picture, heads), strict=True))
    pictures = []
    for name, answer in answers.items():
        masks = [(answer.names[k], answer.classes == k) for k in np.unique(answer.classes) if k]
        pictures.append((drawing.overlay_masks(picture, masks, 0.7), f"{DECODERS[name]}: mean IoU {mean_iou(name):.1%}"))
    return pictures


def mean_iou(name: str) -> float:
    """What a decoder reached on photographs that it never saw, 0..1."""
    return float(next(iter(weights.card(name).metrics.values()))["miou"])


def say_order() -> str:
    """What the order of the trained decoders proves."""
    found = [mean_iou(name) for name in shipped() if name != ENCODER]
    if not found or (max(found) >= SEES and max(found) - min(found) >= CLOSE):
        return ""
    if max(found) >= SEES:
        apart = f"{100 * (max(found) - min(found)):.1f} points of mean IoU"
        return (
            f"**Their order proves little:** the three decoders lie within {apart}, after one training each. "
            "Look at the borders, and for holes and patterns, instead."
        )
    return (
        f"**The order of the trained networks proves nothing:** with mean IoUs of {min(found):.0%} to {max(found):.0%} "
        "all of them miss most things, however they enlarge. It says nothing against learning the upsampling from data."
    )


def mark_maxima(pooled: Pooled) -> NDArray[np.bool_]:
    """A mask of where the maxima stood."""
    mask = np.zeros(pooled.shape, bool)
    mask[pooled.rows, pooled.columns] = True
    return mask


def say_evenness(kernel: Numbers, stride: int) -> str:
    """Whether stamps fall evenly, and whether a constant map comes out constant, in words."""
    constant = np.ones((2 * LARGEST, 2 * LARGEST))
    words = " by ".join(str(k) for k in kernel.shape)
    counts, sums = (inside(upsampling.transposed_convolution(constant, k, stride), kernel) for k in (kernel**0, kernel))
    if counts.min() == counts.max():
        return f"The stride {stride} divides a kernel of {words}: away from the edges every number gets equally many stamps."
    uneven = f"The stride {stride} does not divide a kernel of {words}:"
    uneven += f" numbers get {counts.min():.0f} to {counts.max():.0f} stamps."
    if np.allclose(sums, sums.flat[0]):
        return f"{uneven} **This kernel makes up for it:** more stamps, but weaker ones (as in bilinear enlargement)."
    return f"**Checkerboard.** {uneven} Of a map of ones it makes a pattern of {sums.min():g} to {sums.max():g}."


def inside(values: Numbers, kernel: Numbers) -> Numbers:
    """A map without the edges, where stamps are missing."""
    rows, columns = kernel.shape
    return values[rows:-rows, columns:-columns]


def list_stamps(small: Numbers, kernel: Numbers, stride: int, padding: int, width: int) -> list[list[Any]]:
    """For the first row of the transposed convolution: which stamps make each of its ``width`` numbers."""
    rows: list[list[Any]] = []
    for column in range(width):
        parts = []
        for (i, j), value in np.ndenumerate(small):
            k, m = padding - i * stride, column + padding - j * stride  # the kernel's row and column that fall here
            if 0 <= k < kernel.shape[0] and 0 <= m < kernel.shape[1]:
                parts.append((value, kernel[k, m]))
        total = sum(value * weight for value, weight in parts)
        rows.append([column, " + ".join(f"{value:g}·{weight:g}" for value, weight in parts) or "nothing", f"{total:g}"])
    return rows


DEMO = Demo(
    title="Upsampling bench",
    summary="A network for pixels must enlarge its small maps again. Change the numbers and see what each way does.",
    lesson=LESSON,
    inputs={
        "numbers": Text(
            label="The encoder's map", default=LECTURE, lines=2, longest=400, help="Rows separated by semicolons."
        ),
        "decoder": Text(
            label="The decoder's map, to be enlarged",
            default=DECODER,
            lines=2,
            longest=400,
            help="For max-unpooling as large as the pooled map.",
        ),
        "kernel": Text(label="The kernel", default=BLUR, lines=2, longest=400),
        "stride": Slider(label="Stride", low=1, high=4, step=1, default=2),
        "padding": Slider(label="Padding of the transposed convolution", low=0, high=2, step=1, default=1),
        "output_padding": Choice(
            label="Output padding: the output is", options=output_paddings, depends_on=("stride",), folded=True
        ),
        "picture": Picture(label="A picture for the trained networks", help="Twenty classes of PASCAL VOC.", optional=True),
    },
    outputs=(
        Pictures(label="Every way, every number", columns=4, pixelated=True),
        Scene(
            label="The transposed convolution, cell by cell",
            script="stamping",
            sets=("decoder", "kernel", "stride", "padding", "output_padding"),
            help="Type into the cells. Point at a number of the output, or walk there with the arrow keys, for its sources.",
        ),
        Note(label="Checkerboard"),
        Pictures(label="Trained networks, alike but for how they enlarge", columns=2),
        Note(label="What their order proves"),
        Note(label="Why pool at all?"),
        Table(
            label="The U-Net's convolutions, with pooling and without",
            columns=(
                "size of the maps",
                "convolutions",
                "multiply-adds",
                "without pooling",
                "kept values",
                "without pooling ",
            ),
            folded=True,
            help="Without pooling the same convolutions run on maps as large as the picture.",
        ),
        Table(label="First row of the transposed convolution", columns=("column", "stamps", "sum"), folded=True),
    ),
    run=run,
    examples=(
        {"picture": "chelsea"},
        {"picture": "astronaut", "decoder": "1 1 1 1; 1 1 1 1; 1 1 1 1; 1 1 1 1", "kernel": "1 1 1; 1 1 1; 1 1 1"},
        {"picture": "motorcycle", "decoder": "1 1 1 1; 1 1 1 1; 1 1 1 1; 1 1 1 1", "kernel": "1 1; 1 1", "padding": 0},
        {"picture": "chelsea", "kernel": "0.25 0.5 0.25; 0.5 1 0.5; 0.25 0.5 0.25"},
    ),
    example_titles=("The lecture's numbers", "Ones, stamps of 3 × 3", "Ones, stamps of 2 × 2", "A bilinear kernel"),
    weights=(*shipped(), *(name for name in (UNET,) if name in weights.names())),
    order=8,
)
