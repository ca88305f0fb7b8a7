"""Entering certificates 绿证登记: a delivered table becomes blocks of the ledger, each certificate once."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dafeng.account.certificates.claims import barred_at_entry
from dafeng.account.certificates.ledger import BLOCK_SCHEMA
from dafeng.app.certificates.ports import CertificateStore, TakenMeanwhile
from dafeng.app.permission import within
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.sight.results import scope, sees_all
from dafeng.base.callers import Caller
from dafeng.base.columns import CodeList
from dafeng.base.contracts import check
from dafeng.base.errors import NotFound
from dafeng.base.faults import ROW, SHEET
from dafeng.base.provenance import Status
from dafeng.collect.certificates import CERTIFICATES, Entered, certificate_blocks, refuse
from dafeng.collect.headers import RawTable
from dafeng.rules.certificates import packaged_certificate_rules

_TRIES = 3


def ledger_store(services: Services) -> CertificateStore:
    """The certificate ledger of the programme. Raises NotFound where it was opened without one."""
    if services.certificates is None:
        raise NotFound(
            "this programme keeps no certificate ledger",
            mend="Open it with a record store.",
            zh="本方案没有绿证台账",
            mend_zh="请连同记录库打开本方案。",
        )
    return services.certificates


@within
def read_certificates(
    services: Services, caller: Caller, raw: RawTable, lists: Mapping[str, CodeList], batch_id: str
) -> Entered:
    """A table checked against contract, rules and ledger; nothing is written. Blocks are whole (BLOCK_SCHEMA)."""
    rules, day, now = packaged_certificate_rules(), services.clock.today(), services.clock.now()
    parsed = check(raw.frame, CERTIFICATES, lists, source=raw.name)
    registers = {k.id: k.register for k in rules.kinds}
    made = certificate_blocks(parsed, raw, registers, _known(services, caller), day)
    made = refuse(made, raw, barred_at_entry(made.blocks, rules, day))
    status: Status = "synthetic" if services.settings.demonstration else services.settings.data_status
    whole = made.blocks.with_columns(
        pl.col("region", "project").fill_null(""),
        pl.lit(status).alias("status"),
        pl.lit(raw.name[:400]).alias("file"),
        pl.lit(batch_id).alias("batch_id"),
        pl.lit(now).alias("recorded_at"),
        pl.lit(caller.name).alias("recorded_by"),
        pl.lit(None, pl.Int64).alias("block_no"),
        pl.col(SHEET).alias("sheet"),
        pl.col(ROW).alias("row"),
    )
    return Entered(made.parsed, whole.select(pl.col(n).cast(t) for n, t in BLOCK_SCHEMA.items()), made.unchanged)


@within
def enter_certificates(
    services: Services, caller: Caller, raw: RawTable, lists: Mapping[str, CodeList], batch_id: str
) -> Entered:
    """Enter a table's certificates. What somebody else entered meanwhile is refused as if it had been there before."""
    store = ledger_store(services)
    for _ in range(_TRIES - 1):
        made = read_certificates(services, caller, raw, lists, batch_id)
        try:
            return _entered(store, made)
        except TakenMeanwhile:
            continue
    return _entered(store, read_certificates(services, caller, raw, lists, batch_id))


def _entered(store: CertificateStore, made: Entered) -> Entered:
    if not made.blocks.is_empty():
        holders = made.blocks["holder"].unique().to_list()
        store.enter(made.blocks, {holder: store.version(holder) for holder in holders})
    return made


def _known(services: Services, caller: Caller) -> pl.DataFrame:
    """What the ledger holds, with the place of each entry; of others' entries only that there is one."""
    blocks = ledger_store(services).ledger().blocks
    parts = [pl.col("file"), pl.col("sheet"), pl.format("{} {}", pl.lit("row"), "row")]
    parts_zh = [pl.col("file"), pl.col("sheet"), pl.format("第{}行", "row")]
    own = pl.lit(value=True)
    if not sees_all(services, caller):
        own = pl.col("holder").is_in(list(scope(caller, registry_of(services))))
    entry = pl.format("entry {}", "block_no")
    return blocks.with_columns(
        there=pl.when(own).then(pl.concat_str(parts, separator=" › ", ignore_nulls=True)).otherwise(entry),
        there_zh=pl.when(own)
        .then(pl.concat_str(parts_zh, separator=" › ", ignore_nulls=True))
        .otherwise(pl.format("登记号{}", "block_no")),
    )


def holders_of(services: Services, batch_ids: set[str]) -> list[str]:
    """Whose certificates came in with these batches."""
    blocks = ledger_store(services).ledger().blocks
    held = blocks.filter(pl.col("batch_id").is_in(list(batch_ids)))["holder"]
    return held.unique().to_list()
