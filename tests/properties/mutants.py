"""Mutants 变异文件: our own delivered tables, changed as people and programs change them, with what is true of each.

A mutant keeps its truth: which sheets hold which rows, what stands in every cell, what each column means after headers
were renamed, exchanged, doubled or left out, and in which unit. The truth is written down while the file is made and
owes nothing to the reader that is tested.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

from dafeng.base.columns import Contract
from dafeng.collect.certificates import CERTIFICATES
from dafeng.collect.contracts import DELIVERED

STAMP = datetime(2026, 1, 1, tzinfo=UTC)
FIRM, OTHER = "91990000MA00000008", "91110000600037341L"
FAR_ROW = 600  # rows are put in and far below, but a file stays small


@dataclass(frozen=True)
class Formula:
    """A cell with a formula and its last value (None: it was never computed)."""

    value: float | None


Cell = str | float | int | bool | date | Formula | None


@dataclass
class Page:
    """A sheet and its truth: rows as written; header (row, from 0, None: the sheet has no table); meaning and unit of
    each column, by index; guide: a sheet of the template that is no data."""

    name: str
    rows: list[list[Cell]]
    header: int | None
    meaning: list[str | None]
    units: dict[int, str] = field(default_factory=dict)
    guide: bool = False
    hidden: bool = False
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    above: int = 0  # how many rows above the header's last its words stand (merged down)

    def data(self) -> list[tuple[int, list[Cell]]]:
        """(row number from 1, cells) of everything below the header that has content."""
        if self.header is None:
            return []
        below = enumerate(self.rows[self.header + 1 :], start=self.header + 2)
        return [(n, row) for n, row in below if any(filled(cell) for cell in row)]


@dataclass(frozen=True)
class Mutant:
    """A file to import, and what is true of it. pages None: damaged, so that only a declared error may be raised."""

    seed: int
    contract: str
    what: tuple[str, ...]
    name: str
    data: bytes
    pages: tuple[Page, ...] | None


def filled(cell: Cell) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


# -- tables as delivered -----------------------------------------------------------------------------------------------


def _figure(dice: random.Random) -> float:
    if dice.random() < 0.1:
        return dice.random() * dice.choice((1e-12, 1e-6, 1e-3, 1e6))  # in full: seventeen digits
    return round(dice.choice((1, 10, 1000, 1e5)) * dice.random(), dice.choice((0, 2, 4)))


def _energy(dice: random.Random) -> list[dict[str, Cell]]:
    kinds = (("烟煤", "吨"), ("电力", "万千瓦时"), ("天然气", "万立方米"), ("热力", "百万千焦"), ("柴油", "千克"))
    return [
        {"enterprise_id": FIRM, "name": "示范甲", "period": f"2023-{m:02d}", "item": item, "unit": unit,
         **{n: _figure(dice) for n in ("opening_stock", "bought", "used", "sold", "closing_stock")}}
        for m in (4, 5) for item, unit in kinds
    ]  # fmt: skip


def _energy_use(dice: random.Random) -> list[dict[str, Cell]]:
    kinds = (("洗精煤", "投入炼焦", "吨"), ("烟煤", "投入发电", "吨"), ("电力", "发电产出或回收", "万千瓦时"))
    return [
        {"enterprise_id": FIRM, "period": f"2023-{m:02d}", "item": i, "use": u, "unit": unit, "value": _figure(dice)}
        for m in (1, 2, 3) for i, u, unit in kinds
    ]  # fmt: skip


def _output(dice: random.Random) -> list[dict[str, Cell]]:
    return [
        {"enterprise_id": firm, "period": year, "item": item, "unit": "吨", "output": _figure(dice),
         "capacity": _figure(dice), "unit_energy_consumption": _figure(dice)}
        for firm in (FIRM, OTHER) for year in ("2022", "2023") for item in ("粗钢", "焦炭")
    ]  # fmt: skip


def _value_added(dice: random.Random) -> list[dict[str, Cell]]:
    names = ("output_value_current", "value_added_current", "value_added_constant")
    return [
        {"enterprise_id": firm, "period": f"2023-{m:02d}", **{n: _figure(dice) for n in names}}
        for firm in (FIRM, OTHER) for m in (1, 2, 3, 4)
    ]  # fmt: skip


def _enterprise_measures(dice: random.Random) -> list[dict[str, Cell]]:
    kinds = (("工业增加值(现价)", "亿元"), ("工业总产值(现价)", "万元"), ("工业增加值(2020年价)", "元"))
    return [
        {"enterprise_id": FIRM, "period": str(year), "measure": m, "value": _figure(dice), "unit": u}
        for year in (2021, 2022, 2023) for m, u in kinds
    ]  # fmt: skip


def _method_data(dice: random.Random) -> list[dict[str, Cell]]:
    data = (("净消费量", "t"), ("低位发热量", "GJ/t"), ("单位热值含碳量", "tC/GJ"))
    return [
        {"enterprise_id": FIRM, "period": f"2023-{m:02d}", "method": "other_industry",
         "datum": f"化石燃料燃烧·烟煤·{d}", "value": _figure(dice), "unit": u, "source": "检测报告"}
        for m in (1, 2, 3) for d, u in data
    ]  # fmt: skip


def _area_statistics(dice: random.Random) -> list[dict[str, Cell]]:
    kinds = (("地区生产总值(现价)", "亿元"), ("地区生产总值(2020年价)", "万元"), ("全部工业增加值(现价)", "亿元"))
    return [
        {"area_code": "140700", "period": str(y), "measure": m, "value": _figure(dice), "unit": u, "source": "年鉴"}
        for y in (2021, 2022, 2023) for m, u in kinds
    ]  # fmt: skip


def _enterprises(dice: random.Random) -> list[dict[str, Cell]]:
    return [
        {"enterprise_id": f"E-made-{n:03d}", "name": f"示范{n}公司", "area_code": "140781", "industry_code": "3120",
         "above_scale": "是", "key_user": "否", "status": "在产", "since": date(2020, 1, 1)}
        for n in range(dice.randint(3, 9))
    ]  # fmt: skip


def _sites(dice: random.Random) -> list[dict[str, Cell]]:
    return [
        {"site_id": f"S-{n:03d}", "enterprise_id": FIRM, "name": f"{n}号厂区", "area_code": "140781"}
        for n in range(dice.randint(3, 9))
    ]  # fmt: skip


def _certificates(dice: random.Random) -> list[dict[str, Cell]]:
    made, start = [], dice.randint(1, 500)
    for n in range(dice.randint(3, 8)):
        size = dice.choice((1, 7, 100, 2500))
        kind = dice.choice(("绿证", "绿证", "绿电"))
        made.append({
            "enterprise_id": dice.choice((FIRM, OTHER)), "kind": kind, "first_code": f"GEC-2024-{start:08d}",
            "last_code": f"GEC-2024-{start + size - 1:08d}", "count": dice.choice((None, size)),
            "generation": f"2024-{n + 1:02d}", "issued_on": date(2024, n + 2, 12),
            "acquired": "绿电交易" if kind == "绿电" else "购入", "source": dice.choice(("风电", "太阳能发电")),
            "factor": dice.choice((None, None, 0.0, 0.01)),
        })  # fmt: skip
        start += size + dice.choice((0, 0, 3))
    return made  # type: ignore[return-value]


ROWS: Mapping[str, Callable[[random.Random], list[dict[str, Cell]]]] = {
    "energy": _energy, "energy_use": _energy_use, "output": _output, "value_added": _value_added,
    "enterprise_measures": _enterprise_measures, "method_data": _method_data, "area_statistics": _area_statistics,
    "enterprises": _enterprises, "sites": _sites, "certificates": _certificates,
}  # fmt: skip


def delivered(contract: Contract, dice: random.Random) -> Page:
    """A table as the template or the demo has it: titles above the header or none, columns in the contract's order."""
    rows = ROWS[contract.name](dice)
    names = [n for n in contract.columns if n in rows[0] or dice.random() < 0.3]
    titles: list[list[Cell]] = [[contract.zh]] if dice.random() < 0.6 else []
    if titles and dice.random() < 0.4:
        titles.append(["填写要求见说明"])
    header: list[Cell] = [contract.columns[n].header for n in names]
    body = [[row.get(n) for n in names] for row in rows]
    return Page(contract.zh, [*titles, header, *body], len(titles), list(names))


# -- mutations of cells ------------------------------------------------------------------------------------------------

_WILD: tuple[Callable[[random.Random], Cell], ...] = (
    lambda d: "NaN", lambda d: "inf", lambda d: "1e400", lambda d: 1e300, lambda d: -1e-300,
    lambda d: -round(d.random() * 1000, 2), lambda d: "1,234,567.5", lambda d: "12,34", lambda d: "1 234.5",
    lambda d: "１２３４．５", lambda d: "−123", lambda d: "一百二十", lambda d: "约1200", lambda d: "1200吨",
    lambda d: "12.5%", lambda d: "0", lambda d: 0, lambda d: "", lambda d: "   ", lambda d: "—", lambda d: "-",
    lambda d: "缺", lambda d: "未报", lambda d: "/", lambda d: "#DIV/0!", lambda d: "#REF!", lambda d: True,
    lambda d: date(2023, 5, 1), lambda d: 45047, lambda d: "45047", lambda d: "x" * 3000, lambda d: "12\x0034",
    lambda d: "12\u200b34", lambda d: "\ufeff1200", lambda d: "1200\n", lambda d: "12\n34", lambda d: "'1200",
    lambda d: "=1+1", lambda d: Formula(1234.5), lambda d: Formula(None), lambda d: "烟煤coal烟",
    lambda d: "1.2.3", lambda d: "+5", lambda d: ".5", lambda d: "5.", lambda d: "1E+05", lambda d: "0x1F",
    lambda d: "١٢٣", lambda d: "²", lambda d: "½", lambda d: "Ⅷ", lambda d: "1_000", lambda d: "  77 ",
    lambda d: "\t88", lambda d: "1，234.5", lambda d: "0.1234567890123456789", lambda d: 123456789012345678,
    lambda d: "2023-13", lambda d: "2023.1", lambda d: "2023年5月", lambda d: "999999999999999999999999",
)  # fmt: skip


def cell_wild(page: Page, dice: random.Random) -> str:
    """A cell anywhere among the data becomes something else."""
    row, column = dice.choice(_body(page)), dice.randrange(len(page.meaning))
    row[column] = dice.choice(_WILD)(dice)
    return "cell"


def cell_figure(page: Page, dice: random.Random) -> str:
    """A figure becomes another figure, written in one of many ways."""
    figures = [i for i, n in enumerate(page.meaning) if n and _type_of(page, n) is float]
    if not figures:
        return cell_wild(page, dice)
    number = _figure(dice)
    ways: tuple[Cell, ...] = (
        f"{number:,.2f}", str(number), f" {number} ", f"{number:.6e}", Formula(number), number * 1e9,
    )  # fmt: skip
    dice.choice(_body(page))[dice.choice(figures)] = dice.choice(ways)
    return "figure"


def _type_of(page: Page, name: str) -> type:
    held = set(filter(None, page.meaning))
    contract = next(c for c in (*DELIVERED.values(), CERTIFICATES) if name in c.columns and held <= set(c.columns))
    return contract.columns[name].type


def _body(page: Page) -> list[list[Cell]]:
    body = page.rows[(page.header or 0) + 1 :]
    for row in body:
        row.extend([None] * (len(page.meaning) - len(row)))
    return body


def column_as(page: Page, dice: random.Random) -> str:
    """A whole column is written as text, or as dates or numbers instead of text."""
    column = dice.randrange(len(page.meaning))
    way = dice.choice((str, lambda c: f"{c}", lambda c: c, lambda c: f"{c} "))
    for row in _body(page):
        if filled(row[column]) and not isinstance(row[column], Formula | bool | date):
            row[column] = way(row[column])
    return "column as text"


# -- mutations of headers ----------------------------------------------------------------------------------------------


def _headers(page: Page) -> list[Cell]:
    assert page.header is not None
    return page.rows[page.header - page.above]


def header_alias(page: Page, dice: random.Random, contract: Contract) -> str:
    column = dice.randrange(len(page.meaning))
    name = page.meaning[column]
    if name:
        col = contract.columns[name]
        text = dice.choice((name, col.en, col.zh, *col.aliases))
        _headers(page)[column] = dice.choice((text, f" {text} ", f"*{text}", f"{text}\n"))
        page.units.pop(column, None)
    return "header by another name"


def header_lost(page: Page, dice: random.Random, contract: Contract) -> str:
    """A header becomes a word of nobody's, or nothing: the column means nothing any more."""
    column = dice.randrange(len(page.meaning))
    _headers(page)[column] = dice.choice(("某列", "", None, "Spalte", "合计值(备查)", "x" * 80, "123"))
    page.meaning[column] = None
    page.units.pop(column, None)
    return "header lost"


def header_swapped(page: Page, dice: random.Random, contract: Contract) -> str:
    """Two headers change places, the cells stay: what is written above a column is what it means."""
    if len(page.meaning) < 2 or _doubled(page):
        return "nothing"
    one, other = dice.sample(range(len(page.meaning)), 2)
    head = _headers(page)
    head[one], head[other] = head[other], head[one]
    page.meaning[one], page.meaning[other] = page.meaning[other], page.meaning[one]
    units = {one: page.units.pop(other, None), other: page.units.pop(one, None)}
    page.units.update({k: v for k, v in units.items() if v})
    return "headers exchanged"


def header_doubled(page: Page, dice: random.Random, contract: Contract) -> str:
    """A column stands twice; the later one is not read."""
    column = dice.randrange(len(page.meaning))
    for number, row in enumerate(page.rows):
        row.extend([None] * (len(page.meaning) - len(row)))
        same = number <= (page.header or 0) or dice.random() < 0.5
        row.append(row[column] if same else _figure(dice))
    page.meaning.append(None)
    return "column twice"


def column_gone(page: Page, dice: random.Random, contract: Contract) -> str:
    if _doubled(page):
        return "nothing"
    column = dice.randrange(len(page.meaning))
    for row in page.rows:
        if column < len(row):
            del row[column]
    del page.meaning[column]
    page.units = {i - (i > column): u for i, u in page.units.items() if i != column}
    return "column gone"


def _doubled(page: Page) -> bool:
    """Whether a header stands twice: the first is read, so that their order is what they mean."""
    texts = [h for h in _headers(page) if filled(h)]
    return len(set(texts)) < len(texts)


def columns_moved(page: Page, dice: random.Random, contract: Contract) -> str:
    if _doubled(page):
        return "nothing"
    order = list(range(len(page.meaning)))
    dice.shuffle(order)
    for number, row in enumerate(page.rows):
        if number >= (page.header or 0) - page.above:
            row.extend([None] * (len(order) - len(row)))
            row[:] = [row[i] for i in order] + row[len(order) :]
    page.meaning = [page.meaning[i] for i in order]
    page.units = {new: page.units[old] for new, old in enumerate(order) if old in page.units}
    return "columns moved"


_HEADER_UNITS = {"万元": ("元", "亿元", "万元"), None: ("吨", "万吨", "千克", "万千瓦时", "件")}


def header_unit(page: Page, dice: random.Random, contract: Contract) -> str:
    """A header says a unit of its own."""
    figures = [i for i, n in enumerate(page.meaning) if n and contract.columns[n].type is float]
    if not figures:
        return "nothing"
    column = dice.choice(figures)
    col = contract.columns[page.meaning[column] or ""]
    unit = dice.choice(_HEADER_UNITS.get(col.unit, ("吨",)))
    _headers(page)[column] = f"{col.zh}({unit})"
    page.units[column] = unit
    return f"header says {unit}"


def header_merged(page: Page, dice: random.Random, contract: Contract) -> str:
    """The header over two rows: a word merged across, or each merged down."""
    head = _headers(page)
    head.extend([None] * (len(page.meaning) - len(head)))
    at, width = page.header or 0, len(page.meaning)
    if page.merged:
        return "nothing"
    if dice.random() < 0.5:  # merged down: the text stands in the upper row
        page.rows.insert(at + 1, [None] * width)
        page.header, page.above = at + 1, page.above + 1
        page.merged += [(at, i, at + 1, i) for i in range(width)]
        return "header merged down"
    page.rows.insert(at, ["填报内容", *[None] * (width - 1)])
    page.header = at + 1
    page.merged.append((at, 0, at, width - 1))
    return "header under a merged title"


# -- mutations of rows and sheets --------------------------------------------------------------------------------------


def row_blank(page: Page, dice: random.Random, contract: Contract) -> str:
    where = dice.randint((page.header or 0) + 1, len(page.rows))
    for _ in range(dice.choice((1, 1, 3, 40))):
        page.rows.insert(where, [dice.choice((None, "", "  "))] * len(page.meaning))
    return "blank rows"


def row_doubled(page: Page, dice: random.Random, contract: Contract) -> str:
    row = list(dice.choice(_body(page)))
    if dice.random() < 0.5:
        row[-1] = _figure(dice)
    page.rows.insert(dice.randint((page.header or 0) + 1, len(page.rows)), row)
    return "row twice"


def row_total(page: Page, dice: random.Random, contract: Contract) -> str:
    word = dice.choice(("合计", "小计", "总计", "注：以上为快报数", "填表人：张三"))
    row: list[Cell] = [word, *[None] * (len(page.meaning) - 1)]
    if dice.random() < 0.7:
        row = [row[0], *(_figure(dice) for _ in row[1:])]
    page.rows.insert(dice.choice((len(page.rows), (page.header or 0) + 1)), row)
    return "row of totals"


def row_shifted(page: Page, dice: random.Random, contract: Contract) -> str:
    """The cells of a row (or all below it) stand one column aside or one row down."""
    body = _body(page)
    row = dice.choice(body)
    if dice.random() < 0.5:
        row.insert(0, None)
        del row[len(page.meaning) :]
        return "row one column aside"
    column = dice.randrange(len(page.meaning))
    cells = [r[column] for r in body]
    for r, cell in zip(body, [None, *cells[:-1]], strict=True):
        r[column] = cell
    return "column one row down"


def row_aside(page: Page, dice: random.Random, contract: Contract) -> str:
    """Something stands beside the table, in a column without a header."""
    row = dice.choice(_body(page))
    row.extend([None] * (len(page.meaning) + 1 - len(row)))
    row[len(page.meaning)] = dice.choice(("已核对", 12.5))
    return "a word beside the table"


def row_numbers(page: Page, dice: random.Random, contract: Contract) -> str:
    """A row of column numbers under the header, as forms of statistics have it; it is no data."""
    if page.header is None or len(page.meaning) < 4 or page.merged:
        return "nothing"
    page.rows.insert(page.header + 1, ["甲", "乙", *map(str, range(1, len(page.meaning) - 1))])
    page.header, page.above = page.header + 1, page.above + 1
    return "row of column numbers"


def row_marks(page: Page, dice: random.Random, contract: Contract) -> str:
    """The figures of the first row are stated missing."""
    body = _body(page)
    mark = dice.choice(("-", "—", "/", "缺"))
    for column, name in enumerate(page.meaning):
        if name and contract.columns[name].type is float:
            body[0][column] = mark
    return "first row without figures"


def row_order(page: Page, dice: random.Random, contract: Contract) -> str:
    at = (page.header or 0) + 1
    body = page.rows[at:]
    dice.shuffle(body)
    page.rows[at:] = body
    return "rows in another order"


def row_bare(page: Page, dice: random.Random, contract: Contract) -> str:
    """All rows are gone but the header."""
    if dice.random() < 0.3:
        del page.rows[(page.header or 0) + 1 :]
    return "no rows"


PAGE_ACTS: tuple[Callable[[Page, random.Random, Contract], str], ...] = (
    *(lambda p, d, c: cell_wild(p, d),) * 6, *(lambda p, d, c: cell_figure(p, d),) * 3,
    lambda p, d, c: column_as(p, d), header_alias, header_alias, header_lost, header_swapped, header_doubled,
    column_gone, columns_moved, header_unit, header_merged, row_blank, row_doubled, row_total, row_shifted,
    row_aside, row_numbers, row_marks, row_order, row_bare,
)  # fmt: skip


def sheets(pages: list[Page], dice: random.Random) -> str:
    """A sheet more, another name, hidden, empty, or a second sheet of the same table."""
    way = dice.choice(("more", "renamed", "hidden", "empty", "second", "guide name"))
    if way == "more":
        page = Page("汇总", [["各县合计"], ["县", "吨"], ["甲", 12.0]], None, [])
        pages.insert(dice.randint(0, len(pages)), page)
    elif way == "empty":
        pages.insert(0, Page("Sheet1", [], None, []))
    elif way == "hidden" and len(pages) > 1:
        pages[-1].hidden = True
    elif way == "renamed":
        pages[0].name = dice.choice(("Sheet1", "5月", "数据 (2)", "é", "能源消费表（改）"))
    elif way == "guide name":
        pages[0].name = dice.choice(("问题清单", "填报说明", "代码表"))
    elif way == "second":
        pages.append(deepcopy(pages[0]))
        pages[-1].name = "第二页"
        for row in pages[-1].rows[(pages[-1].header or 0) + 1 :]:
            row[:] = [c.replace("2023", "2024") if isinstance(c, str) else c for c in row]
    names = [p.name for p in pages]
    for n, page in enumerate(pages):
        if page.name in names[:n]:
            page.name = f"{page.name}{n}"
    return f"sheet {way}"


# -- writing and damaging ----------------------------------------------------------------------------------------------


def xlsx_bytes(pages: list[Page]) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": STAMP.replace(tzinfo=None)})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for page in pages:
        sheet = book.add_worksheet(page.name)
        if page.hidden:
            sheet.hide()
        for number, row in enumerate(page.rows):
            for column, cell in enumerate(row):
                _write(sheet, number, column, cell, day)
        for top, left, bottom, right in page.merged:
            if (top, left) != (bottom, right):
                sheet.merge_range(top, left, bottom, right, "")
                _write(sheet, top, left, page.rows[top][left] if left < len(page.rows[top]) else None, day)
    book.close()
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, Formula):
        sheet.write_formula(row, column, "=A1+1", None, "" if cell.value is None else cell.value)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    else:
        sheet.write_number(row, column, cell)


def csv_text(page: Page, delimiter: str) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    for row in page.rows:
        cells = row or [""]
        writer.writerow(["" if c is None else c.value if isinstance(c, Formula) else c for c in cells])
    return out.getvalue()


def as_csv(page: Page, dice: random.Random) -> tuple[bytes, str]:
    encoding = dice.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16"))
    delimiter = dice.choice((",", ",", "\t", ";"))
    text = csv_text(page, delimiter)
    data = text.encode(encoding, errors="replace")
    return data, f"csv {encoding} {delimiter!r}"


def damaged(data: bytes, dice: random.Random) -> tuple[bytes, str]:
    """Cut off, bytes changed, parts of the archive exchanged or gone, or another kind of file under the name."""
    way = dice.choice(("cut", "bytes", "head", "part gone", "part empty", "half", "other"))
    if way == "cut":
        return data[: dice.randrange(len(data))], way
    if way == "bytes":
        out = bytearray(data)
        for _ in range(dice.randint(1, 20)):
            out[dice.randrange(len(out))] = dice.randrange(256)
        return bytes(out), way
    if way == "head":
        return bytes(dice.randrange(256) for _ in range(8)) + data[8:], way
    if way == "half":
        return data[len(data) // 2 :], way
    if way == "other":
        page = b"<html><table><tr><td>1</td></tr></table>"
        return dice.choice((b"%PDF-1.7 ...", page, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, b"\x00" * 99)), way
    if not data.startswith(b"PK"):
        return data[: len(data) // 3], "cut"
    return _repacked(data, dice, gone=way == "part gone"), way


def _repacked(data: bytes, dice: random.Random, *, gone: bool) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        chosen = dice.choice(old.namelist())
        for name in old.namelist():
            if name != chosen:
                new.writestr(name, old.read(name))
            elif not gone:
                new.writestr(name, b"")
    return out.getvalue()


def mutant(seed: int, contract: Contract) -> Mutant:
    """The mutant of a seed: always the same bytes."""
    dice = random.Random(seed)
    page = delivered(contract, dice)
    what = []
    for _ in range(dice.choice((1, 1, 2, 2, 3, 5))):
        act = dice.choice(PAGE_ACTS)
        if not page.meaning or not _body(page):
            break
        what.append(act(page, dice, contract))
    pages = [page]
    if dice.random() < 0.7:
        if dice.random() < 0.35:
            what.append(sheets(pages, dice))
        data, name = xlsx_bytes(pages), f"{contract.name}.xlsx"
    else:
        data, how = as_csv(page, dice)
        what.append(how)
        name = f"{contract.name}.csv"
        page.name = ""
    if dice.random() < 0.12:
        data, how = damaged(data, dice)
        return Mutant(seed, contract.name, (*what, how), name, data, None)
    return Mutant(seed, contract.name, tuple(what), name, data, tuple(pages))
