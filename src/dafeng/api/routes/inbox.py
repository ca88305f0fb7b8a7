"""Route of the inbox 待办."""

from __future__ import annotations

from litestar import get

from dafeng.api.given import Caller, Services
from dafeng.app import inbox as waiting
from dafeng.app.inbox import Inbox


@get("/inbox", operation_id="inbox", tags=["inbox"], sync_to_thread=True)
def inbox(services: Services, caller: Caller) -> Inbox:
    """Everything that waits for a move the caller may make, the most urgent first, with counts."""
    return waiting.inbox(services, caller)


handlers = [inbox]
