"""How the portal is served 服务设置: what an operator decides when he starts it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from dafeng.app.services import Services


class ServeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of one server.

    hosts            names under which the portal may be asked for (Host header); empty means any
    trusted_proxies  addresses whose X-Forwarded-For and X-Forwarded-Proto are believed
    behind_tls       a proxy before us speaks TLS: cookies are Secure, HSTS is sent
    jobs             whether this server also runs long work
    rate             requests a second that one caller or address may send on average; burst is four seconds of it
    stranger_rate    questions to the API a second from one address where nobody has signed in, stranger_burst so many
                     at once; 0 = no limit, as also where rate is 0
    sign_in_rate     attempts to sign in a second from one address (an office may stand behind it; accounts lock by
                     themselves), sign_in_burst so many at once; 0 = no limit
    body_bytes       largest body of a request that has no limit of its own; stranger_bytes: of who may do nothing yet
    streams_each     answers that last (events of a job) of one account, streams: of all, in one worker
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    tls_cert: Path | None = None
    tls_key: Path | None = None
    hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    behind_tls: bool = False
    jobs: bool = True
    rate: float = 50.0
    stranger_rate: float = 10.0
    stranger_burst: float = 40.0
    sign_in_rate: float = 0.5
    sign_in_burst: float = 30.0
    body_bytes: int = 1024 * 1024
    stranger_bytes: int = 64 * 1024
    streams_each: int = 8
    streams: int = 100
    time_s: float = 60.0

    @property
    def secure(self) -> bool:
        """Whether browsers reach the portal through TLS."""
        return self.behind_tls or self.tls_cert is not None


def ready(services: Services) -> str:
    """Why the portal cannot serve now; empty where it can."""
    try:
        if not services.records.is_current():
            return "the tables are of another version of dafeng"
    except Exception:  # noqa: BLE001 (whatever it is, the answer is the same: not ready)
        return "the records cannot be reached"
    return ""
