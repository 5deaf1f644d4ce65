"""Does a long lesson leave anything behind? By hand: ``python -m tests.benchmarks.soak [--visitors 300] [--calls 500]``.

After a warm-up, new visitors open pages and programs call Classify. Memory may have grown by 60 MB then, and there must be
as many temporary files and folders as before, but for those of the uploads, which are counted.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import httpx

from tests.benchmarks.serving import PATIENCE, Server, payload, photograph, server

MOST_GROWTH = 60.0
PAGES = ("", "classify", "detect", "layers")


def visit(served: Server, number: int) -> None:
    """A new visitor opens a page, and the page asks what it opens with, as a browser does."""
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as client:
        name = PAGES[number % len(PAGES)]
        client.get(name).raise_for_status()
        if not name:
            return
        config = client.get("config", params={"page": name}).json()
        (load,) = [d for d in config["dependencies"] if any(event == "load" for _, event in d["targets"])]
        call = {"data": [None] * len(load["inputs"]), "fn_index": load["id"], "session_hash": f"soak{number}"}
        client.post("gradio_api/run/predict", json=call).raise_for_status()


def classify(served: Server, seed: int) -> None:
    """A program uploads a photograph and asks Classify."""
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as client:
        sent = client.post("gradio_api/upload", files={"files": ("photograph.jpg", photograph(seed))}).json()[0]
        if not hasattr(served, "endpoint"):
            served.endpoint = client.get("gradio_api/info").json()["named_endpoints"]["/classify"]
        begun = client.post("gradio_api/call/classify", json={"data": payload(served.endpoint, sent)}).json()
        events = client.get(f"gradio_api/call/classify/{begun['event_id']}").text
        if "event: complete" not in events:
            raise ValueError(events[:200])


def main() -> int:
    """Prints memory and files before, in between and after; the exit status says whether they stayed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=300)
    parser.add_argument("--calls", type=int, default=500)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        status = soak(Path(folder), given.visitors, given.calls)
        left = list(Path(folder).rglob("*"))
        print(f"after its end {len(left)} files and folders")
    return int(status or bool(left))


def soak(folder: Path, visitors: int, calls: int) -> bool:
    """Whether anything grew too much."""
    with server(folder) as served:
        for number in range(40):
            visit(served, number)
            classify(served, number % 8)
        memory, files = served.memory(), served.files()
        print(f"after the warm-up {memory:.0f} MB, {files} temporary files and folders")
        for number in range(visitors):
            visit(served, 1000 + number)
        print(f"after {visitors} new visitors {served.memory():.0f} MB, {served.files()} files and folders")
        for number in range(calls):
            classify(served, number % 8)  # the same eight photographs: what they leave is there already
        grown, more = served.memory() - memory, served.files() - files
        print(f"after {calls} calls of Classify {served.memory():.0f} MB: {grown:+.0f} MB, {more:+} files and folders")
    return grown > MOST_GROWTH or more > 0


if __name__ == "__main__":
    sys.exit(main())
