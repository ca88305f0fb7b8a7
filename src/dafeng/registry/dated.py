"""Dated rows 有效期: a thing's attributes hold from since to before until (null = still); never overwritten."""

from __future__ import annotations

from datetime import date

import polars as pl

from dafeng.base.faults import ROW, SHEET, Words, all_faults, told

_OVERLAP = Words(
    "{id} has two rows in force from {since} on (the one before holds until {until_before})",
    "End the earlier row on the day the later one begins.",
    "{id} 自 {since} 起有两行同时有效（前一行有效至 {until_before}）",
    "请将前一行的终止日期改为后一行的起始日期。",
)
_GAP = Words(
    "{id} has no row in force from {until_before} to {since}",
    "If nothing ended in between, let the earlier row hold until the later one begins.",
    "{id} 在 {until_before} 至 {since} 之间没有有效记录",
    "如期间并未中断，请将前一行的终止日期改为后一行的起始日期。",
    "warning",
)
_BACKWARDS = Words(
    "{id} has a row that ends on {until}, not after it begins on {since}",
    "Correct since or until; until is the first day on which the row no longer holds.",
    "{id} 有一行的终止日期 {until} 不晚于起始日期 {since}",
    "请更正起止日期；终止日期为不再有效的第一天。",
)


def as_of(rows: pl.DataFrame, day: date) -> pl.DataFrame:
    """The rows in force on a day: since ≤ day < until."""
    return rows.filter((pl.col("since") <= day) & (pl.col("until").is_null() | (pl.col("until") > day)))


def date_faults(rows: pl.DataFrame, id_column: str) -> pl.DataFrame:
    """Overlaps and backward rows (errors) and gaps (warnings) in the history of each id, as faults.

    rows  with id_column, since, until; _sheet and _row where the place is known
    """
    place = [pl.lit(None, pl.String).alias(SHEET)] if SHEET not in rows.columns else []
    place += [pl.lit(None, pl.Int64).alias(ROW)] if ROW not in rows.columns else []
    history = (
        rows.with_columns(place)
        .sort(id_column, "since")
        .with_columns(
            id=pl.col(id_column),
            until_before=pl.col("until").shift(1).over(id_column),
            nth=pl.int_range(pl.len()).over(id_column),
        )
    )
    later = history.filter(pl.col("nth") > 0)
    open_or_late = pl.col("until_before").is_null() | (pl.col("until_before") > pl.col("since"))
    told_by = {"column": "since", "header": "起始日期"}
    return all_faults(
        [
            told(history.filter(pl.col("until") <= pl.col("since")), "dates_backwards", _BACKWARDS, **told_by),
            told(later.filter(open_or_late), "dates_overlap", _OVERLAP, **told_by),
            told(later.filter(pl.col("until_before") < pl.col("since")), "dates_gap", _GAP, **told_by),
        ]
    )


def during(rows: pl.DataFrame, id_column: str, periods: pl.DataFrame) -> pl.DataFrame:
    """The row that speaks for an id in a period: the one in force on the period's last day, else on the latest day of
    the period on which any was.

    periods  id_column, period, first, last (dates); one row each
    Returns periods with the attributes of the row (null where none was in force at all), same order.
    """
    attributes = [name for name in rows.columns if name not in (id_column, "since", "until", SHEET, ROW)]
    joined = periods.select(id_column, "period", "first", "last").join(rows, on=id_column, how="inner")
    met = joined.filter(
        (pl.col("since") <= pl.col("last")) & (pl.col("until").is_null() | (pl.col("until") > pl.col("first")))
    )
    latest = met.sort("since").unique([id_column, "period"], keep="last").select(id_column, "period", *attributes)
    return periods.join(latest, on=[id_column, "period"], how="left", maintain_order="left")


def revised(
    rows: pl.DataFrame, incoming: pl.DataFrame, id_column: str, *, ignore: tuple[str, ...] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The history after a newer roster came in: (all rows, changed rows with what changed).

    A row whose attributes equal those in force on its since changes nothing (so the same roster twice is as once).
    A new id is added. Otherwise the row in force ends where the incoming one begins, and the incoming one follows until
    the old one would have ended; one with the same since replaces it (a correction, listed as such).
    ``ignore`` names columns whose change alone makes no new row.
    """
    schema = rows.schema
    compared = [c for c in rows.columns if c not in (id_column, "since", "until", *ignore)]
    history = {key[0]: part.to_dicts() for key, part in rows.sort("since").group_by(id_column, maintain_order=True)}
    changes: list[dict[str, object]] = []
    for new in incoming.select(rows.columns).sort("since").iter_rows(named=True):
        past = history.setdefault(new[id_column], [])
        changes += _take(past, new, id_column, compared)
    kept = [row for past in history.values() for row in past]
    listed = pl.DataFrame(
        changes, schema={id_column: pl.String, "since": pl.Date, "kind": pl.String, "changed": pl.String}
    )
    return pl.DataFrame(kept, schema=schema, orient="row").sort(id_column, "since"), listed


def _take(
    past: list[dict[str, object]], new: dict[str, object], id_column: str, compared: list[str]
) -> list[dict[str, object]]:
    """Fit one incoming row into the history of its id (changed in place); what changed, for the list."""
    since, until = new["since"], new["until"]
    holding = next((row for row in past if _holds(row, since)), None)
    if holding is None:
        later = [row["since"] for row in past if row["since"] > since]  # type: ignore[operator]
        if later and until is None:
            new = new | {"until": min(later)}  # type: ignore[type-var]
        past.append(new)
        return [{id_column: new[id_column], "since": since, "kind": "added", "changed": ""}]
    changed = [c for c in compared if new[c] is not None and new[c] != holding[c]]
    ended = until is not None and until != holding["until"]
    if not changed and not ended:
        return []
    merged = holding | {c: new[c] for c in changed} | {"since": since, "until": until or holding["until"]}
    corrects = holding["since"] == since
    if corrects:
        past.remove(holding)
    else:
        holding["until"] = since
    if not changed and not corrects:
        holding["until"] = until
    else:
        past.append(merged)
    past.sort(key=lambda row: row["since"])  # type: ignore[arg-type,return-value]
    kind = "ended" if not changed else "corrected" if corrects else "changed"
    return [{id_column: new[id_column], "since": since, "kind": kind, "changed": ", ".join(changed)}]


def _holds(row: dict[str, object], day: object) -> bool:
    return row["since"] <= day and (row["until"] is None or day < row["until"])  # type: ignore[operator]
