"""Reading the audit trail 查审计日志: the auditor only; reading it is on it too."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dafeng.app.cases import known_registry
from dafeng.app.identity import lines
from dafeng.app.identity.acts import Act, acts, acts_of
from dafeng.app.identity.audit import audited
from dafeng.app.identity.names import area_names
from dafeng.app.identity.ports import AuditEntry, TrailQuery
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest
from dafeng.base.plain_cells import harmless

MOST = 500
COLUMNS = ("seq", "at", "who", "act", "act_zh", "subject", "outcome", "ip", "detail")
OUTCOMES = ("ok", "refused", "failed")


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Lines, the newest first; ``below`` of the next page, None at the end. names: of the codes in granted scopes."""

    entries: tuple[AuditEntry, ...]
    below: int | None
    names: dict[str, str]


@use_case("audit.see")
def _read(services: Services, caller: Caller, query: TrailQuery) -> tuple[tuple[AuditEntry, ...], int | None]:
    limit = min(max(query.limit, 1), MOST)
    found = services.identities.trail(replace(query, limit=limit + 1))
    page = tuple(found[:limit])
    return page, page[-1].seq if len(found) > limit else None


@audited("audit.see")
@use_case("audit.see")
def trail(services: Services, caller: Caller, query: TrailQuery, group: str = "") -> TrailPage:
    """A page of the trail, or of a group of its acts. Raises BadRequest for an outcome or group there is not."""
    lines.settle(services, all=True)
    page, below = _read(services, caller, _asked(query, group))
    return TrailPage(page, below, _names(services, caller, page))


@audited("audit.export")
@use_case("audit.see")
def whole_trail(services: Services, caller: Caller, query: TrailQuery, group: str = "") -> Iterator[AuditEntry]:
    """Every line that fits, the newest first, for taking away; that it was taken away is written down, and what."""
    lines.settle(services, all=True)
    return _pages(services, caller, replace(_asked(query, group), limit=MOST))


@use_case("audit.see")
def as_csv(services: Services, caller: Caller, query: TrailQuery, group: str = "") -> bytes:
    """The lines as CSV with a byte-order mark, for spreadsheets; a text that looks like a formula is made plain."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in whole_trail(services, caller, query, group):
        detail = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else ""
        words = acts()[entry.act].zh if entry.act in acts() else ""
        row = (entry.who, entry.act, words, entry.subject, entry.outcome, entry.ip, detail)
        writer.writerow([entry.seq, entry.at.isoformat(), *map(harmless, row)])
    return out.getvalue().encode("utf-8-sig")


@use_case("audit.see")
def known_acts(services: Services, caller: Caller) -> tuple[Act, ...]:
    """Every act that a line may bear, with its words and its group, in the order of the groups."""
    return tuple(acts().values())


def _asked(query: TrailQuery, group: str) -> TrailQuery:
    if query.outcome and query.outcome not in OUTCOMES:
        raise BadRequest(
            "there is no such outcome",
            where="outcome",
            mend=f"One of {', '.join(OUTCOMES)}.",
            zh="没有这种结果",
            mend_zh="结果为 ok（成功）、refused（拒绝）或 failed（失败）。",
        )
    members = acts_of(group) if group else ()
    if group and not members:
        raise BadRequest(
            "there is no such group of acts",
            where="group",
            mend="Choose one of the groups of /audit/acts.",
            zh="没有这一类行为",
            mend_zh="请从行为类别中选择。",
        )
    return replace(query, acts=members)


def _names(services: Services, caller: Caller, entries: Iterable[AuditEntry]) -> dict[str, str]:
    """Names of the areas and firms that scopes on these lines hold: what a grant reached is the auditor's to read."""
    held: dict[str, set[str]] = {"areas": set(), "enterprises": set()}
    for entry in entries:
        for kind, codes in held.items():
            codes.update(c for c in entry.detail.get(kind, ()) if isinstance(c, str))
    if not any(held.values()):
        return {}
    firms = known_registry(services).enterprises.sort("since").select("enterprise_id", "name").iter_rows()
    names = {firm: name for firm, name in firms if firm in held["enterprises"]}
    return names | area_names(services, caller, held["areas"])


def _pages(services: Services, caller: Caller, query: TrailQuery) -> Iterator[AuditEntry]:
    below = query.below
    while True:
        page, below = _read(services, caller, replace(query, below=below))
        yield from page
        if below is None:
            return
