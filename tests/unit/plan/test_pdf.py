"""PDF with a text layer: paragraphs are put together again, heads and page numbers set aside, scans refused."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import justmytype_intl_cjk  # type: ignore[import-untyped]
import pypdfium2  # type: ignore[import-untyped]
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.base.errors import UnreadableFile
from dafeng.plan.formats.pdf_layout import PageLine, paragraphs
from dafeng.plan.limits import Limits
from dafeng.plan.text import read_source

FONTS = Path(justmytype_intl_cjk.__file__).parent / "fonts"
LONG = (
    "加快推进重点行业节能降碳改造升级,支持企业采用先进适用技术,完善能源计量和统计监测体系,"
    "到2025年规模以上企业单位产值能耗下降13.5%,再生资源利用水平明显提升。"
)
PLAIN = """#set page(width: 14cm, height: 16cm, margin: 2cm)
#set text(font: "Noto Sans SC", size: 11pt, lang: "zh")
#set par(first-line-indent: (amount: 2em, all: true), justify: true)
"""
EDGES = """#set page(header: [某市工业绿色发展], footer: context align(center)[— #counter(page).display() —])
"""


@cache
def printed(body: str, setting: str = PLAIN + EDGES) -> bytes:
    fonts = [str(FONTS)]
    source = (setting + body).encode()
    pdf: bytes = typst.compile(  # type: ignore[call-overload]
        source, format="pdf", font_paths=fonts, ignore_system_fonts=True
    )
    return pdf


def test_wrapped_lines_are_joined_and_heads_and_numbers_set_aside() -> None:
    body = f"一、总体要求\n\n{LONG}\n\n(一)主要目标\n\n" + "\n\n".join(f"\\{n}. {LONG}" for n in range(1, 13))
    source = read_source(printed(body), "plan.pdf")
    lines = source.text.split("\n")
    assert lines[:3] == ["一、总体要求", LONG, "(一)主要目标"]
    assert [line.replace(" ", "") for line in lines[3:]] == [f"{n}.{LONG}" for n in range(1, 13)]
    assert (source.format, source.span_of) == ("pdf", "extracted")
    aside = [r for r in source.repairs if r.kind == "layout"]
    assert {r.before for r in aside} >= {"某市工业绿色发展", "— 1 —", "— 2 —"}


def test_a_hyphen_at_the_end_of_a_line_stays() -> None:
    chain = "延伸硅材料-硅片-电池-组件-支架-逆变器产业链," * 6
    assert read_source(printed(chain, PLAIN), "plan.pdf").text == chain


def page_of(*lines: tuple[str, float, float], page: int = 0, top: float = 700.0) -> list[PageLine]:
    """Printed lines (words, left, right in points) one below the other, 20 points apart, in type of 10 points."""
    return [PageLine(words, page, a, b, top - 20 * n - 10, top - 20 * n) for n, (words, a, b) in enumerate(lines)]


BODY = "统筹推进各项改造任务并健全长效机制持续提升能源资源利用效率"  # 28 characters: a full line from 100 to 380


def test_signatures_dates_and_titles_are_paragraphs_of_their_own() -> None:
    signed = page_of(
        (BODY, 120, 380),
        ("现印发给你们，请认真贯彻执行。", 100, 250),
        ("临江市能源局", 320, 380),
        ("临江市水利局", 320, 380),
        ("2024年3月5日", 310, 380),
        ("临江市能源绿色转型", 195, 285),
        ("行动方案", 220, 260),
        (BODY, 120, 380),
        (BODY, 100, 380),
    )
    text, _ = paragraphs([signed])
    assert text.split("\n") == [
        BODY + "现印发给你们，请认真贯彻执行。",
        "临江市能源局",
        "临江市水利局",
        "2024年3月5日",
        "临江市能源绿色转型",
        "行动方案",
        BODY * 2,
    ]


def test_a_sentence_broken_off_early_goes_on_at_the_margin_where_paragraphs_are_indented() -> None:
    closed = [(BODY[2:], 120, 380), (BODY, 100, 380), ("，落实到位。", 100, 160)] * 4
    broken = [("加快，" + BODY[5:], 120, 380), ("重", 120, 130), ("点任务如期完成。", 100, 180)]
    text, _ = paragraphs([page_of(*closed, *broken, *closed, top=1000)])
    assert "加快，" + BODY[5:] + "重点任务如期完成。" in text.split("\n")


def test_pages_with_other_margins_keep_their_paragraphs() -> None:
    even = page_of((BODY, 150, 410), (BODY, 130, 410), *[(BODY, 130, 410)] * 8, page=1)
    text, _ = paragraphs([page_of((BODY, 120, 380), *[(BODY, 100, 380)] * 9), even])
    assert text.split("\n") == [BODY * 10, BODY * 10]


def test_pieces_of_one_row_are_one_line() -> None:
    row = [PageLine("推进试点，", 0, 100, 150, 690, 700), PageLine("2024年完成。", 0, 150, 210, 688, 702)]
    assert paragraphs([row])[0] == "推进试点，2024年完成。"


def test_a_scan_is_refused_and_a_page_without_text_is_told() -> None:
    blank = pypdfium2.PdfDocument.new()
    blank.new_page(200, 200)
    out = io.BytesIO()
    blank.save(out)
    with pytest.raises(UnreadableFile, match="no text layer"):
        read_source(out.getvalue(), "scan.pdf")
    mixed = read_source(printed(f"{LONG}\n#pagebreak()\n#pagebreak()\n第二部分", PLAIN), "mixed.pdf")
    [lost] = [r for r in mixed.repairs if r.kind == "lost"]
    assert "page 2" in lost.why


def test_page_limit() -> None:
    with pytest.raises(UnreadableFile, match="2 pages, more than 1"):
        read_source(printed("甲\n#pagebreak()\n乙"), "long.pdf", Limits(max_pages=1))


def test_damaged_and_encrypted_files_are_told_apart() -> None:
    with pytest.raises(UnreadableFile, match="damaged"):
        read_source(b"%PDF-1.7\nnothing", "bad.pdf")
    with pytest.raises(UnreadableFile, match="encrypted"):
        read_source(encrypted(), "locked.pdf")


def encrypted() -> bytes:
    """A one-page PDF whose user password nobody knows."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, data in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, data)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    trailer = b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + table + trailer


def line(text: str, y: float, page: int = 0, left: float = 50.0) -> PageLine:
    return PageLine(text, page, left, left + 10 * len(text), y, y + 10)


def test_latin_words_keep_a_space_between_them_and_han_get_none() -> None:
    page = [line("推广储能与虚拟电厂等技术并支持 energy", 700), line("storage应用,完善标准体系并加强监测评价工作", 685)]
    text, _ = paragraphs([page])
    assert text == "推广储能与虚拟电厂等技术并支持energy storage应用,完善标准体系并加强监测评价工作"


def test_a_figure_at_the_foot_is_a_page_number_only_at_the_very_edge() -> None:
    page = [
        line("主要目标如下所列并按年度分解落实到位", 700),
        line("2025", 500),
        line("规模以上企业单位产值能耗稳步下降", 485),
        line("3", 40),
    ]
    text, aside = paragraphs([page])
    assert "2025" in text
    assert [(a.words, a.why) for a in aside] == [("3", "page number")]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.text("节能降碳改造", min_size=1, max_size=20), max_size=6), max_size=4))
def test_no_line_is_lost_or_changed(pages: list[list[str]]) -> None:
    laid = [[line(t, 700 - 15 * i, n) for i, t in enumerate(page)] for n, page in enumerate(pages)]
    text, aside = paragraphs(laid)
    set_aside = sum(len(a.words) for a in aside)
    assert len(text.replace("\n", "")) + set_aside == sum(len(t) for page in pages for t in page)
