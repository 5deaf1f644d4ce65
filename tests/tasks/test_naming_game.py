"""Who names it first: the rules, worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from cnn_core.images import samples
from cnn_core.runtime import weights
from cnn_core.tasks import naming_game
from cnn_core.tasks.classification import classify
from cnn_core.tasks.naming_game import Known, Play

EVERYDAY = "classify_resnet_everyday"


def card(*classes: str, title: str = "Net") -> SimpleNamespace:
    return SimpleNamespace(classes=classes, title=title)


# ---------------------------------------------------------------- what is right


def test_every_class_of_a_kind_is_one_of_some_network() -> None:
    known = {name for weight in weights.names("classification") for name in weights.card(weight).classes}
    for kind, classes in naming_game.kinds().items():
        assert classes and set(classes) <= known, kind


def test_no_class_is_of_two_kinds() -> None:
    told = [name for classes in naming_game.kinds().values() for name in classes]
    assert len(told) == len(set(told))


def test_every_picture_is_a_sample_of_a_kind() -> None:
    for known in naming_game.known_pictures():
        assert known.sample in samples.SAMPLES
        assert known.kind in naming_game.kinds() and known.kind not in known.never
        assert set(known.never) <= set(naming_game.kinds())
    truth = {known.sample: known.kind for known in naming_game.known_pictures()}
    assert (truth["chelsea"], truth["coffee"], truth["astronaut"], truth["motorcycle"]) == (
        "cat",
        "cup",
        "person",
        "motorbike",
    )


def test_the_network_of_everyday_things_has_a_class_for_every_kind() -> None:
    assert all(naming_game.has_class_for(weights.card(EVERYDAY), kind) for kind in naming_game.kinds())


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("cat", "cat"), ("Our_Cat-2", "cat"), ("big_cat", "big cat"), ("a lion in Kenya", "big cat"), ("dog and cup", "dog"),
        ("catalogue", None), ("IMG_2041", None), ("school bus", "bus"), ("", None),
    ],
)  # fmt: skip
def test_a_files_name_tells_a_kind(file: str, kind: str | None) -> None:
    assert naming_game.kind_in(file) == kind


def test_what_is_offered() -> None:
    known = Known("x", "cup", never=("bottle",))
    cat_and_dog = card("tabby", "Chihuahua", "beer bottle", "espresso")
    offered = [naming_game.offer(known, [cat_and_dog], 6, np.random.default_rng(seed)) for seed in range(20)]
    for names in offered:
        assert len(set(names)) == 6 and names == sorted(names)
        assert {"cup", "cat", "dog"} <= set(names) and "bottle" not in names  # what the network knows comes first
    assert len({tuple(names) for names in offered}) > 10
    assert naming_game.offer(known, [], 7, np.random.default_rng(1)) == naming_game.offer(
        known, [], 7, np.random.default_rng(1)
    )


# ---------------------------------------------------------------- what a network says


def test_a_network_shares_out_its_hundred_per_cent_among_the_names() -> None:
    classes = ("lion", "tabby", "wok", "Persian cat", "espresso")
    probabilities = np.array([[0.1, 0.2, 0.4, 0.1, 0.2], [0.0, 0.0, 1.0, 0.0, 0.0]], np.float32)
    # big cat 0.1, cat 0.2 + 0.1 = 0.3, dog 0; together 0.4, so 0.25, 0.75, 0. The second says wok and nothing else.
    shares = naming_game.share_out(probabilities, classes, ["big cat", "cat", "dog"])
    assert shares == pytest.approx(np.array([[0.25, 0.75, 0], [0, 0, 0]]))


def test_all_pictures_at_once_are_as_one_by_one() -> None:
    shown = [samples.load(name) for name in ("coffee", "chelsea")]
    together = naming_game.compute_probabilities(shown, EVERYDAY)
    assert together.shape == (2, 366)
    for picture, row in zip(shown, together, strict=True):
        alone = dict(classify(picture, EVERYDAY).top(366))
        assert row == pytest.approx([alone[name] for name in weights.card(EVERYDAY).classes], abs=1e-4)


SHARES = np.array([[0.5, 0.3, 0.2], [0.1, 0.7, 0.2], [0.05, 0.05, 0.9]], np.float32)
NAMES = ("big cat", "cat", "dog")


@pytest.mark.parametrize(
    ("sure", "truth", "expected"),
    [
        (0.4, "dog", ("wrong", "big cat", 0, -3)),
        (0.6, "dog", ("wrong", "cat", 1, -3)),
        (0.6, "cat", ("right", "cat", 1, 2)),
        (0.7, "cat", ("right", "cat", 1, 2)),  # as sure as asked is sure enough
        (0.8, "dog", ("right", "dog", 2, 1)),
        (0.95, "dog", ("waited", None, None, 0)),
        (0.4, "bus", ("sat out", None, None, 0)),
    ],
)
def test_a_network_names_the_likeliest_as_soon_as_it_is_sure(sure: float, truth: str, expected: tuple) -> None:
    played = naming_game.play_for(card("tabby", "lion", "poodle"), truth, SHARES, NAMES, np.float32(sure))
    assert (played.outcome, played.said, played.step, played.points) == expected
    assert (played.player, played.truth) == ("Net", truth)


# ---------------------------------------------------------------- points


def test_the_right_name_is_worth_a_point_for_each_step_that_is_left() -> None:
    assert [naming_game.worth(step, 8) for step in range(8)] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert naming_game.play("you", "cat", "cat", 0, 8) == Play("you", "cat", "right", "cat", 0, 8)
    assert naming_game.play("you", "cat", "cat", 7, 8).points == 1
    assert naming_game.play("you", "cat", "dog", 0, 8) == Play("you", "cat", "wrong", "dog", 0, -3)
    assert naming_game.play("you", "cat", "dog", 7, 8).points == -3
    assert naming_game.play("you", "cat", None, None, 8) == Play("you", "cat", "waited")


PLAYS = [
    Play("you", "cat", "right", "cat", 2, 6), Play("net", "cat", "wrong", "dog", 0, -3),
    Play("you", "cat", "wrong", "dog", 1, -3), Play("net", "cat", "wrong", "dog", 3, -3),
    Play("you", "bus", "waited"), Play("net", "bus", "sat out"),
]  # fmt: skip


def test_points_add_up() -> None:
    assert naming_game.count_points(PLAYS) == {"you": 3, "net": -6}


def test_what_was_said_for_what() -> None:
    assert naming_game.count_confusions(PLAYS) == {
        ("cat", "cat", "you"): 1, ("cat", "dog", "you"): 1, ("cat", "dog", "net"): 2, ("bus", "", "you"): 1,
    }  # fmt: skip
