"""The API as one ASGI application 门户接口: routes, permission by the caller, problems, and the portal's files.

From the outside in: the door (security), answers given once (idempotency), the portal's files (static), packing, and
the routes of litestar.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, Router, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, Scope

from dafeng import __version__
from dafeng.api import reference, routes
from dafeng.api.document import finished
from dafeng.api.headers import CSP
from dafeng.api.idempotency import Once
from dafeng.api.packing import Packing
from dafeng.api.problems import on_error
from dafeng.api.routes import health
from dafeng.api.security import Guard
from dafeng.api.static import Portal
from dafeng.api.unknown import refuse_unknown
from dafeng.app.identity import lines
from dafeng.app.identity.sessions import Session
from dafeng.app.services import Services
from dafeng.app.system.serving import ServeOptions
from dafeng.app.warming import warm
from dafeng.base.callers import PUBLIC, Caller
from dafeng.wiring import programme, served

log = logging.getLogger("dafeng.api")
PREFIX = "/api/v1"
THREADS = 12  # of a worker: many wait, for the store or for another that makes the same value
_ABOUT = (
    "dafeng 达峰: a region's industrial carbon-peaking programme, from plan document to peak. "
    "Errors are problem documents (RFC 9457) that say what, where and how to mend."
)


def _services(state: State) -> Services:
    services: Services = state.services
    return services


def _caller(scope: Scope) -> Caller:
    caller: Caller = scope.get("dafeng_caller", PUBLIC)  # type: ignore[assignment]
    return caller


def _session(scope: Scope) -> Session | None:
    session: Session | None = scope.get("dafeng_session")  # type: ignore[assignment]
    return session


@get(f"{PREFIX}/openapi.json", include_in_schema=False, sync_to_thread=False)
def openapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The document the client is generated from."""
    return Response(_document_bytes(request.app), media_type="application/json")


@get("/docs", include_in_schema=False, sync_to_thread=False)
def docs(request: Request[Any, Any, Any]) -> Response[str]:
    """The reference as a page: no script, nothing from outside; ?lang=en, ?theme=dark."""
    nonce = secrets.token_urlsafe(16)
    headers = {"Content-Security-Policy": CSP.format(nonce=f" 'nonce-{nonce}'"), "Cache-Control": "no-store"}
    asked = request.query_params
    lang: reference.Lang = "en" if asked.get("lang") == "en" else "zh"
    chosen = asked.get("theme")
    theme: reference.Theme = "dark" if chosen == "dark" else "light" if chosen == "light" else "system"
    made = reference.page(_document(request.app), nonce, lang, theme)
    return Response(made, media_type="text/html", headers=headers)


@cache
def _document(app: Litestar) -> dict[str, Any]:
    return finished(app.openapi_schema.to_schema())


@cache
def _document_bytes(app: Litestar) -> bytes:
    return json.dumps(_document(app), ensure_ascii=False).encode()


def create_app(services: Services | None, *, options: ServeOptions | None = None, **more: Any) -> Litestar:
    """The application over opened services; None only for asking its document."""
    options = options or ServeOptions()
    app = _routes(services, options, more)
    if services is not None:
        app.asgi_handler = Guard(Once(Portal(Packing(app.asgi_handler)), services), services, options, routes=app)
    return app


def _routes(services: Services | None, options: ServeOptions, more: dict[str, Any]) -> Litestar:
    return Litestar(
        [*health.root_handlers, openapi_json, docs, Router(PREFIX, route_handlers=routes.handlers())],
        dependencies={
            "services": Provide(_services, sync_to_thread=False),
            "caller": Provide(_caller, sync_to_thread=False),
            "session": Provide(_session, sync_to_thread=False),
        },
        state=State({"services": services, "options": options}),
        exception_handlers={Exception: on_error},
        before_request=refuse_unknown,
        request_max_body_size=options.body_bytes,
        openapi_config=OpenAPIConfig(
            title="dafeng",
            version=__version__,
            description=_ABOUT,
            path=f"{PREFIX}/schema",
            render_plugins=[JsonRenderPlugin()],
            use_handler_docstrings=True,
        ),
        logging_config=None,
        **more,
    )


def opened(folder: Path, options: ServeOptions) -> ASGIApp:
    """The application of a worker process: it opens the programme, and closes it when the worker ends."""
    stack = ExitStack()
    services = served(stack.enter_context(programme(folder)), folder, options.hosts)

    @asynccontextmanager
    async def closing(_: Litestar) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "work"))
        threading.Thread(target=_warm, args=(services,), name="warming", daemon=True).start()
        with stack:
            yield
            lines.settle(services, all=True)  # what was only counted is written before the process ends

    return create_app(services, options=options, lifespan=[closing])


def _warm(services: Services) -> None:
    """Beside the first requests, not before them: whatever goes wrong here is told to who asks for it."""
    try:
        log.info("warmed in %.1f s", warm(services))
    except Exception:
        log.warning("warming failed", exc_info=True)


def document_text() -> str:
    """The OpenAPI document, one line a field, so that changes can be read."""
    return json.dumps(_document(create_app(None)), ensure_ascii=False, indent=1) + "\n"
