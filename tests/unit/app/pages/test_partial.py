"""Partial sums 部分合计: one rule at every level, so that what is added above is seen below and every sum adds up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import polars as pl
import pytest
from fakes import NOW
from tiny_town import (
    CITY,
    EAST,
    EAST_COUNTY,
    FIRMS,
    OWNER,
    WEST,
    batch,
    delivered,
    empty_town,
    fact,
    facts,
    firm_rows,
    run,
    site_rows,
    town,
)

from dafeng.app import publishing
from dafeng.app.accounts.accounting import accounts, shown
from dafeng.app.explaining import explain
from dafeng.app.pages.dashboard import overview
from dafeng.app.pages.firms_head import enterprises_head
from dafeng.app.pages.known import CO2, known
from dafeng.app.pages.results import enterprise_rows
from dafeng.app.pages.totals import is_judged
from dafeng.app.reporting import progress_inputs
from dafeng.base.callers import Caller
from dafeng.base.provenance import Node

OFFICER = Caller("处长", frozenset({"officer"}), areas=frozenset({CITY}))
ANALYST = Caller("分析员", frozenset({"analyst"}), areas=frozenset({CITY}))
SUMS = ("area", "area_industry", "industry")


def steam(firm: str, period: str = "2024") -> list[dict[str, object]]:
    """Steam by the tonne: it can be counted as energy and not be converted to CO2."""
    return [fact(firm, m, "steam", 2024, 50.0, "t") | {"period": period} for m in ("energy_used", "energy_bought")]


@pytest.fixture(scope="module")
def stuck():
    """In the west nobody is whole in 2024: of the cement works a part is known, of the mill nothing."""
    return run(town([*delivered(), *steam("E-3")], partial_from=0.5))


@pytest.fixture(scope="module")
def whole():
    return run(town(delivered(whole=True)))


def every(node: Node) -> Iterator[Node]:
    yield node
    for child in node.inputs:
        yield from every(child)


def shown_ids(services, *kinds: str) -> list[str]:
    lines = shown(services, accounts(services, OWNER).lines)
    of_year = lines.filter((pl.col("period") == "2024") & pl.col("measure").is_in([CO2, "energy_tce_equivalent"]))
    return of_year.filter(pl.col("subject_kind").is_in(kinds)).drop_nulls("value")["line_id"].to_list()


# -- the tree adds up --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("largest", [1, 10])
@pytest.mark.parametrize("made", ["stuck", "whole"])
def test_the_children_of_every_sum_are_the_sum(request, made, largest):
    services = request.getfixturevalue(made)
    sums = 0
    for id in shown_ids(services, *SUMS, "enterprise"):
        for node in every(explain(services, OWNER, id, largest=largest)):
            if (node.rule or "").startswith("sum.") and node.inputs and not isinstance(node.value, str):
                parts = [c.value for c in node.inputs]
                if node.value is None:  # nothing of it is there
                    assert set(parts) == {None}, node.label
                    continue
                assert None not in parts or node.estimated, node.label
                assert sum(p or 0.0 for p in parts) == pytest.approx(node.value, rel=1e-12), (node.label, parts)
                sums += 1
    assert sums > 100


def test_a_part_that_is_counted_shows_what_is_there_and_is_marked(stuck):
    total = overview(stuck, OWNER).headline.total
    root = explain(stuck, OWNER, total.node)
    works = next(c for c in root.inputs if c.label.startswith("西岭水泥厂"))
    assert works.value > 0
    assert works.estimated
    assert works.there.endswith("月")
    assert works.there_en.endswith("months")
    assert "不作为总量" not in (works.note or "")
    assert "计入合计" in works.note
    assert (root.estimated, root.there) == (total.estimated, "2/4家")


def test_a_total_that_does_not_stand_still_says_that_its_parts_are_none():
    services = run(town())
    own = accounts(services, OWNER).lines.filter(subject_id=CITY, measure=CO2, item="total", period="2024")
    root = explain(services, OWNER, own["line_id"].item())
    assert root.value is None
    assert "不作为总量" in root.note


# -- one rule at every level -------------------------------------------------------------------------------------------


def test_what_the_total_holds_is_shown_below_and_adds_up_to_it(stuck):
    page = overview(stuck, OWNER)
    total = page.headline.total.value
    tiles = {t.area_code: t.co2 for t in page.tiles}
    assert tiles[WEST].estimated
    assert tiles[WEST].coverage < 0.5
    assert sum(t.value for t in tiles.values()) == pytest.approx(total, rel=1e-12)
    assert sum(p.figure.value or 0.0 for p in page.sectors) == pytest.approx(total, rel=1e-12)
    assert enterprise_rows(stuck, OWNER)["co2_t"].sum() == pytest.approx(total, rel=1e-12)
    assert "各行之和即此合计" in enterprises_head(stuck, OWNER).words.zh
    assert overview(stuck, OWNER, WEST).headline.total == tiles[WEST]


def test_the_report_prints_the_same_partial_sums_as_the_overview(stuck):
    made = progress_inputs(stuck, OWNER)
    tiles = {t.area_code: t.co2.value for t in overview(stuck, OWNER).tiles}
    assert dict(made.counties.select("subject_id", "co2_t").iter_rows()) == pytest.approx(tiles)
    assert made.emitters["co2_t"].sum() == pytest.approx(sum(tiles.values()))


def test_a_part_below_the_bar_is_a_partial_figure_that_is_compared_with_nothing(stuck):
    page = overview(stuck, OWNER, WEST)
    assert "已报部分合计" in page.headline.words.zh
    assert "(估" in page.headline.words.zh
    assert page.source.partial
    assert page.co2_path[0].points[-1].value == page.headline.total.value
    assert page.judged_from == 0.5
    facts = known(stuck, OWNER)
    assert not is_judged(facts, page.headline.total)
    assert is_judged(facts, overview(stuck, OWNER).headline.total)
    assert not stuck_states(stuck, WEST)


def stuck_states(services, area: str) -> list[float]:
    """Judged actual values of an area's own CO2: evaluation takes no sum below the bar."""
    rows = known(services, OWNER).county_states.filter(subject_id=area, indicator_id="industrial_co2_total")
    return rows["actual"].drop_nulls().to_list()


def test_evaluation_does_not_take_what_is_only_shown(stuck):
    values = known(stuck, OWNER).values
    west = values.filter(subject_id=WEST, indicator_id="industrial_co2_total", period="2024", preferred=True)
    assert west["value"].drop_nulls().is_empty()


def test_the_note_that_nobody_can_be_named_stands_only_where_nobody_is(stuck):
    for area in (None, EAST, WEST):
        page = overview(stuck, OWNER, area)
        told = page.movers_note is not None and "不能说明由谁拉动" in page.movers_note.zh
        assert told == (not page.movers)


def test_the_next_step_is_to_correct_where_all_have_delivered():
    services = run(town([*delivered(whole=True), *steam("E-3")], partial_from=1.0))
    told = overview(services, OWNER, WEST).headline.words
    assert "请1家企业更正" in told.zh
    assert "催报" not in told.zh
    late = run(town([*delivered(), *steam("E-3")], partial_from=1.0))
    assert "催报1家,请1家企业更正" in overview(late, OWNER, WEST).headline.words.zh


# -- withheld is not missing -------------------------------------------------------------------------------------------


def many(silent: int = 1):
    """Forty equal works in two counties, so that their sums may be shown; some deliver nothing in the last year."""
    firms = [(f"F-{n:02d}", f"第{n}厂", (EAST, WEST)[n % 2], "3120") for n in range(40)]
    services = empty_town(partial_from=0.5)
    services.records.put_registry("enterprises", firm_rows(*firms), "B-0", NOW)
    services.records.put_registry("sites", site_rows(), "B-0", NOW)
    rows = [
        fact(firm, m, "bituminous", year, 1000.0 - year + 2022, "t")
        for n, (firm, *_) in enumerate(firms)
        for year in (2023, 2024)
        for m in ("energy_used", "energy_bought")
        if n >= silent or year < 2024
    ]
    rows += [fact(f, "value_added_constant", "", y, 3000.0, "万元") for f, *_ in firms for y in (2023, 2024)]
    services.columns.put_facts("B-1", facts(rows))
    return run(services)


def test_a_comparison_that_needs_single_firms_is_withheld_and_not_missing():
    services = many()
    assert overview(services, OWNER).headline.change.value is not None
    head = overview(services, ANALYST).headline
    assert head.total.value is not None
    assert head.change.confidential
    assert head.change.missing.zh.startswith("保密")
    assert head.change.missing.en.startswith("withheld")
    assert "保密" in head.words.zh
    assert "无法比较" not in head.words.zh
    other = overview(services, EAST_COUNTY, CITY).headline
    assert other.change.confidential
    assert other.change.value is None


def test_whole_sums_are_compared_for_everybody():
    head = overview(many(silent=0), ANALYST).headline
    assert head.change.value is not None
    assert not head.change.confidential


# -- what waits, and what is old ---------------------------------------------------------------------------------------


def test_who_is_delivered_and_not_convertible_in_a_month_is_named():
    month = [
        fact(firm, m, "bituminous", 2024, 10.0, "t") | {"period": "2024-06"}
        for firm, *_ in FIRMS
        for m in ("energy_used", "energy_bought")
    ]
    services = run(town([*delivered(whole=True), *month, *steam("E-3", "2024-06")]))
    told = overview(services, OWNER, month=6).month.firms
    assert "已报齐4家;其中1家已报但无法换算为排放量(西岭水泥厂)" in told.zh
    assert "of 1 they give no CO2" in told.en


def test_the_officer_hears_of_deliveries_that_wait_for_a_run():
    services = run(town())
    assert not waiting(services, OFFICER)
    services.columns.put_facts(
        "B-9",
        facts(
            [
                r | {"batch_id": "B-9"}
                for r in delivered(whole=True)
                if r["subject_id"] == "E-4" and r["period"] == "2024"
            ]
        ),
    )
    services.records.put_batch(batch("B-9", "填报/E-4.json", imported_at=NOW + timedelta(hours=1)))
    assert waiting(services, OFFICER) == ["1份已确认填报或导入的数据尚未核算,本页仍是上次运行的结果:请运行。"]
    assert not waiting(services, EAST_COUNTY)
    assert not waiting(run(services), OFFICER)


def waiting(services, caller: Caller) -> list[str]:
    return [w.zh for w in overview(services, caller).warnings if "尚未核算" in w.zh]


def test_who_publishes_hears_that_the_published_assessment_is_an_older_one():
    services = run(town(delivered(whole=True)), 2023)
    publishing.publish(services, OWNER, "assessment", known(services, OWNER).assessment_id, "每年公开")
    assert not older(services, OFFICER)
    run(services, 2024)
    assert len(older(services, OFFICER)) == 1
    assert not older(services, EAST_COUNTY)


def older(services, caller: Caller) -> list[str]:
    return [w.zh for w in overview(services, caller).warnings if "对外发布的仍是" in w.zh]


def test_an_intensity_says_how_its_firms_come_from_those_that_are_due():
    services = many()
    services.records.put_registry("enterprises", firm_rows(("E-5", "东数据中心", EAST, "6450")), "B-5", NOW)
    data = [fact("E-5", m, "electricity", 2024, 9.0, "MWh") for m in ("energy_used", "energy_bought")]
    services.columns.put_facts("B-5", facts(data))
    page = overview(run(services), OWNER)
    figure = next(f for words, f in page.figures if words.zh == "规模以上工业单位增加值能耗")
    node = explain(services, OWNER, figure.node)
    assert "所用39家;应报41家中另1家不属本指标统计的行业或规模" in node.note
    assert "made of 39 firms; 1 of the 41 firms due" in node.note_en
