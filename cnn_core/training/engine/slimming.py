"""Leaves out channels of a trained network's last block that the others can stand in for.

Which channels stay is chosen one after the other: each time the one that explains most of what is still unexplained
(Cholesky's decomposition of the covariance with pivots). What a channel left out was worth to the next layer is added to
the weights of those that stay, by least squares, as in He, Zhang and Sun 2017 (arXiv:1707.06168); nothing is trained anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnn_core.models.fcn import FCN

RIDGE = 1e-3
"""Added to the covariance's diagonal, as a share of its mean."""


@dataclass(frozen=True)
class Chosen:
    """The channels that stay, (k,), and how those C that were there are made of them: ``mix`` (C, k), ``offset`` (C,)."""

    stay: Tensor
    mix: Tensor
    offset: Tensor


def choose_channels(values: Tensor, worth: Tensor, count: int) -> Chosen:
    """The ``count`` channels from which all others can be worked out best.

    Args:
        values: (n, C) what the channels were at n places.
        worth: (C,) how much the next layer makes of each.
    """
    mean = values.mean(0)
    covariance = (values - mean).T @ (values - mean) / len(values)  # (C, C)
    covariance += RIDGE * covariance.diagonal().mean() * torch.eye(len(mean), dtype=values.dtype)
    left = covariance * worth[:, None] * worth
    stay: list[int] = []
    for _ in range(count):
        explains = left.square().sum(0) / left.diagonal().clamp(min=1e-12)
        explains[stay] = -1
        best = int(explains.argmax())
        stay.append(best)
        left = left - torch.outer(left[:, best], left[best]) / left[best, best].clamp(min=1e-12)
    kept = torch.tensor(sorted(stay))
    mix = torch.linalg.solve(covariance[kept][:, kept], covariance[kept]).T  # (C, k)
    return Chosen(kept, mix, mean - mix @ mean[kept])


def feed_from(chosen: Chosen, convolution: nn.Conv2d) -> tuple[Tensor, Tensor]:
    """A convolution's kernels (O, k, h, w) for the channels that stay, and what the others' offsets add (O,)."""
    weight = convolution.weight.detach().double()
    return torch.einsum("ochw,ck->okhw", weight, chosen.mix), torch.einsum("ochw,c->o", weight, chosen.offset)


def shrink_norm(norm: nn.BatchNorm2d, stay: Tensor) -> None:
    """A batch normalisation for the channels that stay."""
    for name in ("weight", "bias"):
        setattr(norm, name, nn.Parameter(getattr(norm, name).detach()[stay].clone()))
    norm.running_mean, norm.running_var = norm.running_mean[stay].clone(), norm.running_var[stay].clone()  # type: ignore[index]
    norm.num_features = len(stay)


def add_to_answers(convolution: nn.Conv2d, norm: nn.Module | None, extra: Tensor) -> None:
    """Adds (O,) to what a convolution answers, by its own bias or in the batch normalisation behind it."""
    if convolution.bias is not None:
        convolution.bias += extra.float()
    else:
        assert isinstance(norm, nn.BatchNorm2d) and norm.running_mean is not None
        norm.running_mean -= extra.float()


def put(convolution: nn.Conv2d, weight: Tensor) -> None:
    """Gives a convolution other kernels (O, I, h, w)."""
    convolution.weight = nn.Parameter(weight.float().contiguous())
    convolution.out_channels, convolution.in_channels = weight.shape[:2]


@torch.no_grad()
def values_of(encoder: FCN, layer: str, pictures: Sequence[Tensor]) -> Tensor:
    """(n, C) what a layer answers at all places of normalised pictures (1, 3, H, W)."""
    found: list[Tensor] = []
    hook = encoder.features.get_submodule(layer).register_forward_hook(
        lambda module, given, answer: found.append(answer[0].flatten(1).T.double())  # (1, C, h, w) -> (h * w, C)
    )
    for picture in pictures:
        encoder.features(picture)
    hook.remove()
    return torch.cat(found)


Reader = tuple[nn.Conv2d, nn.Module | None]
"""A 1x1 convolution that reads the last block's maps, and what comes behind it."""


@torch.no_grad()
def slim_last_block(encoder: FCN, readers: Sequence[Reader], pictures: Sequence[Tensor], count: int) -> None:
    """Leaves ``count`` channels to both convolutions of the encoder's fifth block; in eval mode, changed in place.

    Args:
        readers: all that read the block's maps.
        pictures: normalised, (1, 3, H, W) each.
    """
    first, second = (getattr(encoder.features, f"conv5_{k}") for k in (1, 2))
    norms = [getattr(encoder.features, f"bn5_{k}") for k in (1, 2)]
    steps: list[tuple[str, Sequence[Reader], nn.Conv2d, nn.BatchNorm2d]] = [
        ("relu5_2", readers, second, norms[1]),
        ("relu5_1", [(second, norms[1])], first, norms[0]),
    ]
    for layer, read_by, made_by, norm in steps:
        worth = torch.cat([reader.weight.transpose(0, 1).flatten(1).T for reader, _ in read_by]).double()  # (O * k * k, C)
        chosen = choose_channels(values_of(encoder, layer, pictures), worth.square().sum(0).sqrt(), count)
        for reader, behind in read_by:
            kernels, extra = feed_from(chosen, reader)
            put(reader, kernels)
            add_to_answers(reader, behind, extra)
        put(made_by, made_by.weight[chosen.stay])
        shrink_norm(norm, chosen.stay)
