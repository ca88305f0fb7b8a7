"""Data quality of works under a method: each source meets its data, and sources of one kind are told apart."""

from __future__ import annotations

import polars as pl
import pytest
from probes import fresh
from tiny_town import OWNER

from dafeng.account.account_terms import _doubted
from dafeng.app.accounts.accounting import compute
from dafeng.app.accounts.quality import account_quality, account_uncertainty
from dafeng.app.importing import take_in_table
from dafeng.app.services import Services
from dafeng.rules.evidence import packaged_evidence

POINTS = packaged_evidence().points
HEAD = "统一社会信用代码,时期,核算方法,数据项,数值,计量单位,数据质量,凭证\n"
ROWS = """E-1,2024,工业其他行业,碳酸盐使用·碳酸钙·消耗量,100,吨,实测,地磅台账
E-1,2024,工业其他行业,碳酸盐使用·碳酸钙·纯度,95,%,实测,"检测中心报告7,CMA"
E-1,2024,工业其他行业,碳酸盐使用·碳酸钠·消耗量,40,吨,估算,
E-1,2024,工业其他行业,碳酸盐使用·碳酸钠·纯度,98,%,估算,
"""
LIMESTONE, SODA = "other_industry/carbonate/caco3", "other_industry/carbonate/na2co3"


def accounted(rows: str = ROWS) -> Services:
    services = fresh()
    take_in_table(services, OWNER, (HEAD + rows).encode("utf-8-sig"), "核算数据.csv")
    compute(services, OWNER)
    return services


@pytest.fixture(scope="module")
def services() -> Services:
    return accounted()


@pytest.fixture(scope="module")
def streams(services):
    return {(s.stream, s.item): s for s in account_quality(services, OWNER, enterprise_id="E-1").streams}


def test_every_source_meets_its_data(streams):
    """Nothing is told to be missing where data are there: the class of a source is that of its weakest datum."""
    assert {s.weakest for s in streams.values()} & {"missing"} == set()
    assert all(s.completeness == 1 and s.evidence > 0 for s in streams.values())
    stone, soda = streams["process", LIMESTONE], streams["process", SODA]
    assert stone.weakest == "default"  # the factor is the rule's; amount and purity are the works' own
    assert soda.evidence < stone.evidence  # an estimated amount proves less than a weighed one
    weakest = min(POINTS["default"], POINTS["accredited"])
    assert stone.evidence == pytest.approx((POINTS["metered"] + weakest) / 2)


def test_a_sum_of_sources_is_no_source(streams):
    assert ("process", "total") not in streams
    assert sum(s.share for s in streams.values()) == pytest.approx(1)


def test_sources_of_one_kind_are_told_apart_in_both_languages(streams):
    for names in ([s.name.zh for s in streams.values()], [s.name.en for s in streams.values()]):
        assert len(names) == len(set(names))
    assert streams["process", LIMESTONE].name.zh == "工业其他行业·碳酸盐使用·碳酸钙"
    assert all("/" not in s.name.zh for s in streams.values())


def test_every_source_opens_the_line_of_the_account(services, streams):
    assert all(s.node for s in streams.values())
    told = account_uncertainty(services, OWNER, enterprise_id="E-1", draws=200)
    assert {(p.group, p.item) for p in told.parts} == set(streams)
    assert all(p.node for p in told.parts)
    assert not [c.name.zh for c in told.contributions if "/" in c.name.zh or c.name.zh.isascii()]


def test_a_finding_stands_against_the_source_it_names_and_no_other():
    due = pl.DataFrame(
        {
            "subject_id": ["E-1"] * 5,
            "item": [LIMESTONE, SODA, "other_industry/fuel/coke", "coke", "machinery/gas_loss/SF6"],
        }
    )
    found = pl.DataFrame(
        [("E-1", "coke", "energy_used"), ("E-1", "other_industry", "stream:carbonate/caco3/amount"),
         ("E-2", "other_industry", "stream:carbonate/na2co3/amount"), ("E-1", None, "stream:gas_loss/SF6/closing")],
        schema=["subject_id", "item", "measure"], orient="row",
    )  # fmt: skip
    held = dict(_doubted(due, found).select("item", "doubted").iter_rows())
    assert held == {
        LIMESTONE: True, SODA: False, "other_industry/fuel/coke": True, "coke": True, "machinery/gas_loss/SF6": False,
    }  # fmt: skip


def test_a_source_that_lacks_a_month_is_incomplete_by_that_month():
    months = "".join(
        f"E-1,2024-{m:02d},工业其他行业,碳酸盐使用·碳酸钙·消耗量,{'' if m == 3 else 10},吨,实测,地磅台账\n"
        for m in range(1, 13)
    )
    rest = "E-1,2024,工业其他行业,碳酸盐使用·碳酸钙·纯度,95,%,实测,检测报告7\n"
    made = account_quality(accounted(months + rest), OWNER, enterprise_id="E-1")
    row = next(s for s in made.streams if s.item == LIMESTONE)
    assert (row.expected, row.present, row.weakest) == (12, 11, "default")
    assert row.completeness == pytest.approx(11 / 12)
