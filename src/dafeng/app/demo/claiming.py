"""Claims of the demonstration 演示绿证声明: made by the people of the play, through the use cases; each says 演示.

Claims are made on the day the demonstration is built. What has expired by then is refused, as it should be, and left.
"""

from __future__ import annotations

from dafeng.account.certificates.claims import ClaimRefused
from dafeng.app.certificates.acts import make_claim, retire_claim
from dafeng.app.certificates.entry import ledger_store
from dafeng.app.certificates.shapes import ClaimDraft, ClaimRetirement, ClaimView
from dafeng.app.identity.demo import firms_of_the_play
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound

_NOTE = "演示:按用电月份声明"
# month of use, purpose, share of what the firm holds of that month; the first two are retired as well
_SAID = (("2025-03", "scope2", 0.5), ("2025-06", "scope2", 0.6), ("2025-09", "quota", 0.3), ("2025-12", "scope2", 0.2))


@use_case("certificate.claim", writes=False)  # every claim leaves its own line
def claim_first(services: Services, caller: Caller) -> int:
    """Enter the demonstration's claims; how many. None in a programme in earnest, or where any was made already."""
    if not services.settings.demonstration or services.certificates is None:
        return 0
    if not ledger_store(services).ledger().claims.is_empty():
        return 0
    try:
        firms = firms_of_the_play(services)
    except NotFound:
        return 0
    return sum(_claims_of(services, firm) for firm in firms)


def _claims_of(services: Services, firm: str) -> int:
    scope = frozenset({firm})
    filler = Caller("演示·填报", frozenset({"filler"}), enterprises=scope)
    approver = Caller("演示·审核", frozenset({"approver"}), enterprises=scope)
    made = [view for said in _SAID if (view := _claimed(services, filler, firm, *said)) is not None]
    for n, done in enumerate(made[:2], start=1):
        assert done.claim_id is not None
        retire_claim(services, approver, done.claim_id, ClaimRetirement(number=f"演示核销-{n:04d}"))
    return len(made)


def _claimed(services: Services, filler: Caller, firm: str, month: str, purpose: str, share: float) -> ClaimView | None:
    blocks = ledger_store(services).ledger(firm).blocks
    held = blocks.filter(blocks["generation_month"].dt.strftime("%Y-%m") == month)
    count = int(float((held["last_no"] - held["first_no"] + 1).sum()) * share)
    if count <= 0:
        return None
    draft = ClaimDraft(enterprise_id=firm, purpose=purpose, month=month, count=count, note=_NOTE)  # type: ignore[arg-type]
    try:
        return make_claim(services, filler, draft)
    except ClaimRefused:
        return None
