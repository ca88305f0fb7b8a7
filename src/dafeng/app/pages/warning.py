"""What to know before believing 提示: late firms, partial sums, carried-over factors, years not assessed."""

from __future__ import annotations

import polars as pl

from dafeng.account.subjects import placed
from dafeng.app.accounts.accounting import account_key
from dafeng.app.pages.delivery import delivery_of
from dafeng.app.pages.english_notes import note_en
from dafeng.app.pages.known import CO2, Known
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import may
from dafeng.app.publishing import latest_published
from dafeng.app.sight.disclosure import CONFIDENTIAL
from dafeng.app.versions import delivered
from dafeng.base.provenance import content_id
from dafeng.report.wording import coverage_percent

_MOST = 4
_CARRIED = "沿用"


def warnings_of(known: Known, area: str, year: int) -> tuple[Words, ...]:
    """All warnings of an area and year, the gravest first."""
    found = (
        _not_run(known),
        _waiting(known),
        _not_assessed(known, year),
        _published_older(known),
        _partial(known, area, year),
        _late(known, area, year),
    )
    told = [w for w in found if w is not None]
    return (*told, *_withheld(known, year), *_carried(known, area, year), *_synthetic(known))


def _not_run(known: Known) -> Words | None:
    if known.run_id is not None:
        return None
    return Words(
        zh="尚未核算:请放入数据后运行。", en="Nothing has been accounted yet: put data into the inboxes and run."
    )


def _waiting(known: Known) -> Words | None:
    """For who may run: how many deliveries (confirmed filings, files) came in after the run, in no figure yet."""
    services, made = known.services, known.run
    if made is None or not may(known.caller, "programme.run"):
        return None
    newer = [b for b in services.records.batches() if b.imported_at > made.created_at]
    if not newer or _run_of_now(known) == known.run_id:
        return None
    n = len(newer)
    return Words(
        zh=f"{n}份已确认填报或导入的数据尚未核算,本页仍是上次运行的结果:请运行。",
        en=f"{n} confirmed filings or files came in after the last run and are in no figure of this page: run again.",
    )


def _run_of_now(known: Known) -> str:
    """The id that a run on what is known now would have."""
    services = known.services
    key = services.memory.get("account.key", delivered(services), lambda: account_key(services))
    return content_id("RUN", key)


def _published_older(known: Known) -> Words | None:
    """For who publishes: that what everybody reads is not the current assessment."""
    if known.assessment_id is None or not may(known.caller, "publish"):
        return None
    last = latest_published(known.services, "assessment")
    if last is None or last.id == known.assessment_id:
        return None
    day = last.at.date().isoformat()
    return Words(
        zh=f"对外发布的仍是{day}发布的评价({last.id}),此后的评价尚未发布:如需更新请到报告页发布。",
        en=f"The public still reads the assessment published on {day} ({last.id}); the current one is not published.",
    )


def _not_assessed(known: Known, year: int) -> Words | None:
    if known.run_id is None or known.assessed == year:
        return None
    if known.assessed is None:
        return Words(zh="目标尚未评价:请重新运行。", en="Targets have not been assessed: run again.")
    return Words(
        zh=f"目标的评价是{known.assessed}年的,{year}年没有评价,故不显示目标状态。",
        en=f"Targets were assessed for {known.assessed}, not for {year}: no lights are shown.",
    )


def _partial(known: Known, area: str, year: int) -> Words | None:
    rows = known.lines.yearly.filter(
        (pl.col("subject_id") == area)
        & (pl.col("measure") == CO2)
        & (pl.col("period") == str(year))
        & (pl.col("coverage") < 1)
        & pl.col("value").is_not_null()
    )
    if rows.is_empty():
        return None
    share = coverage_percent(rows["coverage"][0])
    return Words(
        zh=f"合计为部分数:只含已报数据(应报月份的{share}%)。",
        en=f"The total is a partial sum: it holds {share}% of the months due.",
    )


def _late(known: Known, area: str, year: int) -> Words | None:
    """Firms in sight that lack in the sum: those late with energy data, and those whose data give no CO2."""
    found = delivery_of(known, area, year)
    return found.words if found is not None and found.late + found.stuck else None


def _withheld(known: Known, year: int) -> tuple[Words, ...]:
    hidden = known.lines.yearly.filter((pl.col("note") == CONFIDENTIAL) & (pl.col("period") == str(year)))
    if hidden.is_empty():
        return ()
    return (
        Words(
            zh="部分汇总数因涉及企业过少而保密,不予显示。",
            en="Some sums are withheld because too few firms stand behind them.",
        ),
    )


def _carried(known: Known, area: str, year: int) -> tuple[Words, ...]:
    """Factors that were carried over from another year, each once."""
    inside = list(known.registry.tree.descendants(area)) if area in known.registry.tree else [area]
    where = placed(known.registry.enterprises, pl.Series([str(year)])).filter(pl.col("area_code").is_in(inside))
    notes = known.lines.items.filter((pl.col("period") == str(year)) & pl.col("note").str.contains(_CARRIED))
    own = notes.join(where, on="subject_id", how="semi")["note"].unique(maintain_order=True).to_list()
    seen = dict.fromkeys(part for note in own for part in str(note).split(";") if _CARRIED in part)
    return tuple(Words(zh=note, en=_carried_en(note)) for note in list(seen)[:_MOST])


def _carried_en(note: str) -> str:
    told = note_en(note.strip())
    return f"A factor is carried over from another year{f': {told}' if told else ''}."


def _synthetic(known: Known) -> tuple[Words, ...]:
    if not known.services.settings.demonstration:
        return ()
    return (Words(zh="演示数据:全部数字均为虚构。", en="Demonstration: every figure is made up."),)
