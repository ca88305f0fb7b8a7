"""``dafeng init``, ``template``, ``import``, ``enterprises``, ``batches``: a programme and what is put into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from dafeng.adapters.columns import write_whole
from dafeng.app import importing
from dafeng.app.making import new_programme, starter_records
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.starters import starters as all_starters
from dafeng.base.errors import BadRequest, DafengError
from dafeng.cli import shown
from dafeng.cli.options import HERE, SOME_FILES_FAILED, Json, Programme
from dafeng.wiring import local_caller, make_programme, programme


def init(
    folder: Annotated[Path, typer.Argument(help="The directory to make.")],
    area: Annotated[str, typer.Option(help="GB/T 2260 code or name of the area.")] = "",
    name: Annotated[str, typer.Option(help="What the programme is called.")] = "",
    starter: Annotated[
        str, typer.Option("--from", help="Start with the targets of a known plan (see `dafeng starters`).")
    ] = "",
    as_json: Json = False,
) -> None:
    """Make a programme directory 新建方案工作区: settings, inboxes, templates, store."""
    made = new_programme(area, name, starter)
    make_programme(folder, made.files)
    count = 0
    with programme(folder, writing=True) as services:
        for table in importing.CONTRACTS:
            services.files.write(f"templates/{table}.xlsx", importing.template(services, local_caller(), table, "xlsx"))
        if starter:
            count = starter_records(services, local_caller(), starter)
    if as_json:
        shown.as_json({"programme": str(folder), "area": made.area, "name": made.name, "records": count})
        return
    shown.say(f"{made.name} ({made.area}) → {folder}")
    if starter:
        shown.say(f"{count} records from the starter {starter}")
    shown.say(
        "Put plans into plans/, rosters into registry/, data into activity/ (templates in templates/), then: dafeng run"
    )


def starters(as_json: Json = False) -> None:
    """List the plans whose targets come with dafeng."""
    listed = all_starters()
    if as_json:
        shown.as_json(listed)
        return
    shown.table(
        "starters", ("name", "plan", "targets"), [(s.name, s.document.title, s.targets) for s in listed], right=(2,)
    )


def template(
    table: Annotated[
        str, typer.Argument(help="energy, output, value_added, area_statistics, enterprises, sites or areas")
    ],
    out: Annotated[Path | None, typer.Option("--out", help="The file to write.")] = None,
    form: Annotated[str, typer.Option("--form", help="xlsx or csv")] = "xlsx",
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Write an empty template 填报模板 with code lists and a guide."""
    if form not in ("xlsx", "csv"):
        raise BadRequest(f"no form is called {form}", mend="Say xlsx or csv.")
    path = out or Path(f"{table}.{form}")
    with programme(programme_dir) as services:
        write_whole(path, importing.template(services, local_caller(), table, form))
    if as_json:
        shown.as_json({"file": str(path)})
        return
    shown.say(str(path))


def import_files(
    files: Annotated[list[Path], typer.Argument(help="Filled-in workbooks or CSV files.")],
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Import workbooks 导入; problems come back as an annotated workbook in reports/problems. Twice changes nothing.

    A file that cannot be taken in never stops the rest. The exit code is 8 when there was one, or when rows were
    rejected (also where the file had come in before), and 0 when everything was taken in.
    """
    results: list[tuple[importing.Intake, str]] = []
    failures: list[tuple[Path, DafengError]] = []
    with programme(programme_dir, writing=True) as services:
        for file in files:
            try:
                results += _taken(services, file)
            except DafengError as error:
                failures.append((file, error))
    if as_json:
        shown.as_json(
            {
                "tables": [
                    importing.batch_fields(i.batch)
                    | {"new": i.new, "corrected": i.corrected, "annotated": p, "repeated": i.repeated}
                    for i, p in results
                ],
                "failures": [{"file": str(f), "what": e.what, "where": e.where, "mend": e.mend} for f, e in failures],
            }
        )
    else:
        _show_intakes(results)
        for _, failure in failures:
            shown.fail(failure)
    if failures or any(i.batch.rejected for i, _ in results):
        raise typer.Exit(SOME_FILES_FAILED)


def _taken(services: Services, file: Path) -> Iterator[tuple[importing.Intake, str]]:
    """Each table of a file, with the place of its annotated workbook ("" where nothing is wrong)."""
    if not file.is_file():
        raise BadRequest("no such file", where=str(file), mend="Check the path.")
    for intake in importing.take_in_table(services, local_caller(), file.read_bytes(), file.name):
        first = Path(intake.batch.file).stem if intake.repeated else file.stem
        name = f"reports/problems/{first}.{intake.batch.contract}.xlsx"
        if intake.annotated is not None:
            yield intake, services.files.write(name, intake.annotated)
        else:  # of a file that came in before, where its workbook still lies
            yield intake, (services.files.place(name) or "") if intake.repeated else ""


def _show_intakes(results: Sequence[tuple[importing.Intake, str]]) -> None:
    shown.table(
        "import 导入",
        ("file", "table", "rows", "accepted", "rejected", "new", "corrected", "problems"),
        [
            (
                i.batch.file,
                i.batch.contract,
                i.batch.rows,
                i.batch.accepted,
                i.batch.rejected,
                "already in" if i.repeated else i.new,
                i.corrected,
                p,
            )
            for i, p in results
        ],
        right=(2, 3, 4, 5, 6),
    )


def enterprises(
    area: Annotated[str, typer.Option(help="Only those in this area (code).")] = "",
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """List the enterprises of the registry 企业名录, with their dated rows."""
    with programme(programme_dir) as services:
        registry = registry_of(services)
    rows = registry.enterprises
    if area:
        rows = registry.tree.subtree(rows, "area_code", area)
    if as_json:
        shown.as_json(rows.to_dicts())
        return
    shown.table(
        f"{rows['enterprise_id'].n_unique()} enterprises",
        ("id", "name", "area", "industry", "since", "until"),
        [
            (
                r["enterprise_id"],
                r["name"],
                registry.area_name(r["area_code"]),
                r["industry_code"],
                r["since"],
                r["until"],
            )
            for r in rows.head(500).to_dicts()
        ],
    )


def batches(programme_dir: Programme = HERE, as_json: Json = False) -> None:
    """List what was imported 批次."""
    with programme(programme_dir) as services:
        listed = services.records.batches()
    if as_json:
        shown.as_json([importing.batch_fields(b) for b in listed])
        return
    shown.table(
        f"{len(listed)} batches",
        ("batch", "table", "file", "rows", "rejected", "facts", "when"),
        [
            (b.batch_id, b.contract, b.file, b.rows, b.rejected, b.facts, f"{b.imported_at:%Y-%m-%d %H:%M}")
            for b in listed
        ],
        right=(3, 4, 5),
    )
