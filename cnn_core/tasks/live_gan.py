"""A generative adversarial network small enough to be trained while one watches: points in the plane, or little faces.

Plain as in the paper (Goodfellow et al. 2014, arXiv:1406.2661): the discriminator learns to tell, the generator learns to
fool it, turn by turn, with binary cross-entropy and without any of the aids that make such trainings hold. That is the
point: here one may see it fail.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load, save
from torch import Generator, Tensor, nn

from cnn_core.models.discriminator import Discriminator
from cnn_core.models.generator import Generator as PictureGenerator
from cnn_core.results import Floats
from cnn_core.runtime.borrowed import gradients_on

Real = Callable[[int, np.random.Generator], Floats]
"""(how many, chance) -> that many true samples."""


def ring(n: int, chance: np.random.Generator) -> Floats:
    """(n, 2): eight small clouds on a circle."""
    angle = chance.integers(0, 8, n) * (np.pi / 4)
    return (np.stack([np.cos(angle), np.sin(angle)], 1) + chance.normal(0, 0.05, (n, 2))).astype(np.float32)


def spiral(n: int, chance: np.random.Generator) -> Floats:
    """(n, 2): along a spiral of one and a half turns."""
    share = np.sqrt(chance.uniform(0.02, 1, n))
    angle = 3 * np.pi * share
    points = share[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return (1.1 * points + chance.normal(0, 0.03, (n, 2))).astype(np.float32)


def grid(n: int, chance: np.random.Generator) -> Floats:
    """(n, 2): nine small clouds, three by three."""
    return (chance.integers(-1, 2, (n, 2)) * 0.9 + chance.normal(0, 0.06, (n, 2))).astype(np.float32)


CLOUDS: dict[str, Real] = {"ring": ring, "spiral": spiral, "grid": grid}


def dense(inputs: int, outputs: int, width: int) -> nn.Sequential:
    """Two hidden layers."""
    return nn.Sequential(
        nn.Linear(inputs, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2), nn.Linear(width, outputs)
    )


class Judge(nn.Module):
    """Points (N, 2) -> logits (N,)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = dense(2, 1, width)

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        return self.layers(x)[:, 0]


@dataclass
class Duelists:
    """Both networks and their optimisers: everything that one training is.

    Attributes:
        generator: latent vectors (N, Z) -> samples.
        judge: samples -> logits (N,).
        latent: Z.
        steps: done so far.
        losses: (discriminator's, generator's) of every step.
    """

    generator: nn.Module
    judge: nn.Module
    latent: int
    optimizers: tuple[torch.optim.Optimizer, torch.optim.Optimizer]
    steps: int
    losses: list[tuple[float, float]]
    chance: Generator


def in_the_plane(seed: int, generator_rate: float, judge_rate: float, width: int = 64, latent: int = 4) -> Duelists:
    """A fresh pair for points in the plane."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return started(dense(latent, 2, width), Judge(width), latent, seed, generator_rate, judge_rate)


def of_pictures(seed: int, generator_rate: float, judge_rate: float, size: int = 16) -> Duelists:
    """A fresh pair for pictures of 16 x 16 pixels."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return started(PictureGenerator(16, 16, size), Discriminator(16, size), 16, seed, generator_rate, judge_rate)


def started(
    generator: nn.Module, judge: nn.Module, latent: int, seed: int, generator_rate: float, judge_rate: float
) -> Duelists:
    """A pair with its optimisers."""
    optimizers = tuple(
        torch.optim.Adam(network.parameters(), rate, (0.5, 0.9))
        for network, rate in ((generator, generator_rate), (judge, judge_rate))
    )
    return Duelists(generator, judge, latent, optimizers, 0, [], Generator().manual_seed(seed))  # type: ignore[arg-type]


def fought(pair: Duelists, real: Callable[[int], Tensor], steps: int, turns: int, batch: int = 128) -> Iterator[Duelists]:
    """Trains the pair step by step, in place.

    Args:
        pair: see ``Duelists``.
        real: how many -> that many true samples, as the judge wants them.
        steps: of the generator.
        turns: of the judge for one of the generator.
        batch: samples a turn.
    """
    for _ in range(steps):
        with gradients_on():
            for _ in range(turns):
                with torch.no_grad():
                    fake = pair.generator(latent_of(pair, batch))
                told = pair.judge(real(batch)), pair.judge(fake)
                cost = cross_entropy(told[0], 1.0) + cross_entropy(told[1], 0.0)
                climb(pair.optimizers[1], cost)
            fooled = cross_entropy(pair.judge(pair.generator(latent_of(pair, batch))), 1.0)
            climb(pair.optimizers[0], fooled)
        pair.steps += 1
        pair.losses.append((float(cost.detach()), float(fooled.detach())))
        yield pair


def packed(pair: Duelists) -> bytes:
    """Everything that a training is, as plain data: safetensors."""
    tensors = {"chance": pair.chance.get_state(), "losses": torch.tensor(pair.losses, dtype=torch.float32).reshape(-1, 2)}
    for which, network in (("generator", pair.generator), ("judge", pair.judge)):
        tensors |= {f"{which}.{name}": value for name, value in network.state_dict().items()}
    for number, optimizer in enumerate(pair.optimizers):
        for k, kept in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer{number}.{k}.{name}": value for name, value in kept.items()}
    return save({name: value.detach().clone().contiguous() for name, value in tensors.items()})


def unpack(data: bytes, pair: Duelists) -> Duelists:
    """A fresh pair of the same kind, taken to where another stood when it was ``packed``; the rates stay the fresh one's."""
    tensors = load(data)
    for which, network in (("generator", pair.generator), ("judge", pair.judge)):
        network.load_state_dict({name: tensors[f"{which}.{name}"] for name in network.state_dict()})
    for number, optimizer in enumerate(pair.optimizers):
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            if name.startswith(f"optimizer{number}."):
                _, k, kind = name.split(".")
                state.setdefault(int(k), {})[kind] = value
        optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    pair.chance.set_state(tensors["chance"])
    pair.losses = [(float(a), float(b)) for a, b in tensors["losses"].tolist()]
    pair.steps = len(pair.losses)
    return pair


def latent_of(pair: Duelists, count: int) -> Tensor:
    """Fresh latent vectors (count, Z)."""
    return torch.randn(count, pair.latent, generator=pair.chance)


def cross_entropy(logits: Tensor, wanted: float) -> Tensor:
    """Binary cross-entropy of logits (N,) with one answer for all: the generator's is the non-saturating one."""
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, wanted))


def climb(optimizer: torch.optim.Optimizer, cost: Tensor) -> None:
    """One step of one of the two."""
    optimizer.zero_grad()
    cost.backward()
    optimizer.step()


def field(judge: nn.Module, reach: float = 1.6, side: int = 60) -> Floats:
    """The judge's probability of "true" on a square of the plane, (side, side), the lowest y first."""
    axis = torch.linspace(-reach, reach, side)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    with torch.no_grad():
        told: Tensor = judge(torch.stack([x.flatten(), y.flatten()], 1))
    return told.sigmoid().view(side, side).numpy()


def samples(pair: Duelists, count: int, seed: int = 0) -> Tensor:
    """What the generator makes now of the same latent vectors, without a graph."""
    z = torch.randn(count, pair.latent, generator=Generator().manual_seed(seed))
    training = pair.generator.training
    pair.generator.eval()
    with torch.no_grad():
        made: Tensor = pair.generator(z)
    pair.generator.train(training)
    return made


def reached(points: Floats, centres: Floats, near: float = 0.25) -> int:
    """How many of the true clouds the generator paints: those with at least one in a hundred of its points near by."""
    distances = np.linalg.norm(points[:, None] - centres[None], axis=2)
    return int(((distances < near).mean(0) >= 0.01).sum())
