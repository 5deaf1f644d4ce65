"""A small part of ``python -m tests.abuse`` against a server in this process, and how it judges what comes back."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demos.runner import UNEXPECTED
from tests.abuse import __main__ as command
from tests.abuse import answers, calls, others
from tests.abuse.answers import Answer, judge_error, judge_plain, judge_refusal, table
from tests.abuse.target import Target


def logged_by(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture) -> Callable[[], str]:
    """A function that gives what has been logged or printed as an error since it was last called."""

    def read() -> str:
        words = "\n".join(caplog.handler.format(record) for record in caplog.records if record.levelname == "ERROR")
        caplog.clear()
        return words + capfd.readouterr().err

    return read


@pytest.fixture
def target(
    gradio_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture
) -> Iterator[Target]:
    target = Target(gradio_url, tmp_path, logged_by(caplog, capfd), lambda: 0.0)
    yield target
    target.listener.close()
    target.client.close()


def test_a_part_of_all_wrong_requests_is_answered_in_words(target: Target) -> None:
    functions = {path: one for path, one in calls.named_functions(target).items() if path in ("/kitchen_sink", "/opener")}
    found = list(calls.every_parameter(target, functions, step=11))
    found += calls.by_name(target, functions, step=27)
    found += calls.events_of_pages(target, ["kitchen_sink", "opener"], step=13)
    found += [answer for number, answer in enumerate(others.files(target)) if number % 23 == 0]
    found += [answer for number, answer in enumerate(others.uploads(target)) if number < 30]
    bad = [f"{answer.what}: {answer.kinds} {answer.words}" for answer in found if answers.is_bad(answer)]
    assert not bad, "\n".join(bad)
    kinds = [answer.kind for answer in found]
    assert kinds.count("told") > 60 and kinds.count("answered") > 20


def test_a_file_that_is_read_and_a_server_that_is_asked_are_seen(target: Target) -> None:
    def read() -> tuple[str, str]:
        Path(target.place.secret).read_bytes()
        target.client.get(target.place.listener)
        return "told", ""

    assert not target.try_out("file", "nothing", lambda: ("told", "")).also
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(target.client, "get", lambda address: connect(address))
        seen = target.try_out("file", "both", read)
    assert ("file read" in seen.kinds) == target.watches_reading and "listener asked" in seen.kinds
    assert "file read" in target.try_out("file", "passwd", lambda: ("answered", "root:x:0:0:root")).kinds


def connect(address: str) -> None:
    """As a server would that fetches what it is told to; what it gets is not looked at."""
    host, port = address.removeprefix("http://").partition("/")[0].split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.recv(1)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Amount: expected a number, got 'a'.", "told"), ("a" * 200, "told"), ("a" * 201, "long"), (None, "null"),
        ("", "null"), (" \n", "null"), ({"msg": "x"}, "null"), (f"{UNEXPECTED} (Run 7.)", "inside"),
        ('  File "/a.py", line 3', "traceback"),
    ],
)  # fmt: skip
def test_what_an_error_says_is_judged(words: object, kind: str) -> None:
    assert judge_error({"error": words})[0] == judge_refusal(400, json.dumps({"detail": words}))[0] == kind


def test_refusals_are_judged() -> None:
    assert judge_plain(200, "page") == ("answered", "page")
    assert judge_plain(404, '{"detail": "There is nothing here."}') == ("told", "There is nothing here.")
    assert judge_plain(422, '{"detail": [{"loc": 1}]}')[0] == "null"
    assert judge_plain(500, '{"detail": "Something failed."}')[0] == judge_plain(500, "Failed")[0] == "traceback"
    assert judge_plain(500, '{"error": "Take another picture."}') == ("told", "Take another picture.")
    assert (
        judge_plain(500, f'{{"error": "{UNEXPECTED}"}}')[0] == "inside" and judge_plain(500, '{"error": null}')[0] == "null"
    )


@pytest.mark.parametrize(
    ("logged", "kinds"),
    [
        ("", {"told"}), ("2026-11-22 02:00:00,123 INFO run 3: detect refused: No.\n", {"told"}),
        ("* Running on local URL\n", {"told"}), ("libpng warning: junk\n", {"told", "noise"}),
        ("Traceback (most recent call last):\nTypeError\n", {"told", "traceback"}),
        ("2026-11-22 02:00:00,123 INFO " + "x" * 401, {"told", "noise"}),
    ],
)  # fmt: skip
def test_the_log_is_judged(target: Target, logged: str, kinds: set[str]) -> None:
    target.read_log = lambda: logged
    assert target.try_out("call", "it", lambda: ("told", "No.")).kinds == kinds


def test_the_table_counts_and_the_exit_status_tells(target: Target, capfd: pytest.CaptureFixture) -> None:
    good, bad = Answer("call", "a", "told", "No."), Answer("file", "b", "answered", "x", ["file read"])
    assert [line.split() for line in table([good, good, bad]).splitlines()[1:]] == [
        ["call", "2", "0", "2", *"00000000"], ["file", "1", "1", "0", *"00000010"], ["all", "3", "1", "2", *"00000010"],
    ]  # fmt: skip
    assert command.report([good], 1.0, target) == 0 and command.report([good, bad], 1.0, target) == 1
    assert "2 requests in 1 s" in capfd.readouterr().out
