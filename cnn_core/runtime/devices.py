"""The one place that asks torch about devices and threads."""

import logging
import os
from functools import cache

import torch

from cnn_core.errors import InputError

logger = logging.getLogger(__name__)
GPUS = ("cuda", "mps")
_taken: list[bool] = []


@cache
def device() -> torch.device:
    """Where networks run: ``CNN_DEVICE`` if set and there, else CUDA, else MPS, else the CPU.

    Where a GPU is only lent to other processes, as on ZeroGPU, it is the CPU, whatever torch has been made to say there.

    Raises:
        InputError: ``CNN_DEVICE`` names no device.
    """
    if gpu_is_lent():
        return torch.device("cpu")
    wanted = os.environ.get("CNN_DEVICE", "")
    if wanted:
        try:
            return torch.empty(1, device=wanted).device
        except (RuntimeError, AssertionError, ValueError) as error:
            if not wanted.startswith(GPUS):
                raise InputError(f"CNN_DEVICE={wanted} is no device; 'cpu' always works, 'cuda' or 'mps' may.") from error
            logger.warning("CNN_DEVICE=%s cannot be used here; the networks run on the CPU.", wanted)
            return torch.device("cpu")
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def gpu_is_lent() -> bool:
    """Whether this is the main process of a ZeroGPU Space: others get the GPU, and CUDA must not be touched in this one."""
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true") and not _taken


def take_lent_gpu() -> None:
    """In the process that a GPU is lent to: from now on its networks run there, on the CPU by one thread.

    Such a process is forked, and the threads that torch had before the fork are not in it: work for them would never end.
    """
    if not _taken:
        _taken.append(True)
        device.cache_clear()
        torch.set_num_threads(1)


def device_name(place: torch.device | None = None) -> str:
    """The device in words: the GPU's name, or "CPU, 1 thread"."""
    place = place or device()
    if place.type == "cuda":
        return torch.cuda.get_device_name(place)
    if place.type != "cpu":
        return place.type.upper()
    threads, wanted = torch.get_num_threads(), os.environ.get("CNN_DEVICE", "")
    instead = f" (there is no {wanted} here)" if wanted.startswith(GPUS) else ""
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}{instead}"


def set_threads() -> int:
    """Gives torch its threads, once at start: ``CNN_THREADS``, else the cores less one and at least one.

    As many threads as cores collapse as soon as anything else is busy (8 pictures/s against 247, measured).

    Raises:
        InputError: ``CNN_THREADS`` is not a whole number.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    wanted = os.environ.get("CNN_THREADS", str(cores - 1))
    if not wanted.isdecimal():
        raise InputError(f"CNN_THREADS={wanted} is not a whole number; leave it out, or set it to 1 or more.")
    threads = max(int(wanted), 1)
    torch.set_num_threads(threads)
    return threads


def finish(place: torch.device) -> None:
    """Waits until a GPU has done what it was given, so that a clock reads the truth; the CPU is always done."""
    if place.type == "cuda":
        torch.cuda.synchronize(place)
    elif place.type == "mps":
        torch.mps.synchronize()


def memory_is_full(error: BaseException) -> bool:
    """Whether an error says that a device's memory is full: cuDNN's and MPS's are plain RuntimeErrors."""
    words = str(error).lower()
    return isinstance(error, torch.OutOfMemoryError) or (isinstance(error, RuntimeError) and "out of memory" in words)


def empty_cache(place: torch.device) -> None:
    """Gives a GPU's unused memory back."""
    if place.type == "cuda":
        torch.cuda.empty_cache()
    elif place.type == "mps":
        torch.mps.empty_cache()
