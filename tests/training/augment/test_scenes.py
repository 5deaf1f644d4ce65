"""Random views of scenes: boxes, labels and masks stay on what they show, mirrored or not."""

import torch

from cnn_core.training.augment.scenes import build_transforms, make_view, tile_views
from cnn_core.training.data.voc import Scene


def scene() -> Scene:
    """A red box in the left upper corner (class 0) and a green one further right and lower (class 3), on black."""
    picture = torch.zeros(3, 60, 100, dtype=torch.uint8)
    mask = torch.zeros(60, 100, dtype=torch.uint8)
    boxes = torch.tensor([[8.0, 6.0, 38.0, 26.0], [52.0, 30.0, 92.0, 54.0]])
    labels = torch.tensor([0, 3])
    for channel, (box, label) in enumerate(zip(boxes.int().tolist(), labels.tolist(), strict=True)):
        x1, y1, x2, y2 = box
        picture[channel, y1:y2, x1:x2] = 255
        mask[y1:y2, x1:x2] = label + 1
    none = torch.zeros(2, dtype=torch.bool)
    return Scene(picture, boxes, labels, none, ~none, mask)


def test_boxes_and_masks_go_where_their_objects_go() -> None:
    transform, sides = build_transforms(64), set()
    for seed in range(40):
        torch.manual_seed(seed)
        view = make_view(scene(), transform)
        for box, label in zip(view.boxes, view.labels.tolist(), strict=True):
            other = 1 if label == 0 else 0
            shown = (view.mask == label + 1).nonzero()  # rows and columns of the object's own pixels
            assert torch.allclose(shown.amin(0).flip(0).float(), box[:2], atol=1.6)
            assert torch.allclose(shown.amax(0).flip(0).float() + 1, box[2:], atol=1.6)
            x, y = (int(v) for v in (box[:2] + box[2:]) / 2)
            own = 0 if label == 0 else 1
            assert int(view.picture[own, y, x]) > 60 + int(view.picture[other, y, x])  # its own colour
        if set(view.labels.tolist()) == {0, 3}:
            sides.add(bool(view.boxes[view.labels == 0][0, 0] < view.boxes[view.labels == 3][0, 0]))
    assert sides == {True, False}  # seen as it is and mirrored


def test_four_views_become_the_quarters_of_one() -> None:
    torch.manual_seed(3)
    views = [make_view(scene(), build_transforms(32)) for _ in range(4)]
    whole = tile_views(views)
    assert torch.equal(whole.picture[:, :32, 32:], views[1].picture)  # right upper
    assert torch.equal(whole.picture[:, 32:, :32], views[2].picture)  # left lower
    counts = [len(view.boxes) for view in views]
    second, third = whole.boxes[counts[0] :][: counts[1]], whole.boxes[sum(counts[:2]) :][: counts[2]]
    assert torch.allclose(second, views[1].boxes + torch.tensor([32.0, 0, 32, 0]))
    assert torch.allclose(third, views[2].boxes + torch.tensor([0.0, 32, 0, 32]))
    assert torch.equal(whole.mask[32:, 32:], views[3].mask)
