"""Gaps and sources: what is missing is named with whom to ask, and what was mended is no gap any more."""

from __future__ import annotations

from datetime import date

import pytest
from fakes import NOW
from tiny_town import EAST_COUNTY, OWNER, WEST, batch, delivered, facts, firm_rows, run, town

from dafeng.app.accounts.accounting import accounts
from dafeng.app.dataview import gaps_of, latest_batches
from dafeng.app.registries import registry_of
from dafeng.app.reporting import progress_inputs
from dafeng.app.sources import sources_of
from dafeng.base.errors import NotAllowed

WARNING = {"severity": "warning", "what_zh": "数值过大"}


def gaps(services, year: int = 2024) -> dict[str, str]:
    lines = accounts(services, OWNER).lines
    return {g.what: g.extent for g in gaps_of(services, OWNER, registry_of(services), lines, (), year)}


def test_whole_data_have_no_gap():
    assert gaps(run(town(delivered(whole=True)))) == {}


def test_firms_from_whom_nothing_is_due_are_not_missed():
    services = town()
    rows = firm_rows(("E-4", "西河纺织厂", WEST, "1711"), ("E-5", "拟建厂", WEST, "1711"))
    later = rows.with_columns(status=rows["enterprise_id"].replace_strict({"E-4": "closed", "E-5": "building"}))
    services.records.put_registry("enterprises", later, "B-2", NOW)
    assert gaps(run(services)) == {}


def test_a_firm_registered_later_is_not_missed_before():
    services = town(delivered(whole=True))
    new = firm_rows(("E-6", "新厂", WEST, "1711")).with_columns(since=date(2024, 1, 1))
    services.records.put_registry("enterprises", new, "B-2", NOW)
    run(services)
    assert gaps(services, 2023) == {}
    assert gaps(services, 2024) == {"2024年没有任何能源数据的企业": "1家企业,如新厂"}


def test_missing_months_are_named():
    rows = [r | {"period": f"2024-{m:02d}", "value": r["value"] / 12} for r in delivered(whole=True)
            for m in range(1, 11) if (r["subject_id"], r["period"]) == ("E-2", "2024")]  # fmt: skip
    rest = [r for r in delivered(whole=True) if (r["subject_id"], r["period"]) != ("E-2", "2024")]
    assert gaps(run(town([*rest, *rows]))) == {"2024年能源月报不全": "1家企业,如东铸厂"}


def test_rejected_rows_are_a_gap_until_the_file_is_corrected():
    services = run(town(delivered(whole=True)))
    services.records.put_batch(batch("B-1", "activity/能源.xlsx", rejected=3))
    services.records.put_batch(batch("B-2", "activity/产量.xlsx", contract="output", rejected=2))
    assert gaps(services) == {"未能导入的行": "2个文件共5行,如能源.xlsx、产量.xlsx"}
    services.records.put_batch(batch("B-3", "activity/能源.xlsx"))
    assert gaps(services) == {"未能导入的行": "1个文件共2行,如产量.xlsx"}


def test_doubtful_figures_are_counted_and_errors_are_not():
    services = run(town(delivered(whole=True)))
    services.records.put_batch(batch("B-1", "activity/能源.xlsx", problems=[WARNING, WARNING, {"severity": "error"}]))
    assert gaps(services) == {"存疑数值": "记录在案2处(已导入并标注)"}


def test_the_last_delivery_of_a_table_stands():
    one, two = batch("B-1", "a.xlsx"), batch("B-2", "a.xlsx")
    other = batch("B-3", "a.xlsx", contract="output")
    assert latest_batches([one, other, two]) == [two, other]


def test_an_indicator_without_a_value_is_a_gap_and_a_goal_in_words_is_none():
    what = {g.what: g.extent for g in progress_inputs(run(town(delivered(whole=True))), OWNER).gaps}
    assert what == {"没有数值可供评价的指标": "1项,如大宗工业固废综合利用率"}


def test_gaps_are_for_who_sees_the_whole():
    services = run(town())
    with pytest.raises(NotAllowed):
        gaps_of(services, EAST_COUNTY, registry_of(services), accounts(services, OWNER).lines, (), 2024)


def test_a_file_of_two_tables_is_one_source_and_a_second_look_replaces_the_first():
    services = town()
    for made in (batch("B-1", "activity/能源.xlsx", sha256="a", rows=5), batch("B-2", "activity/能源.xlsx", sha256="a",
                 contract="output", rows=7), batch("B-1-2", "activity/能源.xlsx", sha256="a", rows=5)):  # fmt: skip
        services.records.put_batch(made)
    listed = [s for s in sources_of(services) if s.name == "能源.xlsx"]
    assert [s.words for s in listed] == ["导入批次 B-1-2、B-2,12行,SHA-256 a…"]


def test_stated_sources_beyond_the_printed_ones_are_counted():
    rows = [r | {"note": f"年鉴第{n}页", "batch_id": "B-1"} for n, r in enumerate(delivered())]
    services = town(rows=[])
    services.columns.put_facts("B-1", facts(rows))
    stated = [s.words for s in sources_of(services) if s.name == "填报注明的来源"]
    assert len(stated) == 21
    assert stated[-1].startswith(f"另有{len(rows) - 20}种")
