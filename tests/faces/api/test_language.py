"""Both languages of what the API answers: no Chinese in English but quoted words and proper names, and the reverse."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest

CJK = re.compile("[\u3400-\u9fff]")
SENTENCE = re.compile(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}")
# What may be Chinese in English, by table and column ("*": every table): proper names and words as they were delivered.
PLAIN = ("SHA-256", "GWP", "I-REC", "TIGR")  # called so in Chinese too
QUOTED = {
    "*": {
        "file",
        "imported_by",
        "changed_by",
        "doc",
        "plan",
        "id",
        "target_id",
        "task_id",
    },  # plans and their records are called by titles
    "batches": set(),
    "rule_families": {"source"},
    "dues": {"name"},
    "enterprises": {"name"},
    "filings": {"name"},
    "findings": {"name", "words", "answer"},
    "inbox": {"title"},  # of a firm's or task's own name
    "indicators": {"aliases", "source", "wants"},  # words of plans; titles; what ledgers are called
    "parameters": {"source"},  # titles of publications
    "plans": {"title"},
    "problems": {"sheet", "column", "text"},  # as they stand in the file
    "sources": {"name"},  # titles and file names
    "targets": {"name", "task", "indicator"},  # in the plan's words where no indicator is tied
    "county_states": {"name", "indicator"},
    "tasks": {"title", "doc_title", "number", "last_entry", "targets", "target_names"},
}
# what in Chinese may be a sentence of English: titles and sources as they were published
PUBLISHED = {"source", "en", "name", "note", "aliases", "file"}
PAGES = ["/overview", "/targets/tree", "/areas", "/sources", "/indicators", "/plans", "/filings/dues", "/enterprises"]


def rows_of(client: Any) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each table's definition with every row, of the first page."""
    for table in client.get("/api/v1/tables").json():
        answer = client.get(f"/api/v1/tables/{table['name']}", params={"limit": 500})
        assert answer.status_code == 200, (table["name"], answer.text)
        for row in answer.json()["rows"]:
            yield table, row


def told(table: dict[str, Any], row: dict[str, Any], name: str, lang: str) -> Any:
    """A cell as a page shows it."""
    column = next(c for c in table["columns"] if c["name"] == name)
    value = row[name]
    if lang == "en" and row.get(f"{name}_en") is not None:
        value = row[f"{name}_en"]
    words = {c["value"]: c[lang] for c in column["choices"]}
    return [words.get(v, v) for v in value] if isinstance(value, list) else words.get(value, value)


def texts(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [value] if isinstance(value, str) else []


def pairs(value: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Every {zh, en} in an answer, with where it stands."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            yield path, value["zh"], value["en"]
        else:
            for key, part in value.items():
                yield from pairs(part, f"{path}.{key}")
    elif isinstance(value, list):
        for part in value:
            yield from pairs(part, path)


def test_heads_and_choices_of_every_table_are_in_both_languages(as_):
    wrong = []
    for table in as_("officer").get("/api/v1/tables").json():
        named = [table, *table["columns"], *(o for c in table["columns"] for o in c["choices"])]
        wrong += [(table["name"], w["en"]) for w in named if CJK.search(w["en"]) or not w["en"]]
        wrong += [(table["name"], w["zh"]) for w in named if not CJK.search(w["zh"]) and w["zh"] not in PLAIN]
    assert wrong == []


@pytest.mark.parametrize("login", ["officer", "filler"])
def test_no_row_in_english_holds_chinese_but_quoted_words(as_, login):
    wrong, seen = set(), 0
    for table, row in rows_of(as_(login)):
        quoted = QUOTED["*"] | QUOTED.get(table["name"], set())
        for column in table["columns"]:
            name = column["name"]
            if name in quoted or f"{name}_en" in {c["name"] for c in table["columns"]} & set(row):
                continue
            if name.removesuffix("_en") in quoted:
                continue
            seen += 1
            wrong |= {(table["name"], name, t) for t in texts(told(table, row, name, "en")) if CJK.search(t)}
    assert seen > 500
    assert sorted(wrong) == []


def test_a_column_with_an_english_one_beside_it_is_english_there(as_):
    wrong = set()
    for table, row in rows_of(as_("officer")):
        quoted = QUOTED["*"] | QUOTED.get(table["name"], set())
        for name, value in row.items():
            if name.endswith("_en") and name.removesuffix("_en") not in quoted:
                wrong |= {(table["name"], name, t) for t in texts(value) if CJK.search(t)}
    assert sorted(wrong) == []


def test_no_row_in_chinese_holds_a_sentence_in_english(as_):
    wrong = set()
    for table, row in rows_of(as_("officer")):
        for column in table["columns"]:
            name = column["name"]
            if name in PUBLISHED or name.endswith("_en") or column["kind"] == "code":
                continue
            cell = texts(told(table, row, name, "zh"))
            wrong |= {(table["name"], name, t) for t in cell if SENTENCE.search(t) and not CJK.search(t)}
    assert sorted(wrong) == []


def test_what_pages_are_told_is_in_both_languages(as_):
    found, wrong = 0, []
    quoted = re.compile("[“「][^”」]*[”」]|E-\\d+")
    for page in PAGES:
        answer = as_("officer").get(f"/api/v1{page}")
        assert answer.status_code == 200, (page, answer.text)
        for path, zh, en in pairs(answer.json()):
            found += 1
            own = path.endswith(".name")  # a name may be a firm's or a title; areas and indicators are walked above
            if CJK.search(quoted.sub("", en)) and not own and "words" not in path:
                wrong.append((page, path, en))
            if SENTENCE.search(zh) and not CJK.search(zh) and ".words" not in path and not own:
                wrong.append((page, path, zh))
    assert found > 20
    assert wrong == []


def test_an_export_in_english_is_in_english(as_):
    path = "/api/v1/tables/enterprises/export"
    text = (
        as_("officer")
        .get(path, params={"lang": "en", "columns": "enterprise_id,area,industry"})
        .content.decode("utf-8-sig")
    )
    body, _, note = text.replace("\r\n", "\n").partition("\n\n")
    rows = list(csv.reader(io.StringIO(body)))[1:]
    assert rows
    assert note.startswith("#")  # what the table is, in both languages
    assert not any(CJK.search(cell) for row in rows for cell in row[1:3])
    chinese = as_("officer").get(path, params={"columns": "enterprise_id,area,industry"}).content.decode("utf-8-sig")
    assert CJK.search(list(csv.reader(io.StringIO(chinese)))[1][1])


@pytest.mark.parametrize(
    ("path", "zh"),
    [
        ("/api/v1/plans/nothing", "没有"),
        ("/api/v1/tables/nothing", "没有表"),
        ("/api/v1/tables/enterprises?limit=none", "应为"),
        ("/api/v1/tables/enterprises?what=1", "没有参数"),
        ("/api/v1/explain/L-nothing", "没有"),
        ("/api/v1/evidence/" + "0" * 64 + "?row=1", "没有这份凭证"),
        ("/api/v1/jobs/nothing", "没有"),
    ],
)
def test_a_problem_says_in_chinese_what_it_is(as_, path, zh):
    body = as_("officer").get(path).json()
    assert zh in body["what_zh"], body
    assert CJK.search(body["mend_zh"]), body


def test_each_problem_of_a_refused_filing_is_told_in_either_language_by_itself(as_):
    filler = as_("filler")
    given = {"enterprise_id": "E-1", "period": "2025-01", "contract": "energy"}
    page = filler.post("/api/v1/filings", json=given).json()
    rows = [{"item": "烟煤", "unit": "吨", "bought": "-3", "used": "一"}, {"item": "没有的煤", "unit": "", "used": "5"}]
    at = {"If-Match": f'"{page["version"]}"'}
    page = filler.put(f"/api/v1/filings/{page['id']}/rows", json={"rows": rows}, headers=at).json()
    at = {"If-Match": f'"{page["version"]}"'}
    body = filler.post(f"/api/v1/filings/{page['id']}/moves", json={"move": "submit"}, headers=at).json()
    assert body["status"] == 422
    assert f"{page['errors']}处错误须改正" in body["what_zh"]
    assert f"{page['errors']} errors to mend" in body["what"]
    assert len(body["problems"]) >= page["errors"] > 2
    typed = re.compile("没有的煤|一(?= )")
    for one in body["problems"]:
        assert not any(CJK.search(typed.sub("", one[name])) for name in ("where", "what", "mend")), one
        assert all(CJK.search(one[name]) for name in ("where_zh", "what_zh", "mend_zh")), one
        assert "bought" not in one["where_zh"], one


def test_the_reference_is_a_page_of_either_language_and_theme(client):
    chinese, english = client.get("/docs").text, client.get("/docs?lang=en&theme=dark").text
    assert 'lang="zh-CN"' in chinese
    assert "达峰接口说明" in chinese
    assert 'lang="en" data-theme="dark"' in english
