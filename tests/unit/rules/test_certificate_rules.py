"""The rules of certificates as dated data: what holds on a day, what was known then, and what contradicts itself."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from dafeng.base.errors import RuleError, RuleNotInForce, RuleUnknown
from dafeng.rules.certificates import packaged_certificate_rules, read_rules
from dafeng.rules.rulebook import packaged_rulebook

RULES = packaged_certificate_rules()


def _document() -> dict:
    return msgspec.to_builtins(RULES)


def test_every_rule_has_its_source_and_a_status_that_is_not_better_than_it_was_read():
    for rule in (*RULES.validity, *RULES.trades, *RULES.vintages, *RULES.bars, *RULES.contract_factors):
        assert rule.source
        assert rule.status in ("transcribed", "recalled")


def test_the_residual_parameter_is_in_the_rulebook():
    assert packaged_rulebook().parameter(RULES.residual).on(date(2023, 6, 1)).value == 0.6096


def test_a_rule_holds_from_its_day_and_is_known_from_the_day_it_was_published():
    assert RULES.lives(date(2024, 8, 25)) == tuple(v for v in RULES.validity if v.open)
    assert len(RULES.lives(date(2024, 8, 26))) == 3
    assert len(RULES.lives(date(2025, 1, 1), as_of=date(2024, 8, 25))) == 1
    assert RULES.most_trades(date(2025, 1, 1)) == {"gec": 1, "bundled": 1}
    assert RULES.most_trades(date(2020, 1, 1)) == {}


def test_bundled_power_serves_its_month_and_certificates_the_year():
    day = date(2025, 6, 1)
    bundled, gec = (RULES.vintage("scope2", kind, day) for kind in ("bundled", "gec"))
    assert (bundled.before, bundled.after) == (0, 0)
    assert gec.same_year
    assert (gec.before, gec.after) == (11, 11)
    with pytest.raises(RuleNotInForce):
        RULES.vintage("scope2", "bundled", date(2021, 1, 1))


def test_both_national_kinds_share_one_registry_so_that_their_codes_do_too():
    assert RULES.kind("gec").register == RULES.kind("bundled").register != RULES.kind("irec").register
    with pytest.raises(RuleUnknown):
        RULES.kind("rego")
    with pytest.raises(RuleUnknown):
        RULES.purpose("anything")


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ("validity", "months", None),
        ("validity", "kinds", ["rego"]),
        ("vintages", "purposes", ["fun"]),
        ("bars", "sources", ["coal"]),
        ("bars", "until", "1999-01-01"),
        ("trades", "source", " "),
        ("kinds", "register", "moon"),
    ],
)
def test_what_contradicts_itself_is_refused_when_it_is_read(place, key, value):
    document = _document()
    document[place][0][key] = value
    with pytest.raises(RuleError) as refused:
        read_rules(document)
    assert refused.value.where == "rules/data/certificates.yaml"


def test_the_version_changes_with_the_rules():
    document = _document()
    assert read_rules(document).version == RULES.version
    document["warn_days"] = 30
    assert read_rules(document).version != RULES.version
