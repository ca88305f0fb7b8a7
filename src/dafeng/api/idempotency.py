"""A write that is sent twice is done once 幂等: Idempotency-Key on POST, PUT and PATCH.

The same key, caller, address and body give the first answer again for a day; another body is refused. An answer of
5xx is not kept: the next try is a new one. An answer that is told once (a password, a key, codes: ``no-store``, all of
oneself) is never kept: the second try is told that it was done. Of a body a hash with the key in it is kept, so that
nobody finds a password by trying; signing in and out has no keys at all.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import Any

import msgspec
from litestar.types import ASGIApp, Message, Receive, Send

from dafeng.api.problems import MEDIA_TYPE, made
from dafeng.api.security import Refused
from dafeng.app.jobs_ports import AnswerStore, GivenAnswer
from dafeng.app.services import Services

_KEY = re.compile(r"\A[A-Za-z0-9._:-]{8,128}\Z")
_MOST_BODY, _MOST_KEPT = 64 * 1024 * 1024, 2 * 1024 * 1024
_SIGN_IN = "/api/v1/session"
_OF_ONESELF = re.compile(r"/api/v1/(?:me/|users/[^/]+/reset)")
TOLD_ONCE = "told-once"
_KEPT_HEADERS = frozenset({b"content-type", b"location", b"etag", b"content-disposition"})


class Once:
    """The ASGI layer between the door and the routes; what has no key passes untouched."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app, self._services = app, services

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        key = _key(scope) if scope["type"] == "http" else None
        if key is None or self._services.answers is None:
            await self._app(scope, receive, send)
            return
        await self._once(key, self._services.answers, scope, receive, send)

    async def _once(self, key: str, store: AnswerStore, scope: Any, receive: Receive, send: Send) -> None:
        caller = scope["dafeng_caller"]
        body = await _body(receive, scope["path"])
        asked = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
        name = hashlib.sha256("\0".join((caller.id or caller.name, key, scope["method"], asked)).encode()).hexdigest()
        digest = hashlib.sha256(f"{key}\0".encode() + body).hexdigest()
        given = await asyncio.to_thread(store.reserve, name, digest, self._services.clock.now())
        if given is not None:
            await _again(given, digest, scope["path"], send)
            return
        answer = _Recorded(send, private=_OF_ONESELF.match(scope["path"]) is not None)
        plain = [(n, v) for n, v in scope["headers"] if n != b"accept-encoding"]  # kept as it is, not compressed
        scope = scope | {"headers": plain}
        try:
            await self._app(scope, _replayed(body), answer)
        finally:
            await asyncio.shield(asyncio.to_thread(_settle, store, name, answer.kept(digest)))


def _settle(store: AnswerStore, name: str, answer: GivenAnswer | None) -> None:
    if answer is None:
        store.forget(name)
    else:
        store.keep(name, answer)


def _key(scope: Any) -> str | None:
    """The key of a request that may have one. Raises Refused where it is none."""
    if scope["method"] not in ("POST", "PUT", "PATCH") or scope["path"].startswith(_SIGN_IN):
        return None
    found = next((v for n, v in scope["headers"] if n == b"idempotency-key"), None)
    if found is None:
        return None
    text: str = found.decode("latin-1")
    if not _KEY.match(text):
        mend = "8 to 128 letters, digits or . _ : -; a UUID is good."
        raise Refused(
            made(422, "this is no Idempotency-Key", where="Idempotency-Key", instance=scope["path"], mend=mend)
        )
    return text


async def _body(receive: Receive, path: str) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > _MOST_BODY:
            raise Refused(made(413, "the body is too large", instance=path))
        if not message.get("more_body", False):
            break
    return b"".join(parts)


def _replayed(body: bytes) -> Receive:
    sent = False

    async def receive() -> Any:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


class _Recorded:
    """Sends on, and remembers what was sent."""

    def __init__(self, send: Send, *, private: bool) -> None:
        self._send, self._status, self._headers = send, 0, {}  # type: ignore[var-annotated]
        self._parts: list[bytes] = []
        self._whole, self._private, self._cookie = False, private, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = [(n.lower(), v) for n, v in message.get("headers", ())]
            self._headers = {n.decode(): v.decode("latin-1") for n, v in headers if n in _KEPT_HEADERS}
            self._cookie = any(n == b"set-cookie" for n, _ in headers)
            self._private |= any(n == b"cache-control" and b"no-store" in v for n, v in headers)
        elif message["type"] == "http.response.body":
            if not self._private:
                self._parts.append(message.get("body", b""))
            self._whole = not message.get("more_body", False)
        await self._send(message)

    def kept(self, digest: str) -> GivenAnswer | None:
        """What may be given again: a whole answer that is no fault of ours, bears no cookie, and is not too long.

        Of what is told once only that it was told.
        """
        body = b"".join(self._parts)
        fit = self._whole and 0 < self._status < 500 and self._status != 429 and len(body) <= _MOST_KEPT
        if not fit or self._cookie:
            return None
        if not self._private or self._status == 204:
            return GivenAnswer(digest, self._status, self._headers, body)
        return _told_once(digest) if self._status < 300 else None


def _told_once(digest: str) -> GivenAnswer:
    what = "this was done; its answer was told once and is not kept"
    problem = made(
        409, what, where="Idempotency-Key", mend="Look what is there; ask anew where it was lost.", kind=TOLD_ONCE
    )
    return GivenAnswer(digest, problem.status, {"content-type": MEDIA_TYPE}, msgspec.json.encode(problem))


async def _again(given: GivenAnswer, digest: str, path: str, send: Send) -> None:
    if given.body_sha256 != digest:
        what = "this Idempotency-Key was used for another body"
        raise Refused(made(422, what, where="Idempotency-Key", instance=path, mend="Take a new key for a new request."))
    if given.status == 0:
        what = "the first request with this Idempotency-Key is still being worked on"
        raise Refused(made(409, what, where="Idempotency-Key", instance=path, mend="Try again in a moment."))
    headers = [(n.encode(), v.encode("latin-1")) for n, v in given.headers.items()]
    headers += [(b"content-length", str(len(given.body)).encode()), (b"idempotency-replayed", b"true")]
    await send({"type": "http.response.start", "status": given.status, "headers": headers})
    await send({"type": "http.response.body", "body": given.body, "more_body": False})
