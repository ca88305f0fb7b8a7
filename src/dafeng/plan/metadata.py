"""What a document is 文件信息: title, kind, issuers, dates, number, region, sector, what it refers to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from dafeng.plan import gazetteer
from dafeng.plan.gazetteer import AdminLevel, one_of
from dafeng.plan.outline import BlockKind, Outline
from dafeng.plan.records import Document, SectionRecord
from dafeng.plan.source import SourceText
from dafeng.plan.structure import furniture as page
from dafeng.plan.structure.headings import number_value, read_mark

_DOC_TYPES = one_of("doc_type")
_PROGRESS_TITLE = re.compile(
    "进展|成效|综述|总结|工作情况|完成情况|运行情况|并网情况|简况|工作报告|年度报告|回顾|取得|显著|公报|白皮书|新闻发布会|"
    "稳步推进|扎实推进$"
)
_DONE = re.compile(
    "累计|同比|环比|截至|截止|目前|上半年|前三季度|去年|比上年|上年同期|[较比]上年|以来|首次|已(?:经(?!济)|建|有|成|达|完|形|实|累|印|超|全)|"
    "完成了|取得|开展了|编制了|新闻发布会|印发|遴选"
)
_GOALS = re.compile(r"到(?:20\d\d年|“十[四五六]五”)|力争|确保|按职责分工|责任单位|牵头单位|应当|不得")
HEADLINE = 60  # characters
DONE_NEEDED, DONE_TIMES, DONE_DENSITY = 3, 2.0, 2.0  # phrases; times the phrases of goals; per 1,000 characters
_HANDED_OUT = re.compile(
    "印发(?:了|实施)?(?:《(?P<a>(?:[^《》]|《[^《》]*》)+)》|(?P<b>[^《》。,，;；]{4,50}?)的通知)|"
    "(?:制定|编制|出台)了?《(?P<c>[^《》]+)》|^现?将《(?P<d>[^《》]+)》[^。]{0,40}?(?:印发|发布|下发|转发)"
)
_DATE = re.compile(
    r"(?P<y>20\d\d)\s*(?:年|[-/.])\s*(?P<m>\d{1,2})\s*(?:月|[-/.])\s*(?P<d>\d{1,2})\s*日?"
    r"|(?P<cy>二[〇○零oO0][〇○零一二三四五六七八九]{2})年(?P<cm>[一二三四五六七八九十]{1,2})月(?P<cd>[一二三四五六七八九十]{1,3})日"
)
_PUBLISHED = re.compile("(?:发布|发文|更新|公开|上传|刊发)(?:时间|日期)|^时间|^日期|^\\s*20\\d\\d[-/.年]")
_WRITTEN = re.compile("成文日期|签发日期|印发日期|印发时间|发文日期")
_WIRED = re.compile("新华社[\u4e00-\u9fff]{2,6}20\\d\\d年\\d{1,2}月\\d{1,2}日电")  # a dated news line
_NUMBER_LABEL = re.compile("(?:发文字号|文号|文件编号|发文号)[:：\\s]*(?P<n>[^\\s|]{4,30}?号)")
_BOOK = re.compile(
    "《(?P<t>(?:[^《》]|"
    "《[^《》]*》)+)》(?:\\s*[(（](?P<n>[^()（）]{2,16}[〔\\[［]?20\\d\\d[〕\\]］]?\\s*\\d{1,4}\\s*号)[)）])?"
)
_NICKNAME = re.compile('(?:以下|下)?简称[:：为]?\\s*[“"]?《(?P<t>[^《》]+)》')
_SPACES = re.compile("[\\s\u3000]+")
_FRONT: tuple[BlockKind, ...] = ("notice", "signature", "lead", "excerpt", "furniture", "title")


def read_document(source: SourceText, outline: Outline) -> Document:
    """The document record of a plan: what cannot be read from the text stays null.

    Source: plan_schema §3. Titles lose their white space; issuers stand in full as they signed; a date in the page
    header is the publish date, the signature date is the issue date.
    """
    text = source.text
    title = _title(text, outline)
    issuers = _issuers(text, outline, title)
    number = _doc_number(text, outline)
    region, level = _region(text, outline, title, issuers, number)
    return Document(
        doc=document_id(source.name),
        title=title,
        doc_type=_doc_type(text, title),
        issuers=issuers,
        issue_date=_issue_date(text, outline),
        publish_date=_publish_date(text, outline),
        doc_number=number,
        region=region,
        admin_level=level,
        sector=_sector(text, outline, title),
        script=source.script,
        addressees=_addressees(text, outline),
        referenced=referenced(text, title),
        sections=tuple(
            SectionRecord(level=s.level, number=s.number, title=s.title, start=s.start) for s in outline.sections
        ),
    )


def document_id(name: str) -> str:
    """The file name without folder and without the ending of its format."""
    path = PurePath(name)
    return path.stem if path.suffix.lower() in {".txt", ".html", ".htm", ".docx", ".pdf", ".md"} else path.name


def _lines(text: str, outline: Outline, *kinds: BlockKind) -> list[str]:
    return [text[b.span[0] : b.span[1]] for b in outline.blocks if b.kind in kinds]


def _title(text: str, outline: Outline) -> str | None:
    """The title line of the plan, else the one its notice or its preamble names, else that of the notice itself."""
    own = _lines(text, outline, "title")
    if own:
        whole = _joined(line for line in own if not re.match("^[(（][^)）]*(?:稿|试行|摘要|全文)[)）]$", line))
        whole = whole[1:-1] if re.fullmatch("《[^《》]*》", whole) else whole
        return re.sub("^[^《》]{3,40}?(?:关于)?印发(?=.{8})(?!.*通知)", "", whole)
    notice = _notice_title(text, outline)
    top = [line for line in _lines(text, outline, "furniture", "body")[:4] if len(line) <= HEADLINE]
    for line in [notice or "", *_lines(text, outline, "notice", "lead"), *top]:
        named = _HANDED_OUT.search(line)
        if named:
            return _joined([next(g for g in named.groups() if g)])
    return notice or _opening_title(text, outline)


def _joined(lines: Iterable[str]) -> str:
    return _SPACES.sub("", "".join(lines))


def _notice_title(text: str, outline: Outline) -> str | None:
    """The title of a covering or bare notice 通知, on one or several lines in front of everything else."""
    made: list[str] = []
    for block in outline.blocks[:12]:
        line = text[block.span[0] : block.span[1]]
        bare = _SPACES.sub("", line)
        whole = _joined([*made[-3:], line])
        if page.NOTICE_TITLE.search(whole) and len(bare) <= 100 and "。" not in bare:
            return whole
        broken_off = block.kind in ("notice", "furniture", "body") and not re.search("[。;；:：>|]", bare)
        usable = broken_off and not page.is_page_line(line) and not page.is_number_line(line) and len(bare) <= 45
        made = [*made, line] if usable and not re.search("文件$", bare) else []
    return None


def _opening_title(text: str, outline: Outline) -> str | None:
    """The first line of a text where it is short and no sentence: the headline of a report or a piece of news."""
    lines = [text[b.span[0] : b.span[1]] for b in outline.blocks[:20] if b.kind in ("body", "heading", "furniture")]
    front = [line for line in lines if not page.is_page_line(line) and not page.is_number_line(line)]
    made = ""
    for line in front[:4]:
        if not _is_headline(line):
            break
        made = _joined([made, line])
        if page.is_plan_title(made):
            return made.strip("《》")
    return _SPACES.sub("", front[0]).strip("《》") if front and _is_headline(front[0]) and len(lines) > 1 else None


def _is_headline(line: str) -> bool:
    """Whether a line could be a headline, or part of one: short, no sentence, no heading, no attachment."""
    bare = _SPACES.sub("", line)
    sized = 4 <= len(bare) <= HEADLINE and re.search("[\u4e00-\u9fff]{4}", bare)
    return bool(sized and not re.search("[。;；:：|>]|[,，]$|^附|^[-—·]|目录|^[(（]", bare) and read_mark(line) is None)


def _doc_type(text: str, title: str | None) -> str | None:
    """文种 by the end of the title; a report of what was done is "progress" whatever it is called."""
    if title:
        bare = re.sub("(?:[(（〔][^()（）]*[)）〕])+$", "", title)
        found = re.search(f"(?:{_DOC_TYPES})$", bare)
        if found and not re.search("进展|完成情况|总结", bare):
            return found.group()
        if _PROGRESS_TITLE.search(bare):
            return "progress"
    return "progress" if _tells_progress(text) else None


def _tells_progress(text: str) -> bool:
    """Whether a text reports what was done: its phrases of facts against those of goals and duties."""
    done = len(_DONE.findall(text))
    goals = len(_GOALS.findall(text))
    return done >= DONE_NEEDED and done >= DONE_TIMES * goals and 1000 * done >= DONE_DENSITY * len(text)


def _issuers(text: str, outline: Outline, title: str | None) -> tuple[str, ...]:
    """The bodies that signed; where none signed, the bodies in the title of the notice or of the plan itself."""
    names: list[str] = []
    for line in _lines(text, outline, "signature"):
        if not page.is_date_line(line):
            names += _signed(line)
    if names:
        return tuple(dict.fromkeys(names))
    for heading in [_notice_title(text, outline) or "", *_lines(text, outline, "notice")[:3], title or ""]:
        bare = _SPACES.sub(" ", heading)
        head = re.match("^(?P<who>[^。《》,，;；为]{3,120}?)\\s*(?:关于印发|印发|关于|转发)", bare)
        signed = tuple(_signed(head.group("who"))) if head else ()
        if signed:
            return signed
    return ()


def _signed(line: str) -> list[str]:
    """A signature line cut into bodies: wide gaps always cut, a single space only between two whole names."""
    parts = re.split(r"[\s\u3000]{2,}|\t|\n|、", line.strip())
    made: list[str] = []
    for part in parts:
        pieces = part.split(" ")
        if len(pieces) > 1 and all(page.is_agency_line(p) and len(p) > 3 for p in pieces):
            made += pieces
        elif part.strip():
            made.append(_SPACES.sub("", part))
    return [m for m in made if page.is_agency_line(m)]


def _iso(found: re.Match[str] | None) -> str | None:
    if not found:
        return None
    if found.group("y"):
        year, month, day = int(found.group("y")), int(found.group("m")), int(found.group("d"))
    else:
        digits = "".join(
            str("〇一二三四五六七八九".index(c)) if c in "〇一二三四五六七八九" else "0" for c in found.group("cy")
        )
        year, month, day = int(digits), number_value(found.group("cm")) or 0, number_value(found.group("cd")) or 0
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _issue_date(text: str, outline: Outline) -> str | None:
    """The date of the signature; else 成文日期 in the page header; else a date in brackets under the title."""
    for line in _lines(text, outline, "signature"):
        if page.is_date_line(line):
            return _iso(_DATE.search(line))
    for line in _lines(text, outline, "furniture"):
        label = _WRITTEN.search(line)
        if label:
            return _iso(_DATE.search(line, label.end()))
    for line in [*_lines(text, outline, "title", "notice")[:6], *_lines(text, outline, "notice")[-3:]]:
        if page.is_date_line(line):
            return _iso(_DATE.search(line))
    for line in reversed(_lines(text, outline, "furniture")):  # the imprint 版记: … 2022年3月1日印发
        if page.is_imprint(line) and line.endswith("印发"):
            return _iso(_DATE.search(line))
    return None


def _publish_date(text: str, outline: Outline) -> str | None:
    """The date the page gives for its publication 发布时间."""
    for line in _lines(text, outline, "furniture"):
        label = _PUBLISHED.search(line)
        if label and not _WRITTEN.match(line):
            stated = _iso(_DATE.search(line, label.start()))
            if stated:
                return stated
    wired = _WIRED.search(text)
    return _iso(_DATE.search(wired.group())) if wired else None


def _doc_number(text: str, outline: Outline) -> str | None:
    """The number of the document 发文字号 on a line of its own in front of the plan, or labelled in the page header."""
    for line in _lines(text, outline, *_FRONT):
        bare = _SPACES.sub("", line)
        labelled = _NUMBER_LABEL.search(line)
        if labelled:
            return _SPACES.sub("", labelled.group("n"))
        if page.is_number_line(line):
            return bare.strip("()（）")
    return None


def _region(
    text: str, outline: Outline, title: str | None, issuers: Sequence[str], number: str | None
) -> tuple[str | None, AdminLevel | None]:
    """The region by the title, the issuers, the notice's title, the number, then the file's own words (全省, 我市)."""
    notice = re.sub("^关于(?:印发)?《?", "", _notice_title(text, outline) or "")
    for words in [title or "", *issuers, notice]:
        place = gazetteer.place_of(words)
        if place:
            return place
    if any(re.match(one_of("national_body"), issuer) for issuer in [*issuers, notice]):
        return "全国", "national"
    return _region_by_words(text, gazetteer.place_of_number(number) if number else None)


_LEVEL_WORDS: tuple[tuple[AdminLevel, str], ...] = (
    ("province", "我省|全省|本省|我区(?=各盟|各地)|省[^级市]{1,8}[厅委]"),
    ("prefecture", "我市|全市|本市"),
    ("county", "我县|全县|我区|全区(?!域)"),
)
_NATION = "我国|全国|党中央|国家发展改革委|国务院国资委|工业和信息化部|各省、自治区、直辖市"


def _region_by_words(text: str, numbered: tuple[str, AdminLevel] | None) -> tuple[str | None, AdminLevel | None]:
    """Where no name says it: the level by 我省, 全市 …, the place named most often at that level.

    A document of 我市 whose place is a municipality, or of 我区 whose place is an autonomous region, is provincial.
    """
    count, level = max(((len(re.findall(words, text)), level) for level, words in _LEVEL_WORDS), key=lambda c: c[0])
    names = Counter(gazetteer.places_named(text))
    if count >= 2:
        fitting = [p for p, _ in names.most_common() if p[1] == level or _is_region_of(p[0], level)]
        if numbered and (numbered[1] == level or _is_region_of(numbered[0], level)):
            return numbered
        return fitting[0] if fitting else (None, level)
    if numbered:
        return numbered
    return ("全国", "national") if len(re.findall(_NATION, text)) >= 2 else (None, None)


def _is_region_of(place: str, level: AdminLevel) -> bool:
    """Whether 我市 can mean this municipality, or 我区 this autonomous region."""
    return place in {"北京市", "天津市", "上海市", "重庆市"} if level == "prefecture" else place.endswith("自治区")


def _sector(text: str, outline: Outline, title: str | None) -> str | None:
    """The sector the title names; a plan for a whole region covers all of them 全领域."""
    if title:
        return _sector_of_title(title)
    opening = "".join(_lines(text, outline, "body", "heading"))[:1500]
    named = Counter(re.findall("(工业|能源|城乡建设|交通运输|农业农村)领域", opening))
    return named.most_common(1)[0][0] if named else None


def _sector_of_title(title: str) -> str:
    named = re.search(
        "(工业|能源|城乡建设|建筑|交通运输|农业农村|公共机构|科技|生态环境)(?:领域|绿色|节能|低碳|碳达峰|能效)", title
    )
    if named:
        return named.group(1)
    return gazetteer.sector_of(title) or "全领域"


def _addressees(text: str, outline: Outline) -> str | None:
    for line in _lines(text, outline, "notice"):
        if page.is_addressee(line):
            return _SPACES.sub("", line).rstrip(":：")
    return None


def referenced(text: str, title: str | None) -> tuple[str, ...]:
    """The documents named in 《》, in order of first mention, without the plan itself; ``title|number`` where numbered.

    A title that repeats the end of a longer one (《关于…的意见》 of 《中共… 关于…的意见》) counts as the longer.
    """
    nicknames = {m.group("t") for m in _NICKNAME.finditer(text)}
    own = _SPACES.sub("", title or "")
    found: dict[str, str | None] = {}
    for match in _BOOK.finditer(text):
        name = re.sub(r"[\s\u3000]+", " ", re.sub(r"\n\s*", "", match.group("t"))).strip()
        if name in nicknames or len(name) <= 3 or _SPACES.sub("", name) == own:
            continue
        found[name] = found.get(name) or (_SPACES.sub("", match.group("n")) if match.group("n") else None)
    return tuple(_numbered(_longest(found)))


def _longest(found: dict[str, str | None]) -> dict[str, str | None]:
    made: dict[str, str | None] = {}
    for name, number in found.items():
        longer = next((n for n in found if n != name and n.endswith(name) and len(name) >= 12), name)
        made[longer] = made.get(longer) or found[longer] or number
    return made


def _numbered(found: dict[str, str | None]) -> Iterable[str]:
    return (f"{name}|{number}" if number else name for name, number in found.items())
