"""Actual against path 进度对照: the state, the gap, what is still needed, and the words that say it."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.base.provenance import worst
from dafeng.evaluate.cases import COMPLETION, PERCENT, Case, percent, rule_status, short_of
from dafeng.evaluate.goals import Goal
from dafeng.evaluate.paths import completion, needed_rate, needed_step, required_level
from dafeng.evaluate.series import Point
from dafeng.evaluate.states import State, TargetState, number, with_unit

_NEARNESS = ("progress.level_tolerance_pct",)


@dataclass(frozen=True)
class Track:
    """A goal with its baseline and path, and the actual value to hold against it."""

    goal: Goal
    base_year: int | None
    base: Point | None
    year: int
    actual: Point
    unit: str
    path: str


def tracked(case: Case, track: Track) -> TargetState:
    """Actual against path: the state, the gap, and what is still needed."""
    goal, actual, due = track.goal, track.actual.value, case.target.target_year
    met = goal.met(actual)
    if not met and due is None:
        return _undated(case, track)
    if not met and track.base is None and due is not None and track.year < due:
        return _without_path(case, track)
    required = _required(track, due, track.year)
    overdue = due is not None and track.year >= due
    share = completion(track.base.value, required, actual) if track.base else None
    state = _state(case, track, required, share, met, overdue)
    used = [track.actual.status] + ([track.base.status] if track.base else [])
    rule = [] if met or overdue else rule_status(case, *_deciding(track, share))
    gap = actual - required
    fields = _forward(track, due, actual) if not overdue else {}
    zh, en = _words(track, required, state, share, due)
    return case.state(
        state,
        zh + _needed_words(fields, due),
        en,
        period=str(track.year),
        baseline_year=track.base_year,
        baseline_value=track.base.value if track.base else None,
        target_value=goal.final,
        required=required,
        actual=actual,
        gap=gap,
        gap_unit=track.unit,
        gap_pct=percent(gap, required),
        completion=share,
        method=track.path,
        status=worst(used + rule),
        inputs=(*(track.base.inputs if track.base else ()), *track.actual.inputs),
        **fields,
    )


def _required(track: Track, due: int | None, year: int) -> float:
    """The path's level; where the baseline already meets the goal nothing worse than the goal is allowed."""
    goal = track.goal
    final = min(max(track.actual.value, goal.low), goal.high) if goal.side == "band" else goal.final
    if track.base is None or track.base_year is None or due is None or goal.met(track.base.value):
        return final
    return required_level(track.base.value, final, track.base_year, due, year, track.path)


def _state(case: Case, track: Track, required: float, share: float | None, met: bool, overdue: bool) -> State:
    if met:
        return "reached"
    if overdue:
        return "off_track"
    if share is None or _deciding(track, share) == _NEARNESS:
        near = abs(percent(track.actual.value - required, required) or PERCENT)
        return "behind" if near <= case.rule("progress.level_tolerance_pct") else "off_track"
    return "on_track" if share >= case.rule("progress.on_track_min") - 1e-9 else short_of(case, share, overdue)


def _forward(track: Track, due: int | None, actual: float) -> dict[str, object]:
    """The path one year on, and the mean yearly rate or step that still leads to the target."""
    if due is None or due <= track.year or track.goal.side == "band":
        return {}
    fields: dict[str, object] = {"next_required": _required(track, due, track.year + 1)}
    if track.goal.met(actual):
        return fields
    years = due - track.year
    fields["needed_step"] = needed_step(actual, track.goal.final, years)
    if track.unit != "%":
        fields["needed_rate_pct"] = needed_rate(actual, track.goal.final, years)
    return fields


def _needed_words(fields: dict[str, object], due: int | None) -> str:
    rate, step = fields.get("needed_rate_pct"), fields.get("needed_step")
    if isinstance(rate, float):
        return f";到{due}年需年均{'下降' if rate < 0 else '提高'}{number(abs(rate))}%"
    if isinstance(step, float):
        return f";到{due}年需年均{'下降' if step < 0 else '提高'}{number(abs(step))}个百分点"
    return ""


def _deciding(track: Track, share: float | None) -> tuple[str, ...]:
    """The parameters that decide: by completion, or by nearness where the baseline already met the goal."""
    fallen_back = share is None or (track.base is not None and track.goal.met(track.base.value))
    return _NEARNESS if fallen_back else COMPLETION


def _words(track: Track, required: float, state: State, share: float | None, due: int | None) -> tuple[str, str]:
    actual = track.actual.value
    shown, wanted = with_unit(actual, track.unit), with_unit(track.goal.final, track.unit)
    if state == "reached":
        keep = f",须保持到{due}年" if due is not None and track.year < due else ""
        return f"{track.year}年实际{shown},已达到目标{wanted}{keep}", f"{track.year}: {shown}, target {wanted} is met"
    if due is not None and track.year >= due:
        made = f",完成率{number(share * PERCENT)}%" if share is not None else ""
        return (
            f"{track.year}年实际{shown},到期未达到目标{wanted}{made}",
            f"{track.year}: {shown}, target {wanted} missed at its due date",
        )
    side = "优于" if (actual >= required) == (track.goal.side == "up") else "差于"
    gap = with_unit(abs(actual - required), "个百分点" if track.unit == "%" else track.unit)
    share = percent(abs(actual - required), required)
    part = f"({number(share)}%)" if share is not None and track.unit != "%" else ""
    side = "等于" if abs(actual - required) <= 1e-9 * max(abs(actual), 1.0) else side
    return (
        f"{track.year}年实际{shown},进度要求{with_unit(required, track.unit)},{side}进度要求{gap}{part}",
        f"{track.year}: {shown}, required {with_unit(required, track.unit)}, gap {number(actual - required)}",
    )


def _undated(case: Case, track: Track) -> TargetState:
    actual, final = track.actual.value, track.goal.final
    return case.unknown(
        f"方案未写明目标年份,不能判断进度;{track.year}年实际{with_unit(actual, track.unit)},"
        f"目标{with_unit(final, track.unit)}",
        "the plan names no target year: progress cannot be judged",
        period=str(track.year),
        actual=actual,
        target_value=final,
        gap=actual - final,
        gap_pct=percent(actual - final, final),
        gap_unit=track.unit,
        status=track.actual.status,
        inputs=track.actual.inputs,
    )


def _without_path(case: Case, track: Track) -> TargetState:
    actual, final, due = track.actual.value, track.goal.final, case.target.target_year
    fields = _forward(track, due, actual)
    fields.pop("next_required", None)
    return case.unknown(
        f"只有{track.year}年一个数值,没有基期,不能判断进度;实际{with_unit(actual, track.unit)},"
        f"目标{with_unit(final, track.unit)}{_needed_words(fields, due)}",
        "one value only and no baseline: progress cannot be judged",
        period=str(track.year),
        actual=actual,
        target_value=final,
        gap=actual - final,
        gap_pct=percent(actual - final, final),
        gap_unit=track.unit,
        status=track.actual.status,
        inputs=track.actual.inputs,
        **fields,
    )
