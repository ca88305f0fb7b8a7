"""Use cases of intake 采集: take in a delivered workbook, whatever tables it holds, and give back what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from dafeng.app.certificates.entry import enter_certificates, holders_of
from dafeng.app.permission import require_everything, use_case, within
from dafeng.app.ports import Batch, Evidence
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.sight.results import scope, sees_all
from dafeng.base.callers import Caller
from dafeng.base.columns import CodeList, Contract
from dafeng.base.contracts import check
from dafeng.base.errors import BadRequest, NotAllowed, UnreadableFile
from dafeng.base.faults import ROW, SHEET, Parsed, all_faults
from dafeng.base.provenance import Status, content_id
from dafeng.collect.annotated import PROBLEM_SHEET, annotated_workbook
from dafeng.collect.certificates import CERTIFICATE_TABLE, CERTIFICATES
from dafeng.collect.codelists import code_lists
from dafeng.collect.contracts import DELIVERIES, ENTERPRISES, SITES
from dafeng.collect.headers import RawTable, recognised, table_in
from dafeng.collect.importing import Context, Imported, import_raw
from dafeng.collect.roster import enterprise_rows
from dafeng.collect.templates import CODE_SHEET, GUIDE_SHEET, template_csv, template_workbook
from dafeng.collect.workbooks import Workbook, read_workbook
from dafeng.evaluate.indicators import indicator_library
from dafeng.registry.areas import AREA
from dafeng.registry.dated import revised
from dafeng.registry.enterprises import SITE

ROSTERS: Mapping[str, Contract] = {"areas": AREA, "enterprises": ENTERPRISES, "sites": SITES}
CONTRACTS: Mapping[str, Contract] = {
    **ROSTERS,
    **{name: d.contract for name, d in DELIVERIES.items()},
    CERTIFICATE_TABLE: CERTIFICATES,
}
_MOST_KEPT = 2000  # problems kept in the record; all of them stand in the annotated workbook
_WHOLE_TABLE = 2000  # rows up to which an annotated workbook repeats the table whole
_GUIDES = frozenset({CODE_SHEET, GUIDE_SHEET, PROBLEM_SHEET})  # sheets of ours that hold no delivery
TABLE = "table"  # the kind of evidence that a delivered workbook is
FIRST_DAY = date(2000, 1, 1)  # from when a roster's rows hold that name no day


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of one table of a file; annotated is the workbook that shows the problems in place (or None)."""

    batch: Batch
    new: int
    corrected: int
    unchanged: int
    annotated: bytes | None
    repeated: bool = False


def code_lists_of(services: Services) -> dict[str, CodeList]:
    """All code lists of the programme: areas within it, industries, energy items, products, measures, indicators."""
    registry = registry_of(services)
    indicators = [(i.id, i.zh, i.unit) for i in indicator_library().indicators.values()]
    root = services.settings.area
    within = registry.tree.ancestors(root, itself=True)[-1] if root in registry.tree else None
    return code_lists(registry.tree, within=within, indicators=indicators)


@use_case("template.get")
def template(services: Services, caller: Caller, name: str, form: str) -> bytes:
    """An empty template, xlsx or csv, made from the contract."""
    if name not in CONTRACTS:
        raise BadRequest(f"no table is called {name}", mend=f"Choose one of: {', '.join(CONTRACTS)}.")
    if form == "csv":
        return template_csv(CONTRACTS[name])
    return template_workbook(CONTRACTS[name], code_lists_of(services))


def tables_of(book: Workbook) -> dict[str, Workbook]:
    """Which contract each sheet follows (the one whose columns it names most of), sheets of one contract together."""
    chosen: dict[str, list[int]] = {}
    for i, sheet in enumerate(book.sheets):
        if sheet.name in _GUIDES:
            continue
        scores = {}
        for name, contract in CONTRACTS.items():
            header = recognised(sheet.cells, contract) if not sheet.cells.is_empty() else None
            if header is not None:
                whole = set(contract.required) <= set(header.columns.values())
                scores[name] = (whole, len(header.columns), -len(header.strange), -len(contract.columns))
        if scores:
            chosen.setdefault(max(scores, key=lambda n: scores[n]), []).append(i)
    return {name: replace(book, sheets=tuple(book.sheets[i] for i in found)) for name, found in chosen.items()}


@use_case("data.import")
def take_in_table(
    services: Services, caller: Caller, data: bytes, name: str, *, codelists: Mapping[str, CodeList] | None = None
) -> list[Intake]:
    """Import every table of a delivered file. The same file again changes nothing.

    Raises UnreadableFile where the file is no workbook or holds no table we know.
    """
    book = read_workbook(data, name)
    tables = tables_of(book)
    if not tables:
        raise UnreadableFile(
            "no sheet has the header of a table we know",
            where=name,
            mend="Use a template (dafeng template energy), or name the columns as the template does.",
            zh="文件中没有一个工作表的表头是本系统认识的表",
            mend_zh="请使用模板,或按模板的列名填写表头。",
        )
    if tables.keys() & ROSTERS.keys():
        require_everything(caller, "registry.import", services.settings.area)
    services.columns.put_bytes(book.sha256, data)
    lists = codelists or code_lists_of(services)
    taken = [_take(services, caller, contract, part, lists) for contract, part in tables.items()]
    # last of all: an interruption between two tables of a file leaves it unfinished, to be taken in again
    evidence = Evidence(book.sha256, name, len(data), TABLE, services.clock.now(), caller.name)
    services.records.put_evidence(evidence)
    return taken


def was_taken_in(services: Services, sha256: str) -> bool:
    """Whether the file with these bytes needs no second look: all its tables are in, and none waits for a roster."""
    found = services.records.evidence(sha256)
    if found is None or found.kind != TABLE:
        return False
    batches = services.records.batches()
    last = {b.contract: b for b in batches if b.sha256 == sha256}
    return not any(_may_mend(batches, b) for b in last.values())


def _take(services: Services, caller: Caller, name: str, book: Workbook, lists: Mapping[str, CodeList]) -> Intake:
    batches = services.records.batches()
    before = [b for b in batches if (b.sha256, b.contract) == (book.sha256, name)]
    if before and not _may_mend(batches, before[-1]):
        _require_own_batch(services, caller, book.sha256, name)
        known = (
            before[-1] if sees_all(services, caller) else replace(before[-1], file=book.name, imported_by=caller.name)
        )
        return Intake(known, 0, 0, known.facts, None, repeated=True)
    batch_id = content_id("B", book.sha256, name) + (f"-{len(before) + 1}" if before else "")
    if name in ROSTERS:
        return _take_roster(services, caller, name, book, lists, batch_id)
    if name == CERTIFICATE_TABLE:
        return _take_certificates(services, caller, book, lists, batch_id)
    return _take_facts(services, caller, name, book, lists, batch_id)


def _may_mend(batches: Sequence[Batch], done: Batch) -> bool:
    """Whether a roster has come in since that could mend the rows that were rejected then."""
    return bool(done.rejected) and any(b.contract in ROSTERS and b.imported_at > done.imported_at for b in batches)


def _take_facts(
    services: Services, caller: Caller, name: str, book: Workbook, lists: Mapping[str, CodeList], batch_id: str
) -> Intake:
    return enter_table(services, caller, name, table_in(book, DELIVERIES[name].contract), lists, batch_id)


def _take_certificates(
    services: Services, caller: Caller, book: Workbook, lists: Mapping[str, CodeList], batch_id: str
) -> Intake:
    raw = table_in(book, CERTIFICATES)
    named = check(raw.frame, CERTIFICATES, lists, source=raw.name).rows["enterprise_id"]
    _refuse_foreign(services, caller, named.unique().to_list(), raw.name)
    made = enter_certificates(services, caller, raw, lists, batch_id)
    batch = _batch(services, caller, CERTIFICATE_TABLE, batch_id, raw, made.parsed, 0)
    services.records.put_batch(batch)
    return Intake(batch, made.blocks.height, 0, made.unchanged, _annotated(raw, CERTIFICATES, made.parsed))


@within
def enter_table(
    services: Services,
    caller: Caller,
    name: str,
    raw: RawTable,
    lists: Mapping[str, CodeList],
    batch_id: str,
    *,
    reason: str | None = None,
    by: str | None = None,
    only: str | None = None,
) -> Intake:
    """Take a table in that was read already: the one path of delivered workbooks and of confirmed filings.

    Facts first, then the batch that says they are in: where that was interrupted, the facts are there already.
    reason: why earlier values are corrected; by: who answers for the figures, the caller where it is left out;
    only: the one subject that the table is known to speak of, so that no other's facts need to be compared.
    """
    delivery, now = DELIVERIES[name], services.clock.now()
    status: Status = "synthetic" if services.settings.demonstration else services.settings.data_status
    existing = services.columns.facts()
    compared = existing if only is None else existing.filter(pl.col("subject_id") == only)
    context = Context(lists, now, status, *_known(services, caller, compared), reason=reason)
    made = import_raw(raw, delivery, context)
    _require_own(services, caller, made)
    merged = made.merged
    if not merged.new.is_empty():
        services.columns.put_facts(made.batch_id, merged.new)
    held = existing.filter((pl.col("sha256") == raw.sha256) & pl.col("measure").is_in(_measures(made))).height
    batch = _batch(services, caller, name, batch_id, raw, made.parsed, held + merged.new.height)
    batch = batch if by is None else replace(batch, imported_by=by)
    services.records.put_batch(batch)
    return Intake(
        batch, merged.added, merged.corrected.height, merged.unchanged, _annotated(raw, delivery.contract, made.parsed)
    )


def _known(services: Services, caller: Caller, existing: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The facts and the roster that a delivery is held against: a caller is never told of others' by a warning."""
    roster = services.records.registry("enterprises")
    if sees_all(services, caller):
        return existing, roster
    mine = list(scope(caller, registry_of(services)))
    known = existing.filter(pl.col("subject_id").is_in(mine))
    return known, roster.filter(pl.col("enterprise_id").is_in(mine))


def _require_own(services: Services, caller: Caller, made: Imported) -> None:
    """Refuse a table that speaks of subjects outside the caller's scope; nothing of it is taken in."""
    _refuse_foreign(services, caller, made.facts["subject_id"].unique().to_list(), made.raw.name)


def _require_own_batch(services: Services, caller: Caller, sha256: str, name: str) -> None:
    """As ``_require_own`` for a file that was taken in before: who delivered it is not told to others."""
    if name in ROSTERS or sees_all(services, caller):
        return
    if name == CERTIFICATE_TABLE:
        subjects = holders_of(services, {b.batch_id for b in services.records.batches() if b.sha256 == sha256})
    else:
        facts = services.columns.facts().filter(pl.col("sha256") == sha256)
        subjects = facts["subject_id"].unique().to_list()
    _refuse_foreign(services, caller, subjects, name)


def _refuse_foreign(services: Services, caller: Caller, subjects: Iterable[str], where: str) -> None:
    """A subject that is registered elsewhere and one that is not registered at all are refused in the same words."""
    if sees_all(services, caller):
        return
    if set(subjects) - scope(caller, registry_of(services)):
        raise NotAllowed(
            f"the table names subjects outside the scope of {caller.name}",
            where=where,
            mend="Deliver only your own rows, or ask the bureau to take the file in.",
            zh="表中有不在您管辖范围内的对象",
            mend_zh="请只报送本单位(本地区)的行,或请主管部门导入该文件。",
        )


def _measures(made: Imported) -> list[str]:
    return made.facts["measure"].unique().to_list()


def _take_roster(
    services: Services, caller: Caller, name: str, book: Workbook, lists: Mapping[str, CodeList], batch_id: str
) -> Intake:
    contract = ROSTERS[name]
    raw = table_in(book, contract)
    read = check(raw.frame, contract, lists, source=raw.name)
    parsed = Parsed(read.rows, all_faults([raw.faults, read.faults]), read.rejected, read.source)
    known = services.records.registry(name).drop("batch_id")
    key = {"areas": "area_code", "enterprises": "enterprise_id", "sites": "site_id"}[name]
    incoming = _roster_rows(name, parsed.rows, services.settings.demonstration)
    rows, changed = revised(known, incoming.select(known.columns), key)
    new = rows.join(known, on=known.columns, how="anti", nulls_equal=True)
    services.records.put_registry(name, new, batch_id, services.clock.now())
    batch = _batch(services, caller, name, batch_id, raw, parsed, 0)
    services.records.put_batch(batch)
    mended = changed.filter(pl.col("kind") != "added").height
    return Intake(batch, new.height, mended, incoming.height - changed.height, _annotated(raw, contract, parsed))


def _roster_rows(name: str, rows: pl.DataFrame, synthetic: bool) -> pl.DataFrame:
    if name == "enterprises":
        return enterprise_rows(rows, FIRST_DAY, synthetic=synthetic)
    if name == "sites":
        return SITE.require(rows.drop(SHEET, ROW).with_columns(pl.col("since").fill_null(FIRST_DAY)))
    return rows.drop(SHEET, ROW).with_columns(since=pl.lit(FIRST_DAY), until=pl.lit(None, pl.Date))


def _batch(
    services: Services, caller: Caller, name: str, batch_id: str, raw: RawTable, parsed: Parsed, facts: int
) -> Batch:
    return Batch(
        batch_id,
        raw.sha256,
        name,
        raw.name,
        raw.frame.height,
        parsed.rows.height,
        parsed.rejected.height,
        facts,
        _problems_kept(parsed.faults),
        services.clock.now(),
        caller.name,
    )


def _problems_kept(faults: pl.DataFrame) -> list[dict[str, Any]]:
    """The first problems, and of the others, as a note, how many they are and how many of them warnings."""
    kept, left = faults.head(_MOST_KEPT).to_dicts(), faults.slice(_MOST_KEPT)
    if left.is_empty():
        return kept
    blank: dict[str, Any] = dict.fromkeys(faults.columns)
    told = blank | {
        "kind": "not_kept",
        "severity": "note",
        "what": f"{left.height} more problems are not listed",
        "what_zh": f"另有{left.height}处问题未列出",
        "mend": "See them in the annotated workbook.",
        "mend_zh": "见批注工作簿",
        "warnings": left.filter(pl.col("severity") == "warning").height,
    }
    return [*kept, told]


def doubts_of(batch: Batch) -> int:
    """How many figures of a batch were taken in but look wrong, also of those problems that are not listed."""
    return sum(int(p.get("severity") == "warning") + int(p.get("warnings") or 0) for p in batch.problems)


def _annotated(raw: RawTable, contract: Contract, parsed: Parsed) -> bytes | None:
    """The delivered rows with what is wrong, where an error or a warning was found.

    Of a long table only the rows with problems come back: they can be mended and delivered again by themselves.
    """
    told = parsed.faults.filter(pl.col("severity") != "note")
    if told.is_empty():
        return None
    if raw.frame.height > _WHOLE_TABLE:
        places = told.select(pl.col("sheet").alias(SHEET), pl.col("row").alias(ROW)).unique()
        rows = raw.frame.join(places, on=[SHEET, ROW], how="semi", nulls_equal=True, maintain_order="left")
        raw = replace(raw, frame=rows)
    return annotated_workbook(raw, contract, parsed.faults)


def batch_fields(batch: Batch) -> dict[str, object]:
    """A batch for a face, without the problems."""
    return {k: v for k, v in asdict(batch).items() if k != "problems"}
