"""The month of the picker 月度: a month and January to that month, against the same of the year before and the path."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dafeng.app.pages.delivery import sees_every_firm
from dafeng.app.pages.english import area_en
from dafeng.app.pages.figures import change_words, line_figure, no_figure, sentence, tonnes
from dafeng.app.pages.headline import NOT_JUDGED, path_state
from dafeng.app.pages.known import CO2, ENERGY, Known
from dafeng.app.pages.overview import MonthFigure, MonthView
from dafeng.app.pages.series import line_series, required_path, to_lines
from dafeng.app.pages.shapes import Figure, Series, Words
from dafeng.app.pages.totals import UNITS, is_judged
from dafeng.base.provenance import worst
from dafeng.report.wording import number

_NAMES = {
    CO2: Words(zh="二氧化碳排放", en="CO2"),
    ENERGY: Words(zh="综合能源消费(等价值)", en="Energy use, primary equivalent"),
}
_NOT_COMPARABLE = Words(
    zh="两期数据不全且没有可比的企业,不能同比", en="one of the periods is incomplete and no firm can be compared"
)
_NAMED = 5  # firms named in a note
_NO_PATH = Words(zh="方案未设逐年路径", en="the plans set no yearly path")


def month_view(known: Known, area: str, year: int, month: int) -> MonthView:
    """CO2 and energy of a month of an area, and cumulated; what is not whole is compared for the same firms only."""
    made = tuple(_figure(known, area, measure, year, month) for measure in (CO2, ENERGY))
    return MonthView(
        year=year,
        month=month,
        words=_told(known.registry.area_name(area), made[0], year, month),
        figures=made,
        co2_months=_both_years(known, area, CO2, year),
        energy_months=_both_years(known, area, ENERGY, year),
        firms=_firms(known, area, year, month),
    )


def months_to(year: int, month: int) -> list[str]:
    """The months of a year up to one."""
    return [f"{year}-{m:02d}" for m in range(1, month + 1)]


def _rows(known: Known, area: str, measure: str, months: Sequence[str]) -> pl.DataFrame:
    return known.lines.monthly.filter(
        (pl.col("subject_kind") == "area")
        & (pl.col("subject_id") == area)
        & (pl.col("measure") == measure)
        & pl.col("period").is_in(list(months))
    ).sort("period")


def summed_months(rows: pl.DataFrame, unit: str, months: Sequence[str], period: str) -> Figure:
    """The sum of months: missing where one of them is, an estimate where one is not whole."""
    if len(months) == 1:
        return line_figure(rows.row(0, named=True)) if rows.height else no_figure(unit, period)
    here = rows.drop_nulls("value")
    lacking = [m for m in months if m not in set(here["period"].to_list())]
    if lacking:
        which = "、".join(str(int(m[5:])) for m in lacking)
        said = ", ".join(lacking)
        return no_figure(unit, period, Words(zh=f"缺{which}月", en=f"no figure for {said}"))
    coverage = here["coverage"].fill_null(0.0).mean()
    assert coverage is None or isinstance(coverage, float)
    return Figure(
        value=float(here["value"].sum()),
        unit=unit,
        period=period,
        status=worst(here["status"].to_list()),
        coverage=coverage,
        estimated=bool((here["coverage"].fill_null(0.0) < 1).any()),
    )


def _figure(known: Known, area: str, measure: str, year: int, month: int) -> MonthFigure:
    one, all_of = [f"{year}-{month:02d}"], months_to(year, month)
    now, then = _pair(known, area, measure, one)
    total, total_then = _pair(known, area, measure, all_of)
    pace, note = _pace(known, area, measure, total, year, month)
    return MonthFigure(
        name=_NAMES[measure],
        month=now,
        month_before=then,
        month_change=_change(known, area, measure, one, now, then),
        total=total,
        total_before=total_then,
        total_change=_change(known, area, measure, all_of, total, total_then),
        pace=pace,
        pace_note=note,
    )


def _pair(known: Known, area: str, measure: str, months: Sequence[str]) -> tuple[Figure, Figure]:
    before = _year_before(months)
    return tuple(  # type: ignore[return-value]
        summed_months(_rows(known, area, measure, of), UNITS[measure], of, _span(of)) for of in (months, before)
    )


def _year_before(months: Sequence[str]) -> list[str]:
    return [f"{int(m[:4]) - 1}{m[4:]}" for m in months]


def _span(months: Sequence[str]) -> str:
    return months[0] if len(months) == 1 else f"{months[0]}—{months[-1][5:]}"


def _change(known: Known, area: str, measure: str, months: Sequence[str], now: Figure, then: Figure) -> Figure:
    """On the same months of the year before 同比 [%]; of the firms whole in both where one of the sums is not whole."""
    period = _span(months)
    if now.value is None or then.value is None:
        return no_figure("%", period, now.missing or then.missing or _NOT_COMPARABLE)
    whole = not now.estimated and not then.estimated
    a, b = (now.value, then.value) if whole else _same_firms(known, area, measure, months)
    if a is None or b is None or b <= 0:
        return no_figure("%", period, _NOT_COMPARABLE)
    status = worst([now.status, then.status])
    return Figure(value=(a / b - 1) * 100, unit="%", period=period, status=status, estimated=not whole)


def _same_firms(known: Known, area: str, measure: str, months: Sequence[str]) -> tuple[float | None, float | None]:
    """The sums of the firms of the area that lack no month due in either year, as the year's change has it.

    None where there is no such firm, or the caller does not see each of them.
    """
    if not sees_every_firm(known, area):
        return None, None
    wanted = [*months, *_year_before(months)]
    year = int(months[-1][:4])
    places = pl.concat([known.placed_months(y).filter(pl.col("period").is_in(wanted)) for y in (year - 1, year)])
    codes = list(known.registry.tree.descendants(area))
    inside = places.filter((pl.col("period") == months[-1]) & pl.col("area_code").is_in(codes))
    whole = known.lines.monthly.filter(
        (pl.col("subject_kind") == "enterprise") & pl.col("period").is_in(wanted) & (pl.col("coverage") >= 1)
    ).drop_nulls("value")
    rows, fed = whole.filter(measure=measure), whole.filter(measure=ENERGY)  # CO2 without energy is that of a process
    due = places.filter("due")
    lacking = pl.concat([due.join(of, on=["subject_id", "period"], how="anti") for of in (rows, fed)])
    here = rows.join(inside, on="subject_id", how="semi").join(lacking, on="subject_id", how="anti")
    now = pl.col("period").is_in(list(months))
    firms = here.group_by("subject_id").agg(
        now.any().alias("in_now"),
        (~now).any().alias("in_then"),
        pl.col("value").filter(now).sum().alias("now"),
        pl.col("value").filter(~now).sum().alias("then"),
    )
    both = firms.filter("in_now", "in_then")
    return (float(both["now"].sum()), float(both["then"].sum())) if both.height else (None, None)


def _pace(
    known: Known, area: str, measure: str, total: Figure, year: int, month: int
) -> tuple[Figure | None, Words | None]:
    """Cumulated against the share of the year's path that is due by now [%].

    The share is the one that these months had in the year before; where that year is not whole, month of twelve.
    """
    state = path_state(known, area, measure)
    level = required_path(state).get(year) if state is not None else None
    if state is None or not level:
        return None, _NO_PATH
    if total.value is None:
        return no_figure("%", total.period or str(year)), None
    if not is_judged(known, total):
        return no_figure("%", total.period or str(year), NOT_JUDGED), NOT_JUDGED
    share, note = _share_due(known, area, measure, year, month)
    due = level * (to_lines(state["gap_unit"]) or 1.0) * share
    node = f"S-{state['target_id']}-{state['subject_id']}-{state['period']}"
    made = Figure(
        value=(total.value / due - 1) * 100,
        unit="%",
        period=total.period,
        status=total.status,
        node=node,
        estimated=total.estimated,
    )
    return made, note


def _share_due(known: Known, area: str, measure: str, year: int, month: int) -> tuple[float, Words]:
    before = _rows(known, area, measure, months_to(year - 1, 12)).drop_nulls("value")
    whole = before.height == 12 and float(before["value"].sum()) > 0
    if not whole:
        return month / 12, Words(zh=f"按全年路径的{month}/12折算", en=f"{month}/12 of the year's path")
    share = float(before.head(month)["value"].sum()) / float(before["value"].sum())
    size = number(share * 100, 3)
    return share, Words(
        zh=f"按上年同期占全年{size}%折算", en=f"the year's path by the {size}% that these months had in the year before"
    )


def _both_years(known: Known, area: str, measure: str, year: int) -> tuple[Series, ...]:
    made = []
    for y, kind in ((year, "actual"), (year - 1, "compare")):
        months = months_to(y, 12)
        rows = _rows(known, area, measure, months)
        if kind == "actual" or rows["value"].drop_nulls().len():
            line = line_series(f"{measure}-{y}", Words(zh=f"{y}年", en=str(y)), UNITS[measure], rows, months)
            made.append(Series(key=line.key, name=line.name, unit=line.unit, kind=kind, points=line.points))  # type: ignore[arg-type]
    return tuple(made)


def _firms(known: Known, area: str, year: int, month: int) -> Words | None:
    """How many of the firms due have delivered the energy of the month, and of whom that gives no CO2, by name."""
    if not sees_every_firm(known, area):
        return None
    period = f"{year}-{month:02d}"
    due = known.placed_months(year).filter(
        pl.col("due")
        & (pl.col("period") == period)
        & pl.col("area_code").is_in(list(known.registry.tree.descendants(area)))
    )
    whole = known.lines.monthly.filter(
        (pl.col("subject_kind") == "enterprise") & (pl.col("period") == period) & (pl.col("coverage") >= 1)
    )
    there = due.join(whole.filter(measure=ENERGY), on="subject_id", how="semi")
    stuck = there.join(whole.filter(measure=CO2), on="subject_id", how="anti")["subject_id"].sort().to_list()
    told = Words(
        zh=f"{year}年{month}月应报{due.height}家企业,已报齐{there.height}家",
        en=f"{there.height} of {due.height} firms due have delivered all of {period}",
    )
    return sentence(told, _not_converted(known, stuck), comma=(";", "; "))


def _not_converted(known: Known, stuck: Sequence[str]) -> Words | None:
    """Whose data are here and cannot be converted to CO2: why the sum is an estimate though all have delivered."""
    if not stuck:
        return None
    names = [known.firm_names.get(firm, firm) for firm in stuck[:_NAMED]]
    more = ("等", " and others") if len(stuck) > _NAMED else ("", "")
    return Words(
        zh=f"其中{len(stuck)}家已报但无法换算为排放量({'、'.join(names)}{more[0]}),排放合计故为估",
        en=f"of {len(stuck)} they give no CO2 ({', '.join(names)}{more[1]}), so its sum is estimated",
    )


def _told(name: str, co2: MonthFigure, year: int, month: int) -> Words:
    """The month's total with its change, then the months since January with theirs, and the path where there is one."""
    if co2.month.value is None:
        why = co2.month.missing
        return Words(
            zh=f"{year}年{month}月:{name}工业二氧化碳排放没有可显示的数:{why.zh if why else '没有数据'}。",
            en=f"{year}-{month:02d}: no CO2 figure of {area_en(name)} to show: {why.en if why else 'no data'}.",
        )
    size = tonnes(co2.month.value)
    opening = Words(
        zh=f"{year}年{month}月:{name}工业二氧化碳排放{size.zh}",
        en=f"in {year}-{month:02d} the industry of {area_en(name)} emitted {size.en} of CO2",
    )
    parts = [opening, _compared(co2.month_change, "the same month a year before")]
    if co2.total.value is not None and month > 1:
        sum_ = tonnes(co2.total.value)
        parts.append(Words(zh=f"1—{month}月累计{sum_.zh}", en=f"January to this month {sum_.en}"))
        parts.append(_compared(co2.total_change, "the same months a year before"))
    if co2.pace is not None and co2.pace.value is not None:
        side = ("高", "above") if co2.pace.value > 0 else ("低", "below")
        gap = f"{number(abs(co2.pace.value), 3)}%"
        parts.append(Words(zh=f"较全年路径的进度{side[0]}{gap}", en=f"{gap} {side[1]} the pace of the year's path"))
    return sentence(*parts)


def _compared(change: Figure, than: str) -> Words | None:
    if change.value is None:
        return None
    said = change_words(change.value / 100, Words(zh="上年同期", en=than))
    return Words(zh=f"同口径{said.zh}", en=f"{said.en} for the same firms") if change.estimated else said
