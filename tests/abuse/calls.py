"""Calls of functions with wrong values: those that programs may call, by name, and the events of the pages, by number."""

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx

from tests.abuse.answers import Answer
from tests.abuse.target import API, Judged, Target
from tests.abuse.values import wrong_values
from tests.benchmarks.serving import payload

_numbers = itertools.count(1)
FOR_EVENTS = (
    "null", "word", "-1", "2**70", "NaN", "list", "empty object", "object", "surrogate", "file secret", "files in a gallery",
    "path NUL", "url and path", "path of the secret",
)  # fmt: skip
"""The wrong values that each event of a page gets, all its inputs the same one."""
KEYS = (
    "fn_index", "session_hash", "trigger_id", "event_data", "api_name", "event_id", "batched", "simple_format", "request",
)  # fmt: skip
"""What a call may hold besides its data."""
STRANGE: tuple[Any, ...] = (None, -1, 2**70, 1.5, float("nan"), "\ud800", "a\0", [], {"a": 1}, True, "x" * 900_000)


def named_functions(target: Target) -> dict[str, Any]:
    """Path -> description of every function that programs may call."""
    functions: dict[str, Any] = target.client.get(f"{API}/info").json()["named_endpoints"]
    return functions


def every_parameter(target: Target, functions: dict[str, Any], step: int = 1) -> Iterator[Answer]:
    """Every parameter of every function with every wrong value (of ``step`` only one, another for each parameter)."""
    wrong, turn = wrong_values(target.place), 0
    for path, function in functions.items():
        for place, parameter in enumerate(function["parameters"]):
            turn += 1
            for name in itertools.islice(wrong, turn % step, None, step):
                data = payload(function, target.place.uploaded)
                data[place] = wrong[name]
                ask = partial(target.call, f"{API}/call{path}", {"data": data})
                yield target.try_out("call", f"{path} {parameter['parameter_name']}={name}", ask)


def by_name(target: Target, functions: dict[str, Any], step: int = 1) -> Iterator[Answer]:
    """The other way to call, an object with the parameters' names: all the same wrong value; a name that there is not."""
    wrong = wrong_values(target.place)
    for turn, (path, function) in enumerate(functions.items()):
        names = [parameter["parameter_name"] for parameter in function["parameters"]]
        for name in itertools.islice(wrong, turn % step, None, step):
            for kind, call in (("all", dict.fromkeys(names, wrong[name])), ("strange", {"strange": wrong[name]})):
                ask = partial(target.call, f"{API}/call/v2{path}", call)
                yield target.try_out("call by names", f"{path} {kind}={name}", ask)


def malformed(target: Target, functions: dict[str, Any]) -> Iterator[Answer]:
    """What is no call at all, by every door; and the wrong number of inputs, for every function."""
    for path, function in functions.items():
        for count in (0, len(function["parameters"]) + 1, 1000):
            ask = partial(target.call, f"{API}/call{path}", {"data": [None] * count})
            yield target.try_out("malformed", f"{path} with {count} inputs", ask)
    ways = [f"{way}{path}" for way in ("call", "call/v2", "run", "api") for path in itertools.islice(functions, 1)]
    for way, (name, body) in itertools.product([*ways, "queue/join", "run/predict"], bodies().items()):
        ask = target.join if way == "queue/join" else partial(_by_way(target, way), f"{API}/{way}")
        yield target.try_out("malformed", f"{way} {name}", partial(ask, body))
    for name in ("no_such", "../config", "%2e%2e", "a" * 3000, "{}", "predict"):
        yield target.try_out("malformed", f"function {name[:20]}", partial(target.call, f"{API}/call/{name}", {"data": []}))


def _by_way(target: Target, way: str) -> Callable[[str, Any], Judged]:
    """How to send a call to this address: its answer comes at once, or by a stream."""
    return target.call if way.startswith("call/") else target.send


def bodies() -> dict[str, Any]:
    """Name -> body: no JSON, JSON that is no call, calls whose parts have the wrong type."""
    found: dict[str, Any] = {
        "nothing": b"", "no JSON": b"{'data': [1]}", "not UTF-8": b'{"data": ["\xff\xfe"]}', "half": b'{"data": [',
        "null": None, "array": [1, 2], "text": "text", "deep": b"[" * 100_000, "a form": b"data=1&fn_index=2", "empty": {},
        "deep data": b'{"data":' + b"[" * 5000 + b"]" * 5000 + b"}", "no data": {"fn_index": 0}, "binary": bytes(range(256)),
        "data text": {"data": "a"}, "data null": {"data": None}, "data object": {"data": {"0": 1}},
        "30 MB": b'{"data": ["' + b"x" * 30_000_000 + b'"]}',
    }  # fmt: skip
    for key, value in itertools.product(KEYS, STRANGE):
        found[f"{key}={str(value)[:12]!a}"] = {"data": ["a", None], "fn_index": 3, "session_hash": "abuse", key: value}
    return found


def events_of_pages(target: Target, pages: list[str], step: int = 1) -> Iterator[Answer]:
    """Every event of every page, as if the page had sent it: whoever speaks HTTP can."""
    wrong = wrong_values(target.place)
    for page in pages:
        config = target.client.get("config", params={"page": page}).json()
        for turn, event in enumerate(config["dependencies"]):
            told = event["targets"][0][1] if event["targets"] else "?"
            for name in itertools.islice(FOR_EVENTS, turn % step, None, step):
                call = {"data": [wrong[name]] * len(event["inputs"]), "fn_index": event["id"]}
                ask = partial(send, target, event, call | {"session_hash": f"abuse{next(_numbers)}"})
                yield target.try_out("event", f"{page} {event['id']} {told}={name}", ask)


def openings(target: Target, functions: dict[str, Any]) -> Iterator[Answer]:
    """Every page opened by an address that says junk of every input."""
    words = ("", "x", "-1", "--5,1", "9" * 5000, "nan", "1e999", "\0", "a,b,,", "/etc/passwd")
    for path, function in functions.items():
        names = [*(parameter["parameter_name"] for parameter in function["parameters"]), "example", "with", "fresh"]
        config = target.client.get("config", params={"page": path.strip("/")}).json()
        (load,) = [one for one in config["dependencies"] if any(told == "load" for _, told in one["targets"])]
        for word in words:
            call = {"data": [None] * len(load["inputs"]), "fn_index": load["id"], "session_hash": f"abuse{next(_numbers)}"}
            query = str(httpx.QueryParams(dict.fromkeys(names, word)))
            ask = partial(target.send, f"{API}/run/predict?{query}", call)
            yield target.try_out("opening", f"{path} all={word[:20]!a}", ask)


def send(target: Target, event: dict[str, Any], call: dict[str, Any]) -> Judged:
    """An event's call, as the page sends it: what need not wait goes another way."""
    if event["queue"] is not False:
        return target.join(call)
    return target.send(f"{API}/run/predict", call)
