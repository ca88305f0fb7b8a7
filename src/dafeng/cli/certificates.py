"""``dafeng certificates``: the ledger of green certificates 绿证台账 at the command line."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from dafeng.adapters.columns import write_whole
from dafeng.app.certificates import acts as certificate_acts
from dafeng.app.certificates import files as certificate_files
from dafeng.app.certificates import holdings as certificates
from dafeng.app.certificates import shapes as certificate_shapes
from dafeng.app.tables import listing as tables
from dafeng.app.tables.tabling import MOST_ROWS, TableQuery
from dafeng.base.errors import BadRequest
from dafeng.cli import shown
from dafeng.cli.options import HERE, SOME_FILES_FAILED, Json, Programme
from dafeng.wiring import local_caller, programme

app = typer.Typer(
    no_args_is_help=True, help="Green certificates 绿证: enter, claim, retire and balance; each is claimed once."
)
Firm = Annotated[str, typer.Option("--enterprise", "-e", help="Enterprise id 企业标识.")]
MaybeFirm = Annotated[str | None, typer.Option("--enterprise", "-e", help="Only of this enterprise.")]
Claim = Annotated[str, typer.Argument(help="Id of the claim (GC-…).")]
OnDay = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As of this day; today if left out.")]


@app.command("list")
def list_certificates(
    claims: Annotated[bool, typer.Option("--claims", help="The claims instead of the certificates.")] = False,
    enterprise: MaybeFirm = None,
    state: Annotated[str, typer.Option(help="free, claimed, retired, expired (claims: also withdrawn).")] = "",
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """List certificates in ranges that share a state, or the claims on them."""
    name = "certificate_claims" if claims else "certificates"
    filters = {"enterprise_id": (enterprise,)} if enterprise else {}
    filters |= {"state": (state,)} if state else {}
    with programme(programme_dir) as services:
        page = tables.table_page(services, local_caller(), name, TableQuery(limit=MOST_ROWS, any_of=filters))
    if as_json:
        shown.as_json({"total": page.total, "rows": page.rows})
        return
    heads = (
        ("claim_id", "name", "purpose", "month", "count", "state", "claimed_on")
        if claims
        else ("first_code", "last_code", "count", "kind", "generation", "valid_until", "state", "name", "claim_id")
    )
    rows = [[_cell(row[h]) for h in heads] for row in page.rows]
    more = f" (the first {len(page.rows)})" if page.total > len(page.rows) else ""
    shown.table(f"{page.total} {name} 绿证{more}", heads, rows, right=(heads.index("count"),))


@app.command("import")
def import_table(
    files: Annotated[list[Path], typer.Argument(help="Certificate tables, xlsx or csv.")],
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Enter certificates 登记; rows that fail cost a row and are named. Exit code 8 where any did."""
    told: list[certificate_files.CertificateImport] = []
    with programme(programme_dir, writing=True) as services:
        for file in files:
            if not file.is_file():
                raise BadRequest("no such file", where=str(file), mend="Check the path.")
            data = file.read_bytes()
            told.append(certificate_files.import_certificates(services, local_caller(), data, file.name))
    if as_json:
        shown.as_json(told)
    else:
        heads = ("file", "rows", "accepted", "rejected", "entered", "unchanged")
        shown.table(
            "certificates 绿证登记",
            heads,
            [(t.file, t.rows, t.accepted, t.rejected, t.entered, t.unchanged) for t in told],
            right=(1, 2, 3, 4, 5),
        )
        for entry in told:
            for p in entry.problems:
                shown.say(f"{entry.file} › {p.sheet or ''} {p.row or ''} {p.column}: {p.what.en}  {p.what.zh}")
    if any(t.rejected for t in told):
        raise typer.Exit(SOME_FILES_FAILED)


@app.command()
def claim(
    enterprise: Firm,
    month: Annotated[str, typer.Option(help="The month whose electricity is claimed, 2025-03.")],
    purpose: Annotated[str, typer.Option(help="scope2, quota, budget or footprint 用途.")] = "scope2",
    count: Annotated[int | None, typer.Option(min=1, help="How many; what ends first goes first.")] = None,
    codes: Annotated[
        tuple[str, str] | None, typer.Option(help="From which code to which, instead of a number.")
    ] = None,
    subject: Annotated[str, typer.Option(help="What the purpose speaks of: a product, a budget.")] = "",
    note: Annotated[str, typer.Option(help="A remark.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be taken; write nothing.")] = False,
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Claim certificates 声明 for a purpose and a month; a second claim is refused with the name of the first."""
    first, last = codes or ("", "")
    given: dict[str, Any] = {
        "enterprise_id": enterprise, "purpose": purpose, "month": month, "count": count, "first_code": first,
        "last_code": last, "subject": subject, "note": note,
    }  # fmt: skip
    draft = certificate_acts.draft_of(given)
    with programme(programme_dir) as services:
        act = certificate_acts.propose_claim if dry_run else certificate_acts.make_claim
        view = act(services, local_caller(), draft)
    _show_claim(view, as_json=as_json)


@app.command()
def retire(
    claim_id: Claim,
    number: Annotated[str, typer.Option(help="Number under which the registry retired them 核销编号.")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today if left out.")] = None,
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Enter that the certificates of a claim were retired 核销; that cannot be undone."""
    given = certificate_shapes.ClaimRetirement(number=number, on=_day(on))
    with programme(programme_dir) as services:
        view = certificate_acts.retire_claim(services, local_caller(), claim_id, given)
    _show_claim(view, as_json=as_json)


@app.command()
def withdraw(
    claim_id: Claim,
    why: Annotated[str, typer.Option("--why", help="The reason 理由.")],
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Take back a claim 撤回 that has not been retired; it stays on record."""
    with programme(programme_dir) as services:
        given = certificate_shapes.ClaimWithdrawal(reason=why)
        view = certificate_acts.withdraw_claim(services, local_caller(), claim_id, given)
    _show_claim(view, as_json=as_json)


@app.command()
def balance(
    enterprise: MaybeFirm = None,
    year: Annotated[int | None, typer.Option(help="Year of the months.")] = None,
    on: OnDay = None,
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """What is held, free, claimed, retired and expired 结余; of one firm with scope 2 by both methods."""
    with programme(programme_dir) as services:
        book = certificates.certificate_book(services, local_caller(), enterprise, year, _day(on))
    if as_json:
        shown.as_json(book)
        return
    t = book.totals
    shown.say(
        f"{book.name or 'all 全部'} {book.day}: held 持有 {t.held:,} = free 可用 {t.free:,}"
        f" + claimed 已声明 {t.claimed:,} + retired 已核销 {t.retired:,} + expired 已过期 {t.expired:,}"
    )
    heads = ("month", "generated", "free", "electricity_mwh", "scope2_mwh", "location_t", "market_t", "residual")
    rows = [
        (m.month, m.generated.held, m.generated.free, _number(m.electricity_mwh), _number(m.uses[0].claimed_mwh),
         _number(m.location_t), _number(m.market_t), m.residual_factor)
        for m in book.months
    ]  # fmt: skip
    shown.table(f"{book.year}", heads, rows, right=tuple(range(1, 8)))
    if (y := book.whole_year) is not None:
        shown.say(
            f"scope 2 范围二 {book.year}: location-based 位置法 {_number(y.location_t) or '—'} t · market-based 市场法 "
            f"{_number(y.market_t) or '—'} t ({y.there}/{y.due}, {y.status}; residual 剩余因子 {y.residual_status})"
        )
        if y.open_mwh:
            shown.say(f"{_number(y.open_mwh)} MWh claimed and not retired: not counted 已声明未核销，未计入")
    for e in book.ending:
        shown.say(f"ends soon 即将到期: {e.name} {e.generation_month} {e.count:,} → {e.valid_until} ({e.days_left} d)")
    for w in book.warnings:
        shown.say(f"{w.en}  {w.zh}")


@app.command()
def give(
    enterprise: Firm,
    codes: Annotated[tuple[str, str], typer.Option(help="From which code to which.")],
    why: Annotated[str, typer.Option("--why", help="The reason 理由.")],
    to: Annotated[str, typer.Option(help="Enterprise id of the taker; nobody of the programme if left out.")] = "",
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Give free certificates on 划转 to another firm, or out of the programme."""
    given = certificate_shapes.CertificateTransfer(
        enterprise_id=enterprise, taker=to, first_code=codes[0], last_code=codes[1], reason=why
    )
    with programme(programme_dir) as services:
        count = certificate_acts.give_certificates(services, local_caller(), given)
    if as_json:
        shown.as_json({"count": count})
        return
    shown.say(f"{count} certificates given on 已划转")


@app.command()
def template(
    out: Annotated[Path, typer.Option("--out", help="The file to write.")] = Path("certificates.xlsx"),
    programme_dir: Programme = HERE,
) -> None:
    """Write the empty table 模板."""
    with programme(programme_dir) as services:
        write_whole(out, certificate_files.certificate_template(services, local_caller()).data)
    shown.say(str(out))


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _cell(value: Any) -> Any:
    return f"{value:,.0f}" if isinstance(value, float) else value


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:,.1f}"


def _show_claim(view: certificate_shapes.ClaimView, *, as_json: bool) -> None:
    if as_json:
        shown.as_json(view)
        return
    shown.say(
        f"{view.claim_id or '(not written 未写入)'} {view.state}: {view.name} {view.purpose} {view.month} "
        f"{view.count:,} certificates 张, {view.mwh:,.0f} MWh"
    )
    heads = ("first_code", "last_code", "count", "kind", "source", "generation_month", "valid_until")
    rows = [[getattr(r, h) for h in heads] for r in view.ranges]
    shown.table("ranges 号段", heads, rows, right=(2,))
