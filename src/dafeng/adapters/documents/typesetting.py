"""Typst with our fonts only 排版: Noto Serif SC for the text, Noto Sans SC for headings and figures, both by pip."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import typst

from dafeng.base.errors import StoreError

_LONG_WORD = re.compile(r"[!-,.0-~]{24}(?=[!-,.0-~])")
BODY, HEAD = "Noto Serif SC", "Noto Sans SC"


@cache
def _compiler() -> typst.Compiler:
    """One compiler for the process: reading the fonts costs more than setting a page."""
    serif = Path(str(files("pylopdf_fonts_zh_cn")))
    sans = Path(str(files("justmytype_intl_cjk"))) / "fonts" / "ofl" / "notosanssc"
    fonts = typst.Fonts(False, True, [str(serif), str(sans)])
    if missing := {BODY, HEAD} - set(fonts.families()):
        raise StoreError(f"fonts are missing: {', '.join(sorted(missing))}", mend="Install dafeng's packages again.")
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)


def compiled(markup: str, form: Literal["pdf", "svg", "png"], ppi: float = 200.0) -> bytes:
    """One document (PDF) or one picture (SVG, PNG) from Typst markup; the same markup gives the same bytes."""
    out = _compiler().compile(markup.encode(), format=form, ppi=ppi, timestamp=0)
    if not isinstance(out, bytes):
        raise TypeError("a picture must fit one page")
    return out


def text(words: str) -> str:
    """Words as a Typst string literal: whatever they hold, they stay words; a word longer than a line may be broken."""
    words = _LONG_WORD.sub("\\g<0>\u200b", words)
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", " ") + '"'
