"""``dafeng serve``: the portal and its API; ``dafeng openapi``: the document the client is generated from."""

from __future__ import annotations

import pkgutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from dafeng.adapters import server
from dafeng.app.system.serving import ServeOptions
from dafeng.cli import shown
from dafeng.cli.options import HERE, Programme
from dafeng.wiring import programme


def serve(
    programme_dir: Programme = HERE,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes.")] = 1,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate (PEM) to serve with TLS.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its key (PEM, PKCS#8).")] = None,
    name: Annotated[list[str] | None, typer.Option(help="Host name that may be asked for; any by default.")] = None,
    proxy: Annotated[list[str] | None, typer.Option(help="Address of a proxy whose X-Forwarded-For counts.")] = None,
    behind_tls: Annotated[bool, typer.Option("--behind-tls", help="A proxy before us speaks TLS.")] = False,
    rate: Annotated[float, typer.Option(min=0, help="Requests a second of one caller; 0 = no limit.")] = 50.0,
    sign_in_rate: Annotated[
        float, typer.Option(min=0, help="Attempts to sign in a second from one address; 0 = no limit.")
    ] = 0.5,
    jobs: Annotated[bool, typer.Option("--jobs/--no-jobs", help="Also run long work 作业.")] = True,
) -> None:
    """Serve the portal and its API until Ctrl-C or SIGTERM."""
    with programme(programme_dir):
        pass  # refuses here, in words, what the workers could not open; brings the tables to this version
    options = ServeOptions(
        host=host,
        port=port,
        workers=workers,
        tls_cert=tls_cert,
        tls_key=tls_key,
        hosts=tuple(name or ()),
        trusted_proxies=tuple(proxy or ()),
        behind_tls=behind_tls,
        rate=rate,
        sign_in_rate=sign_in_rate,
        jobs=jobs,
    )
    server.serve(programme_dir.resolve(), options, lambda address: shown.say(f"portal 门户: {address}"))


def openapi(
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to write; standard output by default.")] = None,
) -> None:
    """Print the OpenAPI document of the API; the web client is generated from it."""
    text = pkgutil.resolve_name("dafeng.api.app:document_text")()
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, "utf-8")
