"""What the page of a filing is told 填报页: grid, problems by cell, the past of each cell, line of states, trail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import polars as pl

from dafeng.app.case_ports import Case
from dafeng.app.cases import (
    LineStep,
    MoveOffer,
    TrailStep,
    Urgency,
    firm_row,
    iso,
    known_registry,
    line_of,
    offers,
    state_words,
    store,
    trail_of,
    urgency,
)
from dafeng.app.filing.compared import CellChange, Compared, changes, compared
from dafeng.app.filing.draft import CellProblem, Checked, checked, delivery_of, facts_of, lists_of
from dafeng.app.filing.dues import contract_words
from dafeng.app.filing.own import FIXED, Fill
from dafeng.app.filing.usual import Usual, usual_of
from dafeng.app.pages.english import area_en
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import may, within
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.columns import CodeList, Col
from dafeng.base.periods import Period
from dafeng.collect.contracts import METHOD_DATA
from dafeng.rules.method_data import STREAM
from dafeng.rules.methods import packaged_methods

_UNSENT = frozenset({"draft"})  # states in which a filing is nobody's business but the firm's


class Option(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    unit: str | None = None


class GridColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the grid. fixed: the same in every row; measure: what its figures are."""

    name: str
    header: Words
    kind: str  # text | number
    required: bool
    fixed: bool
    unit: str | None
    note: str
    measure: str | None
    options: tuple[Option, ...] = ()


class GridRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it was typed, with the place in the workbook it came from."""

    row: int
    cells: dict[str, str | None]
    sheet: str | None = None
    source_row: int | None = None


class FilingPage(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    enterprise_id: str
    enterprise_name: str
    area_code: str
    area_name: str
    area_en: str
    contract: str
    contract_name: Words
    period: str
    period_name: Words
    title: str
    state: str
    state_name: Words
    version: int
    revision: int
    due: str
    term: str | None
    urgency: Urgency | None
    line: tuple[LineStep, ...]
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]
    hidden: bool  # a draft that is not handed in is shown to the firm only
    problems: tuple[CellProblem, ...]
    errors: int  # without what is only still to be filled in
    warnings: int
    fill: Fill
    unexplained: int
    explanations: dict[str, str]
    usual: tuple[Usual, ...]
    compared: tuple[Compared, ...]
    changes: tuple[CellChange, ...]  # since the filing was returned
    returned: tuple[dict[str, Any], ...]
    why_returned: str
    cause: str
    workbook: str | None
    batch_id: str | None
    saved_by: str | None
    saved_at: str | None
    moves: tuple[MoveOffer, ...]
    may_edit: bool
    trail: tuple[TrailStep, ...]
    demonstration: bool


@within
def page_of(services: Services, caller: Caller, case: Case) -> FilingPage:
    """The page of a filing for a caller who may see it."""
    firm, registry = firm_row(services, caller, case.subject_id), known_registry(services)
    steps, data = store(services).moves(case.case_id), case.data
    hidden = case.state in _UNSENT and not (may(caller, "filing.edit") or may(caller, "filing.approve"))
    found = None if hidden else checked(services, case, data["rows"], data["explanations"])
    period, open_moves = Period.parse(case.period), offers(caller, case, steps)
    saved = data.get("saved") or {}
    return FilingPage(
        id=case.case_id,
        enterprise_id=case.subject_id,
        enterprise_name=firm["name"],
        area_code=firm["area_code"],
        area_name=registry.area_name(firm["area_code"]),
        area_en=area_en(registry.area_name(firm["area_code"])),
        contract=case.form,
        contract_name=contract_words(case.form),
        period=case.period,
        period_name=Words(period.zh, period.code),
        title=case.title,
        state=case.state,
        state_name=state_words("filing", case.state),
        version=case.version,
        revision=data["revision"],
        due=data["due"],
        term=iso(case.term),
        urgency=urgency(services.clock.today(), case.term),
        line=line_of(case, steps),
        columns=_columns(services, case),
        rows=() if hidden else _rows(case),
        hidden=hidden,
        problems=found.problems if found else (),
        **_counts(found),
        explanations={} if hidden else data["explanations"],
        usual=() if hidden else usual_of(services, case),
        compared=compared(services, case, found) if found else (),
        changes=() if hidden else changes(services, case, steps),
        returned=tuple(data.get("returned", ())),
        why_returned=data.get("why_returned", ""),
        cause=data.get("cause", ""),
        workbook=data["workbook"]["name"] if data["workbook"] and not hidden else None,
        batch_id=data.get("batch"),
        saved_by=saved.get("who"),
        saved_at=saved.get("at"),
        moves=tuple(o for o in open_moves if o.move not in ("edit", "upload")),
        may_edit=any(o.move == "edit" for o in open_moves),
        trail=trail_of(case, steps),
        demonstration=services.settings.demonstration,
    )


def _counts(found: Checked | None) -> dict[str, Any]:
    severities = [p.severity for p in found.problems if not p.to_fill] if found else []
    return {
        "fill": found.fill if found else Fill(left=0, of=0),
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "unexplained": sum(p.severity == "warning" and not (p.explanation or p.to_fill) for p in found.problems)
        if found
        else 0,
    }


def _rows(case: Case) -> tuple[GridRow, ...]:
    workbook = case.data["workbook"]
    places = workbook["places"] if workbook else [(None, None)] * len(case.data["rows"])
    return tuple(
        GridRow(row=n, cells=row, sheet=sheet, source_row=source)
        for n, (row, (sheet, source)) in enumerate(zip(case.data["rows"], places, strict=True), start=1)
    )


def _columns(services: Services, case: Case) -> tuple[GridColumn, ...]:
    lists, delivery = offered_lists(services, case), delivery_of(case)
    return tuple(
        GridColumn(
            name=name,
            header=Words(col.zh, col.en),
            kind="number" if col.type is float else "text",
            required=not col.missing,
            fixed=name in FIXED,
            unit=col.unit,
            note=col.note,
            measure=delivery.measures.get(name),
            options=_options(col, lists),
        )
        for name, col in delivery.contract.columns.items()
    )


@within
def offered_lists(services: Services, case: Case) -> dict[str, CodeList]:
    """The code lists that a filing offers. For method data only the methods the firm has used, else those for its
    industry, with their data: the whole list has thousands. Others are taken too where they are typed."""
    lists = lists_of(services)
    if case.form != METHOD_DATA.name:
        return lists
    used = facts_of(services, (pl.col("subject_id") == case.subject_id) & pl.col("measure").str.starts_with(STREAM))
    rows = known_registry(services).enterprises.filter(pl.col("enterprise_id") == case.subject_id).sort("since")
    suited = [m.id for m, _ in packaged_methods().for_industry(str(rows["industry_code"][-1]))]
    methods = sorted(set(used["item"])) or suited
    pairs = lists["method_pairs"].table.filter(pl.col("given").is_in(methods))
    held = {"methods": methods, "method_data": pairs["measure"].to_list()}
    return lists | {n: replace(lists[n], table=lists[n].table.filter(pl.col("code").is_in(c))) for n, c in held.items()}


def _options(col: Col, lists: dict[str, CodeList]) -> tuple[Option, ...]:
    if col.choices:
        return tuple(Option(code=code, name=zh) for code, zh in col.choices.items())
    key = "units" if col.form == "unit" else col.codes
    if not key or key not in lists:
        return ()
    table = lists[key].table
    units = table["unit"].to_list() if "unit" in table.columns else [None] * table.height
    return tuple(
        Option(code=code, name=zh, unit=unit)
        for code, zh, unit in zip(table["code"].to_list(), table["zh"].to_list(), units, strict=True)
    )
