"""A generative adversarial network (GAN) small enough to be trained while one watches: points in the plane, or little faces.

Plain as in the paper (Goodfellow et al. 2014, arXiv:1406.2661): the discriminator learns to tell real samples from generated
ones, the generator learns to fool it, in turns, with binary cross-entropy and without any of the aids that keep such a
training stable. That is the point: here one may see it fail.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load, save
from torch import Generator, Tensor, nn

from cnn_core.models.discriminator import Discriminator
from cnn_core.models.generator import Generator as ImageGenerator
from cnn_core.results import Floats
from cnn_core.runtime import devices
from cnn_core.runtime.borrowed import gradients_on

RealSamples = Callable[[int, np.random.Generator], Floats]
"""(how many, rng) -> that many real samples."""

BETAS = (0.5, 0.9)
"""Adam's: less momentum than usual, because the aim moves (Radford et al. 2015, arXiv:1511.06434)."""

REAL, GENERATED = 1.0, 0.0

LATENT, WIDTH, SLOPE = 4, 64, 0.2
"""Of the networks for points: numbers of noise, neurons in a hidden layer, slope of the leaky ReLU below 0."""


def draw_ring(count: int, rng: np.random.Generator) -> Floats:
    """Points (count, 2) of eight small clouds on a circle."""
    angle = rng.integers(0, 8, count) * (np.pi / 4)
    points = np.stack([np.cos(angle), np.sin(angle)], 1) + rng.normal(0, 0.05, (count, 2))
    return np.asarray(points, np.float32)


def draw_spiral(count: int, rng: np.random.Generator) -> Floats:
    """Points (count, 2) along a spiral of one and a half turns."""
    share = np.sqrt(rng.uniform(0.02, 1, count))
    angle = 3 * np.pi * share
    points = share[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return np.asarray(1.1 * points + rng.normal(0, 0.03, (count, 2)), np.float32)


def draw_grid(count: int, rng: np.random.Generator) -> Floats:
    """Points (count, 2) of nine small clouds, three by three."""
    return (rng.integers(-1, 2, (count, 2)) * 0.9 + rng.normal(0, 0.06, (count, 2))).astype(np.float32)


CLOUDS: dict[str, RealSamples] = {"ring": draw_ring, "spiral": draw_spiral, "grid": draw_grid}


def build_dense(inputs: int, outputs: int, width: int) -> nn.Sequential:
    """Fully connected layers, two of them hidden."""
    return nn.Sequential(
        nn.Linear(inputs, width),
        nn.LeakyReLU(SLOPE),
        nn.Linear(width, width),
        nn.LeakyReLU(SLOPE),
        nn.Linear(width, outputs),
    )


class PointDiscriminator(nn.Module):
    """A discriminator of points in the plane: (N, 2) -> logits (N,), the larger the more real."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = build_dense(2, 1, width)

    def forward(self, x: Tensor) -> Tensor:
        """Points (N, 2) -> logits (N,)."""
        logits: Tensor = self.layers(x)[:, 0]  # (N, 1) -> (N,)
        return logits


@dataclass
class Training:
    """Both networks and their optimisers: everything that one training is.

    Attributes:
        generator: noise vectors (N, Z) -> samples.
        discriminator: samples -> logits (N,).
        latent: Z.
        generator_optimizer, discriminator_optimizer: one for each.
        rng: where the noise vectors come from; on the CPU, so that a seed means the same everywhere.
        device: where both networks are.
        losses: (discriminator's, generator's) of every step.
    """

    generator: nn.Module
    discriminator: nn.Module
    latent: int
    generator_optimizer: torch.optim.Optimizer
    discriminator_optimizer: torch.optim.Optimizer
    rng: Generator
    device: torch.device
    losses: list[tuple[float, float]]

    @property
    def steps(self) -> int:
        """How many steps were done."""
        return len(self.losses)


def start_in_the_plane(
    seed: int, generator_rate: float, discriminator_rate: float, width: int = WIDTH, latent: int = LATENT
) -> Training:
    """An untrained pair of networks for points in the plane, on this machine's device."""
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        generator, discriminator = build_dense(latent, 2, width), PointDiscriminator(width)
    return start(generator, discriminator, latent, seed, generator_rate, discriminator_rate)


def start_on_faces(seed: int, generator_rate: float, discriminator_rate: float, size: int = 16) -> Training:
    """An untrained pair of convolutional networks for pictures of 16 x 16 pixels, on this machine's device."""
    latent = width = 16
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        generator, discriminator = ImageGenerator(latent, width, size), Discriminator(width, size)
    return start(generator, discriminator, latent, seed, generator_rate, discriminator_rate)


def start(
    generator: nn.Module,
    discriminator: nn.Module,
    latent: int,
    seed: int,
    generator_rate: float,
    discriminator_rate: float,
) -> Training:
    """A training of two networks that has not begun, on this machine's device."""
    device = devices.device()
    generator, discriminator = generator.to(device), discriminator.to(device)
    return Training(
        generator,
        discriminator,
        latent,
        torch.optim.Adam(generator.parameters(), generator_rate, BETAS),
        torch.optim.Adam(discriminator.parameters(), discriminator_rate, BETAS),
        Generator().manual_seed(seed),
        device,
        [],
    )


def train(
    training: Training, draw_real: Callable[[int], Tensor], steps: int, turns: int, batch: int = 128
) -> Iterator[Training]:
    """Trains both networks step by step, in place.

    Args:
        training: see ``Training``.
        draw_real: how many -> that many real samples, as the discriminator wants them, on the CPU.
        steps: updates of the generator.
        turns: updates of the discriminator before each of them.
        batch: samples an update.
    """
    for _ in range(steps):
        with gradients_on():
            for _ in range(turns):
                cost = discriminator_loss(training, draw_real(batch))
                discriminator_cost = update(training.discriminator_optimizer, cost)
            generator_cost = update(training.generator_optimizer, generator_loss(training, batch))
        training.losses.append((discriminator_cost, generator_cost))
        yield training


def discriminator_loss(training: Training, real: Tensor) -> Tensor:
    """-log D(x) for real samples (N, ...) plus -log(1 - D(G(z))) for as many generated ones: 2 ln 2 when it only guesses."""
    with torch.no_grad():  # the generator does not learn in the discriminator's turn
        generated = training.generator(draw_noise(training, len(real)))
    real_logits, generated_logits = training.discriminator(real.to(training.device)), training.discriminator(generated)
    return cross_entropy(real_logits, REAL) + cross_entropy(generated_logits, GENERATED)


def generator_loss(training: Training, count: int) -> Tensor:
    """-log D(G(z)), the non-saturating loss, of ``count`` generated samples: ln 2 when the discriminator only guesses."""
    return cross_entropy(training.discriminator(training.generator(draw_noise(training, count))), REAL)


def cross_entropy(logits: Tensor, label: float) -> Tensor:
    """Mean binary cross-entropy of logits (N,) with one label, 1 or 0, for all of them."""
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


def draw_noise(training: Training, count: int) -> Tensor:
    """New noise vectors (count, Z) from the normal distribution."""
    return torch.randn(count, training.latent, generator=training.rng).to(training.device)


def update(optimizer: torch.optim.Optimizer, cost: Tensor) -> float:
    """Moves the optimiser's network one step down the gradient of ``cost``, and gives the cost before it."""
    optimizer.zero_grad()
    torch.autograd.backward(cost)
    optimizer.step()
    return float(cost.detach())


def pack(training: Training) -> bytes:
    """Everything that a training is, as plain data: safetensors."""
    tensors = {
        "rng": training.rng.get_state(),
        "losses": torch.tensor(training.losses, dtype=torch.float32).reshape(-1, 2),  # [] -> (0, 2)
    }
    for name, network, optimizer in parts_of(training):
        tensors |= {f"{name}.{key}": value for key, value in network.state_dict().items()}
        for k, kept in optimizer.state_dict()["state"].items():
            tensors |= {f"{name}_optimizer.{k}.{key}": value for key, value in kept.items()}
    return save({name: value.detach().cpu().clone().contiguous() for name, value in tensors.items()})


def unpack(data: bytes, training: Training) -> Training:
    """A fresh training of the same kind, taken to where another stood when it was packed; the rates stay the fresh one's."""
    tensors = load(data)
    for name, network, optimizer in parts_of(training):
        network.load_state_dict({key: tensors[f"{name}.{key}"] for key in network.state_dict()})
        state: dict[int, dict[str, Tensor]] = {}
        for key, value in tensors.items():
            if key.startswith(f"{name}_optimizer."):
                _, k, kind = key.split(".")
                state.setdefault(int(k), {})[kind] = value
        optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    training.rng.set_state(tensors["rng"])
    training.losses = [(float(a), float(b)) for a, b in tensors["losses"].tolist()]
    return training


def parts_of(training: Training) -> tuple[tuple[str, nn.Module, torch.optim.Optimizer], ...]:
    """Name, network and optimiser of the generator and of the discriminator."""
    return (
        ("generator", training.generator, training.generator_optimizer),
        ("discriminator", training.discriminator, training.discriminator_optimizer),
    )


def score_the_plane(training: Training, reach: float = 1.6, side: int = 60) -> Floats:
    """The discriminator's probability of "real" on a square of the plane, (side, side), the lowest y first."""
    axis = torch.linspace(-reach, reach, side)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    points = torch.stack([x.flatten(), y.flatten()], 1)  # (side * side, 2)
    with torch.no_grad():
        logits: Tensor = training.discriminator(points.to(training.device))
    return logits.sigmoid().view(side, side).cpu().numpy()  # (side * side,) -> (side, side)


def generate_samples(training: Training, count: int, seed: int = 0) -> Tensor:
    """What the generator makes now of the same ``count`` noise vectors, on the CPU."""
    noise = noise_to_show(count, training.latent, seed)
    was_training = training.generator.training
    training.generator.eval()
    with torch.no_grad():
        generated: Tensor = training.generator(noise.to(training.device))
    training.generator.train(was_training)
    return generated.cpu()


def noise_to_show(count: int, latent: int, seed: int = 0) -> Tensor:
    """The noise vectors (count, Z) of the samples that are shown: always the same, so that one sees them move."""
    return torch.randn(count, latent, generator=Generator().manual_seed(seed))


def count_reached(points: Floats, centres: Floats, near: float = 0.25) -> int:
    """How many of the real clouds' centres (K, 2) have at least one in a hundred of the generated points (N, 2) near by."""
    return int(((distances_between(points, centres) < near).mean(0) >= 0.01).sum())


def share_near(points: Floats, centres: Floats, near: float = 0.25) -> float:
    """The share of the generated points (N, 2) that are near one of the real clouds' centres (K, 2)."""
    return float((distances_between(points, centres).min(1) < near).mean())


def distances_between(points: Floats, centres: Floats) -> Floats:
    """Of every point (N, 2) to every centre (K, 2): (N, K)."""
    found: Floats = np.linalg.norm(points[:, None] - centres[None], axis=2)
    return found
