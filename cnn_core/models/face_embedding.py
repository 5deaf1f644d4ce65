"""Faces as points: pictures of one person lie near each other, those of different people far apart.

A small residual network, then one linear layer and batch normalisation, as in ArcFace (Deng et al. 2018, arXiv:1801.07698);
the points are put on a sphere by whoever compares them.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cnn_core.models.blocks import conv_norm_relu, within
from cnn_core.models.resnet import ResNet


class FaceEmbedding(nn.Module):
    """Grey faces -> vectors.

    Args:
        widths, blocks: of the residual network, whose stem halves the picture.
        length: of the vectors.
        last: side of the last maps for the pictures it is made for: every place has its own weights, as faces are aligned.
    """

    def __init__(self, widths: Sequence[int], blocks: Sequence[int], length: int, last: int) -> None:
        super().__init__()
        self.backbone = ResNet(1, widths, blocks, stem_stride=2)
        self.backbone.fc = nn.Identity()  # type: ignore[assignment]
        self.fewer = conv_norm_relu(widths[-1], widths[-1] // 4, 1)
        self.dropout = nn.Dropout(0.3)
        self.embed = nn.Linear(widths[-1] // 4 * last * last, length, bias=False)
        self.norm = nn.BatchNorm1d(length, affine=False)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        backbone = within("backbone", self.backbone.map_layers())
        return [*backbone, ("fewer", "fewer channels"), ("embed", "embedding"), ("norm", "embedding, normalised")]

    def forward(self, x: Tensor) -> Tensor:
        """Normalised grey faces (N, 3, S, S), three times the same plane -> (N, length)."""
        maps = self.fewer(self.backbone.maps(x)[-1])
        vectors: Tensor = self.norm(self.embed(self.dropout(torch.flatten(maps, 1))))
        return vectors


build = FaceEmbedding
