"""The built portal: the first page anew each time, assets for ever, and no way out of its folder."""

from __future__ import annotations

import gzip
import re

import pytest
from litestar.testing import TestClient

from dafeng.api.static import Portal

PAGE = '<html><head><meta name="csp-nonce" content="__CSP_NONCE__"></head><body><div id="root"></div></body></html>'


@pytest.fixture
def portal(app, tmp_path):
    """The application with a portal that was built into a folder of the test."""
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "assets" / "main-abc123.js").write_text("export const a = 1;\n" * 200)
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / ".vite").mkdir()
    (folder / ".vite" / "manifest.json").write_text("{}")
    (tmp_path / "secret.txt").write_text("top of the hill")
    (folder / "assets" / "link.txt").symlink_to(tmp_path / "secret.txt")
    layer = app.asgi_handler._app._app
    assert isinstance(layer, Portal)
    app.asgi_handler._app._app = Portal(layer._app, folder)
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/targets/t1?explain=x", "/enterprises", "/index.html", "/login"])
def test_every_address_of_the_portal_is_its_first_page_with_a_new_nonce(portal, path):
    first, second = portal.get(path), portal.get(path)
    nonces = [re.search(r'content="([^"]+)"', r.text)[1] for r in (first, second)]
    assert nonces[0] != nonces[1]
    assert len(nonces[0]) >= 16
    for answer, nonce in zip((first, second), nonces, strict=True):
        assert f"'nonce-{nonce}'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_assets_are_kept_for_ever_and_sent_compressed(portal):
    answer = portal.get("/assets/main-abc123.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.text == "export const a = 1;\n" * 200
    plain = portal.get("/assets/main-abc123.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    again = portal.get("/assets/main-abc123.js", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert portal.head("/favicon.svg").content == b""


def test_what_was_packed_by_the_build_is_taken(portal, tmp_path):
    (tmp_path / "web" / "assets" / "page-1.js").write_text("plain")
    (tmp_path / "web" / "assets" / "page-1.js.gz").write_bytes(gzip.compress(b"packed"))
    assert portal.get("/assets/page-1.js").text == "packed"


@pytest.mark.parametrize(
    "path",
    ["/assets/../../secret.txt", "/%2e%2e/secret.txt", "/assets/link.txt", "/.vite/manifest.json",
     "/assets//etc/passwd", "/assets/%00", "/assets/..%5c..%5csecret.txt"],
)  # fmt: skip
def test_nothing_outside_the_folder_and_nothing_hidden_is_given(portal, path):
    assert "top of the hill" not in portal.get(path).text
    assert portal.get(path).text != "{}"


def test_an_asset_of_another_version_is_not_the_first_page(portal):
    assert portal.get("/assets/main-old.js").status_code == 404


def test_where_the_portal_was_not_built_a_page_says_how(app, tmp_path):
    app.asgi_handler._app._app = Portal(app.asgi_handler._app._app._app, tmp_path / "nothing")
    with TestClient(app) as client:
        answer = client.get("/")
        assert "make web" in answer.text
        assert client.get("/healthz").json() == {"status": "ok"}
