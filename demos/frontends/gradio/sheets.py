"""The address of the questions to print: /sheet?path=2&answers=1."""

from collections.abc import Callable, Sequence

from gradio.route_utils import get_root_url
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from demos import lesson_file
from demos.frontends import sheet
from demos.frontends.welcome import SHEET
from demos.spec import Demo


def sheets_of(demos: Sequence[Demo]) -> Callable[[Request], Response]:
    """The function that answers /sheet for a server of these demos: the first path's, or that of another number."""
    by_name = {demo.name: demo for demo in demos}

    def answer(request: Request) -> Response:
        paths = [path.places(by_name) for path in lesson_file.ways()]
        wanted, answers = request.query_params.get("path", ""), request.query_params.get("answers") == "1"
        numbers = {str(number): number for number, places in enumerate(paths, 1) if places}
        number = numbers.get(wanted) or next(iter(numbers.values()), 0)
        if not number or not _may_enter(request):
            return RedirectResponse("./", 307)
        base = get_root_url(request, f"/{SHEET}", getattr(request.app, "root_path", None))
        text = sheet.draw_sheet(paths[number - 1], by_name, base, answers, sheet.choice(paths, number, answers))
        return HTMLResponse(text, headers={"cache-control": "no-store"})

    return answer


def _may_enter(request: Request) -> bool:
    """Whether no password is asked for, or whoever asks has given it. Gradio 6.31 guards no routes but its own."""
    app = request.app
    if getattr(app, "auth", None) is None:
        return True
    cookies = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
    return any(request.cookies.get(name) in app.tokens for name in cookies)
