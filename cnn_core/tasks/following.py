"""Following an instruction: an agent looks around, reads, and goes step by step until it says that it has arrived."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cnn_core.images.drawn_rooms import VIEW, draw_view
from cnn_core.models.navigator import Navigator, Step
from cnn_core.ops.tiny_instructions import Instruction, exchange_words, number_words
from cnn_core.ops.tiny_rooms import ACTIONS, STOP, Cell, Room
from cnn_core.results import Floats
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.weights import Network
from cnn_core.tasks.preprocessing import as_tensor, normalise

LONGEST_WALK = 30
"""Actions after which an errand has failed."""


@dataclass(frozen=True)
class Moment:
    """One step of an agent.

    Attributes:
        cell: where it stands.
        actions: the probabilities of tiny_rooms.ACTIONS, (5,).
        target: how probable it is that the target lies in each cell of the view, (VIEW, VIEW).
        unseen: how probable it is that the target is not in view; with ``target`` the sum is 1.
    """

    cell: Cell
    actions: Floats
    target: Floats
    unseen: float

    @property
    def action(self) -> str:
        """The most probable action, which it carries out."""
        return ACTIONS[int(self.actions.argmax())]


@on_network
def follow(network: Network, room: Room, start: Cell, instruction: Instruction) -> list[Moment]:
    """Every step from a free cell on, until the agent stops, or ``LONGEST_WALK`` steps are over."""
    model, cell, memory = network.offering(Navigator), start, None
    moments: list[Moment] = []
    with network.running():
        sentence = model.read(words_of(instruction, network.device))
        while len(moments) < LONGEST_WALK:
            step = model.step(seen_from(room, cell, network), sentence, memory)
            moments.append(read(cell, step))
            if moments[-1].action == ACTIONS[STOP]:
                break
            cell, memory = room.step(cell, moments[-1].action), step.memory
    return moments


@on_network
def weigh_words(network: Network, room: Room, way: Sequence[Cell], instruction: Instruction) -> list[tuple[str, float]]:
    """How much each word that chooses counts for where the agent takes the target to be, 0..1.

    The word gives place to each other one of its kind, and the shares of both pointers are compared: half the sum of their
    absolute differences (total variation); 1 where the agent now points elsewhere altogether. It is the mean over those
    words and over the cells of the way, in each of which the agent sees what is around.
    """
    model, parts = network.offering(Navigator), exchange_words(instruction)
    said = [instruction, *(one for _, others in parts for one in others)]
    changed = torch.zeros(len(said) - 1)
    with network.running():
        sentences = model.read(torch.cat([words_of(one, network.device) for one in said]))  # N of (1, L) -> (N, S)
        for cell in way:
            view = seen_from(room, cell, network).expand(len(said), -1, -1, -1)  # (1, 3, H, W) -> (N, 3, H, W)
            shares = model.step(view, sentences).target.float().softmax(1)
            changed += 0.5 * (shares[1:] - shares[:1]).abs().sum(1).cpu() / len(way)
    means = [float(part.mean()) for part in changed.split([len(others) for _, others in parts])]
    return [(word, mean) for (word, _), mean in zip(parts, means, strict=True)]


def words_of(instruction: Instruction, device: torch.device) -> Tensor:
    """An instruction as the network reads it, (1, LONGEST)."""
    return torch.tensor([number_words(instruction)], device=device)


def seen_from(room: Room, cell: Cell, network: Network) -> Tensor:
    """What an agent in a cell sees, as the network gets it, (1, 3, H, W)."""
    return normalise(as_tensor(draw_view(room, cell)), network.card.input).to(network.device)


def read(cell: Cell, step: Step) -> Moment:
    """One step's logits as probabilities."""
    shares = step.target[0].float().softmax(0).cpu().numpy()
    actions = step.actions[0].float().softmax(0).cpu().numpy()
    target = shares[:-1].reshape(VIEW, VIEW)  # (h w,) -> (h, w)
    return Moment(cell, np.asarray(actions), np.asarray(target), float(shares[-1]))
