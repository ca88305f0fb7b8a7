"""``dafeng user``: the owner of a programme makes its first accounts; a password is printed once and kept nowhere."""

from __future__ import annotations

import json
import sqlite3

import pytest

from dafeng.app.identity import signin
from dafeng.app.making import settings_text
from dafeng.app.settings import Settings
from dafeng.cli.main import main
from dafeng.wiring import make_programme, programme


@pytest.fixture
def user(tmp_path, capsys):
    folder = tmp_path / "p"
    make_programme(folder, {"dafeng.toml": settings_text(Settings(name="试验", area="140700"))})

    def run(*words):
        with pytest.raises(SystemExit) as stopped:
            main(["user", *words, "--programme", str(folder), "--json"])
        printed = capsys.readouterr()
        return stopped.value.code, json.loads(printed.out or printed.err)

    run.folder = folder
    return run


def test_the_first_administrators_are_three_with_passwords_of_their_own(user):
    code, made = user("first-admins")
    assert code == 0
    assert [m["login"] for m in made] == ["sysadmin", "secadmin", "auditor"]
    assert len({m["password"] for m in made}) == 3
    roles = {p["login"]: p["roles"] for p in user("list")[1]}
    assert roles == {"auditor": ["auditor"], "secadmin": ["secadmin"], "sysadmin": ["sysadmin"]}
    assert user("first-admins")[0] == 2  # not a second time


def test_a_printed_password_signs_in_and_stands_in_no_file(user):
    password = user("create", "li.gong", "--name", "李工")[1][0]["password"]
    with programme(user.folder) as services:
        assert signin.begin(services, "li.gong", password).session.must_change_password
    assert not any(password.encode() in f.read_bytes() for f in user.folder.rglob("*") if f.is_file())


def test_granting_needs_the_scope_and_is_shown(user):
    user("create", "li", "--name", "李")
    code, problem = user("grant", "li", "--role", "county")
    assert (code, problem["error"]["where"]) == (2, "areas")
    code, person = user("grant", "li", "--role", "county", "--area", "140702", "--until", "2099-01-01", "--why", "新任")
    assert (code, person["roles"], person["areas"]) == (0, ["county"], ["140702"])
    assert person["until"].startswith("2099-01-01")


def test_an_address_is_written_and_administrators_without_one_are_told_of(user, capsys):
    with pytest.raises(SystemExit):
        main(["user", "first-admins", "--programme", str(user.folder)])
    assert "dafeng user email sysadmin|secadmin|auditor" in capsys.readouterr().out
    code, person = user("email", "secadmin", "Wang@city.example")
    assert (code, person["email"]) == (0, "wang@city.example")
    user("create", "second", "--name", "王", "--email", "wang+2@city.example")
    code, problem = user("grant", "second", "--role", "officer", "--area", "140700")
    assert (code, problem["error"]["where"]) == (2, "roles")


def test_disable_and_unlock(user):
    user("create", "li", "--name", "李")
    assert user("disable", "li")[1]["disabled"] is True
    assert user("enable", "li")[1]["disabled"] is False
    first, second = (user("unlock", "li", "--password")[1][0]["password"] for _ in range(2))
    assert first != second
    assert user("unlock", "nobody")[0] == 5


def test_what_the_owner_does_stands_in_the_trail(user):
    user("create", "li", "--name", "李")
    user("grant", "li", "--role", "emperor")
    with sqlite3.connect(user.folder / "store" / "dafeng.db") as database:
        rows = database.execute("SELECT act, subject, outcome FROM audit ORDER BY seq").fetchall()
    assert rows == [("user.create", "li", "ok"), ("user.grant", "li", "failed")]
