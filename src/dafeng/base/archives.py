"""Archives from outside 外来压缩包: what a zip declares is not believed, what it unfolds to is counted.

Readers of zip differ: one stops at the length that a header declares, another unfolds the whole stream. So that both
see the same bytes, members are unfolded here and compared with every header; whoever reads an archive by another
library gives it ``rewritten`` members only: packed bytes as they were verified, under headers of our own.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x2041, 0x8, 0x800  # bits of a member's flags; the first are three ways to encrypt
_IN_ZIP64 = 0xFFFFFFFF
_FEED, _CHUNK = 256 << 10, 8 << 20  # bytes given to zlib at once; most that come out at once
_HEAD = struct.Struct("<4s5H3I2H")
_ENTRY, _TAIL = struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
_NESTED = 4  # times as many entries as allowed may be seen, for archives within archives
_EPOCH = 0x21  # 1980-01-01, the first day that a zip can tell


class Unsound(ValueError):
    """An archive that contradicts itself, or that unfolds to more than is allowed (``too_much``)."""

    def __init__(self, what: str, *, too_much: bool = False) -> None:
        super().__init__(what)
        self.too_much = too_much


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an archive may hold 压缩包上限.

    members        entries of its directory
    inflated       bytes of all members unfolded [bytes]
    ratio          unfolded over packed size of one member, judged above ``judged_from`` [bytes] unfolded
    """

    members: int
    inflated: int
    ratio: float = 200.0
    judged_from: int = 32 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its name, how it is packed, its bytes as packed, and what the headers say of it unfolded."""

    name: str
    method: int
    packed: memoryview
    size: int
    crc: int
    encrypted: bool = False

    def chunks(self) -> Iterator[bytes]:
        """The bytes unfolded, piece by piece. Raises Unsound where length or checksum are not those declared."""
        if self.encrypted:
            raise Unsound("a member is encrypted")
        size, crc = 0, 0
        for chunk in self._inflated() if self.method == _DEFLATED else self._stored():
            size += len(chunk)
            if size > self.size:
                raise Unsound("a member unfolds to more than its header says")
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if size != self.size or crc != self.crc:
            raise Unsound("a member is not what its header says")

    def _stored(self) -> Iterator[bytes]:
        for start in range(0, len(self.packed), _CHUNK):
            yield bytes(self.packed[start : start + _CHUNK])

    def _inflated(self) -> Iterator[bytes]:
        stream, fed = zlib.decompressobj(-zlib.MAX_WBITS), 0
        rest: bytes | memoryview = b""
        try:
            while not stream.eof:
                if not rest:
                    rest, fed = self.packed[fed : fed + _FEED], fed + _FEED
                chunk = stream.decompress(rest, _CHUNK)
                if not chunk and not rest and not stream.eof:
                    raise Unsound("a member is cut off")
                rest = stream.unconsumed_tail
                if chunk:
                    yield chunk
        except zlib.error as error:
            raise Unsound("a member is damaged") from error
        if stream.unused_data or fed < len(self.packed):
            raise Unsound("a member goes on behind its end")


def members_of(data: bytes, bounds: Bounds) -> dict[str, Member]:
    """The members of an archive by name, their headers held against each other; nothing is unfolded yet.

    Raises Unsound where the archive is damaged, contradicts itself, or declares more than the bounds.
    """
    if data.count(_CENTRAL) > _NESTED * bounds.members:  # before the directory is read: each entry costs memory
        raise Unsound("the archive has too many members", too_much=True)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos, ending = archive.infolist(), archive.start_dir
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, struct.error) as error:
        raise Unsound("the directory of the archive is damaged") from error
    _check_directory(infos, bounds)
    view, found, after = memoryview(data), {}, 0
    for info in sorted(infos, key=lambda i: i.header_offset):
        start = _start(view, info)
        if info.header_offset < after or start + info.compress_size > ending:
            raise Unsound("members of the archive overlap")
        after = start + info.compress_size
        found[info.filename] = Member(
            info.filename, info.compress_type, view[start:after], info.file_size, info.CRC, _locked(info.flag_bits)
        )
    return {i.filename: found[i.filename] for i in infos}


def _check_directory(infos: list[zipfile.ZipInfo], bounds: Bounds) -> None:
    if len(infos) > bounds.members:
        raise Unsound("the archive has too many members", too_much=True)
    if len({i.filename.replace("\\", "/").casefold() for i in infos}) != len(infos):
        raise Unsound("two members have one name")
    if any(i.filename != i.orig_filename for i in infos):
        raise Unsound("a member has an impossible name")
    if any(i.compress_type not in (_STORED, _DEFLATED) for i in infos):
        raise Unsound("a member is packed in an uncommon way")
    if sum(i.file_size for i in infos) > bounds.inflated:
        raise Unsound("the archive unfolds to more than is allowed", too_much=True)
    large = (i for i in infos if i.file_size > bounds.judged_from)
    if any(i.file_size > bounds.ratio * max(i.compress_size, 1) for i in large):
        raise Unsound("a member unfolds to more than any true one", too_much=True)


def _locked(flags: int) -> bool:
    return bool(flags & _ENCRYPTED)


def _start(view: memoryview, info: zipfile.ZipInfo) -> int:
    """Where the packed bytes begin; the header before them must say what the directory says."""
    head = bytes(view[info.header_offset : info.header_offset + _HEAD.size]) if info.header_offset >= 0 else b""
    if len(head) < _HEAD.size or not head.startswith(_LOCAL):
        raise Unsound("a member has no header")
    fields: tuple[int, ...] = _HEAD.unpack(head)[1:]
    _, flags, method, _, _, crc, packed, size, name_length, extra_length = fields
    named = info.header_offset + _HEAD.size
    name = bytes(view[named : named + name_length]).decode("utf-8" if flags & _UTF8 else "cp437", "replace")
    told = [(packed, info.compress_size), (size, info.file_size), (crc, info.CRC)]
    if flags & _DESCRIPTOR:  # told behind the bytes: here nothing, or the same
        told = [(local, central) for local, central in told if local]
    wrong = any(local not in (central, _IN_ZIP64) for local, central in told)
    if wrong or name != info.orig_filename or method != info.compress_type or _locked(flags ^ info.flag_bits):
        raise Unsound("two headers of a member contradict each other")
    return named + name_length + extra_length


def rewritten(members: Iterable[Member]) -> bytes:
    """An archive of these members alone, packed as they were, under fresh headers. Give verified members only."""
    out, directory, count = io.BytesIO(), [], 0
    for member in members:
        name, at = member.name.encode(), out.tell()
        told = (_UTF8, member.method, 0, _EPOCH, member.crc, len(member.packed), member.size, len(name))
        out.write(_HEAD.pack(_LOCAL, 20, *told, 0) + name)
        out.write(member.packed)
        directory.append(_ENTRY.pack(_CENTRAL, 20, 20, *told, 0, 0, 0, 0, 0, at) + name)
        count += 1
    start, listed = out.tell(), b"".join(directory)
    out.write(listed + _TAIL.pack(_END, 0, 0, count, count, len(listed), start, 0))
    return out.getvalue()


def whole(member: Member) -> bytes:
    """A member unfolded at once. Raises Unsound."""
    return b"".join(member.chunks())
