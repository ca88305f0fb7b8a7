"""The demonstration programme 演示方案: a seed in, the files of a programme's inboxes out."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import polars as pl

from dafeng.app.demo import city
from dafeng.app.demo.area import area_table
from dafeng.app.demo.certificates import certificate_table
from dafeng.app.demo.files import csv_bytes, xlsx_bytes
from dafeng.app.demo.flows import YEARS, Flows, simulate
from dafeng.app.demo.measures import measure_table
from dafeng.app.demo.method_data import method_corrections, method_table
from dafeng.app.demo.story import Story, with_story
from dafeng.app.demo.tables import corrections, energy_table, output_table, roster, sites, value_table
from dafeng.app.demo.tuning import equivalent_energy, tuned
from dafeng.app.demo.uses import use_table
from dafeng.app.settings import Settings
from dafeng.collect.certificates import CERTIFICATES
from dafeng.collect.codelists import measures
from dafeng.collect.contracts import (
    AREA_STATISTICS,
    ENERGY,
    ENERGY_USE,
    ENTERPRISE_MEASURES,
    ENTERPRISES,
    METHOD_DATA,
    OUTPUT,
    SITES,
    VALUE_ADDED,
)

SEED = 20260101
# grid factors as one series: the fictitious region lies in no grid of the 2012 factors
DEMO_SETTINGS = Settings(
    name="示范市工业领域碳达峰(演示数据)",
    area=city.CITY,
    family="ndrc_one_grid",
    years=(2020, 2025),
    demonstration=True,
)
_CSV_YEARS = (2020, 2021, 2022, 2023)  # older years come as CSV, the first of them from an old system in GB18030


def build_demo(seed: int = SEED) -> dict[str, bytes]:
    """The inbox files of the demonstration programme: path relative to the programme → bytes.

    The same seed gives the same bytes. File names are numbered in the order of delivery: a correction comes last.
    """
    rng = np.random.default_rng(seed)
    firms, story = with_story(city.firms(rng))
    flows = tuned(simulate(firms, rng), firms)
    return {
        **plans(),
        **_registry(firms),
        **_energy_files(flows, firms, story),
        **_other_files(flows, firms, story, rng),
        **_method_files(flows, firms, story, seed),
    }


def plans() -> dict[str, bytes]:
    """The plan of the city and what stands above it."""
    folder = files("dafeng.app.demo") / "data"
    return {
        "plans/shifan-industry-2022.txt": (folder / "plan.txt").read_bytes(),
        "plans/shifan-province-2022.txt": (folder / "province.txt").read_bytes(),
    }


def _registry(firms: tuple[city.Firm, ...]) -> dict[str, bytes]:
    return {
        "registry/01_企业名录.xlsx": xlsx_bytes([(ENTERPRISES, roster(firms))], "示范市重点用能单位名录(演示数据)"),
        "registry/02_场所名录.xlsx": xlsx_bytes([(SITES, sites(firms))], "示范市重点用能单位场所(演示数据)"),
    }


def _energy_files(flows: Flows, firms: tuple[city.Firm, ...], story: Story) -> dict[str, bytes]:
    table = energy_table(flows, firms, story).sort("period", "firm", maintain_order=True)
    made: dict[str, bytes] = {}
    for number, year in enumerate(YEARS, start=1):
        rows = table.filter(pl.col("period").str.starts_with(str(year)))
        path = f"activity/{number:02d}_能源消费_{year}"
        if year in _CSV_YEARS:
            made[f"{path}.csv"] = csv_bytes(rows, ENERGY, "gb18030" if year == _CSV_YEARS[0] else "utf-8-sig")
        else:
            made[f"{path}.xlsx"] = xlsx_bytes([(ENERGY, rows)], f"示范市重点用能单位能源消费 {year}年(演示数据)")
    twice = "activity/02_能源消费_2021"
    made[f"{twice}(重复报送).csv"] = made[f"{twice}.csv"]
    right = xlsx_bytes([(ENERGY, corrections(flows, firms, story))], "能源消费更正表(演示数据)")
    made["activity/90_更正_能源消费.xlsx"] = right
    return made


def _other_files(
    flows: Flows, firms: tuple[city.Firm, ...], story: Story, rng: np.random.Generator
) -> dict[str, bytes]:
    area = area_table(flows, firms, equivalent_energy(flows.energy))
    return {
        "activity/11_产品产量.xlsx": xlsx_bytes([(OUTPUT, output_table(flows, firms))], "产品产量与产能(演示数据)"),
        "activity/12_工业增加值.xlsx": xlsx_bytes(
            [(VALUE_ADDED, value_table(flows, firms, story))], "增加值(演示数据)"
        ),
        "activity/13_企业其他指标.xlsx": xlsx_bytes(
            [(ENTERPRISE_MEASURES, _known_measures(flows, firms, rng))], "企业其他指标(演示数据)"
        ),
        "activity/14_能源去向.xlsx": xlsx_bytes([(ENERGY_USE, use_table(flows, firms))], "能源去向(演示数据)"),
        "activity/21_区域统计.xlsx": xlsx_bytes([(AREA_STATISTICS, area)], "区域统计(演示数据)"),
        "activity/31_绿证登记.xlsx": xlsx_bytes(
            [(CERTIFICATES, certificate_table(flows, firms))], "绿证登记(演示数据)"
        ),
    }


def _method_files(flows: Flows, firms: tuple[city.Firm, ...], story: Story, seed: int) -> dict[str, bytes]:
    """What firms deliver for their accounting methods, and the correction that came later."""
    given, right = (make(flows, firms, story, seed) for make in (method_table, method_corrections))
    return {
        "activity/41_核算数据.xlsx": xlsx_bytes([(METHOD_DATA, given)], "核算数据(演示数据)"),
        "activity/42_核算数据(更正).xlsx": xlsx_bytes([(METHOD_DATA, right)], "核算数据更正表(演示数据)"),
    }


def _known_measures(flows: Flows, firms: tuple[city.Firm, ...], rng: np.random.Generator) -> pl.DataFrame:
    """Other figures under the Chinese names of the glossary; a measure that it does not have is an error."""
    glossary = measures().filter(pl.col("kind") == "enterprise")
    names = pl.DataFrame(
        [(f.number, f.uscc, f.name) for f in firms], schema=["firm", "enterprise_id", "name"], orient="row"
    )
    rows = measure_table(flows, firms, rng).with_columns(
        pl.col("measure").replace_strict(glossary["measure"], glossary["zh"])
    )
    return rows.join(names, on="firm", maintain_order="left").select(
        "enterprise_id", "name", "period", "measure", "item", "value", "unit"
    )
