"""What a long-lived process remembers 缓存: derived values by name and version, the oldest forgotten first.

Nothing here is a record: a value is made again when its version has changed. Values are kept per name, so a new version
takes the place of the old. Callers never share a value that was cut to a scope unless the scope is part of the name.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

T = TypeVar("T")


class Memory:
    """A bounded, thread-safe map from name to (version, value)."""

    def __init__(self, most: int = 512) -> None:
        self._kept: OrderedDict[Hashable, tuple[Hashable, object]] = OrderedDict()
        self._lock, self._most = threading.Lock(), most

    def get(self, name: Hashable, version: Hashable, make: Callable[[], T]) -> T:
        """The value kept under the name if it is of this version; else it is made and kept."""
        with self._lock:
            found = self._kept.get(name)
            if found is not None and found[0] == version:
                self._kept.move_to_end(name)
                return found[1]  # type: ignore[return-value]
        value = make()  # outside the lock: two threads may make the same value once each
        with self._lock:
            self._kept[name] = (version, value)
            self._kept.move_to_end(name)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return value
