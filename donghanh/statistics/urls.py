from django.urls import path

from donghanh.statistics import views, views_checks

app_name = "statistics"
urlpatterns = [
    path("muc-tieu/", views.targets, name="targets"),
    path("muc-tieu/moi/", views.new_target, name="new_target"),
    path("muc-tieu/<int:pk>/sua/", views.change_target, name="change_target"),
    path("muc-tieu/<int:pk>/ket-thuc/", views.stop_target, name="end_target"),
    path("kiem-tra/", views_checks.rules, name="checks"),
    path("kiem-tra/quy-tac/", views_checks.new_rule, name="new_rule"),
    path("kiem-tra/quy-tac/<int:pk>/", views_checks.change_rule, name="change_rule"),
    path("kiem-tra/khac-thuong/", views_checks.new_outlier_rule, name="new_outlier_rule"),
    path("kiem-tra/du-tinh/", views_checks.new_predictor, name="new_predictor"),
]
