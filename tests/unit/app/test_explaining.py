"""Every printed number can be explained down to its file, and nobody learns of what he may not see."""

from __future__ import annotations

import polars as pl
import pytest
from tiny_town import (
    CITY,
    EAST,
    EAST_COUNTY,
    FILLER,
    OWNER,
    PUBLIC,
    delivered,
    run,
    town,
)

from dafeng.app import plans
from dafeng.app.accounts.accounting import accounts
from dafeng.app.assessing import county_states_of, state_of, states_of, values_of
from dafeng.app.explaining import explain
from dafeng.app.reporting import progress
from dafeng.base.errors import NotAllowed, NotFound
from dafeng.base.provenance import Node
from dafeng.report.model import references


@pytest.fixture(scope="module")
def services():
    return run(town(delivered(whole=True)))


def leaves(node: Node) -> list[Node]:
    return [x for n in node.inputs for x in leaves(n)] if node.inputs else [node]


def line_of(services, subject: str, measure: str = "co2_total_t") -> str:
    lines = accounts(services, OWNER).lines
    return lines.filter(subject_id=subject, measure=measure, item="total", period="2024")["line_id"].item()


def test_every_number_of_the_report_can_be_explained(services):
    made = references(progress(services, OWNER))
    assert {i[:2] for i in made} == {"L-", "S-", "D-"}
    for node_id in made:
        assert explain(services, OWNER, node_id).id == node_id


def test_a_line_goes_down_to_file_sheet_and_row(services):
    facts = [n for n in leaves(explain(services, OWNER, line_of(services, "E-1"))) if n.kind == "fact"]
    assert facts
    assert all(n.place and n.place.words() == "activity/能源.xlsx › 能源消费 › row 2 › 消费量" for n in facts)


def test_a_state_shows_the_target_and_its_indicator(services):
    state = state_of(states_of(services, OWNER).filter(target_id="plan#t1").row(0, named=True))
    node = explain(services, OWNER, state.id)
    assert [n.kind for n in node.inputs] == ["target", "indicator", "indicator"]
    assert [n.period for n in node.inputs[1:]] == ["2022", "2024"]
    assert all(n.inputs for n in node.inputs[1:])
    for below in node.inputs[1:]:
        assert explain(services, OWNER, below.id).value == below.value
    assert "tce/10⁴ CNY" in node.operation_en
    assert node.label_en.startswith("Energy per unit of industrial value added")
    assert explain(services, OWNER, "plan#t1") == node


def test_a_state_of_a_county_has_its_explanation_too(services):
    state = state_of(county_states_of(services, OWNER).filter(subject_id=EAST).row(0, named=True))
    assert explain(services, OWNER, state.id).id == state.id
    assert explain(services, EAST_COUNTY, state.id).id == state.id


def test_an_indicator_is_found_by_its_id(services):
    row = values_of(services, OWNER).filter(pl.col("value").is_not_null()).row(0, named=True)
    wanted = f"I-{row['indicator_id']}-{row['subject_id']}-{row['period']}-{row['source']}"
    assert explain(services, OWNER, wanted).value == row["value"]


def test_a_target_without_a_state_is_explained_by_what_the_plan_says(services):
    node = explain(services, OWNER, "plan#t5")
    assert (node.kind, node.value, node.unit) == ("target", 3, "家")


def test_the_whole_change_is_the_sum_of_its_parts(services):
    whole = explain(services, OWNER, "D-2022-2024-change").value
    counties = [explain(services, OWNER, f"D-2022-2024-{c}").value for c in (EAST, "990102")]
    assert sum(counties) == pytest.approx(whole)


def test_a_demonstration_marks_the_plan_as_synthetic():
    services = run(town(demonstration=True))
    state = state_of(states_of(services, OWNER).filter(target_id="plan#t1").row(0, named=True))
    assert explain(services, OWNER, state.id).inputs[0].status == "synthetic"


@pytest.mark.parametrize(
    "node_id", ["", "L-0", "F-", "S-", "I-x", "D-", "D-1-²-x", "D-1-99999-x", "plan#t99", "plan", "x"]
)
def test_what_is_not_there_is_not_found(services, node_id):
    with pytest.raises(NotFound, match="nothing has the id"):
        explain(services, OWNER, node_id)


def test_blanks_and_breaks_of_a_printed_id_do_not_matter(services):
    wanted = line_of(services, CITY)
    assert explain(services, OWNER, f" {wanted[:9]}\u200b{wanted[9:]}\n").id == wanted


@pytest.mark.parametrize("caller", [EAST_COUNTY, FILLER])
def test_what_lies_outside_the_scope_is_as_if_it_were_not(services, caller):
    facts = services.columns.facts().filter(subject_id="E-3")
    for hidden in (facts["fact_id"][0], line_of(services, "E-3"), line_of(services, CITY)):
        with pytest.raises(NotFound) as refused:
            explain(services, caller, hidden)
        assert "E-3" not in str(refused.value)


def test_a_filler_may_explain_his_own_works(services):
    assert explain(services, FILLER, line_of(services, "E-1")).value is not None
    own = services.columns.facts().filter(subject_id="E-1")["fact_id"][0]
    assert explain(services, FILLER, own).kind == "fact"


def test_the_citys_drivers_are_refused_to_a_county(services):
    with pytest.raises(NotAllowed):
        explain(services, EAST_COUNTY, "D-2022-2024-change")


def test_the_public_may_explain_nothing(services):
    with pytest.raises(NotAllowed):
        explain(services, PUBLIC, "plan#t1")


def test_a_rejected_target_keeps_its_explanation():
    services = run(town())
    plans.act(services, OWNER, "plan#t1", "reject", "重复")
    assert explain(services, OWNER, "plan#t1").kind == "state"
