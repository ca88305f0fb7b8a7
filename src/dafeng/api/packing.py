"""Answers made small 压缩与版本: gzip where the asker takes it, and an ETag on what has none.

Many desks are given the same bytes: what was packed once is kept by its content, so that it is packed once. An answer
that says no-store (secrets, files) is left as it is.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import threading
from collections import OrderedDict
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Send

_LEAST, _AT_ONCE = 1024, 16 * 1024  # bytes; below the first it is not worth it, above the second it is done in a thread
_LEVEL, _MOST = 4, 64 * 1024 * 1024
_PACKED_TYPES = (b"application/json", b"text/", b"application/problem+json", b"application/geo+json")
_VARY = b"Cookie, Authorization, Accept-Encoding"


class Packed:
    """Packed bytes by the digest of the plain ones, the oldest forgotten first."""

    def __init__(self, most: int = _MOST) -> None:
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock, self._size, self._most = threading.Lock(), 0, most

    def find(self, digest: bytes) -> bytes | None:
        """What was packed before."""
        with self._lock:
            found = self._kept.get(digest)
            if found is not None:
                self._kept.move_to_end(digest)
            return found

    def pack(self, digest: bytes, plain: bytes) -> bytes:
        """Pack and keep."""
        packed = gzip.compress(plain, _LEVEL, mtime=0)
        with self._lock:
            if digest not in self._kept:
                self._kept[digest] = packed
                self._size += len(packed)
            while self._size > self._most:
                _, gone = self._kept.popitem(last=False)
                self._size -= len(gone)
        return packed


class Packing:
    """The ASGI layer around the routes that packs whole answers; what is streamed passes as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._packed = app, Packed()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Answer(self._packed, scope, send))


class _Answer:
    """Holds the head of an answer back until its body is known to be whole."""

    def __init__(self, packed: Packed, scope: Any, send: Send) -> None:
        self._packed, self._send = packed, send
        asked = {n: v for n, v in scope["headers"] if n in (b"accept-encoding", b"if-none-match")}
        self._gzip = b"gzip" in asked.get(b"accept-encoding", b"")
        self._has = asked.get(b"if-none-match", b"")
        self._is_get = scope["method"] in ("GET", "HEAD")
        self._head: Any = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if _is_plain(message):
                self._head = message
                return
        elif self._head is not None and message["type"] == "http.response.body":
            head, self._head = self._head, None
            if not message.get("more_body", False):
                await self._whole(head, message.get("body", b""))
                return
            await self._send(head)
        await self._send(message)

    async def _whole(self, head: Any, body: bytes) -> None:
        headers = [(n, v) for n, v in head["headers"] if n.lower() not in (b"content-length", b"vary")]
        headers.append((b"vary", _VARY))
        digest = hashlib.blake2b(body, digest_size=16).digest()
        status = head["status"]
        if status == 200 and self._is_get and body:
            tag = next((v for n, v in headers if n.lower() == b"etag"), None)
            if tag is None:
                tag = b'"' + digest.hex().encode() + b'"'
                headers.append((b"etag", tag))
            if self._has and tag in self._has:
                kept = [(n, v) for n, v in headers if n.lower() not in (b"content-type", b"content-encoding")]
                await self._give(304, kept, b"")
                return
        if self._gzip and len(body) >= _LEAST:
            body = await self._small(digest, body)
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-length", str(len(body)).encode()))
        await self._give(status, headers, body)

    async def _small(self, digest: bytes, body: bytes) -> bytes:
        found = self._packed.find(digest)
        if found is not None:
            return found
        if len(body) <= _AT_ONCE:
            return self._packed.pack(digest, body)
        return await asyncio.to_thread(self._packed.pack, digest, body)

    async def _give(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body, "more_body": False})


def _is_plain(head: Any) -> bool:
    """Whether the answer is text of ours that is not packed yet and may be kept."""
    found = {n.lower(): v for n, v in head["headers"]}
    if b"content-encoding" in found or b"no-store" in found.get(b"cache-control", b"") or b"set-cookie" in found:
        return False
    kind = found.get(b"content-type", b"")
    return head["status"] not in (204, 304) and kind.startswith(_PACKED_TYPES) and not kind.startswith(b"text/event")
