"""Errors of accounting methods and cases 核算方法与算例的错误."""

METHODS: dict[str, str] = {
    "{method} under {family} is not in force in {period}": "{method}（{family}）在{period}不在有效期内",
    'It holds from {since} to {until}; "trial": true computes it anyway.': (
        '有效期自{since}至{until}；写上 "trial": true 可以试算。'
    ),
    "{name} is no total, stream or amount": "“{name}”不是合计、排放源或数据项",
    "stream/item/input, or stream//input.": "请写 排放源/品种/数据，或 排放源//数据。",
    "a ratio names no earlier ratio {id}": "比值引用了尚未定义的“{id}”",
    "Define it first.": "请先定义。",
    "a comparison takes a case of one part": "换规则比较只适用于单一部分的算例",
    "Compare the parts one by one.": "请逐个部分比较。",
    "more than {most} printed lines": "公布的行数超过{most}",
    "Give fewer.": "请减少行数。",
    "published does not fit its form: {why}": "公布值不符合格式：{why}",
    "Give total, groups, lines (stream/item) and ratios in t CO2e.": (
        "请以吨二氧化碳当量给出 total、groups、lines（排放源/品种）和 ratios。"
    ),
    "Give it in {unit}.": "请改用单位 {unit}。",
    "the stream {stream} has no {what} {name}": "排放源{stream}没有{what}“{name}”",
    "item": "品种",
    "input": "数据",
    "the lines of {name} are gone": "{name}的结果已丢失",
    "Restore a backup: dafeng doctor tells more.": "请恢复备份，详见 dafeng doctor。",
    "no method is said to be for {code}": "没有适用于行业{code}的方法",
    "Leave --industry out: all are listed.": "去掉 --industry 可列出全部方法。",
    "no file {name}": "没有文件{name}",
    "Give the path of an exported account.": "请给出导出文件的路径。",
    "{name} is too large": "{name}过大",
    "Export a part of the area.": "请分区县导出。",
    "Give the path of a JSON file.": "请给出 JSON 文件的路径。",
    "no cause {name}": "没有原因“{name}”",
    "no shared stream {name}": "没有公用排放源{name}",
    "the method {method} has no stream {name}": "核算方法{method}没有排放源“{name}”",
    "no method {method} under {family}": "{family}下没有核算方法“{method}”",
    "{method} under {family} is not in force from {first} to {last}": (
        "{method}（{family}）在{first}至{last}不在有效期内"
    ),
    "It holds from {since} to {until}: choose another rule or period.": (
        "有效期自{since}至{until}，请选择其他规则或时期。"
    ),
    "{method} under {family} stands twice": "{method}（{family}）重复定义",
    "Keep one file.": "请只保留一个文件。",
    "the total {id} names no stream {name}": "合计{id}引用了不存在的排放源“{name}”",
    "Name one of the streams.": "请使用已有的排放源。",
    "{row} says no figure": "“{row}”没有给出数值",
    "Give per, value, …": "请给出 per、value 等。",
    "no status is called {name}": "没有名为“{name}”的状态",
    "the rulebook has no {name}": "规则库没有“{name}”",
    "Perhaps {names}.": "是否指：{names}。",
    "Ids stand in `dafeng rules` and `dafeng rules formulas`.": "编号见 dafeng rules 和 dafeng rules formulas。",
    "{text} is no day": "“{text}”不是日期",
    "Write 2024-05-01.": "请写成 2024-05-01。",
    "the method file does not fit its form: {why}": "方法文件不符合格式：{why}",
}
