"""Who has delivered 报送情况: the firms due of an area and year, those complete, those late; counted in one place.

A sum that is partial, the table of enterprises, the sectors, the map and the notes all take their counts from here, so
that «n of m» is the same number wherever it stands.
"""

from __future__ import annotations

import polars as pl

from dafeng.account.subjects import placed
from dafeng.app.pages.known import CO2, ENERGY, Known
from dafeng.app.pages.overview import Delivery
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import sees_firms
from dafeng.app.versions import delivered

DELIVERY_STATES: dict[str, Words] = {
    "whole": Words(zh="齐全", en="complete"),
    "late": Words(zh="未报或不全", en="missing or incomplete"),
    "stuck": Words(zh="已报但无法换算", en="delivered, cannot be converted"),
    "not_due": Words(zh="不须报送", en="not due"),
}


def firms(known: Known, year: int) -> pl.DataFrame:
    """subject_id, area_code, industry_code, delivery of every enterprise in sight that was registered in the year.

    delivery: whole, late (energy data not all here), stuck (they are here and give no CO2), not_due.
    """
    if not sees_firms(known.caller):
        return pl.DataFrame(schema=_SCHEMA)
    where = known.services.memory.get(
        ("pages.placed_year", year),
        delivered(known.services),
        lambda: placed(known.registry.enterprises, pl.Series([str(year)])),
    )
    if not known.caller.everything:
        where = where.filter(pl.col("subject_id").is_in(list(known.codes)))
    here, summed = _whole(known, ENERGY, year), _whole(known, CO2, year)
    told = (
        pl.when(~pl.col("due"))
        .then(pl.lit("not_due"))
        .when(~pl.col("subject_id").is_in(here))
        .then(pl.lit("late"))
        .when(~pl.col("subject_id").is_in(summed))
        .then(pl.lit("stuck"))
        .otherwise(pl.lit("whole"))
    )
    return where.with_columns(told.alias("delivery")).select(list(_SCHEMA))


_SCHEMA = {"subject_id": pl.String, "area_code": pl.String, "industry_code": pl.String, "delivery": pl.String}


def _whole(known: Known, measure: str, year: int) -> list[str]:
    """The subjects whose total of the year is whole."""
    rows = known.lines.yearly.filter(
        (pl.col("measure") == measure) & (pl.col("period") == str(year)) & (pl.col("coverage") >= 1)
    )
    found: list[str] = rows["subject_id"].to_list()
    return found


def delivery_of(known: Known, area: str, year: int) -> Delivery | None:
    """The counts of an area and year; None where nothing was accounted, or single firms are not the caller's to see."""
    if known.run_id is None or not sees_every_firm(known, area):
        return None
    inside = firms(known, year).filter(pl.col("area_code").is_in(list(known.registry.tree.descendants(area))))
    counts = dict(inside.group_by("delivery").len().iter_rows())
    whole, late, stuck = (int(counts.get(s, 0)) for s in ("whole", "late", "stuck"))
    return Delivery(
        year=year,
        due=whole + late + stuck,
        whole=whole,
        late=late,
        stuck=stuck,
        words=_words(year, whole, late, stuck),
    )


def sees_every_firm(known: Known, area: str) -> bool:
    """Whether the caller sees every single firm of an area, so that counting them tells the truth."""
    tree = known.registry.tree
    if area not in tree or not sees_firms(known.caller):
        return False
    return known.whole or known.caller.everything or any(tree.is_within(area, held) for held in known.caller.areas)


def _words(year: int, whole: int, late: int, stuck: int) -> Words:
    due = whole + late + stuck
    if not late + stuck:
        return Words(
            zh=f"{year}年应报{due}家企业,全部齐全。", en=f"All {due} firms due have delivered complete data for {year}."
        )
    groups = []
    if late:
        has = "firm has" if late == 1 else "firms have"
        told = f"{late} {has} not delivered all energy data; remind them"
        groups.append(Words(zh=f"{late}家能源数据未报或不全,请催报", en=told))
    if stuck:
        told = f"of {stuck} the data are here but cannot be converted to CO2; have them corrected"
        groups.append(Words(zh=f"{stuck}家数据已报但无法换算为排放量,请更正", en=told))
    return Words(
        zh=f"{year}年应报{due}家企业,齐全{whole}家:{';'.join(g.zh for g in groups)}。",
        en=f"{whole} of {due} firms due are complete in {year}: {'; '.join(g.en for g in groups)}.",
    )


def by_division(known: Known, area: str, year: int) -> dict[str, tuple[int, int]]:
    """Industry division (two digits) → firms complete, firms due, of an area."""
    codes = list(known.registry.tree.descendants(area)) if sees_every_firm(known, area) else []
    inside = firms(known, year).filter(pl.col("area_code").is_in(codes))
    return _counted(inside.with_columns(pl.col("industry_code").str.head(2).alias("group")))


def by_area(known: Known, below: list[str], year: int) -> dict[str, tuple[int, int]]:
    """Area → firms complete, firms due, each with all that stands below it."""
    tree, found = known.registry.tree, firms(known, year)
    of = {code: area for area in below if sees_every_firm(known, area) for code in tree.descendants(area)}
    inside = found.filter(pl.col("area_code").is_in(list(of)))
    if inside.is_empty():
        return {}
    group = pl.col("area_code").replace_strict(list(of), list(of.values()), return_dtype=pl.String)
    return _counted(inside.with_columns(group.alias("group")))


def _counted(rows: pl.DataFrame) -> dict[str, tuple[int, int]]:
    due = rows.filter(pl.col("delivery") != "not_due")
    counts = due.group_by("group").agg((pl.col("delivery") == "whole").sum().alias("whole"), pl.len().alias("due"))
    return {group: (int(whole), int(n)) for group, whole, n in counts.select("group", "whole", "due").iter_rows()}
