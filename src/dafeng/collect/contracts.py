"""Contracts of delivered tables 填报表: what a works or an office fills in, and which measures its columns become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from dafeng.base.columns import QUALITIES, Col, Contract
from dafeng.registry.enterprises import OPERATING_STATES

_FIRM = Col(
    str,
    "统一社会信用代码",
    "unified social credit code",
    form="enterprise_id",
    example="91990000MA00000008",
    aliases=("信用代码", "社会信用代码", "企业代码", "组织机构代码", "uscc", "企业标识", "enterprise_id"),
    note="18位；方案工作区自编的企业标识（E-开头）也可。",
)
_FIRM_NAME = Col(
    str,
    "企业名称",
    "name of the enterprise",
    missing=True,
    example="示范市某某有限公司",
    aliases=("单位名称", "用能单位名称", "企业", "name"),
    note="供核对，不作为标识。",
)
_PERIOD = Col(
    str,
    "时期",
    "year or month",
    form="year_month",
    example="2023-05",
    aliases=("报告期", "年月", "月份", "年份", "统计时期", "所属期", "期间", "period"),
    note="年度填 2023，月度填 2023-05；同一品种的年度与月度数可以并存，用于互相核对。",
)
_UNIT = Col(
    str,
    "计量单位",
    "unit of the row's figures",
    form="unit",
    example="吨",
    codes=None,
    aliases=("单位", "unit"),
    note="本行各数量共用的单位，如 吨、万立方米、万千瓦时、吉焦。",
)
_QUALITY = Col(
    str,
    "数据质量",
    "how the figures came about",
    choices=QUALITIES,
    missing=True,
    example="实测",
    aliases=("quality",),
    note="不填视为人工填报。",
)
_REMARK = Col(str, "备注", "remark", missing=True, aliases=("说明", "remark", "note"))


def _amount(zh: str, en: str, *aliases: str, unit: str | None = None, note: str = "", **more: str) -> Col:
    return Col(
        float, zh, en, unit=unit, ge=0, missing=True, aliases=aliases, note=note, example=more.get("example", "")
    )


ENTERPRISES = Contract(
    "enterprises",
    key=("uscc", "enterprise_id", "since"),
    zh="企业名录",
    note="每家企业一行；信息有变（迁址、改行业、更名）时另起一行，填写新的起始日期，不要改旧行。",
    one_of=(("uscc", "enterprise_id"),),
    columns={
        "uscc": Col(
            str,
            "统一社会信用代码",
            "unified social credit code",
            form="uscc",
            missing=True,
            example="91990000MA00000008",
            aliases=("信用代码", "社会信用代码", "企业代码"),
            note="18位，见营业执照。",
        ),
        "enterprise_id": Col(
            str,
            "企业标识",
            "own id where there is no credit code",
            form="enterprise_id",
            missing=True,
            example="E-demo-001",
            aliases=("自编代码",),
            note="没有信用代码时自编，以 E- 开头；有信用代码则不填。",
        ),
        "name": Col(str, "企业名称", "name", example="示范市某某有限公司", aliases=("单位名称", "用能单位名称")),
        "area_code": Col(
            str,
            "所在区县",
            "area, code or name",
            codes="areas",
            example="140781",
            aliases=("区划代码", "行政区划代码", "所在地区", "区县", "县区"),
            note="6位区划代码或名称。",
        ),
        "industry_code": Col(
            str,
            "行业代码",
            "industry of GB/T 4754-2017, code or name",
            codes="industries",
            example="3120",
            aliases=("所属行业", "国民经济行业代码", "行业"),
            note="GB/T 4754-2017 小类代码（4位），按2017版填写。",
        ),
        "above_scale": Col(
            bool, "是否规上", "above designated size", missing=True, example="是", aliases=("规上企业", "是否规模以上")
        ),
        "key_user": Col(
            bool, "是否重点用能单位", "key energy user", missing=True, example="是", aliases=("重点用能单位",)
        ),
        "status": Col(str, "经营状态", "operating state", choices=OPERATING_STATES, missing=True, example="在产"),
        "since": Col(
            date,
            "起始日期",
            "first day on which the row holds",
            missing=True,
            example="2020-01-01",
            aliases=("生效日期",),
            note="本行信息自何日起有效；不填按导入时指定的日期。",
        ),
        "until": Col(date, "终止日期", "first day on which it no longer holds", missing=True, aliases=("失效日期",)),
    },
)
SITES = Contract(
    "sites",
    key=("site_id", "since"),
    zh="场所名录",
    note="企业有多处厂区时，每处一行；编码由企业自编，一经使用不再更改。",
    columns={
        "site_id": Col(str, "场所编码", "site id", example="S-001", aliases=("厂区编码", "site_id")),
        "enterprise_id": _FIRM,
        "name": Col(str, "场所名称", "name", example="一号厂区", aliases=("厂区名称",)),
        "area_code": Col(
            str,
            "所在区县",
            "area, code or name",
            codes="areas",
            missing=True,
            example="140781",
            aliases=("区划代码", "区县"),
        ),
        "since": Col(date, "起始日期", "first day on which the row holds", missing=True, example="2020-01-01"),
        "until": Col(date, "终止日期", "first day on which it no longer holds", missing=True),
    },
)
ENERGY = Contract(
    "energy",
    key=("enterprise_id", "period", "item"),
    zh="能源消费",
    note="每家企业、每个时期、每个能源品种一行。没有数据请留空或填“—”，零请填 0：空白不等于零。",
    columns={
        "enterprise_id": _FIRM,
        "name": _FIRM_NAME,
        "period": _PERIOD,
        "item": Col(
            str,
            "能源品种",
            "energy item, code or name",
            codes="energy_items",
            example="烟煤",
            aliases=("能源名称", "燃料品种", "品种", "item"),
            note="填代码表中的名称或代码。",
        ),
        "unit": _UNIT,
        "opening_stock": _amount("期初库存", "opening stock", "期初库存量", "年初库存量", example="1200"),
        "bought": _amount("购进量", "bought", "购入量", "采购量", "外购量", example="8000"),
        "used": _amount(
            "消费量",
            "used",
            "消费合计",
            "消耗量",
            "使用量",
            "实物消费量",
            "工业生产消费量",
            example="7900",
            note="含用作原材料的部分。",
        ),
        "sold": _amount(
            "外供(售)量", "sold or supplied to others", "外供量", "外销量", "外售量", "销售量", example="0"
        ),
        "closing_stock": _amount("期末库存", "closing stock", "期末库存量", "年末库存量", example="1300"),
        "produced": _amount(
            "自产量",
            "own output of this energy",
            "产出量",
            "加工转换产出量",
            "自产",
            note="自行加工转换产出，如自发电、自产蒸汽、焦炉煤气。",
        ),
        "feedstock": _amount(
            "其中用作原材料",
            "used as feedstock, part of used",
            "用作原材料",
            "原料用能",
            note="是消费量的一部分，不另加。",
        ),
        "quality": _QUALITY,
        "remark": _REMARK,
    },
)
ENERGY_USE = Contract(
    "energy_use",
    key=("enterprise_id", "period", "item", "use"),
    zh="能源去向",
    note="能源加工转换、各工序用能、损失和原料用能，每个能源品种、每个去向一行，用于能流图、工序能耗和原料用能扣除。"
    "消费量仍在“能源消费”表填总数，本表是其中的去向。",
    columns={
        "enterprise_id": _FIRM,
        "name": _FIRM_NAME,
        "period": _PERIOD,
        "item": Col(
            str,
            "能源品种",
            "energy item, code or name",
            codes="energy_items",
            example="洗精煤",
            aliases=("能源名称", "燃料品种", "品种", "item"),
            note="填代码表中的名称或代码。",
        ),
        "use": Col(
            str,
            "能源去向",
            "use: into or out of a conversion, at a process, lost, or feedstock; code or name",
            codes="energy_uses",
            example="投入炼焦",
            aliases=("去向", "用途", "工序", "use"),
            note="加工转换填“投入…”和“…产出或回收”，工序自身用能填“…用能”。",
        ),
        "value": _amount("数量", "amount", "用量", "实物量", "value", example="1050"),
        "unit": _UNIT,
        "quality": _QUALITY,
        "remark": _REMARK,
    },
)
OUTPUT = Contract(
    "output",
    key=("enterprise_id", "period", "item"),
    zh="产品产量",
    note="每家企业、每个时期、每种产品一行；产能填年产能，月度表也可只在一月填一次。单位产品综合能耗填年度数。",
    columns={
        "enterprise_id": _FIRM,
        "name": _FIRM_NAME,
        "period": _PERIOD,
        "item": Col(
            str,
            "产品名称",
            "product, code or name",
            codes="products",
            example="粗钢",
            aliases=("产品", "主要产品", "产品代码"),
            note="填代码表中的名称或代码。",
        ),
        "unit": _UNIT,
        "output": _amount("产量", "output", "产品产量", "实际产量", example="90000"),
        "capacity": _amount("年产能", "yearly capacity", "产能", "生产能力", "设计产能", example="1200000"),
        "unit_energy_consumption": Col(
            float,
            "单位产品综合能耗",
            "energy per unit of product",
            missing=True,
            example="395.2",
            aliases=("单位产品能耗", "产品单耗", "单耗"),
            note="按该产品能耗限额标准的口径；工序净回收填负数。电解铝填铝液综合交流电耗。",
        ),
        "unit_energy_consumption_unit": Col(
            str,
            "能耗单位",
            "unit of the energy per unit of product",
            form="unit",
            missing=True,
            example="千克标准煤/吨",
            aliases=("单位能耗计量单位", "综合能耗单位"),
            note="不填按代码表中该产品的单位能耗计量单位。",
        ),
        "quality": _QUALITY,
        "remark": _REMARK,
    },
)
VALUE_ADDED = Contract(
    "value_added",
    key=("enterprise_id", "period"),
    zh="增加值",
    note="每家企业、每个时期一行；可比价按2020年价格。增加值可以为负。",
    columns={
        "enterprise_id": _FIRM,
        "name": _FIRM_NAME,
        "period": _PERIOD,
        "output_value_current": _amount(
            "工业总产值(现价)", "output value at current prices", "工业总产值", "总产值", unit="万元", example="52000"
        ),
        "value_added_current": Col(
            float,
            "工业增加值(现价)",
            "value added at current prices",
            unit="万元",
            missing=True,
            example="13000",
            aliases=("工业增加值", "增加值", "增加值(现价)"),
        ),
        "value_added_constant": Col(
            float,
            "工业增加值(2020年价)",
            "value added at 2020 prices",
            unit="万元",
            missing=True,
            example="12500",
            aliases=("工业增加值(可比价)", "增加值(可比价)", "增加值(2020年价)"),
        ),
        "quality": _QUALITY,
        "remark": _REMARK,
    },
)
_VALUE = Col(float, "数值", "value", missing=True, example="123.4", aliases=("指标值", "数据", "value"))
ENTERPRISE_MEASURES = Contract(
    "enterprise_measures",
    key=("enterprise_id", "period", "measure", "item"),
    zh="企业其他指标",
    note="取水、固废、绿电、光伏、过程排放、名单认定等，每个指标一行。名单认定自所填时期起有效：1 列入，0 退出。",
    columns={
        "enterprise_id": _FIRM,
        "name": _FIRM_NAME,
        "period": _PERIOD,
        "measure": Col(
            str, "指标名称", "measure, code or name", codes="enterprise_measures", example="取水量", aliases=("指标",)
        ),
        "item": Col(
            str,
            "产品或称号",
            "product, or the list the enterprise stands on; code or name",
            codes="measure_items",
            missing=True,
            example="电解铝",
            aliases=("产品", "产品名称", "称号", "名单"),
            note="分产品的指标填产品，名单认定填称号；其他指标不填。",
        ),
        "value": _VALUE,
        "unit": _UNIT,
        "quality": _QUALITY,
        "remark": _REMARK,
    },
)
METHOD_DATA = Contract(
    "method_data",
    key=("enterprise_id", "period", "method", "datum"),
    zh="核算数据",
    note="按核算方法填报排放源的活动水平和实测值，每个数据项一行；有规则缺省值的数据项没有实测值时不填。空白不等于零。",
    columns={
        "enterprise_id": _FIRM,
        "name": _FIRM_NAME,
        "period": _PERIOD,
        "method": Col(
            str,
            "核算方法",
            "accounting method, code or name",
            codes="methods",
            example="钢铁生产",
            aliases=("核算指南", "方法", "method"),
            note="一家企业可用几种方法（如自备电厂另按发电）；各填各的数据。",
        ),
        "datum": Col(
            str,
            "数据项",
            "source stream, kind and figure, code or name",
            codes="method_data",
            example="化石燃料燃烧·烟煤·低位发热量",
            aliases=("核算数据项", "排放源数据", "datum"),
            note="排放源·品种·数据，按代码表填名称或代码。",
        ),
        "value": _VALUE,
        "unit": _UNIT,
        "quality": _QUALITY,
        "source": Col(
            str,
            "凭证",
            "evidence: laboratory, report, meter, invoice",
            missing=True,
            example="检测报告2023-118，CMA机构",
            aliases=("证据", "检测机构", "数据来源"),
        ),
        "remark": _REMARK,
    },
)
AREA_STATISTICS = Contract(
    "area_statistics",
    key=("area_code", "period", "measure"),
    zh="区域统计",
    note="地区生产总值、增加值、人口和已公布的指标数，每个区域、时期、指标一行，并注明来源。",
    columns={
        "area_code": Col(
            str,
            "区域",
            "area, code or name",
            codes="areas",
            example="140700",
            aliases=("区划代码", "行政区划代码", "地区", "区域代码", "区域名称"),
            note="6位区划代码或名称。",
        ),
        "period": _PERIOD,
        "measure": Col(
            str,
            "指标名称",
            "measure or indicator, code or name",
            codes="area_measures",
            example="地区生产总值(现价)",
            aliases=("指标",),
        ),
        "value": _VALUE,
        "unit": _UNIT,
        "source": Col(
            str, "数据来源", "publication and page", example="统计年鉴2024，表2-1", aliases=("来源", "source")
        ),
        "quality": _QUALITY,
        "remark": _REMARK,
    },
)


def own_unit(contract: Contract, figure: str) -> str | None:
    """The column with a figure's own unit, ``<figure>_unit``, where the row's one unit is not its unit."""
    name = f"{figure}_unit"
    return name if name in contract.columns else None


@dataclass(frozen=True)
class Delivery:
    """How the rows of a delivered table become facts.

    subject         its subject column; kind of subject
    item            the column with the energy item, product or title ("" where there is none)
    measures        figure column → measure; empty where ``measure`` names the column that says it row by row
    unit            the column with the row's unit; "" where the header says it (see also ``own_unit``)
    pairs           the code list with columns measure and given that says which measures go by which item, where it is
                    not the list of measures itself
    """

    contract: Contract
    kind: str
    subject: str
    item: str = ""
    measures: Mapping[str, str] = field(default_factory=dict)
    measure: str = ""
    unit: str = ""
    pairs: str = ""
    unit_by: str = ""  # the column whose code list holds the canonical unit, where it is not that of the measure

    @property
    def named(self) -> str:
        """The column that says what a row is of: the datum where each row is one, else the item."""
        return self.measure or self.item

    @property
    def figures(self) -> tuple[str, ...]:
        """The columns that hold figures."""
        return tuple(self.measures) or ("value",)


DELIVERIES: dict[str, Delivery] = {
    "energy": Delivery(
        ENERGY,
        "enterprise",
        "enterprise_id",
        item="item",
        unit="unit",
        measures={
            "opening_stock": "energy_opening_stock",
            "bought": "energy_bought",
            "used": "energy_used",
            "sold": "energy_sold",
            "closing_stock": "energy_closing_stock",
            "produced": "energy_produced",
            "feedstock": "energy_feedstock",
        },
    ),
    "energy_use": Delivery(
        ENERGY_USE, "enterprise", "enterprise_id", item="item", measure="use", unit="unit", unit_by="item"
    ),
    "output": Delivery(
        OUTPUT,
        "enterprise",
        "enterprise_id",
        item="item",
        unit="unit",
        measures={
            "output": "product_output",
            "capacity": "product_capacity",
            "unit_energy_consumption": "unit_energy_consumption",
        },
    ),
    "value_added": Delivery(
        VALUE_ADDED,
        "enterprise",
        "enterprise_id",
        measures={name: name for name in ("output_value_current", "value_added_current", "value_added_constant")},
    ),
    "enterprise_measures": Delivery(
        ENTERPRISE_MEASURES, "enterprise", "enterprise_id", item="item", measure="measure", unit="unit"
    ),
    "method_data": Delivery(
        METHOD_DATA, "enterprise", "enterprise_id", item="method", measure="datum", unit="unit", pairs="method_pairs"
    ),
    "area_statistics": Delivery(AREA_STATISTICS, "area", "area_code", measure="measure", unit="unit"),
}
DELIVERED: dict[str, Contract] = {
    one.name: one
    for one in (
        ENTERPRISES,
        SITES,
        ENERGY,
        ENERGY_USE,
        OUTPUT,
        VALUE_ADDED,
        ENTERPRISE_MEASURES,
        METHOD_DATA,
        AREA_STATISTICS,
    )
}
