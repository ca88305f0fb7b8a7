"""Plan files and reports: read in within limits, compared line by line, handed out to whom they are meant for."""

from __future__ import annotations

import hashlib

import pytest
from fakes import NOW
from read_town import AMENDED, DOC, PLAN, enter, read_town
from tiny_town import EAST_COUNTY, FILLER, OWNER, PUBLIC, batch

from dafeng.app.pages import issued, papers
from dafeng.app.pages.references import indicators, sources
from dafeng.app.pages.tables_references import BATCHES, INDICATORS, PARAMETERS, PROBLEMS, TABLES
from dafeng.app.permission import matrix
from dafeng.app.ports import InputFile
from dafeng.app.publishing import PUBLIC_FORM
from dafeng.app.tables.tabling import TableQuery, page_of
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound, UnreadableFile
from dafeng.plan.read import read_plan

OFFICER = Caller("王工", frozenset({"officer"}), areas=frozenset({"990100"}))
ANALYST = Caller("分析", frozenset({"analyst"}), areas=frozenset({"990100"}))


@pytest.fixture
def town():
    return read_town()


def test_a_file_is_read_in_and_the_same_again_changes_nothing(town):
    card = papers.take_in_upload(town, OFFICER, AMENDED.encode(), f"{DOC}.txt", read_plan)
    assert (card.doc, card.versions) == (DOC, 2)
    again = papers.take_in_upload(town, OFFICER, AMENDED.encode(), f"{DOC}.txt", read_plan)
    assert again.versions == 2


@pytest.mark.parametrize("name", ["", ".hidden.txt", "a\x00b.txt", "x" * 300 + ".txt"])
def test_a_name_that_is_no_plain_name_is_refused_unread(town, name):
    with pytest.raises(BadRequest, match="plain name"):
        papers.take_in_upload(town, OFFICER, b"x", name, _never)


def test_what_is_too_large_or_no_plan_is_refused_unread(town):
    with pytest.raises(UnreadableFile, match="20 MB"):
        papers.take_in_upload(town, OFFICER, b" " * (papers.MOST_BYTES + 1), "a.txt", _never)
    with pytest.raises(UnreadableFile, match="kind"):
        papers.take_in_upload(town, OFFICER, b"MZ", "a.exe", _never)
    with pytest.raises(NotAllowed):
        papers.take_in_upload(town, FILLER, b"x", "a.txt", _never)


def _never(data: bytes, name: str):
    raise AssertionError("the file was read")


def test_two_versions_are_compared_in_words_and_in_records(town):
    with pytest.raises(BadRequest, match="no earlier version"):
        papers.plan_compare(town, OWNER, DOC)
    enter(town, AMENDED)
    made = papers.plan_compare(town, OWNER, DOC)
    assert [(c.change, c.fields) for c in made.records if c.kind == "target"] == [
        ("changed", {"quote": _quotes("13.5", "14.5"), "value": (13.5, 14.5)})
    ]
    old = "\n".join(line for how, line in made.text if how != "insert")
    new = "\n".join(line for how, line in made.text if how != "delete")
    assert (old + "\n", new + "\n") == (PLAN, AMENDED)
    back = papers.plan_compare(town, OWNER, DOC, older=made.newer, newer=made.older)
    assert (back.older, back.newer) == (made.older, made.newer)


def _quotes(old: str, new: str) -> tuple[str, str]:
    words = "规模以上工业单位增加值能耗较2020年下降{}%"
    return words.format(old), words.format(new)


def test_very_long_texts_are_cut_and_say_so():
    lines, cut = papers.compared_lines("a\n" * 5000, "a\n" * 4999 + "b\n")
    assert cut
    assert len(lines) == papers.MOST_LINES


def test_the_file_comes_back_byte_for_byte_and_is_noted(town):
    taken = papers.plan_file(town, OFFICER, DOC)
    assert (taken.name, taken.data) == (f"{DOC}.txt", PLAN.encode())
    assert [(e.act, e.subject) for e in town.identities.noted][1:] == [("plan.download", DOC)]  # the first: read in
    with pytest.raises(NotFound):
        papers.plan_file(town, OFFICER, DOC, "0" * 64)


# -- reports ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(town, monkeypatch):
    held = {"reports/进展报告.pdf": b"%PDF inner", f"reports/进展报告{PUBLIC_FORM}2024.pdf": b"%PDF outer",
            "reports/problems/能源.xlsx": b"PK", "reports/notes.txt": b"x"}  # fmt: skip
    town.files.held.update(held)
    monkeypatch.setattr(
        type(town.files),
        "inputs",
        lambda self, kind: [
            InputFile(kind, p, len(d), NOW) for p, d in sorted(self.held.items()) if p.startswith(kind)
        ],
    )
    return town


def test_reports_are_listed_for_whom_they_were_written(written):
    public = f"进展报告{PUBLIC_FORM}2024"
    assert {c.id for c in issued.reports(written, OFFICER)} == {"进展报告", public}
    assert {c.id for c in issued.reports(written, EAST_COUNTY)} == {public}
    assert {c.id for c in issued.reports(written, ANALYST)} == {public}
    assert issued.reports(written, PUBLIC) == []
    card = next(c for c in issued.reports(written, OWNER) if c.id == public)
    assert (card.year, card.kind, card.files) == (2024, "public", (("pdf", 10),))
    assert card.sha256 == hashlib.sha256(b"%PDF outer").hexdigest()


def test_the_public_gets_what_is_published_until_it_is_withdrawn(written):
    public = f"进展报告{PUBLIC_FORM}2024"
    with pytest.raises(NotFound):
        issued.report_file(written, PUBLIC, public, "pdf")
    assert issued.report_publish(written, OFFICER, public, "例行公开").published
    assert issued.report_file(written, PUBLIC, public, "pdf").data == b"%PDF outer"
    assert not issued.report_withdraw(written, OFFICER, public, "更正").published
    with pytest.raises(NotFound):
        issued.report_file(written, PUBLIC, public, "pdf")


def test_a_report_that_names_firms_is_neither_published_nor_handed_out(written):
    with pytest.raises(BadRequest, match="names single firms"):
        issued.report_publish(written, OFFICER, "进展报告", "x")
    for caller in (EAST_COUNTY, ANALYST, PUBLIC):
        with pytest.raises(NotFound) as hidden:
            issued.report_file(written, caller, "进展报告", "pdf")
        assert hidden.value.what == "there is no report 进展报告"


@pytest.mark.parametrize("id", ["problems/能源", "../dafeng", "notes", "无"])
def test_only_reports_are_handed_out(written, id):
    with pytest.raises(NotFound):
        issued.report_file(written, OWNER, id, "pdf")


# -- sources, indicators, tables --------------------------------------------------------------------------------------


def test_every_source_names_its_licence_and_files_are_for_their_own_people(town):
    town.records.put_batch(batch("B-9", "activity/能源.xlsx"))
    rows = sources(town, OWNER)
    assert all(r.licence and r.used_for for r in rows)
    assert len({r.id for r in rows}) == len(rows)
    assert [r.name for r in rows if r.kind == "delivered"] == ["能源.xlsx"]
    assert not [r for r in sources(town, FILLER) if r.kind == "delivered"]
    assert not [r for r in sources(town, PUBLIC) if r.kind == "delivered"]
    brought = Caller("李", frozenset({"filler"}), enterprises=frozenset({"E-1"}))
    assert [r.name for r in sources(town, brought) if r.kind == "delivered"] == ["能源.xlsx"]


def test_indicators_are_found_by_words_and_initials(town):
    by_word = {h.id for h in indicators(town, OWNER, "单位增加值能耗")}
    by_initials = {h.id for h in indicators(town, OWNER, "dwzjznh")}
    assert "energy_per_industrial_value_added" in by_word & by_initials
    assert indicators(town, OWNER, "zzzz") == []


_UNTOLD = ("published", "sheet", "column", "text", "mend")  # the town's plan has no date, its problems few words


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_table_has_its_columns_a_single_key_and_a_line_in_the_matrix(town, table):
    town.records.put_batch(batch("B-9", "能源.xlsx", problems=[{"severity": "error", "what": "x", "row": 3}] * 2))
    page = page_of(town, OWNER, table, TableQuery(limit=500))
    assert page.total
    assert all(row.keys() == {c.name for c in table.columns} for row in page.rows)
    keys = [row[table.key] for row in page.rows]
    assert len(set(keys)) == len(keys)
    told = [c.name for c in table.columns if c.default and c.name not in _UNTOLD]
    assert not [name for name in told if all(row[name] is None for row in page.rows)]
    assert table.use_case in matrix()


def test_a_parameter_of_a_year_is_one_that_holds_in_it(town):
    rows = page_of(town, OWNER, PARAMETERS, TableQuery(year=2012, limit=500)).rows
    assert rows
    assert all(r["since"].year <= 2012 and (r["until"] is None or r["until"].year >= 2012) for r in rows)
    assert len(rows) < page_of(town, OWNER, PARAMETERS, TableQuery(limit=1)).total
    assert page_of(town, PUBLIC, INDICATORS, TableQuery()).total > 50


def test_batches_of_others_are_not_there(town):
    town.records.put_batch(batch("B-9", "能源.xlsx", problems=[{"severity": "error", "what": "西岭水泥厂"}]))
    for table in (BATCHES, PROBLEMS):
        assert page_of(town, OFFICER, table, TableQuery()).total == 1
        assert page_of(town, FILLER, table, TableQuery()).total == 0
        assert page_of(town, EAST_COUNTY, table, TableQuery()).total == 0
