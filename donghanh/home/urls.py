from django.conf import settings
from django.urls import path

from donghanh.home import views, views_number

app_name = "home"
urlpatterns = [
    path("", views.my_work, name="my_work"),
    path("gioi-han/", views.limits, name="limits"),
    path("nhat-ky/", views.deeds, name="deeds"),
    path("so-lieu/", views_number.number, name="number"),
    path("chi-tieu/", views.newest_figures, name="newest_figures"),
    path("chi-tieu/<int:collection_id>/<int:unit_id>/", views.figures, name="figures"),
    path("chi-tieu/<int:collection_id>/<int:unit_id>/moi/<int:seen>/", views.figures_news, name="figures_news"),
    path("chi-tieu/<int:collection_id>/<int:unit_id>/<slug:indicator>/", views.schools, name="schools"),
]
if settings.DEBUG:
    from donghanh.home.components import components

    urlpatterns.append(path("thanh-phan/", components, name="components"))
