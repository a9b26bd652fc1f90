"""Addresses of the log. What is searched for never stands in them (ADR 0008)."""

from django.urls import path

from kommunpost.apps.maillog import views

urlpatterns = [
    path("", views.log, name="log"),
    path("sok/<slug:key>/", views.log_search, name="log-search"),
]
