"""What the demonstration publishes 演示发布: its assessment and the public form of its report, for guests to see."""

from __future__ import annotations

from collections.abc import Callable

from dafeng.app import publishing, reporting
from dafeng.app.assessing import current_assessment
from dafeng.app.permission import use_case
from dafeng.app.ports import CURRENT
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.report.model import Report

_WHY = "演示:首次发布进展数据和公开版报告,全部数字均为虚构"


@use_case("publish", writes=False)  # the two publications leave their own lines
def publish_first(services: Services, caller: Caller, render: Callable[[Report], dict[str, bytes]]) -> tuple[str, ...]:
    """Publish the assessment that is believed now and one public report; what was published before stays as it is.

    Returns the ids published now; nothing of a programme that is no demonstration, or published by hand already.
    """
    if not services.settings.demonstration or services.records.pointed(CURRENT) is None:
        return ()
    if publishing.publications(services, caller):
        return ()
    files = reporting.written(services, caller, render, public=True)
    for name, data in files.items():
        services.files.write(f"reports/{name}", data)
    report = min(name.rpartition(".")[0] for name in files)
    made = current_assessment(services)
    publishing.publish(services, caller, "assessment", made, _WHY)
    publishing.publish(services, caller, "report", report, _WHY)
    return made, report
