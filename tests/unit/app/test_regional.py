"""Regional accounts of a programme: from the file to the figure, and who sees which of them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from busy_town import callers
from tiny_town import CITY, EAST, EAST_COUNTY, FILLER, OWNER, PROVINCE, PUBLIC, WEST, delivered, fact, run, town

from dafeng.app.pages import regions
from dafeng.app.regions import accounts as regional
from dafeng.app.regions import views as regional_views
from dafeng.app.regions.parts import RestDraft, state_rest, stated_rests, withdraw_rest
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound, UnreadableFile

OFFICER, ANALYST = callers("officer")["own"], callers("analyst")["own"]
STRANGER = Caller("外", frozenset({"analyst"}), areas=frozenset({WEST}))
COKE = 29.3076 * 0.0295 * 0.93 * 44 / 12


def balance(year: int = 2024, coke: float = 1000.0) -> bytes:
    rows = ["区域,年份,项目,品种,数值,单位", f"{CITY},{year},工业,焦炭,{coke},tce",
            f"{CITY},{year},居民生活,焦炭,100,tce",
            f"{CITY},{year},外省(区、市)调入量,电力,12.29,tce"]  # fmt: skip
    return "\n".join(rows).encode()


def statistics() -> list[dict[str, object]]:
    gdp = [
        fact(a, "gdp_constant", "", y, v, "亿元")
        for y in (2023, 2024)
        for a, v in ((CITY, 100.0), (EAST, 40.0), (WEST, 60.0))
    ]
    people = [fact(a, "population", "", 2024, v, "人") for a, v in ((EAST, 3e4), (WEST, 1e4))]
    co2 = [fact(CITY, "co2_reported_t", "", y, v, "tCO2") for y, v in ((2023, 1e6), (2024, 9e5))]
    value = fact(CITY, "industrial_value_added_current", "", 2024, 5.0, "亿元")
    return [*gdp, *people, *co2, value]


@pytest.fixture
def place() -> Services:
    current = [fact(f"E-{n}", "value_added_current", "", 2024, 3300.0 * n, "万元") for n in (1, 2, 3, 4)]
    services = run(town([*delivered(whole=True), *statistics(), *current]))
    regional.take_in_region(services, OWNER, balance(), "平衡表.csv")
    regional.account_regions(services, OWNER)
    return services


def sector(page: regions.ComparePage, area: str, code: str) -> regions.CompareRow:
    return next(r for r in page.rows if (r.area_code, r.sector, r.carrier) == (area, code, "total"))


def test_a_balance_becomes_the_citys_account_and_its_counties_estimates(place):
    page = regions.region_page(place, OWNER)
    totals = {(t.area_code, t.approach, t.total): t for t in page.totals}
    city = totals[CITY, "sectoral", "scope1"]
    assert city.value == pytest.approx(1100 * COKE)
    assert not city.estimated
    assert totals[CITY, "sectoral", "with_import"].value > city.value
    east, west = totals[EAST, "downscaled", "scope1"], totals[WEST, "downscaled", "scope1"]
    assert east.value + west.value == pytest.approx(city.value)
    assert east.estimated
    assert east.status == "trial"
    assert east.uncertainty > city.uncertainty
    assert page.areas == {CITY: "试验市", EAST: "东县", WEST: "西县"}


def test_households_go_by_population_and_industry_by_what_may_be_published(place):
    lines = regional.region_lines(place, OWNER, EAST).lines
    homes = lines.filter(row="final.residential")
    assert homes["value"].item() == pytest.approx(75 * COKE)
    assert "常住人口" in homes["note"].item()
    industry = lines.filter(row="final.industry")["note"].item()
    assert "地区生产总值" in industry  # two firms a county: their sums are withheld, and no share is made of them


def test_the_same_file_twice_changes_nothing_and_a_corrected_one_replaces_its_columns(place):
    again = regional.take_in_region(place, OWNER, balance(), "平衡表.csv")
    assert again.repeated
    assert len([b for b in place.records.batches() if b.contract == "regional_balance"]) == 1
    regional.take_in_region(place, OWNER, balance(coke=2000.0), "更正.csv")
    regional.account_regions(place, OWNER)
    page = regions.region_page(place, OWNER, CITY)
    assert next(t for t in page.totals if t.total == "scope1" and t.approach == "sectoral").value == pytest.approx(
        2100 * COKE
    )


def test_the_account_is_named_by_what_it_was_made_of(place):
    before = regional.current_region(place).run_id
    assert regional.account_regions(place, OWNER).run_id == before
    assert regional.account_regions(place, OWNER, "provincial_2025").run_id != before


def test_firms_and_balance_part_and_the_cause_is_said(place):
    page = regions.compare_page(place, OWNER, CITY, "2024")
    row = sector(page, CITY, "industry")
    assert row.gap == pytest.approx(row.firms - row.balance)
    assert row.unexplained != 0
    causes = {c.cause for c in page.causes if c.sector == "industry" and c.carrier == "total"}
    assert "small_firms" in causes
    small = next(c for c in page.causes if c.cause == "small_firms" and c.sector == "industry")
    assert small.estimated
    assert small.amount == pytest.approx(-row.balance * (1 - 3.3 * 10 / 50))
    homes = sector(page, CITY, "residential")
    assert homes.firms is None
    assert homes.gap is None


def test_dual_control_by_area_and_industry_in_both_prices(place):
    rows = {
        (r.subject_kind, r.subject_id, r.measure, r.price, r.source): r
        for r in regions.control_page(place, OWNER, period="2024", limit=5000).rows
    }
    total, made = rows["area", CITY, "co2_total_t", "", "firms"], rows["area", CITY, "co2_total_t", "constant", "firms"]
    assert made.intensity == pytest.approx(total.total / 30_000)  # 3,000 + 6,000 + 9,000 + 12,000 万元
    assert made.comparable
    assert made.change == pytest.approx(0.9 / 0.95 - 1)
    current = rows["area", CITY, "co2_total_t", "current", "firms"]
    assert current.intensity == pytest.approx(made.intensity / 1.1)
    assert not current.comparable
    assert ("area_industry", f"{EAST}|31", "energy_tce_equivalent", "constant", "firms") in rows
    gdp = rows["area", CITY, "co2_total_t", "constant", "published"]
    assert gdp.intensity == pytest.approx(9e5 / 100e4)
    assert gdp.change == pytest.approx(-0.1)


def test_a_firm_without_value_added_lowers_the_coverage_and_below_the_least_there_is_no_intensity():
    services = run(
        town(
            [
                r
                for r in delivered(whole=True)
                if (r["subject_id"], r["measure"], r["period"]) != ("E-4", "value_added_constant", "2024")
            ]
        )
    )
    rows = regional_views.dual_control(services, OWNER, CITY, "2024", kind="area", measure="co2_total_t")
    made = rows.filter(price="constant").row(0, named=True)
    assert (made["intensity"], made["present"], made["expected"]) == (None, 3, 4)
    assert "3/4" in made["note"]


def test_twelve_months_of_value_added_make_a_year_and_eleven_make_none():
    def months(n: int) -> list[dict[str, object]]:
        base = [r for r in delivered(whole=True) if r["measure"] != "value_added_constant"]
        value = [
            fact("E-1", "value_added_constant", "", 2024, 250.0, "万元") | {"period": f"2024-{m:02d}"}
            for m in range(1, n + 1)
        ]
        return base + value

    for n, expected in ((12, 3000.0), (11, None)):
        rows = regional_views.dual_control(
            run(town(months(n))), OWNER, EAST, "2024", kind="area_industry", measure="co2_total_t"
        )
        steel = rows.filter(subject_id=f"{EAST}|31", price="constant").row(0, named=True)
        assert steel["denominator_value"] == pytest.approx(expected) if expected else steel["intensity"] is None


# -- who sees what -----------------------------------------------------------------------------------------------------


def test_a_county_sees_its_own_figures_only(place):
    page = regions.region_page(place, EAST_COUNTY)
    assert set(page.areas) == {EAST}
    assert regions.balance_page(place, EAST_COUNTY).cells == []
    assert {r.area_code for r in regions.compare_page(place, EAST_COUNTY).rows} == {EAST}


def test_who_does_not_see_every_firm_sees_no_firms_figures_beside_the_balance(place):
    assert all(r.firms is None for r in regions.compare_page(place, ANALYST).rows)
    assert not [c for c in regions.compare_page(place, ANALYST).causes if c.cause == "small_firms"]
    prices = {r.price for r in regions.control_page(place, ANALYST, limit=5000).rows if r.source == "firms"}
    assert prices == {""}


def test_a_county_has_intensities_of_its_own_firms_only(place):
    rows = [r for r in regions.control_page(place, EAST_COUNTY, limit=5000).rows if r.price and r.source == "firms"]
    assert rows
    assert {r.subject_id.split("|")[0] for r in rows} == {EAST}
    assert all(r.expected <= 2 for r in rows)


@pytest.mark.parametrize("caller", [EAST_COUNTY, ANALYST, FILLER, PUBLIC], ids=lambda c: c.name)
def test_only_the_bureau_takes_tables_in_and_accounts(place, caller):
    with pytest.raises(NotAllowed):
        regional.take_in_region(place, caller, balance(), "平衡表.csv")
    with pytest.raises(NotAllowed):
        regional.account_regions(place, caller)


def test_a_foreign_figure_is_answered_like_one_that_never_was(place):
    told = []
    for id in (f"region:{CITY}:2024:sectoral:scope1", "region:000000:2024:sectoral:scope1"):
        with pytest.raises(NotFound) as error:
            regional_views.explain_region(place, STRANGER, id)
        told.append(str(error.value).replace(id, "…"))
    assert told[0] == told[1]


def test_a_countys_estimate_is_explained_by_the_citys_line_and_its_proxy(place):
    node = regional_views.explain_region(place, EAST_COUNTY, f"region:{EAST}:2024:downscaled:scope1")
    homes = next(n for n in node.inputs if "居民生活" in n.label)
    assert homes.estimated
    assert {n.kind for n in homes.inputs} == {"line", "fact"}
    assert any("常住人口" in n.label for n in homes.inputs)


def test_power_goes_where_a_maker_is_and_no_proxy_tells_of_its_one_firm():
    """The steelworks of the east burns gas in a plant of its own; nobody in the west makes power."""
    plant = [fact("E-1", "energy_use.to_power", "blast_furnace_gas", 2024, 5.0, "10^4 Nm3"),
             fact("E-1", "energy_produced", "electricity", 2024, 400.0, "MWh")]  # fmt: skip
    services = run(town([*delivered(whole=True), *statistics(), *plant]))
    table = f"{balance().decode()}\n{CITY},2024,火力发电,焦炭,-50,tce"
    regional.take_in_region(services, OWNER, table.encode(), "平衡表.csv")
    made = regional.account_regions(services, OWNER)
    power = {r["area_code"]: r for r in made.lines.filter(row="transform.thermal_power").iter_rows(named=True)}
    assert power[WEST]["value"] == 0
    assert "无发电企业" in power[WEST]["note"]
    assert power[EAST]["value"] == pytest.approx(power[CITY]["value"]) == pytest.approx(50 * COKE)
    assert "在有发电企业(含自备电厂)的地区之间" in power[EAST]["note"]
    kept = services.columns.result(made.run_id, "made_of_proxies")
    counts = dict(kept.filter(measure="power_makers").select("area_code", "value").iter_rows())
    assert (counts[EAST], counts[WEST], counts[CITY]) == (1, 0, 1)
    assert kept.filter(pl.col("measure") == "firms_power_made_mwh").filter(pl.col("value") != 0).is_empty()
    node = regional_views.explain_region(services, EAST_COUNTY, f"region:{EAST}:2024:downscaled:scope1")
    assert "400" not in str(node.inputs)


def test_clinker_goes_where_the_kiln_is_and_no_proxy_tells_of_its_one_firm():
    """The cement works stands in the west; the east has a steelworks and a foundry and burns no clinker."""
    kiln = fact("E-3", "product_output", "clinker", 2024, 4321.0, "t")
    services = run(town([*delivered(whole=True), *statistics(), kiln]))
    amounts = f"area,year,process,value,unit\n{CITY},2024,水泥熟料,1000,吨\n{CITY},2024,石灰,100,吨"
    regional.take_in_region(services, OWNER, balance(), "平衡表.csv")
    regional.take_in_region(services, OWNER, amounts.encode(), "工业产量.csv")
    made = regional.account_regions(services, OWNER)
    clinker, lime = (
        {r["area_code"]: r for r in made.lines.filter(row=row).iter_rows(named=True)} for row in ("clinker", "lime")
    )
    assert clinker[EAST]["value"] == 0
    assert "无水泥熟料生产企业" in clinker[EAST]["note"]
    assert clinker[WEST]["value"] == pytest.approx(clinker[CITY]["value"]) == pytest.approx(538)
    assert "水泥熟料生产企业数" in clinker[WEST]["note"]
    assert "各地名录均无石灰生产企业" in lime[EAST]["note"]
    assert lime[EAST]["value"] + lime[WEST]["value"] == pytest.approx(lime[CITY]["value"])
    kept = services.columns.result(made.run_id, "made_of_proxies")
    of_works = kept.filter(pl.col("measure").str.contains("^(firms_made|works_energy)_")).filter(pl.col("value") != 0)
    assert of_works.is_empty()
    node = regional_views.explain_region(services, EAST_COUNTY, f"region:{EAST}:2024:downscaled:scope1")
    assert "4321" not in str(node.inputs)
    assert "水泥熟料生产企业" in str(node.inputs)


def test_before_the_first_account_a_person_is_told_what_to_do():
    services = town()
    with pytest.raises(NotFound) as error:
        regions.region_page(services, OWNER)
    assert "dafeng region account" in error.value.mend
    assert error.value.mend_zh
    assert regions.compare_page(services, OWNER).rows == []
    with pytest.raises(UnreadableFile):
        regional.take_in_region(services, OWNER, b"a,b\n1,2\n", "x.csv")


def test_provinces_are_held_against_the_nation_and_the_missing_are_named():
    services = town()
    rows = ["province,year,sector,item,mt_co2", "China,2019,Total,Scope 1 Total,100",
            "Shanxi,2019,Total,Scope 1 Total,60",
            "Hunan,2019,Total,Scope 1 Total,55"]  # fmt: skip
    regional.take_in_region(services, OWNER, "\n".join(rows).encode(), "ceads.csv")
    row = regions.reconcile_page(services, ANALYST).rows[0]
    assert (row.whole, row.parts, row.complete, row.lower_bound) == (100e6, 115e6, False, True)
    assert "110000" in row.missing
    assert row.due == 30
    found = regional.account_regions(services, OWNER).findings
    assert "parts_exceed" in found["kind"].to_list()


PROVINCES = """province,year,sector,item,mt_co2
China,2019,Total,Scope 1 Total,100
Shanxi,2019,Total,Scope 1 Total,60
Hunan,2019,Total,Scope 1 Total,30
"""


@pytest.fixture
def provinces() -> Services:
    services = town()
    regional.take_in_region(services, OWNER, PROVINCES.encode(), "ceads.csv")
    return services


def drafted(**more: object) -> RestDraft:
    return RestDraft(**({"period": "2019", "value": "25 Mt CO2", "source": "年鉴表3"} | more))  # type: ignore[arg-type]


def national(services: Services) -> regions.ReconcileRow:
    return regions.reconcile_page(services, ANALYST).rows[0]


def test_a_stated_rest_closes_the_sum_and_says_whose_word_it_is(provinces):
    assert (national(provinces).parts, national(provinces).complete) == (90e6, False)
    made = state_rest(provinces, OFFICER, drafted(why="三省未公布"))
    assert len(made.parts) == 28
    assert made.stands
    row = national(provinces)
    assert (row.parts, row.rest, row.complete, row.rest_state) == (115e6, 25e6, True, "used")
    assert len(row.missing) == 28
    node = regional_views.explain_region(provinces, ANALYST, row.node)
    assert node.value == pytest.approx(15e6)
    rest = node.inputs[0].inputs[-1]
    assert (rest.id, rest.source, rest.status, rest.value) == (made.rest_id, "年鉴表3", "user", 25e6)
    assert "三省未公布" in rest.note
    assert OFFICER.name in rest.note
    assert node.inputs[0].there == "2/30"
    found = regional.account_regions(provinces, OWNER).findings.filter(kind="parts_and_whole").row(0, named=True)
    assert found["note"].endswith("+15.0%；已计入声明的其余部分")
    assert found["cells"] == [row.node]


def test_a_sum_of_all_parts_gives_the_rest_by_difference(provinces):
    state_rest(provinces, OWNER, drafted(value="11,086.4万吨CO2", of="all"))
    row = national(provinces)
    assert row.rest == pytest.approx(20_864_000)
    assert row.gap_share == pytest.approx(0.10864)
    state_rest(provinces, OWNER, drafted(value="50 Mt CO2", of="all"))
    assert (national(provinces).rest, national(provinces).rest_state) == (None, "contradicts")
    assert not national(provinces).complete
    found = regional.account_regions(provinces, OWNER).findings["kind"].to_list()
    assert "rest_contradicts" in found


def test_a_rest_of_some_parts_does_not_complete_and_one_overtaken_by_data_no_longer_counts(provinces):
    state_rest(provinces, OWNER, drafted(parts=("110000", "120000")))
    assert (national(provinces).parts, national(provinces).complete) == (115e6, False)
    state_rest(provinces, OWNER, drafted(parts=("140000", "120000")))
    row = national(provinces)
    assert (row.parts, row.rest, row.rest_state) == (90e6, None, "overtaken")


def test_a_rest_is_withdrawn_with_a_reason_and_stays_in_the_list(provinces):
    made = state_rest(provinces, OWNER, drafted())
    assert state_rest(provinces, OWNER, drafted()).rest_id == made.rest_id
    with pytest.raises(BadRequest):
        withdraw_rest(provinces, OWNER, made.rest_id, " ")
    withdraw_rest(provinces, OWNER, made.rest_id, "出处有误")
    assert national(provinces).parts == 90e6
    told = stated_rests(provinces, ANALYST)
    assert [(r.stands, r.value) for r in told] == [(False, 25e6), (False, None)]
    assert told[1].why == "出处有误"
    with pytest.raises(NotFound):
        withdraw_rest(provinces, OWNER, made.rest_id, "再撤")
    assert state_rest(provinces, OWNER, drafted()).rest_id != made.rest_id


@pytest.mark.parametrize(
    "wrong",
    [{"source": " "}, {"value": "many"}, {"value": "-3 Mt CO2"}, {"value": "3 GJ"}, {"area": "999999"},
     {"parts": ("140100",)}, {"row": "no such sector"}, {"carrier": "no such fuel"}],
)  # fmt: skip
def test_a_statement_that_cannot_be_is_refused_in_both_languages(provinces, wrong):
    with pytest.raises(BadRequest) as error:
        state_rest(provinces, OWNER, drafted(**wrong))
    assert error.value.mend
    assert stated_rests(provinces, OWNER) == ()


def test_who_may_not_import_may_not_state(provinces):
    with pytest.raises(NotAllowed):
        state_rest(provinces, ANALYST, drafted())


def test_a_series_of_totals_never_takes_the_place_of_a_table_of_sectors():
    services = town()
    table = "province,year,sector,item,mt_co2\n北京,2019,Total,Coke,1\n北京,2019,Total,Scope 1 Total,10\n"
    series = "city,year,mt_co2\n北京,2019,9\n"
    for name, text in (("a.csv", table), ("b.csv", series)):
        regional.take_in_region(services, OWNER, text.encode(), name)
    cells = regional.inventory_cells(services, ANALYST, "110000", "2019")
    assert cells.filter(carrier="scope1_total")["value"].to_list() == [10e6]


def test_an_export_holds_no_formula_and_every_table_can_be_written(place):
    for name in regions.Tables.__args__:
        assert regions.region_table(place, OWNER, name) is not None
    evil = replace(place)
    regional.take_in_region(evil, OWNER, balance(2023), "=cmd.csv")
    files = regions.region_table(evil, OWNER, "balance")["file"].unique().to_list()
    assert not any(f.startswith("=") for f in files)


def test_the_parent_of_the_programme_is_not_downscaled_with_only_child_as_whole(place):
    """A province's balance goes to its cities by all cities; with one city's figure there is no denominator."""
    text = balance().decode().replace(CITY, PROVINCE).encode()
    regional.take_in_region(place, OWNER, text, "省.csv")
    made = regional.account_regions(place, OWNER)
    assert made.lines.filter(area_code=CITY, approach="downscaled").is_empty()  # the city has a balance of its own
    assert set(made.lines["area_code"]) == {PROVINCE, CITY, EAST, WEST}
