"""Kinds of long work 作业种类: run all stages, write the report, import a file of an inbox."""

from __future__ import annotations

from typing import Any

from dafeng.app import importing, reporting, running
from dafeng.app.jobs.work import JobKind, Outside, enrol
from dafeng.app.ports import InputFile, Progress
from dafeng.app.services import Services
from dafeng.app.stages import Cancelled
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound


def _run(
    services: Services, caller: Caller, progress: Progress, parameters: dict[str, Any], outside: Outside
) -> dict[str, Any]:
    force = _flag(parameters, "force")
    made = running.run(services, caller, progress, outside.render, force=force, year=_year(parameters))
    return {
        "stages": [{"stage": s.stage, "outcome": s.outcome, "summary": s.summary} for s in made.stages],
        "failures": [{"file": f.file, "what": f.what, "where": f.where, "mend": f.mend} for f in made.failures],
        "reports": len(made.reports),
    }


def _report(
    services: Services, caller: Caller, progress: Progress, parameters: dict[str, Any], outside: Outside
) -> dict[str, Any]:
    progress.stage("report 报告", 1)
    public = _flag(parameters, "public")
    files = reporting.written(services, caller, outside.render, _year(parameters), public=public)
    before = {f.path: f for f in services.files.inputs("reports")}
    same = all(
        (held := before.get(f"reports/{name}")) is not None and services.files.read(held) == data
        for name, data in files.items()
    )
    for name, data in files.items():
        services.files.write(f"reports/{name}", data)
    progress.step("same as the last one 与上一份内容相同" if same else "written 已生成")
    return {"files": sorted(files), "same": same, "basis": reporting.basis(services, caller)}


def _import(
    services: Services, caller: Caller, progress: Progress, parameters: dict[str, Any], outside: Outside
) -> dict[str, Any]:
    file = _inbox_file(services, parameters.get("file"))
    progress.stage("import 导入", 1)
    if progress.cancelled():
        raise Cancelled(
            "stopped before the file was taken in",
            mend="Start it again.",
            zh="导入前已取消",
            mend_zh="如需导入，请重新启动。",
        )
    taken = importing.take_in_table(services, caller, services.files.read(file), file.path)
    progress.step(file.path)
    fields = ("contract", "rows", "accepted", "rejected", "facts")
    return {"batches": [{"id": t.batch.batch_id, **{f: getattr(t.batch, f) for f in fields}} for t in taken]}


def _inbox_file(services: Services, path: Any) -> InputFile:
    files = {f.path: f for kind in ("registry", "activity") for f in services.files.inputs(kind)}
    if not isinstance(path, str) or path not in files:
        raise NotFound(
            "there is no such file in an inbox",
            where="parameters.file",
            mend="Put it into activity/.",
            zh="收件箱中没有这个文件",
            mend_zh="请先把文件放入 registry/ 或 activity/ 收件箱。",
        )
    if files[path].size > running.MAX_INPUT_BYTES:
        raise BadRequest(
            "the file is too large",
            where=path,
            mend="Split it into several files.",
            zh=f"文件超过{running.MAX_INPUT_BYTES >> 20} MB，不能导入",
            mend_zh="请拆分成几个文件。",
        )
    return files[path]


def _check_switches(services: Services, parameters: dict[str, Any]) -> None:
    """Raise BadRequest where a year or a switch is none."""
    _year(parameters)
    for name in ("force", "public"):
        _flag(parameters, name)


def _check_file(services: Services, parameters: dict[str, Any]) -> None:
    """Raise BadRequest where no file is named. Whether it is there, is asked when its turn has come."""
    if not isinstance(parameters.get("file"), str):
        raise BadRequest(
            "name the file to import",
            where="parameters.file",
            mend="Send the path of a file of an inbox.",
            zh="没有指明要导入的文件",
            mend_zh="请填写收件箱中文件的路径，例如 activity/表名.xlsx。",
        )


def _flag(parameters: dict[str, Any], name: str) -> bool:
    given = parameters.get(name, False)
    if not isinstance(given, bool):
        raise BadRequest(
            f"{name} is true or false",
            where=f"parameters.{name}",
            mend="Leave it out, or send true.",
            zh=f"参数“{name}”只能是 true 或 false",
            mend_zh="请去掉该参数，或填 true。",
        )
    return given


def _year(parameters: dict[str, Any]) -> int | None:
    year = parameters.get("year")
    if year is None or (isinstance(year, int) and not isinstance(year, bool) and 1990 <= year <= 2100):
        return year
    raise BadRequest(
        "year is a whole number from 1990 to 2100",
        where="parameters.year",
        mend="Send 2025, say.",
        zh="年份应为 1990 至 2100 之间的整数",
        mend_zh="请填写年份，例如 2025。",
    )


enrol(
    JobKind(
        "run", "programme.run", "运行全部环节", "run all stages", frozenset({"force", "year"}), _run,
        check=_check_switches,
    )
)  # fmt: skip
enrol(
    JobKind(
        "report", "report.write", "编写报告", "write the report", frozenset({"year", "public"}), _report,
        check=_check_switches,
    )
)  # fmt: skip
enrol(
    JobKind(
        "import", "data.import", "导入收件箱文件", "import a file of an inbox", frozenset({"file"}), _import,
        check=_check_file,
    )
)  # fmt: skip
