"""Files that people attach to cases 凭证: kept for ever as they came, under the hash of their bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from dafeng.app.permission import within
from dafeng.app.ports import Evidence
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, InputError

MOST_BYTES = 20 * 1024 * 1024
_LONGEST_NAME = 200
_A_DAY = timedelta(days=1)
_UNCOUNTED = frozenset({"owner", "officer"})


class QuotaSpent(InputError):
    """An account has sent as many bytes as it may in a day. Faces answer 429."""

    status: ClassVar[int] = 429
    kind: ClassVar[str] = "upload-quota"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "3600"}


@within
def keep(services: Services, caller: Caller, data: bytes, name: str, kind: str, *, uploaded: bool = True) -> Evidence:
    """Keep a file; ``uploaded``: it was sent, not made by us of what is there.

    Raises BadRequest for an empty or too large one, QuotaSpent where the account has sent too much within a day.
    """
    if not data or len(data) > MOST_BYTES:
        raise BadRequest(
            f"the file has {len(data)} bytes",
            where=name,
            mend=f"Send a file of 1 byte to {MOST_BYTES >> 20} MB.",
            zh="凭证文件是空的" if not data else f"凭证文件有 {len(data) / (1 << 20):.1f} MB，超过上限",
            mend_zh=f"请上传不超过 {MOST_BYTES >> 20} MB 的非空文件。",
        )
    sha = hashlib.sha256(data).hexdigest()
    if uploaded and services.records.evidence(sha) is None:
        _check_quota(services, caller, len(data), name)
    services.columns.put_bytes(sha, data)
    kept = Evidence(sha, safe_name(name), len(data), kind, services.clock.now(), caller.name)
    services.records.put_evidence(kept)
    return kept


def _check_quota(services: Services, caller: Caller, size: int, name: str) -> None:
    """What is kept is kept for ever: an account whose password was stolen shall not fill the disk."""
    most = services.settings.upload_mb_a_day << 20
    if not most or caller.roles & _UNCOUNTED:
        return
    sent = services.records.received_bytes(caller.name, services.clock.now() - _A_DAY)
    if sent + size > most:
        raise QuotaSpent(
            f"this account has sent {sent >> 20} MB within a day, of {most >> 20} that it may",
            where=name,
            mend="Send it tomorrow, or ask the bureau's operator for more (upload_mb_a_day).",
            zh=f"本账号一日内已上传 {sent >> 20} MB，上限为 {most >> 20} MB",
            mend_zh="请明日再传；确有需要的，请联系主管部门调高上限（upload_mb_a_day）。",
        )


def safe_name(name: str) -> str:
    """The last part of a file name, without what no file name holds."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[\x00-\x1f\x7f]", "", last).strip()[:_LONGEST_NAME] or "file"
