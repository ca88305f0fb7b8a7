"""What the demonstration does of itself: once, by its own use cases, every sentence marked 演示; nothing elsewhere."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from tiny_town import OWNER, PUBLIC, delivered, run, town

from dafeng.app.demo.acting import act_first
from dafeng.app.tasks.rows import task_rows
from dafeng.base.errors import NotAllowed


@pytest.fixture
def services():
    made = run(town(delivered(whole=True)))
    return replace(made, settings=msgspec.structs.replace(made.settings, demonstration=True))


def test_the_demonstration_has_progress_and_an_answered_finding_once(services):
    assert act_first(services, OWNER) > 0
    moves = {kind: services.cases.moves_of(kind) for kind in ("task", "dispatch", "finding")}
    assert moves["task"]
    assert [m.move for m in moves["finding"]] == ["write", "answer"]
    assert all(m.reason.startswith("演示") for m in moves["task"] if m.reason)
    assert any(r.percent is not None for r in task_rows(services))
    assert act_first(services, OWNER) == 0
    assert {kind: len(services.cases.moves_of(kind)) for kind in moves} == {k: len(v) for k, v in moves.items()}


def test_a_programme_in_earnest_is_left_alone_and_a_guest_may_not(services):
    earnest = replace(services, settings=msgspec.structs.replace(services.settings, demonstration=False))
    assert act_first(earnest, OWNER) == 0
    assert services.cases.moves_of("task") == []
    with pytest.raises(NotAllowed):
        act_first(services, PUBLIC)
