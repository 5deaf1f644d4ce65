"""Gradio as it is hosted: behind a proxy that gives it a folder of a site, over HTTPS, and with a password."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image
from streamlit.testing.v1 import AppTest

from demos.frontends import start
from demos.frontends.gradio import app, calls, hosts, sessions
from tests.frontends import small_demos
from tests.frontends.small_proxy import proxy_before

NAME, WORD = "class", "a:b c"  # a password may hold colons
PUBLIC = "lab.example.org"
DEMOS = (small_demos.kitchen_sink, replace(small_demos.slow, name="detect"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that believes to be /lab of a site, with a password."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("hosted")))
        patch.setenv("GRADIO_ROOT_PATH", "/lab")
        patch.setenv("CNN_AUTH", f"{NAME}:{WORD}")
        patch.setenv("CNN_HOSTS", PUBLIC)
        hosts.own_names.cache_clear()
        sessions.use_light_sessions()
        calls.say_errors_in_words()
        blocks = app.build(DEMOS)
        blocks.queue(max_size=app.MOST_WAITING, api_open=False)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        blocks.launch(**app.launch_options(blocks, DEMOS), server_port=port, prevent_thread_lock=True, quiet=True)
        yield f"http://127.0.0.1:{port}"
        blocks.close()
    hosts.own_names.cache_clear()


@pytest.fixture(scope="module")
def site(server: str) -> Iterator[str]:
    with proxy_before(server) as address:
        yield address


@pytest.fixture
def inside(site: str) -> Iterator[httpx.Client]:
    """Somebody who knows the password."""
    with httpx.Client(base_url=f"{site}/", follow_redirects=True, timeout=60) as client:
        assert client.post("login", data={"username": NAME, "password": WORD}).status_code == 200
        yield client


def test_who_knows_no_password_sees_no_page_file_or_function(site: str) -> None:
    with httpx.Client(base_url=f"{site}/", follow_redirects=True) as client:
        for place in ("", "kitchen_sink"):
            config = client.get(place).text.partition("window.gradio_config = ")[2].partition(";</script>")[0]
            assert '"auth_required":true' in config and '"components":[]' in config
        assert client.get("config").status_code == 401
        assert client.get("gradio_api/info").status_code == 401
        assert client.post("gradio_api/queue/join", json={"fn_index": 0, "data": [], "session_hash": "x"}).status_code == 401
        assert client.post("gradio_api/upload", files={"files": b"x"}).status_code == 401
        assert client.post("login", data={"username": NAME, "password": "a"}).status_code == 400
        assert client.get("health").json()["version"]  # watchdogs have no password
        assert "<h1>One cat" not in client.get("sheet").text


def test_pages_and_their_files_lie_below_the_folder(inside: httpx.Client, site: str) -> None:
    text = inside.get("kitchen_sink").text
    assert "Every field there is." in text
    addresses = set(re.findall(r'(?:src|href)="([^"#{]+)"', text))
    found = [address for address in addresses if not address.startswith(("data:", "http"))]
    found.remove("/manifest.json")  # Gradio 6.31 names it from the site's root; only an app to install would need it
    assert found
    for address in found:
        shown = inside.get(str(httpx.URL(f"{site}/kitchen_sink").join(address)))
        assert shown.status_code == 200, address
    own = [address for address in addresses if address.startswith("http")]
    assert all(address.startswith(site) or "gradio.app" in address for address in own), own


def test_the_links_on_a_sheet_of_questions_lead_below_the_folder(inside: httpx.Client, site: str, server: str) -> None:
    assert f'<a href="{site}/detect">{site}/detect</a>' in inside.get("sheet?path=1").text
    with proxy_before(server, PUBLIC, https=True) as other:
        jar = "; ".join(f"{cookie.name}={cookie.value}" for cookie in inside.cookies.jar)
        assert f">https://{PUBLIC}/lab/detect</a>" in httpx.get(f"{other}/sheet", headers={"cookie": jar}).text


def test_a_call_and_its_files_work_below_the_folder(site: str, photograph: Path, tmp_path: Path) -> None:
    client = Client(f"{site}/", auth=(NAME, WORD), verbose=False, analytics_enabled=False, download_files=str(tmp_path))
    try:
        answer = client.predict(picture=handle_file(photograph), words="hi", api_name="/kitchen_sink")
    finally:
        client.close()
    assert "'hi'" in answer[0]
    np.testing.assert_array_equal(
        np.asarray(Image.open(answer[1]).convert("RGB")), 255 - np.asarray(Image.open(photograph).convert("RGB"))
    )


def test_a_site_of_that_name_over_https(server: str) -> None:
    """The page names its public address, and the cookie is one for HTTPS; other names are refused."""
    with proxy_before(server, PUBLIC, https=True) as site, httpx.Client(base_url=f"{site}/") as client:
        entered = client.post("login", data={"username": NAME, "password": WORD}, headers={"origin": f"https://{PUBLIC}"})
        assert entered.status_code == 200
        jar = {cookie.name: cookie.value or "" for cookie in client.cookies.jar}
        seen = client.get("kitchen_sink", headers={"cookie": "; ".join(f"{k}={v}" for k, v in jar.items())})
        assert f"https://{PUBLIC}/lab" in seen.text and "http://127.0.0.1" not in seen.text
        mark = next(value for value in seen.headers.get_list("set-cookie") if value.startswith("cnn_visitor"))
        assert "Secure" in mark
        assert client.post("login", headers={"origin": "https://evil.example"}).status_code == 421
    with proxy_before(server, "other.example.org", https=True) as site:
        assert httpx.get(f"{site}/").status_code == 421


@pytest.mark.parametrize("value", ["", "secret", ":", "name:", ":word", " : "])
def test_a_password_that_is_none_ends_the_program(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNN_AUTH", value)
    with pytest.raises(SystemExit, match="a name, a colon and a password"):
        start.password()


def test_without_a_password_everybody_may_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNN_AUTH", raising=False)
    assert start.password() is None


def test_streamlit_does_not_pretend_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNN_AUTH", f"{NAME}:{WORD}")
    page = AppTest.from_string("from demos.frontends.streamlit import app\napp.main([])", default_timeout=30).run()
    assert [entry.value.split(":")[0] for entry in page.error] == [
        "This server is to ask for a password (CNN_AUTH), which Streamlit cannot. Start Gradio"
    ]
    assert not page.title
