"""Fuzzed regional tables 变异区域表: no crash, no silent change, no cell lost, and the same bytes say the same twice.

Each mutant is a balance or an inventory as yearbooks print them, changed as people change them, with its truth beside
it: where each figure stands, what a person reads there, and in which unit.
"""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import xlsxwriter

from dafeng.base.errors import InputError
from dafeng.collect.regional_tables import read_regional

QUICK, ALL = 80, 3_000
FEWEST = 3  # names of fuels by which a row is known as a header
ROWS = (
    "一、可供本地区消费的能源量",
    "三、终端消费量",
    "2.工业",
    "  6. 居民生活",
    "火力发电",
    "供热",
    "炼焦",
    "五、损失量",
)
FUELS = {  # name in the sheet → unit of the yearbook, tonnes or the like in one
    "原煤": ("万吨", 1e4), "洗精煤": ("万吨", 1e4), "焦炭": ("万吨", 1e4), "汽油": ("万吨", 1e4), "柴油": ("万吨", 1e4),
    "天然气": ("亿立方米", 1e4), "电力": ("亿千瓦时", 1e5), "热力": ("万百万千焦", 1e4),
}  # fmt: skip
OTHER_NAMES = {"原煤": "Raw Coal", "焦炭": "Coke", "汽油": "Gasoline", "柴油": "Diesel Oil", "天然气": "Natural Gas"}
JUNK = ("待核实", "#REF!", "x12", "1.2.3", "约100", "12%", "壹佰", "--5", "=1+1")
BLANK = ("", "  ", None)


@dataclass
class Sheet:
    """Rows as written, the header's row (from 0), what each column is, and the unit its figures are in."""

    name: str
    rows: list[list[object]]
    header: int
    fuels: list[str | None]
    scales: list[float]
    merged: list[tuple[int, int, int, int, str]] = field(default_factory=list)


def table(dice: random.Random, name: str) -> Sheet:
    """A balance of a province and year: title, header, unit row, figures."""
    year = dice.choice(("2014", "二〇一四", "2021"))
    fuels = dice.sample(list(FUELS), dice.randint(4, len(FUELS)))
    rows: list[list[object]] = [[f"山西省{year}年能源平衡表（实物量）"], ["项目", *fuels]]
    rows.append([None, *(f"({FUELS[f][0]})" for f in fuels)])
    for label in ROWS:
        rows.append([label, *(round(dice.choice((1, 100, 1e4)) * dice.random(), 2) for _ in fuels)])
    return Sheet(name, rows, 1, [None, *fuels], [1.0, *(FUELS[f][1] for f in fuels)])


Act = Callable[[random.Random, Sheet], None]


def _row(dice: random.Random, sheet: Sheet) -> list[object]:
    return sheet.rows[dice.randrange(sheet.header + 2, len(sheet.rows))]


def _cell(dice: random.Random, sheet: Sheet, change: Callable[[object], object]) -> None:
    row = _row(dice, sheet)
    at = dice.randrange(1, max(2, len(row)))
    if at < len(row):
        row[at] = change(row[at])


def as_text(dice: random.Random, sheet: Sheet) -> None:
    wide = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
    forms = (
        lambda v: f"{v:,}",
        lambda v: f" {v} ",
        lambda v: f"{v}".translate(wide),
        lambda v: f"−{v}",
        lambda v: f"{v:e}",
    )
    change = dice.choice(forms)
    _cell(dice, sheet, lambda v: change(v) if isinstance(v, float) else v)


def junk(dice: random.Random, sheet: Sheet) -> None:
    _cell(dice, sheet, lambda v: dice.choice(JUNK))


def missing(dice: random.Random, sheet: Sheet) -> None:
    _cell(dice, sheet, lambda v: dice.choice(("—", "…", "无", "n/a", "缺")))


def blank(dice: random.Random, sheet: Sheet) -> None:
    _cell(dice, sheet, lambda v: dice.choice(BLANK))


def strange_label(dice: random.Random, sheet: Sheet) -> None:
    row = _row(dice, sheet)
    row[:1] = [dice.choice(("总计", "某某行业", "注：本表口径有调整", "工 业", "2．工业"))]


def renamed(dice: random.Random, sheet: Sheet) -> None:
    at = dice.randrange(1, len(sheet.fuels))
    known = sheet.fuels[at] or ""
    sheet.rows[sheet.header][at] = OTHER_NAMES.get(known, f" {known}\n")


def strange_fuel(dice: random.Random, sheet: Sheet) -> None:
    at = dice.randrange(1, len(sheet.fuels))
    sheet.rows[sheet.header][at], sheet.fuels[at] = dice.choice(("某燃料", "合成油", "???")), None


def unit_in_head(dice: random.Random, sheet: Sheet) -> None:
    """The unit stands in the head of a column, and no longer in the row below."""
    at = dice.randrange(1, len(sheet.fuels))
    below = sheet.rows[sheet.header + 1]
    if at < len(below) and isinstance(below[at], str) and sheet.fuels[at]:
        sheet.rows[sheet.header][at] = f"{sheet.rows[sheet.header][at]}（{str(below[at]).strip('()')}）"
        below[at] = None


def blank_row(dice: random.Random, sheet: Sheet) -> None:
    sheet.rows.insert(dice.randrange(sheet.header + 2, len(sheet.rows)), [])


def doubled_row(dice: random.Random, sheet: Sheet) -> None:
    sheet.rows.append(list(_row(dice, sheet)))


def shuffled(dice: random.Random, sheet: Sheet) -> None:
    body = sheet.rows[sheet.header + 2 :]
    dice.shuffle(body)
    sheet.rows[sheet.header + 2 :] = body


def merged_title(dice: random.Random, sheet: Sheet) -> None:
    sheet.merged = [(0, 0, 0, len(sheet.fuels) - 1, str(sheet.rows[0][0]))]


def more_titles(dice: random.Random, sheet: Sheet) -> None:
    sheet.rows.insert(1, ["编制单位：省统计局", None, "单位：见表内"])
    sheet.header += 1


def footnote(dice: random.Random, sheet: Sheet) -> None:
    sheet.rows.append(["注：数据来自年鉴"])


ACTS: tuple[Act, ...] = (
    as_text, junk, missing, blank, strange_label, renamed, strange_fuel, unit_in_head, blank_row, doubled_row, shuffled,
    merged_title, more_titles, footnote,
)  # fmt: skip


def mutant(seed: int) -> tuple[bytes, list[Sheet], list[str]]:
    dice = random.Random(seed)
    sheets = [table(dice, f"表{n}") for n in range(1, dice.choice((1, 1, 2)) + 1)]
    acts = [dice.choice(ACTS) for _ in range(dice.randint(1, 5))]
    for act in acts:
        act(dice, dice.choice(sheets))
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_numbers": False})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for r, row in enumerate(sheet.rows):
            for c, value in enumerate(row):
                if value not in BLANK:
                    page.write(r, c, value)
        for first_row, first, last_row, last, text in sheet.merged:
            page.merge_range(first_row, first, last_row, last, text)
    book.close()
    return out.getvalue(), sheets, [a.__name__ for a in acts]


def known(sheet: Sheet) -> bool:
    """Whether enough heads name a fuel for a person to see a table of energy in the sheet."""
    return sum(f is not None for f in sheet.fuels) >= FEWEST


def number_read(cell: object) -> float | None:
    """What a person reads: a number, or none."""
    if isinstance(cell, float | int):
        return float(cell)
    text = str(cell).translate(str.maketrans("０１２３４５６７８９．，−", "0123456789.,-")).strip()
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def wrong_with(seed: int) -> list[str]:
    data, sheets, acts = mutant(seed)
    told = f"seed {seed} {acts}: "
    try:
        made, again = read_regional(data, "平衡表.xlsx"), read_regional(data, "平衡表.xlsx")
    except InputError as refused:
        return [told + f"refused: {refused.what}"] if any(known(s) for s in sheets) else []
    except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
        return [told + f"crash {type(error).__name__}: {str(error)[:200]}"]
    out = []
    if not (made.cells.equals(again.cells) and made.faults.equals(again.faults)):
        out.append("the same bytes were read differently")
    if made.cells.height + made.parsed.rejected.height != made.read:
        out.append(f"{made.cells.height} + {made.parsed.rejected.height} of {made.read}")
    good = {(c["sheet"], c["sheet_row"], c["column"]): c for c in made.cells.iter_rows(named=True)}
    refused_at = Counter(made.parsed.rejected.select("_sheet", "_row", "head").iter_rows())
    placed = set(made.faults.select("sheet", "row").iter_rows())
    for sheet in sheets:
        if not known(sheet):
            out += [] if (sheet.name, None) in placed else [f"{sheet.name} was not read and nobody is told"]
            continue
        out += _lost_or_changed(sheet, good, refused_at, placed)
    return [told + o for o in out]


def _lost_or_changed(sheet, good, refused_at, placed) -> list[str]:  # type: ignore[no-untyped-def]
    out = []
    heads = [None if h is None else str(h) for h in sheet.rows[sheet.header]]
    for r in range(sheet.header + 2, len(sheet.rows)):
        for c, value in enumerate(sheet.rows[r]):
            if c == 0 or value in BLANK or (isinstance(value, str) and not value.strip()):
                continue
            place = (sheet.name, r + 1)
            held = next((v for (s, n, h), v in good.items() if (s, n) == place and _same(h, heads[c])), None)
            if held is None:
                named = any((s, n) == place and _same(h, heads[c]) for s, n, h in refused_at)
                if not named:
                    out.append(f"{value!r} at {place} {heads[c]} is neither a cell nor rejected")
                elif place not in placed and number_read(value) is not None:
                    out.append(f"{value!r} at {place} was rejected and nobody is told")
            elif not _is(held["value"], number_read(value), sheet.scales[c]):
                out.append(f"{value!r} × {sheet.scales[c]} became {held['value']} {held['unit']}")
    return out


def _is(value: float, read: float | None, scale: float) -> bool:
    return read is not None and abs(value - read * scale) <= 1e-6 * abs(read) * scale


def _same(head: str | None, text: str | None) -> bool:
    plain = str.maketrans("（）", "()", " \n")
    return (head or "").translate(plain) == (text or "").translate(plain)


def test_some_mutants_of_regional_tables_hold() -> None:
    assert [w for seed in range(QUICK) for w in wrong_with(seed)] == []


@pytest.mark.slow
def test_thousands_of_mutants_of_regional_tables_hold() -> None:
    assert [w for seed in range(10_000, 10_000 + ALL) for w in wrong_with(seed)][:20] == []


@pytest.mark.parametrize("seed", range(12))
def test_damaged_bytes_are_refused_or_read_and_never_crash(seed: int) -> None:
    data, _, _ = mutant(seed)
    dice = random.Random(seed)
    cut = data[: dice.randrange(len(data))] if seed % 2 else bytearray(data)
    if not seed % 2:
        for _ in range(5):
            cut[dice.randrange(len(cut))] = dice.randrange(256)  # type: ignore[index]
    try:
        made = read_regional(bytes(cut), "平衡表.xlsx")
    except InputError as refused:
        assert refused.what  # noqa: PT017
    else:
        assert made.cells.height + made.parsed.rejected.height == made.read
