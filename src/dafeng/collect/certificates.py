"""The table of green certificates 绿证登记表: blocks of consecutive codes as firms receive them, checked row by row.

A row that fails costs a row: codes that are no range, a number that does not fit them, months that cannot be, what the
rules keep out, and codes that stand in the file or in the ledger already, with the place where they stand. A row that
repeats an entry of the ledger as it is changes nothing and is said to be unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from dafeng.base.columns import Col, Contract
from dafeng.base.faults import ROW, SHEET, Parsed, Words, all_faults, told
from dafeng.collect.contracts import ENERGY
from dafeng.collect.headers import RawTable

CERTIFICATE_TABLE = "certificates"
MOST_IN_BLOCK = 1_000_000_000
KINDS = {"gec": "绿证", "bundled": "绿电", "irec": "I-REC", "tigr": "TIGR"}
SOURCES = {
    "wind": "风电",
    "solar": "太阳能发电",
    "hydro": "常规水电",
    "biomass": "生物质发电",
    "geothermal": "地热能发电",
    "ocean": "海洋能发电",
}
ACQUIRED = {"bought": "购入", "bundled": "绿电交易", "issued": "核发", "allocated": "无偿划转", "self_use": "自发自用"}

CERTIFICATES = Contract(
    CERTIFICATE_TABLE,
    key=("first_code",),
    zh="绿证登记",
    note="每段连号的绿证(或绿电)一行，一张对应1000千瓦时。同一编号只登记一次；绿电已含其绿证，不要再登记为绿证。",
    columns={
        "enterprise_id": replace(ENERGY.columns["enterprise_id"], aliases=(
            *ENERGY.columns["enterprise_id"].aliases, "持有人", "持有企业", "持有人信用代码")),
        "name": ENERGY.columns["name"],
        "kind": Col(
            str, "证书种类", "kind of certificate", choices=KINDS, example="绿证", aliases=("证书类型", "品种"),
            note="绿证：证电分离；绿电：随绿电交易取得、证电合一。",
        ),
        "first_code": Col(
            str, "起始编号", "first code", example="GEC-2025-00000001",
            aliases=("证书编号", "绿证编号", "起始证书编号"), note="登记系统打印的编号，以数字结尾。",
        ),
        "last_code": Col(
            str, "终止编号", "last code", missing=True, example="GEC-2025-00010000", aliases=("终止证书编号",),
            note="单张可不填。",
        ),
        "count": Col(
            int, "张数", "number of certificates", ge=1, missing=True, example="10000", aliases=("绿证数量", "数量"),
            note="供核对：应等于起止编号之间的张数。",
        ),
        "generation": Col(
            str, "电量生产年月", "month of generation", form="year_month", example="2025-03",
            aliases=("电量生产月份", "发电年月", "生产年月", "电量所属月份"), note="有效期自该月起算。",
        ),
        "issued_on": Col(
            date, "取得日期", "day from which the holder has them", example="2025-05-12",
            aliases=("核发日期", "交易日期", "划转日期"), note="核发或交易划转到本单位账户的日期。",
        ),
        "acquired": Col(
            str, "取得方式", "how the holder came by them", choices=ACQUIRED, example="购入", aliases=("来源方式",),
        ),
        "source": Col(
            str, "电源类型", "source of the power", choices=SOURCES, example="风电", aliases=("能源类型", "项目类型"),
        ),
        "region": Col(
            str, "项目所在地", "place of the plant", missing=True, example="内蒙古自治区", aliases=("项目所在省份",),
        ),
        "project": Col(str, "项目名称", "name of the plant", missing=True, aliases=("电站名称", "发电项目")),
        "commissioned_on": Col(
            date, "投产日期", "day of commissioning", missing=True, aliases=("并网日期",), note="常规水电应填。",
        ),
        "stated_until": Col(
            date, "有效期至", "last day as printed", missing=True, aliases=("有效期", "失效日期"),
            note="证书上印有的才填；不填按规则计算。",
        ),
        "credited": Col(
            bool, "是否已开发减排量", "sold as a carbon credit", missing=True, aliases=("是否已申请CCER", "是否CCER"),
        ),
        "factor": Col(
            float, "合同排放因子", "contract factor", unit="tCO2/MWh", ge=0, le=2, missing=True,
            note="供电合同写明的才填；不填按规则，可再生能源为零。",
        ),
        "remark": Col(str, "备注", "remark", missing=True),
    },
)  # fmt: skip

_NO_NUMBER = Words(
    "{text} is no code of a certificate: it does not end in a number", "Copy the code as the registry prints it.",
    "“{text}”不是绿证编号：应以数字结尾", "请按登记系统打印的编号填写。",
)  # fmt: skip
_NO_RANGE = Words(
    "{first_code} – {last_code} is no range of codes", "Give the first and the last code of one series, one row each.",
    "{first_code} 至 {last_code} 不是一段连号", "每段连号填一行，起止编号应属同一序列。",
)  # fmt: skip
_OTHER_COUNT = Words(
    "the codes are {size} certificates, the row says {text}", "Correct the codes or the number.",
    "起止编号之间为{size}张，本行填{text}张", "请更正编号或张数。",
)  # fmt: skip
_NO_MONTH = Words(
    "{text} is no month: validity is counted from the month of generation", "Give year and month.",
    "“{text}”不是月份：有效期自电量生产月份起算", "请填写年月，如 2025-03。",
)  # fmt: skip
_TOO_EARLY = Words(
    "certificates of {generation} cannot be had on {issued_on}", "Correct the month or the day.",
    "{issued_on} 不可能取得 {generation} 电量的绿证", "请更正电量生产年月或取得日期。",
)  # fmt: skip
_TO_COME = Words(
    "the day {issued_on} is still to come", "Enter certificates when they have been received.",
    "取得日期 {issued_on} 在将来", "取得之后再登记。",
)  # fmt: skip
_BARRED = Words(
    "not entered: {bar_en}", "Correct the row, or leave it out.", "不能登记：{bar_zh}", "请更正或删除本行。"
)
_IN_FILE = Words(
    "{size} certificates from {first_code} stand in this file already, in {there}", "Each code is entered once.",
    "自 {first_code} 起的{size}张与本文件{there_zh}重号", "同一编号只登记一次，请删除重复的行。",
)  # fmt: skip
_IN_LEDGER = Words(
    "certificates from {first_code} are in the ledger already: {there}", "Each code is entered once; bundled green "
    "power brings its certificate with it.",
    "自 {first_code} 起有编号已在台账中：{there_zh}", "同一编号只登记一次；绿电已含其绿证，不另登记。",
)  # fmt: skip
_UNCHANGED = Words(
    "the same certificates are in the ledger as they are: {there}", "Nothing to do.",
    "与台账中的登记相同：{there_zh}", "无须处理。", "note",
)  # fmt: skip
_SAME = ["kind", "holder", "last_no", "source", "generation_month", "issued_on", "acquired"]


@dataclass(frozen=True)
class Entered:
    """What a table gives the ledger: the checked table, its new blocks, and how many rows repeat what is there."""

    parsed: Parsed
    blocks: pl.DataFrame
    unchanged: int


def certificate_blocks(
    parsed: Parsed, raw: RawTable, registers: dict[str, str], known: pl.DataFrame, day: date
) -> Entered:
    """The rows of a checked table as blocks of the ledger; what cannot stand there is rejected with its reason.

    Parameters
    ----------
    parsed : the rows by the contract CERTIFICATES; raw : the table as it came; registers : kind → registry.
    known : what the ledger holds: register, prefix, width, first_no, last_no, the columns of ``_SAME``, and ``there``
        and ``there_zh``, the place of the entry in words. day : today.

    Blocks lack what the caller knows (status, batch, when and by whom); the entry bars of the rules are his too
    (``refuse``).
    """
    rows = _ranges(parsed.rows).with_columns(register=pl.col("kind").replace_strict(registers, default=None))
    faults, good = _apart(rows, _faulty(rows, day))
    faults_in, good = _apart(good, iter([_repeated(good)]))
    clash, same = _against(good, known)
    faults_known, new = _apart(
        good, iter([told(clash, "known_code", _IN_LEDGER, column="first_code", header="起始编号")])
    )
    new = new.join(same, on=[SHEET, ROW], how="anti", nulls_equal=True, maintain_order="left")
    notes = told(same, "unchanged", _UNCHANGED, column="first_code", header="起始编号")
    # what the reading of the file said (a sheet left out, a column that means nothing) belongs to the answer too
    found = all_faults([raw.faults, parsed.faults, *faults, *faults_in, *faults_known, notes])
    return Entered(_again(parsed, raw, found), new, same.height)


def refuse(made: Entered, raw: RawTable, barred: pl.DataFrame) -> Entered:
    """Take out rows that the rules keep from the ledger; ``barred`` has them with bar_zh and bar_en."""
    faults = told(barred, "barred", _BARRED, column="kind", header="证书种类")
    _, blocks = _apart(made.blocks, iter([faults]))
    found = all_faults([made.parsed.faults, faults])
    return Entered(_again(made.parsed, raw, found), blocks, made.unchanged)


def _ranges(rows: pl.DataFrame) -> pl.DataFrame:
    """Add prefix, width, first_no, last_no, size and the month of generation."""
    codes = rows.with_columns(
        first_code=pl.col("first_code").str.replace_all(r"\s", ""),
        last_code=pl.coalesce("last_code", "first_code").str.replace_all(r"\s", ""),
    )
    parts = codes.with_columns(
        pl.col(f"{end}_code").str.extract_groups(r"^(?P<prefix>.*?)(?P<number>\d{1,15})$").alias(f"{end}_parts")
        for end in ("first", "last")
    )
    numbers = parts.with_columns(
        prefix=pl.col("first_parts").struct.field("prefix"),
        width=pl.col("first_parts").struct.field("number").str.len_chars().cast(pl.Int64),
        first_no=pl.col("first_parts").struct.field("number").cast(pl.Int64),
        last_no=pl.col("last_parts").struct.field("number").cast(pl.Int64),
        ends_like=(pl.col("last_parts").struct.field("prefix") == pl.col("first_parts").struct.field("prefix"))
        & (
            pl.col("last_parts").struct.field("number").str.len_chars()
            == pl.col("first_parts").struct.field("number").str.len_chars()
        ),
        generation_month=(pl.col("generation") + "-01").str.to_date("%Y-%m-%d", strict=False),
        holder="enterprise_id",
    )
    return numbers.with_columns(size=pl.col("last_no") - pl.col("first_no") + 1)


def _faulty(rows: pl.DataFrame, day: date) -> Iterator[pl.DataFrame]:
    """Faults of rows by themselves."""
    numbered = pl.col("first_no").is_not_null()
    bare = rows.filter(~numbered).with_columns(text="first_code")
    yield told(bare, "no_code", _NO_NUMBER, column="first_code", header="起始编号")
    size = pl.col("size")
    fits = pl.col("ends_like").fill_null(value=False) & (size > 0) & (size <= MOST_IN_BLOCK)
    yield told(rows.filter(numbered & ~fits), "no_range", _NO_RANGE, column="last_code", header="终止编号")
    other = rows.filter(fits & pl.col("count").is_not_null() & (pl.col("count") != size))
    yield told(other.with_columns(text="count"), "other_count", _OTHER_COUNT, column="count", header="张数")
    yearly = rows.filter(pl.col("generation_month").is_null()).with_columns(text="generation")
    yield told(yearly, "no_month", _NO_MONTH, column="generation", header="电量生产年月")
    early = rows.filter(pl.col("issued_on") < pl.col("generation_month"))
    yield told(early, "too_early", _TOO_EARLY, column="issued_on", header="取得日期")
    yield told(rows.filter(pl.col("issued_on") > day), "to_come", _TO_COME, column="issued_on", header="取得日期")


def _repeated(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows whose codes overlap those of a row before them, by code; the first stays."""
    series = ["register", "prefix", "width"]
    ordered = rows.sort(*series, "first_no", SHEET, ROW, nulls_last=True)
    reach = pl.col("last_no").cum_max().over(series)
    holder = pl.when(pl.col("last_no") == reach).then(ROW).forward_fill().over(series)
    seen = ordered.with_columns(before=reach.shift(1).over(series), row_before=holder.shift(1).over(series))
    again = seen.filter(pl.col("first_no") <= pl.col("before")).with_columns(
        there=pl.format("row {}", "row_before"), there_zh=pl.format("第{}行", "row_before")
    )
    return told(again, "repeated_code", _IN_FILE, column="first_code", header="起始编号")


def _against(rows: pl.DataFrame, known: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with codes of the ledger: those that clash with an entry, and those that repeat it as it is.

    Blocks of the ledger never overlap: the last one that begins at or before a row's last code decides.
    """
    held = known.select("register", "prefix", "width", "first_no", "there", "there_zh", *_SAME)
    held = held.rename({n: f"{n}_held" for n in ("first_no", *_SAME)}).with_columns(at=pl.col("first_no_held"))
    met = rows.sort("last_no").join_asof(
        held.sort("at"), left_on="last_no", right_on="at", by=["register", "prefix", "width"], strategy="backward",
        check_sortedness=False,
    ).filter(pl.col("last_no_held") >= pl.col("first_no"))  # fmt: skip
    alike = pl.all_horizontal(pl.col(n).eq_missing(pl.col(f"{n}_held")) for n in ("first_no", *_SAME))
    return met.filter(~alike).sort(SHEET, ROW), met.filter(alike).sort(SHEET, ROW)


def _apart(rows: pl.DataFrame, faults: Iterator[pl.DataFrame]) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """The faults, and the rows that have none."""
    found = list(faults)
    bad = pl.concat(found).select(pl.col("sheet").alias(SHEET), pl.col("row").alias(ROW)).unique()
    bad = bad.with_columns(pl.col(ROW).cast(rows.schema[ROW]))
    return found, rows.join(bad, on=[SHEET, ROW], how="anti", nulls_equal=True, maintain_order="left")


def _again(parsed: Parsed, raw: RawTable, faults: pl.DataFrame) -> Parsed:
    """The table with further faults: rows read = rows kept + rows rejected."""
    errors = faults.filter(pl.col("severity") == "error", pl.col("row").is_not_null())
    bad = errors.select(pl.col("sheet").alias(SHEET), pl.col("row").alias(ROW)).unique()
    bad = bad.with_columns(pl.col(ROW).cast(parsed.rows.schema[ROW]))
    kept = parsed.rows.join(bad, on=[SHEET, ROW], how="anti", nulls_equal=True, maintain_order="left")
    gone = raw.frame.join(kept.select(SHEET, ROW), on=[SHEET, ROW], how="anti", nulls_equal=True, maintain_order="left")
    return Parsed(kept, faults, gone, parsed.source)
