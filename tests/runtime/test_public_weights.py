"""Public full-size weights: offered with size and terms, fetched when asked, hash checked at each load."""

import dataclasses
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from cnn_core.errors import WeightsError
from cnn_core.models import build_model
from cnn_core.runtime import public_weights, run_log, weights
from cnn_core.runtime.public_networks import NETWORKS
from tests.runtime.file_server import Site, serve

CPU = torch.device("cpu")
NAME = "public_squeezenet1_0"
CLASSIFIERS = [network.key for network in NETWORKS if network.task == "classification"]


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


@dataclass
class Here:
    """Where the stand-in's file lies on its server, and where it is to be kept."""

    site: Site
    kept: Path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> Iterator[Here]:
    """A server on this machine that stands for torchvision's and has a SqueezeNet of our own."""
    name = f"squeezenet1_0-{hashlib.sha256(data).hexdigest()[:8]}.pth"
    entry = dataclasses.replace(public_weights.BY_NAME[NAME], file=name)
    real = public_weights.record_of(NAME)
    with serve({f"/{name}": data}) as site:
        record = SimpleNamespace(meta=real.meta, url=f"{site.address}/{name}")
        monkeypatch.setattr(public_weights, "record_of", lambda name: record)
        monkeypatch.setitem(public_weights.BY_NAME, NAME, entry)
        monkeypatch.setenv("CNN_PUBLIC_WEIGHTS", str(tmp_path / "kept"))
        clear()
        yield Here(site, tmp_path / "kept" / name)
    clear()


def clear() -> None:
    weights.card.cache_clear()
    weights._public.forget()


# ---------------------------------------------------------------- what is known before anything is fetched


@pytest.mark.parametrize("name", public_weights.names())
def test_the_entry_says_what_torchvisions_record_says(name: str) -> None:
    entry, record = public_weights.BY_NAME[name], public_weights.record_of(name)
    assert record.url.endswith(f"/{entry.file}")
    assert record.meta["_file_size"] == entry.megabytes
    assert record.url.startswith("https://")
    assert len(entry.hash_prefix) == 8


def test_cards_come_from_torchvisions_records() -> None:
    clear()
    card = weights.card("public_resnet50")
    assert card.classes[281] == "tabby"
    assert card.top1 == pytest.approx(0.80858)
    assert card.sha256 == "11ad3fa6"
    assert "Published on" in card.line and "80.9 % top-1" in card.line and "BSD-3-Clause" in card.line
    assert card.bytes == round(97.79 * 2**20)


@pytest.mark.parametrize(
    ("name", "task", "classes", "some"),
    [
        ("public_ssdlite320_mobilenet_v3_large", "detection", 80, {0: "person", 10: "fire hydrant", 11: "stop sign"}),
        ("public_maskrcnn_resnet50_fpn", "instance_segmentation", 80, {57: "couch", 79: "toothbrush"}),
        ("public_lraspp_mobilenet_v3_large", "semantic_segmentation", 21, {0: "background", 8: "cat", 20: "tvmonitor"}),
    ],
)
def test_classes_have_no_holes_and_only_masks_a_background(name: str, task: str, classes: int, some: dict[int, str]) -> None:
    """In COCO's list of 91 a hole stands between fire hydrant (11) and stop sign (13)."""
    card = weights.card(name)
    assert card.task == task
    assert len(card.classes) == len(set(card.classes)) == classes
    assert {k: card.classes[k] for k in some} == some


def test_inputs_are_as_torchvision_wants_them() -> None:
    forms = {name: weights.card(name).input for name in public_weights.names()}
    assert forms["public_inception_v3"].size == 299
    assert forms["public_alexnet"].mean == (0.485, 0.456, 0.406)
    assert forms["public_ssdlite320_mobilenet_v3_large"].std == (0.5, 0.5, 0.5)
    assert forms["public_fasterrcnn_resnet50_fpn"].shape(300, 500) == (480, 800)


# ---------------------------------------------------------------- the switch


@pytest.mark.parametrize(
    ("setting", "sign", "allowed"),
    [
        ("", "", True),
        ("", "SPACE_ID", False),
        ("", "RENDER", False),
        ("1", "SPACE_ID", True),
        ("0", "", False),
        ("x", "", False),
    ],
)
def test_who_may_fetch(setting: str, sign: str, allowed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in public_weights.PUBLIC_HOSTS:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("CNN_PUBLIC_DOWNLOADS", setting)
    if sign:
        monkeypatch.setenv(sign, "someone/cnn-lab")
    assert public_weights.downloads_allowed() is allowed


def test_where_nothing_may_be_fetched_only_what_is_here_is_offered(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    assert public_weights.offered("classification") == []
    here.kept.parent.mkdir()
    here.kept.write_bytes(b"")
    assert public_weights.offered("classification") == [NAME]
    monkeypatch.setenv("CNN_PUBLIC_DOWNLOADS", "1")
    assert public_weights.offered("detection") == [
        f"public_{key}"
        for key in ("ssdlite320_mobilenet_v3_large", "fasterrcnn_mobilenet_v3_large_fpn", "fasterrcnn_resnet50_fpn")
    ]


def test_nothing_is_fetched_before_somebody_asks(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WeightsError) as forbidden:
        weights.load(NAME, CPU)
    assert str(forbidden.value) == (
        "SqueezeNet 1.0 is not on this machine yet: 5 MB (torchvision, BSD-3-Clause; trained on ImageNet: its pictures are "
        "for non-commercial teaching and research). Visitors of this server cannot fetch it; its keeper can: "
        "python -m cnn_core.runtime.public_weights fetch squeezenet1_0."
    )
    monkeypatch.setenv("CNN_PUBLIC_DOWNLOADS", "1")
    with pytest.raises(WeightsError, match='Fetch it on the page "Public networks"'):
        weights.load(NAME, CPU)
    assert here.site.asked == []


# ---------------------------------------------------------------- fetched, loaded, unloaded


def test_fetched_with_progress_and_loaded_from_the_disk_ever_after(here: Here, data: bytes) -> None:
    told: list[tuple[float, str]] = []
    with run_log.recorded(run_log.Usage(progress=lambda share, words: told.append((share, words)))):
        list(public_weights.fetch(NAME))
    assert told[0][0] == 0 and told[-1] == (1.0, "SqueezeNet 1.0: 5 of 5 MB")
    network = weights.load(NAME, CPU)
    written = torch.load(io.BytesIO(data), weights_only=True)
    assert torch.equal(network.model.net.classifier[1].weight, written["classifier.1.weight"])
    assert network.model(torch.zeros(1, 3, 64, 64)).shape == (1, 1000)
    assert not network.model.training
    clear()
    weights.load(NAME, CPU)
    assert len(here.site.asked) == 1


def test_whoever_listens_to_the_progress_can_end_it(here: Here) -> None:
    """Streamlit's way of Stop: what came is kept, and the next may begin although the error is still held."""

    def stop(share: float, words: str) -> None:
        if share > 0.3:
            raise KeyError("nobody waits any more")

    with pytest.raises(KeyError) as held, run_log.recorded(run_log.Usage(progress=stop)):
        list(public_weights.fetch(NAME))
    assert held.value is not None
    (came,) = here.kept.parent.glob("*.part")
    begun = came.stat().st_size
    assert not any(step.waiting for step in public_weights.fetch(NAME))
    assert here.site.asked == ["", f"bytes={begun}-"]
    assert here.kept.is_file()


@pytest.mark.parametrize("zipped", [True, False])
def test_both_of_torchs_formats_are_read(zipped: bool, here: Here, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    torch.save(torch.load(io.BytesIO(data), weights_only=True), buffer, _use_new_zipfile_serialization=zipped)
    file = f"squeezenet1_0-{hashlib.sha256(buffer.getvalue()).hexdigest()[:8]}.pth"
    monkeypatch.setitem(public_weights.BY_NAME, NAME, dataclasses.replace(public_weights.BY_NAME[NAME], file=file))
    here.kept.parent.mkdir()
    (here.kept.parent / file).write_bytes(buffer.getvalue())
    written = torch.load(io.BytesIO(data), weights_only=True)
    assert torch.equal(public_weights.build(NAME).net.features[0].weight, written["features.0.weight"])


def test_a_damaged_file_is_found_at_the_next_load_and_fetched_anew(here: Here, data: bytes) -> None:
    list(public_weights.fetch(NAME))
    here.kept.write_bytes(data[:-1] + b"!")
    with pytest.raises(WeightsError, match=r"kept file of SqueezeNet 1\.0 is damaged \(its hash differs\)\. Fetch it again"):
        weights.load(NAME, CPU)
    list(public_weights.fetch(NAME))
    weights.load(NAME, CPU)


def test_tensors_that_do_not_fit_are_named(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_weights, "read", lambda name: {"features.0.weight": torch.zeros(2)})
    with pytest.raises(WeightsError, match="do not fit torchvision's architecture"):
        public_weights.build(NAME)
    monkeypatch.setattr(public_weights, "read", lambda name: {"stranger": torch.zeros(2)})
    with pytest.raises(WeightsError, match=r"missing \['net.features.0.weight'.*unknown \['net.stranger'\]"):
        public_weights.build(NAME)


def test_public_networks_make_room_and_shipped_ones_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each counts 4.8 MB as fp32; of three, a budget of 10 MB holds two."""
    built: list[str] = []

    def build(name: str) -> torch.nn.Module:
        built.append(name)
        return torch.nn.Linear(1000, 1248)

    clear()
    small = SimpleNamespace(bytes=4 * 1_249_248)
    monkeypatch.setattr(weights, "card", lambda name, real=weights.card: small if name.startswith("public_") else real(name))
    monkeypatch.setattr(public_weights, "build", build)
    monkeypatch.setenv("CNN_PUBLIC_MEMORY", "10")
    shipped = weights.load("classify_lenet_cifar10", CPU)
    one, two, three = public_weights.names()[:3]
    for name in (one, two, one, three, one, two):
        weights.load(name, CPU)
    assert built == [one, two, three, two]  # three took two's place: one had been asked for later
    assert weights.load("classify_lenet_cifar10", CPU) is shipped
    weights._public.forget()


def test_a_layer_in_a_file_needs_no_random_numbers() -> None:
    """What is drawn stays as it was, what is set (norms, biases of zero) is set; afterwards layers are drawn again."""
    with public_weights.WithoutDrawing():
        rng = torch.get_rng_state()
        build_model("torchvision_classifier", {"name": "mobilenet_v3_large"})
        assert torch.equal(torch.get_rng_state(), rng)
        assert torch.nn.BatchNorm2d(3).weight.tolist() == [1, 1, 1]
    assert len(torch.nn.Linear(2, 3).weight.unique()) == 6


# ---------------------------------------------------------------- from the command line


def test_fetched_beforehand_from_the_command_line(here: Here, capsys: pytest.CaptureFixture[str]) -> None:
    assert public_weights.main(["fetch", "squeezenet1_0"]) == 0  # the switch is for visitors
    assert here.kept.is_file()
    assert "SqueezeNet 1.0 is here (5 MB, its hash is right)." in capsys.readouterr().out
    assert public_weights.main(["list"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert " here " in lines["squeezenet1_0"] and " here " not in lines["vgg19"]
    assert "548 MB" in lines["vgg19"] and "BSD-3-Clause" in lines["vgg19"]
    assert len(lines) == len(NETWORKS)


def test_the_command_line_says_what_went_wrong(here: Here, capsys: pytest.CaptureFixture[str]) -> None:
    here.site.files.clear()
    assert public_weights.main(["fetch", "squeezenet1_0"]) == 1
    assert "no such file any more (404)" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        public_weights.main(["fetch", "resnet51"])
    assert "resnet50" in capsys.readouterr().err  # among those there are
