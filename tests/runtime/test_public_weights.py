"""Public full-size weights: fetched with progress, checked by hash every time, told in a sentence when they are missing."""

import functools
import hashlib
import http.server
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from cnn_core.errors import WeightsError
from cnn_core.models import build_model
from cnn_core.runtime import public_weights, run_log, weights

CPU = torch.device("cpu")
NAME = "public_squeezenet1_0"


def file_of(seed: int) -> bytes:
    """A SqueezeNet's file with random numbers."""
    torch.manual_seed(seed)
    state = build_model("torchvision_classifier", {"name": "squeezenet1_0"}).net.state_dict()
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def data() -> bytes:
    return file_of(1)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> Iterator[Path]:
    """A server on this machine that stands for torchvision's; yields the folder it serves."""
    served = tmp_path / "served"
    served.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(served))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        digest = hashlib.sha256(data).hexdigest()[:8]
        (served / f"squeezenet1_0-{digest}.pth").write_bytes(data)
        real = public_weights.record_of(NAME)
        record = SimpleNamespace(meta=real.meta, url=f"http://127.0.0.1:{running.server_port}/squeezenet1_0-{digest}.pth")
        monkeypatch.setattr(public_weights, "record_of", lambda name: record)
        monkeypatch.setenv("CNN_PUBLIC_WEIGHTS", str(tmp_path / "kept"))
        clear()
        yield served
        running.shutdown()
    clear()


def clear() -> None:
    public_weights.entries.cache_clear()
    weights.card.cache_clear()
    weights._load.cache_clear()


def test_cards_come_from_torchvisions_records() -> None:
    clear()
    card = weights.card("public_resnet50")
    assert card.classes[281] == "tabby"
    assert card.top1 == pytest.approx(0.80858)
    assert card.sha256 == "11ad3fa6"
    assert "published" in card.line


def test_fetched_once_with_progress_then_kept(server: Path) -> None:
    told: list[tuple[float, str]] = []
    with run_log.recorded(run_log.Usage(progress=lambda share, words: told.append((share, words)))):
        network = weights.load(NAME, CPU)
    assert network.model(torch.zeros(1, 3, 64, 64)).shape == (1, 1000)
    assert told[-1][0] == 1
    assert "fetching squeezenet1_0" in told[-1][1]
    for file in server.iterdir():
        file.unlink()
    clear()
    weights.load(NAME, CPU)  # from the kept copy


def test_a_damaged_kept_copy_is_fetched_again(server: Path, tmp_path: Path, data: bytes) -> None:
    weights.load(NAME, CPU)
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_bytes(data[:-1])
    clear()
    weights.load(NAME, CPU)
    assert kept.read_bytes() == data


def test_another_file_than_expected_is_refused_and_not_kept(server: Path, tmp_path: Path) -> None:
    (file,) = server.iterdir()
    file.write_bytes(file_of(2))
    with pytest.raises(WeightsError, match="hash differs"):
        weights.load(NAME, CPU)
    assert not (tmp_path / "kept").exists()


def test_without_internet_it_says_what_works(server: Path) -> None:
    (file,) = server.iterdir()
    file.unlink()
    with pytest.raises(WeightsError, match=r"needs an internet connection.*work without"):
        weights.load(NAME, CPU)


@pytest.mark.parametrize("name", list(public_weights.TITLES))
def test_architectures_can_be_looked_into(name: str) -> None:
    model = build_model("torchvision_classifier", {"name": name}).eval()
    modules = dict(model.named_modules())
    assert model.last_maps() in modules
    assert {layer for layer, _ in model.layers()} <= set(modules)
    assert not any(getattr(module, "inplace", False) for module in modules.values())


def test_whether_a_file_was_fetched_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CNN_PUBLIC_WEIGHTS", str(tmp_path))
    assert not public_weights.kept("public_vgg19")
    (tmp_path / "vgg19-dcbb9e9d.pth").write_bytes(b"")
    assert public_weights.kept("public_vgg19")
    assert not public_weights.kept("public_resnet50")


def test_single_operations_are_named() -> None:
    layers = dict(build_model("torchvision_classifier", {"name": "vgg19"}).layers())
    assert layers["net.features.1"] == "features.1: after ReLU"
    assert layers["net.features.4"] == "features.4: max-pooling"
    assert sum("after ReLU" in words for words in layers.values()) == 16


@pytest.mark.parametrize(("prefix", "expected"), [("ba7816bf", True), ("ba7816b0", False), ("ca7816bf", False)])
def test_a_hash_counts_to_the_last_digit_that_is_known(prefix: str, expected: bool) -> None:
    """The sha256 of "abc" begins with ba7816bf (FIPS 180-2, appendix B.1)."""
    assert public_weights.right(b"abc", prefix) is expected
