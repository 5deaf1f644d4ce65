"""Every tab on a pretended GPU: what mixes devices or forgets to come back from one fails here, without one."""

from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest
import torch

from cnn_core.images import samples
from cnn_core.runtime import on_network, run_log
from cnn_core.tasks.classification import classify
from demos import catalogue, runner
from demos.spec import Button, Demo
from tests.pretend_gpu import PLACE, PretendTensor, pretended

STEPS = 2
"""So many answers of a run that gives many: the rest is the same again."""

DEMOS = catalogue.find_demos()
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)
def test_a_tab_keeps_to_one_device(
    demo: Demo, opened: Callable[..., dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pretended(monkeypatch):
        values = opened(demo)
        assert list(islice(runner.answers(demo, values), STEPS))
        for name, field in demo.inputs.items():
            if isinstance(field, Button):
                assert list(islice(runner.answers(demo, {**values, name: True}), STEPS))


def test_the_answer_is_the_cpus(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = samples.load("chelsea")
    here = classify(picture, "classify_lenet_cifar10").probabilities
    with pretended(monkeypatch):
        there = classify(picture, "classify_lenet_cifar10").probabilities
    assert np.allclose(here, there, atol=1e-6)


def test_a_pretended_tensor_keeps_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    with pretended(monkeypatch):
        x = torch.arange(3.0).to(PLACE)
        assert isinstance(x, PretendTensor)
        assert x.device == PLACE
        assert (2 * x).cpu().tolist() == [0, 2, 4]
        with pytest.raises(RuntimeError, match="same device"):
            x + torch.arange(3.0)
        with pytest.raises(TypeError, match="numpy"):
            x.numpy()


def test_full_memory_falls_back_to_the_cpu_in_the_middle_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A generator whose second step needs more memory than the GPU has starts anew on the CPU, and the page says so."""
    places = []

    @on_network.on_network
    def count(network: on_network.Network, limit: int) -> object:
        for step in range(limit):
            if step == 1 and network.device == PLACE:
                raise RuntimeError("MPS backend out of memory (20 GB)")
            places.append(network.device.type)
            yield step

    usage = run_log.Usage()
    with pretended(monkeypatch), run_log.recorded(usage):
        assert list(count(3, "classify_lenet_cifar10")) == [0, 0, 1, 2]
    assert places == [PLACE.type, "cpu", "cpu", "cpu"]
    assert usage.remarks == [on_network.FULL]


def test_another_error_is_no_reason_to_fall_back(monkeypatch: pytest.MonkeyPatch) -> None:
    @on_network.on_network
    def broken(network: on_network.Network, picture: object) -> None:
        raise RuntimeError("shapes differ")

    with pretended(monkeypatch), pytest.raises(RuntimeError, match="shapes differ"):
        broken(None, "classify_lenet_cifar10")
