"""Documents from text that was meant to break them: control characters, endless names, figures without any spread."""

from __future__ import annotations

import io

import docx
import pypdfium2
import pytest

from dafeng.adapters.documents import rendered
from dafeng.adapters.documents.docx import to_docx
from dafeng.adapters.documents.html import html
from dafeng.adapters.documents.pdf import markup, pdf
from dafeng.adapters.documents.typesetting import text
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
)

WRECK = '铁\x0b厂\x00\u202e#eval\ud800 \\u{41} "引" ]} {end}\n完'


def report(*blocks: object, **fields: str) -> Report:
    made = {
        "title": "题",
        "issuer": "部门",
        "date": "2025年3月1日",
        "data_time": "2025-02-28",
        "rules": "r",
        "run_id": "R",
    }
    return Report(blocks=tuple(blocks), **(made | fields))  # type: ignore[arg-type]


def wrecked() -> Report:
    cell = Run(WRECK, node=WRECK, status="recalled", unit=WRECK)
    return report(
        Heading(1, WRECK),
        Paragraph.of(WRECK, cell),
        Table(WRECK, (Column(WRECK, WRECK),), ((cell,),), WRECK, WRECK, WRECK),
        Figure(WRECK, WRECK, BarChart((WRECK,), (1.0,), WRECK), WRECK, WRECK),
        **dict.fromkeys(("title", "issuer", "date", "data_time", "rules", "run_id", "watermark", "preface"), WRECK),
    )


def test_text_that_breaks_xml_and_markup_is_printed_as_words():
    made = {name.rsplit(".", 1)[-1]: data for name, data in rendered(wrecked()).items()}
    paragraphs = [p.text for p in docx.Document(io.BytesIO(made["docx"])).paragraphs]
    assert any("铁\ufffd厂\ufffd\ufffd#eval" in p and "{end} 完" in p for p in paragraphs)
    page = made["html"].decode()
    assert "#eval\ufffd \\u{41} &quot;引&quot;" in page
    assert not {"\x0b", "\x00", "\u202e"} & set(page)
    words = pypdfium2.PdfDocument(made["pdf"])[0].get_textpage().get_text_range()
    assert "#eval" in words
    assert "\\u{41}" in words


def test_a_name_longer_than_a_property_of_word_may_be_is_cut_there_only():
    made = docx.Document(io.BytesIO(to_docx(report(title="长" * 300, issuer="名" * 300))))
    assert len(made.core_properties.title) == 255
    assert made.paragraphs[0].text == "长" * 300


def test_a_word_wider_than_its_column_is_broken():
    table = Table("表", (Column("甲"), Column("乙")), ((Run("A" * 300), Run("右")),))
    page = pypdfium2.PdfDocument(pdf(report(table)))[0]
    reached = [page.get_textpage().get_charbox(i)[2] for i in range(page.get_textpage().count_chars())]
    assert max(reached) < page.get_width() - 26 / 25.4 * 72 + 1


@pytest.mark.parametrize("words", ["S-plan-2022#t02-990000-2025", "普通文字", "a" * 24])
def test_what_fits_is_never_broken(words):
    assert text(words) == f'"{words}"'


@pytest.mark.parametrize(
    "chart",
    [
        LineChart(("2024",), (Series("实际", (5e6,)),), "t", from_zero=False),
        LineChart(("2023", "2024"), (Series("实际", (-3.0, -5.0)),), "t"),
        LineChart(("2023", "2024"), (Series("实际", (None, None)),), "t"),
        LineChart(("2023", "2024"), (Series("实际", (0.0, 0.0)),), "t"),
        BarChart((), (), "t"),
        BarChart(("甲", "乙"), (-1.0, 0.0), "t"),
        Waterfall(("2020", 0.0), (), ("2024", 0.0), "t"),
        Waterfall(("2020", 5.0), (("规模", 1e-9),), ("2024", 5.0), "t"),
    ],
)
def test_a_chart_without_spread_or_values_is_still_a_chart(chart):
    assert markup(report(Figure("图", "度量", chart)))
    assert "<svg" in html(report(Figure("图", "度量", chart))).decode()
