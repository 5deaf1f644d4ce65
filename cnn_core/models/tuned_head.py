"""An attending head that also changes its base a little: low-rank additions to kernels (LoRA).

Hu et al. 2021, arXiv:2106.09685: the base's kernel W, a matrix of outputs x (inputs * 3 * 3), becomes W + up @ down, where
up and down have a few columns and rows only. So a network fine-tuned for one question is a small file beside its
base, and the base stays what it is for everyone else. The gains and offsets of the same layers' BN are free, too.
"""

import copy
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from cnn_core.models.attention_head import AttentionHead
from cnn_core.models.blocks import within


class LowRank(nn.Module):
    """W -> W + up @ down, in W's shape."""

    def __init__(self, up: nn.Parameter, down: nn.Parameter) -> None:
        super().__init__()
        self.up, self.down = up, down

    def forward(self, weight: Tensor) -> Tensor:
        """(O, I, k, k) -> (O, I, k, k)."""
        return weight + (self.up @ self.down).view_as(weight)  # (O, I * k * k) -> (O, I, k, k)


class TunedHead(nn.Module):
    """See the module. As it starts, nothing is changed.

    Args:
        kernels: name of each changed convolution in the base -> (outputs, inputs * k * k).
        norms: name of each changed BN in the base -> channels.
        rank: columns of ``up``, rows of ``down``.
        widths, hidden, outputs, dropout: of the ``AttentionHead`` behind it.
    """

    def __init__(
        self, kernels: Mapping[str, Sequence[int]], norms: Mapping[str, int], rank: int,
        widths: Sequence[int], hidden: int, outputs: int, dropout: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.kernels, self.norms = list(kernels), list(norms)
        self.up = nn.ParameterList(torch.zeros(rows, rank) for rows, _ in kernels.values())
        self.down = nn.ParameterList(torch.randn(rank, columns) / columns**0.5 for _, columns in kernels.values())
        self.gain = nn.ParameterList(torch.zeros(channels) for channels in norms.values())
        self.offset = nn.ParameterList(torch.zeros(channels) for channels in norms.values())
        self.head = AttentionHead(widths, hidden, outputs, dropout)

    def attach(self, base: nn.Module) -> None:
        """Lets the changes act on this base and learn there; the base's own numbers stay as they are."""
        for name, up, down in zip(self.kernels, self.up, self.down, strict=True):
            parametrize.register_parametrization(base.get_submodule(name), "weight", LowRank(up, down))
        for name, gain, offset in zip(self.norms, self.gain, self.offset, strict=True):
            norm = base.get_submodule(name)
            parametrize.register_parametrization(norm, "weight", Added(gain))
            parametrize.register_parametrization(norm, "bias", Added(offset))

    def tuned(self, base: nn.Module) -> nn.Module:
        """A copy of the base with the changes added to its numbers."""
        changed = copy.deepcopy(base)
        self.attach(changed)
        numbers = [(name, "weight") for name in (*self.kernels, *self.norms)] + [(name, "bias") for name in self.norms]
        for name, parameter in numbers:
            parametrize.remove_parametrizations(changed.get_submodule(name), parameter, leave_parametrized=True)
        return changed.requires_grad_(False)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        return within("head", self.head.layers())

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Maps of the changed base [(N, C, h, w), ...] -> logits (N, outputs)."""
        logits: Tensor = self.head(maps)
        return logits


class Added(nn.Module):
    """v -> v + change."""

    def __init__(self, change: nn.Parameter) -> None:
        super().__init__()
        self.change = change

    def forward(self, values: Tensor) -> Tensor:
        """(C,) -> (C,)."""
        return values + self.change


def changeable(base: nn.Module, stages: Sequence[str]) -> tuple[dict[str, list[int]], dict[str, int]]:
    """The 3x3 convolutions and the BN of these stages, as ``TunedHead`` wants to be told of them."""
    kernels, norms = {}, {}
    for name, module in base.named_modules():
        if name.split(".")[0] not in stages:
            continue
        if isinstance(module, nn.Conv2d) and module.kernel_size == (3, 3):
            kernels[name] = [module.out_channels, module.in_channels * 9]
        elif isinstance(module, nn.BatchNorm2d):
            norms[name] = module.num_features
    return kernels, norms


build = TunedHead
