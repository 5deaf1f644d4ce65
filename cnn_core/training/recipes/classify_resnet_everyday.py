"""A residual network of 366 everyday things, taught by Tiny ImageNet, mini-ImageNet and photographs together.

DATA needs, beside tiny200/ (all ten shards) and voc20/, four folders that two packers write (see their help):

    python -m cnn_core.training.data.pack_mini GIT_DIR DATA/mini84
    python -m cnn_core.training.data.pack_photographs caltech GIT_DIR DATA/caltech
    python -m cnn_core.training.data.pack_photographs imagenette GIT_DIR DATA/imagenette
    python -m cnn_core.training.data.pack_photographs voc DATA/voc20/voc20.zip DATA/voc_crops

Never trained on: Tiny ImageNet's and VOC's validation pictures, Imagenette's val/, 5 % of each class of mini-ImageNet, 10 %
of Caltech-101 (20 % of cups and laptops, half of the background pictures), and what looks like one of these in another set.
Free for choosing thresholds, never trained on either: 2 to 4 % of each set (``everyday_data.SOURCES``).

To train on, add a cycle: it goes on from the checkpoints in ~/runs. Where those are gone, set ``start`` to this network.
"""

from cnn_core.training.command import main
from cnn_core.training.engine.cycles import Cycle
from cnn_core.training.engine.everyday import EverydayRecipe
from cnn_core.training.engine.loop import Plan

RECIPE = EverydayRecipe(
    weights="classify_resnet_everyday",
    title="ResNet (everyday things)",
    start="classify_resnet_tiny200",
    arguments={"widths": [48, 96, 192, 272], "blocks": [1, 2, 2, 2], "stem_stride": 2},
    cycles=(
        Cycle(
            Plan(epochs=5.0, batch=64, rate=0.02, warm_up=0.05, minutes_between_checkpoints=5.0),
            ((0.5, 56), (1.0, 64)),
            teacher="classify_resnet_tiny200",
        ),
        Cycle(
            Plan(epochs=3.5, batch=64, rate=0.012, warm_up=0.05, minutes_between_checkpoints=5.0),
            ((0.4, 64), (1.0, 80)),
            teacher="classify_resnet_tiny200",
        ),
    ),
    limits=(
        "It knows 366 kinds of things and must name one of them; of anything else it is mostly unsure, but not always.",
        "It sees 80x80 pixels: small things in a large photograph are lost.",
        "Breeds and look-alikes (Labrador or golden retriever, lake or seashore) are often confused.",
        "A short training on photographs: rare classes have seen few of them.",
    ),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
