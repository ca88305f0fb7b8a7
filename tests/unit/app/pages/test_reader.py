"""The plan reader: spans fall on what they mark, acts are signed and refused when stale, places follow the text."""

from __future__ import annotations

import pytest
from read_town import AMENDED, DOC, PLAN, enter, read_town
from tiny_town import FILLER, NOBODY, OWNER, PUBLIC

from dafeng.app import publishing
from dafeng.app.pages.reader_acts import (
    RecordAct,
    RecordDraft,
    RecordLink,
    record_act,
    record_add,
    record_history,
    record_link,
    record_unlink,
)
from dafeng.app.pages.reading import plan_reader, plans
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotAllowed, NotFound, StaleRecord

OFFICER = Caller("王工", frozenset({"officer"}), areas=frozenset({"990100"}))


@pytest.fixture
def town():
    return read_town()


def record(services, name: str):
    return next(r for r in plan_reader(services, OWNER, DOC).records if name in r.title)


def test_paragraphs_are_stretches_of_the_text_and_headings_have_levels(town):
    made = plan_reader(town, OWNER, DOC)
    assert all(PLAN[p.start : p.end] == p.text for p in made.paragraphs)
    levels = {p.text[:6]: p.level for p in made.paragraphs}
    assert levels["一、总体要求"] == 1
    assert levels["(一)主要目标"[:6]] == 2
    assert next(p for p in made.paragraphs if p.text.startswith("到2025年")).level == 0


def test_marks_fall_on_the_words_of_their_records(town):
    made = plan_reader(town, OWNER, DOC)
    quotes = {r.id: r.fields["quote"] for r in made.records if r.kind == "target"}
    marks = {m.id: PLAN[m.start : m.end] for m in made.marks if m.kind == "target"}
    assert marks.keys() == quotes.keys()
    assert all(marks[i].replace("\n", "") == quotes[i] for i in marks)
    assert [(m.start, m.end) for m in made.marks] == sorted((m.start, m.end) for m in made.marks)


def test_the_list_counts_what_nobody_has_confirmed(town):
    before = plans(town, OWNER)[0].open
    target = record(town, "固废")
    record_act(town, OFFICER, target.id, RecordAct(act="confirm", why="对照原文"), target.version)
    assert plans(town, OWNER)[0].open == before - 1


def test_an_act_is_signed_and_raises_the_version(town):
    target = record(town, "固废")
    done = record_act(
        town, OFFICER, target.id, RecordAct(act="correct", why="漏读小数", fields={"value": 62}), target.version
    )
    assert (done.state, done.fields["value"], done.version) == ("corrected", 62, target.version + 1)
    last = record_history(town, OWNER, target.id)[-1]
    assert (last.who, last.action, last.why) == ("王工", "correct", "漏读小数")
    assert last.changes == {"value": (60, 62)}
    assert [e.act for e in town.identities.noted][1:] == ["record.act"]  # the first: the plan was read in


def test_an_act_on_what_was_changed_meanwhile_is_refused_and_changes_nothing(town):
    target = record(town, "固废")
    record_act(town, OFFICER, target.id, RecordAct(act="confirm", why="对"), target.version)
    with pytest.raises(StaleRecord, match=r"version 2, not 1"):
        record_act(town, OFFICER, target.id, RecordAct(act="reject", why="不对"), target.version)
    assert record(town, "固废").state == "confirmed"


def test_a_wrong_field_is_refused_and_leaves_no_entry(town):
    target = record(town, "固废")
    with pytest.raises(BadRequest):
        record_act(town, OWNER, target.id, RecordAct(act="correct", why="x", fields={"vlaue": 1}), target.version)
    with pytest.raises(BadRequest, match="takes no fields"):
        record_act(town, OWNER, target.id, RecordAct(act="confirm", why="x", fields={"value": 1}), target.version)
    assert record(town, "固废").version == target.version


def test_a_record_is_added_from_the_selected_text(town):
    start = PLAN.index("建成市级绿色工厂20家以上")
    draft = RecordDraft(
        kind="task", span=(start - 1, start + 13), why="漏读", fields={"units": [{"name": "市工信局", "lead": True}]}
    )
    added = record_add(town, OWNER, DOC, draft)
    assert added.state == "added"
    assert list(added.fields["path"]) == ["总体要求", "主要目标"]
    assert PLAN[slice(*added.span)] == ",建成市级绿色工厂20家以上"
    assert added.fields["units"][0]["name"] == "市工信局"
    target = RecordDraft(
        kind="target", span=(start, start + 13), why="漏", fields={"indicator": "绿色工厂", "comparator": ">="}
    )
    assert record_add(town, OWNER, DOC, target).fields["quote"] == "建成市级绿色工厂20家以上"


@pytest.mark.parametrize("span", [(5, 5), (-1, 3), (0, 10_000_000), (7, 2)])
def test_a_selection_outside_the_text_is_refused(town, span):
    with pytest.raises(BadRequest, match="selection"):
        record_add(town, OWNER, DOC, RecordDraft(kind="task", span=span, why="x"))


def test_a_persons_link_stands_over_the_automatic_one_until_it_is_taken_away(town):
    target = record(town, "固废")
    other = "energy_per_industrial_value_added"
    linked = record_link(town, OWNER, target.id, RecordLink(indicator_id=other, why="口径"), target.version)
    assert (linked.indicator_id, linked.certainty) == (other, 1.0)
    back = record_unlink(town, OWNER, target.id, other, "误", linked.version)
    assert back.indicator_id == target.indicator_id != other
    with pytest.raises(BadRequest, match="one of them"):
        record_link(town, OWNER, target.id, RecordLink(why="x"), back.version)


def test_marks_follow_the_text_when_an_amended_file_moves_them(town):
    before = record(town, "固废")
    enter(town, AMENDED)
    after = record(town, "固废")
    assert after.version == before.version  # it says the same: no entry
    assert after.span != before.span
    assert AMENDED[slice(*after.span)] == PLAN[slice(*before.span)]


def test_a_passage_that_is_gone_is_not_marked(town):
    target = record(town, "固废")
    record_act(town, OWNER, target.id, RecordAct(act="confirm", why="对"), 1)
    enter(town, PLAN.replace(",大宗工业固废综合利用率达到60%", ""))
    left = record(town, "固废")
    assert (left.state, left.span) == ("review", None)


def test_the_public_reads_published_plans_only_and_no_findings(town):
    assert plans(town, PUBLIC) == []
    with pytest.raises(NotFound) as hidden:
        plan_reader(town, PUBLIC, DOC)
    with pytest.raises(NotFound) as unknown:
        plan_reader(town, PUBLIC, "无此文件")
    assert str(hidden.value).replace(DOC, "") == str(unknown.value).replace("无此文件", "")
    publishing.publish(town, OWNER, "plan", DOC, "公开")
    made = plan_reader(town, PUBLIC, DOC)
    assert made.paragraphs
    assert not made.may_act
    assert not any(r.findings for r in made.records)
    unknown_one = {"indicator": "无此指标", "comparator": ">=", "value": 5, "unit": "%", "target_year": 2030}
    added = record_add(town, OWNER, DOC, RecordDraft(kind="target", span=(0, 10), why="漏", fields=unknown_one))
    assert added.findings
    assert not any(r.findings for r in plan_reader(town, PUBLIC, DOC).records)


def test_who_may_not_act_is_refused(town):
    target = record(town, "固废")
    for caller in (FILLER, PUBLIC, NOBODY):
        with pytest.raises(NotAllowed):
            record_act(town, caller, target.id, RecordAct(act="confirm", why="x"), target.version)
    with pytest.raises(NotAllowed):
        record_history(town, FILLER, target.id)
