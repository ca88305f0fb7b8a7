"""Use cases on a record beside its text 记录操作: history, confirm, reject, correct, add by a span, link."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

import msgspec

from dafeng.app import plans
from dafeng.app.identity.audit import audited
from dafeng.app.pages.held import Held, held
from dafeng.app.pages.reader import HistoryEntry, ReaderRecord
from dafeng.app.pages.reading import document_of, shown_record
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound, StaleRecord
from dafeng.plan.ledger import Entry, Standing, record_doc, record_id
from dafeng.plan.structure import read_outline

_LONGEST_SPAN = 4_000  # characters; a longer selection is a slip of the mouse
_PLACES = frozenset({"span", "raw_span", "span_of"})
_ONE_AT_A_TIME = threading.Lock()
Why = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class RecordAct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person does to a record; fields are the corrected ones."""

    act: Literal["confirm", "reject", "correct"]
    why: Why
    fields: dict[str, Any] = {}


class RecordDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record to add: span is the selected stretch of the text, [start, end) in characters."""

    kind: Literal["target", "task", "box"]
    span: tuple[int, int]
    why: Why
    fields: dict[str, Any] = {}


class RecordLink(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a target is tied to: an indicator of the library, or the target above it."""

    why: Why
    indicator_id: str | None = None
    upper: str | None = None


@use_case("plan.review")
def record_history(services: Services, caller: Caller, id: str) -> list[HistoryEntry]:
    """Every entry of a record, oldest first, with the fields it changed. Raises NotFound."""
    return [_history(e) for e in _standing(held(services), id).history]


@audited("record.act", "id")
@use_case("plan.act")
def record_act(services: Services, caller: Caller, id: str, act: RecordAct, version: int) -> ReaderRecord:
    """Confirm, reject or correct a record. Raises StaleRecord where it is not of the version any more."""
    if act.fields and act.act != "correct":
        raise BadRequest(f"{act.act} takes no fields", where="fields", mend="Send act correct with fields.")
    with _unchanged(services, id, version):
        plans.act(services, caller, id, act.act, act.why, act.fields or None)
    return _shown(services, caller, id)


@audited("record.add", "doc")
@use_case("plan.act")
def record_add(services: Services, caller: Caller, doc: str, draft: RecordDraft) -> ReaderRecord:
    """Add what the reader missed, from a selected stretch of the text: quote, path and title come from the text.

    Raises NotFound, BadRequest where the span is not in the text or a field is wrong.
    """
    known = held(services)
    document_of(services, caller, known, doc)
    fields = _from_span(known, doc, draft)
    with _ONE_AT_A_TIME, services.exclusive():
        standing = plans.add(services, caller, draft.kind, fields, draft.why)
    return _shown(services, caller, record_id(standing.record))


@audited("record.link", "id")
@use_case("plan.act")
def record_link(services: Services, caller: Caller, id: str, link: RecordLink, version: int) -> ReaderRecord:
    """Tie a target to an indicator or to the target above. Raises BadRequest unless exactly one is named."""
    given = [(k, to) for k, to in (("indicator", link.indicator_id), ("upper", link.upper)) if to is not None]
    if len(given) != 1:
        raise BadRequest("name an indicator or the target above, one of them", mend="Send indicator_id or upper.")
    kind, to = given[0]
    with _unchanged(services, id, version):
        plans.link(services, caller, id, kind, to, link.why)  # type: ignore[arg-type]
    return _shown(services, caller, id)


@audited("record.unlink", "id")
@use_case("plan.act")
def record_unlink(services: Services, caller: Caller, id: str, to: str, why: str, version: int) -> ReaderRecord:
    """Take a person's link away."""
    with _unchanged(services, id, version):
        plans.unlink(services, caller, id, to, why)
    return _shown(services, caller, id)


def _standing(known: Held, id: str) -> Standing:
    found = known.view.standings.get(id)
    if found is None:
        raise NotFound(f"there is no record {id}", mend="Choose one of the plan's records.")
    return found


@contextmanager
def _unchanged(services: Services, id: str, version: int) -> Iterator[None]:
    """Hold other acts back while one record, of the version a person saw, is changed."""
    with _ONE_AT_A_TIME, services.exclusive():
        standing = _standing(held(services), id)
        now = len(standing.history)
        if now != version:
            raise StaleRecord(
                f"{id} was changed meanwhile: version {now}, not {version}",
                where=id,
                mend="Load the record again, look at its history, and repeat the act.",
            )
        yield


def _shown(services: Services, caller: Caller, id: str) -> ReaderRecord:
    known = held(services)
    return shown_record(_standing(known, id), known, known.findings(services, caller))


def _history(entry: Entry) -> HistoryEntry:
    before, after = entry.before or {}, entry.after or {}
    first = entry.action in ("read", "add")  # everything is new: no list of changes
    names = [] if first else [k for k in (before | after) if k not in _PLACES and before.get(k) != after.get(k)]
    return HistoryEntry(
        at=entry.at.isoformat(),
        who=entry.who,
        action=entry.action,
        why=entry.why,
        source=entry.source,
        changes={k: (before.get(k), after.get(k)) for k in names},
    )


def _from_span(known: Held, doc: str, draft: RecordDraft) -> dict[str, Any]:
    """The fields of a new record, as the text of its span gives them; what a person wrote stands over it."""
    readings = known.readings.get(doc, ())
    if not readings:
        raise BadRequest("this document has no text to select from", where=doc, mend="Read its file in first.")
    text, (start, end) = readings[-1].source_text, draft.span
    if not 0 <= start < end <= len(text) or end - start > _LONGEST_SPAN or not text[start:end].strip():
        raise BadRequest("the selection is not in the text", where=f"[{start}:{end}]", mend="Select it again.")
    quote = text[start:end]
    start += len(quote) - len(quote.lstrip())
    quote = quote.strip()
    place: dict[str, Any] = {"doc": doc, "span": (start, start + len(quote)), "span_of": _span_of(known, doc)}
    written = {k: v for k, v in draft.fields.items() if k not in {"id", "doc", *_PLACES, "quote"}}
    if draft.kind == "target":
        return place | {"quote": quote} | written
    title = " ".join(quote.split())[:80]
    task: dict[str, Any] = {"number": None, "title": title}
    return place | task | {"path": _path(text, start)} | written


def _span_of(known: Held, doc: str) -> str | None:
    """What spans of the document point into, as its other records say."""
    spans = (getattr(s.record, "span_of", None) for s in known.of_doc.get(doc, ()) if record_doc(s.record) == doc)
    return next((s for s in spans if s is not None), None)


def _path(text: str, at: int) -> list[str]:
    """The headings above a place of the text, outermost first."""
    outline = read_outline(text)
    block = next((b for b in outline.blocks if b.span[0] <= at < b.span[1]), None)
    return [outline.sections[i].title for i in outline.path(block.section)] if block else []
