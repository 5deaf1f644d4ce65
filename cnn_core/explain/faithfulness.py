"""Does a map point at what the network uses? Deletion and insertion (Petsiuk et al. 2018, arXiv:1806.07421).

Deletion takes the places away, the most important first: the sooner the answer collapses, the better the map. Insertion
starts from a blurred picture and brings them back: the sooner the answer returns, the better.

Departure from the paper: whole square cells are taken and not single pixels (as Samek et al. 2017, arXiv:1509.06321, do).
Loose pixels are noise that upsets a network by itself, and a random ranking could only be compared at the same grain.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.errors import InputError
from cnn_core.explain.targets import Target
from cnn_core.results import Floats
from cnn_core.runtime.borrowed import private_copy

BLUR = 1 / 16  # standard deviation as a share of the picture's side: shapes are gone, colours and layout remain


@dataclass(frozen=True)
class Faithfulness:
    """How the target answers while the picture is taken apart and put together in the order of one map.

    Attributes:
        shares: (S + 1,) float32, share of the picture taken away or brought back, 0..1.
        deletion: (S + 1,) float32, the target after taking that share away.
        insertion: (S + 1,) float32, the target after bringing that share back.
    """

    shares: Floats
    deletion: Floats
    insertion: Floats

    @property
    def deletion_area(self) -> float:
        """Mean height of the deletion curve: small is good."""
        return float(np.trapezoid(self.deletion, self.shares))

    @property
    def insertion_area(self) -> float:
        """Mean height of the insertion curve: large is good."""
        return float(np.trapezoid(self.insertion, self.shares))


def faithfulness(
    model: nn.Module, x: Tensor, target: Target, maps: Sequence[Floats], cells: int = 8, steps: int = 8
) -> list[Faithfulness]:
    """The curves of each map, in one batch; any array (h, w) is a map, so a random one gives the comparison.

    Args:
        model: the network, left as found.
        x: one picture (1, 3, H, W), normalised; deleted places get its zero, the training pictures' mean colour.
        target: best a probability (``class_probability``), so that the curves lie within 0..1.
        maps: larger is more important; each covers the whole picture at its own resolution.
        cells: the picture is taken apart in cells x cells squares.
        steps: points of each curve after the first.

    Raises:
        InputError: not exactly one picture, or more steps than cells.
    """
    if len(x) != 1 or not 1 <= steps <= cells * cells:
        raise InputError(f"Expected one picture and 1 to {cells * cells} steps; {len(x)} pictures and {steps} steps came.")
    taken = np.rint(np.linspace(0, cells * cells, steps + 1)).astype(int)
    inner = torch.stack([masks(ranks(values, cells), taken[1:-1], x.shape[2:]) for values in maps]).to(x.device)
    empty, blurred = torch.zeros_like(x), blurred_picture(x)
    deleted = torch.where(inner, empty, x)  # (M, S - 1, 3, H, W)
    inserted = torch.where(inner, x, blurred)
    with torch.no_grad():
        answers = target(private_copy(model)(torch.cat([x, empty, blurred, *deleted, *inserted]))).float().cpu().numpy()
    full, nothing, start = answers[:3]
    curves = answers[3:].reshape(2, len(maps), steps - 1)
    shares = (taken / taken[-1]).astype(np.float32)
    return [
        Faithfulness(shares, np.concatenate([[full], down, [nothing]]), np.concatenate([[start], up, [full]]))
        for down, up in zip(*curves, strict=True)
    ]


def blind_rankings(seed: int) -> list[Floats]:
    """Three maps (8, 8) that know nothing of the network, which a map must beat: the middle first, and two drawn by lot.

    The middle is where photographers put things, so it is the harder rival.
    """
    y, x = np.mgrid[0:8, 0:8] - 3.5
    rng = np.random.default_rng(seed)
    return [-np.hypot(x, y).astype(np.float32), *(rng.random((8, 8), np.float32) for _ in range(2))]


def ranks(values: Floats, cells: int) -> np.ndarray:
    """(cells, cells) whole numbers: 0 for the most important cell. Equal cells are ranked by a fixed lottery."""
    grid = torch.from_numpy(np.ascontiguousarray(values, np.float32))[None, None]
    if grid.shape[2:] != (cells, cells):
        fine = F.interpolate(grid, size=(8 * cells, 8 * cells), mode="bilinear", antialias=True)  # as the eye sees a map
        grid = F.adaptive_avg_pool2d(fine, cells)
    means = grid.numpy().ravel()
    order = np.lexsort((np.random.default_rng(0).random(means.size), -means))
    places = np.empty(means.size, int)
    places[order] = np.arange(means.size)
    return places.reshape(cells, cells)


def masks(places: np.ndarray, taken: np.ndarray, size: Sequence[int]) -> Tensor:
    """(S, 1, H, W) bool: for each number in ``taken``, the pixels of that many most important cells."""
    chosen = torch.from_numpy(places[None, None] < taken[:, None, None, None])
    return F.interpolate(chosen.float(), size=tuple(size)).bool()


def blurred_picture(x: Tensor) -> Tensor:
    """The pictures (N, 3, H, W) so blurred that shapes are gone."""
    from torchvision.transforms.functional import gaussian_blur  # here: see public_weights.record_of

    sigma = max(BLUR * max(x.shape[2:]), 0.1)
    width = 2 * min(int(3 * sigma), min(x.shape[2:]) // 2 - 1) + 1
    blurred: Tensor = gaussian_blur(x, [max(width, 1)] * 2, [sigma] * 2)
    return blurred
