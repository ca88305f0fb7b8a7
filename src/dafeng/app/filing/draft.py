"""The draft of a filing 填报草稿: rows of text as they were typed, checked by the import's own rules, nothing lost."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import polars as pl

from dafeng.act.terms import terms
from dafeng.app.case_ports import Case
from dafeng.app.cases import known_registry
from dafeng.app.filing.own import TO_FILL, Fill, fill_of, has_figure, outside, totals, without
from dafeng.app.importing import code_lists_of
from dafeng.app.pages.shapes import Words
from dafeng.app.services import Services
from dafeng.app.versions import delivered
from dafeng.base.columns import CodeList, Contract
from dafeng.base.errors import Problem, Severity
from dafeng.base.faults import ROW, SHEET, all_faults, no_faults
from dafeng.base.provenance import content_id
from dafeng.collect.contracts import DELIVERIES, Delivery
from dafeng.collect.facts import current
from dafeng.collect.headers import RawTable
from dafeng.collect.importing import Context, Imported, import_raw
from dafeng.collect.plausible import filing_checks

Row = dict[str, str | None]
_MAIN = frozenset(m for duty in terms().duties for m in duty.measures)  # what is owed of each table


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
    to_fill: bool = False  # nothing was typed there yet: it stops the submission, and is no doubt


@dataclass(frozen=True)
class Checked:
    """A draft held against the rules: the rows as a table, what the import makes of those that belong here, all faults
    (a frame, and by cell), and how much is still to be filled in."""

    raw: RawTable
    imported: Imported
    faults: pl.DataFrame
    problems: tuple[CellProblem, ...]
    fill: Fill

    columns: Mapping[str, Words]  # how a column is called

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(self._problem(p) for p in self.problems if p.severity == "error")

    @property
    def unexplained(self) -> tuple[Problem, ...]:
        """Warnings without an explanation."""
        return tuple(self._problem(p) for p in self.problems if p.severity == "warning" and not p.explanation)

    @property
    def wrong(self) -> int:
        """Errors in what was typed, as the page counts them: what is still empty is counted by ``fill``."""
        return sum(p.severity == "error" and not p.to_fill for p in self.problems)

    @property
    def empty(self) -> int:
        """How many cells are still to be filled in before it can be handed in."""
        return self.fill.left if any(p.to_fill for p in self.problems) else 0

    def _problem(self, found: CellProblem) -> Problem:
        """A problem in the words of the page's list: row and header, each language by itself."""
        named = self.columns.get(found.column) or Words(found.header, found.column)
        where, where_zh = (f"row {found.row}", f"第{found.row}行") if found.row else ("the table", "全表")
        severity: Severity = "error" if found.severity == "error" else "warning"
        return Problem(
            where, named.en, found.what.en, found.mend.en, severity, where_zh, named.zh, found.what.zh, found.mend.zh
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
    """Hold a draft against contract, code lists, the firm's own facts and what is plausible; kept for the next look."""
    said = msgspec.json.encode((rows, explanations), order="sorted")
    version = (delivered(services), hashlib.blake2b(said, digest_size=16).digest())
    return services.memory.get(
        ("filing.checked", case.case_id), version, lambda: _checked(services, case, rows, explanations)
    )


def _checked(services: Services, case: Case, rows: Sequence[Row], explanations: Mapping[str, str]) -> Checked:
    delivery = delivery_of(case)
    raw = table_of(delivery.contract, rows, case.title, "")
    own = pl.col("subject_id") == case.subject_id
    firms = known_registry(services).enterprises.filter(pl.col("enterprise_id") == case.subject_id)
    lists = lists_of(services)
    asked = filing_checks(terms().usual_periods, terms().usual_at_least)
    context = Context(lists, services.clock.now(), "user", facts_of(services, own), firms, checks=asked)
    sums = totals(raw, delivery.contract)
    strange = all_faults([sums, outside(case, firms.sort("since").row(-1, named=True), without(raw, sums))])
    made = import_raw(without(raw, strange), delivery, context)
    faults = _said_now(all_faults([strange, made.parsed.faults]), rows, delivery)
    item = {n: _item(row.get(delivery.named), lists, delivery) for n, row in enumerate(rows, start=1)}
    heads = {col.zh: col.en for col in delivery.contract.columns.values()}
    found = tuple(_cell(f, item, explanations, heads) for f in faults.iter_rows(named=True))
    mine = [row for n, row in enumerate(rows, start=1) if n not in set(strange["row"].to_list())]
    named = {name: Words(col.zh, col.en) for name, col in delivery.contract.columns.items()}
    return Checked(raw, made, faults, found, fill_of(delivery, mine), named)


def _said_now(faults: pl.DataFrame, rows: Sequence[Row], delivery: Delivery) -> pl.DataFrame:
    """Without the doubts about rows in which no figure stands yet: there is nothing to be doubted."""
    bare = [n for n, row in enumerate(rows, start=1) if not has_figure(row, delivery)]
    main = next((c for c, m in delivery.measures.items() if m in _MAIN), delivery.figures[0])
    bare_row = pl.col("kind") == "no_figures"  # told at the figure that is owed, not at the first column
    faults = faults.with_columns(
        column=pl.when(bare_row).then(pl.lit(main)).otherwise("column"),
        header=pl.when(bare_row).then(pl.lit(delivery.contract.columns[main].zh)).otherwise("header"),
    )
    doubt = (pl.col("severity") != "error") & ~pl.col("kind").is_in([*TO_FILL, "total_row"])
    return faults.filter(~(doubt & pl.col("row").is_in(bare).fill_null(False)))


def _item(text: str | None, lists: Mapping[str, CodeList], delivery: Delivery) -> str:
    codes = delivery.contract.columns[delivery.named].codes if delivery.named else None
    return (lists[codes].resolve(text) if codes and text else None) or text or ""


def _in_english(text: str, heads: Mapping[str, str]) -> str:
    """An English text that names heads of the form as they stand in its Chinese: with their English names."""
    for zh in sorted(heads, key=len, reverse=True):
        text = text.replace(zh, heads[zh])
    return text


def _cell(
    fault: Mapping[str, Any], item: Mapping[int, str], explanations: Mapping[str, str], heads: Mapping[str, str]
) -> CellProblem:
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
        what=Words(fault["what_zh"], _in_english(fault["what"], heads)),
        mend=Words(fault["mend_zh"], _in_english(fault["mend"], heads)),
        explanation=explanations.get(key),
        to_fill=fault["kind"] in TO_FILL and not (fault["text"] or "").strip(),
    )
