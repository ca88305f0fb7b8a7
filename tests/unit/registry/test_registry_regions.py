"""Plans of areas that only the programme knows: read by its own areas, the ledger unchanged."""

from __future__ import annotations

from datetime import UTC, datetime

from dafeng.plan.checks import RANK
from dafeng.plan.ledger import View, fold
from dafeng.plan.records import Document, Target
from dafeng.plan.reread import reading_entries
from dafeng.registry.areas import AREA
from dafeng.registry.regions import located

OWN = AREA.frame(
    [
        {"area_code": "980000", "name": "示范省", "level": "province"},
        {"area_code": "990000", "name": "示范市", "level": "city", "parent_code": "980000"},
        {"area_code": "990180", "name": "示范市新区", "level": "county", "parent_code": "990000"},
    ]
)


def target(doc: str, region: str | None) -> Target:
    return Target(
        id=f"{doc}#t01",
        doc=doc,
        quote="",
        span=(0, 1),
        indicator="单位增加值能耗",
        comparator="reduce_by",
        region=region,
    )


def view(document: Document, region: str | None = None) -> View:
    records = [document, target(document.doc, region)]
    return fold(reading_entries(View(), records, datetime(2026, 1, 1, tzinfo=UTC), "x"))


def test_a_plan_whose_title_begins_with_an_own_area_is_of_that_area_and_level() -> None:
    read = view(Document(doc="p", title="示范省工业领域碳达峰实施方案", admin_level="province"))
    seen = located(read, OWN)
    assert [(d.region, d.admin_level) for d in seen.documents()] == [("示范省", "province")]
    assert [t.region for t in seen.targets()] == ["示范省"]
    assert [t.region for t in read.targets()] == [None]  # what was read stays as it was read


def test_the_longest_name_is_meant_and_an_issuer_speaks_where_the_title_is_silent() -> None:
    assert located(view(Document(doc="p", title="示范市新区碳达峰方案")), OWN).documents()[0].region == "示范市新区"
    silent = Document(doc="p", title="工业领域碳达峰实施方案", issuers=("示范市工业和信息化局",))
    assert located(view(silent), OWN).documents()[0].region == "示范市"


def test_the_level_of_an_own_area_is_that_of_the_registry() -> None:
    read = view(Document(doc="p", title="示范市碳达峰方案", region="示范市", admin_level="county"), "示范市")
    level = located(read, OWN).documents()[0].admin_level
    assert level == "prefecture"
    assert level in RANK


def test_what_the_reader_knew_and_what_nobody_knows_stay() -> None:
    known = view(Document(doc="p", title="晋中市碳达峰实施方案", region="晋中市", admin_level="prefecture"), "晋中市")
    assert located(known, OWN) == known
    strange = view(Document(doc="p", title="某某省碳达峰实施方案"))
    assert located(strange, OWN) == strange
    assert located(strange, OWN.clear()) is strange


def test_a_target_that_names_its_own_region_keeps_it() -> None:
    read = view(Document(doc="p", title="示范省碳达峰实施方案"), "示范市")
    assert [t.region for t in located(read, OWN).targets()] == ["示范市"]
