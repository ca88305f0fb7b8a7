"""Scopes that are granted 已授范围: which areas and which sets of firms somebody may see one by one, today or later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dafeng.app.identity.ports import Absent, Grant
from dafeng.app.permission import ONE_BY_ONE
from dafeng.app.services import Services

Scope = tuple[tuple[str, ...], tuple[str, ...]]  # areas, enterprises
_LOOKED_S = 2  # so long the store is not asked again: another process may have granted something


def granted_scopes(services: Services) -> tuple[Scope, ...]:
    """The scopes of accounts that see single firms, where these are areas or more than one firm; each once, in order.

    Of each account its latest grant counts, until it ends; also one that has not begun, is suspended, or whose account
    is disabled. None where this process was given no accounts. What is granted elsewhere is known two seconds later.
    """
    store = services.identities
    if isinstance(store, Absent):
        return ()
    now = services.clock.now()
    version = (store.changes(), int(now.timestamp()) // _LOOKED_S)
    return services.memory.get("granted scopes", version, lambda: _scopes(store.all(Grant), now))


def _scopes(grants: Iterable[Grant], now: datetime) -> tuple[Scope, ...]:
    latest = {grant.user_id: grant for grant in grants}
    held = [g for g in latest.values() if (g.until is None or now < g.until) and not ONE_BY_ONE.isdisjoint(g.roles)]
    scopes = {(tuple(sorted({*g.areas})), tuple(sorted({*g.enterprises}))) for g in held}
    return tuple(sorted((areas, firms) for areas, firms in scopes if areas or len(firms) > 1))
