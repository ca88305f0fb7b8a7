"""``dafeng backup``, ``restore``, ``doctor``: keep an installation and bring it back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from dafeng.adapters import restore as restoring
from dafeng.adapters.checkup import ThisMachine
from dafeng.app.system.backup import make_backup
from dafeng.app.system.health import worst_level
from dafeng.cli import shown
from dafeng.cli.options import HERE, SOME_FILES_FAILED, Json, Programme
from dafeng.wiring import local_caller, programme

_SIGNS = {"ok": "✓", "warn": "!", "fail": "✗"}


def backup(
    file: Annotated[Path | None, typer.Argument(help="The file to write; in backups/ when left out.")] = None,
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Back the whole programme up 备份, while the portal runs. The file is as secret as the programme itself."""
    with programme(programme_dir) as services, shown.bars(quiet=as_json) as bars:
        place, made = make_backup(services, local_caller(), None if file is None else str(file), bars)
    rows = sum(made.rows.values())
    if as_json:
        shown.as_json(
            {"file": place, "files": len(made.members), "rows": rows, "keys": made.keys, "skipped": made.skipped}
        )
        return
    shown.say(f"{place}: {len(made.members)} files, {rows} rows of records, version {made.code_version}")
    if made.keys:
        shown.say(
            f"{len(made.keys)} key files are in it (second factors): keep it as secret as them 内含密钥,请妥善保管"
        )
    for name in made.skipped:
        shown.say(f"not in it 未备份: {name}")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `dafeng backup` wrote.")],
    folder: Annotated[Path, typer.Argument(help="The new directory.")],
    records: Annotated[
        str, typer.Option(help="Address of an empty database for the records; SQLite in the directory when left out.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Restore a backup into a new directory 恢复; every hash is verified before anything is written."""
    made = restoring.restore(file, folder, records)
    if as_json:
        shown.as_json(
            {"programme": str(folder), "made_at": made.made_at, "files": len(made.members), "rows": made.rows}
        )
        return
    shown.say(f"{made.programme} of {made.made_at[:19]} → {folder}: {len(made.members)} files, all as they were")


def doctor(
    programme_dir: Programme = HERE,
    deep: Annotated[bool, typer.Option("--deep", help="Read every file of evidence, not a sample.")] = False,
    port: Annotated[int | None, typer.Option(help="Also look whether this port is free.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Also look when this certificate ends.")] = None,
    name: Annotated[
        list[str] | None, typer.Option(help="Host name that may be asked for, as `dafeng serve` is given it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what is wrong with an installation 体检, each with where and how to mend; exit code 8 where one fails."""
    machine = ThisMachine(programme_dir.resolve(), port=port, certificate=tls_cert, hosts=tuple(name or ()))
    findings = machine.examine(deep=deep)
    level = worst_level(findings)
    if as_json:
        shown.as_json({"level": level, "findings": msgspec.to_builtins(findings)})
    else:
        for f in findings:
            shown.say(f"{_SIGNS[f.level]} {f.check}: {f.what} {'' if f.what_zh == f.what else f.what_zh}".rstrip())
            if f.level != "ok":
                shown.say(
                    "".join(
                        f"    {name}: {words}\n" for name, words in (("where", f.where), ("mend", f.mend)) if words
                    ).rstrip()
                )
    if level == "fail":
        raise typer.Exit(SOME_FILES_FAILED)
