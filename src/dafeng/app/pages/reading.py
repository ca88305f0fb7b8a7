"""Use cases of the plan reader 方案阅读: the documents, and one document with its text, records, marks and repairs."""

from __future__ import annotations

import msgspec

from dafeng.app.pages.english import area_en, departments_en
from dafeng.app.pages.held import Held, held
from dafeng.app.pages.published import published_only
from dafeng.app.pages.reader import Mark, Para, PlanCard, Reader, ReaderRecord, Repair
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import may, use_case, within
from dafeng.app.ports import Reading
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.evaluate.indicators import indicator_library
from dafeng.plan.ledger import Standing, as_dict, record_id
from dafeng.plan.records import Box, Document, Record, Target, Task
from dafeng.plan.structure import read_outline

_OPEN = ("read", "review")  # nobody has said yet whether the record is right
_LONGEST = 400  # characters of a repair that are shown
_HIDDEN = frozenset({"id", "doc", "span", "raw_span", "span_of"})  # fields of a record that say where it stands
_REPAIRS = {
    "injection": "去除网页插入的注音",
    "misaligned": "错位字节重新解码",
    "lost": "缺失字符",
    "noise": "去除乱入字符",
    "script": "繁体转简体",
    "whitespace": "去除多余空白",
    "encoding": "编码更正",
    "layout": "版式内容移出",
}


@use_case("plan.see")
def plans(services: Services, caller: Caller) -> list[PlanCard]:
    """The documents of the programme in order of their first reading; of the public, those that were published."""
    known = held(services)
    docs = [s.record for s in known.view.of("document") if isinstance(s.record, Document)]
    shown = published_only(services, caller, "plan.see", "plan", [d.doc for d in docs])
    readings = known.readings
    return [_card(services, known, d, readings.get(d.doc, ())) for d in docs if d.doc in shown]


@use_case("plan.see")
def plan_card(services: Services, caller: Caller, doc: str) -> PlanCard:
    """One document's card. Raises NotFound."""
    known = held(services)
    return _card(services, known, document_of(services, caller, known, doc), known.readings.get(doc, ()))


@use_case("plan.see")
def plan_reader(services: Services, caller: Caller, doc: str) -> Reader:
    """A document's text by paragraphs with its records, their places and (for who may review) repairs and findings.

    Raises NotFound for a document that is not there, or not published.
    """
    known = held(services)
    document = document_of(services, caller, known, doc)
    readings = known.readings.get(doc, ())
    reviews = may(caller, "plan.review")
    repairs = _repairs(readings[-1]) if readings and reviews else ()
    findings = known.findings(services, caller) if reviews else {}
    standings = [s for s in known.view.standings.values() if s.record.doc == doc and (reviews or s.live)]  # type: ignore[attr-defined]
    records = tuple(shown_record(s, known, findings) for s in standings)
    return Reader(
        card=_card(services, known, document, readings),
        paragraphs=_paragraphs(services, readings[-1]) if readings else (),
        marks=_marks(records, repairs),
        records=records,
        repairs=repairs,
        may_act=may(caller, "plan.act"),
    )


@within
def document_of(services: Services, caller: Caller, known: Held, doc: str) -> Document:
    """A document that the caller may see. Raises NotFound with the same words whether it is not there or not his."""
    standing = known.view.standings.get(doc)
    visible = standing is not None and published_only(services, caller, "plan.see", "plan", [doc])
    if not visible or standing is None or not isinstance(standing.record, Document):
        raise NotFound(f"there is no document {doc}", mend="Choose one of the list of plans.")
    return standing.record


def shown_record(standing: Standing, known: Held, findings: dict[str, tuple[Words, ...]]) -> ReaderRecord:
    """A record as the reader shows it beside the text; its span points into the text read last."""
    record, id = standing.record, record_id(standing.record)
    tie = known.tied.get(id)
    indicator = None if tie is None or tie.indicator_id is None else indicator_library().indicator(tie.indicator_id)
    return ReaderRecord(
        id=id,
        kind=standing.kind,
        state=standing.state,
        title=_title(record),
        fields={k: v for k, v in as_dict(record).items() if k not in _HIDDEN},
        span=known.place(standing),
        indicator_id=None if indicator is None else indicator.id,
        indicator_name=None if indicator is None else Words(indicator.zh, indicator.en),
        certainty=None if tie is None or indicator is None else tie.certainty,
        upper=next((x.to for x in standing.links if x.kind == "upper"), None),
        findings=findings.get(id, ()),
        history=len(standing.history),
        version=len(standing.history),
    )


def _title(record: Record) -> str:
    if isinstance(record, Target):
        return record.indicator
    if isinstance(record, Task | Box):
        return record.title
    return getattr(record, "title", None) or record_id(record)


def _card(services: Services, known: Held, document: Document, readings: tuple[Reading, ...]) -> PlanCard:
    own = known.of_doc.get(document.doc, ())
    count = {kind: sum(1 for s in own if s.kind == kind and s.live) for kind in ("target", "task", "box")}
    first = known.view.get(document.doc).history[0]
    return PlanCard(
        doc=document.doc,
        title=document.title,
        issuers=document.issuers,
        published=document.publish_date or document.issue_date,
        region=document.region,
        region_en=area_en(document.region) or None,
        issuers_en=tuple(departments_en(list(document.issuers))),
        level=document.admin_level,
        targets=count["target"],
        tasks=count["task"],
        boxes=count["box"],
        open=sum(1 for s in own if s.state in _OPEN and s.kind != "document"),
        repairs=len(readings[-1].repairs) if readings else 0,
        versions=len(readings),
        read_at=(readings[-1].read_at if readings else first.at).isoformat(),
        demonstration=services.settings.demonstration,
    )


def _paragraphs(services: Services, reading: Reading) -> tuple[Para, ...]:
    """The paragraphs of the text; made once for each version of a document."""

    def made() -> tuple[Para, ...]:
        text = reading.source_text
        outline = read_outline(text)
        heads = {s.start: s.level if isinstance(s.level, int) else 0 for s in outline.sections}
        return tuple(
            Para(
                start=b.span[0],
                end=b.span[1],
                level=heads.get(b.span[0], 0) if b.kind in ("heading", "body", "box") else 0,
                text=text[slice(*b.span)],
                kind=b.kind,
                body=b.body_start,
            )
            for b in outline.blocks
        )

    return services.memory.get(("reader.paragraphs", reading.doc), (reading.sha256, reading.reader), made)


def _repairs(reading: Reading) -> tuple[Repair, ...]:
    return tuple(
        Repair(
            id=f"r{i}",
            start=r["span"][0],
            end=r["span"][1],
            kind=r["kind"],
            before=_cut(r["before"]),
            after=_cut(r["after"]),
            why=Words(_REPAIRS.get(r["kind"], r["kind"]), r["why"]),
        )
        for i, r in enumerate(reading.repairs)
    )


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _marks(records: tuple[ReaderRecord, ...], repairs: tuple[Repair, ...]) -> tuple[Mark, ...]:
    """Where records and repairs stand, in the order of the text; what was put aside is not marked."""
    found = [
        Mark(start=r.span[0], end=r.span[1], kind=r.kind, id=r.id)
        for r in records
        if r.span is not None and r.kind != "document" and r.state not in ("rejected", "withdrawn")
    ]
    found += [Mark(start=r.start, end=r.end, kind="repair", id=r.id) for r in repairs if r.end > r.start]
    return tuple(sorted(found, key=msgspec.structs.astuple))
