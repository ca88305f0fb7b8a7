"""``dafeng``: the command line. Errors are caught here, once, and shown in three fields."""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

from dafeng import __version__
from dafeng.app.stages import Cancelled
from dafeng.base.errors import BadRequest, DafengError, StoreError
from dafeng.cli import (
    account,
    certificates,
    data,
    demo,
    energy,
    period,
    plan,
    region,
    results,
    rules,
    serve,
    shown,
    system,
    users,
)

INTERRUPTED, USAGE = 130, 2
ABOUT = "dafeng 达峰: run a region's industrial carbon-peaking programme, from the plan document to the peak."

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=ABOUT,
)
for command, name in (
    (data.init, "init"),
    (results.run, "run"),
    (data.template, "template"),
    (data.import_files, "import"),
    (data.enterprises, "enterprises"),
    (data.batches, "batches"),
    (account.recompute, "recompute"),
    (results.progress, "progress"),
    (results.explain, "explain"),
    (results.indicators, "indicators"),
    (results.areas, "areas"),
    (data.starters, "starters"),
    (demo.demo, "demo"),
    (serve.serve, "serve"),
    (serve.openapi, "openapi"),
    (system.backup, "backup"),
    (system.restore, "restore"),
    (system.doctor, "doctor"),
):
    app.command(name)(command)
app.add_typer(account.app, name="account")
app.add_typer(energy.app, name="energy")
app.add_typer(period.app, name="period")
app.add_typer(plan.app, name="plan")
app.add_typer(region.app, name="region")
app.add_typer(certificates.app, name="certificates")
app.add_typer(users.app, name="user")
app.add_typer(results.report, name="report")
app.add_typer(rules.app, name="rules")


def _say_version(wanted: bool) -> None:
    if wanted:
        shown.say(f"dafeng {__version__}")
        raise typer.Exit


@app.callback(help=ABOUT)
def _version(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """The options of dafeng itself."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command; the process ends with an exit code that means something (docs/programme.md)."""
    words = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Chinese shows ?, and the command goes on
    try:
        code = app(words, standalone_mode=False)
        if code == INTERRUPTED:  # typer has caught Ctrl-C
            raise KeyboardInterrupt
    except DafengError as error:
        shown.fail(error, machine="--json" in words)
        code = error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        shown.fail(Cancelled("stopped; what was finished stays", mend="Run again to go on."), machine="--json" in words)
        code = INTERRUPTED
    except TyperException as error:  # a usage error: unknown command, missing argument
        shown.fail(BadRequest(error.format_message(), mend="See dafeng --help."), machine="--json" in words)
        code = USAGE
    except BrokenPipeError:  # the reader closed early
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:  # a folder that cannot be written, a full disk
        what = f"{error.strerror or error}"
        mend = "Check the path, the rights on the folder, and the space on the disk."
        failure = StoreError(what, where=str(error.filename or ""), mend=mend)
        shown.fail(failure, machine="--json" in words)
        code = failure.exit_code
    sys.exit(code or 0)


if __name__ == "__main__":
    main()
