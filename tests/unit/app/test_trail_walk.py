"""The walk over the audit trail: what changes something leaves one line, what is refused leaves one, a reading none.

Whether a use case changes anything is not said here: its stores are compared before and after.
"""

from __future__ import annotations

import copy
import dataclasses
import inspect
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from busy_town import CITY, callers
from probes import ALL_ROLES, fresh, probe, standing
from test_matrix import _PROBED, BY_ACT, WHOLE, askers
from tiny_town import OWNER, town

from dafeng.app import findings
from dafeng.app.evidences import keep
from dafeng.app.identity import keys, lines
from dafeng.app.identity.acts import acts, acts_of
from dafeng.app.identity.lines import FIRST, coming_from
from dafeng.app.identity.ports import TrailQuery
from dafeng.app.jobs.work import jobs_of, start_job
from dafeng.app.pages.vouchers import evidence_file
from dafeng.app.permission import ENROLLED, matrix, use_case
from dafeng.app.plans import ledger_view
from dafeng.app.services import Services
from dafeng.base.callers import PUBLIC, Caller
from dafeng.base.errors import BadRequest, DafengError, NotAllowed, NotFound

STORES = ("records", "columns", "files", "cases", "identities", "jobs", "archives")
NOBODY = Caller("nobody", frozenset(), id="U-nobody")
# Several accounts are made: each is told, and the whole.
MANY = {"identity.demo.demo_people"}
# Downloads and the trail itself change nothing and leave a line all the same.
# They take back or hand out what the town at work has not: a publication, a link, a file of evidence.
UNSEEN = {
    "certificates.acts.give_certificates", "certificates.acts.make_claim", "accounts.closing.restate_year",
    "findings.finding_evidence", "pages.issued.report_withdraw", "pages.reader_acts.record_unlink",
    "pages.vouchers.evidence_file", "plans.unlink", "publishing.withdraw",
}  # fmt: skip
READ_AND_TOLD = {
    "filing.files.filing_evidence": "evidence.download",
    "findings.finding_evidence": "evidence.download",
    "tasks.progress.task_evidence": "evidence.download",
    "pages.vouchers.evidence_file": "evidence.download",
    "pages.papers.plan_file": "plan.download",
    "pages.issued.report_file": "report.download",
    "tables.listing.table_export": "table.export",
    "identity.trail.trail": "audit.see",
    "identity.trail.whole_trail": "audit.export",
    "identity.trail.as_csv": "audit.export",
}


def told(services: Services) -> list:
    return list(services.identities.lines)


def state(services: Services) -> dict[str, str]:
    """Everything that the stores hold, but the trail: compared before and after."""
    held = {name: vars(getattr(services, name)) for name in STORES}
    held["identities"] = {n: v for n, v in held["identities"].items() if n not in ("lines", "seen")}
    return {name: repr(_plain(store)) for name, store in held.items()}


def _plain(value: object) -> object:
    if hasattr(value, "to_dicts"):
        return value.to_dicts()
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if hasattr(value, "__dict__") and not dataclasses.is_dataclass(value):
        return _plain(vars(value))
    return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)} if _holds(value) else value


def _holds(value: object) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


@cache
def walked(name: str):
    """The use case called by the first caller who gets through: what it gave, what changed, and the lines left."""
    key = askers()[name].use_case
    last = None
    for role in (r for r in ALL_ROLES if r in matrix()[key].reach):
        services, caller = fresh(), callers(role)["own"]
        before, lines_before = state(services), len(told(services))
        try:
            probe(name, askers()[name])(services, caller)
            failed = None
        except DafengError as error:
            failed = error
        after = state(services)
        changed = sorted(n for n in STORES if before[n] != after[n])
        last = (caller, failed, changed, told(services)[lines_before:])
        if failed is None:
            return last
    return last


@pytest.mark.parametrize("name", _PROBED)
def test_what_changes_something_leaves_one_line_and_a_reading_none(name):
    caller, failed, changed, left = walked(name)
    if failed is None and name in READ_AND_TOLD:
        assert not changed
        assert [(e.act, e.outcome) for e in left] == [(READ_AND_TOLD[name], "ok")]
    elif failed is None and name in MANY:
        assert [e.outcome for e in left].count("ok") == len(left) > 1
    elif failed is None and changed:
        assert [(e.who, e.outcome) for e in left] == [(caller.name, "ok")], changed
    elif failed is None:
        assert not left or askers()[name].told.leaves
    elif askers()[name].told.leaves:
        assert [e.outcome for e in left] in (["failed"], ["refused"])


def test_the_walk_gets_through_where_it_matters():
    """Else what leaves a line might never have been seen doing so."""
    writing = {n for n in _PROBED if askers()[n].told.leaves}
    # needs a code of the hour, another's answer, or a way in that somebody else has set: they end in a refusal
    unseen = {n for n in writing if walked(n)[1] is not None}
    assert len(writing) > 40
    assert {n.rpartition(".")[0] for n in writing - unseen} >= {
        "filing.acts", "filing.moves", "findings", "tasks.progress", "tasks.dispatching", "plans", "publishing",
        "jobs.work", "importing", "running", "system.backup",
    }  # fmt: skip
    assert {n.partition(".")[0] for n in writing - unseen} >= {"identity", "pages"}
    assert {n for n in unseen if not n.startswith("identity.")} <= UNSEEN


@pytest.mark.parametrize("name", _PROBED)
def test_who_has_no_right_leaves_one_line_that_says_so(name):
    services = replace(fresh_trail(), memory=type(standing().memory)())
    before = len(told(services))
    with pytest.raises(NotAllowed):
        probe(name, askers()[name])(services, NOBODY)
    left = told(services)[before:]
    assert [(e.who, e.outcome) for e in left] == [("nobody", "refused")]
    assert left[0].detail["why"]
    assert left[0].act in acts()


def fresh_trail() -> Services:
    """The standing town with a trail of its own: who is refused changes nothing else."""
    return replace(standing(), identities=copy.deepcopy(standing().identities))


def test_a_new_use_case_that_writes_under_a_reading_line_would_be_seen():
    @use_case("plan.see")
    def quietly(services: Services, caller: Caller) -> None:
        start_job.__wrapped__(services, caller, "backup", {})

    services = fresh()
    before, lines_before = state(services), len(told(services))
    try:
        quietly(services, replace(OWNER, id=""))
    finally:
        ENROLLED["plan.see"].pop()
    assert state(services) != before
    assert told(services)[lines_before:] == []  # which is what the walk refuses


def test_every_act_of_a_line_has_words_and_a_group():
    askers()
    named = {f.told.act for functions in ENROLLED.values() for f in functions} | matrix().keys()
    assert named <= acts().keys()
    assert not [a for a in acts().values() if a.group == "other" or not (a.zh and a.en and a.group_zh and a.group_en)]
    assert "filing.move" in acts_of("filing")
    assert acts_of("nothing") == ()


def test_a_line_says_what_it_was_done_to_and_holds_no_body_or_secret():
    services = fresh()
    verifier = callers("verifier")["own"]
    draft = findings.FindingDraft(enterprise_id="E-1", severity="minor", words="机密正文")
    findings.write_finding(services, verifier, draft)
    line = told(services)[-1]
    assert (line.act, line.subject, line.outcome) == ("finding.write", "E-1", "ok")
    assert "机密正文" not in repr(line)


def test_evidence_out_of_reach_is_refused_not_failed():
    services = fresh()
    sha = str(services.columns.facts().filter(subject_id="E-1")["sha256"][0])
    county = callers("county")["foreign"]
    with pytest.raises(NotFound):
        evidence_file(services, county, sha)
    assert [(e.act, e.subject, e.outcome) for e in told(services)[-1:]] == [("evidence.download", sha, "refused")]
    with pytest.raises(NotFound):
        evidence_file(services, OWNER, "cd" * 32)  # who reaches all has only made a mistake
    assert told(services)[-1].outcome == "failed"


def test_what_is_not_there_yet_is_no_refusal():
    services = replace(town([]), identities=fresh_trail().identities)
    before = len(told(services))
    with pytest.raises(NotFound):
        askers()["accounts.accounting.accounts"](services, callers("county")["own"])
    assert len(told(services)) == before


def test_a_core_without_accounts_writes_no_trail_and_works():
    services = town([])
    assert not lines.kept(services)
    with pytest.raises(NotAllowed):
        jobs_of(services, NOBODY)
    ledger_view(services, OWNER)
    lines.stopped(services, PUBLIC, "door.key", "", "x")


# -- floods ------------------------------------------------------------------------------------------------------------


class Moving:
    """A clock that is moved by hand."""

    def __init__(self, start) -> None:
        self.moment = start

    def now(self):
        return self.moment

    def today(self):
        return self.moment.date()


def flooded(times: int, caller: Caller = PUBLIC) -> Services:
    services = fresh()
    services = replace(services, clock=Moving(services.clock.now()))
    services.identities.lines.clear()
    for _ in range(times):
        with pytest.raises(NotAllowed):
            jobs_of(services, caller)
    return services


@pytest.mark.parametrize("caller", [PUBLIC, NOBODY])
def test_a_refusal_repeated_a_thousand_times_is_a_few_lines_and_a_count(caller):
    services = flooded(1000, caller)
    assert len(told(services)) == FIRST
    services.clock.moment += timedelta(minutes=6)
    lines.settle(services)
    assert len(told(services)) == FIRST + 1
    assert told(services)[-1].detail["more"] == 1000 - FIRST
    lines.settle(services, all=True)
    assert len(told(services)) == FIRST + 1  # told once


def test_a_refusal_repeated_for_a_day_does_not_grow_without_limit():
    services = flooded(0)
    for _ in range(24 * 60 * 2):
        services.clock.moment += timedelta(seconds=30)
        with pytest.raises(NotAllowed):
            jobs_of(services, PUBLIC)
    lines.settle(services, all=True)
    counted = sum(e.detail.get("more", 1) for e in told(services))
    assert counted == 24 * 60 * 2
    assert len(told(services)) < (FIRST + 1) * (24 + 10)


def test_what_one_does_is_not_counted_away_by_what_another_does():
    services = flooded(1000)
    with pytest.raises(NotAllowed):
        jobs_of(services, NOBODY)
    assert told(services)[-1].who == "nobody"


def test_decoys_from_one_address_do_not_hide_another():
    services = flooded(0)
    for address, times in (("10.0.0.1", 500), ("10.0.0.66", 40)):
        with coming_from(address):
            for _ in range(times):
                with pytest.raises(NotAllowed):
                    jobs_of(services, PUBLIC)
    lines.settle(services, all=True)
    came = Counter()
    for line in told(services):
        came[line.ip] += line.detail.get("more", 1)
    assert came == {"10.0.0.1": 500, "10.0.0.66": 40}


def test_many_addresses_fill_neither_trail_nor_memory_and_are_told():
    """Each its own window up to a hundred; those beyond share one, which tells the addresses with the most."""
    services = flooded(0)
    for n in range(3000):
        with coming_from(f"10.1.{n // 200}.{n % 200}"), pytest.raises(NotAllowed):
            jobs_of(services, PUBLIC)
    with coming_from("10.0.0.66"):
        for _ in range(700):
            with pytest.raises(NotAllowed):
                jobs_of(services, PUBLIC)
    assert len(told(services)) <= 100 + FIRST
    lines.settle(services, all=True)
    line = told(services)[-1]
    assert line.ip == ""
    assert len(line.detail["addresses"]) == 50
    assert line.detail["addresses"]["10.0.0.66"] == 700  # though thousands came before it
    assert line.detail["more"] == sum(line.detail["addresses"].values()) + line.detail["other_addresses"]
    assert sum(e.detail.get("more", 1) for e in told(services)) == 3700


def test_an_address_among_many_is_told_by_how_often_it_came():
    services = flooded(0)
    for n in range(1500):
        with coming_from(f"10.1.{n // 200}.{n % 200}" if n % 2 else "10.0.0.66"), pytest.raises(NotAllowed):
            jobs_of(services, PUBLIC)
    lines.settle(services, all=True)
    told_of = [e for e in told(services) if e.ip == "10.0.0.66" and "more" in e.detail]
    assert sum(e.detail["more"] for e in told_of) == 750 - FIRST


@pytest.mark.parametrize(("caller", "named"), [(PUBLIC, 20), (NOBODY, 50)])
def test_what_was_asked_for_is_told_and_what_is_left_out_counted(caller, named):
    services = flooded(0)
    for n in range(100):
        lines.stopped(services, caller, "door.key", f"k{n}", "why")
    lines.settle(services, all=True)
    detail = told(services)[-1].detail
    assert detail["subjects"] == [f"k{n}" for n in range(FIRST, FIRST + named)]
    assert detail["other_subjects"] == 100 - FIRST - named


def test_the_auditor_reads_the_counts_at_once():
    services = flooded(1000)
    read = askers()["identity.trail.trail"]
    page = read(services, callers("auditor")["own"], TrailQuery(who="public"))
    assert page.entries[0].detail["more"] == 1000 - FIRST


def test_work_that_is_done_is_never_counted_away():
    services = fresh()
    before = len(told(services))
    for n in range(FIRST + 5):
        start_job(services, callers("officer")["own"], "report", {"year": 2000 + n})
    assert [e.act for e in told(services)[before:]] == ["job.start"] * (FIRST + 5)


def test_a_download_by_strangers_is_counted_too():
    services = fresh()
    services.identities.lines.clear()
    file = askers()["pages.issued.report_file"]
    for _ in range(50):
        with pytest.raises(NotFound):
            file(services, PUBLIC, "nothing", "pdf")
    assert len(told(services)) == FIRST


def test_an_inner_use_case_is_a_part_of_the_outer_one():
    services = fresh()
    before = len(told(services))
    askers()["pages.issued.report_write"](services, callers("officer")["own"], 2024)
    assert [(e.act, e.subject) for e in told(services)[before:]] == [("job.start", "report")]


def test_an_interrupted_use_case_leaves_a_line_and_does_not_swallow_the_next(monkeypatch):
    services, officer = fresh(), callers("officer")["own"]
    services.identities.lines.clear()

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as within:
        within.setattr(services.jobs, "add", interrupted)
        with pytest.raises(KeyboardInterrupt):
            start_job(services, officer, "report", {})
    with pytest.raises(BadRequest):
        start_job(services, officer, "import", {})
    assert [(e.act, e.outcome) for e in told(services)] == [("job.start", "failed"), ("job.start", "failed")]


# -- keys that are cut to a part ---------------------------------------------------------------------------------------


def narrow_key() -> Caller:
    """A key of an officer of the whole programme, cut to East county."""
    return replace(callers("officer")["own"], areas=frozenset({"990101"}), id="key:0a", narrow=True)


@pytest.mark.parametrize("line", ["plan.act", "registry.import", "report.write", "publish", "programme.run",
                                  "task.dispatch", "task.progress"])  # fmt: skip
def test_a_key_cut_to_an_area_changes_nothing_of_the_whole_programme(line):
    for function in ENROLLED.get(line, ()):
        name = f"{function.__module__.removeprefix('dafeng.app.')}.{function.__name__}"
        assert inspect.isfunction(function)
        with pytest.raises(NotAllowed):
            probe(name, function)(fresh_trail(), narrow_key())


def test_a_key_cut_to_an_area_sees_none_of_its_owners_other_jobs():
    services, officer = fresh(), callers("officer")["own"]
    whole = start_job(services, officer, "report", {"year": 2020})
    own = start_job(services, narrow_key(), "import", {"file": "x.csv"}) if _may_import() else None
    assert whole in jobs_of(services, officer)
    assert [j.id for j in jobs_of(services, narrow_key())] == ([own.id] if own else [])
    with pytest.raises(NotFound):
        askers()["jobs.work.job_of"](services, narrow_key(), whole.id)
    with pytest.raises(NotFound):
        askers()["jobs.work.cancel_job"](services, narrow_key(), whole.id)
    assert whole in jobs_of(services, replace(officer, id="key:0b"))  # a key of the whole scope sees as much as he


def _may_import() -> bool:
    return "officer" in matrix()["data.import"].reach and "officer" in matrix()["job.start"].reach


def test_a_key_cut_to_an_area_opens_no_file_its_owner_sent_from_elsewhere():
    services, officer = fresh(), callers("officer")["own"]
    sent = keep(services, officer, b"other county", "x.bin", "attachment")
    assert evidence_file(services, officer, sent.sha256).data == b"other county"
    with pytest.raises(NotFound):
        evidence_file(services, narrow_key(), sent.sha256)


def test_strangers_reach_nothing_of_keys():
    services = fresh_trail()
    for act in (
        lambda: keys.keys(services, PUBLIC),
        lambda: keys.create_key(services, PUBLIC, "x", days=1),
        lambda: keys.revoke_key(services, PUBLIC, "00"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_whole_scope_is_not_narrow():
    assert CITY in callers("officer")["own"].areas
    assert not callers("officer")["own"].narrow


def test_names_of_the_walk_are_still_there():
    assert READ_AND_TOLD.keys() | MANY | WHOLE | BY_ACT <= set(_PROBED) | {"reporting.progress_inputs"}
