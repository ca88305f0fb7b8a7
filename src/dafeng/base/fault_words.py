"""How each kind of fault of a table is told 问题用语: what is wrong and how to mend it, in English and Chinese."""

from __future__ import annotations

from dafeng.base.faults import Words

WORDS: dict[str, Words] = {
    "missing_column": Words(
        "the column {header} is not in the table",
        "Add the column {header}; no row can be taken without it.",
        "缺少“{header}”一列",
        "请补上“{header}”列；缺此列时全部行无法导入。",
    ),
    "unknown_column": Words(
        "the column {header} is not known and was left out",
        "Delete it, or rename it to one of the template's headers.",
        "“{header}”不是模板中的列，未导入",
        "请删除该列，或改为模板中的列名。",
        "warning",
    ),
    "missing_value": Words(
        "{header} is empty",
        "Fill in {header}; it may not be left out.",
        "{header}未填",
        "请填写{header}，此项不能为空。",
    ),
    "one_of": Words(
        "none of {header} is filled in", "Fill in at least one of them.", "{header}均未填", "请至少填写其中一项。"
    ),
    "not_a_number": Words(
        "{text} is not a number",
        "Write a plain number; leave the unit to its own column, and — where the figure is missing.",
        "“{text}”不是数值",
        "请只填数字，单位填入单位列；无数据请填“—”并说明。",
    ),
    "not_an_integer": Words(
        "{text} is not a whole number", "Write a whole number.", "“{text}”不是整数", "请填写整数。"
    ),
    "not_yes_no": Words("{text} is neither yes nor no", "Write 是 or 否.", "“{text}”不是“是/否”", "请填写“是”或“否”。"),
    "not_a_day": Words(
        "{text} is not a day", "Write it as 2023-05-01.", "“{text}”不是日期", "请按 2023-05-01 的形式填写。"
    ),
    "not_a_period": Words(
        "{text} is not a period, or could be two",
        "Write 2023 for a year, 2023-05 for a month.",
        "时期“{text}”无法识别或有歧义",
        "年度请填 2023,月度请填 2023-05。",
    ),
    "not_a_year_or_month": Words(
        "{text} is not a year or a month, or could be two",
        "Write 2023 for a year, 2023-05 for a month; give cumulative figures month by month.",
        "时期“{text}”不是年度或月度，或有歧义",
        "年度请填 2023，月度请填 2023-05；累计数请拆分到各月。",
    ),
    "bad_uscc": Words(
        "the unified social credit code {text} {why}",
        "Copy the 18 characters from the business licence.",
        "统一社会信用代码“{text}”{why_zh}",
        "请按营业执照核对18位代码。",
    ),
    "unknown_unit": Words(
        "the unit {text} is not known",
        "Use a unit of the code-list sheet, such as 吨 or 万千瓦时.",
        "计量单位“{text}”无法识别",
        "请使用代码表中的计量单位，如 吨、万千瓦时。",
    ),
    "unknown_choice": Words(
        "{text} is not one of {allowed}", "Choose one of {allowed}.", "“{text}”不在可选项内", "请从 {allowed} 中选择。"
    ),
    "unknown_code": Words(
        "{text} is not in the code list {list_en}{maybe}",
        "Choose a code or name from the code-list sheet.",
        "“{text}”不在{list}中{maybe_zh}",
        "请从代码表中选择代码或名称。",
    ),
    "ambiguous_code": Words(
        "{text} can mean {several} in the code list {list_en}",
        "Give the code itself, or a longer name.",
        "“{text}”在{list}中有多个含义:{several}",
        "请填写代码，或填写全称。",
    ),
    "too_long": Words(
        "the text has more than 2000 characters", "Shorten it.", "文字超过2000字", "请缩短。"
    ),
    "below": Words(
        "{text} is below {bound}", "A figure of at least {bound} is expected; check sign and unit.",
        "{text} 小于下限 {bound}", "请核对正负号和单位，应不小于 {bound}。",
    ),
    "above": Words(
        "{text} is above {bound}", "A figure of at most {bound} is expected; check the unit.",
        "{text} 大于上限 {bound}", "请核对单位，应不大于 {bound}。",
    ),
    "repeated_row": Words(
        "the same row stands already in row {first}", "Delete the repetition; nothing was lost.",
        "与第{first}行完全重复", "请删除重复行；数据已按首行导入。",
    ),
    "duplicate_key": Words(
        "{count} rows give different figures for the same {header} (first in row {first})",
        "Keep the right one and delete the others.",
        "同一{header}有{count}行不同数据(首见第{first}行)",
        "请保留正确的一行，删除其余各行。",
    ),
}  # fmt: skip
