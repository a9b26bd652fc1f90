"""Addresses of the directory. No name stands in them: entries are known by id, searches by key (ADR 0008)."""

from django.urls import path

from kommunpost.apps.directory import editing, views

urlpatterns = [
    path("", views.units, name="directory"),
    path("personer/", views.people, name="directory-people"),
    path("brevlador/", views.mailboxes, name="directory-mailboxes"),
    path("grupper/", views.groups, name="directory-groups"),
    path("roller/", views.roles, name="directory-roles"),
    path("sok/", views.search, name="directory-search"),
    path("sok/<slug:key>/<slug:kind>/", views.found, name="directory-found"),
    path("<slug:kind>/ny/", editing.add, name="directory-add"),
    path("<slug:kind>/<int:entry_id>/andra/", editing.change, name="directory-change"),
    path("<slug:kind>/<int:entry_id>/medlem/", editing.set_member, name="directory-member"),
    path("<slug:kind>/<int:entry_id>/", views.entry, name="directory-entry"),
    path("<slug:kind>/<int:entry_id>/stang/", views.close, name="directory-close"),
    path("<slug:kind>/<int:entry_id>/oppna/", views.reopen, name="directory-reopen"),
]
