"""Linking targets to indicators 指标关联: by normalised name, aliases, unit and direction, each with a certainty.

certainty in words: ≥ 0.9 certain 确定 · ≥ 0.7 likely 较确定 · ≥ 0.5 possible 待确认 · below: no link, and the nearest
indicators are given as alternatives. A person confirms or corrects a link in the ledger (``confirmed``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from dafeng.base.errors import BadRequest
from dafeng.base.units import known
from dafeng.evaluate.formulas import convert
from dafeng.evaluate.indicators import Indicator, Library, indicator_library
from dafeng.plan.records import Target

CERTAIN, LIKELY, POSSIBLE = 0.9, 0.7, 0.5
_EXACT, _SAME_FORM, _NEAR = 0.98, 0.93, 0.9
_UNIT_MISFIT, _DIRECTION_MISFIT, _CRITICAL_MISFIT = 0.5, 0.85, 0.72
_WITHOUT_SECTOR = 0.98  # a name that matches only without its sector word is a little less sure
_COUNTERPART = 0.85
_WHOLE_ECONOMY = ("全领域", "能源", None)
_COMPOUND = 0.65  # a name that speaks of two indicators is linked to the first, never with more than this
_SECTOR_WORDS = ("行业", "领域", "产业", "企业")
_PUNCTUATION = re.compile(r"[\s\"'“”‘’《》〈〉()()\[\]【】、,,.。;;::·/\-—]")
_YEARS = re.compile(r"(到|至|截至)?(19|20)\d{2}年(底|末|以前|前)?|[“\"]?十[二三四五六]五[”\"]?(末|期间|时期)?")
_BY_UNITS = ("%", "百分点", "个百分点", "倍", "")


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One target tied to an indicator (or to none), how surely, why, and what else it might be."""

    target_id: str
    indicator_id: str | None
    certainty: float
    why: str
    alternatives: tuple[tuple[str, float], ...] = ()
    confirmed: bool = False

    @property
    def words(self) -> str:
        return certainty_words(self.certainty)


def certainty_words(certainty: float) -> str:
    """The certainty as a person reads it."""
    for least, words in ((CERTAIN, "确定"), (LIKELY, "较确定"), (POSSIBLE, "待确认")):
        if certainty >= least:
            return words
    return "未关联"


@dataclass(frozen=True)
class _Name:
    """An indicator's name in the forms that are compared."""

    indicator: Indicator
    plain: str
    form: str
    grams: frozenset[str]
    critical: frozenset[str]


def link_targets(targets: Iterable[Target], indicators: Sequence[Indicator] | None = None) -> tuple[Link, ...]:
    """One link per target, in order. indicators: those to choose from (all of the library when left out)."""
    library = indicator_library()
    chosen = tuple(indicators) if indicators is not None else tuple(library.indicators.values())
    names = [name for indicator in chosen for name in _names(indicator)]
    return tuple(_link(target, names, library) for target in targets)


def plain_name(text: str) -> str:
    """Full-width to half-width, no punctuation, no year words; nothing of substance removed."""
    return _PUNCTUATION.sub("", _YEARS.sub("", unicodedata.normalize("NFKC", text)))


def name_form(text: str, *, region: str = "", sector: str = "") -> str:
    """One form for names that mean the same: synonyms joined, region, sector and empty words dropped."""
    return _form(plain_name(text), plain_name(region), plain_name(sector))


@lru_cache(maxsize=20_000)
def _form(plain: str, region: str, sector: str) -> str:
    library = indicator_library()
    text = plain.lower()
    for word in (region, region.rstrip("省市县区")):
        text = text.replace(word, "") if len(word) > 1 else text
    text = _without_sector(text, sector)
    for old, new in library.replace:
        text = text.replace(plain_name(old).lower(), plain_name(new).lower())
    for word in sorted(library.drop, key=len, reverse=True):
        text = text.replace(word, "")
    for old, new in library.replace:
        text = text.replace(plain_name(old).lower(), plain_name(new).lower())
    return text or plain


def _without_sector(text: str, sector: str) -> str:
    """The sector's own words in front are no part of the indicator (有色金属行业…能耗 → …能耗)."""
    for tail in _SECTOR_WORDS:
        if sector and text.startswith(sector + tail) and len(text) > len(sector + tail) + 2:
            return text[len(sector + tail) :]
    return text


def _grams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset({text})


def _critical(form: str, library: Library) -> frozenset[str]:
    return frozenset(w for w in library.critical if w in form)


@lru_cache(maxsize=2_000)
def _names(indicator: Indicator) -> tuple[_Name, ...]:
    library = indicator_library()
    found = []
    for name in indicator.names:
        form = name_form(name)
        found.append(_Name(indicator, plain_name(name), form, _grams(form), _critical(form, library)))
    return tuple(found)


def _link(target: Target, names: Sequence[_Name], library: Library) -> Link:
    ranked = _ranked(target, target.indicator, names, library)
    parts = _compound_parts(target.indicator)
    why = "名称与指标库不相近"
    if parts and (not ranked or ranked[0][1] < _EXACT * _DIRECTION_MISFIT):
        ranked = _ranked_compound(target, parts, names, library) or ranked
    for alias in target.aliases:
        ranked = _best_of([*ranked, *_ranked(target, alias, names, library)])
    alternatives = tuple((i, round(c, 3)) for i, c, _ in ranked[:4])
    if ranked and ranked[0][1] >= POSSIBLE:
        indicator_id, certainty, why = ranked[0]
        return Link(
            target_id=target.id,
            indicator_id=indicator_id,
            certainty=round(certainty, 3),
            why=why,
            alternatives=alternatives[1:],
        )
    certainty = round(ranked[0][1], 3) if ranked else 0.0
    return Link(target_id=target.id, indicator_id=None, certainty=certainty, why=why, alternatives=alternatives[:3])


_Ranked = list[tuple[str, float, str]]


def _ranked(target: Target, text: str, names: Sequence[_Name], library: Library) -> _Ranked:
    """(indicator id, certainty, why), best first, one entry per indicator."""
    region, sector = target.region or "", target.sector or ""
    forms = dict.fromkeys((name_form(text, region=region), name_form(text, region=region, sector=sector)))
    plain, found = plain_name(text), []
    for place, form in enumerate(forms):
        grams, critical = _grams(form), _critical(form, library)
        for name in names:
            certainty, why = _likeness(plain, form, grams, critical, name)
            if certainty < POSSIBLE / 2:
                continue
            fit, fit_why = _fit(target, name.indicator)
            found.append((name.indicator.id, certainty * fit * _WITHOUT_SECTOR**place, why + fit_why))
    return _best_of(_with_counterparts(target, plain, found, library))


def _with_counterparts(target: Target, plain: str, found: _Ranked, library: Library) -> _Ranked:
    """In an industrial plan a name of the whole economy (二氧化碳排放) that says no more means that of industry."""
    industrial = target.sector in library.sectors and target.sector not in _WHOLE_ECONOMY
    if not industrial or any(word in plain for word in ("生产总值", "GDP", "全社会", "工业")):
        return found
    moved: _Ranked = []
    for indicator_id, certainty, why in found:
        other = library.counterparts.get(indicator_id)
        if other is None or certainty < LIKELY:
            moved.append((indicator_id, certainty, why))
            continue
        moved.append((other, min(certainty, _COUNTERPART), f"{why};目标属“{target.sector}”,取工业口径"))
        moved.append((indicator_id, min(certainty, _COUNTERPART) - 0.2, why))
    return moved


def _best_of(found: _Ranked) -> _Ranked:
    best: dict[str, tuple[str, float, str]] = {}
    for entry in found:
        if entry[0] not in best or entry[1] > best[entry[0]][1]:
            best[entry[0]] = entry
    return sorted(best.values(), key=lambda e: (-e[1], e[0]))


def _likeness(plain: str, form: str, grams: frozenset[str], critical: frozenset[str], name: _Name) -> tuple[float, str]:
    if plain == name.plain:
        return _EXACT, f"名称一致:{name.plain}"
    if form == name.form:
        return _SAME_FORM, f"规范名一致:{name.plain}"
    common = len(grams & name.grams)
    if not common:
        return 0.0, ""
    dice = 2 * common / (len(grams) + len(name.grams))
    apart = len(critical ^ name.critical)
    return _NEAR * dice * _CRITICAL_MISFIT**apart, f"名称相近:{name.plain}(相似度{dice:.2f})"


def _fit(target: Target, indicator: Indicator) -> tuple[float, str]:
    """What unit and comparator say: 1 where they fit, less where they do not."""
    fit, why = 1.0, ""
    if not _unit_fits(target, indicator):
        fit, why = fit * _UNIT_MISFIT, f";单位不合({target.unit}与{indicator.unit})"
    if _against(target, indicator):
        fit, why = fit * _DIRECTION_MISFIT, why + ";方向与指标不合"
    return fit, why


def _unit_fits(target: Target, indicator: Indicator) -> bool:
    if target.unit is None:
        return True
    if target.comparator in ("reduce_by", "increase_by", "meet_assigned") and target.unit in _BY_UNITS:
        return target.unit not in ("百分点", "个百分点") or indicator.unit == "%"
    if target.value is None or target.unit == indicator.unit:
        return True
    if indicator.kind == "count" and known(target.unit):
        return _converts(target.unit, "个")
    return _converts(target.unit, indicator.unit)


def _converts(unit: str, to: str) -> bool:
    try:
        convert(1.0, unit, to)
    except BadRequest:
        return False
    return True


def _against(target: Target, indicator: Indicator) -> bool:
    if target.kind in ("fact", "threshold") or indicator.direction == "none" or indicator.kind == "gain":
        return False
    down = target.comparator in ("reduce_by", "<=", "<", "no_increase")
    up = target.comparator in ("increase_by", ">=", ">") and target.value is not None
    return (down and indicator.direction == "higher") or (up and indicator.direction == "lower")


def _compound_parts(text: str) -> tuple[str, ...]:
    """Two names joined by 和: both, the second with the head of the first where it was left out."""
    plain = unicodedata.normalize("NFKC", text)
    parts = [p for p in re.split(r"[和及与]", plain) if p]
    if len(parts) != 2 or min(map(len, parts)) < 3:
        return ()
    head = re.match(r"(单位地区生产总值|单位GDP|单位工业增加值|规模以上工业单位增加值)", parts[0])
    return (parts[0], f"{head.group()}{parts[1]}" if head and head.group() not in parts[1] else parts[1])


def _ranked_compound(target: Target, parts: tuple[str, ...], names: Sequence[_Name], library: Library) -> _Ranked:
    """Each part's best indicator, the first part's first; none surer than a compound can be."""
    firsts = [ranked[0] for part in parts if (ranked := _ranked(target, part, names, library))]
    firsts = [f for f in firsts if f[1] >= LIKELY]
    if len(firsts) < len(parts):
        return []
    return [(i, _COMPOUND - 0.01 * n, f"一句含两个指标;{why}") for n, (i, _, why) in enumerate(firsts)]
