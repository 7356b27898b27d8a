from django.urls import path

from donghanh.agenda import views, views_feed

app_name = "agenda"
urlpatterns = [
    path("", views.own, name="own"),
    path("don-vi/<int:unit_id>/", views.unit, name="unit"),
    path("ban/<int:pk>/bo/", views.unmark, name="unmark"),
    path("dia-chi-rieng/", views.renew_feed, name="renew_feed"),
    path("<str:secret>.ics", views_feed.feed, name="feed"),
]
