"""Cards and files: every shipped network is what its card says, and damage is told in a sentence."""

import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch

from cnn_core.errors import InputError, WeightsError
from cnn_core.runtime import weights
from cnn_core.tasks.generation import draw_noise
from cnn_core.training.card import golden_output, multiply_adds
from cnn_core.training.readme_table import README, with_table

CPU = torch.device("cpu")
SHIPPED = weights.names()


@pytest.fixture(params=SHIPPED)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def test_there_are_shipped_networks() -> None:
    assert SHIPPED


def test_file_is_what_the_card_says(name: str) -> None:
    card, path = weights.card(name), weights.FOLDER / f"{name}.safetensors"
    data = path.read_bytes()
    assert len(data) == card.bytes < 10_000_000
    assert hashlib.sha256(data).hexdigest() == card.sha256


def test_network_is_what_the_card_says(name: str) -> None:
    network = weights.load(name, CPU)
    card = network.card
    assert sum(p.numel() for p in network.model.parameters()) == card.parameters
    assert multiply_adds(network.model, card.input.size) == card.multiply_adds
    assert not network.model.training


def test_every_part_of_a_network_lies_on_one_device(name: str) -> None:
    model = weights.load(name, torch.device("meta")).model
    assert {tensor.device.type for tensor in (*model.parameters(), *model.buffers())} == {"meta"}


def test_a_card_and_a_network_agree_on_the_number_of_classes(copied: Path) -> None:
    text = (copied / "one.toml").read_text()
    first = weights.card("one").classes[0]
    (copied / "one.toml").write_text(text.replace(f'classes = ["{first}", ', "classes = [", 1))
    weights.card.cache_clear()
    with pytest.raises(WeightsError, match=r"one\.toml is damaged .*9 class names for 10 outputs"):
        weights.card("one")


@pytest.mark.parametrize("table", ["calibration", "per_class", "curves", "golden", "input", "data"])
def test_a_missing_table_is_named(copied: Path, table: str) -> None:
    text = (copied / "one.toml").read_text()
    (copied / "one.toml").write_text(text.replace(f"[{table}]", f"[not_{table}]"))
    weights.card.cache_clear()
    with pytest.raises(WeightsError, match=f"{table}: Field required"):
        weights.card("one")


def test_a_damaged_card_costs_its_own_tabs_only(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(copied / "one.toml", copied / "two.toml")
    (copied / "one.toml").write_text("title = 'x'")
    weights.card.cache_clear()
    assert weights.names("classification") == ["two"]
    assert weights.names() == ["one", "two"]


def test_golden_output(name: str) -> None:
    network = weights.load(name, CPU)
    stored = network.card.record["golden"]["output"]
    assert golden_output(network.model, network.card.input.size) == pytest.approx(stored, abs=2e-3)


def test_golden_sample(name: str) -> None:
    network = weights.load(name, CPU)
    stored = network.card.record.get("golden_sample")
    assert (stored is not None) == (network.card.task == "generation")
    if stored is not None:
        generator: Any = network.model
        with torch.inference_mode():
            made = generator.generator(torch.from_numpy(draw_noise(1, generator.generator.latent, stored["seed"])))
        assert made.flatten()[:10].tolist() == pytest.approx(stored["output"], abs=2e-3)


def test_card_is_complete_and_honest(name: str) -> None:
    card = weights.card(name)
    for key in ("name", "source", "terms", "train_pictures"):
        assert card.record["data"][key]
    for key in ("command", "seed", "device", "minutes", "versions"):
        assert key in card.record["training"]
    assert f"recipes.{name} " in card.record["training"]["command"]
    assert card.limits and card.line.endswith(card.limits[0])
    assert all(figures["n"] > 0 for figures in card.metrics.values())


def test_all_files_together_are_small_and_have_cards() -> None:
    files = list(weights.FOLDER.glob("*.safetensors"))
    assert sum(file.stat().st_size for file in files) < 80_000_000
    assert {file.stem for file in files} == set(SHIPPED)


def test_readme_table_is_fresh() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == with_table(text), "run: python -m cnn_core.training.readme_table"


@pytest.mark.parametrize("bad", ["nothing_like_this", "../weights/x", "/etc/passwd", ""])
def test_unknown_names_list_the_known_ones(bad: str) -> None:
    with pytest.raises(InputError, match="There are: .*" + SHIPPED[0]):
        weights.card(bad)


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one shipped classifier that a test may damage."""
    smallest = min(weights.names("classification"), key=lambda n: weights.card(n).bytes)
    for ending in (".toml", ".safetensors"):
        shutil.copy(weights.FOLDER / f"{smallest}{ending}", tmp_path / f"one{ending}")
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    weights.card.cache_clear()
    weights._load.cache_clear()
    yield tmp_path
    weights.card.cache_clear()
    weights._load.cache_clear()


def test_one_flipped_bit_is_noticed(copied: Path) -> None:
    data = bytearray((copied / "one.safetensors").read_bytes())
    data[-1] ^= 1
    (copied / "one.safetensors").write_bytes(data)
    with pytest.raises(WeightsError, match="damaged: its sha256"):
        weights.load("one", CPU)


def test_a_hash_counts_from_its_first_digit_to_its_last(copied: Path) -> None:
    """Of 64 files with one wrong byte each, several have a hash that begins as the right one: none is accepted."""
    right = (copied / "one.safetensors").read_bytes()
    for place in range(1, 65):
        wrong = bytearray(right)
        wrong[-place] ^= 1
        (copied / "one.safetensors").write_bytes(wrong)
        with pytest.raises(WeightsError, match="damaged: its sha256"):
            weights.load("one", CPU)


def test_a_missing_file_is_told(copied: Path) -> None:
    (copied / "one.safetensors").unlink()
    with pytest.raises(WeightsError, match=r"one\.safetensors is missing"):
        weights.load("one", CPU)


def test_a_damaged_card_is_told(copied: Path) -> None:
    (copied / "one.toml").write_text("task = ")
    with pytest.raises(WeightsError, match=r"one\.toml is damaged"):
        weights.load("one", CPU)


def test_a_wrong_architecture_is_told(copied: Path) -> None:
    text = (copied / "one.toml").read_text()
    architecture = weights.card("one").architecture
    other = "lenet" if architecture != "lenet" else "dense"
    arguments = "classes = 10" if other == "lenet" else "classes = 10\nsize = 32\nhidden = [8]"
    head, _, rest = text.partition("[arguments]")
    rest = rest[rest.index("\n[") :]
    head = head.replace(f'architecture = "{architecture}"', f'architecture = "{other}"')
    (copied / "one.toml").write_text(f"{head}[arguments]\n{arguments}\n{rest}")
    weights.card.cache_clear()
    with pytest.raises(WeightsError, match=f"do not fit the architecture {other}"):
        weights.load("one", CPU)


def test_many_visitors_load_one_network_once() -> None:
    weights._load.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        networks = list(pool.map(lambda _: weights.load(SHIPPED[0], CPU), range(16)))
    assert len({id(network.model) for network in networks}) == 1
