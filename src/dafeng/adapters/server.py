"""The HTTP server 服务进程: granian with worker processes, each of which opens the programme for itself.

The parent opens nothing but the address: it starts the workers, keeps the job runner alive, says when the portal
answers, and on SIGTERM or Ctrl-C lets both end what they are doing.
"""

from __future__ import annotations

import multiprocessing
import os
import pkgutil
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from dafeng.adapters.orphans import end_with_parent
from dafeng.adapters.supervised import Supervised
from dafeng.app.system.serving import ServeOptions
from dafeng.base.errors import BadRequest, StoreError

APPLICATION = "dafeng.api.app:opened"  # (folder, options) → ASGI application, in each worker
RUNNER = "dafeng.wiring:run_jobs"
_HEADER_TIME_MS = 10_000
_KILL_AFTER_S = 60


def serve(folder: Path, options: ServeOptions, say: Callable[[str], None]) -> None:
    """Serve a programme until a signal ends it. Raises BadRequest or StoreError where the address cannot be had."""
    address = _free(options.host, options.port)
    _check_tls(options)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    os.environ.setdefault("POLARS_MAX_THREADS", str(max(1, cores // options.workers)))  # of each worker
    multiprocessing.set_start_method("spawn", force=True)  # threads of polars do not survive a fork
    server = _server(options, address)
    runner = Supervised(pkgutil.resolve_name(RUNNER), (folder,)) if options.jobs else None
    ended = threading.Event()

    @server.on_startup
    def _begin() -> None:
        if runner is not None:
            runner.start()
        threading.Thread(target=_announce, args=(options, address, say, ended), daemon=True).start()

    @server.on_shutdown
    def _end() -> None:
        ended.set()
        if runner is not None:
            runner.stop()

    load = partial(_load, str(folder), options)
    server.serve(target_loader=load, wrap_loader=False)


def _load(folder: str, options: ServeOptions) -> Any:
    end_with_parent()
    return pkgutil.resolve_name(APPLICATION)(Path(folder), options)


def _server(options: ServeOptions, port: int) -> MPServer:
    return MPServer(
        "dafeng",
        address=options.host,
        port=port,
        interface=Interfaces.ASGI,
        workers=options.workers,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_TIME_MS),
        log_level=LogLevels.warning,
        ssl_cert=options.tls_cert,
        ssl_key=options.tls_key,
        workers_kill_timeout=_KILL_AFTER_S,
        respawn_failed_workers=True,
    )


def _check_tls(options: ServeOptions) -> None:
    if (options.tls_cert is None) != (options.tls_key is None):
        raise BadRequest("TLS needs a certificate and its key", where="--tls-cert, --tls-key", mend="Give both files.")
    for path in (options.tls_cert, options.tls_key):
        if path is not None and not path.is_file():
            raise BadRequest("there is no such file", where=str(path), mend="Give the path of a PEM file.")


def _free(host: str, port: int) -> int:
    """The port to listen on; 0 chooses a free one. Raises StoreError where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            mend = "Choose another --port, or end what listens there."
            raise StoreError(f"cannot listen: {error.strerror or error}", where=f"{host}:{port}", mend=mend) from error
        return int(probe.getsockname()[1])


def _announce(options: ServeOptions, port: int, say: Callable[[str], None], ended: threading.Event) -> None:
    """Say the address once the portal answers there."""
    scheme = "https" if options.tls_cert is not None else "http"
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(options.host, options.host)  # noqa: S104 (compared, not bound)
    while not ended.is_set():
        if _answers(scheme, name, port):
            say(f"{scheme}://{f'[{name}]' if ':' in name else name}:{port}/")
            return
        time.sleep(0.1)


def _answers(scheme: str, host: str, port: int) -> bool:
    connection: HTTPConnection
    if scheme == "https":  # our own address: whether it listens, not who it is
        connection = HTTPSConnection(host, port, timeout=2, context=ssl._create_unverified_context())  # noqa: S323
    else:
        connection = HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
