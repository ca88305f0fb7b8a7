"""Answers made small: packed where asked for, named by their content, whole answers only; and kept hot by sight."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from dafeng.api.hot import HotAnswers
from dafeng.api.packing import Packed, Packing
from dafeng.base.callers import Caller

LONG = b'{"a": "' + b"x" * 4000 + b'"}'


def asked(body: bytes, request: dict[bytes, bytes] | None = None, *, method: str = "GET", status: int = 200,
          kind: bytes = b"application/json", parts: int = 1, **more: bytes):  # fmt: skip
    """What leaves the layer for an inner answer: status, headers, body."""
    sent: list[dict] = []

    async def inner(scope, receive, send):
        headers = [(b"content-type", kind), *((n.replace("_", "-").encode(), v) for n, v in more.items())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        step = len(body) // parts
        for n in range(parts):
            piece = body[n * step : (n + 1) * step if n < parts - 1 else None]
            await send({"type": "http.response.body", "body": piece, "more_body": n < parts - 1})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "headers": list((request or {}).items())}
    asyncio.run(Packing(inner)(scope, None, send))
    whole = b"".join(m["body"] for m in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), whole


def test_a_long_answer_is_packed_for_who_takes_it_and_says_on_what_it_depends():
    _, headers, body = asked(LONG, {b"accept-encoding": b"gzip, br"})
    assert headers[b"content-encoding"] == b"gzip"
    assert gzip.decompress(body) == LONG
    assert headers[b"content-length"] == str(len(body)).encode()
    assert headers[b"vary"] == b"Cookie, Authorization, Accept-Encoding"


@pytest.mark.parametrize(("body", "request_"), [(LONG, {}), (b"{}", {b"accept-encoding": b"gzip"})])
def test_an_answer_stays_plain_where_it_is_short_or_packing_is_not_taken(body, request_):
    _, headers, out = asked(body, request_)
    assert b"content-encoding" not in headers
    assert out == body


def test_the_same_content_has_the_same_name_and_is_not_sent_twice():
    _, headers, _ = asked(LONG)
    assert asked(LONG)[1][b"etag"] == headers[b"etag"] != asked(LONG + b" ")[1][b"etag"]
    status, again, body = asked(LONG, {b"if-none-match": headers[b"etag"]})
    assert (status, body) == (304, b"")
    assert again[b"etag"] == headers[b"etag"]


def test_writes_and_failures_have_no_name():
    assert b"etag" not in asked(LONG, method="POST")[1]
    assert b"etag" not in asked(LONG, status=404)[1]


@pytest.mark.parametrize("how", [
    {"cache_control": b"no-store"}, {"set_cookie": b"a=b"}, {"kind": b"text/event-stream"}, {"kind": b"image/png"},
    {"content_encoding": b"br"}, {"parts": 3},
])  # fmt: skip
def test_secrets_streams_and_files_pass_as_they_are(how):
    _, headers, body = asked(LONG, {b"accept-encoding": b"gzip"}, **how)
    assert body == LONG
    assert headers.get(b"content-encoding") == how.get("content_encoding")
    assert b"etag" not in headers


def test_packed_bytes_are_kept_up_to_a_size_the_oldest_forgotten_first():
    packed = Packed(most=60)
    for n in range(4):
        packed.pack(bytes([n]), bytes([n]) * 500)
    assert packed.find(b"\0") is None
    assert packed.find(b"\3") is not None


def _scope(path: str = "/api/v1/overview/tile", **headers: str):
    found = [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()]
    return {"path": path, "method": "GET", "query_string": b"", "headers": found}


def test_a_hot_answer_is_for_those_who_see_the_same_and_may_have_it():
    hot = HotAnswers()
    city = Caller("甲", frozenset({"officer"}), areas=frozenset({"990100"}))
    hot.keep(_scope(), city, [(b"ETag", b'"1"'), (b"Set-Cookie", b"x")], b"body")
    colleague = Caller("乙", frozenset({"officer"}), areas=frozenset({"990100"}))
    status, headers, body = hot.find(_scope(), colleague)
    assert (status, body, [n for n, _ in headers]) == (200, b"body", [b"etag"])
    assert hot.find(_scope(if_none_match='"1"'), colleague)[0] == 304
    for other in (
        Caller("丙", frozenset({"county"}), areas=frozenset({"990101"})),
        Caller("丁", frozenset({"officer"}), areas=frozenset({"990101"})),
        Caller("戊", frozenset({"auditor"})),
    ):
        assert hot.find(_scope(), other) is None
    assert hot.find(_scope("/api/v1/me"), city) is None


def test_a_hot_answer_that_was_packed_says_so_and_is_for_those_who_take_it():
    """A tile longer than 1024 bytes is packed: without its content-encoding it would be no JSON any more."""
    hot, city = HotAnswers(), Caller("甲", frozenset({"officer"}), areas=frozenset({"990100"}))
    _, headers, body = asked(LONG, {b"accept-encoding": b"gzip"})
    hot.keep(_scope(accept_encoding="gzip, br"), city, list(headers.items()), body)
    status, again, found = hot.find(_scope(accept_encoding="br, gzip"), city)
    assert (status, gzip.decompress(found)) == (200, LONG)
    assert dict(again)[b"content-encoding"] == b"gzip"
    assert dict(again)[b"vary"] == b"Cookie, Authorization, Accept-Encoding"
    assert hot.find(_scope(), city) is None
    tag = headers[b"etag"].decode()
    status, bare, _ = hot.find(_scope(accept_encoding="gzip", if_none_match=tag), city)
    assert (status, dict(bare)[b"vary"]) == (304, b"Cookie, Authorization, Accept-Encoding")
