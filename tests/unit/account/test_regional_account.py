"""Regional accounts from a small balance that can be worked out by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dafeng.account.regional.balance import closure
from dafeng.account.regional.bottom_up import COMPARABLE, from_firms, from_lines
from dafeng.account.regional.compare import compare
from dafeng.account.regional.downscale import PROXY_SCHEMA, downscaled, share_findings, shares
from dafeng.account.regional.explain import Sources, explain, total_id
from dafeng.account.regional.factors import FactorBook
from dafeng.account.regional.inventory import RegionalAccount, regional_account
from dafeng.account.regional.processes import AMOUNT_SCHEMA, process_lines
from dafeng.account.regional.reconcile import reconcile
from dafeng.account.regional.totals import by_row
from dafeng.base.errors import BadRequest, NotFound, RuleUnknown
from dafeng.collect.regional_cells import CELL_SCHEMA
from dafeng.collect.regional_tables import read_regional
from dafeng.rules.regional import regional_rules
from dafeng.rules.rulebook import packaged_rulebook

RULES, BOOK = regional_rules(), packaged_rulebook()
CITY, EAST, WEST = "140700", "140702", "140703"


def balance(*rows: str, area: str = CITY, year: int = 2014, unit: str = "tce") -> pl.DataFrame:
    """Cells from 项目,品种,数值."""
    text = "\n".join(["区域,年份,项目,品种,数值,单位", *(f"{area},{year},{r},{unit}" for r in rows)])
    return read_regional(text.encode(), "表.csv").cells


def account(*rows: str, **more: object) -> RegionalAccount:
    return regional_account(balance(*rows), BOOK, RULES, **more)


def line(made: RegionalAccount, row: str, carrier: str, approach: str = "sectoral") -> dict[str, object]:
    return made.lines.filter(row=row, carrier=carrier, approach=approach).row(0, named=True)


def total(made: RegionalAccount, name: str, approach: str = "sectoral") -> float | None:
    return made.totals.filter(total=name, approach=approach)["value"].item()


COKE_PER_TCE = 29.3076 * 0.0295 * 0.93 * 44 / 12


def test_final_use_less_material_is_burnt():
    made = account("工业,焦炭,1000", "用作原料、材料,焦炭,100", "建筑业,焦炭,10")
    assert line(made, "final.industry", "coke")["value"] == pytest.approx(900 * COKE_PER_TCE)
    assert total(made, "combustion") == pytest.approx(910 * COKE_PER_TCE)


def test_fuel_for_power_and_heat_is_burnt_losses_and_recovered_gas_are_not():
    made = account("火力发电,焦炭,-50", "供热,焦炭,-5", "损失量,焦炭,7", "工业,高炉煤气,400")
    assert total(made, "combustion") == pytest.approx(55 * COKE_PER_TCE)
    assert "recovered_gas" in made.findings["kind"].to_list()


def test_physical_amounts_and_standard_coal_of_the_same_fuel_agree():
    tce = total(account("工业,焦炭,1000"), "combustion")
    t = 1000 * 29.3076 / 28.435
    physical = regional_account(balance(f"工业,焦炭,{t}", unit="吨"), BOOK, RULES)
    assert total(physical, "combustion") == pytest.approx(tce)


def test_tonnes_of_carbon_are_never_taken_for_tonnes_of_co2():
    made = account("工业,焦炭,1000")
    carbon_t = 1000 * 29.3076 * 0.0295 * 0.93
    assert total(made, "combustion") == pytest.approx(carbon_t * 44 / 12)


def test_urban_and_rural_stand_for_residential_where_they_make_it_up_and_never_beside_it():
    split = account("居民生活,焦炭,30", "城镇,焦炭,10", "乡村,焦炭,20")
    assert total(split, "combustion") == pytest.approx(30 * COKE_PER_TCE)
    assert set(split.lines.filter(approach="sectoral")["row"]) == {"final.urban", "final.rural"}
    odd = account("居民生活,焦炭,30", "城镇,焦炭,10", "乡村,焦炭,10")
    assert total(odd, "combustion") == pytest.approx(30 * COKE_PER_TCE)
    assert "open_identity" in odd.findings["kind"].to_list()


def test_power_moved_in_stands_beside_the_total_and_an_exporter_is_negative():
    made = account("工业,焦炭,1", "外省(区、市)调入量,电力,0.1229", "本省(区、市)调出量(-),电力,-1.229")
    factor = 0.8843  # north grid, NDRC 2012
    assert total(made, "import") == pytest.approx((1 - 10) * factor)
    assert total(made, "scope1") == pytest.approx(COKE_PER_TCE)
    assert total(made, "with_import") == pytest.approx(COKE_PER_TCE - 9 * factor)


def test_other_transformation_counts_the_carbon_that_is_lost():
    made = account("炼焦,洗精煤,-1000", "炼焦,焦炭,800", "工业,焦炭,1")
    lost = 29.3076 * (1000 * 0.02541 - 800 * 0.0295)
    assert total(made, "transformation") == pytest.approx(lost * 44 / 12)


def test_more_carbon_out_than_in_is_a_finding_and_no_part_of_the_total():
    made = account("炼焦,洗精煤,-1000", "炼焦,焦炭,950", "工业,焦炭,1")
    assert line(made, "transform.coking", "carbon")["value"] < 0
    assert not line(made, "transform.coking", "carbon")["in_total"]
    assert total(made, "scope1") == pytest.approx(COKE_PER_TCE)
    assert "carbon_gain" in made.findings["kind"].to_list()


def test_what_washing_loses_is_a_memo():
    made = account("煤炭洗选,原煤,-100", "煤炭洗选,洗精煤,90", "工业,焦炭,1")
    assert line(made, "transform.washing", "carbon")["value"] > 0
    assert total(made, "scope1") == pytest.approx(COKE_PER_TCE)


def test_the_short_form_nets_feedstock_in_its_factors_and_takes_none_off():
    made = account("可供本地区消费的能源量,原煤,100", "可供本地区消费的能源量,汽油,10", "用作原料、材料,汽油,5")
    assert total(made, "combustion", "short_form") == pytest.approx(100 * 2.66 + 10 * 1.73)


def test_the_short_form_takes_heat_where_the_standard_prints_no_coefficient():
    """GB/T 2589 has none of other coking products, lubricants, bitumen: their heat over 29.3076 GJ/tce stands in, and
    the line says so; before, one such carrier left the whole short form without a total."""
    cells = balance("可供本地区消费的能源量,原煤,100", "可供本地区消费的能源量,其他焦化产品,-10", unit="t")
    made = regional_account(cells, BOOK, RULES)
    row = made.lines.filter(approach="short_form", carrier="coal").row(0, named=True)
    heat = BOOK.parameter("provincial_2011.other_coking.ncv").on(date(2014, 12, 31)).value
    assert row["value"] == pytest.approx((100 * 0.7143 - 10 * heat / 29.3076) * 2.66, rel=1e-4)
    assert "其他焦化产品" in row["note"]
    assert "provincial_2011.other_coking.ncv" in row["factors"]
    assert total(made, "combustion", "short_form") == pytest.approx(row["value"])


def test_the_short_form_of_oil_lies_below_physics():
    """A published simplification: 1.73 against 2.11 tCO2/tce; see docs/regional.md."""
    oil = 29.3076 * 0.0201 * 0.98 * 44 / 12
    assert 1.73 / oil == pytest.approx(0.817, abs=0.002)


def test_the_reference_approach_follows_what_was_available():
    made = account("一次能源生产量,原煤,100", "本省(区、市)调出量(-),原煤,-30", "用作原料、材料,原煤,5")
    per = 29.3076 * 0.02637 * 0.94 * 44 / 12
    assert total(made, "combustion", "reference") == pytest.approx(65 * per)


def test_published_composite_factors_of_the_guide_are_reproduced():
    """tCO2 per tonne as in wide public use, naming the guide of 2011."""
    printed = {
        "原煤": 1.9003,
        "焦炭": 2.8604,
        "原油": 3.0202,
        "燃料油": 3.1705,
        "汽油": 2.9251,
        "煤油": 3.0179,
        "柴油": 3.0959,
        "液化石油气": 3.1013,
        "炼厂干气": 3.0119,
    }
    made = regional_account(balance(*(f"工业,{fuel},1" for fuel in printed), unit="吨"), BOOK, RULES)
    ours = dict(made.lines.filter(approach="sectoral").select("carrier", "value").iter_rows())
    codes = {RULES.carriers[c].zh: v for c, v in ours.items()}
    kerosene = (
        printed.pop("煤油"),
        codes.pop("煤油"),
    )  # printed with the carbon of jet kerosene (19.5), the guide has 19.6
    assert codes == pytest.approx(printed, abs=1e-4)
    assert kerosene[1] / kerosene[0] == pytest.approx(19.6 / 19.5, rel=1e-4)


def test_a_missing_factor_costs_its_line_and_the_total_but_not_the_rest():
    made = regional_account(balance("工业,焦炭,10", "工业,石蜡,10", year=2004), BOOK, RULES)
    assert made.lines.filter(approach="sectoral")["value"].null_count() == 2  # nothing is in force before 2005
    made = regional_account(balance("工业,焦炭,10", "工业,溶剂油,10"), BOOK, RULES)
    own = made.lines.filter(approach="sectoral")
    assert own.filter(carrier="coke")["value"].item() == pytest.approx(10 * COKE_PER_TCE)
    assert total(made, "combustion") is not None


def test_status_is_that_of_the_least_sure_input():
    made = account("工业,煤矸石,10")
    gangue = line(made, "final.industry", "coal_gangue")
    assert gangue["status"] == "trial"
    assert "按原煤计" in gangue["note"]
    assert line(account("工业,柴油,10"), "final.industry", "diesel")["status"] == "transcribed"


def test_an_unknown_method_is_refused_in_both_languages():
    with pytest.raises(RuleUnknown) as error:
        account("工业,焦炭,1", method="nobody")
    assert error.value.zh
    assert error.value.mend_zh


# -- industrial processes ----------------------------------------------------------------------


def amounts(*rows: tuple[str, float | None]) -> pl.DataFrame:
    made = [(CITY, "2014", process, amount, "official", f"F-{i}") for i, (process, amount) in enumerate(rows)]
    return pl.DataFrame(made, schema=AMOUNT_SCHEMA, orient="row")


def test_processes_are_a_line_each_with_the_gases_of_the_rule():
    made = account("工业,焦炭,1", amounts=amounts(("clinker", 1000.0), ("aluminium_cf4", 1000.0), ("carbide", 10.0)))
    assert line(made, "clinker", "process")["value"] == pytest.approx(538)
    assert line(made, "aluminium_cf4", "process")["value"] == pytest.approx(1000 * 0.0000888 * 6500)  # AR2
    assert total(made, "process") == pytest.approx(538 + 577.2 + 11.54)
    assert "no_process" not in made.findings["kind"].to_list()


def test_carbon_held_in_steel_is_taken_off():
    made = process_lines(
        amounts(("pig_iron_for_steel", 100.0), ("crude_steel_out", 100.0)),
        FactorBook(BOOK, RULES, RULES.method("provincial_2011")),
    )
    assert made["value"].sum() == pytest.approx(100 * (0.041 - 0.00248) * 44 / 12)


def test_a_missing_amount_is_missing_and_the_total_does_not_stand():
    made = account("工业,焦炭,1", amounts=amounts(("clinker", None), ("lime", 10.0)))
    row = made.totals.filter(total="process").row(0, named=True)
    assert (row["value"], row["missing"]) == (None, 1)
    assert row["partial"] == pytest.approx(6.83)


def test_an_account_without_processes_says_so_and_an_unknown_process_is_refused():
    assert "no_process" in account("工业,焦炭,1").findings["kind"].to_list()
    with pytest.raises(BadRequest):
        account("工业,焦炭,1", amounts=amounts(("magic", 1.0)))


# -- downscaling ------------------------------------------------------------------------------------------------------


def proxies(*rows: tuple[str, str, float | None]) -> pl.DataFrame:
    made = [(a, "2014", m, v, "official", f"F-{a}{m}") for a, m, v in rows]
    return pl.DataFrame(made, schema=PROXY_SCHEMA, orient="row")


FAMILY = {EAST: CITY, WEST: CITY}


def test_shares_of_all_children_add_up_to_the_parent():
    made = account("工业,焦炭,100", "居民生活,焦炭,50")
    known = proxies(
        (EAST, "firms_energy_tce", 30), (WEST, "firms_energy_tce", 70), (EAST, "population", 2), (WEST, "population", 3)
    )
    down = downscaled(made.lines, shares(known, FAMILY, RULES), FAMILY, RULES)
    assert down["value"].sum() == pytest.approx(total(made, "combustion"))
    east = down.filter(area_code=EAST)
    assert east.filter(row="final.industry")["value"].item() == pytest.approx(30 * COKE_PER_TCE)
    assert east.filter(row="final.residential")["value"].item() == pytest.approx(20 * COKE_PER_TCE)


def test_a_downscaled_figure_is_an_estimate_that_names_its_proxy_and_its_uncertainty():
    made = account("工业,焦炭,100")
    known = proxies((EAST, "industrial_value_added_current", 1), (WEST, "industrial_value_added_current", 3))
    down = downscaled(made.lines, shares(known, FAMILY, RULES), FAMILY, RULES).filter(area_code=EAST).row(0, named=True)
    assert down["estimated"]
    assert down["status"] == "trial"
    assert "工业增加值" in down["note"]
    assert "25.0%" in down["note"]
    assert down["uncertainty"] > 0.5 > line(made, "final.industry", "coke")["uncertainty"]


def test_the_best_proxy_is_taken_and_what_the_others_say_widens_the_uncertainty():
    agree = proxies(
        (EAST, "firms_energy_tce", 25),
        (WEST, "firms_energy_tce", 75),
        (EAST, "gdp_current", 25),
        (WEST, "gdp_current", 75),
    )
    part = proxies(
        (EAST, "firms_energy_tce", 25),
        (WEST, "firms_energy_tce", 75),
        (EAST, "gdp_current", 75),
        (WEST, "gdp_current", 25),
    )
    one, two = (
        shares(p, FAMILY, RULES).filter(area_code=EAST, group="industry").row(0, named=True) for p in (agree, part)
    )
    assert one["measure"] == two["measure"] == "firms_energy_tce"
    assert (one["spread"], two["spread"]) == pytest.approx((0.0, 1.0))
    assert "proxies_disagree" in share_findings(shares(part, FAMILY, RULES), FAMILY, RULES)["kind"].to_list()


def test_a_county_without_a_proxy_gets_no_share_and_no_nought():
    made = account("工业,焦炭,100")
    known = proxies((EAST, "firms_energy_tce", 30), (WEST, "firms_energy_tce", None))
    assert shares(known, FAMILY, RULES).is_empty()  # without the sister's figure there is no denominator
    with_parent = proxies((EAST, "firms_energy_tce", 30), (CITY, "firms_energy_tce", 120))
    down = downscaled(made.lines, shares(with_parent, FAMILY, RULES), FAMILY, RULES)
    assert down.filter(area_code=EAST)["value"].item() == pytest.approx(25 * COKE_PER_TCE)
    assert down.filter(area_code=WEST)["value"].item() is None


def test_errors_of_one_share_add_up_over_the_lines_it_made():
    made = account("工业,焦炭,100", "工业,原煤,100")
    known = proxies((EAST, "gdp_current", 1), (WEST, "gdp_current", 1))
    down = downscaled(made.lines, shares(known, FAMILY, RULES), FAMILY, RULES).filter(area_code=EAST)
    row = by_row(down).row(0, named=True)
    assert row["uncertainty"] > 0.6  # 60 % of the proxy stays 60 % of the sum


# -- the three compared ----------------------------------------------------------------------


def firm_line(
    division: str, item: str, value: float | None, *, measure: str = "co2_combustion_t", present: int = 2
) -> dict[str, object]:
    return {"line_id": f"L-{division}{item}", "subject_kind": "area_industry", "subject_id": f"{CITY}|{division}",
            "measure": measure, "item": item, "period": "2014", "value": value,
            "partial": None if value is not None else 5.0, "expected": 2,
            "present": present, "status": "official"}  # fmt: skip


def compared(
    *firms: dict[str, object],
    small: float | None = None,
    rows: tuple[str, ...] = ("工业,焦炭,1000", "居民生活,焦炭,10"),
):
    made = account(*rows)
    share = None if small is None else pl.DataFrame({"area_code": [CITY], "period": ["2014"], "share": [small]})
    own = (
        from_firms(pl.DataFrame(list(firms), infer_schema_length=None), RULES)
        if firms
        else pl.DataFrame(schema=COMPARABLE)
    )
    return made, compare(
        from_lines(made.lines.filter(approach="sectoral")), own, pl.DataFrame(schema=COMPARABLE), small_share=share
    )


def test_the_gap_is_shown_explained_where_it_can_be_and_never_forced_to_nought():
    made, result = compared(firm_line("31", "coke", 2000.0), small=0.1)
    row = result.rows.filter(sector="industry", carrier="total").row(0, named=True)
    balance_t = 1000 * COKE_PER_TCE
    assert row["gap"] == pytest.approx(2000 - balance_t)
    assert row["explained"] == pytest.approx(-0.1 * balance_t)
    assert row["unexplained"] == pytest.approx(row["gap"] - row["explained"]) != 0
    whole = result.rows.filter(sector="total").row(0, named=True)
    homes = total(made, "combustion") - balance_t
    assert whole["explained"] == pytest.approx(-0.1 * balance_t - homes)


def test_silent_firms_and_boundaries_are_said_without_inventing_an_amount():
    _, result = compared(
        firm_line("31", "coke", None, present=1), firm_line("31", "electricity", 9.0, measure="co2_electricity_t")
    )
    causes = {
        (c["sector"], c["cause"]): c["amount"] for c in result.causes.iter_rows(named=True) if c["carrier"] == "total"
    }
    assert causes["industry", "coverage"] is None
    assert causes["indirect", "boundary"] is None
    assert result.rows.filter(sector="industry", carrier="total")["firms_partial"].item()


def test_recovered_gas_of_firms_is_explained_by_its_amount():
    _, result = compared(firm_line("31", "coke", 2000.0), firm_line("31", "blast_furnace_gas", 300.0))
    gas = result.rows.filter(carrier="blast_furnace_gas").row(0, named=True)
    assert gas["firms"] == 300
    assert gas["balance"] is None
    assert result.rows.filter(sector="industry", carrier="total")["explained"].item() == pytest.approx(300)


def test_a_cause_that_explains_nought_is_not_told():
    """A works by carbon balance counts 0 for its recovered gas: that parts nothing."""
    _, none = compared(firm_line("31", "coke", 2000.0), firm_line("31", "blast_furnace_gas", 0.0))
    assert "recovered_gas" not in none.causes["cause"].to_list()
    pair = of_pair(none, "firms_balance", "industry")
    assert (pair["explained"], pair["zh"]) == (None, "未解释")
    _, some = compared(firm_line("31", "coke", 2000.0), firm_line("31", "blast_furnace_gas", 0.5))
    assert of_pair(some, "firms_balance", "industry")["explained"] == 0.5


def of_pair(result, pair: str, sector: str, carrier: str = "total"):
    return result.pairs.filter(pair=pair, sector=sector, carrier=carrier).row(0, named=True)


def test_every_two_that_are_there_make_a_pair_with_a_gap_and_words_and_what_is_missing_makes_none():
    made = account("工业,焦炭,1000", "居民生活,焦炭,10")
    balance = from_lines(made.lines.filter(approach="sectoral"))
    down = balance.with_columns(value=pl.col("value") * 0.5)
    own = from_firms(pl.DataFrame([firm_line("31", "coke", 2000.0)], infer_schema_length=None), RULES)
    result = compare(balance, own, down)
    tonnes = 1000 * COKE_PER_TCE
    first, other, third = (
        of_pair(result, pair, "industry") for pair in ("firms_balance", "firms_downscaled", "balance_downscaled")
    )
    assert (first["one"], first["other"]) == (2000.0, pytest.approx(tonnes))
    assert first["gap_share"] == pytest.approx(2000 / tonnes - 1)
    assert (first["explained"], first["zh"], first["en"]) == (None, "未解释", "unexplained")
    assert first["unexplained"] == first["gap"]
    assert other["gap"] == pytest.approx(2000 - tonnes / 2)
    assert "按指标从上级分摊" in other["zh"]
    assert "数量不明" in other["zh"]
    assert other["unexplained"] == other["gap"]
    assert third["gap_share"] == pytest.approx(1.0)
    homes = result.pairs.filter(sector="residential", carrier="total")
    assert homes["pair"].to_list() == ["balance_downscaled"]
    whole = of_pair(result, "firms_downscaled", "total")
    assert whole["explained"] == pytest.approx(-5 * COKE_PER_TCE)  # households, which no firm reports
    assert (
        result.pairs.select("one", "other", "gap", "unexplained", "zh", "en").null_count().sum_horizontal().item() == 0
    )


def test_without_a_balance_firms_beside_downscaled_have_their_gap_and_no_cause_of_the_balance():
    down = from_lines(account("工业,焦炭,1000").lines.filter(approach="sectoral"))
    rows = [firm_line("31", "coke", 2000.0), firm_line("31", "total", 5.0, measure="co2_process_t")]
    own = from_firms(pl.DataFrame(rows, infer_schema_length=None), RULES)
    result = compare(pl.DataFrame(schema=COMPARABLE), own, down)
    assert of_pair(result, "firms_downscaled", "industry")["gap"] == pytest.approx(2000 - 1000 * COKE_PER_TCE)
    assert set(result.causes["pair"]) == {"firms_downscaled"}
    process = result.rows.filter(sector="process", carrier="total").row(0, named=True)
    assert (process["gap"], process["explained"], process["unexplained"]) == (None, None, None)
    assert result.pairs.filter(sector="process").is_empty()


def test_processes_that_part_say_that_their_scope_is_another_and_leave_the_gap_unexplained():
    def one(value: float) -> pl.DataFrame:
        rows = [firm_line("30", "total", value, measure="co2_process_t")]
        return from_firms(pl.DataFrame(rows, infer_schema_length=None), RULES)

    row = of_pair(compare(one(100.0), one(296.8), pl.DataFrame(schema=COMPARABLE)), "firms_balance", "process")
    assert (row["gap"], row["gap_share"]) == (pytest.approx(196.8), pytest.approx(1.968))
    assert "范围不同" in row["zh"]
    assert (row["explained"], row["unexplained"]) == (None, row["gap"])


def test_figures_of_firms_of_which_nothing_is_there_are_missing_and_not_nought():
    rows = [firm_line("31", "coke", None) | {"partial": None}]
    made = from_firms(pl.DataFrame(rows, schema_overrides={"value": pl.Float64, "partial": pl.Float64}), RULES)
    assert (made["value"].item(), made["partial"].item()) == (None, None)


def test_power_firms_stand_with_power_and_kinds_of_coal_with_raw_coal():
    made = from_firms(
        pl.DataFrame(
            [firm_line("44", "bituminous", 70.0), firm_line("44", "anthracite", 30.0), firm_line("30", "process", None)]
        ),
        RULES,
    )
    power = made.filter(sector="power").row(0, named=True)
    assert (power["carrier"], power["value"]) == ("raw_coal", 100.0)


def test_processes_of_firms_by_method_count_once_and_their_fuels_by_carrier():
    process = [
        firm_line("30", item, v, measure="co2_process_t") for item, v in (("cement/clinker", 60.0), ("total", 60.0))
    ]
    fuels = [firm_line("30", item, 5.0) for item in ("cement/fuel/coke", "coke", "total")]
    made = from_firms(pl.DataFrame(process + fuels), RULES)
    assert made.filter(sector="process")["value"].to_list() == [60.0]
    assert made.filter(sector="industry").select("carrier", "value").rows() == [("coke", 10.0)]


# -- parts and whole, closure, explain ---------------------------------------------------------------------------------


def test_a_sum_with_missing_parts_is_no_result_unless_it_exceeds_the_whole():
    blank = dict.fromkeys(CELL_SCHEMA)
    common = {"kind": "inventory", "period": "2019", "row": "total", "carrier": "coke", "status": "transcribed"}
    rows = [blank | common | {"area_code": a, "value": v}
            for a, v in (("X", 10.0), ("A", 8.0), ("B", 4.0))]  # fmt: skip
    cells = pl.DataFrame(rows, schema=CELL_SCHEMA, orient="row")
    whole, parts = cells.filter(area_code="X"), cells.filter(pl.col("area_code") != "X")
    full = reconcile(parts, whole, ["A", "B"]).row(0, named=True)
    assert full["complete"]
    assert full["gap_share"] == pytest.approx(0.2)
    part = reconcile(parts, whole, ["A", "B", "C"]).row(0, named=True)
    assert not part["complete"]
    assert part["lower_bound"]
    assert part["missing"] == ["C"]


def test_an_identity_is_judged_by_the_last_printed_digit():
    near = balance("一次能源生产量,原煤,10.4", "外省(区、市)调入量,原煤,10.4", "可供本地区消费的能源量,原煤,20.9")
    assert closure(near, RULES).filter(identity="supply")["closes"].to_list() == [True]
    off = balance("一次能源生产量,原煤,10.4", "外省(区、市)调入量,原煤,10.4", "可供本地区消费的能源量,原煤,21.9")
    row = closure(off, RULES).filter(identity="supply").row(0, named=True)
    assert row["closes"] is False
    assert row["gap"] == pytest.approx(-1.1)


def test_a_total_explains_itself_down_to_the_cell_of_the_sheet():
    cells = balance("工业,焦炭,1000", "用作原料、材料,焦炭,100")
    made = regional_account(cells, BOOK, RULES)
    sources = Sources(made.lines, made.totals, cells, RULES, {CITY: "晋中市"}, {})
    node = explain(total_id(CITY, "2014", "sectoral", "scope1"), sources)
    assert node.value == pytest.approx(900 * COKE_PER_TCE)
    assert "晋中市" in node.label
    coke = node.inputs[0]
    places = [n.place for n in coke.inputs if n.kind == "fact"]
    assert [(p.file, p.row, p.column) for p in places] == [("表.csv", 2, "数值"), ("表.csv", 3, "数值")]
    assert {n.rule for n in coke.inputs if n.kind == "factor"} >= {"provincial_2011.coke.carbon_content"}
    with pytest.raises(NotFound):
        explain("RL-0", sources)
