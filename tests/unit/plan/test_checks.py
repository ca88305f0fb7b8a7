"""Checks on the ledger say what is wrong, with which records."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from dafeng.plan.checks import Context, check
from dafeng.plan.ledger import View, fold
from dafeng.plan.records import Document, Record, Responsible, Target, Task
from dafeng.plan.reread import reading_entries

UPPERS = {"示范市": ("示范省", "全国"), "示范省": ("全国",)}


def target(doc: str, number: int, **fields: object) -> Target:
    base = {
        "id": f"{doc}#t{number:02d}",
        "doc": doc,
        "quote": "单位增加值能耗下降",
        "span": (0, 9),
        "indicator": "单位增加值能耗",
        "comparator": "reduce_by",
        "value": 18,
        "unit": "%",
        "target_year": 2030,
        "region": "示范市",
        "baseline_year": 2025,
    }
    return msgspec.convert(base | fields, Target)


def kinds(*records: Record, indicator: str | None = "intensity", day: date = date(2026, 6, 1), better: str = "lower"):
    entries = []
    for doc in dict.fromkeys(r.doc for r in records):
        of_doc = [r for r in records if r.doc == doc]
        entries += reading_entries(
            View(), [Document(doc=doc, title=doc), *of_doc], datetime(2026, 1, 1, tzinfo=UTC), "x"
        )
    context = Context(lambda _: indicator, lambda _: better, lambda r: UPPERS.get(r, ()), day)
    return [(f.kind, f.records) for f in check(fold(entries), context)]


def test_a_lower_level_that_asks_less_is_weaker():
    city, province = target("city", 1, value=15), target("province", 1, region="示范省")
    assert kinds(city, province) == [("weaker_than_above", ("city#t01", "province#t01"))]
    assert kinds(target("city", 1, value=20), province) == []


@pytest.mark.parametrize(
    ("better", "city_value", "weaker"),
    [("lower", 310, True), ("lower", 290, False), ("higher", 290, True), ("higher", 310, False)],
)
def test_a_level_is_weaker_on_its_worse_side(better, city_value, weaker):
    city = target("city", 1, comparator="=", value=city_value, unit="g", baseline_year=None)
    province = target("province", 1, comparator="=", value=300, unit="g", baseline_year=None, region="示范省")
    assert bool(kinds(city, province, better=better)) is weaker


def test_targets_with_other_bases_or_units_are_not_compared():
    city = target("city", 1, value=15, baseline_year=2020)
    assert kinds(city, target("province", 1, region="示范省")) == []


def test_two_values_for_one_thing_contradict():
    assert kinds(target("city", 1), target("city", 2, value=20, quote="另一处写明能耗降两成")) == [
        ("contradiction", ("city#t01", "city#t02"))
    ]


def test_a_floor_under_a_ceiling_does_not_contradict():
    low = target("city", 1, comparator=">=", value=30, baseline_year=None)
    high = target("city", 2, comparator="<=", value=40, baseline_year=None, quote="不超过四成")
    assert kinds(low, high) == []
    assert kinds(msgspec.structs.replace(low, value=50), high)[0][0] == "contradiction"


def test_a_target_without_indicator_is_named():
    assert kinds(target("city", 1), indicator=None) == [("no_indicator", ("city#t01",))]


def test_a_past_deadline_wants_a_verdict():
    assert kinds(target("city", 1, target_year=2025)) == [("deadline_past", ("city#t01",))]
    assert kinds(target("city", 1, deadline="2026-06-30")) == []


def test_a_task_without_lead_is_a_finding_only_where_the_plan_has_lead_rules():
    led = Task(
        id="city#k01",
        doc="city",
        path=(),
        number="1",
        title="甲",
        span=(0, 1),
        lead_rule="first",
        units=(Responsible(name="市工信局", lead=True),),
    )
    bare = Task(id="city#k02", doc="city", path=(), number="2", title="乙事项", span=(2, 3))
    assert kinds(led, bare) == [("no_lead", ("city#k02",))]
    assert kinds(bare) == []


@pytest.mark.parametrize(
    ("fields", "past"),
    [
        ({"deadline": "2025-06-30", "target_year": 2030}, True),
        ({"deadline": "2026-06", "target_year": 2025}, True),  # no day: the year decides
        ({"deadline": "--12-31", "target_year": None}, False),
        ({"deadline": None, "target_year": 20300}, False),
        ({"deadline": None, "target_year": 2026}, False),
    ],
)
def test_a_term_that_names_no_day_is_no_fault(fields, past):
    assert (("deadline_past", ("city#t01",)) in kinds(target("city", 1, **fields))) == past
