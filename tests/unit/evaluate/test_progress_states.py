"""Targets against indicators: every comparator, the path, the gap, and the words."""

from __future__ import annotations

import msgspec
import polars as pl
import pytest
from evaluate_frames import SCOPE, state_of, target, values

from dafeng.base.periods import Period
from dafeng.evaluate.linking import Link
from dafeng.evaluate.progress import target_states
from dafeng.evaluate.states import number, states_frame

ENERGY = "energy_per_industrial_value_added"
SHARE = "short_process_steel_share"


def cut(**fields):
    """−18 % on 2020 by 2025."""
    given = {
        "comparator": "reduce_by",
        "value": 18,
        "unit": "%",
        "bound": ">=",
        "baseline_year": 2020,
        "target_year": 2025,
    }
    return target(**{**given, **fields})


def at_least(value: float = 10, **fields):
    return target("短流程炼钢占比", **{"comparator": ">=", "value": value, "unit": "%", "target_year": 2025, **fields})


class TestReduction:
    def test_the_path_is_compound_and_meets_baseline_and_target(self):
        state = state_of(cut(), values(ENERGY, {2020: 1.0, 2023: 0.85}), 2023)
        assert state.required == pytest.approx(0.82 ** (3 / 5))
        assert state.next_required == pytest.approx(0.82 ** (4 / 5))
        assert state.target_value == pytest.approx(0.82)
        assert state.method == "compound"

    def test_better_than_the_path_is_on_track(self):
        state = state_of(cut(), values(ENERGY, {2020: 1.0, 2023: 0.85}), 2023)
        assert state.state == "on_track"
        assert state.gap == pytest.approx(0.85 - 0.82**0.6)
        assert "优于进度要求" in state.reason_zh

    def test_more_than_half_of_the_way_is_behind_and_less_is_off_track(self):
        assert state_of(cut(), values(ENERGY, {2020: 1.0, 2023: 0.92}), 2023).state == "behind"
        assert state_of(cut(), values(ENERGY, {2020: 1.0, 2023: 0.97}), 2023).state == "off_track"

    def test_a_rise_where_a_fall_is_wanted_is_off_track(self):
        state = state_of(cut(), values(ENERGY, {2020: 1.0, 2023: 1.1}), 2023)
        assert state.state == "off_track"
        assert state.completion < 0

    def test_the_rate_still_needed_leads_to_the_target(self):
        state = state_of(cut(), values(ENERGY, {2020: 1.0, 2023: 0.92}), 2023)
        assert 0.92 * (1 + state.needed_rate_pct / 100) ** 2 == pytest.approx(0.82)
        assert "到2025年需年均下降5.591%" in state.reason_zh

    def test_reached_early_says_that_it_must_be_kept(self):
        state = state_of(cut(), values(ENERGY, {2020: 1.0, 2023: 0.80}), 2023)
        assert state.state == "reached"
        assert "须保持到2025年" in state.reason_zh
        assert state.needed_rate_pct is None

    def test_missed_at_the_due_year_is_off_track_with_the_share_done(self):
        state = state_of(cut(), values(ENERGY, {2020: 1.0, 2025: 0.91}), 2026)
        assert state.state == "off_track"
        assert state.completion == pytest.approx(0.5)
        assert "到期未达到" in state.reason_zh
        assert state.period == "2025"

    def test_yearly_rates_chain_to_an_index_where_no_level_is_published(self):
        frame = values(f"{ENERGY}_change", {2021: -5.0, 2022: -4.0, 2023: -3.0})
        state = state_of(cut(), frame, 2023, indicator=ENERGY)
        assert state.actual == pytest.approx(100 * 0.95 * 0.96 * 0.97)
        assert state.gap_unit == "2020年=100"
        assert len(state.inputs) == 3

    def test_a_gap_in_the_yearly_rates_is_not_bridged(self):
        frame = values(f"{ENERGY}_change", {2021: -5.0, 2023: -3.0})
        state = state_of(cut(), frame, 2022, indicator=ENERGY)
        assert state.period == "2021"
        assert state.actual == pytest.approx(95.0)

    def test_without_a_baseline_value_nothing_is_claimed(self):
        state = state_of(cut(), values(ENERGY, {2023: 0.9}), 2023)
        assert state.state == "not_assessed"
        assert "缺少基期2020年" in state.reason_zh
        assert state.actual == 0.9

    def test_without_a_baseline_year_nothing_is_claimed(self):
        state = state_of(cut(baseline_year=None), values(ENERGY, {2020: 1.0, 2023: 0.9}), 2023)
        assert "未写明" in state.reason_zh

    def test_the_five_year_plan_names_the_baseline(self):
        state = state_of(cut(baseline_year=None, period="十四五"), values(ENERGY, {2020: 1.0, 2023: 0.9}), 2023)
        assert state.baseline_year == 2020

    def test_a_yearly_cut_compounds(self):
        state = state_of(cut(value=3, per="year"), values(ENERGY, {2020: 1.0, 2023: 0.9}), 2023)
        assert state.target_value == pytest.approx(0.97**5)

    def test_points_are_points_and_go_by_equal_steps(self):
        one = target(
            "供热管网热损失", comparator="reduce_by", value=5, unit="百分点", baseline_year=2020, target_year=2030
        )
        state = state_of(one, values("heat_network_loss", {2020: 20.0, 2024: 18.5}), 2024)
        assert state.target_value == 15.0
        assert state.required == pytest.approx(18.0)
        assert "百分点" in state.reason_zh

    def test_a_multiple_is_a_multiple(self):
        one = target("绿色工厂", comparator="increase_by", value=1.2, unit="倍", baseline_year=2020, target_year=2025)
        assert state_of(one, values("green_factories", {2020: 100.0, 2025: 220.0}), 2025).state == "reached"

    def test_growth_held_below_a_figure_is_a_ceiling(self):
        one = target(
            "能源消费总量",
            comparator="increase_by",
            value=10,
            unit="%",
            bound="<=",
            baseline_year=2020,
            target_year=2025,
        )
        assert state_of(one, values("energy_total", {2020: 100.0, 2025: 109.0}), 2025).state == "reached"
        assert state_of(one, values("energy_total", {2020: 100.0, 2025: 111.0}), 2025).state == "off_track"


class TestLevels:
    def test_the_path_is_linear_from_the_default_baseline(self):
        state = state_of(at_least(), values(SHARE, {2020: 0.0, 2023: 5.0}), 2023)
        assert (state.baseline_year, state.required, state.next_required) == (2020, 6.0, 8.0)
        assert state.state == "behind"
        assert state.needed_step == pytest.approx(2.5)

    def test_the_first_value_after_the_default_baseline_serves_where_it_is_missing(self):
        state = state_of(at_least(), values(SHARE, {2021: 2.0, 2023: 6.0}), 2023)
        assert state.baseline_year == 2021
        assert state.required == pytest.approx(6.0)
        assert state.state == "on_track"

    @pytest.mark.parametrize(
        ("comparator", "actual", "met"),
        [
            (">=", 10.0, True),
            (">", 10.0, False),
            (">", 10.1, True),
            ("=", 12.0, True),
            ("about", 9.6, True),
            ("about", 9.4, False),
        ],
    )
    def test_what_counts_as_met(self, comparator, actual, met):
        state = state_of(at_least(comparator=comparator), values(SHARE, {2020: 0.0, 2025: actual}), 2025)
        assert state.state == ("reached" if met else "off_track")

    @pytest.mark.parametrize(
        ("comparator", "actual", "met"), [("<=", 300.0, True), ("<", 300.0, False), ("=", 299.0, True)]
    )
    def test_lower_is_better_where_the_indicator_says_so(self, comparator, actual, met):
        one = target("供电煤耗", comparator=comparator, value=300, unit="克标准煤/千瓦时", target_year=2025)
        state = state_of(one, values("supply_coal_intensity", {2020: 310.0, 2025: actual}), 2025)
        assert state.state == ("reached" if met else "off_track")

    def test_the_figure_is_brought_to_the_unit_of_the_indicator(self):
        one = target("风光装机容量", comparator=">=", value=1.2, unit="亿千瓦", target_year=2030)
        state = state_of(one, values("wind_solar_capacity", {2020: 6000.0, 2030: 12100.0}), 2030)
        assert state.target_value == pytest.approx(12000.0)
        assert state.state == "reached"

    def test_a_unit_that_does_not_fit_is_said_and_not_guessed(self):
        state = state_of(at_least(unit="万吨"), values(SHARE, {2020: 0.0, 2023: 5.0}), 2023)
        assert "不能换算" in state.reason_zh

    def test_a_range_is_met_from_its_lower_end_where_higher_is_better(self):
        assert state_of(at_least(8, value_high=10), values(SHARE, {2020: 0.0, 2025: 8.5}), 2025).state == "reached"

    def test_a_baseline_that_met_the_target_may_not_be_lost(self):
        near = state_of(at_least(), values(SHARE, {2020: 12.0, 2023: 9.8}), 2023)
        far = state_of(at_least(), values(SHARE, {2020: 12.0, 2023: 6.0}), 2023)
        assert (near.state, far.state) == ("behind", "off_track")
        assert near.required == 10.0
        assert near.status == "user"  # our own convention decided, and says so

    def test_one_value_alone_shows_the_distance_and_no_state(self):
        state = state_of(at_least(), values(SHARE, {2023: 5.0}), 2023)
        assert state.state == "not_assessed"
        assert state.gap == pytest.approx(-5.0)
        assert "没有基期" in state.reason_zh

    def test_a_target_without_a_year_can_be_reached_but_not_be_late(self):
        one = target("新兴产业集群数量", comparator="=", value=8, unit="个")
        assert state_of(one, values("emerging_clusters", {2023: 8.0}), 2023).state == "reached"
        assert "未写明目标年份" in state_of(one, values("emerging_clusters", {2023: 5.0}), 2023).reason_zh

    def test_old_data_do_not_speak_for_today(self):
        state = state_of(at_least(), values(SHARE, {2020: 0.0, 2021: 2.0}), 2024)
        assert "最近数据为2021年" in state.reason_zh

    def test_the_reason_for_a_missing_value_is_passed_on(self):
        frame = values(SHARE, {2022: None, 2023: None}, reason="缺少数据:产品产量")
        assert state_of(at_least(), frame, 2023).reason_zh == "未评估:缺少数据:产品产量"


class TestOtherKinds:
    def test_mean_growth_is_the_geometric_mean(self):
        one = target(
            "战略性新兴产业增加值",
            comparator="increase_by",
            value=10,
            unit="%",
            per="year",
            period="十四五",
            target_year=2025,
        )
        state = state_of(one, values("strategic_emerging_growth", {2021: 15.0, 2022: 5.0, 2023: 12.0}), 2023)
        assert state.actual == pytest.approx(((1.15 * 1.05 * 1.12) ** (1 / 3) - 1) * 100)
        assert state.state == "on_track"

    def test_mean_growth_needs_every_year(self):
        one = target(
            "战略性新兴产业增加值",
            comparator="increase_by",
            value=10,
            unit="%",
            per="year",
            period="十四五",
            target_year=2025,
        )
        assert "不全" in state_of(one, values("strategic_emerging_growth", {2021: 15.0, 2023: 12.0}), 2023).reason_zh

    def test_a_gain_is_itself_the_change(self):
        one = target("公共建筑改造后整体能效提升", comparator="increase_by", value=20, unit="%", bound=">=")
        assert state_of(one, values("public_building_retrofit_gain", {2023: 22.0}), 2023).state == "reached"

    def test_no_increase_looks_at_every_year_since(self):
        one = target("熟料产能", comparator="no_increase", period="十四五", target_year=2025)
        held = state_of(one, values("clinker_capacity", {2020: 100.0, 2021: 99.0, 2023: 100.0}), 2023)
        grown = state_of(one, values("clinker_capacity", {2020: 100.0, 2021: 104.0, 2023: 100.0}), 2023)
        assert (held.state, grown.state) == ("on_track", "off_track")
        assert "2021年104" in grown.reason_zh

    def test_a_goal_in_words_asks_for_evidence_and_tells_the_data(self):
        one = target("重点行业碳排放强度", comparator="qualitative", kind="qualitative", target_year=2025)
        state = state_of(one, values("co2_intensity_high_energy", {2020: 4.0, 2023: 3.0}), 2023)
        assert state.state == "not_assessed"
        assert "佐证材料" in state.reason_zh
        assert "变化-25%" in state.reason_zh

    @pytest.mark.parametrize("kind", ["fact", "threshold", "ratio", "procedure"])
    def test_what_is_no_goal_is_left_out_and_counted(self, kind):
        one = at_least(kind=kind)
        link = Link(target_id=one.id, indicator_id=SHARE, certainty=1.0, why="")
        progress = target_states([one], [link], values(SHARE, {2023: 5.0}), Period.year(2023), SCOPE)
        assert progress.states == ()
        assert progress.excluded == {kind: 1}
        assert progress.excluded_ids == (one.id,)


class TestAssigned:
    ONE = target(comparator="meet_assigned", unit="%", target_year=2025, reference="省下达目标")

    def test_without_the_upper_target_it_is_not_assessed(self):
        state = state_of(self.ONE, values(ENERGY, {2020: 1.0, 2023: 0.8}), 2023)
        assert state.state == "not_assessed"
        assert "省下达目标" in state.reason_zh

    def test_the_upper_target_lends_its_figure(self):
        upper = cut(id="prov#t01", doc="prov", region="示范省")
        links = [Link(target_id=upper.id, indicator_id=ENERGY, certainty=1.0, why="")]
        state = state_of(self.ONE, values(ENERGY, {2020: 1.0, 2023: 0.85}), 2023, upper=[upper], upper_links=links)
        assert state.state == "on_track"
        assert "示范省" in state.reason_zh
        assert "prov#t01" in state.reason_zh

    def test_a_target_beside_or_below_lends_nothing(self):
        beside = cut(id="x#t01", region="他市")
        links = [Link(target_id=beside.id, indicator_id=ENERGY, certainty=1.0, why="")]
        state = state_of(self.ONE, values(ENERGY, {2020: 1.0, 2023: 0.85}), 2023, upper=[beside], upper_links=links)
        assert state.state == "not_assessed"

    def test_a_yardstick_in_words_is_held_against_its_indicator(self):
        own = values("co2_per_industrial_value_added", {2020: 4.0, 2023: 3.2})
        slower = values("co2_per_gdp", {2020: 2.0, 2023: 1.8})
        one = target(comparator=">", reference="全社会下降幅度", unit="%", target_year=2025)
        state = state_of(one, pl.concat([own, slower]), 2023)
        assert state.state == "on_track"
        assert state.gap == pytest.approx(-10.0)


class TestLinksAndStatus:
    def test_a_link_that_is_not_sure_waits_for_a_person(self):
        frame = values(SHARE, {2020: 0.0, 2023: 9.0})
        assert "待人工确认" in state_of(at_least(), frame, 2023, certainty=0.6).reason_zh
        link = Link(target_id="demo#t01", indicator_id=SHARE, certainty=0.6, why="", confirmed=True)
        assert target_states([at_least()], [link], frame, Period.year(2023), SCOPE).states[0].state == "on_track"

    def test_without_a_link_the_target_stays_visible(self):
        link = Link(target_id="demo#t01", indicator_id=None, certainty=0.1, why="")
        progress = target_states([at_least()], [link], values(SHARE, {2023: 1.0}), Period.year(2023), SCOPE)
        assert "尚未关联" in progress.states[0].reason_zh

    def test_an_unknown_region_is_not_taken_for_another(self):
        state = state_of(at_least(region="无名县"), values(SHARE, {2020: 0.0, 2023: 9.0}), 2023)
        assert "不在区划表" in state.reason_zh

    def test_the_status_is_the_worst_of_what_was_used(self):
        frame = values(SHARE, {2020: 0.0, 2023: 5.0}, status="synthetic")
        assert state_of(at_least(), frame, 2023).status == "synthetic"
        assert state_of(at_least(), values(SHARE, {2020: 0.0, 2023: 5.0}), 2023).status == "transcribed"
        assert state_of(at_least(), values(SHARE, {2020: 0.0, 2023: 11.0}), 2023).status == "official"

    def test_a_sector_is_judged_by_its_industries(self):
        one = cut(sector="有色金属")
        frame = pl.concat(
            [values(ENERGY, {2020: 1.0, 2023: 0.5}), values(ENERGY, {2020: 2.0, 2023: 1.9}, subject="990000|32")]
        )
        state = state_of(one, frame, 2023)
        assert (state.subject_kind, state.subject_id) == ("area_industry", "990000|32")
        assert state.state == "off_track"

    def test_part_of_a_year_is_judged_by_the_last_whole_year(self):
        frame = values(SHARE, {2020: 0.0, 2022: 4.0, 2023: 9.0})
        link = Link(target_id="demo#t01", indicator_id=SHARE, certainty=1.0, why="")
        state = target_states([at_least()], [link], frame, Period.parse("2023-01/2023-06"), SCOPE).states[0]
        assert state.period == "2022"

    def test_the_frame_holds_what_the_records_hold(self):
        state = state_of(at_least(), values(SHARE, {2020: 0.0, 2023: 5.0}), 2023)
        row = states_frame([state]).row(0, named=True)
        assert {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()} == msgspec.structs.asdict(state)


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1500, "1500"), (0.123456, "0.1235"), (12.3456, "12.35"), (-3.0, "-3")]
)
def test_figures_are_written_short(value, text):
    assert number(value) == text
