"""A number as people write it 数字写法: ``1,200``, ``1 200``, ``95%``, ``699.66 万吨CO2``: value and unit."""

from __future__ import annotations

import re
import unicodedata

from dafeng.base.errors import BadRequest

_NUMBER = re.compile(r"([+\-−]?(?:\d{1,3}(?:[,' ]\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+\-]?\d+)?)\s*(.*)", re.DOTALL)
_BRACKETS = re.compile(r"\(([\d,.' ]+)\)")
_LONGEST = 120


def stated(text: str) -> tuple[float | None, str | None]:
    """Value and unit of a written number; unit None where none is written, value None for an empty text or a dash.

    A comma or space sets thousands apart, never decimals: ``1,5`` is refused. Raises BadRequest for what is no number.
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).replace("\u2212", "-").strip()
    if plain in ("", "-", "--", "—", "n/a", "NA", "N/A"):
        return None, None
    if (taken_off := _BRACKETS.match(plain)) is not None:  # (1,200) is how accountants write −1,200
        plain = f"-{taken_off[1]}{plain[taken_off.end() :]}"
    found = _NUMBER.fullmatch(plain)
    digits = re.sub(r"[,' ]", "", found[1]) if found else ""
    if found is None or not any(c.isdigit() for c in digits) or found[2][:1] in (",", "."):
        raise BadRequest(
            f"{text[:40]!r} is no number", mend="Write 1200, 1,200, 95% or 1200 t.",
            zh=f"“{text[:40]}”不是数字", mend_zh="请写成 1200、1,200、95% 或 1200 t。",
        )  # fmt: skip
    return float(digits), found[2].strip() or None
