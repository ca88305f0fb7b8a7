"""Every encoding met on government pages gives the text back, and what is no text is refused."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_texts import SIMPLIFIED, TRADITIONAL

from dafeng.base.errors import UnreadableFile
from dafeng.plan.encoding import decode, everyday_share
from dafeng.plan.text import read_source

LINES = [line for line in SIMPLIFIED.splitlines() if len(line) > 12]
OLD_LINES = [line for line in TRADITIONAL.splitlines() if len(line) > 12]
SIMPLE_CODECS = ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16-le", "utf-16-be", "utf-16", "utf-32"]


@pytest.mark.parametrize("codec", SIMPLE_CODECS)
def test_a_simplified_plan_comes_back_from_every_encoding(codec: str) -> None:
    assert decode(SIMPLIFIED.encode(codec), "plan.txt").text == SIMPLIFIED


@pytest.mark.parametrize("codec", [*SIMPLE_CODECS, "cp950", "big5hkscs"])
def test_a_traditional_plan_comes_back_from_every_encoding(codec: str) -> None:
    assert decode(TRADITIONAL.encode(codec), "plan.txt").text == TRADITIONAL


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=6), st.sampled_from(SIMPLE_CODECS))
def test_any_run_of_sentences_comes_back_unchanged(lines: list[str], codec: str) -> None:
    text = "\n".join(lines)
    source = read_source(text.encode(codec), "plan.txt")
    assert (source.text, source.span_of, source.repairs) == (text, None, ())
    assert source.raw_index.tolist() == list(range(len(text)))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(OLD_LINES), min_size=1, max_size=6), st.sampled_from(["cp950", "utf-8", "gb18030"]))
def test_big5_is_told_from_gb18030(lines: list[str], codec: str) -> None:
    text = "\n".join(lines)
    assert decode(text.encode(codec), "plan.txt").text == text


def test_what_the_encoding_was_is_told() -> None:
    assert decode(SIMPLIFIED.encode("gbk"), "x").encoding == "gb18030"
    assert decode(TRADITIONAL.encode("big5"), "x").encoding == "big5"
    assert decode(SIMPLIFIED.encode("utf-16"), "x").encoding == "utf-16-le (BOM)"
    assert decode(SIMPLIFIED.encode("utf-16-be"), "x").encoding == "utf-16-be"
    assert decode(b"plain ascii only", "x").encoding == "utf-8"


def test_line_ends_are_those_of_python() -> None:
    assert decode("一、总体要求\r\n二、保障措施\r".encode(), "x").text == "一、总体要求\n二、保障措施\n"


def test_a_wrongly_declared_page_is_decoded_by_evidence() -> None:
    page = '<html><meta charset="big5"><p>' + SIMPLIFIED
    assert decode(page.encode("gb18030"), "x").text == page


def test_a_cut_utf8_file_loses_only_its_last_character() -> None:
    found = decode(SIMPLIFIED.rstrip().encode()[:-4], "x")
    assert found.encoding == "utf-8"
    assert found.text[:-1] == SIMPLIFIED.rstrip()[:-2]
    assert found.lost == 1


@pytest.mark.parametrize("size", [200, 5_000, 200_000])
def test_random_bytes_are_refused(size: int) -> None:
    junk = random.Random(7).randbytes(size)
    with pytest.raises(UnreadableFile) as caught:
        read_source(junk, "junk.txt")
    assert caught.value.where == "junk.txt"
    assert caught.value.mend


def test_everyday_share_tells_sense_from_gibberish() -> None:
    assert everyday_share(SIMPLIFIED) > 0.5
    assert everyday_share(SIMPLIFIED.encode().decode("gb18030", "replace")) < 0.3
    assert everyday_share("ascii") == 0.0
