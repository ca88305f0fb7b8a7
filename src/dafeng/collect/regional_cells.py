"""Cells of regional tables 区域表单元格: energy balances and inventories, one row per figure, with its place.

The vocabulary (rows, columns, sectors and their spellings) is data of the rulebook; here a text is looked up in it.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import polars as pl

from dafeng.base.columns import Col, Contract
from dafeng.base.provenance import STATUS_ZH, Status
from dafeng.collect.facts import content_ids
from dafeng.rules.regional import regional_rules

KINDS = {"balance": "能源平衡表", "inventory": "排放清单", "process": "工业过程产量"}
BASES = {"physical": "实物量", "tce": "标准量", "co2": "二氧化碳", "product": "产量"}
NATION = "CN"
CELL = Contract(
    "regional_cell",
    key=("area_code", "period", "kind", "basis", "row", "carrier"),
    zh="区域表单元格",
    note="One figure of an energy balance or an inventory; what takes energy away stands negative.",
    columns={
        "cell_id": Col(str, "单元编号", "content hash of place and value"),
        "kind": Col(str, "表类", "kind of table", choices=KINDS),
        "area_code": Col(str, "区域代码", "area code, CN for the nation"),
        "period": Col(str, "时期", "period code", form="period"),
        "basis": Col(str, "口径", "what the figures are amounts of", choices=BASES),
        "row": Col(str, "项目", "row of the balance, or sector"),
        "carrier": Col(str, "品种", "carrier"),
        "value": Col(float, "数值", "value in the canonical unit"),
        "unit": Col(str, "计量单位", "canonical unit"),
        "value_delivered": Col(float, "填报数值", "value as delivered"),
        "unit_delivered": Col(str, "填报单位", "unit as delivered"),
        "status": Col(str, "来源状态", "how sure the source is", choices=STATUS_ZH),
        "file": Col(str, "文件", "file"),
        "sha256": Col(str, "文件摘要", "SHA-256 of the file"),
        "sheet": Col(str, "工作表", "sheet", missing=True),
        "sheet_row": Col(int, "行号", "row in the sheet, from 1", int32=True),
        "column": Col(str, "列", "column header", missing=True),
        "note": Col(str, "说明", "what was done to the figure", missing=True),
    },
)
CELL_SCHEMA = CELL.schema


@dataclass(frozen=True, slots=True)
class Given:
    """What the caller says of a file, where the file does not say it itself (or says it wrongly).

    area (code), period, basis and unit hold for every figure of the file. status is that of the source.
    """

    area: str | None = None
    period: str | None = None
    basis: str | None = None
    unit: str | None = None
    status: Status = "transcribed"


_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十\d]+[)）]|\d+[.、．](?=\D)"
    r"|[#*＃※·]+|其中[:：]?|of which:?)+",
    re.I,
)
_BRACKETS = re.compile(r"[（(\[][^）)\]]*[)）\]]")
_SIGNS = re.compile(r"[\W_]+")


def plain_key(text: str) -> str:
    """A label in the form in which labels are compared: no numbering, brackets, signs or spaces, lower case.

    3.炼  焦 → 炼焦; 本省(区、市)调出量(-) → 本省调出量; "Industry - NonEnergy Use" → industrynonenergyuse.
    """
    word = "".join(unicodedata.normalize("NFKC", text).split())
    for _ in range(3):
        word = _NUMBERING.sub("", word)
    bare = _SIGNS.sub("", _BRACKETS.sub("", word)).lower()
    return bare or _SIGNS.sub("", word).lower()


class Vocabulary:
    """Codes by their spellings; a text that means two codes means none."""

    def __init__(self, spelt: Iterable[tuple[str, str]]) -> None:
        held: dict[str, set[str]] = {}
        for text, code in spelt:
            held.setdefault(plain_key(text), set()).add(code)
        self._codes = {key: next(iter(codes)) for key, codes in held.items() if len(codes) == 1 and key}

    def code(self, text: str) -> str | None:
        """The code a text means, exactly."""
        return self._codes.get(plain_key(text))

    def near(self, text: str) -> str | None:
        """The code of the spelling that differs by a letter or two (a plural, a typing error); None where unsure."""
        key = plain_key(text)
        if len(key) < 6:
            return None
        found = difflib.get_close_matches(key, self._codes, n=2, cutoff=0.88)
        codes = {self._codes[f] for f in found}
        return codes.pop() if len(codes) == 1 else None


def _spelt(things: Mapping[str, object]) -> list[tuple[str, str]]:
    return [
        (text, code)
        for code, thing in things.items()
        for text in (thing.zh, thing.en, *thing.aliases)  # type: ignore[attr-defined]
    ]


@cache
def carrier_words() -> Vocabulary:
    """Columns of balances and inventories."""
    return Vocabulary(_spelt(regional_rules().carriers))


@cache
def row_words() -> Vocabulary:
    """Rows of a balance. Codes themselves are understood too."""
    rows = regional_rules().rows
    return Vocabulary([*_spelt(rows), *((code, code) for code in rows)])


@cache
def sector_words() -> Vocabulary:
    """Sectors of an inventory."""
    return Vocabulary(_spelt(regional_rules().sectors))


@cache
def process_words() -> Vocabulary:
    """Industrial processes."""
    rules = regional_rules()
    own = [(text, p.code) for p in rules.processes.values() for text in (p.code, p.zh, p.en)]
    products = [(text, code) for code, names in rules.product_names.items() for text in (code, *names)]
    return Vocabulary([*own, *products])


def words_of(kind: str) -> Vocabulary:
    """The row names of a kind of table."""
    return {"balance": row_words, "inventory": sector_words, "process": process_words}[kind]()


def with_cell_ids(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with their id, by key, value and file."""
    ids = content_ids("RC", cells, (*CELL.key, "value", "sha256", "sheet", "sheet_row", "column"))
    return cells.with_columns(ids.alias("cell_id")).select(list(CELL_SCHEMA))


def empty_cells() -> pl.DataFrame:
    return pl.DataFrame(schema=CELL_SCHEMA)


def as_given(given: Given, **more: str | None) -> Given:
    """The caller's word goes before what a sheet says of itself."""
    known = {k: v for k, v in more.items() if v is not None and getattr(given, k) is None}
    return replace(given, **known)  # type: ignore[arg-type]
