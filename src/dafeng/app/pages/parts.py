"""What the total is made of 构成: sectors and energy carriers, with share and change on the year before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dafeng.app.accounts.emitting import industries
from dafeng.app.pages.delivery import by_division
from dafeng.app.pages.figures import NO_DATA, division_words, line_figure
from dafeng.app.pages.known import CO2, ENERGY, Known
from dafeng.app.pages.shapes import Figure, Part, Words
from dafeng.app.pages.totals import UNITS
from dafeng.rules.rulebook import packaged_rulebook


def sectors_of(known: Known, area: str, year: int) -> tuple[Part, ...]:
    rows = industries(known.lines.yearly, known.registry, area, year)
    firms = by_division(known, area, year)
    return tuple(
        Part(
            key=row["industry_code"],
            name=division_words(row["industry_code"], row["name"]),
            figure=part_figure(known, row, CO2, "co2_t", year),
            share=row["share"],
            change=row["change"],
            href=f"/enterprises?area={area}&f.division={row['industry_code']}",
            firms_whole=firms[row["industry_code"]][0] if row["industry_code"] in firms else None,
            firms_due=firms[row["industry_code"]][1] if row["industry_code"] in firms else None,
        )
        for row in rows.iter_rows(named=True)
    )


def part_figure(known: Known, row: Mapping[str, Any], measure: str, column: str, year: int) -> Figure:
    """A part of ``emitting`` as a figure; why it is missing is told by its line."""
    told = known.notes.get((row["subject_id"], measure, str(year)))
    if row[column] is None and told is not None:
        return line_figure(told)
    coverage = row["coverage"]
    return Figure(
        value=row[column],
        unit=UNITS[measure],
        period=str(year),
        status=row["status"],
        coverage=coverage,
        node=row["line_id"],
        missing=NO_DATA if row[column] is None else None,
        estimated=row[column] is not None and coverage is not None and coverage < 1,
    )


def fuel_parts(known: Known, kind: str, subject: str, year: int) -> tuple[Part, ...]:
    """Energy use by fuel of one subject and year, largest first, with share and change on the year before.

    The share is one of all that is used (the values above zero added up). What was made from it 加工转换产出 is
    negative and no part of that: it has no share. Where a fuel is missing nobody has one: the whole is not known.
    """
    rows = known.lines.items.filter(
        (pl.col("subject_kind") == kind) & (pl.col("subject_id") == subject) & (pl.col("measure") == ENERGY)
    )
    before = {r["item"]: r for r in rows.filter(period=str(year - 1)).iter_rows(named=True)}
    now = rows.filter(period=str(year)).sort("value", "item", descending=[True, False], nulls_last=True)
    used = float(now.filter(pl.col("value") > 0)["value"].sum()) if not now["value"].null_count() else 0.0
    return tuple(
        Part(
            key=row["item"],
            name=_item_words(row["item"]),
            figure=line_figure(row),
            share=row["value"] / used if used > 0 and row["value"] >= 0 else None,
            change=_rate(row, before.get(row["item"])),
        )
        for row in now.iter_rows(named=True)
    )


def _item_words(code: str) -> Words:
    item = packaged_rulebook().items.get(code)
    return Words(zh=code, en=code) if item is None else Words(zh=item.zh, en=item.en)


def _rate(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> float | None:
    """Change of a fuel, of whole years only: a sum that is complete in one year moves with who reported."""
    if before is None or now["value"] is None or not before["value"] or before["value"] < 0:
        return None
    whole = (now["coverage"] or 0) >= 1 and (before["coverage"] or 0) >= 1
    return float(now["value"] / before["value"] - 1) if whole else None
