"""More than one machine: demos computed by replicas of a Ray Serve application. ``python -m demos.ray_serve`` starts it.

Ray is no part of requirements.txt but of requirements-cluster.txt. Replicas, restarts and scaling are its own work.
"""

import argparse
import contextlib
import logging
import os
from collections.abc import Callable, Generator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cnn_core.errors import InputError, LabError
from cnn_core.runtime import devices

logger = logging.getLogger(__name__)
BACKEND = "CNN_BACKEND"
"""The environment variable that names the cluster: ray://host:port, as ``ray start`` says it."""
SCHEME = "ray://"
APPLICATION = "cnn_lab"
ROOT = Path(__file__).resolve().parents[1]
GONE = "The computers that work for this page do not answer now. Try again in a minute."


class Lab:
    """What every replica does. Ray makes one in each of its processes."""

    def __init__(self, most: int) -> None:
        devices.set_threads()
        self.most = most

    def at_once(self) -> int:
        """How many replicas there may be."""
        return self.most

    def compute(self, run: Callable[..., Any], values: Mapping[str, Any], visitor: str | None, left: float | None) -> Any:
        """The steps of a run, as ``elsewhere.compute`` gives them."""
        from demos import elsewhere

        yield from elsewhere.compute(run, values, visitor, left)


def ray() -> Any:
    """The module ``ray``, which tells nobody that it is used.

    Raises:
        InputError: it is not installed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray.serve
    except ImportError as error:
        raise InputError("Ray is not installed: pip install -r requirements-cluster.txt") from error
    return ray


@cache
def handle() -> Any:
    """The application's handle, in the cluster that CNN_BACKEND names.

    Raises:
        InputError: it names none, or none that answers, or the application does not run there.
    """
    address = os.environ.get(BACKEND, "")
    if not address.startswith(SCHEME) or ":" not in address.removeprefix(SCHEME):
        raise InputError(f"{BACKEND}={address} is no cluster; one is named as in {BACKEND}={SCHEME}127.0.0.1:6379.")
    library = ray()
    try:
        if not library.is_initialized():
            library.init(address.removeprefix(SCHEME), logging_level=logging.ERROR, log_to_driver=False)
        return library.serve.get_app_handle(APPLICATION)
    except Exception as error:
        raise InputError(
            f"No CNN Lab runs in the cluster {address}: start it there by python -m demos.ray_serve."
        ) from error


@cache
def at_once() -> int:
    """How many runs the cluster computes at the same time."""
    return int(handle().at_once.remote().result(timeout_s=60))


def ask(
    run: Callable[..., Any], values: dict[str, Any], visitor: str | None, left: float | None
) -> Generator[Any, None, None]:
    """The steps of a run as ``elsewhere.compute`` gives them, computed by a replica.

    Raises:
        LabError: the cluster does not answer.
    """
    found = handle().options(stream=True).compute.remote(run, values, visitor, left)
    try:
        yield from found
    except ray().exceptions.RayTaskError:
        raise  # a mistake in the program
    except (ray().exceptions.RayError, ConnectionError) as error:
        raise LabError(GONE) from error
    finally:
        with contextlib.suppress(Exception):
            found.cancel()


def start(replicas: int, most: int, address: str | None = None) -> None:
    """Starts the application in a cluster, with as many replicas as asked for: more, up to ``most``, when many wait."""
    library = ray()
    if not library.is_initialized():
        library.init(address, logging_level=logging.ERROR)
    scaling = {"num_replicas": replicas} if most <= replicas else {
        "autoscaling_config": {"min_replicas": replicas, "max_replicas": most, "target_ongoing_requests": 1}
    }  # fmt: skip
    # One core and one thread each; the project lies in the same folder on every machine.
    own = {"PYTHONPATH": str(ROOT), "CNN_THREADS": os.environ.get("CNN_THREADS", "1")}
    options = {"num_cpus": 1, "runtime_env": {"env_vars": own}}
    deployment = library.serve.deployment(Lab, max_ongoing_requests=1, ray_actor_options=options, **scaling)
    library.serve.start(proxy_location="Disabled")  # only the lab asks, by its handle; no port is opened
    library.serve.run(deployment.bind(max(most, replicas)), name=APPLICATION, route_prefix=None)


def main(arguments: list[str] | None = None) -> None:
    """Starts the application in the cluster that runs on this machine (``ray start --head``)."""
    parser = argparse.ArgumentParser(prog="python -m demos.ray_serve", description=__doc__)
    parser.add_argument("--replicas", type=int, default=2)
    parser.add_argument("--most", type=int, default=0, help="more replicas when many wait, up to so many")
    asked = parser.parse_args(arguments)
    try:
        start(asked.replicas, asked.most, "auto")
    except LabError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    from demos import ray_serve  # the class must be found under this module's own name, not under __main__

    ray_serve.main()
