"""Routes of a verifier's findings 核查发现. The list is the table ``findings``."""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.params import JSONBody, Parameter

from dafeng.api.files import Upload, file_answer, if_match_version
from dafeng.api.given import Caller, IfMatch, Services
from dafeng.app import findings
from dafeng.app.evidences import MOST_BYTES
from dafeng.app.findings import FindingDraft, FindingMove, FindingPage

CaseId = Annotated[str, Parameter(description="Id of the finding.", max_length=80)]
Sha = Annotated[str, Parameter(description="SHA-256 of the file.", pattern="^[0-9a-f]{64}$")]


@post("/findings", operation_id="finding_write", tags=["findings"], sync_to_thread=True)
def finding_write(services: Services, caller: Caller, data: JSONBody[FindingDraft]) -> FindingPage:
    """Write a finding on a firm or one of its numbers."""
    return findings.write_finding(services, caller, data)


@get("/findings/{id:str}", operation_id="finding", tags=["findings"], sync_to_thread=True)
def finding(services: Services, caller: Caller, id: CaseId) -> FindingPage:
    """A finding as it stands."""
    return findings.finding(services, caller, id)


@post("/findings/{id:str}/moves", operation_id="finding_move", tags=["findings"], status_code=200, sync_to_thread=True)
def finding_move(
    services: Services, caller: Caller, id: CaseId, data: JSONBody[FindingMove], if_match: IfMatch
) -> FindingPage:
    """Answer, close, reopen or withdraw a finding."""
    return findings.move_finding(services, caller, id, data, if_match_version(if_match))


@post(
    "/findings/{id:str}/evidence",
    operation_id="finding_attach",
    tags=["findings"],
    status_code=200,
    request_max_body_size=MOST_BYTES + 64 * 1024,
)
async def finding_attach(
    services: Services, caller: Caller, id: CaseId, data: Upload, if_match: IfMatch
) -> FindingPage:
    """Attach a file as evidence."""
    given = await data.file.read(MOST_BYTES + 1)
    version = if_match_version(if_match)
    return await run_sync(findings.attach_to_finding, services, caller, id, given, data.file.filename, version)


@get(
    "/findings/{id:str}/evidence/{sha256:str}", operation_id="finding_evidence", tags=["findings"], sync_to_thread=True
)
def finding_evidence(services: Services, caller: Caller, id: CaseId, sha256: Sha) -> Response[bytes]:
    """A file of a finding."""
    return file_answer(findings.finding_evidence(services, caller, id, sha256))


handlers = [finding_write, finding, finding_move, finding_attach, finding_evidence]
