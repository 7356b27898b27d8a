"""Addresses at the root: a receipt that anyone may check, and what a device needs where there is no network."""

from django.urls import path

from donghanh.reporting import views_offline, views_receipts

app_name = "reporting_root"
urlpatterns = [
    path("bien-nhan/", views_receipts.receipt, name="receipt"),
    path("mat-mang/", views_offline.offline, name="offline"),
    path("sw.js", views_offline.worker, name="worker"),
]
