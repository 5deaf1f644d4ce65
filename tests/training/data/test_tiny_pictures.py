"""Scenes as a training gets them: picture, things and relations of one and the same scene, from left to right."""

from pathlib import Path

import numpy as np

from cnn_core.ops.tiny_questions import ATTRIBUTES
from cnn_core.ops.tiny_scenes import make_scene
from cnn_core.ops.tiny_world import RELATIONS, relations
from cnn_core.training.data.tiny_pictures import join, make_tiny_pictures, tiny_pictures_in


def test_rows_are_the_scene_s_own_things_from_left_to_right() -> None:
    data, scene = make_tiny_pictures(1, 64, seed=3), make_scene(np.random.default_rng(3))
    n = len(scene.things)
    assert int(data.counts[0]) == n and data.pictures.shape == (1, 64, 64, 3)
    centres = (data.boxes[0, :n, 0] + data.boxes[0, :n, 2]) / 2
    assert (centres.diff() >= 0).all() and not data.boxes[0, n:].any()
    told = []
    for row in data.attributes[0, :n].tolist():
        told.append(tuple(names[k] for names, k in zip(ATTRIBUTES.values(), row, strict=True)))
    true = {(thing.size, thing.pattern, thing.colour, thing.shape): k for k, thing in enumerate(scene.things)}
    number = [true[row] for row in told]  # which thing each row is: no two are alike in this scene
    assert sorted(number) == list(range(n))
    held = {(number[i], RELATIONS[k], number[j]) for i, j, k in data.relations[0].nonzero().tolist()}
    assert held == relations(scene)
    assert [data.things(0).likeliest(name)[0] for name in ATTRIBUTES] == list(told[0])


def test_a_thing_s_box_lies_where_it_is_drawn() -> None:
    data = make_tiny_pictures(3, 96, seed=8)
    for picture, rows, count in zip(data.pictures.float(), data.boxes, data.counts.tolist(), strict=True):
        grey = picture.std(2)  # (S, S, 3) -> (S, S): the ground is nearly without colour
        for x1, y1, x2, y2 in (96 * rows[:count]).round().int().tolist():
            inside = grey[y1:y2, x1:x2].max()
            assert inside > 15 or picture[y1:y2, x1:x2].mean() < picture.mean()  # coloured, or grey and darker


def test_what_was_made_once_is_read_again_and_files_are_joined(tmp_path: Path) -> None:
    made, read = (tiny_pictures_in(tmp_path, 2, 32, seed=1) for _ in range(2))
    assert all(getattr(made, name).equal(getattr(read, name)) for name in vars(made))
    assert len(list(tmp_path.iterdir())) == 1
    both = join([made, tiny_pictures_in(None, 3, 32, seed=2)])
    assert len(both) == 5 and both.boxes[:2].equal(made.boxes) and both.relations.shape == (5, 8, 8, len(RELATIONS))
