"""The overview: what it says can be explained, what cannot be said says why, and nobody reads a stranger's figure."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import msgspec
import polars as pl
import pytest
from nodes import nodes_of
from tiny_town import (
    CITY,
    EAST,
    EAST_COUNTY,
    FILLER,
    OWNER,
    PUBLIC,
    WEST,
    delivered,
    empty_town,
    fact,
    run,
    target,
    town,
)

from dafeng.app import publishing
from dafeng.app.explaining import explain
from dafeng.app.pages import dashboard
from dafeng.app.pages.dashboard import overview
from dafeng.app.pages.firms_head import enterprises_head
from dafeng.app.pages.known import CO2, ENERGY, known
from dafeng.app.pages.months import summed_months
from dafeng.app.pages.moving import drivers, is_noise
from dafeng.app.pages.outlines import map_shape
from dafeng.app.pages.parts import fuel_parts
from dafeng.app.pages.results import enterprise_rows
from dafeng.app.pages.tile import overview_tile_bytes, ready_tile
from dafeng.app.pages.tiling import compact, positions, read_tiles
from dafeng.app.plans import add
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound
from dafeng.report.wording import number

CITY_OFFICER = Caller("处长", frozenset({"officer"}), areas=frozenset({CITY}))
ANALYST = Caller("分析员", frozenset({"analyst"}), areas=frozenset({CITY}))


@pytest.fixture(scope="module")
def whole():
    return run(town(delivered(whole=True)))


@pytest.fixture(scope="module")
def partial():
    return run(town(partial_from=0.5))


@pytest.mark.parametrize(("caller", "area"), [(OWNER, None), (OWNER, EAST), (CITY_OFFICER, None), (EAST_COUNTY, None)])
@pytest.mark.parametrize("made", ["whole", "partial"])
def test_every_number_opens_its_explanation(request, made, caller, area):
    services = request.getfixturevalue(made)
    ids = nodes_of(overview(services, caller, area))
    assert {i[:2] for i in ids} >= {"L-", "S-", "I-"}
    for node in ids:
        assert explain(services, caller, node).id == node


def test_the_effects_are_shown_with_their_nodes_to_who_sees_all(whole):
    effects = [m for m in overview(whole, OWNER).movers if m.kind == "effect"]
    assert effects
    assert all(m.contribution.node.startswith("D-2022-2024-") for m in effects)
    assert not [m for m in overview(whole, EAST_COUNTY).movers if m.kind == "effect"]


def test_what_floating_point_leaves_over_is_no_effect(whole):
    made = drivers(known(whole, OWNER), 2024)
    parts = {p.node: p.value_t for p in made.parts}
    shown = {m.contribution.node for m in overview(whole, OWNER).movers if m.kind == "effect"}
    assert shown == {node for node, moved in parts.items() if not is_noise(moved, made)}
    assert shown
    large = replace(made, first_t=3.6e7, last_t=3.5e7)
    assert is_noise(8e-5, large)
    assert not is_noise(-40.0, large)


def test_shares_of_fuels_are_of_what_is_used_and_outputs_have_none():
    def line(item, value):
        return {"subject_kind": "enterprise", "subject_id": "E", "measure": ENERGY, "item": item, "period": "2024",
                "value": value, "unit": "tce", "status": "official", "coverage": 1.0, "line_id": f"L-{item}",
                "note": None}  # fmt: skip

    def parts(*rows):
        facts = SimpleNamespace(lines=SimpleNamespace(items=pl.DataFrame(list(rows))))
        return {p.key: p.share for p in fuel_parts(facts, "enterprise", "E", 2024)}

    used = [line("washed_coal", 387.0), line("electricity", 13.0)]
    made = parts(*used, line("coke", -300.0))
    assert made == {"washed_coal": pytest.approx(0.9675), "electricity": pytest.approx(0.0325), "coke": None}
    assert set(parts(*used, line("heat", None)).values()) == {None}


def test_the_sentence_holds_total_change_and_cause(whole):
    page = overview(whole, OWNER)
    total = page.headline.total.value
    assert page.headline.words.zh.startswith("2024年:试验市工业二氧化碳排放")
    assert "比上年下降" in page.headline.words.zh
    assert "主要因" in page.headline.words.zh
    assert "percentage points" in page.headline.words.en
    assert page.headline.change.value == pytest.approx((0.9 / 0.95 - 1) * 100, abs=0.2)
    assert sum(p.figure.value for p in page.sectors) == pytest.approx(total)
    assert sum(t.co2.value for t in page.tiles) == pytest.approx(total)


def test_the_movers_add_up_to_the_change(whole):
    page = overview(whole, OWNER)
    before = page.co2_path[0].points[-2].value
    moved = page.headline.total.value - before
    for kind in ("industry", "county", "enterprise"):
        assert sum(m.contribution.value for m in page.movers if m.kind == kind) == pytest.approx(moved)
        assert sum(m.share_of_change for m in page.movers if m.kind == kind) == pytest.approx(1)


def test_a_total_that_is_not_whole_is_missing_and_says_why_and_what_next():
    services = run(town())
    page = overview(services, OWNER)
    assert page.headline.total.value is None
    assert "3" in page.headline.total.missing.zh
    assert "不能给出" in page.headline.words.zh
    assert "下一步" in page.headline.words.zh
    assert page.co2_path[0].points[-1].value is None
    assert any("催报" in w.zh for w in page.warnings)


def test_a_partial_sum_is_marked_and_compared_on_the_same_firms(partial):
    page = overview(partial, OWNER)
    assert page.headline.total.estimated
    assert page.source.partial
    assert page.headline.total.status == "trial"
    assert "同口径" in page.headline.words.zh
    assert page.headline.change.value == pytest.approx((0.9 / 0.95 - 1) * 100, abs=0.2)  # not the 40 % of the bare sums


def test_the_path_to_the_peak_is_the_plans_where_it_sets_one():
    services = town(delivered(whole=True))
    goal = target(
        9, "工业领域二氧化碳排放量", comparator="reduce_by", value=20, unit="%", baseline_year=2022, target_year=2026
    )
    fields = {k: v for k, v in msgspec.to_builtins(goal).items() if k != "id"} | {"doc": "plan"}
    add(services, OWNER, "target", fields, "没有读出来")
    page = overview(run(services), OWNER)
    kinds = {s.kind: s for s in page.co2_path}
    start = kinds["actual"].points[0].value
    assert kinds["required"].points[0].value == pytest.approx(start)
    assert kinds["target"].points[-1].value == pytest.approx(0.8 * start)
    required = {p.period: p.value for p in kinds["required"].points}["2024"]
    gap = (page.headline.total.value / required - 1) * 100
    assert page.headline.gap_to_path.value == pytest.approx(gap)
    assert ("较达峰路径高" if gap > 0 else "较达峰路径低") in page.headline.words.zh


def test_without_a_path_the_sentence_says_so(whole):
    page = overview(whole, OWNER)
    assert page.headline.gap_to_path is None
    assert "2030年前达峰,未设逐年路径" in page.headline.words.zh
    assert [s.kind for s in page.co2_path] == ["actual"]


@pytest.mark.parametrize(
    ("year", "told"),
    [(2022, "为迄今(至2022年)最高值"), (2023, "较迄今(至2023年)最高的2022年低"), (2024, "较迄今最高的2022年低")],
)
def test_of_a_peak_each_year_is_held_against_the_highest_up_to_it(whole, year, told):
    page = overview(whole, OWNER, None, year)
    assert told in page.headline.words.zh
    values = {int(p.period): p.value for p in page.co2_path[0].points}
    if year > 2022:
        assert f"低{number((1 - values[year] / values[2022]) * 100, 3)}%" in page.headline.words.zh


def test_a_county_is_its_own_overview(whole):
    page = overview(whole, OWNER, EAST)
    assert (page.area_code, page.tiles) == (EAST, ())
    assert {p.key for p in page.sectors} == {"31", "33"}
    city = overview(whole, OWNER)
    assert page.headline.total.value < city.headline.total.value
    assert {x.target_id for x in page.lights} <= {x.target_id for x in city.lights}
    assert all(f"-{EAST}-" in x.node for x in page.lights)


def test_of_another_year_no_lights_are_shown_rather_than_those_of_a_wrong_year(whole):
    page = overview(whole, OWNER, None, 2023)
    assert page.lights == ()
    assert page.light_counts == {}
    assert page.headline.total.value is not None
    assert any("2024年" in w.zh and "2023年" in w.zh for w in page.warnings)


def test_the_lights_stand_with_the_most_troubled_first_and_are_all_counted(whole):
    page = overview(whole, OWNER)
    order = ["off_track", "behind", "on_track", "reached", "not_assessed"]
    ranks = [order.index(x.state) for x in page.lights]
    assert ranks == sorted(ranks)
    assert sum(page.light_counts.values()) == len(page.lights)


def test_nothing_accounted_is_said_and_nothing_is_zero():
    page = overview(empty_town(), OWNER)
    assert page.headline.total.value is None
    assert "尚未核算" in page.headline.words.zh
    assert all(f.value is None for _, f in page.figures)
    assert page.source.run_id is None


def test_an_area_that_is_unknown_and_one_outside_the_programme_are_told_alike(whole):
    told = []
    for code in ("123456", "990000"):  # no such area; the province above
        with pytest.raises(NotFound) as error:
            overview(whole, CITY_OFFICER, code)
        told.append(error.value.what.replace(code, ""))
    assert told[0] == told[1]


def test_a_county_reads_no_single_firm_of_another(whole):
    text = msgspec.json.encode(overview(whole, EAST_COUNTY, CITY)).decode()
    cement = known(whole, OWNER).lines.yearly.filter(subject_id="E-3", measure=CO2, period="2024")["value"].item()
    assert "西岭水泥厂" not in text
    assert f"{cement:.3f}"[:9] not in text  # nor its figure, as the county's only other firm


def test_an_analyst_sees_no_firm_at_all(whole):
    page = overview(whole, ANALYST)
    assert not [m for m in page.movers if m.kind == "enterprise"]
    assert "厂" not in "".join(m.name.zh for m in page.movers)


def test_who_may_not_see_the_overview_is_refused_and_the_public_sees_what_was_published(whole):
    with pytest.raises(NotAllowed):
        overview(whole, FILLER)
    with pytest.raises(NotFound, match="published"):
        overview(whole, PUBLIC)


def test_a_published_overview_holds_sums_only():
    services = run(town(delivered(whole=True)))
    made = known(services, OWNER).assessment_id
    publishing.publish(services, OWNER, "assessment", made, "每年公开")
    page = overview(services, PUBLIC)
    assert page.area_code == CITY
    assert not [m for m in page.movers if m.kind in ("enterprise", "effect")]


def test_of_what_was_published_a_year_without_data_is_refused_before_it_is_worked_out(monkeypatch):
    """Everybody may ask, and an overview takes a quarter of a second: of a hundred years that would be much."""
    services = run(town(delivered(whole=True)))
    publishing.publish(services, OWNER, "assessment", known(services, OWNER).assessment_id, "每年公开")
    years = overview(services, PUBLIC).years
    assert {overview(services, PUBLIC, year=y).year for y in years} == set(years)
    monkeypatch.setattr(dashboard, "_overview", lambda *_: pytest.fail("worked out"))
    monkeypatch.setattr(dashboard, "month_view", lambda *_: pytest.fail("worked out"))
    for year, month in ((1990, None), (years[0] - 1, 5), (2100, 12)):
        with pytest.raises(NotFound, match=str(year)) as caught:
            overview(services, PUBLIC, year=year, month=month)
        assert str(years[0]) in caught.value.mend_zh


def test_a_new_run_replaces_what_was_kept():
    services = run(town(delivered(whole=True)), 2023)
    assert overview(services, OWNER).year == 2023
    run(services, 2024)
    assert overview(services, OWNER).year == 2024


def test_the_tile_says_what_the_page_says_and_its_tag_changes_with_it():
    services = run(town(delivered(whole=True)), 2023)
    assert ready_tile(services, OWNER) is None
    tag, data = overview_tile_bytes(services, OWNER)
    assert ready_tile(services, OWNER) == (tag, data)
    page, tile = overview(services, OWNER), msgspec.json.decode(data)
    assert tile["co2"]["value"] == page.headline.total.value
    assert tile["light_counts"] == page.light_counts
    assert overview_tile_bytes(services, OWNER) == (tag, data)
    run(services, 2024)
    assert overview_tile_bytes(services, OWNER)[0] != tag


def test_tiles_stand_where_the_programme_lays_them_and_else_on_a_grid(whole):
    assert {(t.col, t.row) for t in overview(whole, OWNER).tiles} == {(0, 0), (1, 0)}
    services = town(delivered(whole=True))
    services.files.held["map/tiles.csv"] = f"area_code,col,row\n{EAST},3,1\n{WEST},0,2\n".encode()
    assert positions(services, [EAST, WEST]) == {EAST: (3, 1), WEST: (0, 2)}
    places = compact([str(n) for n in range(12)])
    assert len(set(places.values())) == 12


@pytest.mark.parametrize(
    "text", ["area_code,col\n1,2\n", "area_code,col,row\n1,a,2\n", "area_code,col,row\n1,0,0\n2,0,0\n"]
)
def test_a_tile_file_that_is_none_is_refused(text):
    with pytest.raises(BadRequest):
        read_tiles(text)


def test_the_demonstrations_counties_are_all_laid():
    services = empty_town(demonstration=True, area="990000")
    codes = [f"9901{n:02d}" for n in range(1, 13)]
    assert positions(services, codes) != compact(codes)
    assert len(set(positions(services, codes).values())) == 12


def test_the_outline_is_the_programmes_own_with_its_approval_number():
    services = empty_town()
    with pytest.raises(NotFound, match="outline"):
        map_shape(services, OWNER)
    services.files.held["map/city.geojson"] = (
        '{"type":"FeatureCollection","features":[],"审图号":"示S(2026)1号"}'.encode()
    )
    assert map_shape(services, OWNER).approval == "示S(2026)1号"
    assert overview(services, OWNER).outline


def test_the_warning_counts_those_late_and_those_not_convertible_up_to_all_that_are_due():
    steam = [fact("E-1", m, "steam", 2024, 50.0, "t") for m in ("energy_used", "energy_bought")]
    page = overview(run(town([*delivered(), *steam])), OWNER, year=2024)  # the mill, E-4, is silent
    told = next(w for w in page.warnings if "催报" in w.zh)
    assert "应报4家企业,齐全2家:1家能源数据未报或不全,请催报;1家数据已报但无法换算为排放量" in told.zh
    assert "2 of 4 firms due are complete" in told.en


# -- who has delivered: one count wherever it stands -------------------------------------------------------------------


@pytest.mark.parametrize("area", [None, EAST])
def test_the_counts_of_late_firms_are_the_same_everywhere(partial, area):
    page, head = overview(partial, OWNER, area), enterprises_head(partial, OWNER, area)
    rows = enterprise_rows(partial, OWNER, area)
    counts = dict(rows.group_by("delivery").len().iter_rows())
    found = page.delivery
    assert found == head.delivery
    assert (found.whole, found.late, found.stuck) == tuple(counts.get(s, 0) for s in ("whole", "late", "stuck"))
    assert found.due == found.whole + found.late + found.stuck
    assert found.words in page.warnings or not found.late + found.stuck
    assert sum(p.firms_due for p in page.sectors) <= found.due  # a sector without any figure has no row
    assert sum(p.firms_whole for p in page.sectors) == found.whole
    if area is None:
        assert sum(t.firms_due for t in page.tiles) == found.due


def test_the_list_says_that_its_sum_is_partial_as_the_overview_does(partial):
    page, head = overview(partial, OWNER), enterprises_head(partial, OWNER)
    assert head.total == page.headline.total
    assert head.total.estimated
    assert "(估)" in head.words.zh


def test_who_sees_sums_alone_gets_no_count_of_firms(partial):
    page = overview(partial, ANALYST)
    assert page.delivery is None
    assert {t.firms_due for t in page.tiles} == {None}


# -- the month of the picker -------------------------------------------------------------------------------------------


def test_a_month_without_data_says_so_and_the_year_stays_as_it_is(whole):
    year, month = overview(whole, OWNER), overview(whole, OWNER, month=6)
    assert month.month.figures[0].month.value is None  # this town delivers by year
    assert "没有可显示的数" in month.month.words.zh
    assert month.headline == year.headline
    assert year.month is None


def test_months_are_summed_only_where_none_is_missing():
    rows = pl.DataFrame(
        {
            "period": ["2024-01", "2024-02"],
            "value": [1.0, 2.0],
            "coverage": [1.0, 0.5],
            "status": ["official", "official"],
        }
    )
    both = summed_months(rows, "tCO2", ["2024-01", "2024-02"], "2024-01—02")
    assert (both.value, both.estimated, both.coverage) == (3.0, True, 0.75)
    lacking = summed_months(rows, "tCO2", ["2024-01", "2024-02", "2024-03"], "2024-01—03")
    assert lacking.value is None
    assert lacking.missing.zh == "缺3月"
