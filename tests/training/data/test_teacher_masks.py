"""Masks that a teacher draws: what is chosen, what stays unknown, what true boxes correct, what is kept."""

from pathlib import Path

import torch

from cnn_core.training.data import teacher_masks
from cnn_core.training.data.teacher_masks import CLASSES, bare_scene, choose, draw_masks, put_on, speaks_of
from cnn_core.training.data.voc import IGNORE, Scene

BACKGROUND, BICYCLE, CAR, DOG = 0, 2, 7, 12


def shares(*pixels: dict[int, float]) -> torch.Tensor:
    """Probabilities (21, 1, n) of n pixels."""
    found = torch.zeros(CLASSES, 1, len(pixels))
    for column, pixel in enumerate(pixels):
        for kind, share in pixel.items():
            found[kind, 0, column] = share
    return found


def scene(box: list[float], label: int = CAR - 1) -> Scene:
    boxes = torch.tensor([box])
    no = torch.zeros(len(boxes), dtype=torch.bool)
    return Scene(torch.zeros(3, 20, 40, dtype=torch.uint8), boxes, torch.tensor([label] * len(boxes)), no, no, None)


def test_what_is_not_likely_enough_stays_unknown() -> None:
    there = torch.tensor([CAR - 1, DOG - 1])
    chosen = choose(shares({CAR: 0.7, BACKGROUND: 0.3}, {CAR: 0.5, BACKGROUND: 0.5}, {BACKGROUND: 0.9, DOG: 0.1}), there)
    assert chosen.tolist() == [[CAR, IGNORE, BACKGROUND]]


def test_only_what_is_known_to_be_there_is_chosen() -> None:
    pixels = shares(
        {DOG: 0.7, CAR: 0.25, BACKGROUND: 0.05}, {DOG: 0.8, CAR: 0.1, BACKGROUND: 0.1}, {BACKGROUND: 0.9, DOG: 0.1}
    )
    assert choose(pixels, torch.tensor([CAR - 1, CAR - 1])).tolist() == [[CAR, IGNORE, BACKGROUND]]


def test_a_box_in_which_the_teacher_saw_nothing_is_unknown_and_not_background() -> None:
    drawn = torch.zeros(192, 192, dtype=torch.uint8)
    found = put_on(scene([10, 5, 20, 15]), drawn).mask
    assert found is not None and found.shape == (20, 40)
    unknown = found == IGNORE
    assert int(unknown.sum()) == 100 and bool(unknown[5:15, 10:20].all())
    drawn[:] = CAR  # now it is seen everywhere
    assert (put_on(scene([10, 5, 20, 15]), drawn).mask == CAR).all()


def test_a_photograph_of_which_nothing_is_known_gets_a_box_around_each_class() -> None:
    drawn = torch.zeros(192, 192, dtype=torch.uint8)
    drawn[:96, :48] = DOG  # the upper half, the left quarter
    drawn[191, 191] = BICYCLE  # too little to count
    taught = put_on(bare_scene(torch.zeros(3, 20, 40, dtype=torch.uint8)), drawn)
    assert taught.labels.tolist() == [DOG - 1]
    assert taught.boxes.tolist() == [[0, 0, 9, 9]]
    assert taught.mask is not None and int((taught.mask == DOG).sum()) == 100
    assert len(taught.difficult) == len(taught.instance) == 1
    assert choose(shares({DOG: 0.7, BACKGROUND: 0.3}), bare_scene(taught.picture).labels).tolist() == [[DOG]]


def test_two_sentences_must_speak_of_a_rare_thing() -> None:
    boat, dog = ["a", "boat", "at", "sea"], ["a", "dog", "and", "a", "boatswain"]
    assert speaks_of([boat, dog, ["in", "a", "canoe"]])
    assert not speaks_of([boat, dog, dog])


def test_each_photograph_is_drawn_with_its_own_classes(monkeypatch) -> None:
    def ask(network: str, picture: torch.Tensor) -> torch.Tensor:
        assert network == "the network in teacher.pt2"
        found = torch.zeros(CLASSES, 192, 192)
        found[DOG] = 0.6
        found[CAR] = 0.4
        return found

    monkeypatch.setattr(teacher_masks, "read_teacher", lambda path: f"the network in {path.name}")
    monkeypatch.setattr(teacher_masks, "ask", ask)
    box = [10.0, 5.0, 20.0, 15.0]
    masks = draw_masks([scene(box, DOG - 1), scene(box, CAR - 1)], Path("teacher.pt2")).masks
    assert masks.shape == (2, 192, 192)
    assert bool((masks[0] == DOG).all()) and bool((masks[1] == CAR).all())


def test_the_teacher_is_given_a_square_in_imagenets_colours() -> None:
    def network(x: torch.Tensor) -> torch.Tensor:
        assert x.shape == (1, 3, 384, 384)
        assert [round(float(v), 3) for v in x[0, :, 0, 0]] == [2.249, 2.429, 2.64]  # (1 - mean) / deviation, white
        logits = torch.zeros(1, CLASSES, 384, 384)
        logits[:, CAR, :2, :2] = 50.0
        return logits

    found = teacher_masks.ask(network, torch.full((3, 50, 70), 255, dtype=torch.uint8))
    assert found.shape == (CLASSES, 192, 192)
    assert float(found[CAR, 0, 0]) > 0.99
    assert abs(float(found[CAR, 0, 1]) - 1 / 21) < 1e-4
