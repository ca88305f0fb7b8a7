"""Passwords by argon2id, secrets by a key file of the programme, and the lists of passwords that leaked."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken
from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]

from dafeng.base.errors import StoreError

KEY_FILE = "identity.key"


class Argon2Hasher:
    """``Hasher``: argon2id with the parameters of RFC 9106 for little memory (64 MiB, 3 passes), or those given."""

    def __init__(self, store: Path, breached: Path | None = None, hasher: PasswordHasher | None = None) -> None:
        self._store, self._breached = store, breached
        self._hasher = hasher or PasswordHasher()
        self._dummy = ""
        self._own: tuple[float, frozenset[str]] | None = None

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, hashed: str, password: str) -> bool:
        if not hashed:  # the same work for an account that is not there
            self._dummy = self._dummy or self._hasher.hash(os.urandom(16).hex())
        try:
            return self._hasher.verify(hashed or self._dummy, password) and bool(hashed)
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, hashed: str) -> bool:
        return self._hasher.check_needs_rehash(hashed)

    def seal(self, secret: str) -> str:
        return self._box().encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str:
        try:
            return self._box().decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise StoreError(
                "the key file is not the one that sealed the second factors",
                where=str(self._store / KEY_FILE),
                mend="Restore the key file from the backup, or reset the second factors.",
            ) from error

    def leaked(self, password: str) -> bool:
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        return password.lower() in frequent() or digest in self._own_list()

    def _box(self) -> Fernet:
        return Fernet(_key(self._store / KEY_FILE))

    def _own_list(self) -> frozenset[str]:
        """SHA-1 of passwords, one a line, a count after a colon is left out; read again when the file has changed."""
        if self._breached is None:
            return frozenset()
        try:
            changed = self._breached.stat().st_mtime
            if self._own is None or self._own[0] != changed:
                lines = self._breached.read_text("ascii").splitlines()
                self._own = (changed, frozenset(line.split(":")[0].strip().upper() for line in lines))
        except (OSError, UnicodeDecodeError) as error:
            mend = "Put the list there, or take breach_file out of dafeng.toml."
            raise StoreError(
                "the list of leaked passwords cannot be read", where=str(self._breached), mend=mend
            ) from error
        return self._own[1]


@cache
def frequent() -> frozenset[str]:
    """The 30,000 most frequent passwords, as zxcvbn packs them."""
    return frozenset(FREQUENCY_LISTS["passwords"])


def _key(path: Path) -> bytes:
    """The key, made at first use, readable by its owner only; of two processes that make it one wins."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    if path.stat().st_mode & 0o077:
        raise StoreError("others may read the key file of second factors", where=str(path), mend=f"chmod 600 {path}")
    return path.read_bytes()
