"""A class at once, by hand: ``python -m tests.benchmarks.load [--clients 30] [--seconds 60]``.

Clients in one process of their own (its CPU is told apart) open a page, upload photographs and ask a mix of tabs, thinking
1 to 4 seconds in between. Before it and after it, the bare network is timed, so that what else the machine does cancels out.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import torch

from cnn_core.runtime import weights
from tests.benchmarks.serving import PATIENCE, Server, payload, photograph, server

MIX = ("classify",) * 6 + ("detect", "detect", "semantic_segmentation", "layers", "style_one_pass", "upsampling_bench")
THINKING = (1.0, 4.0)
NETWORK = "classify_resnet_everyday"


def bare_pictures_a_second(batch: int = 16, seconds: float = 3.0) -> float:
    """Pictures that Classify's network alone answers in a second, in batches, with one thread."""
    torch.set_num_threads(1)
    network = weights.load(NETWORK, torch.device("cpu"))
    x = torch.rand(batch, 3, network.card.input.size, network.card.input.size)
    with torch.inference_mode():
        network.model(x)
        begun, done = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            network.model(x)
            done += batch
    return done / (time.perf_counter() - begun)


class Class:
    """All clients, and what they saw."""

    def __init__(self, url: str, endpoints: dict[str, Any], ends: float) -> None:
        self.url, self.endpoints, self.ends = url, endpoints, ends
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []

    async def visit(self, number: int, mix: tuple[str, ...], thinking: tuple[float, float]) -> None:
        """One client, until the time is over."""
        rng = np.random.default_rng(number)
        async with httpx.AsyncClient(base_url=self.url, timeout=PATIENCE) as client:
            await client.get("classify")  # brings the cookie
            while time.perf_counter() < self.ends:
                await asyncio.sleep(rng.uniform(*thinking))
                name = mix[rng.integers(len(mix))]
                begun = time.perf_counter()
                try:
                    await self._ask(client, name, int(rng.integers(1 << 30)))
                except (httpx.HTTPError, ValueError) as error:
                    self.errors.append(f"{name}: {type(error).__name__} {error}"[:200])
                self.seconds[name].append(time.perf_counter() - begun)

    async def _ask(self, client: httpx.AsyncClient, name: str, seed: int) -> None:
        sent = await client.post("gradio_api/upload", files={"files": ("photograph.jpg", photograph(seed))})
        data = payload(self.endpoints[f"/{name}"], sent.json()[0])
        begun = await client.post(f"gradio_api/call/{name}", json={"data": data})
        if begun.status_code != 200:
            raise ValueError(begun.text)
        events = (await client.get(f"gradio_api/call/{name}/{begun.json()['event_id']}")).text
        if "event: complete" not in events:
            raise ValueError(events[:150])


def measure(served: Server, clients: int, seconds: float, mix: tuple[str, ...], thinking: tuple[float, float]) -> Class:
    """Lets the class work; prints what it cost."""
    endpoints = httpx.get(f"{served.url}gradio_api/info", timeout=PATIENCE).json()["named_endpoints"]
    group = Class(served.url, endpoints, time.perf_counter() + seconds)

    async def all_of_them() -> None:
        await asyncio.gather(*(group.visit(number, mix, thinking) for number in range(clients)))

    cpu, own, begun = served.cpu(), time.process_time(), time.perf_counter()
    asyncio.run(all_of_them())
    took, count = time.perf_counter() - begun, sum(map(len, group.seconds.values()))
    print(f"{clients} clients, {count} answers in {took:.0f} s: {count / took:.2f} a second, {len(group.errors)} errors")
    print(f"CPU: server {1000 * (served.cpu() - cpu) / count:.0f} ms an answer, ", end="")
    print(f"generator {1000 * (time.process_time() - own) / count:.0f} ms")
    for name, times in sorted(group.seconds.items()):
        p50, p95 = statistics.median(times), float(np.quantile(times, 0.95))
        print(f"  {name:24} {len(times):4} answers   p50 {p50:5.2f} s   p95 {p95:5.2f} s")
    for error in group.errors[:5]:
        print(f"  error: {error}")
    return group


def main() -> int:
    """Prints the figures; the exit status says whether there were errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as served:
        print(f"first page after {served.started:.1f} s, memory {served.memory():.0f} MB")
        measure(served, 2, 5, MIX, (0.0, 0.1))  # networks are loaded, and forgotten here
        print("--- one client after the other, Classify alone")
        before = bare_pictures_a_second()
        alone = measure(served, 1, 15, ("classify",), (0.0, 0.0))
        print("--- Classify as fast as it goes")
        fast = measure(served, 8, 20, ("classify",), (0.0, 0.0))
        after = bare_pictures_a_second()
        bare, rate = (before + after) / 2, len(fast.seconds["classify"]) / 20
        print(f"bare network {before:.0f}, {after:.0f} pictures a second; over HTTP {rate:.1f}: {rate / bare:.0%}")
        print("--- the class")
        group = measure(served, given.clients, given.seconds, MIX, THINKING)
        print(f"most memory {served.memory('VmHWM'):.0f} MB")
    return int(bool(alone.errors or fast.errors or group.errors))


if __name__ == "__main__":
    sys.exit(main())
