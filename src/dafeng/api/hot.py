"""Answers that every desk asks for all day 热点回答: kept for a fifth of a second by what their asker may see.

Within it neither routes nor database are asked; login and permission are, each time. What stands in a hot answer
changes only when a run, a reading or a decision is written, so nobody sees his own write late by more than that.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any

from dafeng.app.permission import may
from dafeng.app.tables.tabling import sight_of
from dafeng.base.callers import Caller

HOT: Mapping[str, str] = {"/api/v1/overview/tile": "overview.see"}  # path → the use case behind it
KEPT_S, _MOST = 0.2, 2000
_NAMES = frozenset({b"content-type", b"content-encoding", b"content-length", b"etag", b"cache-control", b"vary"})


class HotAnswers:
    """Whole answers of 200 by path, query, packing and sight."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[float, list[tuple[bytes, bytes]], bytes]] = OrderedDict()

    def find(self, scope: Any, caller: Caller) -> tuple[int, list[tuple[bytes, bytes]], bytes] | None:
        """The answer for this caller; 304 where he has it. None where it must be made, or he may not have it."""
        case = HOT.get(scope["path"])
        if case is None or scope["method"] != "GET" or not may(caller, case):
            return None
        kept = self._kept.get(self._name(scope, caller))
        if kept is None or time.monotonic() - kept[0] > KEPT_S:
            return None
        _, headers, body = kept
        asked = next((v for n, v in scope["headers"] if n == b"if-none-match"), None)
        tag = next((v for n, v in headers if n == b"etag"), None)
        if asked is not None and asked == tag:
            return 304, [h for h in headers if h[0] in (b"etag", b"cache-control", b"vary")], b""
        return 200, headers, body

    def keep(self, scope: Any, caller: Caller, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Keep an answer that was made for this caller."""
        kept = [(n.lower(), v) for n, v in headers if n.lower() in _NAMES]
        self._kept[self._name(scope, caller)] = (time.monotonic(), kept, body)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)

    @staticmethod
    def _name(scope: Any, caller: Caller) -> Hashable:
        """An answer is kept as it was packed, so for those who take it packed like that."""
        takes = next((v for n, v in scope["headers"] if n == b"accept-encoding"), b"")
        return (scope["path"], scope["query_string"], b"gzip" in takes, sight_of(caller))


def is_hot(scope: Any) -> bool:
    """Whether the answer to this request may be kept."""
    return scope["method"] == "GET" and scope["path"] in HOT
