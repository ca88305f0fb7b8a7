"""``dafeng plan read FILE... --out DIR``: good files, bad files, folders of both."""

from __future__ import annotations

import csv as csv_module
import io
import json
import zipfile
from pathlib import Path

import docx
import pytest
import python_calamine
from cli_town import PLAN

from dafeng.adapters import reading
from dafeng.adapters.documents.typesetting import compiled
from dafeng.plan.limits import Limits

RECORDS = ("document.json", "targets.jsonl", "tasks.jsonl", "boxes.jsonl")


def read(dafeng, *given: object, out: Path):
    return dafeng("plan", "read", *given, "--out", out, "--json")


def as_docx(text: str) -> bytes:
    made = docx.Document()
    for line in text.splitlines():
        made.add_paragraph(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def as_html(text: str) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in text.splitlines() if line)
    return f"<!doctype html><meta charset=utf-8><nav>首页 要闻</nav><div>{body}</div><script>x=1</script>".encode()


def as_pdf(text: str) -> bytes:
    lines = "\n\n".join(f'#"{line}"' for line in text.splitlines() if line)
    return compiled('#set text(font: "Noto Sans SC", lang: "zh")\n' + lines, "pdf")


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(200):
                part.write(b" " * (1 << 20))
    return out.getvalue()


SCANNED = compiled("#set page(width: 60pt, height: 60pt)\n#rect(width: 30pt, height: 30pt, fill: black)", "pdf")
BAD = {
    "empty.txt": b"",
    "blank.txt": b" \n\t\n",
    "junk.txt": bytes(range(256)) * 64,
    "junk.pdf": b"%PDF-1.7\n" + bytes(range(256)) * 64,
    "junk.docx": b"PK\x03\x04" + bytes(range(256)) * 64,
    "scanned.pdf": SCANNED,
    "bomb.docx": zip_bomb(),
}


def test_a_plan_becomes_the_four_record_files_and_tables(dafeng, tmp_path):
    (tmp_path / "shiyan-2022.txt").write_text(PLAN, "utf-8")
    told = read(dafeng, tmp_path / "shiyan-2022.txt", out=tmp_path / "out")
    assert told.code == 0
    assert [(r["ok"], r["targets"], r["tasks"]) for r in told.json] == [(True, 6, 2)]
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert names >= {f"shiyan-2022.{r}" for r in RECORDS}
    assert names >= {"shiyan-2022.targets.csv", "shiyan-2022.tasks.csv", "shiyan-2022.xlsx"}
    targets = [json.loads(x) for x in (tmp_path / "out" / "shiyan-2022.targets.jsonl").read_text("utf-8").splitlines()]
    for target in targets:
        start, end = target["span"]
        assert target["quote"] in PLAN or PLAN[start:end]
        assert target["doc"] == "shiyan-2022"
    assert json.loads((tmp_path / "out" / "shiyan-2022.document.json").read_text("utf-8"))["title"]
    assert (tmp_path / "out" / "shiyan-2022.targets.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_only_the_records_where_no_tables_are_wanted(dafeng, tmp_path):
    (tmp_path / "a.txt").write_text(PLAN, "utf-8")
    dafeng.ok("plan", "read", tmp_path / "a.txt", "--out", tmp_path / "out", "--no-tables")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {f"a.{r}" for r in RECORDS}


def test_every_form_of_a_plan_says_the_same(dafeng, tmp_path):
    inbox = tmp_path / "in"
    inbox.mkdir()
    forms = {"t.txt": PLAN.encode(), "g.txt": PLAN.encode("gb18030"), "u.txt": PLAN.encode("utf-16"),
             "d.docx": as_docx(PLAN), "h.html": as_html(PLAN), "p.pdf": as_pdf(PLAN)}  # fmt: skip
    for name, data in forms.items():
        (inbox / name).write_bytes(data)
    told = read(dafeng, inbox, out=tmp_path / "out").json
    said = {}
    for result in told:
        doc = Path(result["path"]).stem
        lines = (tmp_path / "out" / f"{doc}.targets.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(x) for x in lines]
        said[doc] = [(t["indicator"], t["comparator"], t["value"], t["unit"], t["target_year"]) for t in rows]
    assert len(said["t"]) == 6
    assert all(rows == said["t"] for rows in said.values()), said


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_is_a_clear_error(dafeng, tmp_path, name):
    (tmp_path / name).write_bytes(BAD[name])
    told = read(dafeng, tmp_path / name, out=tmp_path / "out")
    assert told.code == 8
    (result,) = told.json
    assert not result["ok"]
    assert result["error"]["what"]
    assert name in result["error"]["where"]
    assert result["error"]["mend"]
    assert "report it" not in result["error"]["mend"], "it is the file's fault, not ours"
    assert not list((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True


def test_a_folder_of_good_and_bad_reads_every_good_one(dafeng, tmp_path):
    inbox = tmp_path / "in"
    (inbox / "deeper").mkdir(parents=True)
    for name, data in BAD.items():
        (inbox / name).write_bytes(data)
    for n in range(5):
        (inbox / "deeper" / f"good{n}.txt").write_text(PLAN, "utf-8")
    told = read(dafeng, inbox, out=tmp_path / "out")
    assert told.code == 8
    ok = {Path(r["path"]).name for r in told.json if r["ok"]}
    assert ok == {f"good{n}.txt" for n in range(5)}
    assert {Path(r["path"]).name for r in told.json if not r["ok"]} == set(BAD)
    assert {p.name for p in (tmp_path / "out").glob("*.targets.jsonl")} == {f"good{n}.targets.jsonl" for n in range(5)}
    plain = dafeng("plan", "read", inbox, "--out", tmp_path / "out2")
    assert plain.code == 8
    assert "✓" in plain.out


def test_in_parallel_and_alone_give_the_same_bytes(dafeng, tmp_path):
    inbox = tmp_path / "in"
    inbox.mkdir()
    for n in range(4):
        (inbox / f"p{n}.txt").write_text(PLAN.replace("13.5%", f"{13 + n}%"), "utf-8")
    for workers in (1, 2):
        dafeng.ok("plan", "read", inbox, "--out", tmp_path / f"o{workers}", "--workers", workers)
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / f"o{w}").iterdir()} for w in (1, 2))
    assert one == two


def test_a_plan_without_a_target_is_an_honest_empty_result(dafeng, tmp_path):
    (tmp_path / "n.txt").write_text("关于召开座谈会的通知\n\n请各单位派员参加。\n", "utf-8")
    told = read(dafeng, tmp_path / "n.txt", out=tmp_path / "out")
    assert told.code == 0
    assert [(r["ok"], r["targets"], r["tasks"]) for r in told.json] == [(True, 0, 0)]
    assert (tmp_path / "out" / "n.targets.jsonl").read_bytes() == b""


def test_deeply_nested_html_is_read_or_refused_in_good_time(dafeng, tmp_path):
    inner = as_html(PLAN).decode()
    (tmp_path / "deep.html").write_text("<div>" * 20_000 + inner + "</div>" * 20_000, "utf-8")
    told = read(dafeng, tmp_path / "deep.html", out=tmp_path / "out")
    (result,) = told.json
    assert (result["ok"] and result["targets"] == 6) or result["error"]["mend"]
    assert told.code == (0 if result["ok"] else 8)


def test_a_file_over_the_limit_is_refused_unread(dafeng, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "DEFAULT_LIMITS", Limits(max_bytes=500))
    (tmp_path / "large.txt").write_text(PLAN, "utf-8")
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
    told = read(dafeng, tmp_path / "large.txt", out=tmp_path / "out")
    assert told.code == 8
    assert "MB" in told.json[0]["error"]["what"]


def test_two_files_of_one_name_never_overwrite_each_other(dafeng, tmp_path):
    for folder, text in (("a", PLAN), ("b", PLAN.replace("13.5%", "9%"))):
        (tmp_path / "in" / folder).mkdir(parents=True)
        (tmp_path / "in" / folder / "plan.txt").write_text(text, "utf-8")
    (tmp_path / "in" / "other.txt").write_text(PLAN, "utf-8")
    told = read(dafeng, tmp_path / "in", out=tmp_path / "out")
    assert told.code == 8
    assert [(Path(r["path"]).parent.name, r["ok"]) for r in told.json] == [("a", True), ("b", False), ("in", True)]
    assert "13.5" in (tmp_path / "out" / "plan.targets.jsonl").read_text("utf-8")


def test_a_file_named_twice_is_read_once(dafeng, tmp_path):
    (tmp_path / "a.txt").write_text(PLAN, "utf-8")
    told = read(dafeng, tmp_path / "a.txt", tmp_path, out=tmp_path / "out")
    assert told.code == 0
    assert len(told.json) == 1


def test_an_old_document_in_a_folder_is_named_and_a_picture_is_passed_over(dafeng, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(PLAN, "utf-8")
    (tmp_path / "in" / "旧方案.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (tmp_path / "in" / "封面.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "in" / "~$a.docx").write_bytes(b"lock")
    told = read(dafeng, tmp_path / "in", out=tmp_path / "out")
    assert told.code == 8
    assert [(Path(r["path"]).name, r["ok"]) for r in told.json] == [("a.txt", True), ("旧方案.doc", False)]
    assert told.json[1]["error"]["mend"]


def test_a_folder_without_plans_is_an_error(dafeng, tmp_path):
    (tmp_path / "in").mkdir()
    refused = read(dafeng, tmp_path / "in", out=tmp_path / "out")
    assert refused.code == 2
    assert refused.error["mend"]


def test_words_that_look_like_formulas_stay_words_in_csv_and_workbook(dafeng, tmp_path):
    text = PLAN.replace("1.推动钢铁行业节能。", "1.=1+1推动钢铁行业节能。")
    (tmp_path / "a.txt").write_text(text, "utf-8")
    dafeng.ok("plan", "read", tmp_path / "a.txt", "--out", tmp_path / "out")
    rows = list(csv_module.reader(io.StringIO((tmp_path / "out" / "a.tasks.csv").read_text("utf-8-sig"))))
    cells = [cell for row in rows for cell in row if "1+1推动" in cell]
    assert cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    with zipfile.ZipFile(tmp_path / "out" / "a.xlsx") as archive:
        assert not any(b"<f>" in archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets"))
    titles = python_calamine.CalamineWorkbook.from_path(tmp_path / "out" / "a.xlsx").get_sheet_by_name("任务")
    assert any("=1+1推动钢铁行业节能" in str(cell) for row in titles.to_python() for cell in row)


def test_out_that_cannot_be_made_is_told_for_each_file(dafeng, tmp_path):
    (tmp_path / "a.txt").write_text(PLAN, "utf-8")
    (tmp_path / "taken").write_text("a file")
    told = read(dafeng, tmp_path / "a.txt", out=tmp_path / "taken")
    assert told.code in (7, 8)
    assert "Traceback" not in told.err
