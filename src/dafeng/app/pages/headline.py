"""The sentence of the overview 总览导语: the total, its change, its distance to the path, and what mainly moved it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dafeng.app.pages.delivery import delivery_of
from dafeng.app.pages.english import area_en
from dafeng.app.pages.figures import NO_DATA, change_words, sentence, tonnes
from dafeng.app.pages.known import CO2, ENERGY, Known
from dafeng.app.pages.moving import Moving
from dafeng.app.pages.overview import Delivery, Headline
from dafeng.app.pages.series import ACTUAL, line_series, path_series, required_path, to_lines
from dafeng.app.pages.shapes import Figure, Series, Words
from dafeng.app.pages.totals import UNITS, area_total, is_judged
from dafeng.app.sight.disclosure import CONFIDENTIAL_STATE
from dafeng.report.wording import coverage_percent, number

NOT_JUDGED = Words(
    zh="只含已报部分,不与达峰路径比较", en="only a part has been delivered: not held against the path to the peak"
)
_TOTALS = {CO2: ("industrial_co2_total", "co2_total"), ENERGY: ("industrial_energy_total", "energy_total")}


def headline(known: Known, area: str, year: int, moved: Moving) -> Headline:
    """The total, its change, its distance to the path to the peak, and what mainly moved it, as one sentence."""
    total = area_total(known, area, CO2, year)
    change = _change(total, moved, year)
    gap = _gap_to_path(known, area, total, year)
    return Headline(words=_told(known, area, year, moved, total, gap), total=total, change=change, gap_to_path=gap)


def _change(total: Figure, moved: Moving, year: int) -> Figure:
    rate, period = moved.change.rate, f"{year - 1}—{year}"
    return Figure(
        value=None if rate is None else rate * 100,
        unit="%",
        period=period,
        status=total.status,
        node=total.node,
        missing=moved.missing,
        confidential=moved.withheld,
        estimated=moved.change.same_firms,
    )


def path_state(known: Known, area: str, measure: str) -> dict[str, Any] | None:
    """The state of the area's target on the total itself that has a path; None where the plan sets none."""
    rows = known.states.filter((pl.col("subject_id") == area) & pl.col("indicator_id").is_in(_TOTALS.get(measure, ())))
    with_path = [r for r in rows.iter_rows(named=True) if required_path(r) and to_lines(r["gap_unit"])]
    return min(with_path, key=lambda r: (r["indicator_id"], -r["target_year"]), default=None)


def path_of(known: Known, area: str, measure: str) -> tuple[Series, ...]:
    rows = known.lines.yearly.filter(
        (pl.col("subject_kind") == "area") & (pl.col("subject_id") == area) & (pl.col("measure") == measure)
    )
    years = [str(y) for y in range(known.years[0], known.years[-1] + 1)] if known.years else []
    actual = line_series("actual", ACTUAL, UNITS[measure], rows, years)
    state = path_state(known, area, measure)
    if state is None:
        return (actual,)
    return (actual, *path_series(state, UNITS[measure], scale=to_lines(state["gap_unit"]) or 1.0))


def _gap_to_path(known: Known, area: str, total: Figure, year: int) -> Figure | None:
    state = path_state(known, area, CO2)
    if state is None or total.value is None:
        return None
    required = required_path(state).get(year)
    if not required:
        return None
    level = required * (to_lines(state["gap_unit"]) or 1.0)
    node = f"S-{state['target_id']}-{state['subject_id']}-{state['period']}"
    if not is_judged(known, total):
        return Figure(value=None, unit="%", period=str(year), status=total.status, node=node, missing=NOT_JUDGED)
    return Figure(value=(total.value / level - 1) * 100, unit="%", period=str(year), status=total.status, node=node)


def _told(known: Known, area: str, year: int, moved: Moving, total: Figure, gap: Figure | None) -> Words:
    name = known.registry.area_name(area)
    if total.value is None:
        why = total.missing or NO_DATA
        step = _next_step(total, delivery_of(known, area, year))
        return Words(
            zh=f"{year}年:{name}工业二氧化碳排放总量不能给出:{why.zh}。{step.zh}",
            en=f"{year}: the industrial CO2 of {area_en(name)} cannot be given: {why.en}. {step.en}",
        )
    return sentence(
        _opening(known, name, year, total), _compared(moved), _against_path(known, area, year, gap), _cause(moved)
    )


def _opening(known: Known, name: str, year: int, total: Figure) -> Words:
    """The total; of one too partial to be judged that it is the sum of what was delivered, and how much that is."""
    assert total.value is not None
    mass = tonnes(total.value)
    if is_judged(known, total):
        return Words(
            zh=f"{year}年:{name}工业二氧化碳排放{mass.zh}",
            en=f"in {year} the industry of {area_en(name)} emitted {mass.en} of CO2",
        )
    share = coverage_percent(total.coverage or 0.0)
    return Words(
        zh=f"{year}年:{name}工业二氧化碳排放已报部分合计{mass.zh}(估,应报月份的{share}%)",
        en=f"in {year} what was delivered for {area_en(name)} ({share}% of the months due) adds up to {mass.en} of CO2",
    )


def _compared(moved: Moving) -> Words:
    """The change on the year before; for the same firms where only these are whole; 保密 where it is withheld."""
    if moved.withheld:
        return Words(zh="与上年的同口径比较保密", en="its comparison with the year before is withheld")
    compared = change_words(moved.change.rate, Words(zh="上年", en="the year before"))
    if moved.change.same_firms:
        return Words(zh=f"同口径{compared.zh}", en=f"{compared.en} for the same firms")
    return compared


def _next_step(total: Figure, found: Delivery | None) -> Words:
    """What is to be done for a total that cannot be given: to remind who is late, to have corrected what is stuck."""
    if total.confidential:
        return Words(zh="请查看上级区域的汇总数。", en="See the sum of the area above.")
    if found is not None and found.stuck:
        late = (f"催报{found.late}家,", f"remind {found.late} firms, ") if found.late else ("", "")
        return Words(
            zh=f"下一步:{late[0]}请{found.stuck}家企业更正已报数据,再重新运行。",
            en=f"Next: {late[1]}have {found.stuck} firms correct what they delivered, then run again.",
        )
    return Words(zh="下一步:催报缺失的数据并重新运行。", en="Next: ask for what is missing, then run again.")


def _against_path(known: Known, area: str, year: int, gap: Figure | None) -> Words | None:
    """Against the path where there is one; of a peak without yearly ceilings, what is known of the peak."""
    if gap is not None and gap.value is None:
        return gap.missing
    if gap is not None and gap.value is not None:
        if abs(gap.value) < 0.05:
            return Words(zh="与达峰路径持平", en="right on the path to the peak")
        side = ("高", "above") if gap.value > 0 else ("低", "below")
        size = f"{number(abs(gap.value), 3)}%"
        return Words(zh=f"较达峰路径{side[0]}{size}", en=f"{size} {side[1]} the path to the peak")
    if not known.in_scope(area):
        return None
    own = known.states.filter((pl.col("subject_id") == area) & (pl.col("method") == "peak"))
    peak = own.filter(pl.col("baseline_year").is_not_null())
    if peak.is_empty() and CONFIDENTIAL_STATE in own["state"]:
        return None  # there is one, and it is not for this viewer
    if peak.is_empty():
        return Words(zh="方案未对其总量设路径", en="the plans set no path for its total")
    return _against_high(known, peak.row(0, named=True), year)


def _against_high(known: Known, row: Mapping[str, Any], year: int) -> Words:
    """The year against the highest up to it; of the year assessed as the state has it, of another by its own values."""
    due = row["target_year"]
    high, below = row["baseline_year"], row["gap_pct"]
    until = ("", "") if known.assessed == year else (f"(至{year}年)", f" (to {year})")
    if known.assessed != year:
        values = _values_until(known, row["indicator_id"], row["subject_id"], year)
        if year not in values:
            return Words(
                zh=f"方案要求{due}年前达峰,未设逐年路径",
                en=f"the plan asks for a peak by {due} and sets no yearly path",
            )
        high = max(values, key=lambda y: (values[y], y))
        below = (values[year] / values[high] - 1) * 100 if values[high] > 0 else None
    if below is None or below >= 0:
        return Words(
            zh=f"为迄今{until[0]}最高值,{due}年前须达峰", en=f"the highest so far{until[1]}; the peak is due by {due}"
        )
    size = f"{number(abs(below), 3)}%"
    return Words(
        zh=f"较迄今{until[0]}最高的{high}年低{size}(方案要求{due}年前达峰,未设逐年路径)",
        en=f"{size} below the highest year so far{until[1]}, {high}"
        f" (the plan asks for a peak by {due} and sets no yearly path)",
    )


def _values_until(known: Known, indicator_id: str, subject: str, year: int) -> dict[int, float]:
    """The preferred values of an indicator by year, up to a year."""
    if known.values is None:
        return {}
    rows = known.values.filter(
        (pl.col("indicator_id") == indicator_id) & (pl.col("subject_id") == subject) & pl.col("preferred")
    ).drop_nulls("value")
    every = {int(period): value for period, value in rows.select("period", "value").iter_rows() if len(period) == 4}
    return {y: v for y, v in every.items() if y <= year}


def _cause(moved: Moving) -> Words | None:
    main = moved.main
    if main is None or main.contribution.value is None or not moved.base:
        return None
    points = main.contribution.value / moved.base * 100
    sign = "−" if points < 0 else ""
    word = ("增加", "more") if points > 0 else ("减少", "less")
    size = number(abs(points), 2)
    name = f"{main.name.en[:1].lower()}{main.name.en[1:]}"
    return Words(
        zh=f"主要因{main.name.zh}{word[0]}(贡献{sign}{size}个百分点)",
        en=f"mainly because {name} emitted {word[1]} ({sign}{size} percentage points)",
    )
