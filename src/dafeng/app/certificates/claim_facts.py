"""What the account rests on beside deliveries: the certificate ledger's claims for scope 2, as facts 绿证声明入账."""

from __future__ import annotations

import polars as pl

from dafeng.account.certificates.ledger import Ledger, standing
from dafeng.account.certificates.market_lines import claim_facts
from dafeng.app.accounts.closing import closed_key, closed_years, held_facts
from dafeng.app.permission import within
from dafeng.app.services import Services
from dafeng.app.versions import delivered
from dafeng.collect.facts import current, empty_facts
from dafeng.rules.certificates import packaged_certificate_rules


@within
def claims_as_facts(services: Services) -> pl.DataFrame:
    """FACT rows of every claim for scope 2 that stands today; none where the programme keeps no ledger."""
    if services.certificates is None:
        return empty_facts()
    store, rules, day = services.certificates, packaged_certificate_rules(), services.clock.today()

    def made() -> pl.DataFrame:
        ledger = store.ledger()
        return claim_facts(standing(ledger, rules, day), _recorded(ledger), rules, day)

    return services.memory.get(("account.claims", day), (store.revision(), rules.version), made)


def _recorded(ledger: Ledger) -> pl.DataFrame:
    """claim_id, recorded_at: when a claim came to stand as it does: made, or retired."""
    both = pl.concat([part.select("claim_id", "recorded_at") for part in (ledger.claims, ledger.endings)])
    return both.group_by("claim_id").agg(pl.col("recorded_at").max())


@within
def accounted_facts(services: Services) -> pl.DataFrame:
    """Current facts of everything an account is made of: what was delivered, and the claims that stand."""
    return pl.concat([current(services.columns.facts()), claims_as_facts(services)])


@within
def held_accounted_facts(services: Services) -> pl.DataFrame:
    """As ``accounted_facts``, closed years as they were known when they were closed."""
    claims = claims_as_facts(services)
    version = (delivered(services), closed_key(services))
    facts = services.memory.get("account.held", version, lambda: current(held_facts(services)))
    for held in closed_years(services).values():
        late = (pl.col("period").str.head(4) == str(held.year)) & (pl.col("recorded_at") > held.at)
        claims = claims.filter(~late)
    return pl.concat([facts, claims])
