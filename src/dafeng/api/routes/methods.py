"""Routes of methods 核算方法, the public calculator 计算器, and the account of a works by its methods."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.params import JSONBody, Parameter

from dafeng.account.cases.reading import CaseForm
from dafeng.account.compared import Comparison
from dafeng.api.files import ARCHIVE, WORKBOOK, file_answer
from dafeng.api.given import Caller, Services
from dafeng.app.accounts import methods as method_accounts
from dafeng.app.accounts import recomputing
from dafeng.app.accounts.methods import CaseAnswer, MethodHead, MethodPage, WorksMethods
from dafeng.app.pages.taken import TakenAway

Method = Annotated[str, Parameter(max_length=60, description="Id of a method, as `methods` lists them.")]
Family = Annotated[str, Parameter(max_length=60, description="Id of a rule family.")]
Firm = Annotated[str, Parameter(max_length=100, description="Id of the enterprise.")]
Year = Annotated[int, Parameter(ge=1990, le=2100, description="The year.")]
Other = Annotated[str | None, Parameter(max_length=60, description="Another than its own, to try.")]


@get("/methods", operation_id="methods", tags=["methods"], sync_to_thread=True)
def methods(
    services: Services,
    caller: Caller,
    industry: Annotated[str, Parameter(max_length=10, description="GB/T 4754 code: the methods for it.")] = "",
) -> tuple[MethodHead, ...]:
    """All accounting methods, or those for an industry with the reason."""
    return method_accounts.methods(services, caller, industry)


@get("/methods/{method:str}/{family:str}", operation_id="method_page", tags=["methods"], sync_to_thread=True)
def method_page(services: Services, caller: Caller, method: Method, family: Family) -> MethodPage:
    """What a method under a rule family wants: streams, items, inputs, units, defaults, formulas."""
    return method_accounts.method_page(services, caller, method, family)


@get(
    "/methods/{method:str}/{family:str}/template",
    operation_id="method_template",
    tags=["methods"],
    sync_to_thread=True,
    responses={200: WORKBOOK},
)
def method_template(
    services: Services,
    caller: Caller,
    method: Method,
    family: Family,
    enterprise: Annotated[str, Parameter(max_length=100, description="Fill in this enterprise.")] = "",
    year: Annotated[int | None, Parameter(ge=1990, le=2100, description="Fill in this year.")] = None,
) -> Response[bytes]:
    """The workbook to fill in for a method."""
    data = method_accounts.method_template(services, caller, method, family, enterprise, year)
    return file_answer(TakenAway(f"{method}-{family}.xlsx", data))


@post("/calculator", operation_id="compute_case", tags=["methods"], sync_to_thread=True, status_code=200)
def compute_case(services: Services, caller: Caller, data: JSONBody[CaseForm]) -> CaseAnswer:
    """Compute a case of its own: every source, the totals, what is missing, the derivation; nothing is stored."""
    return method_accounts.compute_case(services, caller, data)


@post("/calculator/compare", operation_id="compare_case", tags=["methods"], sync_to_thread=True, status_code=200)
def compare_case(
    services: Services,
    caller: Caller,
    data: JSONBody[CaseForm],
    family: Family,
    method: Other = None,
) -> Comparison:
    """A case under its own rule and under another, line by line with the reason."""
    return method_accounts.compare_case(services, caller, data, family, method)


@get("/enterprises/{id:str}/methods", operation_id="works_methods", tags=["methods"], sync_to_thread=True)
def works_methods(services: Services, caller: Caller, id: Firm, year: Year) -> WorksMethods:
    """The methods a works is accounted by in a year, and those its industry suggests."""
    return method_accounts.works_methods(services, caller, id, year)


@get("/enterprises/{id:str}/account", operation_id="works_account", tags=["methods"], sync_to_thread=True)
def works_account(
    services: Services, caller: Caller, id: Firm, year: Year, method: Other = None, family: Other = None
) -> CaseAnswer:
    """The account of a works and year by its methods; another method or family may be tried."""
    return method_accounts.works_account(services, caller, id, year, method, family)


@get("/enterprises/{id:str}/account/compare", operation_id="works_compared", tags=["methods"], sync_to_thread=True)
def works_compared(
    services: Services, caller: Caller, id: Firm, year: Year, family: Family, method: Other = None
) -> Comparison:
    """The account of a works under its own rule and under another, line by line with the reason."""
    return method_accounts.works_compared(services, caller, id, year, family, method)


@get(
    "/accounts/export",
    operation_id="account_export",
    tags=["accounts"],
    sync_to_thread=True,
    responses={200: ARCHIVE},
)
def account_export(
    services: Services,
    caller: Caller,
    subject: Annotated[str, Parameter(max_length=100, description="Area code or enterprise id; all if empty.")] = "",
) -> Response[bytes]:
    """The account of an area or works with all it rests on; `dafeng recompute` proves it without the programme."""
    return file_answer(recomputing.account_export(services, caller, subject))


handlers = [
    methods, method_page, method_template, compute_case, compare_case, works_methods, works_account, works_compared,
    account_export,
]  # fmt: skip
