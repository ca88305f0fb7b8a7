"""What a password must be 口令规则, and passwords made by us: shown once, kept as a hash."""

from __future__ import annotations

import secrets
import unicodedata

from dafeng.app.identity.ports import User
from dafeng.app.services import Services
from dafeng.base.errors import BadRequest, Problem

LONGEST = 128  # longer ones cost hashing time and add nothing
_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another
_SHORT_NAME = 3


class WeakPassword(BadRequest):
    """A password that breaks rules; ``problems`` lists each."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems[0].what, where="password", mend=problems[0].mend)
        self.problems = problems


def normal(password: str) -> str:
    """The same characters however a keyboard composes them (NFC), so that every device gives the same hash."""
    return unicodedata.normalize("NFC", password)


def check_password(services: Services, user: User, password: str) -> str:
    """The password as it is hashed. Raises WeakPassword with everything that is wrong with it."""
    wanted, low = services.settings.identity.min_length, normal(password).lower()
    names = {user.login, user.email.partition("@")[0].lower(), *user.display.lower().split()}
    named = sorted(n for n in names if len(n) >= _SHORT_NAME and n in low)
    found = []
    if len(password) < wanted:
        found.append((f"the password has fewer than {wanted} characters", "Take a longer one: a few words are good."))
    if len(password) > LONGEST:
        found.append((f"the password has more than {LONGEST} characters", "Take a shorter one."))
    if len(set(low)) < 5:
        found.append(("the password repeats a few characters", "Use more different characters."))
    if named:
        found.append(("the password contains the login or the name", "Leave names out of it."))
    if services.hasher.leaked(normal(password)):
        found.append(("the password is in a list of leaked or frequent ones", "Take one that nobody else has."))
    if found:
        raise WeakPassword(tuple(Problem("password", "", what, mend) for what, mend in found))
    return normal(password)


def generated_password() -> str:
    """Sixteen characters, more than 90 bits, in groups of four for reading aloud."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
