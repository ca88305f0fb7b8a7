"""The gap of a target by its parts 差距的分解: counties and sectors by what each adds to it; their sum is the gap.

Of a share a part adds its numerator less the required level times its denominator, over the whole denominator. Of an
intensity a part is held to its own level of the baseline year, lowered at the pace that the target asks of the whole: a
steel town is not blamed for being one; what the shift between parts adds is told as a line of its own. All of it is
worked out of the firms' own figures and given only where they make up the value that was judged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from dafeng.account.subjects import placed
from dafeng.app.accounts.closing import held_facts
from dafeng.app.pages.delivery import sees_every_firm
from dafeng.app.pages.english import area_en
from dafeng.app.pages.figures import difference, division_words
from dafeng.app.pages.goals import Contribution
from dafeng.app.pages.known import CO2, ENERGY, Known, sight_of
from dafeng.app.pages.shapes import Figure, Words
from dafeng.collect.facts import current
from dafeng.evaluate.indicators import Formula, Term, indicator_library

_RATIOS = ("ratio", "share", "reuse", "weighted_mean")
_LINES = (CO2, ENERGY, "energy_tce_calorific")
TOTALS = ("industrial_co2_total", "co2_total")
_NOISE = 1e-9
_CLOSE = 2e-3  # how near the firms must come to the value judged, of it
_MOST = {"county": 40, "industry": 20, "enterprise": 15}


def contributions(known: Known, row: Mapping[str, Any]) -> tuple[Contribution, ...]:
    """What each county, sector and firm adds to the gap of a state, most first; none where it cannot be told."""
    name = ("pages.parts", sight_of(known.caller), row["target_id"], row["subject_id"], row["period"])
    return known.services.memory.get(name, known.revision, lambda: _contributions(known, row))


def _contributions(known: Known, row: Mapping[str, Any]) -> tuple[Contribution, ...]:
    area = str(row["subject_id"])
    value = judged_value(known, row)
    if value is None or None in (row["gap"], row["required"], row["actual"]) or not sees_every_firm(known, area):
        return ()
    formula = formula_of(str(row["indicator_id"]), value["formula"])
    if formula is None or formula.op not in _RATIOS or formula.top is None or formula.bottom is None:
        return ()
    firms = _firms(known, value, formula, int(str(row["period"])[:4]))
    scale = _scale(firms, float(row["actual"]))
    if scale is None:
        return ()
    base = _base(known, row, formula)
    return tuple(part for kind in _MOST for part in _grouped(known, firms, base, row, scale, kind))


def _base(known: Known, row: Mapping[str, Any], formula: Formula) -> pl.DataFrame | None:
    """The firms of the baseline year, of an intensity whose baseline they make up; else None."""
    year = row["baseline_year"]
    intensity = indicator_library().indicator(str(row["indicator_id"])).kind == "intensity"
    if not intensity or not year or not row["baseline_value"]:
        return None
    value = judged_value(known, {**row, "period": str(year)})
    if value is None or value["value"] is None or value["formula"] != formula.id:
        return None
    firms = _firms(known, value, formula, int(year))
    near = abs(float(value["value"]) / float(row["baseline_value"]) - 1) < _CLOSE
    return firms if near and _scale(firms, float(value["value"])) is not None else None


def judged_value(known: Known, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The preferred INDICATOR VALUE row behind a state."""
    if known.values is None or row["indicator_id"] is None:
        return None
    rows = known.values.filter(
        (pl.col("indicator_id") == row["indicator_id"])
        & (pl.col("subject_id") == row["subject_id"])
        & (pl.col("period") == row["period"])
        & pl.col("preferred")
    )
    return rows.row(0, named=True) if rows.height else None


def formula_of(indicator_id: str, formula_id: str | None) -> Formula | None:
    """The way a value was computed; None for one that was reported."""
    return next((f for f in indicator_library().indicator(indicator_id).formulas if f.id == formula_id), None)


def _firms(known: Known, value: Mapping[str, Any], formula: Formula, year: int) -> pl.DataFrame:
    """subject_id, top, bottom of the firms that stand behind a value, so that their sums make the ratio."""
    assert formula.top is not None
    assert formula.bottom is not None
    ids = list(value["inputs"] or ())
    facts = current(held_facts(known.services)).filter(
        pl.col("fact_id").is_in(ids) & (pl.col("subject_kind") == "enterprise")
    )
    under = _of(known, facts, formula.bottom, year).rename({"value": "bottom"})
    over = _of(known, facts, formula.top, year).rename({"value": "top"})
    if formula.op == "share" and not formula.pair:  # the part that a firm does not have is none
        return under.join(over, on="subject_id", how="left").with_columns(pl.col("top").fill_null(0.0))
    both = under.join(over, on="subject_id", how="inner")
    if formula.op == "reuse":  # of all water used, the part used again
        return both.with_columns((pl.col("top") + pl.col("bottom")).alias("bottom"))
    if formula.op == "weighted_mean":
        return both.with_columns(pl.col("top") * pl.col("bottom"))
    return both


def _of(known: Known, facts: pl.DataFrame, term: Term, year: int) -> pl.DataFrame:
    """subject_id, value of a term by firm: of facts those that entered, of accounts the year's total."""
    if term.of == "line":
        rows = known.lines.yearly.filter(
            (pl.col("subject_kind") == "enterprise")
            & (pl.col("measure") == (term.measure if term.measure in _LINES else ""))
            & (pl.col("period") == str(year))
            & (pl.col("coverage") >= 1)
        )
    else:
        items = indicator_library().items(term.items)
        chosen = pl.col("item").is_in(list(items)) if items else pl.lit(value=True)
        rows = facts.filter((pl.col("measure") == term.measure) & chosen)
    return rows.drop_nulls("value").group_by("subject_id").agg(pl.col("value").sum())


def _scale(firms: pl.DataFrame, actual: float) -> float | None:
    """The power of ten between the firms' own ratio and the value judged; None where they do not make it up."""
    under = float(firms["bottom"].sum()) if firms.height else 0.0
    over = float(firms["top"].sum()) if firms.height else 0.0
    if under <= 0 or over <= 0 or actual <= 0:
        return None
    factor = actual / (over / under)
    power = 10.0 ** round(math.log10(factor))
    return power if abs(factor / power - 1) < _CLOSE else None


def _grouped(
    known: Known, firms: pl.DataFrame, base: pl.DataFrame | None, row: Mapping[str, Any], scale: float, kind: str
) -> tuple[Contribution, ...]:
    """The parts of one kind by what they add to the gap, most first, and the shift between them where there is one."""
    parts = _summed(known, firms, str(row["subject_id"]), str(row["period"])[:4], kind)
    if parts.height < 2:
        return ()
    whole, required = float(firms["bottom"].sum()), float(row["required"])
    if base is None:
        levels = parts.with_columns(pl.lit(required).alias("level"))
    else:
        pace = required / float(row["baseline_value"])
        then = _summed(known, base, str(row["subject_id"]), str(row["baseline_year"]), kind)
        own = then.filter(pl.col("bottom") > 0).select(
            "group", (pl.col("top") / pl.col("bottom") * scale * pace).alias("level")
        )
        levels = parts.join(own, on="group", how="left").with_columns(pl.col("level").fill_null(required))
    adds = (pl.col("top") * scale - pl.col("level") * pl.col("bottom")) / whole
    gap = float(row["gap"])
    ranked = levels.with_columns(adds.alias("adds")).sort(
        pl.col("adds") * (1 if gap >= 0 else -1), "group", descending=[True, False]
    )
    shown = [_part(known, kind, one, row, gap, scale) for one in ranked.head(_MOST[kind]).iter_rows(named=True)]
    shift = gap - float(ranked["adds"].sum())
    if abs(shift) > _NOISE * abs(gap) and kind != "enterprise":
        shown.append(_shift(kind, row, shift, gap))
    return tuple(shown)


def _shift(kind: str, row: Mapping[str, Any], shift: float, gap: float) -> Contribution:
    unit, period = str(row["gap_unit"] or ""), str(row["period"])
    return Contribution(
        kind=kind,
        key="shift",
        name=Words(zh="结构变化(各部分比重变动)", en="shift between parts"),
        adds=Figure(value=shift, unit=difference(unit), period=period, status=row["status"]),
        own=Figure(value=None, unit=unit, period=period, missing=Words(zh="不适用", en="does not apply")),
        share=shift / gap if gap else None,
        href=None,
    )


def _summed(known: Known, firms: pl.DataFrame, area: str, year: str, kind: str) -> pl.DataFrame:
    """group, top, bottom: the firms by county, sector or one by one, as they stood in the year."""
    where = placed(known.registry.enterprises, pl.Series([year])).select("subject_id", "area_code", "industry_code")
    tree, named = known.registry.tree, firms.join(where, on="subject_id", how="left")
    if kind == "county":
        of = {code: below for below in tree.children(area) for code in tree.descendants(below)}
        group = pl.col("area_code").replace_strict(list(of), list(of.values()), default=None, return_dtype=pl.String)
    else:
        group = pl.col("industry_code").str.head(2) if kind == "industry" else pl.col("subject_id")
    grouped = named.with_columns(group.alias("group")).drop_nulls("group")
    return grouped.group_by("group").agg(pl.col("top", "bottom").sum())


def _part(
    known: Known, kind: str, one: Mapping[str, Any], row: Mapping[str, Any], gap: float, scale: float
) -> Contribution:
    code, unit, period = str(one["group"]), str(row["gap_unit"] or ""), str(row["period"])
    if kind == "county":
        name = known.registry.area_name(code)
        words, href = Words(zh=name, en=area_en(name)), f"/?area={code}"
    elif kind == "enterprise":
        name = known.firm_names.get(code, code)
        words, href = Words(zh=name, en=name), f"/enterprises/{code}"
    else:
        words = division_words(code, known.industry_names.get(code, code))
        href = f"/enterprises?area={row['subject_id']}&f.division={code}"
    own = one["top"] / one["bottom"] * scale if one["bottom"] > 0 else None
    return Contribution(
        kind=kind,
        key=code,
        name=words,
        adds=Figure(value=one["adds"], unit=difference(unit), period=period, status=row["status"]),
        own=Figure(value=own, unit=unit, period=period, status=row["status"]),
        share=one["adds"] / gap if gap else None,
        href=href,
    )
