"""An AlexNet for 32x32 pictures on CIFAR-10."""

from cnn_core.training.command import main
from cnn_core.training.engine.classification import CIFAR10, CIFAR_LIMITS, ClassificationRecipe, Cycle, cifar_augment
from cnn_core.training.engine.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_alexnet_cifar10",
    title="AlexNet-like (2012)",
    architecture="alexnet",
    arguments={"widths": [48, 96, 128, 128, 96], "hidden": 192, "dropout": 0.3},
    data=CIFAR10,
    cycles=(Cycle(Plan(epochs=9, rate=0.05), cifar_augment()),),
    limits=CIFAR_LIMITS,
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
