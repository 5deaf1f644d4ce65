"""Latent vectors and the ways between them worked by hand; pictures in and out of tensors."""

import numpy as np
import pytest
import torch

from cnn_core.tasks.generation import between, latents, to_pictures, to_tensor


def test_latents_follow_the_seed_and_shrink_with_truncation() -> None:
    drawn = latents(50, 20, 3)
    assert drawn.shape == (50, 20)
    assert drawn.dtype == np.float32
    assert (drawn == latents(50, 20, 3)).all()
    assert (drawn != latents(50, 20, 4)).any()
    assert latents(50, 20, 3, 0.5) == pytest.approx(0.5 * drawn)
    assert abs(float(drawn.std()) - 1) < 0.05


def test_the_way_between_two_vectors_keeps_to_the_circle() -> None:
    first, second = np.array([2.0, 0.0], np.float32), np.array([0.0, 2.0], np.float32)
    way = between(first, second, 3)
    assert way[0] == pytest.approx([2, 0], abs=1e-6)
    assert way[1] == pytest.approx([np.sqrt(2), np.sqrt(2)], abs=1e-6)  # not (1, 1), as on the straight line
    assert way[2] == pytest.approx([0, 2], abs=1e-6)


def test_the_length_changes_evenly_on_the_way() -> None:
    way = between(np.array([1.0, 0.0], np.float32), np.array([0.0, 3.0], np.float32), 5)
    assert np.linalg.norm(way, axis=1) == pytest.approx([1, 1.5, 2, 2.5, 3])


def test_equal_directions_are_joined_by_a_straight_line() -> None:
    way = between(np.array([1.0, 1.0], np.float32), np.array([3.0, 3.0], np.float32), 3)
    assert way[1] == pytest.approx([2, 2])


def test_pictures_survive_the_way_through_tensors() -> None:
    picture = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
    x = to_tensor([picture], 8)
    assert x.shape == (1, 3, 8, 8)
    assert float(x.min()) >= -1
    assert (to_pictures(x)[0] == picture).all()
    assert to_pictures(torch.full((1, 3, 2, 2), 7.0))[0].min() == 255  # beyond white is white
    wide = to_tensor([np.zeros((10, 30, 3), np.uint8)], 4)
    assert wide.shape == (1, 3, 4, 4)
