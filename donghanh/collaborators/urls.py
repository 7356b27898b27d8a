from django.urls import path

from donghanh.collaborators import views, views_groups

app_name = "collaborators"
urlpatterns = [
    path("cong-tac-vien/", views.roster, name="roster"),
    path("cong-tac-vien/don-vi/", views.units, name="units"),
    path("cong-tac-vien/don-vi/<int:unit_id>/", views.unit, name="unit"),
    path("cong-tac-vien/don-vi/<int:unit_id>/them/", views.enrol, name="enrol"),
    path("cong-tac-vien/<int:pk>/ket-thuc/", views.end_service, name="end_service"),
    path("to-cong-tac/", views_groups.groups, name="groups"),
    path("to-cong-tac/don-vi/<int:unit_id>/lap/", views_groups.set_up, name="set_up"),
    path("to-cong-tac/<int:pk>/", views_groups.group, name="group"),
    path("to-cong-tac/<int:pk>/ket-thuc/", views_groups.end_group, name="end_group"),
    path("to-cong-tac/<int:pk>/them-thanh-vien/", views_groups.add_member, name="add_member"),
    path("to-cong-tac/thanh-vien/<int:pk>/thoi/", views_groups.end_membership, name="end_membership"),
    path("to-cong-tac/<int:pk>/ghi-hop/", views_groups.hold, name="hold"),
    path("to-cong-tac/hop/<int:pk>/", views_groups.meeting, name="meeting"),
    path("to-cong-tac/hop/<int:pk>/sua/", views_groups.minutes, name="minutes"),
]
