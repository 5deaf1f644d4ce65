"""Questions about drawn scenes, answered by a CNN that the question steers (FiLM); DATA is not looked at."""

from cnn_core.ops.tiny_grammar import WORDS
from cnn_core.ops.tiny_questions import KINDS
from cnn_core.training.command import main
from cnn_core.training.engine.loop import Plan
from cnn_core.training.engine.question_answering import QuestionRecipe

RECIPE = QuestionRecipe(
    weights="answer_film_tinyworld",
    title="FiLM (tiny world)",
    architecture="film",
    limits=(
        f"It knows drawn scenes of the tiny world only, and questions of {len(KINDS)} kinds in {len(WORDS)} words.",
        "It answers whatever it is asked: a question about a thing that is not there gets an answer, too.",
    ),
    plan=Plan(epochs=40, batch=32, rate=2e-3, warm_up=0.1, weight_decay=1e-4, adaptive=True, ema=0.999, clip=1.0),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
