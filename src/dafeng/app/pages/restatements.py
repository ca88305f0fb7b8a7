"""What a restatement changed, as a page shows it 重述差异: lines with the names of their subjects and items."""

from __future__ import annotations

from functools import cache

import msgspec
import polars as pl

from dafeng.account.lines import TOTAL
from dafeng.account.restated import CAUSES
from dafeng.app.accounts.closing import restated
from dafeng.app.pages.english import area_en, industry_en
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import use_case
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.rules.method_data import line_names
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

MOST = 5000  # lines of one answer


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """One line that a restatement changed; ``name`` and ``item_name`` are what its ids are called."""

    subject_kind: str
    subject_id: str
    name: Words
    measure: str
    item: str
    item_name: Words
    period: str
    unit: str | None
    before: float | None
    after: float | None
    difference: float | None
    cause: str
    line_before: str | None
    line_after: str | None


class Restatement(msgspec.Struct, frozen=True, kw_only=True):
    """What a version changed: the lines by size of the change; ``more`` counts those left out."""

    year: int
    version: int
    rows: tuple[Moved, ...]
    more: int
    causes: tuple[str, ...] = CAUSES


@use_case("account.see")
def restatement_page(services: Services, caller: Caller, year: int, version: int) -> Restatement:
    """What a version of a closed year changed against the one before, the largest changes first. Raises NotFound."""
    size = pl.col("difference").abs()
    table = restated(services, caller, year, version).sort(size, descending=True, nulls_last=True)
    called = _subjects(services)
    rows = tuple(
        Moved(**row, name=_subject(called, row["subject_kind"], row["subject_id"]), item_name=item_words(row["item"]))
        for row in table.head(MOST).iter_rows(named=True)
    )
    return Restatement(year=year, version=version, rows=rows, more=max(0, table.height - MOST))


def item_words(item: str) -> Words:
    """What an item of a line is called: an energy item, or a source stream ``method/stream/item``."""
    if item in ("", "*", TOTAL):
        return Words("合计", "Total")
    held = packaged_rulebook().items.get(item)
    found = held or _lines().get(item)
    if found is None and "/" in item:  # an item that a works named itself stands behind the name of its stream
        head, _, own = item.rpartition("/")
        above = item_words(head)
        return Words(f"{above.zh}·{own}", f"{above.en}, {own}")
    return Words(found.zh, found.en) if found else Words(item, item)


@cache
def _lines() -> dict[str, Words]:
    named = line_names(packaged_methods(), packaged_rulebook().items)
    return {id: Words(name.zh, name.en) for id, name in named.items()}


Names = dict[tuple[str, str], Words]


def _subjects(services: Services) -> Names:
    """(kind, id) → name, of areas, enterprises and industries. Given only for ids that a caller's own rows carry."""
    registry = registry_of(services)
    firms = registry.enterprises.sort("since").unique("enterprise_id", keep="last", maintain_order=True)
    made: Names = {("area", code): Words(n, area_en(n)) for code, n in _pairs(registry.areas, "area_code")}
    made |= {("enterprise", id): Words(n, n) for id, n in _pairs(firms, "enterprise_id")}
    industries = _pairs(registry.industries, "industry_code")
    told = ((code, n, industry_en(code, n) or n) for code, n in industries)
    return made | {("industry", code): Words(f"{code} {zh}", f"{code} {en}") for code, zh, en in told}


def _pairs(rows: pl.DataFrame, id: str) -> list[tuple[str, str]]:
    return list(rows.select(id, "name").iter_rows())


def _subject(called: Names, kind: str, id: str) -> Words:
    """An industry of an area ``990000|39`` is called by both."""
    if kind == "area_industry" and "|" in id:
        area, _, industry = id.partition("|")
        one, other = _subject(called, "area", area), _subject(called, "industry", industry)
        return Words(f"{one.zh}·{other.zh}", f"{one.en}: {other.en}")
    return called.get((kind, id), Words(id, id))
