"""Many at once: late firms are reminded once a day, filings without doubts are moved on, a bad one costs itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import tiny_town
from filing_town import (
    APPROVER,
    CITY,
    COUNTY,
    FILLER,
    FOREIGN,
    GOOD,
    MONTH,
    OTHER_COUNTY,
    VERIFIER,
    draft,
    filing_town,
    filled,
    row,
    step,
)  # fmt: skip

from dafeng.app.cases import store
from dafeng.app.filing import acts as filing
from dafeng.app.filing.bulk import BulkMove, SeenFiling, move_filings
from dafeng.app.filing.due_reminders import DueKey, RemindOrder, remind_dues
from dafeng.app.filing.dues import dues_frame
from dafeng.app.inbox import inbox
from dafeng.base.errors import BadRequest, NotAllowed

KEY = DueKey(enterprise_id="E-1", contract="energy", period=MONTH)


@pytest.fixture
def town():
    return filing_town()


def later(town, days):
    class Later:
        def now(self):
            return town.clock.now() + timedelta(days=days)

        def today(self):
            return town.clock.today() + timedelta(days=days)

    return replace(town, clock=Later())


def waiting(town, caller):
    return {i.id: i.reminded for i in inbox(town, caller).items if i.kind in ("due", "filing")}


# -- reminders -------------------------------------------------------------------------------------------------------


def test_a_reminder_lands_in_the_inbox_of_who_fills_in(town):
    assert waiting(town, FILLER)["E-1|energy|2025-01"] is None
    made = remind_dues(town, COUNTY, RemindOrder(items=[KEY], words="请于本周内报送"))
    assert (made.reminded, made.firms, made.not_reminded) == (1, 1, 0)
    said = waiting(town, FILLER)["E-1|energy|2025-01"]
    assert said.zh == "2025-03-01 东县人催报:请于本周内报送"
    assert said.en == "reminded 2025-03-01 by 东县人: 请于本周内报送"
    assert waiting(town, FOREIGN).get("E-1|energy|2025-01") is None
    page = draft(town)  # once the draft is begun the reminder stands at the draft
    assert waiting(town, FILLER)[page.id] == said


def test_a_table_is_reminded_once_a_day_by_whomever(town):
    assert remind_dues(town, COUNTY, RemindOrder(items=[KEY])).reminded == 1
    again = remind_dues(town, CITY, RemindOrder(items=[KEY]))
    assert (again.reminded, again.not_reminded) == (0, 1)
    assert again.reasons[0].why.zh == "今天已催报过"
    tomorrow = later(town, 1)
    assert remind_dues(tomorrow, CITY, RemindOrder(items=[KEY])).reminded == 1
    steps = [m for m in store(town).moves_of("reminder") if "2025年1月" in (store(town).case(m.case_id).title)]
    assert [(m.who, m.move) for m in steps] == [("东县人", "remind"), ("市局", "remind")]


def test_only_what_is_late_is_reminded_and_the_rest_is_listed(town):
    page = step(town, FILLER, filled(town), "submit")
    assert page.state == "submitted"
    keys = [KEY, DueKey(enterprise_id="E-1", contract="energy", period="2025-02"),
            DueKey(enterprise_id="E-1", contract="energy", period="9999-99")]  # fmt: skip
    made = remind_dues(town, COUNTY, RemindOrder(items=keys))
    assert (made.reminded, made.not_reminded) == (0, 3)
    assert sorted(r.why.en.split(":")[0] for r in made.reasons) == [
        "it is not late, or was handed in", "it is not late, or was handed in",
        "there is no such table among what is due",
    ]  # fmt: skip


def test_a_firm_out_of_scope_is_told_of_like_one_that_is_not_there(town):
    made = remind_dues(town, OTHER_COUNTY, RemindOrder(items=[KEY, replace_key(KEY, "E-nobody")]))
    assert made.reminded == 0
    assert {r.why.en for r in made.reasons} == {"there is no such table among what is due"}
    assert waiting(town, FILLER)["E-1|energy|2025-01"] is None


def replace_key(key, enterprise_id):
    return DueKey(enterprise_id=enterprise_id, contract=key.contract, period=key.period)


def test_all_late_tables_of_the_scope_are_reminded_in_one_call(town):
    late = dues_frame(town, CITY, 2025).filter(late=True)
    made = remind_dues(town, CITY, RemindOrder(all_late=True, year=2025))
    assert (made.reminded, made.firms) == (late.height, late["enterprise_id"].n_unique())
    assert made.reminded > 1
    assert remind_dues(town, CITY, RemindOrder(all_late=True, year=2025)).reminded == 0
    west = remind_dues(later(town, 1), CITY, RemindOrder(all_late=True, year=2025, area=tiny_town.WEST))
    assert west.reminded == dues_frame(later(town, 1), OTHER_COUNTY, 2025).filter(late=True).height


@pytest.mark.parametrize("who", [FILLER, APPROVER, VERIFIER], ids=lambda c: c.name)
def test_who_reviews_nothing_reminds_nobody(town, who):
    with pytest.raises(NotAllowed):
        remind_dues(town, who, RemindOrder(items=[KEY]))


def test_nothing_chosen_is_said(town):
    with pytest.raises(BadRequest, match="nothing was chosen"):
        remind_dues(town, CITY, RemindOrder())


# -- many filings ----------------------------------------------------------------------------------------------------


def submitted(town, period, *rows):
    page = filing.open_filing(
        town, FILLER, filing.FilingDraft(enterprise_id="E-1", period=period, contract="energy", cause="补报")
    )
    typed = filing.FilingRows(rows=[{k: v for k, v in r.items() if k not in ("period", "name")} for r in rows])
    page = filing.save_rows(town, FILLER, page.id, typed, page.version)
    said = {p.key: "检修" for p in page.problems if p.severity == "warning"}
    return step(town, FILLER, page, "submit", explanations=said)


def seen(*pages):
    return [SeenFiling(id=p.id, version=p.version) for p in pages]


def test_filings_without_doubts_are_moved_on_and_a_bad_one_costs_itself(town):
    good = submitted(town, "2025-02", *GOOD)
    doubtful = submitted(town, "2025-01", row(), row("电力", "50500"))
    other = SeenFiling(id="C-0000000000000000", version=1)
    made = move_filings(town, APPROVER, BulkMove(move="approve", items=[*seen(good, doubtful), other]))
    assert made.done == 1
    assert [r.title for r in made.refused] == [doubtful.title, other.id]
    assert "可疑" in made.refused[0].why.zh
    assert store(town).case(good.id).state == "approved"
    assert store(town).case(doubtful.id).state == "submitted"


def test_what_changed_since_it_was_looked_at_is_not_moved(town):
    page = submitted(town, "2025-01", *GOOD)
    old = SeenFiling(id=page.id, version=page.version - 1)
    made = move_filings(town, APPROVER, BulkMove(move="approve", items=[old]))
    assert (made.done, len(made.refused)) == (0, 1)
    assert "修改" in made.refused[0].why.zh
    assert store(town).case(page.id).state == "submitted"


def test_the_whole_way_in_bulk_ends_in_facts(town):
    page = submitted(town, "2025-01", *GOOD)
    for who, move in ((APPROVER, "approve"), (COUNTY, "pass"), (CITY, "confirm")):
        assert move_filings(town, who, BulkMove(move=move, items=seen(page))).done == 1
        page = filing.filing(town, CITY, page.id)
    assert page.state == "confirmed"
    assert not town.columns.facts().filter(period=MONTH).is_empty()


@pytest.mark.parametrize(("who", "move"), [(FILLER, "approve"), (COUNTY, "confirm"), (CITY, "pass")])
def test_a_bulk_move_of_another_role_is_refused(town, who, move):
    page = submitted(town, "2025-01", *GOOD)
    with pytest.raises(NotAllowed):
        move_filings(town, who, BulkMove(move=move, items=seen(page)))


def test_a_county_passes_only_firms_of_its_own(town):
    page = step(town, APPROVER, submitted(town, "2025-01", *GOOD), "approve")
    made = move_filings(town, OTHER_COUNTY, BulkMove(move="pass", items=seen(page)))
    assert (made.done, made.refused[0].title) == (0, page.id)  # not even its title is told
    assert store(town).case(page.id).state == "approved"
