"""Recompute an exported account 复算: the same facts, registry and rules must give the same lines, to the last digit.

What is exported is everything a line rests on: delivered figures with their cells, dated registry rows, every rule
document, and the lines themselves. Nothing of the programme is asked; a verifier takes it home.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import msgspec
import polars as pl

from dafeng.account.inventory import CODE_VERSION, inventory
from dafeng.base.errors import UnreadableFile
from dafeng.collect.facts import FACT_SCHEMA
from dafeng.rules.methods import assemble_methods
from dafeng.rules.packaged import read_file, read_folder
from dafeng.rules.rulebook import assemble

FORMAT = 1
MANIFEST, RULES = "manifest.json", "rules.json"
TABLES = ("facts", "areas", "industries", "enterprises", "lines")
KEY = ["subject_kind", "subject_id", "measure", "item", "period"]
DIGITS = 12  # significant digits to which a sum must agree; its last bits depend on the order of adding
_SAME = 10.0**-DIGITS


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an export is: of which run, area or works, family, knowledge day, code, rules; and the hash of each file."""

    format: int
    subject: str
    run_id: str
    family: str
    as_of: date | None
    code: str
    rulebook: str
    files: dict[str, str]


@dataclass(frozen=True)
class _Registry:
    areas: pl.DataFrame
    industries: pl.DataFrame
    enterprises: pl.DataFrame


class Off(msgspec.Struct, frozen=True):
    """A line that does not agree: printed and recomputed; None where one of the two has it not."""

    subject: str
    measure: str
    item: str
    period: str
    exported: float | None
    recomputed: float | None


class Recomputed(msgspec.Struct, frozen=True):
    """lines: how many were exported; agree: how many came out the same; exact: those the same to the last bit.

    altered: files whose bytes are not those of the manifest. code_differs: the export was made by another version of
    the arithmetic.
    """

    subject: str
    run_id: str
    lines: int
    agree: int
    exact: int
    off: tuple[Off, ...]
    altered: tuple[str, ...]
    code_differs: str | None
    rulebook: str

    @property
    def proved(self) -> bool:
        return self.agree == self.lines > 0 and not self.altered


def packed(
    subject: str, run_id: str, family: str, as_of: date | None, tables: Mapping[str, pl.DataFrame]
) -> dict[str, bytes]:
    """The files of an export. tables: TABLES as the account read and made them."""
    files = {f"{name}.parquet": _parquet(tables[name]) for name in TABLES}
    documents = {
        "parameters": read_folder("parameters"),
        "families": read_folder("families"),
        "methods": read_folder("methods"),
        **{n: read_file(f"{n}.yaml") for n in ("energy_items", "grid_regions", "ranges")},
    }
    files[RULES] = msgspec.json.encode(documents)
    version = _rulebook(documents).version
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    manifest = Manifest(FORMAT, subject, run_id, family, as_of, CODE_VERSION, version, hashes)
    return {MANIFEST: msgspec.json.format(msgspec.json.encode(manifest)), **files}


def recompute(files: Mapping[str, bytes]) -> Recomputed:
    """Compute an export again and hold every line against what was exported.

    Raises UnreadableFile where it is no export, lacks a file, or a table does not hold what it should.
    """
    manifest = _manifest(files)
    lacking = [f for f in (RULES, *(f"{t}.parquet" for t in TABLES)) if f not in files]
    if lacking:
        raise _unreadable(f"the export lacks {lacking[0]}", lacking[0])
    altered = [n for n, digest in manifest.files.items() if hashlib.sha256(files.get(n, b"")).hexdigest() != digest]
    tables = {name: _table(files[f"{name}.parquet"], name) for name in TABLES}
    documents = _documents(files[RULES])
    registry = _Registry(tables["areas"], tables["industries"], tables["enterprises"])
    rulebook = _rulebook(documents)
    made = inventory(
        tables["facts"].select(list(FACT_SCHEMA)), rulebook, family=manifest.family, registry=registry,
        as_of=manifest.as_of, methods=assemble_methods(documents["methods"]),
    ).lines  # fmt: skip
    told = tables["lines"].select(*KEY, exported="value").join(
        made.select(*KEY, recomputed="value", there=pl.lit(value=True)), on=KEY, how="left", maintain_order="left"
    )  # fmt: skip
    one, other = pl.col("exported"), pl.col("recomputed")
    near = (one - other).abs() <= _SAME * pl.max_horizontal(one.abs(), other.abs())
    same = told.with_columns(
        exact=one.eq_missing(other) & pl.col("there").fill_null(value=False),
        agree=(near.fill_null(value=False) | one.eq_missing(other)) & pl.col("there").fill_null(value=False),
    )
    off = same.filter(~pl.col("agree")).head(200)
    return Recomputed(
        manifest.subject, manifest.run_id, same.height, int(same["agree"].sum()), int(same["exact"].sum()),
        tuple(Off(*row) for row in off.select(*KEY[1:], "exported", "recomputed").iter_rows()), tuple(altered),
        manifest.code if manifest.code != CODE_VERSION else None, rulebook.version,
    )  # fmt: skip


def _rulebook(documents: Mapping[str, Any]) -> Any:
    tables = (documents[n] for n in ("energy_items", "grid_regions", "ranges"))
    return assemble(documents["parameters"], documents["families"], *tables)


def _manifest(files: Mapping[str, bytes]) -> Manifest:
    try:
        manifest = msgspec.json.decode(files[MANIFEST], type=Manifest)
    except (KeyError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable("this is no exported account", MANIFEST) from error
    if manifest.format != FORMAT:
        raise _unreadable(f"the export is of form {manifest.format}, not {FORMAT}", MANIFEST)
    return manifest


def _documents(data: bytes) -> dict[str, Any]:
    try:
        held: dict[str, Any] = msgspec.json.decode(data, type=dict[str, Any])
        return held | {n: [tuple(pair) for pair in held[n]] for n in ("parameters", "families", "methods")}
    except (KeyError, TypeError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable("the rules of the export cannot be read", RULES) from error


def _parquet(table: pl.DataFrame) -> bytes:
    out = BytesIO()
    table.write_parquet(out, compression="zstd", statistics=False)
    return out.getvalue()


def _table(data: bytes, name: str) -> pl.DataFrame:
    try:
        return pl.read_parquet(BytesIO(data))
    except Exception as error:
        raise _unreadable(f"the table {name} cannot be read", f"{name}.parquet") from error


def _unreadable(what: str, where: str) -> UnreadableFile:
    return UnreadableFile(
        what, where=where, mend="Export the account again: dafeng account export.",
        zh=f"不是可复算的导出文件：{where}", mend_zh="请重新导出：dafeng account export。",
    )  # fmt: skip
