"""Which pairs and which things does a relation network's answer rest on? Each is left out once, and the rest answers."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cnn_core.models.relation_network import RelationNetwork
from cnn_core.results import Floats
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network


@dataclass(frozen=True)
class LeftOut:
    """How probable the answer is when something is left out of the sum over all pairs.

    Attributes:
        whole: its probability when nothing is left out, 0..1.
        pairs: (n, n) float32, without the pair of the things (row, column), in both orders; symmetric, 0..1.
        things: (n,) float32, without all pairs in which a thing is; 0..1.
    """

    whole: float
    pairs: Floats
    things: Floats


@on_network
def leave_out(network: weights.Network, rows: Floats, words: Tensor, answer: int) -> LeftOut:
    """An answer's probability without each pair, and without each thing.

    Args:
        network: a relation network.
        rows: (8, 4 + A) float32, the things; rows of zeros are none.
        words: (L,) int64, the question's words by number.
        answer: the number of the answer.
    """
    model = network.offering(RelationNetwork)
    given = torch.from_numpy(rows)[None].to(network.device)
    n = int(given[0].any(-1).sum())
    with network.running():
        state, *wanted = model.read(words[None].to(network.device))  # (1, S) and what is wanted
        found, _ = model.relate(given, state, *wanted)  # (n n, W), the pairs row by row
        pairs = found.view(n, n, -1)  # (n n, W) -> (n, n, W)
        total, own = found.sum(0), pairs[range(n), range(n)]  # (W,), (n, W): of each thing with itself
        both = (pairs + pairs.transpose(0, 1)).flatten(0, 1)  # (n, n, W) -> (n n, W)
        both[:: n + 1] = own  # a thing with itself is one pair, not two
        with_thing = pairs.sum(0) + pairs.sum(1) - own  # (n, W)
        sums = torch.cat([total[None], total - both, total - with_thing])  # (1, W), (n n, W), (n, W) -> (1 + n n + n, W)
        logits = model.conclude(sums, state.expand(len(sums), -1))
    shares = logits.float().softmax(1)[:, answer].cpu().numpy()
    return LeftOut(float(shares[0]), shares[1 : 1 + n * n].reshape(n, n), shares[1 + n * n :])


def weights_of(left: LeftOut) -> tuple[Floats, Floats]:
    """How much each pair (n, n), and each thing (n,), carries: how far the answer's log odds fall without it; 0 or more."""
    fallen = [np.maximum(_log_odds(left.whole) - _log_odds(part), 0) for part in (left.pairs, left.things)]
    return fallen[0].astype(np.float32), fallen[1].astype(np.float32)


def _log_odds(share: Floats | float) -> Floats:
    clipped = np.clip(np.asarray(share, np.float64), 1e-6, 1 - 1e-6)  # so that no weight is without end
    return np.asarray(np.log(clipped / (1 - clipped)), np.float32)
