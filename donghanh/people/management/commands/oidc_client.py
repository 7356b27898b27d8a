"""Makes another application known, so that it may sign people in through this one (docs/sign-in.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.core.management.base import BaseCommand, CommandError

from donghanh.people.openid import SCOPES

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Command(BaseCommand):
    help = "Cho một ứng dụng khác đăng nhập người dùng qua Đồng Hành (OpenID Connect)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="tên mà người dùng đọc khi được hỏi, ví dụ “Thư viện số”")
        parser.add_argument("redirect_uris", nargs="+", help="địa chỉ mà ứng dụng nhận câu trả lời, đúng từng chữ")
        parser.add_argument("--public", action="store_true", help="ứng dụng trên máy người dùng, không giữ kín được gì")

    def handle(self, *_: Any, name: str, redirect_uris: list[str], public: bool, **__: Any) -> None:
        for uri in redirect_uris:
            place = urlsplit(uri)
            if not place.scheme or (place.scheme == "http" and place.hostname not in LOOPBACK) or "*" in uri:
                raise CommandError(f"{uri}: cần một địa chỉ https đầy đủ, không có dấu *.")
        secret = "" if public else get_adapter().generate_client_secret()
        client = Client(name=name, type=Client.Type.PUBLIC if public else Client.Type.CONFIDENTIAL)
        client.set_secret(secret) if secret else None
        client.set_redirect_uris(redirect_uris)
        client.set_scopes(list(SCOPES))
        client.set_default_scopes(["openid"])
        client.save()
        self.stdout.write(f"client_id={client.pk}\n" + (f"client_secret={secret}\n" if secret else ""))
