"""What a process remembers: by version, made once by one of many threads, never kept where making it failed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dafeng.app.memory import Memory


def test_a_value_is_made_again_when_its_version_has_changed():
    memory = Memory()
    assert memory.get("a", 1, lambda: "old") == "old"
    assert memory.get("a", 1, lambda: "never") == "old"
    assert memory.get("a", 2, lambda: "new") == "new"
    assert memory.ready("a", 1) is None
    assert memory.ready("a", 2) == "new"


def test_of_many_threads_one_makes_the_value_and_all_get_it():
    memory, made, together = Memory(), [], threading.Barrier(8)

    def ask(_: int) -> str:
        together.wait()
        return memory.get("slow", 1, lambda: made.append(1) or threading.Event().wait(0.05) or "value")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == ["value"] * 8
    assert len(made) == 1


def test_what_could_not_be_made_is_tried_again():
    memory = Memory()
    with pytest.raises(ZeroDivisionError):
        memory.get("a", 1, lambda: 1 // 0)
    assert memory.get("a", 1, lambda: 7) == 7


def test_the_oldest_is_forgotten_first():
    memory = Memory(most=2)
    for name in "abc":
        memory.get(name, 1, lambda n=name: n)
    assert (memory.ready("a", 1), memory.ready("c", 1)) == (None, "c")
