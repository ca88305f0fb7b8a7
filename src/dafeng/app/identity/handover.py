"""Handing an account over 账号交接: two persons for power.

Who makes accounts and resets passwords (系统管理员) knows them; who grants (安全管理员) makes them mighty. So a way in
that somebody else has set suspends what was granted, until its owner has taken it over *and* the security administrator
has vouched for it afterwards. What the owner of the programme sets at its machine is trusted at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from dafeng.app.identity.ports import Account, Handover
from dafeng.app.permission import within
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotAllowed, StaleRecord

Way = Literal["password", "second_factor", "link"]
State = Literal["", "to_take_over", "to_confirm"]
_TRIES = 8


def state_of(account: Account) -> State:
    """What the account's roles wait for: its owner, then the security administrator; "" where they are in force."""
    if account.handover is None:
        return ""
    return "to_take_over" if account.handover.awaits else "to_confirm"


@within
def given(services: Services, caller: Caller, user_id: str, way: Way) -> None:
    """Somebody sets a way in. The owner at the machine is trusted with it; of anybody else's the account is held.

    To be said before it is set and again afterwards: so there is no moment with the new way and the old powers, and
    nothing the owner of the account does in between counts as taking it over.
    """
    if "owner" in caller.roles:
        _trusted(services, user_id, way)
        return
    store, now = services.identities, services.clock.now()
    for _ in range(_TRIES):
        row = store.one(Handover, user_id=user_id)
        if row is not None:
            to = {"given_at": now, "given_by": caller.name, "ways": _with(row.ways, way),
                  "awaits": _with(row.awaits, way), "taken_at": None}  # fmt: skip
            if store.change(Handover, _seen(row), to):
                return
            continue
        try:
            store.add(Handover(user_id, now, caller.name, way, way))
        except BadRequest:  # another administrator was quicker: there is a row now
            continue
        return
    raise stale()


def open_handover(services: Services, user_id: str) -> Handover | None:
    """The handover as it stands. To be asked before its owner proves who he is: see ``taken``."""
    return services.identities.one(Handover, user_id=user_id)


def taken(services: Services, row: Handover | None, *ways: Way) -> None:
    """The owner has taken ways over that were open in ``row``; nothing where it was changed since it was read."""
    if row is None:
        return
    left = _without(row.awaits, *ways)
    if left != row.awaits:
        to = {"awaits": left, "taken_at": None if left else services.clock.now()}
        services.identities.change(Handover, _seen(row), to)


@within
def vouched(caller: Caller, account: Account, taken_at: datetime | None) -> Handover | None:
    """The hold that a grant ends: of an account that its owner has taken over at ``taken_at``, the moment that was
    looked at. None where there is none to end: nothing is vouched for without having looked.

    Raises StaleRecord where the account was set or taken over anew since then, NotAllowed for who set the way in.
    """
    row = account.handover
    if row is None or row.awaits or taken_at is None:
        return None
    if caller.name == row.given_by:
        raise NotAllowed(
            "who has set the way in cannot vouch for it",
            where=account.user.login,
            mend="Ask another security administrator.",
            zh="口令由您设置，不能再由您确认授权",
            mend_zh="请另一位安全管理员确认。",
        )
    if taken_at != row.taken_at:
        raise stale()
    return row


def stale() -> StaleRecord:
    return StaleRecord(
        "the account was granted, set or taken over anew meanwhile",
        where="account",
        mend="Read the account again, and ask its owner where somebody else has set his password.",
        zh="账号的授权、口令或接管情况刚有变动",
        mend_zh="请刷新页面；口令由他人设置过的，再向本人核实。",
    )


def _trusted(services: Services, user_id: str, way: Way) -> None:
    """A way set at the machine stands in place of what somebody else has set; other ways are held as before."""
    covered: tuple[Way, ...] = ("password", "second_factor") if way == "password" else (way,)
    for _ in range(_TRIES):
        row = services.identities.one(Handover, user_id=user_id)
        if row is None:
            return
        ways, awaits = _without(row.ways, *covered), _without(row.awaits, *covered)
        if not ways and services.identities.remove(Handover, **_seen(row)):
            return
        if ways and services.identities.change(Handover, _seen(row), {"ways": ways, "awaits": awaits}):
            return
    raise stale()


def _seen(row: Handover) -> dict[str, object]:
    """The row as it was read, for a change that goes wrong where it has changed."""
    return {"user_id": row.user_id, "given_at": row.given_at, "ways": row.ways, "awaits": row.awaits,
            "taken_at": row.taken_at}  # fmt: skip


def _with(ways: str, way: str) -> str:
    return "+".join(sorted({*filter(None, ways.split("+")), way}))


def _without(ways: str, *gone: str) -> str:
    return "+".join(w for w in ways.split("+") if w and w not in gone)
