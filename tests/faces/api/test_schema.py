"""The whole document against the application: whatever fits it is answered without a fault and as it says.

schemathesis makes the requests from the document, good ones and bad ones, and holds every answer against it; asked as
the public, as an officer and as a filler: each request by all three, as making it takes longer than answering it. The
deep run (slow) takes more examples.
"""

from __future__ import annotations

import json
import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from litestar.testing import TestClient
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dafeng.api.app import create_app, document_text
from dafeng.app.system.serving import ServeOptions

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
LEAVING = ["session_end", "me_session_revoke", "me_password"]  # who has left is not the caller any more
CALLERS = [None, "officer", "filler"]


@pytest.fixture(scope="module")
def schema(services):
    """The document as the application gives it; nobody's patience is limited."""
    app = create_app(services, options=ServeOptions(rate=0, sign_in_rate=0))
    with TestClient(app) as client:
        document = client.get("/api/v1/openapi.json").json()
    made = schemathesis.openapi.from_dict(without_tuples(document))
    made.app = app
    return made


def without_tuples(value):
    """Tuples as lists of that length with any of their places' types.

    schemathesis 4.32 rewrites prefixItems into the form of draft 7 and then refuses it as no schema of 2020-12; so the
    order within a tuple is all that it does not see.
    """
    if isinstance(value, list):
        return [without_tuples(v) for v in value]
    if not isinstance(value, dict):
        return value
    made = {k: without_tuples(v) for k, v in value.items()}
    if isinstance(places := made.pop("prefixItems", None), list):
        made["items"] = {"anyOf": places}
    return made


def ask(case):
    """The same request by everybody; whoever finds a fault is named by what is raised."""
    for caller in CALLERS:
        try:
            ask_as(case, caller)
        except Exception as error:
            error.add_note(f"asked by {caller or 'the public'}")
            raise


def ask_as(case, caller):
    given_headers = {
        k: v for k, v in (case.headers or {}).items() if k.lower() not in ("authorization", "x-csrf-token")
    }
    case.headers = given_headers | ({} if caller is None else {"X-CSRF-Token": f"csrf-{caller}"})
    case.cookies = {} if caller is None else {"dafeng_session": f"token-{caller}"}
    case.call_and_validate(checks=CHECKS)


def faults(schema, examples):
    """What was wrong, by operation."""
    found = {}
    bounded = settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for result in schema.exclude(operation_id=LEAVING).get_all_operations():
        operation = result.ok()
        for mode in MODES:
            try:
                strategy = operation.as_strategy(generation_mode=mode)
                bounded(given(case=strategy)(ask))()
            except BaseExceptionGroup as group:
                found[f"{mode.value} {operation.label}"] = [str(e)[:600] for e in group.exceptions]
            except Exception as error:  # noqa: BLE001 (whatever it is, it is told with its operation)
                if "Cannot generate" not in str(error) and "Unsatisfiable" not in type(error).__name__:
                    found[f"{mode.value} {operation.label}"] = [f"{type(error).__name__}: {error}"[:600]]
    return found


def test_every_answer_is_one_of_the_document(schema):
    assert faults(schema, 3) == {}


@pytest.mark.slow
def test_every_answer_is_one_of_the_document_looked_at_deeply(schema):
    assert faults(schema, 60) == {}


def test_the_document_is_the_same_each_time_and_names_every_operation():
    document = json.loads(document_text())
    assert document_text() == document_text()
    assert document["openapi"].startswith("3.1")
    operations = [o for item in document["paths"].values() for o in item.values() if isinstance(o, dict)]
    ids = [o["operationId"] for o in operations]
    assert len(ids) == len(set(ids)) > 20
    assert [i for i in ids if not re.fullmatch(r"[a-z][a-z0-9_]*", i)] == []
    assert [o["operationId"] for o in operations if not re.search(r"[A-Za-z]{3}", o.get("description", ""))] == []
    assert [o["operationId"] for o in operations if not re.search(r"[\u4e00-\u9fff]", o.get("summary", ""))] == []
    assert [o["operationId"] for o in operations if not o.get("tags")] == []
