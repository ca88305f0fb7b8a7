"""What streams, inputs and items are called elsewhere 别名: words of reports and inventories, by our id.

A word stands under an id only where nobody means anything else by it; the first id that the method or stream has is
meant. Ids, Chinese and English names need no entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STREAMS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "fuel": ("fuels", "fossil_fuel", "fossil_fuels", "combustion", "fuel_combustion", "燃料", "化石燃料", "燃料燃烧",
             "燃料消耗", "化石燃料消耗", "燃煤", "燃料煤"),
    "electricity": ("power", "purchased_electricity", "grid_electricity", "net_electricity", "imported_electricity",
                    "net_purchased_electricity", "电", "电力", "外购电", "外购电力", "购入电力", "净购入电力", "用电",
                    "净购入使用电力", "购入使用电力", "净外购电力", "净调入电力", "调入电力", "耗电", "网电"),
    "heat": ("purchased_heat", "steam", "net_heat", "net_purchased_heat", "热", "热力", "外购热力", "购入热力",
             "净购入热力", "净购入使用热力", "蒸汽", "外购蒸汽"),
    "carbonate": ("carbonates", "limestone", "碳酸盐", "碳酸盐分解", "碳酸盐使用", "石灰石"),
    "lime": ("quicklime", "石灰", "生石灰", "石灰产品", "石灰生产"),
    "clinker": ("熟料", "水泥熟料"),
    "welding": ("焊接", "二保焊", "保护焊", "焊接保护气", "co2保护焊", "气体保护焊", "shielding_gas", "welding_gas"),
    "gas_loss": ("逸散", "逸散排放", "气体逸散", "sf6泄漏", "sf6逸散", "fugitive", "fugitives"),
    "waste_water": ("wastewater", "废水", "废水处理", "污水", "污水处理"),
    "co2_recovered": ("co2回收", "二氧化碳回收", "回收利用", "co2_recovery"),
    "refrigerant": ("refrigerants", "制冷剂", "冷媒", "灭火剂"),
    "green_power": ("绿电", "绿色电力", "绿证", "可再生电力", "renewables", "renewable_power"),
    "output": ("product", "products", "产品", "产量", "产品产量", "主营产品产量", "main_product"),
    "given_output": ("product", "products", "产品", "产量", "产品产量"),
    "material": ("materials", "raw_material", "raw_materials", "原料", "原材料", "原辅材料", "原材料获取"),
    "packaging": ("包装", "包装材料", "package"),
    "transport": ("运输", "物流", "transportation", "freight"),
    "manufacturing": ("生产", "制造", "生产制造", "production", "生产阶段"),
    "distribution": ("分销", "销售", "retail"),
    "use_phase": ("使用", "使用阶段", "use"),
    "end_of_life": ("废弃", "废弃阶段", "废弃处置", "报废", "回收处理", "disposal", "eol", "waste"),
    "credit": ("抵减", "抵扣", "副产品抵减", "回收抵减", "credits", "avoided"),
    "functional_unit": ("功能单位", "声明单位", "declared_unit"),
    "process": ("工业过程", "工业生产过程", "生产过程", "ippu", "industrial_processes"),
    "activity": ("其他活动", "交通", "废弃物", "农业", "transport", "waste", "agriculture", "other_activity"),
    "land_use": ("林业", "林业碳汇", "碳汇", "土地利用", "lulucf", "forestry", "sink"),
    "area": ("人口", "经济", "population", "gdp"),
    "given_combustion": ("fossil_fuel_emissions", "燃料燃烧排放", "化石燃料燃烧排放", "化石燃料燃烧排放量", "燃烧排放"),
    "given_process": ("process_emissions", "过程排放", "工业生产过程排放", "生产过程排放", "工业过程排放"),
    "given_electricity": ("electricity_emissions", "电力排放", "净购入电力排放", "净购入使用电力排放", "外购电力排放"),
    "given_heat": ("heat_emissions", "热力排放", "净购入热力排放", "净购入使用热力排放", "外购热力排放"),
    "given_fixed": ("carbon_embedded_in_products", "固碳", "固碳产品", "固碳排放", "固碳产品隐含排放"),
    "given_recovered": ("回收利用排放", "co2回收利用量"),
})  # fmt: skip

INPUTS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "amount": ("quantity", "activity", "activity_data", "consumption", "output", "mass", "用量", "数量", "消费量",
               "消耗量", "产量", "活动水平", "活动数据", "净消费量", "使用量", "燃料消耗量", "活动水平数据", "净耗量"),
    "net": ("amount", "quantity", "consumption", "net_purchased", "用电量", "用热量", "净购入量", "净购入电量",
            "净外购", "净购入", "净调入", "净外购电量", "净购入热量", "消费量", "消耗量", "电量", "热量",
            "购电量", "耗电量", "净调入量"),
    "factor": ("ef", "emission_factor", "因子", "排放因子", "电网排放因子", "碳足迹因子"),
    "ncv": ("lhv", "net_calorific_value", "热值", "低位热值", "平均低位发热量", "收到基低位发热量"),
    "carbon_content": ("cc", "carbon_per_heat", "单位热值含碳量"),
    "oxidation_rate": ("of", "oxidation", "oxidation_factor", "氧化率", "碳氧化率"),
    "carbon": ("carbon_share", "含碳量", "碳含量", "元素碳含量", "收到基元素碳含量"),
    "bought": ("purchased", "imported", "购入", "外购", "购入量", "外购量", "购入电量", "购入热量"),
    "sold": ("exported", "supplied", "外供", "售出", "外供量", "输出", "输出量", "外售", "上网", "外供电量",
             "外供热量"),
    "emissions": ("emission", "amount", "value", "co2", "排放量"),
    "it_power": ("it_energy", "it用电量", "it设备用电量", "it耗电量", "it电量", "it_electricity"),
    "certified": ("绿证", "绿电", "绿电量", "绿证电量", "green_power"),
    "direct": ("直供", "直供绿电", "自发自用", "光伏发电", "self_generated"),
    "cao": ("cao含量", "氧化钙", "氧化钙含量"),
    "mgo": ("mgo含量", "氧化镁", "氧化镁含量"),
    "purity": ("纯度", "含量", "碳酸盐含量", "content"),
    "converted": ("calcined", "煅烧率", "分解率", "转化率"),
    "mass": ("质量", "重量", "货重", "weight"),
    "distance": ("距离", "里程", "运输距离"),
    "refilled": ("充注量", "补充量", "补充", "充注", "添加量"),
    "people": ("population", "人口", "常住人口"),
    "gdp": ("生产总值", "地区生产总值"),
    "opening": ("期初", "年初库存", "期初库存量"),
    "closing": ("期末", "年末库存", "期末库存量"),
})  # fmt: skip

ITEMS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "caco3": ("石灰石", "方解石", "limestone", "calcite", "calcium_carbonate"),
    "mgco3": ("菱镁矿", "菱镁石", "magnesite", "magnesium_carbonate"),
    "camgco32": ("白云岩", "dolomite", "camg(co3)2"),
    "na2co3": ("纯碱", "soda_ash", "sodium_carbonate"),
    "nahco3": ("小苏打", "sodium_bicarbonate"),
    "feco3": ("菱铁矿", "siderite"),
    "limestone": ("石灰石", "caco3", "碳酸钙"),
    "dolomite": ("白云石", "白云岩", "camgco32"),
    "high_calcium": ("高钙石灰", "生石灰", "石灰", "钙质石灰", "lime", "quicklime"),
    "dolomitic": ("白云石石灰", "镁质石灰", "白云石质石灰", "dolomitic_lime"),
    "portland": ("硅酸盐水泥熟料", "硅酸盐熟料", "熟料", "clinker"),
    "coal": ("煤", "煤品"), "oil": ("油", "石油", "成品油"), "gas": ("气", "燃气"),
    "diesel": ("0号柴油", "0#柴油", "0#", "gas_oil"),
    "gasoline": ("92号汽油", "95号汽油", "92#汽油", "95#汽油", "petrol"),
    "SF6": ("六氟化硫",), "CH4": ("甲烷", "methane"), "N2O": ("氧化亚氮", "nitrous_oxide"), "CO2": ("二氧化碳",),
})  # fmt: skip
