"""The second factor 二次验证: a code by TOTP, good once, or a recovery code, good once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp

from dafeng.app.identity.ports import NEVER, Recovery, Totp
from dafeng.app.services import Services

STEP_S = 30
_WINDOW = (0, -1, 1)  # a clock may be half a minute off
RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator needs: the secret in base32, the otpauth address, and that as a QR code (SVG)."""

    secret: str
    uri: str
    qr_svg: str


def enrolment(secret: str, login: str, programme: str) -> Enrolment:
    """The enrolment of a secret. The QR code has no size of its own and draws in black on nothing."""
    import segno  # 0.1 s; only an enrolment draws one

    uri = pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=login, issuer_name=f"dafeng {programme}")
    code = segno.make(uri, error="m", micro=False)
    return Enrolment(secret, uri, code.svg_inline(border=4, omitsize=True, light="#fff"))


def new_secret() -> str:
    """160 bits, as RFC 4226 recommends."""
    return pyotp.random_base32(32)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, within half a minute; None where it is none."""
    given, here = code.strip().replace(" ", ""), int(now.timestamp()) // STEP_S
    totp = pyotp.TOTP(secret, interval=STEP_S)
    if not (given.isascii() and given.isdigit() and len(given) == totp.digits):
        return None
    found = [here + off for off in _WINDOW if hmac.compare_digest(totp.generate_otp(here + off), given)]
    return found[0] if found else None


def use_code(services: Services, totp: Totp, code: str) -> bool:
    """Whether the code is right and was not used before; it is used now. A recovery code does as well."""
    step = step_of(services.hasher.unseal(totp.sealed), code, services.clock.now())
    if step is None:
        return totp.confirmed and use_recovery(services, totp.user_id, code)
    if step <= totp.last_step:
        return False
    seen = {"user_id": totp.user_id, "last_step": totp.last_step}  # of two that come at once one wins
    return services.identities.change(Totp, seen, {"last_step": step}) == 1


def use_recovery(services: Services, user_id: str, code: str) -> bool:
    """Whether this is a recovery code not used yet; it is used now."""
    where = {"user_id": user_id, "sha256": _hash(code), "used_at": None}
    return services.identities.change(Recovery, where, {"used_at": services.clock.now()}) == 1


def fresh_recovery_codes(services: Services, user_id: str) -> tuple[str, ...]:
    """Ten new codes of 80 bits in place of the old ones; only their hashes are kept."""
    plain = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]
    codes = tuple("-".join(p[i : i + 4] for i in range(0, 16, 4)) for p in plain)
    services.identities.remove(Recovery, user_id=user_id)
    services.identities.add(*(Recovery(user_id, _hash(c)) for c in codes))
    return codes


def forget(services: Services, user_id: str) -> None:
    """Take the second factor and its recovery codes away."""
    services.identities.remove(Recovery, user_id=user_id)
    services.identities.remove(Totp, user_id=user_id)


def begun(services: Services, user_id: str) -> str:
    """A new secret, not confirmed yet, in place of one that was not either."""
    secret = new_secret()
    services.identities.remove(Totp, user_id=user_id, confirmed=False)
    services.identities.add(Totp(user_id, services.hasher.seal(secret), False, NEVER, services.clock.now()))
    return secret


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().upper().replace("-", "").replace(" ", "").encode("utf-8", "replace")).hexdigest()
