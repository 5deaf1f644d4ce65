"""An agent that goes where a sentence tells it, through drawn rooms; DATA is not looked at."""

from cnn_core.ops.tiny_instructions import WORDS
from cnn_core.training.command import main
from cnn_core.training.engine.agents import AgentRecipe
from cnn_core.training.engine.loop import Plan

RECIPE = AgentRecipe(
    weights="follow_agent_tinyrooms",
    title="Agent that sees and reads",
    limits=(
        f"It knows drawn rooms of at most 9 x 9 cells and {len(WORDS)} words only.",
        "It sees five cells in each direction, and begins to search where the target lies farther away.",
    ),
    plan=Plan(epochs=20, batch=64, rate=2e-3, warm_up=0.1, weight_decay=1e-4, adaptive=True, ema=0.998, clip=1.0),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
