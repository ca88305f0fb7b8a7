"""How much one caller may ask 限流: requests by token buckets, streams by places, bodies by size; in each worker."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping
from typing import Any, ClassVar

from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.types import Receive

from dafeng.app.permission import SIGNED_IN
from dafeng.base.callers import PUBLIC, Caller
from dafeng.base.errors import DafengError, InputError

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


class TooManyStreams(DafengError):
    """An account, or all together, have as many streams open as there may be. Faces answer 429."""

    status: ClassVar[int] = 429
    kind: ClassVar[str] = "too-many-streams"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "10"}


class TooLarge(InputError):
    """A body is larger than its route takes, or than this caller may send. Faces answer 413."""

    status: ClassVar[int] = 413
    kind: ClassVar[str] = "too-large"


class Streams:
    """Places for answers that last 长连接: so many for one name, so many in all."""

    def __init__(self, each: int, most: int) -> None:
        self._each, self._most = each, most
        self._open: Counter[str] = Counter()

    def enter(self, name: str) -> None:
        """Take a place. Raises TooManyStreams."""
        if self._open[name] >= self._each or self._open.total() >= self._most:
            raise TooManyStreams(
                "too many streams are open",
                where="events",
                mend="Close other windows of the portal, or ask for the state from time to time.",
                zh="打开的实时进度过多",
                mend_zh="请关闭其他窗口，或稍候刷新查看进度。",
            )
        self._open[name] += 1

    def leave(self, name: str) -> None:
        """Give a place back."""
        self._open[name] -= 1
        if self._open[name] <= 0:
            del self._open[name]


class Stay:
    """The stay of one request: it ends after a time, unless its route says that the answer ``lasts``."""

    def __init__(self, streams: Streams, name: str, limit: asyncio.Timeout) -> None:
        self._streams, self._name, self._limit, self._placed = streams, name, limit, False

    def lasts(self) -> None:
        """The answer goes on until its route ends it, and takes a place meanwhile. Raises TooManyStreams."""
        if not self._placed:
            self._streams.enter(self._name)
            self._placed = True
            self._limit.reschedule(None)

    def over(self) -> None:
        """The answer has ended, however it did."""
        if self._placed:
            self._streams.leave(self._name)
            self._placed = False


class BodyLimits:
    """The largest body that a route takes, from the routes themselves; who may do nothing yet sends little."""

    def __init__(self, app: Litestar | None, usual: int, strangers: int) -> None:
        self._usual, self._strangers = usual, strangers
        self._larger = list(_larger(app, usual)) if app is not None else []

    def of(self, method: str, path: str, caller: Caller) -> int:
        """Bytes that a body may have."""
        most = next((n for m, asked, n in self._larger if m == method and asked.fullmatch(path)), self._usual)
        return min(most, self._strangers) if caller.roles <= PUBLIC.roles | {SIGNED_IN} else most


def _larger(app: Litestar, usual: int) -> list[tuple[str, re.Pattern[str], int]]:
    found = []
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            most = handler.resolve_request_max_body_size() or usual
            if most != usual:
                asked = re.compile(re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(route.path_format)) + "/?")
                found += [(str(method), asked, most) for method in handler.http_methods]
    return found


def within(receive: Receive, most: int) -> Receive:
    """The messages of a body, until more than ``most`` bytes came: then TooLarge is raised, and no more is kept."""
    size = 0

    async def counted() -> Any:
        nonlocal size
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
            if size > most:
                raise too_large(most)
        return message

    return counted


def too_large(most: int) -> TooLarge:
    """The body has more than ``most`` bytes."""
    return TooLarge(
        f"the body is larger than {most} bytes",
        where="body",
        mend="Send less at once; sign in first where you have not.",
        zh=f"提交的内容超过 {most // 1024} KB",
        mend_zh="请拆分后再传；尚未登录的，请先登录。",
    )
