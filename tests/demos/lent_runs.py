"""Runs for tests of a lent GPU: what they return says in which process they ran. And the program that takes them there."""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import torch

from cnn_core.errors import InputError, LabError
from cnn_core.runtime import devices, run_log

calls = []


def where(number: int) -> tuple[int, int, str, int]:
    """The number doubled, the process, its device, and how often this was asked there."""
    calls.append(number)
    run_log.remark(f"Remark {number}.")
    return 2 * number, os.getpid(), str(devices.device()), len(calls)


def count(number: int) -> Iterator[int]:
    """Steps, each with a network that took a second."""
    for step in range(number):
        run_log.current().seconds["net"] = 1.0
        run_log.remark("Counted.")
        yield step


def refuse(number: int) -> Iterator[int]:
    """A step, then a sentence."""
    yield number
    raise InputError("Take a smaller number.")


def crash(number: int) -> int:
    """A mistake in the program."""
    raise ValueError("a secret detail")


def tried(run: Any, number: int) -> tuple[list[Any], Any, dict[str, Any]]:
    """The steps of a run, the sentence or error that ended it, and its record."""
    from demos import elsewhere

    usage, found = run_log.Usage(visitor="v"), []
    try:
        with run_log.recorded(usage):
            for value in elsewhere.steps(run, {"number": number}):
                found.append(value)
    except LabError as error:
        return found, str(error), {}
    except Exception as error:
        return found, f"{type(error).__name__} {getattr(error, 'message', '')}", {}
    return found, None, {"seconds": usage.seconds, "remarks": usage.remarks, "device": usage.device}


def main() -> None:
    """What happens on a ZeroGPU Space, as JSON."""
    import spaces

    from demos import catalogue, health, stored

    torch.set_num_threads(2)
    said: dict[str, Any] = {"here": os.getpid(), "believes": torch.cuda.is_available(), "device": str(devices.device())}
    said["health"] = health.report()["device"]
    said["where"] = [tried(where, 3), tried(where, 4)]
    said["count"] = tried(count, 3)
    said["refuse"], said["crash"] = tried(refuse, 5), tried(crash, 5)
    demo = catalogue.demo_in("recognise", "classify")
    assert demo is not None
    _, answer = stored.first_answer(demo) or (None, None)
    assert answer is not None
    said["facts"], said["shown"] = answer.facts, [type(value).__name__ for value in answer.values]
    spaces.LEFT = 10
    said["quota"] = tried(where, 1)
    said["asked"] = spaces.asked
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
