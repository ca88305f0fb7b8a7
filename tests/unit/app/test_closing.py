"""Closed years never change; a restatement is a new version with its cause and difference."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest
from busy_town import callers
from probes import fresh
from tiny_town import CITY, OWNER

from dafeng.account.restated import causes_of, differences
from dafeng.app.accounts import accounting, made_with
from dafeng.app.accounts.accounting import accounts, compute
from dafeng.app.accounts.closing import close_year, closings, pending, restate_year, restated
from dafeng.app.explaining import explain
from dafeng.app.importing import take_in_table
from dafeng.base.errors import BadRequest, NotAllowed, NotFound
from dafeng.rules.rulebook import packaged_rulebook

HEAD = "统一社会信用代码,时期,能源品种,计量单位,消费量\n"


def total(services, year=2024) -> float:
    lines = accounts(services, OWNER).lines
    own = lines.filter(
        (pl.col("subject_id") == CITY) & (pl.col("measure") == "co2_total_t") & (pl.col("item") == "total")
    )
    return own.filter(pl.col("period") == str(year)).select(pl.coalesce("value", "partial")).item()


def corrected(services, tonnes: float) -> None:
    """A later table with another figure of the same works and month."""
    energy = services.columns.facts().filter((pl.col("measure") == "energy_used") & (pl.col("subject_id") == "E-1"))
    row = energy.filter(pl.col("period").str.starts_with("2024")).row(0, named=True)
    text = HEAD + f"E-1,{row['period']},{row['item']},{row['unit']},{tonnes}\n"
    take_in_table(services, OWNER, text.encode("utf-8-sig"), f"更正{tonnes:g}.csv")


@pytest.fixture
def town():
    services = fresh()
    compute(services, OWNER)
    return services


def test_a_closed_year_does_not_change_and_a_restatement_says_what_and_why(town):
    before = total(town)
    close_year(town, OWNER, 2024, "年度数据已核定")
    corrected(town, 123456.0)
    compute(town, OWNER)
    assert total(town) == before
    (waiting,) = pending(town, OWNER)
    assert (waiting.year, waiting.before is None or waiting.before == before) == (2024, True)
    assert waiting.causes["data"] >= 1
    made = restate_year(town, OWNER, 2024, "data", "企业更正抄表数")
    assert (made.version, made.cause) == (2, "data")
    compute(town, OWNER)
    assert total(town) != before
    assert pending(town, OWNER) == ()
    moved = restated(town, OWNER, 2024, 2)
    assert {"data", "sum"} <= set(moved["cause"])
    assert [c.version for c in closings(town, OWNER)] == [1, 2]


def test_a_line_of_a_closed_year_still_explains_itself_by_the_figure_of_its_day(town):
    close_year(town, OWNER, 2024, "核定")
    lines = accounts(town, OWNER).lines
    own = lines.filter((pl.col("subject_id") == "E-1") & (pl.col("measure") == "co2_combustion_t"))
    id = own.filter(~pl.col("rule").str.starts_with("sum.") & (pl.col("period") == "2024"))["line_id"][0]
    before = explain(town, OWNER, id)
    corrected(town, 654321.0)
    compute(town, OWNER)
    after = explain(town, OWNER, id)
    assert [n.value for n in after.inputs] == [n.value for n in before.inputs]


def test_an_open_year_follows_its_data(town):
    close_year(town, OWNER, 2023, "核定")
    before = total(town)
    corrected(town, 99999.0)
    compute(town, OWNER)
    assert total(town) != before


@pytest.mark.parametrize(("act", "error"), [
    (lambda s: close_year(s, OWNER, 2024, " "), BadRequest),
    (lambda s: close_year(s, OWNER, 1999, "x"), NotFound),
    (lambda s: restate_year(s, OWNER, 2024, "data", "x"), BadRequest),
    (lambda s: (close_year(s, OWNER, 2024, "x"), close_year(s, OWNER, 2024, "x")), BadRequest),
    (lambda s: (close_year(s, OWNER, 2024, "x"), restate_year(s, OWNER, 2024, "data", "x")), BadRequest),
    (lambda s: restated(s, OWNER, 2024, 9), NotFound),
    (lambda s: close_year(s, callers("county")["own"], 2024, "x"), NotAllowed),
])  # fmt: skip
def test_what_cannot_be_is_refused(town, act, error):
    with pytest.raises(error):
        act(town)


def test_a_county_sees_the_differences_of_its_own_firms_only(town):
    close_year(town, OWNER, 2024, "核定")
    corrected(town, 5555.0)
    compute(town, OWNER)
    restate_year(town, OWNER, 2024, "data", "更正")
    rows = {which: restated(town, who, 2024, 2) for which, who in callers("filler").items()}
    assert set(rows["own"]["subject_id"]) == {"E-1"}
    assert rows["foreign"].is_empty()


# -- the cause is held against what changed ---------------------------------------------------------------------------


@pytest.mark.parametrize("cause", ["factor", "rule"])
def test_a_cause_that_is_not_what_moved_the_year_is_refused_and_what_did_is_named(town, cause):
    close_year(town, OWNER, 2024, "核定")
    corrected(town, 4321.0)
    compute(town, OWNER)
    (waiting,) = pending(town, OWNER)
    assert waiting.moved_by == ("data",)
    with pytest.raises(BadRequest, match="what changed is data") as refused:
        restate_year(town, OWNER, 2024, cause, "x")
    assert (refused.value.where, "数据更正" in refused.value.zh, "数据更正" in refused.value.mend_zh) == (
        "cause", True, True,
    )  # fmt: skip
    assert [c.version for c in closings(town, OWNER)] == [1]


def test_a_restatement_without_any_difference_is_refused(town):
    close_year(town, OWNER, 2024, "核定")
    corrected(town, 4321.0)
    compute(town, OWNER)
    restate_year(town, OWNER, 2024, "data", "更正")
    for _ in range(2):  # before and after the next run
        with pytest.raises(BadRequest, match="nothing would change"):
            restate_year(town, OWNER, 2024, "data", "再来一次")
        compute(town, OWNER)
    assert [c.version for c in closings(town, OWNER)] == [1, 2]


def with_other_factor(monkeypatch):
    """The rulebook with every content of carbon a tenth higher, under another version."""
    book = packaged_rulebook()

    def raised(p):
        values = tuple(dataclasses.replace(v, value=v.value * 1.1) for v in p.values)
        return dataclasses.replace(p, values=values) if p.id.endswith(".carbon_content") else p

    other = dataclasses.replace(book, version="other", parameters={k: raised(p) for k, p in book.parameters.items()})
    monkeypatch.setattr(accounting, "packaged_rulebook", lambda: other)


def test_another_factor_is_a_cause_of_its_own_and_data_is_refused(town, monkeypatch):
    close_year(town, OWNER, 2024, "核定")
    with_other_factor(monkeypatch)
    compute(town, OWNER)
    (waiting,) = pending(town, OWNER)
    assert waiting.moved_by == ("factor",)
    for cause in ("data", "rule"):
        with pytest.raises(BadRequest, match="what changed is factor"):
            restate_year(town, OWNER, 2024, cause, "x")
    made = restate_year(town, OWNER, 2024, "factor", "因子更新")
    assert (made.cause, made.also) == ("factor", ())
    assert set(restated(town, OWNER, 2024, 2)["cause"]) == {"factor", "sum"}


def test_where_data_and_factors_changed_either_is_taken_and_the_other_is_told(town, monkeypatch):
    close_year(town, OWNER, 2024, "核定")
    corrected(town, 4321.0)
    with_other_factor(monkeypatch)
    compute(town, OWNER)
    made = restate_year(town, OWNER, 2024, "factor", "两者都变")
    assert (made.cause, made.also) == ("factor", ("data",))
    assert closings(town, OWNER)[-1] == made
    assert {"data", "factor"} <= set(restated(town, OWNER, 2024, 2)["cause"])


def test_another_arithmetic_is_a_change_of_rule(town, monkeypatch):
    first = accounts(town, OWNER)
    monkeypatch.setattr(made_with, "CODE_VERSION", "account-next")
    corrected(town, 4321.0)
    second = compute(town, OWNER)
    assert made_with.changed_between(town, first.run_id, second.run_id, same_facts=False) == {"data", "rule"}


LINE = {"subject_kind": "enterprise", "subject_id": "E-1", "measure": "m", "item": "coal", "period": "2024",
        "value": 1.0, "unit": "tCO2", "rule": "a", "factors": "[1]", "inputs": ["F-1"], "line_id": "L"}  # fmt: skip
OTHER = LINE | {"value": 2.0}


@pytest.mark.parametrize(("after", "changed", "causes", "told"), [
    (OTHER | {"inputs": ["F-2"]}, {"data", "factor", "rule"}, ("data",), "data"),
    (OTHER | {"factors": "[2]"}, {"data", "factor", "rule"}, ("factor",), "factor"),
    (OTHER | {"rule": "b", "factors": "[2]"}, {"rule"}, ("rule",), "rule"),
    (OTHER, {"rule"}, ("rule",), "rule"),
    (OTHER, {"factor"}, ("factor",), "factor"),
    (OTHER | {"inputs": ["F-2"], "factors": "[2]"}, {"data", "factor"}, ("data", "factor"), "data"),
    # a measured value came in: another rule and no default factor, yet neither rules nor rulebook changed
    (OTHER | {"inputs": ["F-2"], "factors": "[]", "rule": "b"}, {"data"}, ("data",), "data"),
    (OTHER | {"rule": "sum.items", "inputs": ["F-2"]}, set(), ("data",), "data"),
    (OTHER | {"item": "coke"}, {"rule"}, ("rule",), "rule"),  # one line gone, another come, by the method alone
    (OTHER | {"factors": "[2]"}, None, ("factor",), "factor"),
    (LINE, {"data", "factor", "rule"}, (), None),
])  # fmt: skip
def test_causes_are_what_a_line_shows_and_what_is_known_to_have_changed(after, changed, causes, told):
    one, other = pl.DataFrame([LINE]), pl.DataFrame([after])
    known = None if changed is None else frozenset(changed)
    assert causes_of(one, other, known) == causes
    table = differences(one, other, known)
    assert set(table["cause"]) == ({told} if told else set())
