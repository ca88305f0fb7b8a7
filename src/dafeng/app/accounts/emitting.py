"""Who emits 排放源: the area's totals, its industries, counties and firms of a year, as a report prints them."""

from __future__ import annotations

import polars as pl

from dafeng.account.subjects import ancestors, placed
from dafeng.app.registries import Registry
from dafeng.app.sight.results import AGGREGATE_ONLY
from dafeng.report.inputs import Change

_CO2, _ENERGY = "co2_total_t", "energy_tce_equivalent"


def totals(yearly: pl.DataFrame, area: str) -> pl.DataFrame:
    """The area's own lines: year, measure, value, unit, status, line_id, coverage. ``yearly`` are totals of years."""
    own = yearly.filter((pl.col("subject_kind") == "area") & (pl.col("subject_id") == area))
    return own.select(
        pl.col("period").cast(pl.Int32).alias("year"), "measure", "value", "unit", "status", "line_id", "coverage"
    )


def change_of(yearly: pl.DataFrame, registry: Registry, area: str, year: int) -> Change:
    """The area's CO2 on the year before."""
    rows = _compared(yearly, registry, "area", year).filter(pl.col("subject_id") == area)
    return Change(*rows.select("change", "same_firms").row(0)) if rows.height else Change()


def industries(yearly: pl.DataFrame, registry: Registry, area: str, year: int) -> pl.DataFrame:
    """The area's industries (two digits): name, co2_t, energy_tce, share, change …, largest first."""
    rows = _compared(yearly, registry, "area_industry", year).filter(
        pl.col("subject_id").str.starts_with(f"{area}|") & (pl.col("subject_id").str.len_chars() == len(area) + 3)
    )
    names = registry.industries.select("industry_code", "name")
    named = rows.with_columns(pl.col("subject_id").str.split("|").list.last().alias("industry_code")).join(
        names, on="industry_code", how="left"
    )
    whole = _whole(yearly, area, year)
    return _shared(named.with_columns(pl.coalesce("name", "industry_code").alias("name")), whole)


def counties(yearly: pl.DataFrame, registry: Registry, area: str, year: int) -> pl.DataFrame:
    """The areas right below: name, co2_t, energy_tce, share, change …, largest first."""
    below = list(registry.tree.children(area)) if area in registry.tree else []
    rows = _compared(yearly, registry, "area", year).filter(pl.col("subject_id").is_in(below))
    names = registry.areas.select(pl.col("area_code").alias("subject_id"), "name")
    named = rows.join(names, on="subject_id", how="left")
    return _shared(named.with_columns(pl.coalesce("name", "subject_id").alias("name")), _whole(yearly, area, year))


def emitters(yearly: pl.DataFrame, registry: Registry, area: str, year: int) -> pl.DataFrame:
    """The area's firms as they were registered in the year: name, county, co2_t, share, coverage …, largest first."""
    rows = _pair(yearly, "enterprise", year).drop("note")
    codes = registry.tree.descendants(area) if area in registry.tree else (area,)
    where = placed(registry.enterprises, pl.Series([str(year)])).filter(pl.col("area_code").is_in(list(codes)))
    places = registry.areas.select("area_code", pl.col("name").alias("county"))
    named = where.join(_names(registry, year), on="subject_id", how="left").join(places, on="area_code", how="left")
    firms = named.select(
        "subject_id",
        pl.coalesce("name", "subject_id").alias("name"),
        pl.coalesce("county", "area_code").alias("county"),
    )
    return _shared(rows.join(firms, on="subject_id", how="inner"), _whole(yearly, area, year))


def _names(registry: Registry, year: int) -> pl.DataFrame:
    """subject_id and the name that the firm bore at the end of the year (or at the latest before its rows end)."""
    known = registry.enterprises.filter(pl.col("since") <= pl.date(year, 12, 31)).sort("enterprise_id", "since")
    return known.unique("enterprise_id", keep="last", maintain_order=True).select(
        pl.col("enterprise_id").alias("subject_id"), "name"
    )


def _whole(yearly: pl.DataFrame, area: str, year: int) -> float | None:
    rows = totals(yearly, area).filter((pl.col("measure") == _CO2) & (pl.col("year") == year))
    return None if rows.is_empty() else rows["value"][0]


def _shared(rows: pl.DataFrame, whole: float | None) -> pl.DataFrame:
    """With the share of the whole (null where that is not known), largest first; equal ones by their ids."""
    share = pl.col("co2_t") / whole if whole and whole > 0 else pl.lit(None, pl.Float64)
    return rows.with_columns(share.alias("share")).sort(
        "co2_t", "subject_id", descending=[True, False], nulls_last=True
    )


def _of(rows: pl.DataFrame, measure: str, year: int) -> pl.DataFrame:
    return rows.filter((pl.col("measure") == measure) & (pl.col("period") == str(year)))


def _pair(yearly: pl.DataFrame, kind: str, year: int) -> pl.DataFrame:
    """CO2 and energy of every subject of a kind in the year: subject_id, co2_t, line_id, status, coverage, energy_…"""
    rows = yearly.filter(pl.col("subject_kind") == kind)
    co2 = _of(rows, _CO2, year).select(
        "subject_id", pl.col("value").alias("co2_t"), "line_id", "status", "coverage", "note"
    )
    energy = _of(rows, _ENERGY, year).select(
        "subject_id",
        pl.col("value").alias("energy_tce"),
        pl.col("line_id").alias("energy_line_id"),
        pl.col("status").alias("energy_status"),
    )
    return co2.join(energy, on="subject_id", how="left")


def _compared(yearly: pl.DataFrame, registry: Registry, kind: str, year: int) -> pl.DataFrame:
    """``_pair`` with change on the year before: of the sums where both years are whole, else of the same firms.

    A sum that is complete in one year only moves with who reported; that is no change of emissions.
    """
    before = _of(yearly.filter(pl.col("subject_kind") == kind), _CO2, year - 1).select(
        "subject_id", pl.col("value").alias("co2_before"), pl.col("coverage").alias("coverage_before")
    )
    joined = _pair(yearly, kind, year).join(before, on="subject_id", how="left")
    joined = joined.join(_same_firms(yearly, registry, kind, year), on="subject_id", how="left")
    whole = ((pl.col("coverage") >= 1) & (pl.col("coverage_before") >= 1)).fill_null(False)
    known = ~pl.col("note").str.contains(AGGREGATE_ONLY, literal=True).fill_null(False)  # its firms are all here
    same = pl.when(known).then(_rate("same_now", "same_before"))
    changed = pl.when(whole).then(_rate("co2_t", "co2_before")).otherwise(same)
    shown = pl.when(pl.col("co2_t").is_not_null()).then(changed)
    return joined.with_columns(shown.alias("change"), same_firms=~whole & shown.is_not_null()).drop("note")


def _rate(now: str, before: str) -> pl.Expr:
    return pl.when(pl.col(before) > 0).then(pl.col(now) / pl.col(before) - 1)


def _same_firms(yearly: pl.DataFrame, registry: Registry, kind: str, year: int) -> pl.DataFrame:
    """subject_id, same_now, same_before: CO2 of the firms that are complete in both years, by where they stand now."""
    firms = yearly.filter((pl.col("subject_kind") == "enterprise") & (pl.col("coverage") >= 1)).drop_nulls("value")
    now = _of(firms, _CO2, year).select("subject_id", pl.col("value").alias("same_now"))
    then = _of(firms, _CO2, year - 1).select("subject_id", pl.col("value").alias("same_before"))
    where = placed(registry.enterprises, pl.Series([str(year)])).select("subject_id", "area_code", "industry_code")
    above = ancestors(registry.areas, "area_code").rename({"node": "area_code"})
    group = pl.col("above")
    if kind == "area_industry":
        group = pl.format("{}|{}", "above", pl.col("industry_code").str.slice(0, 2))
    both = now.join(then, on="subject_id").join(where, on="subject_id").join(above, on="area_code")
    return both.group_by(group.alias("subject_id")).agg(pl.col("same_now", "same_before").sum())
