"""Faces and their five landmarks at one range of sizes; a pyramid of the picture finds the others.

A plain fully convolutional network in the spirit of Viola and Jones' sliding window: every place answers for the window
around it. Boxes and landmarks are learned as in FCOS (Tian et al. 2019, arXiv:1904.01355), as distances from the place.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cnn_core.models.blocks import cell_centres, conv_norm_relu, within

STRIDE = 8
LANDMARKS = 5
UNIT = 32.0
"""Distances are learned in this many pixels."""


class FaceDetector(nn.Module):
    """Pictures -> for every eighth pixel each way: is a face's middle here, where are its sides and its landmarks.

    Args:
        widths: channels at half, quarter and eighth size.
        depth: further convolutions at eighth size; each lets a place see 16 pixels more.
    """

    def __init__(self, widths: Sequence[int], depth: int) -> None:
        super().__init__()
        layers = [conv_norm_relu(inputs, width, stride=2) for inputs, width in zip([3, *widths[:-1]], widths, strict=True)]
        layers.insert(2, conv_norm_relu(widths[1], widths[1], stride=1))
        self.convolutions = nn.Sequential(*layers, *(conv_norm_relu(widths[-1], widths[-1], stride=1) for _ in range(depth)))
        self.answer = nn.Conv2d(widths[-1], 1 + 4 + 2 * LANDMARKS, 1)
        nn.init.constant_(self.answer.bias[:1], -4.0)  # type: ignore[index]
        nn.Module.register_load_state_dict_pre_hook(self, rename_layers)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        count = len(self.convolutions)
        named = [(str(k), f"convolution {k + 1}") for k in range(count)]
        return [*within("convolutions", named), ("answer", "face, four sides, five landmarks")]

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Normalised pictures (N, 3, H, W), sides multiples of 8.

        Returns:
            logits (N, P) of the P = H/8 * W/8 places in rows; boxes (N, P, 4) xyxy; landmarks (N, P, 5, 2) x, y; in pixels.
        """
        raw = self.answer(self.convolutions(x)).flatten(2).transpose(1, 2)  # (N, 15, h, w) -> (N, P, 15)
        centres = cell_centres(x.shape[-2] // STRIDE, x.shape[-1] // STRIDE, STRIDE, x)
        logits, sides, marks = raw.split([1, 4, 2 * LANDMARKS], 2)
        reach = sides.float().clamp(-3, 3).exp() * UNIT
        boxes = torch.cat([centres - reach[..., :2], centres + reach[..., 2:]], -1)  # (N, P, 4)
        landmarks = centres[:, None] + UNIT * marks.float().unflatten(2, (LANDMARKS, 2))  # (N, P, 10) -> (N, P, 5, 2)
        return logits[..., 0], boxes, landmarks


def rename_layers(module: nn.Module, state: dict[str, Tensor], prefix: str, *others: object) -> None:
    """Weights written before ``layers`` became the name of every architecture's list call the convolutions so."""
    for key in [key for key in state if key.startswith(f"{prefix}layers.")]:
        state[f"{prefix}convolutions.{key.removeprefix(f'{prefix}layers.')}"] = state.pop(key)


build = FaceDetector
