from __future__ import annotations

from django import template

from donghanh.organisations.import_tables import told

register = template.Library()
register.filter("told", told)
