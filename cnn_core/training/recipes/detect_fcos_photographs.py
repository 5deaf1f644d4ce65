"""A one-stage detector of COCO's 80 classes: VOC's true boxes, and a public detector's answers on many more photographs.

DATA needs, beside voc20/ and teachers/, what two packers write (see their help):

    python -m cnn_core.training.data.pack_scenes NAME SOURCE DATA/scenes       for voc20, flickr8k, caltech, imagenette, ...
    python -m cnn_core.training.data.teacher_answers DATA

The teacher, YOLOX-Nano (Apache-2.0), gives boxes with probabilities and three feature maps of every view.
"""

from cnn_core.runtime.cards import Preprocessing
from cnn_core.training.command import main
from cnn_core.training.engine.cycles import Cycle
from cnn_core.training.engine.loop import Plan
from cnn_core.training.engine.taught_detection import TaughtDetectorRecipe, TaughtViews

RECIPE = TaughtDetectorRecipe(
    weights="detect_fcos_photographs",
    title="One-stage detector (80 classes)",
    base="classify_resnet_everyday",
    arguments={
        "backbone": {"widths": [48, 96, 192, 272], "blocks": [1, 2, 2, 2], "stem_stride": 2, "stem_pool": True},
        "width": 64,
        "depth": 2,
    },
    cycles=(
        Cycle(
            Plan(epochs=5.0, batch=16, rate=0.02, warm_up=0.05, weight_decay=1e-4, ema=0.999, clip=5.0),
            TaughtViews(((0.6, 192), (0.85, 256), (1.0, 320)), mosaic=0.3, voc=5, features=0.0),
        ),
    ),
    form=Preprocessing(352, (0.4802, 0.4481, 0.3975), (0.2764, 0.2689, 0.2816), how="pad", stride=32),
    limits=(
        "It knows 80 classes of everyday things; everything else is background to it.",
        "Most of its boxes were drawn by another network, with that one's mistakes.",
    ),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
