"""A run after one corrected figure computes its works alone and comes to what a run from nothing comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from probes import fresh
from test_closing import corrected
from tiny_town import OWNER

from dafeng.app.accounts import accounting
from dafeng.app.accounts.accounting import accounts, compute

KEY = ["subject_kind", "subject_id", "measure", "item", "period"]


@pytest.fixture
def whole_runs(monkeypatch):
    runs = []
    plain = accounting.inventory
    monkeypatch.setattr(accounting, "inventory", lambda *a, **k: runs.append(1) or plain(*a, **k))
    return runs


def lines(services):
    return accounts(services, OWNER).lines.drop("inputs").sort(KEY)


def test_a_correction_is_an_update_and_the_same_account(whole_runs, monkeypatch):
    one, other = fresh(), fresh()
    monkeypatch.setattr(accounting, "_MOST_CHANGED", 0.6)  # the town is tiny
    compute(one, OWNER)
    corrected(one, 4321.0)
    before = len(whole_runs)
    compute(one, OWNER)
    assert len(whole_runs) == before, "computed the whole account"
    corrected(other, 4321.0)
    compute(other, OWNER)
    assert lines(one).drop("run_id").equals(lines(other).drop("run_id"))


def test_other_rules_compute_everything(whole_runs):
    services = fresh()
    compute(services, OWNER)
    before = len(whole_runs)
    compute(replace(services, code_version="another"), OWNER)
    assert len(whole_runs) == before + 1
