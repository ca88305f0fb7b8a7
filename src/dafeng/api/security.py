"""The door 门禁: before any route, who asks is found out, and what must not pass does not.

One plain ASGI layer around the whole application: host, rate, session or key, CSRF, time; and headers on every answer,
those of errors included.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import math
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
from litestar import Litestar
from litestar.types import ASGIApp, Message, Receive, Send

from dafeng.api.headers import Proxies, SecurityHeaders, cookie_of
from dafeng.api.hot import HotAnswers, is_hot
from dafeng.api.limits import BodyLimits, Buckets, Stay, Streams, TooLarge, too_large, within
from dafeng.api.problems import MEDIA_TYPE, Problem, made, problem_of
from dafeng.app.identity.lines import ADDRESS, stopped
from dafeng.app.identity.sessions import KEY_PREFIX, Session, caller_of_key, caller_of_session
from dafeng.app.services import Services
from dafeng.app.system.serving import ServeOptions
from dafeng.base.callers import PUBLIC, Caller

log = logging.getLogger("dafeng.api")
COOKIE = "dafeng_session"
AS = b"x-signed-in-as"  # as whom a page thinks it asks: a login, percent-encoded

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGN_IN, _ELSEWHERE = "/api/v1/session", "/api/v1/oidc/"  # by password and code; at the external provider
_FRESH_S = 1.5  # the library remembers a session for two seconds: within them it is found without the database
_BURST_S = 4
_DOORMEN = 4


def session_cookie(*, secure: bool) -> str:
    """Name of the cookie of a session. Through TLS one that no neighbouring host and no plain connection can set."""
    return f"__Host-{COOKIE}" if secure else COOKIE


class Refused(Exception):
    """The request ends here, with this problem. act: what the audit trail calls it; "" where it is not told there."""

    def __init__(
        self, problem: Problem, headers: dict[str, str] | None = None, *, act: str = "", subject: str = ""
    ) -> None:
        super().__init__(problem.what)
        self.problem, self.headers, self.act, self.subject = problem, headers or {}, act, subject


class Guard:
    """The ASGI application around the routes."""

    def __init__(
        self, app: ASGIApp, services: Services, options: ServeOptions, *, routes: Litestar | None = None
    ) -> None:
        self._app, self._services, self._options = app, services, options
        self._buckets = Buckets(options.rate, options.rate * _BURST_S)
        self._strangers = Buckets(options.stranger_rate if options.rate else 0, options.stranger_burst)
        self._sign_ins = Buckets(options.sign_in_rate, options.sign_in_burst)
        self._streams = Streams(options.streams_each, options.streams)
        self._bodies = BodyLimits(routes, options.body_bytes, options.stranger_bytes)
        self._proxies = Proxies(options.trusted_proxies)
        self._headers = SecurityHeaders(secure=options.secure)
        self._cookie = session_cookie(secure=options.secure)
        self._seen: dict[str, float] = {}
        self._hot = HotAnswers()
        self._doormen = ThreadPoolExecutor(_DOORMEN, "door")  # so that nobody waits at the door for slow pages
        self._hosts = frozenset(h.lower() for h in options.hosts)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                bare = message["status"] in (204, 304)  # nothing follows: what it would be is not said
                headers = [(n, v) for n, v in message.get("headers", ()) if not (bare and n.lower() == b"content-type")]
                self._headers.put(headers)
                message["headers"] = headers
            await send(message)

        try:
            await self._admit(scope)
            receive = self._bounded(scope, receive)
            if not is_hot(scope):
                await self._within_time(scope, receive, sending)
            elif (found := self._hot.find(scope, scope["dafeng_caller"])) is not None:
                await _give(sending, *found)
            else:
                await self._made_hot(scope, receive, sending)
        except Refused as refused:
            await self._noted(scope, refused)
            await _answer(sending, refused.problem, refused.headers)
        except TooLarge as error:
            if begun:
                raise
            await _answer(sending, problem_of(error, instance=scope["path"]), {})
        except TimeoutError:
            log.error("%s %s took too long", scope["method"], scope["path"])
            if begun:
                raise
            await _answer(sending, made(503, "it took too long", instance=scope["path"], mend="Try again later."), {})

    async def _noted(self, scope: Any, refused: Refused) -> None:
        """What was stopped at the door stands in the audit trail."""
        if refused.act:
            caller = scope.get("dafeng_caller", PUBLIC)
            why = (refused.problem.what, refused.problem.what_zh)
            told = (self._services, caller, refused.act, refused.subject or scope["path"], *why)
            context = copy_context()  # with the address
            await asyncio.get_running_loop().run_in_executor(self._doormen, lambda: context.run(stopped, *told))

    async def _made_hot(self, scope: Any, receive: Receive, send: Send) -> None:
        """Make an answer, and keep it where it is a whole one of 200."""
        headers: list[tuple[bytes, bytes]] = []

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers.extend(message["headers"])
            elif headers and message["type"] == "http.response.body" and not message.get("more_body", False):
                self._hot.keep(scope, scope["dafeng_caller"], headers, message.get("body", b""))
                headers.clear()
            await send(message)

        await self._within_time(scope, receive, noting)

    async def _within_time(self, scope: Any, receive: Receive, send: Send) -> None:
        """A route whose answer lasts says so itself: see ``Stay``."""
        session: Session | None = scope["dafeng_session"]
        name = session.user_id if session is not None else scope["dafeng_address"]
        async with asyncio.timeout(self._options.time_s) as limit:
            scope["dafeng_stay"] = stay = Stay(self._streams, name, limit)
            try:
                await self._app(scope, receive, send)
            finally:
                stay.over()

    def _bounded(self, scope: Any, receive: Receive) -> Receive:
        """The body, no larger than the route takes; what says beforehand that it is larger is not read at all."""
        most = self._bodies.of(scope["method"], scope["path"], scope["dafeng_caller"])
        said = next((v for n, v in scope["headers"] if n == b"content-length"), b"0")
        if not said.isdigit() or int(said[:20]) > most:
            raise too_large(most)
        return within(receive, most)

    async def _admit(self, scope: Any) -> None:
        headers = dict(scope["headers"])
        path, unsafe = scope["path"], scope["method"] not in SAFE
        self._check_host(headers, path)
        if "//" in path:  # litestar folds doubled slashes: what is asked here must be what is answered there
            raise Refused(made(404, "there is no such address", instance=path, mend="Write single slashes."))
        address = self._address(scope, headers)
        ADDRESS.set(address)
        if b"authorization" in headers:  # a key costs a look-up, whether it is valid or not
            self._check_rate(None, address, path, signing_in=False, stranger=False)
        session = await self._session(headers, path) if path.startswith("/api/") else None
        caller = session.caller if session is not None else PUBLIC
        scope["dafeng_caller"], scope["dafeng_session"] = caller, session
        scope["dafeng_address"] = address
        stranger = session is None and path.startswith("/api/")  # the portal's own files cost nothing
        self._check_rate(session, address, path, signing_in=_signs_in(scope["method"], path), stranger=stranger)
        _check_as(caller, headers, path)
        if unsafe:
            _check_origin(headers, path)
            _check_type(scope["method"], headers, path)
            if session is not None and session.kind == "session":
                _check_csrf(session, headers, path)

    def _check_host(self, headers: dict[bytes, bytes], path: str) -> None:
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if self._hosts and host.rsplit(":", 1)[0] not in self._hosts and host not in self._hosts:
            if path in ("/healthz", "/readyz"):
                return
            raise Refused(made(421, "this host is not served here", instance=path, mend="Ask for a name that is."))

    def _address(self, scope: Any, headers: dict[bytes, bytes]) -> str:
        client = scope.get("client")
        peer = client[0] if client else ""
        forwarded = headers.get(b"x-forwarded-for")
        if not forwarded:
            return peer
        return self._proxies.client(peer, forwarded.decode("latin-1"))

    async def _session(self, headers: dict[bytes, bytes], path: str) -> Session | None:
        words = headers.get(b"authorization", b"").decode("latin-1")
        if words.lower().startswith("bearer "):
            session = await self._looked_up(caller_of_key, words[7:].strip())
            if session is None:
                mend = "Make a new key, or leave the header out."
                problem = made(401, "this key is not valid (any more)", instance=path, mend=mend)
                raise Refused(problem, {"www-authenticate": "Bearer"}, act="door.key", subject=_key_id(words[7:]))
            return session
        token = cookie_of(headers[b"cookie"], self._cookie) if b"cookie" in headers else None
        return None if token is None else await self._looked_up(caller_of_session, token)

    async def _looked_up(self, find: Any, token: str) -> Session | None:
        """Ask the library: at once where it remembers, from a thread where it must ask the database."""
        if len(token) > 512:
            return None
        now = time.monotonic()
        if now - self._seen.get(token, -_FRESH_S) < _FRESH_S:
            found: Session | None = find(self._services, token)
            return found
        found = await asyncio.get_running_loop().run_in_executor(self._doormen, find, self._services, token)
        if found is not None:
            if len(self._seen) > 10_000:
                self._seen.clear()
            self._seen[token] = now
        return found

    def _check_rate(
        self, session: Session | None, address: str, path: str, *, signing_in: bool, stranger: bool
    ) -> None:
        name = f"user:{session.user_id}" if session is not None else f"from:{address}"
        wait = self._buckets.take(name)
        if stranger:
            wait = max(wait, self._strangers.take(name))
        if signing_in:
            wait = max(wait, self._sign_ins.take(address))
        if wait:
            seconds = str(math.ceil(wait))
            problem = made(429, "too many requests", instance=path, mend=f"Try again in {seconds} s.")
            raise Refused(problem, {"retry-after": seconds})


def _signs_in(method: str, path: str) -> bool:
    return path.startswith(_ELSEWHERE) or (method == "POST" and path.startswith(_SIGN_IN))


def _key_id(key: str) -> str:
    """The name of a key, which is no secret; "" where it is not formed like one of ours."""
    found = re.match(rf"{KEY_PREFIX}([0-9a-f]{{12}})_", key.strip())
    return found[1] if found else ""


def _check_as(caller: Caller, headers: dict[bytes, bytes], path: str) -> None:
    """A page that shows somebody's name is given nobody else's answers: neither the public's nor another account's."""
    name = headers.get(AS)
    if name is None or unquote(name.decode("latin-1")) == (caller.name if caller.id else None):
        return
    if caller is PUBLIC:
        what, zh = "the session has ended", "登录已结束"
    else:
        what, zh = "somebody else is signed in here by now", "此浏览器已由他人登录"
    mend, mend_zh = "Sign in again; what was typed stays on the page.", "请重新登录；已录入的内容仍在页面上。"
    raise Refused(made(401, what, where=path, mend=mend, instance=path, kind="session-ended", zh=zh, mend_zh=mend_zh))


def _check_csrf(session: Session, headers: dict[bytes, bytes], path: str) -> None:
    given = headers.get(b"x-csrf-token", b"")
    if not hmac.compare_digest(given, session.csrf.encode()):
        mend = "Send the csrf of GET /api/v1/me as X-CSRF-Token; reload the page."
        what = "the CSRF token is missing or wrong"
        raise Refused(made(403, what, where="X-CSRF-Token", instance=path, mend=mend), act="door.csrf")


def _check_origin(headers: dict[bytes, bytes], path: str) -> None:
    """A browser says from which site a form comes; another site than ours may not write (nor sign anybody in)."""
    origin, host = headers.get(b"origin"), headers.get(b"host")
    foreign_fetch = headers.get(b"sec-fetch-site") in (b"cross-site", b"same-site")
    foreign_origin = origin is not None and urlsplit(origin.decode("latin-1")).netloc.encode("latin-1") != host
    if foreign_fetch or foreign_origin:
        problem = made(403, "the request comes from another site", where="Origin", instance=path)
        raise Refused(problem, act="door.origin")


def _check_type(method: str, headers: dict[bytes, bytes], path: str) -> None:
    """Who signs in sends JSON: a form of another site can send text, but not that, without asking first."""
    if method != "POST" or not path.startswith(_SIGN_IN):
        return
    if headers.get(b"content-type", b"").split(b";", 1)[0].strip().lower() != b"application/json":
        raise Refused(
            made(
                415,
                "a sign-in is application/json",
                where="Content-Type",
                instance=path,
                mend="Send application/json.",
                zh="登录请求须为 application/json",
                mend_zh="请从登录页登录，或把 Content-Type 设为 application/json。",
            )
        )


async def _give(send: Any, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _answer(send: Any, problem: Problem, headers: dict[str, str]) -> None:
    body = msgspec.json.encode(problem)
    lines = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    lines += [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": lines})
    await send({"type": "http.response.body", "body": body, "more_body": False})
