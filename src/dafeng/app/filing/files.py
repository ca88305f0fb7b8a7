"""Use cases of a filing's files 填报文件: the template, evidence as it came, the rows with their problems."""

from __future__ import annotations

from dafeng.app.cases import case_of, known_registry, store
from dafeng.app.filing.draft import Row, checked, delivery_of
from dafeng.app.filing.page import offered_lists, page_of
from dafeng.app.filing.usual import first_rows
from dafeng.app.pages.taken import TakenAway
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.collect.annotated import annotated_workbook
from dafeng.collect.contracts import DELIVERIES
from dafeng.collect.templates import template_workbook


@use_case("filing.see")
def filing_template(services: Services, caller: Caller, case_id: str) -> TakenAway:
    """The template of this filing: firm, period, and the items of the last period filled in beforehand."""
    case = case_of(services, caller, case_id, "filing")
    name = known_registry(services).enterprises.filter(enterprise_id=case.subject_id).sort("since")["name"][-1]
    fixed: Row = {"enterprise_id": case.subject_id, "name": name, "period": case.period}
    rows = first_rows(services, case, name) or [fixed]
    data = template_workbook(DELIVERIES[case.form].contract, offered_lists(services, case), rows)
    return TakenAway(f"{case.title}_模板.xlsx", data)


@use_case("filing.see", act="evidence.download")
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
    data = annotated_workbook(found.raw, delivery_of(case).contract, found.faults)
    return TakenAway(f"{case.title}_批注.xlsx", data)
