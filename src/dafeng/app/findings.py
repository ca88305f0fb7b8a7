"""Use cases of a verifier's findings 核查发现: written on a firm or one of its numbers, answered, closed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from dafeng.act.machine import Given, machine
from dafeng.app.case_ports import Case
from dafeng.app.cases import (
    LineStep,
    MoveOffer,
    TrailStep,
    Urgency,
    case_of,
    checked_move,
    firm_row,
    iso,
    line_of,
    moved,
    offers,
    opened,
    state_words,
    store,
    trail_of,
    urgency,
)
from dafeng.app.evidences import keep
from dafeng.app.explaining import explain
from dafeng.app.pages.shapes import Words
from dafeng.app.pages.taken import TakenAway
from dafeng.app.permission import may, require, use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound
from dafeng.base.provenance import content_id

SEVERITIES: dict[str, Words] = {
    "major": Words("严重", "major"),
    "minor": Words("一般", "minor"),
    "note": Words("提示", "note"),
}
Text = Annotated[str, msgspec.Meta(max_length=4000)]


class FindingDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a verifier found; node: the number it is about (an id that explains it), or None for the firm."""

    enterprise_id: Annotated[str, msgspec.Meta(max_length=60)]
    severity: Literal["major", "minor", "note"]
    words: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
    node: Annotated[str, msgspec.Meta(max_length=200)] | None = None


class FindingMove(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A move of a finding."""

    move: Literal["answer", "reopen", "close", "withdraw"]
    words: Text = ""
    reason: Text = ""


class FindingPage(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    enterprise_id: str
    enterprise_name: str
    severity: str
    severity_name: Words
    words: str
    answer: str
    node: str | None
    state: str
    state_name: Words
    term: str | None
    urgency: Urgency | None
    version: int
    evidence: tuple[tuple[str, str], ...]  # hash, file name
    line: tuple[LineStep, ...]
    moves: tuple[MoveOffer, ...]
    trail: tuple[TrailStep, ...]


@use_case("finding.write", act="finding.write")
def write_finding(services: Services, caller: Caller, draft: FindingDraft) -> FindingPage:
    """Write a finding on a firm of the scope. Raises NotFound for a firm or number out of scope."""
    firm, now = firm_row(services, caller, draft.enterprise_id), services.clock.now()
    if not draft.words.strip():
        raise BadRequest(
            "a finding says what was found",
            where="words",
            mend="Write it.",
            zh="核查发现没有写明内容",
            mend_zh="请写明发现了什么问题。",
        )
    if draft.node is not None:
        explain(services, caller, draft.node)
    case_id = content_id("C", "finding", draft.enterprise_id, caller.name, now.isoformat())
    data: dict[str, Any] = msgspec.to_builtins(draft) | {"answer": "", "files": []}
    term = machine("finding").term("open", services.clock.today(), None)
    case = Case(
        case_id, "finding", "enterprise", draft.enterprise_id, f"{firm['name']}:{draft.words[:80]}", "", "open",
        caller.name, term, now, now, caller.name, data=data,
    )  # fmt: skip
    opened(services, caller, case, draft.words, {"severity": draft.severity})
    return finding(services, caller, case_id)


@use_case("finding.see")
def finding(services: Services, caller: Caller, case_id: str) -> FindingPage:
    """A finding as it stands. Raises NotFound."""
    case = case_of(services, caller, case_id, "finding")
    firm, steps = firm_row(services, caller, case.subject_id), store(services).moves(case_id)
    return FindingPage(
        id=case_id,
        enterprise_id=case.subject_id,
        enterprise_name=firm["name"],
        severity=case.data["severity"],
        severity_name=SEVERITIES[case.data["severity"]],
        words=case.data["words"],
        answer=case.data["answer"],
        node=case.data["node"],
        state=case.state,
        state_name=state_words("finding", case.state),
        term=iso(case.term),
        urgency=urgency(services.clock.today(), case.term),
        version=case.version,
        evidence=tuple((f["sha256"], f["name"]) for f in case.data["files"]),
        line=line_of(case, steps),
        moves=offers(caller, case, steps),
        trail=trail_of(case, steps),
    )


@use_case("finding.see", act="finding.move")
def move_finding(services: Services, caller: Caller, case_id: str, asked: FindingMove, version: int) -> FindingPage:
    """Answer (the firm), close, reopen or withdraw (the verifier). Raises NotAllowed, Conflict, StaleRecord, Unmet."""
    case = case_of(services, caller, case_id, "finding")
    given = Given(caller.name, asked.reason, asked.words)
    move = checked_move(caller, case, asked.move, given)
    data = case.data | ({"answer": asked.words} if move.id == "answer" else {})
    moved(services, caller, case, version, move, given, data=data)
    return finding(services, caller, case_id)


@use_case("finding.see", act="finding.attach")
def attach_to_finding(
    services: Services, caller: Caller, case_id: str, data: bytes, name: str, version: int
) -> FindingPage:
    """Attach a file as evidence: by who may write or answer findings, while it is open to them."""
    case = case_of(services, caller, case_id, "finding")
    if not may(caller, "finding.write"):
        require(caller, "finding.answer")
    given = Given(caller.name)
    move = checked_move(caller, case, "attach", given)
    kept = keep(services, caller, data, name, "case")
    files = [*case.data["files"], {"sha256": kept.sha256, "name": kept.name}]
    moved(
        services, caller, case, version, move, Given(caller.name, evidence=(kept.sha256,)),
        data=case.data | {"files": files}, told={"file": kept.name},
    )  # fmt: skip
    return finding(services, caller, case_id)


@use_case("finding.see", act="evidence.download")
def finding_evidence(services: Services, caller: Caller, case_id: str, sha256: str) -> TakenAway:
    """A file of a finding. Raises NotFound."""
    case = case_of(services, caller, case_id, "finding")
    name = next((f["name"] for f in case.data["files"] if f["sha256"] == sha256), None)
    if name is None:
        raise NotFound(
            "the finding has no such file",
            where=sha256,
            mend="Choose one of its files.",
            zh="这条核查发现没有该凭证文件",
            mend_zh="请从所列凭证中选择。",
        )
    return TakenAway(name, services.columns.get_bytes(sha256))
