"""The draft of a filing 填报草稿: rows of text as they were typed, checked by the import's own rules, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import polars as pl

from dafeng.app.case_ports import Case
from dafeng.app.cases import known_registry
from dafeng.app.importing import code_lists_of
from dafeng.app.pages.shapes import Words
from dafeng.app.services import Services
from dafeng.app.versions import delivered
from dafeng.base import cells
from dafeng.base.codes import uscc_fault
from dafeng.base.columns import CodeList, Contract
from dafeng.base.errors import BadRequest, Problem, Severity
from dafeng.base.faults import ROW, SHEET, no_faults
from dafeng.base.provenance import content_id
from dafeng.collect.contracts import DELIVERIES, Delivery
from dafeng.collect.facts import current
from dafeng.collect.headers import RawTable
from dafeng.collect.importing import Context, Imported, import_raw

FIXED = ("enterprise_id", "name", "period")  # the same in every row of a filing
MOST_ROWS = 500
_LONGEST_CELL = 2000
_OWN_ID = re.compile(r"E-[0-9A-Za-z_-]{1,60}")
Row = dict[str, str | None]


class CellProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with a cell (row None: with the whole table). key: under which a warning is explained."""

    key: str
    kind: str
    row: int | None
    column: str
    header: str
    severity: str
    text: str | None
    what: Words
    mend: Words
    explanation: str | None = None


@dataclass(frozen=True)
class Checked:
    """A draft held against the rules: what the import makes of it, and its problems by cell."""

    imported: Imported
    problems: tuple[CellProblem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(_problem(p) for p in self.problems if p.severity == "error")

    @property
    def unexplained(self) -> tuple[Problem, ...]:
        """Warnings without an explanation."""
        return tuple(_problem(p) for p in self.problems if p.severity == "warning" and not p.explanation)


def _problem(found: CellProblem) -> Problem:
    where = f"row {found.row}" if found.row else "table"
    severity: Severity = "error" if found.severity == "error" else "warning"
    return Problem(
        where, found.column, f"{found.what.en} {found.what.zh}", f"{found.mend.en} {found.mend.zh}", severity
    )


def delivery_of(case: Case) -> Delivery:
    return DELIVERIES[case.form]


def lists_of(services: Services) -> dict[str, CodeList]:
    """All code lists, kept until the registry changes."""
    return services.memory.get("cases.lists", delivered(services), lambda: code_lists_of(services))


def facts_of(services: Services, which: pl.Expr) -> pl.DataFrame:
    """The facts that hold now, of some subjects, measures or items; all of them are kept until a batch comes in.

    which must not look at values: a correction would otherwise bring back what it corrects.
    """
    every = services.memory.get("cases.facts", delivered(services), services.columns.facts)
    return current(every.filter(which))


def table_of(contract: Contract, rows: Sequence[Row], name: str, sha256: str) -> RawTable:
    """The rows of a draft as a delivered table: sheet named after the contract, rows counted from 1."""
    columns: dict[str, Any] = {
        SHEET: pl.Series([contract.zh] * len(rows), dtype=pl.String),
        ROW: pl.Series(range(1, len(rows) + 1), dtype=pl.Int64),
    }
    for column in contract.columns:
        columns[column] = pl.Series([row.get(column) for row in rows], dtype=pl.String)
    return RawTable(pl.DataFrame(columns), {}, no_faults(), name, sha256)


def rows_in(raw: RawTable, contract: Contract) -> list[Row]:
    """The rows of a delivered table as a draft's rows; bad cells keep the text they came with."""
    there = [name for name in contract.columns if name in raw.frame.columns]
    return [{n: v for n, v in row.items() if v is not None and v.strip()} for row in raw.frame.select(there).to_dicts()]


def checked(services: Services, case: Case, rows: Sequence[Row], explanations: Mapping[str, str]) -> Checked:
    """Hold a draft against contract, code lists, the firm's own facts and what is plausible."""
    delivery = delivery_of(case)
    raw = table_of(delivery.contract, rows, case.title, "")
    own = pl.col("subject_id") == case.subject_id
    firms = known_registry(services).enterprises.filter(pl.col("enterprise_id") == case.subject_id)
    lists = lists_of(services)
    context = Context(lists, services.clock.now(), "user", facts_of(services, own), firms)
    made = import_raw(raw, delivery, context)
    item = {n: _item(row.get(delivery.item), lists, delivery) for n, row in enumerate(rows, start=1)}
    found = tuple(_cell(f, item, explanations) for f in made.parsed.faults.iter_rows(named=True))
    return Checked(made, found)


def _item(text: str | None, lists: Mapping[str, CodeList], delivery: Delivery) -> str:
    codes = delivery.contract.columns[delivery.item].codes if delivery.item else None
    return (lists[codes].resolve(text) if codes and text else None) or text or ""


def _cell(fault: Mapping[str, Any], item: Mapping[int, str], explanations: Mapping[str, str]) -> CellProblem:
    """A warning is known again by what it says of which item: another figure needs another explanation."""
    key = content_id("W", fault["kind"], item.get(fault["row"], ""), fault["column"] or "", fault["text"] or "")
    return CellProblem(
        key=key,
        kind=fault["kind"],
        row=fault["row"],
        column=fault["column"] or "",
        header=fault["header"] or "",
        severity=fault["severity"],
        text=fault["text"],
        what=Words(fault["what_zh"], fault["what"]),
        mend=Words(fault["mend_zh"], fault["mend"]),
        explanation=explanations.get(key),
    )


# -- what belongs into this filing ---------------------------------------------------------------------------------


def own_rows(case: Case, firm: Mapping[str, Any], rows: Iterable[Mapping[str, str | None]]) -> list[Row]:
    """Rows with the firm and period of the case filled in, unknown columns refused.

    Raises BadRequest where a row speaks of another enterprise or period, listing every such row; a code or period that
    cannot be read at all stays in its cell and is told of as a problem.
    """
    contract = delivery_of(case).contract
    kept, foreign = [], []
    for number, row in enumerate(rows, start=1):
        unknown = sorted(set(row) - set(contract.columns))
        if unknown:
            raise BadRequest(
                f"the table has no column {unknown[0]}",
                where=f"row {number}",
                mend="See the columns.",
                zh=f"表中没有“{unknown[0]}”这一列",
                mend_zh="请按表头的列填写。",
            )
        full: Row = {k: v for k, v in row.items() if v is not None and v.strip()}
        foreign += _foreign(case, firm, full, number)
        kept.append({"enterprise_id": case.subject_id, "name": firm["name"], "period": case.period} | full)
    if len(kept) > MOST_ROWS or any(len(v or "") > _LONGEST_CELL for row in kept for v in row.values()):
        raise BadRequest(
            "the table is too long for a filing",
            mend=f"At most {MOST_ROWS} rows of 2000 characters.",
            zh="表格超出填报的上限",
            mend_zh=f"最多{MOST_ROWS}行,每行不超过2000个字符。",
        )
    if foreign:
        raise _refused(case, foreign)
    return kept


def _foreign(case: Case, firm: Mapping[str, Any], row: Row, number: int) -> list[Problem]:
    code, period = (row.get("enterprise_id") or "").strip(), row.get("period")
    found = []
    readable = bool(_OWN_ID.fullmatch(code)) or (bool(code) and uscc_fault(code.upper()) is None)
    if readable and code.upper().removeprefix("E-") not in _codes(firm):
        what, mend = "this row is of another enterprise 本行不属于本企业", "Take the row out 请删除本行."
        found.append(Problem(f"row {number}", "enterprise_id", what, mend))
    read = _period(period)
    if read is not None and read != case.period:
        what = f"this row is of {read}, the filing of {case.period} 本行时期为{read},本填报为{case.period}"
        found.append(Problem(f"row {number}", "period", what, "File each period by itself 请分时期填报."))
    return found


def _codes(firm: Mapping[str, Any]) -> frozenset[str]:
    return frozenset({str(firm["enterprise_id"]).upper().removeprefix("E-"), str(firm["uscc"] or "").upper()}) - {""}


def _period(text: str | None) -> str | None:
    if not text:
        return None
    read = cells.each_text(pl.Series([cells.plain(text)]), cells.period, pl.String())[0]
    return None if read is None else str(read)


def _refused(case: Case, problems: Sequence[Problem]) -> BadRequest:
    error = BadRequest(
        f"{len(problems)} cells speak of what does not belong into this filing: {problems[0].what}",
        where=f"{case.title} › {problems[0].where}",
        mend=problems[0].mend,
    )
    error.problems = tuple(problems)  # type: ignore[attr-defined]
    return error
