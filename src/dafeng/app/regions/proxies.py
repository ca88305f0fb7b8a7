"""What the shares of a downscaling are made of 分解代理指标: statistics of areas, and of firms what may be published.

A county reads its own share of the city's figure, and so the proxy behind it: nothing stands here that would tell of a
single firm to somebody who may not see it. That there is a maker of power or heat, or a works of some process, in an
area is in the register.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from dafeng.account.regional.downscale import PROXY_SCHEMA
from dafeng.account.regional.makers import COUNT, MADE, climbed, maker_proxies, makers
from dafeng.account.regional.works import count_measures, sum_measures, works_rows
from dafeng.app.accounts.closing import held_facts
from dafeng.app.ports import CURRENT
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.app.sight.cells import thin_groups
from dafeng.app.sight.disclosure import rule_on
from dafeng.app.sight.results import common_veil, seen_lines
from dafeng.base.callers import Caller
from dafeng.base.provenance import Node
from dafeng.collect.facts import current
from dafeng.registry.areas import Areas
from dafeng.rules.regional import regional_rules

_FIRMS = "firms_energy_tce"
_UNITS = {_FIRMS: "tce", MADE["power"]: "MWh", MADE["heat"]: "GJ"}  # of works: the end of the measure's name
_MADE_OF = ["period", "kind", "area_code"]


def share_proxies(services: Services, years: Sequence[str]) -> pl.DataFrame:
    """PROXY rows: area facts of statistics, the firms' energy as far as it may be published to all, and where power
    and heat are made and industrial processes stand in these years."""
    measures = [p.measure for p in regional_rules().proxies]
    facts = current(held_facts(services))
    of_areas = facts.filter((pl.col("subject_kind") == "area") & pl.col("measure").is_in(measures))
    own = of_areas.select(
        area_code="subject_id", period="period", measure="measure", value="value", status="status", input="fact_id"
    )
    lines = _lines(services)
    parts = [own, _firms(services, lines), _makers(services, facts, lines, years)]
    return pl.concat([p.select(pl.col(n).cast(d) for n, d in PROXY_SCHEMA.items()) for p in parts])


def _lines(services: Services) -> pl.DataFrame | None:
    run_id = services.records.pointed(CURRENT)
    return None if run_id is None else services.columns.result(run_id, "lines")


def _anybody(services: Services) -> Caller:
    return Caller("", frozenset({"analyst"}), areas=frozenset({services.settings.area}))


def _firms(services: Services, lines: pl.DataFrame | None) -> pl.DataFrame:
    if lines is None:
        return pl.DataFrame(schema=PROXY_SCHEMA)
    rows = seen_lines(services, _anybody(services), lines).filter(
        (pl.col("subject_kind") == "area")
        & (pl.col("measure") == "energy_tce_equivalent")
        & (pl.col("item") == "total")
    )
    return rows.select(
        area_code="subject_id", period="period", measure=pl.lit(_FIRMS), value="value", status="status", input="line_id"
    )


def _makers(services: Services, facts: pl.DataFrame, lines: pl.DataFrame | None, years: Sequence[str]) -> pl.DataFrame:
    """Which areas have makers of power and heat and works of a process, and what these made where no sum tells of one
    firm."""
    registry, rules = registry_of(services), regional_rules()
    firms, known = facts.filter(pl.col("subject_kind") == "enterprise"), registry.enterprises
    own = pl.concat([makers(firms, known, years), works_rows(firms, _energy_of_firms(lines), known, years, rules)])
    rows = climbed(own, _above(registry))
    size = pl.col("made").fill_null(0.0)
    sizes = rows.filter("maker").select(*_MADE_OF, firm="subject_id", measure=pl.lit("made"), size=size)
    seen = None if lines is None else common_veil(services, _anybody(services), lines).seen
    rule, parents = rule_on(services.clock.today()), _parents(registry)
    thin = thin_groups(sizes, _MADE_OF, rule, seen)
    # what is left of the whole when the others are taken off must not tell of a firm either
    left = sizes.join(thin, on=_MADE_OF, how="semi").join(parents, on="area_code", how="inner")
    bare = thin_groups(left, ["period", "kind", "parent"], rule, seen)
    beside = rows.select(_MADE_OF).unique().join(parents, on="area_code").join(bare, on=["period", "kind", "parent"])
    hidden = pl.concat([thin.select(_MADE_OF), beside.select(_MADE_OF)]).unique()
    return maker_proxies(rows, hidden, COUNT | count_measures(rules), MADE | sum_measures(rules))


def _energy_of_firms(lines: pl.DataFrame | None) -> pl.DataFrame:
    """subject_id, period, value [tce], status: the energy of every firm by year; no caller sees these, only sums."""
    blank = {"subject_id": pl.String, "period": pl.String, "value": pl.Float64, "status": pl.String}
    if lines is None:
        return pl.DataFrame(schema=blank)
    which = (pl.col("subject_kind") == "enterprise") & (pl.col("measure") == "energy_tce_equivalent")
    return lines.filter(which & (pl.col("item") == "total") & (pl.col("period").str.len_chars() == 4)).select(*blank)


def _parents(registry: Registry) -> pl.DataFrame:
    return registry.areas.select("area_code", parent="parent_code").drop_nulls()


def _above(registry: Registry) -> dict[str, list[str]]:
    tree, codes = registry.tree, registry.enterprises["area_code"].drop_nulls().unique().to_list()
    return {code: [code, *tree.ancestors(code)] if code in tree else [code] for code in codes}


def proxy_node(row: dict[str, Any], tree: Areas) -> Node:
    """A sum over firms behind a share, as a node of the derivation: the area, the indicator, the figure."""
    area = tree.name(row["area_code"]) if row["area_code"] in tree else row["area_code"]
    rules = regional_rules()
    words = {p.measure: (p.zh, p.en) for p in rules.proxies} | {m.measure: (m.zh, m.en) for m in rules.makers}
    zh, en = words.get(row["measure"], (row["measure"], row["measure"]))
    return Node(
        id=row["input"], kind="fact", label=f"{area} {zh}", label_en=f"{area}: {en}", value=row["value"],
        unit=_unit(row["measure"]), period=row["period"], operation="企业汇总", operation_en="sum over firms",
        status=row["status"],
    )  # fmt: skip


def _unit(measure: str) -> str:
    if measure in _UNITS:
        return _UNITS[measure]
    made = {m: m.rpartition("_")[2] for m in sum_measures(regional_rules())}
    counts = {m.measure: "家" for m in regional_rules().makers}
    return (made | counts).get(measure, "")
