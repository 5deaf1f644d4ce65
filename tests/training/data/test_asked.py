"""Scenes with questions, as a training gets them: the numbers are those of the words and answers of these very scenes."""

from pathlib import Path

import numpy as np

from cnn_core.images.drawn_world import draw_scene
from cnn_core.ops.tiny_grammar import WORDS, parse
from cnn_core.ops.tiny_questions import ANSWERS, KINDS, answer
from cnn_core.ops.tiny_scenes import make_scene
from cnn_core.training.data.asked import make_asked, make_or_read


def test_questions_are_about_the_picture_they_stand_with() -> None:
    data = make_asked(1, 6, 48, seed=3)
    scene = make_scene(np.random.default_rng(3))
    assert np.array_equal(data.pictures[0].numpy(), draw_scene(scene, 48))
    for words, number, kind in zip(data.questions[0], data.answers[0], data.kinds[0], strict=True):
        question = parse(" ".join(WORDS[int(k) - 1] for k in words if k))
        assert ANSWERS[int(number)] == answer(question, scene)
        assert KINDS[int(kind)] == question.kind


def test_what_was_made_once_is_read_again(tmp_path: Path) -> None:
    made, read = (make_or_read(tmp_path, 2, 3, 32, seed=1) for _ in range(2))
    assert all(getattr(made, name).equal(getattr(read, name)) for name in vars(made))
    assert len(list(tmp_path.iterdir())) == 1
    assert not make_or_read(tmp_path, 2, 3, 32, seed=2).pictures.equal(made.pictures)
