"""What belongs into a filing 本表的行: rows of its own firm and period, what of them is still to be filled in.

A row of another firm or period costs only itself: it stays in the grid with a fault at its cell and is not looked at
any further, so that nothing of another firm is told; the filing cannot be handed in before it is taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import polars as pl

from dafeng.app.case_ports import Case
from dafeng.base import cells
from dafeng.base.codes import uscc_fault
from dafeng.base.columns import Contract
from dafeng.base.errors import BadRequest
from dafeng.base.faults import ROW, Words, no_faults, told
from dafeng.collect.contracts import DELIVERIES, Delivery
from dafeng.collect.headers import RawTable

FIXED = ("enterprise_id", "name", "period")  # the same in every row of a filing
MOST_ROWS = 500
_LONGEST_CELL = 2000
_OWN_ID = re.compile(r"E-[0-9A-Za-z_-]{1,60}")
Row = dict[str, str | None]
TO_FILL = frozenset({"missing_value", "one_of", "no_figures"})  # faults that say that nothing was typed yet
_OTHER_FIRM = Words(
    "{text} is another enterprise's code: this row is not of {own} and is not taken",
    "Delete the row, or correct the code.",
    "“{text}”是其他企业的代码,本行不属于{own},未采用",
    "请删除本行,或更正企业代码。",
)
_OTHER_PERIOD = Words(
    "this row is of {text}, the filing is of {own}: the row is not taken",
    "Delete the row, or correct its period; each period is filed by itself.",
    "本行时期为“{text}”,本填报为{own},本行未采用",
    "请删除本行,或更正时期;各时期请分别填报。",
)
_TOTALS = frozenset({"合计", "总计", "小计", "共计", "总和", "本页合计", "本表合计", "total", "subtotal", "grandtotal"})
_TOTAL_ROW = Words(
    "this row is a total ({text}): it is left out, the sum is made from the rows",
    "Nothing is to be done; the row may be deleted.",
    "本行是“{text}”行,已略去;合计由系统按各行计算",
    "无需处理,也可删去本行。",
    "note",
)


class Fill(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a draft is typed: ``left`` of ``of`` are still to be filled in. One row asks for each of its required
    cells and for at least one figure."""

    left: int
    of: int


def own_rows(case: Case, firm: Mapping[str, Any], rows: Iterable[Mapping[str, str | None]]) -> list[Row]:
    """Rows with the firm and period of the case filled in where they say none.

    Raises BadRequest for a column that the table has not and for what is longer than any filing.
    """
    contract = DELIVERIES[case.form].contract
    fixed: Row = {"enterprise_id": case.subject_id, "name": firm["name"], "period": case.period}
    kept = []
    for number, row in enumerate(rows, start=1):
        unknown = sorted(set(row) - set(contract.columns))
        if unknown:
            raise BadRequest(
                f"the table has no column {unknown[0]}",
                where=f"row {number}",
                mend="See the columns.",
                zh=f"表中没有“{unknown[0]}”这一列",
                mend_zh="请按表头的列填写。",
            )
        kept.append(fixed | {k: v for k, v in row.items() if v is not None and v.strip()})
    if len(kept) > MOST_ROWS or any(len(v or "") > _LONGEST_CELL for row in kept for v in row.values()):
        raise BadRequest(
            f"the table is too long for a filing: {len(kept)} rows",
            mend=f"At most {MOST_ROWS} rows, and {_LONGEST_CELL} characters in a cell.",
            zh=f"表格有{len(kept)}行,或有单元格过长,超出填报的上限",
            mend_zh=f"最多{MOST_ROWS}行,每格不超过{_LONGEST_CELL}个字符。",
        )
    return kept


def outside(case: Case, firm: Mapping[str, Any], raw: RawTable) -> pl.DataFrame:
    """The rows of a draft that are not of this firm or period, as faults at their cells.

    A code or period that cannot be read at all is none of them: the import tells of it.
    """
    columns = DELIVERIES[case.form].contract.columns
    rows = raw.frame.with_columns(text=pl.col("enterprise_id"), own=pl.lit(f"{firm['name']}"))
    others = [code for code in rows["text"].unique().to_list() if _another(code, firm)]
    found = [
        told(
            rows.filter(pl.col("text").is_in(others)), "other_enterprise", _OTHER_FIRM,
            column="enterprise_id", header=columns["enterprise_id"].zh,
        )
    ]  # fmt: skip
    dated = raw.frame.with_columns(text=pl.col("period"), own=pl.lit(case.period))
    odd = [text for text in dated["text"].unique().to_list() if _period(text) not in (None, case.period)]
    found.append(
        told(
            dated.filter(pl.col("text").is_in(odd)), "other_period", _OTHER_PERIOD,
            column="period", header=columns["period"].zh,
        )
    )  # fmt: skip
    return pl.concat([no_faults(), *found])


def totals(raw: RawTable, contract: Contract) -> pl.DataFrame:
    """The rows that are a total of others 合计行, as notes at the cell that says so: they are not taken."""
    named = [n for n, col in contract.columns.items() if col.type is not float and n in raw.frame.columns]
    says = [
        pl.when(pl.col(n).str.replace_all(r"[\s:：()（）]", "").str.to_lowercase().is_in(list(_TOTALS))).then(pl.lit(n))
        for n in named
    ]
    rows = raw.frame.with_columns(_at=pl.coalesce(says)).filter(pl.col("_at").is_not_null())
    parts = [
        told(part.with_columns(text=pl.col(at)), "total_row", _TOTAL_ROW, column=at, header=contract.columns[at].zh)
        for (at,), part in rows.group_by("_at", maintain_order=True)
    ]
    return pl.concat([no_faults(), *parts])


def without(raw: RawTable, faults: pl.DataFrame) -> RawTable:
    """The table without the rows that have such faults; the others keep their numbers."""
    frame = raw.frame.filter(~pl.col(ROW).is_in(faults["row"].to_list()))
    return RawTable(frame, raw.units, raw.faults, raw.name, raw.sha256)


def _another(text: str | None, firm: Mapping[str, Any]) -> bool:
    """Whether a code can be read and is not this firm's."""
    code = (text or "").strip()
    readable = bool(_OWN_ID.fullmatch(code)) or (bool(code) and uscc_fault(code.upper()) is None)
    own = {str(firm["enterprise_id"]).upper().removeprefix("E-"), str(firm["uscc"] or "").upper()} - {""}
    return readable and code.upper().removeprefix("E-") not in own


def _period(text: str | None) -> str | None:
    if not text:
        return None
    read = cells.each_text(pl.Series([cells.plain(text)]), cells.period, pl.String())[0]
    return None if read is None else str(read)


# -- what is still to be filled in ---------------------------------------------------------------------------------


def required_cells(contract: Contract, figures: Sequence[str]) -> tuple[str, ...]:
    """The columns that must be filled in each row, figures not counted."""
    return tuple(name for name, col in contract.columns.items() if not col.missing and name not in (*FIXED, *figures))


def has_figure(row: Mapping[str, str | None], delivery: Delivery) -> bool:
    """Whether something was typed where a figure belongs (also that it is missing: —)."""
    return any((row.get(name) or "").strip() for name in delivery.figures)


def fill_of(delivery: Delivery, rows: Sequence[Mapping[str, str | None]]) -> Fill:
    """How much of the rows is typed."""
    asked = required_cells(delivery.contract, delivery.figures)
    empty = sum(not (row.get(name) or "").strip() for row in rows for name in asked)
    bare = sum(not has_figure(row, delivery) for row in rows)
    return Fill(left=empty + bare, of=len(rows) * (len(asked) + 1))
