"""What rules and methods say of themselves stands in both languages on the pages."""

import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
import yaml

import dafeng.account.formulas  # noqa: F401 (enrols them)
from dafeng.account.cases.reading import wants
from dafeng.account.streams.engine import Streams
from dafeng.app.pages.english import source_en, source_words, source_zh, stream_note_en
from dafeng.app.pages.restatements import item_words
from dafeng.app.pages.tables_rules import _called
from dafeng.rules.formulas import enrolled
from dafeng.rules.listing import listed
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

# what stays as it is in a Chinese source: foreign titles (marked), names and the ids of rule families
_NAMES = re.compile(r"API Compendium 2021|Kholod et al|(?:ndrc|mee)_\w+|kgce")
_CHINESE = re.compile("[\u3400-\u9fff]")
_ENGLISH = re.compile(r"[a-z]{4,}")


def test_every_note_of_a_stream_an_item_and_an_input_has_its_english():
    book, lacking = packaged_rulebook(), set()
    for method in packaged_methods().held.values():
        for stream in wants(method, Streams(method, book.family(method.family), book)):
            notes = [stream["note"], *(p["note"] for key in ("items", "inputs") for p in stream[key])]
            lacking |= {n for n in notes if n and re.search("[\u4e00-\u9fff]", n) and not stream_note_en(n)}
    assert not lacking, "add them to app/pages/data/stream_notes_en.yaml"


def _of_rules() -> set[str]:
    """Sources of values, methods, streams, families and formulas: rulebook, method pages, cases, explanations."""
    book, methods = packaged_rulebook(), packaged_methods().held.values()
    sources = (
        {row["source"] for row in listed(book)}
        | {m.source for m in methods}
        | {
            f.source
            for f in enrolled()
            if not f.id.startswith("test.")  # other tests enrol some of their own
        }
    )
    sources |= {s.source for m in methods for s in m.streams.values() if s.source}
    return sources | {f.source for f in book.families.values()}


def _of_accounts() -> set[str]:
    """Sources that quality, uncertainty, energy totals, certificates and checks name."""
    folder = resources.files("dafeng.rules").joinpath("data")
    files = ("certificates", "energy_control", "evidence", "grid_regions", "published_errors", "ranges", "uncertainty")
    held = {f: set(_named(yaml.safe_load(folder.joinpath(f"{f}.yaml").read_text("utf-8")))) for f in files}
    assert all(held.values()), "a file whose sources stand elsewhere now"
    return set().union(*held.values())


def _named(held: Any) -> Iterator[str]:
    if isinstance(held, dict):
        for key, value in held.items():
            yield from [value] if key == "source" and isinstance(value, str) else _named(value)
    elif isinstance(held, list):
        for one in held:
            yield from _named(one)


@pytest.fixture(scope="module")
def sources() -> list[str]:
    return sorted((_of_rules() | _of_accounts()) - {""})


def test_every_source_stands_in_chinese(sources):
    assert len(sources) > 450
    left = [z for z in map(source_zh, sources) if _ENGLISH.search(_NAMES.sub("", z))]
    assert not left, "add their words to app/pages/data/sources_zh.yaml"


def test_a_foreign_title_in_chinese_is_marked_and_nothing_else_is(sources):
    for source in sources:
        for part in source_zh(source).split(";"):
            foreign = re.search("API Compendium|Kholod", part) is not None
            assert part.endswith("〔英文文献〕") is foreign, source


def test_every_source_stands_in_english_or_is_marked(sources):
    left = [e for e in map(source_en, sources) if _CHINESE.search(e)]
    assert not left, "add their words to app/pages/data/sources_en.yaml"
    assert source_en("某市统计公报2024") == "某市统计公报2024 [in Chinese]"
    loose = [e for e in map(source_en, sources) if re.search(r" [,;:)]|,,|  |^[ ,]|[ ,]$|[，；：（）]", e)]
    assert not loose, "stray signs"


def test_a_source_in_both_languages():
    words = source_words("发改办气候〔2013〕2526号 附件3 表2.1")
    assert words.zh == "发改办气候〔2013〕2526号 附件3 表2.1"
    assert words.en == "NDRC Climate Office 2013 No. 2526, annex 3, table 2.1"


@pytest.mark.parametrize(
    ("source", "chinese"),
    [
        ("IPCC 2006 Guidelines vol 3 ch 2 table 2.4", "IPCC 2006年国家清单指南 第3卷第2章 表2.4"),
        ("provincial guide 2025", "省级清单指南2025"),
        ("发改办气候〔2013〕2526号 附件3 表2.1", "发改办气候〔2013〕2526号 附件3 表2.1"),
        ("some title (text read)", "some title (读到原文)〔英文文献〕"),
    ],
)
def test_a_source_in_chinese(source, chinese):
    assert source_zh(source) == chinese


@pytest.mark.parametrize(
    ("item", "zh", "en"),
    [
        ("total", "合计", "Total"),
        ("coke", "焦炭", "coke"),
        ("footprint/other/our own stage", None, None),
        ("nothing_we_know", "nothing_we_know", "nothing_we_know"),
    ],
)
def test_what_an_item_of_a_line_is_called(item, zh, en):
    words = item_words(item)
    if zh is None:  # an item that a works named itself stands behind what it belongs to
        assert words.zh.endswith("·our own stage")
        assert words.en.endswith(", our own stage")
    else:
        assert (words.zh, words.en) == (zh, en)


def test_a_line_of_a_method_is_called_by_its_stream_and_kind():
    assert item_words("steel/fuel/coke").zh.endswith("焦炭")
    assert "/" not in item_words("steel/fuel/coke").zh


def test_an_electricity_factor_by_grid_region_is_that_of_the_firms_own():
    assert _called("mee.grid_co2", "CN")[0].startswith("全国")
    assert _called("ndrc.grid_co2", None)[0].startswith("所在")
    assert _called("no.such", None) == ("no.such", "no.such")
