"""The agent of follow_agent_tinyrooms, but deaf: what it reaches by chance. DATA is not looked at."""

from cnn_core.training.command import main
from cnn_core.training.engine.agents import AgentRecipe
from cnn_core.training.engine.loop import Plan

RECIPE = AgentRecipe(
    weights="follow_deaf_tinyrooms",
    title="Agent that does not read",
    limits=("It reads nothing: it knows only what it sees.",),
    plan=Plan(epochs=20, batch=64, rate=2e-3, warm_up=0.1, weight_decay=1e-4, adaptive=True, ema=0.998, clip=1.0),
    arguments={"reads": False},
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
