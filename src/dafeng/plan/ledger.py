"""The ledger 台账: records enter, people confirm, correct, reject, add or link them; nothing is overwritten.

An ``Entry`` is one dated act. The current view is derived by folding the entries in order. A record keeps the id of its
first appearance for ever; a re-reading of an amended document is matched to it by what it says, not by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

import msgspec

from dafeng.base.errors import BadRequest, NotFound
from dafeng.plan.records import Box, Document, Record, Target, Task

Action = Literal["read", "reread", "withdraw", "confirm", "correct", "reject", "add", "link", "unlink"]
Kind = Literal["document", "target", "task", "box"]
State = Literal["read", "confirmed", "corrected", "rejected", "added", "withdrawn", "review"]
LinkKind = Literal["indicator", "upper", "split"]

TYPES: Mapping[Kind, type[Record]] = {"document": Document, "target": Target, "task": Task, "box": Box}
MACHINE = "dafeng"  # who signs entries of the reading program
_PERSON_STATES: frozenset[State] = frozenset({"confirmed", "corrected", "added", "review"})


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One act on one record 台账条目: who, when, why, what before and after. Append-only."""

    at: datetime
    who: str
    action: Action
    kind: Kind
    record_id: str
    doc: str
    why: str | None = None
    source: str | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    seq: int | None = None


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What a target is tied to: an indicator, the target above it, or a target it was split into."""

    kind: LinkKind
    to: str
    certainty: float = 1.0
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """One record as it stands 现状: the record, its state, its links and the entries that made it so.

    machine is the last machine reading, kept beside a person's correction so that a later reading can be compared.
    """

    kind: Kind
    record: Record
    state: State
    machine: Record | None = None
    links: tuple[Link, ...] = ()
    history: tuple[Entry, ...] = ()

    @property
    def live(self) -> bool:
        return self.state not in ("rejected", "withdrawn")


@dataclass(frozen=True, slots=True)
class View:
    """The current view of the ledger, derived from its entries."""

    standings: Mapping[str, Standing] = field(default_factory=dict)

    def get(self, record_id: str) -> Standing:
        try:
            return self.standings[record_id]
        except KeyError:
            raise NotFound(
                f"the ledger has no record {record_id}", mend="List the records with `dafeng plan list`."
            ) from None

    def of(self, kind: Kind, doc: str | None = None, *, live: bool = True) -> tuple[Standing, ...]:
        """Records of a kind (and document), in order of first appearance; only those in force unless asked."""
        found = (s for s in self.standings.values() if s.kind == kind and (s.live or not live))
        return tuple(s for s in found if doc is None or record_doc(s.record) == doc)

    def targets(self) -> tuple[Target, ...]:
        return tuple(s.record for s in self.of("target") if isinstance(s.record, Target))

    def tasks(self) -> tuple[Task, ...]:
        return tuple(s.record for s in self.of("task") if isinstance(s.record, Task))

    def documents(self) -> tuple[Document, ...]:
        return tuple(s.record for s in self.of("document") if isinstance(s.record, Document))


def record_id(record: Record) -> str:
    """The id of a record; of a document its name."""
    return record.doc if isinstance(record, Document) else record.id  # type: ignore[attr-defined]


def record_doc(record: Record) -> str:
    return record.doc  # type: ignore[attr-defined,no-any-return]


def kind_of(record: Record) -> Kind:
    return next(kind for kind, cls in TYPES.items() if isinstance(record, cls))


def as_dict(record: Record) -> dict[str, Any]:
    """A record as plain JSON values."""
    return msgspec.to_builtins(record)  # type: ignore[no-any-return]


def from_dict(kind: Kind, data: Mapping[str, Any]) -> Record:
    """A record from plain values. Raises BadRequest where a field is unknown or of the wrong type."""
    try:
        return msgspec.convert(data, TYPES[kind])
    except msgspec.ValidationError as error:
        raise BadRequest(f"not a {kind}: {error}", mend="See the field list in the plan schema.") from error


def fold(entries: Iterable[Entry]) -> View:
    """The current view. Entries must be in the order they were written."""
    standings: dict[str, Standing] = {}
    for entry in entries:
        standings[entry.record_id] = _step(standings.get(entry.record_id), entry)
    return View(standings)


def _step(now: Standing | None, entry: Entry) -> Standing:
    if now is None:
        if entry.after is None:
            raise BadRequest(f"ledger entry {entry.seq} acts on {entry.record_id} before it exists")
        record = from_dict(entry.kind, entry.after)
        state: State = "added" if entry.action == "add" else "read"
        return Standing(entry.kind, record, state, record if state == "read" else None, history=(entry,))
    changed: Standing = _STEPS[entry.action](now, entry)
    return replace(changed, history=(*now.history, entry))


def _read(now: Standing, entry: Entry) -> Standing:
    record = from_dict(entry.kind, entry.after or {})
    if now.state == "rejected":
        return replace(now, machine=record)
    if now.state in _PERSON_STATES:
        return replace(now, machine=record, state="review")
    return replace(now, record=record, machine=record, state="read")


def _withdrawn(now: Standing, entry: Entry) -> Standing:
    return replace(now, machine=None, state="review" if now.state in _PERSON_STATES else "withdrawn")


def _corrected(now: Standing, entry: Entry) -> Standing:
    return replace(now, record=from_dict(entry.kind, entry.after or {}), state="corrected")


def _linked(now: Standing, entry: Entry) -> Standing:
    link = msgspec.convert(entry.after, Link)
    kept = tuple(x for x in now.links if not (x.kind == link.kind and (x.to == link.to or link.kind != "split")))
    return replace(now, links=(*kept, link))


def _unlinked(now: Standing, entry: Entry) -> Standing:
    link = msgspec.convert(entry.before, Link)
    return replace(now, links=tuple(x for x in now.links if (x.kind, x.to) != (link.kind, link.to)))


_STEPS: Mapping[Action, Callable[[Standing, Entry], Standing]] = {
    "read": _read,
    "reread": _read,
    "withdraw": _withdrawn,
    "confirm": lambda now, _: replace(now, state="confirmed"),
    "correct": _corrected,
    "reject": lambda now, _: replace(now, state="rejected"),
    "add": lambda now, _: replace(now, state="added"),
    "link": _linked,
    "unlink": _unlinked,
}


# -- acts of a person ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signature:
    """Who acts, when, and why 签署: every act of a person carries one."""

    who: str
    at: datetime
    why: str

    def __post_init__(self) -> None:
        if not self.who.strip() or not self.why.strip():
            raise BadRequest("an act on the ledger needs a name and a reason", mend="Give --by and --why.")


def confirm(view: View, target: str, by: Signature) -> Entry:
    """A person says the record is right as it stands."""
    return _act(view, target, "confirm", by)


def reject(view: View, target: str, by: Signature) -> Entry:
    """A person says this is not a record (it stays in the history)."""
    return _act(view, target, "reject", by)


def correct(view: View, target: str, changes: Mapping[str, Any], by: Signature) -> Entry:
    """A person changes fields of a record. Raises BadRequest on unknown fields or where nothing changes."""
    standing = view.get(target)
    before = as_dict(standing.record)
    if fixed := {"id", "doc"} & changes.keys():
        raise BadRequest(
            f"{', '.join(sorted(fixed))} never changes", where=target, mend="Reject the record and add one."
        )
    after = before | dict(changes)
    from_dict(standing.kind, after)
    if after == before:
        raise BadRequest("the correction changes nothing", where=target, mend="Use `confirm` if the record is right.")
    return _act(view, target, "correct", by, before=before, after=after)


def add(view: View, record: Record, by: Signature) -> Entry:
    """A person adds a record that the reader missed; its id must be new."""
    if record_id(record) in view.standings:
        raise BadRequest("the id is taken", where=record_id(record), mend=f"Use {next_id(view, record)}.")
    kind = kind_of(record)
    return Entry(
        at=by.at,
        who=by.who,
        why=by.why,
        action="add",
        kind=kind,
        record_id=record_id(record),
        doc=record_doc(record),
        after=as_dict(record),
    )


def link(view: View, target: str, tie: Link, by: Signature) -> Entry:
    """Tie a target to an indicator or to another target (which must exist)."""
    if view.get(target).kind != "target":
        raise BadRequest("only targets are linked", where=target)
    if tie.kind != "indicator" and view.get(tie.to).kind != "target":
        raise BadRequest(f"{tie.to} is not a target", where=target)
    return _act(view, target, "link", by, after=msgspec.to_builtins(tie))


def unlink(view: View, target: str, tie: Link, by: Signature) -> Entry:
    if tie not in view.get(target).links:
        raise BadRequest(f"{target} is not linked to {tie.to}")
    return _act(view, target, "unlink", by, before=msgspec.to_builtins(tie))


def _act(view: View, target: str, action: Action, by: Signature, **values: Any) -> Entry:
    standing = view.get(target)
    return Entry(
        at=by.at,
        who=by.who,
        why=by.why,
        action=action,
        kind=standing.kind,
        record_id=target,
        doc=record_doc(standing.record),
        **values,
    )


def next_id(view: View, record: Record) -> str:
    """A free id of the record's document and kind, after all numbers ever used."""
    letter = {"target": "t", "task": "k", "box": "b"}[kind_of(record)]
    stem = f"{record_doc(record)}#{letter}"
    used = [int(i[len(stem) :]) for i in view.standings if i.startswith(stem) and i[len(stem) :].isdigit()]
    return f"{stem}{max(used, default=0) + 1:02d}"
