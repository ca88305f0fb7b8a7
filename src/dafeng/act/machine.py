"""State machines of cases 事项状态机: states, moves, who may make them, what they need, what happens after the term.

The machines are data (machines/*.yaml). What a move may need:

rows            the case holds at least one row
no_errors       nothing wrong with the rows but what is explained
explanations    every warning has its explanation
reason          why, in words
words           something said
evidence        a file
place           at least one cell it is about, or that it is about the whole form 所指单元格或整表
another_person  not one of those who filled the case in 编审分离
recipient       the one to whom the case was sent
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from dafeng.act.terms import terms
from dafeng.base.errors import BadRequest, Problem

KINDS = ("filing", "task", "dispatch", "finding", "reminder")
NEEDS = frozenset(
    {"rows", "no_errors", "explanations", "reason", "words", "evidence", "place", "another_person", "recipient"}
)


@dataclass(frozen=True, slots=True)
class State:
    """One state. days: the term of who is to move next, from the day the state was entered (None = the case's own).

    after_return: its term is by the rule of returns (terms.yaml), from the day and the case's own term.
    passes: what happens when the term has passed (remind | escalate) and, to whom it is shown then, a use case.
    """

    id: str
    zh: str
    en: str
    ends: bool = False
    days: int | None = None
    passes: str = "remind"
    escalates_to: str | None = None
    after_return: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One move out of one state. who: the use case whose callers may make it; aside: nobody waits for it."""

    id: str
    zh: str
    en: str
    source: str
    target: str
    who: str
    needs: frozenset[str] = frozenset()
    aside: bool = False


@dataclass(frozen=True)
class Machine:
    """The life of one kind of case; ``line`` is the order in which states are drawn."""

    kind: str
    zh: str
    en: str
    status: str
    source: str
    start: Move
    states: Mapping[str, State]
    moves: tuple[Move, ...]
    line: tuple[str, ...]

    def out_of(self, state: str) -> tuple[Move, ...]:
        """The moves out of a state, asides too."""
        return tuple(m for m in self.moves if m.source == state)

    def find(self, state: str, move: str) -> tuple[Move, ...]:
        """The moves of a name out of a state (one for each use case that may make it); empty where there is none."""
        return tuple(m for m in self.out_of(state) if m.id == move)

    def named(self, move: str) -> Move:
        """Any move of that name, for its words. Raises BadRequest where the machine has none."""
        for known in (self.start, *self.moves):
            if known.id == move:
                return known
        raise BadRequest(f"a {self.kind} has no move {move}", mend=f"Choose one of: {', '.join(self.names)}.")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(m.id for m in self.moves))

    def term(self, state: str, entered: date, own: date | None) -> date | None:
        """Until when the next move is due: by the rule of returns, the state's own days after it was entered, else the
        case's own term."""
        held = self.states[state]
        if held.ends:
            return None
        if held.after_return:
            return terms().returns.term(entered, own)
        return own if held.days is None else entered + timedelta(days=held.days)


@dataclass(frozen=True, slots=True)
class Given:
    """What comes with a move. errors, unexplained: what is wrong with the rows; cells: how many it is about, whole:
    it is about the form as a whole."""

    who: str
    reason: str = ""
    words: str = ""
    evidence: tuple[str, ...] = ()
    rows: int = 0
    errors: tuple[Problem, ...] = ()
    unexplained: tuple[Problem, ...] = ()
    filled_by: frozenset[str] = field(default_factory=frozenset)
    recipient: bool = False
    cells: int = 0
    whole: bool = False


_COLUMNS_ZH = {"rows": "数据行", "reason": "理由", "words": "内容", "cells": "所指的格", "evidence": "凭证"}


def unmet(move: Move, given: Given) -> tuple[Problem, ...]:
    """What a move still needs; empty where it may be made. What concerns the person is told by ``barred``."""
    lacking = {
        "rows": (
            given.rows > 0,
            (
                "rows",
                "there is not a single row",
                "Fill in or upload the table.",
                "没有任何数据行",
                "请填写或上传表格。",
            ),
        ),
        "reason": (
            bool(given.reason.strip()),
            ("reason", "the move needs a reason", "Say why, in words.", "须填写理由", "请写明理由。"),
        ),
        "words": (
            bool(given.words.strip()),
            ("words", "nothing was said", "Write what is to be told.", "须填写内容", "请填写内容。"),
        ),
        "place": (
            given.cells > 0 or given.whole,
            (
                "cells",
                "it is about no cell",
                "Mark the cells, or say: the whole form.",
                "须标出所指的格,或注明整表",
                "请标出所指的格,或选整表退回。",
            ),
        ),
        "evidence": (
            bool(given.evidence),
            ("evidence", "a file is needed", "Attach the evidence.", "须上传凭证", "请上传凭证。"),
        ),
    }
    asked = [lacking[n][1] for n in sorted(move.needs & lacking.keys()) if not lacking[n][0]]
    found = [
        Problem(
            move.en, column, what, mend, where_zh=move.zh, column_zh=_COLUMNS_ZH[column], what_zh=zh, mend_zh=mend_zh
        )
        for column, what, mend, zh, mend_zh in asked
    ]
    found += given.errors if "no_errors" in move.needs else ()
    found += given.unexplained if "explanations" in move.needs else ()
    return tuple(found)


def barred(move: Move, given: Given) -> str | None:
    """Why this person may not make the move though the role may; None where there is no such reason."""
    if "another_person" in move.needs and given.who in given.filled_by:
        return "who filled a case in may not review it"
    if "recipient" in move.needs and not given.recipient:
        return "the case was sent to somebody else"
    return None


@cache
def machine(kind: str) -> Machine:
    """The machine of a kind of case. Raises BadRequest for an unknown kind."""
    if kind not in KINDS:
        raise BadRequest(f"there is no case of kind {kind}", mend=f"Choose one of: {', '.join(KINDS)}.")
    text = (files("dafeng.act") / "machines" / f"{kind}.yaml").read_text("utf-8")
    return _machine(kind, yaml.safe_load(text))


def _machine(kind: str, data: Mapping[str, Any]) -> Machine:
    states = {key: _state(key, value) for key, value in data["states"].items()}
    first = data["start"]
    start = Move(first["move"], first["zh"], first["en"], "", first["state"], first["who"])
    moves = tuple(
        Move(
            m["id"],
            m["zh"],
            m["en"],
            source,
            m.get("to", source),
            m["who"],
            frozenset(m.get("needs", ())),
            m.get("aside", False),
        )
        for m in data["moves"]
        for source in m["from"]
    )
    return Machine(
        kind, data["zh"], data["en"], data["status"], data["source"], start, states, moves, tuple(data["line"])
    )


def _state(key: str, data: Mapping[str, Any]) -> State:
    passes = data.get("passes", {"then": "remind"})
    return State(
        key,
        data["zh"],
        data["en"],
        data.get("ends", False),
        data.get("days"),
        passes["then"],
        passes.get("to"),
        data.get("after_return", False),
    )
