"""``dafeng serve`` for real: it says when it answers, runs jobs, and ends cleanly; a job outlives a killed runner."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from dafeng.wiring import programme

PATIENCE = 90


@pytest.fixture
def town(folder, tmp_path):
    """A copy of the programme that the server may write to; no work of another test waits in it."""
    copied = shutil.copytree(folder, tmp_path / "programme")
    with programme(copied) as services:
        for job in services.jobs.listed():
            services.jobs.ask_cancel(job.id, services.clock.now())
    return copied


@contextmanager
def serving(folder, *options):
    command = [sys.executable, "-m", "dafeng.cli.main", "serve", "-p", str(folder), "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process, address(process)
    finally:
        if process.poll() is None:
            process.terminate()  # not kill: its workers would outlive it
        process.communicate(timeout=PATIENCE)


def address(process):
    for line in process.stdout:
        if found := re.search(r"https?://\S+", line):
            return found[0].rstrip("/")
    raise AssertionError("the server ended before it answered")


def officer(base):
    headers = {"X-CSRF-Token": "csrf-officer"}
    return httpx.Client(base_url=base, cookies={"dafeng_session": "token-officer"}, headers=headers, timeout=30)


def wait_for(ask, wanted):
    deadline = time.monotonic() + PATIENCE
    while (got := ask()) not in wanted:
        assert time.monotonic() < deadline, got
        time.sleep(0.2)
    return got


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_when_it_says_so_does_work_and_ends_cleanly(town, number):
    with serving(town, "--workers", "2") as (process, base):
        with officer(base) as client:
            assert client.get("/readyz").json() == {"status": "ok"}
            job = client.post("/api/v1/jobs", json={"kind": "report", "parameters": {}}).json()
            state = wait_for(lambda: client.get(f"/api/v1/jobs/{job['id']}").json()["state"], {"done", "failed"})
            assert state == "done"
            assert client.get(f"/api/v1/jobs/{job['id']}").json()["result"]["files"]
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{base}/healthz")


def children(pid):
    return [int(n) for t in Path(f"/proc/{pid}/task").iterdir() for n in (t / "children").read_text().split()]


def lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_server_that_is_killed_leaves_nothing_behind(town):
    with serving(town, "--workers", "2") as (process, base):
        left = children(process.pid)
        assert len(left) >= 3  # two workers, the runner of jobs
        process.kill()
        wait_for(lambda: any(lives(p) for p in left), {False})
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{base}/healthz")


CLAIM_AND_HANG = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from dafeng.adapters.job_runner import this_runner
from dafeng.wiring import programme

with programme(Path(sys.argv[1])) as services:
    print(services.jobs.claim(this_runner(), datetime.now(UTC)).id, flush=True)
    time.sleep(600)
"""


def test_a_job_whose_runner_was_killed_is_done_by_the_next(town):
    with serving(town, "--no-jobs") as (_, base), officer(base) as client:
        job = client.post("/api/v1/jobs", json={"kind": "report", "parameters": {}}).json()["id"]
    runner = subprocess.Popen([sys.executable, "-c", CLAIM_AND_HANG, str(town)], stdout=subprocess.PIPE, text=True)
    assert runner.stdout.readline().strip() == job
    runner.kill()
    runner.communicate()
    with serving(town) as (_, base), officer(base) as client:
        state = wait_for(lambda: client.get(f"/api/v1/jobs/{job}").json()["state"], {"done", "failed"})
        assert (state, client.get(f"/api/v1/jobs/{job}").json()["attempts"]) == ("done", 2)


def test_an_address_that_is_taken_is_said_in_words(town):
    with serving(town, "--no-jobs") as (_, base):
        port = base.rsplit(":", 1)[1]
        command = [sys.executable, "-m", "dafeng.cli.main", "serve", "-p", str(town), "--port", port]
        refused = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        assert refused.returncode == 7
        assert "cannot listen" in refused.stderr
