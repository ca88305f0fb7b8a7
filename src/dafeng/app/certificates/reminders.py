"""What of the certificate ledger waits in the inbox 绿证待办: certificates about to expire, claims that were refused.

Who may claim is told of each firm of the scope; who watches over firms (city, county) is told once of all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import polars as pl

from dafeng.account.certificates.ledger import FREE
from dafeng.app.certificates.holdings import seen_parts
from dafeng.app.identity.lines import kept
from dafeng.app.identity.ports import TrailQuery
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import may, within
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.base.callers import Caller

_WATCH = frozenset({"officer", "county", "owner"})
_REFUSED_DAYS = 30  # how long a refused claim stands in the inbox
_MOST = 100
_ENDING = Words("绿证即将过期", "certificates about to expire")


@dataclass(frozen=True, slots=True)
class CertificateWait:
    """One thing of the ledger that waits; term: the day on which the first certificates of it expire."""

    id: str
    title: str
    title_en: str
    state: str  # ending | refused
    state_name: Words
    term: date | None
    since: str | None
    moves: tuple[str, ...]
    href: str


@within
def certificate_waits(services: Services, caller: Caller, day: date) -> Iterator[CertificateWait]:
    """What of the ledger waits for the caller; nothing where no ledger is kept or it is not his to see."""
    if services.certificates is None or not may(caller, "certificate.see"):
        return
    claims = may(caller, "certificate.claim") and not caller.everything
    if not claims and not caller.roles & _WATCH:
        return
    books = seen_parts(services, caller)
    last = day + timedelta(days=books.rules.warn_days)
    free = books.parts.filter(
        (pl.col("state") == FREE) & pl.col("valid_until").is_between(day, last)
        & pl.col("holder").is_in(list(books.firms))
    )  # fmt: skip
    firms = free.group_by("holder").agg(pl.col("count").sum(), term=pl.col("valid_until").min()).sort("term", "holder")
    names = _names(services)
    yield from _of_each(firms, names) if claims else _of_all(firms)
    yield from _refused(services, caller, books.firms, names, claims=claims)


def _of_each(firms: pl.DataFrame, names: dict[str, str]) -> Iterator[CertificateWait]:
    for row in firms.iter_rows(named=True):
        yield CertificateWait(
            id=f"certificates|{row['holder']}", state="ending", state_name=_ENDING, term=row["term"], since=None,
            title=f"{names.get(row['holder'], row['holder'])} 绿证{row['count']:,}张将过期，最早{row['term']}",
            title_en=f"{names.get(row['holder'], row['holder'])}: {_ending_en(row['count'], row['term'])}",
            moves=("claim",), href=f"/certificates?firm={quote(row['holder'])}",
        )  # fmt: skip


def _of_all(firms: pl.DataFrame) -> Iterator[CertificateWait]:
    if firms.is_empty():
        return
    term: date = firms["term"][0]
    title = f"{firms.height}家企业绿证{int(firms['count'].sum()):,}张将过期，最早{term}"
    count = int(firms["count"].sum())
    title_en = f"{_ending_en(count, term)}, at {firms.height} {'firm' if firms.height == 1 else 'firms'}"
    yield CertificateWait(
        "certificates|all", title, title_en, "ending", _ENDING, term, None, (), "/certificates",
    )  # fmt: skip


def _ending_en(count: int, term: date) -> str:
    return f"{count:,} green certificate{' expires' if count == 1 else 's expire'} soon, the first on {term}"


def _refused(
    services: Services, caller: Caller, firms: frozenset[str], names: dict[str, str], *, claims: bool
) -> Iterator[CertificateWait]:
    """Claims of the firms that the ledger refused (taken already, out of term, more than the electricity), by day."""
    if not kept(services):
        return
    zone = ZoneInfo(services.settings.zone)
    since = services.clock.now() - timedelta(days=_REFUSED_DAYS)
    asked = TrailQuery(act="certificate.claim", outcome="failed", since=since, limit=_MOST)
    for entry in services.identities.trail(asked):
        if entry.subject not in firms or entry.at < since:
            continue
        on = entry.at.astimezone(zone).date()
        english = str(entry.detail.get("why") or "")
        why, name = str(entry.detail.get("why_zh") or english), names.get(entry.subject, entry.subject)
        yield CertificateWait(
            id=f"claim-refused|{entry.seq}", title=f"{name} 绿证声明被拒：{why}",
            title_en=f"{name}: claim of certificates refused: {english}",
            state="refused", state_name=Words(f"声明被拒（{on}）", f"claim refused on {on}"), term=None,
            since=entry.at.isoformat(), moves=("claim",) if claims else (),
            href=f"/certificates?firm={quote(entry.subject)}",
        )  # fmt: skip


def _names(services: Services) -> dict[str, str]:
    rows = registry_of(services).enterprises.sort("since").unique("enterprise_id", keep="last", maintain_order=True)
    return dict(rows.select("enterprise_id", "name").iter_rows())
