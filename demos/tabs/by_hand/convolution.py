"""Pixels and convolution: twelve by twelve pixels of a photo, a kernel, and every sum that it makes.

The drawing repeats in the browser (demos/frontends/scenes/convolution/arithmetic.js) what ``cnn_core.ops.convolution`` does
here for the whole photo. A test compares the two.
"""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from cnn_core.images import drawing, opening
from cnn_core.ops import convolution, known_kernels
from cnn_core.ops.convolution import Numbers, Pooling
from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.preprocessing import REC_601, in_channels
from demos.spec import Choice, Demo, Lesson, Note, Picture, Pictures, Point, Scene, Slider, Table, Text, Toggle, Try
from demos.tabs._addresses import address_of
from demos.tabs.by_hand._kernels import Kernel, kernels_of, networks, read, stack
from demos.tabs.by_hand._window import WINDOW, find_window

LONGEST = 192
"""Pixels of the photo's longer side, so that a window of 12 shows more than skin."""
CHANNELS = (("grey", "grey"), ("red", "red"), ("green", "green"), ("blue", "blue"), ("rgb", "red, green and blue"))
POOLINGS: tuple[Pooling, ...] = ("max", "average")
NAMES: tuple[str, ...] = ("red", "green", "blue")
SMALLEST = 3  # pixels on a side: a thinner photo is enlarged, so that the smallest kernel fits
SHOWN = 320
"""Pixels of a feature map's longer side on the page, at least."""


@dataclass(frozen=True)
class Layer:
    """What a convolution is given: pixels, and kernels for each of their channels.

    Attributes:
        pixels: (C, H, W) uint8.
        names: of the channels.
        mean, std: (C,) for values 0..1, what a network subtracts from them and divides by; None: the pixels as they are.
        chosen: the kernels one by one.
        kernels: (K, C, k, k), the same as one layer; biases: (K,).
    """

    pixels: PictureArray
    names: tuple[str, ...]
    mean: Numbers | None
    std: Numbers | None
    chosen: tuple[Kernel, ...]
    kernels: Numbers
    biases: Numbers

    @property
    def values(self) -> Numbers:
        """(C, H, W): 0..255, or normalised."""
        if self.mean is None or self.std is None:
            return self.pixels.astype(np.float64)
        return (self.pixels / 255 - self.mean[:, None, None]) / self.std[:, None, None]  # (C,) -> (C, 1, 1)


def run(
    picture: PictureArray, kernels: str, channels: str, network: str, size: str, stride: int, padding: int, dilation: int,
    relu: bool, pool_size: int, pool_stride: int, place: tuple[int, int] | None,
) -> tuple[Any, ...]:  # fmt: skip
    """The photo's pixels through a convolution, ReLU and pooling."""
    photo, _ = opening.cap_longest_side(picture, LONGEST)
    photo = opening.enlarge(photo, max(1, -(-SMALLEST // min(photo.shape[:2]))))
    chosen = read(kernels, int(size), network)
    layer = make_layer(photo, chosen, channels, network)
    maps = convolution.convolve(layer.values, layer.kernels, layer.biases, stride, padding, dilation)
    maps = convolution.relu(maps) if relu else maps
    held = {
        "kernels": kernels, "size": size, "stride": stride, "padding": padding, "dilation": dilation, "relu": relu,
        "pool_size": pool_size, "pool_stride": pool_stride,
    }  # fmt: skip
    return (
        say_products(layer),
        draw_window(picture, photo, layer, held, network, find_window(picture, photo, place)),
        show_maps(layer, maps, pool_size, pool_stride),
        say_values(layer, network),
        count_costs(layer, maps),
    )


def make_layer(photo: PictureArray, chosen: list[Kernel], channels: str, network: str) -> Layer:
    """The channels that the kernels look at: those chosen, or all three where a kernel has three slices."""
    learned = any(kernel.learned for kernel in chosen)
    form = weights.card(network).input
    seen = in_channels(photo, form) if learned else photo
    if channels == "rgb" or any(len(kernel.weights) == len(NAMES) for kernel in chosen):
        pixels, names = seen.transpose(2, 0, 1), NAMES  # (H, W, 3) -> (3, H, W)
    elif channels == "grey":
        pixels, names = (photo @ REC_601).round().astype(np.uint8)[None], ("grey",)  # (H, W) -> (1, H, W)
    else:
        number = NAMES.index(channels)
        pixels, names = photo.transpose(2, 0, 1)[number : number + 1], (channels,)  # (H, W, 3) -> (1, H, W)
    mean, std = (np.array(form.mean), np.array(form.std)) if learned else (None, None)
    return Layer(pixels, names, mean, std, tuple(chosen), *stack(chosen, len(names)))


def draw_window(
    picture: PictureArray, photo: PictureArray, layer: Layer, held: dict[str, Any], network: str, corner: tuple[int, int]
) -> dict[str, Any]:
    """All numbers that the browser needs to go on from there."""
    found = kernels_of(network)
    k, count = layer.kernels.shape[-1], len(layer.names)
    return {
        "words": f"A window of {WINDOW} by {WINDOW} pixels of the photo, a kernel of {k} by {k} weights for each of {count} "
        f"channel{'s' if count > 1 else ''}, and the sums that it makes.",
        "photo": address_of(Image.fromarray(photo), "jpeg", quality=85),
        "width": photo.shape[1],
        "height": photo.shape[0],
        "scale": [picture.shape[1] / photo.shape[1], picture.shape[0] / photo.shape[0]],
        "corner": corner,
        "window": WINDOW,
        "pixels": base64.b64encode(np.ascontiguousarray(layer.pixels).tobytes()).decode(),
        "channels": layer.names,
        "mean": None if layer.mean is None else layer.mean.tolist(),
        "std": None if layer.std is None else layer.std.tolist(),
        "kernels": [
            {"name": one.name, "weights": one.weights.tolist(), "bias": one.bias, "ownBias": one.own_bias}
            for one in layer.chosen
        ],
        "known": {
            name: {str(k): kernel(k).tolist() for k in known_kernels.SIZES} for name, kernel in known_kernels.KNOWN.items()
        },
        "learned": 0 if found is None else len(found[0]),
        "network": weights.card(network).title,
        "held": held,
    }


def show_maps(layer: Layer, maps: Numbers, pool_size: int, pool_stride: int) -> list[tuple[PictureArray, str]]:
    """The whole photo as one feature map for each kernel, each also after max pooling and after average pooling."""
    shown = []
    for number, kernel in enumerate(layer.chosen):
        one = maps[number : number + 1]
        shown.append(draw_map(one[0], kernel.name))
        if min(one.shape[1:]) >= pool_size:
            shown += [
                draw_map(convolution.pool(one, pool_size, pool_stride, kind)[0], f"{kind} pooling") for kind in POOLINGS
            ]
    return shown


def draw_map(values: Numbers, name: str) -> tuple[PictureArray, str]:
    """A map (h, w) in grey from 0 where nothing is negative, else red for positive, blue for negative; and its caption."""
    low, high = float(values.min()), float(values.max())
    limit = max(-low, high, 1e-9)
    colours = drawing.map_to_colours(values.astype(np.float32), limit, drawing.DIVERGING if low < 0 else "gray")
    words = f"{name}: {values.shape[1]} × {values.shape[0]}, {low:.4g} to {high:.4g}"
    return opening.enlarge_to(colours, SHOWN), words


def say_products(layer: Layer) -> str:
    """What makes each value."""
    channels, k = layer.kernels.shape[1], layer.kernels.shape[-1]
    return f"**{k} × {k}{f' × {channels}' if channels > 1 else ''} products** in each value"


def say_values(layer: Layer, network: str) -> str:
    """Which numbers the pixels are."""
    if layer.mean is None:
        return "The pixels are numbers from 0 (dark) to 255 (bright)."
    card = weights.card(network)
    return (
        f"Learned kernels come from **{card.title}** and look at normalised pixels, (value / 255 - mean) / standard "
        "deviation for each channel, here of the photo in the size that you see. What the network does next is left out."
    )


def count_costs(layer: Layer, maps: Numbers) -> list[list[Any]]:
    """The convolution of the whole photo beside a dense layer with as many inputs and outputs."""
    (count, channels, k, _), (h, w) = layer.kernels.shape, maps.shape[1:]
    dense = convolution.count_dense(layer.pixels.size, maps.size)
    return [
        [
            "convolution",
            f"{convolution.count_weights(count, channels, k):,}",
            f"{convolution.count_multiply_adds(count, channels, k, h, w):,}",
        ],
        ["dense layer", f"{dense:,}", f"{dense:,}"],
    ]


DEMO = Demo(
    title="Pixels and convolution",
    summary="See the numbers that a photo is made of, and do a convolution by hand.",
    lesson=Lesson(
        see="A photo is numbers. A kernel is laid on some of them: products, their sum, a bias, ReLU.",
        tries=(
            Try(
                words="Turn the kernel: Sobel y",
                sets={"kernels": "Sobel y"},
                watch="Which edges answer now, and which no longer?",
            ),
            Try(
                words="Four kernels at once",
                sets={"kernels": "Sobel x / Sobel y / Laplacian / box blur"},
                watch="How many feature maps come out, and which of them still looks like the photo?",
            ),
            Try(words="Stride 2", sets={"stride": 2}, watch="How large is the output? Count, then use the formula."),
            Try(
                words="Red minus green",
                sets={"picture": "coffee", "kernels": "0 0 0; 0 1 0; 0 0 0 | 0 0 0; 0 -1 0; 0 0 0 | 0 0 0; 0 0 0; 0 0 0"},
                watch="Three slices, one for each channel. What is 0 now: the dark, or the grey?",
            ),
        ),
        notice=(
            "Each value of a feature map is a weighted sum over a small area: its patch times the kernel, plus a bias.",
            "The same few weights are used at every place: weight sharing. A dense layer has a weight for each pair of an "
            "input and an output.",
            "Kernels with a name were made by hand. In a network the weights K(m, n) are what is learned.",
            "Networks lay the kernel on the image as it is. Mathematics calls that a cross-correlation and turns the kernel "
            "by half a turn for a convolution; for learned weights it makes no difference.",
            "With three channels a kernel has three slices, and one sum over all of them.",
        ),
        questions=(
            (
                "Why does Sobel x give 0 wherever an area is flat, however bright it is?",
                "Its weights add up to 0: -1 - 2 - 1 + 1 + 2 + 1. The same number times each of them adds up to 0, too.",
            ),
            (
                "12 × 12 pixels, a kernel of 3 × 3, stride 2, no padding: how large is the output? And with padding 1?",
                "floor((12 - 2 - 1) / 2) + 1 = 5, so 5 × 5. With padding 1: floor((12 + 2 - 2 - 1) / 2) + 1 = 6, so 6 × 6.",
            ),
            (
                "A kernel of 3 × 3 with dilation 2: over how many pixels does it reach, and how many weights has it?",
                "Over 5 × 5, with 9 weights: between them every other pixel is left out.",
            ),
            (
                "What does max pooling keep that average pooling loses?",
                "A single strong answer: its exact place in the window does not matter. The average makes it weaker.",
            ),
        ),
        sources=("Dumoulin and Visin 2016, arXiv:1603.07285 (convolution arithmetic)",),
    ),
    inputs={
        "picture": Picture(label="Your photo"),
        "kernels": Text(
            label="Kernels",
            default="Sobel x",
            longest=6000,
            help="Up to four, with / between them: a name, or learned 0, or numbers such as 0 1 0; 1 -4 1; 0 1 0 bias 5.",
        ),
        "channels": Choice(label="Channels", options=CHANNELS),
        "network": Choice(
            label="Learned kernels from",
            options=networks,
            default="classify_resnet_everyday",
            help="Networks that stand on another one have its first layer.",
        ),
        "size": Choice(
            label="Rows of a named kernel", options=tuple((str(k), f"{k} × {k}") for k in known_kernels.SIZES), folded=True
        ),
        "stride": Slider(label="Stride", low=1, high=3, step=1, default=1, folded=True),
        "padding": Slider(label="Padding", low=0, high=3, step=1, default=0, folded=True),
        "dilation": Slider(label="Dilation", low=1, high=3, step=1, default=1, folded=True),
        "relu": Toggle(label="ReLU after it", folded=True),
        "pool_size": Slider(label="Pooling windows", low=2, high=3, step=1, default=2, folded=True),
        "pool_stride": Slider(label="Stride of the pooling", low=1, high=3, step=1, default=2, folded=True),
        "place": Point(label="Where is the window?", on="picture", folded=True),
    },
    outputs=(
        Note(label="What makes a value", tone="headline"),
        Scene(
            label="Window, kernel, output",
            script="convolution",
            sets=("kernels", "size", "stride", "padding", "dilation", "relu", "pool_size", "pool_stride", "place"),
        ),
        Pictures(
            label="The whole photo through the same kernels",
            columns=3,
            pixelated=True,
            help="Grey is from 0 (black). Where values are negative: white is 0, red positive, blue negative.",
        ),
        Note(label="What the numbers are"),
        Table(label="The whole photo's cost", columns=("layer", "weights", "multiply-adds"), folded=True),
    ),
    run=run,
    examples=(
        {"picture": "coffee", "place": (355, 300)},
        {"picture": "brick", "place": (256, 256), "kernels": "Sobel x / Sobel y"},
        {"picture": "grass", "place": (200, 200)},
    ),
    example_titles=("Cup of coffee", "Bricks: one direction answers", "Grass: edges everywhere, and no outline"),
    order=-1,
)
