"""Upsampling bench: the same few numbers through every way of enlarging a map."""

import numpy as np

from cnn_core.images import drawing
from cnn_core.ops import upsampling
from cnn_core.runtime import weights
from cnn_core.tasks.semantic_segmentation import segment_with_each
from demos.spec import Demo, Lesson, Note, Picture, Pictures, Slider, Table, Text

LECTURE = "1 2 6 3; 3 5 2 1; 1 2 2 1; 7 3 4 8"
BLUR = "1 2 1; 2 4 2; 1 2 1"
SQUARE = 48
LARGEST = upsampling.LARGEST
DECODERS = {
    "upsample_nearest_voc20": "nearest neighbour",
    "upsample_unpool_voc20": "max-unpooling",
    "upsample_transposed_voc20": "transposed convolution",
}
"""Trained here in the same way; weights name -> words."""


def run(numbers, kernel, stride, picture):
    """Max-pooling first, then the five ways back, each with all its numbers; then inside trained networks."""
    x, stamp = upsampling.parse(numbers, "map"), upsampling.parse(kernel, "kernel")
    pooled = upsampling.max_pool(x, stride)
    small = pooled.values
    counts = upsampling.stamps(small.shape, stamp.shape, stride)
    panels = (
        ("the map, its maxima marked", x, maxima(pooled)),
        (f"after max-pooling by {stride}", small, None),
        ("nearest neighbour", upsampling.nearest(small, stride), None),
        ("bed of nails", upsampling.bed_of_nails(small, stride), None),
        ("max-unpooling", upsampling.max_unpool(pooled), maxima(pooled)),
        (f"transposed convolution, stride {stride}", upsampling.transposed_convolution(small, stamp, stride), None),
        ("nearest, then convolution", upsampling.resize_convolution(small, stamp, stride), None),
        ("stamps on each number", counts, None),
    )
    drawn = [(drawing.numbers(values, marked, SQUARE), title) for title, values, marked in panels]
    return drawn, verdict(stamp, stride), inside_networks(picture), stamps_of(small, stamp, stride)


def shipped():
    """The decoders whose weights are here."""
    return tuple(name for name in DECODERS if name in weights.names())


def inside_networks(picture):
    """A picture through decoders that differ only in how they enlarge, each with what it reached on photographs."""
    if picture is None or not shipped():
        return []
    pictures = []
    names = shipped()
    for name, answer in zip(names, segment_with_each(picture, names), strict=True):
        masks = [(answer.names[k], answer.classes == k) for k in np.unique(answer.classes) if k]
        caption = f"{DECODERS[name]}: mean IoU {next(iter(weights.card(name).metrics.values()))['miou']:.1%}"
        pictures.append((drawing.masks_over(picture, masks, 0.7), caption))
    return pictures


def maxima(pooled):
    """A mask of where the maxima stood."""
    mask = np.zeros(pooled.shape, bool)
    mask[pooled.rows, pooled.columns] = True
    return mask


def verdict(kernel, stride):
    """Whether stamps fall evenly, and whether a constant map comes out constant, in words."""
    constant = np.ones((2 * LARGEST, 2 * LARGEST))
    size = " by ".join(str(k) for k in kernel.shape)
    counts, sums = (inside(upsampling.transposed_convolution(constant, k, stride), kernel) for k in (kernel**0, kernel))
    if counts.min() == counts.max():
        return f"The stride {stride} divides a kernel of {size}: away from the edges every number gets equally many stamps."
    uneven = f"The stride {stride} does not divide a kernel of {size}:"
    uneven += f" numbers get {counts.min():.0f} to {counts.max():.0f} stamps."
    if np.allclose(sums, sums.flat[0]):
        return f"{uneven} **This kernel makes up for it:** more stamps, but weaker ones (as in bilinear enlargement)."
    return f"**Checkerboard.** {uneven} Of a map of ones it makes a pattern of {sums.min():g} to {sums.max():g}."


def inside(values, kernel):
    """A map without the edges, where stamps are missing."""
    rows, columns = kernel.shape
    return values[rows:-rows, columns:-columns]


def stamps_of(small, kernel, stride):
    """For the first row of the output: which stamps make each number of the transposed convolution."""
    rows = []
    width = (small.shape[1] - 1) * stride + kernel.shape[1]
    for column in range(width):
        parts = [
            (small[0, j], kernel[0, column - j * stride])
            for j in range(small.shape[1])
            if 0 <= column - j * stride < kernel.shape[1]
        ]
        total = sum(value * weight for value, weight in parts)
        rows.append([column, " + ".join(f"{value:g}·{weight:g}" for value, weight in parts) or "nothing", f"{total:g}"])
    return rows


DEMO = Demo(
    title="Upsampling bench",
    summary="A network for pixels must enlarge its small maps again. Change the numbers and see what each way does.",
    lesson=Lesson(
        notice=(
            "Max-unpooling remembers where each maximum stood; bed of nails and nearest neighbour have forgotten it.",
            "A transposed convolution stamps its kernel, times the value, at steps of the stride; overlapping ones add up.",
            "Where the stride does not divide the kernel, some numbers get more stamps than others: the checkerboard.",
        ),
        questions=(
            (
                "Make all numbers 1 and the kernel '1 1 1; 1 1 1; 1 1 1', stride 2. What do you see? And with '1 1; 1 1'?",
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
        "numbers": Text(label="The map", default=LECTURE, lines=2, longest=400, help="Rows separated by semicolons."),
        "kernel": Text(label="The kernel", default=BLUR, lines=2, longest=400),
        "stride": Slider(label="Stride", low=1, high=4, step=1, default=2),
        "picture": Picture(label="A picture for the trained networks", help="Twenty classes of PASCAL VOC.", optional=True),
    },
    outputs=(
        Pictures(label="Every way, every number", columns=4, pixelated=True),
        Note(label="Checkerboard"),
        Pictures(label="Trained networks, alike but for how they enlarge", columns=3),
        Table(label="First row of the transposed convolution", columns=("column", "stamps", "sum"), folded=True),
    ),
    run=run,
    examples=(
        {"picture": "chelsea"},
        {"picture": "astronaut", "numbers": "1 1 1 1; 1 1 1 1; 1 1 1 1; 1 1 1 1", "kernel": "1 1 1; 1 1 1; 1 1 1"},
        {"picture": "motorcycle", "numbers": "1 1 1 1; 1 1 1 1; 1 1 1 1; 1 1 1 1", "kernel": "1 1; 1 1"},
        {"picture": "chelsea", "kernel": "0.25 0.5 0.25; 0.5 1 0.5; 0.25 0.5 0.25"},
    ),
    weights=shipped(),
    order=5,
)
