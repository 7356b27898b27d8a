from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from donghanh.kernel.rows import GRANTS


class KernelConfig(AppConfig):
    name = "donghanh.kernel"
    label = "kernel"
    verbose_name = "Nền"

    def ready(self) -> None:
        post_migrate.connect(grant, sender=self)


def grant(*, using: str, **_: Any) -> None:
    """After migrations, as the owner: the working role may do on the new tables what it may on the others."""
    with connections[using].cursor() as cursor:
        cursor.execute(GRANTS)
