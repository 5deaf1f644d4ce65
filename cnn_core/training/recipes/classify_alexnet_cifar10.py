"""An AlexNet for 32x32 pictures on CIFAR-10."""

from cnn_core.training.classification import CIFAR10, ClassificationRecipe, cifar_augment
from cnn_core.training.command import main
from cnn_core.training.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_alexnet_cifar10",
    title="AlexNet-like (2012)",
    architecture="alexnet",
    arguments={"widths": [48, 96, 128, 128, 96], "hidden": 192, "dropout": 0.3},
    data=CIFAR10,
    plan=Plan(epochs=9, rate=0.05),
    augment=cifar_augment(),
    limits=(
        "It knows ten kinds of things at 32x32 pixels and must name one of them, whatever the picture shows.",
        "The pictures it was trained and measured on are JPEG copies: figures are a little below those on the exact pixels.",
    ),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
