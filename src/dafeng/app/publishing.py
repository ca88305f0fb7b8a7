"""Use cases of publication 发布: what everybody may read, who let it out, when and why; nothing of that is ever lost.

The record is one text of all acts, kept under its hash like evidence; a pointer names the latest, where it pointed
before stays on record, and each text names the one before it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal, get_args

import msgspec

from dafeng.app.permission import require_everything, use_case
from dafeng.app.ports import CURRENT, assessed_of
from dafeng.app.services import Services
from dafeng.app.versions import ledger_now
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound, StaleRecord

What = Literal["plan", "assessment", "report"]
PUBLIC_FORM = "公开版"  # in the name of a report that was written for everybody
REPORT_FORMS = ("html", "pdf", "docx")
_POINTER = "published"


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """One act 发布或撤回: what (plan: a document; assessment: its id; report: its name), by whom, when and why.

    run: of an assessment the run that it judges, so that it is read as it was when another run is the current one.
    """

    what: What
    id: str
    act: Literal["publish", "withdraw"]
    who: str
    at: datetime
    why: str
    run: str | None = None


class _Log(msgspec.Struct, frozen=True, kw_only=True):
    before: str | None
    acts: tuple[Publication, ...]


@use_case("publish")
def publish(services: Services, caller: Caller, what: What, id: str, why: str) -> Publication:
    """Let everybody read a plan, an assessment or a report. Raises NotFound, BadRequest (no reason, no public
    form), StaleRecord where somebody else publishes at the same moment."""
    require_everything(caller, "publish", services.settings.area)
    _require_there(services, what, id)
    before = services.records.pointed(_POINTER)
    if id in _open(_log(services, before), what):
        raise BadRequest(
            f"{id} is published already",
            mend="Withdraw it first if it should be published anew.",
            zh="该内容已发布",
            mend_zh="如需重新发布,请先撤回。",
        )
    return _append(services, caller, what, id, "publish", why, before)


@use_case("publish")
def withdraw(services: Services, caller: Caller, what: What, id: str, why: str) -> Publication:
    """Take back what was published; that it was stays on record. Raises NotFound where it is not published."""
    require_everything(caller, "publish", services.settings.area)
    before = services.records.pointed(_POINTER)
    if id not in _open(_log(services, before), what):
        raise NotFound(
            f"{id} is not published",
            mend="Choose one of what is published.",
            zh="该内容没有发布",
            mend_zh="请从已发布的内容中选择。",
        )
    return _append(services, caller, what, id, "withdraw", why, before)


@use_case("publish", writes=False)
def publications(services: Services, caller: Caller, what: What | None = None) -> tuple[Publication, ...]:
    """Every act of publishing and withdrawing, oldest first."""
    require_everything(caller, "publish", services.settings.area)
    return tuple(p for p in _now(services).acts if what is None or p.what == what)


def published(services: Services, what: str) -> frozenset[str]:
    """The ids of one kind that everybody may read now."""
    return _open(_now(services), what)


def _open(log: _Log, what: str) -> frozenset[str]:
    last = {p.id: p.act for p in log.acts if p.what == what}
    return frozenset(i for i, act in last.items() if act == "publish")


def latest_published(services: Services, what: str) -> Publication | None:
    """What was published last of those that are published now."""
    log = _now(services)
    open_ones = _open(log, what)
    return next((p for p in reversed(log.acts) if p.what == what and p.id in open_ones and p.act == "publish"), None)


def _now(services: Services) -> _Log:
    return _log(services, services.records.pointed(_POINTER))


def _log(services: Services, sha: str | None) -> _Log:
    if sha is None:
        return _Log(before=None, acts=())
    return services.memory.get(
        "publications", sha, lambda: msgspec.json.decode(services.columns.get_bytes(sha), type=_Log)
    )


def _append(
    services: Services,
    caller: Caller,
    what: What,
    id: str,
    act: Literal["publish", "withdraw"],
    why: str,
    before: str | None,
) -> Publication:
    """Add an act to the log that was looked at (``before`` names it). Raises StaleRecord where it is not the last."""
    if not why.strip():
        raise BadRequest(
            "publishing and withdrawing need a reason",
            mend="Say why.",
            zh="发布和撤回须写明理由",
            mend_zh="请填写理由。",
        )
    run = services.records.pointed(CURRENT) if what == "assessment" and act == "publish" else None
    made = Publication(what=what, id=id, act=act, who=caller.name, at=services.clock.now(), why=why.strip(), run=run)
    data = msgspec.json.encode(_Log(before=before, acts=(*_log(services, before).acts, made)))
    sha = hashlib.sha256(data).hexdigest()
    services.columns.put_bytes(sha, data)
    if not services.records.repoint(_POINTER, before, sha):
        raise _overtaken(id)
    return made


def _overtaken(id: str) -> StaleRecord:
    return StaleRecord(
        "somebody published or withdrew something at the same moment", where=id, mend="Look again, and do it again."
    )


def _require_there(services: Services, what: What, id: str) -> None:
    if what not in get_args(What):
        raise BadRequest(f"{what} cannot be published", mend=f"Choose one of: {', '.join(get_args(What))}.")
    if what == "plan":
        there = id in {d.doc for d in ledger_now(services).documents()}
    elif what == "assessment":
        there = id == _assessment(services)
    else:
        plain = "/" not in id and "\\" not in id and not id.startswith(".")
        there = plain and any(services.files.place(f"reports/{id}.{form}") for form in REPORT_FORMS)
        if there and PUBLIC_FORM not in id:
            raise BadRequest(
                f"{id} was written for officers and names single firms",
                mend=f"Write the public form ({PUBLIC_FORM}) of the report and publish that.",
            )
    if not there:
        raise NotFound(
            f"there is no {what} {id}",
            mend="Choose one of the list.",
            zh="没有这份可发布的内容",
            mend_zh="请从列表中选择。",
        )


def _assessment(services: Services) -> str | None:
    """The assessment that is believed now: an older one is not what anybody would want to read."""
    run_id = services.records.pointed(CURRENT)
    return None if run_id is None else services.records.pointed(assessed_of(run_id))
