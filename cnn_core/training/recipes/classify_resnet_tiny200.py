"""A residual network on Tiny ImageNet-200: small pictures first, 64 px at the end."""

from cnn_core.training.command import main
from cnn_core.training.engine.classification import TINY200, ClassificationRecipe, Cycle, tiny_augment
from cnn_core.training.engine.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_resnet_tiny200",
    title="ResNet (Tiny ImageNet)",
    architecture="resnet",
    arguments={"widths": [48, 96, 192, 272], "blocks": [1, 2, 2, 2], "stem_stride": 2},
    data=TINY200,
    cycles=(
        Cycle(Plan(epochs=11, rate=0.2), tiny_augment(((0.42, 40), (0.72, 48), (1.0, 64)))),
        Cycle(Plan(epochs=9, rate=0.1, warm_up=0.1), tiny_augment(((0.45, 48), (1.0, 64)))),
    ),
    note="Epochs 1 to 5.9 ran under a schedule planned for 14 epochs, the rest of that cycle under this one.",
    limits=(
        "It knows 200 kinds of things and must name one of them, whatever the picture shows.",
        "It sees 80x80 pixels: small things in a large photograph are lost.",
        "People and most household things are not among its classes.",
        "Breeds and look-alikes (Labrador or golden retriever, lakeside or seashore) are often confused.",
    ),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
