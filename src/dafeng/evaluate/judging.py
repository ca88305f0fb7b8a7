"""Judging one target 逐项判断: each kind of goal has its function, from a Case to a TargetState.

Thresholds are dated parameters; the status of a state is the worst of the values it used and of the parameter that
decided.
"""

from __future__ import annotations

from dafeng.base.provenance import worst
from dafeng.evaluate.cases import PERCENT, Case, assessed_year, no_data, percent, rule_status, short_of, stale
from dafeng.evaluate.goals import baseline_year, is_relative, level_goal, relative_goal
from dafeng.evaluate.paths import chained, mean_growth
from dafeng.evaluate.peak import peak_finding
from dafeng.evaluate.series import Point
from dafeng.evaluate.states import State, TargetState, number, with_unit
from dafeng.evaluate.tracking import Track, tracked


def judge(case: Case) -> TargetState:
    """The state of one target by its comparator."""
    comparator = case.target.comparator
    if comparator == "qualitative" or case.target.kind == "qualitative":
        return _qualitative(case)
    if comparator == "reach_peak_before":
        return _peak(case)
    if comparator == "no_increase":
        return _no_increase(case)
    if case.reference is not None:
        return _against_reference(case)
    if comparator in ("meet_assigned", "complete", "deadline") or case.target.value is None:
        wanted = case.target.reference or "上级下达的目标"
        return case.unknown(
            f"参照值“{wanted}”尚未录入台账,未评估", "the assigned figure is not in the ledger: not assessed"
        )
    if case.indicator.kind == "growth":
        return _growth(case)
    return _relative(case) if is_relative(case.target, case.indicator) else _level(case)


def _level(case: Case) -> TargetState:
    goal = level_goal(case.target, case.indicator, case.rule("progress.about_tolerance_pct"))
    years = case.series.years_to(case.year)
    year = assessed_year(case, years)
    if year is None or stale(case, year):
        return no_data(case, year)
    base_year = _level_baseline(case, [y for y in years if y < year])
    base = case.series.points[base_year] if base_year is not None else None
    path = str(case.library.parameter("progress.path_level", case.day).value)
    return tracked(case, Track(goal, base_year, base, year, case.series.points[year], case.indicator.unit, path))


def _level_baseline(case: Case, earlier: list[int]) -> int | None:
    """The plan's baseline or the default one; where it has no value the first year after it, else the last before."""
    wanted = baseline_year(case.target) or int(case.rule("progress.default_baseline_year"))
    if wanted in earlier:
        return wanted
    after = [y for y in earlier if y > wanted]
    return after[0] if after else (earlier[-1] if earlier else None)


def _relative(case: Case) -> TargetState:
    base_year = baseline_year(case.target)
    if base_year is None:
        return case.unknown("未评估:方案未写明升降幅度的基期", "not assessed: the plan names no baseline year")
    years = case.series.years_to(case.year)
    year = assessed_year(case, [y for y in years if y > base_year])
    path = str(case.library.parameter("progress.path_relative", case.day).value)
    if base_year in years and year is not None and not stale(case, year):
        points = case.series.points
        goal = relative_goal(case.target, case.indicator, points[base_year].value, base_year)
        actual, base, unit = points[year], points[base_year], case.indicator.unit
        method = path if goal.relative else "linear"
        return tracked(case, Track(goal, base_year, base, year, actual, unit, method))
    if (by_changes := _by_changes(case, base_year, path)) is not None:
        return by_changes
    if year is None or stale(case, year):
        return no_data(case, year if year is not None and year > base_year else None)
    return case.unknown(
        f"未评估:缺少基期{base_year}年的数值,也没有逐年变化率可以连乘",
        f"not assessed: no value for the baseline year {base_year}, and no chain of yearly changes",
        actual=case.series.points[year].value,
        period=str(year),
    )


def _by_changes(case: Case, base_year: int, path: str) -> TargetState | None:
    """Where the levels are not published but the yearly rates are: an index, baseline 100, by chaining the rates."""
    if case.target.unit not in ("%", None, ""):
        return None
    rates = case.changes.values
    candidates = [y for y in case.changes.years_to(case.year) if chained(rates, base_year, y) is not None]
    year = assessed_year(case, [y for y in candidates if y > base_year])
    if year is None or stale(case, year):
        return None
    used = [case.changes.points[y] for y in range(base_year + 1, year + 1)]
    status = worst(p.status for p in used)
    inputs = tuple(i for p in used for i in p.inputs)
    actual = Point(float(chained(rates, base_year, year) or 0.0), status, "reported", inputs)
    goal = relative_goal(case.target, case.indicator, PERCENT, base_year, index=True)
    unit = f"{base_year}年=100"
    return tracked(case, Track(goal, base_year, Point(PERCENT, "official", "reported"), year, actual, unit, path))


def _growth(case: Case) -> TargetState:
    """年均增长: the geometric mean of the yearly rates since the baseline against the rate that the plan states."""
    goal = level_goal(case.target, case.indicator, case.rule("progress.about_tolerance_pct"))
    first = (baseline_year(case.target) or int(case.rule("progress.default_baseline_year"))) + 1
    years = case.series.years_to(min(case.year, case.target.target_year or case.year))
    mean = mean_growth(case.series.values, first, years[-1]) if years else None
    if mean is None:
        return case.unknown(
            f"未评估:{first}年以来的逐年增速不全", f"not assessed: yearly rates since {first} are not complete"
        )
    used = [case.series.points[y] for y in range(first, years[-1] + 1)]
    due = years[-1] >= (case.target.target_year or years[-1] + 1)
    met = goal.met(mean)
    share = mean / goal.final if goal.final > 0 else 0.0
    state: State = ("reached" if due else "on_track") if met else short_of(case, share, due)
    words = f"{first}—{years[-1]}年年均{number(mean)}%,目标年均{number(goal.final)}%"
    return case.state(
        state,
        words,
        f"mean yearly growth {first}-{years[-1]} is {number(mean)} %, the target {number(goal.final)} %",
        period=str(years[-1]),
        required=goal.final,
        target_value=goal.final,
        actual=mean,
        gap=mean - goal.final,
        gap_pct=percent(mean - goal.final, goal.final),
        completion=share,
        method="geometric mean",
        status=worst([p.status for p in used] + ([] if met or due else rule_status(case, "progress.behind_min"))),
        inputs=tuple(i for p in used for i in p.inputs),
    )


def _peak(case: Case) -> TargetState:
    points = {y: case.series.points[y] for y in case.series.years_to(case.year)}
    if not points:
        return no_data(case, None)
    confirm, least = int(case.rule("peak.confirm_years")), int(case.rule("peak.min_series_years"))
    values = {y: p.value for y, p in points.items()}
    finding = peak_finding(values, case.target.target_year or case.year, confirm, least)
    last = max(points)
    decided = finding.state == "reached"
    rule = rule_status(case, "peak.confirm_years") if decided else []
    top = values[finding.peak_year] if finding.peak_year is not None else None
    return case.state(
        finding.state,
        finding.reason_zh,
        finding.reason_en,
        period=str(last),
        actual=values[last],
        baseline_year=finding.peak_year,
        baseline_value=top,
        gap=values[last] - top if top is not None else None,
        gap_pct=percent(values[last] - top, top) if top is not None else None,
        method="peak",
        status=worst([p.status for p in points.values()] + rule),
        inputs=tuple(i for p in points.values() for i in p.inputs),
    )


def _no_increase(case: Case) -> TargetState:
    """不新增: no year after the baseline above it."""
    wanted = baseline_year(case.target) or int(case.rule("progress.default_baseline_year"))
    years = case.series.years_to(case.year)
    later = [y for y in years if y > wanted]
    if wanted not in years or not later:
        return case.unknown(f"未评估:缺少{wanted}年或其后的数值", f"not assessed: no value for {wanted} or after it")
    base, top_year = case.series.points[wanted], max(later, key=lambda y: case.series.points[y].value)
    last, top = later[-1], case.series.points[top_year]
    grown = top.value > base.value * (1 + 1e-9)
    due = last >= (case.target.target_year or last + 1)
    unit = case.indicator.unit
    return case.state(
        "off_track" if grown else ("reached" if due else "on_track"),
        f"{wanted}年为{with_unit(base.value, unit)},其后最高为{top_year}年{with_unit(top.value, unit)},"
        + ("已有新增" if grown else "未见新增"),
        f"{number(base.value)} in {wanted}, at most {number(top.value)} since ({top_year})",
        period=str(last),
        baseline_year=wanted,
        baseline_value=base.value,
        required=base.value,
        target_value=base.value,
        actual=top.value,
        gap=top.value - base.value,
        gap_pct=percent(top.value - base.value, base.value),
        method="ceiling",
        status=worst([base.status, top.status]),
        inputs=(*base.inputs, *top.inputs),
    )


def _against_reference(case: Case) -> TargetState:
    """A yardstick in words that an indicator of ours gives: own change since the baseline against that one's change."""
    assert case.reference is not None
    base_year = baseline_year(case.target) or int(case.rule("progress.default_baseline_year"))
    own, other = case.series.points, case.reference.points
    both = [y for y in case.series.years_to(case.year) if y > base_year and y in other]
    year = assessed_year(case, both)
    if base_year not in own or base_year not in other or year is None or stale(case, year):
        return case.unknown(
            f"未评估:比较“{case.target.reference}”需要两个指标{base_year}年和评价年的数值",
            f"not assessed: both indicators are needed for {base_year} and the year assessed",
        )
    mine = (own[year].value / own[base_year].value - 1) * PERCENT
    theirs = (other[year].value / other[base_year].value - 1) * PERCENT
    met = mine < theirs
    due = year >= (case.target.target_year or year + 1)
    used = [own[base_year], own[year], other[base_year], other[year]]
    return case.state(
        ("reached" if due else "on_track") if met else ("off_track" if due else "behind"),
        f"{base_year}—{year}年变化{number(mine)}%,“{case.target.reference}”同期为{number(theirs)}%",
        f"change {base_year}-{year} {number(mine)} %, the yardstick {number(theirs)} %",
        period=str(year),
        baseline_year=base_year,
        baseline_value=own[base_year].value,
        required=theirs,
        actual=mine,
        gap=mine - theirs,
        gap_unit="百分点",
        method="change against reference",
        status=worst(p.status for p in used),
        inputs=tuple(i for p in used for i in p.inputs),
    )


def _qualitative(case: Case) -> TargetState:
    """A goal without a figure is not assessed; what the data show is told, and evidence is asked for."""
    years = case.series.years_to(case.year)
    seen = ""
    base = baseline_year(case.target) or int(case.rule("progress.default_baseline_year"))
    later = [y for y in years if y > base]
    if base in years and later:
        first, last = case.series.points[base].value, case.series.points[later[-1]].value
        if first:
            seen = f";数据显示{base}—{later[-1]}年变化{number((last / first - 1) * PERCENT)}%"
    return case.unknown(
        f"定性目标,未评估,需责任单位提供佐证材料{seen}", "qualitative goal: not assessed, evidence is wanted"
    )
