"""``dafeng import``: good, faulty, twice, corrected; several tables in one file; what is no workbook."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest
import python_calamine
from cli_town import CITY, ENERGY_HEADS, FIRMS, ODD_NAME, csv, energy, roster, value_added, xlsx

from dafeng.adapters.columns import FolderColumns
from dafeng.collect.facts import current

USCC, NAME = FIRMS[0][0], FIRMS[0][1]


def facts(folder: Path) -> pl.DataFrame:
    return current(FolderColumns(folder / "store").facts())


def used(folder: Path, uscc: str, item: str, period: str) -> list[float | None]:
    rows = facts(folder).filter(
        (pl.col("subject_id") == f"E-{uscc}")
        & (pl.col("measure") == "energy_used")
        & (pl.col("item") == item)
        & (pl.col("period") == period)
    )
    return rows["value"].to_list()


@pytest.fixture
def listed(dafeng, empty) -> Path:
    """A programme whose area and enterprises are known."""
    from cli_town import AREAS

    (empty / "areas.csv").write_bytes(AREAS)
    (empty / "roster.xlsx").write_bytes(xlsx(("企业名录", roster())))
    dafeng.ok("import", empty / "areas.csv", empty / "roster.xlsx", "-p", empty)
    return empty


def deliver(dafeng, folder: Path, data: bytes, name: str = "能源.xlsx"):
    (folder / name).write_bytes(data)
    return dafeng("import", folder / name, "-p", folder, "--json")


def test_a_good_table_is_taken_in_whole(dafeng, listed):
    told = deliver(dafeng, listed, xlsx(("能源消费", energy()))).json
    (table,) = told["tables"]
    assert (table["contract"], table["rows"], table["accepted"], table["rejected"]) == ("energy", 30, 30, 0)
    assert table["new"] == 60
    assert table["annotated"] == ""
    assert told["failures"] == []
    assert used(listed, USCC, "bituminous", "2020") == [1000.0]
    assert not (listed / "reports" / "problems").exists()


def test_the_same_file_again_changes_nothing(dafeng, listed):
    data = xlsx(("能源消费", energy()))
    deliver(dafeng, listed, data)
    before, store = facts(listed), sorted((listed / "store" / "facts").iterdir())
    again = deliver(dafeng, listed, data, "同一份.xlsx").json["tables"][0]
    assert again["repeated"]
    assert again["new"] == 0
    assert facts(listed).equals(before)
    assert sorted((listed / "store" / "facts").iterdir()) == store
    assert len(dafeng.ok("batches", "-p", listed, "--json").json) == 3


def test_the_same_rows_in_another_file_add_nothing_either(dafeng, listed):
    deliver(dafeng, listed, xlsx(("能源消费", energy())))
    before = facts(listed)
    other = deliver(dafeng, listed, csv(energy()), "能源.csv").json["tables"][0]
    assert (other["new"], other["corrected"], other["repeated"]) == (0, 0, False)
    assert facts(listed).equals(before)


def faulty() -> list[tuple[str | float, ...]]:
    rows = [
        (USCC, NAME, "2023", "烟煤", "吨", 10, 9),
        (USCC[:-1] + "?", NAME, "2023", "电力", "万千瓦时", 10, 9),
        (USCC, NAME, "2023-13", "电力", "万千瓦时", 10, 9),
        (USCC, NAME, "2023", "月光", "吨", 10, 9),
        (USCC, NAME, "2022", "电力", "万千瓦时", "约十", 9),
        (USCC, NAME, "2021", "电力", "万千瓦时", -5, 9),
        (USCC, NAME, "2024", "电力", "吨", 10, 9),
    ]
    return [ENERGY_HEADS, *rows]


def test_bad_rows_come_back_marked_and_the_good_row_is_kept(dafeng, listed):
    told = deliver(dafeng, listed, xlsx(("能源消费", faulty())))
    (table,) = told.json["tables"]
    assert told.code == 8
    again = deliver(dafeng, listed, xlsx(("能源消费", faulty())), "又一份.xlsx")
    assert (again.code, again.json["tables"][0]["repeated"]) == (8, True)
    assert again.json["tables"][0]["annotated"] == table["annotated"]
    assert table["accepted"] + table["rejected"] == table["rows"] == 7
    assert used(listed, USCC, "bituminous", "2023") == [9.0]
    assert used(listed, USCC, "electricity", "2024") == []
    book = python_calamine.CalamineWorkbook.from_path(table["annotated"])
    problems = book.get_sheet_by_name("问题清单").to_python()
    assert {int(row[2]) for row in problems[1:] if row[0] == "错误"} >= {3, 4, 5, 6, 7, 8}
    assert all(row[5] and row[6] for row in problems[1:]), "each problem says what and how to mend"


def test_the_annotated_workbook_mended_and_delivered_again_is_taken_in(dafeng, listed):
    rows = [ENERGY_HEADS, (USCC, NAME, "2023", "烟煤", "吨", 10, 9), (USCC, NAME, "2023-13", "电力", "万千瓦时", 8, 7)]
    (table,) = deliver(dafeng, listed, xlsx(("能源消费", rows))).json["tables"]
    assert table["rejected"] == 1
    book = python_calamine.CalamineWorkbook.from_path(table["annotated"])
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    mended = [["2023-12" if cell == "2023-13" else cell for cell in row] for row in sheets["能源消费"]]
    sheets["能源消费"] = mended
    (again,) = deliver(dafeng, listed, xlsx(*sheets.items()), "mended.xlsx").json["tables"]
    assert (again["accepted"], again["rejected"]) == (2, 0)
    assert used(listed, USCC, "bituminous", "2023") == [9.0]
    assert used(listed, USCC, "electricity", "2023-12") == [70.0]  # 7 万千瓦时 in MWh


def test_a_correction_supersedes_and_the_old_value_is_kept(dafeng, listed):
    deliver(dafeng, listed, xlsx(("能源消费", energy())))
    right = [ENERGY_HEADS, (USCC, NAME, "2020", "烟煤", "吨", 1000, 1111)]
    (table,) = deliver(dafeng, listed, csv(right), "更正.csv").json["tables"]
    assert (table["new"], table["corrected"]) == (0, 1)
    assert used(listed, USCC, "bituminous", "2020") == [1111.0]
    every = FolderColumns(listed / "store").facts()
    coal = every.filter(
        (pl.col("subject_id") == f"E-{USCC}") & (pl.col("item") == "bituminous") & (pl.col("period") == "2020")
        & (pl.col("measure") == "energy_used")
    )  # fmt: skip
    assert sorted(coal["value"].to_list()) == [1000.0, 1111.0]
    assert coal.filter(pl.col("value") == 1111.0)["reason"].item()
    # the first file delivered once more does not bring the wrong value back
    deliver(dafeng, listed, xlsx(("能源消费", energy())), "again.xlsx")
    assert used(listed, USCC, "bituminous", "2020") == [1111.0]


def test_an_empty_cell_is_no_zero(dafeng, listed):
    rows = [
        ENERGY_HEADS,
        (USCC, NAME, "2023", "烟煤", "吨", "", 9),
        (USCC, NAME, "2023", "电力", "万千瓦时", "未报", 0),
    ]
    deliver(dafeng, listed, xlsx(("能源消费", rows)))
    bought = facts(listed).filter(pl.col("measure") == "energy_bought").select("item", "value", "reason").rows()
    assert [(item, value) for item, value, _ in bought] == [("electricity", None)]
    assert bought[0][2], "a stated gap keeps its reason"
    assert used(listed, USCC, "electricity", "2023") == [0.0]


def test_several_tables_in_one_workbook_each_become_a_batch(dafeng, listed):
    both = xlsx(("能源消费", energy((2023,))), ("增加值", value_added()), ("随手记", [("电话", "另询")]))
    told = deliver(dafeng, listed, both).json
    assert {t["contract"]: t["accepted"] for t in told["tables"]} == {"energy": 6, "value_added": 15}


def test_a_roster_that_comes_late_mends_what_was_rejected_for_it(dafeng, empty):
    from cli_town import AREAS

    (empty / "registry" / "01_roster.xlsx").write_bytes(xlsx(("企业名录", roster())))
    first = {s["stage"]: s for s in dafeng("run", "-p", empty, "--json").json["stages"]}
    assert first["registry"]["summary"]["rejected"] == 3, "their area is not known yet"
    (empty / "registry" / "00_areas.csv").write_bytes(AREAS)
    second = {s["stage"]: s for s in dafeng.ok("run", "-p", empty, "--json").json["stages"]}
    assert second["registry"]["summary"]["new"] == 5
    assert len(dafeng.ok("enterprises", "-p", empty, "--json").json) == 3
    third = {s["stage"]: s for s in dafeng.ok("run", "-p", empty, "--json").json["stages"]}
    assert third["registry"]["outcome"] == "unchanged"


def test_one_bad_file_does_not_stop_the_others(dafeng, listed):
    (listed / "bad.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (listed / "notes.csv").write_text("电话,地址\n1,2\n", "utf-8")
    (listed / "good.csv").write_bytes(csv(energy((2023,))))
    files = [listed / n for n in ("bad.xlsx", "absent.xlsx", "notes.csv", "good.csv")]
    told = dafeng("import", *files, "-p", listed, "--json")
    assert told.code == 8
    assert [t["accepted"] for t in told.json["tables"]] == [6]
    assert [Path(f["file"]).name for f in told.json["failures"]] == ["bad.xlsx", "absent.xlsx", "notes.csv"]
    assert all(f["what"] and f["mend"] for f in told.json["failures"])
    plain = dafeng("import", *files, "-p", listed)
    assert plain.code == 8
    assert plain.err.count("✗") == 3
    assert "already in" in plain.out


def test_a_name_that_looks_like_a_formula_stays_text_on_every_way_out(dafeng, listed):
    rows = [ENERGY_HEADS, (FIRMS[1][0], ODD_NAME, "2023-13", "烟煤", "吨", 1, '=HYPERLINK("x","y")')]
    (table,) = deliver(dafeng, listed, xlsx(("能源消费", rows))).json["tables"]
    import zipfile

    with zipfile.ZipFile(table["annotated"]) as archive:
        sheets = [archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert archive.read("xl/sharedStrings.xml").count(b"=1+1") >= 1
        assert not any(n.startswith("xl/externalLinks") for n in archive.namelist())
    assert sheets
    assert not any(b"<f>" in s or b"<f " in s or b"<hyperlink" in s for s in sheets)
    listing = dafeng.ok("enterprises", "-p", listed)
    assert ODD_NAME in listing.out


def test_control_characters_in_a_name_cannot_steer_the_terminal(dafeng, empty):
    from cli_town import AREAS

    (empty / "areas.csv").write_bytes(AREAS)
    rows = roster()
    rows[1] = (rows[1][0], "坏\x1b[31m厂", *rows[1][2:])
    (empty / "roster.csv").write_bytes(csv(rows))
    dafeng("import", empty / "areas.csv", empty / "roster.csv", "-p", empty)
    shown = dafeng("enterprises", "-p", empty).out
    assert "坏" in shown
    assert "\x1b" not in shown


def test_the_last_delivery_of_an_area_statistic_is_believed(dafeng, listed):
    heads = ("区域", "时期", "指标名称", "数值", "计量单位", "数据来源")
    deliver(dafeng, listed, csv([heads, (CITY, "2023", "地区生产总值(现价)", 100, "亿元", "年鉴第3页")]), "a.csv")
    deliver(dafeng, listed, csv([heads, ("试验市", "2023", "地区生产总值(现价)", 101, "亿元", "公报")]), "b.csv")
    gdp = facts(listed).filter(pl.col("measure") == "gdp_current")
    assert gdp["value"].to_list() == [101.0]
    assert gdp["subject_id"].to_list() == [CITY]


def test_a_workbook_hostile_inside_is_refused_before_it_is_unfolded(dafeng, listed):
    import zipfile

    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(1100):
            part.write(b"\0" * (1 << 20))
    told = deliver(dafeng, listed, out.getvalue(), "bomb.xlsx")
    assert told.code == 8
    assert told.json["failures"][0]["mend"]
