from django.urls import path

from donghanh.rosters import views_scim

app_name = "scim"
urlpatterns = [
    path("ServiceProviderConfig", views_scim.service, name="service"),
    path("ResourceTypes", views_scim.resource_types, name="resource_types"),
    path("ResourceTypes/<str:pk>", views_scim.resource_types, name="resource_type"),
    path("Schemas", views_scim.schemas, name="schemas"),
    path("Schemas/<str:pk>", views_scim.schemas, name="schema"),
    path("Users", views_scim.users, name="users"),
    path("Users/<str:pk>", views_scim.user, name="user"),
    path("Groups", views_scim.groups, name="groups"),
    path("Groups/<str:pk>", views_scim.group, name="group"),
    path("<path:rest>", views_scim.elsewhere, name="elsewhere"),
]
