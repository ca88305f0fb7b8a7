"""Method data of works in the programme's own account: measured values count, nothing is typed or counted twice."""

from __future__ import annotations

import polars as pl
import pytest
from account_frames import OLD, SCHEMA, facts, line, months, registry

from dafeng.account.cases.reading import ActivityForm, CaseForm
from dafeng.account.cases.result import run_case
from dafeng.account.explain import explain_line
from dafeng.account.inventory import inventory
from dafeng.base.provenance import content_id
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

R, M = packaged_rulebook(), packaged_methods()


def coal(amount: float, **inputs: float) -> float:
    """CO2 of bituminous coal as a case of the same method gives it."""
    row = ActivityForm("fuel", {"amount": amount, **inputs}, item="bituminous")
    made = run_case(CaseForm("t", "2019", "steel", "ndrc_steel_2013", (row,)), M, R)
    assert made.total.value is not None
    return made.total.value


def data(*rows: tuple[str, str, str, str, float | None, str]) -> pl.DataFrame:
    """Rows (enterprise, method, stream/item/input, period, value, unit) as FACT rows."""
    full = []
    for number, (subject, method, datum, period, value, unit) in enumerate(rows, start=2):
        id = content_id("F", subject, method, datum, period, str(value))
        place = ("method.xlsx", "cd" * 32, "核算数据", number, "数值")
        full.append((id, "enterprise", subject, f"stream:{datum}", method, period, value, unit, value, unit, None,
                     "official", *place))  # fmt: skip
    return pl.DataFrame(full, schema=SCHEMA, orient="row")


def made(*frames: pl.DataFrame, family: str = "ndrc_steel_2013") -> pl.DataFrame:
    return inventory(pl.concat(frames), R, family=family).lines


ENERGY = facts(
    *months("A", "used", "bituminous", 2019, [100.0] * 12), *months("A", "bought", "electricity", 2019, [10.0] * 12)
)
FLUX = data(("A", "steel", "flux/limestone/amount", "2019", 300.0, "t"))


def test_a_works_without_method_data_stays_as_it_was():
    alone = made(ENERGY)
    beside = made(ENERGY, data(("B", "steel", "flux/limestone/amount", "2019", 300.0, "t")))
    same = beside.filter(pl.col("subject_id") == "A").drop("run_id")
    assert same.sort("line_id").equals(alone.drop("run_id").sort("line_id"))


def test_energy_already_given_is_not_typed_twice():
    lines = made(ENERGY, FLUX)
    assert line(lines, "A", "co2_combustion_t", "total", "2019")["value"] == pytest.approx(coal(1200))
    assert line(lines, "A", "co2_process_t", "total", "2019")["value"] == pytest.approx(300 * 0.44)
    whole = line(lines, "A", "co2_total_t", "total", "2019")["value"]
    parts = [
        line(lines, "A", m, "total", "2019")["value"]
        for m in ("co2_combustion_t", "co2_process_t", "co2_electricity_t")
    ]
    assert whole == pytest.approx(sum(parts))


def test_a_measured_property_of_the_year_holds_for_its_months():
    measured = data(("A", "steel", "fuel/bituminous/ncv", "2019", 21.0, "GJ/t"),
                    ("A", "steel", "fuel/bituminous/ncv", "2019-03", 24.0, "GJ/t"))  # fmt: skip
    lines = made(ENERGY, measured)
    per_month = [coal(100, ncv=ncv) for ncv in (21.0, 24.0)]
    got = [line(lines, "A", "co2_combustion_t", "steel/fuel/bituminous", p)["value"] for p in ("2019-02", "2019-03")]
    assert got == pytest.approx(per_month)
    whole = line(lines, "A", "co2_combustion_t", "total", "2019")["value"]
    assert whole == pytest.approx(11 * per_month[0] + per_month[1])


def test_what_is_given_for_the_method_takes_the_place_of_the_energy_table():
    own = data(("A", "steel", "fuel/bituminous/amount", "2019", 1000.0, "t"))
    lines = made(ENERGY, own)
    assert line(lines, "A", "co2_combustion_t", "total", "2019")["value"] == pytest.approx(coal(1000))


def test_a_missing_figure_leaves_the_total_open():
    lines = made(ENERGY, data(("A", "steel", "flux/limestone/amount", "2019", None, "t")))
    flux = line(lines, "A", "co2_process_t", "steel/flux/limestone", "2019")
    assert flux["value"] is None
    assert "缺" in flux["note"]
    assert line(lines, "A", "co2_total_t", "total", "2019")["value"] is None


def test_other_gases_stand_beside_co2():
    water = [("A", "other_industry", f"waste_water//{n}", "2019", v, u) for n, v, u in
             (("water", 1e6, "m3"), ("cod_in", 2.0, "kg/m3"), ("cod_out", 0.2, "kg/m3"))]  # fmt: skip
    lines = made(data(*water), family="ndrc_general")
    gas = line(lines, "A", "ghg_other_t", "total", "2019")
    assert gas["value"] is not None
    assert gas["value"] > 0
    assert gas["unit"] == "tCO2e"
    assert lines.filter((pl.col("measure") == "co2_process_t") & pl.col("value").is_not_null()).is_empty()


def test_what_no_rule_takes_is_a_finding():
    odd = data(
        ("A", "steel", "flux/limestone/colour", "2019", 1.0, "t"),
        ("A", "alchemy", "fuel/x/amount", "2019", 1.0, "t"),
        ("A", "steel", "flux/limestone/amount", "1999", 1.0, "t"),
        ("A", "steel", "flux/dolomite/amount", "2019", 1.0, "t"),
    )
    found = inventory(odd, R, family="ndrc_steel_2013").findings
    assert {"not_of_method", "unknown_method", "no_rule"} <= set(found["kind"])


def test_the_derivation_reaches_fact_and_factor():
    given = pl.concat([ENERGY, FLUX])
    lines = inventory(given, R, family="ndrc_steel_2013").lines
    id = line(lines, "A", "co2_process_t", "steel/flux/limestone", "2019")["line_id"]
    node = explain_line(id, lines, given, R)
    kinds = {n.kind for n in node.inputs}
    assert kinds == {"fact", "factor"}
    assert node.operation
    assert next(n for n in node.inputs if n.kind == "fact").place.row == 2


def test_the_main_method_is_the_one_of_the_industry():
    works = registry(("A", "140781", "3120", OLD, None))
    both = data(("A", "other_industry", "carbonate/caco3/amount", "2019", 1.0, "t"),
                ("A", "steel", "flux/limestone/amount", "2019", 1.0, "t"))  # fmt: skip
    lines = inventory(pl.concat([ENERGY, both]), R, family="ndrc_steel_2013", registry=works).lines
    own = lines.filter((pl.col("measure") == "co2_combustion_t") & (pl.col("subject_id") == "A"))
    assert {i.split("/")[0] for i in own["item"] if "/" in i} == {"steel"}
