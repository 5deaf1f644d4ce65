"""Steps a second of "Train a CNN live", one thread: ``python -m tests.benchmarks.train_live``. Printed, never pass or fail.

Beside the clock's seconds stand those of the processor: on a busy machine they say what an idle core would do.
"""

import time
from collections.abc import Callable

import torch

from cnn_core.images.drawn_sets import draw_data
from cnn_core.tasks import train_live
from demos import runner
from demos.catalogue import demo_named

STEPS = 200


def clock(work: Callable[[], int]) -> str:
    """How many steps a second ``work`` takes, which says how many it took."""
    begun, used = time.perf_counter(), time.process_time()
    steps = work()
    return f"{steps / (time.perf_counter() - begun):4.0f} steps/s, {steps / (time.process_time() - used):4.0f} a CPU second"


def main() -> None:
    """Steps alone for several batches, then as the tab shows them, with measurements and drawings in between."""
    torch.set_num_threads(1)
    data = draw_data("digits", 1000, False, 0)
    for dense in (False, True):
        for batch in (8, 32, 128):
            training = train_live.start(train_live.Plan(batch=batch, rate=0.01), 10, dense)
            list(train_live.train(training, data, 5))
            said = clock(lambda training=training: len(list(train_live.train(training, data, STEPS))))  # type: ignore[misc]
            print(f"batch {batch:3}, {' and '.join(training.learners):17} {said}", flush=True)
        demo = demo_named("train_live")
        values = runner.defaults(demo) | {"steps": 0, "further": STEPS, "dense": dense, "play": True}
        print(f"as the tab runs it, {'both' if dense else 'CNN'}: {clock(lambda values=values: run(values))}", flush=True)  # type: ignore[misc]


def run(values: dict[str, object]) -> int:
    """A press of Play; all that the server does for it but sending."""
    *_, last = runner.answers(demo_named("train_live"), values)
    return int(last.values[1]["networks"][0]["steps"][-1])


if __name__ == "__main__":
    main()
