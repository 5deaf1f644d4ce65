"""Sets that are made by programme, kept as a file, so that a training which resumes need not make all anew."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch

Made = TypeVar("Made")


def make_or_read(folder: Path | None, name: str, kind: Callable[..., Made], make: Callable[[], Made]) -> Made:
    """A set of tensors: read from ``folder``, or made and written there; only made where there is no folder.

    Args:
        folder: where such sets are kept; it need not be there yet.
        name: the file's, without its ending; it tells all that the set depends on.
        kind: the set's dataclass, all of whose fields are tensors.
        make: makes the set.
    """
    if folder is None:
        return make()
    file = folder / f"{name}.npz"
    if not file.exists():
        made: dict[str, Any] = vars(make())
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(file, **{field: tensor.numpy() for field, tensor in made.items()})
    with np.load(file) as found:
        return kind(**{field: torch.from_numpy(found[field]) for field in found})
