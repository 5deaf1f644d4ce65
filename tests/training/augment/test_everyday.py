"""The everyday classifier's batches: which pictures are drawn how often, and what is to be answered to them."""

import pytest
import torch

from cnn_core.training.augment.everyday import Pool, balanced, counts_of, draw, made_surfaces, pools_of, targets
from cnn_core.training.data import everyday
from cnn_core.training.data.everyday import TRAIN

CPU = torch.device("cpu")
SMALL = {"widths": [48, 96, 192, 272], "blocks": [1, 2, 2, 2], "stem_stride": 2}


def test_a_class_with_four_times_the_pictures_is_drawn_twice_as_often() -> None:
    classes = torch.tensor([0] * 400 + [1] * 100 + [2] * 100)
    weight = balanced(classes, favoured=[2])
    mass = [float(weight[classes == c].sum()) for c in range(3)]
    assert mass[0] / mass[1] == pytest.approx(2)
    assert mass[2] / mass[1] == pytest.approx(3)


def test_a_batch_has_its_size_and_the_wanted_shares() -> None:
    for batch in (32, 64, 128):
        counts = counts_of(batch)
        assert sum(counts.values()) == batch
        assert counts["nothing"] == round(0.08 * batch)
        assert counts["tiny200"] < batch / 2


def made_pools() -> dict[str, Pool]:
    sizes = {"tiny200": 64, "mini84": 84, "caltech": 128, "imagenette": 128, "voc_crops": 128, "nothing": 128}
    shown = {"tiny200": 3, "mini84": 5, "caltech": 7, "imagenette": 8, "voc_crops": 9, "nothing": -1}
    return {
        name: Pool(
            torch.full((4, 3, size, size), 30 * place + 40, dtype=torch.uint8), torch.full((4,), shown[name]), torch.ones(4)
        )
        for place, (name, size) in enumerate(sizes.items())
    }


def test_what_a_batch_shows_belongs_to_its_class_and_the_same_seed_draws_it_again() -> None:
    x, classes = draw(made_pools(), 64, 48, torch.Generator().manual_seed(5), CPU)
    again, _ = draw(made_pools(), 64, 48, torch.Generator().manual_seed(5), CPU)
    assert x.shape == (64, 3, 48, 48)
    assert torch.equal(x, again)
    assert [int((classes == c).sum()) for c in (3, 5, 7, 8, 9, -1)] == [24, 18, 8, 3, 6, 5]
    brightness = {3: 40, 5: 70, 7: 100, 8: 130, 9: 160, -1: 190}
    for picture, label in zip(x, classes.tolist(), strict=True):
        assert float(picture.mean()) * 255 == pytest.approx(brightness[label], rel=0.27)
    assert classes.unique_consecutive().shape[0] > 10


def test_only_training_pictures_are_in_the_pools_and_empty_parts_show_nothing() -> None:
    sets = everyday.made_sets(1)
    pools = pools_of(sets, [], 2)
    assert int((pools["tiny200"].weights > 0).sum()) == 4
    assert all((pool.classes[pool.weights > 0] >= 0).all() for name, pool in pools.items() if name != "nothing")
    assert (pools["nothing"].classes == -1).all()
    shown = {bytes(p.numpy().tobytes()) for pool in pools.values() for p in pool.pictures[pool.weights > 0]}
    held_out = {bytes(p.numpy().tobytes()) for one in sets for p in one.pictures[one.split != TRAIN]}
    assert not shown & held_out


def test_made_surfaces_are_pictures_of_all_grains() -> None:
    made = made_surfaces(40, 32, 1)
    assert made.shape == (40, 3, 32, 32)
    spread = made.float().std((2, 3)).mean(1)
    assert spread.min() < 12
    assert spread.max() > 50


def test_nothing_is_to_be_answered_with_the_same_probability_for_every_class() -> None:
    found = targets(torch.tensor([2, -1]), 4, 0.1)
    expected = torch.tensor([[0.025, 0.025, 0.925, 0.025], [0.25] * 4])
    torch.testing.assert_close(found, expected)
