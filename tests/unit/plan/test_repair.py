"""Repair: what is put right, what is left alone, and that nothing happens without a record."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_texts import SIMPLIFIED, TRADITIONAL

from dafeng.plan.repair.draft import Draft, Edit
from dafeng.plan.repair.readings import agreement, is_syllable, plain, readings_of
from dafeng.plan.script import script_of, to_simplified
from dafeng.plan.source import SourceText
from dafeng.plan.text import read_source


def read(text: str) -> SourceText:
    return read_source(text.encode(), "plan.txt")


def kinds(source: SourceText) -> list[str]:
    return [r.kind for r in source.repairs]


# --- readings -------------------------------------------------------------------------------------------------------


def test_readings_are_syllables_with_at_most_one_tone() -> None:
    assert plain("lǜ") == ("lv", 1)
    assert plain("zhuɑ̀ng") == ("zhuang", 1)
    assert all(is_syllable(r) for r in ("yè", "zhuàng", "èr", "nüè", "yuán"))
    assert not any(is_syllable(r) for r in ("ccus", "pǔè", "kg", "bx"))


def test_a_reading_agrees_with_its_character_or_not() -> None:
    assert "yè" in readings_of("業")
    assert agreement("業", "yè") == "known"
    assert agreement("業", "yé") == "toneless"
    assert agreement("業", "fàn") == "other"
    assert agreement("業", "ccus") == "no"


@pytest.mark.parametrize(
    ("damaged", "mended"),
    [
        ("制造業(yè)轉(zhuǎn)型", "制造业转型"),
        ("制造業（yè）轉（zhuǎn）型", "制造业转型"),
        ("电網[wǎng]改造", "电网改造"),
        ("强(qiɑ́ng)化标准", "强化标准"),
        ("推进(jìn落实", "推进落实"),
    ],
)
def test_injected_readings_are_taken_out(damaged: str, mended: str) -> None:
    source = read(damaged)
    assert source.text == mended
    assert source.span_of == "repaired-simplified"
    assert "injection" in kinds(source)


@pytest.mark.parametrize(
    "text", ["封存(CCUS)项目", "能耗(kgce)", "方案(试行)", "甲烷(ch)", "机组(超)临界", "碳(c)含量", "产(an)量"]
)
def test_genuine_brackets_stay(text: str) -> None:
    source = read(text)
    assert source.text == text
    assert not source.repairs


def test_certainty_says_whether_the_character_is_read_so() -> None:
    good, odd = read("企业(yè)升级").repairs[0], read("企业(fàn)升级").repairs[0]
    assert good.certainty > 0.95 > odd.certainty
    assert (good.before, good.after, good.raw_span, good.span) == ("(yè)", "", (2, 6), (2, 2))


def test_toneless_readings_count_only_beside_toned_ones() -> None:
    assert read("电網(wang)改造").text == "电网(wang)改造"
    page = "強(qiáng)化標(biāo)準(zhǔn)和電網(wang)改造"
    assert read(page).text == "强化标准和电网改造"


# --- slipped bytes --------------------------------------------------------------------------------------------------


BODY = SIMPLIFIED + "焦化企业实施焦炉煤气综合利用,大型焦炉完成节能改造。推广焦炉煤气制氢,焦炉余热全部回收。\n"


def test_a_pair_found_across_two_characters_is_undone() -> None:
    """The byte pair of 範 (fàn) lies across 焦爐; the page put its reading there."""
    damaged = BODY.replace("焦炉", "焦爐") + "加快焦?fàn)t改造。\n"
    source = read(damaged)
    assert source.text.endswith("加快焦炉改造。\n")
    [mended] = [r for r in source.repairs if r.kind == "misaligned"]
    assert (mended.before, mended.after) == ("?fàn)t", "爐")
    assert mended.certainty > 0.9
    at = source.text.rindex("炉改造")
    assert source.raw_span((at, at + 2)) is None
    assert source.raw_span((at + 1, at + 3)) == (damaged.rindex("改造"), damaged.rindex("改造") + 2)


def test_full_width_signs_made_ascii_across_two_characters_are_undone() -> None:
    """A3BB, the pair of ；, lies across 模化; between them lead and trail bytes were lost."""
    damaged = "推进生产规模化、集约化发展,规模效益明显提升。\n" * 3 + "支持养殖规?;?、集约化发展。\n"
    assert read(damaged).text.endswith("支持养殖规模化、集约化发展。\n")


def test_a_genuine_question_mark_stays() -> None:
    text = SIMPLIFIED + "什么是碳达峰?能耗怎么算?请看解读。\n是否达标?是。"
    source = read(text)
    assert source.text == text
    assert not source.repairs


def test_a_slip_that_cannot_be_undone_is_left_and_reported() -> None:
    source = read("设备?bèng)更新")
    assert source.text == "设备?bèng)更新"
    [left] = source.repairs
    assert left.kind == "lost"
    assert left.certainty < 0.2


# --- noise ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noisy", "clean", "kind"),
    [
        ("落实政策@@,健全制度", "落实政策,健全制度", "noise"),
        ("节\u200b能\u00ad降\ufeff碳", "节能降碳", "noise"),
        ("\uf06c加快改造", "加快改造", "noise"),
        ("到2025年&nbsp;,能耗&ldquo;双控&rdquo;", "到2025年 ,能耗“双控”", "noise"),
        ("工业和信息化局  生态环境局", "工业和信息化局 生态环境局", "whitespace"),
        ("实 施 方 案 如下", "实施方案 如下", "whitespace"),
        ("⼯业⽣产⻔类", "工业生产门类", "script"),
        ("市工信局\u00a0印发", "市工信局 印发", "whitespace"),
    ],
)
def test_noise_is_taken_out_and_recorded(noisy: str, clean: str, kind: str) -> None:
    source = read(noisy)
    assert source.text == clean
    assert kind in kinds(source)


@pytest.mark.parametrize(
    "text", ["联系邮箱:a@b.cn", "山西省 晋中市", "　　首行缩进两字", "到2025年，达30％；“双控”", "A&B公司"]
)
def test_what_an_author_may_have_written_stays(text: str) -> None:
    source = read(text)
    assert source.text == text
    assert source.span_of is None


@pytest.mark.parametrize(
    ("typeset", "plain"),
    [
        ("到２０２５年,占比达３０％", "到2025年,占比达30％"),
        ("落实«行动方案»要求", "落实《行动方案》要求"),
        ("优化结构ꎬ有序推进ꎮ", "优化结构，有序推进。"),
        ("增速为６\U001001b0５％", "增速为6.5％"),
        ("增速为６ \U001001ba ５％", "增速为6.5％"),
        ("（2022\u22122025年）", "（2022-2025年）"),
        ("前言\U001001ba\U001001ba\U001001ba1", "前言………1"),
    ],
)
def test_signs_of_typesetting_programs_mean_what_they_stand_for(typeset: str, plain: str) -> None:
    source = read(typeset)
    assert source.text == plain
    assert set(kinds(source)) <= {"script", "encoding", "whitespace"}


def test_dots_are_full_stops_where_a_text_has_no_other() -> None:
    dotted = "推进改造.加快建设.优化布局.健全机制.强化监管.落实责任.占3.5％.\n一.总则\n"
    assert read(dotted).text == "推进改造。加快建设。优化布局。健全机制。强化监管。落实责任。占3.5％。\n一.总则\n"
    kept = "推进改造.加快建设。优化布局。健全机制。强化监管。落实责任。\n"
    assert read(kept).text == kept


def test_look_alike_code_points_move_nothing() -> None:
    assert read("⼯业⽣产").span_of is None


def test_a_private_use_sign_inside_a_word_is_uncertain() -> None:
    [record] = read("地\ue123能").repairs
    assert record.certainty == 0.5
    assert "lost" in record.why


# --- wrong tables, lost characters, script --------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["latin-1", "cp1252-like"])
def test_utf8_read_as_latin_is_undone(table: str) -> None:
    data = SIMPLIFIED.encode()
    wrong = data.decode("latin-1") if table == "latin-1" else "".join(_windows(b) for b in data)
    source = read(wrong)
    assert source.text == SIMPLIFIED
    assert set(kinds(source)) == {"encoding"}


def _windows(byte: int) -> str:
    return bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)


def test_utf8_read_as_gbk_is_undone_where_the_bytes_are_there() -> None:
    source = read(SIMPLIFIED.encode().decode("gb18030", "replace"))
    found = source.text.replace("\n", "")
    assert [c for c in found if c != "\ufffd" and c not in SIMPLIFIED] == []  # what came back is right
    assert all(
        words in found for words in ("绿色转型实施方案", "责任单位:市工信局", "储能设施", "12.5%", "2025", "40%")
    )
    assert any(r.certainty < 0.5 for r in source.repairs)


def test_a_lost_character_is_filled_only_from_the_document_itself() -> None:
    text = "推进能源结构调整。\n加快能源结构优化。\n重视能源\ufffd构变化。"
    source = read(text)
    assert source.text.endswith("重视能源\ufffd构变化。")  # one neighbour on the right is not the same
    filled = read(text.replace("\ufffd构变化", "\ufffd构优化").replace("调整", "优化"))
    assert filled.text.endswith("重视能源结构优化。")
    [record] = filled.repairs
    assert (record.kind, record.after) == ("lost", "结")
    assert record.certainty < 0.8


def test_a_lost_figure_is_never_filled() -> None:
    text = "占比达到20%以上。占比达到20%以上。占比达到\ufffd0%以上。"
    source = read(text)
    assert source.text == text
    assert [(r.kind, r.certainty, r.before, r.after) for r in source.repairs] == [("lost", 0.1, "\ufffd", "\ufffd")]
    assert source.span_of is None


def test_a_merely_traditional_text_keeps_its_offsets() -> None:
    source = read(TRADITIONAL)
    assert source.script == "traditional"
    assert source.span_of is None
    assert len(source.text) == len(TRADITIONAL)
    assert "责任单位:市工信局、市生态环境局" in source.text
    assert [r.kind for r in source.repairs] == ["script"]
    assert source.raw_index.tolist() == list(range(len(TRADITIONAL)))


def test_phrases_decide_where_a_character_has_two_forms() -> None:
    assert to_simplified("乾燥設備與乾隆年間,餘熱歸其餘企業") == "干燥设备与乾隆年间,余热归其余企业"


def test_a_simplified_text_keeps_rare_old_forms() -> None:
    text = "乾县、瞭望,於姓负责,徵文。" + SIMPLIFIED
    assert read(text).text == text
    assert script_of(text) == "simplified"


def test_leftovers_of_naive_conversion_do_not_hide_the_script() -> None:
    assert read("產業轉型后并于征收資源稅").text == "产业转型后并于征收资源税"


# --- the way back ---------------------------------------------------------------------------------------------------

DAMAGE = ["", "(yè)", "\u200b", "@@", "  ", "\ufffd", "&nbsp;", "?", "⼯", "（biāo）", "\n", "發", "?fàn)t", "\ue000"]


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from(list("工业节能降碳企設備")), st.sampled_from(DAMAGE)), min_size=1, max_size=40)
)
def test_every_character_that_was_not_filled_leads_back_to_itself(parts: list[tuple[str, str]]) -> None:
    raw = "".join(a + b for a, b in parts)
    source = read(raw)
    assert source.raw_text == raw
    assert len(source.raw_index) == len(source.text)
    there = source.raw_index[source.raw_index >= 0]
    assert bool((np.diff(there) >= 0).all())
    for char, at in zip(source.text, source.raw_index.tolist(), strict=True):
        if at >= 0 and char.strip():
            assert (
                raw[at] == char or to_simplified(raw[at]) == char or raw[at] == "⼯" or source.script == "traditional"
            )


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from(list("工业节能降碳企設備")), st.sampled_from(DAMAGE)), min_size=1, max_size=40)
)
def test_nothing_changes_without_a_record(parts: list[tuple[str, str]]) -> None:
    raw = "".join(a + b for a, b in parts)
    source = read(raw)
    assert (source.text == raw) or source.repairs
    for r in source.repairs:
        assert 0.0 <= r.certainty <= 1.0
        assert r.why
        assert 0 <= r.span[0] <= r.span[1] <= len(source.text)
        assert 0 <= r.raw_span[0] <= r.raw_span[1] <= len(raw)


@settings(deadline=None, max_examples=200)
@given(
    st.text("abc", max_size=12), st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3), st.text("xy", max_size=3)))
)
def test_spans_of_records_follow_later_edits(text: str, raw_edits: list[tuple[int, int, str]]) -> None:
    draft = Draft(text, np.arange(len(text), dtype=np.int32), len(text))
    for start, length, after in raw_edits:
        start, end = min(start, len(draft.text)), min(start + length, len(draft.text))
        draft.apply([Edit(start, end, after, "noise", 1.0, "test")])
        newest = [r for r in draft.repairs() if draft.text[slice(*r.span)] == after and r.after == after]
        assert newest
    assert bool((np.diff(draft.start) >= 0).all())
    assert len(draft.start) == len(draft.text) == len(draft.damaged)


def test_records_beyond_the_limit_are_counted_not_dropped() -> None:
    draft = Draft("a" * 10, np.arange(10, dtype=np.int32), 10, max_records=3)
    draft.apply(Edit(i, i + 1, "", "noise", 0.5, "a sign") for i in range(10))
    assert draft.text == ""
    assert len(draft.repairs()) == 4
    assert any("7 more" in r.why for r in draft.repairs())


@pytest.mark.parametrize(
    "unit", ["碳?达", "规?;?、", "碳(tàn", "碳@@", "碳 ", "&amp", "达\ufffd峰", "?yè)", "\u200b碳", "（", "é", "a@"]
)
def test_time_grows_with_the_length_only(unit: str) -> None:
    """Ten times the text may not take much more than ten times the time (a factor of three is left for the machine)."""
    read(unit * 1_000)
    small = min(_seconds(unit * 3_000) for _ in range(3))
    large = min(_seconds(unit * 30_000) for _ in range(3))  # the least of three: a busy machine is no fault
    assert large < 40 * max(small, 0.01)


def _seconds(text: str) -> float:
    began = time.perf_counter()
    read(text)
    return time.perf_counter() - began
