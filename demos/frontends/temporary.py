"""A folder of its own for each process, where uploads and results lie while it runs; nobody else can look into it."""

import atexit
import contextlib
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from cnn_core.errors import LabError

PREFIX = "cnn_lab_"


@cache
def folder() -> Path:
    """This process's folder, made (mode 0700) when first asked for and removed when the process ends.

    Those that processes of this user left behind, such as one that was killed, are removed as well.

    Raises:
        LabError: there is no folder for temporary files that this process may write to.
    """
    user = os.getuid() if hasattr(os, "getuid") else 0
    try:
        parent = Path(tempfile.gettempdir())
        made = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{user}_{os.getpid()}_", dir=parent))
    except OSError as error:
        raise LabError(
            "No folder for temporary files can be written to. Set TMPDIR to one that can, then start again."
        ) from error
    _sweep(parent, user)
    atexit.register(_remove, made, os.getpid())
    return made


def _sweep(parent: Path, user: int) -> None:
    for left in parent.glob(f"{PREFIX}{user}_*"):
        with contextlib.suppress(ValueError, IndexError, OSError):
            process = int(left.name.removeprefix(PREFIX).split("_")[1])
            if left.stat().st_uid == user and not left.is_symlink() and not _runs(process):
                shutil.rmtree(left, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(made: Path, process: int) -> None:
    """Removes the folder, unless a child of the process ends."""
    if os.getpid() == process:
        shutil.rmtree(made, ignore_errors=True)
