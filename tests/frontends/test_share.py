"""The QR code leads where it says; read back with OpenCV's own reader."""

import io
from typing import Any

import cv2
import numpy as np
import pytest
import segno
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.frontends.gradio import share

ADDRESS = "http://lab.example:7860/detect?example=2&confidence=0.3"


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/qr", share.draw_code)]), base_url="http://lab.example:7860")


def test_a_telephone_reads_the_address(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = io.BytesIO()
    plain = segno.QRCode.save

    def save(self: Any, out: Any, **how: Any) -> None:
        plain(self, pixels, kind="png", scale=how["scale"], border=how["border"])
        plain(self, out, **how)

    monkeypatch.setattr(segno.QRCode, "save", save)
    answer = client.get("/qr", params={"of": ADDRESS})
    assert answer.headers["content-type"] == "image/svg+xml" and answer.text.lstrip().startswith("<?xml")
    picture = cv2.imdecode(np.frombuffer(pixels.getvalue(), np.uint8), cv2.IMREAD_COLOR)
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == ADDRESS


@pytest.mark.parametrize("address", ["", "http://evil.example/", "javascript:alert(1)", f"{ADDRESS}{'x' * 1000}"])
def test_no_other_address_is_drawn(client: TestClient, address: str) -> None:
    answer = client.get("/qr", params={"of": address})
    assert answer.status_code == 400 and "address of this server" in answer.text
