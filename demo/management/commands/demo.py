"""Runs everything on one machine: database, demo data, web, job worker. Only the first start builds."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from demo.build import STEPS, build
from demo.sign_ins import SIGN_INS

WEB = [
    *("--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1", "--blocking-threads", "4"),
    *("--no-ws", "--log-level", "warning"),
]
BAR = 24  # characters
START_SECONDS = 60


class Command(BaseCommand):
    help = "Chạy bản trình diễn với dữ liệu giả lập của Hòa Bình."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--reset", action="store_true", help="dựng lại dữ liệu từ đầu")
        parser.add_argument("--build-only", action="store_true", help="chỉ dựng dữ liệu, không chạy máy chủ")

    def handle(self, *_: Any, **options: Any) -> None:
        began, mark = time.monotonic(), Path(settings.VAR) / "demo-built"
        built = mark.exists() and mark.read_text() == fingerprint() and not options["reset"]
        if not built:
            mark.unlink(missing_ok=True)
            self._build()
            mark.write_text(fingerprint())
        if options["build_only"]:
            return
        processes = [
            start("granian", *WEB, "--port", str(options["port"]), "config.wsgi:application"),
            start("manage.py", "procrastinate", "worker", "--concurrency", "2", "--delete-jobs", "successful"),
        ]
        for asked_to_stop in (signal.SIGINT, signal.SIGTERM):  # a shell's background job is started deaf to the first
            signal.signal(asked_to_stop, signal.default_int_handler)
        address = f"http://localhost:{options['port']}/"
        try:
            wait_for(address, processes)
            self._welcome(address, time.monotonic() - began)
            while all(process.poll() is None for process in processes):
                time.sleep(0.5)
            raise CommandError("Một tiến trình đã dừng; xem thông báo ở trên.")
        except KeyboardInterrupt:
            self.stdout.write("\nĐang dừng …")
        finally:
            stop(processes)

    def _build(self) -> None:
        def progress(done: int, what: str) -> None:
            filled = BAR * done // STEPS
            bar = "█" * filled + "░" * (BAR - filled)
            end = "\r" if sys.stderr.isatty() else "\n"
            print(f"  {bar} {100 * done // STEPS:3} %  {what:<44}", end=end, file=sys.stderr, flush=True)

        call_command("collectstatic", interactive=False, verbosity=0)
        build(progress)
        print(file=sys.stderr)

    def _welcome(self, address: str, seconds: float) -> None:
        lines = [f"\n  Đồng Hành đang chạy tại {address}  (sau {seconds:.1f} giây)", "  Tài khoản trình diễn:"]
        lines += [f"    {s.username:<14} {s.password:<16} {s.who}: {s.try_this}" for s in SIGN_INS]
        self.stdout.write("\n".join([*lines, "  Ctrl+C để dừng.\n"]))


def fingerprint() -> str:
    """Changes whenever the demo's database or assets would: migrations, forms, generator, static files."""
    root, digest = Path(settings.ROOT), hashlib.sha256(settings.DEMO_DAY.encode())
    for pattern in (
        "demo/*.py",
        "donghanh/*/migrations/*.py",
        "donghanh/*/data/*",
        "donghanh/**/static/**/*.*",
        "static/**/*.*",
    ):
        for path in sorted(root.glob(pattern)):
            digest.update(f"{path.relative_to(root)}:{path.stat().st_size}:".encode())
            if path.suffix in (".py", ".json", ".js", ".css") and "vendor" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()


def start(program: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A child of its own process group, with this interpreter."""
    folder = Path(sys.executable).parent
    command = [sys.executable, program] if program.endswith(".py") else [str(folder / program)]
    return subprocess.Popen([*command, *arguments], cwd=settings.ROOT, env=os.environ, start_new_session=True)


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def wait_for(address: str, processes: list[subprocess.Popen[bytes]]) -> None:
    """Until the sign-in page answers."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if any(process.poll() is not None for process in processes):
            raise CommandError("Không khởi động được; xem thông báo ở trên. Cổng có thể đang bận: thử --port 8001.")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  # our own address on loopback
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise CommandError("Máy chủ không trả lời sau 60 giây.")
