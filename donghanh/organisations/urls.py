from django.urls import path

from donghanh.organisations import views

app_name = "organisations"
urlpatterns = [
    path("", views.units, name="units"),
    path("<int:unit_id>/", views.unit, name="unit"),
]
