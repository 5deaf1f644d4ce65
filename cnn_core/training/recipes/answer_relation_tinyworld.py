"""Questions about drawn scenes, answered from pairs of the things in them (relation network); DATA is not looked at."""

from cnn_core.ops.tiny_grammar import WORDS
from cnn_core.ops.tiny_questions import KINDS
from cnn_core.training.command import main
from cnn_core.training.engine.loop import Plan
from cnn_core.training.engine.question_answering import QuestionRecipe

PLAN = Plan(epochs=2, batch=16, rate=1.5e-3, warm_up=0.1, weight_decay=1e-4, adaptive=True, ema=0.999, clip=1.0)

RECIPE = QuestionRecipe(
    weights="answer_relation_tinyworld",
    title="Relation network (tiny world)",
    arguments={"state": 96},
    limits=(
        f"It knows drawn scenes of the tiny world only, and questions of {len(KINDS)} kinds in {len(WORDS)} words.",
        "It answers whatever it is asked: a question about a thing that is not there gets an answer, too.",
        "What the thing finder misses or takes for something else, it cannot know.",
    ),
    plan=PLAN,
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
