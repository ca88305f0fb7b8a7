"""``CaseStore`` in dictionaries, with the same refusals as the database."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace

import polars as pl

from dafeng.app.case_ports import HEAD_SCHEMA, Case, Moved
from dafeng.base.errors import StaleRecord


@dataclass
class MemoryCases:
    _cases: dict[str, Case] = field(default_factory=dict)
    _moves: list[Moved] = field(default_factory=list)

    def open(self, case: Case, moves: Iterable[Moved]) -> None:
        if case.case_id in self._cases:
            raise StaleRecord("there is such a case already", where=case.case_id)
        self._cases[case.case_id] = copy.deepcopy(case)
        self._add(moves)

    def put(self, case: Case, on_version: int, moves: Iterable[Moved] = ()) -> Case:
        if self._cases[case.case_id].version != on_version:
            raise StaleRecord("somebody changed the case meanwhile", where=case.case_id)
        written = replace(copy.deepcopy(case), version=on_version + 1)
        self._cases[case.case_id] = written
        self._add(moves)
        return written

    def case(self, case_id: str) -> Case | None:
        return copy.deepcopy(self._cases.get(case_id))

    def cases(self, kind: str, subjects: Sequence[str] | None = None) -> list[Case]:
        found = [c for _, c in sorted(self._cases.items()) if c.kind == kind]
        return copy.deepcopy([c for c in found if subjects is None or c.subject_id in subjects])

    def heads(self, kind: str | None = None) -> pl.DataFrame:
        found = [asdict(c) for _, c in sorted(self._cases.items()) if kind in (None, c.kind)]
        return pl.DataFrame([{k: c[k] for k in HEAD_SCHEMA} for c in found], schema=HEAD_SCHEMA, orient="row")

    def moves(self, case_id: str) -> list[Moved]:
        return [m for m in self._moves if m.case_id == case_id]

    def moves_of(self, kind: str) -> list[Moved]:
        return [m for m in self._moves if self._cases[m.case_id].kind == kind]

    def revision(self) -> tuple[int, ...]:
        return (len(self._cases), sum(c.version for c in self._cases.values()))

    def _add(self, moves: Iterable[Moved]) -> None:
        self._moves += [replace(copy.deepcopy(m), seq=len(self._moves) + n) for n, m in enumerate(moves, start=1)]
