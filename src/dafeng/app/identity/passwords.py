"""What a password must be 口令规则, and passwords made by us: shown once, kept as a hash."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass

from dafeng.app.identity.ports import User
from dafeng.app.services import Services
from dafeng.base.errors import BadRequest, Problem

LONGEST = 128  # longer ones cost hashing time and add nothing
_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another
_SHORT_NAME = 3
_VARIED = 5  # different characters at least


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule that a password may break: what is said of it, and how to mend it."""

    what: str
    mend: str
    zh: str
    mend_zh: str


def _rules(wanted: int) -> dict[str, Rule]:
    """wanted: characters at least."""
    words = "可用几个不相干的词。"
    return {
        "short": Rule(f"the password has fewer than {wanted} characters", "Take a longer one: a few words are good.",
                      f"少于{wanted}个字符", f"请至少用{wanted}个字符，{words}"),
        "long": Rule(f"the password has more than {LONGEST} characters", "Take a shorter one.",
                     f"超过{LONGEST}个字符", "请缩短。"),
        "plain": Rule("the password repeats a few characters", "Use more different characters.",
                      "只有几个字符反复出现", f"请用更多不同的字符，{words}"),
        "named": Rule("the password contains the login or the name", "Leave names out of it.",
                      "含有登录名或姓名", "请去掉登录名、姓名和邮箱名。"),
        "leaked": Rule("the password is in a list of leaked or frequent ones", "Take one that nobody else has.",
                       "在常用或已泄露口令名单中", f"请换一个别人不会用的口令，{words}"),
    }  # fmt: skip


class WeakPassword(BadRequest):
    """A password that breaks rules; ``problems`` lists each, ``what`` and ``zh`` say them all."""

    def __init__(self, broken: tuple[Rule, ...]) -> None:
        first = broken[0]
        zh = "；".join(rule.zh for rule in broken)
        said = "; ".join(rule.what for rule in broken)
        super().__init__(said, where="password", mend=first.mend, zh=f"新口令{zh}", mend_zh=first.mend_zh)
        self.problems = tuple(Problem("password", "", rule.what, rule.mend) for rule in broken)


def normal(password: str) -> str:
    """The same characters however a keyboard composes them (NFC), so that every device gives the same hash."""
    return unicodedata.normalize("NFC", password)


def check_password(services: Services, user: User, password: str) -> str:
    """The password as it is hashed. Raises WeakPassword with everything that is wrong with it."""
    wanted, low = services.settings.identity.min_length, normal(password).lower()
    names = {user.login, user.email.partition("@")[0].lower(), *user.display.lower().split()}
    named = sorted(n for n in names if len(n) >= _SHORT_NAME and n in low)
    broken = {
        "short": len(password) < wanted,
        "long": len(password) > LONGEST,
        "plain": len(set(low)) < _VARIED,
        "named": bool(named),
        "leaked": services.hasher.leaked(normal(password)),
    }
    found = tuple(rule for name, rule in _rules(wanted).items() if broken[name])
    if found:
        raise WeakPassword(found)
    return normal(password)


def generated_password() -> str:
    """Sixteen characters, more than 90 bits, in groups of four for reading aloud."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
