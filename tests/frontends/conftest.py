"""What the tests of both front ends share: photographs as a telephone saves them, the kitchen sink, and a Chromium."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from demos.frontends.streamlit import runs
from demos.frontends.streamlit.workers import Workers
from demos.spec import Demo
from tests.frontends import small_demos
from tests.frontends.gates import Gates

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
NO_FEATURES = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",  # its own pages: a second of each new window
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "LensOverlay",
    "HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch",
)  # fmt: skip
"""What Chromium does without: no page sees it. From the fourth on Playwright's own list, whose place this one takes."""
ORIENTATION = 0x0112
TURN_RIGHT = 6


@pytest.fixture(scope="session")
def kitchen_sink() -> Demo:
    """The demo with every field, named as the catalogue would name it."""
    return small_demos.kitchen_sink


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """A JPEG of 320 x 240 pixels whose left half is red and right half blue."""
    pixels = np.zeros((240, 320, 3), np.uint8)
    pixels[:, :160] = (220, 30, 30)
    pixels[:, 160:] = (30, 30, 220)
    path = tmp_path / "photograph.jpg"
    Image.fromarray(pixels).save(path, quality=95)
    return path


@pytest.fixture
def turned_photograph(tmp_path: Path) -> Path:
    """A JPEG of 1200 x 900 stored pixels that EXIF says to turn right: 900 x 1200 upright, red above and blue below."""
    pixels = np.zeros((900, 1200, 3), np.uint8)
    pixels[:, :600] = (220, 30, 30)
    pixels[:, 600:] = (30, 30, 220)
    image = Image.fromarray(pixels)
    exif = image.getexif()
    exif[ORIENTATION] = TURN_RIGHT
    path = tmp_path / "turned.jpg"
    image.save(path, quality=95, exif=exif)
    return path


@pytest.fixture
def no_picture(tmp_path: Path) -> Path:
    """A text that calls itself a JPEG."""
    path = tmp_path / "letter.jpg"
    path.write_text("Dear class, this is no picture.")
    return path


@pytest.fixture
def gates() -> Iterator[Gates]:
    """Gates for a Streamlit demo that waits; at the end all that are known open, so that no thread waits on."""
    gates = Gates()
    yield gates
    gates.let_go(*list(gates.entered))


@pytest.fixture
def crew(monkeypatch: pytest.MonkeyPatch) -> Workers:
    """Two Streamlit workers for this test alone: no other test's work is in their way."""
    crew = Workers(2)
    monkeypatch.setattr(runs, "workers", lambda: crew)
    return crew


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """One Chromium for all browser tests; each test opens its own context in it."""
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("there is no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=[*FLAGS, f"--disable-features={','.join(NO_FEATURES)}"]
        )
        yield browser
        browser.close()


class People:
    """Browser contexts: one a person, cleaned and used again, for a page opens twice as fast where its scripts are known."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._free: dict[str, list[Any]] = {}
        self._here: list[tuple[str, Any]] = []

    def comes(self, **options: Any) -> Any:
        """The context of somebody whom no server has met yet; ``options`` as of Playwright's ``new_context``."""
        kind = repr(sorted(options.items()))
        free = self._free.setdefault(kind, [])
        context = free.pop() if free else self._browser.new_context(**options)
        self._here.append((kind, context))
        return context

    def leave(self) -> None:
        """Everybody who came is gone, and so is what their browsers remember of them."""
        for kind, context in self._here:
            for page in context.pages:
                page.evaluate("() => { try { localStorage.clear() } catch {} }")
                page.close()
            context.clear_cookies()
            self._free[kind].append(context)
        self._here.clear()


@pytest.fixture(scope="session")
def all_people(browser) -> People:
    return People(browser)


@pytest.fixture
def people(all_people: People) -> Iterator[People]:
    """Who visits in this test: ``people.comes(viewport=...)`` is a context like a new one."""
    yield all_people
    all_people.leave()


@pytest.fixture(scope="session")
def gradio_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Gradio server in this process with the kitchen sink and the small demos."""
    os.environ["GRADIO_TEMP_DIR"] = str(tmp_path_factory.mktemp("gradio"))
    from demos.frontends.gradio import app, calls, sessions

    sessions.use_light_sessions()
    calls.say_errors_in_words()
    blocks = app.build(small_demos.ALL)
    _, url, _ = blocks.launch(**app.launch_options(blocks), server_port=free_port(), prevent_thread_lock=True, quiet=True)
    yield url
    blocks.close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
