"""``dafeng``: the command line. Errors are caught here, once, and shown in three fields."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Collection
from importlib import import_module
from typing import Annotated

import typer
from typer.exceptions import TyperException

from dafeng import __version__
from dafeng.base.errors import BadRequest, DafengError, StoreError
from dafeng.cli import shown

INTERRUPTED, USAGE = 130, 2
ABOUT = "dafeng 达峰: run a region's industrial carbon-peaking programme, from the plan document to the peak."
# name → where its command or group of commands stands, and what `dafeng --help` says of it (a test holds it to theirs).
# A module is read when its command is asked for: all of them together, with what they need, take a second.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("data.init", "Make a programme directory 新建方案工作区: settings, inboxes, templates, store."),
    "run": (
        "results.run",
        "Run all stages on what is there 运行: plans, registry, data, accounts, evaluation, report.",
    ),
    "template": ("data.template", "Write an empty template 填报模板 with code lists and a guide."),
    "import": (
        "data.import_files",
        "Import workbooks 导入; problems come back as an annotated workbook in reports/problems. "
        "Twice changes nothing.",
    ),
    "enterprises": ("data.enterprises", "List the enterprises of the registry 企业名录, with their dated rows."),
    "batches": ("data.batches", "List what was imported 批次."),
    "recompute": (
        "account.recompute",
        "Compute an exported account again 复算 and hold every line against it; needs no programme.",
    ),
    "progress": (
        "results.progress",
        "Each target against its indicator 进展: required, actual, gap, state and reason.",
    ),
    "explain": (
        "results.explain",
        "The whole derivation of a number 解释: formula, factors with source and date, records with file and row.",
    ),
    "indicators": ("results.indicators", "The indicator library 指标库."),
    "areas": ("results.areas", "Find the code of an area by its name 区划代码."),
    "starters": ("data.starters", "List the plans whose targets come with dafeng."),
    "demo": (
        "demo.demo",
        "Build a demonstration programme and run all stages on it. A second time only what changed is done.",
    ),
    "serve": ("serve.serve", "Serve the portal and its API until Ctrl-C or SIGTERM."),
    "openapi": ("serve.openapi", "Print the OpenAPI document of the API; the web client is generated from it."),
    "backup": (
        "system.backup",
        "Back the whole programme up 备份, while the portal runs. The file is as secret as the programme itself.",
    ),
    "restore": (
        "system.restore",
        "Restore a backup into a new directory 恢复; every hash is verified before anything is written.",
    ),
    "doctor": (
        "system.doctor",
        "Say what is wrong with an installation 体检, each with where and how to mend; exit code 8 where one fails.",
    ),
    "account": ("account.app", "Accounts 核算: lines, methods, and cases of their own."),
    "energy": ("energy.app", "Energy 能源: totals by three scopes, and the energy flow."),
    "period": ("period.app", "Closed years 封账: close, restate, versions."),
    "plan": ("plan.app", "方案 Read plan documents; confirm, correct and link what they say."),
    "region": ("region.app", "区域核算 Regional accounts: balance, inventory, comparison, dual control."),
    "certificates": (
        "certificates.app",
        "Green certificates 绿证: enter, claim, retire and balance; each is claimed once.",
    ),
    "user": ("users.app", "Accounts of the portal 账号: create, grant, list, unlock."),
    "report": ("results.report", "报告 Write reports."),
    "rules": (
        "rules.app",
        "The rulebook 规则库: every dated value and formula with its source. `rules WORD` lists what holds the word.",
    ),
}


def application(asked: Collection[str] = tuple(COMMANDS)) -> typer.Typer:
    """The application with these commands as they are; the others stand there with their name and one line only."""
    made = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=ABOUT)
    made.callback(help=ABOUT)(_version)
    for name, (place, line) in COMMANDS.items():
        if name not in asked:
            made.command(name, help=line)(_unread)
            continue
        module, _, inside = place.partition(".")
        command = getattr(import_module(f"dafeng.cli.{module}"), inside)
        if isinstance(command, typer.Typer):
            made.add_typer(command, name=name)
        else:
            made.command(name)(command)
    return made


def _unread() -> None:
    raise AssertionError("a command was called whose module was not read")


def _say_version(wanted: bool) -> None:
    if wanted:
        shown.say(f"dafeng {__version__}")
        raise typer.Exit


def _version(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """The options of dafeng itself."""


def _asked(error: TyperException) -> str:
    """The command whose help tells what was wanted: dafeng period restate."""
    path: str = getattr(getattr(error, "ctx", None), "command_path", "dafeng")
    return path


def main(arguments: list[str] | None = None) -> None:
    """Run a command; the process ends with an exit code that means something (docs/programme.md)."""
    words = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Chinese shows ?, and the command goes on
    try:
        asked = [word for word in words if not word.startswith("-")][:1]  # dafeng's own options take no word
        code = application(asked)(words, prog_name="dafeng", standalone_mode=False)
        if code == INTERRUPTED:  # typer has caught Ctrl-C
            raise KeyboardInterrupt
    except DafengError as error:
        shown.fail(error, machine="--json" in words)
        code = error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        from dafeng.app.stages import Cancelled  # stands among the stages, which no short command needs

        shown.fail(Cancelled("stopped; what was finished stays", mend="Run again to go on."), machine="--json" in words)
        code = INTERRUPTED
    except TyperException as error:  # a usage error: unknown command, missing argument
        if said := error.format_message():  # none where a group was named alone: its help stands there already
            where = _asked(error)
            failure = BadRequest(said, mend=f"See {where} --help.", mend_zh=f"请看 {where} --help。")
            shown.fail(failure, machine="--json" in words)
        code = USAGE
    except BrokenPipeError:  # the reader closed early
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:  # a folder that cannot be written, a full disk
        what = f"{error.strerror or error}"
        mend = "Check the path, the rights on the folder, and the space on the disk."
        broken = StoreError(what, where=str(error.filename or ""), mend=mend)
        shown.fail(broken, machine="--json" in words)
        code = broken.exit_code
    sys.exit(code or 0)


if __name__ == "__main__":
    main()
