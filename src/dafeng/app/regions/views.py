"""Use cases that hold regions side by side 区域比对: three accounts, dual control 双控, derivations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from dafeng.account.explain import explain_fact
from dafeng.account.regional.bottom_up import COMPARABLE, SECTORS, from_firms, from_lines
from dafeng.account.regional.compare import CAUSE_SCHEMA, PAIR_SCHEMA, Comparison, compare
from dafeng.account.regional.control import CONTROL_SCHEMA, control, small_share
from dafeng.account.regional.explain import Sources, explain
from dafeng.app.accounts.accounting import every_line
from dafeng.app.accounts.closing import held_facts
from dafeng.app.permission import sees_firms, use_case, visible_enterprises
from dafeng.app.ports import CURRENT
from dafeng.app.regions.accounts import areas_seen, current_region, cut
from dafeng.app.regions.cells import every_cell
from dafeng.app.regions.parts import explain_part
from dafeng.app.regions.proxies import proxy_node
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.app.sight.results import scope, seen_lines, sees_all
from dafeng.app.versions import delivered
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.base.provenance import Node
from dafeng.collect.facts import current
from dafeng.rules.regional import regional_rules
from dafeng.rules.rulebook import packaged_rulebook

__all__ = ["SECTORS", "ComparedRegions", "compared_regions", "dual_control", "explain_region"]


@dataclass(frozen=True, slots=True)
class ComparedRegions:
    """Comparison.rows, causes and pairs, cut to what the caller may see."""

    rows: pl.DataFrame
    causes: pl.DataFrame
    pairs: pl.DataFrame


@use_case("region.see")
def compared_regions(
    services: Services, caller: Caller, area: str | None = None, period: str | None = None
) -> ComparedRegions:
    """Balance, firms and downscaled figures side by side, with the gap and what explains it.

    Sums of firms stand only as far as the caller may see them: whoever does not see every firm sees no firms' figures
    by fuel, and no estimate made of their value added.
    """
    made = _compared(services, caller)
    return ComparedRegions(*(cut(services, caller, t, area, period) for t in (made.rows, made.causes, made.pairs)))


def _compared(services: Services, caller: Caller) -> Comparison:
    rules, registry = regional_rules(), registry_of(services)
    lines = _region_lines(services)
    firms = pl.DataFrame(schema=COMPARABLE)
    small = None
    if sees_all(services, caller) and (own := _firm_lines(services)) is not None:
        firms = from_firms(own, rules)
        small = small_share(current(held_facts(services)), registry)
    if lines is None and firms.is_empty():
        return Comparison(
            pl.DataFrame(schema={"area_code": pl.String, "period": pl.String}), pl.DataFrame(schema=CAUSE_SCHEMA),
            pl.DataFrame(schema=PAIR_SCHEMA),
        )  # fmt: skip
    blank = pl.DataFrame(schema=COMPARABLE)
    sectoral = blank if lines is None else from_lines(lines.filter(pl.col("approach") == "sectoral"))
    down = blank if lines is None else from_lines(lines.filter(pl.col("approach") == "downscaled"))
    return compare(sectoral, firms, down, small_share=small)


def _region_lines(services: Services) -> pl.DataFrame | None:
    try:
        return current_region(services).lines
    except NotFound:
        return None


def _firm_lines(services: Services) -> pl.DataFrame | None:
    run_id = services.records.pointed(CURRENT)
    return None if run_id is None else every_line(services, run_id)


@use_case("region.see")
def dual_control(
    services: Services,
    caller: Caller,
    area: str | None = None,
    period: str | None = None,
    *,
    kind: str | None = None,
    measure: str | None = None,
) -> pl.DataFrame:
    """Totals and intensities of energy and carbon by area, industry and both; months and years, both prices.

    kind: area, industry or area_industry; area keeps an area and what is crossed with it. Whoever does not see the
    whole programme firm by firm has the totals that may be published to him, and intensities only of areas whose firms
    are his to see.
    """
    run_id = services.records.pointed(CURRENT)
    if run_id is None:
        return pl.DataFrame(schema=CONTROL_SCHEMA)
    rows = _control(services, caller, run_id)
    if area is not None:
        rows = rows.filter(pl.col("subject_id").str.split("|").list.first() == area)
    for name, value in (("period", period), ("subject_kind", kind), ("measure", measure)):
        rows = rows if value is None else rows.filter(pl.col(name) == value)
    return rows


def _control(services: Services, caller: Caller, run_id: str) -> pl.DataFrame:
    registry = registry_of(services)
    version = (delivered(services), run_id)
    least = services.settings.partial_from
    if sees_all(services, caller):
        return services.memory.get(
            "regional.control", version, lambda: control(*_inputs(services, run_id), registry, least=least)
        )
    lines, facts = _inputs(services, run_id)
    seen = seen_lines(services, caller, lines)
    sums = seen.filter(pl.col("subject_kind") != "enterprise")
    totals = control(sums, _area_facts(services, caller, facts), registry, least=least)
    own = totals.filter((pl.col("price") == "") | (pl.col("source") == "published"))
    if not sees_firms(caller):
        return own
    return pl.concat([own, _own_intensities(services, caller, lines, facts, registry)])


def _inputs(services: Services, run_id: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    return every_line(services, run_id), current(held_facts(services))


def _area_facts(services: Services, caller: Caller, facts: pl.DataFrame) -> pl.DataFrame:
    rows = facts.filter(pl.col("subject_kind") == "area")
    seen = areas_seen(services, caller)
    return rows if seen is None else rows.filter(pl.col("subject_id").is_in(list(seen)))


def _own_intensities(
    services: Services, caller: Caller, lines: pl.DataFrame, facts: pl.DataFrame, registry: Registry
) -> pl.DataFrame:
    """Intensities of the areas in the caller's scope, made of the firms he sees one by one, and only of these."""
    areas = scope(caller, registry) & set(registry.areas["area_code"].to_list())
    firms = visible_enterprises(caller, registry.enterprises, frozenset(areas))
    ids = firms["enterprise_id"].unique().to_list()
    part = Registry(registry.areas, registry.industries, firms, registry.sites, registry.tree)
    own = pl.col("subject_id").is_in(ids)
    made = control(
        lines.filter(own), facts.filter((pl.col("subject_kind") == "enterprise") & own), part,
        least=services.settings.partial_from,
    )  # fmt: skip
    inside = pl.col("subject_id").str.split("|").list.first().is_in(list(areas))
    return made.filter((pl.col("price") != "") & (pl.col("subject_kind") != "industry") & inside)


@use_case("region.see")
def explain_region(services: Services, caller: Caller, id: str, *, depth: int = 3, most: int = 30) -> Node:
    """The derivation of a total (region:…), a line (RL-…) or a cell (RC-…) that the caller may see, or of a comparison
    of parts and whole (parts:…). Raises NotFound."""
    if id.startswith("parts:"):
        return explain_part(services, caller, id)
    held = current_region(services)
    cells = every_cell(services)
    seen = areas_seen(services, caller)
    lines, sums = held.lines, held.totals
    if seen is not None:
        # what a figure of the caller's own rests on may be the parent's; it is opened below that figure, not by itself
        if not _may_open(id, lines, cells, seen):
            raise NotFound(
                f"no regional figure {id}",
                mend="Take the id from a regional account.",
                zh=f"没有区域核算数字 {id}",
                mend_zh="请使用区域核算结果中的编号。",
            )
        depth = min(depth, 2)
    registry = registry_of(services)
    names = {code: registry.tree.name(code) for code in lines["area_code"].unique() if code in registry.tree}
    sources = Sources(lines, sums, cells, regional_rules(), names, _proxy_facts(services, lines, id))
    return explain(id, sources, depth=depth, most=most)


def _may_open(id: str, lines: pl.DataFrame, cells: pl.DataFrame, seen: frozenset[str]) -> bool:
    if id.startswith("region:"):
        return id.split(":")[1] in seen
    frame, key = (cells, "cell_id") if id.startswith("RC-") else (lines, "line_id")
    found = frame.filter(pl.col(key) == id)
    public = "kind" in found.columns and found.height and found["kind"][0] == "inventory"
    return bool(found.height) and (bool(public) or found["area_code"][0] in seen)


def _proxy_facts(services: Services, lines: pl.DataFrame, id: str) -> Mapping[str, Node]:
    """What the shares of downscaled lines were made of, as nodes: area facts, and sums over firms (publishable)."""
    area = id.split(":")[1] if id.startswith("region:") else None
    which = pl.col("line_id") == id if area is None else pl.col("area_code") == area
    wanted = lines.filter(which & (pl.col("approach") == "downscaled"))["inputs"].explode().drop_nulls().unique()
    registry, rulebook = registry_of(services), packaged_rulebook()
    facts = wanted.filter(wanted.str.starts_with("F-")).to_list()
    found: dict[str, Node] = {}
    if facts:
        rows = services.columns.facts().filter(pl.col("fact_id").is_in(facts) & (pl.col("subject_kind") == "area"))
        found = {row["fact_id"]: explain_fact(row, rulebook, registry) for row in rows.iter_rows(named=True)}
    made_of = services.columns.result(current_region(services).run_id, "made_of_proxies")
    if made_of is None:
        return found
    sums = made_of.filter(pl.col("input").is_in(wanted.to_list()) & ~pl.col("input").str.starts_with("F-"))
    return found | {row["input"]: proxy_node(row, registry.tree) for row in sums.iter_rows(named=True)}
