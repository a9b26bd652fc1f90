"""Addresses of the log. What is searched for never stands in them (ADR 0008)."""

from django.urls import path

from kommunpost.apps.maillog import views

urlpatterns = [
    path("", views.log, name="log"),
    path("utdrag/", views.log_extract, name="log-extract"),
    path("sok/<slug:key>/", views.log_search, name="log-search"),
]
