"""The way to this very place for others: a link, and the same as a QR code."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from demos.frontends.codes import LONGEST, code_of

BUTTON = (
    '<button type="button">Link to this</button><div hidden><p role="status"></p><input readonly aria-label="Link to this">'
    '<img alt="QR code of the link" width="200" height="200"></div>'
)
"""HTML: what is filled in when it is pressed (address.js)."""


def draw_code(request: Request) -> Response:
    """The answer of /qr?of=ADDRESS: the code as SVG, of addresses of this server alone."""
    address = request.query_params.get("of", "")
    if not address.startswith(f"{request.url.scheme}://{request.headers.get('host', '')}/") or len(address) > LONGEST:
        return PlainTextResponse(f"Expected an address of this server with at most {LONGEST} letters.", 400)
    return Response(code_of(address), media_type="image/svg+xml", headers={"cache-control": "no-store"})
