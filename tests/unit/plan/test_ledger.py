"""The ledger: nothing is overwritten, the view is derived, a re-reading shows what changed."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from dafeng.base.errors import BadRequest, NotFound
from dafeng.plan import ledger
from dafeng.plan.ledger import Entry, Link, Signature, View, fold
from dafeng.plan.records import Document, Record, Responsible, Target, Task
from dafeng.plan.reread import changes, reading_entries

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
LI = Signature("李工", NOW, "与原文核对")


def target(number: int = 1, **fields: object) -> Target:
    base = {
        "id": f"demo#t{number:02d}",
        "doc": "demo",
        "quote": "到2025年,规上工业单位增加值能耗下降18%",
        "span": (10, 32),
        "indicator": "规上工业单位增加值能耗",
        "comparator": "reduce_by",
        "value": 18,
        "unit": "%",
        "target_year": 2025,
    }
    return msgspec.convert(base | fields, Target)


def recycled(number: int = 2, **fields: object) -> Target:
    other = {
        "quote": "废钢加工能力达到200万吨",
        "indicator": "废钢加工能力",
        "comparator": "=",
        "value": 200,
        "unit": "万吨",
    }
    return target(number, **(other | fields))


DOCUMENT = Document(doc="demo", title="示范市工业领域碳达峰实施方案")


def read(view: View, *records: Record) -> list[Entry]:
    return reading_entries(view, [DOCUMENT, *records], NOW, "sha256:aa")


def test_reading_the_same_file_again_adds_nothing():
    entries = read(View(), target(), recycled())
    assert [e.action for e in entries] == ["read"] * 3
    assert read(fold(entries), target(), recycled()) == []


def test_a_moved_record_is_the_same_record():
    entries = read(View(), target(), recycled())
    moved = read(fold(entries), recycled(1, span=(1, 9)), target(2, span=(40, 62)))
    assert moved == []


def test_an_amended_document_shows_what_changed():
    entries = read(View(), target(), recycled())
    again = read(
        fold(entries),
        target(value=20, quote="到2025年,规上工业单位增加值能耗下降20%"),
        target(3, quote="短流程炼钢占比达到10%", indicator="短流程炼钢占比", value=10, comparator="="),
    )
    found = {c.kind: c for c in changes(again)}
    assert {f for f, *_ in found["changed"].fields} == {"value", "quote"}
    assert found["changed"].record_id == "demo#t01"
    assert found["new"].record_id == "demo#t03"
    assert found["gone"].record_id == "demo#t02"
    view = fold([*entries, *again])
    assert [t.value for t in view.targets()] == [20, 10]
    assert view.get("demo#t02").state == "withdrawn"


def test_a_new_record_never_takes_a_used_id():
    entries = read(View(), target())
    again = read(fold(entries), recycled(1))
    assert {e.record_id for e in again if e.action == "read"} == {"demo#t02"}


def test_a_correction_keeps_what_stood_before():
    entries = read(View(), target())
    entries.append(ledger.correct(fold(entries), "demo#t01", {"value": 18.5}, LI))
    standing = fold(entries).get("demo#t01")
    assert isinstance(standing.record, Target)
    assert (standing.record.value, standing.state) == (18.5, "corrected")
    assert standing.history[-1].before is not None
    assert standing.history[-1].before["value"] == 18
    assert standing.history[-1].who == "李工"


def test_a_correction_outlives_a_new_reading_and_asks_for_review_only_if_the_text_changed():
    entries = read(View(), target())
    entries.append(ledger.correct(fold(entries), "demo#t01", {"value": 18.5}, LI))
    assert read(fold(entries), target()) == []
    entries += read(fold(entries), target(value=19, quote="到2025年,规上工业单位增加值能耗下降19%"))
    standing = fold(entries).get("demo#t01")
    assert isinstance(standing.record, Target)
    assert (standing.record.value, standing.state) == (18.5, "review")


def test_a_rejected_record_stays_rejected_when_read_again():
    entries = read(View(), target())
    entries.append(ledger.reject(fold(entries), "demo#t01", LI))
    entries += read(fold(entries), target(value=19))
    view = fold(entries)
    assert view.targets() == ()
    assert view.get("demo#t01").state == "rejected"


def test_a_confirmed_record_that_vanishes_is_withdrawn_once_and_asks_for_review():
    entries = read(View(), target(), recycled())
    entries.append(ledger.confirm(fold(entries), "demo#t02", LI))
    entries += read(fold(entries), target())
    assert fold(entries).get("demo#t02").state == "review"
    assert read(fold(entries), target()) == []


def test_added_and_linked_records_stand_beside_read_ones():
    entries = read(View(), target())
    entries.append(ledger.add(fold(entries), recycled(9), LI))
    entries.append(ledger.link(fold(entries), "demo#t09", Link(kind="indicator", to="scrap_capacity"), LI))
    entries.append(ledger.link(fold(entries), "demo#t09", Link(kind="indicator", to="scrap_supply"), LI))
    standing = fold(entries).get("demo#t09")
    assert standing.state == "added"
    assert [x.to for x in standing.links] == ["scrap_supply"]  # one indicator at a time
    entries.append(ledger.unlink(fold(entries), "demo#t09", standing.links[0], LI))
    assert fold(entries).get("demo#t09").links == ()


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda v: ledger.confirm(v, "demo#t77", LI), NotFound),
        (lambda v: ledger.correct(v, "demo#t01", {"id": "x"}, LI), BadRequest),
        (lambda v: ledger.correct(v, "demo#t01", {"colour": "red"}, LI), BadRequest),
        (lambda v: ledger.correct(v, "demo#t01", {"value": "eighteen"}, LI), BadRequest),
        (lambda v: ledger.correct(v, "demo#t01", {"value": 18}, LI), BadRequest),
        (lambda v: ledger.add(v, target(), LI), BadRequest),
        (lambda v: ledger.link(v, "demo", Link(kind="indicator", to="x"), LI), BadRequest),
        (lambda v: ledger.link(v, "demo#t01", Link(kind="upper", to="demo#t99"), LI), NotFound),
        (lambda v: Signature("李工", NOW, " "), BadRequest),
    ],
)
def test_a_faulty_act_is_refused(act, error):
    view = fold(read(View(), target()))
    with pytest.raises(error):
        act(view)


def test_tasks_are_matched_by_title_and_place():
    task = Task(id="demo#k01", doc="demo", path=("二、重点任务",), number="1", title="发展短流程炼钢", span=(0, 9))
    entries = read(View(), task)
    again = read(fold(entries), msgspec.structs.replace(task, units=(Responsible(name="市工信局", lead=True),)))
    assert [(c.kind, [f for f, *_ in c.fields]) for c in changes(again)] == [("changed", ["units"])]


def test_a_rejected_record_stays_rejected_whatever_later_readings_hold():
    entries = read(View(), target(), recycled())
    entries.append(ledger.reject(fold(entries), "demo#t02", LI))
    entries += read(fold(entries), target())  # the amended document has lost it
    assert fold(entries).get("demo#t02").state == "rejected"
    back = read(fold(entries), target(), recycled())  # and the next has it again
    assert fold([*entries, *back]).get("demo#t02").state == "rejected"
    assert [t.id for t in fold([*entries, *back]).targets()] == ["demo#t01"]
