"""The ledger as pages need it 台账视图, kept between calls: view, readings, ties, findings, places in the last text."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from dafeng.app.pages.shapes import Words
from dafeng.app.plans import Tied, findings, ties
from dafeng.app.ports import Reading
from dafeng.app.services import Services
from dafeng.app.versions import ledger_located, stated
from dafeng.base.callers import Caller
from dafeng.plan.ledger import Standing, View, record_doc
from dafeng.plan.records import Span

Version = tuple[int, ...]


@dataclass(frozen=True)
class Held:
    """What the entries, readings and areas of one moment give; version names that moment."""

    version: Version
    view: View
    readings: dict[str, tuple[Reading, ...]]
    tied: dict[str, Tied]
    of_doc: dict[str, tuple[Standing, ...]]

    def findings(self, services: Services, caller: Caller) -> dict[str, tuple[Words, ...]]:
        """What the checks say of each record; asked as the caller, kept by ledger, day and current evaluation."""
        version = (self.version, services.clock.today())

        def made_now() -> dict[str, tuple[Words, ...]]:
            by_record: dict[str, list[Words]] = defaultdict(list)
            for found in findings(services, caller):
                for id in found.records:
                    by_record[id].append(Words(found.zh, found.en))
            return {id: tuple(words) for id, words in by_record.items()}

        return services.memory.get("reader.findings", version, made_now)

    def place(self, standing: Standing) -> Span | None:
        """Where a record stands in the text read last; None where its passage is not in it any more.

        A re-reading that says the same writes no entry, so a span may point into an older text: its passage is looked
        for in the newest, nearest to where it stood.
        """
        span: Span | None = getattr(standing.record, "span", None)
        readings = self.readings.get(record_doc(standing.record), ())
        if span is None or not readings:
            return span
        then = self._read_before(standing, readings)
        if then is readings[-1] or then.source_text == readings[-1].source_text:
            return span
        return _moved(span, then.source_text, readings[-1].source_text)

    @staticmethod
    def _read_before(standing: Standing, readings: tuple[Reading, ...]) -> Reading:
        """The reading that the record's span points into: the last one before the entry that set the span."""
        span = list(getattr(standing.record, "span", ()))
        set_by = next(
            (e for e in standing.history if e.after is not None and list(e.after.get("span") or ()) == span),
            standing.history[0],
        )
        return readings[max(bisect_right([r.read_at for r in readings], set_by.at) - 1, 0)]


def _moved(span: Span, old: str, new: str) -> Span | None:
    passage = old[span[0] : span[1]]
    places = []
    at = new.find(passage) if passage else -1
    while at >= 0:
        places.append(at)
        at = new.find(passage, at + 1)
    if not places:
        return None
    start = min(places, key=lambda place: abs(place - span[0]))
    return start, start + len(passage)


def held(services: Services) -> Held:
    """The ledger of now; made anew only where an entry, a reading or an area has been added.

    No right is asked here: a use case has done so before.
    """
    version = services.records.revision()

    def made() -> Held:
        view = ledger_located(services)
        by_doc: dict[str, list[Reading]] = defaultdict(list)
        for reading in services.records.readings():
            by_doc[reading.doc].append(reading)
        of_doc: dict[str, list[Standing]] = defaultdict(list)
        for standing in view.standings.values():
            of_doc[record_doc(standing.record)].append(standing)
        return Held(
            version,
            view,
            {doc: tuple(found) for doc, found in by_doc.items()},
            services.memory.get("ledger.ties", stated(services), lambda: ties(view)),
            {doc: tuple(found) for doc, found in of_doc.items()},
        )

    return services.memory.get("reader.held", version, made)
