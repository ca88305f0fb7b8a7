"""Use cases of certificate tables 绿证登记表: the template, and a table taken in, with every problem at its place."""

from __future__ import annotations

import msgspec

from dafeng.app.importing import code_lists_of, tables_of, take_in_table
from dafeng.app.pages.shapes import Words
from dafeng.app.pages.taken import TakenAway
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest
from dafeng.collect.certificates import CERTIFICATE_TABLE, CERTIFICATES
from dafeng.collect.templates import template_workbook
from dafeng.collect.workbooks import read_workbook

_MOST_SHOWN = 200


class EntryProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a row of the table, and how to mend it."""

    sheet: str | None
    row: int | None
    column: str
    severity: str
    what: Words
    mend: Words


class CertificateImport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a table: rows = accepted + rejected; entered are new blocks, unchanged those known before."""

    batch_id: str
    file: str
    rows: int
    accepted: int
    rejected: int
    entered: int
    unchanged: int
    repeated: bool
    problems: tuple[EntryProblem, ...]
    more: int


@use_case("template.get")
def certificate_template(services: Services, caller: Caller) -> TakenAway:
    """The empty table with its guide."""
    return TakenAway("绿证登记_模板.xlsx", template_workbook(CERTIFICATES, code_lists_of(services)))


@use_case("data.import")
def import_certificates(services: Services, caller: Caller, data: bytes, name: str) -> CertificateImport:
    """Take a certificate table in; rows that fail cost a row. Raises BadRequest where it is another table."""
    found = tables_of(read_workbook(data, name))
    if set(found) != {CERTIFICATE_TABLE}:
        raise BadRequest(
            f"this is no certificate table alone: it holds {', '.join(found) or 'no table we know'}",
            where=name,
            mend="Use the template of this page; other tables are filed elsewhere.",
            zh="文件不是单独的绿证登记表",
            mend_zh="请使用本页的模板；其他表格请在填报中报送。",
        )
    intake = next(i for i in take_in_table(services, caller, data, name))
    batch = intake.batch
    listed = [p for p in batch.problems if p["kind"] != "not_kept"]
    return CertificateImport(
        batch_id=batch.batch_id,
        file=batch.file,
        rows=batch.rows,
        accepted=batch.accepted,
        rejected=batch.rejected,
        entered=intake.new,
        unchanged=intake.unchanged,
        repeated=intake.repeated,
        problems=tuple(
            EntryProblem(
                sheet=p["sheet"],
                row=p["row"],
                column=p["header"] or p["column"] or "",
                severity=p["severity"],
                what=Words(p["what_zh"] or p["what"], p["what"]),
                mend=Words(p["mend_zh"] or p["mend"], p["mend"]),
            )
            for p in listed[:_MOST_SHOWN]
        ),
        more=max(len(listed) - _MOST_SHOWN, 0),
    )
