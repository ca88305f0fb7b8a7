"""The energy flow: what balances, what does not and by how much, what is missing, and process energy."""

from __future__ import annotations

import polars as pl
import pytest
from account_frames import SCHEMA, facts, months

from dafeng.account.energy.flow import EnergyFlow, energy_flow, named, of_area
from dafeng.account.energy.process import process_energy
from dafeng.base.provenance import content_id
from dafeng.rules.rulebook import packaged_rulebook

RULES = packaged_rulebook()
FAMILY = RULES.family("ndrc_general")
COKING = [
    ("E-1", "bought", "cleaned_coal", "2022", 1000.0),
    ("E-1", "opening_stock", "cleaned_coal", "2022", 100.0),
    ("E-1", "closing_stock", "cleaned_coal", "2022", 50.0),
    ("E-1", "used", "cleaned_coal", "2022", 1050.0),
    ("E-1", "use.to_coking", "cleaned_coal", "2022", 1050.0),
    ("E-1", "use.from_coking", "coke", "2022", 780.0),
    ("E-1", "use.from_coking", "coke_oven_gas", "2022", 30.0),
    ("E-1", "produced", "coke", "2022", 780.0),
    ("E-1", "sold", "coke", "2022", 780.0),
    ("E-1", "use.at_coking", "coke_oven_gas", "2022", 30.0),
]


def flow(*rows: tuple[str, str, str, str, float | None]) -> EnergyFlow:
    return energy_flow(facts(*rows), RULES, FAMILY)


def output(
    subject: str, product: str, period: str, value: float, unit: str = "t", measure: str = "product_output"
) -> pl.DataFrame:
    id = content_id("F", subject, measure, product, period, str(value))
    row = (id, "enterprise", subject, measure, product, period, value, unit, value, unit, None, "official", "o.xlsx",
           "cd" * 32, "产量", 2, "产量")  # fmt: skip
    return pl.DataFrame([row], schema=SCHEMA, orient="row")


def link(made: EnergyFlow, source: str, target: str, item: str | None = None) -> dict:
    rows = made.links.filter(source=source, target=target)
    rows = rows if item is None else rows.filter(item=item)
    assert rows.height == 1, made.links
    return rows.row(0, named=True)


def test_a_coking_works_balances_and_its_loss_is_what_goes_in_less_what_comes_out() -> None:
    made = flow(*COKING)
    assert made.balances["balanced"].to_list() == [True] * made.balances.height
    assert made.findings.is_empty()
    assert made.missing.is_empty()
    into = link(made, "item:cleaned_coal", "convert:coking")
    assert (into["amount"], into["tce_calorific"]) == (1050, pytest.approx(945))
    loss = link(made, "convert:coking", "loss")
    out = made.links.filter(source="convert:coking").filter(pl.col("target") != "loss")["tce_calorific"].sum()
    assert loss["tce_calorific"] == pytest.approx(945 - out)
    assert loss["derived"]
    assert loss["amount"] is None
    assert link(made, "stock_draw", "item:cleaned_coal")["amount"] == 50


def test_own_output_is_not_counted_beside_the_conversion_that_made_it() -> None:
    made = flow(*COKING)
    assert made.links.filter(pl.col("source") == "produced").is_empty()
    assert link(made, "convert:coking", "item:coke")["amount"] == 780


def test_what_does_not_balance_is_drawn_and_found_by_its_size() -> None:
    made = flow(*COKING[:8], ("E-1", "sold", "coke", "2022", 700.0), COKING[9])
    gap = link(made, "item:coke", "gap_out")
    assert gap["amount"] == pytest.approx(80)
    found = made.findings.row(0, named=True)
    assert (found["kind"], found["item"], found["period"]) == ("energy_balance", "coke", "2022")
    assert "77.7" in found["note"]  # 80 t × 0.9714
    balance = made.balances.filter(node="item:coke").row(0, named=True)
    assert balance["gap"] == pytest.approx(gap["tce_calorific"])
    assert not balance["balanced"]


def test_more_out_than_in_is_a_finding_in_calorific_value_only() -> None:
    rows = [("E-1", "bought", "bituminous", "2022", 100.0), ("E-1", "use.to_power", "bituminous", "2022", 100.0)]
    gain = flow(*rows, ("E-1", "use.from_power", "electricity", "2022", 5000.0))
    assert gain.findings.filter(kind="energy_gain").height == 1
    assert link(gain, "gap_in", "convert:power")["tce_calorific"] > 0
    # 1 MWh out of 0.27 tce: less than was put in, yet more than in at the year's national average of 0.3015
    good = flow(*rows, ("E-1", "use.from_power", "electricity", "2022", 290.0))
    assert good.findings.filter(kind="energy_gain").is_empty()
    loss = link(good, "convert:power", "loss")
    assert loss["tce_calorific"] > 0 > loss["tce_equivalent"]


def test_a_missing_figure_leaves_its_balance_open() -> None:
    made = flow(*COKING[:8], ("E-1", "sold", "coke", "2022", None), COKING[9])
    assert made.missing.select("item", "what").rows() == [("coke", "sold")]
    balance = made.balances.filter(node="item:coke").row(0, named=True)
    assert balance["gap"] is None
    assert balance["balanced"] is None
    assert made.links.filter(pl.col("target") == "gap_out").is_empty()


def test_use_that_is_not_told_by_purpose_is_said_to_be_so() -> None:
    made = flow(
        ("E-1", "bought", "electricity", "2022", 500.0),
        ("E-1", "used", "electricity", "2022", 500.0),
        ("E-1", "use.at_rolling", "electricity", "2022", 300.0),
    )
    rest = link(made, "item:electricity", "use:untold")
    assert (rest["amount"], rest["derived"]) == (200, True)
    assert link(made, "item:electricity", "use:rolling")["tce_equivalent"] == pytest.approx(300 * 0.3015)


def test_purposes_beyond_what_was_used_do_not_balance() -> None:
    made = flow(
        ("E-1", "bought", "electricity", "2022", 500.0),
        ("E-1", "used", "electricity", "2022", 500.0),
        ("E-1", "use.at_rolling", "electricity", "2022", 600.0),
    )
    assert link(made, "gap_in", "item:electricity")["amount"] == pytest.approx(100)
    assert made.findings.height == 1


def test_bought_power_alone_is_taken_as_used() -> None:
    made = flow(("E-1", "bought", "electricity", "2022", 500.0), ("E-1", "sold", "electricity", "2022", 20.0))
    assert link(made, "item:electricity", "use:untold")["amount"] == 480
    assert made.balances["balanced"].all()


def test_feedstock_by_product_stands_in_place_of_the_whole() -> None:
    rows = [("E-1", "bought", "bituminous", "2022", 100.0), ("E-1", "used", "bituminous", "2022", 100.0)]
    whole = flow(*rows, ("E-1", "feedstock", "bituminous", "2022", 40.0))
    assert link(whole, "item:bituminous", "feedstock")["amount"] == 40
    assert link(whole, "item:bituminous", "use:untold")["amount"] == 60
    split = flow(
        *rows,
        ("E-1", "feedstock", "bituminous", "2022", 40.0),
        ("E-1", "use.feedstock_ammonia", "bituminous", "2022", 40.0),
    )
    assert link(split, "item:bituminous", "feedstock:ammonia")["amount"] == 40
    assert split.links.filter(target="feedstock").is_empty()
    assert link(split, "item:bituminous", "use:untold")["amount"] == 60


def test_months_add_up_and_an_incomplete_year_is_missing() -> None:
    full = flow(
        *months("E-1", "bought", "diesel", 2022, [1.0] * 12), *months("E-1", "used", "diesel", 2022, [1.0] * 12)
    )
    assert link(full, "bought", "item:diesel")["amount"] == 12
    short = flow(
        *months("E-1", "bought", "diesel", 2022, [1.0] * 12), *months("E-1", "used", "diesel", 2022, [1.0] * 11)
    )
    assert short.missing.select("item", "what").rows() == [("diesel", "used")]


def test_an_area_is_the_sum_of_its_firms() -> None:
    more = [(s.replace("E-1", "E-2"), *rest) for s, *rest in COKING]
    made = flow(*COKING, *more)  # type: ignore[arg-type]
    area = of_area(made, ["E-1", "E-2"], 2022)
    one = made.links.filter(subject_id="E-1")
    assert area.links["tce_calorific"].sum() == pytest.approx(2 * one["tce_calorific"].sum())
    assert area.balances["balanced"].all()
    assert of_area(made, ["E-1"], 2022).links["tce_calorific"].sum() == pytest.approx(one["tce_calorific"].sum())


def test_nodes_have_names_stages_and_what_passes_them() -> None:
    nodes = named(flow(*COKING).links, RULES)
    held = {r["node"]: r for r in nodes.iter_rows(named=True)}
    assert (held["bought"]["stage"], held["item:cleaned_coal"]["stage"], held["item:coke"]["stage"]) == (0, 1, 3)
    assert held["convert:coking"]["zh"] == "炼焦"
    assert held["loss"]["stage"] == 5
    assert held["item:cleaned_coal"]["tce_calorific"] == pytest.approx(945)


def test_process_energy_is_what_goes_in_less_what_comes_out_per_tonne() -> None:
    held = pl.concat([facts(*COKING), output("E-1", "coke_output", "2022", 780.0)], how="diagonal")
    row = process_energy(held, RULES, FAMILY).row(0, named=True)
    assert row["process"] == "coking"
    assert row["output"] == 780
    gas, coke, coal = 30 * 5.932, 780 * 0.9714, 1050 * 0.9
    assert row["calorific"] == pytest.approx(coal + gas - coke - gas)
    assert row["unit_calorific"] == pytest.approx(row["calorific"] / 780 * 1000)


def test_a_process_that_gives_more_than_it_takes_is_negative() -> None:
    held = pl.concat(
        [
            facts(
                ("E-1", "use.at_bof", "electricity", "2022", 10.0),
                ("E-1", "use.from_bof", "heat", "2022", 500.0),
            ),
            output("E-1", "crude_steel_bof", "2022", 100.0),
        ],
        how="diagonal",
    )
    row = process_energy(held, RULES, FAMILY).row(0, named=True)
    assert row["calorific"] < 0
    assert row["unit_calorific"] < 0


def test_a_process_without_output_or_with_a_gap_says_so() -> None:
    none = process_energy(facts(("E-1", "use.at_bof", "electricity", "2022", 10.0)), RULES, FAMILY).row(0, named=True)
    assert none["unit_calorific"] is None
    assert "缺产品产量" in none["note"]
    gap = process_energy(facts(("E-1", "use.at_bof", "electricity", "2022", None)), RULES, FAMILY).row(0, named=True)
    assert gap["calorific"] is None
    assert "缺失" in gap["note"]


def steel(*rows: tuple[str, str, str, str, float | None]) -> dict:
    held = pl.concat([facts(*rows), output("E-1", "crude_steel_bof", "2022", 1_000_000.0)], how="diagonal")
    return process_energy(held, RULES, FAMILY).filter(process="bof").row(0, named=True)


POWER = ("E-1", "use.at_bof", "electricity", "2022", 75_200.0)  # 75.2 kWh/t × 0.1229 = 9.24 kgce/t


def test_recovered_gas_and_steam_are_taken_off_the_converter() -> None:
    """GB 21256, by hand with GB/T 2589-2020: 9.242 − 100 m3/t × 0.2714 − 0.09 GJ/t × 34.12 = −20.97 kgce/t."""
    row = steel(
        POWER,
        ("E-1", "use.from_bof", "converter_gas", "2022", 10_000.0),
        ("E-1", "use.from_bof", "heat", "2022", 90_000.0),
    )
    assert row["used_calorific"] == pytest.approx(9242.08)
    assert row["given_calorific"] == pytest.approx(10_000 * 2.714 + 90_000 * 0.03412, rel=1e-6)
    assert row["unit_calorific"] == pytest.approx(-20.97, abs=0.01)


def test_own_converter_gas_without_a_split_is_the_converter_s() -> None:
    """Nothing else gives converter gas: what the works says it made of it is taken off, and the row says by what."""
    row = steel(
        POWER, ("E-1", "produced", "converter_gas", "2022", 10_000.0), ("E-1", "used", "converter_gas", "2022", 9_000.0)
    )
    assert row["unit_calorific"] == pytest.approx(9.242 - 27.14, abs=0.001)
    assert "自产总量" in row["note"]
    both = steel(
        POWER, ("E-1", "produced", "converter_gas", "2022", 10_000.0),
        ("E-1", "use.from_bof", "converter_gas", "2022", 9_800.0),
    )  # fmt: skip
    assert both["given_calorific"] == pytest.approx(9_800 * 2.714)  # once, and by the split


def test_a_converter_of_which_no_recovery_is_told_says_that_nothing_is_taken_off() -> None:
    row = steel(POWER)
    assert row["unit_calorific"] == pytest.approx(9.242, abs=0.001)
    assert "未扣除" in row["note"]


def test_a_missing_recovery_leaves_the_process_unknown() -> None:
    row = steel(POWER, ("E-1", "produced", "converter_gas", "2022", None))
    assert row["calorific"] is None
    assert row["unit_calorific"] is None
