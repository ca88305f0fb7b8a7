"""Goals without a figure of their own: assigned from above, peaks, 不新增, 全部, degrees, recurring dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from dafeng.plan.grammar.clauses import LONGEST_CLAUSE, Clause, Paragraph
from dafeng.plan.grammar.comparators import modality_in, weak_modality
from dafeng.plan.grammar.goals import Context, Goal
from dafeng.plan.grammar.subjects import Memory, clean_name, ends_relational, restored, several
from dafeng.plan.grammar.years import Scope
from dafeng.plan.records import Comparator

_ABOVE = (
    r"(?:国家|省委|中央|上级|省政府|市政府|省人民政府|市人民政府|自治区|自治州|省级|市级|省|市|州|区|国务院|工信部|生态环境部|发展?改革?委|发改委"
    r"|工信厅|能源局|和|、|给)*"
)
_ASSIGNED = re.compile(
    r"(?:(?<=完成)|(?<=达到)|(?<=实现)|(?<=满足)|(?<=控制在)|(?<=优于)|(?<=不高于)|(?<=不超过))"
    rf"(?P<ref>{_ABOVE}(?:统一)?(?:下达|分解|设定|核定|确定|规定|制定|考核)(?:给?(?:我|本|各)?[省市区州县]?|全[省市])?的?(?P<mid>[^,。;]{{0,30}}?)"
    r"(?P<what>目标任务|目标要求|约束性指标|约束性目标|任务目标|目标|指标|任务|要求|限值|范围))"
)
_ASSIGN_VERB = re.compile(
    r"(?:确保|全面|圆满|按期|如期|超额|严格|力争|努力|保质保量|均|都)*(?:完成|达到|实现|满足|控制在|优于|不高于|不超过)$"
)
_REFERENCE = re.compile(
    r"(?P<verb>大于|高于|优于|快于|低于|小于|不低于|不高于|超过|达到或超过|达到|不超过)(?P<ref>(?:同期)?(?:全国|全省|全市|全社会|国家|世界|国内|省内|同期|GDP|地区生产总值|上年|经济)(?:同行业|同期|总体|规模以上工业)?"
    r"(?:平均水平|平均值|平均增速|平均|下降幅度|降幅|增长速度|增速|增幅|水平))(?=$|[、,])"
)
_COMPLETE = re.compile(r"(?:确保|全面|力争|按期|基本|如期)*完成(?P<what>[^,。;]{4,60}?)(?:任务|工作任务)(?=$|[、和])")
_NO_MORE = re.compile(
    r"(?:原则上)?(?P<verb>不再新增|不再新建|不再引进|不再审批|不再核准|不再扩建|不新增|不增加|零新增|只减不增|不再增加)(?P<what>[^,。;、]{0,24})"
)
_PEAK = re.compile(
    r"(?:实现|达到|率先|尽早|如期|率先实现|稳步|力争|提前|左右|前|争取|¤|有序|同步)?(?:实现)?(?P<peak>碳达峰|达峰|达到峰值|达到最高值|进入峰值平台期|进入平台期|达到峰值平台期|峰值)"
    r"(?P<aim>目标)?(?=$|[、,。;并且和]|目标)"
)
_NOT_PEAK = re.compile(
    r"达峰(?:碳中和|、碳中和目标|行动|方案|工作|试点|先行|路径|目标[任和]|领域|实施|示范|园区|城市|基础|关键|进程)"
)
LATEST_PEAK = 2045  # later years near a peak belong to neutrality 碳中和
_BACKGROUND = re.compile(
    r"奠定|打下|夯实|围绕|锚定|紧盯|助力|推动如期|支撑|为.{0,20}(?:实现|确保)|鼓励|支持|探索|研究|提出|制定|引导|明确|紧密|贡献|全面实施$|关键|时期是|聚焦|面向|对标|按照|落实"
)
_ALL = re.compile(
    r"(?P<word>全部|全面)(?P<verb>实施|完成|达到|执行|实现|淘汰|退出|纳入|建成|采用|使用|通过|落实|关停|更换|更新|配备|符合|推行|普及|消除|拆除|改造|清零|关闭|替代|接入|停止|取缔|安装|开展|覆盖|按照)(?P<what>[^,。;]{0,30})"
)
_NOT_ALL = re.compile(r"^(?:提升|推进|加强|深化|推广|绿色转型|建立|形成|优化|转型|小康|振兴|开展宣传|开展节能|落实)")
_COVERED = re.compile(r"(?P<word>全覆盖|应收尽收|应改尽改)(?=$|[、,。;和并])")
_CLEARED = re.compile(r"(?P<word>基本清零|动态清零|全面清零|清零)(?=$|[、,。;和并])")
_DEGREE = re.compile(
    r"(?:实现)?(?P<deg>明显|显著|大幅度?|稳步|持续|进一步|不断|逐步|有效|较大幅度|稳定)(?P<verb>下降|降低|减少|提高|提升|增长|增加|改善|增强|扩大|上升|优化|提高)(?=$|[、,。;])"
)
_DEGREE_FIRST = re.compile(
    r"^(?:力争|努力|实现|确保)*(?P<deg>大幅|显著|明显|稳步|持续|进一步|有效)(?P<verb>降低|提高|提升|减少|扩大)(?P<what>[^,。;]{3,30})$"
)
_MEASURED = re.compile(
    r"(?:排放|强度|能耗|消耗|占比|比重|比例|覆盖率|蓄积量|利用率|水平|总量|率|面积|效率|排放量|消费)$"
)
_RECURRING = re.compile(r"每年(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?(?P<part>上旬|中旬|下旬|底|末|初)?(?:之?前|以前)?")
_RATIO = re.compile(
    r"(?:不低于|按照?|以|达到|比例为)?(?P<a>\d(?:\.\d{1,3})?):(?P<b>\d(?:\.\d{1,3})?)(?:的比例|及?以上)?(?!\d|:)"
)


def read_figureless(paragraph: Paragraph, clause: Clause, memory: Memory, context: Context) -> list[Goal]:
    """Goals of one clause that carry no quantity; at most one shape a clause, the most telling first."""
    words = paragraph.words(clause)
    if len(words) > LONGEST_CLAUSE:
        return []
    has_figure = bool(paragraph.figures_in(clause.start, clause.end))
    for read in _SHAPES if not has_figure else _SHAPES_BESIDE_FIGURES:
        goals = read(paragraph, clause, words, memory, context)
        if goals:
            return goals
    return []


def _scope(paragraph: Paragraph, place: int) -> tuple[Scope, ...]:
    expression = paragraph.scope_expression(place)
    return expression.scopes if expression and expression.scopes else (Scope(),)


def _same_sentence(paragraph: Paragraph, clause: Clause) -> bool:
    """Is the scope in force named in this very sentence?"""
    expression = paragraph.scope_expression(clause.end)
    if expression is None or expression.kind != "scope":
        return False
    return expression.start >= clause.opens


def _goal(paragraph: Paragraph, clause: Clause, name: str, comparator: Comparator, end: int = 0) -> Goal:
    words = paragraph.words(clause)
    start = clause.start + len(words) - len(words.lstrip(" 、和及"))
    end = end or clause.start + len(words.rstrip(" 、"))
    scope = _scope(paragraph, clause.end)[0]
    modality = modality_in(words) or weak_modality(words)
    return Goal(start, end, name, comparator, scope=scope, modality=modality)


# --- assigned and compared ---------------------------------------------------------------------------------------


def _assigned(paragraph: Paragraph, clause: Clause, words: str, memory: Memory, context: Context) -> list[Goal]:
    match = _ASSIGNED.search(words)
    if match is None:
        return []
    subject = _ASSIGN_VERB.sub("", words[: match.start()])
    name = clean_name(subject)
    if not name and len(match["mid"]) >= 3:
        name = clean_name(match["mid"])
    handed_down = "下达" in match["ref"] and "完成" in words[: match.start()]
    if not _names_something(name) or not (handed_down or _bound_in_time(paragraph, clause, context) or "确保" in words):
        return []
    names = several(name) or (name,)
    to_do = match["what"] == "任务" and not re.search(r"下达|分解|核定|设定", match["ref"])
    reference = match["ref"].replace(match["mid"], "", 1).replace("的", "", 1)
    goal = _goal(paragraph, clause, name, "complete" if to_do else "meet_assigned", clause.start + match.end())
    memory.name, memory.names = names[-1], names
    return [replace(goal, name=one, reference=reference, modality=modality_in(words)) for one in names]


_UNNAMED = re.compile(r"(?:阶段性|既有|年度|各项|约束性|预期性|总体|相应|相关|有关|主要|既定|节点|量化|的|和|、)*")


def _names_something(name: str) -> bool:
    """阶段性, 各项, 既有 qualify a noun that is not there."""
    return _UNNAMED.fullmatch(name) is None


def _bound_in_time(paragraph: Paragraph, clause: Clause, context: Context) -> bool:
    scope = _scope(paragraph, clause.end)[0]
    return scope.year is not None or context.goals


_REFERENCE_COMPARATOR: dict[str, Comparator] = {
    "大于": ">", "高于": ">", "优于": ">", "快于": ">", "超过": ">", "低于": "<", "小于": "<", "不低于": ">=",
    "不高于": "<=", "不超过": "<=", "达到": "=", "达到或超过": ">=",
}  # fmt: skip


def _compared(paragraph: Paragraph, clause: Clause, words: str, memory: Memory, context: Context) -> list[Goal]:
    """单位工业增加值碳排放下降幅度大于全社会下降幅度: a yardstick in place of a figure."""
    match = _REFERENCE.search(words) or _same_measure(words)
    name = restored(clean_name(words[: match.start()]), memory, clause.sentence) if match else ""
    if match is None or len(name) < 3 or not _bound_in_time(paragraph, clause, context):
        return []
    if match["verb"] == "达到" and not match["ref"].endswith(("平均水平", "平均值")):
        return []
    goal = _goal(paragraph, clause, name, _REFERENCE_COMPARATOR[match["verb"]])
    memory.name = name
    return [replace(goal, name=one, reference=match["ref"]) for one in several(name) or (name,)]


_RIVAL = re.compile(r"(?P<verb>高于|低于|超过|不低于|不高于|不超过)(?P<ref>[^,。;、的\d]{2,14})$")


def _same_measure(words: str) -> re.Match[str] | None:
    """风电装机容量超过煤电装机容量: another owner's measure of the same name is the yardstick."""
    match = _RIVAL.search(words)
    if match is None or not ends_relational(match["ref"]):
        return None
    name = clean_name(words[: match.start()])
    return match if len(name) >= 4 and name[-2:] == match["ref"][-2:] else None


_ORDERED = re.compile(r"[\d一二三四五六七八九十]+(?:大|个|项|类)")  # 6项改造任务 orders the work, and names none


def _completed(paragraph: Paragraph, clause: Clause, words: str, memory: Memory, context: Context) -> list[Goal]:
    match = _COMPLETE.search(words)
    if match is None or not _same_sentence(paragraph, clause) or context.progress:
        return []
    name = clean_name(match["what"])
    if len(name) < 4 or re.search(r"目标$|年度$|各项$", name) or "下达" in name or _ORDERED.match(name):
        return []
    return [_goal(paragraph, clause, name, "complete")]


def _no_increase(paragraph: Paragraph, clause: Clause, words: str, memory: Memory, context: Context) -> list[Goal]:
    match = _NO_MORE.search(words)
    if match is None or re.search(r"对于?不|或不|的不", words):
        return []
    stock = not match["what"] and ends_relational(clean_name(words[: match.start()]))
    dated = stock or _same_sentence(paragraph, clause) or "原则上" in words or match["verb"] == "只减不增"
    name = clean_name(match["what"]) if len(match["what"]) >= 2 else ""
    name = name or clean_name(words[: match.start()])
    if not dated or len(name) < 2 or name.startswith(("土地", "的")):
        return []
    if not match["verb"].endswith("只减不增") and match["what"] and "新增" in match["verb"]:
        name = "新增" + name
    return [_goal(paragraph, clause, name, "no_increase")]


def _peak(paragraph: Paragraph, clause: Clause, words: str, memory: Memory, context: Context) -> list[Goal]:
    match = _PEAK.search(words)
    scope = _scope(paragraph, clause.start + match.end() if match else clause.end)[0]
    if match is None or scope.year is None or scope.year > LATEST_PEAK or _NOT_PEAK.search(words[match.start() :]):
        return []
    own_year = "¤" in words
    if not own_year and not (_same_sentence(paragraph, clause) or paragraph.scope_expression(clause.end)):
        return []
    if _BACKGROUND.search(words[: match.start()]) or (
        match["peak"] == "峰值" and not re.search(r"达到|实现|迎来", words)
    ):
        return []
    name = _peak_name(words[: match.start()], memory)
    if not name:
        return [] if not own_year else _plain_peak(paragraph, clause, words, match)
    if not re.search(r"排放|消费|用煤|用能|碳|消耗|总量", name):
        name += "碳排放"
    memory.name = name
    return [replace(_goal(paragraph, clause, name, "reach_peak_before", clause.start + match.end()), scope=scope)]


def _peak_name(before: str, memory: Memory) -> str:
    if before.endswith(("的", "等")):
        return ""
    text = re.sub(
        r"(?:努力|力争|确保|争取|稳步|率先|尽早|如期|提前|实现|达到|于|在|有序|同步|安全|¤|§|左右|前)+$", "", before
    )
    name = clean_name(text)
    name = re.sub(r"(?:力争|努力|争取|率先|确保|如期|推动)+$", "", name)
    return (
        ""
        if name in ("如期", "率先", "确保", "稳步", "城市", "全国", "我国", "全省", "全市") or len(name) < 3
        else name
    )


def _plain_peak(paragraph: Paragraph, clause: Clause, words: str, match: re.Match[str]) -> list[Goal]:
    """确保2030年前实现碳达峰: the whole region's emissions, if the clause promises it."""
    if "碳达峰" not in words or not (modality_in(words) or re.search(r"(?:顺利|如期|全面)实现", words)):
        return []
    return [replace(_goal(paragraph, clause, "二氧化碳排放达峰", "reach_peak_before"), aliases=("碳达峰", "碳排放"))]


# --- all, none ---------------------------------------------------------------------------------------------------


def _all(paragraph: Paragraph, clause: Clause, words: str, memory: Memory, context: Context) -> list[Goal]:
    match = _ALL.search(words)
    if match is None or _scope(paragraph, clause.end)[0].year is None or words[: match.start()].endswith("是"):
        return []
    if match["word"] == "全面" and (not _same_sentence(paragraph, clause) or not _plain_all(match)):
        return []
    subject = clean_name(words[: match.start()]) or ""
    if len(subject) < 3 or _NOT_ALL.match(match["what"]):
        return []
    verb = "" if match["verb"] in ("实施", "完成", "实现", "开展") and match["what"] else match["verb"]
    name = subject + verb + match["what"] + "比例"
    goal = _goal(paragraph, clause, name, "=")
    return [
        replace(goal, value=100, unit="%", derived=match["word"], aliases=(subject + match["verb"] + match["what"],))
    ]


def _plain_all(match: re.Match[str]) -> bool:
    if match["verb"] == "实现":
        return re.search(r"(?:化|排放|替代|覆盖)$", match["what"]) is not None
    return match["verb"] in (
        "执行",
        "达到",
        "完成",
        "淘汰",
        "退出",
        "消除",
        "采用",
        "使用",
        "关停",
        "建成",
        "替代",
        "实施",
    ) and bool(match["what"])


_ONGOING = re.compile(r"^[¤ ]*(?:持续|积极|加快|大力|稳步|深入|有序|继续)*(?:推进|推动|加快|开展|加强)")


def _covered(paragraph: Paragraph, clause: Clause, words: str, memory: Memory, context: Context) -> list[Goal]:
    match = _COVERED.search(words)
    cleared = _CLEARED.search(words) if match is None else None
    hit = match or cleared
    if hit is None or _scope(paragraph, clause.end)[0].year is None:
        return []
    name = clean_name(re.sub(r"(?:基本|全面|动态)?(?:实现|达到)?$", "", words[: hit.start()]))
    if len(name) < 2 or _ONGOING.match(words):
        return []
    goal = _goal(paragraph, clause, name + ("覆盖率" if match else ""), "=", clause.start + hit.end())
    return [replace(goal, value=100 if match else 0, unit="%", derived=hit["word"], aliases=(name,))]


# --- degrees, ratios, recurring dates ----------------------------------------------------------------------------


def _qualitative(paragraph: Paragraph, clause: Clause, words: str, memory: Memory, context: Context) -> list[Goal]:
    scope = _scope(paragraph, clause.end)[0]
    if scope.year is None or context.progress:
        return []
    if words.lstrip("¤ ").startswith("随着"):
        return []
    match = _DEGREE.search(words)
    if match is not None:
        name = clean_name(words[: match.start()])
    elif first := _DEGREE_FIRST.search(words.lstrip("¤§ ")):
        name = clean_name(first["what"])
    else:
        return []
    if len(name) < 4 or len(name) > 40 or not _MEASURED.search(name):
        return []
    memory.name = name if ends_relational(name) else memory.name
    return [replace(_goal(paragraph, clause, name, "qualitative"), kind="qualitative")]


_RATIO_TALK = re.compile(r"置换|替代|削减|比例|配套|配置|配比|[桩地]比")


def _ratio(paragraph: Paragraph, clause: Clause, words: str, memory: Memory, context: Context) -> list[Goal]:
    """按1.1:1实施减量替代: value 1.1, unit ":1"."""
    match = _RATIO.search(words)
    if (
        match is None
        or not (match["b"] == "1" or match["a"] == "1")
        or not _RATIO_TALK.search(paragraph.sentence_to(clause))
    ):
        return []
    value, unit = (match["a"], ":1") if match["b"] == "1" else (match["b"], ":1")
    before = clean_name(words[: match.start()]) or _noun_before(paragraph, clause)
    after = re.sub(r"^(?:的比例)?(?:实施|实行|进行|开展|落实|执行)?", "", words[match.end() :]).strip(" 的")
    name = (before + after).removesuffix("比例").removesuffix("达到")
    goal = _goal(
        paragraph,
        clause,
        (name if name.endswith("比") else name + "比例")[:60],
        ">=" if "不低于" in match[0] or "以上" in match[0] else "=",
    )
    number = float(value)
    return [replace(goal, value=int(number) if number.is_integer() else number, unit=unit, kind="ratio", scope=Scope())]


def _noun_before(paragraph: Paragraph, clause: Clause) -> str:
    before = paragraph.before(clause, 1)
    name = clean_name(paragraph.words(before[0])) if before else ""
    return name if len(name) <= 20 else ""


def _recurring(paragraph: Paragraph, clause: Clause, words: str, memory: Memory, context: Context) -> list[Goal]:
    """每年11月中旬前…汇报: a procedure with a day of the year."""
    match = _RECURRING.search(paragraph.view.text, clause.start, clause.end)
    if match is None or not 1 <= int(match["m"]) <= 12:
        return []
    month = int(match["m"])
    day = int(match["d"]) if match["d"] else {"上旬": 10, "初": 10, "中旬": 20}.get(match["part"] or "", 31)
    day = min(day, 30 if month in (4, 6, 9, 11) else 28 if month == 2 else 31)
    done = paragraph.view.text[match.end() : clause.end].strip("将把向,")
    goal = _goal(paragraph, clause, (done or "报送") + "期限", "deadline")
    return [
        replace(goal, kind="procedure", yearly=True, deadline=f"--{month:02d}-{day:02d}", scope=Scope(), modality=None)
    ]


_Shape = Callable[[Paragraph, Clause, str, Memory, Context], list[Goal]]
_SHAPES: tuple[_Shape, ...] = (
    _recurring, _ratio, _assigned, _compared, _no_increase, _peak, _covered, _all, _completed, _qualitative,
)  # fmt: skip
_SHAPES_BESIDE_FIGURES: tuple[_Shape, ...] = (_recurring, _ratio, _assigned, _completed, _no_increase, _all)
