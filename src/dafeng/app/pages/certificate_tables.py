"""Tables of the certificate ledger 绿证台账表格: certificates, claims, and the balance of each firm."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from dafeng.account.certificates.ledger import STATES, balance
from dafeng.app.cases import known_registry, visible_firms
from dafeng.app.certificates.entry import ledger_store
from dafeng.app.certificates.holdings import ledger_version, seen_parts
from dafeng.app.pages.english import area_told
from dafeng.app.permission import within
from dafeng.app.services import Services
from dafeng.app.tables.tabling import Choice, Column, TableDef
from dafeng.base.callers import Caller
from dafeng.base.provenance import STATUS_ZH
from dafeng.rules.certificates import packaged_certificate_rules

_STATE_WORDS = {"free": ("可用", "free"), "claimed": ("已声明", "claimed"), "retired": ("已核销", "retired"),
                "expired": ("已过期", "expired")}  # fmt: skip
_CLAIM_WORDS = {
    "claimed": ("已声明", "claimed"),
    "retired": ("已核销", "retired"),
    "withdrawn": ("已撤回", "withdrawn"),
}


def _choices(words: Mapping[str, tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(code, zh, en) for code, (zh, en) in words.items())


def _named(listed: Iterable[Any]) -> tuple[Choice, ...]:
    return tuple(Choice(one.id, one.name.zh, one.name.en) for one in listed)


_RULES = packaged_certificate_rules()
_STATUS = tuple(Choice(code, zh, code) for code, zh in STATUS_ZH.items())


@within
def _version(services: Services, caller: Caller) -> Hashable:
    return ledger_version(services)


def _firms(services: Services, frame: pl.DataFrame, key: str, area: str | None) -> pl.DataFrame:
    """With the firm's last name and area; of the area's subtree where one is asked for."""
    registry = known_registry(services)
    latest = registry.enterprises.sort("since").unique("enterprise_id", keep="last")
    named = frame.join(
        latest.select(pl.col("enterprise_id").alias(key), "name", "area_code"),
        on=key,
        how="left",
        maintain_order="left",
    )
    if area is not None:
        tree = registry.tree
        named = named.filter(pl.col("area_code").is_in(list(tree.descendants(area)) if area in tree else []))
    names = {code: registry.area_name(code) for code in named["area_code"].drop_nulls().unique().to_list()}
    return named.with_columns(area=pl.col("area_code").replace(names))


def _certificates(services: Services, caller: Caller, area: str | None, year: int | None) -> pl.DataFrame:
    books = seen_parts(services, caller)
    parts = books.parts.filter(pl.col("holder").is_in(list(books.firms)))
    if year is not None:
        parts = parts.filter(pl.col("generation_month").dt.year() == year)
    rows = _firms(services, parts.rename({"holder": "enterprise_id"}), "enterprise_id", area)
    return rows.with_columns(
        id=pl.format("{}.{}", "block_no", "first_off"),
        generation=pl.col("generation_month").dt.strftime("%Y-%m"),
        month=pl.col("month").dt.strftime("%Y-%m"),
        count=pl.col("count").cast(pl.Float64),
        days_left=pl.when(pl.col("state") == "free").then(
            (pl.col("valid_until") - pl.lit(books.day)).dt.total_days().cast(pl.Float64)
        ),
        evidence=pl.concat_str(
            ["file", "sheet", pl.format("第{}行", "row")], separator=" › ", ignore_nulls=True
        ),
    )  # fmt: skip


def _claims(services: Services, caller: Caller, area: str | None, year: int | None) -> pl.DataFrame:
    ledger, mine = ledger_store(services).ledger(), list(visible_firms(services, caller))
    claims = ledger.claims.filter(pl.col("claimant").is_in(mine))
    if year is not None:
        claims = claims.filter(pl.col("month").dt.year() == year)
    mwh = {k.id: k.mwh for k in _RULES.kinds}
    uses = ledger.uses.join(ledger.blocks.select("block_no", "kind"), on="block_no").with_columns(
        n=pl.col("last_off") - pl.col("first_off") + 1
    )
    sizes = uses.group_by("claim_id").agg(
        count=pl.col("n").sum().cast(pl.Float64),
        mwh=(pl.col("n") * pl.col("kind").replace_strict(mwh, return_dtype=pl.Float64)).sum(),
    )
    ends = ledger.endings.select("claim_id", "act", ended_on="on", retirement="number", reason="reason")
    rows = claims.join(sizes, on="claim_id", how="left").join(ends, on="claim_id", how="left")
    rows = rows.rename({"claimant": "enterprise_id", "recorded_by": "by"})
    return _firms(services, rows, "enterprise_id", area).with_columns(
        state=pl.col("act").fill_null("claimed"), month=pl.col("month").dt.strftime("%Y-%m")
    )


def _balances(services: Services, caller: Caller, area: str | None, year: int | None) -> pl.DataFrame:
    books = seen_parts(services, caller)
    parts = books.parts.filter(pl.col("holder").is_in(list(books.firms)))
    if year is not None:
        parts = parts.filter(pl.col("generation_month").dt.year() == year)
    soon = pl.col("valid_until").is_between(books.day, date.fromordinal(books.day.toordinal() + books.rules.warn_days))
    ending = parts.filter((pl.col("state") == "free") & soon).group_by("holder").agg(ending=pl.col("count").sum())
    rows = balance(parts).join(ending, on="holder", how="left").rename({"holder": "enterprise_id"})
    counts = [pl.col(n).cast(pl.Float64) for n in ("held", *STATES)]
    return _firms(services, rows, "enterprise_id", area).with_columns(
        *counts, ending=pl.col("ending").fill_null(0).cast(pl.Float64)
    )


_FIRM = (
    Column("name", "企业", "enterprise"),
    Column("enterprise_id", "企业标识", "enterprise id", "code", default=False),
    Column("area", "区县", "area", english=area_told("area"), default=False),
    Column("area_code", "区划代码", "area code", "code", default=False),
)
TABLES = (
    TableDef(
        "certificates",
        "绿证",
        "certificates",
        "certificate.see",
        (
            Column("id", "序号", "id", "code", default=False),
            Column("first_code", "起始编号", "first code", "code"),
            Column("last_code", "终止编号", "last code", "code"),
            Column("count", "张数", "certificates", "number"),
            Column("mwh", "电量", "electricity", "number", "MWh", default=False),
            Column("kind", "种类", "kind", "state", choices=_named(_RULES.kinds)),
            Column("source", "电源", "source", "state", choices=_named(_RULES.sources)),
            Column("generation", "电量月份", "generated in"),
            Column("valid_until", "有效期至", "valid until", "date"),
            Column("days_left", "剩余天数", "days left", "number", default=False),
            Column("state", "状态", "state", "state", choices=_choices(_STATE_WORDS)),
            *_FIRM,
            Column("claim_id", "声明", "claim", "code"),
            Column("purpose", "用途", "purpose", "state", choices=_named(_RULES.purposes)),
            Column("month", "用电月份", "electricity of"),
            Column("acquired", "取得方式", "acquired", "state", choices=_named(_RULES.acquired), default=False),
            Column("issued_on", "取得日期", "received on", "date", default=False),
            Column("region", "项目所在地", "place of the plant", default=False),
            Column("project", "项目", "plant", default=False),
            Column("status", "数据状态", "data status", "state", choices=_STATUS, default=False),
            Column("evidence", "凭证", "evidence", default=False),
        ),
        "id",
        _certificates,
        search=("first_code", "last_code", "name", "project", "claim_id"),
        sort=("valid_until", "first_code"),
        version=_version,
    ),
    TableDef(
        "certificate_claims",
        "绿证声明",
        "claims of certificates",
        "certificate.see",
        (
            Column("claim_id", "声明", "claim", "code"),
            *_FIRM,
            Column("purpose", "用途", "purpose", "state", choices=_named(_RULES.purposes)),
            Column("month", "用电月份", "electricity of"),
            Column("count", "张数", "certificates", "number"),
            Column("mwh", "电量", "electricity", "number", "MWh"),
            Column("state", "状态", "state", "state", choices=_choices(_CLAIM_WORDS)),
            Column("claimed_on", "声明日期", "claimed on", "date"),
            Column("by", "经办", "by", default=False),
            Column("subject", "对象", "subject", default=False),
            Column("ended_on", "核销或撤回日期", "ended on", "date"),
            Column("retirement", "核销编号", "retirement number", default=False),
            Column("reason", "撤回原因", "reason of withdrawal", default=False),
            Column("note", "备注", "note", default=False),
        ),
        "claim_id",
        _claims,
        search=("claim_id", "name", "subject", "retirement"),
        sort=("-claimed_on", "claim_id"),
        version=_version,
    ),
    TableDef(
        "certificate_balances",
        "绿证结余",
        "balance of certificates",
        "certificate.see",
        (
            *_FIRM,
            Column("held", "持有", "held", "number"),
            Column("free", "可用", "free", "number"),
            Column("claimed", "已声明", "claimed", "number"),
            Column("retired", "已核销", "retired", "number"),
            Column("expired", "已过期", "expired", "number"),
            Column("ending", "即将到期", "ending soon", "number"),
            Column("mwh", "电量", "electricity", "number", "MWh", default=False),
        ),
        "enterprise_id",
        _balances,
        search=("name", "enterprise_id"),
        sort=("-held", "enterprise_id"),
        version=_version,
    ),
)
