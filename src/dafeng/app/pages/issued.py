"""Use cases of reports 报告: those that were written, their files, publishing and withdrawing.

A report for officers names single firms: only who sees the whole programme gets it. Others get the public form, and the
public what of it was published.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from typing import Annotated, Any

import msgspec

from dafeng.app import publishing
from dafeng.app.identity.audit import audited
from dafeng.app.jobs.work import start_job
from dafeng.app.pages.desk import ReportBasis, ReportCard
from dafeng.app.pages.published import published_only
from dafeng.app.pages.taken import Begun, TakenAway
from dafeng.app.permission import use_case
from dafeng.app.ports import InputFile
from dafeng.app.publishing import PUBLIC_FORM, REPORT_FORMS
from dafeng.app.services import Services
from dafeng.app.sight.results import sees_all
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound

_FOLDER = "reports/"
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


class ReportWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to write; public: the form that names no firm and can be published."""

    year: Annotated[int, msgspec.Meta(ge=1990, le=2100)] | None = None
    public: bool = False


class Reasoned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An act with its reason."""

    why: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


@use_case("report.see")
def reports(services: Services, caller: Caller) -> list[ReportCard]:
    """The reports that stand in reports/, newest first, as far as the caller may read them."""
    found = _written(services)
    open_ones = publishing.published(services, "report")
    cards = [
        _card(services, id, files, id in open_ones)
        for id, files in found.items()
        if id in _may_read(services, caller, found)
    ]
    return sorted(cards, key=lambda c: (c.created_at, c.id), reverse=True)


@audited("report.download", "id")
@use_case("report.see")
def report_file(services: Services, caller: Caller, id: str, form: str) -> TakenAway:
    """A report as a file. Raises NotFound, also for what the caller may not read."""
    found = _written(services)
    file = found.get(id, {}).get(form)
    if file is None or id not in _may_read(services, caller, found):
        raise _unknown(id)
    return TakenAway(f"{id}.{form}", services.files.read(file))


@use_case("report.write", writes=False)
def report_write(services: Services, caller: Caller, year: int | None = None, *, public: bool = False) -> Begun:
    """Queue the writing of the report of a year (of the year assessed last where none is given)."""
    given: dict[str, Any] = {} if year is None else {"year": year}
    given |= {"public": True} if public else {}
    return Begun(job_id=start_job(services, caller, "report", given).id)


@audited("report.publish", "id")
@use_case("publish")
def report_publish(services: Services, caller: Caller, id: str, why: str) -> ReportCard:
    """Publish a report in its public form: everybody may read it from now on."""
    publishing.publish(services, caller, "report", id, why)
    return _one(services, id)


@audited("report.withdraw", "id")
@use_case("publish")
def report_withdraw(services: Services, caller: Caller, id: str, why: str) -> ReportCard:
    """Withdraw a report that was published; that it was stays on record."""
    publishing.withdraw(services, caller, "report", id, why)
    return _one(services, id)


def _one(services: Services, id: str) -> ReportCard:
    files = _written(services).get(id)
    if files is None:
        raise _unknown(id)
    return _card(services, id, files, id in publishing.published(services, "report"))


def _unknown(id: str) -> NotFound:
    return NotFound(
        f"there is no report {id}",
        mend="Choose one of the list of reports.",
        zh=f"没有报告{id}",
        mend_zh="请从报告列表中选择。",
    )


def _may_read(services: Services, caller: Caller, found: dict[str, dict[str, InputFile]]) -> frozenset[str]:
    ids = found if sees_all(services, caller) else (id for id in found if PUBLIC_FORM in id)
    return published_only(services, caller, "report.see", "report", ids)


def _written(services: Services) -> dict[str, dict[str, InputFile]]:
    """The reports by name, each with its file by format; what lies in folders below is none."""
    found: dict[str, dict[str, InputFile]] = defaultdict(dict)
    for file in services.files.inputs("reports"):
        name = file.path.removeprefix(_FOLDER)
        stem, _, form = name.rpartition(".")
        if stem and "/" not in name and form in REPORT_FORMS:
            found[stem][form] = file
    return dict(found)


def _card(services: Services, id: str, files: dict[str, InputFile], is_published: bool) -> ReportCard:
    first = files.get("pdf") or next(iter(files.values()))
    version = (first.path, first.size, first.at)
    sha = services.memory.get(
        ("report.hash", id), version, lambda: hashlib.sha256(services.files.read(first)).hexdigest()
    )
    stage = services.records.stages().get("report")
    own = stage is not None and first.path in stage.summary.get("files", ())
    written = stage.ended_at if own and stage is not None else first.at
    return ReportCard(
        id=id,
        title=id,
        kind="public" if PUBLIC_FORM in id else "progress",
        year=_year(services, id, own),
        created_at=written.isoformat() if written else "",
        files=tuple((form, files[form].size) for form in sorted(files)),
        published=is_published,
        sha256=sha,
        basis=_basis(services, first.path, stage.summary if own and stage is not None else {}),
    )


def _basis(services: Services, path: str, summary: dict[str, Any]) -> ReportBasis | None:
    """What a report was made from: as the job that wrote it last has kept it, else the run."""
    name = path.removeprefix(_FOLDER)
    jobs = services.jobs.listed() if services.jobs is not None else []
    wrote = [j for j in jobs if j.kind == "report" and j.state == "done" and name in (j.result or {}).get("files", ())]
    latest = max(wrote, key=lambda j: j.created_at, default=None)
    found = ((latest.result or {}) if latest else summary).get("basis")
    return msgspec.convert(found, ReportBasis) if found else None


def _year(services: Services, id: str, own: bool) -> int | None:
    """The year in the report's name, else of the evaluation it was written from."""
    if named := _YEAR.search(id):
        return int(named[1])
    stage = services.records.stages().get("evaluation")
    year = stage.summary.get("year") if own and stage is not None else None
    return int(year) if year is not None else None
