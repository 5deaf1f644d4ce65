"""How long a look into each network takes, and how much memory: by hand, seconds of one core.

CNN_THREADS=1 OMP_NUM_THREADS=1 python -m tests.benchmarks.layers
"""

import resource
import sys
import time
from typing import Any

from demos import catalogue, runner
from demos.tabs._networks import every_network, facts_of, fields_of
from demos.tabs.look_inside.layers import excited


def seconds(work: Any) -> float:
    """Processor time of a piece of work."""
    began = time.process_time()
    work()
    return time.process_time() - began


def look(demo: str, network: str, layer: str) -> None:
    """One run of a tab."""
    found = catalogue.demo_named(demo)
    list(runner.answers(found, runner.example_values(found, {"picture": "coffee", "network": network, "layer": layer})))


def main() -> None:
    """A line a network: what the first look costs once, then a layer, then the whole network, and memory so far."""
    look("layers", "classify_lenet_cifar10", "c1")  # what everything loads once
    sys.stdout.write(
        "network | layers | facts + fields | search of samples | a layer: mean, max | whole network | peak MB\n"
    )
    for network, _ in every_network():
        table = facts_of.__wrapped__(network)
        once = seconds(lambda: facts_of(network)) + seconds(lambda: fields_of(network))  # noqa: B023
        search = seconds(lambda: excited(network))  # noqa: B023
        names = [table[k].name for k in sorted({0, len(table) // 3, 2 * len(table) // 3, len(table) - 1})]
        look("layers", network, names[0])  # other networks that it asks are loaded
        each = [seconds(lambda: look("layers", network, name)) for name in names]  # noqa: B023
        whole = seconds(lambda: look("whole_network", network, names[0]))  # noqa: B023
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        sys.stdout.write(
            f"{network} | {len(table)} | {once:.2f} | {search:.2f} | {sum(each) / len(each):.2f}, {max(each):.2f} | "
            f"{whole:.2f} | {peak:.0f}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
