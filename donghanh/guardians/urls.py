from django.urls import path

from donghanh.guardians import views, views_school

app_name = "guardians"
urlpatterns = [
    path("ma/", views.claim, name="claim"),
    path("con-cua-toi/", views.children, name="children"),
    path("lop/", views_school.classes, name="classes"),
    path("lop/<int:pk>/", views_school.school_class, name="class"),
    path("cho-xac-minh/", views_school.waiting, name="waiting"),
    path("hoc-sinh/<int:pk>/", views_school.child, name="child"),
]
