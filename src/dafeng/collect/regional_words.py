"""What an import of regional tables says 区域表导入用语: each kind of fault, in two languages."""

from __future__ import annotations

from dafeng.base.faults import Words

WORDS = {
    "no_table": Words(
        "no table was found in the sheet {_sheet}: it was not read", "Nothing to do if it is a note.",
        "工作表“{_sheet}”中没有找到表格，未读入", "如为说明页则无需处理。", "note"),
    "unknown_row": Words(
        "the row {label} is not known", "Name it as the yearbook does, or tell us the name.",
        "不认识的项目“{label}”", "请按年鉴名称填写，或告知该名称。"),
    "unknown_column": Words(
        "the column {head} is not known", "Name it as the yearbook does, or tell us the name.",
        "不认识的品种“{head}”", "请按年鉴名称填写，或告知该名称。"),
    "guessed": Words(
        "{label} was read as {code}", "Correct the name where that is wrong.",
        "“{label}”按 {code} 读入", "如不对请更正名称。", "warning"),
    "number": Words(
        "{text} is no number", "Give a number or leave the cell empty.", "“{text}”不是数字", "请填数字或留空。"),
    "missing": Words(
        "the cell says that the figure is missing: {text}", "Give the figure where it becomes known.",
        "单元格注明缺失：{text}", "取得数据后补填。", "note"),
    "unknown_area": Words(
        "the area {area} is not known", "Give the GB/T 2260 code or the full name.",
        "不认识的区域“{area}”", "请填写区划代码或全称。"),
    "no_area": Words("nothing says which area this is of", "Say --area.", "未注明区域", "请用 --area 指定。"),
    "no_period": Words("nothing says which year this is of", "Say --period.", "未注明年份", "请用 --period 指定。"),
    "unit": Words(
        "{unit_delivered} is no unit of {carrier}", "Give the unit.",
        "“{unit_delivered}”不是 {carrier} 的单位", "请更正单位。"),
    "no_unit": Words(
        "nothing says in which unit {carrier} stands", "Say --unit or --basis.",
        "未注明 {carrier} 的单位", "请用 --unit 或 --basis 指定。"),
    "assumed": Words(
        "no unit is given: {carrier} was read in {unit_delivered}, as yearbooks print it",
        "Say --unit where that is wrong.",
        "未注明单位：{carrier} 按年鉴单位 {unit_delivered} 读入", "如不对请用 --unit 指定。", "warning"),
    "repeated": Words("the figure stands twice", "Nothing to do.", "同一数值重复出现", "无需处理。", "warning"),
    "clash": Words(
        "the same row and fuel have another figure elsewhere", "Keep one.",
        "同一项目、品种有两个不同数值", "请保留一个。"),
}  # fmt: skip
