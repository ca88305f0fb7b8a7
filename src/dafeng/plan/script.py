"""Simplified or traditional 简繁, and the change from one to the other that moves no character.

OpenCC knows phrases (乾燥→干燥 but 乾隆), so lines are converted whole; a line whose length would change is
converted character by character instead. Its table t2s leaves 著 as it is (著力, 显著), and so do we.
Naive converters leave 后 并 征 于 余 simplified: those are right already.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from dafeng.plan.source import Script

if TYPE_CHECKING:
    from opencc import OpenCC

# Pairs that are common in plans and unmistakable in either script (no 后/後, 于/於, 里/裡, 几/幾, 干/乾).
_PAIR_TABLE = """
業业 產产 設设 發发 進进 節节 環环 區区 強强 達达 態态 術术 統统 責责 機机 規规 農农 網网 應应 領领 關关 標标
現现 構构 導导 務务 礎础 學学 調调 經经 優优 轉转 監监 質质 濟济 護护 協协 準准 嚴严 續续 穩稳 創创 數数 結结
絡络 補补 據据 鄉乡 內内 習习 風风 擴扩 聯联 訓训 負负 鎮镇 認认 預预 戰战 電电 動动 運运 實实 報报 對对 與与
為为 個个 國国 會会 時时 開开 這这 們们 來来 過过 體体 點点 當当 從从 間间 線线 氣气 變变 條条 問问 無无 級级
圖图 組组 計计 別别 論论 單单 帶带 場场 車车 萬万 積积 議议 類类 華华 確确 張张 傳传 許许 廣广 記记 觀观 織织
裝装 眾众 書书 須须 際际 驗验 連连 斷断 難难 礦矿 備备 辦办 響响 約约 勞劳 團团 歷历 稱称 號号 維维 劃划 選选
層层 專专 狀状 廠厂 識识 適适 屬属 縣县 參参 鐵铁 價价 減减 綠绿 項项 總总 員员 題题 煉炼 鋼钢 鋁铝 鹼碱 爐炉
熱热 儲储 輸输 壓压 隊队 陽阳 陸陆 險险 隱隐 雙双 離离
"""
_PAIRS = _PAIR_TABLE.split()
TRADITIONAL = frozenset(p[0] for p in _PAIRS)
SIMPLIFIED = frozenset(p[1] for p in _PAIRS)
_STRAY = str.maketrans({p[0]: p[1] for p in _PAIRS})


def script_of(text: str) -> Script:
    """Which script the text is mainly written in 繁简判定, by characters that exist in one script only."""
    traditional, simplified = _counts(text)
    return "traditional" if traditional > simplified else "simplified"


def to_simplified(text: str) -> str:
    """The text in simplified characters, of the same length; each line is judged on its own.

    In a text that is traditional as a whole every line is converted but those plainly simplified; in a simplified
    one whole lines only where they are plainly traditional, else single characters that are nothing but traditional
    (a stray 煉 becomes 炼; 乾县, 瞭望 and the like stay).
    """
    traditional, simplified = _counts(text)
    if not traditional:
        return text
    whole = traditional > simplified
    lines = text.split("\n")
    return "\n".join(_simplified_line(line) if _wants_it(line, whole) else line.translate(_STRAY) for line in lines)


def simplified_char(char: str) -> str:
    """One character in simplified form 单字转换 (itself where there is none, or where it would be more than one)."""
    return _char(char)


def _wants_it(line: str, whole: bool) -> bool:
    traditional, simplified = _counts(line)
    if whole:
        return traditional >= simplified
    return traditional >= 3 and traditional > 2 * simplified


def _counts(text: str) -> tuple[int, int]:
    return sum(c in TRADITIONAL for c in text), sum(c in SIMPLIFIED for c in text)


def _simplified_line(line: str) -> str:
    converted = str(_converter().convert(line))
    return converted if len(converted) == len(line) else "".join(_char(c) for c in line)


@lru_cache(maxsize=65_536)
def _char(char: str) -> str:
    converted = str(_converter().convert(char))
    return converted if len(converted) == 1 else char


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC  # costs 20 ms, and only traditional documents need it

    return OpenCC("t2s")
