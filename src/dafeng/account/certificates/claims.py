"""Claims on certificates 绿证声明: which ones serve, which are taken, and why a claim is refused. One claim each.

Nothing is written here: a claim is checked against the parts of the ledger (``certificates.standing``) and answered
with the ranges it would take, or with the error that says what stands in its way, by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from dafeng.account.certificates.ledger import CLAIMED, EXPIRED, FREE, RETIRED, code_at
from dafeng.base.errors import BadRequest, StaleRecord
from dafeng.rules.certificates import CertificateBar, CertificateRules

_SHOWN = 3  # ranges of codes named in one sentence


class AlreadyClaimed(StaleRecord):
    """Certificates that support a claim already; ``claim_id`` is the first one."""

    status = 409

    def __init__(self, what: str, *, where: str, mend: str, zh: str, mend_zh: str, claim_id: str = "") -> None:
        super().__init__(what, where=where, mend=mend, zh=zh, mend_zh=mend_zh)
        self.claim_id = claim_id


class ClaimRefused(BadRequest):
    """A claim that the rules, or the electricity of the month, do not allow."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claim as asked 拟声明: by whom, what for, on which month's electricity, made on which day.

    count: how many certificates; codes: from which code to which (both included), instead of the ledger's choice.
    """

    claimant: str
    purpose: str
    month: date
    day: date
    count: int | None = None
    codes: tuple[str, str] | None = None


def proposal(parts: pl.DataFrame, wanted: Wanted, rules: CertificateRules) -> pl.DataFrame:
    """The parts a claim would take: block_no, first_off, last_off, count and what a person wants to see of them.

    Certificates that end first go first. Raises AlreadyClaimed (with the first claim's name), ClaimRefused.
    """
    rules.purpose(wanted.purpose)
    mine = parts.filter(pl.col("holder") == wanted.claimant)
    if wanted.codes is not None:
        return _named(mine, wanted, rules)
    if wanted.count is None or wanted.count <= 0:
        raise ClaimRefused(
            "a claim takes one certificate or more",
            where="count",
            mend="Say how many, or name the codes.",
            zh="声明的张数应为正整数",
            mend_zh="请填写张数，或指定证书编号。",
        )
    return _chosen(mine, wanted, rules)


def eligible(wanted: Wanted, rules: CertificateRules) -> pl.Expr:
    """Whether a part may serve the claim by month of generation, end of validity and bars (not: whether it is free)."""
    return _in_vintage(wanted, rules) & _alive(wanted) & ~_barred(wanted, rules)


def _in_vintage(wanted: Wanted, rules: CertificateRules) -> pl.Expr:
    fits = pl.lit(value=False)
    for kind in rules.kinds:
        rule = rules.vintage(wanted.purpose, kind.id, wanted.day)
        made = pl.col("generation_month")
        month = pl.lit(wanted.month)
        near = made.is_between(month.dt.offset_by(f"-{rule.before}mo"), month.dt.offset_by(f"{rule.after}mo"))
        if rule.same_year:
            near &= made.dt.year() == wanted.month.year
        fits |= (pl.col("kind") == kind.id) & near
    return fits


def _alive(wanted: Wanted) -> pl.Expr:
    """Valid on the day of the claim, and in the month it speaks of."""
    last = pl.col("valid_until")
    return last.is_null() | ((last >= wanted.day) & (last >= wanted.month))


def _barred(wanted: Wanted, rules: CertificateRules) -> pl.Expr:
    bars = [_fits(b) for b in rules.barring("claim", wanted.day) if not b.purposes or wanted.purpose in b.purposes]
    return pl.any_horizontal(bars) if bars else pl.lit(value=False)


def _fits(bar: CertificateBar) -> pl.Expr:
    """Whether a bar concerns a certificate; unknown facts do not fit."""
    found = pl.lit(value=True)
    for names, column in ((bar.kinds, "kind"), (bar.sources, "source"), (bar.acquired, "acquired")):
        if names:
            found &= pl.col(column).is_in(list(names))
    if bar.commissioned_until is not None:
        found &= pl.col("commissioned_on") <= bar.commissioned_until
    if bar.credited is not None:
        found &= pl.col("credited") == bar.credited
    return found.fill_null(value=False)


def barred_at_entry(rows: pl.DataFrame, rules: CertificateRules, day: date) -> pl.DataFrame:
    """Rows that may not enter the ledger, each with the first bar it meets: bar, bar_zh, bar_en."""
    zh = en = bar_id = pl.lit(None, pl.String)
    for bar in reversed(rules.barring("entry", day)):
        hit = _fits(bar)
        bar_id = pl.when(hit).then(pl.lit(bar.id)).otherwise(bar_id)
        zh = pl.when(hit).then(pl.lit(bar.words.zh)).otherwise(zh)
        en = pl.when(hit).then(pl.lit(bar.words.en)).otherwise(en)
    return rows.with_columns(bar=bar_id, bar_zh=zh, bar_en=en).filter(pl.col("bar").is_not_null())


def _chosen(mine: pl.DataFrame, wanted: Wanted, rules: CertificateRules) -> pl.DataFrame:
    """So many of what is free and fits; bundled power of the very month first, then what ends first."""
    fitting = mine.filter((pl.col("state") == FREE) & eligible(wanted, rules))
    order = fitting.with_columns(
        bound=pl.when(pl.col("kind") == "bundled").then(0).otherwise(1),
        end=pl.col("valid_until").fill_null(date.max),
    ).sort("bound", "end", "generation_month", "block_no", "first_off")
    before = pl.col("count").cum_sum() - pl.col("count")
    take = (pl.lit(wanted.count) - before).clip(0, pl.col("count"))
    taken = order.with_columns(take=take).filter(pl.col("take") > 0)
    if taken["take"].sum() < (wanted.count or 0):
        raise _too_few(mine, fitting, wanted, rules)
    return _cut(taken.with_columns(last_off=pl.col("first_off") + pl.col("take") - 1))


def _cut(parts: pl.DataFrame) -> pl.DataFrame:
    """Parts with new borders: counts, electricity and codes follow."""
    one = pl.col("mwh") / pl.col("count")
    count = pl.col("last_off") - pl.col("first_off") + 1
    return parts.with_columns(
        mwh=one * count, count=count, first_code=code_at("first_off"), last_code=code_at("last_off")
    ).select(
        "block_no", "first_off", "last_off", "count", "mwh", "first_code", "last_code", "kind", "source",
        "generation_month", "valid_until",
    )  # fmt: skip


def _too_few(mine: pl.DataFrame, fitting: pl.DataFrame, wanted: Wanted, rules: CertificateRules) -> ClaimRefused:
    """Why there are not enough: how many of the holder's stand where."""
    there = int(fitting["count"].sum())
    counts = {s: int(mine.filter(pl.col("state") == s)["count"].sum()) for s in (FREE, CLAIMED, RETIRED, EXPIRED)}
    free = mine.filter(pl.col("state") == FREE)
    other = int(free.filter(~_in_vintage(wanted, rules))["count"].sum())
    barred = int(free.filter(_in_vintage(wanted, rules) & _barred(wanted, rules))["count"].sum())
    used = counts[CLAIMED] + counts[RETIRED]
    month = f"{wanted.month:%Y-%m}"
    return ClaimRefused(
        f"{there} certificates serve {month}, {wanted.count} are asked for: {used} of the holder's are used, "
        f"{counts[EXPIRED]} expired, {other} are of other months, {barred} are barred",
        where=month,
        mend="Ask for fewer, or enter more certificates of fitting months.",
        zh=f"可用于{month}的绿证有{there}张，拟声明{wanted.count}张：本单位已使用{used}张，已过期{counts[EXPIRED]}张，"
        f"电量月份不符{other}张，规则不允许{barred}张",
        mend_zh="请减少张数，或补充登记月份相符的绿证。",
    )


# -- by code -----------------------------------------------------------------------------------------------------------


def split_code(code: str) -> tuple[str, int, int]:
    """A code as prefix, running number and its digits: the last digits, fifteen at most. Raises ClaimRefused."""
    text = "".join(code.split())
    digits = len(text) - len(text.rstrip("0123456789"))
    if not digits:
        raise ClaimRefused(
            f"{code[:80]!r} is no code of a certificate: it does not end in a number",
            where="code",
            mend="Give the code as the registry prints it.",
            zh=f"“{code[:80]}”不是绿证编号：应以数字结尾",
            mend_zh="请按登记系统打印的编号填写。",
        )
    width = min(digits, 15)
    return text[:-width], int(text[-width:]), width


def _named(mine: pl.DataFrame, wanted: Wanted, rules: CertificateRules) -> pl.DataFrame:
    """The certificates of a range of codes, all of them or none."""
    assert wanted.codes is not None
    (prefix, first, width), (end_prefix, last, end_width) = (split_code(c) for c in wanted.codes)
    asked = f"{wanted.codes[0]} – {wanted.codes[1]}"
    if (prefix, width) != (end_prefix, end_width) or last < first:
        raise ClaimRefused(
            f"the codes {asked} are no range",
            where="codes",
            mend="Give the first and the last code of one series.",
            zh=f"编号{asked}不是一段连号",
            mend_zh="请填写同一序列的起始编号和终止编号。",
        )
    inside = mine.filter(pl.col("prefix") == prefix, pl.col("width") == width)
    inside = inside.with_columns(
        lo=pl.col("first_no") + pl.col("first_off"), hi=pl.col("first_no") + pl.col("last_off")
    )
    inside = inside.filter(pl.col("lo") <= last, pl.col("hi") >= first).with_columns(
        first_off=pl.col("first_off") + (pl.lit(first) - pl.col("lo")).clip(lower_bound=0),
        last_off=pl.col("last_off") - (pl.col("hi") - pl.lit(last)).clip(lower_bound=0),
    )
    found = int((inside["last_off"] - inside["first_off"] + 1).sum())
    if found < last - first + 1:
        raise ClaimRefused(
            f"of the {last - first + 1} codes {asked} the claimant holds {found}",
            where=asked,
            mend="Enter the certificates first, or correct the codes.",
            zh=f"编号{asked}共{last - first + 1}张，本单位台账中有{found}张",
            mend_zh="请先登记这些绿证，或更正编号。",
        )
    if wanted.count is not None and wanted.count != found:
        raise ClaimRefused(
            f"the codes {asked} are {found} certificates, not {wanted.count}",
            where=asked,
            mend="Leave the number out, or correct it.",
            zh=f"编号{asked}共{found}张，不是{wanted.count}张",
            mend_zh="请更正张数，或不填张数。",
        )
    _refuse_used(inside, rules)
    _refuse_unfit(inside, wanted, rules)
    return _cut(inside)


def _refuse_used(inside: pl.DataFrame, rules: CertificateRules) -> None:
    used = _cut_whole(inside.filter(pl.col("state").is_in([CLAIMED, RETIRED])))
    if used.height:
        raise already(used, rules)


def _cut_whole(parts: pl.DataFrame) -> pl.DataFrame:
    return parts.with_columns(
        count=pl.col("last_off") - pl.col("first_off") + 1,
        first_code=code_at("first_off"),
        last_code=code_at("last_off"),
    )


def already(used: pl.DataFrame, rules: CertificateRules) -> AlreadyClaimed:
    """The refusal of a second claim: it names the first, what it was for, of which month and day."""
    first = used.sort("claimed_on", "claim_id").row(0, named=True)
    count = int(used["count"].sum())
    codes = "、".join(f"{r['first_code']}–{r['last_code']}" for r in used.head(_SHOWN).iter_rows(named=True))
    codes += " …" if used.height > _SHOWN else ""
    purpose = rules.purpose(first["purpose"]).name
    month, made = f"{first['month']:%Y-%m}", first["claimed_on"]
    ended = "核销" if first["retired_on"] is not None else "声明"
    ended_en = "retired" if first["retired_on"] is not None else "claimed"
    return AlreadyClaimed(
        f"{count} certificates ({codes}) support the claim {first['claim_id']} already: {purpose.en}, electricity of "
        f"{month}, {ended_en}, made on {made}",
        where=codes,
        mend="A certificate supports one claim: take others, or have the first claim withdrawn before it is retired.",
        zh=f"{count}张绿证({codes})已用于{first['claim_id']}：{purpose.zh}，{month}电量，{made}声明，现为已{ended}",
        mend_zh="一张绿证只能支持一项声明：请改用其他绿证；首次声明未核销的，可先撤回。",
        claim_id=str(first["claim_id"]),
    )


def _refuse_unfit(inside: pl.DataFrame, wanted: Wanted, rules: CertificateRules) -> None:
    month = f"{wanted.month:%Y-%m}"
    late = inside.filter((pl.col("state") == EXPIRED) | ~_alive(wanted))
    if late.height:
        row = late.row(0, named=True)
        raise ClaimRefused(
            f"certificates of {row['generation_month']:%Y-%m} ended on {row['valid_until']}: they cannot be claimed on "
            f"{wanted.day} for {month}",
            where=month,
            mend="Take certificates that are still valid.",
            zh=f"{row['generation_month']:%Y-%m}电量的绿证有效期至{row['valid_until']}，{wanted.day}不能再用于{month}",
            mend_zh="请改用有效期内的绿证。",
        )
    for bar in rules.barring("claim", wanted.day):
        if (not bar.purposes or wanted.purpose in bar.purposes) and inside.filter(_fits(bar)).height:
            raise ClaimRefused(
                f"not allowed: {bar.words.en}",
                where=bar.source,
                mend="Take other certificates.",
                zh=bar.words.zh,
                mend_zh="请改用其他绿证。",
            )
    other = inside.filter(~_in_vintage(wanted, rules))
    if other.height:
        row = other.row(0, named=True)
        rule = rules.vintage(wanted.purpose, row["kind"], wanted.day)
        raise ClaimRefused(
            f"certificates of {row['generation_month']:%Y-%m} do not serve electricity of {month}: "
            f"{rule.note.en if rule.note else rule.source}",
            where=month,
            mend="Take certificates generated in a fitting month.",
            zh=f"{row['generation_month']:%Y-%m}电量的绿证不能用于{month}的电量：{rule.note.zh if rule.note else ''}",
            mend_zh="请改用电量生产月份相符的绿证。",
        )


# -- the electricity of the month --------------------------------------------------------------------------------------


def check_electricity(wanted: Wanted, count_mwh: float, claimed_mwh: float, bought_mwh: float | None,
                      rules: CertificateRules) -> None:  # fmt: skip
    """Refuse a claim beyond the electricity of its month.

    Parameters
    ----------
    count_mwh, claimed_mwh : electricity of this claim, and of the claims of the same purpose on the month [MWh].
    bought_mwh : net purchased electricity 净购入电量 of the claimant in the month [MWh]; None where it is missing:
        then nothing can be claimed, for missing is neither zero nor without end.

    Raises ClaimRefused.
    """
    purpose, month = rules.purpose(wanted.purpose), f"{wanted.month:%Y-%m}"
    if not purpose.electricity:
        return
    if bought_mwh is None:
        raise ClaimRefused(
            f"the electricity bought in {month} is not known",
            where=month,
            mend="Deliver the month's electricity first.",
            zh=f"{month}的外购电量尚未报送",
            mend_zh="请先报送该月外购电量，再声明绿证。",
        )
    left = max(bought_mwh, 0.0) - claimed_mwh
    if count_mwh > left + 1e-9:
        raise ClaimRefused(
            f"the claim of {count_mwh:g} MWh exceeds the electricity of {month}: bought {bought_mwh:g} MWh, claimed "
            f"for {purpose.name.en} {claimed_mwh:g} MWh, left {max(left, 0.0):g} MWh",
            where=month,
            mend=f"Claim {max(int(left), 0)} MWh at most.",
            zh=f"声明{count_mwh:g}兆瓦时超过{month}的电量：外购{bought_mwh:g}兆瓦时，"
            f"已按“{purpose.name.zh}”声明{claimed_mwh:g}兆瓦时，剩余{max(left, 0.0):g}兆瓦时",
            mend_zh=f"最多可再声明{max(int(left), 0)}兆瓦时。",
        )
