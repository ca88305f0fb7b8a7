"""Errors say what, where and how to mend. Faces show these three fields and nothing else.

DafengError
├── InputError          something that came in cannot be used
│   ├── UnreadableFile  the bytes are not what they claim, are too large, or hold nothing
│   └── BadRequest      a call whose arguments do not fit together
├── RuleError           the rulebook cannot answer
│   ├── RuleUnknown     no such rule or scope
│   ├── RuleNotInForce  known, but not on that day
│   └── RuleConflict    two values in force at once
├── NotFound            an id that names nothing
├── NotAllowed          the caller may not do this
├── StaleRecord         what was to be changed has been changed meanwhile
└── StoreError          the programme's store is missing, busy or of another version
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dafeng.base.error_words import in_chinese

Severity = Literal["error", "warning", "note"]


class DafengError(Exception):
    """Base of all errors that a face shows: what happened, where, how to mend.

    ``zh``, ``where_zh`` and ``mend_zh`` say the same in Chinese: as given, else by the catalogue (error_words). Where
    they are empty a face in Chinese has only a general text.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", mend: str = "", zh: str = "", mend_zh: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.mend = what, where, mend
        self._zh, self._mend_zh = zh, mend_zh

    @property
    def zh(self) -> str:
        """What happened, in Chinese."""
        return self._zh or in_chinese(self.what)

    @property
    def where_zh(self) -> str:
        """Where, in Chinese; "" where the place is a name as it is."""
        return in_chinese(self.where)

    @property
    def mend_zh(self) -> str:
        """How to mend it, in Chinese."""
        return self._mend_zh or in_chinese(self.mend)

    def __str__(self) -> str:
        parts = [self.what]
        if self.where:
            parts.append(f"where: {self.where}")
        if self.mend:
            parts.append(f"mend: {self.mend}")
        return "\n  ".join(parts)


class InputError(DafengError):
    exit_code = 3


class UnreadableFile(InputError):
    pass


class BadRequest(InputError):
    exit_code = 2


class RuleError(DafengError):
    exit_code = 4


class RuleUnknown(RuleError):
    pass


class RuleNotInForce(RuleError):
    pass


class RuleConflict(RuleError):
    pass


class NotFound(DafengError):
    exit_code = 5


class NotAllowed(DafengError):
    exit_code = 6


class StaleRecord(DafengError):
    exit_code = 9


class StoreError(DafengError):
    exit_code = 7


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with something that came in; it costs a row or a mark, never the file.

    where is a place a person can go to ("energy.xlsx › 能源 › row 12"), column the field (or ""). Each language has
    its own fields; where those in Chinese are empty a face looks the text up in the catalogue (error_words).
    """

    where: str
    column: str
    what: str
    mend: str
    severity: Severity = "error"
    where_zh: str = ""
    column_zh: str = ""
    what_zh: str = ""
    mend_zh: str = ""
