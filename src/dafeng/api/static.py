"""The built portal 门户文件: hashed assets kept for ever, every other address of the portal is its first page.

Files are read once and kept; the first page gets a new nonce at each request. Where the portal was not built, a page
says how to build it; the API works all the same.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import mimetypes
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar.types import ASGIApp, Receive, Send

from dafeng.api.headers import CSP

FOLDER = Path(__file__).parent / "web"
NONCE = b"__CSP_NONCE__"
_OURS = ("/api/", "/healthz", "/readyz", "/docs")
_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml", "application/manifest+json")
_LEAST_COMPRESSED = 1024
_FOR_EVER = b"public, max-age=31536000, immutable"
NOT_BUILT = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>达峰 dafeng</title></head><body>
<h1>门户尚未构建</h1>
<p>在项目目录运行 <code>make web</code>(需要 Node),然后刷新本页。接口照常工作:<a href="/docs">接口说明</a>。</p>
<h1 lang="en">The portal is not built</h1>
<p lang="en">Run <code>make web</code> in the project (it needs Node) and reload this page. The API works all the same:
<a href="/docs">its reference</a>.</p>
</body></html>
""".encode()


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the portal, as it is and compressed."""

    media_type: str
    etag: str
    plain: bytes
    packed: dict[str, bytes]


class Portal:
    """The ASGI layer that answers for the portal's own addresses and passes on those of the API."""

    def __init__(self, app: ASGIApp, folder: Path = FOLDER) -> None:
        self._app, self._folder = app, folder
        self._kept: dict[str, tuple[float, Asset]] = {}

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_OURS) or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        path = scope["path"].lstrip("/")
        asset = await asyncio.to_thread(self.asset, path) if path else None
        if asset is None and path.startswith("assets/"):
            await self._app(scope, receive, send)  # an asset of another version: 404, never the first page
        elif asset is None:
            await self._first_page(scope, send)
        else:
            await _give(asset, scope, send, for_ever=path.startswith("assets/"))

    def asset(self, path: str) -> Asset | None:
        """The file, read when it is new; None where there is none, or the path leads out or to what is hidden."""
        parts = path.split("/")
        if path == "index.html" or "\0" in path or "\\" in path or any(p.startswith(".") or not p for p in parts):
            return None
        target = self._folder / path
        try:
            if not target.is_file() or not target.resolve().is_relative_to(self._folder.resolve()):
                return None
            changed = target.stat().st_mtime
        except OSError:
            return None
        kept = self._kept.get(path)
        if kept is None or kept[0] != changed:
            kept = self._kept[path] = (changed, _read(target))
        return kept[1]

    async def _first_page(self, scope: Any, send: Send) -> None:
        page = await asyncio.to_thread(self._page)
        nonce = secrets.token_urlsafe(16)
        body = page.replace(NONCE, nonce.encode())
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),  # the nonce must not be used twice
            (b"content-security-policy", CSP.format(nonce=f" 'nonce-{nonce}'").encode()),
        ]
        await _send(send, 200, headers, b"" if scope["method"] == "HEAD" else body)

    def _page(self) -> bytes:
        try:
            return (self._folder / "index.html").read_bytes()
        except OSError:
            return NOT_BUILT


def _read(path: Path) -> Asset:
    plain = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    media_type = "text/javascript" if path.suffix in (".js", ".mjs") else media_type
    packed = {n: p.read_bytes() for n, e in (("br", ".br"), ("gzip", ".gz")) if (p := Path(f"{path}{e}")).is_file()}
    if "gzip" not in packed and media_type.startswith(_TEXT) and len(plain) >= _LEAST_COMPRESSED:
        packed["gzip"] = gzip.compress(plain, 9, mtime=0)
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Asset(media_type, f'"{hashlib.sha256(plain).hexdigest()[:32]}"', plain, packed)


async def _give(asset: Asset, scope: Any, send: Send, *, for_ever: bool) -> None:
    asked = {n: v.decode("latin-1") for n, v in scope["headers"] if n in (b"accept-encoding", b"if-none-match")}
    headers = [
        (b"etag", asset.etag.encode()),
        (b"cache-control", _FOR_EVER if for_ever else b"public, no-cache"),
        (b"vary", b"Accept-Encoding"),
    ]
    if asset.etag in asked.get(b"if-none-match", ""):
        await _send(send, 304, headers, b"")
        return
    accepted = asked.get(b"accept-encoding", "")
    encoding = next((e for e in ("br", "gzip") if e in asset.packed and e in accepted), None)
    body = asset.packed[encoding] if encoding else asset.plain
    headers += [(b"content-type", asset.media_type.encode()), (b"content-length", str(len(body)).encode())]
    if encoding:
        headers.append((b"content-encoding", encoding.encode()))
    await _send(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


async def _send(send: Any, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
