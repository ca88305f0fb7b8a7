"""The report from a run: one year throughout, the same bytes again, nothing of a silent firm counted as zero."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fakes import NOW
from tiny_town import (
    CITY,
    EAST_COUNTY,
    FILLER,
    OWNER,
    PUBLIC,
    delivered,
    empty_town,
    fact,
    facts,
    firm_rows,
    run,
    town,
)

from dafeng.app.reporting import progress, progress_inputs
from dafeng.base.errors import BadRequest, NotAllowed, NotFound


def test_the_report_speaks_of_the_year_that_was_assessed():
    services = run(town(delivered(whole=True)), 2023)
    assert progress_inputs(services, OWNER).year == 2023
    with pytest.raises(BadRequest, match="evaluation is of 2023, not 2024"):
        progress(services, OWNER, 2024)


def test_the_same_day_and_data_give_the_same_report():
    assert progress(run(town()), OWNER) == progress(run(town()), OWNER)


def test_the_order_of_deliveries_is_no_matter():
    rows = delivered()
    one, other = run(town(rows)), run(town(list(reversed(rows))))
    assert progress(one, OWNER).blocks == progress(other, OWNER).blocks


def test_the_data_time_is_a_day_in_the_programmes_zone():
    late = fact("E-1", "energy_used", "coke", 2024, 1.0, "t") | {"recorded_at": NOW + timedelta(hours=15)}
    assert progress_inputs(run(town([*delivered(), late])), OWNER).data_time == "2025-03-02"  # 01:00 in Shanghai
    assert progress_inputs(run(town([*delivered(), late], zone="UTC")), OWNER).data_time == "2025-03-01"


def test_a_silent_firm_makes_the_total_unknown_and_stands_in_the_gaps():
    made = progress_inputs(run(town()), OWNER)
    assert made.totals.filter(year=2024, measure="co2_total_t")["value"].item() is None
    assert made.change.rate is None
    assert made.industries["share"].null_count() == made.industries.height
    assert any(g.what == "2024年没有任何能源数据的企业" and "西河纺织厂" in g.extent for g in made.gaps)


def test_complete_years_are_compared_by_their_totals():
    made = progress_inputs(run(town(delivered(whole=True))), OWNER)
    assert not made.change.same_firms
    assert made.change.rate == pytest.approx(0.9 / 0.95 - 1, abs=0.002)  # the grid factor moves a little too
    assert made.industries["share"].sum() == pytest.approx(1)
    assert made.counties["share"].sum() == pytest.approx(1)
    assert made.emitters["share"].sum() == pytest.approx(1)


def test_an_incomplete_year_is_compared_on_the_same_firms():
    made = progress_inputs(run(town(partial_from=0.5)), OWNER)
    whole = progress_inputs(run(town(delivered(whole=True))), OWNER)
    assert made.change.same_firms
    assert made.change.rate == pytest.approx(whole.change.rate, abs=0.002)  # not the fall by 40 % of the bare sums
    assert made.totals.filter(year=2024, measure="co2_total_t")["status"].item() == "trial"


def test_the_largest_come_first_with_the_place_and_name_of_the_year():
    services = town(delivered(whole=True))
    moved = firm_rows(("E-4", "新名纺织厂", "990101", "1711")).with_columns(since=NOW.date())
    services.records.put_registry("enterprises", moved, "B-2", NOW)
    firms = progress_inputs(run(services), OWNER).emitters
    assert firms["name"].to_list() == ["西河纺织厂", "西岭水泥厂", "东铸厂", "东方钢铁厂"]
    assert firms["county"][0] == "西县"


def test_a_firm_of_elsewhere_is_no_emitter_of_the_city():
    services = town(delivered(whole=True))
    services.records.put_registry("enterprises", firm_rows(("E-9", "外地厂", "140781", "3120")), "B-2", NOW)
    rows = [fact("E-9", m, "bituminous", 2024, 9e6, "t") for m in ("energy_used", "energy_bought")]
    services.columns.put_facts("B-2", facts([r | {"batch_id": "B-2"} for r in rows]))
    assert "外地厂" not in progress_inputs(run(services), OWNER).emitters["name"].to_list()


def test_a_term_with_a_verdict_is_no_open_finding():
    rate = [
        fact(CITY, "indicator:bulk_solid_waste_use_rate", "", y, 50.0 + 6 * (y - 2022), "%") for y in (2022, 2023, 2024)
    ]
    rated = progress_inputs(run(town([*delivered(), *rate])), OWNER)
    bare = progress_inputs(run(town()), OWNER)
    assert {p.state for p in rated.progress if p.target.id == "plan#t3"} == {"reached"}
    overdue = [{r for f in made.findings if f.kind == "deadline_past" for r in f.records} for made in (rated, bare)]
    assert overdue == [{"plan#t4"}, {"plan#t3", "plan#t4"}]


def test_behind_before_the_term_is_no_verdict_once_the_term_has_passed():
    services = run(town(delivered(whole=True)))  # t1 is due in 2025 and behind in 2024
    services.clock.moment = NOW.replace(year=2026)
    assert {r for f in progress_inputs(services, OWNER).findings if f.kind == "deadline_past" for r in f.records} == {
        "plan#t1", "plan#t3", "plan#t4"}  # fmt: skip


def test_every_parameter_is_listed_once_with_its_status():
    used = progress_inputs(run(town()), OWNER).factors
    assert len({(f.id, f.since) for f in used}) == len(used)
    assert {"烟煤"} == {f.item for f in used if f.item}
    assert all(f.status and f.source for f in used)


def test_an_empty_programme_gives_a_report():
    made = progress(run(empty_town()), OWNER)
    assert "试验市" in made.title
    assert made.data_time == "尚无活动数据"


@pytest.mark.parametrize("caller", [EAST_COUNTY, FILLER, PUBLIC])
def test_the_report_of_the_whole_is_refused_to_a_narrower_scope(caller):
    with pytest.raises(NotAllowed):
        progress(run(town()), caller)


def test_before_the_first_run_there_is_no_report():
    with pytest.raises(NotFound):
        progress(town(), OWNER)
