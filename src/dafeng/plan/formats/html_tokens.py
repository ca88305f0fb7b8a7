"""Markup cut into tags and text in one pass, linear in its length, with the offset of every piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

RAW_TEXT = frozenset({"script", "style", "textarea", "title", "xmp", "noembed", "noframes"})
QUOTED_REACH = 1024  # how far a ">" inside quotes is looked for

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:-]{0,40}")
_ATTRIBUTE = re.compile(r"""([A-Za-z_:@][-A-Za-z0-9_:.@]{0,80})(?:\s{0,200}=\s{0,200}("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_TAG_REST = re.compile(r"""[^>"']*+(?:"[^"]*+"[^>"']*+|'[^']*+'[^>"']*+)*+>""")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of markup: its kind, where it stands, tag name in lower case, attributes as written."""

    kind: Literal["open", "close", "text"]
    start: int
    end: int
    name: str = ""
    attributes: str = ""

    def attribute_values(self) -> dict[str, str]:
        """Attributes of an open tag by lower-case name, without quotes."""
        return {k.lower(): v.strip("\"'") for k, v in _ATTRIBUTE.findall(self.attributes)}


def tokens(markup: str) -> Iterator[Token]:
    """Open and close tags and text of the markup; comments, doctype, script and style bodies are passed over."""
    at, text_from = 0, 0
    finder = _Finder(markup)
    while (at := markup.find("<", at)) >= 0:
        end, token = _piece(markup, at, finder)
        if end == at:
            at += 1
            continue
        if text_from < at:
            yield Token("text", text_from, at)
        if token:
            yield token
            if token.kind == "open" and token.name in RAW_TEXT:
                end = finder.closing(token.name, end)
        at = text_from = end
    if text_from < len(markup):
        yield Token("text", text_from, len(markup))


class _Finder:
    """Searches ahead that remember a failure, so that unclosed things cost one pass, not one for each."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self._missing: set[str] = set()
        self._next: dict[str, int] = {}
        self._lower: str | None = None

    def find(self, what: str, at: int) -> int:
        if what in self._missing:
            return -1
        if self._next.get(what, -1) >= at:
            return self._next[what]
        found = self._next[what] = self.markup.find(what, at)
        if found < 0:
            self._missing.add(what)
        return found

    def closing(self, name: str, at: int) -> int:
        """Where ``</name`` stands, or the place itself if it never comes."""
        if self._lower is None:
            lower = self.markup.lower()
            self._lower = lower if len(lower) == len(self.markup) else self.markup
        what = "</" + name
        if what in self._missing:
            return at
        found = self._lower.find(what, at)
        if found < 0:
            self._missing.add(what)
            return at
        return found


def _piece(markup: str, at: int, finder: _Finder) -> tuple[int, Token | None]:
    """The end of the tag, comment or declaration at ``at`` and its token; the place itself if it is only text."""
    following = markup[at + 1 : at + 2]
    if following == "!" or following == "?":
        return _declaration_end(markup, at, finder), None
    closing = following == "/"
    name = _NAME.match(markup, at + 1 + closing)
    if not name:
        return at, None
    end = _tag_end(markup, name.end(), finder)
    if end < 0:
        return at, None
    kind: Literal["open", "close"] = "close" if closing else "open"
    return end, Token(kind, at, end, name[0].lower(), markup[name.end() : end - 1])


def _declaration_end(markup: str, at: int, finder: _Finder) -> int:
    """Conditional comments of Word pages (``<![if ...]>``) and comments alike; unclosed ones end at the next ``>``."""
    if markup.startswith("<!--", at):
        end = finder.find("-->", at + 4)
        if end >= 0:
            return end + 3
    end = finder.find(">", at)
    return end + 1 if end >= 0 else at


def _tag_end(markup: str, at: int, finder: _Finder) -> int:
    """Behind the ``>`` that ends a tag, -1 if there is none; one inside quotes is passed over where they close soon."""
    end = finder.find(">", at)
    if end < 0:
        return -1
    if markup.count('"', at, end) % 2 == 0 and markup.count("'", at, end) % 2 == 0:
        return end + 1
    quoted = _TAG_REST.match(markup, at, min(at + QUOTED_REACH, len(markup)))
    return quoted.end() if quoted else end + 1
