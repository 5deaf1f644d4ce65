"""A network of dense layers alone, with about as many parameters as the VGG-like one, on CIFAR-10."""

from cnn_core.training.classification import CIFAR10, ClassificationRecipe, cifar_augment
from cnn_core.training.command import main
from cnn_core.training.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_dense_cifar10",
    title="Dense layers only",
    architecture="dense",
    arguments={"size": 32, "hidden": [160, 128, 64]},
    data=CIFAR10,
    plan=Plan(epochs=10, rate=0.1),
    augment=cifar_augment(hole=8),
    limits=(
        "It knows ten kinds of things at 32x32 pixels and must name one of them, whatever the picture shows.",
        "The pictures it was trained and measured on are JPEG copies: figures are a little below those on the exact pixels.",
    ),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
