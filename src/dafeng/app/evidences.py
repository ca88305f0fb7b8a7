"""Files that people attach to cases 凭证: kept for ever as they came, under the hash of their bytes."""

from __future__ import annotations

import hashlib
import re

from dafeng.app.permission import within
from dafeng.app.ports import Evidence
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest

MOST_BYTES = 20 * 1024 * 1024
_LONGEST_NAME = 200


@within
def keep(services: Services, caller: Caller, data: bytes, name: str, kind: str) -> Evidence:
    """Keep a file. Raises BadRequest for an empty or too large one."""
    if not data or len(data) > MOST_BYTES:
        raise BadRequest(
            f"the file has {len(data)} bytes",
            where=name,
            mend=f"Send a file of 1 byte to {MOST_BYTES >> 20} MB.",
            zh="凭证文件是空的" if not data else f"凭证文件有 {len(data) / (1 << 20):.1f} MB，超过上限",
            mend_zh=f"请上传不超过 {MOST_BYTES >> 20} MB 的非空文件。",
        )
    sha = hashlib.sha256(data).hexdigest()
    services.columns.put_bytes(sha, data)
    kept = Evidence(sha, safe_name(name), len(data), kind, services.clock.now(), caller.name)
    services.records.put_evidence(kept)
    return kept


def safe_name(name: str) -> str:
    """The last part of a file name, without what no file name holds."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[\x00-\x1f\x7f]", "", last).strip()[:_LONGEST_NAME] or "file"
