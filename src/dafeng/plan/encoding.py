"""From bytes to characters: which of the encodings met on Chinese government pages it is, by evidence.

A byte order mark decides; then zero bytes or word shape (UTF-16); then strict UTF-8; then whichever of GB18030,
Big5 and damaged UTF-8 gives the most everyday Chinese. What cannot be decoded becomes U+FFFD, never nothing.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from dafeng.base.errors import UnreadableFile

SAMPLE = 200_000  # characters or bytes looked at to choose; decoding is of the whole
UTF16_SHARE = 0.85  # share of 16-bit words that must be ordinary characters

# The characters that every administrative text is full of, in both scripts, with Chinese punctuation.
EVERYDAY = frozenset(
    "的一是在不了有和人这中大为上个国以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多"
    "定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还"
    "因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没"
    "结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流"
    "路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处南给色光门即保治北造百规"
    "热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务"
    "具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观"
    "越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消"
    "构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局"
    "照参红细引听该铁价严碳排减峰绿耗煤钢循环這為個國時來們對會發動產種過說業學經進著電裡現實體機當點從應開還與關"
    "間線內數質氣變條沒結問無係軍長頭資邊級圖統較將組見計別論運農幾區強決戰則處給門規熱領東導壓濟階術極聯認權證轉"
    "單風帶場車務萬達積議聲報類離華確張馬節話況傳許廣記觀織裝眾書復須際驗連斷難礦備辦習響約勞團歷構稱準號維劃選標"
    "寫親層專狀廠識適屬圓調滿縣參紅細聽該鐵價嚴減綠項製總設員題後於，。、；：？！（）《》“”〔〕—…　·％－"
)

_GB_MARK = b"\x84\x31\x95\x33"
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (_GB_MARK, "gb18030"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,4}=\s{0,4}["']?\s{0,4}([A-Za-z0-9_-]{3,20})""", re.I)
_CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030",
    "gb_2312-80": "gb18030", "big5": "big5", "big5-hkscs": "big5", "x-x-big5": "big5",
}  # fmt: skip
_BIG5_TABLES = ("cp950", "big5hkscs")  # the Windows table first, the Hong Kong supplement where that fails
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Characters and the table they were decoded by; ``lost`` counts the U+FFFD that decoding put in."""

    text: str
    encoding: str
    lost: int = 0


def decode(data: bytes, name: str) -> Decoded:
    """The characters of a text or HTML file 解码, line ends as ``\\n``; raises UnreadableFile for binary junk."""
    found = _by_mark(data) or _by_words(data) or _strict_utf8(data) or _by_evidence(data)
    _refuse_junk(found, name)
    return Decoded(found.text.replace("\r\n", "\n").replace("\r", "\n"), found.encoding, found.lost)


def everyday_share(text: str) -> float:
    """Share of everyday Chinese among the characters beyond ASCII 常用字占比, 0 where there are none."""
    beyond = [c for c in text if c > "\x7f"]
    return sum(c in EVERYDAY for c in beyond) / len(beyond) if beyond else 0.0


def _by_mark(data: bytes) -> Decoded | None:
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], codec, codec + ("" if codec == "gb18030" else " (BOM)"))
    return None


def _by_words(data: bytes) -> Decoded | None:
    """UTF-16 without a mark: nearly all 16-bit words are ordinary characters, and it is not plain UTF-8."""
    if len(data) < 4 or (b"\x00" not in data[:SAMPLE] and _is_utf8(data[:SAMPLE])):
        return None
    scores = [(_ordinary_share(data, codec), codec) for codec in ("utf-16-le", "utf-16-be")]
    share, codec = max(scores)
    return _decoded(data, codec, codec) if share >= UTF16_SHARE else None


def _ordinary_share(data: bytes, codec: str) -> float:
    words = data[: SAMPLE // 2 * 2].decode(codec, "replace")
    plain = sum(c in EVERYDAY or " " <= c <= "~" or c in "\r\n\t" for c in words)
    han = sum("\u4e00" <= c <= "\u9fff" and c not in EVERYDAY for c in words)
    return (plain + min(han, 2 * plain)) / len(words)  # rare characters count only beside everyday ones


def _is_utf8(part: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(part)
    except UnicodeDecodeError:
        return False
    return True


def _strict_utf8(data: bytes) -> Decoded | None:
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return None


def _by_evidence(data: bytes) -> Decoded:
    """The best of the 8-bit tables; a declared one wins where it is nearly as good as the best."""
    said = _declared(data)
    tables = ("utf-8", "gb18030", *_BIG5_TABLES)
    sample = data[:SAMPLE]
    scored = [
        (_quality(sample, t) + (0.05 if said and _family(t) == said else 0.0), -i, t) for i, t in enumerate(tables)
    ]
    best = max(scored)[2]
    return _decoded(data, best, _family(best))


def _declared(data: bytes) -> str | None:
    met = _DECLARED.search(data[:4096])
    return _CODECS.get(met[1].decode("ascii").lower()) if met else None


def _family(table: str) -> str:
    return "big5" if table in _BIG5_TABLES else table


def _quality(sample: bytes, table: str) -> float:
    text = sample.decode(table, "replace")
    beyond = sum(c > "\x7f" for c in text)
    if not beyond:
        return 0.0
    return everyday_share(text) - 2.0 * text.count("\ufffd") / beyond


def _decoded(data: bytes, codec: str, label: str) -> Decoded:
    text = data.decode(codec, "replace")
    return Decoded(text.lstrip("\ufeff"), label, text.count("\ufffd"))


def _refuse_junk(found: Decoded, name: str) -> None:
    """Control characters or undecodable bytes beyond a trace mean that this was never a text."""
    text = found.text
    controls = len(_CONTROL.findall(text))
    beyond = sum(c > "\x7f" for c in text) or 1
    if (controls > 3 and controls > 0.01 * len(text)) or (found.lost > 3 and found.lost > 0.25 * beyond):
        raise UnreadableFile(
            f"the bytes are not text: {controls} control characters, {found.lost} undecodable places",
            where=name,
            mend="Give the plan as txt (UTF-8, GB18030, Big5, UTF-16), saved HTML, DOCX or PDF with a text layer.",
        )
