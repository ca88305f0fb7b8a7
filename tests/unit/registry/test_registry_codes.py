"""Areas, industries and products: the packaged tables, their trees and their names."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from dafeng.base.codes import is_area_code, is_industry_code
from dafeng.base.errors import BadRequest, NotFound
from dafeng.base.units import known
from dafeng.registry.areas import AREA, area_tree, areas, short_name
from dafeng.registry.industries import (
    HIGH_ENERGY_DIVISIONS,
    industries,
    industry_tree,
    product_list,
    products,
)
from dafeng.registry.trees import CodeTree

DEMO = AREA.frame(
    [
        {"area_code": "990000", "name": "示范市", "level": "city", "parent_code": None},
        {"area_code": "990101", "name": "东山县", "level": "county", "parent_code": "990000"},
        {"area_code": "990171", "name": "示范经济开发区", "level": "park", "parent_code": "990000"},
    ]
)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_packaged_areas_are_those_of_the_source(shared: Path) -> None:
    source = {
        (r["code6"], r["name"], r["level"], r["parent6"] or None)
        for r in rows_of(shared / "data" / "cn-admin-divisions" / "admin_divisions.csv")
    }
    packaged = set(areas().rows())
    assert source <= packaged
    assert {code for code, *_ in packaged - source} == {"710000", "810000", "820000"}


def test_the_packaged_industries_are_those_of_the_source(shared: Path) -> None:
    source = {
        (r["code"], r["name"], r["parent"] or None)
        for r in rows_of(shared / "data" / "gbt4754-2017" / "gbt4754_2017.csv")
    }
    assert set(industries().select("industry_code", "name", "parent_code").rows()) == source


def test_every_code_has_the_form_of_its_standard() -> None:
    assert all(is_area_code(code) for code in areas()["area_code"])
    assert all(is_industry_code(code) for code in industries()["industry_code"])
    assert industries().group_by("level").len().sort("len").rows() == [
        ("section", 20),
        ("division", 97),
        ("group", 473),
        ("class", 1381),
    ]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("晋中市", "140700"),
        ("晋中", "140700"),
        ("山西晋中", "140700"),
        ("山西省晋中市", "140700"),
        ("晋中市介休市", "140781"),
        ("介休", "140781"),
        ("140781", "140781"),
        ("北京", "110000"),
        ("北京市朝阳区", "110105"),
        ("朝阳", "211300"),
        ("吉林", "220000"),
        ("吉林市", "220200"),
        ("内蒙古", "150000"),
        ("恩施土家族苗族自治州", "422800"),
        ("恩施", "422800"),
        ("恩施州", "422800"),
        ("海南", "460000"),
        ("海南州", "632500"),
        ("西双版纳", "532800"),
        ("前郭尔罗斯", "220721"),
        ("嘉峪关市", "620200"),
        ("济源", "419001"),
        ("浦东新区", "310115"),
        ("祁县", "140727"),
        ("忠县", "500233"),
    ],
)
def test_an_area_is_found_by_its_names(name: str, code: str) -> None:
    assert area_tree().code_of(name) == code


def test_a_name_that_stands_for_several_areas_is_told_apart_only_within_one() -> None:
    tree = area_tree()
    assert tree.code_of("城区") is None
    assert set(tree.find("朝阳区")) == {"110105", "220104"}
    assert tree.code_of("城区", within="140300") == "140302"
    assert tree.code_of("晋中", within="110000") is None


@pytest.mark.parametrize("name", ["市辖区", "省直辖县级行政区划", "示范市", "无此地", ""])
def test_shelves_of_the_list_and_unknown_names_are_no_area(name: str) -> None:
    assert area_tree().find(name) == ()


def test_a_short_name_keeps_two_characters() -> None:
    pairs = {
        "祁县": "祁县",
        "城区": "城区",
        "忠县": "忠县",
        "晋中市": "晋中",
        "鄂伦春自治旗": "鄂伦春",
        "广西壮族自治区": "广西",
        "双江拉祜族佤族布朗族傣族自治县": "双江",
        "大兴安岭地区": "大兴安岭",
        "浦东新区": "浦东",
    }
    assert {name: short_name(name) for name in pairs} == pairs


def test_a_tree_goes_up_and_down() -> None:
    tree = area_tree()
    assert tree.ancestors("140781") == ("140700", "140000")
    assert tree.full_name("110105") == "北京市朝阳区"
    assert len(tree.descendants("140700")) == 12
    assert tree.is_within("140781", "140000")
    assert not tree.is_within("140781", "140100")
    frame = pl.DataFrame({"where": ["140781", "140100", "110105", None], "v": [1, 2, 3, 4]})
    assert tree.subtree(frame, "where", "140000")["v"].to_list() == [1, 2]
    with pytest.raises(NotFound, match="999999"):
        tree.name("999999")


def test_lineage_sums_up_the_tree_once() -> None:
    tree = area_tree()
    counties = pl.DataFrame({"code": ["140781", "140702", "140105"], "t": [1.0, 2.0, 4.0]})
    sums = counties.join(tree.lineage, on="code").group_by("ancestor").agg(pl.col("t").sum())
    by_area = dict(sums.rows())
    assert (by_area["140700"], by_area["140100"], by_area["140000"]) == (3.0, 4.0, 7.0)


def test_a_programme_adds_areas_of_its_own() -> None:
    tree = area_tree(DEMO)
    assert tree.descendants("990000") == ("990000", "990101", "990171")
    assert tree.code_of("示范市") == "990000"
    assert tree.code_of("东山县", within="990000") == "990101"
    assert tree.code_of("示范市开发区") is None
    assert "990000" not in area_tree()
    park = AREA.frame([{"area_code": "140799", "name": "晋中开发区", "level": "park", "parent_code": "140700"}])
    assert area_tree(park).ancestors("140799") == ("140700", "140000")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"area_code": "140700"}, "taken"),
        ({"parent_code": "998877"}, "parent that is not there"),
        ({"area_code": "990101"}, "stand twice"),
    ],
)
def test_own_areas_that_do_not_fit_are_refused(change: dict[str, str], why: str) -> None:
    row = {"area_code": "990102", "name": "西山县", "level": "county", "parent_code": "990000"} | change
    with pytest.raises(BadRequest, match=why):
        area_tree(pl.concat([DEMO, AREA.frame([row])]))


def test_parents_that_go_round_in_a_circle_are_refused() -> None:
    table = pl.DataFrame(
        {"code": ["r", "a", "b"], "name": ["r", "a", "b"], "level": ["x"] * 3, "parent": [None, "b", "a"]}
    )
    with pytest.raises(BadRequest, match="circle"):
        CodeTree("things", table)


def test_area_names_are_understood_within_the_programme() -> None:
    codes = area_tree().code_list("140300")
    assert codes.resolve("城区") == "140302"
    assert codes.resolve("晋中市") is None
    assert "140301" not in codes.names


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3120", "3120"),
        ("C3120", "3120"),
        ("Ｃ３１２０", "3120"),
        ("炼钢", "3120"),
        ("31", "31"),
        ("烟煤和无烟煤开采洗选", "0610"),
        ("制造业", "C"),
        ("B3120", None),
        ("9999", None),
        ("炼丹", None),
    ],
)
def test_an_industry_is_found_by_code_and_name(text: str, code: str | None) -> None:
    assert industry_tree().code_of(text) == code
    assert industry_tree().code_list().resolve(text) == code


def test_industries_know_their_section_and_division() -> None:
    tree = industry_tree()
    assert (tree.section("3120"), tree.division("3120"), tree.division("C")) == ("C", "31", None)
    assert tree.is_industrial("0610")
    assert not tree.is_industrial("5810")
    assert all(tree.level(code) == "division" and tree.is_industrial(code) for code in HIGH_ENERGY_DIVISIONS)


def test_products_have_known_units_and_divisions() -> None:
    table = products()
    assert table["product_code"].is_unique().all()
    assert all(known(unit) for unit in (*table["unit"], *table["energy_unit"].drop_nulls()))
    assert all(
        energy.endswith(f"/{unit}") for unit, energy in table.select("unit", "energy_unit").drop_nulls().iter_rows()
    )
    assert set(table["division"]) <= set(industries()["industry_code"])
    assert product_list().resolve("粗钢产量") == "crude_steel"
    assert not [text for text, codes in product_list().meanings.items() if len(codes) > 1]
