"""Word documents: automatic numbers, tables and text boxes come out as text; hostile packages are refused."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml

from dafeng.base.errors import UnreadableFile
from dafeng.plan.formats.docx_numbering import chinese_number, number_text
from dafeng.plan.limits import Limits
from dafeng.plan.text import read_source

sys.path.insert(0, str(Path(__file__).parents[1] / "base"))
from hostile_zips import shortened

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def saved(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def package(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, xml in parts.items():
            z.writestr(f"word/{name}.xml", xml)
    return out.getvalue()


def body(inner: str) -> str:
    return f"<w:document {W} {MC}><w:body>{inner}</w:body></w:document>"


def par(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def in_list(level: int, list_id: int = 1) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'


NUMBERING = f"""<w:numbering {W}><w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="(%2)"/>
<w:pStyle w:val="Sub"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF06C;"/></w:lvl>
<w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%3"/></w:lvl>
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="7"/>
<w:lvlOverride w:ilvl="2"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
</w:numbering>"""


def test_paragraphs_and_tables_by_python_docx() -> None:
    document = docx.Document()
    document.add_heading("某市实施方案", 0)
    document.add_paragraph("到2025年,能耗下降13%。")
    table = document.add_table(2, 2)
    for cell, text in zip((c for row in table.rows for c in row.cells), ("指标", "2025年", "占比", "20%"), strict=True):
        cell.text = text
    document.add_paragraph("表后一段\n换行")
    source = read_source(saved(document), "plan.docx")
    assert source.text == "某市实施方案\n到2025年,能耗下降13%。\n指标 | 2025年\n占比 | 20%\n表后一段\n换行"
    assert (source.format, source.span_of, source.raw_text) == ("docx", "extracted", source.text)


def test_automatic_numbers_come_out_as_the_reader_sees_them() -> None:
    shown = [
        ("一、总体要求", 0, 1), ("(一)主要目标", 1, 1), ("二、重点任务", 0, 1), ("(一)调整结构", 1, 1),
        ("1.推进改造", 2, 1), ("2.推广技术", 2, 1), ("项目符号", 3, 1), ("(二)节能降碳", 1, 1),
        ("1.重新编号", 2, 1), ("5.新表接续", 2, 2), ("2.5 多级", 4, 1), ("无编号", 0, 0),
    ]  # fmt: skip
    inner = "".join(par(re.sub(r"^[^、.)]*[、.)]5? ?", "", text), in_list(level, of)) for text, level, of in shown)
    source = read_source(package(document=body(inner), numbering=NUMBERING), "plan.docx")
    assert source.text.split("\n") == [text for text, _, _ in shown]


def test_numbers_that_come_by_style() -> None:
    styles = f"""<w:styles {W}><w:style w:styleId="One"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    <w:style w:styleId="Two"><w:basedOn w:val="One"/></w:style></w:styles>"""
    inner = "".join(par(t, f'<w:pStyle w:val="{s}"/>') for t, s in (("甲", "One"), ("乙", "Sub"), ("丙", "Two")))
    source = read_source(package(document=body(inner), numbering=NUMBERING, styles=styles), "plan.docx")
    assert source.text == "一、甲\n(一)乙\n二、丙"


def test_text_boxes_come_once_and_hidden_or_deleted_text_does_not() -> None:
    box = "<w:txbxContent>" + par("专栏1 重点工程") + par("工程内容") + "</w:txbxContent>"
    inner = (
        f"<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>增加</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    assert read_source(package(document=body(inner)), "plan.docx").text == "正文\n专栏1 重点工程\n工程内容\n增加"


def test_tab_stops_are_no_text() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("甲")
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:tabs {W}><w:tab w:val="left" w:pos="420"/></w:tabs>'))
    assert read_source(saved(document), "plan.docx").text == "甲"


@pytest.mark.parametrize(
    ("number", "shown"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百〇五"), (110, "一百一十"), (1001, "一千〇一")],
)
def test_chinese_numbers(number: int, shown: str) -> None:
    assert chinese_number(number) == shown


def test_other_number_formats() -> None:
    formats = ("decimalEnclosedCircle", "ideographTraditional", "lowerRoman", "upperLetter")
    assert [number_text(3, f) for f in formats] == [
        "③", "丙", "iii", "C",
    ]  # fmt: skip
    assert number_text(12, "chineseLegalSimplified") == "拾贰"
    assert number_text(4, "decimalFullWidth") == "４"
    assert number_text(7, "of the future") == "7"


def test_a_zip_bomb_is_refused_by_what_it_declares() -> None:
    with pytest.raises(UnreadableFile, match="unfolds more than 200 times"):
        read_source(package(document=body(" " * 30_000_000)), "bomb.docx")


def test_a_zip_bomb_that_lies_is_refused_while_it_unfolds() -> None:
    data = bytearray(package(document=body(" " * 30_000_000)))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")  # declared size in the directory
    with pytest.raises(UnreadableFile):
        read_source(bytes(data), "bomb.docx")


def test_text_hidden_behind_the_length_that_the_headers_declare_is_not_overlooked() -> None:
    """Word would show the whole stream, a reader of zip that trusts the headers the first bytes alone."""
    shown, name = body(par("公开的文字")), "word/document.xml"
    both = package(document=shown + "<!--" + "x" * 5000 + "-->")
    assert read_source(both, "plan.docx").text == "公开的文字"
    with pytest.raises(UnreadableFile, match="damaged"):
        read_source(shortened(both, name, len(shown.encode())), "plan.docx")


def test_limits_of_entries_and_size() -> None:
    good = package(document=body(par("文字")), extra="<a/>")
    with pytest.raises(UnreadableFile, match="2 parts"):
        read_source(good, "many.docx", Limits(max_entries=1))
    with pytest.raises(UnreadableFile, match="declares"):
        read_source(good, "large.docx", Limits(max_inflated=50))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (package(document='<!DOCTYPE a [<!ENTITY x "1">]><a>&x;</a>'), "document type"),
        (package(document="<a><b></a>"), "broken"),
        (package(other="<a/>"), "without a Word document"),
        (package(document=body(par("")))[:-30], "damaged"),
        (b"PK\x03\x04" + b"x" * 99, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted"),
        (package(document=body(par(" "))), "no text"),
    ],
)
def test_what_is_no_sound_document_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words) as caught:
        read_source(data, "bad.docx")
    assert caught.value.where == "bad.docx"
    assert caught.value.mend


def test_depth_costs_nothing() -> None:
    inner = "<w:sdt>" * 50_000 + par("深处") + "</w:sdt>" * 50_000
    assert read_source(package(document=body(inner)), "deep.docx", Limits(max_ratio=1e6)).text == "深处"
