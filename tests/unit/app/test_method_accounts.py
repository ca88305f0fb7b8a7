"""The account of a works by its methods: from what it delivered, in the sight of who asks."""

from __future__ import annotations

from io import BytesIO

import polars as pl
import pytest
from busy_town import callers
from probes import COAL_CASE, fresh
from python_calamine import CalamineWorkbook
from tiny_town import OWNER

from dafeng.app.accounts.accounting import compute
from dafeng.app.accounts.methods import (
    compute_case,
    method_page,
    method_template,
    methods,
    works_account,
    works_compared,
    works_methods,
)
from dafeng.app.importing import take_in_table
from dafeng.base.callers import PUBLIC
from dafeng.base.errors import NotFound
from dafeng.rules.methods import packaged_methods

ROWS = """统一社会信用代码,时期,核算方法,数据项,数值,计量单位,凭证
E-1,2024,工业其他行业,碳酸盐使用·碳酸钙·消耗量,100,吨,台账
E-1,2024,工业其他行业,碳酸盐使用·碳酸钙·纯度,95,%,检测报告7
"""


@pytest.fixture
def town():
    services = fresh()
    take_in_table(services, OWNER, ROWS.encode("utf-8-sig"), "核算数据.csv")
    return services


def test_all_methods_are_listed_and_picked_by_industry():
    services = fresh()
    assert {(m.method, m.family) for m in methods(services, PUBLIC)} == set(packaged_methods().held)
    steel = methods(services, PUBLIC, "3120")
    assert any(m.method == "steel" and m.why for m in steel)
    assert all(m.method == "other_industry" for m in methods(services, PUBLIC, "9999"))


@pytest.mark.parametrize("id", sorted(packaged_methods().held))
def test_every_method_says_what_it_wants(id):
    page = method_page(fresh(), PUBLIC, *id)
    assert page.streams
    assert {f for s in page.streams for f in s["formulas"]} <= set(page.formulas)


def test_the_public_computes_a_case():
    answer = compute_case(fresh(), PUBLIC, COAL_CASE)
    assert answer.result.total.value is not None
    assert answer.derivation.value == answer.result.total.value


def test_a_works_is_accounted_by_what_it_delivered(town):
    answer = works_account(town, callers("filler")["own"], "E-1", 2024)
    stone = next(x for x in answer.result.lines if x.stream == "carbonate")
    assert stone.value == pytest.approx(100 * 0.95 * 0.4397, rel=1e-3)
    assert {f.input: f.source[:2] for f in stone.figures if f.of == "given" and f.source} == {
        "amount": "F-",
        "purity": "F-",
    }
    fuels = [x for x in answer.result.lines if x.group in ("combustion", "electricity")]
    assert fuels, "the energy data are taken over"
    assert [m.method for m in works_methods(town, callers("filler")["own"], "E-1", 2024).used] == ["other_industry"]


def test_the_run_counts_it_too(town):
    compute(town, OWNER)
    lines = town.columns.result(town.records.pointed("current"), "lines")
    own = lines.filter((pl.col("subject_id") == "E-1") & (pl.col("item") == "other_industry/carbonate/caco3"))
    assert own["value"].to_list() == pytest.approx([100 * 0.95 * 0.4397], rel=1e-3)


def test_without_method_data_the_energy_speaks():
    answer = works_account(fresh(), callers("filler")["own"], "E-1", 2024)
    assert any(x.group == "electricity" for x in answer.result.lines)


def test_another_rule_shows_the_difference(town):
    made = works_compared(town, callers("filler")["own"], "E-1", 2024, "ndrc_steel_2013", "steel")
    assert made.total.difference is not None or made.notes


def test_a_foreign_works_is_not_there(town):
    foreign = callers("filler")["foreign"]
    for ask in (works_account, works_methods):
        with pytest.raises(NotFound):
            ask(town, foreign, "E-1", 2024)
    with pytest.raises(NotFound):
        method_template(town, foreign, "steel", "ndrc_steel_2013", "E-1", 2024)


def test_the_template_of_a_method_can_be_filled_in_and_comes_back(town):
    data = method_template(town, callers("filler")["own"], "steel", "ndrc_steel_2013", "E-1", 2023)
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name("核算数据").to_python()
    head = next(i for i, r in enumerate(rows) if "数据项" in [str(c).rstrip("*") for c in r])
    wanted = [r for r in rows[head + 1 :] if any(r)]
    assert wanted
    assert all("E-1" in r for r in wanted)
