"""Power and heat are downscaled to where they are made: makers, what they made, and sums that stay exact."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.account.regional.downscale import PROXY_SCHEMA, downscaled, share_findings, shares
from dafeng.account.regional.inventory import regional_account
from dafeng.account.regional.makers import MAKER_SCHEMA, climbed, maker_proxies, makers, yearly
from dafeng.account.regional.totals import totals
from dafeng.collect.regional_tables import read_regional
from dafeng.rules.regional import regional_rules
from dafeng.rules.rulebook import packaged_rulebook

RULES = regional_rules()
CITY, EAST, WEST, SOUTH = "140100", "140105", "140106", "140107"
FAMILY = dict.fromkeys((EAST, WEST, SOUTH), CITY)
YEAR = "2014"


def city() -> pl.DataFrame:
    table = (("火力发电", "原煤", -900), ("供热", "原煤", -90), ("工业", "焦炭", 100))
    rows = ["区域,年份,项目,品种,数值,单位", *(f"{CITY},{YEAR},{r},{c},{v},tce" for r, c, v in table)]
    cells = read_regional("\n".join(rows).encode(), "平衡表.csv").cells
    return regional_account(cells, packaged_rulebook(), RULES, "provincial_2011").lines


LINES = city()


def proxies(measure: str, **values: float | None) -> pl.DataFrame:
    code = {"east": EAST, "west": WEST, "south": SOUTH, "city": CITY}
    rows = [(code[a], YEAR, measure, v, "official", f"PX-{a}{measure}") for a, v in values.items()]
    return pl.DataFrame(rows, schema=PROXY_SCHEMA, orient="row")


def of(down: pl.DataFrame, area: str, row: str) -> dict[str, object]:
    return down.filter(area_code=area, row=row).row(0, named=True)


def parted(*frames: pl.DataFrame) -> pl.DataFrame:
    return downscaled(LINES, shares(pl.concat(frames), FAMILY, RULES), FAMILY, RULES)


WORTH = proxies("industrial_value_added_current", east=50, west=30, south=20)


def test_a_county_without_a_plant_has_no_power_and_the_others_share_the_whole():
    down = parted(WORTH, proxies("power_makers", east=0, west=2, south=1))
    east, west, south = (of(down, a, "transform.thermal_power") for a in (EAST, WEST, SOUTH))
    whole = LINES.filter(row="transform.thermal_power", approach="sectoral")["value"].item()
    assert (east["value"], west["value"], south["value"]) == (
        0.0,
        pytest.approx(0.6 * whole),
        pytest.approx(0.4 * whole),
    )
    assert east["note"] == "估算：名录和填报中无发电企业(含自备电厂)，计为0；名录未收的企业未计及"
    assert "在有发电企业(含自备电厂)的地区之间按工业增加值分解，占比60.0%" in west["note"]
    assert "among areas with a firm that generates power" in west["note_en"]
    heat = of(down, EAST, "transform.heating")  # of heat nothing is known: as before
    assert heat["value"] == pytest.approx(0.5 * LINES.filter(row="transform.heating")["value"][0])
    industry = of(down, EAST, "final.industry")
    assert "工业增加值占比50.0%" in industry["note"]


def test_where_it_is_not_known_whether_a_county_has_a_plant_it_keeps_a_share():
    down = parted(WORTH, proxies("power_makers", east=0, west=2))
    assert of(down, SOUTH, "transform.thermal_power")["value"] > 0
    nobody = parted(WORTH, proxies("power_makers", east=0, west=0, south=0))  # the plant is below the scale somewhere
    assert of(nobody, EAST, "transform.thermal_power")["note"] == (
        "估算：各地名录均无发电企业(含自备电厂)，按工业增加值占比50.0%分解"
    )


def test_what_the_plants_made_goes_before_everything_and_gdp_does_not_widen_it():
    made = proxies("firms_power_made_mwh", east=0, west=900, south=100)
    down = parted(WORTH, made, proxies("power_makers", east=0, west=2, south=1))
    west, east = of(down, WEST, "transform.thermal_power"), of(down, EAST, "transform.thermal_power")
    assert "自产电量占比90.0%" in west["note"]
    assert west["share_key"] == "firms_power_made_mwh"
    assert 0.25 < west["uncertainty"] < 0.35  # the share's own 25 %, and coal's
    assert east["value"] == 0
    worth = of(parted(WORTH), WEST, "transform.thermal_power")
    assert worth["uncertainty"] > 0.5


def test_those_with_a_worse_proxy_share_what_the_others_leave():
    made = proxies("firms_power_made_mwh", east=600, city=1000)
    shared = shares(pl.concat([WORTH, made]), FAMILY, RULES)
    power = {r["area_code"]: r for r in shared.filter(group="power").iter_rows(named=True)}
    assert power[EAST]["share"] == pytest.approx(0.6)
    assert (power[WEST]["share"], power[SOUTH]["share"]) == (pytest.approx(0.24), pytest.approx(0.16))
    assert {power[a]["denominator"] for a in (WEST, SOUTH)} == {"rest"}
    assert share_findings(shared, FAMILY, RULES).filter(kind="shares_not_one").is_empty()
    note = of(parted(WORTH, made), WEST, "transform.thermal_power")["note"]
    assert note == "估算：其他地区分解后的余量按工业增加值分解，占总量24.0%"
    missing = pl.concat(
        [WORTH.filter(pl.col("area_code") != SOUTH), proxies("industrial_value_added_current", city=100)]
    )
    alone = shares(pl.concat([missing, made]), FAMILY, RULES).filter(group="power", area_code=WEST)
    assert alone["share"].item() == pytest.approx(0.3)  # the south is not known: what is left is not the west's alone


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(1e-3, 1e6), min_size=3, max_size=3),
    st.lists(st.sampled_from([None, 0.0, 1.0, 5.0]), min_size=3, max_size=3),
    st.lists(st.one_of(st.none(), st.floats(0, 1e3)), min_size=3, max_size=3),
    st.floats(0, 1e3),
)
def test_counties_add_up_to_the_city_whoever_makes_power(worth, count, made, beyond):
    areas = dict(zip(("east", "west", "south"), worth, strict=True))
    known = {a: m for a, m in zip(areas, made, strict=True) if m is not None}
    frames = [proxies("industrial_value_added_current", **areas)]
    # who is known to make none has made 0 (maker_proxies); an unknown amount is that of an area that may have a maker
    seen = {a: c for a, c in zip(areas, count, strict=True) if not known or a in known or c}
    frames += [proxies("power_makers", **seen)]
    if known:
        whole = sum(known.values()) + (beyond if len(known) < 3 else 0.0)
        frames += [proxies("firms_power_made_mwh", city=whole, **known)]
    down = parted(*frames)
    expect = totals(LINES.filter(approach="sectoral")).filter(total="scope1")["value"].item()
    assert down["value"].sum() == pytest.approx(expect, rel=1e-9)
    assert down["value"].min() >= 0


# -- who is a maker --------------------------------------------------------------------------------------------------


def firm(id: str, area: str, industry: str, **more: object) -> dict[str, object]:
    base = {"enterprise_id": id, "area_code": area, "industry_code": industry, "status": "operating",
            "above_scale": True, "key_user": None, "since": date(2010, 1, 1), "until": None}  # fmt: skip
    return base | more


def register(*rows: dict[str, object]) -> pl.DataFrame:
    kinds = {"key_user": pl.Boolean, "until": pl.Date}
    return pl.DataFrame(list(rows), schema_overrides=kinds)


def fact(id: str, measure: str, item: str, period: str, value: float | None) -> dict[str, object]:
    return {"subject_id": id, "measure": measure, "item": item, "period": period, "value": value, "status": "official"}


FIRMS = register(
    firm("E-plant", EAST, "4411"), firm("E-steel", WEST, "3120"), firm("E-wind", SOUTH, "4415"),
    firm("E-shut", SOUTH, "4411", status="closed"), firm("E-boiler", SOUTH, "4430"),
)  # fmt: skip
NO_FACTS = [fact("E-none", "energy_produced", "electricity", YEAR, 1.0)]


def told(*facts: dict[str, object]) -> dict[tuple[str, str], tuple[bool, float | None]]:
    made = makers(pl.DataFrame([*NO_FACTS, *facts]), FIRMS, [YEAR])
    return {(r["subject_id"], r["kind"]): (r["maker"], r["made"]) for r in made.iter_rows(named=True)}


def test_thermal_plants_and_works_with_their_own_plant_are_makers_and_wind_and_shut_ones_are_not():
    found = told(fact("E-steel", "energy_use.to_power", "blast_furnace_gas", f"{YEAR}-03", 10.0))
    assert {k for k, (maker, _) in found.items() if maker} == {
        ("E-plant", "power"), ("E-steel", "power"), ("E-boiler", "heat")}  # fmt: skip
    assert ("E-shut", "power") not in found
    assert found["E-wind", "power"] == (False, 0.0)


def test_a_year_is_its_own_figure_or_twelve_months_and_eleven_make_none():
    months = [fact("E-plant", "energy_produced", "electricity", f"{YEAR}-{m:02d}", 10.0) for m in range(1, 13)]
    assert told(*months)["E-plant", "power"] == (True, 120.0)
    assert told(*months[:11])["E-plant", "power"] == (True, None)
    gap = [*months[:11], fact("E-plant", "energy_produced", "electricity", f"{YEAR}-12", None)]
    assert told(*gap)["E-plant", "power"] == (True, None)
    own = fact("E-plant", "energy_produced", "electricity", YEAR, 119.0)
    assert told(*months, own)["E-plant", "power"] == (True, 119.0)


def test_sums_that_would_tell_of_a_firm_are_left_out_and_their_makers_counted():
    facts = pl.DataFrame([fact("E-plant", "energy_produced", "electricity", YEAR, 120.0)])
    rows = climbed(makers(facts, FIRMS, [YEAR]), {a: [a, CITY] for a in (EAST, WEST, SOUTH)})
    thin = pl.DataFrame({"area_code": [EAST], "period": [YEAR], "kind": ["power"]})
    made = maker_proxies(rows, thin)
    held = {(r["area_code"], r["measure"]): r["value"] for r in made.iter_rows(named=True)}
    assert (held[EAST, "power_makers"], held[WEST, "power_makers"], held[CITY, "power_makers"]) == (1, 0, 1)
    assert (EAST, "firms_power_made_mwh") not in held
    assert held[WEST, "firms_power_made_mwh"] == 0
    assert held[CITY, "firms_power_made_mwh"] == 120
    assert (SOUTH, "firms_heat_made_gj") not in held  # its boiler house said nothing: unknown, never nought
    assert made["input"].is_unique().all()


def test_a_sum_is_no_surer_than_its_least_sure_part():
    firms = pl.DataFrame(
        [("A", "official"), ("B", "synthetic"), ("C", None)], schema=["subject_id", "status"], orient="row"
    )
    rows = firms.with_columns(
        area_code=pl.lit(EAST), period=pl.lit(YEAR), kind=pl.lit("power"), maker=pl.col("status").is_not_null(),
        made=pl.lit(1.0),
    ).select(pl.col(n).cast(d) for n, d in MAKER_SCHEMA.items())  # fmt: skip
    for order in (rows, rows.reverse()):
        made = maker_proxies(order, pl.DataFrame(schema=["area_code", "period", "kind"]).cast(pl.String))
        assert set(made["status"]) == {"synthetic"}
    months = pl.DataFrame(
        {"subject_id": ["A"] * 12, "period": [f"{YEAR}-{m:02}" for m in range(1, 13)], "value": [1.0] * 12,
         "status": ["official"] * 6 + ["recalled"] + ["official"] * 5}
    )  # fmt: skip
    assert yearly(months).row(0, named=True) == {"subject_id": "A", "period": YEAR, "made": 12.0, "status": "recalled"}
