"""How the things of drawn scenes stand to one another, by a head that reads what the finder found; DATA is not looked at."""

from cnn_core.training.command import main
from cnn_core.training.engine.loop import Plan
from cnn_core.training.engine.scene_graphs import RelationRecipe

RECIPE = RelationRecipe(
    weights="relate_things_tinyworld",
    title="Relation head (tiny world)",
    base_name="find_things_tinyworld",
    limits=(
        "It knows nine relations between things of the tiny world only.",
        "Each pair is judged by itself: it may say that one thing is above another and below it, too.",
    ),
    plan=Plan(epochs=40, batch=64, rate=3e-3, warm_up=0.1, weight_decay=1e-4, adaptive=True, ema=0.99, clip=5.0),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
