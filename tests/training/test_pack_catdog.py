import io
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnn_core.training.data import read_class_names, read_shards
from cnn_core.training.pack_catdog import SIDE, main


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
