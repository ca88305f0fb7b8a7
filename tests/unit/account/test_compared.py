"""The same figures under another rule, and slips in printed figures."""

from __future__ import annotations

import json

import pytest

from dafeng.account.cases.reading import read_case
from dafeng.account.cases.recognise import checks
from dafeng.account.cases.result import run_case
from dafeng.account.compared import compared
from dafeng.base.errors import BadRequest
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

M, R = packaged_methods(), packaged_rulebook()
WORKS = [
    {"stream": "fuel", "item": "bituminous", "inputs": {"amount": 1000}},
    {"stream": "fuel", "item": "natural_gas", "inputs": {"amount": 20}},
    {"stream": "flux", "item": "limestone", "inputs": {"amount": 300}},
    {"stream": "electricity", "inputs": {"bought": 500, "sold": 900}},
]


def case(**more):
    asked = {"case": "t", "period": "2019", "method": "steel", "family": "ndrc_steel_2013", "activity": WORKS} | more
    return read_case(json.dumps(asked).encode())


def test_another_rule_says_what_differs_and_why():
    made = compared(case(), "ndrc_general", M, R, method="other_industry")
    coal = next(r for r in made.rows if "烟煤" in r.name.zh)
    assert any("低位发热量：19.57 → 23.204" in w.zh for w in coal.why)
    assert any("flux/limestone" in n.zh for n in made.notes)
    held = [r.difference for r in made.rows if r.difference is not None]
    assert made.total.difference == pytest.approx(sum(held))


def test_the_same_rule_differs_in_nothing():
    made = compared(case(), "ndrc_steel_2013", M, R)
    assert {r.difference for r in made.rows} == {0.0}
    assert all(r.why == () for r in made.rows)


def suspected(what: str = "total", **published) -> list[str]:
    asked = case(published=published)
    found = checks(asked, run_case(asked, M, R), R)
    return [s.zh for c in found if c.what == what for s in c.suspicions]


TOTAL = run_case(case(), M, R).total.value
COAL, GAS, STONE, POWER = (x.value for x in run_case(case(), M, R).lines)


@pytest.mark.parametrize(("printed", "word"), [
    (TOTAL / 1e4, "单位"), (TOTAL * 12 / 44, "tC"), (-TOTAL, "正负号"), (TOTAL - POWER, "截为零"),
    (TOTAL - 2 * POWER, "增加项"), (TOTAL - COAL + COAL / 0.93 - GAS + GAS / 0.99, "碳氧化率"),
    (TOTAL - GAS, "漏计"), (TOTAL + COAL, "重复计"), (TOTAL - POWER - 400 * 0.5703, "0.5703"),
])  # fmt: skip
def test_a_slip_is_recognised(printed, word):
    assert any(word in s for s in suspected(total=printed)), suspected(total=printed)


def test_shifted_rows_are_recognised():
    lines = {"fuel/bituminous": GAS, "fuel/natural_gas": STONE, "flux/limestone": COAL}
    assert any("错行" in s for s in suspected("lines.fuel/bituminous", lines=lines))


def test_what_agrees_raises_no_suspicion():
    asked = case(published={"total": round(TOTAL, 1), "groups": {"process": STONE}})
    found = checks(asked, run_case(asked, M, R), R)
    assert [c.agrees for c in found] == [True, True]
    assert all(c.suspicions == () for c in found)


def test_what_fits_no_slip_is_only_said_to_differ():
    assert suspected(total=TOTAL * 1.7) == []


def test_published_of_another_form_is_refused():
    asked = case(published={"sum": 3})
    with pytest.raises(BadRequest):
        checks(asked, run_case(asked, M, R), R)
