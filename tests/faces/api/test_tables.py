"""Tables over the API: definitions, pages, versions, and files with the filters in force."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest

from dafeng.api.exporting import Note, exported, harmless
from dafeng.app.identity.ports import TrailQuery
from dafeng.app.tables import listing as use_cases
from dafeng.app.tables.tabling import Choice, Column, TableDef, TableQuery

FIRMS = TableDef(
    name="firms_of_test",
    zh="试验企业",
    en="firms",
    use_case="registry.see",
    columns=(
        Column("id", "编码", "id", "code"),
        Column("name", "名称", "name"),
        Column("co2", "碳排放", "CO2", "number", "t"),
        Column("state", "状态", "state", "state", choices=(Choice("behind", "滞后", "behind"),)),
        Column("tags", "标签", "tags", "list"),
    ),
    key="id",
    search=("name",),
    sort=("id",),
    rows=lambda services, caller, area, year: [
        {"id": f"E-{n}", "name": name, "co2": co2, "state": "behind", "tags": ["=1+1", "b"]}
        for n, (name, co2) in enumerate([("东方钢铁厂", -1.5), ('=HYPERLINK("x")', None), ("@西岭,水泥", 0.0)])
        if caller.areas or n == 0
    ],
)


@pytest.fixture(autouse=True)
def catalogue(monkeypatch):
    secret = replace(FIRMS, name="audit_of_test", use_case="audit.see")
    monkeypatch.setattr(use_cases, "catalogue", lambda: {t.name: t for t in (FIRMS, secret)})


def test_only_tables_that_the_caller_may_ask_for_are_named(as_):
    (table,) = as_("officer").get("/api/v1/tables").json()
    assert (table["name"], table["zh"], table["key"]) == ("firms_of_test", "试验企业", "id")
    assert table["columns"][2] == {
        "name": "co2", "zh": "碳排放", "en": "CO2", "unit": "t", "kind": "number", "choices": [], "default": True
    }  # fmt: skip
    assert [t["name"] for t in as_("auditor").get("/api/v1/tables").json()] == ["audit_of_test"]
    assert as_("officer").get("/api/v1/tables/audit_of_test").status_code == 403


def test_a_page_with_filters_and_the_next_one(as_):
    officer = as_("officer")
    page = officer.get("/api/v1/tables/firms_of_test?limit=2&sort=-co2").json()
    assert ([r["id"] for r in page["rows"]], page["total"]) == (["E-2", "E-0"], 3)
    cursor = page["next_cursor"]
    last = officer.get(f"/api/v1/tables/firms_of_test?limit=2&sort=-co2&cursor={cursor}").json()
    assert (last["rows"][0]["id"], last["rows"][0]["co2"], last["next_cursor"]) == ("E-1", None, None)
    pinyin = officer.get("/api/v1/tables/firms_of_test?q=dfgt&f.state=behind,reached&max.co2=-1").json()
    assert [r["id"] for r in pinyin["rows"]] == ["E-0"]


def test_a_value_with_a_comma_is_one_value_and_several_are_said_one_by_one(as_):
    officer = as_("officer")

    def found(*names):
        params = [("f.name", n) for n in names]
        return [r["id"] for r in officer.get("/api/v1/tables/firms_of_test", params=params).json()["rows"]]

    assert found("@西岭,水泥") == ["E-2"]
    assert found("@西岭,水泥", "东方钢铁厂") == ["E-0", "E-2"]
    assert found("@西岭", "水泥") == []


@pytest.mark.parametrize(
    "query", ["f.colour=a", "min.name=a", "sort=colour", "cursor=hostile", "limit=501", "year=12", "f.=a"]
)
def test_what_does_not_fit_is_422(as_, query):
    answer = as_("officer").get(f"/api/v1/tables/firms_of_test?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_who_has_it_already_is_told_so(as_):
    officer = as_("officer")
    first = officer.get("/api/v1/tables/firms_of_test")
    assert first.headers["cache-control"] == "private, no-cache"
    tag = first.headers["etag"]
    again = officer.get("/api/v1/tables/firms_of_test", headers={"If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert officer.get("/api/v1/tables/firms_of_test?q=a", headers={"If-None-Match": tag}).status_code == 200
    county = as_("filler").get("/api/v1/tables/firms_of_test", headers={"If-None-Match": tag})
    assert (county.status_code, county.json()["total"]) == (200, 1)


def export(client, fmt, query=""):
    answer = client.get(f"/api/v1/tables/firms_of_test/export?format={fmt}{query}")
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    return answer.content


def csv_parts(data):
    """The lines of rows, their head first, and the note below them."""
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    at = lines.index([])
    return lines[:at], dict(lines[at + 1 :])


def test_csv_carries_the_note_below_its_rows(as_):
    rows, note = csv_parts(export(as_("officer"), "csv", "&min.co2=-9&columns=name,co2"))
    assert len(rows) == 3
    assert note["# 方案 programme"] == "试验"
    assert note["# 筛选 filters"] == "co2 ≥ -9"
    assert note["# 运算 run"].startswith("R")
    assert note["# 导出人 exported by"]
    assert note["# 导出时间 exported at"].endswith("+08:00")  # the programme's zone, as on screen
    programs = pl.read_csv(io.BytesIO(export(as_("officer"), "csv", "&columns=name,co2")), comment_prefix="#")
    assert programs.drop_nulls(programs.columns[0]).height == 3


@pytest.mark.parametrize(("lang", "words"), [("zh", ["是", "否"]), ("en", ["yes", "no"])])
def test_csv_tells_times_in_the_zone_of_the_programme_and_yes_in_words(lang, words):
    columns = (Column("at", "时间", "at", "time"), Column("late", "逾期", "late", "bool"))
    table = TableDef("t", "表", "table", "self.see", columns, "at", lambda *_: [])
    at = datetime(2026, 6, 30, 18, 5, 9, tzinfo=UTC)
    frame = pl.DataFrame({"at": [at, at], "late": [True, False]})
    note = Note("p", "", "", "", "", demonstration=False, zone="Asia/Shanghai")
    (_, *rows), _ = csv_parts(exported(table, frame, "csv", TableQuery(), note, lang))
    assert rows == [["2026-07-01 02:05:09+08:00", word] for word in words]


def test_csv_is_read_by_spreadsheets_and_runs_nothing(as_):
    data = export(as_("officer"), "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    (head, *rows), _ = csv_parts(data)
    assert head == ["编码 id", "名称 name", "碳排放 CO2 (t)", "状态 state", "标签 tags", "数据状态 data status"]
    assert [r[1] for r in rows] == ["东方钢铁厂", '\'=HYPERLINK("x")', "'@西岭,水泥"]
    assert [r[2] for r in rows] == ["-1.5", "", "0.0"]  # missing is empty, never zero; a number is no formula
    assert [r[3:] for r in rows] == [["滞后", "'=1+1; b", "演示数据 synthetic"]] * 3


def test_xlsx_tells_what_was_asked_and_that_data_are_made_up(as_):
    data = export(as_("officer"), "xlsx", "&min.co2=-9&sort=-co2&columns=name,co2&lang=en")
    notes = dict(pl.read_excel(data, sheet_id=1, has_header=False, engine="calamine").rows())
    assert notes["状态 status"].startswith("演示数据")
    assert notes["方案 programme"] == "试验"
    assert notes["筛选 filters"] == "co2 ≥ -9"
    assert notes["运算 run"].startswith("R")
    rows = pl.read_excel(data, sheet_id=2, engine="calamine")
    assert rows.columns == ["名称 name", "碳排放 CO2 (t)"]
    assert rows["碳排放 CO2 (t)"].to_list() == [0.0, -1.5]


def test_parquet_keeps_types_and_the_note(as_):
    data = export(as_("officer"), "parquet")
    frame = pl.read_parquet(io.BytesIO(data))
    assert frame["co2"].to_list() == [-1.5, None, 0.0]
    assert frame["tags"].dtype == pl.List(pl.String)
    notes = pl.read_parquet_metadata(io.BytesIO(data))
    assert notes["状态 status"].startswith("演示数据")


def test_an_export_is_cut_to_the_scope_and_stands_in_the_trail(as_, services):
    before = services.identities.trail(TrailQuery(limit=1))
    rows, _ = csv_parts(export(as_("filler"), "csv"))
    assert len(rows) == 2
    (entry,) = services.identities.trail(TrailQuery(limit=1))
    assert [entry] != before
    assert (entry.who, entry.act, entry.subject, entry.outcome) == ("filler", "table.export", "firms_of_test", "ok")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\uff1d1", "\uff0b1"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["钢铁", "1-2", "a=b", ""])
def test_other_text_stays(text):
    assert harmless(text) == text
