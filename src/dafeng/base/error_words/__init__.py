"""Errors in Chinese 错误用语: the Chinese of what an error says, where the error brings none of its own.

Keys are the English templates as they are raised, with {name} for what is put in; a part that is itself such a text is
told in Chinese too. Texts with no entry have no Chinese: the test of this room names them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from dafeng.base.error_words.asking import ASKING
from dafeng.base.error_words.documents import DOCUMENTS
from dafeng.base.error_words.methods import METHODS
from dafeng.base.error_words.people import PEOPLE
from dafeng.base.error_words.places import PLACES
from dafeng.base.error_words.programme import PROGRAMME
from dafeng.base.error_words.rulebook import RULEBOOK

ERROR_WORDS: dict[str, str] = {**ASKING, **DOCUMENTS, **METHODS, **PEOPLE, **PLACES, **PROGRAMME, **RULEBOOK}
_NAMED = re.compile(r"\{(\w+)\}")
_LONGEST = 2_000  # characters looked at: a text from outside may stand in an error


@lru_cache(maxsize=1024)
def in_chinese(text: str) -> str:
    """The Chinese of an English text of ours, with what was put in; "" where there is none."""
    if not text or len(text) > _LONGEST:
        return ""
    if (plain := ERROR_WORDS.get(text)) is not None:
        return plain
    for pattern, chinese in _templates():
        if found := pattern.fullmatch(text):
            parts = {name: in_chinese(part) or part.strip("'\"") for name, part in found.groupdict().items()}
            return _NAMED.sub(lambda m, parts=parts: parts.get(m[1], m[0]), chinese)  # type: ignore[misc]
    return ""


@cache
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The templates that have places, as patterns; those with the most words of their own first."""
    placed = [(english, chinese) for english, chinese in ERROR_WORDS.items() if _NAMED.search(english)]
    placed.sort(key=lambda pair: -len(_NAMED.sub("", pair[0])))
    return tuple((_pattern(english), chinese) for english, chinese in placed)


def _pattern(english: str) -> re.Pattern[str]:
    parts = _NAMED.split(english)  # text, name, text, name, … text
    names = [f"(?P<{part}>.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts)]
    return re.compile("".join(names), re.DOTALL)
