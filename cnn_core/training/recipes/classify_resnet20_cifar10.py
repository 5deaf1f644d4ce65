"""ResNet-20 of He et al. 2015 on CIFAR-10."""

from cnn_core.training.command import main
from cnn_core.training.engine.classification import CIFAR10, CIFAR_LIMITS, ClassificationRecipe, Cycle, cifar_augment
from cnn_core.training.engine.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_resnet20_cifar10",
    title="ResNet-20 (2015)",
    architecture="resnet",
    arguments={"widths": [16, 32, 64], "blocks": [3, 3, 3], "shortcut": "pad"},
    data=CIFAR10,
    cycles=(
        Cycle(Plan(epochs=24, rate=0.1), cifar_augment()),
        # After the first cycle it was right on 86 % of its own training views: less decay, and a better network's answers.
        Cycle(Plan(epochs=24, rate=0.1, warm_up=0.1, weight_decay=2e-4), cifar_augment(), teacher="classify_vgg_cifar10"),
    ),
    limits=CIFAR_LIMITS,
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
