"""The Gradio server as programs meet it: inputs by name go in, outputs come out, and nothing else comes out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from cnn_core.images import opening
from demos.runner import UNEXPECTED

(HEADLINE, INVERTED, BOTH, SIDES, PARTS, PARTS_DATA, SHARES, SIZE, CURVE, TOUCHED, DRAGGED, WARNING, NUMBERS, WEATHER,
 FACTS) = range(15)  # fmt: skip


@pytest.fixture(scope="module")
def regular(gradio_url: str) -> Iterator[Client]:
    """One visitor for all tests that ask for nothing which a page remembers: each that leaves takes a second."""
    with visitor(gradio_url) as client:
        yield client


@pytest.fixture
def client(gradio_url: str) -> Iterator[Client]:
    """A visitor whom the server has not met yet."""
    with visitor(gradio_url) as client:
        yield client


@contextmanager
def visitor(gradio_url: str, folder: Path | None = None) -> Iterator[Client]:
    """A new visitor, who downloads the results' files to ``folder``; without one, looks at them on the server (quicker)."""
    client = Client(gradio_url, verbose=False, analytics_enabled=False, download_files=str(folder) if folder else False)
    try:
        yield client
    finally:
        client.close()


def opened(file: str | dict) -> np.ndarray:
    path = file["path"] if isinstance(file, dict) else file
    return np.asarray(Image.open(path).convert("RGB"))


def test_values_in_values_out(gradio_url: str, photograph: Path, tmp_path: Path):
    with visitor(gradio_url, tmp_path / "downloads") as client:
        answer = client.predict(
            picture=handle_file(photograph), extra=[{"image": handle_file(photograph), "caption": None}], amount=0.25,
            sort="tree", kind="beech", several=["z", "x"], flag=True, words="hi", seed=7, place="10, 20",
            api_name="/kitchen_sink",
        )  # fmt: skip
    assert answer[HEADLINE] == "step 2: tree/beech ['x', 'z'] True 'hi' 7 (10, 20) x0.25 n1 count 1"
    picture = opened(str(photograph))
    assert np.array_equal(opened(answer[INVERTED]), 255 - picture)
    assert [entry["caption"] for entry in answer[BOTH]] == ["inverted", "as it came"]
    assert np.array_equal(opened(answer[BOTH][1]["image"]), picture)
    assert np.array_equal(opened(answer[SIDES][0]), picture) and np.array_equal(opened(answer[SIDES][1]), 255 - picture)
    assert opened(answer[PARTS]).shape == (480, 640, 3)  # 320 x 240, twice as large
    assert [(part["name"], part["score"], part["box"]) for part in answer[PARTS_DATA]] == [
        ("dog", 0.9, [1, 2, 160, 120]),
        ("cat", None, [0, 0, 320, 80]),
    ]
    assert answer[SHARES]["confidences"] == [{"label": "a", "confidence": 0.75}, {"label": "b", "confidence": 0.25}]
    assert answer[SIZE]["headers"] == ["what", "pixels"] and answer[SIZE]["data"] == [["width", 320], ["height", 240]]
    assert answer[CURVE]["words"] == "A curve." and answer[CURVE]["x"]["title"] == "place in m"
    assert [(part["kind"], part["x"], part["y"]) for part in answer[CURVE]["layers"]] == [("Line", [0, 1, 2], [0, 0.25, 1])]
    assert (answer[TOUCHED]["value"], answer[DRAGGED]["margin"]) == (0.25, 0.25)
    assert answer[WARNING] == "Careful."
    assert np.abs(opened(answer[WEATHER]).astype(float) - 127.5).max() < 4  # half the picture, half its negative
    assert Path(answer[NUMBERS]).name == "numbers.txt" and Path(answer[NUMBERS]).read_bytes() == b"1 2 3"
    assert len(answer) == FACTS + 1


def test_what_is_left_out_takes_its_default(client: Client, photograph: Path):
    answer = client.predict(handle_file(photograph), api_name="/kitchen_sink")
    assert answer[HEADLINE] == "step 2: fruit/apple ['y'] False 'hello' 0 None x0.5 n0 count 1"
    assert answer[WARNING] == ""


def test_a_generator_shows_its_steps(regular: Client, photograph: Path):
    job = regular.submit(handle_file(photograph), api_name="/kitchen_sink")
    job.result()
    assert [output[HEADLINE][:6] for output in job.outputs()] == ["step 1", "step 2"]


def test_pictures_arrive_upright(regular: Client, turned_photograph: Path):
    answer = regular.predict(handle_file(turned_photograph), place="1, 1190", api_name="/kitchen_sink")
    assert "(1, 1190)" in answer[HEADLINE]  # a place that only the upright picture has
    assert opened(answer[INVERTED]).shape == (1200, 900, 3)


def test_each_visitor_has_a_memory(gradio_url: str, client: Client, photograph: Path):
    def count(client: Client, **more: bool) -> str:
        return client.predict(handle_file(photograph), **more, api_name="/kitchen_sink")[HEADLINE].split()[-1]

    assert [count(client), count(client)] == ["1", "2"]
    with visitor(gradio_url) as other:
        assert count(other) == "1"
    assert [count(client), count(client, reset=True), count(client)] == ["3", "0", "1"]


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"words": "fail"}, "any other words work"),
        ({"words": "x" * 21}, "21 characters came; at most 20 fit"),
        ({"sort": "zebra"}, "'zebra' is not one of the choices. There are: fruit, tree"),
        ({"several": ["q"]}, "'q' is not one of the choices"),
        ({"amount": 7}, "expected a number from 0 to 1, got 7"),
        ({"seed": -1}, "expected a whole number from 0"),
        ({"place": "here"}, "two whole numbers"),
        ({"picture": None}, "please give a picture"),
        ({"picture": {"path": None, "meta": {"_type": "gradio.FileData"}}}, "please give a picture"),
    ],
)
def test_bad_input_gives_a_sentence(regular: Client, photograph: Path, inputs: dict, words: str):
    with pytest.raises(AppError) as raised:
        regular.predict(**{"picture": handle_file(photograph), **inputs}, api_name="/kitchen_sink")
    assert words in str(raised.value)
    assert "Traceback" not in str(raised.value) and "Error(" not in str(raised.value)


def test_a_text_that_calls_itself_a_picture(regular: Client, no_picture: Path):
    with pytest.raises(AppError, match="not a picture"):
        regular.predict(handle_file(no_picture), api_name="/kitchen_sink")


def test_a_crash_keeps_its_details(regular: Client, photograph: Path):
    with pytest.raises(AppError) as raised:
        regular.predict(handle_file(photograph), words="crash", api_name="/kitchen_sink")
    assert str(raised.value).startswith(f"{UNEXPECTED} (Run ")


# ---------------------------------------------------------------- attacks


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", str(Path(__file__).resolve()), "../../etc/passwd"])
def test_files_of_the_machine_are_not_served(gradio_url: str, path: str):
    answer = httpx.get(f"{gradio_url}gradio_api/file={path}")
    assert answer.status_code in (403, 404) and "root:" not in answer.text


@pytest.mark.parametrize("path", ["/etc/passwd", str(Path(__file__).resolve())])
def test_files_of_the_machine_are_no_pictures(gradio_url: str, path: str):
    """Somebody who speaks HTTP and never uploaded the file names it as an upload."""
    events = call(gradio_url, {"path": path, "meta": {"_type": "gradio.FileData"}})
    assert "event: error" in events and "Expected the path of an uploaded picture" in events


@pytest.mark.parametrize("sent", ["a cat, please", 7])
def test_what_is_no_file_is_refused_in_words(gradio_url: str, sent: object):
    events = call(gradio_url, sent)
    assert "event: error" in events and "Expected the path of an uploaded picture" in events


def test_addresses_are_not_fetched(gradio_url: str):
    address = f"{gradio_url}theme.css"
    events = call(gradio_url, {"path": address, "url": address, "meta": {"_type": "gradio.FileData"}})
    assert "event: error" in events and "addresses of pictures are not accepted" in events


def call(gradio_url: str, picture: dict) -> str:
    payload = {"data": [picture, [], 0.5, "fruit", "apple", [], False, "hello", 0, "", False]}
    begun = httpx.post(f"{gradio_url}gradio_api/call/kitchen_sink", json=payload).json()
    if "event_id" not in begun:
        return f"event: error\ndata: {begun['detail']}"  # at the door
    return httpx.get(f"{gradio_url}gradio_api/call/kitchen_sink/{begun['event_id']}", timeout=30).text


def test_too_large_files_are_refused(gradio_url: str):
    answer = httpx.post(
        f"{gradio_url}gradio_api/upload", files={"files": ("large.jpg", b"x" * (opening.MOST_BYTES + 1_000_000))}
    )
    assert answer.status_code == 413


def test_there_is_no_monitoring(gradio_url: str):
    assert httpx.get(f"{gradio_url}monitoring").status_code >= 400


# ---------------------------------------------------------------- at once


def test_two_visitors_at_once_get_their_own_answers(gradio_url: str, tmp_path: Path):
    def visit(number: int) -> list[tuple[str, tuple[int, ...]]]:
        colour = (40 * number, 10, 200 - 20 * number)
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (30 + number, 20), colour).save(path)
        with visitor(gradio_url) as client:
            answers = [client.predict(handle_file(path), seed=number, api_name="/kitchen_sink") for _ in range(2)]
        return [(answer[HEADLINE], tuple(opened(answer[INVERTED])[0, 0].tolist())) for answer in answers]

    with ThreadPoolExecutor(3) as pool:
        visits = list(pool.map(visit, range(3)))
    for number, answers in enumerate(visits):
        inverted = (255 - 40 * number, 245, 55 + 20 * number)
        assert answers == [
            (f"step 2: fruit/apple ['y'] False 'hello' {number} None x0.5 n0 count {count}", inverted) for count in (1, 2)
        ]


def test_the_same_requests_again_leave_no_more_files(client: Client, photograph: Path):
    def files() -> int:
        from gradio.utils import get_upload_folder

        return sum(1 for path in Path(get_upload_folder()).rglob("*") if path.is_file())

    counts = []
    for _ in range(3):
        for _ in range(2):
            client.predict(handle_file(photograph), api_name="/kitchen_sink")
        counts.append(files())
    assert counts[1] == counts[2]
