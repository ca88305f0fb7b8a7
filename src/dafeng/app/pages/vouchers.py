"""Use cases of evidence 凭证: the delivered cell a figure came from with the rows around it, and the file as it came.

A workbook often holds many firms. Whoever sees only some of them sees only rows that belong to these; the others are
not shown and not counted, and the file itself is not handed out.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import polars as pl

from dafeng.app.explaining import seen_facts
from dafeng.app.identity.audit import audited
from dafeng.app.importing import CONTRACTS, TABLE, tables_of
from dafeng.app.pages.taken import TakenAway
from dafeng.app.pages.typed import FILING, Filed, all_typed, filed_with, is_typed, typed_book
from dafeng.app.permission import brought_by, use_case
from dafeng.app.ports import Evidence
from dafeng.app.regions.accounts import EVIDENCE as REGIONAL
from dafeng.app.services import Services
from dafeng.app.sight.results import sees_all
from dafeng.base.callers import Caller
from dafeng.base.columns import Contract
from dafeng.base.errors import BadRequest, NotFound
from dafeng.collect.headers import Header, recognised
from dafeng.collect.workbooks import Sheet, Workbook, read_workbook

AROUND = 4  # rows shown on either side
_WIDEST, _LONGEST = 80, 400  # columns shown; characters of a cell
_TABLES = (TABLE, FILING, REGIONAL)  # kinds of evidence that open as a table


class CellRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a delivered sheet as text; row counts from 1."""

    row: int
    cells: tuple[str | None, ...]


class Cells(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of a delivered file with the rows around it that the caller may see.

    heads are the column heads, which stand in row ``header`` (None: rows typed in the portal, which have no such row);
    row and marked (index of a column) say which cell it is.
    whole says whether the caller may take the file away; else rows of other firms are not among these.
    """

    file: str
    sha256: str
    sheet: str | None
    header: int | None
    heads: tuple[str, ...]
    rows: tuple[CellRow, ...]
    row: int
    marked: int | None
    whole: bool
    filed: Filed | None = None  # with which filing it was handed in, and who answers for it


@dataclass(frozen=True)
class _Seen:
    """A file of tables with the rows (sheet, row) that the caller may see; None where he may see them all.

    typed: (name, head) by column where the rows were typed in the portal, else None.
    """

    evidence: Evidence
    book: Workbook
    rows: frozenset[tuple[str | None, int]] | None
    typed: tuple[tuple[str, str], ...] | None = None


@use_case("evidence.open")
def evidence_cells(
    services: Services, caller: Caller, sha256: str, *, sheet: str | None, row: int, column: str | None
) -> Cells:
    """The rows around a cell of a delivered workbook. Raises NotFound, also for what the caller may not see."""
    seen = _seen(services, caller, sha256)
    if seen.rows is not None and (sheet, row) not in seen.rows:
        raise _unknown(sha256)
    part = next((s for s in seen.book.sheets if s.name == sheet), None)
    if part is None or not 1 <= row <= part.cells.height:
        raise _unknown(sha256)
    contract, header = (None, None) if seen.typed else _header(seen.book, part)
    head = header.row + 1 if header else None
    marked = _marked(part, contract, header, column)
    if marked is None and seen.evidence.kind == REGIONAL:
        marked = _under(part, row, column)
    if seen.typed:
        marked = next((i for i, known in enumerate(seen.typed) if column in known), None)
    near = _near(part, row, head, None if seen.rows is None else {r for s, r in seen.rows if s == sheet})
    return Cells(
        file=seen.evidence.name.rsplit("/", 1)[-1],
        sha256=sha256,
        sheet=sheet,
        header=head,
        heads=tuple(c or "" for c in _cells(part, head)) if head else tuple(zh for _, zh in seen.typed or ()),
        rows=tuple(CellRow(row=r, cells=_cells(part, r)) for r in near),
        row=row,
        marked=marked,
        whole=seen.rows is None,
        filed=filed_with(services, caller, sha256) if seen.evidence.kind == FILING else None,
    )


@audited("evidence.download", "sha256")
@use_case("evidence.open")
def evidence_file(services: Services, caller: Caller, sha256: str) -> TakenAway:
    """A delivered file as it came. Raises NotFound where the caller may not see all that is in it."""
    evidence = services.records.evidence(sha256)
    if evidence is None:
        raise _unknown(sha256)
    own = evidence.kind != TABLE and brought_by(caller, evidence.received_by)
    if evidence.kind in _TABLES:
        whole = own or _seen(services, caller, sha256).rows is None
    else:
        whole = own or evidence.kind == "plan" or sees_all(services, caller)
    if not whole:
        raise _unknown(sha256)
    return TakenAway(evidence.name.rsplit("/", 1)[-1], services.columns.get_bytes(sha256))


def _unknown(sha256: str) -> NotFound:
    return NotFound("there is no such evidence", where=sha256[:16], mend="Open it from the explanation of a number.")


def _seen(services: Services, caller: Caller, sha256: str) -> _Seen:
    """The file with the caller's rows. Raises NotFound where he may see none of it, BadRequest where no table."""
    evidence = services.records.evidence(sha256)
    if evidence is None:
        raise _unknown(sha256)
    everything = sees_all(services, caller)
    rows = None if everything else _own_rows(services, caller, sha256)
    if rows is not None and not rows:
        raise _unknown(sha256)
    if evidence.kind not in _TABLES:
        raise BadRequest("this file is no table", where=evidence.name, mend="Download it.")
    book, typed = services.memory.get("evidence.book", sha256, lambda: _opened(services, evidence))
    if rows is not None and (all_typed(book, rows) if typed is not None else _holds_all(book, rows)):
        rows = None
    return _Seen(evidence, book, rows, typed)


def _opened(services: Services, evidence: Evidence) -> tuple[Workbook, tuple[tuple[str, str], ...] | None]:
    data = services.columns.get_bytes(evidence.sha256)
    if evidence.kind == FILING and is_typed(evidence.name):
        return typed_book(data, evidence.name, evidence.sha256)
    return read_workbook(data, evidence.name), None


def _own_rows(services: Services, caller: Caller, sha256: str) -> frozenset[tuple[str | None, int]]:
    """The rows all of whose figures are of subjects that the caller may see; a row that gave no figure is nobody's."""
    place = ["sheet", "row"]
    every = services.columns.facts().filter(pl.col("sha256") == sha256).select("fact_id", *place)
    seen = seen_facts(services, caller).filter(pl.col("sha256") == sha256)["fact_id"]
    own = (
        every.with_columns(pl.col("fact_id").is_in(seen.to_list()).alias("own"))
        .group_by(place)
        .agg(pl.col("own").all())
    )
    return frozenset(own.filter("own").select(place).iter_rows())


def _holds_all(book: Workbook, rows: frozenset[tuple[str | None, int]]) -> bool:
    """Whether every row below a header that holds anything is among the rows."""
    for sheet in book.sheets:
        contract, header = _header(book, sheet)
        first = header.first_data_row if header else 0
        filled = sheet.cells.with_row_index("_at", offset=1).slice(first)
        texts = [c for c in filled.columns if c != "_at"]
        held = (
            filled.filter(pl.any_horizontal(pl.col(c).fill_null("").str.strip_chars() != "" for c in texts))
            if texts
            else filled
        )
        if contract is None and held.height:
            return False
        if any((sheet.name, at) not in rows for at in held["_at"]):
            return False
    return True


def _header(book: Workbook, sheet: Sheet) -> tuple[Contract | None, Header | None]:
    """The table a sheet holds, and where its header stands."""
    for name, part in tables_of(book).items():
        if any(s is sheet for s in part.sheets):
            return CONTRACTS[name], recognised(sheet.cells, CONTRACTS[name])
    return None, None


def _near(sheet: Sheet, row: int, head: int | None, own: set[int] | None) -> list[int]:
    """The numbers of the rows to show: those around the row, of the caller's own ones where he has not all."""
    if own is not None:
        ordered = sorted(own)
        at = ordered.index(row)
        return ordered[max(at - AROUND, 0) : at + AROUND + 1]
    first = max(row - AROUND, (head or 0) + 1 if row > (head or 0) else 1)
    return list(range(first, min(row + AROUND, sheet.cells.height) + 1))


def _cells(sheet: Sheet, row: int) -> tuple[str | None, ...]:
    cells = sheet.cells.row(row - 1)[:_WIDEST]
    return tuple(None if c is None else str(c)[:_LONGEST] for c in cells)


def _under(sheet: Sheet, row: int, head: str | None) -> int | None:
    """The index of the column of a regional table over whose cell the head stands, the nearest above."""
    for above in range(row - 1, 0, -1):
        for i, cell in enumerate(_cells(sheet, above)):
            if cell is not None and cell.strip() == head:
                return i
    return None


def _marked(sheet: Sheet, contract: Contract | None, header: Header | None, column: str | None) -> int | None:
    """The index of the column that a figure names: by the contract's word for it, else by the head as delivered."""
    if contract is None or header is None or column is None:
        return None
    for i, name in header.columns.items():
        if name in contract.columns and column in (name, contract.columns[name].zh):
            return i
    heads = _cells(sheet, header.row + 1)
    return next((i for i, head in enumerate(heads) if (head or "").strip() == column), None)
