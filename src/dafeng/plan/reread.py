"""Re-reading a document 重读: what a new reading changes in the ledger, and how it is shown.

A record of the new reading is the same record as one in the ledger when the two say nearly the same thing
(bigrams of name and quote), whatever their numbers; the rest is new, or gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from dafeng.plan.ledger import (
    MACHINE,
    Action,
    Entry,
    Kind,
    Standing,
    View,
    as_dict,
    kind_of,
    next_id,
    record_doc,
    record_id,
)
from dafeng.plan.records import Box, Document, Record, Target, Task

SAME = 0.55  # likeness from which two records of one document are one record; below, one is gone and one is new
# what moves with every re-reading and says nothing about the record
_PLACE_FIELDS = frozenset({"id", "span", "raw_span", "span_of", "task"})
ChangeKind = Literal["new", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the ledger and a new reading; fields holds (field, before, after)."""

    kind: ChangeKind
    record_kind: Kind
    record_id: str
    words: str
    fields: tuple[tuple[str, Any, Any], ...] = ()


def reading_entries(view: View, records: Iterable[Record], at: datetime, source: str) -> list[Entry]:
    """The entries that a reading of one document adds: new records, changed ones, and those that are gone.

    Reading the same file again adds nothing.
    """
    by_kind: dict[Kind, list[Record]] = {"document": [], "target": [], "task": [], "box": []}
    for record in records:
        by_kind[kind_of(record)].append(record)
    entries: list[Entry] = []
    for kind, new in by_kind.items():
        doc = record_doc(by_kind["document"][0])
        entries += _entries_of(view, kind, doc, new, at, source)
    return entries


def _entries_of(view: View, kind: Kind, doc: str, new: Sequence[Record], at: datetime, source: str) -> list[Entry]:
    old = [s.machine for s in view.of(kind, doc, live=False) if s.machine is not None and s.state != "withdrawn"]
    pairs, fresh, gone = match(old, new)
    taken: View = view
    entries = []
    for before, after in pairs:
        kept = _with_id(after, record_id(before))
        if meaning(before) != meaning(kept):
            entries.append(_entry("reread", kept, at, source, before=as_dict(before)))
    for record in fresh:
        named = record if record_id(record) not in taken.standings else _with_id(record, next_id(taken, record))
        entry = _entry("read", named, at, source)
        taken = View({**taken.standings, record_id(named): Standing(kind, named, "read", named)})
        entries.append(entry)
    for record in gone:
        if view.get(record_id(record)).state == "rejected":
            continue  # a person has put it aside; should it come back, it is still known as rejected
        entries.append(_entry("withdraw", record, at, source, before=as_dict(record), after=None))
    return entries


def _entry(action: Action, record: Record, at: datetime, source: str, **values: Any) -> Entry:
    values.setdefault("after", as_dict(record))
    return Entry(
        at=at,
        who=MACHINE,
        action=action,
        kind=kind_of(record),
        record_id=record_id(record),
        doc=record_doc(record),
        source=source,
        **values,
    )


def _with_id(record: Record, new_id: str) -> Record:
    return record if isinstance(record, Document) else msgspec.structs.replace(record, id=new_id)


def meaning(record: Record) -> dict[str, Any]:
    """A record without what only says where it stands."""
    fields = {k: v for k, v in as_dict(record).items() if k not in _PLACE_FIELDS}
    if isinstance(record, Document):
        fields["sections"] = [(s["level"], s["number"], s["title"]) for s in fields["sections"]]
    return fields


def match(
    old: Sequence[Record], new: Sequence[Record]
) -> tuple[list[tuple[Record, Record]], list[Record], list[Record]]:
    """Pair old and new records of one kind, greedily by likeness: (pairs, new ones, gone ones)."""
    exact = {_key(o): i for i, o in reversed(list(enumerate(old)))}
    scores: list[tuple[float, int, int]] = []
    open_old, open_new = set(range(len(old))), set(range(len(new)))
    for j, record in enumerate(new):
        i = exact.get(_key(record))
        if i is not None and i in open_old:
            scores.append((2.0, i, j))
            open_old.discard(i)
            open_new.discard(j)
    signs_old = {i: _signs(old[i]) for i in open_old}
    signs_new = {j: _signs(new[j]) for j in open_new}
    near = [
        (s, i, j)
        for j in sorted(open_new)
        for i in sorted(open_old)
        if (s := max(map(_likeness, signs_old[i], signs_new[j]))) >= SAME
    ]
    used_i, used_j = {i for _, i, _ in scores}, {j for _, _, j in scores}
    for score, i, j in sorted(near, key=lambda x: (-x[0], x[1], x[2])):
        if i not in used_i and j not in used_j:
            scores.append((score, i, j))
            used_i.add(i)
            used_j.add(j)
    pairs = [(old[i], new[j]) for _, i, j in sorted(scores, key=lambda x: x[2])]
    return pairs, [n for j, n in enumerate(new) if j not in used_j], [o for i, o in enumerate(old) if i not in used_i]


def _key(record: Record) -> bytes:
    return msgspec.json.encode(meaning(record), order="deterministic")


def _words(record: Record) -> tuple[str, ...]:
    """What a record says, in the ways by which it can be known again: for a target its figures, and its sentence."""
    if isinstance(record, Target):
        figures = f"{record.comparator}{record.value}{record.unit}{record.target_year}"
        return f"{record.indicator}{record.scope or ''}{figures}", f"{record.indicator}{record.quote}"
    if isinstance(record, Task):
        return (f"{''.join(record.path[-1:])}{record.title}",)
    if isinstance(record, Box):
        return (record.title + "".join(record.items),)
    return (record_doc(record),)


def _signs(record: Record) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(w[i : i + 2] for i in range(len(w) - 1)) or frozenset({w}) for w in _words(record))


def _likeness(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b))


def changes(entries: Iterable[Entry]) -> list[Change]:
    """What a re-reading changed, for a person to read: from the entries that it wrote."""
    kinds: dict[Action, ChangeKind] = {"read": "new", "reread": "changed", "withdraw": "gone"}
    found = []
    for entry in entries:
        if entry.action in kinds:
            data = entry.after or entry.before or {}
            words = str(data.get("quote") or data.get("title") or entry.record_id)
            found.append(Change(kinds[entry.action], entry.kind, entry.record_id, words, _field_changes(entry)))
    return found


def _field_changes(entry: Entry) -> tuple[tuple[str, Any, Any], ...]:
    if entry.before is None or entry.after is None:
        return ()
    return tuple(
        (k, entry.before.get(k), v)
        for k, v in entry.after.items()
        if k not in _PLACE_FIELDS and entry.before.get(k) != v
    )
