import io
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnn_core.training.data import pack_mini
from cnn_core.training.data.labelled import read_class_names, read_shards
from cnn_core.training.data.pack_catdog import SIDE, main


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.invalid"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "clone"
    (folder / "train").mkdir(parents=True)
    for name, colour in (("cat.7", (200, 0, 0)), ("dog.12", (0, 0, 200)), ("dog.3", (0, 0, 100)), ("notes", (9, 9, 9))):
        picture = io.BytesIO()
        Image.new("RGB", (200, 150), colour).save(picture, "JPEG")
        (folder / "train" / f"{name}.jpg").write_bytes(picture.getvalue())
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "pictures")
    return folder / ".git"


def test_cats_and_dogs_of_a_repository_become_a_shard(repository: Path, tmp_path: Path) -> None:
    assert main([str(repository), str(tmp_path / "catdog128")]) == 0
    data = read_shards(tmp_path / "catdog128", "train")
    assert read_class_names(tmp_path / "catdog128") == ["cat", "dog"]
    assert data.pictures.shape == (3, 3, SIDE, SIDE)
    assert data.labels.tolist() == [0, 1, 1]
    colours = data.pictures.float().mean((2, 3)).numpy()
    assert np.allclose(colours, [[200, 0, 0], [0, 0, 200], [0, 0, 100]], atol=3)


def test_mini_imagenet_is_packed_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "mini"
    for split, name, colour in (("train", "n00000002", (0, 200, 0)), ("val", "n00000001", (200, 0, 0))):
        (folder / split / name).mkdir(parents=True)
        Image.new("RGB", (84, 84), colour).save(folder / split / name / "n1.jpg")
    (folder / "README.md").write_text("no picture")
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "pictures")
    assert pack_mini.main([str(folder / ".git"), str(tmp_path / "mini84")]) == 0
    data = read_shards(tmp_path / "mini84", "train")
    assert read_class_names(tmp_path / "mini84") == ["n00000001", "n00000002"]
    assert data.pictures.shape == (2, 3, 84, 84)
    assert data.labels.tolist() == [1, 0]
