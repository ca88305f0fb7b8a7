"""``dafeng demo``: build 示范市 (synthetic), or Jinzhong 晋中 from public data beside the repository, and run it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from dafeng.adapters import server
from dafeng.adapters.documents import rendered
from dafeng.app import running
from dafeng.app.demo import DEMO_SETTINGS, FILES, JINZHONG_SETTINGS, build_jinzhong
from dafeng.app.demo.acting import act_first
from dafeng.app.demo.claiming import claim_first
from dafeng.app.demo.published import publish_first
from dafeng.app.demo.regions import regions_first
from dafeng.app.making import demo_files, settings_text
from dafeng.app.settings import Settings
from dafeng.app.system.serving import ServeOptions
from dafeng.base.errors import NotFound
from dafeng.cli import shown
from dafeng.cli.options import Json
from dafeng.cli.results import show_run
from dafeng.wiring import local_caller, make_programme, programme, write_inputs

_REAL_MEND = "Clone the folder `shared` beside the repository, or name it with --data."


def demo(
    programme_dir: Annotated[Path, typer.Option("--programme", "-p", help="Where to build it.")] = Path("demo"),
    real: Annotated[bool, typer.Option("--real", help="Jinzhong from real public data instead of 示范市.")] = False,
    data: Annotated[Path, typer.Option(help="The folder of public data, for --real.")] = Path("../shared"),
    serve: Annotated[bool, typer.Option("--serve", help="Then serve the portal until Ctrl-C.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the portal; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes of the portal.")] = 1,
    accounts: Annotated[Path | None, typer.Option(help="With --serve: a file for the accounts, as JSON.")] = None,
    as_json: Json = False,
) -> None:
    """Build a demonstration programme and run all stages on it. A second time only what changed is done."""
    settings = JINZHONG_SETTINGS if real else DEMO_SETTINGS
    made = _made(settings, programme_dir)
    if made:
        write_inputs(programme_dir, _jinzhong(data) if real else demo_files())
    with programme(programme_dir, writing=True) as services, shown.bars(quiet=as_json) as bar:
        # claims on green certificates come before the account, which counts them
        summary = running.run(
            services, local_caller(), bar, rendered, prepare=lambda: claim_first(services, local_caller())
        )
        publish_first(services, local_caller(), rendered)
        act_first(services, local_caller())
        regions_first(services, local_caller())
    show_run(summary, as_json=as_json)
    if not as_json:
        if settings.demonstration:
            shown.say("演示数据: every figure of 示范市 is synthetic.")
        shown.say(
            f"next: dafeng progress --programme {programme_dir}   ·   dafeng explain <id> --programme {programme_dir}"
        )
    if serve and settings.demonstration:
        _serve(programme_dir, ServeOptions(port=port, workers=workers), accounts)
    raise typer.Exit(summary.exit_code)


def _serve(folder: Path, options: ServeOptions, accounts: Path | None) -> None:
    """Make the accounts of each role anew, show them, and serve until Ctrl-C or SIGTERM."""
    from dafeng.app.identity.demo import demo_people

    with programme(folder, writing=True) as services:
        people = demo_people(services, local_caller())
    _show_people(people)
    if accounts is not None:
        _write_accounts(accounts, people)
    server.serve(folder.resolve(), options, _say_address)
    shown.say("portal 门户: stopped 已停止")


def _say_address(address: str) -> None:
    shown.say(f"portal 门户: {address}   (Ctrl-C stops it 按 Ctrl-C 停止)")


def _show_people(people: Sequence[tuple[str, str, str, str]]) -> None:
    shown.say("accounts 演示账号 (generated for this start 每次启动重新生成):")
    width = max(len(login) for _, login, _, _ in people)
    for _, login, password, words in people:
        shown.say(f"  {login:<{width}}  {password}  {words}")


def _write_accounts(path: Path, people: Sequence[tuple[str, str, str, str]]) -> None:
    """Write the accounts for a test's eyes only: nobody else may read the file."""
    rows = [dict(zip(("role", "login", "password", "words"), person, strict=True)) for person in people]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(rows, file, ensure_ascii=False)


def _made(settings: Settings, folder: Path) -> bool:
    """Make the directory where there is none; say whether it was made."""
    if (folder / "dafeng.toml").exists():
        return False
    make_programme(folder, {"dafeng.toml": settings_text(settings)})
    return True


def _jinzhong(data: Path) -> dict[str, bytes]:
    missing = [path for path in FILES.values() if not (data / path).is_file()]
    if missing:
        raise NotFound(f"public data are not here: {missing[0]}", where=str(data), mend=_REAL_MEND)
    made = build_jinzhong({path: (data / path).read_bytes() for path in FILES.values()})
    for doubt in made.doubts[:20]:
        shown.err.print(f"left out: {doubt.record}: {doubt.why}", markup=False)
    return made.files
