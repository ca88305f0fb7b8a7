"""One vocabulary: what indicators read, accounts and delivered tables give, under the same names, items and units."""

from __future__ import annotations

from collections import Counter

import pytest

from dafeng.account.lines import MEASURES, TOTAL
from dafeng.base.units import factor
from dafeng.collect.codelists import code_lists, measures
from dafeng.collect.contracts import DELIVERIES
from dafeng.evaluate.indicators import indicator_library
from dafeng.rules.rulebook import packaged_rulebook

LIBRARY = indicator_library()
LISTS = code_lists()
ROWS = {row["measure"]: row for row in measures().iter_rows(named=True)}
TERMS = [(i.id, t) for i in LIBRARY.indicators.values() for f in i.formulas for t in (f.top, f.bottom) if t]
PRODUCTS = [(i.id, p) for i in LIBRARY.indicators.values() for f in i.formulas for p in f.products]


def deliverable(kind: str) -> set[str]:
    """The measures that some delivered table of a kind of subject brings: by a column, or named row by row."""
    named = {m for d in DELIVERIES.values() if d.kind == kind for m in d.measures.values()}
    by_row = [d.contract.columns[d.measure].codes for d in DELIVERIES.values() if d.kind == kind and d.measure]
    return named | {code for name in by_row if name for code in LISTS[name].table["code"]}


@pytest.mark.parametrize(("indicator", "term"), TERMS, ids=lambda x: x if isinstance(x, str) else x.measure)
def test_every_measure_that_a_formula_reads_is_accounted_or_deliverable(indicator, term):
    kind = "area" if term.at == "subject" else "enterprise"
    known = set(MEASURES) if term.of == "line" else deliverable(kind)
    assert term.measure in known


@pytest.mark.parametrize(("indicator", "term"), TERMS, ids=lambda x: x if isinstance(x, str) else x.measure)
def test_every_item_that_a_formula_reads_can_be_delivered(indicator, term):
    items = set(LIBRARY.items(term.items)) - {""}
    if term.of == "line":
        assert items <= {TOTAL, *packaged_rulebook().items}
    elif items:
        assert items <= set(LISTS[ROWS[term.measure]["items"]].table["code"])
    if "" in LIBRARY.items(term.items):
        assert ROWS[term.measure]["item"] != "required"


def test_capacity_and_unit_energy_of_every_benchmark_are_deliverable():
    products = LISTS["products"]
    units = dict(products.table.select("code", "energy_unit").iter_rows())
    assert {"product_capacity", "unit_energy_consumption"} <= deliverable("enterprise")
    assert {p for _, p in PRODUCTS} <= {b.product for b in LIBRARY.benchmarks}
    for benchmark in LIBRARY.benchmarks:
        assert factor(units[benchmark.product], benchmark.unit) == pytest.approx(1.0)


def test_every_code_of_a_named_set_is_a_product_or_an_energy_item():
    known = {*LISTS["products"].table["code"], *packaged_rulebook().items}
    assert {code for codes in LIBRARY.item_sets.values() for code in codes} <= known
    assert set(LIBRARY.item_sets["coal"]) == {i.code for i in packaged_rulebook().items.values() if i.klass == "coal"}


def test_a_measure_has_the_name_and_unit_of_the_room_that_makes_it():
    for name, measure in LIBRARY.measures.items():
        zh, unit = (
            (MEASURES[name][0], MEASURES[name][2]) if name in MEASURES else (ROWS[name]["zh"], ROWS[name]["unit"])
        )
        assert measure.zh == zh
        assert unit is None or measure.unit == unit


def test_every_measure_of_the_library_is_read_by_a_formula():
    assert set(LIBRARY.measures) == {t.measure for _, t in TERMS} | {"product_capacity", "unit_energy_consumption"}


def test_no_chinese_name_stands_for_two_quantities():
    names = [(zh, name) for name, (zh, _, _) in MEASURES.items()]
    names += [(text, row["measure"]) for row in ROWS.values() for text in (row["zh"], *row["aliases"])]
    meant = Counter(zh for zh, _ in set(names))
    shared = {zh for zh, n in meant.items() if n > 1}
    # a city's published total and the total of our account are headed alike in yearbooks; they meet in no one list
    assert shared <= {"二氧化碳排放总量"}


def test_a_product_is_no_measure():
    names = {t for row in ROWS.values() for t in (row["zh"], *row["aliases"])}
    assert not names & set(LISTS["products"].meanings)
