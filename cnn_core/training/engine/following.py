"""Trains an agent by imitation: it walks by itself, and is told at each step what was best there.

DAgger (Ross et al. 2011, arXiv:1011.0686). The teacher knows the whole room and the shortest way; the agent sees only its
view. At first the teacher's actions are carried out, later the agent's own, so that it learns to mend its own mistakes.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from cnn_core.images.drawn_rooms import CELL, REACH, VIEW, lay, plan, view_numbers
from cnn_core.models.navigator import Navigator, Step
from cnn_core.ops.tiny_errands import Errand, make_errand
from cnn_core.ops.tiny_instructions import number_words
from cnn_core.ops.tiny_rooms import ACTIONS, STOP, Cell, best_actions, has_arrived
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.following import LONGEST_WALK
from cnn_core.tasks.preprocessing import normalise

FORM = Preprocessing(CELL * VIEW, (0.6, 0.6, 0.6), (0.3, 0.3, 0.3))
"""How a view becomes the network's input."""
AT_ONCE = 8
"""Steps through which gradients reach back."""
NOTHING = -1
"""Of a pointer that has nothing to point at: no loss."""
POINTING = 0.5
"""Weight of the pointers' losses beside the actions'."""


@dataclass
class Walk:
    """One agent on its errand.

    Attributes:
        errand: what it is to do.
        cell: where it stands.
        steps: actions so far.
    """

    errand: Errand
    cell: Cell
    steps: int = 0

    def __post_init__(self) -> None:
        self.planned = plan(self.errand.room, REACH)
        self.distances = self.errand.distances()
        self.words = number_words(self.errand.instruction)
        other = self.errand.instruction.other
        fits = [piece.cell for piece in self.errand.room.furniture if other and other.fits(piece)]
        self.other = fits[0] if fits else None
        self.target = self.errand.room.furniture[self.errand.target].cell

    def best(self) -> tuple[int, ...]:
        """The numbers of the best actions here."""
        return best_actions(self.distances, self.cell)

    def act(self, action: int) -> None:
        """One step."""
        self.cell = self.errand.room.step(self.cell, ACTIONS[action])
        self.steps += 1


def start(rng: np.random.Generator) -> Walk:
    """An agent at the start of a new errand."""
    errand = make_errand(rng)
    return Walk(errand, errand.start)


def place_in_view(walk: Walk, cell: Cell | None) -> int:
    """The number of a cell among those in view, row by row; ``VIEW * VIEW`` out of view, ``NOTHING`` for none."""
    if cell is None:
        return NOTHING
    down, right = cell[0] - walk.cell[0] + REACH, cell[1] - walk.cell[1] + REACH
    return down * VIEW + right if 0 <= down < VIEW and 0 <= right < VIEW else VIEW * VIEW


def views(walks: list[Walk], device: torch.device) -> Tensor:
    """What all agents see, as the network gets it: (N, 3, H, W), about -2..2."""
    numbers = np.stack([view_numbers(walk.planned, walk.cell) for walk in walks])  # (N, VIEW, VIEW)
    pixels = torch.from_numpy(lay(numbers, CELL)).to(device)  # (N, H, W, 3) uint8
    return normalise(pixels.permute(0, 3, 1, 2).float(), FORM)  # (N, H, W, 3) -> (N, 3, H, W)


def sentences(walks: list[Walk], device: torch.device) -> Tensor:
    """The words of all errands, (N, LONGEST)."""
    return torch.tensor([walk.words for walk in walks], device=device)


@dataclass
class Learners:
    """Agents that learn side by side.

    Attributes:
        size: how many.
        seed: makes their errands and their choices.
    """

    size: int
    seed: int
    walks: list[Walk] = field(init=False)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.walks = [start(self.rng) for _ in range(self.size)]
        self.memory: Tensor | None = None

    def lesson(self, model: Navigator, by_teacher: float, device: torch.device) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of ``AT_ONCE`` steps of everybody, a share of them the teacher's, and how often they chose rightly."""
        losses, right, memory = [], [], self.memory
        read = model.read(sentences(self.walks, device))
        for _ in range(AT_ONCE):
            step = model.step(views(self.walks, device), read, memory)
            best = torch.tensor([[k in walk.best() for k in range(len(ACTIONS))] for walk in self.walks], device=device)
            shares = step.actions.float().log_softmax(1)
            losses.append(-shares.masked_fill(~best, -torch.inf).logsumexp(1).mean() + POINTING * self._pointing(step))
            right.append(best.gather(1, shares.argmax(1, keepdim=True)).float().mean())
            new = self._move(shares.detach().exp().cpu().numpy(), best.cpu().numpy(), by_teacher)
            memory = step.memory * (~new).to(device, step.memory.dtype)[:, None]  # (N,) -> (N, 1)
            if new.any():
                read = model.read(sentences(self.walks, device))
        self.memory = memory.detach() if memory is not None else None
        return torch.stack(losses).mean(), {"right": torch.stack(right).mean().detach()}

    def _pointing(self, step: Step) -> Tensor:
        """Cross-entropy of both pointers, where there is something to point at."""
        others = torch.tensor([place_in_view(walk, walk.other) for walk in self.walks])
        others[others == VIEW * VIEW] = NOTHING  # out of view
        targets = torch.tensor([place_in_view(walk, walk.target) for walk in self.walks])
        logits = step.other.float(), step.target.float()
        pairs = zip(logits, (others.to(logits[0].device), targets.to(logits[0].device)), strict=True)
        return (
            torch.stack([F.cross_entropy(x, y, ignore_index=NOTHING, reduction="sum") for x, y in pairs]).sum() / self.size
        )

    def _move(self, shares: NDArray[np.float32], best: NDArray[np.bool_], by_teacher: float) -> Tensor:
        """Everybody acts; who has arrived and says so, or walked too long, gets a new errand. Who did, (N,)."""
        new = []
        for k, walk in enumerate(self.walks):
            chances = best[k] / best[k].sum() if self.rng.random() < by_teacher else shares[k] / shares[k].sum()
            action = int(self.rng.choice(len(ACTIONS), p=chances.astype(np.float64) / chances.astype(np.float64).sum()))
            ended = action == STOP and has_arrived(walk.errand.room, walk.cell, walk.errand.target)
            walk.act(action)
            new.append(ended or walk.steps >= LONGEST_WALK)
            if new[-1]:
                self.walks[k] = start(self.rng)
        return torch.tensor(new)


@torch.inference_mode()
def succeed(model: Navigator, errands: list[Errand], device: torch.device) -> list[tuple[bool, float, int]]:
    """Of each errand: whether the agent stopped beside the target, its SPL, and the steps of the shortest way.

    SPL (Anderson et al. 2018, arXiv:1807.06757): success times shortest way / the longer of that and its own; 0..1.
    """
    walks = [Walk(errand, errand.start) for errand in errands]
    done, memory = [False] * len(walks), None
    read = model.read(sentences(walks, device))
    for _ in range(LONGEST_WALK):
        step = model.step(views(walks, device), read, memory)
        memory = step.memory
        for k, action in enumerate(step.actions.argmax(1).tolist()):
            done[k] = done[k] or action == STOP
            if not done[k]:
                walks[k].act(action)
        if all(done):
            break
    found = []
    for walk, said in zip(walks, done, strict=True):
        shortest = int(walk.distances[walk.errand.start])
        arrived = said and has_arrived(walk.errand.room, walk.cell, walk.errand.target)
        found.append((arrived, shortest / max(shortest, walk.steps) if arrived else 0.0, shortest))
    return found
