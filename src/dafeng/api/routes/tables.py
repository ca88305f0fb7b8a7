"""Routes of tables 表格: what there is, a page of one, and the whole as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from dafeng.api import paging
from dafeng.api.exporting import MEDIA_TYPES, Note, exported
from dafeng.api.given import Caller, Services
from dafeng.app.ports import CURRENT
from dafeng.app.tables import listing as use_cases
from dafeng.app.tables.tabling import Kind, TableDef, TableQuery, told_in_english

_FILE = "application/octet-stream"
Name = Annotated[str, Parameter(description="Name of the table.", max_length=60)]
Area = Annotated[str | None, Parameter(description="Area code; the whole scope where left out.", max_length=12)]
Year = Annotated[int | None, Parameter(description="Year.", ge=1990, le=2100)]
Words = Annotated[str, Parameter(description="Chinese, pinyin or initials; every word must be found.", max_length=200)]
Sort = Annotated[str, Parameter(description="Columns, a minus before a falling one: -co2,name.", max_length=400)]
Limit = Annotated[int, Parameter(description="Rows of a page.", ge=1, le=500)]
Cursor = Annotated[str | None, Parameter(description="next_cursor of the page before.", max_length=8192)]


class TableChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A value of a column, in words."""

    value: str
    zh: str
    en: str


class TableColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column; default: shown at first."""

    name: str
    zh: str
    en: str
    unit: str
    kind: Kind
    choices: tuple[TableChoice, ...]
    default: bool


class TableView(msgspec.Struct, frozen=True, kw_only=True):
    """What a table is: columns, the column without doubles, what q looks into, the order at first."""

    name: str
    zh: str
    en: str
    columns: tuple[TableColumn, ...]
    key: str
    search: tuple[str, ...]
    sort: tuple[str, ...]


class TablePage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of rows; total counts all that fit the filters, next_cursor is null on the last page."""

    name: str
    columns: tuple[TableColumn, ...]
    rows: list[dict[str, Any]]
    total: int
    next_cursor: str | None
    version: str


def _columns(table: TableDef) -> tuple[TableColumn, ...]:
    return tuple(
        TableColumn(
            name=c.name,
            zh=c.zh,
            en=c.en,
            unit=c.unit,
            kind=c.kind,
            choices=tuple(TableChoice(value=o.value, zh=o.zh, en=o.en) for o in c.choices),
            default=c.default,
        )
        for c in table.columns
    )


@get("/tables", operation_id="tables", tags=["tables"], summary="表格目录", sync_to_thread=True)
def tables(services: Services, caller: Caller) -> list[TableView]:
    """The tables the caller may ask for, with their columns."""
    return [
        TableView(name=t.name, zh=t.zh, en=t.en, columns=_columns(t), key=t.key, search=t.search, sort=t.sort)
        for t in use_cases.tables(services, caller)
    ]


@get(
    "/tables/{name:str}",
    operation_id="table",
    tags=["tables"],
    summary="表格的一页",
    sync_to_thread=True,
    responses={200: ResponseSpec(TablePage, description="One page of rows.", generate_examples=False)},
)
def table(
    request: Request[Any, Any, Any],
    services: Services,
    caller: Caller,
    name: Name,
    area: Area = None,
    year: Year = None,
    q: Words = "",
    sort: Sort = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Any]:
    """One page of a table. Filters: f.column=a&f.column=b (any of; empty = missing), min.column=, max.column=."""
    query = paging.query_of(request, area=area, year=year, q=q, sort=sort, limit=limit, cursor=cursor)
    if paging.has_it(request, tag := use_cases.table_version(services, caller, name, query)):
        return paging.not_modified(tag)
    page = use_cases.table_page(services, caller, name, query)
    answer = TablePage(
        name=name,
        columns=_columns(page.definition),
        rows=told_in_english(page.definition, page.rows),
        total=page.total,
        next_cursor=page.next_cursor,
        version=page.version,
    )
    return paging.tagged(msgspec.json.encode(answer), page.version)


@get(
    "/tables/{name:str}/export",
    operation_id="table_export",
    tags=["tables"],
    summary="导出表格",
    sync_to_thread=True,
    responses={
        200: ResponseSpec(
            bytes, description="The file.", media_type="application/octet-stream", generate_examples=False
        )
    },
)
def table_export(
    request: Request[Any, Any, Any],
    services: Services,
    caller: Caller,
    name: Name,
    format: Annotated[Literal["csv", "xlsx", "parquet"], Parameter(description="Kind of file.")] = "csv",
    columns: Annotated[
        str, Parameter(description="Columns to take, in this order; all by default.", max_length=4000)
    ] = "",
    lang: Annotated[Literal["zh", "en"], Parameter(description="Language of what has both.")] = "zh",
    area: Area = None,
    year: Year = None,
    q: Words = "",
    sort: Sort = "",
) -> Response[bytes]:
    """All rows that fit the filters as CSV, XLSX or Parquet; the export is written to the audit trail."""
    query = paging.query_of(request, area=area, year=year, q=q, sort=sort)
    definition, frame = use_cases.table_export(
        services, caller, name, query, paging.names_of(columns), english=lang == "en"
    )
    note = _note(services, caller)
    data = exported(definition, frame, format, query, note, lang)
    return Response(data, media_type=MEDIA_TYPES[format], headers=_as_file(definition, format, note, query))


def _note(services: Services, caller: Caller) -> Note:
    batches = services.records.batches()
    zone = ZoneInfo(services.settings.zone)

    def told(at: datetime) -> str:
        return at.astimezone(zone).isoformat(sep=" ", timespec="seconds")

    return Note(
        programme=services.settings.name,
        run_id=services.records.pointed(CURRENT) or "",
        data_time=told(max(b.imported_at for b in batches)) if batches else "",
        exported_at=told(services.clock.now()),
        exported_by=caller.display or caller.name,
        demonstration=services.settings.demonstration,
        zone=services.settings.zone,
    )


def _as_file(table: TableDef, fmt: str, note: Note, query: TableQuery) -> dict[str, str]:
    name = f"{table.zh}{'_演示数据' if note.demonstration else ''}_{note.exported_at[:10]}.{fmt}"
    plain = f"{table.name}_{note.exported_at[:10]}.{fmt}"
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
    }


handlers = [tables, table, table_export]
