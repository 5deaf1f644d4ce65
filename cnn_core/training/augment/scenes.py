"""Random views of photographs with boxes and masks (torchvision's transforms), and four views tiled into one (mosaic)."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision import tv_tensors
from torchvision.transforms import v2

from cnn_core.training.data.voc import IGNORE, Scene, instance_masks

MEAN_COLOUR = (122, 114, 101)
SMALLEST = 4.0
"""Boxes with a side of fewer pixels in the view are left out."""


@dataclass(frozen=True)
class View:
    """What is learned from once.

    Attributes:
        picture: (3, S, S) uint8.
        boxes, labels, instance: (n, 4) xyxy, (n,) and (n,) bool as in ``Scene``.
        mask: (S, S) uint8 as in ``Scene``.
    """

    picture: Tensor
    boxes: Tensor
    labels: Tensor
    instance: Tensor
    mask: Tensor

    def instance_masks(self) -> Tensor:
        """(n, S, S) uint8: the pixels of each box's class inside it; an object's own only where ``instance`` is true."""
        return instance_masks(self.boxes, self.labels, self.mask)


def build_transforms(size: int, zoom_out: float = 2.0) -> v2.Transform:
    """Zooming out or in on a part, mirroring, stretching to ``size``, light and colour; boxes and masks go along.

    The parts are those of SSD (Liu et al. 2016, arXiv:1512.02325, section 2.2): they overlap an object well or at random.
    """
    fill = {tv_tensors.Image: MEAN_COLOUR, tv_tensors.Mask: IGNORE}
    return v2.Compose(
        [
            v2.RandomZoomOut(fill=fill, side_range=(1.0, zoom_out), p=0.3),
            v2.RandomIoUCrop(min_scale=0.4),
            v2.RandomHorizontalFlip(),
            v2.Resize((size, size), antialias=True),
            v2.ColorJitter(brightness=0.25, contrast=0.3, saturation=0.4),
        ]
    )


def make_view(scene: Scene, transform: v2.Transform) -> View:
    """One random view of a scene; difficult objects are left out. Chance is torch's own (seed it before)."""
    _, height, width = scene.picture.shape
    plain = ~scene.difficult
    mask = scene.mask if scene.mask is not None else torch.full((height, width), IGNORE, dtype=torch.uint8)
    sample = {
        "picture": tv_tensors.Image(scene.picture),
        "boxes": tv_tensors.BoundingBoxes(scene.boxes[plain], format="XYXY", canvas_size=(height, width)),
        "labels": scene.labels[plain],
        "mask": tv_tensors.Mask(mask[None]),
    }
    seen = transform(sample)
    picture, boxes, labels, class_mask = (seen[key].as_subclass(Tensor) for key in ("picture", "boxes", "labels", "mask"))
    whole = (boxes[:, 2:] - boxes[:, :2]).amin(1) >= SMALLEST  # what was cropped away is left with no size
    return View(picture, boxes[whole], labels[whole], scene.instance[plain][whole], class_mask[0])


def tile_views(four: list[View]) -> View:
    """Four views of one size as the quarters of one twice as large (mosaic, Bochkovskiy et al. 2020, arXiv:2004.10934)."""
    size = four[0].picture.shape[-1]
    shifts = [torch.tensor([x, y, x, y], dtype=torch.float32) for y in (0, size) for x in (0, size)]

    def joined(parts: list[Tensor]) -> Tensor:
        return torch.cat([torch.cat(parts[:2], -1), torch.cat(parts[2:], -1)], -2)

    return View(
        picture=joined([view.picture for view in four]),
        boxes=torch.cat([view.boxes + shift for view, shift in zip(four, shifts, strict=True)]),
        labels=torch.cat([view.labels for view in four]),
        instance=torch.cat([view.instance for view in four]),
        mask=joined([view.mask for view in four]),
    )


class Views:
    """Makes training views: one scene stretched to the size, or with a probability of ``mosaic`` four of them tiled.

    Args:
        scenes: the photographs.
        size: side of a view, pixels.
        mosaic: share of tiled views.
        small: smaller pictures, to be tiled by four in the place of one photograph of a tiled view.
        share: how often that happens.
    """

    def __init__(
        self, scenes: Sequence[Scene], size: int, mosaic: float, small: Sequence[Scene] = (), share: float = 0.0
    ) -> None:
        self.scenes, self.mosaic, self.small, self.share = scenes, mosaic, small, share
        self.whole, self.quarter = build_transforms(size), build_transforms(size // 2, zoom_out=1.3)
        self.sixteenth = build_transforms(size // 4, zoom_out=1.3)

    def make(self, index: int) -> View:
        """A random view that shows scene ``index``."""
        if torch.rand(()) >= self.mosaic:
            return make_view(self.scenes[index], self.whole)
        return tile_views([make_view(self.scenes[index], self.quarter), *(self._any_quarter() for _ in range(3))])

    def _any_quarter(self) -> View:
        """A random view of half the size."""
        if self.small and torch.rand(()) < self.share:
            return tile_views(
                [make_view(self.small[k], self.sixteenth) for k in torch.randint(len(self.small), (4,)).tolist()]
            )
        return make_view(self.scenes[int(torch.randint(len(self.scenes), ()))], self.quarter)
