"""The public full-size networks that a person may fetch, one entry of data each: to add one, add its entry.

Sizes and file names stand here, so that a page can offer a network without torchvision, which takes a second and 160 MB to
import; everything else (address, classes, published figures) comes from torchvision's own record. A test compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cnn_core.runtime.cards import Preprocessing

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
SQUARE = Preprocessing(224, MEAN, STD)
LONGEST = Preprocessing(800, MEAN, STD, how="pad", stride=32)
"""torchvision gives detectors a shorter side of 800 pixels; a longer side of 800 is little over half of the arithmetic."""
SEGMENTED = Preprocessing(672, MEAN, STD, how="pad", stride=32)
"""torchvision gives a shorter side of 520 pixels; with 4 : 3 that is a longer side of 693."""
LICENCE = "torchvision, BSD-3-Clause"


@dataclass(frozen=True)
class TrainedOn:
    """What public weights were trained on.

    Attributes:
        name: of the data.
        terms: of its pictures, a clause.
        measured: what the published figures were measured on, and on how many pictures.
        limit: what a network trained on it cannot do, a sentence.
    """

    name: str
    terms: str
    measured: tuple[str, int]
    limit: str


IMAGENET = TrainedOn(
    "ImageNet", "its pictures are for non-commercial teaching and research", ("imagenet1k_val", 50_000),
    "It knows ImageNet's 1,000 classes and must name one of them, whatever the picture shows.",
)  # fmt: skip
FLICKR = "annotations CC BY 4.0, pictures under Flickr's terms"
COCO = TrainedOn("COCO", FLICKR, ("coco_val2017", 5_000), "It finds COCO's 80 classes of objects and nothing else.")
COCO_AS_VOC = TrainedOn(
    "COCO, PASCAL VOC's classes", FLICKR, ("coco_val2017, VOC's classes", 5_000),
    "It knows PASCAL VOC's 20 classes; everything else is background.",
)  # fmt: skip


@dataclass(frozen=True)
class PublicNetwork:
    """One public network.

    Attributes:
        key: torchvision's name of it.
        title: what a person calls it.
        file: name of the file with its weights, which ends with the first digits of its sha256.
        megabytes: of the file, in 2**20 bytes.
        trained_on: see ``TrainedOn``.
        task: as on a card.
        architecture: the module of ``cnn_core.models`` that makes torchvision's network one of ours.
        input: how a picture becomes its input.
        training_only: how the names of tensors begin that nothing but training needs.
        arguments: what the architecture gets besides the key.
        two_stages: for detectors: whether regions are proposed first.
    """

    key: str
    title: str
    file: str
    megabytes: float
    trained_on: TrainedOn = IMAGENET
    task: str = "classification"
    architecture: str = "torchvision_classifier"
    input: Preprocessing = SQUARE
    training_only: tuple[str, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    two_stages: bool = False

    @property
    def hash_prefix(self) -> str:
        """What the sha256 of the file begins with."""
        return self.file.rpartition("-")[2].removesuffix(".pth")

    @property
    def size(self) -> str:
        """The file's size in words."""
        return f"{self.megabytes:.0f} MB"

    @property
    def terms(self) -> str:
        """Licence and origin of the weights, a clause."""
        return f"{LICENCE}; trained on {self.trained_on.name}: {self.trained_on.terms}"


def detector(key: str, title: str, file: str, megabytes: float, **others: Any) -> PublicNetwork:
    """The entry of a detector trained on COCO; of two stages, if nothing else is said."""
    fields = {"task": "detection", "input": LONGEST, "two_stages": True, **others}
    return PublicNetwork(key, title, file, megabytes, COCO, architecture="torchvision_detector", **fields)


def segmenter(key: str, title: str, file: str, megabytes: float) -> PublicNetwork:
    """The entry of a network for class masks, trained on COCO's pictures of PASCAL VOC's classes."""
    return PublicNetwork(
        key, title, file, megabytes, COCO_AS_VOC, "semantic_segmentation", "torchvision_segmenter", SEGMENTED, ("aux_",)
    )


FROZEN = {"norm_epsilon": 0.0}
"""The statistics of these networks' normalisations were frozen in training, and nothing was added to the variances."""

NETWORKS = (
    PublicNetwork("squeezenet1_0", "SqueezeNet 1.0", "squeezenet1_0-b66bff10.pth", 4.778),
    PublicNetwork("mobilenet_v3_large", "MobileNet V3", "mobilenet_v3_large-5c1a4163.pth", 21.107),
    PublicNetwork("googlenet", "GoogLeNet", "googlenet-1378be20.pth", 49.731, training_only=("aux1.", "aux2.")),
    PublicNetwork("resnet50", "ResNet-50", "resnet50-11ad3fa6.pth", 97.79),
    PublicNetwork(
        "inception_v3", "Inception V3", "inception_v3_google-0cc3c7bd.pth", 103.903,
        input=Preprocessing(299, MEAN, STD), training_only=("AuxLogits.",),
    ),
    PublicNetwork("resnet152", "ResNet-152", "resnet152-f82ba261.pth", 230.474),
    PublicNetwork("alexnet", "AlexNet", "alexnet-owt-7be5be79.pth", 233.087),
    PublicNetwork("vgg19", "VGG-19", "vgg19-dcbb9e9d.pth", 548.051),
    detector(
        "ssdlite320_mobilenet_v3_large", "SSDLite, MobileNet V3", "ssdlite320_mobilenet_v3_large_coco-a79551df.pth", 13.418,
        input=Preprocessing(320, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)), two_stages=False,
    ),
    detector(
        "fasterrcnn_mobilenet_v3_large_fpn", "Faster R-CNN, MobileNet V3",
        "fasterrcnn_mobilenet_v3_large_fpn-fb6a3cc7.pth", 74.239,
    ),
    detector(
        "fasterrcnn_resnet50_fpn", "Faster R-CNN, ResNet-50", "fasterrcnn_resnet50_fpn_coco-258fb6c6.pth", 159.743,
        arguments=FROZEN,
    ),
    detector(
        "maskrcnn_resnet50_fpn", "Mask R-CNN, ResNet-50", "maskrcnn_resnet50_fpn_coco-bf2d0c1e.pth", 169.84,
        arguments=FROZEN, task="instance_segmentation",
    ),
    segmenter("lraspp_mobilenet_v3_large", "LR-ASPP, MobileNet V3", "lraspp_mobilenet_v3_large-d234d4ea.pth", 12.49),
    segmenter(
        "deeplabv3_mobilenet_v3_large", "DeepLab V3, MobileNet V3", "deeplabv3_mobilenet_v3_large-fc3c493d.pth", 42.301
    ),
    segmenter("deeplabv3_resnet50", "DeepLab V3, ResNet-50", "deeplabv3_resnet50_coco-cd0a2569.pth", 160.515),
)  # fmt: skip
"""By task, smaller ones first."""
