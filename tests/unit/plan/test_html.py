"""Saved pages: paragraphs stay, furniture goes, offsets lead into the markup, and broken markup costs no more time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_texts import SIMPLIFIED

from dafeng.base.errors import UnreadableFile
from dafeng.plan.source import SourceText
from dafeng.plan.text import read_source

SENTENCE = "推进重点行业节能改造,到2025年建成绿色工厂30家。"


def read(markup: str, encoding: str = "utf-8") -> SourceText:
    return read_source(markup.encode(encoding), "page.html")


def page(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>某市政府</title></head><body>{body}</body></html>"


def test_paragraphs_are_lines_and_offsets_lead_into_the_markup() -> None:
    markup = page(
        "<h1>实施&ldquo;方案&rdquo;</h1>\n<p style='text-indent:2em'>&nbsp;&nbsp;加快<b>改造</b>升级。</p><p>第二段</p>"
    )
    source = read(markup)
    assert source.text == "实施“方案”\n加快改造升级。\n第二段"
    assert (source.format, source.span_of) == ("html", "extracted")
    at = source.text.index("改造升级")
    assert source.raw_span((at, at + 2)) == (markup.index("改造"), markup.index("改造") + 2)
    assert markup[source.raw_index[source.text.index("“")]] == "&"


def test_scripts_styles_hidden_parts_and_readings_above_characters_are_left_out() -> None:
    source = read(
        page(
            "<script>var p='<p>脚本</p>';</script><style>p{}</style><!-- 注释 --><p>正文一"
            "<span style='display: none'>隐</span></p><div hidden>隐藏<div>更深</div></div><noscript>无</noscript>"
            "<p><ruby>业<rp>(</rp><rt>yè</rt></ruby>态</p>"
        )
    )
    assert source.text == "正文一\n业态"


def test_navigation_and_footer_are_left_out_and_told() -> None:
    source = read(
        page(
            "<div class='nav'>网站首页</div><nav>机构</nav><div role='navigation'>导航</div>"
            "<ul><li><a href=1>要闻</a><li><a href=2>公告</a><li><a href=3>专题</a></ul>"
            f"<p>{SENTENCE}</p><p><a href=4>附件:重点任务表</a></p><div id='footer'>主办单位</div><footer>版权</footer>"
        )
    )
    assert source.text == f"{SENTENCE}\n附件:重点任务表"
    told = {r.before for r in source.repairs if r.kind == "layout"}
    assert {"网站首页", "机构", "导航", "要闻", "公告", "专题", "主办单位", "版权"} <= told


def test_a_navigation_that_never_closes_does_not_swallow_the_plan() -> None:
    source = read(f"<html><body><nav>首页<div class='menu'><p>{SENTENCE}<p>{SENTENCE}</body></html>")
    assert source.text.count(SENTENCE) == 2


def test_a_table_of_figures_becomes_one_line_a_row() -> None:
    rows = "<tr><th>指标<th>2025年</tr><tr><td><p>非化石能源占比</p></td><td><p>20%</p></td></tr>"
    assert read(page(f"<p>表1</p><table>{rows}</table>")).text == "表1\n指标 | 2025年\n非化石能源占比 | 20%"


def test_a_layout_table_keeps_its_paragraphs() -> None:
    source = read(page(f"<table><tr><td>左栏</td><td><p>{SENTENCE}</p><p>{SENTENCE}</p></td></tr></table>"))
    assert source.text == f"左栏\n{SENTENCE}\n{SENTENCE}"


def test_nested_tables_and_unclosed_cells() -> None:
    source = read(page("<table><tr><td><table><tr><td>甲<td>1</table><p>外</p></table>"))
    assert source.text == "甲 | 1\n外"


def test_breaks_and_wrapped_source_lines() -> None:
    assert read(page("<p>加快\n  改造<br/>new\n energy</p>")).text == "加快改造\nnew energy"


@pytest.mark.parametrize("codec", ["gb18030", "utf-8", "utf-16"])
def test_a_page_in_any_encoding(codec: str) -> None:
    body = "".join(f"<p>{line}</p>" for line in SIMPLIFIED.strip().split("\n"))
    assert read(page(body), codec).text == SIMPLIFIED.strip()


def test_damage_inside_a_page_is_repaired_with_the_way_back() -> None:
    markup = page("<p>制造業(yè)轉(zhuǎn)型</p>")
    source = read(markup)
    assert source.text == "制造业转型"
    assert source.raw_span((2, 4)) == (markup.index("業"), markup.index("轉") + 1)


def test_less_than_signs_of_figures_are_text() -> None:
    assert read(page("<p>能耗<300克,3<5</p>")).text == "能耗<300克,3<5"


def test_a_page_without_words_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="no text"):
        read(page("<script>x</script><div></div>"))


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 100_000,
        "<a<" * 100_000, "<!--" * 100_000, "<p x=\"'" * 50_000, "</p>" * 100_000, "<script>" * 50_000,
        "<table><tr><td>" * 50_000, "&" * 100_000, "<" * 100_000, "<ul><li>" * 50_000, "<a" + " b" * 100_000,
        "<p style='display :" * 20_000,
    ],
)  # fmt: skip
def test_hostile_markup_ends_in_time(hostile: str) -> None:
    """Each would take minutes if anything here were quadratic or recursive; pytest's own time is not the measure."""
    import time

    began = time.perf_counter()
    source = read(f"<html><p>{SENTENCE}</p>{hostile}")
    assert SENTENCE in source.text
    assert time.perf_counter() - began < 15


TAGS = [
    "<p>",
    "</p>",
    "<div class=x>",
    "</div>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</table>",
    "<li>",
    "<b>",
    "</b>",
    "&amp;",
    "<br>",
    " ",
]


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from([*TAGS, "节能", "降碳", "2025"]), min_size=1, max_size=40))
def test_whatever_the_tags_no_word_is_lost_and_every_one_leads_back(parts: list[str]) -> None:
    markup = "<html><body>起" + "".join(parts)
    source = read(markup)
    for word in ("节能", "降碳", "2025"):
        assert "".join(source.text.split()).replace("|", "").count(word) >= parts.count(word)
    for char, at in zip(source.text, source.raw_index.tolist(), strict=True):
        if char.isalnum():
            assert markup[at] == char
