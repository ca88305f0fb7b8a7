"""Stages: what did not change is not done again; what was interrupted is."""

from __future__ import annotations

import pytest
from tiny_town import empty_town

from dafeng.app.stages import key_of, run_stage


class Work:
    """Counts how often it was done."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, int]:
        self.times += 1
        return {"times": self.times}


def test_the_same_key_is_done_once_and_another_again():
    services, work = empty_town(), Work()
    results = [run_stage(services, "s", key, work) for key in ("a", "a", "b")]
    assert [(r.outcome, r.summary) for r in results] == [
        ("done", {"times": 1}),
        ("unchanged", {"times": 1}),
        ("done", {"times": 2}),
    ]


def test_force_does_it_again():
    services, work = empty_town(), Work()
    run_stage(services, "s", "a", work)
    assert run_stage(services, "s", "a", work, force=True).summary == {"times": 2}


def test_stages_do_not_know_each_other():
    services, work = empty_town(), Work()
    assert [run_stage(services, s, "a", work).outcome for s in ("one", "two")] == ["done", "done"]


def test_an_interruption_leaves_the_stage_open():
    services, work = empty_town(), Work()

    def broken() -> dict[str, int]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_stage(services, "s", "a", broken)
    assert services.records.stages()["s"].state == "running"
    assert run_stage(services, "s", "a", work).outcome == "done"


def test_a_key_tells_its_parts_apart():
    assert key_of("ab", "c") != key_of("a", "bc")
    assert key_of(1, None) == key_of("1", "None")
    assert key_of(2) != key_of(3)
