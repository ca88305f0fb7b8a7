"""Industries 国民经济行业分类 GB/T 4754-2017 and products 主要工业产品: the packaged tables and their look-ups."""

from __future__ import annotations

import gzip
import re
from functools import cache, cached_property
from importlib.resources import files

import polars as pl

from dafeng.base.cells import plain
from dafeng.base.columns import CodeList, Col, Contract
from dafeng.registry.trees import CodeTree, tree_of

INDUSTRY_LEVELS = {"section": "门类", "division": "大类", "group": "中类", "class": "小类"}
INDUSTRY = Contract(
    "industry",
    key=("industry_code",),
    zh="国民经济行业分类",
    columns={
        "industry_code": Col(str, "行业代码", "industry code", example="3120"),
        "name": Col(str, "行业名称", "name", example="炼钢"),
        "level": Col(str, "级别", "level", choices=INDUSTRY_LEVELS, example="class"),
        "parent_code": Col(str, "上级代码", "code of the industry above", missing=True, example="312"),
    },
)
PRODUCT = Contract(
    "product",
    key=("product_code",),
    zh="主要工业产品",
    columns={
        "product_code": Col(str, "产品代码", "product code", example="crude_steel"),
        "zh": Col(str, "产品名称", "Chinese name", example="粗钢"),
        "en": Col(str, "英文名称", "English name", example="crude steel"),
        "unit": Col(str, "计量单位", "canonical unit", form="unit", example="t"),
        "energy_unit": Col(
            str, "单位能耗计量单位", "unit of its unit energy", form="unit", missing=True, example="kgce/t"
        ),
        "division": Col(str, "所属行业大类", "division of GB/T 4754 it belongs to", example="31"),
        "aliases": Col(str, "其他名称", "other names, parted by 、", missing=True),
    },
)
INDUSTRIAL_SECTIONS = ("B", "C", "D")  # 工业: mining, manufacturing, supply of electricity, heat, gas and water
HIGH_ENERGY_DIVISIONS = ("25", "26", "30", "31", "32", "44")  # 六大高耗能行业, NBS statistical communiqués
_WITH_SECTION = re.compile(r"([A-T])(\d{2,4})")


def _packaged(name: str) -> bytes:
    return (files("dafeng.registry") / "data" / name).read_bytes()


@cache
def industries() -> pl.DataFrame:
    """INDUSTRY: industry_code, name, level (section, division, group, class), parent_code; 1,971 rows."""
    table = pl.read_csv(gzip.decompress(_packaged("industries.csv.gz")), schema=INDUSTRY.schema)
    return INDUSTRY.require(table)


@cache
def products() -> pl.DataFrame:
    """PRODUCT: the products that accounts know by name, their units, division and other names."""
    return PRODUCT.require(pl.read_csv(_packaged("products.csv"), schema=PRODUCT.schema))


class Industries(CodeTree):
    """The industry tree with a look-up by code as people write it and by name."""

    @cached_property
    def _by_name(self) -> dict[str, str]:
        """Name → code; of a group and its only class, which share a name, the class (the longest code)."""
        found: dict[str, str] = {}
        for code in sorted(self, key=len):
            found[plain(self.name(code))] = code
        return found

    def code_of(self, text: str) -> str | None:
        """3120, C3120, 炼钢 → 3120; None for anything else, or where the letter is not the code's own section."""
        word = plain(text)
        if word in self:
            return word
        if (match := _WITH_SECTION.fullmatch(word)) and match[2] in self:
            return match[2] if self.section(match[2]) == match[1] else None
        return self._by_name.get(word)

    def section(self, code: str) -> str:
        """The section letter 门类."""
        return self.ancestors(code, itself=True)[-1]

    def division(self, code: str) -> str | None:
        """The two-digit division 大类 of a code; None for a section."""
        return code[:2] if self.level(code) != "section" else None

    def is_industrial(self, code: str) -> bool:
        """Whether a code belongs to 工业 (sections B, C, D)."""
        return code in self and self.section(code) in INDUSTRIAL_SECTIONS

    def code_list(self) -> CodeList:
        """The code list "industries" for the check and the template."""
        table = self.table.select("code", "level", zh="name")
        lettered = [(f"{self.section(c)}{c}", c) for c in self if self.level(c) != "section"]
        spelt = (*lettered, *self._by_name.items())
        return CodeList("industries", "国民经济行业分类", table, spelt, names_mean=False)


@cache
def industry_tree() -> Industries:
    return Industries("industries", tree_of("industries", industries(), "industry_code").table)


def product_list() -> CodeList:
    """The code list "products" for the check and the template, with its units and other names."""
    table = products().select(
        code="product_code", zh="zh", en="en", unit="unit", energy_unit="energy_unit", division="division"
    )
    aliases = products().select("product_code", pl.col("aliases").str.split("、")).explode("aliases").drop_nulls()
    spelt = tuple((text, code) for code, text in aliases.iter_rows() if text)
    return CodeList("products", "主要工业产品", table, spelt)
