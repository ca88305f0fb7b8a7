"""Use case: write 碳达峰实施进展报告 from the current run, as a report value."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec
import polars as pl

from dafeng.account.lines import TOTAL
from dafeng.account.restated import of_year
from dafeng.app.accounts.accounting import accounts, current_run, shown
from dafeng.app.accounts.closing import Closing, closed_years, held_facts
from dafeng.app.accounts.emitting import change_of, counties, emitters, industries, totals
from dafeng.app.assessing import assessed_year, current_assessment, own_tasks, state_of, states_by, states_of, values_of
from dafeng.app.dataview import gaps_of
from dafeng.app.driving import drivers_of, public_drivers
from dafeng.app.pathing import paths
from dafeng.app.permission import require_everything, use_case
from dafeng.app.plans import findings, ledger_view
from dafeng.app.publishing import PUBLIC_FORM
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.app.sight.disclosure import Firm, rule_on, sensitive
from dafeng.app.sight.results import onlookers
from dafeng.app.sources import PACKAGED, sources_of
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest
from dafeng.evaluate.groups import task_of
from dafeng.evaluate.indicators import indicator_library
from dafeng.evaluate.states import TargetState
from dafeng.plan.records import Target, Task
from dafeng.report.inputs import Drivers, FactorUsed, ProgressInputs, TargetProgress
from dafeng.report.model import Report
from dafeng.report.progress_report import progress_report
from dafeng.rules.rulebook import packaged_rulebook

READER = Caller("公开版", frozenset({"analyst"}))  # whoever reads the public form sees sums, as analysts do
_KIND_ZH = {"fact": "已取得的进展", "threshold": "适用门槛", "ratio": "替代比例", "procedure": "工作程序"}


@use_case("report.write", writes=False)
def progress(services: Services, caller: Caller, year: int | None = None, *, public: bool = False) -> Report:
    """The report of the year assessed last. Raises BadRequest where another one is asked: run that year first.

    The public form names no firm and withholds small cells (``disclosure``); only this form can be published.
    """
    made = progress_report(progress_inputs(services, caller, year, public=public))
    return replace(made, title=f"{made.title}({PUBLIC_FORM})") if public else made


@use_case("report.write")
def written(
    services: Services, caller: Caller, render: Callable[[Report], dict[str, bytes]], year: int | None = None,
    *, public: bool = False,
) -> dict[str, bytes]:  # fmt: skip
    """The report as files, name → bytes, as ``render`` makes them.

    The public form is named by its year and content: what was published under a name cannot become something else.
    """
    files = render(progress(services, caller, year, public=public))
    if not public:
        return files
    mark = hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest()[:8]
    about = f"{_year(services, year)}年_{PUBLIC_FORM}_{mark}"
    return {f"{stem}_{about}.{form}": files[f"{stem}.{form}"] for stem, _, form in (n.rpartition(".") for n in files)}


@use_case("report.write", writes=False)
def basis(services: Services, caller: Caller) -> dict[str, str | int]:
    """What a report written now is made from: run, assessment, year, day of the latest figure, version of the rules."""
    require_everything(caller, "report.write", services.settings.area)
    return {
        "run_id": current_run(services),
        "assessment_id": current_assessment(services),
        "year": assessed_year(services),
        "data_time": _data_time(services, held_facts(services)),
        "rules": packaged_rulebook().version[:12],
    }


@use_case("report.write", writes=False)
def progress_inputs(
    services: Services, caller: Caller, year: int | None = None, *, public: bool = False
) -> ProgressInputs:
    """What the report is made of, gathered from ledger, run and registry; in the public form as an analyst sees it."""
    require_everything(caller, "report.write", services.settings.area)
    eye = replace(READER, areas=frozenset({services.settings.area})) if public else caller
    view, registry, run_id = ledger_view(services, caller), registry_of(services), current_run(services)
    year, area, fewest = _year(services, year), services.settings.area, rule_on(services.clock.today()).fewest
    lines = shown(services, accounts(services, eye).lines)
    yearly = lines.filter((pl.col("item") == TOTAL) & pl.col("period").str.contains(r"^\d{4}$"))
    targets = {t.id: t for t in view.targets()}
    states = [s for r in states_of(services, eye).iter_rows(named=True) if (s := state_of(r)).target_id in targets]
    items = tuple(_progress(s, targets[s.target_id]) for s in states)
    closed = closed_years(services).get(year)
    facts, tasks = held_facts(services), own_tasks(view, registry, area)
    return ProgressInputs(
        programme=services.settings.name,
        area=registry.area_name(area),
        year=year,
        day=_day(services, closed),
        data_time=_data_time(services, facts if closed is None else of_year(facts, year)),
        rules=packaged_rulebook().version[:12],
        run_id=f"{run_id} · {current_assessment(services)}" if closed is None else f"{closed.run_id} · {closed.kept}",
        demonstration=services.settings.demonstration,
        documents=view.documents(),
        progress=items,
        not_targets=_not_targets(targets.values()),
        tasks=tasks,
        task_targets=_task_targets(targets.values(), tasks),
        totals=totals(yearly, area),
        change=change_of(yearly, registry, area, year),
        industries=industries(yearly, registry, area, year),
        emitters=emitters(yearly, registry, area, year),
        county_states=_county_states(services, eye, registry),
        counties=counties(yearly, registry, area, year),
        paths=paths(items, values_of(services, eye)),
        drivers=_drivers(services, caller, lines, registry, year, public=public),
        gaps=gaps_of(services, caller, registry, _whole(services, caller), items, year, public=public),
        findings=findings(services, caller),
        factors=_factors(_whole(services, caller), year, fewest if public else 1),
        sources=PACKAGED if public else sources_of(services, year),
    )


def _whole(services: Services, caller: Caller) -> pl.DataFrame:
    """All lines of the current run, sums of incomplete years as the settings allow."""
    return shown(services, accounts(services, caller).lines)


def _drivers(
    services: Services, caller: Caller, lines: pl.DataFrame, registry: Registry, year: int, *, public: bool
) -> Drivers | None:
    """Why emissions changed; in the public form (``lines`` cut to it) of those sums only that are shown in both years,
    and not at all where the area's own total is withheld in one of them, or the firms left out are too few."""
    rule = rule_on(services.clock.today())

    def tells(left: pl.DataFrame) -> bool:
        """To everybody, or to one who knows some of the firms left out."""
        sizes = left.select(pl.col("start", "end").fill_null(0.0), "enterprise_id")  # unknown: it is in neither sum
        firms = [Firm(("", ""), (start, end), name) for start, end, name in sizes.iter_rows()]
        knowing = [frozenset[str](), *(known for known, _ in onlookers(services, caller))] if public else []
        return any(sensitive([f for f in firms if f.name not in known], rule) for known in knowing)

    made = drivers_of(_whole(services, caller), held_facts(services), registry, services, year, tells=tells)
    if made is None or not public:
        return made
    sums = lines.filter(
        (pl.col("measure") == "co2_total_t") & (pl.col("item") == TOTAL) & pl.col("line_id").is_not_null()
    )
    first, last = (
        dict(sums.filter(period=str(y)).drop_nulls("value").select("subject_id", "value").iter_rows())
        for y in (made.first_year, made.last_year)
    )
    area, both = services.settings.area, first.keys() & last.keys()
    if area not in both:
        return None
    return public_drivers(made, {s.removeprefix(f"{area}|"): last[s] - first[s] for s in both})


def _year(services: Services, wanted: int | None) -> int:
    """The year of the states; a report of one year with the states of another would contradict itself."""
    year = assessed_year(services)
    if wanted not in (None, year):
        raise BadRequest(
            f"the current evaluation is of {year}, not {wanted}",
            mend=f"dafeng run --year {wanted}",
            zh=f"当前评价的是{year}年,不能编写{wanted}年的报告",
            mend_zh=f"请先按{wanted}年运行全部环节,再编写报告。",
        )
    return year


def _day(services: Services, closed: Closing | None) -> date:
    """The day a report is of: today; of a closed year the day it was closed, for it prints the same ever after."""
    return services.clock.today() if closed is None else closed.at.astimezone(ZoneInfo(services.settings.zone)).date()


def _data_time(services: Services, facts: pl.DataFrame) -> str:
    """The day on which the latest figure came in, in the programme's zone."""
    latest = facts["recorded_at"].max()
    if not isinstance(latest, datetime):
        return "尚无活动数据"
    moment = latest if latest.tzinfo else latest.replace(tzinfo=UTC)
    return f"{moment.astimezone(ZoneInfo(services.settings.zone)):%Y-%m-%d}"


def _progress(state: TargetState, target: Target) -> TargetProgress:
    indicator = state.indicator_id
    return TargetProgress(
        target=target,
        indicator_id=indicator,
        indicator_zh=indicator_library().indicator(indicator).zh if indicator else None,
        state=state.state,
        baseline=state.baseline_value,
        required=state.required,
        actual=state.actual,
        gap=state.gap,
        unit=state.gap_unit or "",
        reason=state.reason_zh,
        status=state.status,
        node=state.id,
        subject_id=state.subject_id,
        baseline_year=state.baseline_year,
        target_value=state.target_value,
        target_year=state.target_year,
        method=state.method,
    )


def _not_targets(targets: Iterable[Target]) -> dict[str, int]:
    counts = Counter[str](t.kind for t in targets)
    return {zh: counts[kind] for kind, zh in _KIND_ZH.items() if counts[kind]}


def _task_targets(targets: Iterable[Target], tasks: tuple[Task, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for target in targets:
        task = task_of(target, tasks)
        if task is not None:
            found[task.id].append(target.id)
    return {k: tuple(v) for k, v in found.items()}


def _county_states(services: Services, caller: Caller, registry: Registry) -> pl.DataFrame:
    """The counts of states by county, with the counties' names."""
    rows = states_by(services, caller, "county")
    names = registry.areas.select("area_code", "name")
    return rows.join(names, on="area_code", how="left", maintain_order="left").with_columns(
        pl.coalesce("name", "area_code").alias("name")
    )


def _factors(lines: pl.DataFrame, year: int, fewest: int = 1) -> tuple[FactorUsed, ...]:
    """The parameters behind the year's enterprise lines (of at least so many firms), each once, in order of ids."""
    rows = lines.filter(pl.col("period").str.starts_with(str(year)) & (pl.col("subject_kind") == "enterprise"))
    seen: dict[tuple[str, str, str], FactorUsed] = {}
    used = rows.drop_nulls("factors").group_by("factors").agg(pl.col("subject_id").n_unique().alias("firms"))
    for text in used.filter(pl.col("firms") >= fewest)["factors"].sort():
        for f in msgspec.json.decode(text):
            seen.setdefault((f["id"], str(f.get("scope")), str(f["since"])), _factor(f))
    return tuple(seen[k] for k in sorted(seen))


def _factor(used: Mapping[str, str | float]) -> FactorUsed:
    """One parameter as a line keeps it; a fuel's own ones know their fuel."""
    items, words = packaged_rulebook().items, str(used["id"]).split(".")
    fuel = next((w for w in words if w in items and w not in ("electricity", "heat")), None)
    return FactorUsed(
        str(used["id"]),
        str(used.get("zh") or used["id"]),
        float(used["value"]),
        str(used["unit"]),
        str(used["since"]),
        str(used["source"]),
        str(used["status"]),
        item=items[fuel].zh if fuel else None,
        kind=words[-1],
    )
