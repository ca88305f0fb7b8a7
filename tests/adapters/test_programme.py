"""A programme's directory: its inboxes, paths that may not leave it, its clock, and the lock."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dafeng.adapters.programme import ProgrammeFiles, SystemClock, only_one, read_settings
from dafeng.app.ports import InputFile
from dafeng.base.errors import BadRequest, NotFound, StoreError


@pytest.fixture
def files(tmp_path) -> ProgrammeFiles:
    (tmp_path / "p" / "plans").mkdir(parents=True)
    return ProgrammeFiles(tmp_path / "p")


def test_inputs_come_in_order_without_hidden_and_lock_files(files):
    inbox = files.folder / "plans"
    for name in ("b.txt", "a.txt", ".hidden", "~$a.docx", "README.md", "deeper/c.txt"):
        (inbox / name).parent.mkdir(exist_ok=True)
        (inbox / name).write_bytes(b"12345")
    found = files.inputs("plans")
    assert [f.path for f in found] == ["plans/a.txt", "plans/b.txt", "plans/deeper/c.txt"]
    assert {f.size for f in found} == {5}
    assert files.read(found[0]) == b"12345"
    assert files.inputs("activity") == []


@pytest.mark.parametrize("path", ["../outside", "plans/../../outside", "/etc/passwd", "plans/link/x"])
def test_no_path_leads_out_of_the_programme(files, tmp_path, path):
    (tmp_path / "elsewhere").mkdir()
    (files.folder / "plans" / "link").symlink_to(tmp_path / "elsewhere")
    for act in (
        lambda: files.write(path, b"x"),
        lambda: files.read(InputFile("plans", path, 1)),
        lambda: files.place(path),
    ):
        with pytest.raises(BadRequest, match="leads out"):
            act()
    assert not (tmp_path / "outside").exists()
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_file_written_can_be_found_and_one_removed_cannot(files):
    where = files.write("reports/a.txt", b"x")
    assert files.place("reports/a.txt") == where
    Path(where).unlink()
    assert files.place("reports/a.txt") is None
    assert files.place("reports") is None


def test_a_directory_without_settings_is_no_programme(tmp_path):
    with pytest.raises(NotFound) as told:
        read_settings(tmp_path)
    assert "dafeng init" in told.value.mend


def test_days_are_cut_in_the_programmes_zone():
    for zone in ("Asia/Shanghai", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        clock = SystemClock(zone)
        before = datetime.now(ZoneInfo(zone)).date()
        day = clock.today()
        assert before <= day <= datetime.now(ZoneInfo(zone)).date()
        assert clock.now().tzinfo == UTC


def test_the_lock_is_held_once_and_given_back(tmp_path):
    with only_one(tmp_path):
        with pytest.raises(StoreError) as told, only_one(tmp_path):
            pass
        assert told.value.mend
    with only_one(tmp_path):
        pass


def test_the_lock_is_given_back_when_the_work_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), only_one(tmp_path):
        raise ZeroDivisionError
    with only_one(tmp_path):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path):
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from dafeng.adapters.programme import only_one\n"
        "with only_one(Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StoreError), only_one(tmp_path):
            pass
        other.kill()
        other.wait()
    with only_one(tmp_path):
        pass
