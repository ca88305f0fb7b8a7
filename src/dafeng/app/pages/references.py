"""Use cases of what figures rest on 来源: data sources with licences, and the indicators to choose from."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib import resources

import msgspec
import yaml

from dafeng.app.dataview import latest_batches
from dafeng.app.importing import CONTRACTS
from dafeng.app.pages.desk import SourceRow
from dafeng.app.pages.english import source_en
from dafeng.app.pages.pinyin import spelled
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import brought_by, may, use_case
from dafeng.app.services import Services
from dafeng.app.sight.results import sees_all
from dafeng.base.callers import Caller
from dafeng.base.provenance import worst
from dafeng.collect.regional_cells import KINDS
from dafeng.evaluate.indicators import indicator_library
from dafeng.rules.listing import Listed, listed
from dafeng.rules.rulebook import packaged_rulebook

_MOST = 50  # indicators offered at once
_FACTS = Words("事实数据", "facts")
_DUTY = Words("按填报责任提供", "delivered under the duty to report")


class IndicatorHit(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator to choose; level is its kind (level, intensity, share …)."""

    id: str
    name: Words
    unit: str
    level: str


@use_case("rules.see")
def sources(services: Services, caller: Caller) -> list[SourceRow]:
    """Packaged tables, the publications that parameters are taken from, and (for who may see them) delivered files."""
    return [*_packaged(), *_publications(), *_delivered(services, caller)]


@use_case("rules.see")
def indicators(services: Services, caller: Caller, q: str = "") -> list[IndicatorHit]:
    """Indicators whose name, other name, id or pinyin (whole or initials) holds the words; all where none are given."""
    words = q.strip().lower()
    found = [hit for hit, search in _indicators() if words in search]
    return found[:_MOST]


@cache
def _packaged() -> tuple[SourceRow, ...]:
    text = resources.files("dafeng.app.pages").joinpath("data/sources.yaml").read_text("utf-8")
    return tuple(
        SourceRow(
            id=f"packaged:{row['id']}",
            name=row["zh"],
            kind="packaged",
            licence=row["licence"]["zh"],
            status=row["status"],
            used_for=row["used_for"]["zh"],
            words=(Words(row["zh"], row["en"]), Words(**row["licence"]), Words(**row["used_for"])),
        )
        for row in yaml.safe_load(text)
    )


@cache
def _publications() -> tuple[SourceRow, ...]:
    """The publications that dated parameters name, each with how many values it gave and the least sure of them."""
    by_source: dict[str, list[Listed]] = defaultdict(list)
    for value in listed(packaged_rulebook()):
        by_source[value["source"]].append(value)
    return tuple(
        SourceRow(
            id=f"rule:{number}",
            name=source,
            kind="rule",
            licence=_FACTS.zh,
            status=worst(v["status"] for v in values),
            used_for=f"{len(values)}项参数",
            words=(
                Words(source, source_en(source)),
                _FACTS,
                Words(f"{len(values)}项参数", f"{len(values)} parameters"),
            ),
            note=_years(values),
        )
        for number, (source, values) in enumerate(sorted(by_source.items()), start=1)
    )


def _years(values: list[Listed]) -> Words:
    first = min(v["since"] for v in values).year
    last = max(v["since"] for v in values).year
    span = str(first) if first == last else f"{first}–{last}"
    return Words(f"生效年份 {span}", f"in force from {span}")


def _delivered(services: Services, caller: Caller) -> list[SourceRow]:
    """The files that came in: all for who sees the whole programme, else those that the caller brought."""
    if not may(caller, "data.see"):
        return []
    everything = sees_all(services, caller)
    return [
        SourceRow(
            id=f"file:{b.sha256[:16]}:{b.contract}",
            name=b.file.rsplit("/", 1)[-1],
            kind="delivered",
            licence=_DUTY.zh,
            status=services.settings.data_status if not services.settings.demonstration else "synthetic",
            used_for=table_words(b.contract).zh,
            words=(
                Words(name := b.file.rsplit("/", 1)[-1], name),
                _DUTY,
                table_words(b.contract),
            ),
            note=Words(f"批次 {b.batch_id}，{b.rows} 行", f"batch {b.batch_id}, {b.rows} rows"),
        )
        for b in latest_batches(services.records.batches())
        if everything or brought_by(caller, b.imported_by)
    ]


def table_words(contract: str) -> Words:
    """What a delivered table is called."""
    regional = (KINDS | {"rest": "声明的其余部分"}).get(contract.removeprefix("regional_"), contract)
    return Words(CONTRACTS[contract].zh if contract in CONTRACTS else regional, contract.replace("_", " "))


@cache
def _indicators() -> tuple[tuple[IndicatorHit, str], ...]:
    hits = []
    for i in indicator_library().indicators.values():
        search = " ".join((i.id, i.en, *i.names, *map(spelled, i.names))).lower()
        hit = IndicatorHit(id=i.id, name=Words(i.zh, i.en), unit=i.unit, level=i.kind)
        hits.append((hit, search))
    return tuple(hits)
