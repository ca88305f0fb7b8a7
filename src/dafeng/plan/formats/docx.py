"""A Word document: paragraphs with their automatic numbers, tables as lines, text boxes behind their paragraph.

The XML is read as a stream of events, so depth costs nothing; a document type declaration is refused, so there are
no entities to unfold. Deleted (tracked), hidden and field-code text is not the document's text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from dafeng.base.errors import UnreadableFile
from dafeng.plan.formats.docx_numbering import Level, Numbering
from dafeng.plan.formats.docx_package import DOCUMENT, NUMBERING, STYLES, document_parts
from dafeng.plan.formats.extracted import Extracted, Line, assembled, flattened
from dafeng.plan.limits import Limits

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_W_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main "
_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math "
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006 "
_SKIPPED = frozenset({"mc:Fallback", "delText", "instrText", "del", "moveFrom", "rt", "sectPr", "tblPr", "trPr", "tcPr",
    "tabs", "pPrChange", "rPrChange", "numberingChange"})  # fmt: skip
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
_OFF = frozenset({"0", "false", "off"})

Attributes = dict[str, str]


def read_docx(data: bytes, name: str, limits: Limits) -> Extracted:
    """The text of a DOCX; offsets point into the extracted text, for the file has none that a person could use."""
    parts = document_parts(data, name, limits)
    numbering = _numbering(parts, name)
    body = _Body(numbering)
    _parse(parts[DOCUMENT], body.open, body.close, body.characters, name)
    text, _ = assembled(flattened(body.lines))
    return Extracted.plain("docx", None, text)


@dataclass(slots=True)
class _Paragraph:
    """A paragraph being read, and the text boxes that hang on it."""

    line: Line
    boxes: list[Line] = field(default_factory=list)
    style: str | None = None
    list_id: str | None = None
    level: int | None = None


class _Body:
    """Reads document.xml by events; the paragraph stack is as deep as text boxes are nested."""

    def __init__(self, numbering: Numbering) -> None:
        self.lines: list[Line] = []
        self._numbering = numbering
        self._open: list[_Paragraph] = []
        self._rows: list[list[int]] = []  # for each open table [row number, cell number]
        self._row_count = 0
        self._skip = 0
        self._in_text = 0
        self._hidden_run = False
        self._in_run_properties = 0

    def open(self, tag: str, attributes: Attributes) -> None:
        if self._skip or tag in _SKIPPED:
            self._skip += 1
        elif tag == "p":
            self._open.append(_Paragraph(Line(*(self._rows[-1] if self._rows else (0, 0)))))
        elif tag == "tbl":
            self._rows.append([0, 0])
        elif tag == "tr" and self._rows:
            self._row_count += 1
            self._rows[-1] = [self._row_count, 0]
        elif tag == "tc" and self._rows:
            self._rows[-1][1] += 1
        elif tag == "txbxContent":
            self._rows.append([0, 0])
        else:
            self._inside(tag, attributes)

    def _inside(self, tag: str, attributes: Attributes) -> None:
        """What stands inside a paragraph: properties and signs."""
        if tag == "t":
            self._in_text += 1
        elif tag == "r":
            self._hidden_run = False
        elif tag == "rPr":
            self._in_run_properties += 1
        elif tag == "vanish" and self._in_run_properties:
            self._hidden_run = attributes.get("val", "true") not in _OFF
        elif tag in _SIGNS and not self._in_run_properties:
            self._add(_SIGNS[tag] if attributes.get("type") != "page" else "\n")
        elif tag == "sym":
            self._add(_symbol(attributes.get("char", "")))
        elif self._open:
            self._property(tag, attributes)

    def _property(self, tag: str, attributes: Attributes) -> None:
        paragraph = self._open[-1]
        if tag == "pStyle":
            paragraph.style = attributes.get("val")
        elif tag == "numId":
            paragraph.list_id = attributes.get("val")
        elif tag == "ilvl":
            paragraph.level = _whole(attributes.get("val"))

    def close(self, tag: str) -> None:
        if self._skip:
            self._skip -= 1
        elif tag == "p" and self._open:
            self._finish(self._open.pop())
        elif tag in ("tbl", "txbxContent") and self._rows:
            self._rows.pop()
        elif tag == "t":
            self._in_text -= 1
        elif tag == "rPr":
            self._in_run_properties -= 1
        elif tag == "r":
            self._hidden_run = False

    def characters(self, text: str) -> None:
        if self._in_text and not self._skip:
            self._add(text)

    def _add(self, text: str) -> None:
        if self._open and not self._hidden_run:
            self._open[-1].line.add(text, (0,) * len(text))

    def _finish(self, paragraph: _Paragraph) -> None:
        label = self._label(paragraph)
        line = paragraph.line
        if label and line.text.strip():
            line.chars.insert(0, label)
            line.starts.extend((0,) * len(label))
        made = [*_split(line), *paragraph.boxes]
        if self._open:
            self._open[-1].boxes += made
        else:
            self.lines += made

    def _label(self, paragraph: _Paragraph) -> str:
        styled = self._numbering.styles.get(paragraph.style or "")
        list_id = paragraph.list_id or (styled[0] if styled else None)
        if list_id is None or list_id == "0" or not paragraph.line.text.strip():
            return ""
        level = paragraph.level
        if level is None:
            level = styled[1] if styled else 0
        return self._numbering.next_label(list_id, level)


def _split(line: Line) -> list[Line]:
    """A paragraph with line breaks as several lines."""
    return [Line(line.row, line.cell, [part], line.starts[: len(part)]) for part in line.text.split("\n")]


def _symbol(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""


def _whole(text: str | None, default: int = 0) -> int:
    """A small whole number of an attribute, the default where it is none."""
    return (
        int(text) if text and len(text) < 9 and text.lstrip("-").isascii() and text.lstrip("-").isdigit() else default
    )


def _numbering(parts: dict[str, bytes], name: str) -> Numbering:
    reader = _Lists()
    if NUMBERING in parts:
        _parse(parts[NUMBERING], reader.open, reader.close, _nothing, name)
    if STYLES in parts:
        styles = _Styles()
        _parse(parts[STYLES], styles.open, styles.close, _nothing, name)
        reader.numbering.styles |= styles.resolved()
    return reader.numbering


class _Lists:
    """numbering.xml: abstract lists with their levels, and the lists that use them."""

    def __init__(self) -> None:
        self.numbering = Numbering()
        self._abstract: str | None = None
        self._list: str | None = None
        self._level: Level | None = None
        self._number = 0
        self._styled: dict[tuple[str, int], str] = {}

    def open(self, tag: str, attributes: Attributes) -> None:
        value = attributes.get("val", "")
        if tag == "abstractNum":
            self._abstract = attributes.get("abstractNumId", "")
            self.numbering.levels.setdefault(self._abstract, {})
        elif tag == "num":
            self._list = attributes.get("numId", "")
        elif tag == "abstractNumId" and self._list is not None:
            self.numbering.lists[self._list] = value
        elif tag == "lvl":
            self._begin_level(attributes)
        elif tag == "lvlOverride":
            self._number = _whole(attributes.get("ilvl"))
        elif tag == "startOverride" and self._list is not None:
            self.numbering.overrides[self._list, self._number] = _whole(value, 1)
        elif self._level is not None:
            self._level_property(tag, value)

    def _begin_level(self, attributes: Attributes) -> None:
        self._number = _whole(attributes.get("ilvl"))
        self._level = Level()
        if self._abstract is not None:
            self.numbering.levels[self._abstract][self._number] = self._level

    def _level_property(self, tag: str, value: str) -> None:
        level = self._level
        if level is None:
            return
        if tag == "start":
            level.start = _whole(value, 1)
        elif tag == "numFmt":
            level.format = value
        elif tag == "lvlText":
            level.text = value
        elif tag == "suff":
            level.suffix = value
        elif tag == "isLgl":
            level.legal = value not in _OFF
        elif tag == "pStyle" and self._abstract is not None:
            self._styled[self._abstract, self._number] = value

    def close(self, tag: str) -> None:
        if tag == "lvl":
            self._level = None
        elif tag == "abstractNum":
            self._abstract = None
        elif tag == "num":
            self._bind_styles()
            self._list = None

    def _bind_styles(self) -> None:
        """Styles named by a level belong to the first list made of it."""
        if self._list is None:
            return
        abstract = self.numbering.lists.get(self._list)
        for (owner, level), style in self._styled.items():
            if owner == abstract:
                self.numbering.styles.setdefault(style, (self._list, level))


class _Styles:
    """styles.xml: which paragraph styles are numbered, by themselves or through the style they are based on."""

    def __init__(self) -> None:
        self._style = ""
        self._based: dict[str, str] = {}
        self._lists: dict[str, str] = {}
        self._levels: dict[str, int] = {}

    def open(self, tag: str, attributes: Attributes) -> None:
        if tag == "style":
            self._style = attributes.get("styleId", "")
        elif tag == "basedOn":
            self._based[self._style] = attributes.get("val", "")
        elif tag == "numId":
            self._lists[self._style] = attributes.get("val", "")
        elif tag == "ilvl":
            self._levels[self._style] = _whole(attributes.get("val"))

    def close(self, tag: str) -> None:
        if tag == "style":
            self._style = ""

    def resolved(self) -> dict[str, tuple[str, int]]:
        found: dict[str, tuple[str, int]] = {}
        for style in {*self._based, *self._lists}:
            at, steps = style, 0
            while at not in self._lists and at in self._based and steps < 16:
                at, steps = self._based[at], steps + 1
            if at in self._lists:
                found[style] = (self._lists[at], self._levels.get(style, self._levels.get(at, 0)))
        return found


def _nothing(_: str) -> None:
    return None


def _parse(
    xml: bytes,
    opened: Callable[[str, Attributes], None],
    closed: Callable[[str], None],
    characters: Callable[[str], None],
    name: str,
) -> None:
    """Feed the events of a part to its reader, with short names; raises UnreadableFile for unsound XML."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: opened(
        _short(tag), {_short(k): v for k, v in attributes.items()}
    )
    parser.EndElementHandler = lambda tag: closed(_short(tag))
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = lambda *_: _refuse_doctype(name)
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as fault:
        raise UnreadableFile(
            f"the XML inside the DOCX is broken ({fault})", where=name, mend="Open it in Word or WPS and save it again."
        ) from fault


def _refuse_doctype(name: str) -> None:
    raise UnreadableFile(
        "the XML inside the DOCX declares a document type, which Word never writes",
        where=name,
        mend="Save the document again in Word or WPS.",
    )


def _short(tag: str) -> str:
    """The local name of a Word element; other name spaces keep a mark so that they are not mistaken for Word's."""
    if tag.startswith(_W):
        return tag[len(_W) :]
    if tag.startswith(_W_STRICT):
        return tag[len(_W_STRICT) :]
    if tag == _MATH + "t":
        return "t"
    if tag.startswith(_MC):
        return "mc:" + tag[len(_MC) :]
    return tag if " " not in tag else "other:" + tag.rsplit(" ", 1)[1]
