"""A report as DOCX: styles, fonts and margins of official documents; pictures of the charts; page numbers."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from xml.sax.saxutils import quoteattr

import docx
from docx.document import Document as DocxDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run as DocxRun

from dafeng.adapters.documents import charts
from dafeng.adapters.documents.typesetting import compiled
from dafeng.report.model import (
    Figure,
    Heading,
    Numbered,
    Paragraph,
    Report,
    Run,
    Table,
    numbered,
    references,
)
from dafeng.report.printable import printable

TITLE, HEI, KAI, FANG = "方正小标宋简体", "黑体", "楷体", "仿宋"
_FIXED = datetime(2000, 1, 1)  # noqa: DTZ001  (a document carries no time of printing: what is printed twice is identical)
_PROPERTY = 255  # characters that a property of a Word file may have
_ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}


def to_docx(report: Report) -> bytes:
    """The report as DOCX bytes; the same report gives the same bytes."""
    report = printable(report)
    document = docx.Document()
    _set_up(document, report)
    numbers = references(report)
    _line(document, report.title, TITLE, 22, WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, f"{report.issuer}  {report.date}", KAI, 14, WD_ALIGN_PARAGRAPH.CENTER)
    if report.preface:
        _line(document, report.preface, KAI, 12)
    for item in numbered(report):
        _block(document, item, numbers)
    out = io.BytesIO()
    document.save(out)
    return _same_bytes(out.getvalue())


def _set_up(document: DocxDocument, report: Report) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    normal = document.styles["Normal"]
    normal.font.size = Pt(14)
    _fonts(normal.element.get_or_add_rPr(), FANG)
    properties = document.core_properties
    properties.title, properties.author = report.title[:_PROPERTY], report.issuer[:_PROPERTY]
    properties.created = properties.modified = properties.last_printed = _FIXED
    _footer(section.footer.paragraphs[0], report)
    if report.watermark:
        _watermark(section.header.paragraphs[0], report.watermark)


def _fonts(properties: BaseOxmlElement, east: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for key, name in (("ascii", "Times New Roman"), ("hAnsi", "Times New Roman"), ("eastAsia", east)):
        fonts.set(qn(f"w:{key}"), name)


def _write(paragraph: DocxParagraph, words: str, font: str, size: float, *, bold: bool = False) -> DocxRun:
    run = paragraph.add_run(words)
    run.font.size, run.bold = Pt(size), bold
    _fonts(run._element.get_or_add_rPr(), font)
    return run


def _line(
    document: DocxDocument, words: str, font: str, size: float, align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT
) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    _write(paragraph, words, font, size)


def _block(document: DocxDocument, item: Numbered, numbers: dict[str, int]) -> None:
    block = item.block
    if isinstance(block, Heading):
        heading = document.add_heading(level=block.level)
        font, size = {1: (HEI, 16), 2: (KAI, 16), 3: (FANG, 15)}[block.level]
        _write(heading, item.label + block.text, font, size, bold=block.level != 2).font.color.rgb = RGBColor(0, 0, 0)
    elif isinstance(block, Paragraph):
        _body(document.add_paragraph(), block.runs, numbers)
    elif isinstance(block, Table):
        _table(document, item.label, block, numbers)
    else:
        _figure(document, item.label, block)


def _body(paragraph: DocxParagraph, runs: tuple[Run, ...], numbers: dict[str, int]) -> None:
    paragraph.paragraph_format.first_line_indent = Pt(28)
    paragraph.paragraph_format.line_spacing = Pt(26)
    paragraph.paragraph_format.space_after = Pt(0)
    for run in runs:
        _run(paragraph, run, numbers, FANG, 14)


def _run(paragraph: DocxParagraph, run: Run, numbers: dict[str, int], font: str, size: float) -> None:
    _write(paragraph, run.text, font, size, bold=run.bold)
    if run.mark:
        _write(paragraph, f"[{run.mark}]", HEI, size * 0.6).font.color.rgb = RGBColor(0xB4, 0x53, 0x09)
    if run.node is not None:
        reference = _write(paragraph, str(numbers[run.node]), HEI, size * 0.65)
        reference.font.superscript, reference.font.color.rgb = True, RGBColor(0x6B, 0x72, 0x80)


def _table(document: DocxDocument, label: str, table: Table, numbers: dict[str, int]) -> None:
    caption = document.add_paragraph()
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(2)
    _write(caption, f"{label}  {table.caption}", HEI, 11)
    if table.unit:
        unit = document.add_paragraph()
        unit.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        unit.paragraph_format.space_after = Pt(0)
        unit.paragraph_format.keep_with_next = True  # the caption and unit line stay with their table
        _write(unit, f"单位：{table.unit}", FANG, 9)
    grid = document.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    _repeat_header(grid.rows[0]._tr)
    for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
        head = Run(column.title + (f"({column.unit})" if column.unit else ""), bold=True)
        _cell(cell.paragraphs[0], head, "center", numbers)
    for row in table.rows:
        for cell, column, run in zip(grid.add_row().cells, table.columns, row, strict=True):
            _cell(cell.paragraphs[0], run, column.align, numbers)
    _widths(grid, table)
    _under(document, table.note, table.source)


def _cell(paragraph: DocxParagraph, run: Run, align: str, numbers: dict[str, int]) -> None:
    paragraph.alignment = _ALIGN[align]
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, run, numbers, FANG if not run.bold else HEI, 9.5)


def _widths(grid: docx.table.Table, table: Table) -> None:
    total = sum(c.width for c in table.columns)
    for column, spec in zip(grid.columns, table.columns, strict=True):
        width = Mm(156 * spec.width / total)
        column.width = width
        for cell in column.cells:
            cell.width = width


def _repeat_header(row: BaseOxmlElement) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(mark)


def _figure(document: DocxDocument, label: str, figure: Figure) -> None:
    caption = document.add_paragraph()
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.keep_with_next = True
    _write(caption, f"{label}  {figure.caption}", HEI, 11)
    measure = document.add_paragraph()
    measure.paragraph_format.keep_with_next = True
    _write(measure, figure.measure, FANG, 9)
    picture = io.BytesIO(compiled(charts.page(figure.chart), "png", ppi=220))
    document.add_picture(picture, width=Mm(150))
    drawing = document.paragraphs[-1]._element.find(f".//{qn('wp:docPr')}")
    if drawing is not None:
        drawing.set("descr", f"{figure.caption}。{figure.measure}")
    _under(document, figure.note, figure.source)


def _under(document: DocxDocument, note: str, source: str) -> None:
    words = " ".join(x for x in (note and f"注：{note}", source and f"来源：{source}") if x)
    if words:
        _line(document, words, KAI, 9)


def _footer(paragraph: DocxParagraph, report: Report) -> None:
    facts = f"数据时间 {report.data_time}  规则版本 {report.rules}  运算 {report.run_id}    — "
    _write(paragraph, facts, FANG, 8)
    run = _write(paragraph, "", FANG, 10)
    for kind, words in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = words
        run._element.append(element)
    _write(paragraph, " —", FANG, 10)


def _watermark(paragraph: DocxParagraph, words: str) -> None:
    """A slanted word behind each page, as Word itself stores it (VML in the header)."""
    style = (
        "position:absolute;margin-left:0;margin-top:0;width:420pt;height:110pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    pict = parse_xml(
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
        '<w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/>'
        f'</v:shapetype><v:shape id="dafengWatermark" type="#_x0000_t136" style="{style}" fillcolor="#d9d9d9" stroked="f">'
        f'<v:fill opacity=".4"/><v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string={quoteattr(words)}/>'
        "</v:shape></w:pict></w:r>"
    )
    paragraph._element.append(pict)
    note = _write(paragraph, f"{words}:全部为合成数据,不代表任何真实地区或企业", FANG, 9)
    note.font.color.rgb = RGBColor(0xB4, 0x53, 0x09)


def _same_bytes(data: bytes) -> bytes:
    """The package zipped again with fixed times, so that the same report is the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=(2000, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()
