"""A PDF with a text layer: the lines of each page by PDFium, then paragraphs by their shape on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dafeng.base.errors import UnreadableFile
from dafeng.plan.formats.extracted import Extracted
from dafeng.plan.formats.pdf_layout import PageLine, paragraphs
from dafeng.plan.limits import Limits

HYPHENATED = "\ufffe"
SECOND_HALF = "\x00"
NARROW = 0.75  # gap between two Chinese characters [widths of one] below which nobody meant a space
_INNER = re.compile(
    "(?<=[\u3001\u3002\u300a\u300b\u4e00-\u9fff\uff08-\uff1f”’]) (?=[\u300a\u300b\u4e00-\u9fff\uff08-\uff1f“‘])"
)
_LINE = re.compile(f"([^\n{HYPHENATED}]*)([\n{HYPHENATED}]|$)")

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage


def read_pdf(data: bytes, name: str, limits: Limits) -> Extracted:
    """The text of a PDF; offsets point into the extracted text. Raises UnreadableFile where there is no text layer."""
    document = _opened(data, name)
    try:
        count = len(document)
        if count > limits.max_pages:
            raise UnreadableFile(
                f"the PDF has {count:,} pages, more than {limits.max_pages:,}",
                where=name,
                mend="Take the pages of the plan out of it, or raise the limit.",
            )
        pages = [_page_lines(document, number, name, limits) for number in range(count)]
    finally:
        document.close()
    if not any(pages):
        raise UnreadableFile(
            f"the PDF has {count} page(s) and no text layer: it is a scan",
            where=name,
            mend="Run optical character recognition (文字识别) on it, or find the HTML or DOCX of the same plan.",
        )
    text, aside = paragraphs(pages)
    return Extracted.plain("pdf", None, text, tuple(aside))


def _opened(data: bytes, name: str) -> PdfDocument:
    import pypdfium2  # 0.1 s; only PDFs need it

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        if "password" in str(fault).lower() or "security" in str(fault).lower():
            raise UnreadableFile("the PDF is encrypted", where=name, mend="Save it without a password.") from fault
        raise UnreadableFile(
            f"the PDF is damaged ({fault})",
            where=name,
            mend="Download it again, or open it in a viewer and print it to PDF.",
        ) from fault


def _page_lines(document: PdfDocument, number: int, name: str, limits: Limits) -> list[PageLine]:
    page = document[number]
    try:
        textpage = page.get_textpage()
        try:
            if textpage.count_chars() > limits.max_chars:
                raise UnreadableFile(
                    f"page {number + 1} holds more than {limits.max_chars:,} characters",
                    where=name,
                    mend="This is no plan; check the file.",
                )
            return [line for line in _lines(textpage, number) if line.text]
        finally:
            textpage.close()
    finally:
        page.close()


def _lines(textpage: PdfTextPage, page: int) -> Iterator[PageLine]:
    """The lines of one page with the box of each, from its first and last visible character.

    PDFium joins a line that ends in a hyphen to the next one and writes U+FFFE for hyphen and line end together.
    """
    for met in _LINE.finditer(_text(textpage)):
        words = met[1].strip("\r \u3000\t\x00")
        if words:
            first = met.start() + met[1].index(words)
            hyphen = "-" if met[2] == HYPHENATED else ""
            line = _boxed(textpage, words + hyphen, first, first + len(words) - 1, page)
            yield _closed(line, {m.start() for m in _INNER.finditer(words) if _is_narrow(textpage, first + m.start())})


def _closed(line: PageLine, places: set[int]) -> PageLine:
    """The line without the spaces at these places."""
    kept = "".join(c for i, c in enumerate(line.text) if i not in places and c != SECOND_HALF)
    return replace(line, text=kept, closed=len(places)) if len(kept) < len(line.text) else line


def _is_narrow(textpage: PdfTextPage, index: int) -> bool:
    """Whether nobody typed the space at an index: PDFium puts one where characters stand a little apart."""
    import pypdfium2.raw as raw

    if raw.FPDFText_IsGenerated(textpage.raw, index) != 1:
        return False
    left, _, right, _ = textpage.get_charbox(index - 1, loose=True)
    return bool(textpage.get_charbox(index + 1, loose=True)[0] - right < NARROW * (right - left))


def _text(textpage: PdfTextPage) -> str:
    """The characters of a page, one for each index PDFium counts, so that boxes can be asked for by offset."""
    count = textpage.count_chars()
    text = str(textpage.get_text_range()) if count else ""
    if len(text) == count:
        return text
    import pypdfium2.raw as raw

    codes = [raw.FPDFText_GetUnicode(textpage.raw, i) for i in range(count)]
    return "".join(_char(codes, i) for i in range(count))


def _char(codes: Sequence[int], index: int) -> str:
    """The character at an index; of one beyond the basic plane the second half is given as NUL."""
    code = codes[index]
    if 0xD800 <= code < 0xDC00 and index + 1 < len(codes) and 0xDC00 <= codes[index + 1] < 0xE000:
        return chr(0x10000 + ((code - 0xD800) << 10) + codes[index + 1] - 0xDC00)
    if 0xDC00 <= code < 0xE000 and index and 0xD800 <= codes[index - 1] < 0xDC00:
        return SECOND_HALF
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _boxed(textpage: PdfTextPage, words: str, first: int, last: int, page: int) -> PageLine:
    left, bottom, _, top = textpage.get_charbox(first, loose=True)
    _, bottom_end, right, top_end = textpage.get_charbox(last, loose=True)
    return PageLine(words, page, left, right, min(bottom, bottom_end), max(top, top_end))
