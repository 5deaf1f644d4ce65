"""The things of drawn scenes, found by a small one-stage detector; DATA is not looked at."""

from cnn_core.training.command import main
from cnn_core.training.engine.cycles import Cycle
from cnn_core.training.engine.loop import Plan
from cnn_core.training.engine.thing_finding import FinderRecipe

RECIPE = FinderRecipe(
    weights="find_things_tinyworld",
    title="Thing finder (tiny world)",
    arguments={"widths": [16, 32, 64, 80], "blocks": 3},
    limits=(
        "It knows drawn scenes of the tiny world only: on a photograph it finds nothing, or things that are not there.",
        "Two things of one size whose centres lie in one cell (8 of 128 pixels) get one answer.",
    ),
    cycles=(
        Cycle(
            Plan(epochs=8, batch=32, rate=3e-3, warm_up=0.1, weight_decay=1e-4, adaptive=True, ema=0.998, clip=5.0),
            batches=3,
        ),
        Cycle(
            Plan(epochs=3, batch=32, rate=1.5e-3, warm_up=0.1, weight_decay=1e-4, adaptive=True, ema=0.998, clip=5.0),
            batches=6,
        ),
    ),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
