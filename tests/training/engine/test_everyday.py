"""The everyday classifier: what it inherits, how its pictures grow, how it is measured."""

import math

import pytest
import torch

from cnn_core.runtime import weights
from cnn_core.training.data.everyday_classes import everyday_classes
from cnn_core.training.data.pack_photographs import EMPTY, OBJECT, SURROUNDED
from cnn_core.training.engine.everyday import distillation, from_teacher, grown, size_at
from cnn_core.training.engine.everyday_evaluation import (
    Answers,
    joined_answers,
    kind_figures,
    nothing_figures,
    of_kind,
    ten_kinds,
    threshold_for,
)

CPU = torch.device("cpu")
SMALL = {"widths": [48, 96, 192, 272], "blocks": [1, 2, 2, 2], "stem_stride": 2}


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
    evidence = torch.tensor(sure or [0.9] * len(said))
    return Answers(probabilities, evidence, classes, torch.full((len(said),), part))


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
    joined = joined_answers([empty, thing])
    google = answers_of(["cup", "cup"], ["", "dog"], [0.1, 0.1])
    figures = nothing_figures({"voc_crops": joined, "caltech": google, "mini84": thing}, 0.3)
    assert figures["voc_empty_parts"] == {"n": 3, "said_nothing": pytest.approx(2 / 3)}
    assert figures["caltech_background"] == {"n": 1, "said_nothing": 1.0}
    assert figures["things_lost"] == {"n": 9, "said_nothing": pytest.approx(3 / 9)}
