"""Training a CNN live: a step and a loss on paper; a pause, a second visitor and another's divergence change nothing."""

import math
import threading

import numpy as np
import pytest
import torch
from torch import nn

from cnn_core.images.drawn_sets import Data, draw_data
from cnn_core.models.small_cnn import SmallCNN
from cnn_core.runtime import devices
from cnn_core.tasks import train_live
from cnn_core.tasks.train_live import Plan, Training, descend, measure, pick_batch, score, take_step, train

DATA = draw_data("shapes", 50, False, 3)


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "device", lambda: torch.device("cpu"))


def begin(dense: bool = False, classes: int = 8, **settings: float) -> Training:
    return train_live.start(Plan(**{"batch": 8, "rate": 0.01, **settings}), classes, dense)  # type: ignore[arg-type]


def weights_of(training: Training) -> list[torch.Tensor]:
    return [w.detach().clone() for learner in training.learners.values() for w in learner.network.parameters()]


def same(some: list[torch.Tensor], others: list[torch.Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(some, others, strict=True))


def test_two_steps_with_momentum_and_weight_decay_on_paper() -> None:
    network = nn.Linear(2, 1, bias=False)
    weight, plan = network.weight, Plan(rate=0.1, momentum=0.9, decay=0.2)
    velocity = {"weight": torch.tensor([[0.1, 0.0]])}
    with torch.no_grad():
        weight.copy_(torch.tensor([[2.0, -1.0]]))
    weight.grad = torch.tensor([[0.5, 3.0]])
    descend(network, velocity, plan)
    # 0.9 * 0.1 + 0.5 + 0.2 * 2 = 0.99 and 3 - 0.2 = 2.8; 2 - 0.099 and -1 - 0.28
    assert velocity["weight"].tolist()[0] == pytest.approx([0.99, 2.8])
    assert weight.tolist()[0] == pytest.approx([1.901, -1.28])
    weight.grad = torch.tensor([[-1.0, 0.0]])
    descend(network, velocity, plan)
    # 0.9 * 0.99 - 1 + 0.2 * 1.901 = 0.2712 and 0.9 * 2.8 - 0.2 * 1.28 = 2.264
    assert velocity["weight"].tolist()[0] == pytest.approx([0.2712, 2.264])
    assert weight.tolist()[0] == pytest.approx([1.87388, -1.5064])


def test_the_steps_are_those_of_torchs_own_sgd() -> None:
    training = begin(momentum=0.8, decay=0.03, rate=0.02)
    learner = training.learners["CNN"]
    twin = SmallCNN(8)
    twin.load_state_dict(learner.network.state_dict())
    optimizer = torch.optim.SGD(twin.parameters(), 0.02, 0.8, weight_decay=0.03)
    x, labels = train_live.to_input(DATA.pictures), torch.tensor(DATA.labels)
    for k in range(3):
        batch = torch.arange(8 * k, 8 * k + 8)
        take_step(learner, x[batch], labels[batch], training.plan, k)
        optimizer.zero_grad()
        logits = twin(x[batch])
        (logits.logsumexp(1) - logits[torch.arange(8), labels[batch]]).mean().backward()
        optimizer.step()
    for mine, torchs in zip(learner.network.parameters(), twin.parameters(), strict=True):
        assert torch.allclose(mine, torchs, atol=1e-6)


def test_a_whole_step_on_paper_where_the_network_says_nothing_yet() -> None:
    """All weights 0: eight equal probabilities; only the last biases get a gradient, 1/8 less each class's share."""
    learner = begin().learners["CNN"]
    with torch.no_grad():
        for weight in learner.network.parameters():
            weight.zero_()
    labels = torch.tensor([0, 0, 2, 5])
    take_step(learner, torch.rand(4, 1, 24, 24), labels, Plan(rate=0.4, momentum=0.9), 0)
    shares = np.array([1 / 2, 0, 1 / 4, 0, 0, 1 / 4, 0, 0])
    assert learner.network.fc2.bias.tolist() == pytest.approx((-0.4 * (1 / 8 - shares)).tolist())
    assert learner.highest == (pytest.approx(math.log(8)), 1)
    assert not learner.network.conv1.weight.any()


def test_loss_and_accuracy_on_paper() -> None:
    logits = torch.tensor([[1.0, 0.0, -1.0], [0.0, 2.0, 0.0]])
    first, second = math.log(math.e + 1 + 1 / math.e) + 1, math.log(1 + math.exp(2) + 1) - 2  # of classes 2 and 1
    assert score(logits, np.array([2, 1])) == pytest.approx(((first + second) / 2, 0.5))


def test_each_epoch_takes_every_picture_once_in_an_order_of_its_own() -> None:
    row = [n for seen in range(0, 21, 3) for n in pick_batch(7, seen, 3, 5).tolist()]  # batches across the epochs' ends
    epochs = [row[k : k + 7] for k in (0, 7, 14)]
    assert all(sorted(epoch) == list(range(7)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 3
    assert pick_batch(7, 0, 17, 5).tolist() == row[:17]  # more than there are
    assert pick_batch(7, 0, 7, 6).tolist() != row[:7]


def test_what_was_measured() -> None:
    training = begin(dense=True)
    with torch.no_grad():  # the CNN says "plus" (5) of everything, with a probability of e / (e + 7)
        for weight in training.learners["CNN"].network.parameters():
            weight.zero_()
        training.learners["CNN"].network.fc2.bias[5] = 1.0
    logits = measure(training, DATA)["CNN"]
    assert logits.shape == (200, 8)
    ((step, loss, accuracy, held_out_loss, held_out_accuracy),) = training.learners["CNN"].curve
    share, held_out_share = float((DATA.labels == 5).mean()), float((DATA.held_out_labels == 5).mean())
    assert (step, accuracy, held_out_accuracy) == (0, pytest.approx(share), pytest.approx(held_out_share))
    assert (loss, held_out_loss) == (
        pytest.approx(math.log(math.e + 7) - share), pytest.approx(math.log(math.e + 7) - held_out_share)
    )  # fmt: skip
    measure(training, DATA)
    assert [len(learner.curve) for learner in training.learners.values()] == [1, 1]


def test_it_is_measured_without_dropout() -> None:
    some, others = begin(dropout=0.9), begin()
    assert torch.equal(measure(some, DATA)["CNN"], measure(others, DATA)["CNN"])
    list(train(some, DATA, 1))
    found = measure(some, DATA)["CNN"]
    assert torch.equal(found, train_live.find_logits(some.learners["CNN"].network, DATA.held_out))


def test_a_pause_loses_nothing() -> None:
    settings = {"dropout": 0.5, "momentum": 0.9, "decay": 0.01, "seed": 4, "batch": 8}
    whole, half = begin(True, **settings), begin(True, **settings)
    list(train(whole, DATA, 9))  # 72 pictures: into the second epoch
    list(train(half, DATA, 4))
    half.learners["dense net"].highest = (12.5, 3)
    measure(half, DATA)
    again = train_live.unpack(train_live.pack(half), begin(True, **settings))
    assert (again.steps, again.seen, again.learners["dense net"].highest) == (4, 32, (12.5, 3))
    assert again.learners["CNN"].curve == half.learners["CNN"].curve
    assert again.learners["CNN"].diverged is None
    list(train(again, DATA, 5))
    assert same(weights_of(whole), weights_of(again))


def test_the_plan_may_change_at_a_pause() -> None:
    training = begin()
    list(train(training, DATA, 2))
    still = train_live.unpack(train_live.pack(training), begin(rate=0.0))
    list(train(still, DATA, 2))
    assert same(weights_of(training), weights_of(still))
    assert (still.steps, still.seen) == (4, 32)


def test_the_seed_decides_all() -> None:
    one, twin, other = begin(seed=1, dropout=0.3), begin(seed=1, dropout=0.3), begin(seed=2, dropout=0.3)
    assert not same(weights_of(one), weights_of(other))
    for training in (one, twin):
        list(train(training, DATA, 3))
    assert same(weights_of(one), weights_of(twin))


def test_first_weights_have_the_variance_for_relu_and_an_untrained_network_guesses() -> None:
    training = begin(True, classes=10)
    network = training.learners["dense net"].network
    first, last = (dict(network.named_parameters())[name].detach() for name in ("hidden.0.weight", "fc.weight"))
    assert float(first.var()) == pytest.approx(2 / 576, rel=0.02)
    assert float(last.var()) == pytest.approx(0.01 * 2 / 64, rel=0.15)
    assert not any(bias.any() for bias in network.parameters() if bias.ndim == 1)
    measure(training, draw_data("digits", 50, False, 0))
    for learner in training.learners.values():
        assert learner.curve[0][3] == pytest.approx(math.log(10), abs=0.1)


def test_two_visitors_at_once_train_as_each_would_alone_and_leave_torchs_chance_alone() -> None:
    def work(seed: int) -> Training:
        training = begin(seed=seed, dropout=0.5)
        list(train(training, DATA, 12))
        return training

    before = torch.get_rng_state()
    alone = {seed: weights_of(work(seed)) for seed in (1, 2)}
    assert torch.equal(torch.get_rng_state(), before)
    found: dict[int, list[torch.Tensor]] = {}
    threads = [threading.Thread(target=lambda seed=seed: found.update({seed: weights_of(work(seed))})) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(same(alone[seed], found[seed]) for seed in (1, 2))


def test_other_units_are_dropped_in_each_step() -> None:
    learner = begin(dropout=0.5).learners["CNN"]
    dropped = []
    learner.network.dropout.register_forward_hook(lambda module, given, out: dropped.append((out == 0) & (given[0] > 0)))
    x, labels = torch.rand(4, 1, 24, 24), torch.tensor([0, 1, 2, 3])
    for step in (0, 1, 1):
        take_step(learner, x, labels, Plan(rate=0.0, dropout=0.5), step)
    assert not torch.equal(dropped[0], dropped[1])
    assert torch.equal(dropped[1], dropped[2])
    take_step(learner, x, labels, Plan(rate=0.0, dropout=0.0), 2)  # the plan's share counts, not that of the beginning
    assert not dropped[3].any()


def test_a_loss_that_is_no_number_ends_that_networks_training_and_no_others() -> None:
    training = begin(dense=True)
    dense = training.learners["dense net"]
    list(train(training, DATA, 2))
    with torch.no_grad():
        dense.network.fc.bias[1] = math.inf  # type: ignore[union-attr]
    before, other = [w.clone() for w in dense.network.parameters()], training.learners["CNN"].network.conv1.weight.clone()
    assert len(list(train(training, DATA, 3))) == 3
    assert dense.diverged == 3
    assert same(before, list(dense.network.parameters()))
    assert not torch.equal(other, training.learners["CNN"].network.conv1.weight)
    again = train_live.unpack(train_live.pack(training), begin(dense=True))
    assert again.learners["dense net"].diverged == 3
    with torch.no_grad():
        again.learners["CNN"].network.fc2.bias[0] = math.nan
    assert len(list(train(again, DATA, 50))) == 1  # both have diverged: no step is left to take
    assert again.learners["CNN"].diverged == 6


def test_an_infinite_loss_is_no_number_to_learn_from() -> None:
    learner = begin().learners["CNN"]
    with torch.no_grad():
        learner.network.fc2.bias[1] = -math.inf  # the true class has no chance: -log 0
    before = [w.clone() for w in learner.network.parameters()]
    take_step(learner, torch.rand(2, 1, 24, 24), torch.tensor([0, 1]), Plan(rate=0.1), 7)
    assert learner.diverged == 8 and learner.highest == (0.0, 0)
    assert same(before, list(learner.network.parameters()))


def test_shuffled_labels_alone_are_dealt_out_anew() -> None:
    plain, shuffled = (draw_data("digits", 200, dealt, 5) for dealt in (False, True))
    assert np.array_equal(plain.pictures, shuffled.pictures)
    assert np.array_equal(plain.held_out, shuffled.held_out)
    assert np.array_equal(plain.held_out_labels, shuffled.held_out_labels)
    assert np.bincount(shuffled.labels).tolist() == np.bincount(plain.labels).tolist() == [20] * 10
    assert (plain.labels == shuffled.labels).mean() < 0.2


def test_measurements_are_closer_at_first() -> None:
    assert [n for n in range(1, 121) if train_live.is_due(n)] == [5, 10, 15, 20, 40, 60, 80, 100, 120]


def test_pixels_become_about_standard_numbers() -> None:
    pictures = np.array([[[0, 51], [255, 102]]], np.uint8)
    assert train_live.to_input(pictures).tolist()[0][0] == [pytest.approx([-1.25, -0.25]), pytest.approx([3.75, 0.75])]
    drawn = train_live.to_input(draw_data("digits", 200, False, 0).pictures)
    assert abs(float(drawn.mean())) < 0.3 and 0.7 < float(drawn.std()) < 1.3


def test_the_data_is_kept_and_cannot_be_changed_for_others() -> None:
    data: Data = draw_data("shapes", 50, False, 3)
    assert data is draw_data("shapes", 50, False, 3)
    for array in (data.pictures, data.labels, data.held_out, data.held_out_labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
