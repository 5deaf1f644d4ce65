"""A small CNN trained while one watches, on pictures drawn by programme; beside it, if wished, as many dense layers.

Plain stochastic gradient descent with momentum and weight decay, written out. Nothing comes from torch's common source of
chance: whoever trains at the same time in the same process changes nothing here, and a pause leaves no trace.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load, save
from torch import Tensor, nn

from cnn_core.images.drawn_classes import GreyPictures
from cnn_core.images.drawn_sets import Data
from cnn_core.images.drawn_tiles import ColourPictures
from cnn_core.models.small_cnn import SmallCNN
from cnn_core.models.small_dense import SmallDense
from cnn_core.runtime import devices
from cnn_core.runtime.borrowed import gradients_on

NETWORKS: dict[str, type[SmallCNN] | type[SmallDense]] = {"CNN": SmallCNN, "dense net": SmallDense}
MEAN, SPREAD = {1: 0.25, 3: 0.5}, {1: 0.2, 3: 0.2}
"""Channels -> about the mean and the standard deviation of all pixels, in 0..1: grey things lie on dark ground."""

EARLY, EVERY_EARLY, EVERY = 20, 5, 20
"""Steps from one measurement to the next: few up to the step ``EARLY``, where most happens, then more."""

MEASURED = 200
"""So many of the training pictures, the first ones, are asked for the training's loss and accuracy."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a step is done: the same for all networks.

    Attributes:
        batch: pictures a step.
        rate: the learning rate.
        momentum: share of the last step that is taken again, 0..1.
        decay: weight decay: so many times each weight is added to its gradient.
        dropout: share of the last hidden layer's units that are dropped.
        seed: of the first weights, the pictures' order, and what is dropped.
    """

    batch: int = 32
    rate: float = 0.05
    momentum: float = 0.9
    decay: float = 0.0
    dropout: float = 0.0
    seed: int = 0


@dataclass
class Learner:
    """A network that learns.

    Attributes:
        network: pictures (N, c, 24, 24) -> logits (N, K).
        velocity: of each parameter by its name: what momentum remembers.
        curve: (step, loss, accuracy, held-out loss, held-out accuracy) of each measurement.
        diverged: the step at which the loss was no number any more; None: it always was one.
        highest: (the largest loss of a batch so far, its step).
    """

    network: SmallCNN | SmallDense
    velocity: dict[str, Tensor]
    curve: list[tuple[float, ...]] = field(default_factory=list)
    diverged: int | None = None
    highest: tuple[float, int] = (0.0, 0)


@dataclass
class Training:
    """Everything that one training is.

    Attributes:
        learners: by name.
        plan: how the next steps are done.
        steps: how many were done.
        seen: how many pictures they took, each counted as often as it came.
    """

    learners: dict[str, Learner]
    plan: Plan
    steps: int = 0
    seen: int = 0


def to_input(pictures: GreyPictures | ColourPictures) -> Tensor:
    """Pictures (N, 24, 24) or (N, 24, 24, 3) uint8 as the networks take them: (N, c, 24, 24), about -2.5..4."""
    x = torch.tensor(pictures).float() / 255
    x = x[:, None] if x.ndim == 3 else x.permute(0, 3, 1, 2).contiguous()  # (N, 24, 24) or (N, 24, 24, 3) -> (N, c, 24, 24)
    return ((x - MEAN[x.shape[1]]) / SPREAD[x.shape[1]]).to(devices.device())


def start(plan: Plan, classes: int, dense: bool = False, channels: int = 1) -> Training:
    """Untrained networks for pictures of so many channels: the CNN, and the dense one if wished."""
    names = ("CNN", "dense net") if dense else ("CNN",)
    learners = {}
    for name in names:
        with torch.device("meta"):  # no numbers yet: torch would take them from a source of chance that all share
            network = NETWORKS[name](classes, plan.dropout, channels)
        network = network.to_empty(device="cpu")
        draw_weights(network, torch.Generator().manual_seed(plan.seed))
        network = network.to(devices.device())
        learners[name] = Learner(network, {key: torch.zeros_like(w) for key, w in network.named_parameters()})
    return Training(learners, plan)


def draw_weights(network: nn.Module, rng: torch.Generator) -> None:
    """First weights for ReLU (He et al. 2015, arXiv:1502.01852): uniform, of variance 2 / inputs. Biases are 0.

    The last layer's are a tenth of that: so an untrained network guesses, and its loss is about ln K.
    """
    *others, last = (weight for weight in network.parameters() if weight.ndim > 1)
    with torch.no_grad():
        for weight in network.parameters():
            weight.zero_()
        for weight in (*others, last):
            reach = math.sqrt(6 / weight[0].numel()) * (0.1 if weight is last else 1)
            weight.uniform_(-reach, reach, generator=rng)


def train(training: Training, data: Data, steps: int) -> Iterator[Training]:
    """Takes ``steps`` steps, in place, and yields after each; ends early where every network has diverged."""
    pictures, labels = to_input(data.pictures), torch.tensor(data.labels, device=devices.device())
    for _ in range(steps):
        if all(learner.diverged is not None for learner in training.learners.values()):
            return
        batch = pick_batch(len(labels), training.seen, training.plan.batch, training.plan.seed)
        for learner in training.learners.values():
            if learner.diverged is None:
                take_step(learner, pictures[batch], labels[batch], training.plan, training.steps)
        training.steps += 1
        training.seen += len(batch)
        yield training


def is_due(step: int) -> bool:
    """Whether a training is to be measured at this step."""
    return step % (EVERY_EARLY if step <= EARLY else EVERY) == 0


def pick_batch(count: int, seen: int, batch: int, seed: int) -> Tensor:
    """Numbers (batch,) of the pictures that come next after ``seen``: epoch after epoch, each in an order of its own."""
    found: list[int] = []
    while len(found) < batch:
        epoch, place = divmod(seen + len(found), count)
        order = np.random.default_rng([seed, epoch]).permutation(count)
        found += order[place : place + batch - len(found)].tolist()
    return torch.tensor(found)


def take_step(learner: Learner, x: Tensor, labels: Tensor, plan: Plan, step: int) -> None:
    """Forward pass, loss, backpropagation, and one step down the gradient; none where the loss is no number."""
    network = learner.network.train()
    network.dropout.share = plan.dropout
    network.dropout.rng.manual_seed(plan.seed * 100_003 + step)
    with gradients_on():
        loss = F.cross_entropy(network(x), labels)
        if not math.isfinite(loss.item()):
            learner.diverged = step + 1
            return
        learner.highest = max(learner.highest, (loss.item(), step + 1))
        network.zero_grad()
        torch.autograd.backward(loss)
    descend(network, learner.velocity, plan)


@torch.no_grad()
def descend(network: nn.Module, velocity: dict[str, Tensor], plan: Plan) -> None:
    """Each velocity becomes momentum * velocity + gradient + decay * weight, each weight loses rate * velocity."""
    for name, weight in network.named_parameters():
        if weight.grad is not None:
            velocity[name].mul_(plan.momentum).add_(weight.grad).add_(weight, alpha=plan.decay)
            weight.sub_(velocity[name], alpha=plan.rate)


def measure(training: Training, data: Data) -> dict[str, Tensor]:
    """What each network says of the held-out pictures, logits (N, K); adds to its curve where it stands, once a step."""
    found = {}
    for name, learner in training.learners.items():
        found[name] = find_logits(learner.network, data.held_out)
        if not learner.curve or learner.curve[-1][0] < training.steps:
            learned = score(find_logits(learner.network, data.pictures[:MEASURED]), data.labels[:MEASURED])
            learner.curve.append((training.steps, *learned, *score(found[name], data.held_out_labels)))
    return found


def find_logits(network: nn.Module, pictures: GreyPictures | ColourPictures) -> Tensor:
    """What a network says of pictures (N, 24, 24) or (N, 24, 24, 3), without dropout: logits (N, K) on the CPU."""
    with torch.inference_mode():
        logits: Tensor = network.eval()(to_input(pictures))
    return logits.cpu()


def score(logits: Tensor, labels: NDArray[np.int64]) -> tuple[float, float]:
    """Loss (mean cross-entropy) and accuracy (0..1) of logits (N, K)."""
    truth = torch.tensor(labels)
    return F.cross_entropy(logits, truth).item(), (logits.argmax(1) == truth).double().mean().item()


def count_parameters(network: nn.Module) -> int:
    """How many numbers are learned."""
    return sum(weight.numel() for weight in network.parameters())


def pack(training: Training) -> bytes:
    """Everything that a training is but its plan, as plain data: safetensors."""
    tensors = {"counts": torch.tensor([training.steps, training.seen])}
    for name, learner in training.learners.items():
        state = learner.network.state_dict()
        tensors |= {f"{name}/weight/{key}": value for key, value in state.items()}
        tensors |= {f"{name}/velocity/{key}": value for key, value in learner.velocity.items()}
        tensors[f"{name}/diverged"] = torch.tensor(-1 if learner.diverged is None else learner.diverged)
        tensors[f"{name}/highest"] = torch.tensor(learner.highest, dtype=torch.float64)
        tensors[f"{name}/curve"] = torch.tensor(learner.curve, dtype=torch.float64).reshape(-1, 5)  # [] -> (0, 5)
    return save({name: value.detach().cpu().clone().contiguous() for name, value in tensors.items()})


def unpack(data: bytes, training: Training) -> Training:
    """A fresh training of the same networks, taken to where another stood when it was packed. The plan stays its own."""
    tensors = load(data)
    training.steps, training.seen = (int(value) for value in tensors["counts"])
    for name, learner in training.learners.items():
        state = learner.network.state_dict()
        learner.network.load_state_dict({key: tensors[f"{name}/weight/{key}"] for key in state})
        for key, velocity in learner.velocity.items():
            velocity.copy_(tensors[f"{name}/velocity/{key}"])
        diverged = int(tensors[f"{name}/diverged"])
        learner.diverged = None if diverged < 0 else diverged
        loss, step = tensors[f"{name}/highest"].tolist()
        learner.highest = (loss, int(step))
        learner.curve = [tuple(row) for row in tensors[f"{name}/curve"].tolist()]
    return training
