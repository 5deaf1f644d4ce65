"""The same class in Streamlit, by hand: ``python -m tests.benchmarks.streamlit_load [--visitors 15] [--seconds 60]``.

Visitors speak as the browser's page does: a websocket each, Streamlit's own messages on it. Half of them open Classify, half
Detect, and each moves a slider of theirs, thinking 1 to 4 seconds in between. An answer ends with the message that the page
stands; an exception or an error among its elements counts as an error.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.benchmarks.serving import PATIENCE, Server, server

PAGES = ("classify", "detect")
THINKING = (1.0, 4.0)
LARGEST_MESSAGE = 64_000_000


class Visitor:
    """One page in one browser.

    Attributes:
        page: the demo's address.
        seconds: what each answer took.
        errors: what the page said that it must not.
    """

    def __init__(self, number: int) -> None:
        self.page = PAGES[number % len(PAGES)]
        self.seconds: list[float] = []
        self.errors: list[str] = []
        self._chance = np.random.default_rng(number)
        self._sliders: dict[str, Any] = {}
        self._state = BackMsg().rerun_script

    async def visit(self, url: str, ends: float) -> None:
        """Opens the page, and moves its first slider again and again until the time is over."""
        address = url.replace("http", "ws") + "_stcore/stream"
        async with websockets.connect(
            address, subprotocols=["streamlit"], max_size=LARGEST_MESSAGE, ping_interval=None
        ) as socket:  # type: ignore[list-item]
            self._state.page_name = self.page
            await self._answer(socket)
            while not self.seconds or time.perf_counter() < ends:
                await asyncio.sleep(self._chance.uniform(*THINKING))
                self._move()
                begun = time.perf_counter()
                await self._answer(socket)
                self.seconds.append(time.perf_counter() - begun)

    def _move(self) -> None:
        """The first slider of the page stands somewhere else."""
        name, slider = next(iter(self._sliders.items()))
        place = slider.min + slider.step * self._chance.integers(round((slider.max - slider.min) / slider.step) + 1)
        del self._state.widget_states.widgets[:]
        self._state.widget_states.widgets.add(id=name).double_array_value.data.append(place)

    async def _answer(self, socket: Any) -> None:
        """Asks the server to draw the page, and reads what comes until all of it stands."""
        question = BackMsg()
        question.rerun_script.CopyFrom(self._state)
        await socket.send(question.SerializeToString())
        try:
            async with asyncio.timeout(PATIENCE):
                while not self._is_end(ForwardMsg.FromString(await socket.recv())):
                    pass
        except TimeoutError:
            self.errors.append(f"{self.page}: no answer within {PATIENCE:.0f} s")

    def _is_end(self, message: ForwardMsg) -> bool:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._state.page_script_hash = message.new_session.page_script_hash
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            if element.WhichOneof("type") == "slider":
                self._sliders[element.slider.id] = element.slider
            elif element.WhichOneof("type") in ("exception", "alert"):
                self.errors.append(f"{self.page}: {str(element)[:200]}")
        return kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY


async def visit_all(visitors: list[Visitor], url: str, seconds: float) -> None:
    """Lets all visitors in at once."""
    ends = time.perf_counter() + seconds
    await asyncio.gather(*(visitor.visit(url, ends) for visitor in visitors))


def measure(served: Server, count: int, seconds: float) -> list[Visitor]:
    """Lets the class work; prints what it cost."""
    visitors = [Visitor(number) for number in range(count)]
    cpu, own, begun = served.cpu(), time.process_time(), time.perf_counter()
    asyncio.run(visit_all(visitors, served.url, seconds))
    took, answers = time.perf_counter() - begun, sum(len(visitor.seconds) for visitor in visitors)
    errors = [error for visitor in visitors for error in visitor.errors]
    print(f"{count} visitors, {answers} answers in {took:.0f} s: {answers / took:.2f} a second, {len(errors)} errors")
    print(f"CPU: server {1000 * (served.cpu() - cpu) / answers:.0f} ms an answer, ", end="")
    print(f"generator {1000 * (time.process_time() - own) / answers:.0f} ms")
    for page in PAGES:
        times = [second for visitor in visitors if visitor.page == page for second in visitor.seconds]
        p50, p95 = statistics.median(times), float(np.quantile(times, 0.95))
        print(f"  {page:24} {len(times):4} answers   p50 {p50:5.2f} s   p95 {p95:5.2f} s")
    for error in errors[:5]:
        print(f"  error: {error}")
    return visitors


def main() -> int:
    """Prints the figures; the exit status says whether there were errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server(Path(folder), app="streamlit") as served:
        begun = time.perf_counter()
        asyncio.run(visit_all([Visitor(0)], served.url, 0))  # only now is the app imported
        print(f"first page after {served.started + time.perf_counter() - begun:.1f} s, memory {served.memory():.0f} MB")
        measure(served, len(PAGES), 5)  # networks are loaded
        print("--- one visitor alone on each page")
        alone = measure(served, len(PAGES), 20)
        print("--- the class")
        group = measure(served, given.visitors, given.seconds)
        print(f"most memory {served.memory('VmHWM'):.0f} MB")
    return int(any(visitor.errors for visitor in alone + group))


if __name__ == "__main__":
    sys.exit(main())
