"""Files that come in 文件上传, files as answers 文件下载, and versions of records in If-Match."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, TypeAlias
from urllib.parse import quote

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.openapi import ResponseSpec
from litestar.params import Body

from dafeng.app.pages.taken import MEDIA_TYPES, TakenAway
from dafeng.base.errors import BadRequest

_VERSION = re.compile(r'\A(?:W/)?"?(\d{1,9})"?\Z')


@dataclass(frozen=True)
class FileForm:
    """A file 文件 to upload, as the part ``file``. A form: without it the request is refused as any other wrong one."""

    file: UploadFile


Upload: TypeAlias = Annotated[FileForm, Body(media_type=RequestEncodingType.MULTI_PART)]


WORKBOOK = ResponseSpec(bytes, description="The workbook.", media_type=MEDIA_TYPES["xlsx"], generate_examples=False)
ARCHIVE = ResponseSpec(bytes, description="The zip.", media_type="application/octet-stream", generate_examples=False)


def file_answer(file: TakenAway) -> Response[bytes]:
    """A file to be saved, never shown as a page of ours: attachment, its name in UTF-8."""
    stem, dot, ending = file.name.rpartition(".")
    plain = (
        (re.sub(r"[^A-Za-z0-9._-]+", "_", stem).strip("_.") or "file") + dot + re.sub(r"\W+", "", ending, flags=re.A)
    )
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}",
        "ETag": f'"{file.sha256}"',
    }
    return Response(file.data, media_type=file.media_type, headers=headers)


def if_match_version(header: str) -> int:
    """The version in an If-Match header. Raises BadRequest where it is none."""
    found = _VERSION.match(header.strip())
    if found is None:
        raise BadRequest("If-Match is no version", where="If-Match", mend='Send the version you saw, as "3".')
    return int(found[1])
