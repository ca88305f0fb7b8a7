"""What leaves of a larger town: sums of enough firms for those who see no single one, and nothing that tells of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from fakes import NOW
from larger_town import MORE, larger
from probes import atoms
from tiny_town import CITY, EAST, EAST_COUNTY, FILLER, FIRMS, OWNER, WEST, delivered, fact, firm_rows, run, town

from dafeng.app.accounts.accounting import accounts
from dafeng.app.assessing import states_of, values_of
from dafeng.app.cases import visible_firms
from dafeng.app.explaining import _Desk, explain
from dafeng.app.importing import take_in_table
from dafeng.app.pages.dashboard import overview
from dafeng.app.pages.goal_tree import target_tree
from dafeng.app.pages.pickers import areas
from dafeng.app.pages.provenances import explained
from dafeng.app.permission import whole
from dafeng.app.registries import registry_of
from dafeng.app.reporting import progress, progress_inputs
from dafeng.app.services import Services
from dafeng.app.sight.disclosure import CONFIDENTIAL
from dafeng.app.sight.results import AGGREGATE_ONLY, scope
from dafeng.base.callers import Caller
from dafeng.base.errors import NotAllowed, NotFound
from dafeng.base.provenance import Node

ANALYST = Caller("分析员", frozenset({"analyst"}), areas=frozenset({CITY}))
OFFICER = Caller("市局", frozenset({"officer"}), areas=frozenset({CITY}))
VERIFIER = Caller("核查员", frozenset({"verifier"}), enterprises=frozenset({"E-1"}))
MOVED = date(2023, 7, 1)


@pytest.fixture(scope="module")
def services() -> Services:
    """Six firms in East and eight in West, in textiles, cement (one), steel and casting (one)."""
    return larger(delivered(whole=True))


def total(lines: pl.DataFrame, subject: str) -> dict[str, object]:
    return lines.filter(subject_id=subject, measure="co2_total_t", item="total", period="2024").row(0, named=True)


def test_an_analyst_sees_sums_of_many_and_no_firm(services):
    lines = accounts(services, ANALYST).lines
    assert "enterprise" not in lines["subject_kind"]
    every = accounts(services, OWNER).lines
    for subject in (CITY, EAST, WEST):
        assert total(lines, subject)["value"] == total(every, subject)["value"]
        assert AGGREGATE_ONLY in str(total(lines, subject)["note"])


def test_an_industry_of_one_firm_is_withheld_and_cannot_be_had_by_subtraction(services):
    lines = accounts(services, ANALYST).lines
    for subject in (f"{WEST}|30", f"{CITY}|30", "30"):  # the cement works
        row = total(lines, subject)
        assert (row["value"], row["line_id"], row["expected"], row["note"]) == (None, None, None, CONFIDENTIAL)
    shown = lines.filter(
        pl.col("subject_id").str.starts_with(f"{WEST}|"), measure="co2_total_t", item="total", period="2024"
    )
    assert shown["value"].null_count() >= 2


def test_a_withheld_sum_stands_nowhere_among_the_figures(services):
    secret = total(accounts(services, OWNER).lines, f"{WEST}|30")["value"]
    assert secret not in set(atoms(accounts(services, ANALYST).lines))
    assert secret in set(atoms(accounts(services, OWNER).lines))


def test_an_analyst_of_one_county_sees_no_other(services):
    lines = accounts(services, Caller("a", frozenset({"analyst"}), areas=frozenset({EAST}))).lines
    assert set(lines["subject_id"].str.split("|").list.first()) == {EAST}


def test_the_citys_items_and_months_come_only_where_enough_firms_stand_behind(services):
    items = accounts(services, ANALYST).lines.filter(subject_id=CITY, measure="energy_tce_equivalent", period="2024")
    assert set(items["item"]) == {"total", "bituminous", "electricity"}
    assert accounts(services, ANALYST).lines.filter(subject_id=WEST)["item"].unique().to_list() == ["total"]


def test_a_county_sees_its_own_in_full_and_of_the_rest_sums(services):
    lines = accounts(services, EAST_COUNTY).lines
    every = accounts(services, OWNER).lines
    assert lines.filter(subject_id=EAST).height == every.filter(subject_id=EAST).height
    assert total(lines, WEST)["value"] == total(every, WEST)["value"]
    assert not set(lines["subject_id"]) & {f"E-{n}" for n in (3, 4, *range(9, 15))}
    assert total(lines, f"{WEST}|30")["value"] is None


def test_a_filler_sees_no_sum(services):
    assert set(accounts(services, FILLER).lines["subject_kind"]) == {"enterprise"}


def test_an_officer_of_the_whole_area_sees_what_the_owner_sees(services):
    assert accounts(services, OFFICER).lines.equals(accounts(services, OWNER).lines)
    assert values_of(services, OFFICER).equals(values_of(services, OWNER))
    assert whole(OFFICER, CITY)


def test_an_analysts_scope_holds_no_firm(services):
    assert scope(ANALYST, registry_of(services)) == {CITY, EAST, WEST}


def test_values_and_states_of_small_groups_are_withheld(services):
    every = {tuple(r) for r in values_of(services, OWNER).select("indicator_id", "subject_id", "period").rows()}
    seen = values_of(services, ANALYST)
    assert {tuple(r) for r in seen.select("indicator_id", "subject_id", "period").rows()} <= every
    computed = seen.filter((pl.col("source") == "computed") & (pl.col("subject_id") == CITY))
    assert computed["value"].drop_nulls().len()
    assert computed.filter(pl.col("inputs").list.len() > 0).is_empty()
    assert states_of(services, ANALYST).height == states_of(services, OWNER).height


def test_in_a_town_of_two_and_two_an_analyst_learns_nothing_of_a_county():
    services = run(town(delivered(whole=True)))
    values = values_of(services, ANALYST).filter(pl.col("subject_id").is_in([EAST, WEST]), source="computed")
    assert values["value"].drop_nulls().is_empty()
    assert CONFIDENTIAL in values["reason"]
    assert values_of(services, OWNER).filter(subject_id=EAST, source="computed")["value"].drop_nulls().len()


def test_an_explained_sum_folds_the_others_into_one_node(services):
    wanted = str(total(accounts(services, EAST_COUNTY).lines, CITY)["line_id"])
    node = explain(services, EAST_COUNTY, wanted)
    others = [n for n in node.inputs if n.id.endswith("/others")]
    assert [n.label for n in others] == ["其余8家企业合计(不在查看范围内)"]
    assert sum(float(n.value) for n in node.inputs) == pytest.approx(node.value)  # type: ignore[arg-type]
    assert "西岭水泥厂" not in str(node)
    assert [n.id for n in explain(services, ANALYST, wanted).inputs] == [f"{wanted}/others"]


def leaves(node: Node) -> list[Node]:
    return [x for n in node.inputs for x in leaves(n)] if node.inputs else [node]


def test_a_verifier_has_the_overview_and_targets_of_the_programme_in_sums(services):
    page = overview(services, VERIFIER, CITY)
    assert page == overview(services, VERIFIER)
    assert page.area_code == CITY
    every = total(accounts(services, OWNER).lines, CITY)["value"]
    assert total(accounts(services, VERIFIER).lines, CITY)["value"] == every
    assert target_tree(services, VERIFIER, CITY).children
    assert [a.area_code for a in areas(services, VERIFIER)] == [CITY]
    assert states_of(services, VERIFIER).height == states_of(services, OWNER).height
    foreign = [name for _, name, *_ in (*FIRMS, *MORE) if name != "东方钢铁厂"]
    told = str((page, target_tree(services, VERIFIER, CITY), accounts(services, VERIFIER).lines.to_dicts()))
    assert not [name for name in foreign if name in told]
    firms = accounts(services, VERIFIER).lines.filter(subject_kind="enterprise")["subject_id"]
    assert set(firms) == {"E-1"}


def test_a_verifier_walks_from_the_citys_total_to_a_cell_of_his_firm(services):
    wanted = str(total(accounts(services, VERIFIER).lines, CITY)["line_id"])
    node = explain(services, VERIFIER, wanted)
    firm, others = node.inputs
    assert others.label == f"其余{len(FIRMS) + len(MORE) - 1}家企业合计(不在查看范围内)"
    assert float(firm.value or 0) + float(others.value or 0) == pytest.approx(node.value)
    assert explain(services, VERIFIER, firm.id).value == firm.value
    assert any(n.place and n.place.words().endswith("row 2 › 消费量") for n in leaves(firm))
    assert "西岭水泥厂" not in str(node)
    assert explained(services, VERIFIER, wanted).inputs[-1].id == others.id


def test_a_verifier_learns_no_withheld_sum_and_no_foreign_firm(services):
    every = accounts(services, OWNER).lines
    for secret in (total(every, f"{WEST}|30"), total(every, "E-3")):
        assert secret["value"] not in set(atoms(accounts(services, VERIFIER).lines))
        with pytest.raises(NotFound):
            explain(services, VERIFIER, str(secret["line_id"]))


@pytest.mark.parametrize("most", [1, 2, 30])
def test_a_sum_cut_to_a_page_still_adds_up(services, most):
    wanted = str(total(accounts(services, EAST_COUNTY).lines, CITY)["line_id"])
    node = explained(services, EAST_COUNTY, wanted, most=most)
    assert sum(float(n.value) for n in node.inputs) == pytest.approx(node.value)  # type: ignore[arg-type]
    assert [n.label for n in node.inputs][-1] == "其余8家企业合计(不在查看范围内)"


def test_firms_too_few_to_be_summed_are_named_without_value_and_count(services):
    lines = accounts(services, OWNER).lines
    row = total(lines, f"{WEST}|30") | {"note": AGGREGATE_ONLY}  # the cement works alone
    made = _Desk(services, EAST_COUNTY)._with_others(explain(services, OWNER, str(row["line_id"])), row)
    assert (made.inputs[-1].label, made.inputs[-1].value) == ("其他企业(不在查看范围内,不予显示)", None)
    assert made.inputs[-1].label_en == "other firms, out of your sight: not given"


@pytest.fixture(scope="module")
def moved() -> Services:
    """The larger town, where E-5 went from East to West in the middle of 2023."""
    rows = delivered(whole=True)
    for n, (firm, *_) in enumerate(MORE, start=5):
        for year in (2022, 2023, 2024):
            used = 3700.0 + n * 113
            rows += [fact(firm, "energy_used", "bituminous", year, used, "t"),
                     fact(firm, "energy_bought", "bituminous", year, used, "t")]  # fmt: skip
    made, (first, *others) = town(rows), MORE
    until = firm_rows(first).with_columns(until=pl.lit(MOVED))
    since = firm_rows((first[0], first[1], WEST, first[3])).with_columns(since=pl.lit(MOVED))
    made.records.put_registry("enterprises", pl.concat([until, since, firm_rows(*others)]), "B-1", NOW)
    return run(made)


def test_a_firm_that_moved_is_the_new_countys_alone(moved):
    west = replace(EAST_COUNTY, name="西县", areas=frozenset({WEST}))
    every = accounts(moved, OWNER).lines
    assert "E-5" in scope(west, registry_of(moved))
    assert "E-5" not in scope(EAST_COUNTY, registry_of(moved))
    for year in ("2022", "2023", "2024"):
        wanted = every.filter(subject_id="E-5", measure="co2_total_t", item="total", period=year)["line_id"].item()
        assert explain(moved, west, wanted).value is not None
        assert _refused(moved, wanted) == _refused(moved, "L-0000000000000000").replace("L-0000000000000000", wanted)
    assert "E-5" not in accounts(moved, EAST_COUNTY).lines["subject_id"]
    assert "E-5" in accounts(moved, west).lines["subject_id"]


def test_the_old_county_keeps_its_own_sums_of_the_time_when_the_firm_stood_there(moved):
    """They tell it of the firm only what it knew then: the sum is as it always was, and of later years without it."""
    own, every = accounts(moved, EAST_COUNTY).lines, accounts(moved, OWNER).lines
    for year in ("2022", "2024"):
        one = {"subject_id": EAST, "measure": "co2_total_t", "item": "total", "period": year}
        assert own.filter(**one)["value"].to_list() == every.filter(**one)["value"].to_list() != [None]


def test_the_firms_list_knows_a_firm_that_moved_in_its_new_county_only(moved):
    assert "E-5" not in visible_firms(moved, EAST_COUNTY)
    assert "E-5" in visible_firms(moved, replace(EAST_COUNTY, areas=frozenset({WEST})))


def _refused(services: Services, wanted: str) -> str:
    with pytest.raises(NotFound) as refused:
        explain(services, EAST_COUNTY, wanted)
    return str(refused.value)


def test_a_withheld_sum_cannot_be_explained(services):
    secret = str(total(accounts(services, OWNER).lines, f"{WEST}|30")["line_id"])
    for caller in (ANALYST, EAST_COUNTY):
        with pytest.raises(NotFound):
            explain(services, caller, secret)


def test_the_public_report_names_no_firm_and_withholds_small_cells(services):
    names = {name for _, name in registry_of(services).enterprises.select("enterprise_id", "name").iter_rows()}
    report, officers = str(progress(services, OWNER, public=True)), str(progress(services, OWNER))
    assert not [n for n in names if n in report]
    assert [n for n in names if n in officers]
    made = progress_inputs(services, OWNER, public=True)
    assert made.emitters.is_empty()
    assert made.totals["value"].null_count() == 0
    cement = made.industries.filter(industry_code="30").row(0, named=True)
    assert (cement["co2_t"], cement["energy_tce"], cement["change"], cement["share"]) == (None,) * 4
    assert made.drivers is not None
    assert "非金属矿物制品业" not in {d.name for d in made.drivers.by_industry}
    assert progress(services, OWNER, public=True).title.endswith("(公开版)")


def test_the_public_report_says_nothing_of_changes_that_leave_out_too_few_firms():
    """Both years' sums are published; less those that are compared they would be of the one firm that is silent."""
    services = larger(delivered())
    assert progress_inputs(services, OWNER).drivers is not None
    assert progress_inputs(services, OWNER, public=True).drivers is None


def test_a_table_of_a_registered_and_of_an_unknown_foreign_firm_are_refused_in_the_same_words(services):
    head = "统一社会信用代码,时期,能源品种,计量单位,消费量\n"
    words = []
    for firm in ("E-3", "E-99"):
        with pytest.raises(NotAllowed) as refused:
            take_in_table(services, FILLER, f"{head}{firm},2025,烟煤,吨,1\n".encode(), "能源.csv")
        words.append(str(refused.value))
    assert words[0] == words[1]


def test_a_file_that_another_firm_delivered_is_not_told_of():
    made = town()
    data = "统一社会信用代码,时期,能源品种,计量单位,消费量\nE-3,2025,烟煤,吨,1\n".encode()
    take_in_table(made, OWNER, data, "西岭.csv")
    with pytest.raises(NotAllowed) as refused:
        take_in_table(made, FILLER, data, "甲.csv")
    assert "西岭" not in str(refused.value)
    assert "主人" not in str(refused.value)


def test_a_file_of_which_nothing_came_in_tells_nobody_who_delivered_it():
    made = town()
    data = "统一社会信用代码,时期,能源品种,计量单位,消费量\nE-3,何时,烟煤,吨,1\n".encode()
    take_in_table(made, OWNER, data, "西岭.csv")
    (again,) = take_in_table(made, FILLER, data, "甲.csv")
    assert again.repeated
    assert (again.batch.file, again.batch.imported_by) == ("甲.csv", FILLER.name)
