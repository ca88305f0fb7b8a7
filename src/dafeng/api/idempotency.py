"""A write that is sent twice is done once 幂等: Idempotency-Key on POST, PUT and PATCH.

The same key, caller, address, If-Match and body give the first answer again for a day; another body or If-Match is
refused. An answer of
5xx is not kept, nor a refusal: the next try is a new one. What a caller might do and see is kept with his answer: once
something of that was taken from him, he is not given the answer again (nor is the work done again). An answer that is
told once (a password, a key, codes: ``no-store``, all of oneself) is never kept: the second try is told that it was
done. Of a body a hash with the key in it is kept, so that nobody finds a password by trying; signing in and out has no
keys at all, and who is not signed in has none: strangers would share them.
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
from dafeng.app.identity.sessions import sees_at_least
from dafeng.app.jobs.ports import AnswerStore, GivenAnswer
from dafeng.app.services import Services
from dafeng.base.callers import Caller

_KEY = re.compile(r"\A[A-Za-z0-9._:-]{8,128}\Z")
_MOST_BODY, _MOST_KEPT = 64 * 1024 * 1024, 2 * 1024 * 1024
_MOST_BYTES, _MOST_ANSWERS, _SHORT = (
    32 * 1024 * 1024,
    20_000,
    1024,
)  # of one caller at a time; a short body is kept anyway
_OWN = 24  # letters of a name that stand for the caller
_SIGN_IN = "/api/v1/session"
_OF_ONESELF = re.compile(r"/api/v1/(?:me/|users/[^/]+/reset)")
TOLD_ONCE = "told-once"
_ANEW = (401, 403, 429)  # refused: nothing was done, and the right is asked for anew
_SIGHT, _PARTS = "sight", ("roles", "areas", "enterprises", "departments")  # kept with an answer, never sent
_KEPT_HEADERS = frozenset({b"content-type", b"location", b"etag", b"content-disposition"})


class Once:
    """The ASGI layer between the door and the routes; what has no key passes untouched."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app, self._services = app, services

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        key = _key(scope) if scope["type"] == "http" else None
        nobody = key is not None and not scope["dafeng_caller"].id
        if key is None or nobody or self._services.answers is None:
            await self._app(scope, receive, send)
            return
        await self._once(key, self._services.answers, scope, receive, send)

    async def _once(self, key: str, store: AnswerStore, scope: Any, receive: Receive, send: Send) -> None:
        caller = scope["dafeng_caller"]
        body = await _body(receive, scope["path"])
        asked = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
        name = _beginning(caller) + hashlib.sha256(f"{key}\0{scope['method']}\0{asked}".encode()).hexdigest()[_OWN:]
        digest = hashlib.sha256(f"{key}\0{_version(scope)}\0".encode() + body).hexdigest()
        given = await asyncio.to_thread(store.reserve, name, digest, self._services.clock.now())
        if given is not None:
            await _again(given, digest, caller, scope["path"], send)
            return
        answer = _Recorded(send, private=_OF_ONESELF.match(scope["path"]) is not None)
        plain = [(n, v) for n, v in scope["headers"] if n != b"accept-encoding"]  # kept as it is, not compressed
        scope = scope | {"headers": plain}
        try:
            await self._app(scope, _replayed(body), answer)
        finally:
            await asyncio.shield(asyncio.to_thread(_settle, store, name, answer.kept(digest, caller), caller))


def _settle(store: AnswerStore, name: str, answer: GivenAnswer | None, caller: Caller) -> None:
    """Keep the answer; where a caller has much kept, of a long one only that it was given, of the oldest nothing."""
    if answer is None:
        store.forget(name)
        return
    count, size = store.held(_beginning(caller))
    if size + len(answer.body) > _MOST_BYTES and len(answer.body) > _SHORT:
        answer = _told_once(answer.body_sha256, caller)
    store.keep(name, answer)
    if count > _MOST_ANSWERS:
        store.forget_oldest(_beginning(caller), _MOST_ANSWERS)


def _beginning(caller: Caller) -> str:
    """How the names of a caller's answers begin, so that they can be counted."""
    return hashlib.sha256(caller.id.encode()).hexdigest()[:_OWN]


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


def _version(scope: Any) -> str:
    """The version that was looked at (If-Match): the same body upon another one is another request."""
    return ",".join(v.decode("latin-1") for n, v in scope["headers"] if n == b"if-match")


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

    def kept(self, digest: str, caller: Caller) -> GivenAnswer | None:
        """What may be given again: a whole answer that is no fault of ours, bears no cookie, and is not too long.

        Of what is told once only that it was told.
        """
        body = b"".join(self._parts)
        fit = self._whole and 0 < self._status < 500 and self._status not in _ANEW and len(body) <= _MOST_KEPT
        if not fit or self._cookie:
            return None
        if not self._private or self._status == 204:
            return GivenAnswer(digest, self._status, self._headers | {_SIGHT: _sight(caller)}, body)
        return _told_once(digest, caller) if self._status < 300 else None


def _sight(caller: Caller) -> str:
    """What a caller may do and see, as text."""
    return msgspec.json.encode({n: sorted(getattr(caller, n)) for n in _PARTS} | {"narrow": caller.narrow}).decode()


def _check_sight(given: GivenAnswer, caller: Caller, path: str) -> None:
    """Raise Refused where the caller had rights at the first request that he has not any more."""
    held = msgspec.json.decode(given.headers.get(_SIGHT, "{}"))
    roles, areas, enterprises, departments = (frozenset(held.get(n, ())) for n in _PARTS)
    before = Caller(caller.name, roles, areas, enterprises, departments, narrow=held.get("narrow", False))
    if _SIGHT not in given.headers or not sees_at_least(caller, before):
        what = "your rights have changed since the first request; its answer is not given again"
        problem = made(
            403,
            what,
            where="Idempotency-Key",
            instance=path,
            mend="Look what is there; the first request was done and is not done again.",
            zh="首次请求之后您的权限已变更，原结果不再返回",
            mend_zh="首次请求已经执行，不会重复执行；请到相应页面查看现状。",
        )
        raise Refused(problem, act="door.replay")


def _told_once(digest: str, caller: Caller) -> GivenAnswer:
    what = "this was done; its answer was told once and is not kept"
    problem = made(
        409, what, where="Idempotency-Key", mend="Look what is there; ask anew where it was lost.", kind=TOLD_ONCE
    )
    headers = {"content-type": MEDIA_TYPE, _SIGHT: _sight(caller)}
    return GivenAnswer(digest, problem.status, headers, msgspec.json.encode(problem))


async def _again(given: GivenAnswer, digest: str, caller: Caller, path: str, send: Send) -> None:
    if given.body_sha256 != digest:
        what = "this Idempotency-Key was used for another body or If-Match"
        raise Refused(made(422, what, where="Idempotency-Key", instance=path, mend="Take a new key for a new request."))
    if given.status == 0:
        what = "the first request with this Idempotency-Key is still being worked on"
        raise Refused(made(409, what, where="Idempotency-Key", instance=path, mend="Try again in a moment."))
    _check_sight(given, caller, path)
    headers = [(n.encode(), v.encode("latin-1")) for n, v in given.headers.items() if n != _SIGHT]
    headers += [(b"content-length", str(len(given.body)).encode()), (b"idempotency-replayed", b"true")]
    await send({"type": "http.response.start", "status": given.status, "headers": headers})
    await send({"type": "http.response.body", "body": given.body, "more_body": False})
