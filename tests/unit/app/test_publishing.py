"""Publication: with a reason, by those who may, of what is there; every act stays on record."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from larger_town import larger
from tiny_town import CITY, EAST, OWNER, PUBLIC, delivered, facts, run, town

from dafeng.app.assessing import current_assessment
from dafeng.app.demo.published import publish_first
from dafeng.app.pages.dashboard import overview
from dafeng.app.plans import act, ledger_view
from dafeng.app.ports import CURRENT
from dafeng.app.publishing import PUBLIC_FORM, latest_published, publications, publish, published, withdraw
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound, StaleRecord

OFFICER = Caller("市局", frozenset({"officer"}), areas=frozenset({CITY}))


def test_the_public_sees_no_plan_before_it_is_published_and_none_after_it_is_withdrawn():
    services = town()
    assert ledger_view(services, PUBLIC).standings == {}
    publish(services, OFFICER, "plan", "plan", "已印发")
    assert len(ledger_view(services, PUBLIC).targets()) == 5
    withdraw(services, OFFICER, "plan", "plan", "有误")
    assert ledger_view(services, PUBLIC).standings == {}


def test_of_a_published_plan_the_public_sees_no_history_and_nothing_rejected():
    services = town()
    act(services, OWNER, "plan#t1", "reject", "内部意见")
    act(services, OWNER, "plan#t2", "confirm", "内部意见")
    publish(services, OWNER, "plan", "plan", "已印发")
    view = ledger_view(services, PUBLIC)
    assert "plan#t1" not in view.standings
    assert {s.history for s in view.standings.values()} == {()}
    assert {s.state for s in view.standings.values()} == {"read"}
    assert "内部意见" not in str(view)
    assert "主人" not in str(view)


def test_a_filler_sees_the_plan_without_who_and_why():
    services = town()
    act(services, OWNER, "plan#t2", "confirm", "内部意见")
    view = ledger_view(services, Caller("f", frozenset({"filler"}), enterprises=frozenset({"E-1"})))
    assert view.get("plan#t2").state == "confirmed"
    assert "内部意见" not in str(view)


def test_of_two_who_publish_at_once_one_is_told_to_look_again():
    services = run(town())
    publish(services, OWNER, "plan", "plan", "印发")
    late = copy.copy(services.records)  # of somebody who looked before that
    late.pointed = lambda name: None if name == "published" else services.records.pointed(name)
    with pytest.raises(StaleRecord):
        publish(replace(services, records=late), OFFICER, "assessment", current_assessment(services), "年度评估")
    assert [p.what for p in publications(services, OFFICER)] == ["plan"]


def test_every_act_stays_on_record():
    services = run(town())
    publish(services, OWNER, "plan", "plan", "印发")
    publish(services, OFFICER, "assessment", current_assessment(services), "年度评估")
    withdraw(services, OFFICER, "plan", "plan", "修订")
    acts = publications(services, OFFICER)
    assert [(p.what, p.act, p.who, p.why) for p in acts] == [
        ("plan", "publish", "主人", "印发"),
        ("assessment", "publish", "市局", "年度评估"),
        ("plan", "withdraw", "市局", "修订"),
    ]
    assert [a.at for a in acts] == sorted(a.at for a in acts)
    assert published(services, "plan") == frozenset()
    last = latest_published(services, "assessment")
    assert (last.id, last.run) == (current_assessment(services), services.records.pointed(CURRENT))
    assert latest_published(services, "plan") is None


@pytest.mark.parametrize(
    ("what", "id"), [("plan", "none"), ("assessment", "EV-0"), ("report", "none"), ("report", "../dafeng")]
)
def test_what_is_not_there_cannot_be_published(what, id):
    with pytest.raises(NotFound):
        publish(run(town()), OWNER, what, id, "试")


def test_only_the_public_form_of_a_report_can_be_published():
    services = town()
    services.files.write("reports/进展报告.pdf", b"%PDF")
    services.files.write("reports/进展报告(公开版).pdf", b"%PDF")
    with pytest.raises(BadRequest, match="written for officers"):
        publish(services, OWNER, "report", "进展报告", "公开")
    publish(services, OWNER, "report", "进展报告(公开版)", "公开")
    assert published(services, "report") == {"进展报告(公开版)"}


def test_an_act_needs_a_reason_and_is_not_done_twice():
    services = town()
    with pytest.raises(BadRequest, match="reason"):
        publish(services, OWNER, "plan", "plan", "  ")
    publish(services, OWNER, "plan", "plan", "印发")
    with pytest.raises(BadRequest, match="already"):
        publish(services, OWNER, "plan", "plan", "再来")
    with pytest.raises(NotFound):
        withdraw(services, OWNER, "plan", "other", "没有")


@pytest.mark.parametrize(
    "caller", [PUBLIC, Caller("县", frozenset({"county"}), areas=frozenset({CITY})),
               Caller("东", frozenset({"officer"}), areas=frozenset({EAST}))]
)  # fmt: skip
def test_who_may_not_publish_is_refused(caller):
    with pytest.raises(NotAllowed):
        publish(town(), caller, "plan", "plan", "印发")


def _paper(_report: object) -> dict[str, bytes]:
    return {"进展报告.html": b"<p>made up</p>"}


def test_the_demonstration_publishes_once_and_the_public_then_sees_it():
    services = run(town(demonstration=True))
    with pytest.raises(NotFound):
        overview(services, PUBLIC)
    assessment, report = publish_first(services, OWNER, _paper)
    page = overview(services, PUBLIC)
    assert page.source.demonstration
    assert PUBLIC_FORM in report
    assert {p.id for p in publications(services, OFFICER)} == {assessment, report}
    assert publish_first(services, OWNER, _paper) == ()


def test_what_was_published_stays_as_it_was_when_new_data_come_in():
    services = larger(delivered())
    publish(services, OFFICER, "assessment", current_assessment(services), "年度评估")
    before = overview(services, PUBLIC)
    services.columns.put_facts(
        "B-2", facts([r | {"batch_id": "B-2"} for r in delivered(whole=True) if r["subject_id"] == "E-4"])
    )
    run(services)
    assert overview(services, OFFICER).headline.total.value != before.headline.total.value
    assert overview(services, PUBLIC) == before
    publish(services, OFFICER, "assessment", current_assessment(services), "补报后更新")
    assert overview(services, PUBLIC).headline.total.value == overview(services, OFFICER).headline.total.value
    withdraw(services, OFFICER, "assessment", current_assessment(services), "有误")
    assert overview(services, PUBLIC) == before


def test_what_the_public_sees_opens_no_explanation():
    services = run(town(demonstration=True))
    publish_first(services, OWNER, _paper)
    page = overview(services, PUBLIC)
    assert page.headline.total.node is None
    assert {x.node for x in page.lights} == {""}
    assert overview(services, OFFICER).headline.total.node is not None


def test_a_real_programme_publishes_nothing_by_itself():
    services = run(town())
    assert publish_first(services, OWNER, _paper) == ()
    assert publications(services, OFFICER) == ()
