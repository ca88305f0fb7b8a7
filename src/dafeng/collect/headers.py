"""Headers 表头识别: which row names the columns, which column is which, and in what unit; then the rows below it.

Titles and notes above the header, columns in any order, headers over two rows with merged cells, a row of units or of
column numbers (甲 乙 1 2 3) below it: all of these are usual and none is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from dafeng.base.cells import MISSING_MARKS, plain
from dafeng.base.columns import Contract
from dafeng.base.faults import ROW, SHEET, Words, no_faults, told, told_once
from dafeng.base.units import known
from dafeng.collect.contracts import own_unit
from dafeng.collect.workbooks import Sheet, Workbook

_HEADER_WITHIN = 30  # rows of a sheet in which its header is looked for
_GUIDE_SHEETS = frozenset({"代码表", "填报说明", "问题清单"})
ROW_HEADER = "原行号"  # the row a line of an annotated workbook came from
_NOT_DATA = frozenset({ROW_HEADER, "序号"})
_UNIT_IN_HEADER = (
    re.compile(r"(?P<name>.+?)[(\[](?:单位[::]?)?(?P<unit>[^()\[\]]+)[)\]]"),
    re.compile(r"(?P<name>[^/]+)/(?P<unit>.+)"),
    re.compile(r"(?P<name>.+?)[,:](?P<unit>[^,:]+)"),
)
_TABLE_UNIT = re.compile(r"(?:计量)?单位[::]\s*(?P<unit>[^\s,;]+)")
_COLUMN_NUMBER = re.compile(r"[甲乙丙丁戊己]|\d{1,2}")
_NO_TABLE = Words(
    "no sheet has the headers of the table {header}",
    "Use the template's headers; at least {text} are needed.",
    "没有找到“{header}”的表头",
    "请使用模板表头，至少应有 {text}。",
)
_TWICE = Words(
    "the column {header} stands twice on this sheet; the later one was left out",
    "Delete one of the two columns.",
    "“{header}”一列重复出现，只读取了前一列",
    "请删除其中一列。",
    "warning",
)
_SKIPPED = Words(
    "the sheet {text} was not read: its headers are not those of {header}",
    "Nothing to do if it is not meant to be imported.",
    "工作表“{text}”的表头与“{header}”不符，未读取",
    "如不需导入可忽略。",
    "note",
)
_GUIDE = Words(
    "the sheet {text} was not read although it has the headers of {header}: the template's guide has that name",
    "Give the sheet another name if its rows are data.",
    "工作表“{text}”虽有“{header}”的表头，但与模板的说明表同名，未读取",
    "如是数据，请改用其他工作表名称。",
    "warning",
)
_BESIDE = Words(
    "the row has something only outside the columns of the table, and was not read: {text}",
    "Nothing to do if it is a remark; else put it under its header.",
    "本行只在表格列以外有内容“{text}”，未读取",
    "如为备注可忽略；否则请移到相应列。",
    "note",
)


@dataclass(frozen=True)
class Header:
    """Where a header stands (row counted from 0) and what it says: column index → contract column (or its own text
    where it is none), contract column → unit named in the header, and the unit stated for the whole table."""

    row: int
    first_data_row: int
    columns: Mapping[int, str]
    strange: Mapping[int, str]
    units: Mapping[str, str]
    table_unit: str | None
    twice: tuple[str, ...]


@dataclass(frozen=True)
class RawTable:
    """The rows of all sheets of one kind, as delivered.

    frame   _sheet, _row (in the sheet, from 1) and text columns by the contract's names (unknown headers as they are)
    units   (sheet, column) → the unit its header or table names, where that is not the contract's own
    faults  what was found about sheets and headers
    """

    frame: pl.DataFrame
    units: Mapping[tuple[str | None, str], str]
    faults: pl.DataFrame
    name: str
    sha256: str


def table_in(book: Workbook, contract: Contract) -> RawTable:
    """The rows that belong to a contract, from all sheets whose headers are known. No such sheet: an empty table and a
    fault that says which headers are needed."""
    parts, faults = [], [no_faults()]
    units: dict[tuple[str | None, str], str] = {}
    for sheet in book.sheets:
        if sheet.cells.is_empty():
            continue
        header = recognised(sheet.cells, contract)
        if sheet.name in _GUIDE_SHEETS:
            if header is not None and _whole(header, contract):
                faults.append(told_once("guide_sheet", _GUIDE, header=contract.zh, text=sheet.name))
            continue
        if header is None:
            faults.append(told_once("sheet_skipped", _SKIPPED, header=contract.zh, text=sheet.name or "CSV"))
            continue
        parts.append(_rows(sheet, header, contract))
        faults.append(_beside(sheet, header))
        units |= {(sheet.name, name): unit for name, unit in _units(header, contract).items()}
        faults += [
            told_once("column_twice", _TWICE, column=name, header=contract.columns[name].zh, sheet=sheet.name)
            for name in header.twice
        ]
    if not parts:
        needed = "、".join(contract.columns[name].zh for name in contract.required)
        faults.append(told_once("no_table", _NO_TABLE, header=contract.zh, text=needed))
    empty = pl.DataFrame(schema={SHEET: pl.String, ROW: pl.Int64})
    frame = pl.concat(parts or [empty], how="diagonal")
    return RawTable(frame, units, pl.concat(faults), book.name, book.sha256)


def recognised(cells: pl.DataFrame, contract: Contract) -> Header | None:
    """The header of a sheet: the row (with what a merged row above it adds) that names most columns of the contract;
    None where less than half of the required ones are named."""
    names = _names(contract)
    head = [["" if v is None else plain(v) for v in row] for row in cells.head(_HEADER_WITHIN).iter_rows()]
    best: tuple[int, int, list[str]] | None = None
    for number, row in enumerate(head):
        above = head[number - 1] if number else None
        for texts in (row, *([_joined(above, row, names)] if above else [])):
            score = len({name for text in texts if (name := _meaning(text, names)[0])})
            if best is None or score > best[0]:
                best = (score, number, texts)
    if best is None or best[0] < max(2, (len(contract.required) + 1) // 2):
        return None
    return _header(best[1], best[2], head, names, contract)


def _whole(header: Header, contract: Contract) -> bool:
    """Whether a sheet with a name of ours has the table itself: every column that is asked for."""
    return set(contract.required) <= set(header.columns.values())


def _header(
    number: int, texts: list[str], head: list[list[str]], names: Mapping[str, str], contract: Contract
) -> Header:
    columns: dict[int, str] = {}
    units: dict[str, str] = {}
    twice = []
    for index, text in enumerate(texts):
        name, unit = _meaning(text, names)
        if name in columns.values():
            twice.append(name)
        elif name:
            columns[index] = name
            units |= {name: unit} if unit else {}
    known_texts = {i for i, text in enumerate(texts) if text in _NOT_DATA or _meaning(text, names)[0]}
    strange = {i: text for i, text in enumerate(texts) if text and i not in known_texts}
    first, below = _first_data_row(head, number, columns, contract)
    table_unit = next((unit for row in head[:number] for text in row if (unit := _table_unit(text))), None)
    return Header(number, first, columns, strange, below | units, table_unit, tuple(twice))


def _first_data_row(
    head: list[list[str]], number: int, columns: Mapping[int, str], contract: Contract
) -> tuple[int, dict[str, str]]:
    """The first row of data below the header, and the units that a row of units in between names."""
    row, units = number + 1, {}
    figures = {i: name for i, name in columns.items() if contract.columns[name].type is float}
    if row < len(head):
        said = {name: head[row][i].strip("()[] ") for i, name in figures.items() if head[row][i]}
        others = [head[row][i] for i in columns if i not in figures]
        if said and all(known(text) and not _stated(text) for text in said.values()) and not any(map(_says, others)):
            row, units = row + 1, said
    if row < len(head) and _numbers_columns(head[row]):
        row += 1
    return row, units


def _stated(text: str) -> bool:
    """Whether a text that is also a unit says a figure or that it is missing: 1, -."""
    return text.isdigit() or text.lower() in MISSING_MARKS


def _says(text: str) -> bool:
    """Whether a cell beside units says something of its own (a firm, a period), so that the row is data."""
    return bool(text) and text not in MISSING_MARKS and "单位" not in text


def _numbers_columns(row: list[str]) -> bool:
    """Whether a row only numbers the columns: 甲 乙 1 2 3, or 1 2 3 4 from the first column on."""
    texts = [text for text in row if text]
    if len(texts) < 3 or not all(_COLUMN_NUMBER.fullmatch(text) for text in texts):
        return False
    numbers = [int(text) for text in texts if text.isdigit()]
    return "甲" in texts or numbers == list(range(1, len(texts) + 1))


def _joined(above: list[str], row: list[str], names: Mapping[str, str]) -> list[str]:
    """Each column's header from two rows: its own text where that is known, else the one above (merged down), else
    both together (merged across: 能源 over 消费量)."""
    joined, across = [], ""
    for upper, lower in zip(above, row, strict=True):
        across = upper or across
        options = (lower, upper if not lower else "", f"{across}{lower}" if lower else "")
        joined.append(next((text for text in options if _meaning(text, names)[0]), lower or upper))
    return joined


def _names(contract: Contract) -> dict[str, str]:
    """Every text that names a column of the contract, in its bare form."""
    found: dict[str, str] = {}
    for name, col in contract.columns.items():
        for text in (col.zh, col.header, name, col.en, *col.aliases):
            found.setdefault(_bare(text), name)
    found.pop("", None)
    return found


def _bare(text: str) -> str:
    return re.sub(r"[\s*_::]+", "", plain(text)).lower()


def _meaning(text: str, names: Mapping[str, str]) -> tuple[str, str | None]:
    """(contract column, unit in the header) of one header text; ("", None) where it is none."""
    if not text or len(text) > 60:
        return "", None
    whole = names.get(_bare(text))
    for form in _UNIT_IN_HEADER:
        match = form.fullmatch(plain(text).replace("\n", ""))
        if match and (name := names.get(_bare(match["name"]))) and known(match["unit"]):
            return name, match["unit"].strip()
    return (whole, None) if whole else ("", None)


def _table_unit(text: str) -> str | None:
    match = _TABLE_UNIT.search(text)
    return match["unit"] if match and known(match["unit"]) else None


def _units(header: Header, contract: Contract) -> dict[str, str]:
    """The unit of each figure column that the sheet itself states: in the header, below it, or for the whole table
    (which does not speak for a column with a unit of its own)."""
    figures = [n for n in header.columns.values() if contract.columns[n].type is float]
    whole = {n: None if own_unit(contract, n) else header.table_unit for n in figures}
    said = {name: header.units.get(name) or whole[name] for name in figures}
    return {name: unit for name, unit in said.items() if unit}


def _rows(sheet: Sheet, header: Header, contract: Contract) -> pl.DataFrame:
    """The data rows below a header, rows without any text left out."""
    named = [pl.col(f"c{i}").alias(name) for i, name in header.columns.items()]
    taken = {*header.columns.values(), *contract.columns}
    strange = [pl.col(f"c{i}").alias(text) for i, text in _unique(header.strange, taken)]
    numbered = sheet.cells.with_row_index(ROW, offset=1).slice(header.first_data_row)
    rows = numbered.select(pl.lit(sheet.name, pl.String).alias(SHEET), pl.col(ROW).cast(pl.Int64), *named, *strange)
    filled = [pl.col(name).str.strip_chars() != "" for name in header.columns.values()]
    rows = rows.filter(pl.any_horizontal(filled))
    return rows.with_columns(_unit_columns(header, contract, rows.columns))


def _beside(sheet: Sheet, header: Header) -> pl.DataFrame:
    """Rows below the header that have text, but in none of the table's columns."""
    below = sheet.cells.with_row_index(ROW, offset=1).slice(header.first_data_row)
    named = [f"c{i}" for i in header.columns]
    others = [c for c in sheet.cells.columns if c not in named]
    if not others:
        return no_faults()
    has = {c: pl.col(c).str.strip_chars().fill_null("") != "" for c in (*named, *others)}
    odd = below.filter(pl.any_horizontal(has[c] for c in others) & ~pl.any_horizontal(has[c] for c in named))
    stripped = [pl.col(c).str.strip_chars().replace("", None) for c in others]
    text = pl.concat_str(stripped, separator=" ", ignore_nulls=True)
    place = odd.select(pl.lit(sheet.name, pl.String).alias(SHEET), pl.col(ROW).cast(pl.Int64), text=text)
    return told(place, "beside", _BESIDE)


def _unit_columns(header: Header, contract: Contract, there: Iterable[str]) -> list[pl.Expr]:
    """The unit columns that the sheet lacks, where its headers name one unit for all figures that each speaks for."""
    lacking = [n for n, col in contract.columns.items() if col.form == "unit" and n not in set(there)]
    served: dict[str, set[str]] = {}
    for figure, unit in _units(header, contract).items():
        column = own_unit(contract, figure) or next((n for n in lacking if not n.endswith("_unit")), "")
        served.setdefault(column, set()).add(unit)
    return [pl.lit(served[n].pop()).alias(n) for n in lacking if len(served.get(n, ())) == 1]


def _unique(strange: Mapping[int, str], taken: set[str]) -> Iterable[tuple[int, str]]:
    """Unknown headers with names that clash with nothing."""
    seen = set(taken)
    for index, text in strange.items():
        name = text.lstrip("_") or "?"
        while name in seen:
            name += "'"
        seen.add(name)
        yield index, name
