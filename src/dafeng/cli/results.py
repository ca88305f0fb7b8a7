"""``dafeng run``, ``account``, ``progress``, ``explain``, ``report`` …: results and their proof."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from dafeng.adapters.documents import rendered
from dafeng.adapters.programme import SETTINGS_FILE
from dafeng.app import assessing, explaining, reporting, running
from dafeng.app.accounts import accounting
from dafeng.app.pages import provenances
from dafeng.app.plans import ledger_view
from dafeng.app.registries import registry_of
from dafeng.base.errors import BadRequest, NotFound
from dafeng.cli import shown
from dafeng.cli.options import HERE, Json, Programme
from dafeng.evaluate.indicators import indicator_library
from dafeng.evaluate.states import STATE_ZH
from dafeng.registry.areas import area_tree
from dafeng.report.wording import number
from dafeng.wiring import local_caller, programme

Year = Annotated[int | None, typer.Option("--year", help="The year to look at; the last whole one with data.")]


def run(
    programme_dir: Programme = HERE,
    year: Year = None,
    force: Annotated[bool, typer.Option("--force", help="Compute again even where nothing changed.")] = False,
    as_json: Json = False,
) -> None:
    """Run all stages on what is there 运行: plans, registry, data, accounts, evaluation, report.

    Exit code 0: all done; 8: done, but some input could not be taken in; others as in docs/programme.md.
    """
    with programme(programme_dir, writing=True) as services, shown.bars(quiet=as_json) as bar:
        summary = running.run(services, local_caller(), bar, rendered, force=force, year=year)
    show_run(summary, as_json=as_json)
    raise typer.Exit(summary.exit_code)


def show_run(summary: running.RunSummary, *, as_json: bool = False) -> None:
    """The short summary of a run: what was read, what could not be assessed and why, where the report is."""
    if as_json:
        shown.as_json(running.as_fields(summary))
        return
    rows = []
    for stage in summary.stages:
        told = {k: v for k, v in stage.summary.items() if k not in ("files", "basis")}  # the basis is for the pages
        words = ", ".join(f"{STATE_ZH.get(k, k)} {v}" for k, v in told.items())
        rows.append((stage.stage, stage.outcome, words))
    shown.table("run 运行", ("stage", "", "what"), rows)
    for failure in summary.failures:
        shown.say(f"✗ {failure.file}: {failure.what}" + (f" → {failure.mend}" if failure.mend else ""))
    for path in summary.reports:
        shown.say(f"report 报告: {path}")


def progress(
    state: Annotated[str, typer.Option(help="Only reached, on_track, behind, off_track or not_assessed.")] = "",
    by: Annotated[str, typer.Option(help="Count states by department, sector or county.")] = "",
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Each target against its indicator 进展: required, actual, gap, state and reason."""
    if state and state not in STATE_ZH:
        raise BadRequest(f"no state is called {state}", mend=f"Choose one of: {', '.join(STATE_ZH)}.")
    if by:
        _progress_by(by, programme_dir, as_json=as_json)
        return
    with programme(programme_dir) as services:
        rows = assessing.states_of(services, local_caller())
        names = {t.id: t.indicator for t in ledger_view(services, local_caller()).targets()}
    if state:
        rows = rows.filter(pl.col("state") == state)
    listed = rows.to_dicts()
    if as_json:
        shown.as_json([{**r, "target": names.get(r["target_id"]), "explain": _node(r)} for r in listed])
        return
    shown.table(
        f"{len(listed)} targets",
        ("id", "target 目标", "due", "required 要求", "actual 实际", "unit", "state", "reason 原因"),
        [
            (
                r["target_id"],
                names.get(r["target_id"]),
                r["target_year"],
                number(r["required"]),
                number(r["actual"]),
                r["gap_unit"],
                STATE_ZH[r["state"]],
                r["reason_zh"],
            )
            for r in listed
        ],
        right=(3, 4),
    )


def _progress_by(by: str, programme_dir: Path, *, as_json: bool) -> None:
    if by not in ("department", "sector", "county"):
        raise BadRequest(f"progress cannot be counted by {by}", mend="Say department, sector or county.")
    grouping: assessing.Grouping = by  # type: ignore[assignment]
    with programme(programme_dir) as services:
        rows = assessing.states_by(services, local_caller(), grouping)
        registry = registry_of(services)
    listed = rows.to_dicts()
    if as_json:
        shown.as_json(listed)
        return
    keys = [c for c in rows.columns if c not in (*STATE_ZH, "targets", "target_ids")]
    heads = (*keys, *STATE_ZH.values(), "targets")
    cells = [
        (
            *(registry.area_name(r[k]) if k == "area_code" else r[k] for k in keys),
            *(r[s] or None for s in STATE_ZH),
            r["targets"],
        )
        for r in listed
    ]
    shown.table(f"progress by {by}", heads, cells, right=range(len(keys), len(heads)))


def _node(row: dict[str, object]) -> str:
    return f"S-{row['target_id']}-{row['subject_id']}-{row['period']}"


def lines_of(subject: str, period: str, item: str, programme_dir: Path, *, as_json: bool) -> None:
    """Show lines of the account for ``dafeng account lines``."""
    with programme(programme_dir) as services:
        lines = accounting.accounts(services, local_caller()).lines
        who = subject or services.settings.area
        years = assessing.years_with_data(services)
        when = period or str(years[-1] if years else "")
    rows = lines.filter((pl.col("subject_id") == who) & (pl.col("period") == when))
    if rows.is_empty():
        raise NotFound(
            f"the account has no lines of {who} in {when or 'any period'}",
            where="the current run",
            mend="Ids stand in `dafeng enterprises` and `dafeng areas`; a period is 2025 or 2025-06.",
        )
    if item != "all":
        rows = rows.filter(pl.col("item") == item)
    listed = rows.drop("factors", "inputs").to_dicts()
    if as_json:
        shown.as_json(listed)
        return
    shown.table(
        f"{who} · {when}",
        ("measure", "item", "value", "unit", "status", "coverage", "note", "id"),
        [
            (
                r["measure"],
                r["item"],
                number(r["value"]),
                r["unit"],
                r["status"],
                number(r["coverage"], 3),
                r["note"],
                r["line_id"],
            )
            for r in listed
        ],
        right=(2, 5),
    )


def explain(
    node_id: Annotated[
        str, typer.Argument(help="An id from a table or a report: a line, a fact, an indicator, a target.")
    ],
    language: Annotated[str, typer.Option(help="zh or en")] = "zh",
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """The whole derivation of a number 解释: formula, factors with source and date, records with file and row."""
    if language not in ("zh", "en"):
        raise BadRequest(f"no language {language}", mend="Say zh or en.")
    with programme(programme_dir) as services:
        if not as_json:
            shown.say(provenances.explained_text(services, local_caller(), node_id, language))
            return
        shown.as_json(explaining.explain(services, local_caller(), node_id))


def indicators(
    find: Annotated[str, typer.Argument(help="Only those whose id or name holds this.")] = "",
    as_json: Json = False,
) -> None:
    """The indicator library 指标库."""
    listed = [i for i in indicator_library().indicators.values() if find in i.id or any(find in n for n in i.names)]
    if as_json:
        shown.as_json(listed)
        return
    shown.table(
        f"{len(listed)} indicators",
        ("id", "中文", "english", "unit", "better", "computed", "wants"),
        [(i.id, i.zh, i.en, i.unit, i.direction, "✓" if i.formulas else "", "、".join(i.wants)) for i in listed],
    )


report = typer.Typer(no_args_is_help=True, help="报告 Write reports.")


@report.command("progress")
def report_progress(
    programme_dir: Programme = HERE,
    year: Year = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A folder; reports/ of the programme when left out.")
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="The public form 公开版: no firm named, small cells withheld.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write 碳达峰实施进展报告 as DOCX, PDF and HTML from the current run."""
    from dafeng.adapters.columns import write_whole

    paths = []
    with programme(programme_dir, writing=True) as services:
        for name, data in reporting.written(services, local_caller(), rendered, year, public=public).items():
            if out is None:
                paths.append(services.files.write(f"reports/{name}", data))
            else:
                write_whole(out / name, data)
                paths.append(str(out / name))
    if as_json:
        shown.as_json({"files": paths})
        return
    for path in paths:
        shown.say(path)


def areas(name: str, programme_dir: Programme = HERE, as_json: Json = False) -> None:
    """Find the code of an area by its name 区划代码."""
    if programme_dir == HERE and not (HERE / SETTINGS_FILE).exists():
        tree = area_tree()  # who makes a programme asks this first
    else:
        with programme(programme_dir) as services:
            tree = registry_of(services).tree
    found = [(code, tree.full_name(code), tree.level(code)) for code in tree.find(name)]
    if as_json:
        shown.as_json([{"area_code": c, "name": n, "level": x} for c, n, x in found])
        return
    shown.table(f"{len(found)} areas", ("code", "name", "level"), found)
