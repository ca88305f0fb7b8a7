"""The words of the grammar, read once from the packaged YAML: units, verbs, nouns, sectors 词表."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def words(name: str) -> Any:
    """One vocabulary file of ``data/`` as plain Python values (our own packaged file; the only thing read)."""
    text = files("dafeng.plan.grammar").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def any_of(terms: Iterable[str]) -> str:
    """A regular alternation of literal terms, longest first, so that 吨标准煤 is not read as 吨."""
    return "|".join(re.escape(term) for term in sorted(set(terms), key=lambda term: (-len(term), term)))


def ends_with(text: str, terms: tuple[str, ...]) -> str | None:
    """The longest of the terms that the text ends with; terms come longest first."""
    for term in terms:
        if text.endswith(term):
            return term
    return None


def longest_first(terms: Iterable[str]) -> tuple[str, ...]:
    """The terms in the order in which ``ends_with`` wants them."""
    return tuple(sorted(set(terms), key=lambda term: (-len(term), term)))
