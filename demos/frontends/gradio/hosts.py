"""Under which names this server may be asked, and from whose pages.

Without this, a page elsewhere whose name is made to mean this machine ("DNS rebinding") could use a server that only this
machine should reach.
"""

import ipaddress
import os
import socket
from functools import cache
from urllib.parse import urlsplit

ANY = "*"


class StrangeError(Exception):
    """A request for another name than this server's, or from another page than its own."""


@cache
def own_names() -> frozenset[str]:
    """This machine's names, those that CNN_HOSTS lists (separated by commas), and a Space's own; "*" for any."""
    listed = os.environ.get("CNN_HOSTS", "").replace(",", " ").split()
    here = socket.gethostname()
    return frozenset(
        name.lower() for name in ("localhost", here, here.split(".")[0], os.environ.get("SPACE_HOST", ""), *listed)
    )


def is_own(host: str) -> bool:
    """Whether a Host header (name[:port]) names this server; an address in numbers cannot be made to mean another."""
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".").lower()
    if name in own_names() or ANY in own_names():
        return bool(name)
    if "SPACE_ID" in os.environ and name.endswith(".hf.space"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def check(host: str, origin: str | None) -> None:
    """Lets requests for this server's names pass, and of those that name the page they come from, its own.

    Raises:
        StrangeError: another name (the sentence says how to allow it), or another page.
    """
    try:
        own = is_own(host)
    except ValueError:  # no address at all, such as [::
        own = False
    if not own:
        raise StrangeError(
            f"This server does not answer to the name {host[:60]!r}. Whoever runs it can allow it by CNN_HOSTS."
        )
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        raise StrangeError("Pages of other servers may not use this one.")


def frames() -> str:
    """Who may show this page in a frame (Content-Security-Policy's frame-ancestors)."""
    return "'self' https://huggingface.co https://*.hf.space" if "SPACE_ID" in os.environ else "'self'"
