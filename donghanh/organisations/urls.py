from django.urls import path

from donghanh.organisations import import_views, views

app_name = "organisations"
urlpatterns = [
    path("", views.units, name="units"),
    path("<int:unit_id>/", views.unit, name="unit"),
    path("nhap/", import_views.upload, name="import"),
    path("nhap/<int:import_id>/", import_views.import_result, name="import_result"),
    path("nhap/<int:import_id>/ghi/", import_views.import_apply, name="import_apply"),
    path("nhap/<int:import_id>/ket-qua.xlsx", import_views.import_workbook, name="import_workbook"),
    path("xuat/", import_views.files, name="files"),
    path("xuat/<str:form>/", import_views.export, name="export"),
]
