"""Which of Gradio's many addresses this server answers, and how it answers where Gradio 6.31 would fail.

Gradio also has addresses for films, for screen recordings, for components and pages of other servers, and for developers.
No page here asks for them, so nobody else needs them either.
"""

API = "/gradio_api"
OPEN = (
    "info", "openapi.json", "app_id", "startup-events", "queue/", "call/", "run/", "api/", "cancel", "reset", "heartbeat/",
    "upload", "upload_progress", "file=", "user", "login_check", "token", "theme.css",
)  # fmt: skip
"""What may follow /gradio_api/, whole or, where it ends with / or =, as a beginning."""
CLOSED = ("/svelte/", "/pwa_icon")
STREAMS = (f"{API}/queue/data", f"{API}/call/")
LONGEST_NAME = 255
"""Bytes between two strokes of an address: no file has a longer name, and asking the system for one is an error."""
LONGEST = 2000
NOTHING_HERE = "There is nothing at this address."
READ_AT_ONCE = {
    f"{API}/upload": "Expected the files of pictures in a form, as a browser sends them; what came has another form.",
    f"{API}/call/v2/": "Expected a call as the page of the API describes it; what came lacks an input or has a strange one.",
}
"""Beginning of a path -> what is said where Gradio cannot read what came: it reads that itself, and no demo has begun."""


def why_closed(path: str) -> str:
    """The sentence for whoever asks for a path that is not answered; "" for all others."""
    if len(path) > LONGEST or max(len(part.encode("utf-8", "replace")) for part in path.split("/")) > LONGEST_NAME:
        return f"{NOTHING_HERE} It is too long for one of this server's."
    if path.startswith(CLOSED):
        return NOTHING_HERE
    way = path.removeprefix(f"{API}/")
    if way == path or way.rstrip("/") in OPEN:
        return ""
    return "" if way.startswith(tuple(way for way in OPEN if way[-1] in "/=")) else NOTHING_HERE


def is_stream(path: str) -> bool:
    """Whether answers there are streams. Of one that is not there Gradio says so and then breaks off, with a traceback."""
    return path.startswith(STREAMS)


def why_unreadable(path: str) -> str:
    """The sentence for whoever sent there what Gradio failed over; "" where it may be no fault of theirs."""
    return next((sentence for way, sentence in READ_AT_ONCE.items() if path.startswith(way)), "")
