"""Use case: run all stages in order on what is there 运行; resume after an interruption; nothing is done twice."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from dafeng.app import assessing, importing, plans, reporting
from dafeng.app.accounts import accounting
from dafeng.app.permission import require_everything, use_case
from dafeng.app.ports import CURRENT, InputFile, Progress, assessed_of
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.stages import Cancelled, StageResult, key_of, run_stage
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, DafengError
from dafeng.evaluate.indicators import indicator_library
from dafeng.plan.metadata import document_id
from dafeng.plan.read import read_plan
from dafeng.report.model import Report

Render = Callable[[Report], dict[str, bytes]]
REPORT_VERSION = "1"
MAX_INPUT_BYTES = 256 * 1024 * 1024
_FAULT_MEND = "This is a fault of dafeng, not of the file: report it, with the file."


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be taken in; the rest went on."""

    file: str
    what: str
    where: str
    mend: str


@dataclass(slots=True)
class RunSummary:
    """What a run did, stage by stage, and what it could not do and why."""

    stages: list[StageResult] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 all done; 8 done, but some input could not be taken in."""
        return 8 if self.failures else 0


@use_case("programme.run")
def run(
    services: Services,
    caller: Caller,
    progress: Progress,
    render: Render,
    *,
    force: bool = False,
    year: int | None = None,
    prepare: Callable[[], object] | None = None,
) -> RunSummary:
    """Plans → registry → activity data → accounts → evaluation → report.

    prepare is called when all data have come in and before they are accounted. render turns the report into files
    (name → bytes); they are written to reports/. An input that fails costs itself.
    """
    require_everything(caller, "programme.run", services.settings.area)
    summary = RunSummary()
    _take_plans(services, caller, progress, summary)
    for kind, words in (("registry", "registry 名录"), ("activity", "activity data 活动数据")):
        _take_tables(services, caller, progress, summary, kind, words)
    if prepare is not None:
        prepare()
    _compute(services, caller, progress, summary, force=force)
    _evaluate(services, caller, progress, summary, force=force, year=year)
    _report(services, caller, progress, summary, render, force=force, year=year)
    return summary


def _checked(progress: Progress) -> None:
    if progress.cancelled():
        raise Cancelled("stopped; what was finished stays", mend="Run again to go on.")


def _bytes_of(services: Services, file: InputFile) -> bytes:
    if file.size > MAX_INPUT_BYTES:
        raise DafengError(
            f"the file has {file.size / 1e6:.0f} MB, more than {MAX_INPUT_BYTES / 1e6:.0f}",
            where=file.path,
            mend="Split it into several files.",
        )
    return services.files.read(file)


def _take_plans(services: Services, caller: Caller, progress: Progress, summary: RunSummary) -> None:
    files = services.files.inputs("plans")
    known = {(r.doc, r.sha256, r.reader) for r in services.records.readings()}
    latest = {r.doc: r.sha256 for r in services.records.readings()}
    docs: dict[str, str] = {}
    counts: Counter[str] = Counter()
    progress.stage("plans 方案", len(files))
    for file in files:
        _checked(progress)
        try:
            data = _bytes_of(services, file)
            name = file.path.rsplit("/", 1)[-1]
            doc, sha = document_id(name), hashlib.sha256(data).hexdigest()
            _refuse_namesake(docs, doc, file)
            if (doc, sha, plans.READER) in known and latest.get(doc) == sha:
                counts["unchanged"] += 1
            else:
                taken = plans.enter(services, caller, data, name, read_plan(data, name))
                counts.update(
                    read=1, targets=taken.targets, tasks=taken.tasks, repairs=taken.repairs, changes=len(taken.changes)
                )
            docs[doc] = file.path
        except Exception as error:  # noqa: BLE001 (one bad file never stops the run; it is named in the summary)
            summary.failures.append(_failure(file, error))
        progress.step(file.path)
    summary.stages.append(StageResult("plans", "done" if counts["read"] else "unchanged", dict(counts)))


def _refuse_namesake(docs: dict[str, str], doc: str, file: InputFile) -> None:
    """Two files of one name would be read as two versions of one document, in turn, at every run."""
    if doc in docs:
        what = f"{docs[doc]} has the same name: which is the plan?"
        raise BadRequest(what, where=file.path, mend="Rename or remove one.")


def _failure(file: InputFile, error: Exception) -> Failure:
    if isinstance(error, DafengError):
        return Failure(file.path, error.what, error.where, error.mend)
    what = f"{type(error).__name__}: {error}"
    mend = "Check the rights on the file." if isinstance(error, OSError) else _FAULT_MEND
    return Failure(file.path, what, file.path, mend)


def _take_tables(
    services: Services, caller: Caller, progress: Progress, summary: RunSummary, kind: str, words: str
) -> None:
    files = services.files.inputs(kind)  # type: ignore[arg-type]
    counts: Counter[str] = Counter()
    progress.stage(words, len(files))
    lists = None
    for file in files:
        _checked(progress)
        try:
            data = _bytes_of(services, file)
            if importing.was_taken_in(services, hashlib.sha256(data).hexdigest()):
                counts["unchanged"] += 1
            else:
                if lists is None or kind == "registry":  # a registry file may bring areas that the next one names
                    lists = importing.code_lists_of(services)
                for intake in importing.take_in_table(services, caller, data, file.path, codelists=lists):
                    _count(services, intake, file, counts)
        except Exception as error:  # noqa: BLE001 (one bad file never stops the run; it is named in the summary)
            summary.failures.append(_failure(file, error))
        progress.step(file.path)
    summary.stages.append(StageResult(kind, "done" if counts["files"] else "unchanged", dict(counts)))


def _count(services: Services, intake: importing.Intake, file: InputFile, counts: Counter[str]) -> None:
    batch = intake.batch
    counts.update(
        files=1, rows=batch.rows, rejected=batch.rejected, new=intake.new, corrected=intake.corrected,
        doubtful=importing.doubts_of(batch),
    )  # fmt: skip
    if intake.annotated is not None:
        stem = file.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        services.files.write(f"reports/problems/{stem}.{batch.contract}.xlsx", intake.annotated)


def _compute(services: Services, caller: Caller, progress: Progress, summary: RunSummary, *, force: bool) -> None:
    progress.stage("accounts 核算", 1)
    if services.columns.facts().is_empty() and not services.records.entries():
        summary.stages.append(StageResult("accounts", "skipped", {"why": "no plan and no data 没有方案和数据"}))
        return

    def work() -> dict[str, Any]:
        made = accounting.compute(services, caller)
        return {"run": made.run_id, "lines": made.lines.height, "findings": made.findings.height}

    _checked(progress)
    summary.stages.append(run_stage(services, "accounts", accounting.account_key(services), work, force=force))
    progress.step()


def _evaluate(
    services: Services, caller: Caller, progress: Progress, summary: RunSummary, *, force: bool, year: int | None
) -> None:
    progress.stage("evaluation 评价", 1)
    if services.records.pointed(CURRENT) is None:
        summary.stages.append(StageResult("evaluation", "skipped", {"why": "nothing is accounted 没有核算结果"}))
        return
    if (area := services.settings.area) not in registry_of(services).tree:
        why = f"the area {area} is in no table of areas: add it in registry/ 区划代码不在名录中"
        summary.stages.append(StageResult("evaluation", "skipped", {"why": why}))
        return

    def work() -> dict[str, Any]:
        made = assessing.assess(services, caller, year)
        return {
            "year": made.year,
            **Counter(s.state for s in made.states),
            **{f"excluded {k}": n for k, n in made.excluded.items()},
        }

    _checked(progress)
    kept = services.records.pointed(assessed_of(accounting.current_run(services))) is not None
    key = _evaluation_key(services, year)
    summary.stages.append(run_stage(services, "evaluation", key, work, force=force, kept=kept))
    progress.step()


def _evaluation_key(services: Services, year: int | None) -> str:
    entries = services.records.entries()
    last = (entries[-1].seq if entries else 0, services.clock.today().year)
    library = indicator_library()
    return key_of(
        accounting.current_run(services),
        last,
        year,
        services.code_version,
        hash_of(repr(library)),
        services.settings,
    )


def hash_of(text: str) -> str:
    """A stable short hash of a long text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _report(
    services: Services,
    caller: Caller,
    progress: Progress,
    summary: RunSummary,
    render: Render,
    *,
    force: bool,
    year: int | None,
) -> None:
    progress.stage("report 报告", 1)
    if summary.stages[-1].outcome == "skipped":
        summary.stages.append(StageResult("report", "skipped", {"why": "nothing was evaluated 没有评价结果"}))
        return
    done = summary.stages[-1].summary.get("year")

    def work() -> dict[str, Any]:
        files = render(reporting.progress(services, caller, year or done))
        for name, data in files.items():
            services.files.write(f"reports/{name}", data)
        return {"files": [f"reports/{name}" for name in files], "basis": reporting.basis(services, caller)}

    _checked(progress)
    batches = [(b.batch_id, b.rejected) for b in services.records.batches()]  # the report tells of what was refused
    key = key_of(_evaluation_key(services, year), REPORT_VERSION, services.clock.today(), batches)
    last = services.records.stages().get("report")
    gone = last is not None and not all(services.files.place(path) for path in last.summary.get("files", []))
    result = run_stage(services, "report", key, work, force=force or gone)
    summary.stages.append(result)
    summary.reports = [place for path in result.summary["files"] if (place := services.files.place(path))]
    progress.step()


def as_fields(summary: RunSummary) -> dict[str, Any]:
    """The summary as plain values for machines."""
    return {
        "stages": [asdict(s) for s in summary.stages],
        "failures": [asdict(f) for f in summary.failures],
        "reports": summary.reports,
    }
