"""What a long-lived process remembers 缓存: derived values by name and version, the oldest forgotten first.

Nothing here is a record: a value is made again when its version has changed. Values are kept per name, so a new version
takes the place of the old. Callers never share a value that was cut to a scope unless the scope is part of the name.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
_PATIENCE_S = 30.0  # so long a thread waits for another that makes the same value; then it makes its own


@dataclass(frozen=True, slots=True)
class _Making:
    """A value that a thread is making."""

    thread: int = field(default_factory=threading.get_ident)
    ended: threading.Event = field(default_factory=threading.Event)


class Memory:
    """A bounded, thread-safe map from name to (version, value). Of threads that want the same value one makes it."""

    def __init__(self, most: int = 2048) -> None:
        self._kept: OrderedDict[Hashable, tuple[Hashable, object]] = OrderedDict()
        self._making: dict[tuple[Hashable, Hashable], _Making] = {}
        self._lock, self._most = threading.Lock(), most

    def get(self, name: Hashable, version: Hashable, make: Callable[[], T]) -> T:
        """The value kept under the name if it is of this version; else it is made and kept.

        Where another thread is making it, its value is waited for; where that one fails, it is made here.
        """
        with self._lock:
            if (found := self._found(name, version)) is not None:
                return found[0]  # type: ignore[return-value]
            making = self._making.get((name, version))
            if making is None:
                mine = self._making[name, version] = _Making()
        if making is None:
            return self._made(name, version, make, mine)
        if making.thread != threading.get_ident() and making.ended.wait(_PATIENCE_S):
            with self._lock:
                if (found := self._found(name, version)) is not None:
                    return found[0]  # type: ignore[return-value]
        return self._put(name, version, make())

    def ready(self, name: Hashable, version: Hashable) -> object | None:
        """The value kept under the name if it is of this version, else None; never waits."""
        with self._lock:
            found = self._found(name, version)
        return None if found is None else found[0]

    def _found(self, name: Hashable, version: Hashable) -> tuple[object] | None:
        kept = self._kept.get(name)
        if kept is None or kept[0] != version:
            return None
        self._kept.move_to_end(name)
        return (kept[1],)

    def _made(self, name: Hashable, version: Hashable, make: Callable[[], T], mine: _Making) -> T:
        try:
            return self._put(name, version, make())
        finally:
            with self._lock:
                del self._making[name, version]
            mine.ended.set()

    def _put(self, name: Hashable, version: Hashable, value: T) -> T:
        with self._lock:
            self._kept[name] = (version, value)
            self._kept.move_to_end(name)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return value
