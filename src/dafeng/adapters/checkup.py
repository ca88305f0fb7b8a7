"""An installation looked at 安装检查: software, directory, time, disk, processes; the stores are in ``checkup_stores``.

No check changes anything; one that itself breaks is a finding, never the end of the others.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import stat
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography import x509
from packaging.requirements import Requirement

from dafeng.adapters.checkup_stores import store_checks
from dafeng.adapters.programme import FOLDERS, SETTINGS_FILE, read_settings
from dafeng.app.settings import Settings
from dafeng.app.system.health_ports import Check, Level
from dafeng.base.errors import DafengError

PYTHON = ((3, 11), (3, 15))  # from, and before
ROOM_WARN, ROOM_FAIL = 2 << 30, 256 << 20  # bytes free
_FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)  # a clock before it stands still
_LAST_DAY = datetime(2100, 1, 1, tzinfo=UTC)
_EXPIRY_WARN_D = 30
_SECRETS = ("*.key", "*.pem", "*.secret")


class ThisMachine:
    """``Machine`` of this process and one programme directory; port, certificate and hosts are those it is served by.

    hosts: the names it may be asked for; None where that is not known.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        certificate: Path | None = None,
        hosts: tuple[str, ...] | None = None,
    ) -> None:
        self._folder, self._port, self._certificate, self._hosts = folder, port, certificate, hosts

    def examine(self, *, deep: bool = False) -> tuple[Check, ...]:
        """Every check. deep: every file of evidence is read, else a sample."""
        folder = self._folder
        found = [
            *_tried("python", lambda: [_python()]),
            *_tried("packages", _packages),
            *_tried("fonts", lambda: [_fonts()]),
            *_tried("portal", lambda: [_portal()]),
            *_tried("clock", lambda: [_clock()]),
        ]
        settings, told = _settings(folder)
        found.append(told)
        if settings is not None:
            found += _tried("zone", lambda: [_zone(settings)])
            found += _tried("rights", lambda: _rights(folder))
            found += _tried("disk", lambda: [_disk(folder)])
            found += _tried("lock", lambda: [_lock(folder)])
            found += _tried("records", lambda: store_checks(folder, settings, deep=deep))
        if self._port is not None:
            found += _tried("port", lambda: [_port(self._port or 0)])
        if self._hosts is not None:
            found += _tried("hosts", lambda: [_named(self._hosts or ())])
        if self._certificate is not None:
            found += _tried("certificate", lambda: [_expiry(self._certificate or Path())])
        return tuple(found)


def _tried(name: str, check: Callable[[], Iterable[Check]]) -> list[Check]:
    try:
        return list(check())
    except DafengError as error:
        what_zh, mend_zh = error.zh or error.what, error.mend_zh
        told = Check(
            check=name,
            level="fail",
            what=error.what,
            what_zh=what_zh,
            where=error.where,
            mend=error.mend,
            mend_zh=mend_zh,
        )
        return [told]
    except Exception as error:  # noqa: BLE001 (a check that breaks is a finding; the others go on)
        words = f"{type(error).__name__}: {error}"
        return [
            Check(
                check=name,
                level="fail",
                what=words,
                what_zh=words,
                mend="See the log of the server.",
                mend_zh="请查看服务器日志。",
            )
        ]


def _python() -> Check:
    version = sys.version_info
    fits = PYTHON[0] <= (version.major, version.minor) < PYTHON[1]
    words = f"Python {version.major}.{version.minor}.{version.micro}"
    mend = "" if fits else "Install Python 3.11 or newer."
    return Check(check="python", level="ok" if fits else "fail", what=words, what_zh=words, where=sys.prefix, mend=mend)


def _packages() -> list[Check]:
    """Whether every package that dafeng needs is there in a version that fits."""
    wanted = [Requirement(r) for r in metadata.requires("dafeng") or ()]
    missing = []
    for need in wanted:
        if need.marker is not None and not need.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            missing.append(f"{need.name} (absent)")
            continue
        if version not in need.specifier:
            missing.append(f"{need.name} {version} (wanted {need.specifier})")
    if not missing:
        return [Check(check="packages", level="ok", what=f"{len(wanted)} packages fit", what_zh="所需软件包齐全")]
    what = ", ".join(missing)
    return [
        Check(
            check="packages",
            level="fail",
            what=what,
            what_zh=f"软件包缺失或版本不符:{what}",
            mend="Install dafeng again: pip install --upgrade dafeng",
            mend_zh="重新安装 dafeng",
        )
    ]


def _fonts() -> Check:
    places = {
        "Noto Serif SC": Path(str(files("pylopdf_fonts_zh_cn"))),
        "Noto Sans SC": Path(str(files("justmytype_intl_cjk"))) / "fonts" / "ofl" / "notosanssc",
    }
    fonts = {
        name: [p for p in place.rglob("*") if p.suffix.lower() in (".ttf", ".otf", ".ttc")]
        for name, place in places.items()
    }
    missing = [name for name, found in fonts.items() if not found]
    if missing:
        what = f"fonts are missing: {', '.join(missing)}"
        return Check(
            check="fonts",
            level="fail",
            what=what,
            what_zh=f"缺少字体:{'、'.join(missing)}",
            mend="Install dafeng's packages again.",
            mend_zh="重新安装软件包",
        )
    return Check(check="fonts", level="ok", what="the fonts of reports are there", what_zh="报告字体齐全")


def _portal() -> Check:
    built = Path(str(files("dafeng.api"))) / "web" / "index.html"
    if built.is_file():
        return Check(
            check="portal", level="ok", what="the portal is built", what_zh="门户页面已构建", where=str(built.parent)
        )
    return Check(
        check="portal",
        level="warn",
        what="the portal's pages are not built",
        what_zh="门户页面尚未构建",
        where=str(built.parent),
        mend="Build them with Node (make web), or install the wheel.",
        mend_zh="用 Node 构建(make web),或安装发布包",
    )


def _settings(folder: Path) -> tuple[Settings | None, Check]:
    try:
        settings = read_settings(folder)
    except DafengError as error:
        told = Check(
            check="settings",
            level="fail",
            what=error.what,
            what_zh=f"方案设置有误:{error.zh or error.what}",
            where=error.where,
            mend=error.mend,
            mend_zh=error.mend_zh,
        )
        return None, told
    return settings, Check(
        check="settings",
        level="ok",
        what=f"{settings.name} ({settings.area})",
        what_zh=f"{settings.name}({settings.area})",
        where=str(folder / SETTINGS_FILE),
    )


def _zone(settings: Settings) -> Check:
    try:
        there = datetime.now(ZoneInfo(settings.zone))
    except ZoneInfoNotFoundError:
        return Check(
            check="zone",
            level="fail",
            what=f"no time zone {settings.zone}",
            what_zh=f"没有时区{settings.zone}",
            where=f"{SETTINGS_FILE} › zone",
            mend="Write Asia/Shanghai.",
        )
    words = f"{settings.zone}: {there:%Y-%m-%d %H:%M}"
    return Check(check="zone", level="ok", what=words, what_zh=words)


def _clock() -> Check:
    now, running = datetime.now(UTC), time.monotonic()
    sane = _FIRST_DAY < now < _LAST_DAY and running > 0
    words = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    mend = "" if sane else "Set the clock of this machine (NTP): dates of records come from it."
    return Check(check="clock", level="ok" if sane else "fail", what=words, what_zh=words, mend=mend)


def _rights(folder: Path) -> list[Check]:
    """Whether we may write where we must, and nobody else may read keys or change the programme."""
    found = []
    for name in FOLDERS:
        path = folder / name
        if not path.is_dir():
            found.append(_warn("rights", f"the folder {name}/ is missing", f"缺少目录{name}/", path, "Make it."))
        elif not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            mend = "Give the user who runs dafeng the right to write."
            level: Level = "fail" if name in ("store", "reports") else "warn"
            found.append(_warn("rights", f"{name}/ cannot be written", f"目录{name}/不可写", path, mend, level))
    for path in [folder, folder / "store", folder / SETTINGS_FILE]:
        if path.exists() and path.stat().st_mode & stat.S_IWOTH:
            found.append(
                _warn("rights", "everybody may change it", "任何人都可改动", path, f"chmod o-w {path}", "fail")
            )
    keys = sorted({p for pattern in _SECRETS for p in folder.rglob(pattern) if p.is_file()})
    for path in keys:
        if path.stat().st_mode & 0o077:
            found.append(
                _warn("rights", "others may read this key", "他人可读密钥文件", path, f"chmod 600 {path}", "fail")
            )
    if not found:
        found.append(
            Check(
                check="rights",
                level="ok",
                what=f"folders can be written; {len(keys)} key files are ours alone",
                what_zh=f"目录可写,{len(keys)}个密钥文件仅本用户可读",
                where=str(folder),
            )
        )
    return found


def _warn(check: str, what: str, zh: str, where: Path, mend: str, level: Level = "warn") -> Check:
    return Check(check=check, level=level, what=what, what_zh=zh, where=str(where), mend=mend)


def _disk(folder: Path) -> Check:
    room = shutil.disk_usage(folder)
    level: Level = "fail" if room.free < ROOM_FAIL else "warn" if room.free < ROOM_WARN else "ok"
    words = f"{room.free / 2**30:.1f} GB free of {room.total / 2**30:.1f} GB"
    zh = f"可用空间{room.free / 2**30:.1f} GB,共{room.total / 2**30:.1f} GB"
    mend = "" if level == "ok" else "Make room: move old backups away."
    return Check(check="disk", level=level, what=words, what_zh=zh, where=str(folder), mend=mend)


def _lock(folder: Path) -> Check:
    """Whether somebody writes now; asked without waiting, and given back at once."""
    path = folder / "store" / "lock"
    if not path.exists():
        return Check(check="lock", level="ok", what="nobody writes", what_zh="无写入进程", where=str(path))
    with path.open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return Check(
                check="lock",
                level="warn",
                what="another dafeng writes now",
                what_zh="另有进程正在写入",
                where=str(path),
                mend="Wait until it has ended; see the list of jobs.",
            )
    return Check(check="lock", level="ok", what="nobody writes", what_zh="无写入进程", where=str(path))


def _port(port: int) -> Check:
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex(("127.0.0.1", port)) == 0
    words, zh = (
        (f"port {port} answers", f"端口{port}已有服务") if taken else (f"port {port} is free", f"端口{port}空闲")
    )
    mend = "If that is not this portal, choose another port." if taken else ""
    return Check(
        check="port", level="warn" if taken else "ok", what=words, what_zh=zh, where=f"127.0.0.1:{port}", mend=mend
    )


def _named(hosts: tuple[str, ...]) -> Check:
    """Whether the portal answers under its own names only."""
    if hosts:
        words = ", ".join(hosts)
        return Check(check="hosts", level="ok", what=f"served as {words} only", what_zh=f"只以{words}提供服务")
    return Check(
        check="hosts",
        level="warn",
        what="no host name is set: the portal answers under any name",
        what_zh="未限定主机名：以任何名称都能访问门户",
        where="--name",
        mend="Give `dafeng serve --name NAME` for each name under which the portal is reached.",
        mend_zh="启动时为每个对外名称加上 dafeng serve --name 名称。",
    )


def _expiry(path: Path) -> Check:
    """When the certificate of the portal ends."""
    ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    days = (ends - datetime.now(UTC)).days
    level: Level = "fail" if days < 0 else "warn" if days < _EXPIRY_WARN_D else "ok"
    words, zh = f"the certificate holds until {ends:%Y-%m-%d}", f"证书有效期至{ends:%Y-%m-%d}"
    mend = "" if level == "ok" else "Have a new certificate issued, and start the portal with it."
    return Check(check="certificate", level=level, what=words, what_zh=zh, where=str(path), mend=mend)
