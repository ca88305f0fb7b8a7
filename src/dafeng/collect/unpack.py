"""Before a workbook is opened 开箱检查: is it small enough inside, and which cells hold errors instead of values.

A spreadsheet is a zip of XML. Read blindly, a file of a few kilobytes can ask for terabytes: by deflation, or by one
cell at the far corner of the sheet (readers lay out the whole rectangle). And two things vanish on the usual way in:
error cells (#DIV/0!) and formulas that were never computed; both would look like "no figure given".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from dafeng.base.archives import Bounds, Member, Unsound, members_of, rewritten, whole
from dafeng.base.errors import UnreadableFile

_READ = (".xml", ".rels")  # what a reader of workbooks may look into, so what is looked through here
_MOST_PARTS, _LARGEST_TABLE = 10_000, 16 << 20
_RATIO = 200.0  # unfolded over packed: a sheet has ten to thirty
_LONGEST_TAG = 1 << 20
# in Rust's regex by Polars: a 66 MB sheet is scanned in a tenth of the time Python's re takes
_ROW = r"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](\d{1,9})["']"""
_FAR_CELL = r"""\sr\s*=\s*["']([A-Z]{2,7}\d{1,9}|[A-Z]\d{6,9})["']"""
_ERROR_CELL = re.compile(rb"<c\b([^>]*\bt=\"e\"[^>]*)>(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)?<v>([^<]{1,30})</v>")
_UNCOMPUTED = re.compile(rb"<c\b([^>]*)>(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>")
_REF = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
UNCOMPUTED = "#公式未计算"


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a delivered file may be 文件上限."""

    file_bytes: int = 200 << 20
    inflated_bytes: int = 1 << 30
    sheets: int = 60
    rows: int = 1_048_576
    columns: int = 256
    cells: int = 40_000_000


@dataclass
class Extent:
    """What one XML part asks for: last row and column, and the cells without a usable value (row, column) → text."""

    rows: int = 0
    columns: int = 0
    lost: dict[tuple[int, int], str] = field(default_factory=dict)


def column_number(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


@dataclass(frozen=True)
class Opened:
    """A workbook that was looked through: its bytes for the reader, and the cells without a usable value.

    data holds the XML parts alone, each as long as its header says: only what was looked at is read.
    """

    data: bytes
    lost: dict[str, dict[tuple[int, int], str]]  # sheet name → (row, column) → text


def opened(data: bytes, limits: Limits, where: str) -> Opened:
    """Check an xlsx archive against the limits, and note the cells that hold an error or an uncomputed formula.

    Raises UnreadableFile where the archive is broken, encrypted, or asks for more than the limits.
    """
    try:
        members = members_of(data, Bounds(_MOST_PARTS, limits.inflated_bytes, _RATIO))
        if any(member.encrypted for member in members.values()):
            raise _encrypted(where)
        parts = {name: member for name, member in members.items() if name.lower().endswith(_READ)}
        for name in members.keys() - parts.keys():  # pictures and printer settings: nobody reads them
            for _ in members[name].chunks():
                pass
        lost = {name: extent.lost for name, m in parts.items() if (extent := _extent(m, limits, where)).lost}
        names = _sheet_names(parts, limits)
        return Opened(rewritten(parts.values()), {names.get(part, part): cells for part, cells in lost.items()})
    except Unsound as error:
        raise (
            _too_large("unpacks to more than is allowed", where) if error.too_much else _damaged(error, where)
        ) from error
    except ValueError as error:
        raise _damaged(error, where) from error


def _damaged(error: ValueError, where: str) -> UnreadableFile:
    return UnreadableFile(
        f"the workbook is damaged ({error})",
        where=where,
        mend="Open it in a spreadsheet program and save it again.",
    )


def _encrypted(where: str) -> UnreadableFile:
    return UnreadableFile(
        "the workbook is encrypted",
        where=where,
        mend="Save it without a password.",
        zh="工作簿已加密",
        mend_zh="请去掉密码后另存再传。",
    )


def _too_large(how: str, where: str) -> UnreadableFile:
    return UnreadableFile(
        f"the workbook {how}",
        where=where,
        mend="Delete empty rows, columns and sheets, or split it into several files.",
    )


def _extent(member: Member, limits: Limits, where: str) -> Extent:
    extent = Extent()
    for text in _tags(member, where):
        _reach(text, extent)
        _note_lost(text, extent)
    rows, columns = extent.rows, max(extent.columns, 26)
    if columns > limits.columns or rows > limits.rows or rows * columns > limits.cells:
        raise _too_large(f"reaches to row {rows}, column {columns} ({member.name})", where)
    return extent


def _reach(text: bytes, extent: Extent) -> None:
    """Widen the extent by the rows and the far cells named in a stretch of XML (columns up to Z and rows of cells up to
    99,999 are not looked at singly: what they can ask for is bounded by the limit on columns)."""
    words = pl.Series([text.decode("utf-8")])
    rows = words.str.extract_all(_ROW).explode().str.extract(_ROW).cast(pl.Int64)
    extent.rows = max(extent.rows, _largest(rows))
    far = words.str.extract_all(_FAR_CELL).explode().str.extract(_FAR_CELL).unique().drop_nulls()
    extent.rows = max(extent.rows, _largest(far.str.extract(r"(\d+)").cast(pl.Int64)))
    letters = far.str.extract(r"([A-Z]+)").unique().to_list()
    extent.columns = max([extent.columns, *(column_number(word.encode()) for word in letters)])


def _largest(numbers: pl.Series) -> int:
    largest = numbers.max()
    return largest if isinstance(largest, int) else 0


def _note_lost(text: bytes, extent: Extent) -> None:
    if b't="e"' in text:
        for attributes, shown in _ERROR_CELL.findall(text):
            _put(extent, attributes, shown.decode("utf-8", "replace"))
    if b"<f" in text:
        for attributes in _UNCOMPUTED.findall(text):
            if b't="str"' not in attributes:  # a formula whose value is an empty text is computed
                _put(extent, attributes, UNCOMPUTED)


def _put(extent: Extent, attributes: bytes, text: str) -> None:
    if match := _REF.search(attributes):
        extent.lost[(int(match[2]), column_number(match[1]))] = text


def _tags(member: Member, where: str) -> Iterator[bytes]:
    """The part in stretches that begin at a tag of a row, so that no cell is cut in two."""
    held = b""
    for chunk in member.chunks():
        held += chunk
        cut = max(held.rfind(b"<row"), held.rfind(b"<c "))
        if cut <= 0:
            cut = held.rfind(b"<")
        if cut < len(held) - _LONGEST_TAG and member.name.endswith(".xml"):
            raise UnreadableFile("the workbook holds a cell of absurd length", where=where, mend="Shorten its text.")
        yield held[:cut]
        held = held[max(cut, 0) :]
    yield held


def _sheet_names(parts: dict[str, Member], limits: Limits) -> dict[str, str]:
    """Part name → sheet name, as the workbook's own tables say."""
    book, ties = parts.get("xl/workbook.xml"), parts.get("xl/_rels/workbook.xml.rels")
    if book is None or ties is None:
        return {}
    if max(book.size, ties.size) > _LARGEST_TABLE:
        raise Unsound("the list of sheets is too long", too_much=True)
    relations = {_attribute(tag, b"Id"): _attribute(tag, b"Target") for tag in _RELATION.findall(whole(ties))}
    names = {}
    for tag in _SHEET.findall(whole(book))[: limits.sheets]:
        target = relations.get(_attribute(tag, rb"\w+:id"), "").removeprefix("/xl/")
        names[f"xl/{target}"] = _unescaped(_attribute(tag, b"name"))
    return names


def _attribute(tag: bytes, name: bytes) -> str:
    match = re.search(rb"\s" + name + rb"\s*=\s*[\"']([^\"']*)[\"']", tag)
    return match[1].decode("utf-8", "replace") if match else ""


def _unescaped(text: str) -> str:
    for code, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(code, sign)
    return text
