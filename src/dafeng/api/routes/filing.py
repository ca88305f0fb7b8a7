"""Routes of filing 填报: what is due, the filing with its grid, workbooks, templates and moves."""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from litestar import Response, get, post, put
from litestar.params import JSONBody, Parameter

from dafeng.api.files import Upload, file_answer, if_match_version
from dafeng.api.given import Caller, IfMatch, Services
from dafeng.app.evidences import MOST_BYTES
from dafeng.app.filing import acts as cases
from dafeng.app.filing import bulk, due_reminders, files, moves
from dafeng.app.filing import dues as owed
from dafeng.app.filing.acts import FilingDraft, FilingRows
from dafeng.app.filing.bulk import BulkMove, BulkOutcome
from dafeng.app.filing.due_reminders import RemindOrder, RemindOutcome
from dafeng.app.filing.dues import Dues
from dafeng.app.filing.moves import FilingMove
from dafeng.app.filing.page import FilingPage

Sha = Annotated[str, Parameter(description="SHA-256 of the file.", pattern="^[0-9a-f]{64}$")]
CaseId = Annotated[str, Parameter(description="Id of the filing.", max_length=80)]


@get("/filings/dues", operation_id="filing_dues", tags=["filing"], sync_to_thread=True)
def filing_dues(
    services: Services,
    caller: Caller,
    enterprise: Annotated[str | None, Parameter(max_length=60, description="Id of one enterprise.")] = None,
    year: Annotated[int | None, Parameter(ge=2000, le=2100, description="Else the last thirteen months.")] = None,
    most: Annotated[int, Parameter(ge=0, le=500, description="Of the list; all are counted.")] = 500,
) -> Dues:
    """What is due from the firms of the scope, with terms and states. Long lists: the table ``dues``."""
    return owed.dues(services, caller, enterprise, year, most)


@post("/filings", operation_id="filing_open", tags=["filing"], sync_to_thread=True)
def filing_open(services: Services, caller: Caller, data: JSONBody[FilingDraft]) -> FilingPage:
    """Open the filing of a firm, period and table, or give back the one that is open."""
    return cases.open_filing(services, caller, data)


@get("/filings/{id:str}", operation_id="filing", tags=["filing"], sync_to_thread=True)
def filing(services: Services, caller: Caller, id: CaseId) -> FilingPage:
    """A filing: rows, problems by cell, the past of each cell, moves, trail."""
    return cases.filing(services, caller, id)


@put("/filings/{id:str}/rows", operation_id="filing_rows", tags=["filing"], sync_to_thread=True)
def filing_rows(
    services: Services, caller: Caller, id: CaseId, data: JSONBody[FilingRows], if_match: IfMatch
) -> FilingPage:
    """Keep the rows of the grid, right or wrong."""
    return cases.save_rows(services, caller, id, data, if_match_version(if_match))


@post(
    "/filings/{id:str}/workbook",
    operation_id="filing_workbook",
    tags=["filing"],
    status_code=200,
    request_max_body_size=MOST_BYTES + 64 * 1024,
)
async def filing_workbook(
    services: Services, caller: Caller, id: CaseId, data: Upload, if_match: IfMatch
) -> FilingPage:
    """Fill the draft from a workbook; it is kept as evidence."""
    given = await data.file.read(MOST_BYTES + 1)
    version = if_match_version(if_match)
    return await run_sync(cases.take_workbook, services, caller, id, given, data.file.filename, version)


@get("/filings/{id:str}/template", operation_id="filing_template", tags=["filing"], sync_to_thread=True)
def filing_template(services: Services, caller: Caller, id: CaseId) -> Response[bytes]:
    """The template with firm, period and items filled in."""
    return file_answer(files.filing_template(services, caller, id))


@get("/filings/{id:str}/annotated", operation_id="filing_annotated", tags=["filing"], sync_to_thread=True)
def filing_annotated(services: Services, caller: Caller, id: CaseId) -> Response[bytes]:
    """The rows with what is wrong, in place, as a workbook."""
    return file_answer(files.filing_annotated(services, caller, id))


@get("/filings/{id:str}/evidence/{sha256:str}", operation_id="filing_evidence", tags=["filing"], sync_to_thread=True)
def filing_evidence(services: Services, caller: Caller, id: CaseId, sha256: Sha) -> Response[bytes]:
    """A file of the trail as it came."""
    return file_answer(files.filing_evidence(services, caller, id, sha256))


@post("/filings/{id:str}/moves", operation_id="filing_move", tags=["filing"], status_code=200, sync_to_thread=True)
def filing_move(
    services: Services, caller: Caller, id: CaseId, data: JSONBody[FilingMove], if_match: IfMatch
) -> FilingPage:
    """Submit, withdraw, approve, pass, confirm, return or reopen."""
    return moves.move_filing(services, caller, id, data, if_match_version(if_match))


@post("/filings/moves", operation_id="filing_moves", tags=["filing"], status_code=200, sync_to_thread=True)
def filing_moves(services: Services, caller: Caller, data: JSONBody[BulkMove]) -> BulkOutcome:
    """Approve, pass or confirm many filings without doubts, each at the version that was looked at."""
    return bulk.move_filings(services, caller, data)


@post("/filings/dues/reminders", operation_id="filing_remind", tags=["filing"], status_code=200, sync_to_thread=True)
def filing_remind(services: Services, caller: Caller, data: JSONBody[RemindOrder]) -> RemindOutcome:
    """Remind firms of tables that are late, each once a day."""
    return due_reminders.remind_dues(services, caller, data)


handlers = [
    filing_moves,
    filing_remind,
    filing_dues,
    filing_open,
    filing,
    filing_rows,
    filing_workbook,
    filing_template,
    filing_annotated,
    filing_evidence,
    filing_move,
]
