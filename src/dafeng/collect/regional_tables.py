"""Import of regional tables 区域表导入: yearbook balances and inventories in wide sheets, or long lists of the same.

A wide sheet has labels down one side and names of fuels across, with titles above, unit rows between and panels below
one another; which is which is told from the words, not from the place. Nothing is lost: every cell that holds something
inside a table becomes a row, or stands rejected with the reason. No sign is mended silently.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from hashlib import sha256

import polars as pl

from dafeng.base import cells
from dafeng.base.errors import UnreadableFile
from dafeng.base.faults import ROW, SHEET, Parsed, all_faults, no_faults, told
from dafeng.collect.quantities_regional import with_units
from dafeng.collect.regional_cells import (
    CELL,
    CELL_SCHEMA,
    KINDS,
    NATION,
    Given,
    Vocabulary,
    as_given,
    carrier_words,
    empty_cells,
    row_words,
    sector_words,
    with_cell_ids,
    words_of,
)
from dafeng.collect.regional_words import WORDS
from dafeng.collect.unpack import Limits
from dafeng.collect.workbooks import Sheet, Workbook, read_workbook
from dafeng.registry.areas import Areas, area_tree
from dafeng.rules.regional import regional_rules

_MOST_LABELS = 5000  # looked at to tell a table's kind
_FEWEST = 3  # names of fuels by which a row is known as a header
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_HAN_YEAR = re.compile(r"[一二][〇零○ＯO九][〇零○ＯO一二三四五六七八九]{2}(?=年)")  # 二〇一四年
_HAN_DIGITS = str.maketrans("〇零○ＯO一二三四五六七八九", "00000123456789")
_ABOVE = 3  # rows above a header in which a head merged downwards may stand
_LONG = {
    "area": ("province", "area", "region", "city", "地区", "省份", "区域", "城市", "省", "市"),
    "period": ("year", "period", "年份", "年", "时期"),
    "row": ("process", "sector", "row", "项目", "部门", "行业"),
    "carrier": ("fuel", "item", "carrier", "energy", "品种", "能源品种", "能源"),
    "value": ("value", "amount", "数值", "数量"),
    "unit": ("unit", "单位", "计量单位"),
}
_VALUE_UNITS = {
    "value_mtce": "Mtce",
    "mt_co2": "Mt CO2",
    "value_10k_tce": "万吨标准煤",
    "value_tce": "tce",
    "t_co2": "tCO2",
    "co2_t": "tCO2",
}


@dataclass(frozen=True, slots=True)
class RegionalTable:
    """What a file gave: cells (CELL), faults, the rejected cells as they came, and what kind of table it was.

    cells.height + rejected.height == read: the figures found in the file.
    """

    kind: str
    parsed: Parsed
    sha256: str
    name: str
    read: int

    @property
    def cells(self) -> pl.DataFrame:
        return self.parsed.rows

    @property
    def faults(self) -> pl.DataFrame:
        return self.parsed.faults


def read_regional(
    data: bytes, name: str, given: Given | None = None, *, areas: Areas | None = None, limits: Limits | None = None
) -> RegionalTable:
    """Read a balance or an inventory from xlsx, xls, CSV or Parquet bytes.

    Which of the two it is is told from the rows it names. Raises UnreadableFile where the file is too large, damaged,
    or holds no table of either kind.
    """
    given, limits = given or Given(), limits or Limits()
    book = _book(data, name, limits)
    raws = [(sheet.name, _raw(sheet, given)) for sheet in book.sheets if not sheet.cells.is_empty()]
    found = [raw for _, raw in raws if raw is not None]
    if not found:
        raise UnreadableFile(
            "no sheet holds an energy balance or an inventory",
            where=name,
            mend="Rows must be named as in the yearbook, columns by fuel; or a list with year, row, fuel and value.",
            zh="文件中没有能源平衡表或排放清单",
            mend_zh="行应为年鉴项目，列应为能源品种；或为含年份、项目、品种、数值的清单。",
        )
    whole = pl.concat(found)
    kind = str(whole.group_by("kind", maintain_order=True).len().sort("len", descending=True)["kind"][0])
    raw = whole.with_columns(kind=pl.lit(kind))
    parsed = _resolved(raw, kind, given, areas or area_tree(), name, book.sha256)
    parsed = replace(parsed, faults=all_faults([parsed.faults, _not_read([n for n, r in raws if r is None])]))
    return RegionalTable(kind, parsed, book.sha256, name, raw.height)


def _not_read(sheets: list[str | None]) -> pl.DataFrame:
    """A note for each sheet with content in which no table was found."""
    rows = pl.DataFrame({SHEET: sheets}, schema={SHEET: pl.String}).with_columns(pl.lit(None, pl.Int64).alias(ROW))
    return told(rows, "no_table", WORDS["no_table"])


def _book(data: bytes, name: str, limits: Limits) -> Workbook:
    if not data.startswith(b"PAR1"):
        return read_workbook(data, name, limits)
    if len(data) > limits.file_bytes:
        raise _too_large(name)
    try:
        lazy = pl.scan_parquet(io.BytesIO(data))
        width, rows = len(lazy.collect_schema()), int(lazy.select(pl.len()).collect().item())
        if rows > limits.rows or width > limits.columns or rows * width > limits.cells:
            raise _too_large(name)
        frame = lazy.collect()
        heads = pl.DataFrame({f"c{i}": [c] for i, c in enumerate(frame.columns)})
        text = frame.select(pl.col(c).cast(pl.String).alias(f"c{i}") for i, c in enumerate(frame.columns))
    except pl.exceptions.PolarsError as error:
        raise UnreadableFile(
            "the Parquet file is damaged",
            where=name,
            mend="Write it again, or deliver CSV.",
            zh="Parquet 文件已损坏",
            mend_zh="请重新导出，或改用 CSV。",
        ) from error
    return Workbook(name, sha256(data).hexdigest(), (Sheet(None, pl.concat([heads, text])),))


def _too_large(name: str) -> UnreadableFile:
    return UnreadableFile(
        "the file is larger than is allowed",
        where=name,
        mend="Split it into several files.",
        zh="文件超过允许的大小",
        mend_zh="请拆成几个文件。",
    )


# -- a sheet as raw cells ----------------------------------------------------------------------------------------------

_RAW_ORDER = ["kind", SHEET, ROW, "label", "head", "text", "area", "period", "unit_delivered", "basis", "column"]


def _raw(sheet: Sheet, given: Given) -> pl.DataFrame | None:
    text = sheet.cells.select(cells.plain_text(pl.col(c)).alias(c) for c in sheet.cells.columns)
    text = text.with_row_index(ROW, offset=1)
    if (long := _long(text, sheet.name)) is not None:
        return long
    melted = text.unpivot(index=ROW, variable_name="at", value_name="text").drop_nulls("text")
    melted = melted.with_columns(at=pl.col("at").str.slice(1).cast(pl.Int64))
    return _wide(melted, sheet.name, given)


def _long(text: pl.DataFrame, name: str | None) -> pl.DataFrame | None:
    """A list with a column each for year, row, fuel and value; None where the first filled row is no such header."""
    names = [c for c in text.columns if c != ROW]
    head = text.select(names).head(1).row(0)
    at: dict[str, str] = {}
    unit: str | None = None
    for column, word in zip(names, head, strict=True):
        key = (word or "").lower()
        for role, words in _LONG.items():
            if key in words:
                at.setdefault(role, column)
        if key in _VALUE_UNITS:
            at.setdefault("value", column)
            unit = _VALUE_UNITS[key]
    if not {"period", "value"} <= at.keys() or not at.keys() & {"row", "area"}:
        return None
    taken = {role: pl.col(at[role]) if role in at else pl.lit(None, pl.String) for role in _LONG}
    body = text.slice(1).select(
        pl.col(ROW), text=taken["value"], label=taken["row"], head=taken["carrier"], area=taken["area"],
        period=taken["period"], unit_delivered=pl.coalesce(taken["unit"], pl.lit(unit)),
        column=pl.lit(head[names.index(at["value"])]),
    )  # fmt: skip
    if "row" not in at:
        body = body.with_columns(label=pl.lit("Total"))
    if "carrier" not in at:
        body = body.with_columns(head=pl.lit("Scope 1 Total"))
    kind = _kind(body["label"])
    if kind == "process":
        body = body.with_columns(head=pl.lit("process"))
    return _shaped(body.drop_nulls("text"), kind, name)


def _shaped(body: pl.DataFrame, kind: str, name: str | None, **more: str | None) -> pl.DataFrame:
    filled = body.with_columns(
        kind=pl.lit(kind), **{SHEET: pl.lit(name, pl.String)}, **{k: pl.lit(v, pl.String) for k, v in more.items()}
    )
    lacking = [pl.lit(None, pl.String).alias(n) for n in _RAW_ORDER if n not in filled.columns]
    return filled.with_columns(*lacking).select(
        pl.col(n).cast(pl.Int64) if n == ROW else pl.col(n).cast(pl.String) for n in _RAW_ORDER
    )


def _kind(labels: pl.Series) -> str:
    """What a table is, by whose row names know most of its labels; of equals the balance."""
    words = labels.drop_nulls().unique().to_list()[:_MOST_LABELS]
    known = {kind: sum(words_of(kind).code(w) is not None for w in words) for kind in KINDS}
    return max(known, key=lambda kind: known[kind])


def _wide(melted: pl.DataFrame, name: str | None, given: Given) -> pl.DataFrame | None:
    heads = melted.with_columns(code=cells.each_text(melted["text"], _head_code, pl.String()))
    known = heads.drop_nulls("code").group_by(ROW).agg(pl.col("code").n_unique().alias("n"))
    headers = known.filter(pl.col("n") >= _FEWEST)[ROW].sort().to_list()
    if not headers:
        return _turned(melted, name, given)
    side = _label_column(melted, headers)
    titles = melted.filter((pl.col(ROW) < headers[0]) | ((pl.col(ROW) == headers[0]) & (pl.col("at") <= side)))[
        "text"
    ].to_list()
    panels = [
        _panel(melted, header, headers[i + 1] if i + 1 < len(headers) else None, side)
        for i, header in enumerate(headers)
    ]
    body = pl.concat(panels)
    if body.is_empty():
        return None
    area, period, basis, unit = _of_titles([*titles, name or ""], given)
    body = body.with_columns(
        unit_delivered=pl.coalesce("unit_delivered", pl.lit(unit, pl.String)),
        area=pl.coalesce("area", pl.lit(area, pl.String)), period=pl.coalesce("period", pl.lit(period, pl.String)),
    )  # fmt: skip
    return _shaped(body, _kind(body["label"]), name, basis=basis)


def _turned(melted: pl.DataFrame, name: str | None, given: Given) -> pl.DataFrame | None:
    """A sheet with fuels down the side and rows of the balance across: turned, and its cells' own places kept."""
    across = melted.with_columns(
        code=cells.each_text(melted["text"], lambda t: row_words().code(t) or sector_words().code(t), pl.String())
    )
    known = across.drop_nulls("code").group_by(ROW).agg(pl.col("code").n_unique().alias("n"))
    headers = known.filter(pl.col("n") >= _FEWEST)[ROW].sort().to_list()
    if not headers:
        return None
    header = headers[0]
    top = melted.filter(pl.col(ROW) == header).select("at", label="text")
    down = melted.filter(pl.col(ROW) > header)
    side = _label_column(melted, [header], _head_code)
    names = down.filter(pl.col("at") == side).select(ROW, head="text")
    body = down.filter(pl.col("at") > side).join(top, on="at", how="left").join(names, on=ROW, how="left")
    body = body.with_columns(unit_delivered=_bracketed("head")).filter(~_is_unit_text("text"))
    titles = melted.filter(pl.col(ROW) < header)["text"].to_list()
    area, period, basis, unit = _of_titles([*titles, name or ""], given)
    body = body.with_columns(unit_delivered=pl.coalesce("unit_delivered", pl.lit(unit, pl.String)))
    return _shaped(body, _kind(body["label"]), name, area=area, period=period, basis=basis)


def _head_code(text: str) -> str | None:
    return carrier_words().code(text)


def _label_column(melted: pl.DataFrame, headers: list[int], read: object = None) -> int:
    """The column with the most labels below the first header."""
    below = melted.filter(pl.col(ROW) > headers[0])
    reader = read or (lambda t: row_words().code(t) or sector_words().code(t))
    coded = below.with_columns(code=cells.each_text(below["text"], reader, pl.String())).drop_nulls("code")  # type: ignore[arg-type]
    if coded.is_empty():
        return 0
    counted = coded.group_by("at").len().sort("len", "at", descending=[True, False])
    return int(counted["at"][0])


def _panel(melted: pl.DataFrame, header: int, following: int | None, side: int) -> pl.DataFrame:
    """The cells below one header row: row, text, label, head, unit_delivered."""
    within = (pl.col(ROW) > header) & (pl.lit(following is None) | (pl.col(ROW) < (following or 0)))
    below = melted.filter(within)
    heads = _heads(melted, header, side)
    given = _columns_that_say(melted, header)
    figures_from = (pl.col("at") > side) & ~pl.col("at").is_in(list(given.values()))
    unit_rows = below.filter(_is_unit_text("text") & (pl.col("at") > side)).group_by(ROW).len()
    figures = below.filter(figures_from).join(unit_rows, on=ROW, how="anti")
    units = below.join(unit_rows, on=ROW, how="semi").filter(pl.col("at") > side)
    units = units.select("at", under=pl.col("text").str.strip_chars("()（） ")).unique("at", keep="first")
    labels = below.filter(pl.col("at") == side).select(ROW, label="text")
    body = figures.join(heads, on="at", how="left").join(labels, on=ROW, how="left").join(units, on="at", how="left")
    for name, at in given.items():
        body = body.join(below.filter(pl.col("at") == at).select(ROW, pl.col("text").alias(name)), on=ROW, how="left")
    lacking = [pl.lit(None, pl.String).alias(n) for n in ("area", "period") if n not in given]
    return body.with_columns(*lacking, unit_delivered=pl.coalesce("under", _bracketed("head"))).select(
        ROW, "text", "label", "head", "unit_delivered", "area", "period"
    )


def _heads(melted: pl.DataFrame, header: int, side: int) -> pl.DataFrame:
    """The heads of a header row; where a column has none, the name of a fuel just above it (merged down)."""
    beside = pl.col("at") > side
    own = melted.filter((pl.col(ROW) == header) & beside).select("at", head="text")
    above = melted.filter(pl.col(ROW).is_between(header - _ABOVE, header - 1) & beside)
    above = above.join(own, on="at", how="anti")
    named = above.filter(cells.each_text(above["text"], _head_code, pl.String()).is_not_null()).sort(ROW)
    return pl.concat([own, named.unique("at", keep="last", maintain_order=True).select("at", head="text")])


def _columns_that_say(melted: pl.DataFrame, header: int) -> dict[str, int]:
    """Columns of a wide sheet that say area and year row by row: which of the two → its place."""
    top = melted.filter(pl.col(ROW) == header).select("at", "text").rows()
    found: dict[str, int] = {}
    for at, text in top:
        for name in ("area", "period"):
            if text.strip().lower() in _LONG[name]:
                found.setdefault(name, at)
    return found


_UNIT_TEXT = (
    r"^[(（]?\s*(?:万吨标准煤|万吨|吨|亿立方米|万立方米|亿千瓦[·.]?小?时|万千瓦时|万百万千焦|百万千焦"
    r"|10\^?4\s*tons?|10\s*000\s*tons?|Mtce|Mt|mt)\s*[)）]?$"
)


def _is_unit_text(column: str) -> pl.Expr:
    return pl.col(column).str.contains(_UNIT_TEXT)


def _bracketed(column: str) -> pl.Expr:
    return pl.col(column).str.extract(r"[(（]([^()（）]+)[)）]\s*$")


def _of_titles(titles: list[str], given: Given) -> tuple[str | None, str | None, str | None, str | None]:
    """Area, year, basis and unit as the words above the table (and the name of the sheet) say."""
    titles = [_HAN_YEAR.sub(lambda m: m[0].translate(_HAN_DIGITS), t) for t in titles]
    text = " ".join(t for t in titles if t)
    years = set(_YEAR.findall(text))
    tce = "标准量" in text or "标准煤" in text or "tce" in text.lower()
    basis = "tce" if tce else "physical" if "实物量" in text else None
    unit = "Mt CO2" if re.search(r"\bmt\b|百万吨", text, re.I) and not tce else None
    if tce:
        unit = "万吨标准煤" if "万吨" in text else "Mtce" if "mtce" in text.lower() else None
    words = [w for t in titles for w in _APART.split(t) if w]
    places = {code for w in words if (code := _area(w, area_tree())) is not None}
    said = as_given(given, basis=basis, unit=unit)
    return _only(places), _only(years), said.basis, said.unit


_APART = re.compile(
    r"[\s\-—_,，。:：()（）\d]+|年|地区能源|能源平衡|能源消费|平衡表|二氧化碳|碳排放|排放清单|清单|实物量|标准量"
)


def _only(found: set[str]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None


# -- raw cells as rows -------------------------------------------------------------------------------------------------


def _resolved(raw: pl.DataFrame, kind: str, given: Given, areas: Areas, name: str, sha: str) -> Parsed:
    words = words_of(kind)
    rows = raw.with_columns(
        row=cells.each_text(raw["label"], words.code, pl.String()),
        carrier=cells.each_text(raw["head"], carrier_words().code, pl.String()),
    )
    rows, guesses = _guessed(rows, "label", "row", words)
    rows, more = _guessed(rows, "head", "carrier", carrier_words())
    rows = _placed(rows, given, areas)
    rows = with_units(rows, kind, given)
    assumed = told(rows.filter("assumed").unique("carrier"), "assumed", WORDS["assumed"], column="unit")
    number = cells.number(pl.col("text").str.replace_all(r"^[−–]", "-").str.replace_all(r"\s", ""))
    rows = rows.with_columns(value_delivered=number, blank=cells.missing_reason(pl.col("text")))
    bad, faults = _faulty(rows)
    kept = rows.join(bad.select("n"), on="n", how="anti") if bad.height else rows
    good, twice, clashes = _once(_cells(kept, kind, given, name, sha))
    rejected = pl.concat([bad.select(_RAW_ORDER), twice.select(_RAW_ORDER)])
    return Parsed(good, all_faults([guesses, more, assumed, *faults, *clashes]), rejected, name)


def _guessed(rows: pl.DataFrame, text: str, code: str, words: Vocabulary) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Labels that are no known spelling but differ from one by little: read so, and said."""
    unread = rows.filter(pl.col(code).is_null())
    near = cells.each_text(unread[text], words.near, pl.String()) if unread.height else pl.Series([], dtype=pl.String)
    told_of = unread.with_columns(code=near).drop_nulls("code").unique(text)
    if told_of.is_empty():
        return rows, no_faults()
    read = dict(told_of.select(text, "code").iter_rows())
    mended = rows.with_columns(pl.coalesce(code, pl.col(text).replace_strict(read, default=None)).alias(code))
    return mended, told(told_of.with_columns(label=pl.col(text)), "guessed", WORDS["guessed"], column=text)


def _area(text: str, areas: Areas) -> str | None:
    word = text.strip()
    named = regional_rules().provinces
    return named.get(word) or named.get(word.replace(" ", "")) or areas.code_of(word)


def _placed(rows: pl.DataFrame, given: Given, areas: Areas) -> pl.DataFrame:
    """Add area_code and the period's code, by the caller's word, else by the cell's own."""
    code = pl.lit(given.area) if given.area else cells.each_text(rows["area"], lambda t: _area(t, areas), pl.String())
    period = pl.lit(given.period) if given.period else cells.each_text(rows["period"], cells.period, pl.String())
    return rows.with_columns(area_code=code, period=period, n=pl.int_range(pl.len()))


def _faulty(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The rows that give no figure, and why: the first reason counts."""
    reasons = (
        ("unknown_row", pl.col("row").is_null(), "label"),
        ("unknown_column", pl.col("carrier").is_null(), "head"),
        ("no_area", pl.col("area_code").is_null() & pl.col("area").is_null(), "area"),
        ("unknown_area", pl.col("area_code").is_null(), "area"),
        ("no_period", pl.col("period").is_null(), "period"),
        ("missing", pl.col("blank").is_not_null(), "text"),
        ("number", pl.col("value_delivered").is_null(), "text"),
        ("no_unit", pl.col("unit_delivered").is_null(), "unit"),
        ("unit", pl.col("scale").is_null(), "unit"),
    )
    why = pl.coalesce(*(pl.when(test).then(pl.lit(kind)) for kind, test, _ in reasons))
    marked = rows.with_columns(why=why).drop_nulls("why")
    faults = [
        told(part, kind, WORDS[kind], column=column)
        for kind, _, column in reasons
        if (part := marked.filter(pl.col("why") == kind)).height
    ]
    return marked, faults


def _cells(rows: pl.DataFrame, kind: str, given: Given, name: str, sha: str) -> pl.DataFrame:
    made = rows.with_columns(
        value=pl.col("value_delivered") * pl.col("scale"),
        status=pl.lit(given.status),
        file=pl.lit(name),
        sha256=pl.lit(sha),
        sheet=pl.col(SHEET),
        sheet_row=pl.col(ROW).cast(pl.Int32),
        column=pl.coalesce("column", "head"),
        note=pl.lit(None, pl.String),
        cell_id=pl.lit(""),
        kind=pl.lit(kind),
    )
    return made.select(*CELL_SCHEMA, *(c for c in _RAW_ORDER if c not in CELL_SCHEMA))


def _once(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """One figure for each key: a repetition is dropped with a word, of two different ones neither stands."""
    key = list(CELL.key)
    marked = rows.with_columns(values=pl.col("value").n_unique().over(key), first=pl.int_range(pl.len()).over(key) == 0)
    clashing = marked.filter(pl.col("values") > 1)
    repeated = marked.filter((pl.col("values") == 1) & ~pl.col("first"))
    good = marked.filter((pl.col("values") == 1) & pl.col("first"))
    told_of = [told(repeated, "repeated", WORDS["repeated"]), told(clashing, "clash", WORDS["clash"])]
    kept = with_cell_ids(good) if good.height else empty_cells()
    return kept, pl.concat([clashing, repeated]), told_of


__all__ = ["NATION", "Given", "RegionalTable", "read_regional"]
