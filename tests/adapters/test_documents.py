"""A report value as DOCX, PDF and HTML: nothing left out, nothing fetched, the same value gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import docx
import pypdfium2
import pytest
from selectolax.lexbor import LexborHTMLParser

from dafeng.adapters.documents import charts, rendered
from dafeng.adapters.documents.docx import to_docx
from dafeng.adapters.documents.html import html
from dafeng.adapters.documents.pdf import pdf
from dafeng.report.annex import annex
from dafeng.report.model import (
    BarChart,
    Column,
    Figure,
    Heading,
    LineChart,
    Paragraph,
    Report,
    Run,
    Series,
    Table,
    Waterfall,
    numbered,
    references,
)

ODD = "=1+1 <script>alert(1)</script> & \"甲\" \\ #pagebreak() $x$ [乙] 'y' *z* `q` @r"
TABLE = Table(
    "主要目标进展",
    (Column("指标", width=3), Column("实际", "吨", align="right"), Column("状态", align="center")),
    (
        (Run("单位增加值能耗"), Run("1.25", node="S-a-990000-2024", status="trial"), Run("正常")),
        (Run(ODD), Run("—"), Run("未评估")),
    ),
    unit="吨",
    note="合计不含漏报企业",
    source="试验统计",
)
LINES = Figure(
    "排放逐年下降",
    "二氧化碳排放,万吨,试验市",
    LineChart(
        ("2020", "2021", "2022"),
        (Series("实际", (3.0, None, 2.5)), Series("要求", (3.0, 2.8, 2.6), "required")),
        "万吨",
    ),
)
BARS = Figure("钢铁占一半", "排放,万吨,各行业", BarChart(("钢铁", "化工"), (5.0, 2.5), "万吨"), source="核算")
FALL = Figure(
    "能效贡献最大", "变化,万吨", Waterfall(("2020", 9.0), (("规模", 1.5), ("能效", -3.0)), ("2024", 7.5), "万吨")
)
REPORT = annex(
    Report(
        title="碳达峰实施进展报告",
        issuer="试验市",
        date="2026年1月5日",
        blocks=(
            Heading(1, "摘要"),
            Paragraph.of("排放为", Run("12.5", node="L-0123456789abcdef", bold=True), "万吨,", ODD, "。"),
            Heading(1, "目标进展"),
            Heading(2, "分指标"),
            TABLE,
            Heading(3, "细目"),
            replace(TABLE, caption="第二张表"),
            LINES,
            BARS,
            FALL,
        ),
        data_time="2025-12-31",
        rules="abc123",
        run_id="RUN-1",
        watermark="演示数据",
        preface="本报告使用合成数据。",
    )
)
HEADINGS = ("一、摘要", "二、目标进展", "（一）分指标", "1.细目", "三、附录 数字溯源")


def pdf_text(data: bytes) -> str:
    pages = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def docx_paragraphs(data: bytes) -> list[str]:
    return [p.text for p in docx.Document(io.BytesIO(data)).paragraphs]


@pytest.mark.parametrize("make", [to_docx, pdf, html])
def test_the_same_report_gives_the_same_bytes(make):
    assert make(REPORT) == make(REPORT)


def test_the_three_forms_come_together():
    assert {name.rsplit(".", 1)[1] for name in rendered(REPORT)} == {"docx", "pdf", "html"}


def test_the_docx_opens_and_holds_every_heading_caption_and_cell():
    data = to_docx(REPORT)
    document = docx.Document(io.BytesIO(data))
    text = "\n".join(docx_paragraphs(data))
    for heading in HEADINGS:
        assert heading in text
    for item in numbered(REPORT):
        if isinstance(item.block, Table | Figure):
            assert f"{item.label}  {item.block.caption}" in text
    tables = [b.block for b in numbered(REPORT) if isinstance(b.block, Table)]
    assert len(document.tables) == len(tables)
    for made, table in zip(document.tables, tables, strict=True):
        assert len(made.rows) == len(table.rows) + 1
        for cells, row in zip(made.rows[1:], table.rows, strict=True):
            for cell, run in zip(cells.cells, row, strict=True):
                assert cell.text.startswith(run.text)
    assert len(document.inline_shapes) == 3
    assert ODD in text
    header = document.sections[0].header.part.blob.decode()
    assert "演示数据" in header


def test_the_docx_is_a_sound_package_without_outside_parts():
    with zipfile.ZipFile(io.BytesIO(to_docx(REPORT))) as archive:
        assert archive.testzip() is None
        relations = [archive.read(n).decode() for n in archive.namelist() if n.endswith(".rels")]
    assert not any('TargetMode="External"' in r for r in relations)


def test_the_pdf_holds_every_heading_caption_and_the_watermark_on_each_page():
    data = pdf(REPORT)
    text = squeezed(pdf_text(data))
    for heading in HEADINGS:
        assert squeezed(heading) in text
    for item in numbered(REPORT):
        if isinstance(item.block, Table | Figure):
            assert squeezed(f"{item.label}{item.block.caption}") in text
    document = pypdfium2.PdfDocument(data)
    for page in document:
        assert "演示数据" in squeezed(page.get_textpage().get_text_range())
    assert squeezed(ODD) in text


def test_no_watermark_where_the_data_are_real():
    real = replace(REPORT, watermark="")
    assert "演示数据" not in pdf_text(pdf(real))
    assert "演示数据" not in html(real).decode()
    assert b"textpath" not in docx.Document(io.BytesIO(to_docx(real))).sections[0].header.part.blob


def test_the_html_fetches_nothing_and_runs_nothing():
    page = html(REPORT).decode()
    tree = LexborHTMLParser(page)
    assert not tree.css("script, iframe, object, embed, link, base, form, audio, video")
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), f"{node.tag} {name}"
            if name in ("src", "href", "xlink:href", "srcset", "action"):
                assert (value or "").startswith(("#", "data:image/")), f"{node.tag} {name}={value}"
    assert "@import" not in page
    assert not re.search(r"url\((?!['\"]?(?:#|data:))", page)
    assert "default-src 'none'" in page


def test_the_html_holds_every_heading_caption_figure_and_odd_name():
    tree = LexborHTMLParser(html(REPORT).decode())
    heads = [node.text() for node in tree.css("h2, h3, h4")]
    assert heads == list(HEADINGS)
    captions = [node.text() for node in tree.css("caption, figcaption")]
    assert captions == [
        f"{i.label}  {i.block.caption}" for i in numbered(REPORT) if isinstance(i.block, Table | Figure)
    ]
    assert len(tree.css("figure svg")) == 3
    assert any(ODD in p.text() for p in tree.css("p"))


def test_every_explained_figure_leads_to_its_row_in_the_annex():
    tree = LexborHTMLParser(html(REPORT).decode())
    numbers = references(REPORT)
    links = tree.css("a[data-node]")
    assert {a.attributes["data-node"] for a in links} == set(numbers)
    for link in links:
        row = tree.css_first(f'tr[id="{link.attributes["href"][1:]}"]')
        assert row is not None
        assert row.css("td")[-1].text() == link.attributes["data-node"]
        assert row.css("td")[0].text() == str(numbers[link.attributes["data-node"]])


def test_a_character_that_no_document_may_hold_is_marked_and_breaks_nothing():
    hurt = replace(REPORT, blocks=(Paragraph.of("坏\x1b[31m\x00厂\x0b\ud800"), *REPORT.blocks), issuer="甲\x07乙")
    made = rendered(hurt)
    for name, data in made.items():
        if name.endswith("docx"):
            assert "坏\ufffd[31m\ufffd厂\ufffd\ufffd" in docx_paragraphs(data)
        elif name.endswith("html"):
            assert "坏\ufffd[31m" in data.decode()
        else:
            assert "厂" in pdf_text(data)


def test_a_gap_in_a_line_stays_a_gap():
    whole = charts.drawn(LineChart(("a", "b", "c"), (Series("实际", (1.0, 2.0, 3.0)),), "t"))
    gap = charts.drawn(LineChart(("a", "b", "c"), (Series("实际", (1.0, None, 3.0)),), "t"))
    stroke = f'paint: rgb("{charts.CARBON}")'
    assert whole.count(stroke) == 2
    assert gap.count(stroke) == 0


@pytest.mark.parametrize(
    "chart",
    [
        LineChart((), (), "t"),
        LineChart(("2020",), (Series("实际", (None,)),), "t"),
        LineChart(("2020",), (Series("实际", (0.0,)),), "t"),
        LineChart(("2020", "2021"), (Series("实际", (-1.0, -2.0)),), "t"),
        BarChart((), (), "t"),
        BarChart(("甲", "乙"), (0.0, 0.0), "t"),
        BarChart(("甲", "乙"), (-3.0, 5e9), "t"),
        Waterfall(("2020", 0.0), (), ("2021", 0.0), "t"),
        Waterfall(("2020", 5.0), (("甲", -9.0),), ("2021", -4.0), "t"),
    ],
)
def test_a_chart_of_little_or_odd_data_can_be_drawn_in_every_form(chart):
    report = replace(REPORT, blocks=(Figure("图", "量", chart),))
    for data in rendered(report).values():
        assert data
