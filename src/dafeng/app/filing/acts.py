"""Use cases of filing 填报: open a draft, fill it in, hand it through approval, county and city until it is fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import msgspec

from dafeng.act.machine import Given
from dafeng.act.terms import terms
from dafeng.app.case_ports import Case
from dafeng.app.cases import (
    Conflict,
    case_of,
    checked_move,
    firm_row,
    moved,
    opened,
    store,
)
from dafeng.app.evidences import keep
from dafeng.app.filing.draft import (
    Row,
    delivery_of,
    rows_in,
)
from dafeng.app.filing.dues import contract_words, dues_frame
from dafeng.app.filing.own import own_rows
from dafeng.app.filing.page import FilingPage, page_of
from dafeng.app.filing.usual import first_rows
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, StaleRecord, UnreadableFile
from dafeng.base.periods import Period
from dafeng.base.provenance import content_id
from dafeng.collect.headers import table_in
from dafeng.collect.unpack import Limits
from dafeng.collect.workbooks import is_spreadsheet, read_workbook

FORMS = tuple(dict.fromkeys(d.contract for d in terms().duties))
Text = Annotated[str, msgspec.Meta(max_length=2000)]

# a filing is one firm's table of one period: a small file that asks for a huge sheet is refused before it is unfolded
LIMITS = Limits(file_bytes=20 << 20, inflated_bytes=64 << 20, sheets=20, rows=5_000, columns=120, cells=300_000)


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


@use_case("filing.edit", act="filing.open")
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


@use_case("filing.edit", act="filing.rows")
def save_rows(services: Services, caller: Caller, case_id: str, given: FilingRows, version: int) -> FilingPage:
    """Keep the grid as it is typed, right or wrong. Raises StaleRecord where another has saved since ``version``."""
    case = _editable(services, caller, case_id, version)
    rows = own_rows(case, firm_row(services, caller, case.subject_id), given.rows)
    explanations = case.data["explanations"] if given.explanations is None else said(given.explanations)
    data = case.data | {"rows": rows, "explanations": explanations}
    if rows != case.data["rows"]:
        data["workbook"] = None  # the evidence is from now on what was typed
    _save(services, caller, case, version, data)
    return filing(services, caller, case_id)


def said(explanations: Mapping[str, str]) -> dict[str, str]:
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


@use_case("filing.edit", act="filing.workbook")
def take_workbook(services: Services, caller: Caller, case_id: str, data: bytes, name: str, version: int) -> FilingPage:
    """Fill the draft from a workbook; good and bad rows both stay, the file is kept as evidence.

    Raises UnreadableFile, BadRequest where it holds no such table or speaks of another firm or period, StaleRecord.
    """
    case = _editable(services, caller, case_id, version)
    contract = delivery_of(case).contract
    raw = table_in(read_workbook(data, name, LIMITS), contract)
    if raw.frame.is_empty() and name.lower().endswith((".xlsx", ".xls")) and not is_spreadsheet(data):
        raise UnreadableFile(
            "the file is named as a workbook and is none",
            where=name,
            mend="Save it from the spreadsheet program as .xlsx, or as CSV.",
            zh="文件名是工作簿，内容却不是",
            mend_zh="请在表格软件中另存为.xlsx或CSV后再传。",
        )
    if raw.frame.is_empty():
        raise BadRequest(
            f"the file holds no row of the table {contract_words(contract.name).en}",
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
