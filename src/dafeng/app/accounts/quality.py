"""Use cases of data quality and uncertainty 数据质量与不确定度 of accounts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import polars as pl

from dafeng.account.account_terms import AccountTerms, account_terms
from dafeng.account.lines import TOTAL
from dafeng.account.quality import DUE, Quality, quality
from dafeng.account.streams.lines import OTHER_GASES
from dafeng.account.uncertainty.combined import DRAWS, Uncertainty, uncertainty
from dafeng.app.accounts.accounting import current_run, every_line
from dafeng.app.accounts.closing import held_facts
from dafeng.app.accounts.energy_shapes import (
    Contribution,
    QualityClass,
    QualityGain,
    QualityOut,
    QualityPart,
    QualityStream,
    UncertainPart,
    UncertaintyOut,
)
from dafeng.app.accounts.nodes import GROUP_MEASURES, names_of, nodes_of
from dafeng.app.accounts.subjects import Asked, asked_subject, owing, year_of
from dafeng.app.pages.english import source_words
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import use_case
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.versions import delivered
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest
from dafeng.collect.facts import current
from dafeng.rules.evidence import packaged_evidence
from dafeng.rules.method_data import line_names, stream_items
from dafeng.rules.methods import GROUP_ZH, packaged_methods
from dafeng.rules.records import Name
from dafeng.rules.rulebook import packaged_rulebook

MOST_FIRMS, MOST_DRAWS = 3000, 100_000  # what one question over the network may cost
MOST_TOLD = 30
GROUP_EN = {
    "combustion": "fossil combustion", "process": "processes", "electricity": "net purchased electricity",
    "heat": "net purchased heat", "fixed": "carbon in products", "recovered": "recovered", "value_chain": "value chain",
}  # fmt: skip
_INPUTS: dict[str, tuple[str, str]] = {
    "amount": ("活动水平", "amount"), "ncv": ("低位发热量", "net calorific value"),
    "carbon_content": ("单位热值含碳量", "carbon per heat"), "oxidation_rate": ("碳氧化率", "share oxidised"),
    "factor": ("排放因子", "factor"), "carbon": ("元素碳含量", "carbon"), "bought": ("购入量", "bought"),
    "sold": ("外供量", "sold"),
}  # fmt: skip
_NOTES = (
    Words(
        "不确定度为95%置信区间；同一参数在各处取同一样本，同一计量器具在各月取同一样本。",
        "95 % intervals; the same parameter draws the same sample wherever it is used, the same meter in all months.",
    ),
    Words(
        "误差传递对上下不对称的区间取较宽一侧（IPCC），因此可大于模拟值；模拟保留不对称，均值可偏离核算值。",
        "Of an uneven interval propagation takes the wider side (IPCC), so it may exceed the simulation, which keeps "
        "the uneven shape: its mean may lie off the accounted value.",
    ),
    Words(
        "未含规则之外的系统误差（漏报排放源、边界差错）。",
        "Not in it: what no rule sees, such as sources left out or a wrong boundary.",
    ),
)


@use_case("quality.see")
def account_quality(
    services: Services,
    caller: Caller,
    enterprise_id: str | None = None,
    area: str | None = None,
    year: int | None = None,
) -> QualityOut:
    """The data quality of a year's account: score with its parts, classes of evidence, completeness, gains."""
    asked, chosen, years, made = _asked(services, caller, enterprise_id, area, year)
    silent = _silent(services, asked, chosen, made)
    lost = pl.DataFrame([(s, TOTAL, "", 1, 0, 0.0, False) for s in silent], schema=DUE, orient="row")
    nodes = nodes_of(services, asked, chosen)
    return _quality_out(
        quality(made.data, pl.concat([made.due, lost])), asked, chosen, years, nodes, names_of(services)
    )


@use_case("quality.see")
def account_uncertainty(
    services: Services,
    caller: Caller,
    enterprise_id: str | None = None,
    area: str | None = None,
    year: int | None = None,
    draws: int = DRAWS,
    seed: int = 1,
) -> UncertaintyOut:
    """The uncertainty of a year's total by propagation and Monte Carlo, with what contributes most.

    Raises BadRequest for more draws than a question may ask.
    """
    if draws > MOST_DRAWS:
        raise BadRequest(
            f"{draws} draws are too many for one question", where="draws", mend=f"Ask for at most {MOST_DRAWS}.",
            zh=f"模拟次数 {draws} 过多", mend_zh=f"请不超过 {MOST_DRAWS}。",
        )  # fmt: skip
    asked, chosen, years, made = _asked(services, caller, enterprise_id, area, year)
    name = ("uncertainty", asked.id, chosen, draws, seed)
    told = services.memory.get(
        name, (delivered(services), asked.firms),
        lambda: uncertainty(made.terms, draws=draws, seed=seed, by=("group", "item")),
    )  # fmt: skip
    silent, nodes = _silent(services, asked, chosen, made), nodes_of(services, asked, chosen)
    return _uncertainty_out(told, asked, chosen, years, silent, nodes)


def _silent(services: Services, asked: Asked, year: int, made: AccountTerms) -> tuple[str, ...]:
    """The enterprises that owe data of the year and have no account of it at all."""
    there = set(made.due["subject_id"].to_list())
    return tuple(sorted(set(owing(services, asked, (year,))["subject_id"].to_list()) - there))


def _asked(
    services: Services, caller: Caller, enterprise_id: str | None, area: str | None, year: int | None
) -> tuple[Asked, int, tuple[int, ...], AccountTerms]:
    asked = asked_subject(services, caller, enterprise_id, area)
    if len(asked.firms) > MOST_FIRMS:
        raise BadRequest(
            f"{asked.name} has {len(asked.firms)} enterprises", where=asked.id,
            mend=f"Ask for a smaller area, of at most {MOST_FIRMS}.",
            zh=f"{asked.name}有{len(asked.firms)}家企业", mend_zh=f"请选择企业不超过{MOST_FIRMS}家的区域。",
        )  # fmt: skip
    run = current_run(services)
    version = (delivered(services), asked.firms)
    years = services.memory.get(
        ("account.years", asked.id), version, lambda: _years(every_line(services, run), asked)
    )  # fmt: skip
    chosen = year_of(years, year)
    made = services.memory.get(
        ("account.terms", asked.id, chosen), version,
        lambda: _terms(services, every_line(services, run), run, asked, chosen),
    )  # fmt: skip
    return asked, chosen, years, made


def _years(lines: pl.DataFrame, asked: Asked) -> tuple[int, ...]:
    own = lines.filter(
        pl.col("subject_id").is_in(list(asked.firms)) & (pl.col("measure") == "co2_total_t")
        & (pl.col("item") == TOTAL) & (pl.col("period").str.len_chars() == 4)
    )  # fmt: skip
    return tuple(own["period"].cast(pl.Int32).unique().sort().to_list())


def _terms(services: Services, lines: pl.DataFrame, run: str, asked: Asked, year: int) -> AccountTerms:
    findings = services.columns.result(run, "findings")
    return account_terms(
        lines, current(held_facts(services)), lines.clear() if findings is None else findings, list(asked.firms),
        year, packaged_rulebook(), services.settings.family, registry_of(services),
    )  # fmt: skip


# -- as answers --------------------------------------------------------------------------------------------------------


@cache
def _lines_called() -> dict[str, Name]:
    return line_names(packaged_methods(), packaged_rulebook().items)


@cache
def _data_called() -> dict[tuple[str, str], Name]:
    """(stream, input), (stream, item) and (stream, "") → name, the same in every method that has them."""
    made: dict[tuple[str, str], Name] = {}
    for method in packaged_methods().held.values():
        for stream, form in method.streams.items():
            made.setdefault((stream, ""), form.name)
            for item, kind in stream_items(form, packaged_rulebook().items).items():
                made.setdefault((stream, item), kind.name)
            for name, inp in form.inputs.items():
                made.setdefault((stream, f"{name}()"), inp.name)
    return made


def _named(group: str, item: str) -> Words:
    """A source by group and item: of a method with its whole name, so that sources of one kind are told apart."""
    zh, en = GROUP_ZH.get(group, group), GROUP_EN.get(group, group)  # type: ignore[call-overload]
    if group == TOTAL:
        return Words("全部(未报送)", "everything: nothing delivered")
    if not item or item == TOTAL:
        return Words(zh, en)
    if "/" in item:
        line = _line_named(item)
        return Words(line.zh, line.en)
    held = packaged_rulebook().items.get(item)
    return Words(f"{zh}·{held.zh if held else item}", f"{en}: {held.en if held else item}")


def _line_named(item: str) -> Name:
    """The name of ``method/stream/item``; an item that a works named itself stands behind the name of its stream."""
    called, rest = _lines_called(), ""
    head = item
    while head not in called and "/" in head:
        head, _, last = head.rpartition("/")
        rest = f"{last}/{rest}".rstrip("/")
    found = called.get(head)
    if found is None:
        return Name(item, item)
    return Name(f"{found.zh}·{rest}", f"{found.en}, {rest}") if rest else found


def datum_words(name: str, item: str, group: str = "") -> Words:
    """A datum: of a stream of a method by the names the methods give it, else by its energy item or group."""
    streams, stream = _data_called(), item.split("/")[1] if "/" in item else group
    inp = streams.get((stream, f"{name}()"))
    zh, en = _INPUTS.get(name, (inp.zh, inp.en) if inp else (name, name))
    held = packaged_rulebook().items.get(item)
    if "/" in item:
        line = _line_named(item)
        of = Words(line.zh, line.en)
    elif held:
        of = Words(held.zh, held.en)
    elif (group, item) in streams:
        first, second = streams[group, ""], streams[group, item]
        of = Words(f"{first.zh}·{second.zh}", f"{first.en}, {second.en}") if item else Words(first.zh, first.en)
    else:
        of = _named(group, item) if group else Words(item, item)
    return Words(f"{of.zh}·{zh}" if of.zh else zh, f"{of.en}: {en}" if of.en else en)


_Nodes = Callable[[str, str], str | None]


def _node(nodes: _Nodes, group: str, item: str) -> str | None:
    measure = "co2_total_t" if group == TOTAL else GROUP_MEASURES.get(group)
    return (nodes(measure, item) or nodes(OTHER_GASES, item)) if measure else None


def _quality_out(
    made: Quality, asked: Asked, year: int, years: tuple[int, ...], nodes: _Nodes, names: dict[str, str]
) -> QualityOut:
    rule = packaged_evidence()
    grade = made.grade
    same = ("stream", "item", "expected", "present", "completeness", "evidence", "share", "weakest", "doubted")
    return QualityOut(
        subject=asked.shown(year, years), score=made.score, grade=Words(grade.zh, grade.en) if grade else None,
        grade_id=grade.id if grade else None, completeness=made.completeness, unweighted=made.unweighted,
        parts=tuple(
            QualityPart(
                part=r["part"], name=Words(r["zh"], r["en"]), weight=r["weight"], score=r["score"], note=r["note"]
            )
            for r in made.parts.iter_rows(named=True)
        ),
        classes=tuple(
            QualityClass(
                klass=r["klass"], name=Words(r["zh"], r["en"]), role=r["role"], data=r["data"], share=r["share"]
            )
            for r in made.classes.iter_rows(named=True)
        ),
        streams=tuple(
            QualityStream(
                enterprise_id=r["subject_id"], enterprise=names.get(r["subject_id"], ""),
                name=_named(r["stream"], r["item"]),
                node=_node(nodes, r["stream"], r["item"]) if asked.kind == "enterprise" else None,
                **{n: r[n] for n in same},
            )
            for r in made.streams.head(500).iter_rows(named=True)
        ),
        improve=tuple(
            QualityGain(
                enterprise_id=r["subject_id"], stream=r["stream"], item=r["item"], input=r["input"], klass=r["klass"],
                name=datum_words(r["input"], r["item"], r["stream"]), gain=r["gain"],
            )
            for r in made.improve.iter_rows(named=True)
        ),
        status=rule.status, source=rule.source, source_words=source_words(rule.source),
    )  # fmt: skip


def _uncertainty_out(
    made: Uncertainty, asked: Asked, year: int, years: tuple[int, ...], silent: tuple[str, ...], nodes: _Nodes
) -> UncertaintyOut:
    estimate = made.simulated
    same = ("variable", "input", "item", "klass", "low", "high", "shape", "amount", "share", "status", "source")
    return UncertaintyOut(
        subject=asked.shown(year, years), value=made.value, propagated=made.propagated, mean=estimate.mean,
        median=estimate.median, sd=estimate.sd, low=estimate.low, high=estimate.high, half=estimate.half,
        draws=made.draws, seed=made.seed, sampling_error=made.sampling_error, lines=made.lines,
        left_out=made.left_out, silent=silent, complete=made.left_out == 0 and not silent,
        contributions=tuple(
            Contribution(
                name=datum_words(r["input"], r["item"], r["stream"]), source_words=source_words(r["source"]),
                **{n: r[n] for n in same},
            )
            for r in made.contributions.head(MOST_TOLD).iter_rows(named=True)
        ),
        parts=tuple(
            UncertainPart(
                group=r["group"], item=r["item"], name=_named(r["group"], r["item"]), value=r["value"], low=r["low"],
                high=r["high"], propagated=r["propagated"], share=r["share"],
                node=_node(nodes, r["group"], r["item"]),
            )
            for r in made.parts.iter_rows(named=True)
        ),
        status=made.status, notes=_NOTES,
    )  # fmt: skip
