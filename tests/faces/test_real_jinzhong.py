"""The real programme of Jinzhong, from the public data beside the repository; skips where they are not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from dafeng.app.demo import FILES, JINZHONG_LACKS, JINZHONG_SETTINGS, JINZHONG_SOURCES, Jinzhong, build_jinzhong
from dafeng.app.starters import starter
from dafeng.base.columns import CodeList
from dafeng.base.contracts import check
from dafeng.base.periods import Period
from dafeng.collect.codelists import code_lists
from dafeng.collect.contracts import DELIVERIES, ENTERPRISES
from dafeng.collect.facts import empty_facts
from dafeng.collect.headers import table_in
from dafeng.collect.importing import Context, import_table
from dafeng.collect.roster import enterprise_rows
from dafeng.collect.workbooks import read_workbook
from dafeng.evaluate.indicators import indicator_library
from dafeng.evaluate.linking import link_targets
from dafeng.evaluate.progress import Progress, Scope, subjects_needed, target_states
from dafeng.evaluate.values import indicator_values
from dafeng.plan.read import read_plan
from dafeng.registry.areas import area_tree

NOW = datetime(2026, 1, 5, tzinfo=UTC)
CITY = "140700"


class Reader(Mapping[str, bytes]):
    """A folder as path → bytes, read when asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked = folder, set[str]()

    def __getitem__(self, path: str) -> bytes:
        self.asked.add(path)
        return (self.folder / path).read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(FILES.values())

    def __len__(self) -> int:
        return len(FILES)


@pytest.fixture(scope="module")
def made(shared: Path) -> Jinzhong:
    reader = Reader(shared)
    programme = build_jinzhong(reader)
    assert reader.asked <= set(FILES.values())
    return programme


@pytest.fixture(scope="module")
def lists() -> dict[str, CodeList]:
    indicators = [(i.id, i.zh, i.unit) for i in indicator_library().indicators.values()]
    return code_lists(area_tree(), "140000", indicators)


@pytest.fixture(scope="module")
def firms(made: Jinzhong, lists: dict[str, CodeList]) -> pl.DataFrame:
    raw = table_in(read_workbook(made.files["registry/01_企业名录.xlsx"], "roster"), ENTERPRISES)
    parsed = check(raw.frame, ENTERPRISES, lists)
    assert parsed.rejected.is_empty()
    return enterprise_rows(parsed.rows, NOW.date())


@pytest.fixture(scope="module")
def facts(made: Jinzhong, lists: dict[str, CodeList]) -> pl.DataFrame:
    held = empty_facts()
    for path, kind in (("activity/01_区域统计.xlsx", "area_statistics"), ("activity/02_产能产量.xlsx", "output")):
        taken = import_table(
            made.files[path], path, DELIVERIES[kind], Context(lists, NOW, "transcribed", existing=held)
        )
        assert taken.parsed.rejected.is_empty()
        held = pl.concat([held, taken.merged.new])
    return held


def test_the_plans_come_byte_for_byte(made: Jinzhong, shared: Path) -> None:
    for name in ("jinzhong-2025.txt", "shanxi-industry-2023.txt"):
        assert made.files[f"plans/{name}"] == (shared / "seeds/plans" / name).read_bytes()


def test_the_city_series_is_as_published(facts: pl.DataFrame) -> None:
    city = facts.filter((pl.col("subject_id") == CITY) & (pl.col("measure") == "co2_reported_t")).sort("period")
    assert city["period"].to_list() == [str(y) for y in range(2007, 2020)]
    assert dict(city.select("period", "value").iter_rows())["2019"] == pytest.approx(74.643695e6)  # CEADs: 74.643695 Mt
    assert (city["status"] == "transcribed").all()


def test_the_province_is_as_published_and_industry_is_a_part_of_it(facts: pl.DataFrame) -> None:
    province = facts.filter((pl.col("subject_id") == "140000") & (pl.col("period") == "2019"))
    value = dict(province.select("measure", "value").iter_rows())
    assert value["co2_reported_t"] == pytest.approx(564.9e6, rel=1e-3)  # Shanxi 2019: 564.9 Mt
    assert 0.7 * value["co2_reported_t"] < value["industrial_co2_reported_t"] < value["co2_reported_t"]
    gdp = facts.filter((pl.col("measure") == "gdp_current") & (pl.col("period") == "2020"))
    assert gdp["value"].to_list() == pytest.approx([17835.6])  # 10^8 yuan
    assert facts.filter((pl.col("subject_id") == CITY) & pl.col("measure").str.starts_with("gdp")).is_empty()


def test_plants_carry_the_trackers_number_and_never_a_credit_code(firms: pl.DataFrame) -> None:
    assert firms["uscc"].null_count() == firms.height
    assert set(firms["enterprise_id"].str.slice(0, 6)) == {"E-GEM-", "E-WRI-"}
    assert firms.filter(pl.col("enterprise_id") == "E-GEM-P100000120261")["name"].to_list() == ["山西新泰钢铁有限公司"]
    assert set(firms["industry_code"]) == {"3120", "4411"}
    counties = set(firms["area_code"])
    assert counties <= {*area_tree().descendants(CITY), CITY}
    assert {"140702", "140722", "140728"} <= counties


def test_capacities_are_those_of_the_trackers(facts: pl.DataFrame) -> None:
    steel = facts.filter((pl.col("subject_id") == "E-GEM-P100000120261") & (pl.col("measure") == "product_capacity"))
    assert dict(steel.select("item", "value").iter_rows()) == {"crude_steel": 3.0e6, "pig_iron": 2.25e6}
    power = facts.filter(pl.col("item") == "generation_capacity")
    assert power["value"].sum() == pytest.approx(3896)  # MW: six coal plants 3,882 and two mine-gas plants 14


def test_a_plant_whose_name_and_point_disagree_is_left_out_and_told(made: Jinzhong, firms: pl.DataFrame) -> None:
    assert [d.record for d in made.doubts] == ["WRI 1071034 Shanxi Coal Yangquan Coal Mine Methane"]
    assert "E-WRI-1071034" not in set(firms["enterprise_id"])


def test_every_row_names_its_source_and_licence(made: Jinzhong) -> None:
    for path, column in (("activity/01_区域统计.xlsx", "数据来源"), ("activity/02_产能产量.xlsx", "备注")):
        cells = read_workbook(made.files[path], path).sheets[0].cells
        head = cells.row(1).index(column)
        texts = cells[f"c{head}"].to_list()[2:]
        assert texts
        assert all("许可" in str(text) for text in texts)


@pytest.fixture(scope="module")
def progress(made: Jinzhong, facts: pl.DataFrame, firms: pl.DataFrame) -> Progress:
    plan = read_plan(made.files["plans/jinzhong-2025.txt"], "jinzhong-2025.txt")
    links = link_targets(plan.targets)
    where = Scope(area_of={"晋中市": CITY}, default_area=CITY)
    subjects = subjects_needed(plan.targets, links, where)
    indicators = list(indicator_library().indicators.values())
    lines = pl.DataFrame(schema=_LINES)
    values = indicator_values(indicators, lines, facts, firms, range(2007, 2026), subjects)
    return target_states(list(plan.targets), links, values, Period.year(2025), where)


def test_what_cannot_be_computed_is_not_assessed_and_says_why(progress: Progress) -> None:
    states = {s.state for s in progress.states}
    assert "not_assessed" in states
    assert len(progress.states) >= 35
    for state in progress.states:
        assert state.reason_zh
        if state.actual is None:
            assert state.state == "not_assessed"


def test_only_the_total_of_the_city_speaks(progress: Progress) -> None:
    spoken = [s for s in progress.states if s.actual is not None]
    assert {s.indicator_id for s in spoken} <= {"co2_total", "industrial_co2_total"}


def test_the_sources_and_the_lacks_are_listed() -> None:
    assert len({s.id for s in JINZHONG_SOURCES}) == len(JINZHONG_SOURCES)
    assert all(s.citation and s.licence and s.used_for for s in JINZHONG_SOURCES)
    assert all(lack.what and lack.why and lack.open for lack in JINZHONG_LACKS)
    assert JINZHONG_SETTINGS.area == CITY
    assert not JINZHONG_SETTINGS.demonstration


@pytest.mark.parametrize("stem", ["jinzhong-2025", "shanxi-industry-2023"])
def test_the_starters_agree_with_the_annotated_plans(shared: Path, stem: str) -> None:
    """Field by field with the annotation; only words that stand in no starter (quote, spans, notes) are left aside."""
    rows = (shared / "seeds/gold" / f"{stem}.targets.jsonl").read_text("utf-8").splitlines()
    gold = [json.loads(row) for row in rows]
    _, targets = starter(stem)
    assert [t.id for t in targets] == [g["id"] for g in gold]
    for target, row in zip(targets, gold, strict=True):
        for name in ("indicator", "comparator", "value", "unit", "bound", "baseline_year", "target_year", "period",
                     "sector", "region", "modality", "kind", "reference", "deadline", "per"):  # fmt: skip
            assert getattr(target, name) == row.get(name), (target.id, name)


_LINES = {
    "line_id": pl.String, "run_id": pl.String, "subject_kind": pl.String, "subject_id": pl.String,
    "measure": pl.String, "item": pl.String, "period": pl.String, "value": pl.Float64, "unit": pl.String,
    "rule": pl.String, "factors": pl.String, "inputs": pl.List(pl.String), "status": pl.String,
    "coverage": pl.Float64, "note": pl.String,
}  # fmt: skip
