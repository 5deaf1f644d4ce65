"""Measuring a card anew: the figures change, all else stays."""

import hashlib
import shutil
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load, load_file

from cnn_core.runtime import weights
from cnn_core.training.command import main

NAME = "click_unet_voc20"


class Measured:
    """A recipe whose figures are made up."""

    weights = NAME

    def evaluate(self, model, options):
        return {"voc20_val_objects": {"n": 2, "iou_1": 0.25}}, {"extra": {"threshold": 0.5}}

    def card_line(self, metrics, pictures: int) -> str:
        return f"{pictures} photographs, IoU {metrics['voc20_val_objects']['iou_1']}."


def test_measured_anew_only_the_figures_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tomllib.loads((weights.FOLDER / f"{NAME}.toml").read_text())
    shutil.copy(weights.FOLDER / f"{NAME}.toml", tmp_path)
    assert main(Measured(), ["--measure", "--data", "nowhere", "--out", str(tmp_path)]) == 0
    after = tomllib.loads((tmp_path / f"{NAME}.toml").read_text())
    assert after["metrics"] == {"voc20_val_objects": {"n": 2, "iou_1": 0.25}}
    assert after["line"] == "5266 photographs, IoU 0.25."
    assert after["extra"] == {"threshold": 0.5}
    assert after["training"].pop("measured_with").endswith(f"recipes.{NAME} --data DIR --measure")
    before["training"].pop("measured_with", None)
    changed = {"metrics", "line", "extra"}
    assert {k: v for k, v in after.items() if k not in changed} == {k: v for k, v in before.items() if k not in changed}
    assert '"iou_1": 0.25' in capsys.readouterr().out


def test_evaluating_writes_nothing(tmp_path: Path) -> None:
    main(Measured(), ["--evaluate", "--data", "nowhere", "--out", str(tmp_path)])
    assert not list(tmp_path.iterdir())


class Doubled(Measured):
    """A recipe that finds its network half as sure as it should be."""

    weights = "classify_lenet_cifar10"

    def evaluate(self, model, options):
        return {"made": {"n": 1, "largest": float(model.output.weight.max())}}, {}

    def calibrate(self, model, options) -> float:
        with torch.no_grad():
            for values in model.output.parameters():
                values *= 2
        return 2.0


def test_calibrated_weights_are_written_with_a_card_that_fits_them(tmp_path: Path) -> None:
    name = Doubled.weights
    before, tensors = weights.card(name).record, load_file(weights.FOLDER / f"{name}.safetensors")
    shutil.copy(weights.FOLDER / f"{name}.toml", tmp_path)
    assert main(Doubled(), ["--calibrate", "--data", "nowhere", "--out", str(tmp_path)]) == 0
    after = tomllib.loads((tmp_path / f"{name}.toml").read_text())
    data = (tmp_path / f"{name}.safetensors").read_bytes()
    assert after["sha256"] == hashlib.sha256(data).hexdigest() != before["sha256"] and after["bytes"] == len(data)
    for key, values in load(data).items():
        assert torch.equal(values, tensors[key] * (2 if key.startswith("output") else 1)), key
    assert after["golden"]["output"] == pytest.approx([2 * value for value in before["golden"]["output"]], abs=2e-3)
    assert after["metrics"]["made"]["largest"] == 2 * float(tensors["output.weight"].max())  # what is shipped was measured
    assert after["line"] == before["line"]
    assert after["training"]["measured_with"].endswith("--calibrate (factor 2.0000)")


def test_a_recipe_without_a_calibration_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(Measured(), ["--calibrate", "--data", "nowhere", "--out", str(tmp_path)])
    assert "not calibrated so" in capsys.readouterr().err


def test_a_recipe_without_a_line_of_its_own_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(SimpleNamespace(weights=NAME), ["--measure", "--data", "nowhere", "--out", str(tmp_path)])
    assert "only after a training" in capsys.readouterr().err
