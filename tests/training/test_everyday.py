"""The everyday classifier: its table of names, its splits, what it draws, what it is to answer, how it is measured."""

import io
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnn_core.runtime import weights
from cnn_core.training.augment.everyday import Pool, balanced, counts_of, draw, made_surfaces, pools_of, targets
from cnn_core.training.data import everyday
from cnn_core.training.data.everyday import HELD_OUT, TRAIN, TUNE, PictureSet, Source, copies_among, read_shard, split_of
from cnn_core.training.data.everyday_classes import everyday_classes
from cnn_core.training.data.near_duplicates import fingerprints, likeness
from cnn_core.training.data.pack_photographs import EMPTY, OBJECT, SURROUNDED, empty_parts, objects, window_around
from cnn_core.training.data.voc import Scene
from cnn_core.training.engine.everyday import distillation, from_teacher, grown, size_at
from cnn_core.training.engine.everyday_evaluation import (
    Answers,
    kind_figures,
    nothing_figures,
    of_kind,
    ten_kinds,
    threshold_for,
)

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


# ---------------------------------------------------------------- what is drawn


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


# ---------------------------------------------------------------- the network and its figures


def test_the_new_network_answers_the_old_classes_as_the_shipped_one() -> None:
    shipped = weights.load("classify_resnet_tiny200", CPU)
    names = everyday_classes().names
    model = grown("classify_resnet_tiny200", names, SMALL, 1).eval()
    x = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        torch.testing.assert_close(model(x)[:, :200], shipped.model(x), rtol=1e-4, atol=1e-4)
        assert model(x).shape == (2, len(names))


def test_sizes_follow_the_phases_of_a_cycle() -> None:
    sizes = ((0.5, 48), (0.8, 64), (1.0, 80))
    assert [size_at(sizes, progress) for progress in (0.0, 0.5, 0.51, 0.8, 0.99, 1.0)] == [48, 48, 64, 64, 80, 80]


def test_distillation_is_the_divergence_at_temperature_two_over_the_teachers_classes() -> None:
    # The teacher is sure of nothing: (1/2, 1/2). The network's first two logits are 2 ln 3 and 0, at T = 2: (3/4, 1/4).
    # KL = 1/2 ln((1/2)/(3/4)) + 1/2 ln((1/2)/(1/4)) = 1/2 ln(4/3); times T squared.
    logits = torch.tensor([[2 * math.log(3), 0.0, 9.0]])
    assert float(distillation(logits, torch.zeros(1, 2))) == pytest.approx(4 * math.log(4 / 3) / 2, abs=1e-5)


def test_a_teacher_is_asked_about_pictures_of_its_own_classes_only() -> None:
    teacher = weights.load("classify_resnet_tiny200", CPU)
    x = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        taught = teacher.model(x)
    logits = torch.zeros(4, 366)
    logits[:, :200] = taught
    logits[2] = torch.arange(366.0)  # of a class that the teacher does not know: what is answered there is no matter
    classes = torch.tensor([3, 199, 200, -1])
    assert float(from_teacher(teacher, x, classes, logits)) == pytest.approx(0, abs=1e-5)
    logits[1] = 0
    agreed = taught[1] / 2
    divergence = float((agreed.softmax(0) * (agreed.log_softmax(0) + math.log(200))).sum())
    # One of two pictures differs, half of the batch is the teacher's: 4 x divergence / 2 x 1/2.
    assert float(from_teacher(teacher, x, classes, logits)) == pytest.approx(divergence, rel=1e-4)


def answers_of(said: list[str], shown: list[str], sure: list[float] | None = None, part: int = OBJECT) -> Answers:
    """Answers that say these names with these probabilities (0.9) of pictures that show those; "" is nothing."""
    names = list(everyday_classes().names)
    probabilities = torch.zeros(len(said), len(names))
    for row, (name, value) in enumerate(zip(said, sure or [0.9] * len(said), strict=True)):
        probabilities[row, names.index(name)] = value
    classes = torch.tensor([names.index(name) if name else -1 for name in shown], dtype=torch.long)
    return Answers(probabilities, classes, torch.full((len(said),), part))


def test_a_breed_answers_for_dog_but_no_dog_for_a_breed() -> None:
    found = answers_of(["poodle", "dog", "poodle", "tabby cat"], ["dog", "poodle", "mastiff", "dog"])
    assert of_kind(found, everyday_classes()).tolist() == [True, False, False, False]


def test_ten_kinds_counts_any_class_of_the_kind() -> None:
    found = {
        "voc_crops": answers_of(["poodle", "cat"], ["dog", "dog"], part=SURROUNDED),
        "caltech": answers_of(["cup of coffee", "stapler", "car"], ["cup", "laptop", "accordion"]),
        "mini84": answers_of(["goose", "robin", "soda bottle"], ["robin", "toucan", "beer bottle"]),
    }
    figures, rows = kind_figures(found, everyday_classes())
    assert figures == {"n": 7, "top1_kind": pytest.approx(5 / 7)}
    by_kind = {kind: (n, right) for kind, n, right in zip(rows["kind"], rows["n"], rows["right"], strict=True)}
    assert by_kind["dog"] == (2, 0.5)
    assert by_kind["bird"] == (2, 1.0)
    assert by_kind["cup"] == (1, 1.0)
    assert by_kind["laptop"] == (1, 0.0)
    assert by_kind["person"] == (0, 0.0)


def test_one_kind_gives_at_most_thirty_photographs() -> None:
    none = answers_of(["cup"], ["accordion"])
    found = {"voc_crops": none, "caltech": answers_of(["cup"] * 50, ["cup"] * 50), "mini84": none}
    assert len(ten_kinds(found, everyday_classes())["cup"].classes) == 30


def test_the_rule_for_nothing_loses_seven_in_a_hundred_of_the_tuning_things() -> None:
    sure = [(n + 0.5) / 100 for n in range(100)]
    tuning = answers_of(["cup"] * 100, ["cup"] * 100, sure)
    threshold = threshold_for(tuning)
    assert sum(value < threshold for value in sure) == 7


def test_nothing_is_said_below_the_threshold() -> None:
    empty = answers_of(["cup", "cup", "cup"], ["", "", ""], [0.1, 0.2, 0.6], part=EMPTY)
    thing = answers_of(["dog"] * 4, ["dog"] * 4, [0.2, 0.9, 0.9, 0.9])
    joined = Answers(*(torch.cat([getattr(a, c) for a in (empty, thing)]) for c in ("probabilities", "classes", "parts")))
    google = answers_of(["cup", "cup"], ["", "dog"], [0.1, 0.1])
    figures = nothing_figures({"voc_crops": joined, "caltech": google, "mini84": thing}, 0.3)
    assert figures["voc_empty_parts"] == {"n": 3, "said_nothing": pytest.approx(2 / 3)}
    assert figures["caltech_background"] == {"n": 1, "said_nothing": 1.0}
    assert figures["things_lost"] == {"n": 9, "said_nothing": pytest.approx(3 / 9)}
