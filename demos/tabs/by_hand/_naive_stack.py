"""What the shipped U-Net would cost as a naive stack of its convolutions, without pooling."""

from functools import cache
from typing import Any

import torch

from cnn_core.explain.pooling_cost import BYTES, SizeCost, costs_by_size, total
from cnn_core.runtime import weights

UNET = "segment_unet_voc20"


@cache
def costs() -> tuple[SizeCost, ...]:
    """The costs of the shipped U-Net's convolutions at its own size; () where it is not here."""
    if UNET not in weights.names():
        return ()
    network, side = weights.load(UNET).model, weights.card(UNET).input.size
    device = next(network.parameters()).device
    return tuple(costs_by_size(network, torch.zeros(1, 3, side, side, device=device)))


def say_cost() -> tuple[str, list[list[Any]]]:
    """What the shipped U-Net would cost without pooling, in words and size by size."""
    if not costs():
        return "", []
    whole, side = total(costs()), weights.card(UNET).input.size
    times, keeps = whole.naive_multiply_adds / whole.multiply_adds, whole.naive_values / whole.values
    words = (
        f"**Naive:** the {whole.convolutions} convolutions of the shipped U-Net, all at {side} × {side} without pooling, "
        f"would take **{times:.0f} times** as many multiply-adds ({billions(whole.naive_multiply_adds)} instead of "
        f"{billions(whole.multiply_adds)}) and keep **{keeps:.0f} times** as many values "
        f"({megabytes(whole.naive_values)} instead of {megabytes(whole.values)} for each picture in training)."
    )
    sizes = [[f"{cost.size[0]} × {cost.size[1]}", *row(cost)] for cost in costs()]
    return words, [*sizes, ["all", *row(whole)]]


def row(cost: SizeCost) -> list[str]:
    """One line of the table, after its name."""
    adds = (billions(cost.multiply_adds), billions(cost.naive_multiply_adds))
    return [str(cost.convolutions), *adds, megabytes(cost.values), megabytes(cost.naive_values)]


def billions(multiply_adds: int) -> str:
    """Multiply-adds in words."""
    return f"{multiply_adds / 1e9:,.2f} billion" if multiply_adds < 1e10 else f"{multiply_adds / 1e9:,.0f} billion"


def megabytes(values: int) -> str:
    """The memory of so many values."""
    size = BYTES * values / 1e6
    return f"{size:,.0f} MB" if size >= 10 else f"{size:.1f} MB"
