"""Use cases that make a programme 新建方案工作区: its files, and the records of a starter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import polars as pl

from dafeng.app.demo import build_demo, demo_areas
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.app.settings import Settings
from dafeng.app.starters import about, starter_entries
from dafeng.base.callers import Caller
from dafeng.base.codes import is_area_code
from dafeng.base.errors import BadRequest
from dafeng.plan.ledger import Signature
from dafeng.registry.areas import AREA, area_tree

_README = """# {name}

- plans/      方案文件 plan documents (txt, html, docx, pdf)
- registry/   名录 enterprises, sites, own areas (templates/enterprises.xlsx …)
- activity/   活动数据 energy, output, value added, area statistics
- templates/  空白模板 empty templates, made from the contracts
- reports/    报告 what `dafeng run` writes
- store/      数据库 the store: back it up, never edit it

Then: dafeng run --programme .
"""


@dataclass(frozen=True, slots=True)
class NewProgramme:
    """The area and name of a new programme, and its first files: path → text."""

    area: str
    name: str
    files: Mapping[str, str]


def new_programme(area: str, name: str, starter_name: str = "", *, demonstration: bool = False) -> NewProgramme:
    """What a new programme directory holds. The area comes from the starter's plan where none is given."""
    region = about(starter_name).document.region if starter_name else None
    code = _area_code(area or region or "")
    settings = Settings(
        name=name or f"{_area_name(code)}{_subject(starter_name)}碳达峰", area=code, demonstration=demonstration
    )
    files = {"dafeng.toml": settings_text(settings), "README.md": _README.format(name=settings.name)}
    return NewProgramme(code, settings.name, files)


def _subject(starter_name: str) -> str:
    """工业领域 unless the starter's plan covers every field."""
    whole = bool(starter_name) and about(starter_name).document.sector == "全领域"
    return "" if whole else "工业领域"


def settings_text(settings: Settings) -> str:
    """dafeng.toml: the settings that differ from what is taken when nothing is said."""
    lines = ["# settings of this programme; see docs/programme.md"]
    fields = msgspec.to_builtins(settings)
    usual = msgspec.to_builtins(Settings(name="", area=""))
    lines += [f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in fields.items() if v != usual[k]]
    return "\n".join(lines) + "\n"


def _area_code(area: str) -> str:
    if is_area_code(area):
        return area
    found = area_tree().find(area) if area else ()
    if len(found) == 1:
        return found[0]
    what = (
        "which area is the programme for?"
        if not area
        else f"{area} is {'not one area' if found else 'no area we know'}"
    )
    raise BadRequest(what, mend="Give --area with a code of GB/T 2260 (140700) or a full name (晋中市).")


def _area_name(code: str) -> str:
    tree = area_tree()
    return tree.name(code) if code in tree else code


@use_case("plan.act", act="programme.start")
def starter_records(services: Services, caller: Caller, name: str) -> int:
    """Enter the records of a starter; those already there are left. Returns how many came in."""
    by = Signature(f"starter:{name}", services.clock.now(), f"{caller.name}: programme started from {name}")
    known = {e.record_id for e in services.records.entries()}
    return services.records.append_entries([e for e in starter_entries(name, by) if e.record_id not in known])


def demo_files() -> dict[str, bytes]:
    """The inboxes of 示范市: what its generator makes, and the areas that only this programme knows."""
    return {"registry/00_行政区划.csv": areas_csv(demo_areas()), **build_demo()}


def areas_csv(areas: pl.DataFrame) -> bytes:
    """Own areas (AREA rows) as a file for the registry inbox, with the headers of its template."""
    return areas.rename({name: col.header for name, col in AREA.columns.items()}).write_csv().encode("utf-8-sig")
