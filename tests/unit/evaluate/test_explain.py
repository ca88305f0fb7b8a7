"""Every indicator value and state can say how it came about."""

from __future__ import annotations

from evaluate_frames import facts, lines, registry, state_of, target, values

from dafeng.base.provenance import Node
from dafeng.evaluate.explain import explain_indicator, explain_state, indicator_id_of
from dafeng.evaluate.indicators import indicator_library
from dafeng.evaluate.linking import Link
from dafeng.evaluate.observations import Subject
from dafeng.evaluate.values import indicator_values


def leaf(node_id):
    return Node(id=node_id, kind="fact", label=node_id) if node_id.startswith("F-") else None


def test_an_indicator_names_its_formula_and_its_inputs():
    line = lines(("E-a", "energy_tce_equivalent", "total", "2023", 100.0, "tce", 1.0))
    fact = facts(("E-a", "value_added_constant", "", "2023", 50.0, "10^4 cny"))
    indicator = indicator_library().indicator("energy_per_industrial_value_added")
    reg = registry([("E-a", "990001", "3110", True)])
    row = indicator_values([indicator], line, fact, reg, [2023], [Subject("990000")]).row(0, named=True)
    node = explain_indicator(row, leaf)
    assert node.value == 2.0
    assert node.operation == "规模以上企业综合能源消费量(等价值) ÷ 规模以上企业工业增加值(2020年价)"
    assert node.rule == "indicator:energy_per_industrial_value_added/members"
    assert [n.id for n in node.inputs] == ["F-E-a-value_added_constant--2023"]
    assert node.more == 1  # the line that this resolver does not know is counted, not lost


def test_of_many_inputs_both_sides_of_a_ratio_are_seen_and_the_others_counted():
    ids = [f"F-{n:02d}" for n in range(30)] + [f"L-{n:02d}" for n in range(30)]
    row = {"indicator_id": "energy_per_industrial_value_added", "subject_id": "990000", "period": "2023", "value": 2.0,
           "unit": "tce/万元", "inputs": ids, "formula": "members", "source": "computed", "status": "official",
           "reason": None}  # fmt: skip
    node = explain_indicator(row, lambda i: Node(id=i, kind="fact", label=i), most=10)
    assert [n.id[:2] for n in node.inputs] == ["L-"] * 5 + ["F-"] * 5
    assert node.more == 50


def test_a_state_shows_target_link_path_and_inputs():
    one = target("短流程炼钢占比", comparator=">=", value=10, unit="%", target_year=2025)
    state = state_of(one, values("short_process_steel_share", {2020: 0.0, 2023: 5.0}), 2023)
    link = Link(target_id=one.id, indicator_id="short_process_steel_share", certainty=0.98, why="名称一致")
    node = explain_state(state, one, link, leaf)
    assert node.value == "滞后"
    assert "线性路径" in node.operation
    assert "进度要求6%" in node.operation
    assert [n.kind for n in node.inputs] == ["target", "fact", "fact"]
    assert "确定" in node.inputs[0].note
    assert node.id == "S-demo#t01-990000-2023"
    assert "required 6" in node.operation_en


def test_a_state_stands_on_indicators_and_these_on_what_they_were_made_of():
    one = target("短流程炼钢占比", comparator=">=", value=10, unit="%", target_year=2025)
    frame = values("short_process_steel_share", {2020: 0.0, 2023: 5.0})
    state = state_of(one, frame, 2023)
    rows = frame.to_dicts()
    stranger = rows[0] | {"indicator_id": "gdp", "inputs": [*state.inputs, "F-other"]}
    node = explain_state(state, one, None, leaf, rows=[*rows, stranger])
    assert [n.kind for n in node.inputs] == ["target", "indicator", "indicator"]
    assert [n.id for n in node.inputs[1:]] == [indicator_id_of(r) for r in rows]
    assert [i.id for n in node.inputs[1:] for i in n.inputs] == list(state.inputs)
    assert node.more == 0


def test_what_no_indicator_holds_stands_under_the_state_itself():
    one = target("短流程炼钢占比", comparator=">=", value=10, unit="%", target_year=2025)
    frame = values("short_process_steel_share", {2020: 0.0, 2023: 5.0})
    state = state_of(one, frame, 2023)
    node = explain_state(state, one, None, leaf, rows=frame.to_dicts()[:1])
    assert [n.kind for n in node.inputs] == ["target", "indicator", "fact"]
