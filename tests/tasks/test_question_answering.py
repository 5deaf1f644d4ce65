"""Questions put to a relation network: things as rows, words as numbers, one answer each; how right ones are counted."""

import numpy as np
import pytest
import torch

from cnn_core.models.relation_network import RelationNetwork
from cnn_core.ops.tiny_grammar import WORDS, parse
from cnn_core.ops.tiny_questions import ANSWERS, KINDS
from cnn_core.ops.tiny_things import true_things
from cnn_core.ops.tiny_world import Thing, TinyScene
from cnn_core.tasks import question_answering as asking
from cnn_core.training.data.asked import Asked
from cnn_core.training.engine.question_answering import by_answer, questions_of, shares_right
from tests.blackboard import network_of, put_up

SCENE = TinyScene(
    (Thing("star", "grey", "dotted", "large", 0.7, 0.6, 0.12), Thing("circle", "red", "plain", "small", 0.25, 0.5, 0.0625))
)
QUESTIONS = [parse("is there a red circle?"), parse("how many things are there?"), parse("what colour is the large star?")]


def test_things_are_rows_from_left_to_right() -> None:
    rows = asking.rows_of(true_things(SCENE))
    assert rows.shape == (8, 21) and not rows[2:].any()
    assert rows[0, :4] == pytest.approx([0.1875, 0.4375, 0.3125, 0.5625], abs=0.006)
    assert np.flatnonzero(rows[0, 4:]).tolist() == [0, 2, 5, 11]  # small, plain, red, circle
    assert np.flatnonzero(rows[1, 4:]).tolist() == [1, 4, 10, 14]  # large, dotted, grey, star


def test_questions_are_numbers_as_long_as_the_longest() -> None:
    numbers = asking.numbers_of(QUESTIONS)
    assert numbers.shape == (3, 6)
    said = [" ".join(WORDS[int(k) - 1] for k in row if k) for row in numbers]
    assert said == ["is there a red circle", "how many things are there", "what colour is the large star"]


def test_each_question_gets_its_own_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(1)
    model = RelationNetwork(len(WORDS) + 1, len(ANSWERS), 17, width=8, state=6, descriptions=2).eval()
    put_up(monkeypatch, network_of(model))
    monkeypatch.setattr(asking, "REASONER", "made")
    monkeypatch.setattr(asking, "BLIND", "made")
    things = true_things(SCENE)
    together = asking.answer_from(things, QUESTIONS)
    for question, found in zip(QUESTIONS, together, strict=True):
        (alone,) = asking.answer_from(things, [question])
        assert found.probabilities == pytest.approx(alone.probabilities, abs=1e-5)
        assert found.names == ANSWERS and found.probabilities.sum() == pytest.approx(1, abs=1e-4)
    blind = asking.answer_blindly(QUESTIONS)
    nothing = model(torch.zeros(1, 8, 21), asking.numbers_of(QUESTIONS)).softmax(1).detach().numpy()
    assert np.stack([one.probabilities for one in blind]) == pytest.approx(nothing, abs=1e-5)
    assert blind[0].probabilities != pytest.approx(together[0].probabilities, abs=1e-4)


def scored() -> tuple[Asked, torch.Tensor]:
    """Two scenes of two questions: exists yes, count 2; is no, query there red; answered yes, 2, yes, red."""
    answers = torch.tensor([[ANSWERS.index("yes"), ANSWERS.index("2")], [ANSWERS.index("no"), ANSWERS.index("red")]])
    kinds = torch.tensor([[0, 1], [KINDS.index("is"), KINDS.index("query there")]])
    said = torch.tensor([[ANSWERS.index("yes"), ANSWERS.index("2")], [ANSWERS.index("yes"), ANSWERS.index("red")]])
    words = torch.tensor([[[3, 2, 0, 0], [1, 0, 0, 0]], [[5, 6, 7, 0], [9, 0, 0, 0]]])
    empty = torch.zeros(2, 8, 4)
    return Asked(empty, empty, torch.zeros(2), words, answers, kinds), said


def test_right_answers_are_counted_by_kind_and_by_answer() -> None:
    data, said = scored()
    shares = shares_right(data, said)
    assert (shares["non_relational"], shares["relational"]) == (1, 0.5)
    assert (shares["exists"], shares["count"], shares["is"], shares["query_there"], shares["more"]) == (1, 1, 0, 1, 0)
    assert by_answer(data, said) == {"yes": 1.0, "no": 0.0, "2": 1.0, "red": 1.0}


def test_a_batch_is_no_longer_than_its_longest_question() -> None:
    data, _ = scored()
    assert questions_of(data, torch.tensor([0])).tolist() == [[3, 2], [1, 0]]
    assert questions_of(data, torch.tensor([1, 0])).shape == (4, 3)
