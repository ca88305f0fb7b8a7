"""``CertificateStore`` in frames, with the same refusals as the database."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace

import polars as pl

from dafeng.account.certificates.ledger import CLAIM_SCHEMA, ENDING_SCHEMA, TRANSFER_SCHEMA, Ledger
from dafeng.app.certificates.ports import Books, Claim, Ending, Given, TakenMeanwhile


@dataclass
class MemoryCertificates:
    _ledger: Ledger = field(default_factory=Ledger)
    _books: dict[str, int] = field(default_factory=dict)

    def ledger(self, holder: str | None = None) -> Ledger:
        if holder is None:
            return self._ledger
        whole = self._ledger
        taken = whole.transfers.filter(pl.col("taker") == holder)["block_no"].to_list()
        of = (pl.col("holder") == holder) | pl.col("block_no").is_in(taken)
        numbers = whole.blocks.filter(of)["block_no"].to_list()
        used = whole.uses.filter(pl.col("block_no").is_in(numbers))
        mine = pl.col("claim_id").is_in(used["claim_id"].to_list())
        return Ledger(
            whole.blocks.filter(of),
            whole.transfers.filter(pl.col("block_no").is_in(numbers)),
            whole.claims.filter(mine),
            used,
            whole.endings.filter(mine),
        )

    def version(self, holder: str) -> int:
        return self._books.get(holder, 0)

    def enter(self, blocks: pl.DataFrame, on: Books) -> None:
        self._check(on)
        rows = blocks.drop("block_no", strict=False).to_dicts()
        held = self._ledger.blocks
        for row in rows:
            same = held.filter(register=row["register"], prefix=row["prefix"], width=row["width"])
            if same.filter(pl.col("first_no") <= row["last_no"], pl.col("last_no") >= row["first_no"]).height:
                raise TakenMeanwhile("certificates of this entry are taken already", where="entered twice")
            one = pl.DataFrame([row | {"block_no": held.height + 1}], schema=held.schema, orient="row")
            held = pl.concat([held, one])
        self._write(on, blocks=held)

    def claim(self, claim: Claim, uses: pl.DataFrame, on: Books) -> None:
        self._check(on)
        gone = self._ledger.endings.filter(act="withdrawn")["claim_id"].to_list()
        live = self._ledger.uses.filter(~pl.col("claim_id").is_in(gone))
        new = uses.select(pl.lit(claim.claim_id).alias("claim_id"), "block_no", "first_off", "last_off")
        both = live.join(new, on="block_no", suffix="_new")
        clash = (pl.col("first_off") <= pl.col("last_off_new")) & (pl.col("last_off") >= pl.col("first_off_new"))
        if both.filter(clash).height:
            raise TakenMeanwhile("certificates of this entry are taken already", where="claimed twice")
        head = pl.DataFrame([asdict(claim)], schema=CLAIM_SCHEMA)
        self._write(on, claims=pl.concat([self._ledger.claims, head]), uses=pl.concat([self._ledger.uses, new]))

    def end(self, ending: Ending, on: Books) -> None:
        self._check(on)
        if ending.claim_id in self._ledger.endings["claim_id"]:
            raise TakenMeanwhile("certificates of this entry are taken already", where="ended twice")
        row = pl.DataFrame([asdict(ending)], schema=ENDING_SCHEMA)
        self._write(on, endings=pl.concat([self._ledger.endings, row]))

    def give(self, given: Given, ranges: pl.DataFrame, on: Books) -> None:
        self._check(on)
        held = self._ledger.transfers
        numbered = ranges.select("block_no", "first_off", "last_off").with_row_index("n", held.height + 1)
        rows = [r | asdict(given) | {"transfer_no": r["n"]} for r in numbered.to_dicts()]
        new = pl.DataFrame(rows, schema=TRANSFER_SCHEMA, orient="row")
        self._write(on, transfers=pl.concat([held, new]))

    def revision(self) -> tuple[int, ...]:
        ledger = self._ledger
        return (sum(self._books.values()), ledger.blocks.height, ledger.transfers.height, ledger.uses.height)

    def _check(self, on: Books) -> None:
        if any(self.version(holder) != version for holder, version in on.items()):
            raise TakenMeanwhile("somebody wrote into this book meanwhile", where=", ".join(on))

    def _write(self, on: Books, **frames: pl.DataFrame) -> None:
        self._ledger = replace(self._ledger, **frames)
        self._books |= {holder: version + 1 for holder, version in on.items()}
