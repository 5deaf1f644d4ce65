"""Every recipe: named like its weights, trains when tried out, writes a card that loads, measures what is shipped."""

import importlib
import io
import json
import math
import pkgutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnn_core.runtime import weights
from cnn_core.training import recipes
from cnn_core.training.command import Options, main
from cnn_core.training.data.labelled import read_class_names, read_shards

NAMES = [entry.name for entry in pkgutil.iter_modules(recipes.__path__)]
CPU = torch.device("cpu")
NO_SHARES = {"n", "delta_e", "grey_delta_e", "content_error", "style_error"}
NO_SHARES |= {"cider_d", "frechet", "kernel", "floor_frechet", "floor_kernel", "false_alarms"}
"""Figures that need not lie between 0 and 1: a count, colour differences, relative errors, distances, CIDEr-D."""


def recipe_of(name: str):
    return importlib.import_module(f"cnn_core.training.recipes.{name}").RECIPE


def test_each_shipped_network_has_its_recipe() -> None:
    assert set(weights.names()) <= set(NAMES)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_quick_writes_a_network_and_a_card_that_load(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = recipe_of(name)
    assert recipe.weights == name
    options = Options(CPU, None, tmp_path, None, quick=True)
    path = recipe.finish(recipe.train(options), options, f"python -m cnn_core.training.recipes.{name} --quick")
    card = weights.parse_card(name, path.read_text())
    data = weights.read_verified(tmp_path / f"{name}.safetensors", card.sha256)
    model = weights.build_from(card, data)
    assert len(data) == card.bytes
    assert sum(p.numel() for p in model.parameters()) <= card.parameters
    shares = {key: value for figures in card.metrics.values() for key, value in figures.items() if key not in NO_SHARES}
    assert all(0 <= value <= 1 for value in shares.values()), shares
    assert all(math.isfinite(value) for figures in card.metrics.values() for value in figures.values())


def shard(path: Path, pictures: np.ndarray, labels: list[int]) -> None:
    """A data shard as the training folders hold them, of whole JPEG files."""
    files = []
    for picture in pictures:
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "JPEG", quality=95)
        files.append(buffer.getvalue())
    ends = np.cumsum([0] + [len(f) for f in files])
    np.savez(path, blob=np.frombuffer(b"".join(files), np.uint8), offs=ends, label=np.array(labels, np.int16))


@pytest.fixture
def made_cifar(tmp_path: Path) -> Path:
    """A folder laid out like the training data with twelve grey pictures in cifar10/."""
    folder = tmp_path / "cifar10"
    folder.mkdir()
    grey = np.arange(12, dtype=np.uint8)[:, None, None, None] * 20 + np.zeros((12, 32, 32, 3), np.uint8)
    for split in ("train", "val"):
        shard(folder / f"{split}.npz", grey, [k % 10 for k in range(12)])
    names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    rows = "".join(f"{k}\t{name}\n" for k, name in enumerate(names))
    (folder / "LABELS.tsv").write_text("id\tname\n" + rows)
    return tmp_path


def test_shards_are_read_back(made_cifar: Path) -> None:
    data = read_shards(made_cifar / "cifar10", "val")
    assert data.pictures.shape == (12, 3, 32, 32)
    assert data.labels.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert [int(p.float().mean()) for p in data.pictures[:3]] == [0, 20, 40]
    assert read_class_names(made_cifar / "cifar10")[3] == "cat"


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no shards like"):
        read_shards(tmp_path / "tiny200", "train")


CIFAR = [name for name in weights.names("classification") if name.endswith(("_cifar10", "_cifar10shuffled"))]


@pytest.mark.parametrize("name", CIFAR[:1])
def test_evaluate_prints_one_json_line_for_the_shipped_network(name: str, made_cifar: Path, capsys) -> None:
    assert main(recipe_of(name), ["--evaluate", "--data", str(made_cifar)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert line["weights"] == name
    assert line["n"] == 12
    network = weights.load(name, CPU)
    data = read_shards(made_cifar / "cifar10", "val")
    with torch.inference_mode():
        answers = network.model(recipe_of(name).prepare(data.pictures)).argmax(1)
    assert line["top1"] == pytest.approx(float((answers == data.labels).float().mean()), abs=1e-4)


def test_voc_objects_are_cut_with_a_margin(tmp_path: Path) -> None:
    from cnn_core.training.data.object_crops import object_crops

    picture = np.zeros((192, 288, 3), np.uint8)
    picture[50:150, 100:200] = 255
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    notes = {
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "chair"}],
        "images": [{"id": 1, "file_name": "images/a.png", "split": "val"}],
        "annotations": [
            {"image_id": 1, "category_id": 1, "bbox": [100, 50, 100, 100], "difficult": 0},
            {"image_id": 1, "category_id": 1, "bbox": [0, 0, 100, 100], "difficult": 1},
            {"image_id": 1, "category_id": 1, "bbox": [0, 0, 20, 100], "difficult": 0},
            {"image_id": 1, "category_id": 2, "bbox": [0, 0, 100, 100], "difficult": 0},
        ],
    }
    archive = tmp_path / "voc20.zip"
    with zipfile.ZipFile(archive, "w") as pack:
        pack.writestr("annotations.json", json.dumps(notes))
        pack.writestr("images/a.png", buffer.getvalue())
    (crop,) = object_crops(archive, "val", ("cat",), 64)  # not the difficult, the small, the chair
    assert crop.category == "cat"
    assert crop.picture.shape == (121, 121, 3)  # 100 pixels and a tenth of that on each side
    assert crop.picture.mean() / 255 == pytest.approx(100 * 100 / 121**2, abs=0.01)
