"""The honest baseline: the same network with the same questions, but without any things; DATA is not looked at."""

from dataclasses import replace

from cnn_core.training.command import main
from cnn_core.training.engine.question_answering import QuestionRecipe
from cnn_core.training.recipes.answer_relation_tinyworld import PLAN

RECIPE = QuestionRecipe(
    weights="answer_blind_tinyworld",
    title="Words alone (tiny world)",
    arguments={"state": 96},
    blind=True,
    limits=(
        "It never sees a scene: it knows only which answers are frequent after which words.",
        "Whatever it answers rightly, it guessed.",
    ),
    plan=replace(PLAN, epochs=1),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
