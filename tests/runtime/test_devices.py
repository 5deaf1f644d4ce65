"""One policy for devices and threads; time and remarks land with the run that caused them."""

import contextvars
import threading

import pytest
import torch

from cnn_core.errors import InputError
from cnn_core.runtime import devices, run_log


@pytest.fixture(autouse=True)
def as_found():
    """The device is asked for anew, and torch gets its threads back."""
    threads = torch.get_num_threads()
    devices.device.cache_clear()
    yield
    devices.device.cache_clear()
    torch.set_num_threads(threads)


@pytest.fixture
def machine(monkeypatch):
    """A function that makes torch believe in a machine with or without CUDA and MPS; no CNN_DEVICE."""

    def pretend(cuda, mps):
        monkeypatch.delenv("CNN_DEVICE", raising=False)
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    return pretend


# ---------------------------------------------------------------- devices


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_cuda_before_mps_before_the_cpu(machine, cuda, mps, expected):
    machine(cuda, mps)
    assert devices.device().type == expected


def test_the_variable_overrides(machine, monkeypatch):
    machine(True, True)
    monkeypatch.setenv("CNN_DEVICE", "cpu")
    assert devices.device() == torch.device("cpu")


@pytest.mark.parametrize("wanted", ["cuda:99", "mps"])
def test_d13_a_gpu_that_is_not_there_is_the_cpu_and_the_page_says_so(machine, monkeypatch, wanted):
    machine(False, False)
    monkeypatch.setenv("CNN_DEVICE", wanted)
    assert devices.device() == torch.device("cpu")
    torch.set_num_threads(1)
    assert devices.device_name() == f"CPU, 1 thread (there is no {wanted} here)"


@pytest.mark.parametrize("wanted", ["gpu", "banana", "no such thing"])
def test_a_device_that_does_not_exist_is_a_sentence(monkeypatch, wanted):
    monkeypatch.setenv("CNN_DEVICE", wanted)
    with pytest.raises(InputError, match="'cpu' always works") as caught:
        devices.device()
    assert wanted in str(caught.value)


def test_the_answer_is_kept(machine):
    machine(False, False)
    first = devices.device()
    machine(True, True)
    assert devices.device() is first


def test_names_for_people(machine, monkeypatch):
    machine(False, False)
    torch.set_num_threads(1)
    assert devices.device_name() == "CPU, 1 thread"
    torch.set_num_threads(2)
    assert devices.device_name() == "CPU, 2 threads"
    assert devices.device_name(torch.device("mps")) == "MPS"
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda place: f"Great GPU {place.index}")
    assert devices.device_name(torch.device("cuda", 1)) == "Great GPU 1"


# ---------------------------------------------------------------- threads


@pytest.mark.parametrize(("cores", "expected"), [(1, 1), (2, 1), (4, 3)])
def test_the_cores_less_one(monkeypatch, cores, expected):
    monkeypatch.delenv("CNN_THREADS", raising=False)
    monkeypatch.setattr(devices.os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert devices.set_threads() == expected == torch.get_num_threads()


@pytest.mark.parametrize(("wanted", "expected"), [("2", 2), ("1", 1), ("0", 1)])
def test_the_threads_variable_overrides(monkeypatch, wanted, expected):
    monkeypatch.setenv("CNN_THREADS", wanted)
    assert devices.set_threads() == expected == torch.get_num_threads()


@pytest.mark.parametrize("wanted", ["-5", "many", "1.5"])
def test_a_threads_variable_that_is_no_number_is_told(monkeypatch, wanted):
    monkeypatch.setenv("CNN_THREADS", wanted)
    with pytest.raises(InputError, match="not a whole number; leave it out"):
        devices.set_threads()


# ---------------------------------------------------------------- what a run used


def test_times_add_up_by_network(machine, monkeypatch):
    machine(False, False)
    clock = iter([0.0, 1.0, 10.0, 12.0, 20.0, 24.0])
    monkeypatch.setattr(run_log.time, "perf_counter", lambda: next(clock))
    usage = run_log.Usage()
    with run_log.recorded(usage):
        for name in ("a", "b", "a"):
            with run_log.timed(name):
                pass
    assert usage.seconds == {"a": 5.0, "b": 2.0}


def test_time_counts_even_when_the_work_fails(machine):
    machine(False, False)
    usage = run_log.Usage()
    with pytest.raises(ZeroDivisionError), run_log.recorded(usage), run_log.timed("a"):
        raise ZeroDivisionError
    assert usage.seconds["a"] >= 0
    with run_log.timed("a"):
        pass
    assert list(usage.seconds) == ["a"]


def test_on_a_gpu_the_clock_waits_for_it(machine, monkeypatch):
    machine(True, False)
    waited = []
    monkeypatch.setattr(torch.cuda, "synchronize", lambda place: waited.append(True))
    with run_log.timed("a"):
        assert not waited
    assert waited == [True]


def test_a_remark_is_made_once_and_only_inside():
    usage = run_log.Usage()
    run_log.remark("Nobody listens.")
    with run_log.recorded(usage):
        run_log.remark("Ran on the CPU.")
        run_log.remark("Ran on the CPU.")
        run_log.remark("Made smaller.")
    run_log.remark("Too late.")
    assert usage.remarks == ["Ran on the CPU.", "Made smaller."]


def test_progress_reaches_who_listens():
    told = []
    run_log.tell_progress(0.1, "nobody listens")
    with run_log.recorded(run_log.Usage()):
        run_log.tell_progress(0.2, "nobody listens here either")
    with run_log.recorded(run_log.Usage(progress=lambda share, words: told.append((share, words)))):
        run_log.tell_progress(0.5, "half")
    assert told == [(0.5, "half")]


def test_recordings_nest_and_the_outer_one_returns(machine):
    machine(False, False)
    outer, inner = run_log.Usage(), run_log.Usage()
    with run_log.recorded(outer):
        with pytest.raises(ZeroDivisionError), run_log.recorded(inner):
            run_log.remark("inner")
            raise ZeroDivisionError
        run_log.remark("outer")
    assert (outer.remarks, inner.remarks) == (["outer"], ["inner"])


def test_two_visitors_at_once_do_not_mix(machine):
    machine(False, False)
    usages = [run_log.Usage() for _ in range(4)]
    together = threading.Barrier(4)

    def visit(number):
        with run_log.recorded(usages[number]):
            together.wait(timeout=10)
            run_log.remark(f"visitor {number}")
            with run_log.timed(f"network {number}"):
                together.wait(timeout=10)

    threads = [threading.Thread(target=contextvars.copy_context().run, args=(visit, n)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [usage.remarks for usage in usages] == [[f"visitor {n}"] for n in range(4)]
    assert [list(usage.seconds) for usage in usages] == [[f"network {n}"] for n in range(4)]
