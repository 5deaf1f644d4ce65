"""LeNet-5 of 1998 on CIFAR-10."""

from cnn_core.training.command import main
from cnn_core.training.engine.classification import CIFAR10, CIFAR_LIMITS, ClassificationRecipe, Cycle, cifar_augment
from cnn_core.training.engine.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_lenet_cifar10",
    title="LeNet-5 (1998)",
    architecture="lenet",
    arguments={},
    data=CIFAR10,
    cycles=(Cycle(Plan(epochs=24, batch=64, rate=0.02), cifar_augment()),),
    limits=CIFAR_LIMITS,
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
