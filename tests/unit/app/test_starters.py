"""Starters: figures of published plans without a sentence of them, ready for the ledger."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib.resources import files

import pytest

from dafeng.app.starters import restated, starter, starter_entries, starters
from dafeng.base.errors import NotFound
from dafeng.plan.ledger import Signature, fold
from dafeng.plan.records import Target

NAMES = (
    "hangzhou-industry-2023",
    "hunan-nonferrous-2023",
    "jinzhong-2025",
    "miit-progress-2022",
    "shanxi-industry-2023",
)


def test_five_starters_ship_each_with_its_source() -> None:
    listed = starters()
    assert [s.name for s in listed] == list(NAMES)
    assert {s.name: s.targets for s in listed} == {
        "hangzhou-industry-2023": 19,
        "hunan-nonferrous-2023": 9,
        "jinzhong-2025": 48,
        "miit-progress-2022": 36,
        "shanxi-industry-2023": 22,
    }
    assert all(s.source and s.status == "transcribed" for s in listed)


@pytest.mark.parametrize("name", NAMES)
def test_the_targets_have_their_own_ids_regions_and_places(name: str) -> None:
    document, targets = starter(name)
    assert document.doc == name
    assert len({t.id for t in targets}) == len(targets)
    for target in targets:
        assert target.id.startswith(f"{name}#t")
        assert target.region == document.region
        assert target.note
        assert target.note.startswith("原文位置:")


@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_of_the_plan_is_shipped(name: str) -> None:
    text = (files("dafeng.app.starters") / "data" / f"{name}.yaml").read_text("utf-8")
    assert "。" not in text
    assert ";" not in text.replace("；", ";")
    assert max(len(run) for run in re.findall(r"[\u4e00-\u9fff、,]+", text)) <= 40
    assert "quote" not in text


def test_known_figures_stand_as_published() -> None:
    _, shanxi = starter("shanxi-industry-2023")
    short_route = {t.target_year: (t.comparator, t.value) for t in shanxi if t.indicator == "短流程炼钢占比"}
    assert short_route == {2025: (">=", 5), 2030: (">=", 10)}
    _, hangzhou = starter("hangzhou-industry-2023")
    energy = next(t for t in hangzhou if t.indicator == "万元工业增加值能耗")
    assert (energy.comparator, energy.value, energy.bound, energy.baseline_year) == ("reduce_by", 18, ">=", 2020)
    _, miit = starter("miit-progress-2022")
    assert all(t.kind == "fact" for t in miit)


FIELDS: list[tuple[str, dict[str, object]]] = [
    ("指标 = 12 % (2025)", {"comparator": "=", "value": 12, "unit": "%", "target_year": 2025}),
    (
        "指标 较2020年下降 >= 18 % (2025)",
        {
            "comparator": "reduce_by",
            "value": 18,
            "unit": "%",
            "bound": ">=",
            "baseline_year": 2020,
            "target_year": 2025,
        },
    ),
    (
        "指标 提高 10 %/年 (2025)",
        {"comparator": "increase_by", "value": 10, "unit": "%", "per": "year", "target_year": 2025},
    ),
    ("指标 达峰不晚于 (2030)", {"comparator": "reach_peak_before", "target_year": 2030}),
    ("指标 完成 省下达指标", {"comparator": "meet_assigned", "reference": "省下达指标"}),
    ("指标 = 3~5 年", {"comparator": "=", "value": 3, "value_high": 5, "unit": "年"}),
    (
        "指标 = 319.4 万辆 (2022-01/2022-07)",
        {"comparator": "=", "value": 319.4, "unit": "万辆", "target_year": 2022, "period": "2022-01/2022-07"},
    ),
]


@pytest.mark.parametrize(("words", "fields"), FIELDS)
def test_a_target_is_restated_from_its_fields(words: str, fields: dict[str, object]) -> None:
    target = Target(id="x#t01", doc="x", quote="", span=(0, 0), indicator="指标", **fields)  # type: ignore[arg-type]
    assert restated(target) == words


def test_a_starter_enters_the_ledger_as_read_records_with_source_and_name() -> None:
    by = Signature("starter:jinzhong-2025", datetime(2026, 1, 1, tzinfo=UTC), "programme started from it")
    entries = starter_entries("jinzhong-2025", by)
    view = fold(entries)
    assert len(view.targets()) == 48
    assert len(view.documents()) == 1
    assert {s.state for s in view.of("target")} == {"read"}
    assert all(s.machine is not None for s in view.of("target"))  # a later reading can be matched to it
    assert {e.who for e in entries} == {"starter:jinzhong-2025"}
    assert all(e.source for e in entries)


@pytest.mark.parametrize("name", ["", "nowhere-2020", "../data/jinzhong-2025"])
def test_an_unknown_starter_is_told(name: str) -> None:
    with pytest.raises(NotFound):
        starter(name)
