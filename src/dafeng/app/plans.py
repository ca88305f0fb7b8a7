"""Use cases of the plan ledger 方案台账: take in a reading, act on a record, list, link, check."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import polars as pl

from dafeng.app.permission import may, reaches, use_case
from dafeng.app.ports import CURRENT, Evidence, Reading, assessed_of
from dafeng.app.publishing import published
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.versions import ledger_located, ledger_now, stated
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound
from dafeng.evaluate.indicators import indicator_library
from dafeng.evaluate.linking import link_targets
from dafeng.plan import ledger
from dafeng.plan.checks import Context, Finding, check
from dafeng.plan.ledger import Entry, Link, Signature, Standing, View, fold, record_doc
from dafeng.plan.read import read_plan
from dafeng.plan.reading import PlanReading
from dafeng.plan.records import Record, Target
from dafeng.plan.reread import Change, changes, reading_entries
from dafeng.registry.areas import Areas

NATION = "全国"
READER = "1"  # raised when a change of the reader should make every plan be read again
Act = Literal["confirm", "reject", "correct"]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a file became: its counts, its repairs, and what it changed in the ledger."""

    doc: str
    sha256: str
    targets: int
    tasks: int
    boxes: int
    repairs: int
    changes: tuple[Change, ...]


@use_case("plan.see")
def ledger_view(services: Services, caller: Caller) -> View:
    """The current view of the ledger, its regions read by the programme's own areas where only these know them.

    History and the machine's reading are for those who may review plans. The public sees what is in force in published
    documents, and of that no links and no state of review.
    """
    view = ledger_located(services)
    if reaches(caller, "plan.see") == {"published"}:
        return _as_published(view, published(services, "plan"))
    if may(caller, "plan.review"):
        return view
    return View({key: replace(standing, machine=None, history=()) for key, standing in view.standings.items()})


def _as_published(view: View, docs: frozenset[str]) -> View:
    shown = {
        key: Standing(kind=s.kind, record=s.record, state="read")
        for key, s in view.standings.items()
        if s.live and s.kind in ("document", "target", "task") and record_doc(s.record) in docs
    }
    return View(shown)


@use_case("plan.act")
def take_in(services: Services, caller: Caller, data: bytes, name: str) -> TakenIn:
    """Read a plan file and enter what it says. The same file read by the same reader changes nothing."""
    return enter(services, caller, data, name, read_plan(data, name))


@use_case("plan.act")
def enter(services: Services, caller: Caller, data: bytes, name: str, reading: PlanReading) -> TakenIn:
    """Enter a reading: the file as evidence, the text, and the ledger entries, in one transaction."""
    sha, now, doc = hashlib.sha256(data).hexdigest(), services.clock.now(), reading.document.doc
    counts = {"targets": len(reading.targets), "tasks": len(reading.tasks), "boxes": len(reading.boxes)}
    repaired = len(reading.source.repairs)
    last = services.records.readings(doc)[-1:]
    if [(r.sha256, r.reader) for r in last] == [(sha, READER)]:
        return TakenIn(doc, sha, **counts, repairs=repaired, changes=())
    services.columns.put_bytes(sha, data)
    services.records.put_evidence(Evidence(sha, name, len(data), "plan", now, caller.name))
    records: list[Record] = [reading.document, *reading.targets, *reading.tasks, *reading.boxes]
    view = fold(services.records.entries(doc))
    entries = reading_entries(view, records, now, f"{name} sha256:{sha[:12]}")
    row = Reading(
        doc,
        sha,
        READER,
        now,
        counts | {"format": reading.source.format, "encoding": reading.source.encoding},
        [asdict(r) for r in reading.source.repairs],
        reading.source.text,
    )
    services.records.put_reading(row, entries)
    shown = tuple(changes(entries)) if view.standings else ()
    return TakenIn(doc, sha, **counts, repairs=repaired, changes=shown)


@use_case("plan.act")
def act(
    services: Services, caller: Caller, record_id: str, kind: Act, why: str, changed: Mapping[str, Any] | None = None
) -> Standing:
    """Confirm, reject or correct a record; the entry is signed by the caller."""
    view, by = ledger_now(services), Signature(caller.name, services.clock.now(), why)
    if kind == "correct":
        entry = ledger.correct(view, record_id, changed or {}, by)
    else:
        entry = (ledger.confirm if kind == "confirm" else ledger.reject)(view, record_id, by)
    services.records.append_entries([entry])
    return ledger_now(services).get(record_id)


@use_case("plan.act")
def add(services: Services, caller: Caller, kind: ledger.Kind, fields: Mapping[str, Any], why: str) -> Standing:
    """Add a record that the reader missed. Without an id it gets the next free one of its document."""
    view = ledger_now(services)
    draft = dict(fields)
    if kind != "document" and not draft.get("id"):
        draft["id"] = ledger.next_id(view, ledger.from_dict(kind, draft | {"id": "?"}))
    record = ledger.from_dict(kind, draft)
    entry = ledger.add(view, record, Signature(caller.name, services.clock.now(), why))
    services.records.append_entries([entry])
    return ledger_now(services).get(ledger.record_id(record))


@use_case("plan.act")
def link(services: Services, caller: Caller, target_id: str, kind: ledger.LinkKind, to: str, why: str) -> Standing:
    """Tie a target to an indicator (which must be in the library), to the target above, or to a part of it."""
    if kind == "indicator":
        indicator_library().indicator(to)
    view, by = ledger_now(services), Signature(caller.name, services.clock.now(), why)
    entry = ledger.link(view, target_id, Link(kind=kind, to=to, confirmed=True), by)
    services.records.append_entries([entry])
    return ledger_now(services).get(target_id)


@use_case("plan.act")
def unlink(services: Services, caller: Caller, target_id: str, to: str, why: str) -> Standing:
    """Take a person's link away; the automatic one stands again. Raises BadRequest where there is none."""
    view, by = ledger_now(services), Signature(caller.name, services.clock.now(), why)
    tie = next((x for x in view.get(target_id).links if x.to == to), None)
    if tie is None:
        raise BadRequest(f"{target_id} is not linked to {to}", mend="See its links: dafeng plan show.")
    services.records.append_entries([ledger.unlink(view, target_id, tie, by)])
    return ledger_now(services).get(target_id)


@dataclass(frozen=True, slots=True)
class Tied:
    """The indicator of a target: by a person (confirmed) or by name, with how sure that is and why."""

    target_id: str
    indicator_id: str | None
    certainty: float
    confirmed: bool
    why: str


def ties(view: View) -> dict[str, Tied]:
    """Every live target's indicator; a person's link outranks the automatic one."""
    targets = view.targets()
    found = {x.target_id: Tied(x.target_id, x.indicator_id, x.certainty, False, x.why) for x in link_targets(targets)}
    for target in targets:
        for tie in view.get(target.id).links:
            if tie.kind == "indicator":
                found[target.id] = Tied(target.id, tie.to, tie.certainty, tie.confirmed, "linked by a person 人工关联")
    return found


@use_case("plan.review")
def findings(services: Services, caller: Caller) -> tuple[Finding, ...]:
    """All checks on the ledger, as of today."""
    view = ledger_view(services, caller)
    tied = services.memory.get("ledger.ties", stated(services), lambda: ties(view))
    library = indicator_library()
    areas, open_ones = registry_of(services).tree, _unjudged(services)
    return check(
        view,
        Context(
            indicator=lambda t: tied[t].indicator_id if t in tied else None,
            direction=lambda i: library.indicator(i).direction,
            uppers=lambda region: region_uppers(region, areas),
            day=services.clock.today(),
            settled=lambda t: open_ones is not None and t not in open_ones,
        ),
    )


def _unjudged(services: Services) -> frozenset[str] | None:
    """The programme's own targets of whose end the current run says nothing; None where nothing has been assessed yet.

    A verdict is reached or missed, on a value of the target year or after it: behind in the year before is none.
    """
    run_id = services.records.pointed(CURRENT)
    made = None if run_id is None else services.records.pointed(assessed_of(run_id))
    return None if made is None else services.memory.get("ledger.unjudged", made, lambda: _open_at(services, made))


def _open_at(services: Services, made: str) -> frozenset[str] | None:
    states = services.columns.result(made, "states")
    if states is None:
        return None
    of_the_end = pl.col("period").str.head(4).cast(pl.Int32, strict=False) >= pl.col("target_year")
    judged = pl.col("state").is_in(["reached", "off_track"]) & of_the_end
    return frozenset(states.filter(~judged.fill_null(False))["target_id"].to_list())


def region_uppers(region: str, areas: Areas) -> tuple[str, ...]:
    """Names of the regions above a region, nearest first, the nation last; none where the name is not known."""
    code = areas.code_of(region)
    if code is None:
        return () if region == NATION else (NATION,)
    return (*(areas.name(c) for c in areas.ancestors(code)), NATION)


def target_of(view: View, target_id: str) -> Target:
    """A target of the ledger. Raises NotFound, BadRequest."""
    record = view.get(target_id).record
    if not isinstance(record, Target):
        raise BadRequest(f"{target_id} is not a target")
    return record


@use_case("plan.review")
def repairs(services: Services, caller: Caller, doc: str) -> list[dict[str, Any]]:
    """The repairs of the last reading of a document."""
    readings = services.records.readings(doc)
    if not readings:
        raise NotFound(f"no document {doc} has been read", mend="List them: dafeng plan list document")
    return readings[-1].repairs


@use_case("plan.review")
def all_changes(services: Services, caller: Caller, doc: str | None = None) -> list[tuple[Entry, Change]]:
    """What re-readings of amended documents changed, oldest first: each change with the entry that wrote it."""
    entries = services.records.entries(doc)
    first = {e.doc: e.at for e in reversed(entries) if e.action == "read"}  # the first reading is no change
    later = [e for e in entries if e.action in ("reread", "withdraw") or (e.action == "read" and e.at > first[e.doc])]
    return list(zip(later, changes(later), strict=True))
