"""What embeddings of faces are trained with: names with an angular margin, or triplets."""

import torch
import torch.nn.functional as F
from torch import Tensor

SCALE, MARGIN = 24.0, 0.25
"""Of the cosine before the softmax (CosFace: Wang et al. 2018, arXiv:1801.09414): few people want a small scale."""

TRIPLET_MARGIN = 0.3


def cosface_loss(cosines: Tensor, people: Tensor) -> Tensor:
    """Cross-entropy in which the right person's cosine is first lowered by MARGIN: a scalar. (N, P), (N,) int64."""
    lowered = cosines - MARGIN * F.one_hot(people, cosines.shape[1])  # (N, P)
    return F.cross_entropy(SCALE * lowered, people)


def semi_hard_triplet_loss(embeddings: Tensor, people: Tensor) -> Tensor:
    """The triplet loss over all pairs of one person in a batch, each with the nearest negative that is farther away.

    FaceNet's choice (Schroff et al. 2015, arXiv:1503.03832, section 3.2); where no negative is farther, the farthest one.

    Args:
        embeddings: (N, D); their lengths do not count.
        people: (N,) int64.

    Returns:
        A scalar: the mean of max(0, d(anchor, positive) - d(anchor, negative) + TRIPLET_MARGIN), d the squared distance.
    """
    unit = F.normalize(embeddings)
    squared = (2 - 2 * unit @ unit.T).clamp(min=0)  # (N, N): |a - b|^2 = 2 - 2 cos for vectors of length 1
    same = people[:, None] == people[None]  # (N, N)
    itself = torch.eye(len(people), dtype=torch.bool, device=people.device)
    anchors, positives = torch.nonzero(same & ~itself, as_tuple=True)  # (T,), (T,)
    if not len(anchors):
        return embeddings.sum() * 0
    to_positive = squared[anchors, positives]  # (T,)
    to_negatives = squared[anchors].masked_fill(same[anchors], -1.0)  # (T, N); -1 where it is no negative
    farther = to_negatives.masked_fill(to_negatives <= to_positive[:, None], torch.inf).amin(1)  # (T,)
    to_negative = torch.where(torch.isfinite(farther), farther, to_negatives.amax(1))
    return F.relu(to_positive - to_negative + TRIPLET_MARGIN).mean()
