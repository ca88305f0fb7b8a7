"""Industrial processes are downscaled to where their products are made: works, what they made, sums that stay exact."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.account.regional.downscale import PROXY_SCHEMA, downscaled, needed, share_findings, shares
from dafeng.account.regional.inventory import regional_account
from dafeng.account.regional.makers import climbed, maker_proxies
from dafeng.account.regional.works import count_measures, sum_measures, works_rows
from dafeng.base.errors import RuleError
from dafeng.collect.regional_tables import read_regional
from dafeng.registry.industries import industries, product_list
from dafeng.rules.regional import assemble_regional, regional_documents, regional_rules
from dafeng.rules.rulebook import packaged_rulebook

RULES = regional_rules()
CITY, EAST, WEST, SOUTH = "140100", "140105", "140106", "140107"
FAMILY = dict.fromkeys((EAST, WEST, SOUTH), CITY)
YEAR = "2022"
WORTH = {"east": 50.0, "west": 30.0, "south": 20.0}


def city() -> pl.DataFrame:
    book = packaged_rulebook()
    cells = read_regional(
        f"区域,年份,项目,品种,数值,单位\n{CITY},{YEAR},工业,焦炭,100,tce".encode(), "平衡表.csv"
    ).cells
    made = [(CITY, YEAR, p, v, "official", f"RC-{p}") for p, v in
            (("clinker", 1e6), ("lime", 2e5), ("aluminium_anode", 1e5), ("aluminium_cf4", 1e5))]  # fmt: skip
    names = ["area_code", "period", "process", "amount", "status", "input"]
    amounts = pl.DataFrame(made, schema=names, orient="row")
    return regional_account(cells, book, RULES, "provincial_2011", amounts=amounts).lines


LINES = city()
WHOLE = dict(LINES.filter(part="process", approach="sectoral").select("row", "value").iter_rows())


def proxies(measure: str, **values: float | None) -> pl.DataFrame:
    code = {"east": EAST, "west": WEST, "south": SOUTH, "city": CITY}
    rows = [(code[a], YEAR, measure, v, "official", f"PX-{a}{measure}") for a, v in values.items()]
    return pl.DataFrame(rows, schema=PROXY_SCHEMA, orient="row")


WORTHS = proxies("industrial_value_added_current", **WORTH)


def parted(*frames: pl.DataFrame) -> pl.DataFrame:
    shared = needed(shares(pl.concat(frames), FAMILY, RULES), LINES, RULES)
    return downscaled(LINES, shared, FAMILY, RULES)


def of(down: pl.DataFrame, area: str, row: str) -> dict[str, object]:
    return down.filter(area_code=area, row=row).row(0, named=True)


def test_a_county_without_a_kiln_has_no_clinker_and_says_so_and_lime_goes_its_own_way():
    down = parted(
        WORTHS, proxies("works_clinker", east=0, west=3, south=1), proxies("works_lime", east=2, west=0, south=0)
    )
    east = of(down, EAST, "clinker")
    assert east["value"] == 0
    assert east["note"] == "估算：名录和填报中无水泥熟料生产企业，计为0；名录未收的企业未计及"
    assert "works not on the register are not seen" in str(east["note_en"])
    assert "PX-eastworks_clinker" in east["inputs"]
    west = of(down, WEST, "clinker")
    assert west["value"] == pytest.approx(0.75 * WHOLE["clinker"])
    assert west["note"] == "估算：按水泥熟料生产企业数占比75.0%分解；名录未收的企业未计及"
    assert west["status"] == "trial"
    assert of(down, EAST, "lime")["value"] == pytest.approx(WHOLE["lime"])
    assert of(down, EAST, "final.industry")["value"] == pytest.approx(
        0.5 * LINES.filter(row="final.industry")["value"][0]
    )


def test_output_goes_before_energy_and_energy_before_the_number_each_less_sure():
    count = proxies("works_clinker", east=0, west=1, south=1)
    energy = proxies("works_energy_clinker_tce", east=0, west=60, south=40)
    output = proxies("firms_made_clinker_t", east=0, west=900, south=100)
    told = [(of(parted(WORTHS, *f), WEST, "clinker")) for f in ((count,), (count, energy), (count, energy, output))]
    assert [t["value"] / WHOLE["clinker"] for t in told] == pytest.approx([0.5, 0.6, 0.9])
    assert [t["share_uncertainty"] for t in told] == [0.8, 0.4, 0.15]
    both = parted(WORTHS, count, energy, output)
    assert "计为0" in str(of(both, EAST, "clinker")["note"])


def test_a_city_line_of_more_gases_goes_to_the_smelters_county_altogether():
    down = parted(WORTHS, proxies("works_aluminium", east=0, west=0, south=2))
    for row in ("aluminium_anode", "aluminium_cf4"):
        assert of(down, SOUTH, row)["value"] == pytest.approx(WHOLE[row])
        assert of(down, EAST, row)["value"] == 0


def test_where_no_register_holds_such_works_the_old_proxy_stays_and_the_line_says_so():
    down = parted(WORTHS, proxies("works_clinker", east=0, west=0, south=0))
    east = of(down, EAST, "clinker")
    assert east["value"] == pytest.approx(0.5 * WHOLE["clinker"])
    assert east["note"] == "估算：各地名录均无水泥熟料生产企业，按工业增加值占比50.0%分解"
    assert east["share_uncertainty"] >= 0.9


def test_a_county_of_which_nothing_is_registered_keeps_a_share_and_printed_denominators_do_not_spoil_the_sum():
    rounded = proxies("industrial_value_added_current", **WORTH, city=99.0)
    down = parted(rounded, proxies("works_clinker", east=0, west=2))
    assert of(down, SOUTH, "clinker")["value"] == pytest.approx(0.4 * WHOLE["clinker"])
    assert "有无水泥熟料生产企业不详" in str(of(down, SOUTH, "clinker")["note"])
    assert down.filter(row="clinker")["value"].sum() == pytest.approx(WHOLE["clinker"], rel=1e-12)


def test_when_the_works_made_all_of_it_nothing_is_left_for_who_has_no_register():
    made = proxies("firms_made_clinker_t", east=0, west=900, city=900)
    shared = shares(pl.concat([WORTHS, made, proxies("works_clinker", east=0, west=2)]), FAMILY, RULES)
    assert share_findings(shared, FAMILY, RULES).filter(kind="shares_not_one", row="process.clinker").is_empty()
    down = downscaled(LINES, shared, FAMILY, RULES)
    assert of(down, SOUTH, "clinker")["value"] == 0
    assert "余量" in str(of(down, SOUTH, "clinker")["note"])


maybe = st.one_of(st.none(), st.integers(0, 3))


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.floats(1e-3, 1e6), min_size=3, max_size=3),
    st.lists(maybe, min_size=3, max_size=3),
    st.lists(st.floats(0, 1e4), min_size=3, max_size=3),
    st.lists(st.booleans(), min_size=3, max_size=3),
    st.floats(0.9, 1.1),
)
def test_counties_add_up_to_the_city_whoever_has_the_works(worth, count, made, hidden, rounding):
    """Output is known of some and hidden of others, the city's sum open: shares are whole and never below nought."""
    names = ("east", "west", "south")
    printed = sum(worth) * rounding if all(c is not None for c in count) and any(count) else sum(worth)
    frames = [proxies("industrial_value_added_current", **dict(zip(names, worth, strict=True)), city=printed)]
    known = {a: c for a, c in zip(names, count, strict=True) if c is not None}
    frames += [proxies("works_clinker", **known)] if known else []
    amounts = {a: (made[names.index(a)] if c else 0.0) for a, c in known.items()}
    seen = {a: m for a, m in amounts.items() if not known[a] or not hidden[names.index(a)]}
    if seen:
        frames += [proxies("firms_made_clinker_t", city=sum(amounts.values()), **seen)]
    down = parted(*frames).filter(row="clinker")
    assert down["value"].sum() == pytest.approx(WHOLE["clinker"], rel=1e-9)
    assert down["value"].min() >= 0
    if any(known.values()):
        code = {"east": EAST, "west": WEST, "south": SOUTH}
        none = [code[a] for a, c in known.items() if c == 0]
        assert down.filter(pl.col("area_code").is_in(none))["value"].sum() == 0


# -- which firms are works -------------------------------------------------------------------------------------------


def firm(id: str, area: str, industry: str, **more: object) -> dict[str, object]:
    base = {"enterprise_id": id, "area_code": area, "industry_code": industry, "status": "operating",
            "above_scale": True, "key_user": None, "since": date(2010, 1, 1), "until": None}  # fmt: skip
    return base | more


def fact(id: str, item: str, value: float | None, period: str = YEAR) -> dict[str, object]:
    return {"subject_id": id, "measure": "product_output", "item": item, "period": period, "value": value,
            "status": "official"}  # fmt: skip


def told(firms: list[dict[str, object]], *facts: dict[str, object]) -> pl.DataFrame:
    register = pl.DataFrame(firms, schema_overrides={"key_user": pl.Boolean, "until": pl.Date})
    energy = pl.DataFrame(
        [("K1", YEAR, 7.0, "official")], schema=["subject_id", "period", "value", "status"], orient="row"
    )
    return works_rows(pl.DataFrame([fact("x", "coke_output", 1.0), *facts]), energy, register, [YEAR], RULES)


def found(rows: pl.DataFrame, kind: str) -> dict[str, float | None]:
    return dict(rows.filter(pl.col("maker") & (pl.col("kind") == kind)).select("subject_id", "made").iter_rows())


def test_a_firm_is_a_works_by_its_product_or_its_industry_unless_it_reports_another_kind():
    firms = [firm("K1", EAST, "3011"), firm("K2", EAST, "3011", status="closed"), firm("Smelter", WEST, "3216"),
             firm("Alumina", WEST, "3216"), firm("Scrap", WEST, "3216"), firm("Steel", SOUTH, "3120"),
             firm("Silent", SOUTH, "3216"), firm("Coke", SOUTH, "2521")]  # fmt: skip
    rows = told(firms, fact("K1", "clinker", 90.0), fact("Smelter", "electrolytic_aluminium", 5.0),
                fact("Smelter", "alumina", 9.0), fact("Alumina", "alumina", 8.0),
                fact("Scrap", "recycled_aluminium", 2.0), fact("Steel", "lime", 3.0),
                fact("Coke", "coke_output", 3.0))  # fmt: skip
    assert found(rows, "firms_made_clinker_t") == {"K1": 90.0}
    assert found(rows, "works_energy_clinker_tce") == {"K1": 7.0}
    assert found(rows, "firms_made_aluminium_t") == {"Smelter": 5.0, "Silent": None}  # unknown, never nought
    assert found(rows, "firms_made_lime_t") == {"Steel": 3.0}
    assert found(rows, "firms_made_carbide_t") == {}
    assert set(rows.filter(~pl.col("maker"))["made"]) == {0.0}


def test_a_code_too_coarse_to_tell_may_be_a_works_until_it_reports_what_it_makes():
    firms = [firm("Any", EAST, "30"), firm("Tiles", EAST, "30"), firm("None", EAST, None)]  # type: ignore[arg-type]
    rows = told(firms, fact("Tiles", "refractory", 3.0))
    assert found(rows, "firms_made_clinker_t") == {"Any": None}


def test_alternatives_are_not_added_and_twelve_months_make_a_year():
    firms = [firm("Mill", EAST, "3120"), firm("Arc", EAST, "3120"), firm("K1", EAST, "3011")]
    months = [fact("K1", "clinker", 10.0, f"{YEAR}-{m:02d}") for m in range(1, 13)]
    rows = told(firms, fact("Mill", "pig_iron", 80.0), fact("Mill", "crude_steel_bof", 90.0),
                fact("Mill", "crude_steel", 90.0), fact("Arc", "crude_steel_eaf", 20.0),
                fact("Arc", "crude_steel", 20.0), *months)  # fmt: skip
    assert found(rows, "firms_made_ironmaking_t") == {"Mill": 80.0}
    assert found(rows, "firms_made_converters_t") == {"Mill": 90.0}
    assert found(rows, "firms_made_steelmaking_t") == {"Mill": 90.0, "Arc": 20.0}
    assert found(rows, "firms_made_clinker_t") == {"K1": 120.0}


def test_sums_that_tell_of_a_firm_are_left_out_and_their_works_counted_once():
    rows = climbed(told([firm("K1", EAST, "3011"), firm("W", WEST, "1711")], fact("K1", "clinker", 90.0)),
                   {a: [a, CITY] for a in (EAST, WEST)})  # fmt: skip
    thin = rows.filter("maker").select("area_code", "period", "kind").unique()
    made = maker_proxies(rows, thin, count_measures(RULES), sum_measures(RULES))
    held = {(r["area_code"], r["measure"]): r["value"] for r in made.iter_rows(named=True)}
    assert (held[EAST, "works_clinker"], held[WEST, "works_clinker"], held[CITY, "works_clinker"]) == (1, 0, 1)
    assert (EAST, "firms_made_clinker_t") not in held
    assert (CITY, "works_energy_clinker_tce") not in held
    assert held[WEST, "firms_made_clinker_t"] == 0
    assert 90.0 not in held.values()
    assert made["input"].is_unique().all()


# -- the map ---------------------------------------------------------------------------------------------------------


def test_the_map_names_industries_and_products_that_exist_and_every_process_has_its_works():
    codes, items = set(industries()["industry_code"]), set(product_list().table["code"])
    for works in RULES.works:
        assert set(works.industries) <= codes
        assert {*works.products, *works.instead} <= items
        assert works.source
    assert set(RULES.works_of) == set(RULES.processes)


def test_the_map_is_dated_and_a_process_stands_in_one_kind_of_works_only():
    documents = deepcopy(regional_documents())
    entry = next(w for w in documents["works.yaml"]["works"] if w["id"] == "lime")
    later = entry | {"since": date(2024, 1, 1), "industries": ["3012", "3110"]}
    documents["works.yaml"]["works"].append(later)
    rules = assemble_regional(documents)
    assert rules.works_in("2023")["lime"].industries == ("3012",)
    assert rules.works_in("2024")["lime"].industries == ("3012", "3110")
    assert rules.works_in("2005")["lime"].industries == ("3012",)
    later["processes"] = ["lime", "clinker"]
    with pytest.raises(RuleError, match="two kinds of works"):
        assemble_regional(documents)
    later["processes"] = ["limes"]
    with pytest.raises(RuleError, match="is no process"):
        assemble_regional(documents)
