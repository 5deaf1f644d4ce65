"""LeNet-5 of 1998 on CIFAR-10."""

from cnn_core.training.classification import CIFAR10, ClassificationRecipe, cifar_augment
from cnn_core.training.command import main
from cnn_core.training.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_lenet_cifar10",
    title="LeNet-5 (1998)",
    architecture="lenet",
    arguments={},
    data=CIFAR10,
    plan=Plan(epochs=24, batch=64, rate=0.02),
    augment=cifar_augment(),
    limits=(
        "It knows ten kinds of things at 32x32 pixels and must name one of them, whatever the picture shows.",
        "The pictures it was trained and measured on are JPEG copies: figures are a little below those on the exact pixels.",
    ),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
