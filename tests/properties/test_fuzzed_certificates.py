"""Fuzzed certificate tables 变异绿证表: no crash, no code twice, no row lost, each block is the row it names.

The mutants are those of ``mutants.py``; codes cut short, doubled or turned round are added here.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import polars as pl
import pytest
from mutants import Mutant, mutant
from test_fuzzed_imports import _lost_rows, _may_be_refused, number_of, text_of

from dafeng.base.contracts import check
from dafeng.base.errors import InputError
from dafeng.collect.certificates import CERTIFICATES, Entered, certificate_blocks
from dafeng.collect.codelists import code_lists
from dafeng.collect.headers import RawTable, table_in
from dafeng.collect.workbooks import read_workbook
from dafeng.rules.certificates import packaged_certificate_rules

LISTS = code_lists(within="140700")
REGISTERS = {k.id: k.register for k in packaged_certificate_rules().kinds}
DAY = date(2025, 3, 1)
KNOWN = ["register", "prefix", "width", "first_no", "last_no", "kind", "holder", "source", "generation_month",
         "issued_on", "acquired"]  # fmt: skip
QUICK, ALL = 120, 3_000


def nothing() -> pl.DataFrame:
    kinds = dict.fromkeys(KNOWN, pl.String) | dict.fromkeys(("width", "first_no", "last_no"), pl.Int64)
    kinds |= dict.fromkeys(("generation_month", "issued_on"), pl.Date)
    return pl.DataFrame(schema={**kinds, "there": pl.String, "there_zh": pl.String})


def entered(one: Mutant, known: pl.DataFrame) -> tuple[RawTable, Entered]:
    raw = table_in(read_workbook(one.data, one.name), CERTIFICATES)
    parsed = check(raw.frame, CERTIFICATES, LISTS, source=raw.name)
    return raw, certificate_blocks(parsed, raw, REGISTERS, known, DAY)


def as_known(blocks: pl.DataFrame) -> pl.DataFrame:
    said = [pl.lit("entry").alias("there"), pl.lit("登记").alias("there_zh")]
    return blocks.select(*KNOWN, *said).cast(dict(nothing().schema))


def wrong(one: Mutant) -> Iterator[str]:
    """Everything that is wrong with the entry of a mutant, in words."""
    try:
        raw, made = entered(one, nothing())
    except InputError as error:
        if one.pages is not None and not _may_be_refused(one):
            yield f"refused: {error.what}"
        return
    if made.parsed.rows.height + made.parsed.rejected.height != raw.frame.height:
        yield f"{made.parsed.rows.height} + {made.parsed.rejected.height} rows of {raw.frame.height}"
    if made.blocks.height != made.parsed.rows.height:
        yield f"{made.blocks.height} blocks of {made.parsed.rows.height} accepted rows"
    yield from _twice(made.blocks)
    if one.pages is not None:
        yield from _lost_rows(one.pages, raw.frame, made.parsed.faults)
        yield from _not_the_row(one, made.blocks)
    _, again = entered(one, as_known(made.blocks))
    if again.blocks.height or again.unchanged != made.blocks.height:
        yield f"the same file again: {again.blocks.height} new, {again.unchanged} of {made.blocks.height} unchanged"


def _twice(blocks: pl.DataFrame) -> Iterator[str]:
    for _, part in blocks.sort("first_no").group_by("register", "prefix", "width", maintain_order=True):
        for one, other in pairwise(part.select("first_no", "last_no").iter_rows()):
            if other[0] <= one[1]:
                yield f"codes {other[0]}–{one[1]} are entered twice"


def _not_the_row(one: Mutant, blocks: pl.DataFrame) -> Iterator[str]:
    """A block's codes, holder and factor are those of the cells of its row."""
    pages = {page.name or None: page for page in one.pages or () if page.header is not None}
    for row in blocks.iter_rows(named=True):
        page = pages.get(row["_sheet"])
        if page is None:
            yield f"a block from nowhere: {row['_sheet']} {row['_row']}"
            continue
        cells = page.rows[row["_row"] - 1]
        said = {n: text_of(cells[i]) for i, n in enumerate(page.meaning) if n and i < len(cells)}
        first = f"{row['prefix']}{row['first_no']:0{row['width']}d}"
        last = f"{row['prefix']}{row['last_no']:0{row['width']}d}"
        if "".join(said["first_code"].split()) != first or "".join((said.get("last_code") or first).split()) != last:
            yield f"{said['first_code']} – {said.get('last_code')} became {first} – {last}"
        if said["enterprise_id"] not in (row["holder"], row["holder"].removeprefix("E-")):
            yield f"{said['enterprise_id']} became {row['holder']}"
        stated = number_of(said.get("count"), None)
        if stated is not None and stated != row["last_no"] - row["first_no"] + 1:
            yield f"{said['count']} certificates became {first} – {last}"


def run(seeds: range) -> tuple[list[str], Counter[str]]:
    found, acts = [], Counter[str]()
    for seed in seeds:
        one = mutant(seed, CERTIFICATES)
        acts.update(one.what)
        try:
            said = list(wrong(one))
        except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
            said = [f"crash {type(error).__name__}: {str(error)[:200]}"]
        found += [f"seed {seed} {one.what}: {what}" for what in said[:3]]
    return found, acts


def test_some_mutants_of_certificate_tables_hold() -> None:
    found, acts = run(range(QUICK))
    assert found == []
    assert len(acts) > 20


@pytest.mark.slow
def test_three_thousand_mutants_of_certificate_tables_hold() -> None:
    found, acts = run(range(5000, 5000 + ALL))
    assert found == []
    assert sum(acts.values()) > ALL


HEAD = "统一社会信用代码,证书种类,起始编号,终止编号,张数,电量生产年月,取得日期,取得方式,电源类型"
REST = "2024-06,2024-08-01,购入,风电"


@pytest.mark.parametrize("seed", range(25))
def test_codes_that_overlap_in_any_way_are_entered_once(seed: int) -> None:
    dice = random.Random(seed)
    rows = []
    for _ in range(12):
        first, size = dice.randint(1, 60), dice.choice((1, 1, 5, 20, 0, -3))
        last = "" if size == 1 and dice.random() < 0.5 else f"G-{first + size - 1:03d}"
        rows.append(f"91990000MA00000008,绿证,G-{first:03d},{last},{dice.choice(('', '', str(size)))},{REST}")
    data = "\n".join([HEAD, *rows, ""]).encode()
    one = Mutant(seed, "certificates", ("overlap",), "绿证.csv", data, None)
    assert list(wrong(one)) == []
    _, made = entered(one, nothing())
    numbers = [n for f, last in made.blocks.select("first_no", "last_no").iter_rows() for n in range(f, last + 1)]
    assert len(numbers) == len(set(numbers)) > 0
