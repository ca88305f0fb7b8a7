"""The code lists that delivered tables use 代码表: energy items, products, measures, units, areas, industries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
import yaml

from dafeng.base.columns import CodeList
from dafeng.registry.areas import Areas, area_tree
from dafeng.registry.industries import industry_tree, product_list
from dafeng.rules.energy_uses import packaged_uses
from dafeng.rules.method_data import STREAM, method_data, method_names
from dafeng.rules.methods import packaged_methods
from dafeng.rules.packaged import read_file
from dafeng.rules.rulebook import packaged_rulebook

UNITS_FOR_PEOPLE = (
    "吨",
    "万吨",
    "千克",
    "万立方米",
    "立方米",
    "千瓦时",
    "万千瓦时",
    "亿千瓦时",
    "兆瓦时",
    "吉焦",
    "百万千焦",
    "吨标准煤",
    "万吨标准煤",
    "千克标准煤/吨",
    "千克标准煤/兆瓦时",
    "千克标准煤/吉焦",
    "千瓦时/吨",
    "元",
    "万元",
    "亿元",
    "吨二氧化碳",
    "万吨二氧化碳",
    "兆瓦",
    "万千瓦",
    "千瓦",
    "人",
    "辆",
    "条",
    "个",
    "%",
)


@cache
def _measure_file() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((files("dafeng.collect") / "data" / "measures.yaml").read_text("utf-8"))
    return content


@cache
def measures() -> pl.DataFrame:
    """measure, zh, en, unit (null: the item's own), kind, items (its code list), item ("required" where a figure needs
    one), unit_of (the column of that list with the unit), aliases: all that facts can be about."""
    usual: dict[str, Any] = {"items": None, "item": None, "unit_of": "unit", "aliases": []}
    of_use = {"unit": None, "kind": "enterprise", "items": "energy_items", "item": "required"}
    told = [{"measure": u.measure, "zh": f"能源{u.zh}", "en": u.en, **of_use} for u in packaged_uses().uses.values()]
    rows = [{**usual, **row} for row in [*_measure_file()["measures"], *told]]
    texts = dict.fromkeys(("measure", "zh", "en", "unit", "kind", "items", "item", "unit_of"), pl.String)
    return pl.DataFrame(rows, schema={**texts, "aliases": pl.List(pl.String)})


@cache
def recognition_list() -> CodeList:
    """The code list "recognitions": lists and titles 名单和称号 that an enterprise may stand on."""
    rows: list[dict[str, Any]] = _measure_file()["recognitions"]
    table = pl.DataFrame([{name: row[name] for name in ("code", "zh", "en")} for row in rows])
    return CodeList("recognitions", "名单和称号", table, tuple((a, r["code"]) for r in rows for a in r["aliases"]))


def _measure_items(known_products: CodeList) -> CodeList:
    """The code list "measure_items": what the item of another figure of an enterprise may be, a product or a title."""
    titles = recognition_list()
    table = pl.concat([titles.table, known_products.table.select("code", "zh", "en")])
    return CodeList("measure_items", "产品或称号", table, (*titles.spellings, *known_products.spellings))


@cache
def energy_item_list() -> CodeList:
    """The code list "energy_items" from the rulebook's table, with the unit accounts are kept in."""
    items: list[dict[str, Any]] = read_file("energy_items.yaml")["items"]
    columns = {"code": "code", "zh": "zh", "en": "en", "unit": "unit", "class": "class"}
    table = pl.DataFrame([{new: row[old] for new, old in columns.items()} for row in items])
    spelt = tuple((alias, row["code"]) for row in items for alias in row.get("aliases") or ())
    return CodeList("energy_items", "能源品种", table, spelt)


def measure_list(kind: str, indicators: Iterable[tuple[str, str, str]] = ()) -> CodeList:
    """Measures that one kind of subject delivers with their own unit; for areas also reported indicators.

    indicators  (indicator id, 中文 name, unit): taken as measures "indicator:<id>"
    """
    own = measures().filter((pl.col("kind") == kind) & pl.col("unit").is_not_null())
    table = own.select(code="measure", zh="zh", en="en", unit="unit")
    spelt = own.select("measure", "aliases").explode("aliases").drop_nulls().rows()
    added = [(f"indicator:{i}", zh, i, unit) for i, zh, unit in indicators]
    more = pl.DataFrame(added, schema=table.schema, orient="row")
    named = [(i, code) for code, _, i, _ in added]
    return CodeList(
        f"{kind}_measures",
        "企业指标" if kind == "enterprise" else "区域指标",
        pl.concat([table, more]),
        (*((alias, code) for code, alias in spelt), *named),
    )


@cache
def method_lists() -> tuple[CodeList, CodeList, CodeList]:
    """The code lists "methods", "method_data" (what the streams of all methods ask, by ``datum_code``) and
    "method_pairs" (which datum goes by which method)."""
    held, items = packaged_methods(), packaged_rulebook().items
    named = {id: (name.zh, name.en) for id, name in method_names(held).items()}
    data: dict[str, tuple[str, str, str, str]] = {}
    pairs: set[tuple[str, str]] = set()
    seen: set[str] = set()
    for method in held.held.values():
        for datum in method_data(method, items):
            pairs.add((datum.code, method.id))
            if datum.code not in data:
                zh = datum.zh if datum.zh not in seen else f"{datum.zh}({datum.code.removeprefix(STREAM)})"
                seen.add(zh)
                data[datum.code] = (datum.code, zh, datum.en, datum.unit)
    spelt = tuple(dict.fromkeys((n, m.id) for m in held.held.values() for n in (m.name.zh, m.name.en)))
    methods = pl.DataFrame([(c, zh, en) for c, (zh, en) in named.items()], schema=["code", "zh", "en"], orient="row")
    listed = pl.DataFrame([*data.values()], schema=["code", "zh", "en", "unit"], orient="row")
    both = pl.DataFrame(sorted(pairs), schema=["measure", "given"], orient="row")
    return (
        CodeList("methods", "核算方法", methods, spelt),
        CodeList("method_data", "核算数据项", listed, ()),
        CodeList("method_pairs", "核算方法的数据项", both.with_columns(code="measure", zh="measure"), ()),
    )


@cache
def energy_use_list() -> CodeList:
    """The code list "energy_uses": what a works may say of where its energy went, by process, loss and feedstock."""
    rows = [(u.measure, u.zh, u.en) for u in packaged_uses().uses.values()]
    table = pl.DataFrame(rows, schema=["code", "zh", "en"], orient="row")
    return CodeList("energy_uses", "能源去向", table, tuple((u.code, u.measure) for u in packaged_uses().uses.values()))


def unit_list() -> CodeList:
    """Units offered on the template; others that base.units knows are accepted too."""
    table = pl.DataFrame({"code": UNITS_FOR_PEOPLE, "zh": UNITS_FOR_PEOPLE})
    return CodeList("units", "计量单位", table)


def code_lists(
    areas: Areas | None = None,
    within: str | None = None,
    indicators: Iterable[tuple[str, str, str]] = (),
    more_products: pl.DataFrame | None = None,
) -> dict[str, CodeList]:
    """All code lists by name.

    areas, within  the programme's area tree, and the area whose subtree names are understood in (晋中's 城区, not all)
    indicators     (id, 中文, unit) of indicators that areas may report
    more_products  PRODUCT columns code, zh, en, unit, energy_unit of products of the programme's own
    """
    products = _with_products(product_list(), more_products)
    lists = (
        (areas or area_tree()).code_list(within),
        industry_tree().code_list(),
        energy_item_list(),
        products,
        recognition_list(),
        _measure_items(products),
        measure_list("enterprise"),
        measure_list("area", indicators),
        unit_list(),
        energy_use_list(),
        *method_lists(),
    )
    return {one.name: one for one in lists}


def _with_products(known: CodeList, more: pl.DataFrame | None) -> CodeList:
    if more is None or more.is_empty():
        return known
    named = [name for name in known.table.columns if name in more.columns]
    table = pl.concat([known.table, more.select(named)], how="diagonal")
    return CodeList(known.name, known.zh, table.unique("code", keep="last", maintain_order=True), known.spellings)
