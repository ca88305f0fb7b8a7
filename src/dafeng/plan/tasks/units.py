"""Responsible units 责任单位: one expression of responsibility → the units, who leads, what else it says.

Read here: (A、B等按职责分工负责), (责任单位:A、B), [牵头单位:A;配合单位:B、C], (A牵头,B、C参加), the lead rule stated
once (列第一位的为牵头部门,下同), units added to every task (以下均需…负责), and lists that stay open (…等).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dafeng.plan.gazetteer import one_of
from dafeng.plan.records import LeadRule, Responsible

Role = Literal["plain", "lead", "partner"]

LeadOrder = Literal["first", "comma", "semicolon"]
"""By which place in a list one leads: listed first 列第一位, before the first comma 逗号前, or semicolon 分号前."""

OPENERS, CLOSERS = "(（[【〔［〈", ")）]】〕］〉"
_ROLE_WORD = "责任|牵头|配合|参与|参加|协办|协助|主办|承办|落实|实施|负责|主责|协同|主管|组织"
LABEL = re.compile(
    rf"(?P<label>(?:主要|第一|市级|省级|各级|市直|省直)?(?:{_ROLE_WORD}){{1,2}}(?:单位|部门|主体|处室|"
    rf"科室|机构|地区))(?:及(?:责任人|分工))?\s*(?:[:：]|为[:：]?)\s*"
)
TERM = re.compile(
    r"[,，;；。、]?\s*(?:(?:完成|办理|落实|推进)?(?:时限|期限|时间|进度)(?:要求|安排)?|责任人|联系人|有效期)\s*[:：至](?P<when>[^;；。)）\]】]*)"
)
"""When it is due (完成期限:2026年6月底) or who answers for it in person, named among the units."""
_SHARED = (
    r"(?:按(?:照)?(?:各自|本)?(?:的)?(?:职责|职能|部门职责|工作职责|任务|职权)?(?:任务|范围)?分工|"
    r"按(?:照)?(?:各自)?(?:职责|职能)|依(?:据|照)?职责|根据职责(?:分工)?|分别|共同|具体|分级|各自|"
    r"联合|分工)*"
)
_VERB_LEAD = "牵头(?:负责|落实|实施|推进|组织实施|组织|会同)?|总牵头|为牵头(?:单位|部门)|主办|主责"
_VERB_PARTNER = (
    "(?:协同|积极|密切)?配合(?:实施|落实|做好)?|参加|参与|协办|协助(?:实施|落实)?|为(?:配合|参加|"
    "参与|协办)(?:单位|部门)|指导"
)
_VERB_PLAIN = (
    "负责(?:落实|实施|推进|组织实施)?|落实|组织实施|推进落实|贯彻落实|抓好落实|推进|实施|为责任(?:单位|部门)|承担"
)
_TAIL = re.compile(
    rf"(?P<shared>{_SHARED})(?:(?P<lead>{_VERB_LEAD})|(?P<partner>{_VERB_PARTNER})|(?P<plain>{_VERB_PLAIN}))$"
)
_OPEN_TAIL = re.compile(
    "等(?:[一二两三四五六七八九十\\d]+个?)?(?:省级|市级|省直|市直|中央)?(?:各)?(?:有关|相关|其他|"
    "责任)?(?:部门和单位|单位和部门|部门、单位|部门单位|部门|单位|地方|方面|企业|机构)?$"
)
_OPEN_MIDDLE = re.compile(
    "等(?:省级?|市级?|县级?|区级?|国家|中央)?(?:直)?(?:有关|相关|各)?(?:部门和单位|部门、单位|部门|单位)?"
    "(?:(?:以及|及|和|与|、|[,，])(?=各|省|市|县|区|有关|相关|地方|中央|国家|国网)|$)"
)
_NOTE = re.compile(
    "(?:^|(?<=[,，。;；、）)]))\\s*(?:以下|下列|下同|以上|列(?:在)?(?:第一|首)位?|排(?:名|在|序|列)|"
    "首位|第一(?:个|位|家)|各?任务(?:分工)?(?:中)?(?:列|排|首|第一)|注[:：]|未(?:明确|列)|"
    "其中.{0,12}为?牵头|第?[一1]?个?(?:逗|分)号(?:之|以)?前|(?:标|带|加|标注)?[*＊★].{0,4}(?:为|的|号)|不再|均需|各(?:项|"
    "责任单位).{0,8}(?:列|排|首|第一))"
)
_LEAD_FIRST = re.compile(
    "(?:列(?:在)?|排(?:名|在|序|列)?(?:在)?|居)?(?:第一(?:位|个|名|家)?|首位|最前|首个|首家|"
    "最先)(?:的)?(?:单位|部门|责任单位|责任部门|责任主体)?(?:均)?(?:为|是|牵头)"
)
_LEAD_BEFORE = re.compile("(?P<sign>逗号|分号)(?:之|以)?前(?:面)?(?:的)?(?:各)?(?:单位|部门)?(?:均|都)?(?:为|是)?牵头")
_LEAD_STAR = re.compile("[*＊★].{0,8}牵头")
_HOLDS_ON = re.compile("下同|以下|各项|各任务|均|后同|所有|各责任|本方案")
_IMPLICIT = re.compile(
    "(?:以下|下列|以上|各项|本方案|后续)?[^,，。;；]{0,10}?(?:均|都)(?:需|由|须|要|涉及|"
    "需要)?(?P<units>[^。;；]{2,80}?)(?:按(?:照)?职责(?:分工)?|共同|具体|分级|抓好|组织)*(?:负责|"
    "参与|参加|配合|落实|实施)"
)
_IMPLICIT_BACK = re.compile(
    "(?:以下|下列|以上)?(?:各|全部|所有)?(?:条|项|任务|工作)*(?:内容)?(?:均|都|各项均|各条均)(?:有|所)?(?:涉及|需|负责|参与|落实|包括|如此)[^,，。;；]{0,6}$"
)
UNIT_END = re.compile(rf"{one_of('unit_end')}(?:[(（][^()（）]{{1,20}}[)）])?$")
_PLACE = re.compile(
    "(?:各|全省|全市|有关|相关|省级|市级)[^,，、]{0,12}$|[\u4e00-\u9fff]{1,8}(?:[市县区州盟旗镇乡]|"
    "开发区|兵团|示范区|保税区)(?:[(（][^()（）]{1,12}[)）])?$"
)
_PLACE_STUB = re.compile(f"^各{one_of('place_stub')}$")
_PLACE_REST = re.compile(
    "^(?!各|有关|相关)[^,，]{0,24}?(?:人民政府|政府|管委会|行政公署)$|^(?:县|区|市|旗|州|盟|自治区|"
    "自治州|直辖市)(?:[(（][^()（）]{1,12}[)）])?$"
)
_AND = re.compile(
    "(?:以及|及|和|与)(?=各|省|市|县|区|州|自治|国家|国务院|中国|人民银行|国网|南网|南方电网|有关|"
    "相关|工业和信息化|生态环境|地方|中央)"
)
_NO_NAME = re.compile(
    "[。;；:：“”《》]|的|了|^(?:支持|鼓励|引导|推动|推进|加快|加强|积极|督促|依托|协调|建立|要|"
    "组织(?!部)|完善|强化|落实|确保)"
)
_STRICT_END = re.compile(rf"{one_of('unit_end_strict')}(?:[(（][^()（）]{{1,20}}[)）])?$")
_BARE_GOVERNMENT = re.compile("^(?:市|县|区|州|旗)(?:人民)?政府$")
_HEADLESS = re.compile("^(?:由|是|为|及|和|与|以及|并由|分别由|主要由)")


@dataclass(frozen=True, slots=True)
class Duty:
    """What the expressions of responsibility of one task say.

    units, lead_rule, open_list   as in the task record
    lead_on                       the rule by order (列第一位的为牵头部门) that holds for what follows too (下同)
    implicit                      units that a note adds to every task from here on
    """

    units: tuple[Responsible, ...] = ()
    lead_rule: LeadRule = "none"
    open_list: bool = False
    lead_on: LeadOrder | None = None
    implicit: tuple[str, ...] = ()


def read_duty(expression: str, standing: LeadOrder | None = None) -> Duty:
    """Read the words of one responsibility bracket, without the outer brackets.

    Lines that complete each other (牵头单位:A / 配合单位:B) are handed over joined by ;. ``standing`` is the rule by
    order that an earlier note set for the rest of the document; where the expression itself says who leads, it yields.
    """
    words, notes = _notes(TERM.sub("", re.sub(r"\s+", "", expression)))
    groups, open_list = _groups(words)
    starred = bool(_LEAD_STAR.search(notes)) or any(_is_starred(n) for _, names in groups for n in names)
    units = _by_role(groups)
    own = lead_order(notes)
    rule: LeadRule = "explicit" if any(u.lead for u in units) else "none"
    if rule == "none" and units and (own or standing):
        units, rule = _by_order(words, units, own or standing)
    on = own or ("first" if starred and not units else None)
    implicit = _implicit(notes, words)
    return Duty(
        tuple(u for u in units if not _is_added(u.name, implicit)),
        rule,
        open_list,
        on if _HOLDS_ON.search(notes) else None,
        implicit,
    )


def joined_duty(expressions: Sequence[str], standing: LeadOrder | None = None) -> Duty:
    """What several brackets of one task say together, each read by itself; a unit that leads in one of them leads.

    An expression that only names partners (配合单位:…) completes the one before it.
    """
    whole: list[str] = []
    for words in expressions:
        label = LABEL.match(words.strip())
        if whole and label and _label_role(label.group("label")) == "partner":
            whole[-1] += ";" + words
        else:
            whole.append(words)
    duties: list[Duty] = []
    for words in whole:
        duties.append(read_duty(words, standing))
        standing = duties[-1].lead_on or standing
    return _merged_duty(duties)


def _merged_duty(duties: Sequence[Duty]) -> Duty:
    leads = {u.name for duty in duties for u in duty.units if u.lead}
    names = dict.fromkeys(u.name for duty in duties for u in duty.units)
    rules: set[LeadRule] = {duty.lead_rule for duty in duties}
    return Duty(
        tuple(Responsible(name=name, lead=name in leads) for name in names),
        "explicit" if "explicit" in rules else "first" if "first" in rules else "none",
        any(duty.open_list for duty in duties),
        next((duty.lead_on for duty in reversed(duties) if duty.lead_on), None),
        next((duty.implicit for duty in reversed(duties) if duty.implicit), ()),
    )


def _by_role(groups: Sequence[tuple[Role, list[str]]]) -> list[Responsible]:
    """Who leads by the labels and verbs: 牵头, or 责任单位 where the same expression names 配合单位."""
    has_partner = any(role == "partner" for role, _ in groups)
    has_lead = any(role == "lead" for role, _ in groups)
    units: list[Responsible] = []
    for role, names in groups:
        for name in names:
            lead = role == "lead" or (role == "plain" and has_partner and not has_lead) or _is_starred(name)
            units.append(Responsible(name=_bare(name), lead=lead))
    return units


def _by_order(words: str, units: Sequence[Responsible], order: LeadOrder | None) -> tuple[list[Responsible], LeadRule]:
    """The same units with those as lead that stand first, or before the first comma or semicolon."""
    if order == "first":
        return [Responsible(name=u.name, lead=i == 0) for i, u in enumerate(units)], "first"
    head = _before(words, ",，;；。" if order == "comma" else ";；。")
    leads = {_bare(name) for _, names in _groups(head)[0] for name in names}
    return [Responsible(name=u.name, lead=u.name in leads) for u in units], "explicit"


def _before(words: str, signs: str) -> str:
    """The words up to the first of the signs that stands outside brackets, all of them where none does."""
    depth = 0
    for i, char in enumerate(words):
        depth += (char in OPENERS) - (char in CLOSERS and depth > 0)
        if depth == 0 and char in signs:
            return words[:i]
    return words


def lead_order(notes: str) -> LeadOrder | None:
    """The rule by order that a note states: 列第一位的为牵头部门, 逗号前为牵头单位; None where it states none."""
    if "牵头" not in notes:
        return None
    before = _LEAD_BEFORE.search(notes)
    if before:
        return "comma" if before.group("sign") == "逗号" else "semicolon"
    return "first" if _LEAD_FIRST.search(notes) else None


def stated_order(words: str) -> LeadOrder | None:
    """The rule by order that a sentence outside any bracket states for the whole document."""
    return lead_order(words) if re.search("单位|部门", words) else None


def _is_added(name: str, implicit: Sequence[str]) -> bool:
    """Whether a unit is, by the same name, one that the note of the same expression adds to every task."""
    return re.sub("〈.*$", "", name) in implicit


def is_unit(name: str) -> bool:
    """Whether a name looks like that of a body that can be responsible."""
    return 2 <= len(name) <= 30 and bool(UNIT_END.search(name) or _PLACE.search(name)) and not _NO_NAME.search(name)


def is_strict_unit(name: str) -> bool:
    """Whether a name ends as names of departments, governments and companies do, so that no bracket need say so."""
    return is_unit(name) and len(name) <= 24 and bool(_STRICT_END.search(name))


def _notes(words: str) -> tuple[str, str]:
    found = _NOTE.search(words)
    if not found:
        return words, ""
    return words[: found.start()].rstrip(",，。;；、"), words[found.start() :]


def _implicit(notes: str, words: str) -> tuple[str, ...]:
    """The units that a note adds to every task; 以下各条均涉及 means those named right before it."""
    found = _IMPLICIT.search(notes)
    if found:
        return tuple(_bare(n) for n in split_names(found.group("units")))
    if _IMPLICIT_BACK.match(notes.strip(",，。;；、")):
        groups, _ = _groups(re.split("[。;；,，]", words)[-1])
        return tuple(_bare(n) for _, names in groups for n in names)
    return ()


def _groups(words: str) -> tuple[list[tuple[Role, list[str]]], bool]:
    """The names in groups by role, in the order written; and whether a list stays open."""
    groups: list[tuple[Role, list[str]]] = []
    open_list = False
    for label, piece in _labelled(words):
        pending: list[str] = []
        for name in split_names(_OPEN_MIDDLE.sub(_open_comma, piece)):
            bare, role, opened = _tail(name)
            open_list |= opened
            pending += [part for part in _split_and(bare) if part]
            if role is not None:
                groups.append((role if role != "plain" or label == "plain" else label, pending))
                pending = []
        if pending:
            groups.append((label, pending))
    return groups, open_list


def _open_comma(found: re.Match[str]) -> str:
    return "等、"


def _labelled(words: str) -> list[tuple[Role, str]]:
    """The expression cut at its labels (牵头单位:), each piece with the role its label gives."""
    pieces: list[tuple[Role, str]] = []
    at, role = 0, "plain"
    current: Role = "plain"
    for found in LABEL.finditer(words):
        pieces.append((current, words[at : found.start()]))
        role = found.group("label")
        current = _label_role(role)
        at = found.end()
    pieces.append((current, words[at:]))
    return [(r, piece.strip(",，。;；、:： ")) for r, piece in pieces if piece.strip(",，。;；、:： ")]


def _label_role(label: str) -> Role:
    if re.search("牵头|主办|主责|第一", label):
        return "lead"
    return "partner" if re.search("配合|参与|参加|协办|协助|协同", label) else "plain"


def split_names(piece: str) -> list[str]:
    """Cut a list at 、 , ; and 。 outside brackets; 各区、县(市)人民政府 stays one name."""
    parts, depth, start = [], 0, 0
    for i, char in enumerate(piece):
        if char in OPENERS:
            depth += 1
        elif char in CLOSERS:
            depth = max(0, depth - 1)
        elif char in "、,，;；。/／|" and depth == 0:
            parts.append(piece[start:i])
            start = i + 1
    parts.append(piece[start:])
    return _merged([part.strip(" :：.．") for part in parts if part.strip(" :：.．")])


def _merged(parts: Sequence[str]) -> list[str]:
    """各市 | 县(区)政府 → one name; a stub of place names waits for the body it belongs to."""
    made: list[str] = []
    for part in parts:
        head, _, _ = _tail(part)
        if (
            made and made[-1].startswith("各") and _BARE_GOVERNMENT.match(head) and re.search("公署$|政府$", made[-1])
        ) or (
            made
            and _PLACE_STUB.match(made[-1].rsplit("、", 1)[0] if "、" in made[-1] else made[-1])
            and _PLACE_REST.match(head)
            and not _complete(made[-1])
        ):
            made[-1] = f"{made[-1]}、{part}"
        else:
            made.append(part)
    return made


def _complete(name: str) -> bool:
    return bool(re.search("政府|管委会|公署", name))


def _tail(name: str) -> tuple[str, Role | None, bool]:
    """A name without the verb behind it (…等按职责分工负责), the role the verb gives, whether 等 stood there."""
    role: Role | None = None
    found = _TAIL.search(name)
    if found:
        role = "lead" if found.group("lead") else "partner" if found.group("partner") else "plain"
        name = name[: found.start()]
    else:
        name = re.sub(rf"{_SHARED}$", "", name)
    opened = _OPEN_TAIL.search(name)
    if opened:
        name = name[: opened.start()]
    return _HEADLESS.sub("", name), role, bool(opened)


def _split_and(name: str) -> list[str]:
    """A和B cut in two where both are units: 省发展改革委和省能源局, but not 省工业和信息化厅; A会同B is cut too."""
    for joint in re.finditer("会同|商|、", name):
        left, right = name[: joint.start()], name[joint.end() :]
        if joint.group() == "会同" and is_unit(left) and is_unit(right):
            return [f"{left}*", right]
    for joint in _AND.finditer(name):
        left, right = name[: joint.start()], name[joint.end() :]
        if UNIT_END.search(left) and len(left) >= 2 and is_unit(right):
            return [*_split_and(left), *_split_and(right)]
    for joint in re.finditer("(?<=政府)(?:和|及|与)", name):  # 各设区市人民政府和…实验区管委会
        if name.endswith("管委会"):
            return [name[: joint.start()], name[joint.end() :]]
    return [name]


def _is_starred(name: str) -> bool:
    return bool(re.search("^[*＊★]|[*＊★]$|[(（](?:牵头|牵头单位|牵头部门|主办)[)）]$", name))


def _bare(name: str) -> str:
    return re.sub("^[*＊★]|[*＊★]$|[(（](?:牵头|牵头单位|牵头部门|主办|配合|参与|参加)[)）]$", "", name).strip()
