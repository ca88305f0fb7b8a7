"""Fixtures of the command line: a way to call it, and a programme that has been run once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_town import CITY, Dafeng, fill

from dafeng.adapters.documents import rendered
from dafeng.app import running
from dafeng.app.making import new_programme
from dafeng.app.services import Silent
from dafeng.cli import shown
from dafeng.wiring import local_caller, make_programme, programme


@pytest.fixture
def dafeng(capsys, monkeypatch) -> Dafeng:
    monkeypatch.delenv("DAFENG_PROGRAMME", raising=False)
    monkeypatch.setenv("COLUMNS", "240")
    monkeypatch.setattr(shown.out, "width", 240)
    return Dafeng(capsys)


@pytest.fixture
def empty(tmp_path) -> Path:
    """A programme without any input (and without its templates, which take the time)."""
    folder = tmp_path / "empty"
    make_programme(folder, new_programme(CITY, "试验").files)
    return folder


@pytest.fixture(scope="session")
def _ran_once(tmp_path_factory) -> Path:
    """Made by the use cases behind the command line, so that it can live longer than one test's captured output."""
    folder = tmp_path_factory.mktemp("town") / "town"
    make_programme(folder, new_programme(CITY, "试验").files)
    fill(folder)
    with programme(folder, writing=True) as services:
        summary = running.run(services, local_caller(), Silent(), rendered)
    assert not summary.failures
    return folder


@pytest.fixture
def town(_ran_once, tmp_path) -> Path:
    """The town's programme, run once: a copy of its own for each test that may change it."""
    return Path(shutil.copytree(_ran_once, tmp_path / "town"))


@pytest.fixture
def seen(_ran_once) -> Path:
    """The same programme for tests that only look."""
    return _ran_once


@pytest.fixture
def quick() -> Iterator[None]:
    """A report that is only its title: for tests of what comes before the report."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dafeng.cli.results.rendered", lambda report: {"report.html": report.title.encode()})
        yield
