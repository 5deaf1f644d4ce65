"""Public networks through the whole task: untrained ones end to end, and answers that are worked on paper.

Only what torchvision's own parts say is replaced (class logits, corrections, anchors); the way from the picture to them and
back to the upload's pixels is the app's.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torchvision.models import get_model
from torchvision.models.detection._utils import overwrite_eps

from cnn_core.models import build_model
from cnn_core.models.torchvision_detector import OneStage, TwoStages, known_classes
from cnn_core.runtime import public_weights, weights
from cnn_core.tasks.classification import classify
from cnn_core.tasks.coco_results import CATEGORY_IDS, coco_results
from cnn_core.tasks.detection import detect, find_candidates, has_two_stages
from cnn_core.tasks.instance_segmentation import find_instances
from cnn_core.tasks.semantic_segmentation import segment
from tests.blackboard import network_of, put_up

CPU = torch.device("cpu")
SSDLITE, FASTER = "public_ssdlite320_mobilenet_v3_large", "public_fasterrcnn_mobilenet_v3_large_fpn"
MASK, LRASPP = "public_maskrcnn_resnet50_fpn", "public_lraspp_mobilenet_v3_large"
PICTURE = np.zeros((100, 200, 3), np.uint8)
PICTURE[20:60, 50:150] = (200, 40, 90)


def untrained(name: str, monkeypatch: pytest.MonkeyPatch) -> nn.Module:
    """The public network of that name with random numbers, put up in the place of the real one."""
    torch.manual_seed(0)
    card = weights.card(name)
    model = build_model(card.architecture, dict(card.arguments)).eval().requires_grad_(False)
    put_up(monkeypatch, weights.Network(card, model, CPU))
    return model


def awaken(adapter: TwoStages | OneStage) -> None:
    """Scales every layer of an untrained detector to answers with a standard deviation of 1, as a trained one's might be."""

    def even(layer: Any, inputs: Any, output: Tensor) -> Tensor:
        deviation = output.std()
        layer.weight.div_(deviation)
        if layer.bias is not None:
            layer.bias.div_(deviation)
        return output / deviation

    layers = [module for module in adapter.net.modules() if isinstance(module, nn.Conv2d | nn.Linear)]
    hooks = [layer.register_forward_hook(even) for layer in layers]
    with torch.no_grad():
        adapter.considered(torch.rand(1, 3, 320, 320))
    for hook in hooks:
        hook.remove()
    for name, part in adapter.net.named_modules():
        if name.endswith("bbox_pred"):  # small corrections, as trained ones are: boxes stay inside the picture
            part.weight.data.mul_(0.1)


# ---------------------------------------------------------------- untrained, end to end


@pytest.mark.parametrize("name", ["public_squeezenet1_0", "public_mobilenet_v3_large", "public_inception_v3"])
def test_a_classifier_shares_out_all_of_its_certainty(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    untrained(name, monkeypatch)
    found = classify(PICTURE, name)
    assert len(found.names) == 1000
    assert found.probabilities.sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("name", [SSDLITE, FASTER])
def test_boxes_of_a_detector_lie_in_the_upload(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    awaken(untrained(name, monkeypatch))
    found = find_candidates(PICTURE, name)
    assert len(found.labels) > 10
    assert set(found.labels) <= set(weights.card(name).classes)
    assert found.boxes.min() >= 0 and found.boxes[:, 2].max() <= 200 and found.boxes[:, 3].max() <= 100
    assert found.boxes[:, 2].max() > 150  # the upload's pixels and not the input's: 320 or 800 wide, 3 or 4 times as much
    assert found.total == 3234 if name == SSDLITE else 30 < found.total <= 1000
    coco_results(detect(PICTURE, name, confidence=0.02))


def test_instances_of_an_untrained_network_lie_in_the_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a smaller size than its card says, for the time's sake; 4 pixels of the input are 5 of the upload."""
    torch.manual_seed(0)
    card = weights.card(MASK)
    model = build_model(card.architecture, dict(card.arguments)).eval().requires_grad_(False)
    awaken(model)
    put_up(monkeypatch, weights.Network(replace(card, input=replace(card.input, size=160)), model, CPU))
    found = find_instances(PICTURE, MASK)
    assert len(found.labels) > 10 and set(found.labels) <= set(card.classes)
    assert found.shape == (100, 200)
    assert found.boxes.min() >= 0 and 170 < found.boxes[:, 2].max() <= 200 and 90 < found.boxes[:, 3].max() <= 100
    assert found.masks.shape == (len(found.labels), 28, 28)
    assert 0 <= found.masks.min() < 0.5 < found.masks.max() <= 1


def test_class_masks_of_the_uploads_size(monkeypatch: pytest.MonkeyPatch) -> None:
    untrained(LRASPP, monkeypatch)
    found = segment(PICTURE, LRASPP)
    assert found.classes.shape == (100, 200)
    assert found.names[0] == "background" and len(found.names) == 21
    assert found.probabilities.shape == (21, 336, 672)  # 672 wide, and half as high without the border


# ---------------------------------------------------------------- worked on paper

CATEGORIES = ("__background__", "person", "N/A", "dog")
"""Four categories, of which two are classes: the holes and the background never come out."""


class Boxes(nn.Module):
    """Stands for torchvision's two-stage detector: two proposals; the second is a dog, or else, less likely, a person."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = lambda x: {"0": x[:, :1, ::4, ::4]}
        self.roi_heads = Heads()

    def rpn(self, pictures: Any, maps: dict[str, Tensor]) -> tuple[list[Tensor], dict[str, Tensor]]:
        assert pictures.image_sizes == [(32, 64)] and maps["0"].shape == (1, 1, 8, 16)
        return [torch.tensor([[0.0, 0, 8, 8], [16, 8, 32, 24]])], {}


class Heads:
    """What comes after the proposals."""

    def box_roi_pool(self, maps: dict[str, Tensor], proposals: list[Tensor], sizes: Any) -> Tensor:
        return proposals[0]

    has_mask = staticmethod(lambda: True)
    box_coder = type("Coder", (), {"decode": staticmethod(lambda corrections, proposals: corrections)})

    def box_head(self, features: Tensor) -> Tensor:
        return features

    def box_predictor(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (2, 4) and a box (2, 4, 4) for each category: a proposal's own, moved by its category's number."""
        logits = torch.tensor([[9.0, 0, 0, 0], [0, np.log(2), np.log(3), np.log(4)]])
        return logits, features[:, None] + torch.arange(4.0)[None, :, None]

    def __call__(self, maps: Any, proposals: list[Tensor], sizes: Any) -> tuple[list[dict[str, Tensor]], dict[str, Tensor]]:
        """What is left after suppression: a hole, a dog, a person; masks that say which is which."""
        masks = torch.stack([torch.full((1, 28, 28), p) for p in (0.1, 0.2, 0.3)])
        boxes, scores = torch.tensor([[0.0, 0, 4, 4], [16, 8, 32, 24], [0, 0, 64, 32]]), torch.tensor([0.9, 0.8, 0.7])
        return [{"boxes": boxes, "scores": scores, "labels": torch.tensor([2, 3, 1]), "masks": masks}], {}


FORM = public_weights.BY_NAME[FASTER].input.__class__(64, (0.0,) * 3, (1.0,) * 3, how="pad", stride=32)


@pytest.fixture
def two_stages(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    model = TwoStages(Boxes(), known_classes(CATEGORIES))
    record = {"line": "Made.", "two_stages": True}
    yield put_up(monkeypatch, network_of(model, "detection", ("person", "dog"), FORM, record=record))


def test_a_proposals_boxes_scores_and_classes(two_stages: str) -> None:
    """(60, 120) lies in the input (32, 64) as it is: an input pixel is 1.875 of the upload. Softmax: 1, 2, 3, 4 of 10."""
    found = find_candidates(np.zeros((60, 120, 3), np.uint8), two_stages)
    assert found.labels == ("dog", "person")
    assert found.scores.tolist() == pytest.approx([0.4, 0.2])
    assert found.boxes[0].tolist() == pytest.approx([1.875 * v for v in (19, 11, 35, 27)])  # the dog's own box: moved by 3
    assert found.boxes[1].tolist() == pytest.approx([1.875 * v for v in (17, 9, 33, 25)])
    assert found.origins.tolist() == [[30, 15, 60, 45]] * 2
    assert found.total == 2
    assert has_two_stages(weights.card(two_stages))


def test_instances_without_holes_in_the_uploads_pixels(two_stages: str) -> None:
    found = find_instances(np.zeros((60, 120, 3), np.uint8), two_stages)
    assert found.labels == ("dog", "person")
    assert found.boxes.tolist() == [[30, 15, 60, 45], [0, 0, 120, 60]]
    assert found.scores.tolist() == pytest.approx([0.8, 0.7])
    assert [float(mask.max()) for mask in found.masks] == pytest.approx([0.2, 0.3])
    assert found.masks.shape == (2, 28, 28)
    assert found.shape == (60, 120)
    assert found.proposals.tolist() == [[0, 0, 15, 15], [30, 15, 60, 45]]


class Anchors(nn.Module):
    """Stands for torchvision's SSD: two anchors; the first's box reaches out of the picture and is mostly a dog."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = lambda x: {"0": x[:, :1, ::8, ::8]}
        self.box_coder = type(
            "Coder", (), {"decode_single": staticmethod(lambda corrections, anchors: anchors + corrections)}
        )

    def head(self, maps: list[Tensor]) -> dict[str, Tensor]:
        logits = torch.tensor([[[0.0, np.log(2), np.log(3), np.log(14)], [9, 0, 0, 0]]])
        return {"cls_logits": logits, "bbox_regression": torch.tensor([[[1.0, 2, 40, 4], [0, 0, 0, 0]]])}

    def anchor_generator(self, pictures: Any, maps: list[Tensor]) -> list[Tensor]:
        assert pictures.image_sizes == [(32, 32)]
        return [torch.tensor([[0.0, 0, 16, 8], [16, 16, 32, 32]])]


def test_an_anchors_box_serves_all_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    """(16, 64) is stretched to (32, 32): x twice as long in the upload, y half. Softmax: 1, 2, 3, 14 of 20."""
    form = FORM.__class__(32, (0.0,) * 3, (1.0,) * 3)
    net = network_of(OneStage(Anchors(), known_classes(CATEGORIES)), "detection", ("person", "dog"), form)
    found = find_candidates(np.zeros((16, 64, 3), np.uint8), put_up(monkeypatch, net))
    assert found.labels == ("dog", "person")
    assert found.scores.tolist() == pytest.approx([0.7, 0.1])
    assert found.boxes.tolist() == [[2, 1, 64, 6]] * 2  # 56 is cut to 32, the picture's right edge
    assert found.origins.tolist() == [[0, 0, 32, 4]] * 2
    assert found.total == 2
    assert not has_two_stages(net.card)


# ---------------------------------------------------------------- as torchvision answers


def as_torchvision(name: str, **arguments: Any) -> nn.Module:
    """torchvision's own network with the same random numbers as ours."""
    torch.manual_seed(0)
    return get_model(name, weights=None, weights_backbone=None, **arguments).eval()


def test_faster_rcnn_answers_as_torchvisions_own_way_does() -> None:
    """The same picture, at a size that torchvision leaves as it is; its thresholds and suppression on our candidates."""
    torch.manual_seed(3)
    picture = torch.rand(3, 64, 96)
    sizes = {"min_size": 64, "max_size": 96, "box_score_thresh": 0.0, "box_nms_thresh": 1.0, "box_detections_per_img": 30}
    net = as_torchvision("fasterrcnn_mobilenet_v3_large_fpn", **sizes)
    ours = TwoStages(net, known := list(range(1, 91)))
    awaken(ours)
    with torch.inference_mode():
        (theirs,) = net([picture])
        scores, boxes, _ = ours.considered(net.transform([picture])[0].tensors)
    sides = (boxes[..., 2:] - boxes[..., :2]).min(-1).values
    flat, order = torch.where(sides < 0.01, 0, scores).flatten().sort(descending=True)  # theirs leaves out empty boxes
    assert len(theirs["scores"]) == 30 and len(theirs["scores"].unique()) > 5
    assert torch.allclose(theirs["scores"], flat[:30], atol=1e-5)
    assert theirs["labels"][:5].tolist() == [known[k] for k in (order[:5] % 90).tolist()]
    assert torch.allclose(theirs["boxes"][:2], boxes.flatten(0, 1)[order[:2]], atol=1e-2)  # the third and fourth tie


def test_ssdlite_answers_as_torchvisions_own_way_does() -> None:
    torch.manual_seed(3)
    picture = torch.rand(3, 320, 320)
    net = as_torchvision("ssdlite320_mobilenet_v3_large", score_thresh=0.0, nms_thresh=1.0, detections_per_img=40)
    ours = OneStage(net, list(range(1, 91)))
    awaken(ours)
    with torch.inference_mode():
        (theirs,) = net([picture])
        scores, boxes, _ = ours.considered(net.transform([picture])[0].tensors)
    flat, order = scores.flatten().sort(descending=True)
    assert torch.allclose(theirs["scores"], flat[:40], atol=1e-5)
    assert torch.allclose(theirs["boxes"][:3], boxes.flatten(0, 1)[order[:3]], atol=1e-2)


def test_frozen_normalisations_add_nothing_as_in_torchvision() -> None:
    """torchvision sets the epsilon of networks that were trained with frozen normalisations to 0 after loading."""
    model = build_model("torchvision_detector", dict(weights.card(MASK).arguments))
    added = {module.eps for module in model.modules() if isinstance(module, nn.BatchNorm2d)}
    assert added == {0.0}
    assert overwrite_eps.__doc__ and "eps" in overwrite_eps.__doc__  # torchvision still does
    plain = build_model("torchvision_detector", dict(weights.card(FASTER).arguments))
    assert {module.eps for module in plain.modules() if isinstance(module, nn.BatchNorm2d)} == {1e-5}


@pytest.mark.parametrize("name", [LRASPP, "public_deeplabv3_mobilenet_v3_large"])
def test_class_masks_are_torchvisions_out(name: str) -> None:
    card = weights.card(name)
    torch.manual_seed(0)
    model = build_model(card.architecture, dict(card.arguments)).eval()
    x = torch.rand(1, 3, 64, 96)
    with torch.inference_mode():
        assert torch.equal(model(x), as_torchvision(card.arguments["name"])(x)["out"])


@pytest.mark.parametrize("name", ["public_googlenet", "public_inception_v3"])
def test_what_only_training_needs_is_left_out_of_the_file(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file as torchvision writes it has the second classifiers, too."""
    key = public_weights.BY_NAME[name].key
    whole = get_model(key, weights=None, aux_logits=True, init_weights=False, transform_input=True).state_dict()
    assert any(part.lower().startswith("aux") for part in whole)
    monkeypatch.setattr(public_weights, "read", lambda name: whole)
    model = public_weights.build(name)
    assert torch.equal(model.net.fc.weight, whole["fc.weight"])
    assert model.net.transform_input


def test_every_class_that_a_public_detector_names_is_in_coco() -> None:
    """The numbers are places in torchvision's list of 91."""
    categories = public_weights.record_of(FASTER).meta["categories"]
    for name in weights.card(FASTER).classes:
        assert categories[CATEGORY_IDS[name]] == name
    assert {name: categories[CATEGORY_IDS[name]] for name in ("motorbike", "sofa", "tvmonitor")} == {
        "motorbike": "motorcycle", "sofa": "couch", "tvmonitor": "tv",
    }  # fmt: skip
