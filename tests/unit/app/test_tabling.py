"""Tables as pages show them: filter, pinyin, order, pages by value, scope."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_town import EAST_COUNTY, OWNER, PUBLIC, empty_town

from dafeng.app.tables.tabling import Choice, Column, TableDef, TableQuery, page_of, rows_of, version_of
from dafeng.base.errors import BadRequest, NotAllowed

COLUMNS = (
    Column("id", "编码", "id", "code"),
    Column("name", "名称", "name"),
    Column("co2", "碳排放", "CO2", "number", "t"),
    Column("since", "起始", "since", "date"),
    Column("state", "状态", "state", "state", choices=(Choice("behind", "滞后", "behind"),)),
    Column("tags", "标签", "tags", "list"),
    Column("seen", "时间", "seen", "time", default=False),
)
ROWS = [
    {"id": "E-1", "name": "东方钢铁厂", "co2": 300.0, "since": date(2020, 1, 1), "state": "behind", "tags": ["a", "b"]},
    {"id": "E-2", "name": "西岭水泥厂", "co2": None, "since": None, "state": None, "tags": []},
    {"id": "E-3", "name": "北坡电厂", "co2": 0.0, "since": date(2021, 5, 1), "state": "reached", "tags": ["b"]},
    {"id": "E-4", "name": "Acme 铝业", "co2": 300.0, "since": date(2019, 1, 1), "state": "behind", "tags": None},
]


def firms(rows=ROWS, **fields):
    base = {
        "name": "firms", "zh": "企业", "en": "firms", "use_case": "registry.see", "columns": COLUMNS, "key": "id",
        "rows": lambda services, caller, area, year: rows, "search": ("name", "id"), "sort": ("-co2",),
    }  # fmt: skip
    return TableDef(**(base | fields))


EVERYTHING = TableQuery()


def ids(query=EVERYTHING, table=None, caller=OWNER, services=None):
    page = page_of(services or empty_town(), caller, table or firms(), query)
    return [r["id"] for r in page.rows]


def test_what_is_missing_stands_last_in_either_direction_and_is_never_zero():
    assert ids(TableQuery(sort=("-co2",))) == ["E-1", "E-4", "E-3", "E-2"]
    assert ids(TableQuery(sort=("co2",))) == ["E-3", "E-1", "E-4", "E-2"]
    assert ids(TableQuery(at_most={"co2": "0"})) == ["E-3"]
    assert ids(TableQuery(any_of={"co2": ("",)})) == ["E-2"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (TableQuery(q="钢铁"), ["E-1"]),
        (TableQuery(q="dongfanggang"), ["E-1"]),
        (TableQuery(q="dfgt"), ["E-1"]),
        (TableQuery(q="ongfang"), []),  # no syllable begins so
        (TableQuery(q="gtie"), ["E-1"]),
        (TableQuery(q="ACME"), ["E-4"]),
        (TableQuery(q="acme lvye"), ["E-4"]),
        (TableQuery(q="acme gangtie"), []),
        (TableQuery(q="E-3"), ["E-3"]),
        (TableQuery(any_of={"state": ("behind",)}), ["E-1", "E-4"]),
        (TableQuery(any_of={"state": ("reached", "")}), ["E-3", "E-2"]),
        (TableQuery(any_of={"state": ("reached,behind",)}), ["E-1", "E-4", "E-3"]),
        (TableQuery(any_of={"name": ("Acme 铝业,东方钢铁厂",)}), []),
        (TableQuery(any_of={"name": ("Acme 铝业", "东方钢铁厂")}), ["E-1", "E-4"]),
        (TableQuery(any_of={"tags": ("b",)}), ["E-1", "E-3"]),
        (TableQuery(any_of={"tags": ("",)}), ["E-4", "E-2"]),
        (TableQuery(at_least={"co2": "1"}, at_most={"since": "2019-12-31"}), ["E-4"]),
        (TableQuery(at_least={"since": "2020-01-01"}), ["E-1", "E-3"]),
    ],
)
def test_filters_and_words_narrow(query, expected):
    assert ids(query) == expected


def test_chinese_stands_in_the_order_of_its_pinyin():
    assert ids(TableQuery(sort=("name",))) == ["E-4", "E-3", "E-1", "E-2"]  # acme, bei, dong, xi


@pytest.mark.parametrize(
    "query",
    [
        TableQuery(sort=("nothing",)),
        TableQuery(sort=("tags",)),
        TableQuery(any_of={"nothing": ("a",)}),
        TableQuery(at_least={"name": "a"}),
        TableQuery(at_least={"co2": "many"}),
        TableQuery(at_least={"co2": "nan"}),
        TableQuery(at_least={"since": "2020-13-01"}),
        TableQuery(at_least={"seen": "yesterday"}),
        TableQuery(limit=0),
        TableQuery(limit=501),
        TableQuery(sort=("id",) * 7),
    ],
)
def test_what_does_not_fit_is_refused_in_words(query):
    with pytest.raises(BadRequest) as refused:
        ids(query)
    assert refused.value.mend


def cursor(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "hostile",
    ["", "?", "AAAA", "x" * 9000, "é", cursor(), cursor("-co2,id"), cursor("-co2,id", "text", "E-1"),
     cursor("-co2,id", True, "E-1"), cursor("-co2,id", 1, 2), cursor("id", "E-1"), cursor("-co2,id", [1], "E-1"),
     cursor("-co2,id", float("inf"), "E-1"), base64.urlsafe_b64encode(b"[" * 3000).decode()],
)  # fmt: skip
def test_a_hostile_cursor_is_a_bad_request(hostile):
    with pytest.raises(BadRequest):
        ids(TableQuery(cursor=hostile))


def walked(services, table, query):
    seen, cursor = [], None
    while True:
        page = page_of(services, OWNER, table, replace(query, cursor=cursor))
        assert len(page.rows) <= query.limit
        seen += [r["id"] for r in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            return seen


values = st.one_of(st.none(), st.sampled_from([0.0, 1.0, -1.5, 2.0]))
names = st.one_of(st.none(), st.sampled_from(["东", "西", "a", "A"]))


@settings(deadline=None, max_examples=40)
@given(
    rows=st.lists(st.tuples(values, names, st.one_of(st.none(), st.dates())), min_size=1, max_size=25),
    limit=st.integers(1, 7),
    sort=st.lists(st.sampled_from(["co2", "-co2", "name", "-name", "since", "-since"]), max_size=3, unique=True),
)
def test_the_pages_together_are_the_whole_in_order_without_doubles(rows, limit, sort):
    made = [{"id": f"E-{i:03}", "co2": v, "name": n, "since": d} for i, (v, n, d) in enumerate(rows)]
    table, services, query = firms(made), empty_town(), TableQuery(limit=limit, sort=tuple(sort))
    whole = rows_of(services, OWNER, table, query)["id"].to_list()
    assert walked(services, table, query) == whole
    assert sorted(whole) == [r["id"] for r in made]


def test_a_row_that_went_between_two_pages_does_not_shift_the_rest():
    services, seen = empty_town(), {"version": 1, "rows": ROWS}
    table = firms(rows=None, version=lambda s, c: seen["version"])
    table = replace(table, rows=lambda s, c, a, y: seen["rows"])
    first = page_of(services, OWNER, table, TableQuery(limit=2))
    seen.update(version=2, rows=[r for r in ROWS if r["id"] != "E-4"])
    second = page_of(services, OWNER, table, TableQuery(limit=2, cursor=first.next_cursor))
    assert [r["id"] for r in first.rows + second.rows] == ["E-1", "E-4", "E-3", "E-2"]
    assert first.version != second.version


def test_rows_are_kept_until_their_version_changes_and_never_shared_between_scopes():
    services, asked = empty_town(), []

    def rows(services, caller, area, year):
        asked.append(caller.name)
        return ROWS if caller.everything else ROWS[:1]

    table = replace(firms(), rows=rows)
    assert len(ids(table=table, services=services)) == 4
    assert len(ids(TableQuery(q="dfgt"), table, services=services)) == 1
    assert asked == ["主人"]
    assert ids(table=table, caller=EAST_COUNTY, services=services) == ["E-1"]
    assert len(ids(table=table, services=services)) == 4
    other = replace(EAST_COUNTY, name="另一人")
    ids(table=table, caller=other, services=services)
    assert asked == ["主人", "东县"]  # the same scope shares
    ids(table=replace(table, name="mine", personal=True), caller=EAST_COUNTY, services=services)
    ids(table=replace(table, name="mine", personal=True), caller=other, services=services)
    assert asked[2:] == ["东县", "另一人"]


def test_the_version_names_rows_scope_and_query():
    services, table = empty_town(), firms()
    tags = {
        version_of(services, caller, table, query)
        for caller in (OWNER, EAST_COUNTY)
        for query in (TableQuery(), TableQuery(q="a"), TableQuery(any_of={"state": ("behind",)}), TableQuery(year=2025))
    }
    assert len(tags) == 8
    assert version_of(services, OWNER, table, TableQuery()) in tags


def test_a_role_without_the_use_case_is_refused_before_any_row_is_made():
    def never(*_):
        raise AssertionError("rows were made")

    for ask in (page_of, rows_of, version_of):
        with pytest.raises(NotAllowed):
            ask(empty_town(), PUBLIC, replace(firms(), rows=never), TableQuery())


def test_an_empty_table_and_columns_that_nobody_filled_have_their_types():
    assert page_of(empty_town(), OWNER, firms([]), TableQuery(q="x", sort=("name",), at_least={"co2": "1"})).total == 0
    bare = [{"id": "E-1"}]
    page = page_of(empty_town(), OWNER, firms(bare), TableQuery(at_most={"seen": "2026-01-01T00:00:00"}))
    assert (page.rows, page.total) == ([], 0)
    frame = pl.DataFrame({"id": ["E-1"], "co2": [float("nan")], "seen": [datetime(2025, 1, 1, tzinfo=UTC)]})
    (row,) = page_of(empty_town(), OWNER, firms(frame), TableQuery()).rows
    assert row["co2"] is None
    assert row["seen"] == datetime(2025, 1, 1, tzinfo=UTC)


def test_ten_thousand_rows_are_filtered_sorted_and_paged_in_an_instant():
    many = [
        {
            "id": f"E-{i:05}",
            "name": f"{'东西南北'[i % 4]}方{'钢铁水泥'[i % 3 : i % 3 + 2]}厂{i}",
            "co2": float(i * 7919 % 10007),
        }
        for i in range(10_000)
    ]
    services, table = empty_town(), firms(many)
    query = TableQuery(q="dongfang", sort=("-co2", "name"), at_least={"co2": "100"}, limit=50)
    first = page_of(services, OWNER, table, query)
    assert 2000 < first.total < 2500
    best = min(
        _timed(lambda: page_of(services, OWNER, table, replace(query, cursor=first.next_cursor))) for _ in range(9)
    )
    assert best < 0.03


def _timed(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
