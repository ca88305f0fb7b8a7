"""The document record, on pages of our own making."""

from __future__ import annotations

import numpy as np
import pytest

from dafeng.plan.gazetteer import place_of, place_of_number, sector_of
from dafeng.plan.metadata import document_id, read_document, referenced
from dafeng.plan.records import Document
from dafeng.plan.source import SourceText
from dafeng.plan.structure import read_outline


def document_of(text: str, name: str = "sample.txt") -> Document:
    source = SourceText(name, "", "txt", "utf-8", "simplified", text, text, np.arange(len(text), dtype=np.int32))
    return read_document(source, read_outline(text))


PAGE = """当前位置:首页 > 文件
发布时间:2024-03-08 09:12 浏览次数:31
晋中市生态环境局 晋中市工业和信息化局关于印发晋中市建材行业碳达峰工作方案的通知
市环发〔2024〕7号
各县(区、市)人民政府,有关企业:
《晋中市建材行业碳达峰工作方案》已经同意,现印发给你们,请认真贯彻落实。
晋中市生态环境局  晋中市工业和信息化局
二〇二四年三月五日
晋中市建材行业碳达峰工作方案
根据《山西省碳达峰实施方案》(晋政发〔2022〕29号)和《节约能源条例》,制定本方案。
一、总体要求
先立后破。
二、任务
1.改造窑炉。落实《节约能源条例》。(市工信局负责)
"""


def test_a_page_gives_title_numbers_dates_and_bodies() -> None:
    document = document_of(PAGE)
    assert document.title == "晋中市建材行业碳达峰工作方案"
    assert document.doc_type == "工作方案"
    assert document.issuers == ("晋中市生态环境局", "晋中市工业和信息化局")
    assert document.issue_date == "2024-03-05"
    assert document.publish_date == "2024-03-08"
    assert document.doc_number == "市环发〔2024〕7号"
    assert (document.region, document.admin_level) == ("晋中市", "prefecture")
    assert document.sector == "建材"
    assert document.addressees == "各县(区、市)人民政府,有关企业"
    assert document.referenced == ("山西省碳达峰实施方案|晋政发〔2022〕29号", "节约能源条例")
    assert [s.level for s in document.sections] == [1, 1, 3]


def test_what_the_text_does_not_say_stays_null() -> None:
    document = document_of("一、任务\n1.改造窑炉。推进改造。")
    assert document.title is None
    assert document.issuers == ()
    assert (document.issue_date, document.publish_date, document.doc_number) == (None, None, None)
    assert (document.region, document.admin_level, document.addressees) == (None, None, None)


def test_a_plan_without_title_line_takes_the_title_its_notice_names() -> None:
    text = (
        "省直有关部门:\n我们研究制定了《湖南省有色金属行业碳达峰实施方案》。现印发给你们,请遵照执行。\n"
        "行业基础良好,特制定本方案。\n一、任务\n1.改造。推进改造。"
    )
    document = document_of(text)
    assert document.title == "湖南省有色金属行业碳达峰实施方案"
    assert (document.region, document.admin_level, document.sector) == ("湖南省", "province", "有色金属")


def test_the_issuer_may_stand_in_the_title_of_the_notice_only() -> None:
    text = (
        "云南省人民政府关于印发云南省碳达峰实施方案的通知\n云政发〔2022〕45号\n各州、市人民政府:\n"
        "请认真贯彻执行。\n2022年8月3日\n云南省碳达峰实施方案\n一、目标\n有序达峰。"
    )
    document = document_of(text)
    assert document.issuers == ("云南省人民政府",)
    assert (document.issue_date, document.sector) == ("2022-08-03", "全领域")


def test_a_bare_notice_is_called_by_its_own_title_on_two_lines() -> None:
    text = (
        "临江省能源局关于做好2024年风电\n消纳工作的通知\n(临能发〔2024〕3号)\n各市能源局:\n为做好工作,现通知如下:\n"
        "一、压实责任\n推进消纳。\n二、加强监测\n开展监测。\n临江省能源局\n2024年5月6日"
    )
    document = document_of(text)
    assert document.title == "临江省能源局关于做好2024年风电消纳工作的通知"
    assert (document.doc_type, document.doc_number) == ("通知", "临能发〔2024〕3号")
    assert (document.issuers, document.issue_date) == (("临江省能源局",), "2024-05-06")


def test_the_last_words_of_a_title_on_a_line_of_their_own_belong_to_it() -> None:
    text = "山西省人民政府关于加快风电消纳\n的若干意见\n加快消纳,制定本意见。\n一、目标\n有序推进。"
    document = document_of(text)
    assert document.title == "山西省人民政府关于加快风电消纳的若干意见"
    assert (document.doc_type, document.issuers) == ("若干意见", ("山西省人民政府",))


def test_the_imprint_gives_the_date_where_no_signature_does_and_is_no_body() -> None:
    text = "太原市风电消纳方案\n一、目标\n有序推进。\n抄送:市委办公室。\n太原市人民政府办公室 2024年5月8日印发"
    outline = read_outline(text)
    assert document_of(text).issue_date == "2024-05-08"
    assert [b.kind for b in outline.blocks[-2:]] == ["furniture", "furniture"]


def test_a_press_conference_reports_progress() -> None:
    text = (
        "某部门7月31日举行新闻发布会,通报上半年情况。\n新增装机快速增长。上半年新增装机100万千瓦,同比增长9.3%。\n"
        "截至6月底,累计装机达到1300万千瓦,比上年同期增加120万千瓦。"
    )
    assert document_of(text).doc_type == "progress"
    assert document_of("风电消纳工作两年来主要进展\n(一)装机增长。累计装机1300万千瓦。").doc_type == "progress"


@pytest.mark.parametrize(
    ("number", "place"),
    [
        ("津发改双碳〔2022〕93号", ("天津市", "province")),
        ("黔府办函〔2021〕8号", ("贵州省", "province")),
        ("工信部规〔2021〕1号", None),
    ],
)
def test_the_sign_of_a_province_in_a_number(number: str, place: tuple[str, str] | None) -> None:
    assert place_of_number(number) == place


def test_our_city_is_a_municipality_where_the_text_names_one() -> None:
    text = "一、目标\n我市有序达峰,全市推进改造,天津市各区落实。\n二、任务\n1.改造。推进改造。"
    document = document_of(text)
    assert (document.region, document.admin_level) == ("天津市", "province")


def test_a_title_broken_into_two_lines_is_one() -> None:
    text = "内蒙古自治区\n工业领域碳达峰实施方案\n一、目标\n有序达峰。"
    document = document_of(text)
    assert document.title == "内蒙古自治区工业领域碳达峰实施方案"
    assert (document.region, document.admin_level, document.sector) == ("内蒙古自治区", "province", "工业")


def test_a_progress_report_is_known_by_what_it_tells() -> None:
    done = "一是开展监察,已对300家企业完成监察。二是印发目录,累计遴选120项技术。目前能耗同比下降。"
    text = f"一、推进节能\n{done}\n二、推进改造\n{done}\n下一步,将持续推进。"
    assert document_of(text).doc_type == "progress"


def test_a_national_plan_has_the_nation_as_region() -> None:
    text = (
        "国务院关于印发绿色转型行动方案的通知\n各省、自治区、直辖市人民政府:\n请认真贯彻执行。\n国务院\n"
        "2024年7月1日\n绿色转型行动方案\n一、要求\n统筹推进。"
    )
    document = document_of(text)
    assert (document.region, document.admin_level) == ("全国", "national")
    assert document.issuers == ("国务院",)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("晋中市碳达峰实施方案", ("晋中市", "prefecture")),
        ("山西省晋中市碳达峰实施方案", ("晋中市", "prefecture")),
        ("上海市能源电力领域碳达峰实施方案", ("上海市", "province")),
        ("广西壮族自治区碳达峰实施方案", ("广西壮族自治区", "province")),
        ("浙江碳达峰行动", ("浙江省", "province")),
        ("杭州市萧山区碳达峰行动方案", ("萧山区", "county")),
        ("江阴市碳达峰实施方案", ("江阴市", "county")),
        ("工业领域碳达峰实施方案", None),
        ("中共杭州市委杭州市人民政府关于达峰的意见", ("杭州市", "prefecture")),
        ("关于征集徐州市技术需求的通知", ("徐州市", "prefecture")),
        ("近零碳排放区试点方案", None),
        ("国家高新区绿色行动方案", None),
        ("2030年前碳达峰行动方案", None),
        ("农村地区能源转型方案", None),
    ],
)
def test_the_place_of_a_title_and_its_level(words: str, place: tuple[str, str] | None) -> None:
    assert place_of(words) == place


@pytest.mark.parametrize(
    ("heading", "sector"),
    [
        ("推动钢铁行业碳达峰", "钢铁"),
        ("电子", "电子"),
        ("提升建筑能效", "城乡建设"),
        ("推进工业固废源头减量和再生资源高值化利用", "循环经济"),
        ("强化节能监督管理", None),
    ],
)
def test_the_sector_that_a_heading_names(heading: str, sector: str | None) -> None:
    assert sector_of(heading) == sector


def test_short_forms_and_nicknames_of_a_title_are_one_reference() -> None:
    text = (
        "落实《关于加快建立绿色低碳循环发展体系的意见》"
        "和《中共云岭省委 云岭省人民政府关于加快建立绿色低碳循环发展体系的意见》"
        "(以下简称《意见》),按照《意见》推进《云岭省方案》。"
    )
    assert referenced(text, "云岭省方案") == ("中共云岭省委 云岭省人民政府关于加快建立绿色低碳循环发展体系的意见",)


def test_the_id_is_the_file_name_without_its_ending() -> None:
    assert [document_id(n) for n in ("a/x-2023.txt", "方案.v2.docx", "plain")] == ["x-2023", "方案.v2", "plain"]


def test_a_red_head_is_no_title_and_a_title_may_break_inside_its_last_word() -> None:
    text = "临江市人民政府办公室文件\n临江市风电消纳方案\n一、目标\n有序推进。"
    assert document_of(text).title == "临江市风电消纳方案"
    broken = "太原市能源局关于开展2024年风电消纳备案工作的通\n知\n各有关单位:\n现通知如下:\n一、要求\n按期备案。"
    assert document_of(broken).title == "太原市能源局关于开展2024年风电消纳备案工作的通知"
