"""The caption decoder: attention worked by hand, teacher forcing against one word at a time, strangeness, two bases."""

import pytest
import torch
from torch import Tensor, nn

from cnn_core.models.caption_head import Annotations, CaptionHead, State
from cnn_core.models.on_base import TwoBases
from cnn_core.training.losses.captioning import caption_loss, foresee

SMALL = {"widths": [4, 6], "outputs": 7, "vector": 5, "embedding": 6, "state": 3, "compare": 2}


def small(attend: bool = True) -> CaptionHead:
    torch.manual_seed(2)
    return CaptionHead(**SMALL, attend=attend).eval()  # type: ignore[arg-type]


def maps(pictures: int = 2) -> list[Tensor]:
    torch.manual_seed(5)
    return [torch.randn(pictures, 9, 8, 8), torch.randn(pictures, 4, 4, 6), torch.randn(pictures, 6, 2, 3)]


def test_attention_by_hand() -> None:
    """Two places with keys 0 and 1, query 0, score 2: tanh gives 0 and 0.7616, so the weights are softmax(0, 1.5232)."""
    head = CaptionHead([1], 3, vector=1, embedding=2, state=1, compare=1).eval()
    with torch.no_grad():
        for layer, weight in ((head.query, 0.0), (head.score, 2.0)):
            assert layer is not None
            layer.weight.fill_(weight)
            layer.bias.zero_()
        seen = Annotations(torch.tensor([[[3.0], [5.0]]]), torch.tensor([[[0.0], [1.0]]]), (1, 2))
        state = State(torch.zeros(1, 1), torch.zeros(1, 1))
        assert head.weigh(seen, state)[0].tolist() == pytest.approx([0.1790, 0.8210], abs=1e-4)
        head.gate.weight.zero_()
        head.gate.bias.zero_()  # the gate is sigmoid(0) = 1/2
        features, _, _ = head.step(seen, state, torch.tensor([0]))
    assert float(features[0, -1]) == pytest.approx((0.1790 * 3 + 0.8210 * 5) / 2, abs=1e-3)


def test_without_attention_every_place_counts_the_same() -> None:
    head = small(attend=False)
    with torch.inference_mode():
        logits, weights = head(maps(), torch.tensor([[1, 2, 0], [3, 0, 0]]))
    assert weights.eq(1 / 6).all() and logits.shape == (2, 3, 7)
    assert not any(name.startswith(("query", "score", "key")) for name in head.state_dict())


def test_teacher_forcing_is_one_word_at_a_time() -> None:
    head, words = small(), torch.tensor([[4, 2, 5], [3, 6, 0]])
    with torch.inference_mode():
        logits, weights = head(maps(), words)
        seen = head.look(maps())
        state, before = head.begin(seen), torch.zeros(2, dtype=torch.long)
        for k in range(3):
            features, state, weighed = head.step(seen, state, before)
            assert torch.allclose(head.logits(features), logits[:, k], atol=1e-5)
            assert torch.allclose(weighed, weights[:, k], atol=1e-6)
            before = words[:, k]
    assert torch.allclose(weights.sum(2), torch.ones(2, 3))


def test_a_later_word_changes_nothing_before_it() -> None:
    head = small()
    with torch.inference_mode():
        one, two = (head(maps(1), torch.tensor([[4, 2, last]]))[0] for last in (1, 6))
    assert torch.equal(one, two)  # the third logits come from the first two words


def test_sentences_of_one_picture_stand_together() -> None:
    head, words = small(), torch.tensor([[4, 2], [1, 1], [4, 2], [1, 1]])
    with torch.inference_mode():
        together = head(maps(), words)[0]
        alone = head([part[1:] for part in maps()], words[2:])[0]
    assert torch.allclose(together[2:], alone, atol=1e-6) and not torch.allclose(together[0], together[2], atol=1e-3)


def test_only_the_last_stages_are_looked_at() -> None:
    head, changed = small(), maps()
    changed[0] = changed[0] + 100
    with torch.inference_mode():
        assert torch.equal(head(maps())[0], head(changed)[0])
        assert head.look(maps()).vectors.shape == (2, 6, 5) and head.look(maps()).grid == (2, 3)


def test_strangeness_by_hand() -> None:
    head = CaptionHead([1, 1], 3, vector=1, embedding=2, state=1, compare=1)
    head.usual, head.spread = torch.tensor([1.0, 2.0]), torch.tensor([0.5, 4.0])
    places = [torch.tensor([[[[1.0, 3.0]]]]), torch.tensor([[[[6.0]]]])]  # means 2 and 6: 2 and 1 standard deviations off
    assert head.strangeness(places).tolist() == pytest.approx([(5 / 2) ** 0.5])


def test_the_loss_counts_each_word_of_each_sentence_once() -> None:
    head = small()
    words, lengths = torch.tensor([[4, 0, 0, 0], [3, 6, 2, 0], [5, 1, 0, 0]]), torch.tensor([2, 4, 3])
    seen = head.look(maps(3))
    with torch.inference_mode():
        found = foresee(head, seen, words, lengths)
        logits, weights = head.follow(seen, words)
        picked = logits.log_softmax(2).gather(2, words[..., None])[..., 0]  # (3, 4)
        counted = torch.arange(4) < lengths[:, None]
        expected = -picked[counted].sum() / 9
        assert len(found.words) == 9
        loss, values = caption_loss(found)
        assert float(loss) == pytest.approx(float(expected), abs=1e-5) == float(values["entropy"])
        attended = (weights * counted[..., None]).sum(1)  # (3, L), sentences in their own order
        uneven = ((1 - attended) ** 2).sum() / 9  # equation 14, divided by the words of all sentences
        assert float(caption_loss(found, 0.5)[0]) == pytest.approx(float(expected + 0.5 * uneven), abs=1e-4)


def test_pictures_are_repeated_for_their_sentences() -> None:
    seen = small().look(maps())
    twice = seen.repeated(2)
    assert torch.equal(twice.vectors[1], seen.vectors[0]) and torch.equal(twice.keys[2], seen.keys[1])
    assert twice.grid == (2, 3)


class Halves(nn.Module):
    """Hands out the picture itself and its mean over each 2x2 pixels, times a number."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def maps(self, x: Tensor) -> list[Tensor]:
        return [x * 0, x * self.factor, nn.functional.avg_pool2d(x, 2) * self.factor]

    def map_layers(self) -> list[tuple[str, str]]:
        return [("stem", "stem")]


def test_the_second_base_sees_the_picture_at_half_the_size() -> None:
    x = torch.arange(16.0).view(1, 1, 4, 4)
    found = TwoBases(Halves(1), Halves(10)).maps(x)
    assert [tuple(part.shape[2:]) for part in found] == [(4, 4), (2, 2), (2, 2), (1, 1)]
    assert found[2].flatten().tolist() == [25, 45, 105, 125] and float(found[3]) == 75
    assert TwoBases(Halves(1), Halves(2)).map_layers() == [
        ("first.stem", "first network, stem"),
        ("second.stem", "second network, stem"),
    ]
