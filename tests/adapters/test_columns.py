"""The column store: written whole or not at all, never overwritten, and true to its bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime

import polars as pl
import pytest

from dafeng.adapters.columns import FolderColumns, write_whole
from dafeng.base.errors import NotFound, StoreError
from dafeng.collect.facts import FACT_SCHEMA, with_ids


def facts(batch: str, value: float | None = 1.5) -> pl.DataFrame:
    row = dict.fromkeys(FACT_SCHEMA) | {
        "subject_kind": "enterprise", "subject_id": "E-1", "measure": "energy_used", "item": "bituminous",
        "period": "2024", "value": value, "unit": "t", "quality": "measured", "status": "official", "batch_id": batch,
        "recorded_at": datetime(2026, 1, 5, tzinfo=UTC), "fact_id": "",
    }  # fmt: skip
    return with_ids(pl.DataFrame([row], schema=FACT_SCHEMA))


def everything(folder) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_facts_of_all_batches_come_back_as_written(tmp_path):
    store = FolderColumns(tmp_path)
    assert store.facts().schema == pl.Schema(FACT_SCHEMA)
    assert store.facts().is_empty()
    store.put_facts("B-1", facts("B-1"))
    store.put_facts("B-2", facts("B-2", None))
    again = FolderColumns(tmp_path).facts()
    assert again.equals(pl.concat([facts("B-1"), facts("B-2", None)]))
    assert again["value"].to_list() == [1.5, None]


def test_a_batch_is_never_overwritten(tmp_path):
    store = FolderColumns(tmp_path)
    store.put_facts("B-1", facts("B-1"))
    with pytest.raises(StoreError):
        store.put_facts("B-1", facts("B-1").clear())
    assert store.facts().height == 1


def test_results_by_run_and_name(tmp_path):
    store = FolderColumns(tmp_path)
    assert store.result("RUN-1", "lines") is None
    store.put_result("RUN-1", "lines", pl.DataFrame({"a": [1]}))
    store.put_result("RUN-1", "states", pl.DataFrame({"b": [2]}))
    assert store.result("RUN-1", "lines").equals(pl.DataFrame({"a": [1]}))
    assert store.result("RUN-2", "lines") is None


@pytest.mark.parametrize("hostile", ["..", "../RUN-1", "a/b", "/etc", "a\\b", "", ".hidden", "RUN-1\0", "R" * 500])
def test_no_id_leads_out_of_the_store(tmp_path, hostile):
    store, outside = FolderColumns(tmp_path / "store"), tmp_path / "lines.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(outside)
    before = everything(tmp_path)
    assert store.result(hostile, "lines") is None
    assert store.result("RUN-1", hostile) is None
    with pytest.raises(NotFound):
        store.get_bytes(hostile)
    for put in (
        lambda: store.put_result(hostile, "lines", pl.DataFrame()),
        lambda: store.put_facts(hostile, facts("B")),
    ):
        with pytest.raises(StoreError):
            put()
    assert everything(tmp_path) == before


def test_evidence_is_kept_under_its_hash_and_no_other(tmp_path):
    store, data = FolderColumns(tmp_path), "一份文件".encode()
    sha = hashlib.sha256(data).hexdigest()
    store.put_bytes(sha, data)
    store.put_bytes(sha, data)
    assert store.get_bytes(sha) == data
    with pytest.raises(StoreError):
        store.put_bytes("0" * 64, data)
    with pytest.raises(NotFound):
        store.get_bytes("0" * 64)
    assert len(everything(tmp_path)) == 1


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch, step):
    write_whole(tmp_path / "a", b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if step == "replace":
        monkeypatch.setattr("pathlib.Path.replace", full)
    elif step == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr("pathlib.Path.open", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a", b"new")
    monkeypatch.undo()
    assert (tmp_path / "a").read_bytes() == b"old"
    assert everything(tmp_path) == {"a"}


def test_facts_that_fail_to_be_written_leave_nothing_half(tmp_path, monkeypatch):
    store = FolderColumns(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put_facts("B-1", facts("B-1"))
    monkeypatch.undo()
    assert everything(tmp_path) == set()
    assert store.facts().is_empty()


def test_a_process_killed_while_it_writes_leaves_the_old_file(tmp_path):
    """SIGKILL between the bytes and the renaming: no reader sees half a file, and the rest is not taken for one."""
    write_whole(tmp_path / "store" / "facts" / "x.txt", b"old")
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "import polars as pl\n"
        "from dafeng.adapters import columns\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "where = Path(sys.argv[1])\n"
        "if sys.argv[2] == 'bytes':\n"
        "    columns.write_whole(where / 'facts' / 'x.txt', b'new')\n"
        "else:\n"
        "    columns.FolderColumns(where).put_facts('B-1', pl.DataFrame({'a': [1]}))\n"
    )
    for what in ("bytes", "frame"):
        died = subprocess.run([sys.executable, "-c", script, str(tmp_path / "store"), what], check=False)
        assert died.returncode == -9
    assert (tmp_path / "store" / "facts" / "x.txt").read_bytes() == b"old"
    assert FolderColumns(tmp_path / "store").facts().is_empty()
    write_whole(tmp_path / "store" / "facts" / "x.txt", b"new")
    assert (tmp_path / "store" / "facts" / "x.txt").read_bytes() == b"new"
