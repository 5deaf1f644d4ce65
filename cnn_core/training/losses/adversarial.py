"""The hinge losses of a generator and its discriminator (Lim and Ye 2017, arXiv:1705.02894).

Neither saturates: however sure the discriminator is that a picture was generated, the generator's gradient stays as long as
it was. (log(1 - sigmoid(score)), which the generator of Goodfellow et al. 2014 minimises, is flat there.)
"""

import torch.nn.functional as F
from torch import Tensor


def discriminator_hinge_loss(real: Tensor, fake: Tensor) -> Tensor:
    """The mean of what real pictures' scores (N,) miss to 1, plus the mean of what generated ones' (N,) are above -1."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def generator_hinge_loss(fake: Tensor) -> Tensor:
    """Minus the mean score (N,) of generated pictures: a scalar."""
    return -fake.mean()
