"""Use cases of filing 填报: open a draft, fill it in, hand it through approval, county and city until it is fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import msgspec

from dafeng.act.machine import Given, Move
from dafeng.act.terms import terms
from dafeng.app.case_ports import Case, Moved
from dafeng.app.cases import (
    Conflict,
    case_of,
    checked_move,
    filled_by,
    firm_row,
    known_registry,
    moved,
    opened,
    store,
)
from dafeng.app.dues import contract_words, dues_frame
from dafeng.app.evidences import keep
from dafeng.app.filing_draft import (
    Checked,
    Row,
    checked,
    delivery_of,
    lists_of,
    own_rows,
    rows_in,
    table_of,
)
from dafeng.app.filing_page import FilingPage, page_of
from dafeng.app.filing_usual import first_rows
from dafeng.app.importing import enter_table
from dafeng.app.pages.taken import TakenAway
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound, StaleRecord
from dafeng.base.periods import Period
from dafeng.base.provenance import content_id
from dafeng.collect.annotated import annotated_workbook
from dafeng.collect.contracts import DELIVERIES
from dafeng.collect.headers import RawTable, table_in
from dafeng.collect.templates import template_workbook
from dafeng.collect.unpack import Limits
from dafeng.collect.workbooks import read_workbook

FORMS = tuple(dict.fromkeys(d.contract for d in terms().duties))
_BEFORE_FACTS = "county_passed"
_PEOPLE = (("submit", "填报"), ("approve", "审核"), ("pass", "县级"), ("confirm", "市级"))
Text = Annotated[str, msgspec.Meta(max_length=2000)]

# a filing is one firm's table of one period: a small file that asks for a huge sheet is refused before it is unfolded
_LIMITS = Limits(file_bytes=20 << 20, inflated_bytes=64 << 20, sheets=20, rows=5_000, columns=120, cells=300_000)


class FilingDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which filing to open; cause: why a period that is in already is filed again."""

    enterprise_id: Annotated[str, msgspec.Meta(max_length=60)]
    period: Annotated[str, msgspec.Meta(max_length=7)]
    contract: Annotated[str, msgspec.Meta(max_length=40)]
    cause: Text = ""


class FilingRows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rows of the grid as typed: column → text. explanations: key of a warning → why it is right."""

    rows: Annotated[list[dict[str, str | None]], msgspec.Meta(max_length=500)]
    explanations: dict[str, Text] | None = None


class CellMark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cell that a return is about: row of the grid (from 1) and column, the item, and what is wrong."""

    column: Annotated[str, msgspec.Meta(max_length=60)]
    what: Text
    row: int | None = None
    item: Annotated[str, msgspec.Meta(max_length=200)] = ""
    measure: Annotated[str, msgspec.Meta(max_length=60)] = ""
    period: Annotated[str, msgspec.Meta(max_length=7)] = ""


class FilingMove(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A move of a filing with its reason, the cells it is about, and explanations of warnings."""

    move: Annotated[str, msgspec.Meta(max_length=30)]
    reason: Text = ""
    cells: Annotated[list[CellMark], msgspec.Meta(max_length=500)] = []
    explanations: dict[str, Text] = {}


@use_case("filing.edit")
def open_filing(services: Services, caller: Caller, draft: FilingDraft) -> FilingPage:
    """Open the filing of a firm, a period and a table; where it is open already, it is given back.

    Raises NotFound for a firm out of scope, BadRequest for a table or period that cannot be filed, Conflict where the
    period came in by an import and no cause is given.
    """
    firm = firm_row(services, caller, draft.enterprise_id)
    period, term = _fileable(services, draft)
    case_id = content_id("C", "filing", draft.contract, draft.enterprise_id, period.code)
    if store(services).case(case_id) is None:
        _open(services, caller, draft, case_id, firm, period, term)
    return page_of(services, caller, case_of(services, caller, case_id, "filing"))


def _open(
    services: Services, caller: Caller, draft: FilingDraft, case_id: str, firm: Mapping[str, Any], period: Period,
    term: date,
) -> None:  # fmt: skip
    if _imported(services, caller, draft) and not draft.cause.strip():
        raise Conflict(
            f"the table of {period.code} came in by an import already",
            where=case_id,
            mend="Give the cause why it is filed again.",
            zh=f"{period.zh}的这张表已通过导入收到",
            mend_zh="再次填报须写明原因。",
        )
    now = services.clock.now()
    title = f"{firm['name']} {contract_words(draft.contract).zh} {period.zh}"
    base = Case(
        case_id, "filing", "enterprise", draft.enterprise_id, title, period.code, "draft", caller.name, term, now, now,
        caller.name, form=draft.contract,
    )  # fmt: skip
    data = _fresh(first_rows(services, base, firm["name"]), term, draft.cause)
    try:
        opened(services, caller, replace(base, data=data), draft.cause)
    except StaleRecord:  # a second editor opened it at the same moment: it is the same filing
        return


def _fresh(rows: list[Row], term: date, cause: str) -> dict[str, Any]:
    return {
        "rows": rows,
        "explanations": {},
        "due": term.isoformat(),
        "revision": 1,
        "cause": cause,
        "workbook": None,
        "returned": [],
        "saved": None,
    }


def _fileable(services: Services, draft: FilingDraft) -> tuple[Period, date]:
    """The period, if this table is filed for it, and its term."""
    period = Period.parse(draft.period)
    duty = next((d for d in terms().duties if d.contract == draft.contract and d.every == period.kind), None)
    if duty is None or period.first < duty.since:
        raise BadRequest(
            f"the table {draft.contract} is not filed for {period.code}",
            where="contract, period",
            mend=f"Choose a table ({', '.join(FORMS)}) and a month or year from the list of what is due.",
            zh=f"{period.zh}不需要填报这张表",
            mend_zh="请从应报清单中选择表和月份或年份。",
        )
    if period.last >= services.clock.today():
        raise BadRequest(
            f"{period.code} is not over yet",
            where="period",
            mend="File it from the day after its end.",
            zh=f"{period.zh}尚未结束",
            mend_zh="请在期末次日以后填报。",
        )
    return period, duty.term(period)


def _imported(services: Services, caller: Caller, draft: FilingDraft) -> bool:
    frame = dues_frame(services, caller, int(draft.period[:4]))
    key = (draft.enterprise_id, draft.contract, draft.period, "imported")
    return key in frame.select("enterprise_id", "contract", "period", "state").iter_rows()


@use_case("filing.see")
def filing(services: Services, caller: Caller, case_id: str) -> FilingPage:
    """All of a filing that its page shows. Raises NotFound for one out of scope."""
    return page_of(services, caller, case_of(services, caller, case_id, "filing"))


# -- filling in -----------------------------------------------------------------------------------------------------


@use_case("filing.edit")
def save_rows(services: Services, caller: Caller, case_id: str, given: FilingRows, version: int) -> FilingPage:
    """Keep the grid as it is typed, right or wrong. Raises StaleRecord where another has saved since ``version``."""
    case = _editable(services, caller, case_id, version)
    rows = own_rows(case, firm_row(services, caller, case.subject_id), given.rows)
    explanations = case.data["explanations"] if given.explanations is None else _said(given.explanations)
    data = case.data | {"rows": rows, "explanations": explanations}
    if rows != case.data["rows"]:
        data["workbook"] = None  # the evidence is from now on what was typed
    _save(services, caller, case, version, data)
    return filing(services, caller, case_id)


def _said(explanations: Mapping[str, str]) -> dict[str, str]:
    return {k: v.strip() for k, v in explanations.items() if v.strip()}


def _editable(services: Services, caller: Caller, case_id: str, version: int) -> Case:
    case = case_of(services, caller, case_id, "filing")
    checked_move(caller, case, "edit", Given(caller.name))
    if case.version != version:
        raise StaleRecord(
            f"the draft is of version {case.version} by now, not {version}",
            where=case.title,
            mend="Load the draft again and enter your changes; what you typed is still on your screen.",
            zh=f"草稿已被他人保存:现为第{case.version}版,您修改的是第{version}版",
            mend_zh="请重新打开草稿再录入修改;您已录入的内容仍在屏幕上。",
        )
    return case


def _save(services: Services, caller: Caller, case: Case, version: int, data: dict[str, Any]) -> None:
    """Autosave leaves one step in the trail for each person and stretch of work, not one for each key."""
    now = services.clock.now()
    data = data | {"saved": {"who": caller.name, "at": now.isoformat()}}
    last = store(services).moves(case.case_id)[-1]
    if (last.move, last.who) == ("edit", caller.name):
        store(services).put(replace(case, data=data, changed_at=now, changed_by=caller.name), version)
        return
    given = Given(caller.name)
    moved(services, caller, case, version, checked_move(caller, case, "edit", given), given, data=data)


@use_case("filing.edit")
def take_workbook(services: Services, caller: Caller, case_id: str, data: bytes, name: str, version: int) -> FilingPage:
    """Fill the draft from a workbook; good and bad rows both stay, the file is kept as evidence.

    Raises UnreadableFile, BadRequest where it holds no such table or speaks of another firm or period, StaleRecord.
    """
    case = _editable(services, caller, case_id, version)
    contract = delivery_of(case).contract
    raw = table_in(read_workbook(data, name, _LIMITS), contract)
    if raw.frame.is_empty():
        raise BadRequest(
            f"the file holds no row of the table {contract.zh}",
            where=name,
            mend="Use the template of this filing.",
            zh=f"文件中没有“{contract.zh}”的数据行",
            mend_zh="请使用本次填报的模板。",
        )
    rows = own_rows(case, firm_row(services, caller, case.subject_id), rows_in(raw, contract))
    kept = keep(services, caller, data, name, "filing")
    places = [[r["_sheet"], r["_row"]] for r in raw.frame.select("_sheet", "_row").to_dicts()]
    held = case.data | {
        "rows": rows,
        "workbook": {"sha256": kept.sha256, "name": kept.name, "places": places},
        "saved": {"who": caller.name, "at": services.clock.now().isoformat()},
    }
    given = Given(caller.name, evidence=(kept.sha256,))
    move = checked_move(caller, case, "upload", given)
    moved(services, caller, case, version, move, given, data=held, told={"file": kept.name, "rows": len(rows)})
    return filing(services, caller, case_id)


# -- moving ---------------------------------------------------------------------------------------------------------


@use_case("filing.see")
def move_filing(services: Services, caller: Caller, case_id: str, given: FilingMove, version: int) -> FilingPage:
    """Submit, approve, pass, confirm, return, withdraw or reopen a filing.

    Raises NotFound, NotAllowed, Conflict, StaleRecord, and Unmet (a BadRequest with all that is still wrong).
    """
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
    return filing(services, caller, case_id)


def _move(services: Services, caller: Caller, case: Case, asked: FilingMove, version: int) -> None:
    trail = store(services).moves(case.case_id)
    explanations = case.data["explanations"] | (_said(asked.explanations) if asked.move == "submit" else {})
    found = checked(services, case, case.data["rows"], explanations) if asked.move in ("submit", "confirm") else None
    given = _given(caller, case, asked, trail, found)
    move = checked_move(caller, case, asked.move, given)
    if case.version != version:
        raise StaleRecord(
            "the filing has changed since you looked at it",
            where=case.title,
            mend="Load it again and look at it.",
            zh="您打开以后,这份填报已被他人修改",
            mend_zh="请重新打开,核对后再操作。",
        )
    cells = msgspec.to_builtins(asked.cells)
    data = case.data | {"explanations": explanations} | _after(move, case, cells, asked.reason)
    told: dict[str, Any] = {"cells": cells} if cells else {}
    if move.id == "confirm":
        told |= _enter(services, caller, case, trail)
        data["batch"] = told["batch"]
    if move.id == "submit":
        given, told = _snapshot(services, caller, case, given), told | {"explanations": explanations}
    told["revision"] = data["revision"]
    moved(services, caller, case, version, move, given, data=data, told=told)


def _given(caller: Caller, case: Case, asked: FilingMove, trail: Sequence[Moved], found: Checked | None) -> Given:
    return Given(
        caller.name,
        reason=asked.reason,
        rows=len(case.data["rows"]),
        errors=found.errors if found else (),
        unexplained=found.unexplained if found else (),
        filled_by=filled_by(trail),
    )


def _after(move: Move, case: Case, cells: list[Any], reason: str) -> dict[str, Any]:
    """What a move changes in the case's data: the cells of a return stand until the next submission."""
    if move.id == "return":
        return {"returned": cells, "why_returned": reason}
    if move.id == "submit":
        return {"returned": [], "why_returned": ""}
    if move.id == "reopen":
        again = {"revision": case.data["revision"] + 1, "cause": reason, "returned": cells, "why_returned": reason}
        return again | {"explanations": {}}
    return {}


def _snapshot(services: Services, caller: Caller, case: Case, given: Given) -> Given:
    """What was handed in stays, whatever becomes of the draft."""
    workbook = case.data["workbook"]
    kept = [keep(services, caller, canonical(case), _json_name(case), "filing").sha256]
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
        book = read_workbook(services.columns.get_bytes(workbook["sha256"]), workbook["name"], _LIMITS)
        return table_in(book, contract)
    data = canonical(case)
    kept = keep(services, caller, data, _json_name(case), "filing")
    return table_of(contract, case.data["rows"], kept.name, kept.sha256)


def _chain(trail: Sequence[Moved], caller: Caller) -> str:
    """Who answers for the figures, from the one who submitted to the one who confirms."""
    last = {step.move: step.who for step in trail} | {"confirm": caller.name}
    return "；".join(f"{zh} {last[move]}" for move, zh in _PEOPLE if move in last)[:200]


# -- files to take away ----------------------------------------------------------------------------------------------


@use_case("filing.see")
def filing_template(services: Services, caller: Caller, case_id: str) -> TakenAway:
    """The template of this filing: firm, period, and the items of the last period filled in beforehand."""
    case = case_of(services, caller, case_id, "filing")
    name = known_registry(services).enterprises.filter(enterprise_id=case.subject_id).sort("since")["name"][-1]
    fixed: Row = {"enterprise_id": case.subject_id, "name": name, "period": case.period}
    rows = first_rows(services, case, name) or [fixed]
    data = template_workbook(DELIVERIES[case.form].contract, lists_of(services), rows)
    return TakenAway(f"{case.title}_模板.xlsx", data)


@use_case("filing.see")
def filing_evidence(services: Services, caller: Caller, case_id: str, sha256: str) -> TakenAway:
    """A file of the filing's trail as it came: a workbook, or a grid as it was handed in. Raises NotFound."""
    case = case_of(services, caller, case_id, "filing")
    steps = store(services).moves(case_id)
    found = services.records.evidence(sha256)
    hidden = page_of(services, caller, case).hidden
    if hidden or found is None or not any(sha256 in step.evidence for step in steps):
        raise NotFound(
            "the filing has no such file",
            where=sha256,
            mend="Choose one of its trail.",
            zh="这份填报没有该文件",
            mend_zh="请从办理过程中选择文件。",
        )
    return TakenAway(found.name, services.columns.get_bytes(sha256))


@use_case("filing.see")
def filing_annotated(services: Services, caller: Caller, case_id: str) -> TakenAway:
    """The rows of the filing with what is wrong, in place, as a workbook that can be mended and uploaded again."""
    case = case_of(services, caller, case_id, "filing")
    if page_of(services, caller, case).hidden:
        raise NotFound(
            "this draft is not handed in yet",
            where=case.title,
            mend="Wait until the firm submits it.",
            zh="企业尚未提交这份草稿",
            mend_zh="请等企业提交后再看。",
        )
    found = checked(services, case, case.data["rows"], case.data["explanations"])
    data = annotated_workbook(found.imported.raw, delivery_of(case).contract, found.imported.parsed.faults)
    return TakenAway(f"{case.title}_批注.xlsx", data)
