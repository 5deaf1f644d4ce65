"""Values that no input expects, as JSON holds them; the same for every input of every function."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

FILE = {"meta": {"_type": "gradio.FileData"}}


@dataclass(frozen=True)
class Place:
    """What lies where the values point to.

    Attributes:
        uploaded: path of a picture that this client uploaded.
        secret: path of a picture on the server's machine that nobody uploaded.
        listener: address of a server that must not be asked for anything.
    """

    uploaded: str
    secret: str
    listener: str


def _file(path: Any, **more: Any) -> dict[str, Any]:
    return FILE | {"path": path} | more


def _nested(depth: int) -> Any:
    value: Any = "core"
    for _ in range(depth):
        value = [value]
    return value


def _round_the_house(place: Place) -> str:
    """The secret's path, by way of the folder of uploads."""
    folder = place.uploaded.rpartition("/")[0]
    return folder + "/.." * folder.count("/") + place.secret


PLAIN: dict[str, Any] = {
    "null": None, "NaN": float("nan"), "infinity": float("inf"), "minus infinity": float("-inf"), "1e308": 1e308,
    "2**70": 2**70, "-1": -1, "0.5": 0.5, "1e-320": 1e-320, "9 x 5000": int("9" * 4000), "true": True, "empty text": "",
    "word": "no such thing", "digits": "9" * 5000, "NUL": "a\0b", "surrogate": "\ud800", "format": "{0.__class__} %s %n",
    "markup": "<img src=x onerror=alert(1)>", "900 kB": "x" * 900_000, "2 MB": "x" * 2_000_000, "passwd": "/etc/passwd",
    "dots": "../../../../etc/passwd", "empty list": [], "list": [1, "a", None], "nested": _nested(90), "nulls": [None] * 5,
    "long list": [0] * 50_000, "empty object": {}, "object": {"a": {"b": [1]}}, "__class__": {"__class__": "x"},
}  # fmt: skip
"""Name -> value, the same wherever it is sent."""

FILES: dict[str, Callable[[Place], Any]] = {
    "file passwd": lambda place: _file("/etc/passwd"),
    "file environ": lambda place: _file("/proc/self/environ"),
    "file secret": lambda place: _file(place.secret),
    "file round the house": lambda place: _file(_round_the_house(place)),
    "file relative": lambda place: _file("../../../../.." + place.secret),
    "file as address": lambda place: _file(f"file://{place.secret}"),
    "file stream": lambda place: _file(place.secret, is_stream=True),
    "file secret with a good url": lambda place: _file(place.secret, url=place.uploaded),
    "files in a list": lambda place: [_file(place.secret)],
    "files in a gallery": lambda place: [{"image": _file(place.secret), "caption": None}],
    "video in a gallery": lambda place: [{"video": _file(place.secret), "caption": place.secret}],
    "path of the secret": lambda place: place.secret,
    "url": lambda place: {"url": place.listener, "meta": FILE["meta"]},
    "url as path": lambda place: _file(place.listener),
    "url and path": lambda place: _file(place.listener, url=place.listener),
    "url in a gallery": lambda place: [{"image": _file(place.listener, url=place.listener), "caption": "a"}],
    "url as text": lambda place: place.listener,
    "own file, listener's url": lambda place: _file(place.secret, url=place.listener),
    "path null": lambda place: _file(None),
    "path number": lambda place: _file(7),
    "path list": lambda place: _file([place.secret]),
    "path NUL": lambda place: _file(place.uploaded + "\0.png"),
    "path long": lambda place: _file(place.uploaded + "a" * 5000),
    "path folder": lambda place: _file(place.uploaded.rpartition("/")[0]),
}
"""Name -> what makes the value. No answer may hold what lies at the secret, and nobody may ask the listener."""


def wrong_values(place: Place) -> dict[str, Any]:
    """Name -> value: all of them."""
    return PLAIN | {name: make(place) for name, make in FILES.items()}


# ---------------------------------------------------------------- what is no value

JUNK: tuple[Any, ...] = (
    {}, [], {"data": "/etc/passwd", "component_id": 1, "session_hash": "a", "fn_name": "__class__"},
    {"data": "/etc/passwd", "component_id": "no", "session_hash": [], "fn_name": None},
    {"prompt": "x", "code": "x", "hash": "a"},
    {"data": 1, "component_id": 2, "session_hash": "a", "fn_name": "postprocess"}, {"session_hash": None, "fn_index": []},
    {"session_hash": "a", "fn_index": 2**70, "event_id": "\ud800"}, {"session_hash": "a", "fn_index": 1, "event_id": "no"},
)  # fmt: skip
"""Bodies for whatever else takes one."""
UPLOAD_NAMES = (
    "../../escaped.png", "..\\..\\escaped.png", "/etc/cron.d/escaped", "C:\\escaped.png", "a\0b.png", "a" * 400 + ".png", "",
    " ", ".", "..", "<img src=x onerror=alert(1)>.png", "page.html", "picture.svg", "program.py", "%2e%2e%2fescaped.png",
    "\u202egnp.exe", "con.png", "a/b/c.png", "new\nline.png", '"quoted".png', "state.json",
)  # fmt: skip
_FORM = "multipart/form-data; boundary=b"
_PART = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
_FIELD = b'--b\r\nContent-Disposition: form-data; name="files"\r\n\r\n/etc/passwd\r\n'
FORMS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (bytes, _FORM), "no form": (lambda: b"text", "text/plain"), "JSON": (lambda: b"{}", "application/json"),
    "no type": (lambda: b"text", ""), "no boundary": (lambda: _PART, "multipart/form-data"),
    "cut off": (lambda: _PART + b"abc", _FORM), "no file": (lambda: b"--b--\r\n", _FORM),
    "other boundary": (lambda: _PART.replace(b"--b", b"--c"), _FORM), "no end": (lambda: b"--b\r\n" + b"a" * 100_000, _FORM),
    "a field": (lambda: _FIELD + b"--b--\r\n", _FORM), "2000 fields": (lambda: _FIELD * 2000 + b"--b--\r\n", _FORM),
    "2000 files": (lambda: (_PART + b"1\r\n") * 2000 + b"--b--\r\n", _FORM),
    "binary": (lambda: bytes(range(256)) * 9, _FORM),
    "21 MB": (lambda: _PART + b"x" * 21_000_000 + b"\r\n--b--\r\n", _FORM),
    "120 MB": (lambda: _PART + b"x" * 120_000_000 + b"\r\n--b--\r\n", _FORM),
    "path as name": (lambda: _PART.replace(b'"files"', b'"../../files"') + b"1\r\n--b--\r\n", _FORM),
}  # fmt: skip
"""Name -> what makes the body of an upload, and its content type."""
