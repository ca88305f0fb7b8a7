"""A process that ends with its parent 随父进程结束: a killed server leaves no workers behind that hold its address."""

from __future__ import annotations

import os
import signal
import threading
import time

_LOOK_S, _PATIENCE_S = 1.0, 20.0


def end_with_parent() -> None:
    """Watch the parent from a thread; once it is gone this process is asked to end, and ended where it does not.

    Looking is slower than the kernel's own signal of a parent's death, but that one comes already when the thread that
    started us ends, and only Linux has it.
    """
    parent = os.getppid()
    threading.Thread(target=_watch, args=(parent,), name="orphan", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE_S)
    os._exit(1)
