"""The town in the middle of its work: accounts, filings, a finding, a dispatch, jobs, a report in its public form.

What the walk over the permission matrix calls the use cases on. Its figures are unmistakable: see ``probes``.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "identity"))

from case_fakes import MemoryCases
from certificate_fakes import MemoryCertificates
from certificate_samples import block, blocks, claim, uses
from fakes import NOW
from filing_town import row, workbook
from identity_fakes import GOOD, MemoryIdentities, QuickHasher
from job_fakes import MemoryArchives, MemoryJobs, StillMachine
from tiny_town import CITY, EAST, OWNER, WEST, delivered, run, town

from dafeng.app import findings, plans
from dafeng.app.case_ports import Case
from dafeng.app.filing import acts as filing
from dafeng.app.filing import moves as filing_moves
from dafeng.app.identity.audit import note
from dafeng.app.identity.own import begin_totp
from dafeng.app.identity.ports import Credential, User
from dafeng.app.jobs import work as jobs
from dafeng.app.plans import enter
from dafeng.app.publishing import PUBLIC_FORM
from dafeng.app.regions import accounts as regional
from dafeng.app.services import Services
from dafeng.app.tasks import dispatching
from dafeng.app.tasks import progress as tasking
from dafeng.base.callers import ROLES, Caller
from dafeng.plan.metadata import document_id
from dafeng.plan.read import read_plan

PLAN = "试验市工业领域碳达峰实施方案\n\n到2025年,规模以上工业单位增加值能耗比2020年下降18%。\n".encode()
BALANCE = (
    f"区域,年份,项目,品种,数值,单位\n{CITY},2024,工业,焦炭,7777.7,tce\n{CITY},2024,居民生活,焦炭,99.9,tce\n"
).encode()
CLAIM = "GC-0000000000000001"
READ_PLAN, LOGIN, REPORT = document_id("工业方案.txt"), "li", f"2024年进度报告_{PUBLIC_FORM}"
_ODD = {"E-1": 1.0371, "E-2": 1.1193, "E-3": 0.9817, "E-4": 1.2791}  # so that no firm's figure is a sum of others'
_AREAS = {"officer": (CITY, WEST), "county": (EAST, WEST), "analyst": (CITY, WEST)}
_FIRMS = {"filler": ("E-1", "E-3"), "approver": ("E-1", "E-3"), "verifier": ("E-1", "E-3")}


def callers(role: str) -> dict[str, Caller]:
    """A caller of the role whose scope holds E-1 in East county, and one whose scope lies elsewhere."""
    if role == "owner":
        return {"own": OWNER}
    if role == "public":
        return {"own": Caller("public", frozenset({"public"}))}
    made = {}
    for n, which in enumerate(("own", "foreign")):
        name = f"{role}-{which}"
        made[which] = Caller(
            name,
            frozenset({role}),
            areas=frozenset({_AREAS[role][n]}) if role in _AREAS else frozenset(),
            enterprises=frozenset({_FIRMS[role][n]}) if role in _FIRMS else frozenset(),
            id=f"U-{name}",
        )
    return made


def people() -> MemoryIdentities:
    """An account with the password GOOD for every caller of the walk, and one (LOGIN) for administrators to act on."""
    kept = MemoryIdentities()
    names = [c.name for role in ROLES for c in callers(role).values() if c.id]
    for name in (*names, LOGIN):
        kept.add(
            User(f"U-{name}", name, name, "", False, NOW, "test"), Credential(f"U-{name}", f"2:{GOOD}", False, NOW)
        )
    return kept


def certificates_held() -> MemoryCertificates:
    """Certificates of E-1 and E-3, and a claim of E-1."""
    kept = MemoryCertificates()
    kept.enter(blocks(block(1, 500), block(601, 900, holder="E-3")), {"E-1": 0, "E-3": 0})
    kept.claim(claim(CLAIM), uses((1, 0, 99)), {"E-1": 1})
    return kept


def busy_town() -> Services:
    """The town, run, with work under way."""
    rows = [r | {"value": float(str(r["value"])) * _ODD[str(r["subject_id"])]} for r in delivered(whole=True)]
    services = replace(
        run(town(rows)), cases=MemoryCases(), identities=people(), hasher=QuickHasher(), jobs=MemoryJobs(),
        archives=MemoryArchives(), machine=StillMachine(), certificates=certificates_held(),
    )  # fmt: skip
    services.files.write(f"reports/{REPORT}.pdf", b"%PDF-1.7 public")
    services.files.write("reports/2024年进度报告.pdf", "%PDF-1.7 西岭水泥厂 东方钢铁厂".encode())
    enter(services, OWNER, PLAN, "工业方案.txt", read_plan(PLAN, "工业方案.txt"))
    note(services, OWNER, "test.began")
    jobs.start_job(services, callers("officer")["own"], "report", {})
    begin_totp(services, callers("officer")["own"], GOOD)
    regional.take_in_region(services, OWNER, BALANCE, "平衡表.csv")
    regional.account_regions(services, OWNER)
    return services


def cases_in(services: Services) -> dict[str, str]:
    """Begin the cases; their ids by name: draft, sent, finding, dispatch."""
    filler, verifier, officer = (callers(role)["own"] for role in ("filler", "verifier", "officer"))
    ids = {}
    for name, period in (("draft", "2025-01"), ("sent", "2024-12")):
        asked = filing.FilingDraft(enterprise_id="E-1", period=period, contract="energy")
        page = filing.open_filing(services, filler, asked)
        book = workbook(row(period=period), row("电力", "505", period=period))
        page = filing.take_workbook(services, filler, page.id, book, "能源.csv", page.version)
        ids[name] = page.id
    said = {p.key: "走查" for p in page.problems}
    filing_moves.move_filing(
        services, filler, page.id, filing_moves.FilingMove(move="submit", explanations=said), page.version
    )
    found = findings.FindingDraft(enterprise_id="E-1", severity="minor", words="缺计量记录")
    ids["finding"] = findings.write_finding(services, verifier, found).id
    tasking.attach(services, officer, "plan#k1", b"evidence", "凭证.txt")
    order = dispatching.DispatchOrder(words="请报进展", term=services.clock.today() + timedelta(days=31), area=EAST)
    ids["dispatch"] = dispatching.dispatch(services, officer, "plan#k1", order).id
    return ids


def stand(services: Services, case_id: str, state: str) -> Case:
    """Put a case into a state, whatever led there."""
    assert services.cases is not None
    case = services.cases.case(case_id)
    assert case is not None
    return services.cases.put(replace(case, state=state), case.version)


def a_target(services: Services) -> str:
    """The id of the target read from PLAN."""
    return next(t.id for t in plans.ledger_view(services, OWNER).targets() if t.doc == READ_PLAN)
