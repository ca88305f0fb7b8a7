"""Definitions of the tables of results 结果表定义: what their columns are called, and in which unit."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from dafeng.app.filing.dues import DUE_STATES, dues_version
from dafeng.app.pages.delivery import DELIVERY_STATES
from dafeng.app.pages.english import Telling, area_told, departments_en, goal_en, indicator_en, industry_en, unit_told
from dafeng.app.pages.figures import sectors
from dafeng.app.pages.results import (
    county_rows,
    county_state_rows,
    enterprise_rows,
    fuel_rows,
    monthly_rows,
    sector_rows,
    target_rows,
)
from dafeng.app.services import Services
from dafeng.app.sight.disclosure import CONFIDENTIAL_STATE
from dafeng.app.tables.tabling import Choice, Column, TableDef, by_content
from dafeng.base.callers import Caller
from dafeng.base.provenance import STATUS_ZH
from dafeng.evaluate.states import STATE_ZH
from dafeng.registry.enterprises import OPERATING_STATES

_STATE_EN = {"reached": "reached", "on_track": "on track", "behind": "behind", "off_track": "off track",
             "not_assessed": "not assessed", CONFIDENTIAL_STATE: "withheld"}  # fmt: skip
_STATUS_EN = {"official": "official", "transcribed": "transcribed", "user": "entered by a user", "draft": "draft",
              "recalled": "recalled", "trial": "trial", "synthetic": "synthetic"}  # fmt: skip
_OPERATING_EN = {"operating": "operating", "idle": "idle", "building": "being built", "closed": "closed"}


def _choices(zh: dict[str, str], en: dict[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, word, en[value]) for value, word in zh.items())


_STATES = _choices({**STATE_ZH, CONFIDENTIAL_STATE: "保密"}, _STATE_EN)
_CO2 = Column("co2_t", "二氧化碳排放", "CO2", "number", "tCO2")
_ENERGY = Column("energy_tce", "综合能源消费量(等价值)", "Energy, primary equivalent", "number", "tce")
_CHANGE = Column("change", "比上年", "On the year before", "number", "%")
_COVERAGE = Column("coverage", "完整度", "Coverage", "number", default=False)
_STATUS = Column(
    "status", "数据状态", "Status of data", "state", choices=_choices(STATUS_ZH, _STATUS_EN), default=False
)
_NODE = Column("node", "解释编号", "Id of the explanation", "code", default=False)
_STATE = Column("state", "状态", "State", "state", choices=_STATES)

_SECTORS = tuple(Choice(zh, zh, words.en) for zh, words in sectors().items())
_DELIVERY = tuple(Choice(value, words.zh, words.en) for value, words in DELIVERY_STATES.items())
_DUE_STATES = tuple(Choice(value, words.zh, words.en) for value, words in DUE_STATES.items())


def _industry(code: str, name: str) -> Telling:
    return lambda row: industry_en(row[code], row[name])


def _indicator_told(row: Mapping[str, Any]) -> str | None:
    said = indicator_en(row.get("indicator_id"), row["indicator"])
    return said and goal_en(said)


def _with_cases(services: Services, caller: Caller) -> Hashable:
    return by_content(services, caller), dues_version(services)


ENTERPRISES = TableDef(
    name="enterprises",
    zh="企业",
    en="Enterprises",
    use_case="registry.see",
    key="enterprise_id",
    rows=enterprise_rows,
    search=("name", "uscc", "enterprise_id", "area", "industry"),
    sort=("-co2_t",),
    version=_with_cases,
    columns=(
        Column("enterprise_id", "企业标识", "Id", "code", default=False),
        Column("name", "企业名称", "Name"),
        Column("uscc", "统一社会信用代码", "Credit code", "code", default=False),
        Column("area_code", "区划代码", "Area code", "code", default=False),
        Column("area", "所在地", "Area", english=area_told("area")),
        Column("industry_code", "行业代码", "Industry code", "code", default=False),
        Column("division", "行业大类代码", "Industry division", "code", default=False),
        Column("industry", "行业", "Industry", english=_industry("industry_code", "industry")),
        Column("key_user", "重点用能", "Key energy user", "bool"),
        Column("above_scale", "规上", "Above scale", "bool", default=False),
        Column(
            "operating",
            "经营状态",
            "Operating state",
            "state",
            choices=_choices(OPERATING_STATES, _OPERATING_EN),
            default=False,
        ),
        _CO2,
        _ENERGY,
        _CHANGE,
        Column("intensity", "单位增加值排放", "CO2 per value added", "number", "tCO2/万元"),
        Column("months_missing", "缺报月数", "Months missing", "number", "月"),
        Column("delivery", "本年报送", "Data of the year", "state", choices=_DELIVERY),
        Column("filing", "填报", "Filing", "state", choices=_DUE_STATES),
        Column("filing_term", "填报期限", "Due by", "date", default=False),
        _COVERAGE,
        _STATUS,
        _NODE,
    ),
)
_INDICATOR = Column(
    "indicator",
    "指标",
    "Indicator",
    default=False,
    english=_indicator_told,
)
_TARGET = (
    Column("target_id", "目标编号", "Target id", "code", default=False),
    Column("name", "目标", "Target"),
    Column("name_en", "目标(英文)", "Target in English", default=False),
)
_JUDGED = (
    Column("baseline", "基期值", "Baseline", "number", default=False),
    Column("required", "要求", "Required", "number"),
    Column("actual", "实际", "Actual", "number"),
    Column("gap", "差距", "Gap", "number"),
    Column("gap_pct", "差距占要求", "Gap of required", "number", "%", default=False),
    Column("unit", "单位", "Unit", english=unit_told),
    Column("completion", "完成率", "Completion", "number", default=False),
    Column("reason", "理由", "Reason"),
    Column("reason_en", "理由(英文)", "Reason in English", default=False),
    _STATUS,
    _NODE,
)
TARGETS = TableDef(
    name="targets",
    zh="目标",
    en="Targets",
    use_case="progress.see",
    key="target_id",
    rows=target_rows,
    search=("name", "name_en", "indicator", "region", "sector", "leads"),
    columns=(
        *_TARGET,
        _STATE,
        *_JUDGED,
        Column("target_year", "目标年", "Due year", "code"),
        Column("region", "地区", "Region", english=area_told("region")),
        Column("sector", "行业", "Sector", choices=_SECTORS),
        _INDICATOR,
        Column("indicator_id", "指标编号", "Indicator id", "code", default=False),
        Column("period", "评价期", "Period assessed", "code", default=False),
        Column("doc", "方案", "Plan", "code", default=False),
        Column("task", "所属任务", "Task", default=False),
        Column("leads", "牵头单位", "Leads", english=lambda row: departments_en(row["leads"])),
    ),
    version=by_content,
)
COUNTY_STATES = TableDef(
    name="county_states",
    zh="分县目标状态",
    en="Targets by county",
    use_case="progress.see",
    key="key",
    rows=county_state_rows,
    search=("county", "name", "name_en", "indicator"),
    columns=(
        Column("key", "编号", "Id", "code", default=False),
        Column("subject_id", "区划代码", "Area code", "code", default=False),
        Column("county", "县区", "County", english=area_told("county")),
        *_TARGET,
        _STATE,
        *_JUDGED,
        Column("sector", "行业", "Sector", choices=_SECTORS, default=False),
        _INDICATOR,
        Column("target_year", "目标年", "Due year", "code", default=False),
    ),
    version=by_content,
)
_PART = (
    _CO2,
    _ENERGY,
    Column("share", "占比", "Share", "number", "%"),
    _CHANGE,
    Column("same_firms", "同口径", "Same firms only", "bool", default=False),
    _COVERAGE,
    _STATUS,
    _NODE,
)
SECTORS = TableDef(
    name="sectors",
    zh="分行业排放与能耗",
    en="By industry",
    use_case="account.see",
    key="code",
    rows=sector_rows,
    search=("name", "code"),
    sort=("-co2_t",),
    columns=(
        Column("code", "行业代码", "Industry code", "code"),
        Column("name", "行业", "Industry", english=_industry("code", "name")),
        *_PART,
    ),
    version=by_content,
)
COUNTIES = TableDef(
    name="counties",
    zh="分县排放与能耗",
    en="By county",
    use_case="account.see",
    key="code",
    rows=county_rows,
    search=("name", "code"),
    sort=("-co2_t",),
    columns=(
        Column("code", "区划代码", "Area code", "code"),
        Column("name", "县区", "County", english=area_told("name")),
        *_PART,
    ),
    version=by_content,
)
FUELS = TableDef(
    name="fuels",
    zh="分品种能源消费",
    en="By fuel",
    use_case="account.see",
    key="item",
    rows=fuel_rows,
    search=("name", "name_en"),
    sort=("-energy_tce",),
    columns=(
        Column("item", "品种代码", "Item", "code", default=False),
        Column("name", "品种", "Fuel"),
        Column("name_en", "品种(英文)", "Fuel in English", default=False),
        _ENERGY,
        Column("energy_calorific_tce", "综合能源消费量(当量值)", "Energy, calorific value", "number", "tce"),
        Column("co2_combustion_t", "化石燃料燃烧排放", "CO2 of combustion", "number", "tCO2"),
        _COVERAGE,
        _STATUS,
        _NODE,
    ),
    version=by_content,
)
MONTHLY = TableDef(
    name="monthly",
    zh="分月排放与能耗",
    en="By month",
    use_case="account.see",
    key="period",
    rows=monthly_rows,
    columns=(
        Column("period", "月份", "Month", "code"),
        _CO2,
        _ENERGY,
        Column("before_t", "上年同月二氧化碳", "CO2 of the same month before", "number", "tCO2"),
        Column("change", "比上年同月", "On the same month before", "number", "%"),
        _COVERAGE,
        _STATUS,
        _NODE,
    ),
    version=by_content,
)
TABLES = (ENTERPRISES, TARGETS, COUNTY_STATES, SECTORS, COUNTIES, FUELS, MONTHLY)
