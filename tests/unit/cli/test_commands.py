"""The list of commands: it says of each what the command says of itself, and reads none that is not asked for."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys

import pytest
import typer

from dafeng.cli.main import COMMANDS, application

CASE = "coal.json"
BURNT = {
    "case": "coal", "method": "cement", "family": "mee_ets_2023", "period": "2023", "scope": "CN",
    "activity": [{"stream": "fuel", "item": "bituminous", "inputs": {"amount": 1200, "ncv": 21.3}}],
}  # fmt: skip
NEEDLESS = ("dafeng.wiring", "dafeng.app", "sqlalchemy")


def lines(asked: tuple[str, ...]) -> dict[str, str]:
    """What ``--help`` has to say of each command: the first paragraph of its help."""
    commands = typer.main.get_command(application(asked)).commands
    return {n: " ".join(inspect.cleandoc(c.help).partition("\n\n")[0].split()) for n, c in commands.items()}


def test_a_command_that_is_not_read_is_listed_as_if_it_were():
    assert lines(()) == lines(tuple(COMMANDS))
    assert len(COMMANDS) > 20


def test_only_the_command_asked_for_is_there_to_be_called():
    commands = typer.main.get_command(application(("starters",))).commands
    assert commands["starters"].callback.__module__ == "dafeng.cli.data"
    with pytest.raises(AssertionError, match="was not read"):
        commands["run"].callback()


@pytest.mark.parametrize(
    ("words", "needless"),
    [(["--help"], (*NEEDLESS, "polars")), (["account", "case", CASE], ("dafeng.wiring", "sqlalchemy", "pint"))],
    ids=["help", "case"],
)
def test_what_needs_no_programme_reads_none_of_what_opens_one(words, needless, tmp_path):
    (tmp_path / CASE).write_text(json.dumps(BURNT), "utf-8")
    script = (
        "import sys\nfrom dafeng.cli.main import main\n"
        f"try:\n    main({words!r})\n"
        f"except SystemExit:\n    print([n for n in {needless!r} if n in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ("tCO2" in done.stdout) is (CASE in words)
    assert done.stderr.splitlines()[-1] == "[]"
