"""A process that is kept alive 守护进程: started again where it ends by itself, ended gently when asked."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from typing import Any

_AGAIN_AFTER_S = 2.0
_PATIENCE_S = 30.0


class Supervised:
    """Runs ``target(*arguments)`` in a process of its own; ``stop`` sends SIGTERM and waits."""

    def __init__(self, target: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        self._target, self._arguments = target, arguments
        self._stopping = threading.Event()
        self._process: Any = None
        self._watcher: threading.Thread | None = None

    def start(self) -> None:
        """Start it, and a thread that looks after it."""
        self._spawn()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Ask it to end after its current step; kill it where it does not."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        process.terminate()
        process.join(_PATIENCE_S)
        if process.is_alive():
            process.kill()
            process.join()

    def _spawn(self) -> None:
        process = multiprocessing.get_context("spawn").Process(
            name="dafeng-jobs", target=self._target, args=self._arguments
        )
        process.start()
        self._process = process

    def _watch(self) -> None:
        while not self._stopping.is_set():
            self._process.join()
            if self._stopping.wait(_AGAIN_AFTER_S):
                return
            self._spawn()
