"""Bulk resolution: many (parameter, place, period) at once, as a frame that joins to activity data.

Python runs once for each different question (items × months × places), never for each row of activity.
"""

from __future__ import annotations

from datetime import date

import msgspec
import polars as pl

from dafeng.base.errors import RuleError, RuleUnknown
from dafeng.base.periods import Period
from dafeng.rules.parameters import FactorValue
from dafeng.rules.rulebook import Rulebook

ASKED = ("id", "scope", "period")
SCHEMA: dict[str, pl.DataType] = {
    "id": pl.String(),
    "scope": pl.String(),
    "period": pl.String(),
    "value": pl.Float64(),
    "unit": pl.String(),
    "status": pl.String(),
    "note": pl.String(),
    "reason": pl.String(),
    "factor": pl.String(),
}


def resolve(rulebook: Rulebook, wants: pl.DataFrame, as_of: date | None = None) -> pl.DataFrame:
    """The value in force for each different (id, scope, period) of ``wants``.

    Parameters
    ----------
    wants : frame with columns id, scope (CN or a 6-digit area code), period (Period.code); repeats are asked once.
    as_of : the knowledge day; None = as known now.

    Returns
    -------
    Frame of SCHEMA, one row per different question. Where nothing holds, value is null and reason says why in
    Chinese, with the file to mend (a direct ``parameter().on()`` raises the same as RuleNotInForce). A value that
    changes inside the period is no value either: the account must then be made by month.
    """
    asked = wants.select(ASKED).unique().sort(ASKED)
    rows = [_answer(rulebook, id, scope, period, as_of) for id, scope, period in asked.iter_rows()]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _answer(
    book: Rulebook, id: str, scope: str, code: str, as_of: date | None
) -> tuple[str, str, str, float | None, str | None, str, str | None, str | None, str | None]:
    period = Period.parse(code)
    try:
        found = book.parameter(id, scope)
        value, last = found.on(period.first, as_of), found.on(period.last, as_of)
    except RuleError as error:
        reason = _later(book, id, scope, period, as_of) or _reason(id, code, error)
        return id, scope, code, None, None, "official", None, reason, None
    if value != last:
        reason = f"{value.name_zh}在{period.zh}内有变化，请按月核算（{value.file}）"
        return id, scope, code, None, value.unit, value.status, None, reason, None
    return id, scope, code, value.value, value.unit, value.status, _note(value), None, factor_json(value)


def _note(value: FactorValue) -> str | None:
    """Only what the reader of a result must know: that a value stands in for another year's."""
    return f"{value.name_zh}：{value.note}" if value.carried else None


def _later(book: Rulebook, id: str, scope: str, period: Period, as_of: date | None) -> str | None:
    """That the knowledge day is why there is no value, with the day from which there is one; else None."""
    for place in book.scopes.chain(scope, period.last) if as_of is not None else ():
        if (held := book.parameters.get((id, place))) is not None:
            later = held.known_later(period.last, as_of)
            return None if later is None else f"参数 {id} 在 {period.code} 的值于{later}才公布，按{as_of}所知尚无"
    return None


def _reason(id: str, code: str, error: RuleError) -> str:
    if isinstance(error, RuleUnknown):
        return f"规则未给出缺省值（{id}），须用自有值"
    return f"参数 {id} 在 {code} 无有效值（{error.where}）"


def factor_json(value: FactorValue) -> str:
    """A factor as it stands in a result line: JSON with id, name, value, unit, scope, dates, source, status."""
    return msgspec.json.encode(
        {
            "id": value.id,
            "zh": value.name_zh,
            "en": value.name_en,
            "value": value.value,
            "unit": value.unit,
            "scope": value.scope,
            "since": value.since,
            "published": value.published,
            "source": value.source,
            "status": value.status,
            "note": value.note,
            "file": value.file,
        }
    ).decode()
