"""Headers that every answer bears 安全响应头, and those of the request that we read."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'{nonce}; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
# style-src-attr: charts and tables place things by style attributes; an attribute cannot load or run anything
_ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_PLAIN = (b"content-security-policy", CSP.format(nonce="").encode())


class SecurityHeaders:
    """Adds to an answer what it has not said itself."""

    def __init__(self, *, secure: bool) -> None:
        self._always = [*_ALWAYS, *([_HSTS] if secure else [])]

    def put(self, headers: list[tuple[bytes, bytes]]) -> None:
        """Add the headers in place. Answers are private, and asked for again each time, unless they say otherwise."""
        names = {name.lower() for name, _ in headers}
        headers.extend(self._always)
        if b"content-security-policy" not in names:
            headers.append(_PLAIN)
        if b"cache-control" not in names:
            kept = b"private, no-cache" if b"etag" in names else b"no-store"
            headers.append((b"cache-control", kept))
        if b"vary" not in names:
            headers.append((b"vary", b"Cookie, Authorization"))


class Proxies:
    """Addresses whose word on who is behind them is believed. Raises ValueError on what is no address or network."""

    def __init__(self, trusted: tuple[str, ...]) -> None:
        self._trusted = [ip_network(t, strict=False) for t in trusted]

    def client(self, peer: str, forwarded_for: str) -> str:
        """Who asks: the nearest address in X-Forwarded-For that is no trusted proxy, else the peer."""
        if not self.trusts(peer):
            return peer
        for hop in reversed([h.strip() for h in forwarded_for.split(",") if h.strip()]):
            if not self.trusts(hop):
                return hop[:64]
        return peer

    def trusts(self, address: str) -> bool:
        if not self._trusted:
            return False
        try:
            found = ip_address(address.strip("[]"))
        except ValueError:
            return False
        return any(found in network for network in self._trusted)


def cookie_of(header: bytes, name: str) -> str | None:
    """The value of a cookie in a Cookie header; the first of several, None where there is none."""
    for part in header.decode("latin-1").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name and value:
            return value.strip('"')
    return None
