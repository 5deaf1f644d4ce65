"""Public full-size classifiers (torchvision's, trained on ImageNet): cards made from torchvision's records, files by URL.

Nothing is fetched before somebody chooses such a network. The file's hash is checked after the download and again whenever
the kept file is read; the tensors are read without running any code of theirs (``weights_only=True``).
"""

import hashlib
import io
import os
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from torch import nn

from cnn_core.errors import WeightsError
from cnn_core.models import build_model
from cnn_core.runtime import run_log

PREFIX = "public_"
TITLES = {
    "squeezenet1_0": "SqueezeNet 1.0 (5 MB)",
    "mobilenet_v3_large": "MobileNet V3 (22 MB)",
    "googlenet": "GoogLeNet (50 MB)",
    "resnet50": "ResNet-50 (98 MB)",
    "vgg19": "VGG-19 (548 MB)",
}
CHUNK = 1 << 18
PATIENCE = 20.0
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def names() -> list[str]:
    """The names of the public classifiers, smallest first."""
    return [PREFIX + name for name in TITLES]


def title(name: str) -> str:
    """What a person calls the public weights called ``name``."""
    return f"{TITLES[name.removeprefix(PREFIX)]}, public"


def record_of(name: str) -> Any:
    """torchvision's own record (URL, classes, published figures) of the public weights called ``name``.

    torchvision is imported where it is first needed, here and in a few functions of ``images``, ``explain`` and ``tasks``:
    it takes a second and 160 MB, and no page needs it to open.
    """
    from torchvision.models import get_model_weights

    return get_model_weights(name.removeprefix(PREFIX)).DEFAULT


@cache
def entries(name: str) -> MappingProxyType[str, Any]:
    """The fields of the card of the public weights called ``name``; see ``cards.Card``."""
    short = name.removeprefix(PREFIX)
    meta, url = record_of(name).meta, record_of(name).url
    published = {key.replace("acc@", "top"): value / 100 for key, value in meta["_metrics"]["ImageNet-1K"].items()}
    figures = ", ".join(f"{value:.1%} {key.replace('top', 'top-')}" for key, value in published.items())
    limit = "It knows ImageNet's 1,000 classes and must name one of them, whatever the picture shows."
    fields = {
        "name": name, "task": "classification", "title": title(name),
        "architecture": "torchvision_classifier", "arguments": {"name": short}, "classes": tuple(meta["categories"]),
        "size": 224, "mean": MEAN, "std": STD, "parameters": meta["num_params"],
        "multiply_adds": round(1e9 * meta["_ops"]), "bytes": round(1e6 * meta["_file_size"]),
        "sha256": url.rpartition("-")[2].removesuffix(".pth"),
        "metrics": {"imagenet1k_val (published, not measured here)": {"n": 50_000, **published}}, "limits": (limit,),
        "record": {"url": url, "line": f"Public weights of torchvision; published on ImageNet: {figures}. {limit}"},
    }  # fmt: skip
    return MappingProxyType(fields)


def folder() -> Path:
    """Where fetched files are kept: ``CNN_PUBLIC_WEIGHTS``, else torch's own cache."""
    return Path(os.environ.get("CNN_PUBLIC_WEIGHTS", Path(torch.hub.get_dir()) / "checkpoints"))


def kept(name: str) -> bool:
    """Whether the file of the public weights called ``name`` was fetched before; its hash is checked when it is read."""
    return any(folder().glob(f"{name.removeprefix(PREFIX)}-*.pth"))


def fetch(url: str, hash_prefix: str) -> bytes:
    """The file at ``url``, from the kept copy if its hash is right, else from the network; kept once it is right.

    Raises:
        WeightsError: it cannot be reached, or what came has another hash.
    """
    path = folder() / url.rpartition("/")[2]
    if path.is_file() and right(data := path.read_bytes(), hash_prefix):
        return data
    data = download(url)
    if not right(data, hash_prefix):
        raise WeightsError(
            f"What came from {url} is not what was expected (its hash differs), so it is not used. Try again later."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)
    return data


def right(data: bytes, hash_prefix: str) -> bool:
    """Whether the sha256 of ``data`` starts as it should."""
    return hashlib.sha256(data).hexdigest().startswith(hash_prefix)


def download(url: str) -> bytes:
    """The bytes at ``url``, telling the page how far it is.

    Raises:
        WeightsError: it cannot be reached.
    """
    file = url.rpartition("/")[2]
    received = bytearray()
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            total = int(answer.headers.get("Content-Length", 0))
            while chunk := answer.read(CHUNK):
                received += chunk
                run_log.tell_progress(len(received) / max(total, len(received)), f"fetching {file}")
    except (urllib.error.URLError, OSError) as error:
        raise WeightsError(
            f"{file} could not be fetched: that needs an internet connection. The networks trained here work without."
        ) from error
    return bytes(received)


def build(name: str) -> nn.Module:
    """The public network called ``name`` in eval mode on the CPU, its file fetched if need be.

    Raises:
        WeightsError: the file cannot be had, is not the right one, or does not fit.
    """
    card = entries(name)
    model = build_model(card["architecture"], card["arguments"])
    state = torch.load(io.BytesIO(fetch(card["record"]["url"], card["sha256"])), map_location="cpu", weights_only=True)
    state = {f"net.{key}": value.float() for key, value in state.items() if not key.startswith(("aux1.", "aux2."))}
    try:
        missing = model.load_state_dict(state, strict=False)
    except RuntimeError as error:
        raise WeightsError(f"The public weights {name} do not fit torchvision's architecture: {error}") from error
    absent = [key for key in missing.missing_keys if not key.endswith("num_batches_tracked")]
    if absent or missing.unexpected_keys:
        raise WeightsError(
            f"The public weights {name} do not fit: missing {absent[:3]}, unknown {missing.unexpected_keys[:3]}."
        )
    return model.eval().requires_grad_(False)
