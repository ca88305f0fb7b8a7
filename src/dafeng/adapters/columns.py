"""The column store: facts by batch, results by run as Parquet, and evidence as it came, all in one folder."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import polars as pl

from dafeng.base.errors import NotFound, StoreError
from dafeng.collect.facts import FACT_SCHEMA


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,159}")  # of what may be part of a path: leads nowhere else


def _named(*names: str) -> bool:
    return all(_NAME.fullmatch(name) for name in names)


def _require_named(*names: str) -> None:
    if not _named(*names):
        raise StoreError("this cannot name anything in the column store", where=" ".join(names)[:80], mend="Report it.")


class FolderColumns:
    """``ColumnStore`` in a folder: ``facts/``, ``runs/<id>/``, ``evidence/<hash>``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put_bytes(self, sha256: str, data: bytes) -> None:
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StoreError("evidence does not match its hash", where=sha256, mend="Read the file again.")
        path = self._folder / "evidence" / sha256[:2] / sha256
        if not path.exists():
            write_whole(path, data)

    def get_bytes(self, sha256: str) -> bytes:
        path = self._folder / "evidence" / sha256[:2] / sha256
        if not _named(sha256) or not path.is_file():
            raise NotFound("this file is not in the evidence store", where=sha256)
        return path.read_bytes()

    def put_facts(self, batch_id: str, facts: pl.DataFrame) -> None:
        """Add a batch. What was written once is never overwritten: StoreError."""
        _require_named(batch_id)
        path = self._folder / "facts" / f"{batch_id}.parquet"
        if path.exists():
            raise StoreError("facts of this batch are there already", where=batch_id, mend="Import it as a new batch.")
        self._write(path, facts)

    def facts(self) -> pl.DataFrame:
        files = sorted((self._folder / "facts").glob("*.parquet"))
        if not files:
            return pl.DataFrame(schema=FACT_SCHEMA)
        return pl.concat([pl.read_parquet(f) for f in files], how="vertical")

    def put_result(self, run_id: str, name: str, frame: pl.DataFrame) -> None:
        _require_named(run_id, name)
        self._write(self._folder / "runs" / run_id / f"{name}.parquet", frame)

    def result(self, run_id: str, name: str) -> pl.DataFrame | None:
        path = self._folder / "runs" / run_id / f"{name}.parquet"
        return pl.read_parquet(path) if _named(run_id, name) and path.is_file() else None

    @staticmethod
    def _write(path: Path, frame: pl.DataFrame) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            frame.write_parquet(part, compression="zstd")
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
