"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Programme = Annotated[
    Path, typer.Option("--programme", "-p", help="The programme directory 方案工作区.", envvar="DAFENG_PROGRAMME")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document for machines.")]
Why = Annotated[str, typer.Option("--why", help="The reason, kept in the ledger 理由.")]
By = Annotated[str | None, typer.Option("--by", help="Who acts 经办人; the system's user name when left out.")]
HERE = Path()
SOME_FILES_FAILED = 8  # exit code: the work was done, but not every file or row could be taken in
