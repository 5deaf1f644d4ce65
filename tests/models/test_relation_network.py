"""The relation network: which question is asked of which scene, what it does not look at, and its inputs worked by hand."""

import pytest
import torch

from cnn_core.models.relation_network import RelationNetwork, compare, fits_of, placed

ATTRIBUTES = 3


@pytest.fixture(params=[0, 2], ids=["the paper's g", "with descriptions"])
def network(request: pytest.FixtureRequest) -> RelationNetwork:
    torch.manual_seed(3)
    return RelationNetwork(9, 5, ATTRIBUTES, width=8, state=6, descriptions=request.param).eval()


def some_things(count: int, rows: int) -> torch.Tensor:
    """(1, rows, 4 + 3), the last ones zeros."""
    made = torch.rand(1, rows, 4 + ATTRIBUTES, generator=torch.Generator().manual_seed(count))
    made[:, count:] = 0
    return made


QUESTIONS = torch.tensor([[1, 2, 0], [3, 0, 0], [4, 5, 6], [1, 2, 0]])


def test_each_scene_gets_its_own_questions(network: RelationNetwork) -> None:
    scenes = torch.cat([some_things(3, 4), some_things(2, 4)])
    together = network(scenes, QUESTIONS)
    assert together.shape == (4, 5)
    for k, scene in enumerate((0, 0, 1, 1)):
        alone = network(scenes[scene : scene + 1], QUESTIONS[k : k + 1])
        assert torch.allclose(together[k], alone[0], atol=1e-5)
    assert not torch.allclose(together[0], together[3], atol=1e-3)  # one question, two scenes


def test_rows_of_zeros_are_no_things_and_their_order_does_not_matter(network: RelationNetwork) -> None:
    few, many = some_things(3, 3), some_things(3, 3)
    many = torch.cat([many.flip(1), torch.zeros(1, 4, 4 + ATTRIBUTES)], 1)
    assert torch.allclose(network(few, QUESTIONS[:1]), network(many, QUESTIONS[:1]), atol=1e-5)
    found, question = network.relate(many, *network.read(QUESTIONS[:2]))
    assert found.shape == (2 * 3 * 3, 8) and question.tolist() == [0] * 9 + [1] * 9


def test_without_things_the_words_alone_answer(network: RelationNetwork) -> None:
    state = network.read(QUESTIONS)[0]
    nothing = network(torch.zeros(1, 4, 4 + ATTRIBUTES), QUESTIONS)
    assert torch.allclose(nothing, network.conclude(torch.zeros(4, 8), state))
    assert not torch.allclose(nothing[0], nothing[1], atol=1e-4)


def test_what_follows_the_last_word_is_not_read(network: RelationNetwork) -> None:
    short, long = network.read(torch.tensor([[4, 2]])), network.read(torch.tensor([[4, 2, 0, 0, 0]]))
    assert all(torch.allclose(one, other, atol=1e-6) for one, other in zip(short, long, strict=True))
    assert not torch.allclose(short[0], network.read(torch.tensor([[2, 4]]))[0], atol=1e-3)


def test_places_are_told_from_the_middle_and_made_finer() -> None:
    thing = torch.tensor([[[0.5, 0.25, 0.75, 0.5, 0.0, 1.0, 0.0]]])
    assert placed(thing)[0, 0].tolist() == [1.0, -1.0, 2.0, 2.0, 0.0, 1.0, 0.0]


def test_a_pair_is_told_by_how_far_apart_it_is_and_what_both_are() -> None:
    seen = torch.tensor([[[1.0, -1, 2, 2, 1, 0.5, 0], [0.0, 3, 2, 1, 1, 0.5, 1]]])
    both = compare(seen)[0]
    assert both[0, 1].tolist() == [1, -4, 0, 1, 1, 0.25, 0]
    assert both[1, 0, :4].tolist() == [-1, 4, 0, -1]


def test_a_thing_fits_by_what_is_wanted_and_less_by_how_much() -> None:
    red_small, red_large = [1.0, 1, 0], [1.0, 0, 1]
    wanted = torch.tensor([[[1.0, 1, 0, -2]]])  # red and small: two things wanted
    assert fits_of(torch.tensor([[red_small, red_large]]), wanted).tolist() == [[[0.0], [-1.0]]]


def test_it_names_layers_that_are_there_and_makes_inputs_up() -> None:
    network = RelationNetwork(9, 5, ATTRIBUTES, width=8, state=6)
    assert all(name in dict(network.named_modules()) for name, _ in network.layers())
    things, words = network.made_inputs()
    assert network(things, words).shape == (1, 5)
    assert words.tolist() == [[1, 3, 5, 7]] and (things > 0).all()
