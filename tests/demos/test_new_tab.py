"""A new tab is one new file, whatever it needs or lacks."""

import inspect
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from demos import catalogue, tabs
from tests.demos import test_contract as contract
from tests.frontends.streamlit_pages import run_at

CONTRIBUTING = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
NEW_TAB = textwrap.dedent(
    CONTRIBUTING[CONTRIBUTING.index('    """Edges') : CONTRIBUTING.index("\n`demos/spec.py` refuses")]
).strip()
"""The tab that CONTRIBUTING shows."""

OF_ONE_TAB = [
    test
    for name, test in vars(contract).items()
    if name.startswith("test_") and list(inspect.signature(test).parameters) == ["demo"]
]
"""The contract, as far as it is about one tab."""


@pytest.fixture
def dropped_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the group Compare; what is written there is found like any other tab."""
    (tmp_path / "compare").mkdir()
    monkeypatch.setattr(tabs, "__path__", [*tabs.__path__, str(tmp_path)])
    yield tmp_path / "compare"
    for path in tmp_path.rglob("*.py"):
        sys.modules.pop(f"demos.tabs.compare.{path.stem}", None)
    catalogue.demo_in.cache_clear()


def test_a_new_tab_is_one_new_file_of_28_lines(dropped_in: Path) -> None:
    """With a picture and without a network; it keeps the whole contract."""
    from streamlit.testing.v1 import AppTest

    assert len(NEW_TAB.splitlines()) <= 28
    (dropped_in / "dropped_in.py").write_text(NEW_TAB)
    found = catalogue.find_demos()
    (new,) = [d for d in found if d not in contract.DEMOS]
    assert new.name == "dropped_in" and new.group == "Compare"
    assert len(OF_ONE_TAB) >= 10
    for keeps_the_contract in OF_ONE_TAB:
        keeps_the_contract(new)
    for broken in contract.BROKEN:
        contract.test_a_missing_or_broken_picture_gives_a_sentence(new, broken)

    def script() -> None:
        from demos.catalogue import find_demos
        from demos.frontends.streamlit import app

        app.main([d for d in find_demos() if d.name == "dropped_in"])

    page = run_at(AppTest.from_function(script, default_timeout=60), "dropped_in")
    assert not page.exception
    assert any("grow brighter to the right" in block.value for block in page.markdown)


def test_a_tab_that_fails_to_import_is_not_hidden(dropped_in: Path) -> None:
    (dropped_in / "broken_tab.py").write_text("import nothing_like_this")
    with pytest.raises(ModuleNotFoundError, match="nothing_like_this"):
        catalogue.find_demos()


LACKS = {
    "at import": "from cnn_core.errors import WeightsError\nraise WeightsError('The card x.toml is damaged.')",
    "when its choices are asked for": """
from demos.spec import Choice, Demo, Lesson, Note

DEMO = Demo(
    title="Lame",
    summary="Nothing to choose from.",
    lesson=Lesson(notice=("a", "b"), questions=(("c?", "d"), ("e?", "f"))),
    inputs={"network": Choice(label="Network", options=lambda: ())},
    outputs=(Note(label="Twice"),),
    run=lambda network: network,
)
""",
}


@pytest.mark.parametrize("lacks", LACKS)
def test_a_tab_that_lacks_a_network_says_so_and_costs_no_other(dropped_in: Path, lacks: str) -> None:
    from streamlit.testing.v1 import AppTest

    from demos.frontends.gradio import app

    (dropped_in / "lame_tab.py").write_text(LACKS[lacks])
    found = catalogue.find_demos()
    assert len(found) == len(contract.DEMOS) + 1
    (lame,) = [d for d in found if d.name == "lame_tab"]
    assert lame.title == "Lame tab" and lame.group == "Compare"
    assert "damaged" in contract.refusal(lame, {})
    assert app.build([lame])

    def script() -> None:
        from demos.catalogue import demo_named
        from demos.frontends.streamlit import app

        app.main([demo_named("lame_tab")])

    page = run_at(AppTest.from_function(script, default_timeout=60), "lame_tab")
    assert not page.exception
    assert any("damaged" in block.value for block in [*page.error, *page.warning, *page.markdown])


def test_no_shipped_tab_lacks_anything(caplog: pytest.LogCaptureFixture) -> None:
    catalogue.demo_in.cache_clear()
    catalogue.find_demos()
    assert not [record for record in caplog.records if record.name == catalogue.__name__]
