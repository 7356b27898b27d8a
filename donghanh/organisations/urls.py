from django.urls import path

from donghanh.organisations import views, views_events

app_name = "organisations"
urlpatterns = [
    path("", views.units, name="units"),
    path("cay/", views.tree, name="tree"),
    path("<int:unit_id>/", views.unit, name="unit"),
    path("<int:unit_id>/bien-dong/", views_events.choose_event, name="choose_event"),
    path("<int:unit_id>/bien-dong/<slug:kind>/", views_events.record_event, name="record_event"),
    path("<int:unit_id>/bien-dong/<int:event_id>/hoan-tac/", views_events.undo_event, name="undo_event"),
]
