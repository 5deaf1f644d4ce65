"""The everyday classifier's pictures: its table of names, its splits, what is cut out of photographs."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from cnn_core.runtime import weights
from cnn_core.training.data.everyday import HELD_OUT, TRAIN, TUNE, PictureSet, Source, copies_among, read_shard, split_of
from cnn_core.training.data.everyday_classes import everyday_classes
from cnn_core.training.data.near_duplicates import fingerprints, likeness
from cnn_core.training.data.pack_photographs import EMPTY, OBJECT, SURROUNDED, empty_parts, objects, window_around
from cnn_core.training.data.voc import Scene

CPU = torch.device("cpu")
SMALL = {"widths": [48, 96, 192, 272], "blocks": [1, 2, 2, 2], "stem_stride": 2}


def picture_of(seed: int, size: int) -> torch.Tensor:
    """(1, 3, size, size) uint8: a few large coloured patches, different for each seed."""
    generator = torch.Generator().manual_seed(seed)
    patches = torch.rand(1, 3, 5, 5, generator=generator) * 255
    return torch.nn.functional.interpolate(patches, (size, size), mode="bilinear").to(torch.uint8)


# ---------------------------------------------------------------- names


def test_the_first_200_names_are_tiny_imagenets_in_its_order() -> None:
    table = everyday_classes()
    labels = list(weights.card("classify_resnet_tiny200").classes)
    assert table.numbers("tiny200", labels) == list(range(200))


def test_every_label_has_one_plain_name_and_no_name_stands_twice() -> None:
    table = everyday_classes()
    assert len(set(table.names)) == len(table.names)
    assert len({name.lower() for name in table.names}) == len(table.names)
    assert all(name == name.strip() and name for name in table.names)
    sizes = {name: len(labels) for name, labels in table.of_set.items()}
    assert sizes == {"tiny200": 200, "mini84": 100, "caltech": 102, "imagenette": 10, "voc20": 21}


def test_the_same_thing_in_two_sets_has_one_class() -> None:
    table = everyday_classes()
    for places in (
        [("tiny200", "golden retriever"), ("mini84", "n02099601")],
        [("caltech", "airplanes"), ("voc20", "aeroplane")],
        [("caltech", "Faces"), ("voc20", "person")],
        [("mini84", "n02110341"), ("caltech", "dalmatian")],
        [("mini84", "n03417042"), ("imagenette", "n03417042")],
    ):
        assert len({table.numbers(name, [label])[0] for name, label in places}) == 1, places


def test_background_pictures_are_of_no_class() -> None:
    table = everyday_classes()
    assert table.numbers("caltech", ["BACKGROUND_Google", "cup"])[0] == -1
    assert table.numbers("voc20", [""]) == [-1]


def test_kinds_are_made_of_known_names_and_no_name_answers_for_two() -> None:
    table = everyday_classes()
    members = [name for kind in table.kinds.values() for name in kind]
    assert set(members) <= set(table.names)
    assert len(set(members)) == len(members)
    assert all(kind == answers[0] for kind, answers in table.kinds.items())


def test_a_general_name_accepts_its_breeds_and_a_breed_only_itself() -> None:
    table = everyday_classes()
    dog, poodle, tabby = (table.names.index(name) for name in ("dog", "poodle", "tabby cat"))
    assert {dog, poodle} <= table.accepted(dog)
    assert tabby not in table.accepted(dog)
    assert table.accepted(poodle) == {poodle}


# ---------------------------------------------------------------- splits


def test_splits_hold_out_the_wanted_share_of_each_class_and_keep_a_photographs_parts_together() -> None:
    labels = np.array([0] * 100 + [1] * 50)
    photographs = np.array([n // 2 for n in range(100)] + [50 + n for n in range(50)])
    split = split_of(labels, photographs, [(0.2, 0.1), (0.1, 0.0)], seed=3)
    assert [int((split[:100] == s).sum()) for s in (HELD_OUT, TUNE, TRAIN)] == [20, 10, 70]
    assert [int((split[100:] == s).sum()) for s in (HELD_OUT, TUNE, TRAIN)] == [5, 0, 45]
    assert (split[:100:2] == split[1:100:2]).all()
    assert (split == split_of(labels, photographs, [(0.2, 0.1), (0.1, 0.0)], seed=3)).all()


def test_a_shard_called_val_is_held_out_and_labels_become_everyday_classes(tmp_path: Path) -> None:
    folder = tmp_path / "caltech"
    folder.mkdir()
    files = []
    for grey in (10, 90, 170):
        buffer = io.BytesIO()
        Image.fromarray(np.full((8, 8, 3), grey, np.uint8)).save(buffer, "JPEG")
        files.append(buffer.getvalue())
    ends = np.cumsum([0, *map(len, files)])
    columns = {"label": np.array([1, 0, 1], np.int16), "part": np.array([0, 2, 0], np.uint8)}
    np.savez(folder / "val.npz", blob=np.frombuffer(b"".join(files), np.uint8), offs=ends, **columns)
    (folder / "LABELS.tsv").write_text("id\tname\n0\tBACKGROUND_Google\n1\tcup\n")
    found = read_shard(Source("caltech", held_out=0.1), folder, "val", everyday_classes())
    cup = everyday_classes().names.index("cup")
    assert found.classes.tolist() == [cup, -1, cup]
    assert found.split.tolist() == [HELD_OUT] * 3
    assert found.parts.tolist() == [OBJECT, EMPTY, OBJECT]


def test_a_resized_or_cropped_copy_is_like_its_original_and_another_picture_is_not() -> None:
    original = torch.cat([picture_of(1, 96), picture_of(2, 96)])
    smaller = torch.nn.functional.interpolate(original.float(), (64, 64), mode="bilinear", antialias=True)
    cropped = torch.nn.functional.interpolate(original[..., 12:84].float(), (84, 84), mode="bilinear")
    for copy in (smaller, cropped):
        found = likeness(fingerprints(copy.to(torch.uint8)), fingerprints(original[:1]))
        assert found[0] > 0.97
        assert found[1] < 0.9


def test_copies_of_held_out_pictures_are_found_in_other_sets_and_held_out_ones_stay() -> None:
    pictures = torch.cat([picture_of(seed, 64) for seed in (1, 2, 3)])
    classes, parts = torch.zeros(3, dtype=torch.long), torch.zeros(3, dtype=torch.long)
    first = PictureSet("a", pictures, classes, torch.tensor([HELD_OUT, TRAIN, TRAIN]), parts)
    others = torch.nn.functional.interpolate(pictures.float(), (84, 84), mode="bilinear").to(torch.uint8)
    second = PictureSet("b", others, classes, torch.tensor([TRAIN, TRAIN, HELD_OUT]), parts)
    found = copies_among([first, second])
    assert found["a"].tolist() == [False, False, True]
    assert found["b"].tolist() == [True, False, False]


# ---------------------------------------------------------------- cutting photographs


def scene() -> Scene:
    """A 200 x 200 photograph with a dog of 80 pixels and a small bird in one corner."""
    return Scene(
        torch.zeros(3, 200, 200, dtype=torch.uint8),
        torch.tensor([[100.0, 100.0, 180.0, 190.0], [150.0, 0.0, 200.0, 30.0]]),
        torch.tensor([1, 0]),
        torch.zeros(2, dtype=torch.bool),
        torch.zeros(2, dtype=torch.bool),
        None,
    )


def test_objects_are_cut_with_a_margin_and_small_ones_left_out() -> None:
    found = [(picture.shape, label, part) for picture, label, part in objects(scene(), ["bird", "dog"])]
    assert found == [((109, 97, 3), 1, OBJECT), ((145, 140, 3), 1, SURROUNDED)]
    assert window_around(torch.tensor([10.0, 10.0, 30.0, 20.0]), 0.5, 100, 100).tolist() == [0, 5, 41, 26]


def test_an_object_among_rivals_is_not_shown_with_its_surroundings() -> None:
    crowd = replace(scene(), boxes=torch.tensor([[60.0, 60.0, 140.0, 140.0], [120.0, 60.0, 200.0, 140.0]]))
    assert [part for _, label, part in objects(crowd, ["bird", "dog"]) if label == 1] == [OBJECT]


def test_empty_parts_share_nothing_with_any_box() -> None:
    marked = scene()
    for x0, y0, x1, y1 in marked.boxes.int().tolist():
        marked.picture[:, y0:y1, x0:x1] = 255
    found = [cut for seed in range(20) for cut in empty_parts(marked, 9, np.random.default_rng(seed))]
    assert found
    assert all(picture.max() == 0 and label == 9 and part == EMPTY for picture, label, part in found)
