"""The agent's network: what it reads and what it does not, and pointers worked by hand."""

import pytest
import torch

from cnn_core.models.navigator import VIEW, Navigator, build


@pytest.fixture
def network() -> Navigator:
    torch.manual_seed(2)
    return build(words=9, actions=5, width=8, state=6, memory=7).eval()


def test_zeros_behind_the_last_word_are_not_read(network: Navigator) -> None:
    short, long = torch.tensor([[1, 2, 3]]), torch.tensor([[1, 2, 3, 0, 0]])
    assert torch.allclose(network.read(short), network.read(long), atol=1e-6)
    assert not torch.allclose(network.read(short), network.read(torch.tensor([[1, 2, 4]])))


def test_each_cell_of_twelve_pixels_is_one_vector_of_its_own(network: Navigator) -> None:
    view = torch.randn(1, 3, 12 * VIEW, 12 * VIEW)
    other = view.clone()
    other[..., 24:36, 48:60] += 1  # row 2, column 4
    changed = (network.look(view) != network.look(other)).any(1)[0]
    assert changed.nonzero().tolist() == [[2, 4]]


def test_the_pointer_s_place_is_that_of_the_cell(network: Navigator) -> None:
    """Where the second pointer is sure, the aim is its cell: 1 to the right and -1 down are the upper right corner."""
    taken: list[torch.Tensor] = []
    network.cell.register_forward_pre_hook(lambda cell, given: taken.append(given[0]))
    with torch.no_grad():
        network.point.weight.zero_()
        network.unseen.weight.zero_()
        network.unseen.bias.fill_(-50.0)
        network.point.register_forward_hook(lambda *_: corner())
        step = network.step(torch.zeros(1, 3, 132, 132), torch.zeros(1, 6))
    assert taken[0][0, 7:10].tolist() == pytest.approx([1, -1, 0], abs=1e-5)
    assert step.target.shape == (1, VIEW * VIEW + 1) and int(step.target.argmax()) == VIEW - 1


def corner() -> torch.Tensor:
    maps = torch.zeros(1, 1, VIEW, VIEW)
    maps[..., 0, VIEW - 1] = 60.0
    return maps


@pytest.mark.parametrize(("sees", "reads"), [(False, True), (True, False)])
def test_a_blind_agent_does_not_see_and_a_deaf_one_does_not_read(sees: bool, reads: bool) -> None:
    torch.manual_seed(2)
    network = build(words=9, actions=5, width=8, state=6, memory=7, sees=sees, reads=reads).eval()
    views, words = torch.randn(2, 3, 132, 132), torch.tensor([[1, 2, 3], [4, 5, 6]])
    sentence = network.read(words)
    assert torch.equal(sentence[0], sentence[1]) is not reads
    same_words = network.read(words[:1]).expand(2, -1)
    actions = network.step(views, same_words).actions
    assert torch.allclose(actions[0], actions[1]) is not sees
