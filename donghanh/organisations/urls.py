from django.urls import path

from donghanh.organisations import group_views, import_views, map_views, views, views_events

app_name = "organisations"
urlpatterns = [
    path("", views.units, name="units"),
    path("cay/", views.tree, name="tree"),
    path("<int:unit_id>/", views.unit, name="unit"),
    path("nhap/", import_views.upload, name="import"),
    path("nhap/<int:import_id>/", import_views.import_result, name="import_result"),
    path("nhap/<int:import_id>/ghi/", import_views.import_apply, name="import_apply"),
    path("nhap/<int:import_id>/ket-qua.xlsx", import_views.import_workbook, name="import_workbook"),
    path("xuat/", import_views.files, name="files"),
    path("xuat/<str:form>/", import_views.export, name="export"),
    path("nhom/", group_views.group_list, name="groups"),
    path("nhom/moi/", group_views.group_new, name="group_new"),
    path("nhom/<str:code>/", group_views.group, name="group"),
    path("nhom/<str:code>/thay-doi/", group_views.group_change, name="group_change"),
    path("ban-do/", map_views.unit_map, name="map"),
    path("ban-do/ranh-gioi.json", map_views.boundaries, name="boundaries"),
    path("<int:unit_id>/bien-dong/", views_events.choose_event, name="choose_event"),
    path("<int:unit_id>/bien-dong/<slug:kind>/", views_events.record_event, name="record_event"),
    path("<int:unit_id>/bien-dong/<int:event_id>/hoan-tac/", views_events.undo_event, name="undo_event"),
]
