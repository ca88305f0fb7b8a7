"""A file that a person takes away 下载: its bytes, its name, what it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """Long work that was queued: GET /jobs/{job_id} tells how far it is."""

    job_id: str


@dataclass(frozen=True, slots=True)
class TakenAway:
    """The bytes of a file with its name; what it is is told by the ending, else it is plain bytes."""

    name: str
    data: bytes

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES.get(self.name.rsplit(".", 1)[-1].lower(), "application/octet-stream")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()
