"""Routes of data sources and licences 数据源."""

from __future__ import annotations

from litestar import get

from dafeng.api.given import Caller, Services
from dafeng.app.pages import references
from dafeng.app.pages.desk import SourceRow


@get("/sources", operation_id="sources", tags=["sources"], sync_to_thread=True)
def sources(services: Services, caller: Caller) -> list[SourceRow]:
    """Packaged tables, rule files and fonts with their licences, and the files that came in."""
    return references.sources(services, caller)


handlers = [sources]
