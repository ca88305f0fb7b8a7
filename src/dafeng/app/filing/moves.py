"""Use cases of a filing's moves 填报流转: submit, approve, pass, confirm, return; at confirmation it becomes fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import msgspec
import polars as pl

from dafeng.act.machine import Given, Move, machine
from dafeng.act.terms import terms
from dafeng.app.case_ports import Case, Moved
from dafeng.app.cases import Unmet, case_of, checked_move, filled_by, moved, person, store, today
from dafeng.app.evidences import keep
from dafeng.app.filing.acts import LIMITS, Text, said
from dafeng.app.filing.draft import Checked, checked, delivery_of, lists_of, table_of
from dafeng.app.filing.own import totals
from dafeng.app.filing.page import FilingPage, page_of
from dafeng.app.importing import enter_table
from dafeng.app.permission import use_case, within
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.columns import Contract
from dafeng.base.errors import BadRequest, StaleRecord
from dafeng.base.faults import ROW, SHEET
from dafeng.base.provenance import content_id
from dafeng.collect.headers import RawTable, table_in
from dafeng.collect.workbooks import read_workbook

_BEFORE_FACTS = "county_passed"
_PEOPLE = (("submit", "填报"), ("approve", "审核"), ("pass", "县级"), ("confirm", "市级"))


class CellMark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cell that a return is about: row of the grid (from 1) and column, the item, and what is wrong."""

    column: Annotated[str, msgspec.Meta(max_length=60)]
    what: Text
    row: int | None = None
    item: Annotated[str, msgspec.Meta(max_length=200)] = ""
    measure: Annotated[str, msgspec.Meta(max_length=60)] = ""
    period: Annotated[str, msgspec.Meta(max_length=7)] = ""


class FilingMove(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A move of a filing with its reason, the cells it is about (or that it is about the whole form), and explanations
    of warnings."""

    move: Annotated[str, msgspec.Meta(max_length=30)]
    reason: Text = ""
    cells: Annotated[list[CellMark], msgspec.Meta(max_length=500)] = []
    whole: bool = False
    explanations: dict[str, Text] = {}


@use_case("filing.see", act="filing.move")
def move_filing(services: Services, caller: Caller, case_id: str, given: FilingMove, version: int) -> FilingPage:
    """Submit, approve, pass, confirm, return, withdraw or reopen a filing.

    Raises NotFound, NotAllowed, Conflict, StaleRecord, and Unmet (a BadRequest with all that is still wrong).
    """
    make_move(services, caller, case_id, given, version)
    return page_of(services, caller, case_of(services, caller, case_id, "filing"))


@within
def make_move(services: Services, caller: Caller, case_id: str, given: FilingMove, version: int) -> None:
    """Check and write one move of a filing."""
    case = case_of(services, caller, case_id, "filing")
    if given.move in ("edit", "upload"):
        raise BadRequest(
            "this move is made by saving or uploading",
            where="move",
            mend="Save rows or a workbook.",
            zh="此步骤须通过保存或上传完成",
            mend_zh="请保存表格内容或上传工作簿。",
        )
    if case.state == _BEFORE_FACTS:  # confirm and return keep out of each other's way: facts are written in between
        with services.exclusive():
            _move(services, caller, case_of(services, caller, case_id, "filing"), given, version)
    else:
        _move(services, caller, case, given, version)


def _move(services: Services, caller: Caller, case: Case, asked: FilingMove, version: int) -> None:
    trail = store(services).moves(case.case_id)
    explanations = case.data["explanations"] | (said(asked.explanations) if asked.move == "submit" else {})
    found = checked(services, case, case.data["rows"], explanations) if asked.move in ("submit", "confirm") else None
    given = _given(caller, case, asked, trail, found)
    try:
        move = checked_move(caller, case, asked.move, given)
    except Unmet as refused:
        raise _in_counts(refused, asked.move, found) from None
    if case.version != version:
        raise StaleRecord(
            "the filing has changed since you looked at it",
            where=case.title,
            mend="Load it again and look at it.",
            zh="您打开以后,这份填报已被他人修改",
            mend_zh="请重新打开,核对后再操作。",
        )
    cells = _cells(case, asked)
    data = case.data | {"explanations": explanations} | _after(move, case, cells, asked)
    told: dict[str, Any] = {"cells": cells} if cells else {}
    if move.target == "returned":
        told |= {"whole": asked.whole, "term": _term_after_return(services, case)}
    if move.id == "confirm":
        told |= _enter(services, caller, case, trail)
        data["batch"] = told["batch"]
    if move.id == "submit":
        given, told = _snapshot(services, caller, case, given), told | {"explanations": explanations}
    told["revision"] = data["revision"]
    moved(services, caller, case, version, move, given, data=data, told=told)


def _in_counts(refused: Unmet, move: str, found: Checked | None) -> Unmet:
    """The refusal told in the counts of the page: errors, cells to fill in, doubts without an explanation."""
    if found is None or not (found.errors or found.unexplained):
        return refused
    counts = (
        (found.wrong, "errors to mend", "处错误须改正"),
        (found.empty, "cells to fill in", "处待填写"),
        (len(found.unexplained), "doubts to explain", "处可疑须说明"),
    )
    verb = machine("filing").named(move)
    return Unmet(
        f"{verb.en} is not possible yet: {', '.join(f'{n} {en}' for n, en, _ in counts if n)}",
        refused.problems,
        zh=f"还不能“{verb.zh}”:{'、'.join(f'{n}{zh}' for n, _, zh in counts if n)}",
        mend_zh="请按所列问题逐项更正、填写或说明后再办理。",
        mend="Mend, fill in or explain what is listed.",
    )


def _given(caller: Caller, case: Case, asked: FilingMove, trail: Sequence[Moved], found: Checked | None) -> Given:
    return Given(
        caller.name,
        reason=asked.reason,
        rows=len(case.data["rows"]),
        errors=found.errors if found else (),
        unexplained=found.unexplained if found else (),
        filled_by=filled_by(trail),
        cells=len(asked.cells),
        whole=asked.whole,
    )


def _cells(case: Case, asked: FilingMove) -> list[dict[str, Any]]:
    """The cells that a move is about. Raises BadRequest for one that the grid has not."""
    columns, most = delivery_of(case).contract.columns, len(case.data["rows"])
    for cell in asked.cells:
        if cell.column not in columns or (cell.row is not None and not 1 <= cell.row <= most):
            raise BadRequest(
                f"the grid has no cell {cell.column} in row {cell.row}",
                where=case.title,
                mend="Mark the cells in the grid as it stands.",
                zh=f"表中没有第{cell.row}行“{cell.column}”这一格",
                mend_zh="请在当前表格中重新标出所指的格。",
            )
    return [msgspec.to_builtins(c) | {"what": c.what.strip() or asked.reason} for c in asked.cells]


def _term_after_return(services: Services, case: Case) -> dict[str, str]:
    """The term after a return, with its reason in both languages; it stands in the step for good."""
    day, rule = today(services), terms().returns
    own = date.fromisoformat(case.data["due"])
    zh, en = rule.why(day, own)
    return {"until": rule.term(day, own).isoformat(), "zh": zh, "en": en}


def _after(move: Move, case: Case, cells: list[Any], asked: FilingMove) -> dict[str, Any]:
    """What a move changes in the case's data: the cells of a return stand until the next submission."""
    if move.id == "return":
        return {"returned": cells, "why_returned": asked.reason}
    if move.id == "submit":
        return {"returned": [], "why_returned": ""}
    if move.id == "reopen":
        again = {"revision": case.data["revision"] + 1, "cause": asked.reason, "explanations": {}}
        return again | {"returned": cells, "why_returned": asked.reason}
    return {}


def _snapshot(services: Services, caller: Caller, case: Case, given: Given) -> Given:
    """What was handed in stays, whatever becomes of the draft."""
    workbook = case.data["workbook"]
    kept = [keep(services, caller, canonical(case), _json_name(case), "filing", uploaded=False).sha256]
    kept += [workbook["sha256"]] if workbook else []
    return replace(given, evidence=tuple(kept))


def canonical(case: Case) -> bytes:
    """The grid of a filing as bytes that are the same for the same content."""
    content = {
        "filing": case.case_id,
        "enterprise": case.subject_id,
        "period": case.period,
        "table": case.form,
        "rows": case.data["rows"],
    }
    return msgspec.json.encode(content, order="sorted")


def _json_name(case: Case) -> str:
    return f"填报_{case.subject_id}_{case.period}_{case.form}.json"


def _enter(services: Services, caller: Caller, case: Case, trail: Sequence[Moved]) -> dict[str, Any]:
    """Write the facts of a confirmed filing by the path of every import; the file they lead back to is its evidence."""
    raw = _evidence_table(services, caller, case)
    batches = services.records.batches()
    before = sum(1 for b in batches if (b.sha256, b.contract) == (raw.sha256, case.form))
    batch_id = content_id("B", raw.sha256, case.form) + (f"-{before + 1}" if before else "")
    reason = case.data["cause"].strip() or None
    by = _chain(trail, caller)
    taken = enter_table(
        services, caller, case.form, raw, lists_of(services), batch_id, reason=reason, by=by, only=case.subject_id
    )
    return {
        "batch": taken.batch.batch_id,
        "new": taken.new,
        "corrected": taken.corrected,
        "unchanged": taken.unchanged,
    }


def _evidence_table(services: Services, caller: Caller, case: Case) -> RawTable:
    """The table as delivered: the workbook where the draft is still as uploaded, else the grid as it was typed."""
    contract, workbook = delivery_of(case).contract, case.data["workbook"]
    if workbook:
        book = read_workbook(services.columns.get_bytes(workbook["sha256"]), workbook["name"], LIMITS)
        return _without_totals(table_in(book, contract), contract)
    data = canonical(case)
    kept = keep(services, caller, data, _json_name(case), "filing", uploaded=False)
    return _without_totals(table_of(contract, case.data["rows"], kept.name, kept.sha256), contract)


def _without_totals(raw: RawTable, contract: Contract) -> RawTable:
    """Totals do not become facts; told of by sheet and row, for a workbook may have several sheets."""
    found = totals(raw, contract).select(pl.col("sheet").alias(SHEET), pl.col("row").alias(ROW))
    kept = raw.frame.join(found, on=[SHEET, ROW], how="anti", nulls_equal=True, maintain_order="left")
    return replace(raw, frame=kept)


def _chain(trail: Sequence[Moved], caller: Caller) -> str:
    """Who answers for the figures, from the one who submitted to the one who confirms."""
    own = f"{caller.display}（{caller.name}）" if caller.display.strip() not in ("", caller.name) else caller.name
    last = {step.move: person(step) for step in trail} | {"confirm": own}
    return "；".join(f"{zh} {last[move]}" for move, zh in _PEOPLE if move in last)[:200]
