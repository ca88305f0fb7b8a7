"""Tables of results 结果表: firms, targets, counties, sectors, fuels and months, as frames in the caller's sight.

Figures that are missing are null, never zero; ``node`` is the id that explains the row's main figure.
"""

from __future__ import annotations

import polars as pl

from dafeng.app.accounts.emitting import counties, industries
from dafeng.app.assessing import own_tasks
from dafeng.app.filing.dues import dues_frame
from dafeng.app.pages.delivery import firms
from dafeng.app.pages.english import units_said, units_zh
from dafeng.app.pages.figures import goal_words, indicator_words
from dafeng.app.pages.goal_tree import not_assessed_because
from dafeng.app.pages.known import CALORIFIC, CO2, ENERGY, Known, known, sight_of
from dafeng.app.permission import may, within
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.evaluate.groups import task_of, units_of
from dafeng.rules.rulebook import packaged_rulebook

_ENTERPRISE = (
    "enterprise_id", "name", "uscc", "area_code", "area", "industry_code", "division", "industry", "key_user",
    "above_scale", "operating", "co2_t", "energy_tce", "change", "intensity", "months_missing", "delivery",
    "coverage", "status", "node",
)  # fmt: skip


@within
def enterprise_rows(
    services: Services, caller: Caller, area: str | None = None, year: int | None = None
) -> pl.DataFrame:
    """One row an enterprise in sight, as it was registered at the end of the year, with its results of the year."""
    facts = known(services, caller)
    code, year = facts.area(area), facts.year(year)
    rows = services.memory.get(
        ("table.enterprises", sight_of(caller), year), facts.revision, lambda: _enterprises(facts, year)
    ).join(_filing_states(services, caller), on="enterprise_id", how="left", maintain_order="left")
    if area is None:
        return rows
    return rows.filter(pl.col("area_code").is_in(list(facts.registry.tree.descendants(code))))


def _filing_states(services: Services, caller: Caller) -> pl.DataFrame:
    """enterprise_id, filing, filing_term: the most pressing thing that each firm owes, and until when."""
    schema = {"enterprise_id": pl.String, "filing": pl.String, "filing_term": pl.Date}
    if services.cases is None or not may(caller, "filing.see"):
        return pl.DataFrame(schema=schema)
    first = dues_frame(services, caller).unique("enterprise_id", keep="first", maintain_order=True)
    return first.select("enterprise_id", pl.col("state").alias("filing"), pl.col("term").alias("filing_term"))


def _enterprises(known: Known, year: int) -> pl.DataFrame:
    registry, own = known.registry, known.registry.enterprises.filter(pl.col("enterprise_id").is_in(list(known.codes)))
    there = (pl.col("since") <= pl.date(year, 12, 31)) & (
        pl.col("until").is_null() | (pl.col("until") > pl.date(year, 1, 1))
    )
    last = own.filter(there).sort("enterprise_id", "since").unique("enterprise_id", keep="last", maintain_order=True)
    areas = registry.areas.select("area_code", pl.col("name").alias("area"))
    trades = registry.industries.select("industry_code", pl.col("name").alias("industry"))
    lines = known.lines.yearly.filter(pl.col("subject_kind") == "enterprise")
    joined = (
        last.join(areas, on="area_code", how="left")
        .join(trades, on="industry_code", how="left")
        .join(_results(lines, year), left_on="enterprise_id", right_on="subject_id", how="left")
        .join(_missing_months(known, year), left_on="enterprise_id", right_on="subject_id", how="left")
        .join(_value_added(known, year), left_on="enterprise_id", right_on="subject_id", how="left")
        .join(
            firms(known, year).select("subject_id", "delivery"),
            left_on="enterprise_id",
            right_on="subject_id",
            how="left",
        )
    )
    intensity = pl.when(pl.col("value_added") > 0).then(pl.col("co2_t") / pl.col("value_added"))
    placed_now = joined.with_columns(
        pl.col("status").alias("operating"),
        pl.col("status_right").alias("status"),
        pl.col("industry_code").str.head(2).alias("division"),
        intensity.alias("intensity"),
    )
    return placed_now.select(_ENTERPRISE).sort("co2_t", "enterprise_id", descending=[True, False], nulls_last=True)


def _results(lines: pl.DataFrame, year: int) -> pl.DataFrame:
    """subject_id, co2_t, energy_tce, change (of years that are both whole), coverage, status, node."""
    now, before = lines.filter(period=str(year)), lines.filter(period=str(year - 1))
    co2 = now.filter(measure=CO2).select(
        "subject_id", pl.col("value").alias("co2_t"), "coverage", "status", pl.col("line_id").alias("node")
    )
    energy = now.filter(measure=ENERGY).select("subject_id", pl.col("value").alias("energy_tce"))
    old = before.filter((pl.col("measure") == CO2) & (pl.col("coverage") >= 1)).select(
        "subject_id", pl.col("value").alias("before")
    )
    joined = co2.join(energy, on="subject_id", how="full", coalesce=True).join(old, on="subject_id", how="left")
    whole = (pl.col("coverage") >= 1) & (pl.col("before") > 0)
    return joined.with_columns(
        pl.when(whole).then((pl.col("co2_t") / pl.col("before") - 1) * 100).alias("change")
    ).drop("before")


def _missing_months(known: Known, year: int) -> pl.DataFrame:
    """subject_id, months_missing: months in which data were due and no whole energy is here.

    Of a firm that delivers by year, all of them while the year is not whole.
    """
    due = known.placed_months(year).filter("due").select("subject_id", "period")
    whole = (pl.col("measure") == ENERGY) & pl.col("value").is_not_null() & (pl.col("coverage") >= 1)
    months = known.lines.monthly.filter(whole & pl.col("period").str.starts_with(f"{year}-")).select(
        "subject_id", "period"
    )
    years = known.lines.yearly.filter(whole & (pl.col("period") == str(year))).select("subject_id")
    lacking = due.join(months, on=["subject_id", "period"], how="anti").join(years, on="subject_id", how="anti")
    counted = lacking.group_by("subject_id").agg(pl.len().cast(pl.Int64).alias("months_missing"))
    return (
        due.select("subject_id")
        .unique()
        .join(counted, on="subject_id", how="left")
        .with_columns(
            pl.col("months_missing").fill_null(0)  # due and all here: truly none is missing
        )
    )


def _value_added(known: Known, year: int) -> pl.DataFrame:
    rows = known.firm_facts.filter((pl.col("measure") == "value_added_constant") & (pl.col("period") == str(year)))
    return rows.select("subject_id", pl.col("value").alias("value_added")).unique("subject_id")


# -- targets -----------------------------------------------------------------------------------------------------------


@within
def target_rows(services: Services, caller: Caller, area: str | None = None, year: int | None = None) -> pl.DataFrame:
    """One row a live target with its state of the year assessed; one that is never judged says why in its reason."""
    facts = known(services, caller)
    code, year = facts.area(area), facts.year(year)
    name = ("table.targets", sight_of(caller), code, year)
    return services.memory.get(name, facts.revision, lambda: _targets(facts, code, year))


def _targets(known: Known, area: str | None, year: int) -> pl.DataFrame:
    tasks = own_tasks(known.view, known.registry, known.services.settings.area)
    rows = []
    for target in known.view.targets():
        tie = known.tied.get(target.id)
        indicator = tie.indicator_id if tie else None
        task = task_of(target, tasks)
        leads = [u.name for u in units_of(task) if u.lead] or [u.name for u in units_of(task)] if task else []
        name, words = goal_words(target, indicator), indicator_words(indicator)
        unjudged = not_assessed_because(target)
        rows.append({
            "target_id": target.id, "name": name.zh, "name_en": name.en, "region": target.region,
            "sector": target.sector, "indicator": words.zh if words else target.indicator,
            "indicator_id": indicator, "target_year": target.target_year, "doc": target.doc,
            "task": task.title if task else None, "leads": "、".join(leads) or None,
            "excluded": unjudged.zh if unjudged else None, "excluded_en": unjudged.en if unjudged else None,
        })  # fmt: skip
    stated = pl.DataFrame(rows, schema=_STATED)
    states = _state_rows(known.states if known.assessed == year else known.states.clear())
    if area is not None and area != known.services.settings.area:
        held = known.county_states.filter((pl.col("subject_id") == area) & (known.assessed == year))
        own = states.filter(pl.col("subject_id").str.split("|").list.first() == area)
        states = pl.concat([own, _state_rows(held)]).unique("target_id", keep="first", maintain_order=True)
        return stated.join(states, on="target_id", how="inner", maintain_order="left")
    joined = stated.join(states, on="target_id", how="left", maintain_order="left")
    said = (
        pl.coalesce("reason", "excluded").alias("reason"),
        pl.coalesce("reason_en", "excluded_en").alias("reason_en"),
    )
    return joined.with_columns(said)


_STATED = {
    "target_id": pl.String, "name": pl.String, "name_en": pl.String, "region": pl.String, "sector": pl.String,
    "indicator": pl.String, "indicator_id": pl.String, "target_year": pl.Int64, "doc": pl.String, "task": pl.String,
    "leads": pl.String, "excluded": pl.String, "excluded_en": pl.String,
}  # fmt: skip


def _state_rows(states: pl.DataFrame) -> pl.DataFrame:
    return states.select(
        "target_id", "subject_id", "state", pl.col("baseline_value").alias("baseline"), "required", "actual", "gap",
        "gap_pct", pl.col("gap_unit").alias("unit"), "completion",
        pl.col("reason_zh").map_elements(units_zh, pl.String).alias("reason"),
        pl.col("reason_en").map_elements(units_said, pl.String),
        "status", "period", pl.format("S-{}-{}-{}", "target_id", "subject_id", "period").alias("node"),
    )  # fmt: skip


@within
def county_state_rows(
    services: Services, caller: Caller, area: str | None = None, year: int | None = None
) -> pl.DataFrame:
    """The programme's targets held against each county in sight, of the year assessed."""
    facts = known(services, caller)
    code, year = facts.area(area), facts.year(year)
    inside = list(facts.registry.tree.descendants(code)) if code in facts.registry.tree else [code]
    rows = facts.county_states.filter(pl.col("subject_id").is_in(inside) & (facts.assessed == year))
    names = facts.registry.areas.select(pl.col("area_code").alias("subject_id"), pl.col("name").alias("county"))
    stated = _targets(facts, None, year).select("target_id", "name", "name_en", "sector", "indicator", "target_year")
    held = _state_rows(rows).join(names, on="subject_id", how="left", maintain_order="left")
    return held.join(stated, on="target_id", how="inner", maintain_order="left").with_columns(
        pl.format("{}@{}", "target_id", "subject_id").alias("key")
    )


# -- sums --------------------------------------------------------------------------------------------------------------


@within
def sector_rows(services: Services, caller: Caller, area: str | None = None, year: int | None = None) -> pl.DataFrame:
    """The industries (two digits) of an area, largest first."""
    facts = known(services, caller)
    code, year = facts.area(area), facts.year(year)
    return _parts(industries(facts.lines.yearly, facts.registry, code, year), pl.col("industry_code"))


@within
def county_rows(services: Services, caller: Caller, area: str | None = None, year: int | None = None) -> pl.DataFrame:
    """The areas right below an area, largest first."""
    facts = known(services, caller)
    code, year = facts.area(area), facts.year(year)
    return _parts(counties(facts.lines.yearly, facts.registry, code, year), pl.col("subject_id"))


def _parts(rows: pl.DataFrame, key: pl.Expr) -> pl.DataFrame:
    return rows.select(
        key.alias("code"),
        "name",
        "co2_t",
        "energy_tce",
        (pl.col("share") * 100).alias("share"),
        (pl.col("change") * 100).alias("change"),
        "same_firms",
        "coverage",
        "status",
        pl.col("line_id").alias("node"),
    )


@within
def fuel_rows(services: Services, caller: Caller, area: str | None = None, year: int | None = None) -> pl.DataFrame:
    """Energy and combustion CO2 of an area by fuel."""
    facts = known(services, caller)
    code, year = facts.area(area), facts.year(year)
    rows = facts.lines.items.filter(
        (pl.col("subject_kind") == "area") & (pl.col("subject_id") == code) & (pl.col("period") == str(year))
    )
    wide = {m: rows.filter(measure=m).select("item", pl.col("value").alias(n)) for m, n in _FUEL.items()}
    base = rows.filter(measure=ENERGY).select("item", "coverage", "status", pl.col("line_id").alias("node"))
    for frame in wide.values():
        base = base.join(frame, on="item", how="left")
    items = packaged_rulebook().items.values()
    names = pl.DataFrame(
        {"item": [i.code for i in items], "name": [i.zh for i in items], "name_en": [i.en for i in items]}
    )
    named = base.join(names, on="item", how="left").with_columns(
        pl.coalesce("name", "item").alias("name"), pl.coalesce("name_en", "item").alias("name_en")
    )
    return named.sort("energy_tce", "item", descending=[True, False], nulls_last=True)


_FUEL = {ENERGY: "energy_tce", CALORIFIC: "energy_calorific_tce", "co2_combustion_t": "co2_combustion_t"}


@within
def monthly_rows(
    services: Services, caller: Caller, subject: str | None = None, year: int | None = None
) -> pl.DataFrame:
    """CO2 and energy by month of an area or an enterprise, with the same month of the year before.

    Raises NotFound for an area out of sight; an enterprise out of sight has no months.
    """
    facts = known(services, caller)
    firm = subject is not None and subject in facts.codes and subject not in facts.registry.tree
    code, year = subject if firm and subject else facts.area(subject), facts.year(year)
    rows = facts.lines.monthly.filter(
        (pl.col("subject_kind") == ("enterprise" if firm else "area")) & (pl.col("subject_id") == code)
    )
    co2, energy = rows.filter(measure=CO2), rows.filter(measure=ENERGY)
    months = pl.DataFrame({"period": [f"{year}-{m:02d}" for m in range(1, 13)]})
    before = co2.select(
        pl.format("{}{}", pl.lit(str(year)), pl.col("period").str.tail(3)).alias("period"),
        pl.col("value").alias("before_t"),
        (pl.col("coverage") >= 1).alias("before_whole"),
        pl.col("period").str.head(4).alias("of"),
    ).filter(pl.col("of") == str(year - 1))
    named = co2.select("period", pl.col("value").alias("co2_t"), "coverage", "status", pl.col("line_id").alias("node"))
    joined = months.join(named, on="period", how="left", maintain_order="left").join(
        energy.select("period", pl.col("value").alias("energy_tce")), on="period", how="left", maintain_order="left"
    )
    return joined.join(before.drop("of"), on="period", how="left", maintain_order="left").with_columns(
        pl.when((pl.col("before_t") > 0) & (pl.col("coverage") >= 1))
        .then((pl.col("co2_t") / pl.col("before_t") - 1) * 100)
        .alias("change")
    )
