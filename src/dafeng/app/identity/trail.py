"""Reading the audit trail 查审计日志: the auditor only; reading it is on it too."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dafeng.app.identity.audit import audited, note
from dafeng.app.identity.ports import AuditEntry, TrailQuery
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest

MOST = 500
COLUMNS = ("seq", "at", "who", "act", "subject", "outcome", "ip", "detail")
OUTCOMES = ("ok", "refused", "failed")


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Lines, the newest first; ``below`` of the next page, None at the end."""

    entries: tuple[AuditEntry, ...]
    below: int | None


@use_case("audit.see")
def _read(services: Services, caller: Caller, query: TrailQuery) -> TrailPage:
    limit = min(max(query.limit, 1), MOST)
    found = services.identities.trail(replace(query, limit=limit + 1))
    page = tuple(found[:limit])
    return TrailPage(page, page[-1].seq if len(found) > limit else None)


@audited("audit.see")
@use_case("audit.see")
def trail(services: Services, caller: Caller, query: TrailQuery) -> TrailPage:
    """A page of the trail. Raises BadRequest for an outcome there is not."""
    if query.outcome and query.outcome not in OUTCOMES:
        raise BadRequest("there is no such outcome", where="outcome", mend=f"One of {', '.join(OUTCOMES)}.")
    return _read(services, caller, query)


@use_case("audit.see")
def whole_trail(services: Services, caller: Caller, query: TrailQuery) -> Iterator[AuditEntry]:
    """Every line that fits, the newest first, for taking away; that it was taken away is written down."""
    note(services, caller, "audit.export")
    return _pages(services, caller, replace(query, limit=MOST))


@use_case("audit.see")
def as_csv(services: Services, caller: Caller, query: TrailQuery) -> bytes:
    """The lines as CSV with a byte-order mark, for spreadsheets; a text that looks like a formula is made plain."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in whole_trail(services, caller, query):
        detail = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else ""
        row = (entry.seq, entry.at.isoformat(), entry.who, entry.act, entry.subject, entry.outcome, entry.ip, detail)
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _pages(services: Services, caller: Caller, query: TrailQuery) -> Iterator[AuditEntry]:
    below = query.below
    while True:
        page = _read(services, caller, replace(query, below=below))
        yield from page.entries
        if page.below is None:
            return
        below = page.below
