"""The public form of the report: written by a job or by hand, without a firm in any of its files, published, read."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import quote

import pypdfium2
import pytest
import tiny_town as town

from dafeng.adapters.documents import rendered
from dafeng.app import reporting
from dafeng.app.jobs import kinds as job_kinds
from dafeng.app.jobs import work as jobs
from dafeng.app.publishing import PUBLIC_FORM
from dafeng.app.services import Silent
from dafeng.base.errors import BadRequest

API = "/api/v1"
SECRETS = [word for id, name, *_ in town.FIRMS for word in (id, name, name[:3])]


def words_of(name: str, data: bytes) -> str:
    if name.endswith("docx"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return "".join(book.read(n).decode("utf-8", "ignore") for n in book.namelist() if n.endswith(".xml"))
    if name.endswith("pdf"):
        pages = pypdfium2.PdfDocument(data)
        return "".join("".join(page.get_textpage().get_text_bounded() for page in pages).split())  # lines are broken
    return data.decode()


@pytest.fixture
def written(services, folder):
    """The public form, written as the job writes it: names of its files."""
    outside = jobs.Outside(rendered, folder)
    work = jobs.kinds()["report"].work
    return work(services, town.OWNER, Silent(), {"public": True}, outside)["files"]


def test_no_firm_stands_in_any_form_of_it(written, services):
    found = {f.path.removeprefix("reports/"): services.files.read(f) for f in services.files.inputs("reports")}
    assert sorted(n.rpartition(".")[2] for n in written) == ["docx", "html", "pdf"]
    for name in written:
        text = words_of(name, found[name])
        assert PUBLIC_FORM in name
        assert PUBLIC_FORM in text
        assert [word for word in SECRETS if word in text] == []


def test_the_form_for_officers_does_name_firms(services):
    """That the test above would notice."""
    files = rendered(reporting.progress(services, town.OWNER))
    assert all("东方钢铁厂" in words_of(name, data) for name, data in files.items())


def test_its_name_is_that_of_its_content(services):
    one, again = (reporting.written(services, town.OWNER, rendered, public=True) for _ in range(2))
    assert one == again
    assert len({name.rpartition(".")[0] for name in one}) == 1
    other = reporting.written(services, town.OWNER, lambda report: {"报告.html": b"other"}, public=True)
    assert next(iter(other)).rpartition("_")[2] not in next(iter(one))


def test_a_flag_that_is_none_is_refused(services, folder):
    with pytest.raises(BadRequest):
        job_kinds._report(services, town.OWNER, Silent(), {"public": "yes"}, jobs.Outside(rendered, folder))


def test_once_published_everybody_reads_it_and_once_withdrawn_nobody(written, client, as_):
    id = written[0].rpartition(".")[0]
    address = f"{API}/reports/{quote(id)}"

    def public() -> int:
        client.cookies.clear()
        return client.get(f"{address}/html").status_code

    assert public() == 404
    assert as_("officer").post(f"{address}/publish", json={"why": "年度公开"}).status_code == 200
    assert public() == 200
    assert [r["id"] for r in client.get(f"{API}/reports").json() if r["id"] == id] == [id]
    assert as_("officer").post(f"{address}/withdraw", json={"why": "更正"}).status_code == 200
    assert public() == 404
