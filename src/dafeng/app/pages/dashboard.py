"""Use case of the overview 驾驶舱: one area and year in one answer, with the sentence of what happened and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from dafeng.app.assessing import current_assessment
from dafeng.app.disclosure import CONFIDENTIAL
from dafeng.app.emitting import counties, industries
from dafeng.app.pages.figures import (
    NO_DATA,
    WITHHELD,
    change_words,
    division_words,
    indicator_words,
    line_figure,
    no_figure,
    sentence,
    state_light,
    target_words,
    tonnes,
)
from dafeng.app.pages.known import CALORIFIC, CO2, ENERGY, Known, known, sight_of
from dafeng.app.pages.moving import Moving, moving
from dafeng.app.pages.outlines import has_outline
from dafeng.app.pages.overview import Headline, Overview, Tile
from dafeng.app.pages.series import ACTUAL, line_series, path_series, required_path, to_lines
from dafeng.app.pages.shapes import Figure, Light, Part, Series, State, Words
from dafeng.app.pages.tiling import positions
from dafeng.app.pages.warning import warnings_of
from dafeng.app.permission import reaches, use_case, within
from dafeng.app.ports import CURRENT
from dafeng.app.publishing import published
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.evaluate.explain import indicator_id_of
from dafeng.evaluate.states import STATES
from dafeng.report.wording import number
from dafeng.rules.rulebook import packaged_rulebook

WORST_FIRST = {"off_track": 0, "behind": 1, "on_track": 2, "reached": 3, "not_assessed": 4}
_TOTALS = {CO2: ("industrial_co2_total", "co2_total"), ENERGY: ("industrial_energy_total", "energy_total")}
_UNITS = {CO2: "tCO2", ENERGY: "tce", CALORIFIC: "tce"}
_NAMES = {
    CO2: Words(zh="二氧化碳排放总量", en="Total CO2"),
    ENERGY: Words(zh="综合能源消费量(等价值)", en="Energy use, primary equivalent"),
    CALORIFIC: Words(zh="综合能源消费量(当量值)", en="Energy use, calorific value"),
}
_INTENSITIES = ("co2_per_industrial_value_added", "energy_per_industrial_value_added", "non_fossil_share")


@use_case("overview.see")
def overview(services: Services, caller: Caller, area: str | None = None, year: int | None = None) -> Overview:
    """CO2 and energy of an area and year, lights, counties, sectors, fuels, and who moves the total.

    Raises NotFound for an area that is unknown or out of the caller's sight.
    """
    seen = as_shown(services, caller)
    facts = known(services, seen)
    area, year = facts.area(area), facts.year(year)
    name = ("pages.overview", sight_of(seen), area, year)
    return services.memory.get(name, facts.revision, lambda: _overview(facts, area, year))


@within
def as_shown(services: Services, caller: Caller) -> Caller:
    """Who the overview is made for: the caller, or, where he sees only what was published, one who sees sums alone.

    Raises NotFound where the current assessment was not published.
    """
    if reaches(caller, "overview.see") - {"published"}:
        return caller
    made = current_assessment(services) if services.records.pointed(CURRENT) else None
    if made is None or made not in published(services, "assessment"):
        raise NotFound(
            "no overview has been published",
            mend="Sign in, or wait until the bureau publishes one.",
            zh="总览尚未发布",
            mend_zh="请登录,或等主管部门发布后再看。",
        )
    return Caller("public", frozenset({"analyst"}), areas=frozenset({services.settings.area}))


def _overview(known: Known, area: str, year: int) -> Overview:
    moved, lights = moving(known, area, year), lights_of(known, area, year)
    figures = _figures(known, area, year)
    sectors = _sectors(known, area, year)
    partial = any(f.estimated for _, f in figures)
    return Overview(
        area_code=area,
        area_name=known.registry.area_name(area),
        year=year,
        years=known.years,
        headline=headline(known, area, year, moved),
        figures=figures,
        co2_path=_path(known, area, CO2),
        energy_path=_path(known, area, ENERGY),
        lights=lights,
        light_counts=counts_of(known, lights, year),
        tiles=_tiles(known, area, year),
        outline=has_outline(known.services),
        sectors=sectors,
        fuels=_fuels(known, area, year),
        movers=moved.movers,
        movers_note=moved.note,
        warnings=warnings_of(known, area, year),
        source=known.source(*(f.status for _, f in figures if f.value is not None), partial=partial),
    )


# -- figures and the sentence ------------------------------------------------------------------------------------------


def area_total(known: Known, area: str, measure: str, year: int) -> Figure:
    """A total of the area and year; missing says why."""
    rows = known.lines.yearly.filter(
        (pl.col("subject_kind") == "area")
        & (pl.col("subject_id") == area)
        & (pl.col("measure") == measure)
        & (pl.col("period") == str(year))
    )
    if rows.is_empty():
        return no_figure(_UNITS[measure], str(year), _no_total(known))
    return line_figure(rows.row(0, named=True))


def _no_total(known: Known) -> Words:
    if known.run_id is None:
        return Words(zh="尚未核算", en="nothing has been accounted yet")
    return NO_DATA


def _figures(known: Known, area: str, year: int) -> tuple[tuple[Words, Figure], ...]:
    totals = tuple((_NAMES[m], area_total(known, area, m, year)) for m in (CO2, ENERGY, CALORIFIC))
    values = (indicator_figure(known, i, area, year) for i in _INTENSITIES)
    return totals + tuple(v for v in values if v is not None)


def indicator_figure(known: Known, indicator_id: str, subject: str, year: int) -> tuple[Words, Figure] | None:
    """The preferred value of an indicator; None where it was never asked for this subject and year."""
    if known.values is None:
        return None
    rows = known.values.filter(
        (pl.col("indicator_id") == indicator_id)
        & (pl.col("subject_id") == subject)
        & (pl.col("period") == str(year))
        & pl.col("preferred")
    )
    words = indicator_words(indicator_id)
    return None if rows.is_empty() or words is None else (words, value_figure(rows.row(0, named=True)))


def value_figure(row: Mapping[str, Any]) -> Figure:
    """One INDICATOR VALUE row as a figure."""
    hidden = row["reason"] == CONFIDENTIAL
    missing = None
    if row["value"] is None:
        reason = row["reason"] or NO_DATA.zh
        missing = WITHHELD if hidden else Words(zh=reason, en="no value: data are wanting (the Chinese says which)")
    return Figure(
        value=row["value"],
        unit=row["unit"],
        period=row["period"],
        status=row["status"],
        coverage=row["coverage"],
        node=indicator_id_of(row),
        missing=missing,
        confidential=hidden,
        estimated=row["value"] is not None and row["coverage"] is not None and row["coverage"] < 1,
    )


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
        missing=moved.note if rate is None else None,
        estimated=moved.change.same_firms,
    )


def path_state(known: Known, area: str, measure: str) -> dict[str, Any] | None:
    """The state of the area's target on the total itself that has a path; None where the plan sets none."""
    rows = known.states.filter((pl.col("subject_id") == area) & pl.col("indicator_id").is_in(_TOTALS.get(measure, ())))
    with_path = [r for r in rows.iter_rows(named=True) if required_path(r) and to_lines(r["gap_unit"])]
    return min(with_path, key=lambda r: (r["indicator_id"], -r["target_year"]), default=None)


def _gap_to_path(known: Known, area: str, total: Figure, year: int) -> Figure | None:
    state = path_state(known, area, CO2)
    if state is None or total.value is None:
        return None
    required = required_path(state).get(year)
    if not required:
        return None
    level = required * (to_lines(state["gap_unit"]) or 1.0)
    node = f"S-{state['target_id']}-{state['subject_id']}-{state['period']}"
    return Figure(value=(total.value / level - 1) * 100, unit="%", period=str(year), status=total.status, node=node)


def _told(known: Known, area: str, year: int, moved: Moving, total: Figure, gap: Figure | None) -> Words:
    name = known.registry.area_name(area)
    if total.value is None:
        why = total.missing or NO_DATA
        step = _next_step(total)
        return Words(
            zh=f"{year}年:{name}工业二氧化碳排放总量不能给出:{why.zh}。{step.zh}",
            en=f"{year}: the industrial CO2 of {name} cannot be given: {why.en}. {step.en}",
        )
    mass = tonnes(total.value)
    opening = Words(
        zh=f"{year}年:{name}工业二氧化碳排放{mass.zh}", en=f"in {year} the industry of {name} emitted {mass.en} of CO2"
    )
    than = Words(zh="上年", en="the year before")
    compared = change_words(moved.change.rate, than)
    if moved.change.same_firms:
        compared = Words(zh=f"同口径{compared.zh}", en=f"{compared.en} for the same firms")
    return sentence(opening, compared, _against_path(known, area, year, gap), _cause(moved))


def _next_step(total: Figure) -> Words:
    if total.confidential:
        return Words(zh="请查看上级区域的汇总数。", en="See the sum of the area above.")
    return Words(zh="下一步:催报缺失的数据并重新运行。", en="Next: ask for what is missing, then run again.")


def _against_path(known: Known, area: str, year: int, gap: Figure | None) -> Words | None:
    """Against the path where there is one; of a peak without yearly ceilings, what is known of the peak."""
    if gap is not None and gap.value is not None:
        if abs(gap.value) < 0.05:
            return Words(zh="与达峰路径持平", en="right on the path to the peak")
        side = ("高", "above") if gap.value > 0 else ("低", "below")
        size = f"{number(abs(gap.value), 3)}%"
        return Words(zh=f"较达峰路径{side[0]}{size}", en=f"{size} {side[1]} the path to the peak")
    if not known.in_scope(area):
        return None
    peak = known.states.filter(
        (pl.col("subject_id") == area) & (pl.col("method") == "peak") & pl.col("baseline_year").is_not_null()
    )
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


# -- paths, lights, tiles, parts ---------------------------------------------------------------------------------------


def _path(known: Known, area: str, measure: str) -> tuple[Series, ...]:
    rows = known.lines.yearly.filter(
        (pl.col("subject_kind") == "area") & (pl.col("subject_id") == area) & (pl.col("measure") == measure)
    )
    years = [str(y) for y in range(known.years[0], known.years[-1] + 1)] if known.years else []
    actual = line_series("actual", ACTUAL, _UNITS[measure], rows, years)
    state = path_state(known, area, measure)
    if state is None:
        return (actual,)
    return (actual, *path_series(state, _UNITS[measure], scale=to_lines(state["gap_unit"]) or 1.0))


def lights_of(known: Known, area: str, year: int) -> tuple[Light, ...]:
    """The targets of an area as lights, the most troubled first; none for a year that was not assessed.

    Of a county those that were set to it, and the area's own held against it.
    """
    if known.assessed != year:
        return ()
    own = pl.col("subject_id").str.split("|").list.first() == area
    rows = [*known.states.filter(own).iter_rows(named=True), *known.county_states.filter(own).iter_rows(named=True)]
    first: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        first.setdefault(row["target_id"], row)
    targets = {t.id: t for t in known.view.targets()}
    lights = [state_light(row, target_words(targets[row["target_id"]], row["indicator_id"])) for row in first.values()]
    return tuple(sorted(lights, key=lambda x: (WORST_FIRST[x.state], x.target_id)))


def counts_of(known: Known, lights: Iterable[Light], year: int) -> dict[str, int]:
    """How many lights stand in each state; empty where none can be seen."""
    found = Counter(x.state for x in lights)
    return {state: found[state] for state in STATES} if known.assessed == year and found else {}


def _tiles(known: Known, area: str, year: int) -> tuple[Tile, ...]:
    """The areas right below, each with the state of its most troubled target."""
    tree = known.registry.tree
    below = sorted(tree.children(area)) if area in tree else []
    places = positions(known.services, below)
    rows = {r["subject_id"]: r for r in counties(known.lines.yearly, known.registry, area, year).iter_rows(named=True)}
    return tuple(_tile(known, code, places[code], rows.get(code), year) for code in below)


def _tile(known: Known, code: str, place: tuple[int, int], row: Mapping[str, Any] | None, year: int) -> Tile:
    lights = lights_of(known, code, year)
    worst: State = min((x.state for x in lights), key=WORST_FIRST.__getitem__, default="not_assessed")
    return Tile(
        area_code=code,
        name=known.registry.area_name(code),
        col=place[0],
        row=place[1],
        state=worst,
        counts=counts_of(known, lights, year),
        co2=area_total(known, code, CO2, year),
        change=None if row is None else row["change"],
    )


def _sectors(known: Known, area: str, year: int) -> tuple[Part, ...]:
    rows = industries(known.lines.yearly, known.registry, area, year)
    return tuple(
        Part(
            key=row["industry_code"],
            name=division_words(row["industry_code"], row["name"]),
            figure=part_figure(known, row, CO2, "co2_t", year),
            share=row["share"],
            change=row["change"],
            href=f"/enterprises?area={area}&f.division={row['industry_code']}",
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
        unit=_UNITS[measure],
        period=str(year),
        status=row["status"],
        coverage=coverage,
        node=row["line_id"],
        missing=NO_DATA if row[column] is None else None,
        estimated=row[column] is not None and coverage is not None and coverage < 1,
    )


def _fuels(known: Known, area: str, year: int) -> tuple[Part, ...]:
    return fuel_parts(known, "area", area, year)


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
