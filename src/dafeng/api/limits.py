"""How much one caller may ask 限流: token buckets by caller or address, kept in each worker."""

from __future__ import annotations

import time
from collections import OrderedDict

_MOST = 50_000


class Buckets:
    """Token buckets by name: ``rate`` tokens a second, at most ``burst``. rate 0 = no limit."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """Take one token: 0 where there was one, else the seconds until there is."""
        if not self._rate:
            return 0.0
        now = time.monotonic()
        left, at = self._kept.get(name, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        wait = 0.0 if left >= 1 else (1 - left) / self._rate
        self._kept[name] = (left - 1 if not wait else left, now)
        self._kept.move_to_end(name)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return wait
