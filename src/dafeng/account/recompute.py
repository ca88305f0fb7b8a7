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
from dafeng.account.recompute_parts import ACCOUNT, BESIDE, KEY, Part, in_one_form, made_again
from dafeng.base.errors import UnreadableFile
from dafeng.collect.facts import FACT_SCHEMA
from dafeng.registry.trees import tree_of
from dafeng.rules.methods import assemble_methods
from dafeng.rules.packaged import read_file, read_folder
from dafeng.rules.regional import regional_documents
from dafeng.rules.rulebook import assemble

FORMAT = 2
_READ = (1, 2)  # forms that can be recomputed; the first held accounts alone
MANIFEST, RULES = "manifest.json", "rules.json"
TABLES = ("facts", "areas", "industries", "enterprises", "lines")
DIGITS = 12  # significant digits to which a sum must agree; its last bits depend on the order of adding
_SAME = 10.0**-DIGITS
_MOST_OFF, _MOST_ROWS = 200, 50_000_000
_FILES = ("energy_items", "grid_regions", "ranges", "energy_control", "energy_uses")


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an export is: of which run, area or works, family, knowledge day, code, rules; and the hash of each file.

    region_method: of the regional account, where one goes along.
    """

    format: int
    subject: str
    run_id: str
    family: str
    as_of: date | None
    code: str
    rulebook: str
    files: dict[str, str]
    region_method: str | None = None


@dataclass(frozen=True)
class _Registry:
    areas: pl.DataFrame
    industries: pl.DataFrame
    enterprises: pl.DataFrame


class Off(msgspec.Struct, frozen=True):
    """A line that does not agree: printed and recomputed; None where one of the two has it not.

    what: "left_out" of the export, "added" to it, another "figure", or another rule, input, status or note ("words").
    """

    subject: str
    measure: str
    item: str
    period: str
    exported: float | None
    recomputed: float | None
    what: str


class Section(msgspec.Struct, frozen=True):
    """One proved table: how many figures were exported, came out the same, and the same to the last bit."""

    name: str
    zh: str
    en: str
    figures: int
    agree: int
    exact: int


class Recomputed(msgspec.Struct, frozen=True):
    """lines: how many figures were exported; agree: how many came out the same; exact: those the same to the last bit.

    altered: files whose bytes are not those of the manifest, that are missing, or of which it says nothing. digest:
    SHA-256 of the manifest, to be held against what the issuer says it gave out. code_differs: the export was made by
    another version of the arithmetic.
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
    sections: tuple[Section, ...] = ()
    digest: str = ""

    @property
    def proved(self) -> bool:
        return self.agree == self.lines > 0 and not self.altered


def packed(
    subject: str, run_id: str, family: str, as_of: date | None, tables: Mapping[str, pl.DataFrame],
    *, region_method: str | None = None,
) -> dict[str, bytes]:  # fmt: skip
    """The files of an export. tables: TABLES as the account read and made them, and those of BESIDE with their needs
    that go along."""
    missing = set(TABLES) - set(tables)
    assert not missing, missing
    files = {f"{name}.parquet": _parquet(table) for name, table in tables.items()}
    documents = {
        "parameters": read_folder("parameters"),
        "families": read_folder("families"),
        "methods": read_folder("methods"),
        "regional": regional_documents(),
        **{n: read_file(f"{n}.yaml") for n in _FILES},
    }
    files[RULES] = msgspec.json.encode(documents)
    version = _rulebook(documents).version
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    manifest = Manifest(FORMAT, subject, run_id, family, as_of, CODE_VERSION, version, hashes, region_method)
    return {MANIFEST: msgspec.json.format(msgspec.json.encode(manifest)), **files}


def recompute(files: Mapping[str, bytes]) -> Recomputed:
    """Compute an export again and hold every figure against what was exported.

    Raises UnreadableFile where it is no export, lacks a file, or a table does not hold what it should.
    """
    manifest = _manifest(files)
    parts = [p for p in BESIDE if f"{p.name}.parquet" in manifest.files]
    wanted = [*TABLES, *(name for p in parts for name in (p.name, *p.needs))]
    lacking = [f for f in (RULES, *(f"{t}.parquet" for t in wanted)) if f not in files]
    if lacking:
        raise _unreadable(f"the export lacks {lacking[0]}", lacking[0])
    altered = [n for n, digest in manifest.files.items() if hashlib.sha256(files.get(n, b"")).hexdigest() != digest]
    altered += sorted(set(files) - set(manifest.files) - {MANIFEST})
    tables = {name: _table(files[f"{name}.parquet"], name) for name in wanted}
    documents = _documents(files[RULES])
    rulebook = _rulebook(documents)
    lines = _account(manifest, tables, documents, rulebook)
    areas = _areas(manifest.subject, tables["areas"])
    held = [(ACCOUNT, _held(ACCOUNT, tables["lines"], lines, areas))]
    for part in parts:
        made = made_again(
            part, tables, lines, documents, rulebook, rulebook.family(manifest.family), manifest.region_method
        )
        held.append((part, _held(part, tables[part.name], made, areas)))
    return _told(manifest, held, altered, rulebook.version, files[MANIFEST])


def _account(
    manifest: Manifest, tables: Mapping[str, pl.DataFrame], documents: Mapping[str, Any], rulebook: Any
) -> pl.DataFrame:
    registry = _Registry(tables["areas"], tables["industries"], tables["enterprises"])
    return inventory(
        tables["facts"].select(list(FACT_SCHEMA)), rulebook, family=manifest.family, registry=registry,
        as_of=manifest.as_of, methods=assemble_methods(documents["methods"]),
    ).lines  # fmt: skip


def _areas(subject: str, areas: pl.DataFrame) -> list[str]:
    """The subject of an export, where it is an area, and all below it."""
    tree = tree_of("areas", areas, "area_code")
    return list(tree.descendants(subject)) if subject in tree else []


def _held(part: Part, exported: pl.DataFrame, made: pl.DataFrame, areas: list[str]) -> pl.DataFrame:
    """Every exported figure beside the recomputed one: exact to the last bit, or agreeing in DIGITS digits, with the
    same rule, inputs, status and note; and those that should have been exported and were not.

    areas: the area of the export and those below. Sums above it are of its works alone and so no figures of it.
    """
    kind, place = pl.col("kind"), pl.col("subject").str.head(6).is_in(areas)
    again = in_one_form(part, made).filter((kind == "enterprise") | (kind.is_in(["area", "area_industry"]) & place))
    joined = in_one_form(part, exported).with_columns(told=pl.lit(value=True)).join(
        again.with_columns(made=pl.lit(value=True)), on=KEY, how="full", suffix="_again", coalesce=True,
        maintain_order="left_right",
    )  # fmt: skip
    figures = ("value", *part.numbers)
    told, again_there = pl.col("told").is_not_null(), pl.col("made").is_not_null()
    same = pl.col("said").eq_missing(pl.col("said_again")) & told & again_there
    near = pl.all_horizontal(*map(_near, figures))
    what = (
        pl.when(~told).then(pl.lit("left_out")).when(~again_there).then(pl.lit("added"))
        .when(~near).then(pl.lit("figure")).otherwise(pl.lit("words"))
    )  # fmt: skip
    exact = pl.all_horizontal(same, *(pl.col(n).eq_missing(pl.col(f"{n}_again")) for n in figures))
    return joined.select(*KEY, exported="value", recomputed="value_again", exact=exact, agree=same & near, what=what)


def _near(name: str) -> pl.Expr:
    one, other = pl.col(name), pl.col(f"{name}_again")
    near = (one - other).abs() <= _SAME * pl.max_horizontal(one.abs(), other.abs())
    return near.fill_null(value=False) | one.eq_missing(other)


def _told(
    manifest: Manifest, held: list[tuple[Part, pl.DataFrame]], altered: list[str], rulebook: str, sealed: bytes
) -> Recomputed:
    sections = tuple(
        Section(p.name, p.zh, p.en, f.height, int(f["agree"].sum()), int(f["exact"].sum())) for p, f in held
    )
    off = [
        Off(*row)
        for _, frame in held
        for row in frame.filter(~pl.col("agree"))
        .select(*KEY[1:], "exported", "recomputed", "what")
        .head(_MOST_OFF)
        .iter_rows()
    ]
    return Recomputed(
        manifest.subject, manifest.run_id, sum(s.figures for s in sections), sum(s.agree for s in sections),
        sum(s.exact for s in sections), tuple(off[:_MOST_OFF]), tuple(altered),
        manifest.code if manifest.code != CODE_VERSION else None, rulebook, sections,
        hashlib.sha256(sealed).hexdigest(),
    )  # fmt: skip


def _rulebook(documents: Mapping[str, Any]) -> Any:
    tables = (documents[n] for n in ("energy_items", "grid_regions", "ranges"))
    return assemble(documents["parameters"], documents["families"], *tables)


def _manifest(files: Mapping[str, bytes]) -> Manifest:
    try:
        manifest = msgspec.json.decode(files[MANIFEST], type=Manifest)
    except (KeyError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable("this is no exported account", MANIFEST) from error
    if manifest.format not in _READ:
        raise _unreadable(f"the export is of form {manifest.format}, not one of {_READ}", MANIFEST)
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
        rows = int(pl.scan_parquet(BytesIO(data)).select(pl.len()).collect().item())
        if rows > _MOST_ROWS:  # a few bytes of a parquet file can stand for a thousand million rows
            raise _unreadable(f"the table {name} has {rows} rows", f"{name}.parquet")
        return pl.read_parquet(BytesIO(data))
    except UnreadableFile:
        raise
    except Exception as error:
        raise _unreadable(f"the table {name} cannot be read", f"{name}.parquet") from error


def _unreadable(what: str, where: str) -> UnreadableFile:
    return UnreadableFile(
        what, where=where, mend="Export the account again: dafeng account export.",
        zh=f"不是可复算的导出文件：{where}", mend_zh="请重新导出：dafeng account export。",
    )  # fmt: skip
