"""Use case: write 碳达峰实施进展报告 from the current run, as a report value."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import polars as pl

from dafeng.account.inventory import with_partial
from dafeng.account.lines import TOTAL
from dafeng.app.accounting import accounts, current_run
from dafeng.app.assessing import last_whole_year, own_tasks, states_by, states_of, values_of, years_with_data
from dafeng.app.dataview import gaps_of
from dafeng.app.driving import drivers_of
from dafeng.app.permission import require, require_everything
from dafeng.app.plans import Tied, findings, ledger_view, ties
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.app.sources import sources_of
from dafeng.base.callers import Caller
from dafeng.evaluate.groups import task_of
from dafeng.evaluate.indicators import indicator_library
from dafeng.evaluate.paths import required_level
from dafeng.plan.records import Target, Task
from dafeng.report.inputs import FactorUsed, PathChart, ProgressInputs, TargetProgress
from dafeng.report.model import Report
from dafeng.report.progress_report import progress_report
from dafeng.rules.rulebook import packaged_rulebook

_CO2, _ENERGY = "co2_total_t", "energy_tce_equivalent"
_KIND_ZH = {"fact": "已取得的进展", "threshold": "适用门槛", "ratio": "替代比例", "procedure": "工作程序"}
_PATHS = 3  # charts of paths before the tables; the rest stands in the tables


def progress(services: Services, caller: Caller, year: int | None = None) -> Report:
    """The report of a year (the last assessed one)."""
    require(caller, "report.write")
    return progress_report(progress_inputs(services, caller, year))


def progress_inputs(services: Services, caller: Caller, year: int | None = None) -> ProgressInputs:
    """What the report is made of, gathered from ledger, run and registry."""
    require_everything(caller, "report.write")
    view, registry, run_id = ledger_view(services, caller), registry_of(services), current_run(services)
    year = year or (years_with_data(services) or (last_whole_year(services),))[-1]
    lines = with_partial(accounts(services, caller).lines, services.settings.partial_from)
    yearly = lines.filter((pl.col("item") == TOTAL) & pl.col("period").str.contains(r"^\d{4}$"))
    tied, targets = ties(view), {t.id: t for t in view.targets()}
    states, values = states_of(services, caller), values_of(services, caller)
    items = tuple(_progress(row, targets, tied) for row in states.iter_rows(named=True) if row["target_id"] in targets)
    facts = services.columns.facts()
    latest = max(facts["recorded_at"].to_list(), default=services.clock.now())
    tasks = own_tasks(view, registry, services.settings.area)
    return ProgressInputs(
        programme=services.settings.name,
        area=registry.area_name(services.settings.area),
        year=year,
        day=services.clock.today(),
        data_time=f"{latest:%Y-%m-%d}",
        rules=packaged_rulebook().version[:12],
        run_id=run_id,
        demonstration=services.settings.demonstration,
        documents=view.documents(),
        progress=items,
        not_targets=_not_targets(targets.values()),
        tasks=tasks,
        task_targets=_task_targets(targets, tasks),
        totals=_totals(yearly, services.settings.area),
        industries=_industries(yearly, registry, services, year),
        emitters=_emitters(yearly, registry, year),
        county_states=_county_states(services, caller, registry),
        counties=_counties(yearly, registry, services, year),
        paths=tuple(_paths(items, values)),
        drivers=drivers_of(lines, facts, registry, services, year),
        gaps=gaps_of(services, caller, registry, lines, items, year),
        findings=findings(services, caller),
        factors=_factors(yearly, lines, year),
        sources=sources_of(services),
    )


def _progress(row: Mapping[str, Any], targets: Mapping[str, Target], tied: Mapping[str, Tied]) -> TargetProgress:
    state = dict(row)
    indicator = state["indicator_id"]
    return TargetProgress(
        target=targets[state["target_id"]],
        indicator_id=indicator,
        indicator_zh=indicator_library().indicator(indicator).zh if indicator else None,
        state=state["state"],
        baseline=state["baseline_value"],
        required=state["required"],
        actual=state["actual"],
        gap=state["gap"],
        unit=state["gap_unit"] or "",
        reason=state["reason_zh"],
        status=state["status"],
        node=f"S-{state['target_id']}-{state['subject_id']}-{state['period']}",
        subject_id=state["subject_id"],
        baseline_year=state["baseline_year"],
        target_value=state["target_value"],
        target_year=state["target_year"],
        method=state["method"],
    )


def _not_targets(targets: Iterable[Target]) -> dict[str, int]:
    counts = Counter[str](t.kind for t in targets)
    return {zh: counts[kind] for kind, zh in _KIND_ZH.items() if counts[kind]}


def _task_targets(targets: Mapping[str, Target], tasks: tuple[Task, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for target in targets.values():
        task = task_of(target, tasks)
        if task is not None:
            found[task.id].append(target.id)
    return {k: tuple(v) for k, v in found.items()}


def _totals(yearly: pl.DataFrame, area: str) -> pl.DataFrame:
    own = yearly.filter((pl.col("subject_kind") == "area") & (pl.col("subject_id") == area))
    return own.select(
        pl.col("period").cast(pl.Int32).alias("year"), "measure", "value", "unit", "status", "line_id", "coverage"
    )


def _pair(yearly: pl.DataFrame, kind: str, year: int) -> pl.DataFrame:
    """CO2 and energy of every subject of a kind in the year, with the change on the year before."""
    rows = yearly.filter(pl.col("subject_kind") == kind)
    co2 = rows.filter((pl.col("measure") == _CO2) & (pl.col("period") == str(year))).select(
        "subject_id", pl.col("value").alias("co2_t"), "line_id", "status", "coverage"
    )
    before = rows.filter((pl.col("measure") == _CO2) & (pl.col("period") == str(year - 1))).select(
        "subject_id", pl.col("value").alias("co2_before")
    )
    energy = rows.filter((pl.col("measure") == _ENERGY) & (pl.col("period") == str(year))).select(
        "subject_id",
        pl.col("value").alias("energy_tce"),
        pl.col("line_id").alias("energy_line_id"),
        pl.col("status").alias("energy_status"),
    )
    joined = co2.join(before, on="subject_id", how="left").join(energy, on="subject_id", how="left")
    changed = pl.when(pl.col("co2_before") > 0).then(pl.col("co2_t") / pl.col("co2_before") - 1)
    return joined.with_columns(changed.alias("change"))


def _shared(rows: pl.DataFrame, whole: float | None) -> pl.DataFrame:
    share = pl.col("co2_t") / whole if whole and whole > 0 else pl.lit(None, pl.Float64)
    return rows.with_columns(share.alias("share")).sort("co2_t", descending=True, nulls_last=True)


def _whole(yearly: pl.DataFrame, area: str, year: int) -> float | None:
    rows = _totals(yearly, area).filter((pl.col("measure") == _CO2) & (pl.col("year") == year))
    return None if rows.is_empty() else rows["value"][0]


def _industries(yearly: pl.DataFrame, registry: Registry, services: Services, year: int) -> pl.DataFrame:
    area = services.settings.area
    rows = _pair(yearly, "area_industry", year).filter(
        pl.col("subject_id").str.starts_with(f"{area}|") & (pl.col("subject_id").str.len_chars() == len(area) + 3)
    )
    code = pl.col("subject_id").str.split("|").list.last()
    names = registry.industries.select(pl.col("industry_code"), pl.col("name"))
    named = rows.with_columns(code.alias("industry_code")).join(names, on="industry_code", how="left")
    return _shared(named, _whole(yearly, area, year))


def _counties(yearly: pl.DataFrame, registry: Registry, services: Services, year: int) -> pl.DataFrame:
    area = services.settings.area
    counties = list(registry.tree.children(area)) if area in registry.tree else []
    rows = _pair(yearly, "area", year).filter(pl.col("subject_id").is_in(counties))
    names = registry.areas.select(pl.col("area_code").alias("subject_id"), "name")
    return _shared(rows.join(names, on="subject_id", how="left"), _whole(yearly, area, year))


def _county_states(services: Services, caller: Caller, registry: Registry) -> pl.DataFrame:
    """The counts of states by county, with the counties' names."""
    rows = states_by(services, caller, "county")
    names = registry.areas.select("area_code", "name")
    return rows.join(names, on="area_code", how="left", maintain_order="left").with_columns(
        pl.coalesce("name", "area_code").alias("name")
    )


def _emitters(yearly: pl.DataFrame, registry: Registry, year: int) -> pl.DataFrame:
    rows = _pair(yearly, "enterprise", year)
    last = registry.enterprises.sort("since").unique("enterprise_id", keep="last", maintain_order=True)
    areas = registry.areas.select("area_code", pl.col("name").alias("county"))
    firms = last.select(pl.col("enterprise_id").alias("subject_id"), "name", "area_code").join(
        areas, on="area_code", how="left"
    )
    whole = float(rows["co2_t"].sum()) if rows.height else None
    return _shared(rows.join(firms, on="subject_id", how="left"), whole)


def _paths(items: tuple[TargetProgress, ...], values: pl.DataFrame) -> Iterable[PathChart]:
    """Charts of targets with a value: the peak first, then the most troubled, one per indicator."""
    order = {"off_track": 0, "behind": 1, "on_track": 2, "reached": 3, "not_assessed": 4}
    chosen: dict[str, TargetProgress] = {}
    with_path = [p for p in items if p.indicator_id and p.actual is not None and (p.baseline is not None or _peak(p))]
    for item in sorted(
        with_path, key=lambda p: (not _peak(p), "|" in p.subject_id, order[p.state], p.target.target_year or 9999)
    ):
        chosen.setdefault(item.indicator_id or "", item)
    for item in list(chosen.values())[:_PATHS]:
        chart = _path(item, values)
        if chart is not None:
            yield chart


def _peak(item: TargetProgress) -> bool:
    return item.target.comparator == "reach_peak_before"


def _path(item: TargetProgress, values: pl.DataFrame) -> PathChart | None:
    """The chart of one target; None where there are too few points or no path."""
    rows = values.filter(
        (pl.col("indicator_id") == item.indicator_id)
        & (pl.col("subject_id") == item.subject_id)
        & pl.col("preferred")
        & pl.col("value").is_not_null()
    )
    points = {int(y): v for y, v in rows.select("period", "value").iter_rows()}
    if len(points) < 2:
        return None
    indicator = indicator_library().indicator(item.indicator_id or "")
    years, required = _required_path(item, points)
    due, source = item.target_year, rows["source"].last()
    return PathChart(
        title=f"{item.target.indicator}:{_state_words(item)}",
        measure=f"{indicator.zh},{item.unit or indicator.unit},{item.target.region or ''}",
        unit=item.unit or indicator.unit,
        years=years,
        actual=tuple(points.get(y) for y in years),
        required=tuple(required.get(y) for y in years),
        target=tuple(item.target_value if y == due and required else None for y in years),
        status=item.status,
        source="公布的统计数" if source == "reported" else "本系统核算",
    )


def _required_path(item: TargetProgress, points: Mapping[int, float]) -> tuple[tuple[int, ...], dict[int, float]]:
    """The years of the chart, and the path's level in those between baseline and target (none for a peak)."""
    base, due, start, final = item.baseline_year, item.target_year, item.baseline, item.target_value
    if base is None or due is None or start is None or final is None or not item.method:
        return tuple(range(min(points), max(points) + 1)), {}
    years = tuple(range(min(base, *points), max(due, *points) + 1))
    return years, {y: required_level(start, final, base, due, y, item.method) for y in years if base <= y <= due}


def _state_words(item: TargetProgress) -> str:
    if _peak(item):
        return item.reason.split(",")[0]
    words = {
        "off_track": "偏离要求路径",
        "behind": "落后于要求路径",
        "on_track": "处于要求路径之内",
        "reached": "已达到目标",
    }
    return words[item.state]


def _factors(yearly: pl.DataFrame, lines: pl.DataFrame, year: int) -> tuple[FactorUsed, ...]:
    """The parameters behind the year's enterprise lines, each once; a fuel's own ones know their fuel."""
    items = packaged_rulebook().items
    rows = lines.filter(pl.col("period").str.starts_with(str(year)) & (pl.col("subject_kind") == "enterprise"))
    seen: dict[tuple[str, str, str], FactorUsed] = {}
    for text in rows["factors"].drop_nulls().unique().sort():
        for f in msgspec.json.decode(text):
            key = (f["id"], str(f.get("scope")), str(f["since"]))
            kind = f["id"].rsplit(".", 1)[-1]
            fuel = next((p for p in f["id"].split(".") if p in items and p not in ("electricity", "heat")), None)
            used = FactorUsed(
                f["id"],
                f.get("zh") or f["id"],
                f["value"],
                f["unit"],
                str(f["since"]),
                f["source"],
                f["status"],
                item=items[fuel].zh if fuel else None,
                kind=kind,
            )
            seen.setdefault(key, used)
    return tuple(seen[k] for k in sorted(seen))
