"""Numbers in words 数字书写: plain digits, never an exponent; missing is not the matter of this file."""

from __future__ import annotations

import math

_MOST_PLACES = 12


def plain(value: float, digits: int = 6) -> str:
    """``digits`` significant digits with thousands set apart: 35,972,100; whole digits are never cut.

    What is too small for twelve decimals is 0.000…; a value that is not finite stands as Python writes it.
    """
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(places, _MOST_PLACES)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
