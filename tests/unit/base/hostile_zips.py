"""Archives whose headers lie 说谎的压缩包, made from honest ones: what an attacker would send."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An honest archive of these members, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def replaced(archive: bytes, name: str, data: bytes) -> bytes:
    """The archive with one member's bytes replaced, or added."""
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        kept = [(n, old.read(n)) for n in old.namelist() if n != name]
    return packed(*kept, (name, data))


def _places(archive: bytes | bytearray, name: str) -> tuple[int, int]:
    """Where the local and the central header of a member begin."""
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        info, start = old.getinfo(name), old.start_dir
    at = start
    while True:
        length, extra, comment = struct.unpack_from("<3H", archive, at + 28)
        if bytes(archive[at + 46 : at + 46 + length]) == name.encode():
            return info.header_offset, at
        at += 46 + length + extra + comment


def shortened(archive: bytes, name: str, size: int) -> bytes:
    """Both headers of a member declare its first ``size`` bytes alone, with their true checksum."""
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        crc = zlib.crc32(old.read(name)[:size])
    out = bytearray(archive)
    local, central = _places(archive, name)
    for at in (local + 14, central + 16):
        struct.pack_into("<I", out, at, crc)
        struct.pack_into("<I", out, at + 8, size)
    return bytes(out)


def patched(archive: bytes, name: str, offset: int, value: int, *, central: bool, form: str = "<H") -> bytes:
    """One field of one header of a member with another value."""
    out = bytearray(archive)
    struct.pack_into(form, out, _places(archive, name)[central] + offset, value)
    return bytes(out)


def overlapping(data: bytes) -> bytes:
    """A member whose bytes are another member, header and all, which the directory lists too: each is told once and
    counted twice."""
    inner = packed(("b", data))
    with zipfile.ZipFile(io.BytesIO(inner)) as archive:
        record = inner[: archive.start_dir]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", record, zipfile.ZIP_STORED)
        archive.writestr("b", data, zipfile.ZIP_DEFLATED)
    return patched(out.getvalue(), "b", 42, 30 + len("a"), central=True, form="<I")


def longer(archive: bytes, name: str, behind: bytes) -> bytes:
    """The packed bytes of the last member go on behind their end, and its headers say so."""
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        info, start = old.getinfo(name), old.start_dir
    local, central = _places(archive, name)
    out = bytearray(archive)
    for at in (local + 18, central + 20):
        struct.pack_into("<I", out, at, info.compress_size + len(behind))
    out[start:start] = behind
    struct.pack_into("<I", out, out.rindex(b"PK\x05\x06") + 16, start + len(behind))
    return bytes(out)
