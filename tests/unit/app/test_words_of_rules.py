"""What rules and methods say of themselves stands in both languages on the pages."""

import re

import pytest

import dafeng.account.formulas  # noqa: F401 (enrols them)
from dafeng.account.cases.reading import wants
from dafeng.account.streams.engine import Streams
from dafeng.app.pages.english import source_zh, stream_note_en
from dafeng.app.pages.restatements import item_words
from dafeng.app.pages.tables_rules import _called
from dafeng.rules.formulas import enrolled
from dafeng.rules.listing import listed
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

# what stays as it is in a Chinese source: foreign titles, names and the ids of rule families
_NAMES = re.compile(r"GHG Protocol|Compendium|Scope 2 Guidance|Kholod et al|(?:ndrc|mee)_\w+|kgce|table A\.1")
_ENGLISH = re.compile(r"[a-z]{4,}")


def test_every_note_of_a_stream_an_item_and_an_input_has_its_english():
    book, lacking = packaged_rulebook(), set()
    for method in packaged_methods().held.values():
        for stream in wants(method, Streams(method, book.family(method.family), book)):
            notes = [stream["note"], *(p["note"] for key in ("items", "inputs") for p in stream[key])]
            lacking |= {n for n in notes if n and re.search("[\u4e00-\u9fff]", n) and not stream_note_en(n)}
    assert not lacking, "add them to app/pages/data/stream_notes_en.yaml"


def test_sources_of_values_methods_families_and_formulas_stand_in_chinese():
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
    sources |= {f.source for f in book.families.values()}
    left = sorted(z for z in map(source_zh, sources) if _ENGLISH.search(_NAMES.sub("", z)))
    assert not left, "add their words to app/pages/data/sources_zh.yaml"


@pytest.mark.parametrize(
    ("source", "chinese"),
    [
        ("IPCC 2006 Guidelines vol 3 ch 2 table 2.4", "IPCC 2006年国家清单指南 第3卷第2章 表2.4"),
        ("provincial guide 2025", "省级清单指南2025"),
        ("发改办气候〔2013〕2526号 附件3 表2.1", "发改办气候〔2013〕2526号 附件3 表2.1"),
        ("some title (text read)", "some title (读到原文)"),
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
