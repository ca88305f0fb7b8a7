"""Routes of reports 报告: written reports, their files, publishing and withdrawing."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.params import JSONBody, Parameter

from dafeng.api.files import file_answer
from dafeng.api.given import Caller, Services
from dafeng.app.pages import issued
from dafeng.app.pages.desk import ReportCard
from dafeng.app.pages.issued import Reasoned, ReportWanted
from dafeng.app.pages.taken import Begun

ReportId = Annotated[str, Parameter(description="Id of the report.", max_length=120)]
Ending = Annotated[str, Parameter(description="docx, pdf or html.", pattern="^[a-z0-9]{1,8}$")]


@get("/reports", operation_id="reports", tags=["reports"], sync_to_thread=True)
def reports(services: Services, caller: Caller) -> list[ReportCard]:
    """The reports that were written and kept, newest first; of the public, those that were published."""
    return issued.reports(services, caller)


@get("/reports/{id:str}/{format:str}", operation_id="report_file", tags=["reports"], sync_to_thread=True)
def report_file(services: Services, caller: Caller, id: ReportId, format: Ending) -> Response[bytes]:
    """A report as a file."""
    return file_answer(issued.report_file(services, caller, id, format))


@post(
    "/reports/{id:str}/publish", operation_id="report_publish", tags=["reports"], status_code=200, sync_to_thread=True
)
def report_publish(services: Services, caller: Caller, id: ReportId, data: JSONBody[Reasoned]) -> ReportCard:
    """Publish a report: everybody may read it."""
    return issued.report_publish(services, caller, id, data.why)


@post(
    "/reports/{id:str}/withdraw", operation_id="report_withdraw", tags=["reports"], status_code=200, sync_to_thread=True
)
def report_withdraw(services: Services, caller: Caller, id: ReportId, data: JSONBody[Reasoned]) -> ReportCard:
    """Withdraw a published report."""
    return issued.report_withdraw(services, caller, id, data.why)


@post("/reports", operation_id="report_write", tags=["reports"], status_code=202, sync_to_thread=True)
def report_write(services: Services, caller: Caller, data: JSONBody[ReportWanted]) -> Begun:
    """Write the report as a job."""
    return issued.report_write(services, caller, data.year, public=data.public)


handlers = [reports, report_write, report_file, report_publish, report_withdraw]
