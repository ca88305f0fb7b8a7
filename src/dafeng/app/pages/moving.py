"""Who moves the total 谁在拉动: sectors, counties and firms by what they add to the change on the year before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dafeng.account.subjects import placed
from dafeng.app.accounts.accounting import every_line, shown
from dafeng.app.accounts.closing import held_facts
from dafeng.app.accounts.emitting import change_of, counties, industries
from dafeng.app.driving import EFFECT_EN, drivers_of
from dafeng.app.pages.delivery import sees_every_firm
from dafeng.app.pages.figures import division_words
from dafeng.app.pages.known import CO2, Known
from dafeng.app.pages.overview import Mover
from dafeng.app.pages.shapes import Figure, Words
from dafeng.app.permission import sees_firms
from dafeng.app.sight.results import sees_all
from dafeng.app.versions import delivered
from dafeng.report.inputs import Change, Drivers

_MOST = 5
_CANCELLED = 2.0  # a part this many times the whole is no share of it
_NOISE = 1e-6  # of the total: an effect below is what floating point leaves over, it moved nothing


@dataclass(frozen=True)
class Moving:
    """What moved an area's CO2 on the year before: the change, its base [t], and the movers, sectors first."""

    change: Change
    base: float | None
    movers: tuple[Mover, ...]
    note: Words | None  # under the movers
    missing: Words | None = None  # why the change is not there
    withheld: bool = False  # it is there, and not for this viewer

    @property
    def main(self) -> Mover | None:
        """The sector (else the county, the firm) that moved the total most, in the direction of the change."""
        sign = 0 if self.change.rate is None else (1 if self.change.rate > 0 else -1)
        with_it = [m for m in self.movers if m.kind != "effect" and (m.contribution.value or 0) * sign > 0]
        return with_it[0] if with_it else None


def moving(known: Known, area: str, year: int) -> Moving:
    """Movers of an area on the year before, and, for the whole programme, the effects since its first year.

    What is compared is what can be compared: whole sums, or the firms that are whole in both years 同口径.
    """
    yearly, registry = known.lines.yearly, known.registry
    change = change_of(yearly, registry, area, year)
    by_sector = _contributions(industries(yearly, registry, area, year), change)
    by_county = _contributions(counties(yearly, registry, area, year), change)
    base = _base(known, area, year, by_sector, change)
    whole = None if base is None or change.rate is None else base * change.rate
    movers = (
        *_movers(by_sector, "industry", year, whole),
        *_movers(by_county, "county", year, whole),
        *_movers(_firms(known, area, year), "enterprise", year, whole),
        *_effects(known, area, year),
    )
    withheld = change.rate is None and not sees_every_firm(known, area) and _both_shown(known, area, year)
    missing = None if change.rate is not None else WITHHELD_CHANGE if withheld else _not_compared(year)
    note = _SAME_FIRMS if change.same_firms else None if movers else missing
    return Moving(change, base, movers, note, missing, withheld)


def _contributions(rows: pl.DataFrame, change: Change) -> pl.DataFrame:
    """key, name, line_id, status, moved [t], before [t], largest move first."""
    same = pl.lit(change.same_firms) | pl.col("same_firms")
    own = (
        pl.when(same).then(pl.col("same_now") - pl.col("same_before")).otherwise(pl.col("co2_t") - pl.col("co2_before"))
    )
    before = pl.when(same).then("same_before").otherwise("co2_before")
    named = rows.filter(pl.col("change").is_not_null()).with_columns(own.alias("moved"), before.alias("before"))
    return _largest(named.select("subject_id", "name", "line_id", "status", "moved", "before"))


def _largest(rows: pl.DataFrame) -> pl.DataFrame:
    known = rows.filter(pl.col("moved").is_not_null() & pl.col("line_id").is_not_null())
    return known.sort(pl.col("moved").abs(), "subject_id", descending=[True, False])


def _base(known: Known, area: str, year: int, by_sector: pl.DataFrame, change: Change) -> float | None:
    """CO2 of the year before to which the rate refers [t]."""
    if change.rate is None:
        return None
    if change.same_firms:
        return float(by_sector["before"].sum()) or None
    before = known.lines.yearly.filter(
        (pl.col("subject_kind") == "area")
        & (pl.col("subject_id") == area)
        & (pl.col("measure") == CO2)
        & (pl.col("period") == str(year - 1))
    )
    return before["value"][0] if before.height else None


def _firms(known: Known, area: str, year: int) -> pl.DataFrame:
    """The area's firms in sight that are whole in both years, by how much they moved."""
    registry, columns = known.registry, ("subject_id", "name", "line_id", "status", "moved", "before")
    if not sees_firms(known.caller) or area not in registry.tree:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String) | {"moved": pl.Float64, "before": pl.Float64})
    own = known.lines.yearly.filter(
        (pl.col("subject_kind") == "enterprise") & (pl.col("measure") == CO2) & (pl.col("coverage") >= 1)
    ).drop_nulls("value")
    before = own.filter(pl.col("period") == str(year - 1)).select("subject_id", pl.col("value").alias("before"))
    codes = registry.tree.descendants(area)
    where = placed(registry.enterprises, pl.Series([str(year)])).filter(pl.col("area_code").is_in(list(codes)))
    named = registry.enterprises.sort("since").unique("enterprise_id", keep="last")
    names = named.select(pl.col("enterprise_id").alias("subject_id"), "name")
    both = own.filter(pl.col("period") == str(year)).join(before, on="subject_id").join(names, on="subject_id")
    inside = both.join(where, on="subject_id", how="semi").with_columns(
        (pl.col("value") - pl.col("before")).alias("moved")
    )
    return _largest(inside.select(columns))


def _movers(rows: pl.DataFrame, kind: str, year: int, whole: float | None) -> tuple[Mover, ...]:
    return tuple(
        Mover(
            key=row["subject_id"].split("|")[-1],
            kind=kind,  # type: ignore[arg-type]
            name=_named(kind, row),
            contribution=Figure(
                value=row["moved"],
                unit="tCO2",
                period=f"{year - 1}—{year}",
                status=row["status"],
                node=row["line_id"],
            ),
            share_of_change=_share(row["moved"], whole),
        )
        for row in rows.head(_MOST).iter_rows(named=True)
    )


def _named(kind: str, row: Mapping[str, Any]) -> Words:
    if kind == "industry":
        return division_words(row["subject_id"].split("|")[-1], row["name"])
    return Words(zh=row["name"], en=row["name"])


def _share(part: float, whole: float | None) -> float | None:
    """A share of the change; none where large moves cancel each other out, for it would say nothing."""
    return part / whole if whole and abs(part) <= _CANCELLED * abs(whole) else None


def _effects(known: Known, area: str, year: int) -> tuple[Mover, ...]:
    """The effects of the decomposition since the first year; only for the whole programme and who sees all of it."""
    made = drivers(known, year) if area == known.services.settings.area else None
    if made is None:
        return ()
    change = made.last_t - made.first_t
    return tuple(
        Mover(
            key=(part.node or "").split("-", 3)[-1],
            kind="effect",
            name=Words(zh=part.name, en=EFFECT_EN.get((part.node or "").split("-", 3)[-1], part.name)),
            contribution=Figure(
                value=part.value_t,
                unit="tCO2",
                period=f"{made.first_year}—{made.last_year}",
                status=made.status,
                node=part.node,
            ),
            share_of_change=_share(part.value_t, change),
        )
        for part in made.parts
        if not is_noise(part.value_t, made)
    )


def is_noise(effect: float, made: Drivers) -> bool:
    """Whether an effect [t] is only what floating point left over, beside the totals it was made of."""
    return abs(effect) < _NOISE * max(abs(made.first_t), abs(made.last_t))


def drivers(known: Known, year: int) -> Drivers | None:
    """The decomposition of the programme's CO2 since its first year; None where it cannot be made or seen."""
    services = known.services
    if known.run_id is None or not sees_all(services, known.caller):
        return None
    run_id = known.run_id

    def make() -> Drivers | None:
        lines = shown(services, every_line(services, run_id))
        return drivers_of(lines, held_facts(services), known.registry, services, year)

    return services.memory.get(("pages.drivers", year), delivered(services), make)


def _both_shown(known: Known, area: str, year: int) -> bool:
    """Whether the area's totals of the year and of the one before are both shown."""
    rows = known.lines.yearly.filter(
        (pl.col("subject_kind") == "area")
        & (pl.col("subject_id") == area)
        & (pl.col("measure") == CO2)
        & pl.col("period").is_in([str(year - 1), str(year)])
    )
    return rows["value"].count() == 2


WITHHELD_CHANGE = Words(
    zh="保密:两年中有企业未报齐,同口径比较要用到单个企业的数据",
    en="withheld: firms are incomplete in one of the years, and comparing the same firms needs figures of single firms",
)
_SAME_FIRMS = Words(
    zh="两年数据不全,只比较两年都完整的企业(同口径)。",
    en="One of the years is incomplete: only firms that are whole in both years are compared.",
)


def _not_compared(year: int) -> Words:
    return Words(
        zh=f"{year - 1}年与{year}年没有可比的数据,不能说明由谁拉动;补齐两年数据后重新运行。",
        en=f"{year - 1} and {year} cannot be compared, so nobody can be named: complete both years and run again.",
    )
