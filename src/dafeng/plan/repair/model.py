"""How likely one character follows another 字符二元模型: counted in the document itself and in the field's words."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from math import log

from dafeng.plan.repair.lexicon import TERMS
from dafeng.plan.script import simplified_char, to_simplified

UNSEEN = -14.0  # log probability of a character that neither document nor words have
ORDINARY = 5.0  # how much a pair must be seen to be trusted over its parts

_LOST = re.compile("[?\ufffd]+")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # ，and , are one sign to the model


class Bigrams:
    """Pairs of neighbouring characters, in simplified form, with the script of the document remembered.

    The document counts once for each occurrence; each word of the lexicon once. What is seen nowhere falls back to
    the single character, and that to a floor.
    """

    def __init__(self, text: str) -> None:
        text = _LOST.sub("\n", text)
        plain = to_simplified(text).translate(_HALF_WIDTH)
        self.raw: Counter[str] = Counter(text)
        self.single: Counter[str] = Counter(plain)
        self.pair: Counter[str] = Counter(map("".join, pairwise(plain)))
        for term in TERMS:
            self.single.update(term)
            self.pair.update(term[i : i + 2] for i in range(len(term) - 1))
        self.total = sum(self.single.values())
        self._written = _written_forms(self.raw)
        self._after: dict[str, list[str]] = {}
        for two in self.pair:
            self._after.setdefault(two[0], []).append(two[1])
        self.common = tuple(sorted(self.raw, key=lambda c: (-self.raw[c], c)))
        self.logp = lru_cache(maxsize=100_000)(self._logp)
        self.followers = lru_cache(maxsize=10_000)(self._followers)

    def _followers(self, previous: str) -> tuple[str, ...]:
        """Characters seen behind another one, as the document writes them, the likeliest first."""
        plain = simplified_char(previous)
        seen = {w for c in self._after.get(plain, ()) for w in self._written.get(c, (c,))}
        return tuple(sorted(seen, key=lambda c: (-self.logp(c, previous), c)))

    def _logp(self, char: str, previous: str) -> float:
        """Log probability of ``char`` behind ``previous``, with a fee for the script the document does not use."""
        c, p = simplified_char(char).translate(_HALF_WIDTH), simplified_char(previous).translate(_HALF_WIDTH)
        alone = self.single.get(c)
        if not alone:
            return UNSEEN
        seen, before = self.pair.get(p + c, 0), self.single.get(p, 0)
        weight = before / (before + ORDINARY)
        chance = weight * (seen / before if before else 0.0) + (1 - weight) * alone / self.total
        floor = 0.05 * alone / self.total
        fee = 0.0 if char in self.raw else -2.0
        return log(max(chance, floor)) + fee


def _written_forms(raw: Counter[str]) -> dict[str, tuple[str, ...]]:
    """For each simplified character the forms in which the document writes it."""
    forms: dict[str, tuple[str, ...]] = {}
    for char in raw:
        plain = simplified_char(char)
        forms[plain] = (*forms.get(plain, ()), char)
    return forms
