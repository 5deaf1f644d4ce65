"""What a program's call must look like before it may wait for its turn; and what it is told when something is wrong."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gradio as gr
from gradio import queueing, utils
from gradio.block_function import BlockFunction
from gradio.utils import get_upload_folder
from gradio_client.utils import is_http_url_like
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demos.frontends.gradio.inputs import NO_FILE, ONLY_FILES
from demos.runner import UNEXPECTED

_plain_payload = utils.error_payload
MOST_PIXELS = 1e9
LONGEST_SESSION = 100
"""Letters of a page's name for itself; Gradio's own has 11, and the server keeps it as long as the page is open."""
MALFORMED = "Expected a call as the page of the API describes it; what came has another form."


def check_of(blocks: gr.Blocks) -> Callable[[str, dict[str, Any]], str]:
    """The function that says of a call (its path, its JSON) what is wrong with it, or "" where nothing is.

    Gradio would print a call with too few values into the log, whole, and answer without words.
    """
    named = {fn.api_name: fn for fn in blocks.fns.values() if fn.api_visibility == "public"}

    def check(path: str, call: dict[str, Any]) -> str:
        name = str(call.get("api_name") or path.rstrip("/").rpartition("/")[2])
        numbered = "fn_index" in call and "call/" not in path  # by that way Gradio goes by the name alone
        fn = blocks.fns.get(call["fn_index"]) if numbered and isinstance(call["fn_index"], int) else named.get(name)
        if fn is None or fn.fn is None:  # the second: what happens in the browser alone
            return f"There is no function {name[:40]!r} here. The page of the API lists those that there are."
        if len(str(call.get("session_hash"))) > LONGEST_SESSION:
            return f"Expected a session_hash of at most {LONGEST_SESSION} letters."
        if sentence := why_no_upload(call) or why_no_click(blocks, fn, call):
            return sentence
        if "/v2/" in path:
            return ""  # its values have names, and Gradio checks them
        data, most = call.get("data"), len(fn.inputs)
        least = sum(not block.skip_api for block in fn.inputs)
        if not isinstance(data, list):
            return 'Expected the inputs as a list: {"data": [...]}.'
        if len(data) not in (least, most):
            return f"{fn.api_name if not numbered else 'This function'} takes {least} inputs; {len(data)} came."
        return ""

    return check


def why_no_upload(call: Mapping[str, Any]) -> str:
    """What is wrong with the files that a call names anywhere in it, in a sentence; "" where all are uploads.

    Gradio looks, too, but fails without words; and where the value is to be no picture, it fetches any address.
    """
    folder, ahead = Path(get_upload_folder()).resolve(), [call]
    while ahead:
        value: Any = ahead.pop()
        if isinstance(value, Mapping):
            path = value.get("path")
            if is_http_url_like(str(path)):
                return ONLY_FILES
            if path is not None and not _is_file_in(folder, path):
                return NO_FILE
            value = value.values()
        if not isinstance(value, str | int | float | None):
            ahead.extend(value)
    return ""


def why_no_click(blocks: gr.Blocks, fn: BlockFunction, call: Mapping[str, Any]) -> str:
    """What is wrong with the click on a picture, on one of several, or on a scene that a call tells of; "" for nothing."""
    clicked = [blocks.blocks.get(block) for block, kind in fn.targets if kind == "select" and block is not None]
    if not clicked:
        return ""
    click = call.get("event_data")
    index = click.get("index") if isinstance(click, Mapping) and "value" in click else None
    if all(isinstance(widget, gr.Gallery) for widget in clicked):
        return "" if _is_number(index) else 'Expected a click as {"index": the picture\'s number from 0, "value": null}.'
    if all(isinstance(widget, gr.HTML) for widget in clicked):
        told = isinstance(click, Mapping) and isinstance(click.get("value"), Mapping) and index == 0
        return "" if told else 'Expected a touch as {"index": 0, "value": {"input": value}}.'
    if isinstance(index, list) and len(index) == 2 and all(map(_is_number, index)):
        return ""
    return 'Expected a click as {"index": [x, y], "value": null}.'


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < MOST_PIXELS


def _is_file_in(folder: Path, path: Any) -> bool:
    try:
        found = Path(path).resolve(strict=True)
    except (TypeError, OSError, ValueError):  # no text; not there; a NUL in it
        return False
    return found.is_file() and found.is_relative_to(folder)


def refuse_malformed(request: Request, error: Exception) -> Response:
    """The answer to a request that is not formed as it should be, without what was sent."""
    return JSONResponse({"detail": MALFORMED, "error": MALFORMED}, 422)


def payload_in_words(error: BaseException | None, show_error: bool) -> dict[str, Any]:
    """What whoever called is told of an error: its sentence where it has one for people, else ``UNEXPECTED``."""
    told = dict(_plain_payload(error, show_error))
    return told if told.get("error") else told | {"error": UNEXPECTED}


def say_errors_in_words() -> None:
    """From now on whatever fails inside Gradio is told in a sentence, where 6.31 says {"error": null}."""
    for module in (utils, queueing):
        vars(module)["error_payload"] = payload_in_words
