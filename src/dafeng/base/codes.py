"""Official codes 官方编码: their form and check digits (the tables of names are in the registry)."""

from __future__ import annotations

import re

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_AREA = re.compile(r"[0-9]{6}")  # not \d: full-width digits are no code
_INDUSTRY = re.compile(r"[A-T]|[0-9]{2,4}")


def uscc_check_character(first17: str) -> str:
    """The 18th character of a unified social credit code 统一社会信用代码 (GB 32100-2015, weights 3^(i-1) mod 31)."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first17, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def uscc_fault(code: str) -> str | None:
    """What is wrong with a credit code, in words; None when it is right."""
    if len(code) != 18:
        return f"has {len(code)} characters, not 18"
    if bad := sorted(set(code) - set(USCC_ALPHABET)):
        return f"holds characters that the code does not use: {''.join(bad)}"
    if code[17] != uscc_check_character(code[:17]):
        return "has a wrong check character"
    return None


def is_area_code(code: str) -> bool:
    """Six digits of GB/T 2260 (form only)."""
    return _AREA.fullmatch(code) is not None


def is_industry_code(code: str) -> bool:
    """A section letter, or 2 to 4 digits of GB/T 4754 (form only)."""
    return _INDUSTRY.fullmatch(code) is not None


def area_parent(code: str) -> str | None:
    """The area above by the structure of the code: county → prefecture → province → None."""
    if code.endswith("0000"):
        return None
    return f"{code[:2]}0000" if code.endswith("00") else f"{code[:4]}00"
