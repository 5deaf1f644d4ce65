"""``python -m tests.abuse``: wrong values for every input of every function, and wrong requests of every kind, by raw HTTP.

Starts a server of its own and prints what came back; fails where anything else came than an answer or a sentence of at
most 200 letters: an error without words, "Something went wrong inside", a traceback (in the log, too), lines in the log
that are no event, no answer, a file of this machine, a request to another server.
"""

import argparse
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.abuse import calls, others
from tests.abuse.answers import Answer, is_bad, table
from tests.abuse.target import Target
from tests.benchmarks.serving import Server, server

TOLD_EVERY = 500


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.abuse", description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="of each so many wrong values, an input gets one")
    parser.add_argument("--minutes", type=float, default=60.0, help="no new request after so long")
    parser.add_argument("--only", default="", help="only functions and pages in whose name this text occurs")
    parser.add_argument("--door", default="", help="only this way in: " + ", ".join(DOORS))
    parser.add_argument("--verbose", action="store_true", help="print every answer")
    return parser.parse_args(given)


def of_calls(target: Target, only: str, step: int) -> Iterator[Answer]:
    """All that concerns functions that programs may call."""
    functions = {path: one for path, one in calls.named_functions(target).items() if only in path}
    yield from calls.every_parameter(target, functions, step)
    yield from calls.by_name(target, functions, step)
    yield from calls.malformed(target, functions)


def of_events(target: Target, only: str, step: int) -> Iterator[Answer]:
    """All that concerns the pages' own events."""
    functions = {path: one for path, one in calls.named_functions(target).items() if only in path}
    yield from calls.openings(target, functions)
    yield from calls.events_of_pages(target, [path.strip("/") for path in functions], step)


DOORS: dict[str, Callable[[Target, str, int], Iterator[Answer]]] = {
    "files": lambda target, only, step: others.files(target),
    "uploads": lambda target, only, step: others.uploads(target),
    "names": lambda target, only, step: others.names(target),
    "others": lambda target, only, step: others.other_ways(target),
    "events": of_events,
    "calls": of_calls,
}


def follow(path: Path) -> Callable[[], str]:
    """A function that gives what has been written at the end of a file since it was last called."""
    place = path.stat().st_size

    def read() -> str:
        nonlocal place
        with path.open("rb") as file:
            file.seek(place)
            new = file.read()
        place += len(new)
        return new.decode("utf-8", "replace")

    return read


def abuse(target: Target, options: argparse.Namespace) -> list[Answer]:
    """Every answer of every door that is asked for."""
    found, ends = [], time.monotonic() + 60 * options.minutes
    wanted = [door for name, door in DOORS.items() if options.door in name]
    for answer in itertools.chain.from_iterable(door(target, options.only, options.step) for door in wanted):
        found.append(answer)
        if len(found) % TOLD_EVERY == 0:
            print(
                f"{len(found)} requests, {sum(map(is_bad, found))} of them bad; {answer.door} {answer.what[:60]}", flush=True
            )
        if options.verbose or is_bad(answer):
            print(f"{answer.door:14} {answer.kind:9} {answer.what[:90]:90} {answer.words}", flush=True)
        if time.monotonic() > ends:
            print(f"The time is over; the last request was {answer.door} {answer.what}.")
            break
    return found


def report(found: Sequence[Answer], seconds: float, target: Target) -> int:
    """Prints the table; 0 if nothing came that must not."""
    print(table(found))
    if not target.watches_reading:
        print("This file system does not note when a file was read, so only /etc/passwd was watched.")
    print(f"{len(found)} requests in {seconds:.0f} s; {target.cpu():.0f} s of the server's CPU")
    return int(any(map(is_bad, found)) or target.listener.asked > 0)


def main(given: Sequence[str] | None = None) -> int:
    """0 if every request was answered, or refused in a sentence."""
    options = arguments(given)
    with tempfile.TemporaryDirectory() as own, tempfile.TemporaryDirectory() as folder:
        log = Path(own) / "log"
        with server(Path(folder), log) as served:
            target = target_of(served, Path(own), log)
            begun = time.perf_counter()
            return report(abuse(target, options), time.perf_counter() - begun, target)


def target_of(served: Server, folder: Path, log: Path) -> Target:
    """The server, watched."""
    return Target(served.url, folder, follow(log), served.cpu)


if __name__ == "__main__":
    sys.exit(main())
