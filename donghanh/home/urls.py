from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from donghanh.kernel.access import signed_in


@signed_in
def my_work(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")  # a placeholder of this branch: home's own view replaces it


app_name = "home"
urlpatterns: list[URLPattern] = [path("", my_work, name="my_work")]

if settings.DEBUG:
    from donghanh.home.components import components

    urlpatterns.append(path("thanh-phan/", components, name="components"))
