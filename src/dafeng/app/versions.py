"""What derived values depend on 版本: numbers that grow with what came in, and a digest of what the plans say.

A confirmation in the ledger changes a record's state of review and nothing that is computed from it. So values are kept
by what they are made of: ``delivered`` (registry, batches, runs, evaluations, publications), and ``stated`` (that, the
content of the ledger, and the granted scopes: against these it is judged which sums are withheld). What shows states of
review or history asks for ``records.revision()`` itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable

import msgspec

from dafeng.app.identity.scopes import granted_scopes
from dafeng.app.services import Services
from dafeng.plan.ledger import View, fold
from dafeng.registry.regions import located

_LEDGER = 2  # of a revision the first two numbers are those of ledger and readings


def delivered(services: Services) -> tuple[int, ...]:
    """Changes with registry, batches, runs, evaluations and publications; not with the ledger of plans."""
    return services.records.revision()[_LEDGER:]


def stated(services: Services) -> Hashable:
    """Changes with ``delivered``, with what the plans say (records in force, their content and their links), and with
    the scopes that are granted."""
    revision = services.records.revision()
    content = services.memory.get("ledger.content", revision[:1], lambda: _content(services))
    return (revision[_LEDGER:], content, granted_scopes(services))


def ledger_now(services: Services) -> View:
    """The ledger as written, nothing cut; folded once for each entry that comes. No right is asked here."""
    version = services.records.revision()[:1]
    return services.memory.get("ledger.view", version, lambda: fold(services.records.entries()))


def ledger_located(services: Services) -> View:
    """As ``ledger_now``, its regions read by the programme's own areas where only these know them."""
    revision = services.records.revision()
    version = (revision[:1], revision[_LEDGER:])
    return services.memory.get(
        "ledger.located", version, lambda: located(ledger_now(services), services.records.registry("areas"))
    )


def _content(services: Services) -> bytes:
    standings = ledger_now(services).standings
    content = [(id, s.kind, s.live, s.record, s.links) for id, s in standings.items()]
    return hashlib.blake2b(msgspec.json.encode(content), digest_size=16).digest()
