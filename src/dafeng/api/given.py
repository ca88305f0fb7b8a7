"""What a handler is given 处理器所得: the programme, who asks, his session; and the headers that several share.

Litestar hands them in by their names; marked here once, so that no handler needs to.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, Parameter

from dafeng.app import services as _services
from dafeng.app.identity import sessions as _sessions
from dafeng.base import callers as _callers

Services: TypeAlias = NamedDependency[_services.Services]
Caller: TypeAlias = NamedDependency[_callers.Caller]
OptionalSession: TypeAlias = NamedDependency[_sessions.Session | None]
IfMatch: TypeAlias = Annotated[
    str, HeaderParameter(name="If-Match", description='Version of the record or case, as "3"; "0" where it has none.')
]
SECRET = {"Cache-Control": "no-store"}
Short = Annotated[str, msgspec.Meta(max_length=300)]
Names = Annotated[tuple[Short, ...], msgspec.Meta(max_length=500)]
Login = Annotated[str, Parameter(description="Login of an account.", max_length=64)]
Filter = Annotated[str, Parameter(max_length=300)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What comes in: unknown fields are refused."""
