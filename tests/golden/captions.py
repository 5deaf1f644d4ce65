"""Golden photographs of the networks that write captions."""

from collections.abc import Callable

import pytest

from cnn_core.images import samples
from cnn_core.tasks.captioning import Writing, caption, unevenness

Check = Callable[[], None]
WITHIN = 0.01


def attended() -> None:
    found = caption(samples.load("cub_on_lawn"), "caption_attention_flickr8k", Writing())  # not square; the cub is right
    assert found.sentence == "a brown dog is running through the grass"
    assert found.sureness == pytest.approx(0.528, abs=WITHIN) and found.strangeness == pytest.approx(1.224, abs=WITHIN)
    dog, grass = found.words[2], found.words[-1]
    assert dog.probability == pytest.approx(0.807, abs=WITHIN) and dog.rivals[0] == ("and", pytest.approx(0.166, abs=WITHIN))
    right = [float(word.attention[:, 5:].sum()) for word in (dog, grass)]
    assert right == pytest.approx([0.993, 0.510], abs=0.03)


def plain() -> None:
    found = caption(samples.load("cub_on_lawn"), "caption_plain_flickr8k", Writing())
    assert found.sentence == "a brown dog is running through the grass"
    assert [found.words[k].probability for k in (0, 2)] == pytest.approx([0.679, 0.833], abs=WITHIN)
    assert found.beams[1].words[:5] == ("a", "brown", "dog", "is", "running")
    assert found.words[2].attention.max() == pytest.approx(0.01)


def doubly_stochastic() -> None:
    found = caption(samples.load("cub_on_lawn"), "caption_doublystochastic_flickr8k", Writing())
    assert found.sentence == "a brown dog is running through the grass"
    assert [found.words[k].probability for k in (0, 2)] == pytest.approx([0.472, 0.748], abs=WITHIN)
    assert found.words[2].rivals[0] == ("and", pytest.approx(0.207, abs=WITHIN))
    assert float(found.words[1].attention[:, 5:].sum()) == pytest.approx(0.883, abs=0.03)  # the cub is right
    assert unevenness(found.attended) == pytest.approx(0.197, abs=WITHIN)


CHECKS: dict[str, Check] = {
    "caption_attention_flickr8k": attended,
    "caption_doublystochastic_flickr8k": doubly_stochastic,
    "caption_plain_flickr8k": plain,
}
