"""A plain stack of 3x3 convolutions on CIFAR-10."""

from cnn_core.training.command import main
from cnn_core.training.engine.classification import CIFAR10, CIFAR_LIMITS, ClassificationRecipe, Cycle, cifar_augment
from cnn_core.training.engine.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_vgg_cifar10",
    title="VGG-like (2014)",
    architecture="vgg",
    arguments={"widths": [32, 64, 128, 192], "depths": [2, 2, 2, 1]},
    data=CIFAR10,
    cycles=(
        Cycle(Plan(epochs=10, rate=0.1), cifar_augment(hole=8)),
        Cycle(Plan(epochs=20, rate=0.1, warm_up=0.1), cifar_augment()),
    ),
    limits=CIFAR_LIMITS,
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
