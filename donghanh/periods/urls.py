from django.urls import path

from donghanh.periods import views

app_name = "periods"
urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("nam-hoc/", views.school_year, name="school_year"),
    path("ky-rieng/", views.own_period, name="own_period"),
    path("ngay-nghi/", views.special_day, name="special_day"),
    path("<str:code>/<str:kind>/", views.year, name="year"),
]
