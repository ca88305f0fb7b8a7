"""Withheld is not missing 保密不是缺失: a state that a viewer may not see is a state of its own, wherever it stands."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from larger_town import larger
from probes import atoms
from tiny_town import CITY, EAST, EAST_COUNTY, OWNER, WEST, delivered, run, town
from wider_town import wider

from dafeng.app.accounts.accounting import current_run, every_line
from dafeng.app.assessing import county_states_of, current_assessment, states_by, states_of
from dafeng.app.explaining import explain
from dafeng.app.pages.dashboard import overview
from dafeng.app.pages.figures import NOT_GIVEN, state_counts
from dafeng.app.pages.goal_page import target_page
from dafeng.app.pages.goal_tree import target_tree
from dafeng.app.pages.tables_results import COUNTY_STATES, TARGETS
from dafeng.app.reporting import progress, progress_inputs
from dafeng.app.services import Services
from dafeng.app.sight.disclosure import CONFIDENTIAL_STATE
from dafeng.app.sight.values import _used, seen_states
from dafeng.app.tables.tabling import TableQuery, page_of
from dafeng.base.callers import Caller
from dafeng.evaluate.states import STATES

ANALYST = Caller("分析员", frozenset({"analyst"}), areas=frozenset({CITY}))
EAST_ANALYST = replace(ANALYST, areas=frozenset({EAST}))
HIDDEN = f"S-plan#t1-{EAST}-2024"  # the energy intensity of a county of two firms


@pytest.fixture(scope="module")
def services() -> Services:
    """Two firms in each of two counties: the sums of a county tell of them, and those of the city tell a county of the
    other's."""
    return run(town(delivered(whole=True)))


def county_states(services: Services, caller: Caller, county: str = EAST) -> dict[str, str]:
    rows = county_states_of(services, caller).filter(subject_id=county)
    return dict(rows.select("target_id", "state").iter_rows())


def test_a_withheld_state_is_confidential_and_what_was_never_assessed_stays_so(services):
    whole = county_states(services, OWNER)
    assert whole["plan#t1"] not in ("not_assessed", CONFIDENTIAL_STATE)
    assert county_states(services, ANALYST) == whole | {"plan#t1": CONFIDENTIAL_STATE}
    assert county_states(services, EAST_COUNTY) == whole


def test_evaluation_knows_of_no_such_state(services):
    assert CONFIDENTIAL_STATE not in STATES
    kept = services.columns.result(current_assessment(services), "county_states")
    assert kept is not None
    assert CONFIDENTIAL_STATE not in kept["state"]


def test_no_figure_of_a_withheld_state_is_left_in_its_row(services):
    row = county_states_of(services, ANALYST).filter(subject_id=EAST, target_id="plan#t1").row(0, named=True)
    secret = county_states_of(services, OWNER).filter(subject_id=EAST, target_id="plan#t1").row(0, named=True)
    figures = {k for k, v in secret.items() if isinstance(v, float)} - {"certainty"}
    assert {"baseline_value", "target_value", "required", "actual", "gap"} <= figures
    assert {row[k] for k in figures} == {None}
    assert (row["baseline_year"], row["inputs"]) == (None, [])
    assert row["reason_zh"].startswith("保密")
    assert "withheld" in row["reason_en"]


def test_it_is_counted_as_withheld_and_the_counts_still_add_up(services):
    counts = states_by(services, ANALYST, "county")
    assert counts[CONFIDENTIAL_STATE].to_list() == [1, 1]
    assert counts.select(pl.sum_horizontal(*STATES, CONFIDENTIAL_STATE)).to_series().equals(counts["targets"])
    assert CONFIDENTIAL_STATE not in states_by(services, OWNER, "county").columns
    assert states_by(services, ANALYST, "sector")[CONFIDENTIAL_STATE].sum() == 2
    of_many = wider()
    assert states_by(of_many, ANALYST, "sector").equals(states_by(of_many, OWNER, "sector"))


def test_lights_map_and_tree_show_and_count_it(services):
    page = overview(services, EAST_ANALYST, EAST)
    light = next(x for x in page.lights if x.target_id == "plan#t1")
    assert (light.state, light.actual.confidential, light.actual.value) == (CONFIDENTIAL_STATE, True, None)
    assert page.light_counts == state_counts({CONFIDENTIAL_STATE: 1, "not_assessed": 3})
    assert sum(page.light_counts.values()) == len(page.lights)
    assert {t.counts[CONFIDENTIAL_STATE] for t in overview(services, ANALYST, CITY).tiles} == {1}
    assert target_tree(services, EAST_ANALYST, EAST).counts == page.light_counts
    assert CONFIDENTIAL_STATE not in overview(services, OWNER, EAST).light_counts


def test_a_target_of_which_all_is_withheld_says_so_and_not_that_it_was_not_assessed(services):
    page = target_page(services, EAST_ANALYST, "plan#t1")
    assert page.light is not None
    assert page.light.state == CONFIDENTIAL_STATE
    assert "保密" in page.sentence.zh
    assert "未评估" not in page.sentence.zh
    assert "withheld" in page.sentence.en


def test_the_tables_show_name_and_filter_it(services):
    for table in (TARGETS, COUNTY_STATES):
        choices = {c.value: (c.zh, c.en) for column in table.columns if column.name == "state" for c in column.choices}
        assert choices[CONFIDENTIAL_STATE] == ("保密", "withheld")
    wanted = TableQuery(any_of={"state": (CONFIDENTIAL_STATE,)}, area=CITY, year=2024)
    found = page_of(services, ANALYST, COUNTY_STATES, wanted)
    assert {(r["subject_id"], r["target_id"], r["actual"]) for r in found.rows} == {
        (EAST, "plan#t1", None),
        (WEST, "plan#t1", None),
    }
    assert page_of(services, OWNER, COUNTY_STATES, wanted).total == 0


def test_its_explanation_says_withheld_and_holds_nothing_of_it(services):
    node = explain(services, ANALYST, HIDDEN)
    assert (node.value, node.operation, node.operation_en) == ("保密", None, "withheld")
    assert {n.kind for n in node.inputs} <= {"target", "link"}
    secret = county_states_of(services, OWNER).filter(subject_id=EAST, target_id="plan#t1")["actual"][0]
    assert secret not in set(atoms(node))
    assert secret in set(atoms(explain(services, OWNER, HIDDEN)))


def test_the_public_report_counts_it_in_a_column_of_its_own_and_the_officers_has_none(services):
    assert progress_inputs(services, OWNER, public=True).county_states[CONFIDENTIAL_STATE].to_list() == [1, 1]
    assert "保密" in str(progress(services, OWNER, public=True))
    assert "保密" not in str(progress(services, OWNER))


def test_states_are_the_same_for_whoever_sees_everything(services):
    officer = Caller("市局", frozenset({"officer"}), areas=frozenset({CITY}))
    assert states_of(services, officer).equals(states_of(services, OWNER))


def test_firms_that_lack_are_not_counted_out_but_a_target_counted_in_firms_is_told():
    """Of 47 green factories the analyst may read; of three firms without data not."""
    services = wider()
    run_id = current_run(services)
    values, lines = services.columns.result(current_assessment(services), "values"), every_line(services, run_id)
    assert values is not None
    said = "2024年实际47家,到期未达到目标60家;3家(共30家)缺数或数据不全"
    states = states_of(services, OWNER).filter(target_id="plan#t1").with_columns(reason_zh=pl.lit(said))
    seen = seen_states(services, ANALYST, states, values, lines)
    assert seen["reason_zh"].to_list() == ["2024年实际47家,到期未达到目标60家;部分企业缺数或数据不全"]
    assert seen_states(services, OWNER, states, values, lines)["reason_zh"].to_list() == [said]


def test_a_measure_that_is_not_given_out_of_sums_is_withheld_and_not_missing(services):
    """Of a foreign county's energy the primary equivalent is given, the calorific one is not."""
    larger_town = larger(delivered(whole=True))
    figures = {words.en: figure for words, figure in overview(larger_town, ANALYST, WEST).figures}
    energy, calorific = figures["Energy use, primary equivalent"], figures["Energy use, calorific value"]
    assert (energy.confidential, energy.value is None) == (False, False)
    assert (calorific.confidential, calorific.value, calorific.missing) == (True, None, NOT_GIVEN)
    own = {words.en: figure for words, figure in overview(larger_town, EAST_COUNTY, EAST).figures}
    assert own["Energy use, calorific value"].value is not None


# -- which values stand behind a state ---------------------------------------------------------------------------------

STATE = {"indicator_id": "energy", "subject_id": EAST, "period": "2024", "baseline_year": 2020, "gap_unit": "tce",
         "inputs": ["L-1"]}  # fmt: skip


@pytest.mark.parametrize(
    ("method", "hidden_year", "used"),
    [
        ("compound", "2024", True),
        ("compound", "2020", True),
        ("compound", "2022", False),
        ("linear", "2022", False),
        ("peak", "2022", True),
        ("ceiling", "2022", True),
        ("geometric mean", "2022", True),
        ("", "2022", True),  # a goal without a figure is told what the data show
        ("peak", "2025", False),
    ],
)
def test_a_state_is_withheld_for_every_year_that_its_method_looks_at(method, hidden_year, used):
    assert _is_used(STATE | {"method": method}, ("energy", EAST, hidden_year)) is used


def test_an_index_chained_over_the_years_rests_on_all_of_them():
    assert _is_used(STATE | {"method": "compound", "gap_unit": "2020年=100"}, ("energy", EAST, "2022"))


def test_a_comparison_rests_on_the_other_indicator_too():
    compared = STATE | {"method": "change against reference", "inputs": ["L-1", "F-7", "F-8"]}
    assert _is_used(compared, ("output", EAST, "2024"), ["F-7", "F-8"])
    assert not _is_used(compared, ("output", EAST, "2024"), ["F-7", "F-9"])
    assert not _is_used(compared, ("output", WEST, "2024"), ["F-7", "F-8"])


def _is_used(state: dict[str, object], hidden: tuple[str, str, str], inputs: list[str] | None = None) -> bool:
    key = {"indicator_id": pl.String, "subject_id": pl.String, "period": pl.String}
    gone = pl.DataFrame([hidden], schema=key, orient="row")
    values = gone.with_columns(source=pl.lit("computed"), inputs=pl.lit(inputs or ["F-1"]))
    rows = pl.DataFrame([state]).with_row_index("_row")
    return _used(rows, gone, values).to_list() == [0]
