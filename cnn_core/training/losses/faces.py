"""What embeddings of faces are trained with: names with an angular margin, or triplets."""

import torch
import torch.nn.functional as F
from torch import Tensor

SCALE, MARGIN = 24.0, 0.25
"""Of the cosine before the softmax (Wang et al. 2018, arXiv:1801.09414): few people want a small scale."""

TRIPLET_MARGIN = 0.3


def cosface_loss(cosines: Tensor, people: Tensor) -> Tensor:
    """Cross-entropy in which the right person's cosine (N, P) is first lowered by MARGIN: CosFace. A scalar."""
    lowered = cosines - MARGIN * F.one_hot(people, cosines.shape[1])
    return F.cross_entropy(SCALE * lowered, people)


def semi_hard_triplet_loss(vectors: Tensor, people: Tensor) -> Tensor:
    """The triplet loss over all pairs of one person in a batch, each with the nearest negative that is farther away.

    FaceNet's choice (Schroff et al. 2015, section 3.2); where no negative is farther, the farthest one. A scalar.
    """
    unit = F.normalize(vectors)
    squared = (2 - 2 * unit @ unit.T).clamp(min=0)
    same = people[:, None] == people[None]
    anchors, positives = torch.nonzero(same & ~torch.eye(len(people), dtype=torch.bool, device=people.device), as_tuple=True)
    if not len(anchors):
        return vectors.sum() * 0
    near = squared[anchors, positives]
    negatives = squared[anchors].masked_fill(same[anchors], -1.0)
    farther = negatives.masked_fill(negatives <= near[:, None], torch.inf).amin(1)
    far = torch.where(torch.isfinite(farther), farther, negatives.amax(1))
    return F.relu(near - far + TRIPLET_MARGIN).mean()
