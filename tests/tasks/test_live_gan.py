"""The small duel: clouds as described, a training that finds them, a pause that loses nothing."""

import numpy as np
import pytest
import torch

from cnn_core.tasks.live_gan import (
    CLOUDS,
    cross_entropy,
    field,
    fought,
    in_the_plane,
    of_pictures,
    packed,
    reached,
    ring,
    samples,
    unpack,
)


@pytest.mark.parametrize("name", CLOUDS)
def test_clouds_lie_in_view(name: str) -> None:
    points = CLOUDS[name](500, np.random.default_rng(0))
    assert points.shape == (500, 2)
    assert np.abs(points).max() < 1.5
    assert (points == CLOUDS[name](500, np.random.default_rng(0))).all()


def test_the_ring_has_eight_clouds() -> None:
    centres = np.array([(np.cos(k * np.pi / 4), np.sin(k * np.pi / 4)) for k in range(8)])
    assert reached(ring(400, np.random.default_rng(0)), centres) == 8
    assert reached(np.tile(centres[:1], (100, 1)), centres) == 1


def test_cross_entropy_by_hand() -> None:
    logits = torch.tensor([0.0, 2.0])
    assert float(cross_entropy(logits, 1.0)) == pytest.approx((np.log(2) + np.log1p(np.exp(-2))) / 2)
    assert float(cross_entropy(logits, 0.0)) == pytest.approx((np.log(2) + 2 + np.log1p(np.exp(-2))) / 2)


def real(seed: int):
    chance = np.random.default_rng(seed)
    return lambda n: torch.from_numpy(ring(n, chance))


def test_it_finds_the_ring() -> None:
    pair = in_the_plane(0, 1e-3, 1e-3)
    before = np.abs(np.linalg.norm(samples(pair, 300).numpy(), axis=1) - 1).mean()
    *_, pair = fought(pair, real(0), 800, 1)
    after = np.abs(np.linalg.norm(samples(pair, 300).numpy(), axis=1) - 1).mean()
    assert after < 0.3 < before
    assert pair.steps == len(pair.losses) == 800
    told = field(pair.judge)
    assert told.shape == (60, 60)
    assert 0 <= told.min() <= told.max() <= 1


def test_a_pause_loses_nothing() -> None:
    whole, halves = (in_the_plane(3, 1e-3, 1e-3) for _ in range(2))
    source = real(1)
    batches = [source(16) for _ in range(20)]

    def given(parts):
        parts = iter(parts)
        return lambda n: next(parts)

    list(fought(whole, given(batches), 20, 1, batch=16))
    list(fought(halves, given(batches[:10]), 10, 1, batch=16))
    again = unpack(packed(halves), in_the_plane(3, 1e-3, 1e-3))
    list(fought(again, given(batches[10:]), 10, 1, batch=16))
    assert torch.equal(samples(whole, 5), samples(again, 5))
    assert whole.losses[-1] == pytest.approx(again.losses[-1], abs=1e-6)


def test_pictures_are_fought_over_too() -> None:
    pair = of_pictures(0, 1e-3, 1e-3)
    *_, pair = fought(pair, lambda n: torch.zeros(n, 3, 16, 16), 2, 2, batch=8)
    assert samples(pair, 3).shape == (3, 3, 16, 16)
    assert torch.equal(samples(unpack(packed(pair), of_pictures(0, 1e-3, 1e-3)), 3), samples(pair, 3))
