"""Writing lines of the audit trail 审计记录: one place, whoever asks for it; and no flood of the same refusal.

The same thing refused again and again (who, act, outcome, address) is written a few times, then only counted: the
count stands in one line as soon as its window has passed and anything else is written or the trail is read.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from dafeng.app.identity.ports import Absent, AuditEntry, Outcome
from dafeng.app.services import Services
from dafeng.base.callers import Caller

ADDRESS: ContextVar[str] = ContextVar("dafeng_address", default="")
LONGEST = 300
FIRST = 3  # of the same refusal in a window so many lines are written whole
SHORTEST, LONGEST_WINDOW = timedelta(minutes=5), timedelta(hours=1)
_SUBJECTS, _SUBJECTS_OF_STRANGERS = 50, 20  # told of what was only counted
_ADDRESSES, _MOST_COUNTED = 50, 2000  # those with the most are told, of so many that are counted
_MOST_ADDRESSES, _MOST_WINDOWS = 100, 5000  # with a window of their own: of one thing, and in all


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Inside, every line of the trail bears this address. A face calls it around a request."""
    token = ADDRESS.set(address)
    try:
        yield
    finally:
        ADDRESS.reset(token)


def kept(services: Services) -> bool:
    """Whether this process keeps a trail at all: a core opened without accounts has none."""
    return not isinstance(services.identities, Absent)


def write(
    services: Services, who: Caller, act: str, subject: str, outcome: Outcome, detail: dict[str, Any], *, ip: str = ""
) -> None:
    """Add a line, after those whose windows have passed. Secrets never belong into the detail."""
    entry = _entry(services, who, act, subject, outcome, detail, ip)
    for line in (*_floods(services).passed(entry.at), entry):
        services.identities.note(line)


def write_thinly(
    services: Services, who: Caller, act: str, subject: str, outcome: Outcome, detail: dict[str, Any], *, ip: str = ""
) -> None:
    """As ``write``, for what anybody can repeat at will: the first few are written, the others counted."""
    entry = _entry(services, who, act, subject, outcome, detail, ip)
    floods = _floods(services)
    before = floods.passed(entry.at)
    for line in (*before, entry) if floods.admits(entry) else before:
        services.identities.note(line)


def stopped(services: Services, who: Caller, act: str, subject: str, why: str, zh: str = "") -> None:
    """Add a line for what was stopped before any use case was asked: a wrong page token, an unknown key."""
    if kept(services):
        told = {"why": clean(why)} | ({"why_zh": clean(zh)} if zh else {})
        write_thinly(services, who, act, subject, "refused", told)


def settle(services: Services, *, all: bool = False) -> None:
    """Write the counts of windows that have passed; of all windows where the process ends or an auditor reads."""
    if kept(services):
        for line in _floods(services).passed(services.clock.now(), all=all):
            services.identities.note(line)


def clean(words: str) -> str:
    """One line without control characters, of bounded length."""
    return "".join(c if c.isprintable() else "\ufffd" for c in words)[:LONGEST]


def _entry(
    services: Services, who: Caller, act: str, subject: str, outcome: Outcome, detail: dict[str, Any], ip: str
) -> AuditEntry:
    return AuditEntry(
        at=services.clock.now(),
        who=who.name[:LONGEST],
        user_id=who.id[:80],
        act=act,
        subject=clean(subject),
        outcome=outcome,
        ip=ip or ADDRESS.get(),
        detail=detail,
    )


# -- floods ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Window:
    """One thing that repeats: the first line of the window, how many came, and how many were not written.

    addresses: how often from where, in the window of what comes from too many addresses; else None.
    """

    first: AuditEntry
    length: timedelta
    addresses: dict[str, int] | None = None
    came: int = 0
    untold: int = 0
    others: int = 0  # lines whose subject is not among ``subjects``
    subjects: list[str] = field(default_factory=list)

    def over(self, now: datetime) -> bool:
        return not timedelta(0) <= now - self.first.at < self.length

    def add(self, entry: AuditEntry) -> bool:
        """Whether the line is to be written; else it is counted."""
        self.came += 1
        if self.came <= FIRST:
            return True
        self.untold += 1
        if self.addresses is not None:
            _count(self.addresses, entry.ip)
        if entry.subject and entry.subject not in self.subjects:
            if len(self.subjects) < (_SUBJECTS if entry.user_id else _SUBJECTS_OF_STRANGERS):
                self.subjects.append(entry.subject)
            else:
                self.others += 1
        return False

    def told(self, now: datetime) -> AuditEntry:
        """The line that tells how many more there were, from when, of what and from where; it begins to count anew."""
        detail: dict[str, Any] = {"more": self.untold, "since": self.first.at.isoformat(timespec="seconds")}
        if self.subjects:
            detail["subjects"] = list(self.subjects)
        if self.others:
            detail["other_subjects"] = self.others
        line = replace(self.first, at=now, subject="", detail=detail)
        if self.addresses is not None:
            most = sorted(self.addresses.items(), key=lambda one: -one[1])[:_ADDRESSES]
            detail["addresses"] = dict(most)
            if rest := self.untold - sum(n for _, n in most):
                detail["other_addresses"] = rest
            line, self.addresses = replace(line, ip=""), {}
        self.untold, self.others, self.subjects = 0, 0, []
        return line


def _count(addresses: dict[str, int], ip: str) -> None:
    """Count an address; where there are too many, the oldest that came once makes room: who comes often stays."""
    if ip not in addresses and len(addresses) >= _MOST_COUNTED:
        once = next((address for address, n in addresses.items() if n == 1), None)
        if once is None:
            return
        del addresses[once]
    addresses[ip] = addresses.get(ip, 0) + 1


_Name = tuple[str, str, str, str]


class Floods:
    """What repeats, by who, act, outcome and address. A window doubles while the same goes on, up to an hour.

    The windows of one thing are few; what comes from more addresses shares one, which counts them. So decoys from
    elsewhere hide nobody, and many addresses do not fill memory or trail.
    """

    def __init__(self) -> None:
        self._windows: OrderedDict[tuple[_Name, str | None], _Window] = OrderedDict()
        self._open: Counter[_Name] = Counter()  # windows of addresses, by thing
        self._lock = threading.Lock()

    def admits(self, entry: AuditEntry) -> bool:
        """Whether this line is to be written whole."""
        name = (entry.user_id, entry.who, entry.act, entry.outcome)
        with self._lock:
            own = (name, entry.ip)
            full = self._open[name] >= _MOST_ADDRESSES or len(self._windows) >= _MOST_WINDOWS
            place: tuple[_Name, str | None] = own if own in self._windows or not full else (name, None)
            window = self._windows.get(place)
            if window is None or window.over(entry.at):
                again = window is not None and entry.at - window.first.at < 2 * window.length
                length = min(2 * window.length, LONGEST_WINDOW) if window is not None and again else SHORTEST
                if window is None and place[1] is not None:
                    self._open[name] += 1
                window = self._windows[place] = _Window(entry, length, {} if place[1] is None else None)
                self._windows.move_to_end(place)
            return window.add(entry)

    def passed(self, now: datetime, *, all: bool = False) -> list[AuditEntry]:
        """The counts of windows that are over (or of all), each told once; what is long over is forgotten."""
        told = []
        with self._lock:
            for place, window in list(self._windows.items()):
                over = window.over(now)
                if window.untold and (over or all):
                    told.append(window.told(now))
                if over and now - window.first.at >= 2 * window.length:
                    self._forget(place)
        return told

    def _forget(self, place: tuple[_Name, str | None]) -> None:
        del self._windows[place]
        if place[1] is not None:
            self._open[place[0]] -= 1
            if not self._open[place[0]]:
                del self._open[place[0]]


def _floods(services: Services) -> Floods:
    return services.memory.get("audit.floods", 0, Floods)
