"""Official codes: the check character finds every single slip, and forms are told by ASCII digits alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.base.codes import (
    USCC_ALPHABET,
    area_parent,
    is_area_code,
    is_industry_code,
    uscc_check_character,
    uscc_fault,
)

stems = st.text(alphabet=USCC_ALPHABET, min_size=17, max_size=17)


@settings(deadline=None)
@given(stems)
def test_a_code_with_its_check_character_has_no_fault(stem):
    assert uscc_fault(stem + uscc_check_character(stem)) is None


@settings(deadline=None)
@given(stems, st.integers(0, 17), st.integers(1, len(USCC_ALPHABET) - 1))
def test_any_single_changed_character_is_found(stem, place, by):
    code = stem + uscc_check_character(stem)
    other = USCC_ALPHABET[(USCC_ALPHABET.index(code[place]) + by) % len(USCC_ALPHABET)]
    assert uscc_fault(code[:place] + other + code[place + 1 :]) == "has a wrong check character"


@pytest.mark.parametrize(
    ("code", "words"), [("", "0 characters"), ("9" * 17, "17 characters"), ("I" * 18, "does not use")]
)
def test_the_fault_is_told_in_words(code, words):
    assert words in uscc_fault(code)


@pytest.mark.parametrize(
    ("code", "area", "industry"),
    [("140700", True, False), ("31", False, True), ("3120", False, True), ("C", False, True), ("U", False, False),
     ("14070", False, False), ("１４０７００", False, False), ("３１", False, False), ("140700\n", False, False)],
)  # fmt: skip
def test_forms(code, area, industry):
    assert (is_area_code(code), is_industry_code(code)) == (area, industry)


@pytest.mark.parametrize(("code", "above"), [("140781", "140700"), ("140700", "140000"), ("140000", None)])
def test_the_area_above_by_the_code(code, above):
    assert area_parent(code) == above
