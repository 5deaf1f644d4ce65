"""A convolution's kernels as one line of text, which an address can hold and a person can type.

"Sobel x / learned 7 / 0 1 0; 1 -4 1; 0 1 0 bias 10": parts by "/", each a name, a learned kernel's number, or rows of
numbers; "|" between the slices of a kernel over red, green and blue.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnn_core.errors import InputError
from cnn_core.explain.kernels import first_biases, first_kernels
from cnn_core.ops import known_kernels
from cnn_core.ops.convolution import Numbers
from cnn_core.ops.upsampling import parse as parse_table
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import with_fallback
from demos.spec import Options

MOST = 4
LARGEST = 9
"""Rows of the largest kernel that is shipped."""
NO_CONVOLUTION = ("dense", "linear_svm", "relation_network")
"""Architectures without any."""
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
BIAS = re.compile(rf"\s+bias\s+({NUMBER})\s*$", re.IGNORECASE)
LEARNED = re.compile(r"\s*learned\s+(\d{1,4})\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Kernel:
    """One kernel of a layer.

    Attributes:
        name: for a person.
        weights: (slices, k, k), 1 slice for any one channel or 3 for red, green and blue.
        bias: what is added to every sum.
        own_bias: what it is where nobody set another one.
        learned: whether it comes from a network, which sees normalised pixels.
    """

    name: str
    weights: Numbers
    bias: float = 0.0
    own_bias: float = 0.0
    learned: bool = False


def networks() -> Options:
    """(weights name, title) of the shipped networks with a first convolution of their own, by title.

    Dense networks have none; that of a network which stands on another one is the other's.
    """
    cards = [weights.card(name) for name in weights.names()]
    found = [card for card in cards if card.architecture not in NO_CONVOLUTION and not card.base]
    return tuple(sorted(((card.name, card.title) for card in found), key=lambda pair: pair[1].lower()))


def kernels_of(network: str) -> tuple[Numbers, Numbers] | None:
    """The kernels (K, 3, k, k) and biases (K,) of a network's first convolution; None without one over colours."""

    def look(net: weights.Network) -> tuple[Numbers, Numbers] | None:
        kernels, biases = first_kernels(net.model), first_biases(net.model)
        return None if kernels is None or biases is None else (kernels.astype(np.float64), biases.astype(np.float64))

    return with_fallback(network, look)


def read(text: str, size: int, network: str) -> list[Kernel]:
    """The kernels that a text names, at most MOST.

    Args:
        text: as this module's docstring says.
        size: rows of those that have a name.
        network: whose kernels "learned" means.

    Raises:
        InputError: something in it is no kernel.
    """
    parts = [part for part in text.split("/") if part.strip()]
    if not 1 <= len(parts) <= MOST:
        raise InputError(
            f"Give one to {MOST} kernels with '/' between them, such as: Sobel x / box blur. {len(parts)} came."
        )
    return [read_one(part, size, network) for part in parts]


def read_one(part: str, size: int, network: str) -> Kernel:
    """One part of the text."""
    found = BIAS.search(part)
    words, bias = (part[: found.start()], float(found[1])) if found else (part, None)
    if learned := LEARNED.fullmatch(words):
        return read_learned(int(learned[1]), bias, network)
    if re.search("[a-z]", words, re.IGNORECASE):
        name = known_kernels.find(words)
        return Kernel(name, known_kernels.KNOWN[name](size)[None], bias or 0.0)  # (k, k) -> (1, k, k)
    slices = [parse_table(text, "kernel") for text in words.split("|")]
    shapes = {table.shape for table in slices}
    if len(slices) not in (1, 3) or len(shapes) != 1 or any(h != w or h > LARGEST for h, w in shapes):
        raise InputError(f"A kernel of numbers is square, at most {LARGEST} by {LARGEST}, with 1 slice or 3 of one size.")
    return Kernel("own numbers", np.stack(slices), bias or 0.0)  # (slices, k, k)


def read_learned(number: int, bias: float | None, network: str) -> Kernel:
    """The network's kernel of that number, with its own bias unless another one is given."""
    found = kernels_of(network)
    if found is None or number >= len(found[0]):
        count = 0 if found is None else len(found[0])
        raise InputError(
            f"{weights.card(network).title} has {count} kernels in its first layer, 0 to {count - 1}: no {number}."
        )
    own = float(found[1][number])
    return Kernel(f"learned {number}", found[0][number], own if bias is None else bias, own, learned=True)


def stack(kernels: Sequence[Kernel], channels: int) -> tuple[Numbers, Numbers]:
    """All kernels as one layer: (K, C, k, k), smaller ones in the middle of zeros, and biases (K,).

    A kernel of one slice gets the same one for each channel.
    """
    k = max(kernel.weights.shape[-1] for kernel in kernels)
    layer = np.zeros((len(kernels), channels, k, k))
    for number, kernel in enumerate(kernels):
        own = kernel.weights.shape[-1]
        first = (k - own) // 2
        layer[number, :, first : first + own, first : first + own] = kernel.weights
    return layer, np.array([kernel.bias for kernel in kernels])
