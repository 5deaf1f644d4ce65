"""Upsampling bench: the same few numbers through every way of enlarging a feature map."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn_core.images import drawing
from cnn_core.ops import upsampling
from cnn_core.ops.upsampling import Numbers, Pooled
from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.semantic_segmentation import segment_with_each
from demos.spec import Choice, Demo, Lesson, Note, Options, Picture, Pictures, Scene, Slider, Table, Text, Try

LECTURE, DECODER = "1 2 6 3; 3 5 2 1; 1 2 2 1; 7 3 4 8", "1 2; 3 4"
BLUR = "1 2 1; 2 4 2; 1 2 1"
SQUARE = 48
AUTOMATIC = "auto"
STAMPS = "stamps on each number of the transposed convolution"
LARGEST = upsampling.LARGEST
SEES = 0.3
"""Networks whose mean IoU is below this mostly don't recognise things at all."""

DECODERS = {
    "upsample_nearest_voc20": "nearest neighbour",
    "upsample_unpool_voc20": "max-unpooling",
    "upsample_transposed_voc20": "transposed convolution",
}
"""Trained here in the same way; weights name -> words."""

Captioned = tuple[PictureArray, str]


def run(
    numbers: str, decoder: str, kernel: str, stride: int, padding: int, output_padding: str, picture: PictureArray | None
) -> tuple[Any, ...]:
    """An encoder's map is pooled; a decoder's map is enlarged in five ways, each with all its numbers."""
    x, small, stamp = (
        upsampling.parse(text, name) for text, name in ((numbers, "map"), (decoder, "decoder's map"), (kernel, "kernel"))
    )
    pooled = upsampling.max_pool(x, stride)
    extra = fit_output_padding(stamp, stride, padding) if output_padding == AUTOMATIC else int(output_padding)
    enlarged = upsampling.transposed_convolution(small, stamp, stride, padding, extra)
    panels = [
        ("the encoder's map, its maxima marked", x, mark_maxima(pooled)),
        (f"max-pooling by {stride}", pooled.values, None),
        ("the decoder's map", small, None),
        *unpool(pooled, small),
        ("nearest neighbour", upsampling.nearest(small, stride), None),
        ("bed of nails", upsampling.bed_of_nails(small, stride), None),
        (f"transposed convolution, stride {stride}, padding {padding} (output padding {extra})", enlarged, None),
        ("nearest, then convolution", upsampling.resize_convolution(small, stamp, stride), None),
        (STAMPS, upsampling.stamps(small.shape, stamp.shape, stride, padding, extra), None),
    ]
    drawn = [(drawing.draw_numbers(values, marked, SQUARE), f"{title}: {size(values)}") for title, values, marked in panels]
    cells = draw_cells(small, stamp, stride, padding, extra, {"decoder": decoder, "kernel": kernel}, output_padding)
    order = "" if picture is None else say_order()
    stamped = list_stamps(small, stamp, stride, padding, enlarged.shape[1])
    return drawn, cells, say_evenness(stamp, stride), run_decoders(picture), order, stamped


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


def shipped() -> tuple[str, ...]:
    """The decoders whose weights are here."""
    return tuple(name for name in DECODERS if name in weights.names())


def run_decoders(picture: PictureArray | None) -> list[Captioned]:
    """A picture through decoders that differ only in how they enlarge, each with what it reached on photographs."""
    names = shipped()
    if picture is None or not names:
        return []
    pictures = []
    for name, answer in zip(names, segment_with_each(picture, names), strict=True):
        masks = [(answer.names[k], answer.classes == k) for k in np.unique(answer.classes) if k]
        pictures.append((drawing.overlay_masks(picture, masks, 0.7), f"{DECODERS[name]}: mean IoU {mean_iou(name):.1%}"))
    return pictures


def mean_iou(name: str) -> float:
    """What a decoder reached on photographs that it never saw, 0..1."""
    return float(next(iter(weights.card(name).metrics.values()))["miou"])


def say_order() -> str:
    """What the order of the trained decoders proves."""
    found = [mean_iou(name) for name in shipped()]
    if not found or max(found) >= SEES:
        return ""
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
    lesson=Lesson(
        see="The same few numbers, enlarged in every way that a decoder knows.",
        tries=(
            Try(
                words="Enlarge ones with a kernel of ones",
                sets={"decoder": "1 1; 1 1", "kernel": "1 1 1; 1 1 1; 1 1 1"},
                watch="Where do the stamps of the transposed convolution overlap?",
            ),
            Try(
                words="A kernel of 2 by 2, no padding",
                sets={"kernel": "1 1; 1 1", "padding": 0},
                watch="How many stamps does each number get now?",
            ),
            Try(
                words="The same kernel without padding",
                sets={"padding": 0},
                watch="How large is the output of the transposed convolution now?",
            ),
        ),
        notice=(
            "Max-unpooling puts the decoder's values where the encoder's maxima stood; bed of nails and nearest neighbour "
            "have forgotten these positions.",
            "A transposed convolution stamps its kernel, times the value, at steps of the stride; overlapping ones add up.",
            "A kernel of 3 by 3 with stride 2, padding 1 and output padding 1 makes 4 by 4 of 2 by 2; without any padding "
            "it makes 5 by 5. (Left alone, the output padding makes the output the stride times as large, or nearly so.)",
            "Where the stride does not divide the kernel, some numbers get more stamps than others: the checkerboard. In "
            "'nearest, then convolution' every number away from the edges gets the whole kernel, so its numbers are larger.",
        ),
        questions=(
            (
                "Make all of the decoder's numbers 1 and the kernel '1 1 1; 1 1 1; 1 1 1', stride 2. What do you see? And "
                "with '1 1; 1 1' and padding 0?",
                "The transposed convolution shows 1, 2 and 4 in a checkerboard; with the smaller kernel it is 1 everywhere.",
            ),
            (
                "Can a network unlearn the checkerboard?",
                "It can choose kernels whose uneven stamps cancel, but must work for it. Enlarging first and convolving "
                "then has no such pattern to begin with (Odena et al. 2016).",
            ),
            (
                "Which of the three trained networks draws the finest borders, and why may another still score higher?",
                "Max-unpooling puts values back to where the maxima stood, so that borders follow the picture's. But "
                "most of what decides the mean IoU is whether a thing is recognised at all, which all three have in common.",
            ),
            (
                "Why is it called transposed?",
                "Write a convolution with this stride as a matrix: the transposed matrix does exactly this stamping. "
                "It is the convolution's backward pass, and does not undo it.",
            ),
        ),
        sources=(
            "Zeiler and Fergus 2013, arXiv:1311.2901 (unpooling)",
            "Odena, Dumoulin and Olah 2016, doi:10.23915/distill.00003 (checkerboards)",
            "Dumoulin and Visin 2016, arXiv:1603.07285 (convolution arithmetic)",
        ),
    ),
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
        Pictures(label="Trained networks, alike but for how they enlarge", columns=3),
        Note(label="What their order proves"),
        Table(label="First row of the transposed convolution", columns=("column", "stamps", "sum"), folded=True),
    ),
    run=run,
    examples=(
        {"picture": "chelsea"},
        {"picture": "astronaut", "decoder": "1 1 1 1; 1 1 1 1; 1 1 1 1; 1 1 1 1", "kernel": "1 1 1; 1 1 1; 1 1 1"},
        {"picture": "motorcycle", "decoder": "1 1 1 1; 1 1 1 1; 1 1 1 1; 1 1 1 1", "kernel": "1 1; 1 1", "padding": 0},
        {"picture": "chelsea", "kernel": "0.25 0.5 0.25; 0.5 1 0.5; 0.25 0.5 0.25"},
    ),
    weights=shipped(),
    order=5,
)
