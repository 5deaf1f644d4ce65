"""Following an instruction: an agent looks around, reads, and goes step by step until it says that it has arrived."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cnn_core.images.drawn_rooms import VIEW, draw_view
from cnn_core.models.navigator import Navigator, Step
from cnn_core.ops.tiny_instructions import Instruction, number_words
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
def weigh_words(network: Network, room: Room, start: Cell, instruction: Instruction) -> list[tuple[str, float]]:
    """How much each word after "go to the" counts for where the agent sees the target at the start, 0..1.

    The word is left out, and the shares of both pointers compared: half the sum of their absolute differences (total
    variation); 1 where the agent now points elsewhere altogether.
    """
    model = network.offering(Navigator)
    words = instruction.say().split()
    numbers = [number for number in number_words(instruction) if number]
    kept = range(FIRST_WORD, len(words))
    rows = [numbers, *(numbers[:k] + numbers[k + 1 :] for k in kept)]
    padded = torch.tensor([row + [0] * (len(numbers) - len(row)) for row in rows], device=network.device)
    with network.running():
        view = seen_from(room, start, network).expand(len(rows), -1, -1, -1)  # (1, 3, H, W) -> (N, 3, H, W)
        shares = model.step(view, model.read(padded)).target.float().softmax(1)
    changed = 0.5 * (shares[1:] - shares[:1]).abs().sum(1)
    return [(words[k], float(change)) for k, change in zip(kept, changed, strict=True)]


FIRST_WORD = 3
"""The number of the first word after "go to the"."""


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
