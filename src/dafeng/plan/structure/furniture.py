"""What stands round a plan on a page: navigation, dates, footers 页面杂项, tables of contents, notices, signatures."""

from __future__ import annotations

import re

from dafeng.plan.gazetteer import one_of

_SPACE = r"[ \t\u3000\xa0]*"
PAGE_LINE = re.compile(rf"^{one_of('page_line')}(?=[\s:：|>＞»/【】\[\]()（）\d.-]|$)", re.IGNORECASE)
PAGE_PART = re.compile(one_of("page_part"), re.IGNORECASE)
PAGE_NUMBER = re.compile(r"^[-—－·\s]*第?\s*\d{1,3}\s*页?(?:\s*[/／共]\s*\d{1,3}\s*页?)?[-—－·\s]*$")
TOC_LINE = re.compile(r"[.．…·⋯]{3,}\s*[-(（]?\d{1,3}[-)）]?$")
TOC_HEAD = re.compile(f"^目{_SPACE}[录次]$")
DATE_LINE = re.compile(
    r"^[(（]?\s*(?:20\d\d|二[〇○０零oO0]二[〇○零一二三四五六七八九])\s*年\s*(?:\d{1,2}|"
    r"[一二三四五六七八九十]{1,2})\s*月\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*日\s*[)）]?$"
)
DOC_NUMBER_LINE = re.compile(
    r"^[\u4e00-\u9fff]{2,12}\s*(?:[〔\[［【(（]\s*)?20\d\d\s*[〕\]］】)）年]?\s*第?\s*\d{1,4}\s*号$"
)
DOC_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}?[〔\[［]\s*20\d\d\s*[〕\]］]\s*\d{1,4}\s*号")
IMPRINT = re.compile(
    r"^[(（]?(?:此件|本件|信息公开|公开属性|公开方式|附件[:：]).{0,300}$|^(?:抄送|主题词|分送)[:：].{0,400}$|"
    r"^[\u4e00-\u9fff（）()、\s]{4,40}\s*20\d\d年\d{1,2}月\d{1,2}日\s*(?:印发|印)$"
)
ADDRESSEE = re.compile(r"^[^。;；]{2,400}[:：]$")
ADDRESSEE_WORDS = re.compile("政府|委|局|厅|部|单位|企业|公司|办公室|机构|组织|管委会|协会|院|党组")
NOTICE_TITLE = re.compile(r"(?:通知|的函|公告|通告|批复|解读|问答)[》)）]?$")
HANDED_OUT = re.compile(
    "(?:现|将).{0,60}(?:印发|发布|予以公布|转发|下发)|印发给(?:你们|各)|请.{0,12}(?:贯彻|遵照|认真|"
    "结合实际|组织|执行)|征求.{0,20}意见|反馈"
)
PLAN_TITLE = re.compile(rf"{one_of('plan_word')}(?:[》]?[(（〔][^()（）〔〕]{{1,24}}[)）〕])*$")
AGENCY_END = re.compile(f"(?:{one_of('agency_end')}|中共.{{2,20}}委)$")
TABLE_TITLE = re.compile(
    "^[^。,，;；:：|]{0,40}(?:分工|任务|分解|指标|目标|项目|进度|清单)[^。,，;；:：|]{0,8}(?:表|清单|一览)$"
)
ATTACHMENT_LINE = re.compile(rf"^附{_SPACE}[件表录]{_SPACE}(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})?{_SPACE}[:：]?$")


def is_page_line(line: str) -> bool:
    """Whether a line is page furniture by its own words; only short lines can be."""
    if PAGE_NUMBER.match(line) or TOC_LINE.search(line):
        return True
    if len(line) > 160 or line.endswith("。"):
        return False
    return bool(PAGE_LINE.match(line) or PAGE_PART.search(line)) and not line.endswith(("负责)", "负责）"))


def is_date_line(line: str) -> bool:
    return bool(DATE_LINE.match(line))


def is_number_line(line: str) -> bool:
    """Whether a line is the number of a document 发文字号 and nothing else, in brackets or not."""
    return bool(DOC_NUMBER_LINE.match(re.sub(r"\s", "", line).strip("()（）")))


def is_imprint(line: str) -> bool:
    """Whether a line behind a document belongs to its imprint 版记: copies to, printed by, made public."""
    if re.match("抄送|主题词|分送", line):
        return bool(IMPRINT.match(line))
    return bool(IMPRINT.match(line)) and not line.endswith("。")


def is_agency_line(line: str) -> bool:
    """Whether a short line is the name (or names) of bodies that sign."""
    bare = re.sub(r"[\s\u3000]+", "", line)
    return (
        3 <= len(bare) <= 60
        and not re.search("[,，。:：;；《》“”(（]", bare.rstrip(")）"))
        and bool(AGENCY_END.search(bare))
    )


def is_addressee(line: str) -> bool:
    """各市人民政府，…： the line to whom a notice is sent."""
    return bool(
        ADDRESSEE.match(line) and ADDRESSEE_WORDS.search(line) and re.search("各|省|市|县|区|有关|单位|企业", line)
    )


def is_plan_title(line: str) -> bool:
    """Whether a line alone could be the title of a plan, not of a notice."""
    bare = re.sub(r"[\s\u3000]+", "", line)
    if not 6 <= len(bare) <= 60 or re.search("[。;；:：,，!！?？|>]", bare):
        return False
    if bare.count("《") != bare.count("》"):  # the lower half of a title that was broken inside 《》
        bare = bare.split("》", 1)[-1] if "《" not in bare else bare
    return bool(PLAN_TITLE.search(bare)) and not NOTICE_TITLE.search(bare) and not bare.startswith("附件")
