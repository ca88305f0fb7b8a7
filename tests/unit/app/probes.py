"""How the walk calls every use case: arguments by name, a town whose figures are unmistakable, and what leaves it.

A use case whose parameters are not known here has no probe, and the walk fails.
"""

from __future__ import annotations

import copy
import dataclasses
import inspect
import io
import math
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

import msgspec
import polars as pl
from busy_town import BALANCE, CLAIM, GOOD, LOGIN, PLAN, READ_PLAN, REPORT, a_target, busy_town, cases_in
from fakes import NOW
from filing_town import row, workbook
from tiny_town import CITY, EAST, FIRMS, OWNER

from dafeng.account.cases.reading import ActivityForm, CaseForm
from dafeng.act.machine import machine
from dafeng.app import findings
from dafeng.app.accounts.accounting import accounts
from dafeng.app.case_ports import Case
from dafeng.app.certificates.shapes import CertificateTransfer, ClaimDraft, ClaimRetirement, ClaimWithdrawal
from dafeng.app.filing import acts as filing
from dafeng.app.filing import bulk as filing_bulk
from dafeng.app.filing import due_reminders
from dafeng.app.filing import moves as filing_moves
from dafeng.app.identity.ports import TrailQuery
from dafeng.app.memory import Memory
from dafeng.app.pages.reader_acts import RecordAct, RecordDraft, RecordLink
from dafeng.app.permission import may
from dafeng.app.regions import parts as region_parts
from dafeng.app.registries import registry_of
from dafeng.app.services import Services, Silent
from dafeng.app.tables.tabling import TableQuery
from dafeng.app.tasks import dispatching
from dafeng.app.tasks import progress as tasking
from dafeng.base.callers import ROLES, Caller
from dafeng.plan.metadata import document_id
from dafeng.plan.read import read_plan

CERTIFICATES = (
    "统一社会信用代码,证书种类,起始编号,电量生产年月,取得日期,取得方式,电源类型\n"
    "E-1,绿证,GEC-2025-00009001,2025-01,2025-02-10,购入,风电\n"
).encode()
ENERGY = "统一社会信用代码,时期,能源品种,计量单位,消费量\nE-1,2025,烟煤,吨,120\n".encode()
_NAMES = {i: name for i, name, *_ in FIRMS}
_AREA_OF = {i: area for i, _, area, _ in FIRMS}


@cache
def _begun() -> tuple[Services, dict[str, str]]:
    services = busy_town()
    return services, cases_in(services)


def standing() -> Services:
    """The town at work; not to be written to."""
    return _begun()[0]


def case_ids() -> dict[str, str]:
    """The cases of the town by name: draft and sent (filings), finding, dispatch."""
    return _begun()[1]


def fresh() -> Services:
    """The town at work, for one call: what the call writes is seen by no other."""
    made = standing()
    stores = ("records", "columns", "clock", "files", "cases", "identities", "jobs", "archives", "certificates")
    return dataclasses.replace(made, **{n: copy.deepcopy(getattr(made, n)) for n in stores}, memory=Memory())


def hidden_firms(caller: Caller) -> frozenset[str]:
    """The firms of which nothing may reach the caller."""
    if caller.everything or not caller.roles & {"officer", "county", "filler", "approver", "verifier"}:
        return frozenset() if caller.everything else frozenset(_NAMES)
    if CITY in caller.areas:
        return frozenset()
    return frozenset(i for i in _NAMES if i not in caller.enterprises and _AREA_OF[i] not in caller.areas)


@cache
def figures(firm: str) -> tuple[float, ...]:
    """Every figure of a firm, delivered or accounted."""
    facts = standing().columns.facts().filter(subject_id=firm)["value"].to_list()
    lines = accounts(standing(), OWNER).lines.filter(subject_id=firm)["value"].to_list()
    return tuple(sorted({abs(v) for v in (*facts, *lines) if v and abs(v) > 10}))


def leaks(caller: Caller, left: object) -> set[str]:
    """What of firms hidden from the caller stands in what left: ids, names, figures.

    An error may repeat the id it was asked for (E-1): that it does so in the same words for an id that never was is
    tested where the id is asked for.
    """
    words, numbers = [], set()
    for value in atoms(left):
        if isinstance(value, float):
            numbers.add(abs(value))
        else:
            words.append(value)
            numbers |= {abs(float(n)) for n in re.findall(r"\d+\.\d+", value)}
    text, found = "\n".join(words), set()
    shared = {f for i in _NAMES.keys() - hidden_firms(caller) for f in figures(i)}
    for firm in hidden_firms(caller):
        told = (_NAMES[firm],) if firm == "E-1" and isinstance(left, Exception) else (_NAMES[firm], firm)
        found |= {word for word in told if re.search(rf"{word}(?!\d)", text)}
        secret = [f for f in figures(firm) if not any(math.isclose(f, s, rel_tol=1e-9) for s in shared)]
        found |= {f"{firm}: {s}" for s in secret for n in numbers if math.isclose(n, s, rel_tol=1e-9)}
    return found


def atoms(left: object) -> Iterator[str | float]:
    """Every text and number in what left, however it is wrapped."""
    if isinstance(left, (bool, type(None))):
        return
    if isinstance(left, (int, float)):
        yield float(left)
    elif isinstance(left, bytes):
        yield from _of_bytes(left)
    elif isinstance(left, pl.DataFrame):
        yield from atoms(left.to_dicts())
    elif isinstance(left, Mapping):
        for key, value in left.items():
            yield from (*atoms(key), *atoms(value))
    elif isinstance(left, (list, tuple, set, frozenset)) or inspect.isgenerator(left):
        for item in left:
            yield from atoms(item)
    elif isinstance(left, msgspec.Struct):
        yield from atoms({n: getattr(left, n) for n in left.__struct_fields__})
    elif dataclasses.is_dataclass(left):
        yield from atoms({f.name: getattr(left, f.name) for f in dataclasses.fields(left)})
    elif isinstance(left, Exception):
        yield from atoms([str(left), *map(str, vars(left).values())])
    else:
        yield str(left)


def _of_bytes(data: bytes) -> Iterator[str]:
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            for name in book.namelist():
                yield book.read(name).decode("utf-8", "ignore")
    else:
        yield data.decode("utf-8", "ignore")


# -- arguments by name -------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Of:
    """An argument that depends on the town and on who calls."""

    made: Callable[[Services, Caller], Any]


def _line(services: Services, caller: Caller) -> str:
    lines = accounts(services, OWNER).lines
    return str(lines.filter(subject_id="E-1", measure="co2_total_t", item="total", period="2024")["line_id"].item())


def case(services: Services, name: str) -> Case:
    """A case of the town as it stands."""
    assert services.cases is not None
    found = services.cases.case(case_ids()[name])
    assert found is not None
    return found


def _version(name: str) -> Of:
    return Of(lambda s, c: case(s, name).version)


def _task_version(services: Services, caller: Caller) -> int:
    return tasking.task_page(services, OWNER, "plan#k1").version


def _evidence(name: str) -> Of:
    """A file in the trail of a case."""
    return Of(lambda s, c: [e for m in s.cases.moves(case_ids()[name]) for e in m.evidence][-1])


def _delivered(services: Services, caller: Caller) -> str:
    return str(services.columns.facts()["sha256"][0])


def _a_rest(services: Services, caller: Caller) -> str:
    """A stated rest, made without a line in the trail: only the call that is walked leaves one."""
    made: region_parts.Rest = region_parts.state_rest.__wrapped__(services, OWNER, _REST)  # type: ignore[attr-defined]
    return made.rest_id


def _task_file(services: Services, caller: Caller) -> str:
    page = tasking.task_page(services, OWNER, "plan#k1")
    return next(sha for step in page.trail for sha in step.evidence)


ARGUMENTS: dict[str, Any] = {
    "node_id": Of(_line),
    "doc": "plan",
    "document": "plan",
    "record_id": "plan#t1",
    "target_id": "plan#t1",
    "task_id": "plan#k1",
    "year": 2024,
    "area": EAST,
    "enterprise_id": "E-1",
    "why": "走查",
    "q": "E",
    "language": "zh",
    "by": "sector",
    "registry": Of(lambda s, c: registry_of(s)),
    "lines": Of(lambda s, c: accounts(s, OWNER).lines),
    "items": (),
    "progress": Silent(),
    "render": lambda report: {"报告.html": str(report).encode()},
    "reading": Of(lambda s, c: read_plan(PLAN, "新方案.txt")),
    "changed": {"value": 21.0},
    "run_id": None,
    "sha256": "ab" * 32,
    "row": 2,
    "login": LOGIN,
    "password": GOOD,
    "job_id": Of(lambda s, c: s.jobs.listed()[0].id),
}
_REST = region_parts.RestDraft(period="2019", value="10864 Mt CO2", of="all", source="走查")
_READ = {"doc": READ_PLAN}
_RECORD = {"id": Of(lambda s, c: a_target(s)), "version": 1}
_SENT, _FINDING = {"case_id": Of(lambda s, c: case_ids()["sent"])}, {"case_id": Of(lambda s, c: case_ids()["finding"])}
_DRAFT = {"case_id": Of(lambda s, c: case_ids()["draft"]), "version": _version("draft")}


def _bulk(services: Services, caller: Caller) -> filing_bulk.BulkMove:
    seen = filing_bulk.SeenFiling(id=case_ids()["sent"], version=case(services, "sent").version)
    move = next((m for m in ("approve", "pass", "confirm") if may(caller, machine("filing").named(m).who)), "approve")
    return filing_bulk.BulkMove(move=move, items=[seen])  # type: ignore[arg-type]


COAL_CASE = CaseForm(
    "probe", "2023", "other_industry", "ndrc_general", (ActivityForm("fuel", {"amount": 1.0}, item="bituminous"),)
)
_CASE = {"case": COAL_CASE, "family": "ndrc_general"}
_WORKS = {"year": 2024, "family": "ndrc_general"}
_CLOSING = {"year": 2024, "cause": "data", "why": "走查"}
_METHOD = {"method": "other_industry", "family": "ndrc_general"}
_CERTIFICATE_CLAIM = {"draft": ClaimDraft(enterprise_id="E-1", purpose="scope2", month="2025-01", count=5)}

SPECIAL: dict[str, dict[str, Any]] = {  # what a parameter of the same name means elsewhere
    "importing.template": {"name": "energy", "form": "csv"},
    "pages.rulebook.rule_entry": {"id": "ndrc_general.coke.ncv"},
    "importing.take_in_table": {"data": ENERGY, "name": "能源.csv"},
    **dict.fromkeys(("accounts.methods.compute_case", "accounts.methods.compare_case"), _CASE),
    **dict.fromkeys(("accounts.methods.method_page", "accounts.methods.method_template"), _METHOD),
    **dict.fromkeys(("accounts.methods.works_account", "accounts.methods.works_compared"), _WORKS),
    "certificates.files.import_certificates": {"data": CERTIFICATES, "name": "绿证.csv"},
    **dict.fromkeys(("certificates.acts.propose_claim", "certificates.acts.make_claim"), _CERTIFICATE_CLAIM),
    "certificates.acts.claim_view": {"claim_id": CLAIM},
    "certificates.acts.retire_claim": {"claim_id": CLAIM, "given": ClaimRetirement(number="N-1")},
    "certificates.acts.withdraw_claim": {"claim_id": CLAIM, "given": ClaimWithdrawal(reason="走查")},
    "certificates.acts.give_certificates": {
        "given": CertificateTransfer(enterprise_id="E-1", first_code="GEC-2025-00000400", reason="走查")
    },
    **dict.fromkeys(("accounts.closing.close_year", "accounts.closing.restate_year"), _CLOSING),
    "accounts.closing.restated": {"year": 2024, "version": 2},
    "pages.restatements.restatement_page": {"year": 2024, "version": 2},
    "accounts.recomputing.account_export": {
        "subject": Of(lambda s, c: sorted(c.enterprises)[0] if c.enterprises else EAST)
    },
    "regions.accounts.take_in_region": {"data": BALANCE, "name": "平衡表.csv"},
    "pages.region_files.import_region": {"data": BALANCE, "name": "平衡表.csv"},
    "regions.parts.state_rest": {"draft": _REST},
    "regions.parts.withdraw_rest": {"rest_id": Of(_a_rest)},
    "regions.views.explain_region": {"id": "region:990100:2024:sectoral:scope1"},
    "pages.regions.region_table": {"name": "control"},
    "plans.take_in": {"data": PLAN, "name": "新方案.txt"},
    "plans.enter": {"data": PLAN, "name": "新方案.txt"},
    "plans.act": {"kind": "confirm"},
    "plans.add": {"kind": "document", "fields": {"doc": document_id("另.txt"), "title": "另一方案"}},
    "plans.link": {"kind": "indicator", "to": "energy_leaders", "target_id": "plan#t4"},
    "plans.unlink": {"to": "energy_leaders"},
    "making.starter_records": {"name": "jinzhong-2025"},
    "publishing.publish": {"what": "plan", "id": "plan"},
    "publishing.withdraw": {"what": "plan", "id": "plan"},
    "filing.acts.open_filing": {"draft": filing.FilingDraft(enterprise_id="E-1", period="2024-11", contract="energy")},
    "filing.acts.save_rows": _DRAFT | {"given": filing.FilingRows(rows=[{"item": "烟煤", "unit": "吨", "used": "9"}])},
    "filing.acts.take_workbook": _DRAFT | {"data": workbook(row(period="2025-01")), "name": "能源.csv"},
    "filing.moves.move_filing": _SENT | {"given": filing_moves.FilingMove(move="approve"), "version": _version("sent")},
    "filing.bulk.move_filings": {"asked": Of(_bulk)},
    "filing.due_reminders.remind_dues": {"order": due_reminders.RemindOrder(all_late=True)},
    "filing.files.filing_evidence": _SENT | {"sha256": _evidence("sent")},
    **dict.fromkeys(("filing.acts.filing", "filing.files.filing_template", "filing.files.filing_annotated"), _SENT),
    "findings.write_finding": {
        "draft": findings.FindingDraft(enterprise_id="E-1", severity="minor", words="缺记录", node=None)
    },
    "findings.finding": _FINDING,
    "findings.move_finding": _FINDING
    | {"asked": findings.FindingMove(move="answer", words="已补"), "version": _version("finding")},
    "findings.attach_to_finding": _FINDING | {"data": b"1", "name": "补.txt", "version": _version("finding")},
    "findings.finding_evidence": _FINDING,
    "tasks.progress.add_progress": {
        "entry": tasking.ProgressEntry(words="过半", percent=50, date=date(2025, 2, 1), area=EAST),
        "version": Of(_task_version),
    },
    "tasks.progress.attach": {"data": b"2", "name": "补.txt"},
    "tasks.progress.task_evidence": {"sha256": Of(_task_file)},
    "tasks.dispatching.dispatch": {
        "order": dispatching.DispatchOrder(words="请报", term=date(2025, 5, 1), department="市统计局")
    },
    "tasks.dispatching.dispatch_card": {"case_id": Of(lambda s, c: case_ids()["dispatch"])},
    "tasks.dispatching.move_dispatch": {
        "case_id": Of(lambda s, c: case_ids()["dispatch"]),
        "asked": dispatching.DispatchMove(move="withdraw", reason="误发"),
        "version": _version("dispatch"),
    },
    "identity.keys.create_key": {"name": "报表", "days": 30},
    "identity.keys.revoke_key": {"key_id": "00"},
    "identity.own.change_password": {"old": GOOD, "new": "绿水 battery staple 77"},
    "identity.own.confirm_totp": {"code": "000000"},
    "identity.own.remove_totp": {"code": "000000"},
    "identity.own.revoke_session": {"session": "00"},
    "identity.people.create": {"login": "wang", "display": "王某"},
    "identity.people.write_email": {"email": "li@city.example"},
    "identity.people.grant": {"roles": ("county",), "areas": (EAST,), "reason": "走查"},
    "identity.people.confirm": {"taken_at": NOW},
    "identity.people.link": {"issuer": "https://provider.example", "subject": "li"},
    "identity.trail.trail": {"query": TrailQuery()},
    "identity.trail.whole_trail": {"query": TrailQuery()},
    "identity.trail.as_csv": {"query": TrailQuery()},
    "jobs.work.start_job": {
        "kind": Of(lambda s, c: "backup" if c.roles & {"sysadmin"} else "report"),
        "parameters": {},
    },
    "pages.issued.report_file": {"id": REPORT, "form": "pdf"},
    "pages.issued.report_publish": {"id": REPORT},
    "pages.issued.report_withdraw": {"id": REPORT},
    "pages.papers.take_in_upload": {"data": PLAN, "name": "新方案.txt", "read": read_plan},
    **dict.fromkeys(("pages.papers.plan_versions", "pages.papers.plan_compare", "pages.papers.plan_file"), _READ),
    "pages.provenances.explained": {"id": Of(_line)},
    "pages.provenances.explained_text": {"id": Of(_line)},
    "pages.scoping.scope_enterprises": {"q": "厂"},
    "pages.reader_acts.record_history": _RECORD,
    "pages.reader_acts.record_act": _RECORD | {"act": RecordAct(act="confirm", why="走查")},
    "pages.reader_acts.record_add": _READ | {"draft": RecordDraft(kind="task", span=(20, 30), why="走查")},
    "pages.reader_acts.record_link": _RECORD | {"link": RecordLink(why="走查", indicator_id="energy_leaders")},
    "pages.reader_acts.record_unlink": _RECORD | {"to": "energy_leaders"},
    "pages.vouchers.evidence_cells": {"sha256": Of(_delivered), "sheet": "能源消费", "column": "消费量"},
    "pages.vouchers.evidence_file": {"sha256": Of(_delivered)},
    "tables.listing.table_version": {"name": "sources", "query": TableQuery()},
    "tables.listing.table_page": {"name": "sources", "query": TableQuery()},
    "tables.listing.table_export": {"name": "sources", "query": TableQuery()},
}


def probe(name: str, function: Callable[..., Any], /, **other: Any) -> Callable[[Services, Caller], Any] | None:
    """How to call a use case (named module.function below dafeng.app), with ``other`` arguments where they are given;
    None where a needed argument is not known."""
    given = ARGUMENTS | SPECIAL.get(name, {}) | other
    wanted = [p for p in list(inspect.signature(function).parameters.values())[2:] if p.kind is not p.VAR_KEYWORD]
    known = [p.name for p in wanted if p.name in given]
    if any(p.default is p.empty and p.name not in known for p in wanted):
        return None

    def call(services: Services, caller: Caller) -> Any:
        made = {n: given[n].made(services, caller) if isinstance(given[n], Of) else given[n] for n in known}
        left = function(services, caller, **made)
        return list(left) if inspect.isgenerator(left) else left

    return call


ALL_ROLES = tuple(ROLES)
