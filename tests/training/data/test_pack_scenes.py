"""Whole photographs packed for a detector: which are taken, at which size; and what its teacher is shown and asked."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnn_core.training.data import teacher_answers
from cnn_core.training.data.labelled import shard_files
from cnn_core.training.data.pack_scenes import main
from cnn_core.training.data.taught_scenes import read_answers
from cnn_core.training.data.teacher_answers import COCO, ask
from tests.training.data.test_pack_catdog import git


def encoded(width: int, height: int, colour: tuple[int, int, int], kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


def first_pixels(pack: Path) -> list[tuple[tuple[int, int], list[int]]]:
    """(width, height) and the first pixel, rounded to tens, of every packed photograph."""
    pictures = [Image.open(io.BytesIO(file)).convert("RGB") for file in shard_files(pack)]
    return [(picture.size, [round(value, -1) for value in picture.getpixel((0, 0))]) for picture in pictures]


def test_training_photographs_of_a_repository_are_packed_in_proportion(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    for path, size, colour in (
        ("dataset/train/Fruit/Apple/Red/a.jpg", (672, 448), (200, 0, 0)),
        ("dataset/train/Packages/Milk/b.jpg", (100, 160), (0, 0, 200)),
        ("dataset/test/Fruit/Apple/c.jpg", (50, 50), (0, 200, 0)),
        ("dataset/iconic-images-and-descriptions/Fruit/d.jpg", (50, 50), (0, 200, 0)),
    ):
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        (clone / path).write_bytes(encoded(*size, colour))
    git(clone, "init")
    git(clone, "add", ".")
    git(clone, "commit", "-m", "pictures")
    assert main(["groceries", str(clone / ".git"), str(tmp_path / "scenes")]) == 0
    assert first_pixels(tmp_path / "scenes" / "groceries.npz") == [((336, 224), [200, 0, 0]), ((100, 160), [0, 0, 200])]


def test_validation_photographs_of_flickr8k_and_voc_are_left_out(tmp_path: Path) -> None:
    entries = [{"file": f"images/{name}.png", "split": split} for name, split in (("one", "val"), ("two", "train"))]
    with zipfile.ZipFile(tmp_path / "flickr8k.zip", "w") as pack:
        pack.writestr("captions.json", json.dumps({"images": entries}))
        pack.writestr("images/one.png", encoded(20, 30, (200, 0, 0), "PNG"))
        pack.writestr("images/two.png", encoded(30, 20, (0, 0, 200), "PNG"))
    with zipfile.ZipFile(tmp_path / "voc20.zip", "w") as pack:
        images = [{"id": k, "file_name": f"images/{k}.jpg", "split": split} for k, split in enumerate(("train", "val"))]
        pack.writestr("annotations.json", json.dumps({"images": images, "annotations": [], "categories": []}))
        pack.writestr("images/0.jpg", encoded(400, 300, (0, 200, 0)))
        pack.writestr("images/1.jpg", encoded(300, 400, (200, 0, 0)))
    for name in ("flickr8k", "voc20"):
        assert main([name, str(tmp_path / f"{name}.zip"), str(tmp_path)]) == 0
    assert first_pixels(tmp_path / "flickr8k.npz") == [((30, 20), [0, 0, 200])]
    assert first_pixels(tmp_path / "voc20.npz") == [((400, 300), [0, 200, 0])]  # its boxes fit these very pixels


class Recorder:
    """A teacher that keeps what it is shown and finds one cup of 96 x 32 pixels of its canvas, at (32, 48)."""

    def setInput(self, blob: np.ndarray) -> None:  # noqa: N802, OpenCV's name
        self.shown = blob

    def getUnconnectedOutLayersNames(self) -> list[str]:  # noqa: N802
        return ["answers", "fine", "coarse"]

    def forward(self, names: list[str]) -> list[np.ndarray]:
        answers = np.zeros((1, 3549, 85), np.float32)
        answers[0, 0, :5] = 4, 6, np.log(12), np.log(4), 1  # cells of 8 pixels
        answers[0, 0, 5 + COCO.index("cup")] = 0.75
        return [answers, np.ones((1, 64, 52, 52)), np.zeros((1, 128, 26, 26))]


def test_the_teacher_sees_blue_first_at_the_top_left_of_a_grey_canvas() -> None:
    recorder = Recorder()
    answers, maps, scale = ask(recorder, np.full((104, 208, 3), (10, 20, 30), np.uint8))
    assert scale == 2 and answers.shape == (3549, 85) and [part.shape[0] for part in maps] == [64, 128]
    assert recorder.shown.shape == (1, 3, 416, 416) and recorder.shown.dtype == np.float32
    assert recorder.shown[0, :, 207, 415].tolist() == [30, 20, 10]
    assert recorder.shown[0, :, 208, 0].tolist() == [114, 114, 114]


def test_the_teachers_boxes_are_kept_beside_the_photographs_within_their_edges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scenes").mkdir()
    files = [encoded(208, 104, (9, 9, 9)), encoded(104, 104, (9, 9, 9))]
    offsets = np.cumsum([0, *map(len, files)])
    np.savez(tmp_path / "scenes" / "some.npz", blob=np.frombuffer(b"".join(files), np.uint8), offs=offsets)
    monkeypatch.setattr(teacher_answers, "teacher", lambda path: Recorder())
    for _ in range(2):  # the second time there is nothing left to do
        assert teacher_answers.main([str(tmp_path)]) == 0
    found = list(read_answers(tmp_path / "scenes" / "some.answers.npz"))
    # The canvas is 2, or 4, times as large: (-16..80, 32..64) there.
    assert [own.corners.tolist() for own in found] == [[[0, 16, 40, 32]], [[0, 8, 20, 16]]]
    assert [float(own.scores[0, COCO.index("cup")]) for own in found] == [0.75, 0.75]
