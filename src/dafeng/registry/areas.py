"""Areas 行政区划: the packaged table, what a programme adds to it, and names to codes and back."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import product

import polars as pl

from dafeng.base.cells import plain
from dafeng.base.columns import CodeList, Col, Contract
from dafeng.base.errors import BadRequest
from dafeng.registry.trees import CodeTree, tree_of

AREA_LEVELS = {"province": "省级", "city": "地级", "county": "县级", "park": "园区"}
AREA = Contract(
    "area",
    key=("area_code",),
    zh="行政区划",
    note="Codes in the form of GB/T 2260; a programme may add areas of its own (demo city, development zone, park).",
    columns={
        "area_code": Col(str, "区划代码", "area code", example="140700", note="GB/T 2260 的6位代码;自设区域可另编"),
        "name": Col(str, "区域名称", "name", example="晋中市"),
        "level": Col(str, "级别", "level", choices=AREA_LEVELS, example="city"),
        "parent_code": Col(str, "上级代码", "code of the area above", missing=True, example="140000"),
    },
)
_PSEUDO_NAMES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_PEOPLES = (
    "蒙古族|蒙古|回族|藏族|维吾尔族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|"
    "傣族|黎族|傈僳族|佤族|畲族|高山族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|"
    "布朗族|撒拉族|毛南族|仡佬族|锡伯族|锡伯|阿昌族|普米族|塔吉克族|塔吉克|怒族|俄罗斯族|鄂温克族|德昂族|保安族|裕固族|"
    "京族|独龙族|鄂伦春族|赫哲族|门巴族|珞巴族|基诺族|各族"
)
_AUTONOMOUS = re.compile(rf"(?P<short>.{{2,}}?)(?:{_PEOPLES})*(?:自治区|自治州|自治县|自治旗)")
_ENDINGS = re.compile(r"(?P<short>.{2,}?)(?:特别行政区|地区|新区|林区|省|市|县|区|盟|旗)")


@cache
def areas() -> pl.DataFrame:
    """AREA: area_code, name, level (province, city, county), parent_code; 3,351 rows of the packaged table."""
    packed = (files("dafeng.registry") / "data" / "areas.csv.gz").read_bytes()
    table = pl.read_csv(gzip.decompress(packed), schema=AREA.schema)
    return AREA.require(table)


def is_pseudo(name: str) -> bool:
    """Whether a name is only a shelf of the list (市辖区, 省直辖县级行政区划), not an area a person means."""
    return name in _PSEUDO_NAMES


def short_name(name: str) -> str:
    """The name without its kind: 晋中市 → 晋中, 恩施土家族苗族自治州 → 恩施; two characters stay (祁县)."""
    for form in (_AUTONOMOUS, _ENDINGS):
        if match := form.fullmatch(name):
            return match["short"]
    return name


class Areas(CodeTree):
    """The area tree with a look-up by name."""

    @cached_property
    def _ranked(self) -> dict[str, dict[str, int]]:
        """Every way to write an area → the codes it can mean, each with its rank (the lower the better)."""
        ranked: dict[str, dict[str, int]] = {}
        for code in self:
            if is_pseudo(self.name(code)):
                continue
            for text, rank in self._writings(code):
                known = ranked.setdefault(text, {})
                known[code] = min(rank, known.get(code, rank))
        return ranked

    def _chain(self, code: str) -> list[str]:
        """The names from the province down to the area, pseudo areas left out."""
        return [name for c in reversed(self.ancestors(code, itself=True)) if not is_pseudo(name := self.name(c))]

    def _writings(self, code: str) -> Iterable[tuple[str, int]]:
        """Texts with a rank: tens by level, one for a short form. 吉林市 is the city, 吉林 the province."""
        *above, own = self._chain(code)
        level = 10 * _LEVEL_RANK.get(self.level(code), 9)
        tails = [(own, level), (short_name(own), level + 1)]
        if own.endswith("自治州"):
            tails.append((f"{short_name(own)}州", level + 1))
        heads = [("", name, short_name(name)) for name in above]
        for head, (tail, rank) in product(product(*heads), tails):
            yield plain("".join(head) + tail), rank

    def find(self, name: str, within: str | None = None) -> tuple[str, ...]:
        """The codes a name can mean: 晋中市, 晋中, 山西晋中, 山西省晋中市介休市, or a code itself.

        A higher level goes before a lower one, a full name before a short one; more than one code means that the
        name alone does not tell (朝阳区). ``within`` asks only inside that area.
        """
        text = plain(name).replace(" ", "")
        if text in self:
            return (text,)
        ranked = self._ranked.get(text, {})
        return _best(ranked if within is None else {c: r for c, r in ranked.items() if self.is_within(c, within)})

    def code_of(self, name: str, within: str | None = None) -> str | None:
        """The one code a name means; None where it means none or several."""
        found = self.find(name, within)
        return found[0] if len(found) == 1 else None

    def full_name(self, code: str) -> str:
        """山西省晋中市介休市; the municipalities without their shelf: 北京市朝阳区."""
        return "".join(self._chain(code))

    @cached_property
    def _listed(self) -> dict[str | None, CodeList]:
        """The code lists made so far, by subtree."""
        return {}

    def code_list(self, within: str | None = None) -> CodeList:
        """The code list "areas" for the check and the template, of one subtree or of all."""
        if within not in self._listed:
            self._listed[within] = self._code_list(within)
        return self._listed[within]

    def _code_list(self, within: str | None) -> CodeList:
        codes = self.descendants(within) if within else tuple(self)
        wanted = [code for code in codes if not is_pseudo(self.name(code))]
        table = pl.DataFrame(
            {"code": wanted, "zh": [self.name(c) for c in wanted], "full_name": [self.full_name(c) for c in wanted]}
        )
        inside = set(wanted)
        spelt = [
            (text, code)
            for text, ranked in self._ranked.items()
            for code in _best({c: r for c, r in ranked.items() if c in inside})
        ]
        return CodeList("areas", "行政区划", table, tuple(spelt), names_mean=False)


_LEVEL_RANK = {"province": 0, "city": 1, "county": 2, "park": 3}


def _best(ranked: Mapping[str, int]) -> tuple[str, ...]:
    best = min(ranked.values(), default=0)
    return tuple(code for code, rank in ranked.items() if rank == best)


@cache
def _packaged_tree() -> Areas:
    return _tree(areas())


def _tree(table: pl.DataFrame) -> Areas:
    return Areas("areas", tree_of("areas", table, "area_code").table)


@lru_cache(maxsize=8)
def _tree_with(own: tuple[tuple[str | None, ...], ...]) -> Areas:
    """The packaged areas and these (AREA rows): kept, as names to codes take half a second to make, and a programme's
    own areas seldom change."""
    return _tree(pl.concat([areas(), pl.DataFrame(own, schema=AREA.schema, orient="row")]))


def area_tree(additions: pl.DataFrame | None = None) -> Areas:
    """The area tree, with the programme's own areas (AREA rows) where it has some.

    An addition may bring a new code under a known or new parent; it may not change a packaged row. Raises BadRequest.
    """
    if additions is None or additions.is_empty():
        return _packaged_tree()
    own = AREA.require(additions, where="own areas")
    if taken := sorted(set(own["area_code"]) & set(areas()["area_code"])):
        raise BadRequest(
            f"these own areas use codes that are taken: {', '.join(taken[:5])}",
            mend="Give them codes that the official table does not use, such as 990100.",
        )
    return _tree_with(tuple(own.select(list(AREA.schema)).rows()))
