"""Routes of plans 方案: documents, the reader with its acts, versions, indicators to choose from."""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from litestar import Response, delete, get, post, put
from litestar.params import JSONBody, Parameter

from dafeng.adapters.reading_apart import read_apart
from dafeng.api.files import Upload, file_answer, if_match_version
from dafeng.api.given import Caller, IfMatch, Services
from dafeng.app.pages import papers, reader_acts, reading, references
from dafeng.app.pages.papers import MOST_BYTES
from dafeng.app.pages.reader import Comparison, DocVersion, HistoryEntry, PlanCard, Reader, ReaderRecord
from dafeng.app.pages.reader_acts import RecordAct, RecordDraft, RecordLink
from dafeng.app.pages.references import IndicatorHit

Doc = Annotated[str, Parameter(description="Id of the document.", max_length=300)]
RecordId = Annotated[str, Parameter(description="Id of the record; its # is written %23.", max_length=300)]
Sha = Annotated[str | None, Parameter(description="SHA-256 of a version.", pattern="^[0-9a-f]{64}$")]


@get("/plans", operation_id="plans", tags=["plans"], sync_to_thread=True)
def plans(services: Services, caller: Caller) -> list[PlanCard]:
    """The documents of the programme, each with its counts."""
    return reading.plans(services, caller)


@post("/plans", operation_id="plan_read", tags=["plans"], request_max_body_size=MOST_BYTES + 64 * 1024)
async def plan_read(services: Services, caller: Caller, data: Upload) -> PlanCard:
    """Read a plan file in: its records enter the ledger, the file is kept as evidence."""
    given = await data.file.read(MOST_BYTES + 1)
    return await run_sync(papers.take_in_upload, services, caller, given, data.file.filename, read_apart)


@get("/plans/{doc:str}", operation_id="plan_reader", tags=["plans"], sync_to_thread=True)
def plan_reader(services: Services, caller: Caller, doc: Doc) -> Reader:
    """The reader: text by paragraphs, marks, records and repairs."""
    return reading.plan_reader(services, caller, doc)


@get("/plans/{doc:str}/versions", operation_id="plan_versions", tags=["plans"], sync_to_thread=True)
def plan_versions(services: Services, caller: Caller, doc: Doc) -> list[DocVersion]:
    """The files of a document that were read, oldest first."""
    return papers.plan_versions(services, caller, doc)


@get("/plans/{doc:str}/compare", operation_id="plan_compare", tags=["plans"], sync_to_thread=True)
def plan_compare(services: Services, caller: Caller, doc: Doc, older: Sha = None, newer: Sha = None) -> Comparison:
    """Two versions against each other; the last two where none are named."""
    return papers.plan_compare(services, caller, doc, older, newer)


@get("/plans/{doc:str}/file", operation_id="plan_file", tags=["plans"], sync_to_thread=True)
def plan_file(services: Services, caller: Caller, doc: Doc, version: Sha = None) -> Response[bytes]:
    """The file as it came, of the last version or the one named."""
    return file_answer(papers.plan_file(services, caller, doc, version))


@post("/plans/{doc:str}/records", operation_id="record_add", tags=["plans"], sync_to_thread=True)
def record_add(services: Services, caller: Caller, doc: Doc, data: JSONBody[RecordDraft]) -> ReaderRecord:
    """Add a record that the reader missed, by a span of the text."""
    return reader_acts.record_add(services, caller, doc, data)


@get("/records/{id:str}/history", operation_id="record_history", tags=["plans"], sync_to_thread=True)
def record_history(services: Services, caller: Caller, id: RecordId) -> list[HistoryEntry]:
    """What happened to a record, oldest first."""
    return reader_acts.record_history(services, caller, id)


@post("/records/{id:str}/acts", operation_id="record_act", tags=["plans"], status_code=200, sync_to_thread=True)
def record_act(
    services: Services, caller: Caller, id: RecordId, data: JSONBody[RecordAct], if_match: IfMatch
) -> ReaderRecord:
    """Confirm, reject or correct a record."""
    return reader_acts.record_act(services, caller, id, data, if_match_version(if_match))


@put("/records/{id:str}/link", operation_id="record_link", tags=["plans"], sync_to_thread=True)
def record_link(
    services: Services, caller: Caller, id: RecordId, data: JSONBody[RecordLink], if_match: IfMatch
) -> ReaderRecord:
    """Tie a target to an indicator, or to the target above it."""
    return reader_acts.record_link(services, caller, id, data, if_match_version(if_match))


@delete("/records/{id:str}/link", operation_id="record_unlink", tags=["plans"], status_code=200, sync_to_thread=True)
def record_unlink(
    services: Services,
    caller: Caller,
    id: RecordId,
    if_match: IfMatch,
    to: Annotated[str, Parameter(description="What the target is tied to.", max_length=300)],
    why: Annotated[str, Parameter(description="The reason.", min_length=1, max_length=2000)],
) -> ReaderRecord:
    """Take a person's link away; the automatic one stands again."""
    return reader_acts.record_unlink(services, caller, id, to, why, if_match_version(if_match))


@get("/indicators", operation_id="indicators", tags=["plans"], sync_to_thread=True)
def indicators(
    services: Services, caller: Caller, q: Annotated[str, Parameter(max_length=100)] = ""
) -> list[IndicatorHit]:
    """Indicators of the library whose name, other name or pinyin holds the words."""
    return references.indicators(services, caller, q)


handlers = [
    plans,
    plan_read,
    plan_reader,
    plan_versions,
    plan_compare,
    plan_file,
    record_add,
    record_history,
    record_act,
    record_link,
    record_unlink,
    indicators,
]
