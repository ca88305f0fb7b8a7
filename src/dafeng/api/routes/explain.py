"""Routes of explanations 解释 and evidence 凭证: the derivation of a number, down to the cell it came from."""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import MediaType, Response, get
from litestar.params import FromQuery, Parameter

from dafeng.api.files import file_answer
from dafeng.api.given import Caller, Services
from dafeng.app.pages import provenances, vouchers
from dafeng.app.pages.vouchers import Cells
from dafeng.base.provenance import Node

NodeId = Annotated[
    str, Parameter(description="Id of a number: line, fact, indicator, state, target, driver.", max_length=500)
]
Sha = Annotated[str, Parameter(description="SHA-256 of the delivered file.", pattern="^[0-9a-f]{64}$")]


@get("/explain/{id:str}", operation_id="explain", tags=["explain"], sync_to_thread=True)
def explain(
    services: Services,
    caller: Caller,
    id: NodeId,
    depth: Annotated[int, Parameter(ge=1, le=8, description="Levels opened; below, `more` counts.")] = 2,
    most: Annotated[int, Parameter(ge=1, le=5000, description="Children shown of a node.")] = 30,
) -> Node:
    """The derivation of a number as a tree; what is left out is counted in `more` and opened by its own id."""
    return provenances.explained(services, caller, id, depth=depth, most=most)


@get(
    "/explain/{id:str}/text",
    operation_id="explain_text",
    tags=["explain"],
    media_type=MediaType.TEXT,
    sync_to_thread=True,
)
def explain_text(
    services: Services, caller: Caller, id: NodeId, language: FromQuery[Literal["zh", "en"]] = "zh"
) -> str:
    """The same derivation as indented text."""
    return provenances.explained_text(services, caller, id, language)


@get("/evidence/{sha256:str}", operation_id="evidence_cells", tags=["explain"], sync_to_thread=True)
def evidence_cells(
    services: Services,
    caller: Caller,
    sha256: Sha,
    row: Annotated[int, Parameter(ge=1, le=2_000_000, description="Row of the sheet, counted from 1.")],
    sheet: Annotated[str | None, Parameter(max_length=200)] = None,
    column: Annotated[str | None, Parameter(max_length=300, description="Head of the column.")] = None,
) -> Cells:
    """The rows around a cell of a delivered workbook, the cell marked."""
    return vouchers.evidence_cells(services, caller, sha256, sheet=sheet, row=row, column=column)


@get("/evidence/{sha256:str}/file", operation_id="evidence_file", tags=["explain"], sync_to_thread=True)
def evidence_file(services: Services, caller: Caller, sha256: Sha) -> Response[bytes]:
    """The file as it came, where the caller may see all that is in it."""
    return file_answer(vouchers.evidence_file(services, caller, sha256))


handlers = [explain, explain_text, evidence_cells, evidence_file]
