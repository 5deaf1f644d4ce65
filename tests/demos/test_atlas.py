"""The stored channel pictures: of the weights that are shipped, complete, small, made as the tab makes them."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnn_core.runtime import weights
from demos import atlas
from demos.atlas import __main__ as command
from demos.tabs._networks import facts_of
from demos.tabs.look_inside import _atlas

MOST_BYTES = 2_500_000


def tiles_of(webp: bytes) -> np.ndarray[Any, Any]:
    """(N, S, S, 3): the small pictures of a sheet."""
    sheet = np.asarray(Image.open(io.BytesIO(webp)).convert("RGB"))
    rows, columns = sheet.shape[0] // atlas.SIDE, sheet.shape[1] // atlas.SIDE
    apart = sheet.reshape(rows, atlas.SIDE, columns, atlas.SIDE, 3).transpose(0, 2, 1, 3, 4)  # (rows, columns, S, S, 3)
    return apart.reshape(-1, atlas.SIDE, atlas.SIDE, 3)  # -> (rows * columns, S, S, 3)


@pytest.mark.parametrize("network", atlas.NETWORKS)
def test_every_layer_has_its_sheet_of_the_weights_that_are_shipped(network: str) -> None:
    """Where this fails after a training: python -m demos.atlas."""
    for facts in facts_of(network):
        sheet = atlas.find(network, facts.name)
        assert sheet is not None, facts.name
        last = facts is facts_of(network)[-1]
        assert sheet.count == (len(weights.card(network).classes) if last else min(facts.shape[0], atlas.CHANNELS))
        tiles = tiles_of(sheet.webp)[: sheet.count]
        assert len(tiles) == sheet.count
        assert (tiles.std((1, 2)).max(1) > 2).all()  # none stayed grey


def test_all_sheets_together_are_small() -> None:
    assert sum(path.stat().st_size for path in atlas.FOLDER.rglob("*.webp")) <= MOST_BYTES


@pytest.mark.slow
def test_a_stored_picture_is_the_one_that_is_made_again() -> None:
    """But for WebP's losses and the last digits of another machine; the third channel's, so that no other would do."""
    (made,) = command.make("classify_vgg_tiny200", "features.relu2_1", [2])
    sheet = atlas.find("classify_vgg_tiny200", "features.relu2_1")
    assert sheet is not None
    apart = np.abs(tiles_of(sheet.webp).astype(float) - made).mean((1, 2, 3))
    assert apart.argmin() == 2
    assert apart[2] < 12


def test_sheets_of_other_weights_do_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    network = atlas.NETWORKS[0]
    entry = atlas.contents()[network]
    assert atlas.holds(network, entry)
    assert not atlas.holds(network, entry | {"sha256": "0" * 64})
    assert not atlas.holds(network, entry | {"steps": atlas.STEPS + 1})
    assert not atlas.holds("a_network_of_before", entry)
    monkeypatch.setattr(atlas, "contents", lambda: {network: entry | {"sha256": "0" * 64}})
    assert atlas.find(network, "fc") is None
    assert atlas.find("classify_lenet_cifar10", "fc") is None


def test_a_stopped_command_goes_on_where_it_stood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = atlas.NETWORKS[0]
    monkeypatch.setattr(atlas, "FOLDER", tmp_path)
    asked: list[tuple[str, list[int]]] = []

    def make(name: str, layer: str, channels: list[int]) -> list[Any]:
        if len(asked) == 3 and not (tmp_path / "again").exists():
            raise KeyboardInterrupt
        asked.append((layer, channels))
        return [np.full((atlas.SIDE, atlas.SIDE, 3), 4 * k % 256, np.uint8) for k in channels]

    monkeypatch.setattr(command, "make", make)
    with pytest.raises(KeyboardInterrupt):
        command.main(["--only", network])
    assert json.loads((tmp_path / "atlas.json").read_text())[network]["layers"] == {"features.conv1_1": 32}
    (tmp_path / "again").touch()
    command.main(["--only", network])
    assert [layer for layer, _ in asked][:5] == ["features.conv1_1"] * 2 + ["features.relu1_1"] * 3  # half of it was lost
    assert asked[1] == ("features.conv1_1", list(range(16, 32)))
    sheet = atlas.find(network, "features.conv1_1")
    assert sheet is not None
    assert tiles_of(sheet.webp)[:, 30, 30, 0] == pytest.approx(4 * np.arange(32), abs=3)


def test_the_page_gets_a_layers_pictures_and_where_to_go_from_there() -> None:
    scene = _atlas.atlas_scene("classify_vgg_tiny200", "features.relu4_1", "30")
    assert scene is not None
    assert (scene["chosen"], scene["names"][30], len(scene["names"])) == (30, "channel 30", 32)
    assert "the first 32 of 256" in scene["made"]
    assert scene["earlier"]["value"] == "features.pool3"
    assert scene["later"]["value"] == "features.relu4_2"
    beyond = _atlas.atlas_scene("classify_vgg_tiny200", "features.relu4_1", "200")
    assert beyond is not None and beyond["chosen"] == -1
    last = _atlas.atlas_scene("classify_vgg_tiny200", "fc", "39")
    assert last is not None
    assert last["names"][39] == weights.card("classify_vgg_tiny200").classes[39]
    assert "all 200" in last["made"] and last["later"] is None
    assert _atlas.atlas_scene("classify_lenet_cifar10", "fc", "1") is None
