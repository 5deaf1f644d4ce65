"""FiLM: a block worked by hand, whose question counts for which picture, and words that are none."""

import pytest
import torch
from torch import nn

from cnn_core.models.film import Film, FilmBlock, add_places


@pytest.fixture
def network() -> Film:
    torch.manual_seed(3)
    return Film(words=9, outputs=5, width=8, blocks=2, state=6).eval()


def test_places_are_told_from_corner_to_corner() -> None:
    x = torch.full((1, 1, 2, 3), 7.0)
    seen = add_places(x)[0]
    assert seen[0].eq(7).all()
    assert seen[1].tolist() == [[-1, 0, 1], [-1, 0, 1]]
    assert seen[2].tolist() == [[-1, -1, -1], [1, 1, 1]]


def test_a_block_multiplies_and_adds_what_the_question_says() -> None:
    block = FilmBlock(1).eval()
    with torch.no_grad():
        block.project.weight.copy_(torch.tensor([1.0, 0, 0])[None, :, None, None])  # the map itself, without its places
        block.project.bias.zero_()
        block.conv.weight.zero_()[0, 0, 1, 1] = 2.0
        block.conv.bias.zero_()
        x = torch.tensor([[[[3.0, -1.0]]]])
        shown = block(x, torch.tensor([[0.5]]), torch.tensor([[-4.0]]))
    # before: 3, 0; convolved: 6, 0; times 1.5, less 4: 5, -4; after the ReLU, with what came: 3 + 5, 0 + 0
    assert shown.flatten().tolist() == pytest.approx([8, 0], abs=1e-4)


def test_each_picture_gets_its_own_questions(network: Film) -> None:
    pictures = torch.stack([torch.randn(3, 32, 32), torch.full((3, 32, 32), 4e3)])
    questions = torch.tensor([[1, 2, 0], [3, 0, 0], [4, 5, 6], [1, 2, 0]])
    together = network(pictures, questions)
    assert together.shape == (4, 5)
    for k, picture in enumerate((0, 0, 1, 1)):
        alone = network(pictures[picture : picture + 1], questions[k : k + 1])
        assert torch.allclose(together[k], alone[0], atol=1e-5)
    assert not torch.allclose(together[0], together[3], atol=1e-2)  # one question, two pictures


def test_what_follows_the_last_word_is_not_read(network: Film) -> None:
    short, long = torch.tensor([[4, 2]]), torch.tensor([[4, 2, 0, 0, 0]])
    assert torch.allclose(network.read(short), network.read(long))
    assert not torch.allclose(network.read(short), network.read(torch.tensor([[2, 4]])))


def test_it_names_layers_that_are_there(network: Film) -> None:
    modules = dict(network.named_modules())
    assert all(name in modules for name, _ in network.layers())
    assert isinstance(modules["trunk.0.2"], nn.ReLU)
    assert network(torch.zeros(2, 3, 32, 32)).shape == (2, 5)  # without a question, too
