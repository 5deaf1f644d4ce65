"""ResNet-20 of He et al. 2015 on CIFAR-10."""

from cnn_core.training.classification import CIFAR10, ClassificationRecipe, cifar_augment
from cnn_core.training.command import main
from cnn_core.training.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_resnet20_cifar10",
    title="ResNet-20 (2015)",
    architecture="resnet",
    arguments={"widths": [16, 32, 64], "blocks": [3, 3, 3], "shortcut": "pad"},
    data=CIFAR10,
    plan=Plan(epochs=24, rate=0.1),
    augment=cifar_augment(),
    limits=(
        "It knows ten kinds of things at 32x32 pixels and must name one of them, whatever the picture shows.",
        "The pictures it was trained and measured on are JPEG copies: figures are a little below those on the exact pixels.",
    ),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
