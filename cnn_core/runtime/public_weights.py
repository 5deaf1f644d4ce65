"""Public full-size networks (torchvision's): their cards, their files, and the switch that forbids to fetch them.

Nothing is fetched before somebody asks for it, on the page "Public networks" or beforehand for a lab:

    python -m cnn_core.runtime.public_weights list
    python -m cnn_core.runtime.public_weights fetch resnet50 vgg19

A file's hash is checked after the download and again at each load; the tensors are read without running any code of theirs
(``weights_only=True``). torchvision publishes the first eight digits of each sha256: enough against accidents.

Settings: ``CNN_PUBLIC_DOWNLOADS`` (1 or 0: may visitors fetch? If unset: yes, but not where the machine shows that it is a
public host), ``CNN_PUBLIC_WEIGHTS`` (the folder; if unset, torch's own), ``CNN_PUBLIC_MEMORY`` (how many megabytes of public
networks may lie in memory).
"""

import argparse
import contextlib
import os
import sys
import zipfile
from collections.abc import Generator, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnn_core.errors import WeightsError
from cnn_core.models import build_model
from cnn_core.runtime import fetching, run_log
from cnn_core.runtime.cards import Card
from cnn_core.runtime.fetching import Progress, Wanted
from cnn_core.runtime.public_networks import NETWORKS, PublicNetwork

PREFIX = "public_"
COMMAND = "python -m cnn_core.runtime.public_weights"
BY_NAME = {PREFIX + network.key: network for network in NETWORKS}
PUBLIC_HOSTS = ("SPACE_ID", "DYNO", "RENDER", "K_SERVICE", "FLY_APP_NAME", "KUBERNETES_SERVICE_HOST")
"""Variables that the places set where people host such apps for everybody."""
FIGURES = {
    "acc@1": ("top1", "top-1"), "acc@5": ("top5", "top-5"), "box_map": ("box_map", "mAP of boxes"),
    "mask_map": ("mask_map", "mAP of masks"), "miou": ("miou", "mean IoU"), "pixel_acc": ("pixel_accuracy", "pixels right"),
}  # fmt: skip
"""torchvision's name of a figure -> its name on our cards, and in words."""

DRAWING = {
    Tensor.normal_, Tensor.uniform_, nn.init.normal_, nn.init.uniform_, nn.init.kaiming_uniform_,
}  # fmt: skip


def names(task: str | None = None) -> list[str]:
    """The names of the public networks, of all or for one task, smallest first."""
    return [name for name, network in BY_NAME.items() if task in (None, network.task)]


def offered(task: str) -> list[str]:
    """The names of those for a task that a page may offer: the ones that are here, and where downloads are allowed all."""
    return [name for name in names(task) if downloads_allowed() or kept(name)]


def title(name: str) -> str:
    """What a person calls the public weights called ``name``, and their size."""
    return f"{BY_NAME[name].title} · public, {BY_NAME[name].size}"


def downloads_allowed() -> bool:
    """Whether visitors may let this machine fetch: ``CNN_PUBLIC_DOWNLOADS`` is 1; if it is unset, not on public hosts."""
    wanted = os.environ.get("CNN_PUBLIC_DOWNLOADS", "")
    return wanted == "1" if wanted else not any(os.environ.get(sign) for sign in PUBLIC_HOSTS)


def record_of(name: str) -> Any:
    """torchvision's own record (URL, classes, published figures) of the public weights called ``name``.

    torchvision is imported where it is first needed, here and in a few functions of ``images``, ``explain`` and ``tasks``:
    it takes a second and 160 MB, and no page needs it to open.
    """
    from torchvision.models import get_model_weights

    records = get_model_weights(BY_NAME[name].key)
    ours = (record for record in records if record.url.endswith(f"/{BY_NAME[name].file}"))
    return next(ours, records.DEFAULT)  # a later torchvision may have better weights, too: ours are those of our hash


def classes_of(network: PublicNetwork, categories: Sequence[str]) -> tuple[str, ...]:
    """The classes that a network can answer: COCO's list has holes and a background, which only class masks answer."""
    masks = network.task == "semantic_segmentation"
    renamed = ["background" if masks and name == "__background__" else name for name in categories]
    return tuple(name for name in renamed if name not in ("__background__", "N/A"))


def card_of(name: str) -> Card:
    """The card of the public weights called ``name``, made from our entry and torchvision's record."""
    network, meta = BY_NAME[name], record_of(name).meta
    ((_, published),) = meta["_metrics"].items()
    data, count = network.trained_on.measured
    figures = {FIGURES[key][0]: value / 100 for key, value in published.items()}
    words = ", ".join(f"{value:.1f} % {FIGURES[key][1]}" for key, value in published.items())
    limit = network.trained_on.limit
    metrics = {f"{data} (published, not measured here)": {"n": count, **figures}}
    line = f"Public weights ({network.terms}). Published on {data}, not measured here: {words}. {limit}"
    return Card(
        name=name, task=network.task, title=f"{network.title}, public", architecture=network.architecture,
        arguments=MappingProxyType({"name": network.key, **network.arguments}),
        classes=classes_of(network, meta["categories"]), input=network.input, parameters=meta["num_params"],
        multiply_adds=round(1e9 * meta["_ops"]), bytes=round(fetching.MEGABYTE * meta["_file_size"]),
        sha256=network.hash_prefix, metrics=MappingProxyType(metrics), limits=(limit,),
        record=MappingProxyType({"line": line, "two_stages": network.two_stages}),
    )  # fmt: skip


def path_of(name: str) -> Path:
    """Where the file of the public weights called ``name`` is kept: ``CNN_PUBLIC_WEIGHTS``, else torch's own folder."""
    folder = Path(os.environ.get("CNN_PUBLIC_WEIGHTS") or Path(torch.hub.get_dir()) / "checkpoints")
    return folder / BY_NAME[name].file


def kept(name: str) -> bool:
    """Whether the file of the public weights called ``name`` was fetched before; its hash is checked when it is read."""
    return path_of(name).is_file()


def fetch(name: str) -> Generator[Progress, None, None]:
    """Fetches the file of the public weights called ``name`` step by step; leaving the steps early is Stop.

    It asks nobody: whoever calls it has shown ``terms`` and size to a person who said yes.

    Raises:
        WeightsError: the file cannot be had; the sentence says why and what works.
    """
    network = BY_NAME[name]
    size = round(fetching.MEGABYTE * network.megabytes)
    wanted = Wanted(record_of(name).url, path_of(name), network.hash_prefix, size, network.title)
    with contextlib.closing(fetching.fetch(wanted)) as steps:  # also where whoever listens to the progress ends it
        for progress in steps:
            run_log.tell_progress(progress.done / max(progress.total, 1), f"{network.title}: {progress.words}")
            yield progress


def read(name: str) -> dict[str, Tensor]:
    """The tensors of the kept file of the public weights called ``name``, by torchvision's names; its hash is checked.

    Raises:
        WeightsError: the file was not fetched yet, or is not the right one.
    """
    network, path = BY_NAME[name], path_of(name)
    if not path.is_file():
        raise WeightsError(say_missing(name))
    if not fetching.is_right(path, network.hash_prefix):
        raise WeightsError(f"The kept file of {network.title} is damaged (its hash differs). Fetch it again.")
    # the tensors stay on the disk until they are copied, if the file's format allows it: its own memory once, not twice
    tensors: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    return tensors


def say_missing(name: str) -> str:
    """What a person reads who chose a public network that is not on this machine: its size, its terms, and what works."""
    network = BY_NAME[name]
    here = 'Fetch it on the page "Public networks".'
    keeper = f"Visitors of this server cannot fetch it; its keeper can: {COMMAND} fetch {network.key}."
    return (
        f"{network.title} is not on this machine yet: {network.size} ({network.terms}). "
        f"{here if downloads_allowed() else keeper}"
    )


def build_empty(name: str) -> nn.Module:
    """The public network called ``name`` without numbers, on torch's device "meta": enough to list its layers."""
    network = BY_NAME[name]
    with torch.device("meta"):
        return build_model(network.architecture, {"name": network.key, **network.arguments}).eval()


class WithoutDrawing(TorchFunctionMode):
    """A block in which this thread's new layers stay empty: numbers drawn for VGG-19 take 8 s and are thrown away."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if function in DRAWING:
            return args[0] if args else kwargs["tensor"]
        return function(*args, **kwargs)


def build(name: str) -> nn.Module:
    """The public network called ``name`` in eval mode on the CPU, from its kept file.

    Raises:
        WeightsError: the file is not here, is not the right one, or does not fit.
    """
    network = BY_NAME[name]
    tensors = {f"net.{key}": value.float() for key, value in read(name).items() if not key.startswith(network.training_only)}
    with WithoutDrawing():
        model = build_model(network.architecture, {"name": network.key, **network.arguments})
    try:
        missing = model.load_state_dict(tensors, strict=False)
    except RuntimeError as error:
        raise WeightsError(f"The public weights {name} do not fit torchvision's architecture: {error}") from error
    absent = [key for key in missing.missing_keys if not key.endswith("num_batches_tracked")]
    if absent or missing.unexpected_keys:
        raise WeightsError(
            f"The public weights {name} do not fit: missing {absent[:3]}, unknown {missing.unexpected_keys[:3]}."
        )
    return model.eval().requires_grad_(False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Lists or fetches, from the command line; returns the exit status: 1 if something could not be fetched."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Public networks.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="names, sizes and terms, and what is here")
    wanted = commands.add_parser("fetch", help="fetch some beforehand; goes on where it was stopped")
    wanted.add_argument("names", nargs="+", metavar="NAME", choices=[network.key for network in NETWORKS])
    chosen = parser.parse_args(arguments)
    if chosen.command == "list":
        for name, network in BY_NAME.items():
            sys.stdout.write(f"{network.key:36}{network.size:>8}  {'here' if kept(name) else '    '}  {network.terms}\n")
        return 0
    return max(fetch_and_tell(PREFIX + key) for key in chosen.names)


def fetch_and_tell(name: str) -> int:
    """Fetches one network and writes its progress on one line; 1 if it could not be fetched."""
    try:
        for progress in fetch(name):
            sys.stdout.write(f"\r{BY_NAME[name].title}: {progress.words}  ")
    except WeightsError as error:
        sys.stdout.write(f"\n{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stdout.write("\nStopped. The same command goes on from there.\n")
        return 1
    sys.stdout.write(f"\r{BY_NAME[name].title} is here ({BY_NAME[name].size}, its hash is right).  \n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
