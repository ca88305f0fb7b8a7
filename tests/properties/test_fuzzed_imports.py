"""Fuzzed imports 变异导入: no crash, no silent change, no row lost, and the same bytes say the same twice.

Each mutant is one of our own delivered tables, changed as people and programs change them (``mutants.py``), with its
truth beside it. What the import states is held against that truth, cell by cell.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import polars as pl
import pytest
from mutants import Cell, Formula, Mutant, Page, filled, mutant

from dafeng.base.columns import Contract
from dafeng.base.contracts import check
from dafeng.base.errors import BadRequest, InputError
from dafeng.base.units import factor
from dafeng.collect.codelists import code_lists
from dafeng.collect.contracts import DELIVERED, DELIVERIES
from dafeng.collect.headers import table_in
from dafeng.collect.importing import Context, Imported, import_table
from dafeng.collect.workbooks import read_workbook

LISTS = code_lists(within="140700")
AT = datetime(2026, 1, 2, tzinfo=UTC)
NAMES = tuple(DELIVERED)
QUICK, ALL = 150, 10_000
TWICE = 4  # of so many one is read a second time: the same bytes say the same
GAS = {"立方米": "Nm3", "m3": "Nm3"}


def made(seed: int) -> Mutant:
    return mutant(seed, DELIVERED[NAMES[seed % len(NAMES)]])


# -- the truth of a cell -----------------------------------------------------------------------------------------------


def text_of(cell: Cell) -> str:
    """A cell as a person reads it."""
    if isinstance(cell, Formula):
        cell = cell.value
    return "" if cell is None else unicodedata.normalize("NFKC", str(cell)).strip()


def number_of(cell: Cell, unit: str | None) -> float | None:
    """The number a person reads in a cell; None where it is none."""
    if isinstance(cell, Formula):
        cell = cell.value
    if isinstance(cell, bool | date) or cell is None:
        return None
    if isinstance(cell, int | float):
        return float(cell)
    text = text_of(cell)
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", text, re.ASCII):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


# -- what must hold ----------------------------------------------------------------------------------------------------


def crashed(one: Mutant) -> list[str]:
    """Everything that is wrong with the import of a mutant, in words; empty where all holds."""
    contract = DELIVERED[one.contract]
    try:
        return list(_facts_wrong(one, contract) if one.contract in DELIVERIES else _rows_wrong(one, contract))
    except InputError as error:
        return [] if one.pages is None or _may_be_refused(one) else [f"refused: {error.what}"]


def _may_be_refused(one: Mutant) -> bool:
    """A text that is empty, or has a NUL in it, is no table."""
    cells = [c for page in one.pages or () for row in page.rows for c in row]
    return b"\x00" in one.data[:4096] or not any(filled(c) for c in cells)


def _read(one: Mutant, contract: Contract):  # type: ignore[no-untyped-def]
    raw = table_in(read_workbook(one.data, one.name), contract)
    return raw, check(raw.frame, contract, LISTS, source=raw.name)


def _rows_wrong(one: Mutant, contract: Contract) -> Iterator[str]:
    raw, parsed = _read(one, contract)
    again, parsed_again = _read(one, contract)
    if not (raw.frame.equals(again.frame) and parsed.faults.equals(parsed_again.faults)):
        yield "the same bytes were read differently"
    if parsed.rows.height + parsed.rejected.height != raw.frame.height:
        yield f"{parsed.rows.height} + {parsed.rejected.height} rows of {raw.frame.height}"
    if one.pages is not None:
        yield from _lost_rows(one.pages, raw.frame, raw.faults)


def _lost_rows(pages: tuple[Page, ...], frame: pl.DataFrame, faults: pl.DataFrame) -> Iterator[str]:
    """Every delivered row with content is a row of the table, or its sheet, row or file is named as not read."""
    read = set(frame.select("_sheet", "_row").iter_rows())
    told = " ".join(faults["what"].to_list())
    placed = set(faults.select("sheet", "row").iter_rows())
    for page in pages:
        sheet = page.name or None
        for number, row in page.data():
            skipped = "was not read" in told and (page.name or "CSV") in told
            named = skipped or "no sheet has the headers" in told
            if (sheet, number) not in read and (sheet, number) not in placed and not named:
                yield f"row {number} of {page.name or 'CSV'} is lost: {row}"


def _facts_wrong(one: Mutant, contract: Contract) -> Iterator[str]:
    done = import_table(one.data, one.name, DELIVERIES[one.contract], Context(LISTS, AT))
    twice = one.seed % TWICE == 0
    same = import_table(one.data, one.name, DELIVERIES[one.contract], Context(LISTS, AT)) if twice else done
    if not (done.facts.equals(same.facts) and done.parsed.faults.equals(same.parsed.faults)):
        yield "the same bytes gave other facts"
    if done.parsed.rows.height + done.parsed.rejected.height != done.raw.frame.height:
        yield f"{done.parsed.rows.height} accepted + {done.parsed.rejected.height} rejected of {done.raw.frame.height}"
    if one.pages is not None:
        yield from _lost_rows(one.pages, done.raw.frame, done.parsed.faults)
    if len(done.merged.new) != len(done.facts):
        yield f"{len(done.facts)} facts, {len(done.merged.new)} of them new to an empty store"
    if one.pages is not None:
        yield from _changed(one, contract, done)
        yield from _unsaid(one, contract, done)


def _pages(one: Mutant) -> dict[str | None, Page]:
    return {page.name or None: page for page in one.pages or () if page.header is not None}


def _changed(one: Mutant, contract: Contract, done: Imported) -> Iterator[str]:
    """Each fact is the cell it names, times the factor of its unit."""
    pages, by_zh = _pages(one), {col.zh: name for name, col in contract.columns.items()}
    for fact in done.facts.iter_rows(named=True):
        page = pages.get(fact["sheet"])
        figure = by_zh[fact["column"]]
        if page is None or figure not in page.meaning:
            yield f"a fact from nowhere: {fact['sheet']} {fact['row']} {fact['column']}"
            continue
        column = page.meaning.index(figure)
        row = page.rows[fact["row"] - 1]
        cell = row[column] if column < len(row) else None
        if fact["value"] is None:
            if number_of(cell, None) is not None or not filled(cell):
                yield f"{cell!r} was taken as stated missing"
            continue
        unit = _unit(page, row, column, contract)
        number = number_of(cell, unit)
        if number is None or not math.isclose(fact["value_delivered"], number, rel_tol=1e-12):
            yield f"{cell!r} became {fact['value_delivered']}"
        elif unit is not None:
            due = number * factor(GAS.get(unit, unit) if "Nm3" in fact["unit"] else unit, fact["unit"])
            if not math.isclose(fact["value"], due, rel_tol=1e-9):
                yield f"{number} {unit} became {fact['value']} {fact['unit']}"


def _unit(page: Page, row: list[Cell], column: int, contract: Contract) -> str | None:
    """The unit of a figure as the sheet states it: in the row, else in the header; None: the contract's."""
    name = page.meaning[column] or ""
    for wanted in (f"{name}_unit",) if f"{name}_unit" in contract.columns else ("unit",):
        if wanted in page.meaning and (text := text_of(row[page.meaning.index(wanted)])):
            return text
    return page.units.get(column)


def _unsaid(one: Mutant, contract: Contract, done: Imported) -> Iterator[str]:
    """Each figure of an accepted row is a fact, or is named in a problem."""
    facts = set(done.facts.select("sheet", "row", "column").iter_rows())
    faults = done.parsed.faults
    said = set(faults.select("sheet", "row", "column").iter_rows())
    whole = set(faults.filter(pl.col("row").is_null())["column"].to_list())
    kept = set(done.parsed.rows.select("_sheet", "_row").iter_rows())
    for sheet, page in _pages(one).items():
        for number, row in page.data():
            for column, figure in enumerate(page.meaning):
                if figure not in DELIVERIES[one.contract].figures or (sheet, number) not in kept:
                    continue
                cell = row[column] if column < len(row) else None
                place = (sheet, number, contract.columns[figure].zh)
                named = figure in whole or any((sheet, number, n) in said for n in (figure, f"{figure}_unit"))
                if filled(cell) and text_of(cell) and place not in facts and not named:
                    yield f"{cell!r} in {place} is neither a fact nor told"
                stated = page.units.get(column)
                odd = (
                    stated
                    and number_of(cell, None) is not None
                    and _contradicts(_unit(page, row, column, contract), stated)
                )
                if odd and not named:
                    yield f"the header says {stated}, the row another unit, and nobody is told: {place}"


def _contradicts(unit: str | None, stated: str) -> bool:
    try:
        return unit is not None and not math.isclose(factor(stated, unit), 1.0)
    except BadRequest:
        return True


def run(seeds: range) -> tuple[list[str], Counter[str]]:
    wrong, acts = [], Counter[str]()
    for seed in seeds:
        one = made(seed)
        acts.update(one.what)
        try:
            found = crashed(one)
        except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
            found = [f"crash {type(error).__name__}: {str(error)[:200]}"]
        wrong += [f"seed {seed} {one.contract} {one.what}: {what}" for what in found[:3]]
    return wrong, acts


# -- tests -------------------------------------------------------------------------------------------------------------


def test_a_mutant_is_the_same_bytes_each_time() -> None:
    assert all(made(seed).data == made(seed).data for seed in range(20))


def test_some_mutants_of_every_kind_hold() -> None:
    wrong, acts = run(range(QUICK))
    assert wrong == []
    assert len(acts) > 25


@pytest.mark.slow
def test_ten_thousand_mutants_hold() -> None:
    wrong, acts = run(range(1000, 1000 + ALL))
    assert wrong == []
    assert sum(acts.values()) > ALL
