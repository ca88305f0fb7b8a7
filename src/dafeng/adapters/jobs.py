"""Jobs and given answers on SQLAlchemy Core; claims are one statement, so that no two runners get the same job."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from dafeng.adapters.tables_jobs import answers, job_events, jobs
from dafeng.app.jobs.ports import GivenAnswer, Job, JobEvent, JobState

_A_DAY = timedelta(hours=24)
_ABANDONED = timedelta(minutes=5)  # a reservation whose worker died


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    return {
        k: v.astimezone(UTC).replace(tzinfo=None) if isinstance(v, datetime) and v.tzinfo else v
        for k, v in values.items()
    }


def _aware(row: Any) -> dict[str, Any]:
    return {k: v.replace(tzinfo=UTC) if isinstance(v, datetime) else v for k, v in dict(row).items()}


class SqlJobs:
    """``JobStore`` on a SQL database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, job: Job) -> None:
        with self._engine.begin() as connection:
            connection.execute(jobs.insert(), [_stored(asdict(job))])
            _event(connection, job.id, job.created_at, state=job.state)

    def get(self, job_id: str) -> Job | None:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).mappings().one_or_none()
        return None if row is None else Job(**_aware(row))

    def listed(self, created_by: str | None = None, limit: int = 200) -> list[Job]:
        """The jobs of a person, or of all, newest first."""
        query = sa.select(jobs).order_by(jobs.c.created_at.desc(), jobs.c.id.desc()).limit(limit)
        return self._jobs(query if created_by is None else query.where(jobs.c.created_by == created_by))

    def running(self) -> list[Job]:
        return self._jobs(sa.select(jobs).where(jobs.c.state == "running"))

    def claim(self, runner: str, at: datetime) -> Job | None:
        """The job that waited longest, now the runner's; None where none waits."""
        oldest = (
            sa.select(jobs.c.id)
            .where(jobs.c.state == "queued")
            .order_by(jobs.c.created_at, jobs.c.id)
            .limit(1)
            .scalar_subquery()
        )
        begun = sa.func.coalesce(jobs.c.started_at, _stored({"at": at})["at"])
        change = (
            jobs.update()
            .where(jobs.c.id == oldest, jobs.c.state == "queued")
            .values(
                state="running",
                runner=runner,
                attempts=jobs.c.attempts + 1,
                started_at=begun,
                **_stored({"heartbeat_at": at}),
            )
            .returning(jobs.c.id)
        )
        with self._engine.begin() as connection:
            job_id = connection.execute(change).scalar_one_or_none()
            if job_id is None:
                return None
            _event(connection, job_id, at, state="running")
        return self.get(job_id)

    def beat(self, job_id: str, runner: str, at: datetime) -> bool:
        """Say that the runner lives; whether it shall stop (cancelled, or the job is no longer its own)."""
        with self._engine.begin() as connection:
            change = _own(job_id, runner).values(**_stored({"heartbeat_at": at})).returning(jobs.c.cancel)
            cancel = connection.execute(change).scalar_one_or_none()
        return cancel is None or bool(cancel)

    def advance(self, job_id: str, runner: str, at: datetime, **progress: Any) -> None:
        """Set stage, done, total, message."""
        with self._engine.begin() as connection:
            if connection.execute(_own(job_id, runner).values(**progress)).rowcount:
                _event(connection, job_id, at, state="running", **progress)

    def end(self, job_id: str, runner: str, at: datetime, state: JobState, **outcome: Any) -> bool:
        """End the job with its result, problem or message; False where it is no longer the runner's."""
        values = {"state": state, "runner": None, **outcome, **_stored({"ended_at": at})}
        return self._moved(_own(job_id, runner).values(**values), job_id, at, state=state, **_told(outcome))

    def requeue(self, job_id: str, runner: str, at: datetime, message: str, *, count: bool) -> bool:
        """Put a job back; without ``count`` the attempt is not counted (it was stopped, it did not fail)."""
        attempts = jobs.c.attempts if count else jobs.c.attempts - 1
        values = {"state": "queued", "runner": None, "heartbeat_at": None, "message": message, "attempts": attempts}
        return self._moved(_own(job_id, runner).values(**values), job_id, at, state="queued", message=message)

    def ask_cancel(self, job_id: str, at: datetime) -> Job | None:
        """Cancel a job that waits at once; ask the runner of one that runs to stop after its step."""
        ended = {"state": "cancelled", "cancel": True, **_stored({"ended_at": at})}
        with self._engine.begin() as connection:
            waiting = jobs.update().where(jobs.c.id == job_id, jobs.c.state == "queued").values(**ended)
            if connection.execute(waiting).rowcount:
                _event(connection, job_id, at, state="cancelled")
            else:
                running = jobs.update().where(jobs.c.id == job_id, jobs.c.state == "running").values(cancel=True)
                connection.execute(running)
        return self.get(job_id)

    def events(self, job_id: str, after: int = 0) -> list[JobEvent]:
        query = (
            sa.select(job_events)
            .where(job_events.c.job_id == job_id, job_events.c.seq > after)
            .order_by(job_events.c.seq)
            .limit(500)
        )
        with self._engine.connect() as connection:
            return [JobEvent(**_aware(row)) for row in connection.execute(query).mappings()]

    def _jobs(self, query: sa.Select[Any]) -> list[Job]:
        with self._engine.connect() as connection:
            return [Job(**_aware(row)) for row in connection.execute(query).mappings()]

    def _moved(self, change: sa.Update, job_id: str, at: datetime, **told: Any) -> bool:
        with self._engine.begin() as connection:
            moved = bool(connection.execute(change).rowcount)
            if moved:
                _event(connection, job_id, at, **told)
        return moved


def _own(job_id: str, runner: str) -> sa.Update:
    return jobs.update().where(jobs.c.id == job_id, jobs.c.state == "running", jobs.c.runner == runner)


def _told(outcome: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in outcome.items() if k in ("message", "problem")}


def _event(connection: Connection, job_id: str, at: datetime, **data: Any) -> None:
    connection.execute(job_events.insert(), [_stored({"job_id": job_id, "at": at, "data": data})])


class SqlAnswers:
    """``AnswerStore`` on a SQL database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reserve(self, name: str, body_sha256: str, at: datetime) -> GivenAnswer | None:
        """Reserve the name for a first answer; what is there already where it is taken."""
        now = _stored({"at": at})["at"]
        row = {"name": name, "body_sha256": body_sha256, "status": 0, "headers": {}, "body": b"", "at": now}
        dead = sa.or_(answers.c.at < now - _A_DAY, sa.and_(answers.c.status == 0, answers.c.at < now - _ABANDONED))
        try:
            with self._engine.begin() as connection:
                connection.execute(answers.delete().where(dead))
                connection.execute(answers.insert(), [row])
        except IntegrityError:
            with self._engine.connect() as connection:
                found = connection.execute(sa.select(answers).where(answers.c.name == name)).mappings().one_or_none()
            if found is not None:
                return GivenAnswer(found["body_sha256"], found["status"], found["headers"], found["body"])
            return GivenAnswer(body_sha256, 0, {}, b"")  # taken, and forgotten since: let the client try again
        return None

    def keep(self, name: str, answer: GivenAnswer) -> None:
        values = {"status": answer.status, "headers": answer.headers, "body": answer.body}
        with self._engine.begin() as connection:
            connection.execute(answers.update().where(answers.c.name == name).values(**values))

    def held(self, beginning: str) -> tuple[int, int]:
        """How many answers have names that begin like this, and the bytes of their bodies."""
        of_all = sa.select(sa.func.count(), sa.func.sum(sa.func.length(answers.c.body))).where(_begins(beginning))
        with self._engine.connect() as connection:
            count, size = connection.execute(of_all).one()
        return int(count), int(size or 0)

    def forget_oldest(self, beginning: str, keeping: int) -> None:
        """Of the names that begin like this only the newest stay, so many."""
        newest = sa.select(answers.c.name).where(_begins(beginning)).order_by(answers.c.at.desc()).limit(keeping)
        with self._engine.begin() as connection:
            kept = newest.subquery()
            connection.execute(
                answers.delete().where(_begins(beginning), answers.c.name.not_in(sa.select(kept.c.name)))
            )

    def forget(self, name: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(answers.delete().where(answers.c.name == name))


def _begins(beginning: str) -> sa.ColumnElement[bool]:
    """By the order of names, which the primary key has; names are hexadecimal."""
    return sa.and_(answers.c.name >= beginning, answers.c.name < f"{beginning}g")
