from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from donghanh.kernel.columns import folded, sort_key_of
from donghanh.kernel.models import Dated, never_two_at_once
from donghanh.organisations.models import Unit
from donghanh.people.choices import ROLES


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        """User names are typed on phones: upper and lower case are one."""
        return self.get(username__iexact=username)


class Account(AbstractBaseUser):
    """A person who signs in by user name: young students have neither e-mail nor phone."""

    username = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=120, blank=True)  # empty for learners: their names stand behind the wall
    full_name_sort = sort_key_of("full_name")
    full_name_folded = folded("full_name")
    is_active = models.BooleanField(default=True)
    generated = models.BooleanField(default=False)  # demo data
    must_change_password = models.BooleanField(
        default=False
    )  # what another person set opens only the page to choose one

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = "tài khoản"
        constraints = (models.UniqueConstraint(Lower("username"), name="account_username_any_case"),)

    def __str__(self) -> str:
        return self.full_name or self.username


class Membership(Dated):
    """A person holds a role in a unit over these days."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=40, choices=[(role.code, role.name) for role in ROLES.values()])

    class Meta:
        verbose_name = "vai trò trong đơn vị"
        constraints = (never_two_at_once("membership_once_at_a_time", "account", "unit", "role"),)


class SignInFailure(models.Model):
    """A sign-in that failed. Kept a day, and only as a keyed hash: people type passwords into the box for the name."""

    name_hash = models.CharField(max_length=64)
    address = models.GenericIPAddressField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lần đăng nhập hỏng"
        indexes = (
            models.Index(fields=["name_hash", "address", "at"], name="failure_of_an_account"),
            models.Index(fields=["address", "at"], name="failure_from_an_address"),
        )
