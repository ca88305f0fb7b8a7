"""A saved web page 网页: its paragraphs in order, each character with its offset into the markup.

Scripts, styles, hidden parts, navigation and footer are left out, rows of tables become lines. Pages are broken in
many ways, so nothing is trusted: if leaving navigation out would leave too little, it is kept, and the outline judges.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable

from dafeng.plan.encoding import Decoded
from dafeng.plan.formats.extracted import Extracted, Line, SetAside, assembled, flattened
from dafeng.plan.formats.html_tokens import RAW_TEXT, Token, tokens

_BLOCKS = """
address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure
footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section select summary
table tbody td tfoot th thead title tr ul
"""
BLOCKS = frozenset(_BLOCKS.split())
_VOID = "area base br col embed hr img input link meta param source track wbr o:p"
VOID = frozenset(_VOID.split())
_NEVER = "head noscript template iframe object svg math select option button canvas audio video datalist map rt rp"
NEVER_TEXT = RAW_TEXT | frozenset(_NEVER.split())
_PARAGRAPH = frozenset({"p"})
IMPLIED = {
    "li": frozenset({"p", "li"}),
    "td": frozenset({"p", "td", "th", "li"}),
    "th": frozenset({"p", "td", "th", "li"}),
    "tr": frozenset({"p", "td", "th", "tr", "li"}),
    "option": frozenset({"option"}),
    "dt": frozenset({"p", "dt", "dd"}),
    "dd": frozenset({"p", "dt", "dd"}),
    "br": frozenset[str](),
    "body": frozenset({"head"}),
}
FURNITURE_TAGS = frozenset({"nav", "footer"})
_HIDDEN_STYLE = re.compile(
    r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|mso-hide\s{0,9}:\s{0,9}all", re.I
)
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|footer|foot|breadcrumb|crumb|crumbs|sidebar|share|copyright|toolbar|pagination"
    r"|pager|qrcode)(?:$|[\s_-])",
    re.I,
)
_FURNITURE_ROLE = frozenset({"navigation", "contentinfo", "search", "menu"})
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,24});?")
_SPACE = re.compile(r"[ \t\n\f]+")
_SENTENCE = re.compile(r"[\u4e00-\u9fff]{6}[^。；\n]{0,400}[。；]")

KEPT_SHARE = 0.6  # if less than this share of the sentences survives, nothing was navigation
LINK_SHARE, LINK_RUN, LINK_LENGTH = 0.8, 3, 40


def read_html(decoded: Decoded) -> Extracted:
    """Paragraphs of the page; what was left out as furniture is told, where it held words."""
    markup = decoded.text
    strict = _Page(markup, furniture=False).lines()
    everything = _Page(markup, furniture=True).lines()
    lines = strict if _sentences(strict) >= KEPT_SHARE * _sentences(everything) else everything
    kept, menus = _without_menus(flattened(lines))
    aside = [*menus] if lines is everything else [*_left_out(everything, strict), *menus]
    text, start = assembled(kept)
    return Extracted("html", decoded.encoding, markup, text, start, tuple(aside), decoded.lost)


class _Page:
    """One pass over the markup with an explicit stack of the open elements that matter (blocks and hidden ones)."""

    def __init__(self, markup: str, *, furniture: bool) -> None:
        self.markup = markup
        self._keep_furniture = furniture
        self._lines: list[Line] = [Line()]
        self._stack: list[tuple[str, bool]] = []  # name and whether it hides
        self._open_count: Counter[str] = Counter()
        self._hidden = 0
        self._rows: list[tuple[int, int]] = []
        self._numbers = 0
        self._links = 0

    def lines(self) -> list[Line]:
        for token in tokens(self.markup):
            if token.kind == "text":
                self._text(token)
            elif token.kind == "open":
                self._open(token)
            else:
                self._close(token.name)
        return self._lines

    def _open(self, token: Token) -> None:
        name = token.name
        if name == "br" or name in BLOCKS:
            self._close_implied(name)
            self._break()
        if name in VOID:
            return
        hides = self._hides(token)
        if name in BLOCKS or hides or name in NEVER_TEXT:
            self._stack.append((name, hides))
            self._open_count[name] += 1
            self._hidden += hides
        self._links += name == "a"
        self._structure(name)

    def _structure(self, name: str) -> None:
        """Where rows and cells begin."""
        if name == "table":
            self._rows.append((0, 0))
        elif name == "tr":
            self._begin_row()
        elif name in ("td", "th"):
            self._begin_cell()
        if name in BLOCKS:
            self._break()

    def _close_implied(self, name: str) -> None:
        """A block ends an open paragraph, an item the item before it, a cell the cell before it."""
        while self._stack and self._stack[-1][0] in IMPLIED.get(name, _PARAGRAPH):
            self._pop()

    def _close(self, name: str) -> None:
        if name == "a":
            self._links = max(0, self._links - 1)
        if self._open_count[name]:
            while self._pop() != name:
                pass
        if name in BLOCKS:
            self._break()

    def _pop(self) -> str:
        name, hides = self._stack.pop()
        self._open_count[name] -= 1
        self._hidden -= hides
        if name == "table" and self._rows:
            self._rows.pop()
        elif name == "tr" and self._rows:
            self._rows[-1] = (0, 0)
        return name

    def _hides(self, token: Token) -> bool:
        if token.name in NEVER_TEXT:
            return True
        if not self._keep_furniture and token.name in FURNITURE_TAGS:
            return True
        if not token.attributes:
            return False
        values = token.attribute_values()
        if "hidden" in values or _HIDDEN_STYLE.search(values.get("style", "")):
            return True
        return not self._keep_furniture and token.name not in ("body", "html", "td") and _is_furniture(values)

    def _begin_row(self) -> None:
        if not self._rows:
            self._rows.append((0, 0))
        self._numbers += 1
        self._rows[-1] = (self._numbers, 0)

    def _begin_cell(self) -> None:
        if not self._rows or not self._rows[-1][0]:
            self._begin_row()
        row, cell = self._rows[-1]
        self._rows[-1] = (row, cell + 1)

    def _break(self) -> None:
        row, cell = self._rows[-1] if self._rows else (0, 0)
        last = self._lines[-1]
        if last.starts:
            self._lines.append(Line(row, cell))
        else:
            last.row, last.cell = row, cell

    def _text(self, token: Token) -> None:
        if self._hidden:
            return
        at = token.start
        for met in _ENTITY.finditer(self.markup, token.start, token.end):
            self._plain(at, met.start())
            self._entity(met[0], met.start())
            at = met.end()
        self._plain(at, token.end)

    def _plain(self, start: int, end: int) -> None:
        """Text between tags: white space counts once, and not at all between Han characters across a line end."""
        at = start
        for met in _SPACE.finditer(self.markup, start, end):
            self._add(self.markup[at : met.start()], range(at, met.start()))
            self._space(met[0], met.start())
            at = met.end()
        self._add(self.markup[at:end], range(at, end))

    def _space(self, blank: str, at: int) -> None:
        line = self._lines[-1]
        if self._open_count["pre"] and "\n" in blank:
            self._break()
        elif line.starts and not line.chars[-1].endswith(" "):
            broken = "\n" in blank and line.chars[-1][-1] > "\u2e7f" and self._next_is_wide(at + len(blank))
            if not broken:
                self._add(" ", (at,))

    def _next_is_wide(self, at: int) -> bool:
        return self.markup[at : at + 1] > "\u2e7f"

    def _entity(self, entity: str, at: int) -> None:
        meant = html.unescape(entity)
        if meant in ("\n", "\r"):
            self._space("\n", at)
        elif meant == "\xa0":
            self._add("\xa0", (at,))
        else:
            self._add(meant, (at,) * len(meant) if meant != entity else range(at, at + len(entity)))

    def _add(self, text: str, starts: Iterable[int]) -> None:
        if text:
            line = self._lines[-1]
            line.add(text, starts)
            line.linked += len(text) if self._links else 0


def _is_furniture(values: dict[str, str]) -> bool:
    names = f"{values.get('id', '')} {values.get('class', '')}"
    return values.get("role", "").lower() in _FURNITURE_ROLE or bool(_FURNITURE_NAME.search(names[:500]))


def _sentences(lines: list[Line]) -> int:
    return sum(len(_SENTENCE.findall(line.text)) for line in lines)


def _without_menus(lines: list[Line]) -> tuple[list[Line], list[SetAside]]:
    """Lines without runs of three or more short ones that are nothing but links 链接列表."""
    kept: list[Line] = []
    aside: list[SetAside] = []
    run: list[Line] = []
    for line in [*lines, Line()]:
        if line.starts and len(line.starts) <= LINK_LENGTH and line.linked >= LINK_SHARE * len(line.starts):
            run.append(line)
            continue
        if len(run) >= LINK_RUN:
            aside += [SetAside(r.starts[0], r.text, "a list of links, taken for navigation", 0.9) for r in run]
        else:
            kept += run
        run = []
        if line.starts:
            kept.append(line)
    return kept, aside


def _left_out(everything: list[Line], strict: list[Line]) -> list[SetAside]:
    """The words that stand in the page as a whole but not in what was kept."""
    kept = {line.starts[0] for line in strict if line.starts}
    return [
        SetAside(line.starts[0], line.text.strip(), "navigation or footer by its tag or name", 0.9)
        for line in everything
        if line.starts and line.starts[0] not in kept and line.text.strip()
    ]
