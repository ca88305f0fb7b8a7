"""Use cases of plan files 方案文件: read one in, its versions, two of them compared, the file as it came."""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import PurePath
from typing import Any, Literal

from dafeng.app import plans
from dafeng.app.identity.audit import audited
from dafeng.app.pages.held import Held, held
from dafeng.app.pages.reader import Comparison, DocVersion, PlanCard, VersionChange
from dafeng.app.pages.reading import document_of, plan_card
from dafeng.app.pages.taken import TakenAway
from dafeng.app.permission import use_case
from dafeng.app.ports import Reading
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound, UnreadableFile
from dafeng.plan.ledger import MACHINE, Standing, View, as_dict, fold
from dafeng.plan.reading import PlanReading
from dafeng.plan.records import Record
from dafeng.plan.reread import meaning

MOST_BYTES = 20 * 1024 * 1024
MOST_LINES = 3_000  # of a text that is compared; a plan has some 300
_READABLE = (".txt", ".html", ".htm", ".docx", ".pdf", ".md")
ReadApart = Callable[[bytes, str], PlanReading]
Line = tuple[Literal["equal", "insert", "delete"], str]


@audited("plan.read", "name")
@use_case("plan.act")
def take_in_upload(services: Services, caller: Caller, data: bytes, name: str, read: ReadApart) -> PlanCard:
    """Read a plan file in; ``read`` reads it apart, bounded in time and memory. The same file changes nothing.

    Raises UnreadableFile where it is too large or holds no text.
    """
    plain = PurePath(name.replace("\\", "/")).name.strip()
    if len(data) > MOST_BYTES:
        raise UnreadableFile(
            f"the file has more than {MOST_BYTES >> 20} MB",
            where=plain,
            mend="Give the plan itself, without attached pictures.",
            zh=f"文件超过{MOST_BYTES >> 20}MB",
            mend_zh="请只上传方案正文,不带附图。",
        )
    if not plain or plain.startswith((".", "~$")) or len(plain) > 200 or not plain.isprintable():
        raise BadRequest("the file needs a plain name", where=plain[:80], mend="Rename it after the plan.")
    if not plain.lower().endswith(_READABLE):
        mend = f"Give one of {', '.join(_READABLE)}."
        raise UnreadableFile(
            "files of this kind are not read",
            where=plain,
            mend=mend,
            zh="不支持这种文件",
            mend_zh=f"请上传{'、'.join(_READABLE)}文件。",
        )
    taken = plans.enter(services, caller, data, plain, read(data, plain))
    return plan_card(services, caller, taken.doc)


@use_case("plan.review")
def plan_versions(services: Services, caller: Caller, doc: str) -> list[DocVersion]:
    """The files of a document as they were read, oldest first."""
    return [_version(services, r) for r in _readings(services, caller, held(services), doc)]


@use_case("plan.review")
def plan_compare(
    services: Services, caller: Caller, doc: str, older: str | None = None, newer: str | None = None
) -> Comparison:
    """Two versions against each other: what the records say, and the text line by line.

    Raises NotFound for a version that was never read, BadRequest where there is only one.
    """
    known = held(services)
    readings = _readings(services, caller, known, doc)
    first, second = _chosen(readings, older, newer)
    entries = [e for e in services.records.entries(doc) if e.who == MACHINE]
    before, after = (fold(e for e in entries if e.at <= r.read_at) for r in (first, second))
    text, cut = compared_lines(first.source_text, second.source_text)
    return Comparison(
        doc=doc, older=first.sha256, newer=second.sha256, records=tuple(_changes(before, after)), text=text, cut=cut
    )


@audited("plan.download", "doc")
@use_case("evidence.open")
def plan_file(services: Services, caller: Caller, doc: str, version: str | None = None) -> TakenAway:
    """A plan file as it came. Raises NotFound."""
    readings = _readings(services, caller, held(services), doc)
    reading = _of(readings, version) if version else readings[-1]
    kept = services.records.evidence(reading.sha256)
    return TakenAway(kept.name.rsplit("/", 1)[-1] if kept else doc, services.columns.get_bytes(reading.sha256))


def _readings(services: Services, caller: Caller, known: Held, doc: str) -> tuple[Reading, ...]:
    document_of(services, caller, known, doc)
    found = known.readings.get(doc, ())
    if not found:
        raise NotFound(f"no file of {doc} has been read", mend="Its records were entered by hand or with a starter.")
    return found


def _version(services: Services, reading: Reading) -> DocVersion:
    kept = services.records.evidence(reading.sha256)
    return DocVersion(
        sha256=reading.sha256,
        read_at=reading.read_at.isoformat(),
        file=kept.name.rsplit("/", 1)[-1] if kept else reading.doc,
        targets=int(reading.summary.get("targets", 0)),
        tasks=int(reading.summary.get("tasks", 0)),
    )


def _of(readings: tuple[Reading, ...], sha256: str) -> Reading:
    found = [r for r in readings if r.sha256 == sha256]
    if not found:
        raise NotFound(f"no version {sha256[:12]}… of this document was read", mend="Choose one of its versions.")
    return found[-1]


def _chosen(readings: tuple[Reading, ...], older: str | None, newer: str | None) -> tuple[Reading, Reading]:
    """The versions named, else the last and the one before it, the earlier first."""
    second = _of(readings, newer) if newer else readings[-1]
    if older:
        first = _of(readings, older)
    else:
        place = readings.index(second)
        if place == 0:
            raise BadRequest("there is no earlier version to compare with", mend="Read the amended file in first.")
        first = readings[place - 1]
    return (first, second) if first.read_at <= second.read_at else (second, first)


def _machine(view: View) -> dict[str, Standing]:
    """What the reader itself read, by id; what it did not find again is not there."""
    return {id: s for id, s in view.standings.items() if s.machine is not None and s.state != "withdrawn"}


def _changes(before: View, after: View) -> list[VersionChange]:
    old, new = _machine(before), _machine(after)
    found = [_change("added", new[id], None) for id in new if id not in old]
    found += [_change("withdrawn", old[id], None) for id in old if id not in new]
    for id in new.keys() & old.keys():
        was, now = old[id].machine, new[id].machine
        if was is not None and now is not None and (fields := _fields(was, now)):
            found.append(_change("changed", new[id], fields))
    return sorted(found, key=lambda c: (c.kind, c.record_id))


def _fields(was: Record, now: Record) -> dict[str, tuple[Any, Any]]:
    before, after = meaning(was), meaning(now)
    return {k: (before.get(k), after.get(k)) for k in before | after if before.get(k) != after.get(k)}


def _change(
    kind: Literal["added", "changed", "withdrawn"], standing: Standing, fields: dict[str, tuple[Any, Any]] | None
) -> VersionChange:
    record = as_dict(standing.machine or standing.record)
    title = record.get("indicator") or record.get("title") or record.get("doc") or ""
    id = str(record.get("id") or record["doc"])
    return VersionChange(record_id=id, kind=standing.kind, change=kind, title=str(title), fields=fields or {})


def compared_lines(older: str, newer: str) -> tuple[tuple[Line, ...], bool]:
    """Two texts as lines equal, deleted, inserted, in order; and whether they are longer than is compared."""
    old, new = older.splitlines(), newer.splitlines()
    cut = max(len(old), len(new)) > MOST_LINES
    old, new = old[:MOST_LINES], new[:MOST_LINES]
    out: list[Line] = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            out += [("equal", line) for line in old[a:b]]
        else:
            out += [("delete", line) for line in old[a:b]]
            out += [("insert", line) for line in new[c:d]]
    return tuple(out), cut
