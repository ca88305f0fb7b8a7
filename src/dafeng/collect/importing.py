"""Importing 导入: a delivered table → facts in canonical units, with every problem and nothing lost.

A cell that is empty gives no fact; a cell that says it is missing (缺, —, 未报) gives a fact without a value and with
the reason; neither is ever zero. The same bytes give the same batch and the same facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl

from dafeng.base import cells
from dafeng.base.columns import CodeList
from dafeng.base.contracts import check
from dafeng.base.faults import ROW, SHEET, Parsed, Words, all_faults, no_faults, told
from dafeng.base.provenance import Status, content_id
from dafeng.collect.contracts import Delivery, own_unit
from dafeng.collect.facts import FACT_SCHEMA, Merged, empty_facts, merge, with_ids
from dafeng.collect.headers import RawTable, table_in
from dafeng.collect.plausible import Check, plausibility
from dafeng.collect.quantities import own_columns, scale_between, with_fitting_items, with_own_units, with_units
from dafeng.collect.unpack import Limits
from dafeng.collect.workbooks import read_workbook

_PLACE = [SHEET, ROW]
_WRONG_HEADER = Words(
    "the header gives {header} in {text}, which is no kind of {unit}: no figure of this column was taken",
    "Give the column in {unit}, and say so in its header.",
    "“{header}”表头单位“{text}”不能换算为 {unit}，本列未导入",
    "请按 {unit} 填报并在表头注明。",
)
_TWO_UNITS = Words(
    "the header of {header} says {text}, {count} rows say {unit}: the unit of the rows was taken",
    "Correct whichever is wrong.",
    "“{header}”表头注明“{text}”，有{count}行的计量单位为“{unit}”，已按各行的单位导入",
    "请更正其中有误的一处。",
    "warning",
)
_NO_FIGURES = Words(
    "the row has no figure at all", "Fill it in or delete it.", "本行没有任何数量", "请补填或删除本行。", "warning"
)
_STRANGER = Words(
    "{text} is not in the registry: its figures count for no area or industry until it is",
    "Add the enterprise to the registry, or correct the code.",
    "{text} 不在企业名录中，登记前不计入任何地区和行业",
    "请先登记企业，或更正代码。",
    "warning",
)
_OTHER_NAME = Words(
    "the registry knows {id} as {known}, the row says {text}",
    "Check that the code belongs to this enterprise.",
    "名录中 {id} 的名称为“{known}”，本行填“{text}”",
    "请核对代码与企业是否对应。",
    "warning",
)


@dataclass(frozen=True)
class Context:
    """What an import has to know beside the file.

    codelists    name → code list, as codelists.code_lists() gives
    recorded_at  the moment of recording, UTC
    status       how sure the source is (official for data delivered by a responsible unit)
    existing     facts there are already (for corrections and plausibility)
    enterprises  the registry (ENTERPRISE rows), to find ids and to notice strangers; None = not looked at
    reason       why earlier values are corrected, in the words of the person who imports
    checks       what is asked of plausible figures; None = the packaged checks
    """

    codelists: Mapping[str, CodeList]
    recorded_at: datetime
    status: Status = "official"
    existing: pl.DataFrame = field(default_factory=empty_facts)
    enterprises: pl.DataFrame | None = None
    reason: str | None = None
    checks: tuple[Check, ...] | None = None


@dataclass(frozen=True)
class Imported:
    """The outcome of one import.

    batch_id  the batch of merged.new: by the file's content; what the same file brings later has a batch of its own
    raw       the table as delivered (for the annotated workbook)
    parsed    good rows, all faults (also warnings), rejected rows
    facts     all facts the table states
    merged    what of them is new, corrected, unchanged beside what was there
    """

    batch_id: str
    raw: RawTable
    parsed: Parsed
    facts: pl.DataFrame
    merged: Merged


def import_table(
    data: bytes, name: str, delivery: Delivery, context: Context, limits: Limits | None = None
) -> Imported:
    """Read, check and turn one delivered file into facts. Raises UnreadableFile where it is no table at all."""
    raw = table_in(read_workbook(data, name, limits), delivery.contract)
    return import_raw(raw, delivery, context)


def import_raw(raw: RawTable, delivery: Delivery, context: Context) -> Imported:
    """As import_table, from a table that was read already."""
    parsed = check(raw.frame, delivery.contract, context.codelists, source=raw.name)
    parsed, strangers = _identified(parsed, delivery, context)
    fitting, bad_items = with_fitting_items(parsed.rows, delivery, context.codelists)
    rows, bad_units = with_units(fitting, delivery, context.codelists)
    rows, bad_own = with_own_units(_own_from_header(rows, raw, delivery), delivery, context.codelists)
    bare = _without_figures(rows, raw, delivery)
    heads = pl.concat([_header_faults(raw, delivery), _two_units(rows, raw, delivery)])
    batch = content_id("B", raw.sha256, delivery.contract.name)
    facts = _facts(rows, raw, delivery, context, batch)
    doubts = plausibility(facts, context.existing, context.checks)
    doubted = _by_name(doubts, delivery)
    faults = all_faults([raw.faults, parsed.faults, strangers, bad_items, bad_units, bad_own, bare, heads, doubted])
    kept = rows.select(parsed.rows.columns)
    rejected = pl.concat([parsed.rejected, _lost(raw.frame, parsed.rejected, kept)], how="diagonal")
    outcome = replace(parsed, rows=kept, faults=faults, rejected=rejected)
    merged = merge(context.existing, facts, context.reason)
    written = batch if merged.new.is_empty() else str(merged.new["batch_id"][0])
    return Imported(written, raw, outcome, facts, merged)


def _lost(raw: pl.DataFrame, rejected: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """The raw rows that are neither kept nor rejected yet."""
    places = pl.concat([rejected.select(_PLACE), kept.select(_PLACE)])
    return raw.join(places, on=_PLACE, how="anti", nulls_equal=True, maintain_order="left")


def _by_name(faults: pl.DataFrame, delivery: Delivery) -> pl.DataFrame:
    """Faults that know a column by its header, told by its name in the contract too."""
    names = {col.zh: name for name, col in delivery.contract.columns.items()}
    return faults.with_columns(column=pl.col("header").replace(names))


# -- who -------------------------------------------------------------------------------------------------------------


def _identified(parsed: Parsed, delivery: Delivery, context: Context) -> tuple[Parsed, pl.DataFrame]:
    """Rows under the registry's ids, and warnings about enterprises it does not know or knows by another name."""
    if delivery.kind != "enterprise" or context.enterprises is None:
        return parsed, no_faults()
    known = context.enterprises.filter(pl.col("uscc").is_not_null()).unique("uscc", keep="last")
    ids = dict(zip(("E-" + known["uscc"]).to_list(), known["enterprise_id"].to_list(), strict=True))
    rows = parsed.rows.with_columns(pl.col(delivery.subject).replace(ids))
    header = delivery.contract.columns[delivery.subject].zh
    stranger = rows.join(context.enterprises, left_on=delivery.subject, right_on="enterprise_id", how="anti")
    faults = [
        told(
            stranger.with_columns(text=pl.col(delivery.subject)), "not_registered", _STRANGER,
            column=delivery.subject, header=header,
        ),
        _other_names(rows, delivery, context.enterprises),
    ]  # fmt: skip
    return replace(parsed, rows=rows), pl.concat(faults)


def _other_names(rows: pl.DataFrame, delivery: Delivery, enterprises: pl.DataFrame) -> pl.DataFrame:
    if "name" not in rows.columns:
        return no_faults()
    bare = cells.plain_text(pl.col("name")).str.replace_all(r"\s", "")
    named = enterprises.group_by("enterprise_id").agg(known=pl.col("name").last(), bare=bare)
    pairs = rows.drop_nulls("name").join(named, left_on=delivery.subject, right_on="enterprise_id")
    odd = pairs.filter(~bare.is_in(pl.col("bare"))).with_columns(id=pl.col(delivery.subject), text=pl.col("name"))
    return told(odd, "other_name", _OTHER_NAME, column="name", header=delivery.contract.columns["name"].zh)


# -- how much --------------------------------------------------------------------------------------------------------


def _reasons(rows: pl.DataFrame, raw: RawTable, figures: tuple[str, ...]) -> pl.DataFrame:
    """For each row the reason that each figure's cell states for being missing (null where none)."""
    there = [name for name in figures if name in raw.frame.columns]
    stated = [cells.missing_reason(cells.plain_text(pl.col(name))).alias(f"why_{name}") for name in there]
    lacking = [pl.lit(None, pl.String).alias(f"why_{name}") for name in figures if name not in there]
    said = raw.frame.select(*_PLACE, *stated, *lacking)
    return rows.join(said, on=_PLACE, how="left", nulls_equal=True, maintain_order="left")


def _without_figures(rows: pl.DataFrame, raw: RawTable, delivery: Delivery) -> pl.DataFrame:
    said = _reasons(rows, raw, delivery.figures)
    empty = [pl.col(name).is_null() & pl.col(f"why_{name}").is_null() for name in delivery.figures]
    bare = said.filter(pl.all_horizontal(empty)).select(_PLACE)
    first = delivery.figures[0]
    return told(bare, "no_figures", _NO_FIGURES, column=first, header=delivery.contract.columns[first].zh)


def _facts(rows: pl.DataFrame, raw: RawTable, delivery: Delivery, context: Context, batch: str) -> pl.DataFrame:
    said = _reasons(rows, raw, delivery.figures)
    parts = [_facts_of(said, name, raw, delivery) for name in delivery.figures]
    melted = pl.concat(parts).with_columns(
        subject_kind=pl.lit(delivery.kind),
        status=pl.lit(context.status),
        file=pl.lit(raw.name),
        sha256=pl.lit(raw.sha256),
        batch_id=pl.lit(batch),
        recorded_at=pl.lit(context.recorded_at).cast(pl.Datetime("us", "UTC")),
        fact_id=pl.lit(""),
    )
    return with_ids(melted.select(list(FACT_SCHEMA)).cast(FACT_SCHEMA))


def _facts_of(said: pl.DataFrame, name: str, raw: RawTable, delivery: Delivery) -> pl.DataFrame:
    """The facts of one figure column."""
    held = said.filter(pl.col(name).is_not_null() | pl.col(f"why_{name}").is_not_null())
    if own_unit(delivery.contract, name):
        own = dict(zip(("unit_delivered", "unit_canonical", "scale"), own_columns(name), strict=True))
        held = held.with_columns(**{to: pl.col(column) for to, column in own.items()})
        stated = pl.col(name).is_null() & pl.col("unit_canonical").is_not_null()  # stated missing, in whatever unit
        held = held.filter(pl.col("scale").is_not_null() | stated)
    elif not delivery.unit:
        held = _header_units(held, name, raw, delivery)
    measure = pl.col(delivery.measure) if delivery.measure else pl.lit(delivery.measures[name])
    item = pl.col(delivery.item).fill_null("") if delivery.item else pl.lit("")
    quality = pl.col("quality") if "quality" in held.columns else pl.lit(None, pl.String)
    return held.select(
        subject_id=pl.col(delivery.subject),
        measure=measure,
        item=item,
        period=pl.col("period"),
        value=pl.col(name) * pl.col("scale"),
        unit=pl.col("unit_canonical"),
        value_delivered=pl.col(name),
        unit_delivered=pl.col("unit_delivered"),
        quality=quality.fill_null("manual"),
        reason=pl.col(f"why_{name}"),
        sheet=pl.col(SHEET),
        row=pl.col(ROW).cast(pl.Int32),
        column=pl.lit(delivery.contract.columns[name].zh),
        note=_note(held.columns),
    )


def _note(columns: list[str]) -> pl.Expr:
    """What the row says of its source, and its remark."""
    said = [pl.col(name) for name in ("source", "remark") if name in columns]
    return pl.concat_str(said, separator="；", ignore_nulls=True).replace("", None) if said else pl.lit(None, pl.String)


def _header_scales(name: str, raw: RawTable, delivery: Delivery) -> pl.DataFrame:
    """_sheet, unit_delivered, scale of a column whose header (or the line 单位：… above it) names a unit; scale is null
    where that unit is of another kind than the contract's."""
    own = delivery.contract.columns[name].unit or ""
    said = [(sheet, unit, scale_between(unit, own)) for (sheet, column), unit in raw.units.items() if column == name]
    return pl.DataFrame(said, schema={SHEET: pl.String, "unit_delivered": pl.String, "scale": pl.Float64}, orient="row")


def _header_faults(raw: RawTable, delivery: Delivery) -> pl.DataFrame:
    """Columns whose header names a unit of another kind: none of their figures is taken."""
    if delivery.unit:
        return no_faults()  # the row's own unit decides: see _two_units
    found = [no_faults()]
    for name in delivery.figures:
        col = delivery.contract.columns[name]
        wrong = _header_scales(name, raw, delivery).filter(pl.col("scale").is_null())
        place = wrong.select(SHEET, pl.lit(None, pl.Int64).alias(ROW), text="unit_delivered", unit=pl.lit(col.unit))
        found.append(told(place, "wrong_header_unit", _WRONG_HEADER, column=name, header=col.zh))
    return pl.concat(found)


def _own_from_header(rows: pl.DataFrame, raw: RawTable, delivery: Delivery) -> pl.DataFrame:
    """Rows whose figure with a unit of its own (单位产品综合能耗) names none, under the unit that its header names."""
    for (sheet, name), stated in raw.units.items():
        column = own_unit(delivery.contract, name)
        if column is not None and column in rows.columns:
            here = pl.col(SHEET).eq_missing(pl.lit(sheet, pl.String)) & pl.col(column).is_null()
            rows = rows.with_columns(pl.when(here).then(pl.lit(stated)).otherwise(pl.col(column)).alias(column))
    return rows


def _two_units(rows: pl.DataFrame, raw: RawTable, delivery: Delivery) -> pl.DataFrame:
    """Columns whose header names another unit than their rows do: the rows decide, and it is said once a column."""
    found = [no_faults()]
    for (sheet, name), stated in raw.units.items() if delivery.unit else ():
        col = delivery.contract.columns[name]
        own = own_columns(name)[0] if own_unit(delivery.contract, name) else "unit_delivered"
        here = rows.filter(pl.col(SHEET).eq_missing(pl.lit(sheet, pl.String)) & pl.col(name).is_not_null())
        counted = here.group_by(unit=pl.col(own)).agg(count=pl.len()).drop_nulls("unit").sort("unit")
        odd = [unit for unit in counted["unit"].to_list() if scale_between(stated, unit) != 1.0]
        place = counted.filter(pl.col("unit").is_in(odd)).select(
            pl.lit(sheet, pl.String).alias(SHEET), pl.lit(None, pl.Int64).alias(ROW), "unit", "count",
            text=pl.lit(stated), header=pl.lit(col.zh),
        )  # fmt: skip
        found.append(told(place, "two_units", _TWO_UNITS, column=name, header=col.zh))
    return pl.concat(found)


def _header_units(held: pl.DataFrame, name: str, raw: RawTable, delivery: Delivery) -> pl.DataFrame:
    """Unit columns for a figure column that has its unit in the header, or by the contract."""
    own = delivery.contract.columns[name].unit or ""
    joined = held.join(
        _header_scales(name, raw, delivery).with_columns(said=pl.lit(True)),
        on=SHEET, how="left", nulls_equal=True, maintain_order="left",
    )  # fmt: skip
    by_contract = pl.col("said").is_null()
    return joined.filter(by_contract | pl.col("scale").is_not_null()).with_columns(
        unit_delivered=pl.when(by_contract).then(pl.lit(own)).otherwise("unit_delivered"),
        scale=pl.when(by_contract).then(1.0).otherwise("scale"),
        unit_canonical=pl.lit(own),
    )
