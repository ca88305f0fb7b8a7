"""Known published errors 已知印刷错误: values that stand wrong in print, found again when somebody types them in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec

from dafeng.base.errors import Problem
from dafeng.rules.chemistry import problem, values_of
from dafeng.rules.packaged import read_file
from dafeng.rules.parameters import FactorValue
from dafeng.rules.rulebook import Rulebook


class PrintedError(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One error: which parameters (globs) in which unit (* = any) have it between low and high.

    kept: parameters that keep the value because the rule itself prints it; they are listed, not refused.
    """

    id: str
    ids: tuple[str, ...]
    unit: str
    low: float
    high: float
    zh: str
    en: str
    source: str
    kept: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    errors: tuple[PrintedError, ...]


@cache
def packaged_errors() -> tuple[PrintedError, ...]:
    return msgspec.convert(read_file("published_errors.yaml"), _File).errors


def excused(errors: tuple[PrintedError, ...]) -> frozenset[str]:
    """Ids of parameters that are computed with as printed although chemistry says otherwise."""
    return frozenset(id for error in errors for id in error.kept)


def _found(book: Rulebook, error: PrintedError) -> Iterator[FactorValue]:
    for value in values_of(book, error.ids):
        if error.unit in ("*", value.unit) and error.low <= value.value <= error.high:
            yield value


def check_printed(book: Rulebook, errors: tuple[PrintedError, ...]) -> Iterator[Problem]:
    """Every value that is a known published error and not kept as printed; and excuses that excuse nothing."""
    for error in errors:
        found = list(_found(book, error))
        for value in found:
            if value.id not in error.kept:
                yield problem(
                    value, f"{value.value:g} {value.unit} is a known published error ({error.id}): {error.en}",
                    f"Take the right value (the error: {error.source}).",
                    f"{value.value:g} {value.unit}是已知印刷错误({error.id}):{error.zh}",
                    f"请改为正确数值(错误出处:{error.source})。",
                )  # fmt: skip
        for id in sorted(set(error.kept) - {value.id for value in found}):
            yield Problem(
                "rules/data/published_errors.yaml", id, f"{error.id} excuses a value that is not there",
                "Correct or delete the excuse.", what_zh=f"{error.id}所列的数值已不存在", mend_zh="请更正或删除该条。",
            )  # fmt: skip


def kept_as_printed(book: Rulebook) -> tuple[tuple[PrintedError, FactorValue], ...]:
    """Values the rules print wrong and that are computed with as printed, with what is wrong about them."""
    return tuple((e, v) for e in packaged_errors() for v in _found(book, e) if v.id in e.kept)
