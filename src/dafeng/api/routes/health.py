"""Whether the server lives and is ready 健康检查: for those who watch over it; no permission, no content."""

from __future__ import annotations

import msgspec
from litestar import Response, get

from dafeng.api.given import Services
from dafeng.app.system.serving import ready


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """status: ok, or what is missing."""

    status: str


@get("/healthz", operation_id="healthz", tags=["health"], summary="是否存活", sync_to_thread=False)
def healthz() -> Health:
    """Whether the process answers."""
    return Health(status="ok")


@get("/readyz", operation_id="readyz", tags=["health"], summary="是否就绪", sync_to_thread=True)
def readyz(services: Services) -> Response[Health]:
    """Whether the records can be reached and their tables are those of this version."""
    why = ready(services)
    return Response(Health(status=why or "ok"), status_code=503 if why else 200)


root_handlers = [healthz, readyz]
handlers: list[object] = []
