"""Regional tables: wide sheets of every shape, long lists, and hostile files."""

from __future__ import annotations

import io

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.base.errors import UnreadableFile
from dafeng.collect.quantities_regional import scale_of
from dafeng.collect.regional_cells import Given, plain_key
from dafeng.collect.regional_tables import read_regional
from dafeng.collect.unpack import Limits

YEARBOOK = [
    ["5-5 山西能源平衡表(实物量)-2014"],
    ["项    目", "原煤", "洗精煤", "焦炭", "天然气", "电力", "热力"],
    ["", "(万吨)", "(万吨)", "(万吨)", "(亿立方米)", "(亿千瓦小时)", "(万百万千焦)"],
    ["一、可供本地区消费的能源量", "100.5", "-20", "", "3.2", "-8.5", ""],
    ["  1.一次能源生产量", "120.5", "", "", "3.2", "1.5", ""],
    ["  本省(区、市)调出量(-)", "-20", "-20", "", "", "-10", ""],
    ["二、加工转换投入(-)产出(+)量", "-60.5", "25", "7", "", "40", "9"],
    ["  1.火力发电", "-30.5", "", "", "", "40", ""],
    ["  3.煤炭洗选", "-30", "25", "", "", "", ""],
    ["四、终端消费量", "40", "5", "7", "3.2", "31.5", "9"],
    ["  1.农、林、牧、渔业", "1", "", "", "", "1.5", ""],
    ["  2.工业", "39", "5", "7", "3.2", "30", "9"],
    ["    #用作原料、材料", "2", "", "", "", "", ""],
]


def as_csv(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(f'"{c}"' for c in row) for row in rows).encode()


def as_xlsx(rows: list[list[str]], name: str = "表") -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet(name)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            sheet.write(r, c, float(cell) if cell.replace(".", "").replace("-", "").isdigit() else cell)
    book.close()
    return out.getvalue()


def value(cells: pl.DataFrame, row: str, carrier: str) -> float:
    return cells.filter(row=row, carrier=carrier)["value"].item()


@pytest.mark.parametrize("form", [as_csv, as_xlsx], ids=["csv", "xlsx"])
def test_a_page_of_the_yearbook_is_read_with_its_units_area_and_year(form):
    table = read_regional(form(YEARBOOK), "年鉴.xlsx")
    assert table.kind == "balance"
    assert table.cells["area_code"].unique().to_list() == ["140000"]
    assert table.cells["period"].unique().to_list() == ["2014"]
    assert table.cells["basis"].unique().to_list() == ["physical"]
    assert value(table.cells, "supply.production", "raw_coal") == pytest.approx(1_205_000)
    assert value(table.cells, "transform.thermal_power", "raw_coal") == pytest.approx(-305_000)
    assert value(table.cells, "supply.total", "natural_gas") == pytest.approx(32_000)  # 10^4 Nm3
    assert value(table.cells, "final.agriculture", "electricity") == pytest.approx(150_000)  # MWh
    assert value(table.cells, "final.industry", "heat") == pytest.approx(9e4 * 1e6 / 1e6 * 1)  # 万百万千焦 = 10^4 GJ
    assert value(table.cells, "final.industry.non_energy", "raw_coal") == pytest.approx(20_000)


def test_a_cell_keeps_the_place_it_came_from():
    table = read_regional(as_xlsx(YEARBOOK), "年鉴.xlsx")
    cell = table.cells.filter(row="final.industry", carrier="coke").row(0, named=True)
    assert (cell["sheet"], cell["sheet_row"], cell["column"]) == ("表", 12, "焦炭")
    assert cell["unit_delivered"] == "万吨"
    assert cell["value_delivered"] == 7


def test_nothing_is_lost_what_is_not_understood_is_rejected_with_a_word():
    rows = [*YEARBOOK, ["  9.神秘项目", "3", "4", "", "", "", ""], ["  3.建筑业", "不详", "", "", "", "", ""]]
    table = read_regional(as_csv(rows), "年鉴.csv")
    assert table.cells.height + table.parsed.rejected.height == table.read
    assert table.faults["kind"].sort().to_list() == ["number", "unknown_row", "unknown_row"]
    assert all(p.what_zh and p.what for p in table.parsed.problems)


def test_column_names_change_by_year_and_slips_are_read_and_said():
    head = [
        "Emission_Inventory (Mt) 2015",
        "Raw Coal",
        "Cleaned Coal",
        "Cokes",
        "Diesel",
        "Nature Gas",
        "Process",
        "Scope 1 Total",
    ]
    body = ["Farming, Forestry, Animal Husbandry, Fishery and Water Conservancy", "1", "2", "3", "4", "5", "0", "15"]
    table = read_regional(as_csv([head, body]), "清单.csv", Given(area="140000", period="2015", unit="Mt"))
    assert table.kind == "inventory"
    assert table.cells.filter(carrier="diesel")["value"].item() == 4e6
    assert table.cells.filter(carrier="natural_gas")["unit"].item() == "tCO2"
    assert value(table.cells, "farming_forestry_animal_husbandry", "scope1_total") == 15e6
    assert "coke" not in table.cells["carrier"].to_list() or "guessed" in table.faults["kind"].to_list()


def test_panels_below_one_another_are_one_table():
    second = [
        ["续表"],
        ["项目", "汽油(万吨)", "煤油(万吨)", "柴油(万吨)"],
        ["四、终端消费量", "6", "1", "9"],
        ["  2.工业", "2", "1", "3"],
    ]
    table = read_regional(as_csv([*YEARBOOK, *second]), "年鉴.csv")
    assert value(table.cells, "final.industry", "diesel") == 30_000
    assert value(table.cells, "final.industry", "raw_coal") == 390_000


def test_a_turned_sheet_is_read_too():
    rows = [
        ["2014年 晋中市 能源平衡表(标准量) 万吨标准煤"],
        ["品种", "一次能源生产量", "火力发电", "工业", "损失量"],
        ["原煤", "10", "-3", "4", "0"],
        ["电力", "", "2", "1.5", "0.1"],
    ]
    table = read_regional(as_csv(rows), "转置.csv")
    assert table.cells["area_code"].unique().to_list() == ["140700"]
    assert value(table.cells, "transform.thermal_power", "raw_coal") == pytest.approx(-30_000)
    assert table.cells["unit"].unique().to_list() == ["tce"]


def test_of_two_different_figures_for_one_cell_neither_stands_and_a_repetition_stands_once():
    head = "地区,年份,项目,品种,数值,单位"
    lines = [
        "山西,2014,工业,原煤,5,万吨",
        "山西,2014,工业,原煤,6,万吨",
        "山西,2014,建筑业,原煤,1,万吨",
        "山西,2014,建筑业,原煤,1,万吨",
    ]
    table = read_regional("\n".join([head, *lines]).encode(), "长表.csv")
    assert table.cells["row"].to_list() == ["final.construction"]
    assert sorted(table.faults["kind"].to_list()) == ["clash", "clash", "repeated"]
    assert table.cells.height + table.parsed.rejected.height == table.read == 4


def test_a_year_and_an_area_that_nobody_says_are_faults_not_guesses():
    rows = [["项目", "原煤", "焦炭", "汽油"], ["四、终端消费量", "1", "2", "3"]]
    table = read_regional(as_csv(rows), "无题.csv")
    assert table.cells.is_empty()
    assert set(table.faults["kind"]) >= {"no_area"}
    told = read_regional(as_csv(rows), "无题.csv", Given(area="140700", period="2020"))
    assert told.cells.height == 3
    assert set(told.faults["kind"]) == {"assumed"}  # the unit of the yearbook was taken, and that is said


def test_amounts_of_industrial_processes_are_a_table_of_their_own():
    table = read_regional(
        "地区,年份,项目,数值,单位\n山西,2014,水泥熟料,3000,万吨\n山西,2014,电解铝,87,万吨\n".encode(), "产量.csv"
    )
    assert table.kind == "process"
    assert value(table.cells, "clinker", "process") == 3e7
    assert value(table.cells, "electrolytic_aluminium", "process") == 8.7e5


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\x01\x02\x03", b"PAR1 not parquet PAR1", b"PK\x03\x04 broken", b"a,b\n1,2\n", "甲,乙\n".encode() * 3],
)
def test_what_is_no_regional_table_is_refused(data):
    with pytest.raises(UnreadableFile) as error:
        read_regional(data, "坏.bin")
    assert error.value.zh
    assert error.value.mend_zh


def test_a_table_larger_than_allowed_is_refused():
    out = io.BytesIO()
    pl.DataFrame({"province": ["Shanxi"] * 50, "year": [2014] * 50, "value": [1.0] * 50}).write_parquet(out)
    with pytest.raises(UnreadableFile):
        read_regional(out.getvalue(), "大.parquet", limits=Limits(rows=20))
    with pytest.raises(UnreadableFile):
        read_regional(as_csv(YEARBOOK), "大.csv", limits=Limits(cells=20))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=12),
            min_size=1,
            max_size=6,
        ),
        min_size=1,
        max_size=12,
    )
)
def test_no_text_makes_the_reader_fall_over_or_lose_a_cell(rows):
    data = as_csv([[c.replace('"', "") for c in row] for row in [*YEARBOOK, *rows]])
    table = read_regional(data, "乱.csv")
    assert table.cells.height + table.parsed.rejected.height == table.read


@pytest.mark.parametrize(
    ("label", "key"),
    [("3.炼   焦", "炼焦"), ("本省(区、市)调出量(-)", "本省调出量"), ("    #用作原料、材料", "用作原料材料"),
     ("（一）农业", "农业"),
     ("Industry - NonEnergy Use", "industrynonenergyuse")],
)  # fmt: skip
def test_labels_are_compared_without_numbering_signs_and_brackets(label, key):
    assert plain_key(label) == key


def test_units_of_the_yearbook_convert():
    assert scale_of("万百万千焦", "GJ") == pytest.approx(1e4)
    assert scale_of("亿立方米", "10^4 Nm3") == pytest.approx(1e4)
    assert scale_of("万吨标准煤", "tce") == pytest.approx(1e4)
    assert scale_of("亿千瓦时", "GJ") is None or scale_of("万吨", "MWh") is None
