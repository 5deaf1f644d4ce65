"""ResNet-20 of He et al. 2015 on CIFAR-10."""

from cnn_core.training.classification import CIFAR10, CIFAR_LIMITS, ClassificationRecipe, Cycle, cifar_augment
from cnn_core.training.command import main
from cnn_core.training.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_resnet20_cifar10",
    title="ResNet-20 (2015)",
    architecture="resnet",
    arguments={"widths": [16, 32, 64], "blocks": [3, 3, 3], "shortcut": "pad"},
    data=CIFAR10,
    cycles=(Cycle(Plan(epochs=24, rate=0.1), cifar_augment()),),
    limits=CIFAR_LIMITS,
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
