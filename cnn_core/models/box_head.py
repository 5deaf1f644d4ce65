"""One object's box from another network's maps: is there one at all, and where are its sides?

Every place of the last map proposes a box around itself; a softmax over the places decides whom to believe, and the box is
the weighted mean of the proposals. (A dense layer on the averaged maps would have forgotten where things were; the first
localisers, e.g. Sermanet et al. 2013, arXiv:1312.6229, put large dense layers on the maps as they are.)
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.models.attention_head import AttentionHead
from cnn_core.models.blocks import cell_centres, within


class BoxHead(nn.Module):
    """A box and an objectness from maps.

    Args:
        widths: channels of the last stages that it looks at, the finest first.
        hidden: channels of its own two layers.
    """

    def __init__(self, widths: Sequence[int], hidden: int) -> None:
        super().__init__()
        self.look = AttentionHead(widths, hidden, 5)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        return within("look", self.look.layers())

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Maps [(N, C, h, w), ...] -> (N, 5): logit that there is an object; left, top, right, bottom as shares 0..1."""
        answers, weights = self.look.places(self.look.stacked(maps))
        h, w = answers.shape[2:]
        answers, weights = answers.flatten(2).float(), weights.flatten(2).float()
        centres = cell_centres(h, w, 1, answers).T / torch.tensor([[w], [h]], device=answers.device)  # (2, places)
        reach = F.softplus(answers[:, 1:] - 1.0)  # distances to the four sides, as shares of the picture
        low, high = centres - reach[:, :2], centres + reach[:, 2:]
        sides = (torch.cat([low, high], 1) * weights[:, 1:]).sum(2).clamp(0, 1)  # (N, 4, places) -> (N, 4)
        presence = (answers[:, :1] * weights[:, :1]).sum(2)
        return torch.cat([presence, sides], 1)  # (N, 5)


build = BoxHead
